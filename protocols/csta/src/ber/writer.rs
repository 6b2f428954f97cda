use super::element::{Class, Tag};

/// Writes elements with definite lengths in as few bytes as they need.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    out: Vec<u8>,
}

impl Writer {
    pub(crate) fn finish(self) -> Vec<u8> {
        self.out
    }

    pub(crate) fn primitive(&mut self, tag: Tag, content: &[u8]) {
        self.identifier(tag, false);
        self.length(content.len());
        self.out.extend_from_slice(content);
    }

    pub(crate) fn constructed(&mut self, tag: Tag, content: impl FnOnce(&mut Writer)) {
        self.identifier(tag, true);
        let at = self.out.len();
        content(self);
        let written = self.out.split_off(at);
        self.length(written.len());
        self.out.extend_from_slice(&written);
    }

    /// What is an element, or several, already.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    pub(crate) fn integer(&mut self, tag: Tag, value: i64) {
        let bytes = value.to_be_bytes();
        let sign = if value < 0 { 0xff } else { 0 };
        // A leading byte goes where the next one has the same sign.
        let spare = bytes
            .windows(2)
            .take_while(|pair| matches!(pair, [first, second] if *first == sign && (second ^ sign) & 0x80 == 0))
            .count();
        self.primitive(tag, bytes.get(spare..).unwrap_or_default());
    }

    /// A bit string, bit 0 the lowest, without the zeros behind the last one that is set.
    pub(crate) fn bits(&mut self, tag: Tag, bits: u64) {
        let used = usize::try_from(u64::BITS - bits.leading_zeros()).unwrap_or_default();
        let bytes = bits.to_le_bytes().map(u8::reverse_bits);
        let mut content = vec![u8::try_from(used.next_multiple_of(8) - used).unwrap_or_default()];
        content.extend(bytes.iter().take(used.div_ceil(8)));
        self.primitive(tag, &content);
    }

    fn identifier(&mut self, tag: Tag, constructed: bool) {
        let class = match tag.class {
            Class::Universal => 0,
            Class::Application => 0x40,
            Class::Context => 0x80,
            Class::Private => 0xc0,
        };
        let first = class | if constructed { 0x20 } else { 0 };
        if tag.number < 0x1f {
            self.out.push(first | tag.number.to_le_bytes()[0]);
            return;
        }
        self.out.push(first | 0x1f);
        for shift in [28, 21, 14, 7] {
            if tag.number >> shift != 0 {
                self.out.push(0x80 | (tag.number >> shift).to_le_bytes()[0] & 0x7f);
            }
        }
        self.out.push(tag.number.to_le_bytes()[0] & 0x7f);
    }

    fn length(&mut self, length: usize) {
        let bytes = length.to_be_bytes();
        match bytes.iter().position(|byte| *byte != 0) {
            None => self.out.push(0),
            Some(at) if at + 1 == bytes.len() && length < 0x80 => self.out.push(bytes[bytes.len() - 1]),
            Some(at) => {
                let needed = bytes.get(at..).unwrap_or_default();
                self.out.push(0x80 | u8::try_from(needed.len()).unwrap_or_default());
                self.out.extend_from_slice(needed);
            }
        }
    }
}
