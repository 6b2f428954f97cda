use crate::ber::{self, Phase, Tag};
use crate::error::DecodeError;
#[cfg(test)]
use crate::schema::Chance;
use crate::schema::{Node, Rest, Schema};
use crate::xml;
use lineside_wire::Private;

/// The sort of number that a device identifier is (ECMA-269, 12.3.11; ECMA-323, `DeviceID/@typeOfNumber`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TypeOfNumber {
    /// As dialled. The default.
    #[default]
    DialingNumber,
    /// A number of the switch's own, which nobody dials.
    DeviceNumber,
    /// Public, of a sort that is not told.
    ImplicitPublic,
    /// Public, of this sort.
    ExplicitPublic(PublicNumber),
    /// Private, of a sort that is not told.
    ImplicitPrivate,
    /// Private, of this sort.
    ExplicitPrivate(PrivateNumber),
    /// Something else: opaque.
    Other,
}

/// The sort of a public number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the words are those of ECMA-323")]
pub enum PublicNumber {
    Unknown,
    International,
    National,
    NetworkSpecific,
    Subscriber,
    Abbreviated,
}

/// The sort of a private number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the words are those of ECMA-323")]
pub enum PrivateNumber {
    Unknown,
    Level3Regional,
    Level2Regional,
    Level1Regional,
    PtnSpecific,
    Local,
    Abbreviated,
}

use PrivateNumber as In;
use PublicNumber as Out;

impl TypeOfNumber {
    /// Each with its name in ECMA-323, and its tags in BER: the outer one, and the one within that.
    const TABLE: &'static [(TypeOfNumber, &'static str, u32, Option<u32>)] = &[
        (TypeOfNumber::DialingNumber, "dialingNumber", 0, None),
        (TypeOfNumber::DeviceNumber, "deviceNumber", 1, None),
        (TypeOfNumber::ImplicitPublic, "implicitPublic", 2, None),
        (
            TypeOfNumber::ExplicitPublic(Out::Unknown),
            "explicitPublic:unknown",
            3,
            Some(0),
        ),
        (
            TypeOfNumber::ExplicitPublic(Out::International),
            "explicitPublic:international",
            3,
            Some(1),
        ),
        (
            TypeOfNumber::ExplicitPublic(Out::National),
            "explicitPublic:national",
            3,
            Some(2),
        ),
        (
            TypeOfNumber::ExplicitPublic(Out::NetworkSpecific),
            "explicitPublic:networkspecific",
            3,
            Some(3),
        ),
        (
            TypeOfNumber::ExplicitPublic(Out::Subscriber),
            "explicitPublic:subscriber",
            3,
            Some(4),
        ),
        (
            TypeOfNumber::ExplicitPublic(Out::Abbreviated),
            "explicitPublic:abbreviated",
            3,
            Some(5),
        ),
        (TypeOfNumber::ImplicitPrivate, "implicitPrivate", 4, None),
        (
            TypeOfNumber::ExplicitPrivate(In::Unknown),
            "explicitPrivate:unknown",
            5,
            Some(0),
        ),
        (
            TypeOfNumber::ExplicitPrivate(In::Level3Regional),
            "explicitPrivate:level3RegionalNumber",
            5,
            Some(1),
        ),
        (
            TypeOfNumber::ExplicitPrivate(In::Level2Regional),
            "explicitPrivate:level2RegionalNumber",
            5,
            Some(2),
        ),
        (
            TypeOfNumber::ExplicitPrivate(In::Level1Regional),
            "explicitPrivate:level1RegionalNumber",
            5,
            Some(3),
        ),
        (
            TypeOfNumber::ExplicitPrivate(In::PtnSpecific),
            "explicitPrivate:pTNSpecificNumber",
            5,
            Some(4),
        ),
        (
            TypeOfNumber::ExplicitPrivate(In::Local),
            "explicitPrivate:localNumber",
            5,
            Some(5),
        ),
        (
            TypeOfNumber::ExplicitPrivate(In::Abbreviated),
            "explicitPrivate:abbreviated",
            5,
            Some(6),
        ),
        (TypeOfNumber::Other, "other", 6, None),
    ];

    fn tags(self) -> (u32, Option<u32>) {
        let found = Self::TABLE.iter().find(|(kind, ..)| *kind == self);
        found.map_or((0, None), |(_, _, outer, inner)| (*outer, *inner))
    }
}

/// A device (ECMA-269, 12.3.11).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceId {
    /// What sort of number it is.
    pub type_of_number: TypeOfNumber,
    /// The number as the switch writes it; octets that are no text as Latin-1. Some switches write the Switching Function Representation
    /// (`N<2001>Smith`, ECMA-269, 12.3.11.3), and Avaya AE Services a name of its own around the number ([`crate::avaya::device`]):
    /// [`DeviceId::number`] and [`DeviceId::name`] read them.
    pub text: Private<String>,
    /// In BER: the octets are no UTF-8, and stand in `text` as Latin-1. They are given back as they came.
    pub latin: bool,
    /// In XML, what its element carries besides: `mediaClass` and its kin, or a sort of number that this crate does not know.
    pub attributes: Vec<(Box<str>, Box<str>)>,
    /// In BER, what came besides.
    pub rest: Rest,
}

impl DeviceId {
    /// The device that is dialled by `number`.
    #[must_use]
    pub fn dialled(number: &str) -> Self {
        DeviceId {
            text: Private::new(number.to_owned()),
            ..DeviceId::default()
        }
    }

    /// The number in it.
    #[must_use]
    pub fn number(&self) -> &str {
        let text: &str = &self.text;
        let within = text.strip_prefix("N<").and_then(|rest| rest.split_once('>'));
        match within {
            // A terminal of its user stands behind an exclamation mark (MiVoice Office 400).
            Some((number, _)) => number.split_once('!').map_or(number, |(number, _)| number),
            None => crate::avaya::extension(text).unwrap_or(text),
        }
    }

    /// The name behind the number.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        let (_, behind) = self.text.strip_prefix("N<")?.split_once('>')?;
        let name = behind.split_once(';').map_or(behind, |(name, _)| name);
        (!name.is_empty()).then_some(name)
    }

    /// Reads it, and says whether it is one that is good for a connection only.
    pub(super) fn choice_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<bool, DecodeError> {
        let is_dynamic = self.read_attributes(xml);
        *self.text = xml.text()?.trim().to_owned();
        Ok(is_dynamic)
    }

    /// Reads what its element carries, and says whether it is one that is good for a connection only.
    pub(super) fn read_attributes(&mut self, xml: &xml::Reader<'_>) -> bool {
        let mut is_dynamic = false;
        self.attributes = xml.attributes();
        self.attributes.retain(|(name, value)| {
            let known = TypeOfNumber::TABLE.iter().find(|(_, word, ..)| *word == &**value);
            match (&**name, known, &**value) {
                ("typeOfNumber", Some((kind, ..)), _) => self.type_of_number = *kind,
                ("typeOfNumber", None, "dynamic") => is_dynamic = true,
                _ => return true,
            }
            false
        });
        is_dynamic
    }

    /// The number alone, which is all of it in Phases I and II.
    fn read_choice(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
        let outer = element.tag.number;
        let (inner, content) = match outer {
            3 | 5 => {
                let inner = ber.inner(element)?;
                (Some(inner.tag.number), inner)
            }
            _ => (None, *element),
        };
        let known = TypeOfNumber::TABLE
            .iter()
            .find(|(_, _, first, second)| (*first, *second) == (outer, inner));
        let Some((kind, ..)) = known else {
            return Err(DecodeError::malformed(format!("a device with the tag {outer}")));
        };
        self.type_of_number = *kind;
        *self.text = match kind {
            TypeOfNumber::DeviceNumber => content.integer()?.to_string(),
            _ => {
                let octets = content.octets()?;
                String::from_utf8(octets).unwrap_or_else(|error| {
                    self.latin = true;
                    error.as_bytes().iter().copied().map(char::from).collect()
                })
            }
        };
        Ok(())
    }

    fn octets(&self) -> Vec<u8> {
        let latin = |character: char| u8::try_from(u32::from(character)).unwrap_or(b'?');
        match self.latin {
            true => self.text.chars().map(latin).collect(),
            false => self.text.as_bytes().to_vec(),
        }
    }

    pub(super) fn write_choice(&self, ber: &mut ber::Writer) {
        let (outer, inner) = self.type_of_number.tags();
        let outer = Tag::context(outer);
        match inner {
            Some(inner) => ber.constructed(outer, |ber| ber.primitive(Tag::context(inner), &self.octets())),
            None => match (self.type_of_number, self.text.parse()) {
                (TypeOfNumber::DeviceNumber, Ok(number)) => ber.integer(outer, number),
                _ => ber.primitive(outer, &self.octets()),
            },
        }
    }
}

/// A sequence in Phase III, a choice of its first field in I and II.
impl Node for DeviceId {
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
        self.choice_xml(xml).map(|_| ())
    }

    fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
        if self.type_of_number != TypeOfNumber::default() {
            let known = TypeOfNumber::TABLE
                .iter()
                .find(|(kind, ..)| *kind == self.type_of_number);
            xml.attribute("typeOfNumber", known.map_or("other", |(_, name, ..)| name));
        }
        for (name, value) in &self.attributes {
            xml.attribute(name, value);
        }
        xml.leaf(name, &self.text);
    }

    fn read_ber(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
        let explicit = ber.phase < Phase::III && matches!(element.tag.number, 3 | 5);
        if element.tag.class == ber::Class::Context && (explicit || !element.constructed) {
            return self.read_choice(element, ber);
        }
        let mut elements = element.elements();
        match elements.next() {
            Some(choice) => self.read_choice(&choice?, ber)?,
            None => return Err(DecodeError::malformed("a device without a number")),
        }
        for other in elements {
            ber.keep(&mut self.rest, &other?)?;
        }
        Ok(())
    }

    #[cfg(test)]
    fn fill(&mut self, chance: &mut Chance) -> bool {
        let kind = chance.one_of(TypeOfNumber::TABLE);
        self.type_of_number = kind.map(|(kind, ..)| *kind).unwrap_or_default();
        *self.text = chance.digits();
        true
    }

    fn write_ber(&self, ber: &mut ber::Writer, phase: Phase, tag: Option<Tag>) {
        if phase < Phase::III {
            // A choice has no tag that another could stand in place of: it is put around.
            return match tag {
                Some(tag) => ber.constructed(tag, |ber| self.write_choice(ber)),
                None => self.write_choice(ber),
            };
        }
        ber.constructed(tag.unwrap_or(Tag::SEQUENCE), |ber| {
            let at = ber.len();
            self.write_choice(ber);
            self.rest.write_ber(ber, at);
        });
    }
}

impl Schema for DeviceId {
    const REQUIRED: bool = true;

    fn fits(tag: Tag, phase: Phase) -> bool {
        tag == Tag::SEQUENCE || phase < Phase::III && tag.class == ber::Class::Context && tag.number <= 6
    }
}
