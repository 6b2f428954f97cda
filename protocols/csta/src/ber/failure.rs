//! Why a service was not done: Phase I has other tags for it than Phase III.

use super::{Element, Phase, Reader, Tag, Writer};
use crate::error::DecodeError;
use crate::schema::Node as _;
use crate::types::UniversalFailure;

/// The alternatives of Phase I, each `IMPLICIT`, and those of Phase III, each `EXPLICIT`.
const TAGS: &[(u32, u32)] = &[(1, 0), (2, 2), (3, 3), (4, 4), (5, 5), (6, UNSPECIFIED)];
/// The alternative of Phase III that says nothing.
const UNSPECIFIED: u32 = 7;

/// Reads either, whatever phase is spoken otherwise: a number without a tag of its own is of Phase I.
pub(super) fn read(parameter: &Element<'_>, ber: &mut Reader) -> Result<UniversalFailure, DecodeError> {
    let mut failure = UniversalFailure::default();
    let found = TAGS.iter().find(|(i, _)| parameter.tag == Tag::context(*i));
    match found.filter(|_| !parameter.constructed) {
        Some((_, iii)) => {
            let mut as_iii = Writer::default();
            as_iii.constructed(Tag::context(*iii), |ber| match *iii {
                UNSPECIFIED => ber.primitive(Tag::NULL, &[]),
                _ => ber.primitive(Tag::ENUMERATED, parameter.content),
            });
            let bytes = as_iii.finish();
            let element = Element::read(&bytes)?.1;
            ber.in_phase(Phase::III, |ber| failure.read_ber(&element, ber))?;
        }
        None => ber.in_phase(Phase::III, |ber| failure.read_ber(parameter, ber))?,
    }
    Ok(failure)
}

/// Writes that of Phase I where it has the alternative, else that of Phase III, which is all that is known of Phase II.
pub(super) fn write(failure: &UniversalFailure, ber: &mut Writer, phase: Phase) {
    let mut iii = Writer::default();
    failure.write_ber(&mut iii, Phase::III, None);
    let bytes = iii.finish();
    match (phase, in_i(&bytes)) {
        (Phase::I, Some((tag, content))) => ber.primitive(tag, content),
        _ => ber.raw(&bytes),
    }
}

fn in_i(iii: &[u8]) -> Option<(Tag, &[u8])> {
    let (_, outer) = Element::read(iii).ok()?;
    let inner = outer.inner().ok().filter(|_| outer.constructed)?;
    let (i, _) = TAGS.iter().find(|(_, iii)| outer.tag == Tag::context(*iii))?;
    Some((Tag::context(*i), inner.content))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `bytes`, and writes that as of `phase`.
    fn told(bytes: &[u8], phase: Phase) -> Vec<u8> {
        let mut ber = Writer::default();
        let failure = Element::read(bytes).and_then(|(_, element)| read(&element, &mut Reader::new(phase)));
        failure.iter().for_each(|failure| write(failure, &mut ber, phase));
        ber.finish()
    }

    #[test]
    fn each_phase_has_tags_of_its_own() {
        let pairs: [(&[u8], &[u8]); 5] = [
            (&[0x81, 1, 12], &[0xa0, 3, 10, 1, 12]),
            (&[0x82, 1, 8], &[0xa2, 3, 10, 1, 8]),
            (&[0x83, 1, 7], &[0xa3, 3, 10, 1, 7]),
            (&[0x84, 1, 2], &[0xa4, 3, 10, 1, 2]),
            (&[0x85, 1, 2], &[0xa5, 3, 10, 1, 2]),
        ];
        for (i, iii) in pairs {
            // Their bytes tell which is which.
            for phase in [Phase::II, Phase::III] {
                assert_eq!(told(i, phase), iii);
                assert_eq!(told(iii, phase), iii);
            }
            assert_eq!(told(iii, Phase::I), i);
            assert_eq!(told(i, Phase::I), i);
        }
        assert_eq!(told(&[0x86, 0], Phase::III), [0xa7, 2, 5, 0]);
        assert_eq!(told(&[0xa7, 2, 5, 0], Phase::I), [0x86, 0]);
        // What is told in Phase II, which writes as Phase III does, is read as that.
        assert_eq!(told(&[0xa0, 3, 10, 1, 12], Phase::II), [0xa0, 3, 10, 1, 12]);
    }
}
