use crate::error::{DecodeError, Problem};
use nom::bytes::complete::take;
use nom::number::complete::u8 as byte;
use nom::{IResult, Parser as _};

/// How deep elements may be nested. Real messages have about twelve levels.
const DEPTH: usize = 48;

/// The class of a tag (X.690, 8.1.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Universal,
    Application,
    Context,
    Private,
}

/// A tag without its bit for constructed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tag {
    pub(crate) class: Class,
    pub(crate) number: u32,
}

impl Tag {
    pub(crate) const BOOLEAN: Tag = Tag::universal(1);
    pub(crate) const INTEGER: Tag = Tag::universal(2);
    pub(crate) const BIT_STRING: Tag = Tag::universal(3);
    pub(crate) const OCTET_STRING: Tag = Tag::universal(4);
    pub(crate) const NULL: Tag = Tag::universal(5);
    pub(crate) const OBJECT_IDENTIFIER: Tag = Tag::universal(6);
    pub(crate) const EXTERNAL: Tag = Tag::universal(8);
    pub(crate) const ENUMERATED: Tag = Tag::universal(10);
    pub(crate) const SEQUENCE: Tag = Tag::universal(16);
    pub(crate) const IA5_STRING: Tag = Tag::universal(22);

    pub(crate) const fn universal(number: u32) -> Self {
        let class = Class::Universal;
        Tag { class, number }
    }

    pub(crate) const fn application(number: u32) -> Self {
        let class = Class::Application;
        Tag { class, number }
    }

    pub(crate) const fn context(number: u32) -> Self {
        let class = Class::Context;
        Tag { class, number }
    }
}

/// One element: what it is, and its content, which is not looked into yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    pub(crate) tag: Tag,
    pub(crate) constructed: bool,
    pub(crate) content: &'a [u8],
    /// The whole of it, its tag and length included.
    pub(crate) raw: &'a [u8],
    /// How many elements it stands in.
    depth: usize,
}

impl<'a> Element<'a> {
    /// Reads one element; what is behind it is returned.
    pub(crate) fn read(input: &'a [u8]) -> Result<(&'a [u8], Self), DecodeError> {
        Self::read_at(input, 0)
    }

    fn read_at(input: &'a [u8], depth: usize) -> Result<(&'a [u8], Self), DecodeError> {
        if depth > DEPTH {
            return Err(DecodeError::new(Problem::TooDeep(DEPTH)));
        }
        let short = |_| DecodeError::malformed("an element ends before its length says so");
        let (rest, (tag, constructed)) = identifier(input).map_err(short)?;
        let (rest, length) = length(rest).map_err(short)?;
        let (rest, content) = match length {
            Some(length) => take::<_, _, nom::error::Error<&[u8]>>(length)
                .parse(rest)
                .map_err(short)?,
            None if constructed => indefinite(rest, depth)?,
            None => return Err(DecodeError::malformed("a primitive element without a length")),
        };
        let used = input.len().saturating_sub(rest.len());
        let raw = input.get(..used).unwrap_or_default();
        let element = Element {
            tag,
            constructed,
            content,
            raw,
            depth,
        };
        Ok((rest, element))
    }

    /// The elements within it.
    pub(crate) const fn elements(&self) -> Elements<'a> {
        Elements {
            rest: self.content,
            depth: self.depth + 1,
        }
    }

    /// The one element within it.
    pub(crate) fn inner(&self) -> Result<Element<'a>, DecodeError> {
        self.elements()
            .next()
            .unwrap_or_else(|| Err(DecodeError::malformed("an explicit tag with nothing in it")))
    }

    /// The same as a sequence: older phases leave out the one around a single field, and `NULL` stands for one with nothing in it.
    pub(crate) fn as_sequence(&self) -> Element<'a> {
        let content = match self.tag {
            Tag::SEQUENCE => return *self,
            Tag::NULL => &[],
            _ => self.raw,
        };
        Element {
            tag: Tag::SEQUENCE,
            constructed: true,
            content,
            raw: self.raw,
            depth: self.depth.saturating_sub(1),
        }
    }

    /// What stands in place of an element that was left out.
    pub(crate) const fn nothing() -> Self {
        Element {
            tag: Tag::NULL,
            constructed: false,
            content: &[],
            raw: &[],
            depth: 0,
        }
    }

    /// A two's complement integer of any length, with any number of bytes to spare, that fits into 64 bits.
    pub(crate) fn integer(&self) -> Result<i64, DecodeError> {
        let Some(first) = self.content.first() else {
            return Err(DecodeError::malformed("an integer without a byte"));
        };
        let (start, fill) = if *first >= 0x80 { (-1_i64, 0xff) } else { (0, 0) };
        let mut value = start;
        let mut used = 0_u32;
        for byte in self.content {
            if used > 0 || *byte != fill {
                used += 1;
            }
            value = (value << 8) | i64::from(*byte);
            // The eighth byte that counts must leave the sign as it was.
            if used > 8 || used == 8 && (value < 0) != (start < 0) {
                return Err(DecodeError::malformed("an integer of more than 64 bits"));
            }
        }
        Ok(value)
    }
}

impl Element<'_> {
    /// An octet string, which may come in several parts (X.690, 8.7.3).
    pub(crate) fn octets(&self) -> Result<Vec<u8>, DecodeError> {
        if !self.constructed {
            return Ok(self.content.to_vec());
        }
        let mut all = Vec::new();
        for part in self.elements() {
            all.extend(part?.octets()?);
        }
        Ok(all)
    }

    /// A character string. What is no UTF-8 is taken for Latin-1, as many switches send it.
    pub(crate) fn text(&self) -> Result<String, DecodeError> {
        let octets = self.octets()?;
        Ok(
            String::from_utf8(octets)
                .unwrap_or_else(|error| error.as_bytes().iter().copied().map(char::from).collect()),
        )
    }

    /// The first 64 bits of a bit string, bit 0 the lowest (X.690, 8.6).
    pub(crate) fn bits(&self) -> Result<u64, DecodeError> {
        let (mut all, mut count) = (0, 0);
        self.add_bits(&mut all, &mut count)?;
        Ok(all)
    }

    /// Adds its bits behind the `count` that are in `all` already: it may come in several parts, each with unused bits of its own.
    fn add_bits(&self, all: &mut u64, count: &mut u32) -> Result<(), DecodeError> {
        if self.constructed {
            for part in self.elements() {
                part?.add_bits(all, count)?;
            }
            return Ok(());
        }
        let Some((unused, bytes)) = self.content.split_first() else {
            return Err(DecodeError::malformed("a bit string without a byte"));
        };
        for (at, byte) in bytes.iter().enumerate() {
            let unused = if at + 1 == bytes.len() {
                u32::from(*unused).min(8)
            } else {
                0
            };
            let used = 8 - unused;
            let byte = u64::from(byte.reverse_bits()) & ((1 << used) - 1);
            *all |= byte.checked_shl(*count).unwrap_or_default();
            *count = count.saturating_add(used);
        }
        Ok(())
    }
}

/// Elements one behind the other.
#[derive(Clone, Debug)]
pub(crate) struct Elements<'a> {
    rest: &'a [u8],
    depth: usize,
}

impl<'a> Elements<'a> {
    /// Those in `bytes`.
    pub(super) const fn of(bytes: &'a [u8]) -> Self {
        Elements { rest: bytes, depth: 0 }
    }

    /// The bytes of those that were not read yet.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next one, which is called `name` and has to be there.
    pub(crate) fn required(&mut self, name: &'static str) -> Result<Element<'a>, DecodeError> {
        self.next()
            .unwrap_or_else(|| Err(DecodeError::new(Problem::Missing(name))))
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<Element<'a>, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        match Element::read_at(self.rest, self.depth) {
            Ok((rest, element)) => {
                self.rest = rest;
                Some(Ok(element))
            }
            Err(error) => {
                self.rest = &[];
                Some(Err(error))
            }
        }
    }
}

/// X.690, 8.1.2
fn identifier(input: &[u8]) -> IResult<&[u8], (Tag, bool)> {
    let (mut rest, first) = byte(input)?;
    let class = match first >> 6 {
        0 => Class::Universal,
        1 => Class::Application,
        2 => Class::Context,
        _ => Class::Private,
    };
    let mut number = u32::from(first & 0x1f);
    if number == 0x1f {
        number = 0;
        loop {
            let (behind, next) = byte(rest)?;
            rest = behind;
            if number >> 24 != 0 {
                let error = nom::error::Error::new(input, nom::error::ErrorKind::TooLarge);
                return Err(nom::Err::Failure(error));
            }
            number = (number << 7) | u32::from(next & 0x7f);
            if next & 0x80 == 0 {
                break;
            }
        }
    }
    Ok((rest, (Tag { class, number }, first & 0x20 != 0)))
}

/// X.690, 8.1.3. `None`: until the end-of-contents octets. Lengths of more bytes than they need are taken.
fn length(input: &[u8]) -> IResult<&[u8], Option<usize>> {
    let (rest, first) = byte(input)?;
    if first < 0x80 {
        return Ok((rest, Some(usize::from(first))));
    }
    if first == 0x80 {
        return Ok((rest, None));
    }
    let (rest, bytes) = take(usize::from(first & 0x7f)).parse(rest)?;
    let mut length = 0_usize;
    for byte in bytes {
        if length >> (usize::BITS - 8) != 0 {
            let error = nom::error::Error::new(input, nom::error::ErrorKind::TooLarge);
            return Err(nom::Err::Failure(error));
        }
        length = (length << 8) | usize::from(*byte);
    }
    Ok((rest, Some(length)))
}

/// The content of an element without a length: the elements until two zero bytes.
fn indefinite(input: &[u8], depth: usize) -> Result<(&[u8], &[u8]), DecodeError> {
    let mut rest = input;
    loop {
        if let Some(behind) = rest.strip_prefix(&[0, 0]) {
            let length = input.len().saturating_sub(rest.len());
            return Ok((behind, input.get(..length).unwrap_or_default()));
        }
        (rest, _) = Element::read_at(rest, depth + 1)?;
    }
}

#[cfg(test)]
mod tests;
