//! Why a service was not done: Phase I has other tags for it than Phase III.

use super::{Element, Phase, Tag, Writer};
use crate::error::DecodeError;
use crate::schema::Node as _;
use crate::types::UniversalFailure;

/// The alternatives of Phase I, each `IMPLICIT`, and those of Phase III, each `EXPLICIT`.
const TAGS: &[(u32, u32)] = &[(1, 0), (2, 2), (3, 3), (4, 4), (5, 5), (6, UNSPECIFIED)];
/// The alternative of Phase III that says nothing.
const UNSPECIFIED: u32 = 7;

/// Reads either: a number without a tag of its own is of Phase I.
pub(super) fn read(parameter: &Element<'_>, phase: Phase) -> Result<UniversalFailure, DecodeError> {
    let mut failure = UniversalFailure::default();
    let found = TAGS.iter().find(|(i, _)| parameter.tag == Tag::context(*i));
    match found.filter(|_| !parameter.constructed) {
        Some((_, iii)) => {
            let mut ber = Writer::default();
            ber.constructed(Tag::context(*iii), |ber| match *iii {
                UNSPECIFIED => ber.primitive(Tag::NULL, &[]),
                _ => ber.primitive(Tag::ENUMERATED, parameter.content),
            });
            let bytes = ber.finish();
            failure.read_ber(&Element::read(&bytes)?.1, Phase::III)?;
        }
        None => failure.read_ber(parameter, phase)?,
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
