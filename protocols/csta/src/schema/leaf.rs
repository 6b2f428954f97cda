#[cfg(test)]
use super::Chance;
use super::{Node, Schema};
use crate::ber::{self, Phase, Tag};
use crate::error::DecodeError;
use crate::xml;
use lineside_wire::Private;
use std::fmt;

/// Opaque octets that are text in XML, and an `OCTET STRING` in BER: ids that the peer gave, to be given back as they came.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Octets(pub Box<[u8]>);

impl Octets {
    /// As text where they are printable, else in hexadecimal digits.
    #[must_use]
    pub fn text(&self) -> String {
        match std::str::from_utf8(&self.0) {
            Ok(text) if !text.is_empty() && !text.chars().any(char::is_control) => text.to_owned(),
            _ => hex(&self.0),
        }
    }

    /// As it came in XML.
    pub(crate) fn in_xml(&self) -> String {
        match std::str::from_utf8(&self.0) {
            Ok(text) if xml::is_text(text) => text.to_owned(),
            _ => hex(&self.0),
        }
    }
}

impl From<&str> for Octets {
    fn from(text: &str) -> Self {
        Octets(text.as_bytes().into())
    }
}

impl fmt::Debug for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// Octets that are hexadecimal digits in XML (`xs:hexBinary`), and an `OCTET STRING` in BER: data about people, or a secret. Text in XML
/// that is no such digits counts as its own octets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hex(pub Private<Box<[u8]>>);

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn unhex(text: &str) -> Option<Box<[u8]>> {
    let digit = |byte: &u8| {
        char::from(*byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        })
        .collect()
}

macro_rules! leaf {
    ($type:ty, $tag:expr, required $required:literal, word $word:literal, read $read:expr, show $show:expr, decode $decode:expr, encode $encode:expr, fill $fill:expr) => {
        impl Node for $type {
            fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
                let text = xml.text()?;
                self.read_text(&text)
            }

            fn read_text(&mut self, text: &str) -> Result<(), DecodeError> {
                let read: fn(&str) -> Result<$type, DecodeError> = $read;
                *self = read(text)?;
                Ok(())
            }

            fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
                let show: fn(&$type) -> String = $show;
                xml.leaf(name, &show(self));
            }

            fn read_ber(&mut self, element: &ber::Element<'_>, _ber: &mut ber::Reader) -> Result<(), DecodeError> {
                let decode: fn(&ber::Element<'_>) -> Result<$type, DecodeError> = $decode;
                *self = decode(element)?;
                Ok(())
            }

            fn write_ber(&self, ber: &mut ber::Writer, _phase: Phase, tag: Option<Tag>) {
                let encode: fn(&$type, &mut ber::Writer, Tag) = $encode;
                encode(self, ber, tag.unwrap_or($tag));
            }

            #[cfg(test)]
            fn fill(&mut self, chance: &mut Chance) -> bool {
                *self = Some(chance).map($fill).unwrap_or_default();
                true
            }
        }

        impl Schema for $type {
            const REQUIRED: bool = $required;
            const WORD: bool = $word;

            fn fits(tag: Tag, _phase: Phase) -> bool {
                tag == $tag
            }
        }
    };
}

leaf!(bool, Tag::BOOLEAN, required false, word true,
    // Some languages write it with a capital letter.
    read |text| match text.trim() {
        "true" | "True" | "TRUE" | "1" => Ok(true),
        "false" | "False" | "FALSE" | "0" => Ok(false),
        other => Err(DecodeError::value(other, "boolean")),
    },
    show ToString::to_string,
    decode |element| Ok(element.content.iter().any(|byte| *byte != 0)),
    encode |value, ber, tag| ber.primitive(tag, &[if *value { 0xff } else { 0 }]),
    fill |chance| chance.below(2) == 0);

leaf!(i64, Tag::INTEGER, required false, word true,
    read |text| text.trim().parse().map_err(|_| DecodeError::value(text, "number")),
    show ToString::to_string,
    decode |element| element.integer(),
    encode |value, ber, tag| ber.integer(tag, *value),
    fill |chance| chance.next().cast_signed() >> chance.below(64));

leaf!(String, Tag::IA5_STRING, required false, word false,
    read |text| Ok(text.to_owned()),
    show Clone::clone,
    decode |element| element.text(),
    encode |value, ber, tag| ber.primitive(tag, value.as_bytes()),
    fill Chance::digits);

leaf!(Private<String>, Tag::IA5_STRING, required false, word false,
    read |text| Ok(Private::new(text.to_owned())),
    show |value| String::clone(value),
    decode |element| element.text().map(Private::new),
    encode |value, ber, tag| ber.primitive(tag, value.as_bytes()),
    fill |chance| Private::new(chance.digits()));

leaf!(Octets, Tag::OCTET_STRING, required true, word false,
    read |text| Ok(Octets::from(text.trim())),
    show Octets::in_xml,
    decode |element| element.octets().map(|octets| Octets(octets.into())),
    encode |value, ber, tag| ber.primitive(tag, &value.0),
    fill |chance| Octets::from(chance.digits().as_str()));

leaf!(Private<Octets>, Tag::OCTET_STRING, required false, word false,
    read |text| Ok(Private::new(Octets::from(text.trim()))),
    show |value| value.in_xml(),
    decode |element| element.octets().map(|octets| Private::new(Octets(octets.into()))),
    encode |value, ber, tag| ber.primitive(tag, &value.0),
    fill |chance| Private::new(Octets::from(chance.digits().as_str())));

leaf!(Hex, Tag::OCTET_STRING, required false, word false,
    // What cannot be digits is taken for the text that it is: it is no reason to lose the event around it.
    read |text| Ok(Hex(Private::new(unhex(text.trim()).unwrap_or_else(|| text.trim().as_bytes().into())))),
    show |value| hex(&value.0),
    decode |element| element.octets().map(|octets| Hex(Private::new(octets.into()))),
    encode |value, ber, tag| ber.primitive(tag, &value.0),
    fill |chance| Hex(Private::new(chance.digits().as_bytes().into())));

/// Nothing: an empty element in XML, `NULL` in BER.
impl Node for () {
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
        xml.empty()
    }

    fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
        xml.element(name, |_| {});
    }

    fn read_ber(&mut self, _element: &ber::Element<'_>, _ber: &mut ber::Reader) -> Result<(), DecodeError> {
        Ok(())
    }

    fn write_ber(&self, ber: &mut ber::Writer, _phase: Phase, tag: Option<Tag>) {
        ber.primitive(tag.unwrap_or(Tag::NULL), &[]);
    }

    #[cfg(test)]
    fn fill(&mut self, _chance: &mut Chance) -> bool {
        true
    }
}

impl Schema for () {
    fn fits(tag: Tag, _phase: Phase) -> bool {
        tag == Tag::NULL
    }
}
