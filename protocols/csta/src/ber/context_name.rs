use std::fmt;

/// The name of an application context (X.227): which ECMA standard of CSTA an association is for. An object identifier, `1.3.12.0.218` in
/// text. The default is that one, of ECMA-218: the only one that was captured, of a HiPath, which speaks Phase III.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContextName(Box<[u8]>);

impl ContextName {
    /// `None`: the text is no object identifier.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut arcs = Vec::new();
        for arc in text.split('.') {
            let is_number = !arc.is_empty() && arc.bytes().all(|byte| byte.is_ascii_digit());
            arcs.push(arc.parse::<u32>().ok().filter(|_| is_number).map(u64::from)?);
        }
        let (first, second, others) = match arcs.as_slice() {
            [first, second, others @ ..] => (*first, *second, others),
            _ => return None,
        };
        // X.690, 8.19.4: the first two are one number.
        let may_be = first < 2 && second < 40 || first == 2;
        let mut octets = Vec::new();
        for arc in [first * 40 + second].iter().chain(others).filter(|_| may_be) {
            let used = (u64::BITS - arc.leading_zeros()).div_ceil(7).max(1);
            octets.extend((0..used).rev().map(|at| {
                let more = if at > 0 { 0x80 } else { 0 };
                (arc >> (7 * at)).to_le_bytes()[0] & 0x7f | more
            }));
        }
        may_be.then(|| ContextName(octets.into()))
    }

    pub(super) fn of_octets(octets: &[u8]) -> Self {
        ContextName(octets.into())
    }

    pub(super) const fn octets(&self) -> &[u8] {
        &self.0
    }
}

impl Default for ContextName {
    fn default() -> Self {
        ContextName([0x2b, 0x0c, 0x00, 0x81, 0x5a].into())
    }
}

impl fmt::Display for ContextName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut arc, mut is_first) = (0_u64, true);
        for octet in &self.0 {
            arc = arc.wrapping_shl(7) | u64::from(octet & 0x7f);
            if octet & 0x80 != 0 {
                continue;
            }
            match is_first {
                true => {
                    let first = (arc / 40).min(2);
                    write!(f, "{first}.{}", arc - first * 40)?;
                }
                false => write!(f, ".{arc}")?,
            }
            (arc, is_first) = (0, false);
        }
        Ok(())
    }
}

impl fmt::Debug for ContextName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_as_it_was_read() {
        for text in [
            "1.3.12.0.218",
            "1.3.12.0.285",
            "2.999.3",
            "0.0",
            "1.3.12.1206.4294967295",
        ] {
            let name = ContextName::parse(text).unwrap();
            assert_eq!(name.to_string(), text);
            assert_eq!(ContextName::of_octets(name.octets()), name);
        }
        assert_eq!(ContextName::parse("1.3.12.0.218"), Some(ContextName::default()));
    }

    #[test]
    fn what_is_no_object_identifier_is_none() {
        for text in ["", "1", "1.", "1..3", "3.1", "1.40", "1.+3", "1.3.x", "1.3.4294967296"] {
            assert_eq!(ContextName::parse(text), None, "{text}");
        }
    }
}
