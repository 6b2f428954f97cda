use super::element::{Class, Elements, Tag};
use crate::schema::{Name, Step};

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
        // Nearly every element has a length of one byte: where it needs more, its content moves.
        self.out.push(0);
        content(self);
        let length = self.out.len().saturating_sub(at + 1);
        let (bytes, used) = length_octets(length);
        self.out.splice(at..=at, bytes.into_iter().take(used));
    }

    /// How much is written.
    pub(crate) const fn len(&self) -> usize {
        self.out.len()
    }

    /// Puts elements back to where they stood within what was written from `at` on, behind what stands there; where there is no such place,
    /// they are left out: elsewhere their tags could be those of something else.
    pub(crate) fn put_back(&mut self, at: usize, place: &[Step], elements: &[u8]) {
        if !place.is_empty() {
            let written = self.out.split_off(at.min(self.out.len()));
            self.with(&written, place, elements);
        }
    }

    /// Writes elements that were written, with others at their place in them.
    fn with(&mut self, written: &[u8], place: &[Step], elements: &[u8]) {
        let mut next = place.split_first();
        let mut before = 0;
        for inner in Elements::of(written).map_while(Result::ok) {
            match next {
                Some((step, deeper)) if step.name == Name::Ber(inner.tag) && inner.constructed => {
                    if before == step.nth {
                        next = None;
                        self.constructed(inner.tag, |ber| ber.with(inner.content, deeper, elements));
                        continue;
                    }
                    before += 1;
                }
                _ => {}
            }
            self.raw(inner.raw);
        }
        if place.is_empty() {
            self.raw(elements);
        }
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

    /// A bit string of at least `least` bits (64 at most), bit 0 the lowest.
    pub(crate) fn bits_of(&mut self, tag: Tag, bits: u64, least: u32) {
        let used = (u64::BITS - bits.leading_zeros()).max(least.min(u64::BITS));
        let unused = used.next_multiple_of(8) - used;
        let octets = usize::try_from(used.div_ceil(8)).unwrap_or_default();
        self.identifier(tag, false);
        self.length(octets + 1);
        self.out.push(unused.to_le_bytes()[0]);
        self.out
            .extend(bits.to_le_bytes().iter().take(octets).map(|byte| byte.reverse_bits()));
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
        let (bytes, used) = length_octets(length);
        self.out.extend(bytes.into_iter().take(used));
    }
}

/// A length in as few bytes as it needs, and how many those are (X.690, 8.1.3).
fn length_octets(length: usize) -> ([u8; 9], usize) {
    let mut octets = [0; 9];
    let bytes = length.to_be_bytes();
    let needed = bytes.iter().skip_while(|byte| **byte == 0);
    let count = needed.clone().count();
    if length < 0x80 {
        octets[0] = length.to_le_bytes()[0];
        return (octets, 1);
    }
    octets[0] = 0x80 | u8::try_from(count).unwrap_or_default();
    for (octet, byte) in octets.iter_mut().skip(1).zip(needed) {
        *octet = *byte;
    }
    (octets, count + 1)
}
