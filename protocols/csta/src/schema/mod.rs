//! How the tables of [`crate::types`] are read and written: one table of fields serves both encodings and all phases.
//!
//! A type is a sequence, a choice, a list, an enumeration or a set of flags, each by a macro of its own, or a leaf. XML goes by the names
//! of the fields (ECMA-323), BER by their tags (ECMA-285; where Phases I and II lay a type out otherwise, the leaf knows).

mod choice;
mod enumeration;
#[cfg(test)]
mod fill;
mod flags;
mod leaf;
mod list;
mod place;
mod rest;
mod sequence;

pub use leaf::{Hex, Octets};
pub use place::{Step, Within};
pub use rest::{Rest, Unknown};

pub(crate) use choice::choice;
pub(crate) use enumeration::enumeration;
#[cfg(test)]
pub(crate) use fill::Chance;
pub(crate) use flags::flags;
pub(crate) use list::{bounded, list};
pub(crate) use place::Name;
pub(crate) use rest::room_to_keep;
pub(crate) use sequence::{read_ber_fields, read_xml_fields, sequence, write_ber_fields, write_xml_fields};

use crate::ber::{self, Phase, Tag};
use crate::error::DecodeError;
use crate::xml;

/// A value in a message, whatever its type.
pub(crate) trait Node {
    /// Reads the content of an element whose start tag was read, through its end tag.
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError>;

    /// Reads the text of an element, where that is all that a value of the type can have.
    fn read_text(&mut self, _text: &str) -> Result<(), DecodeError> {
        Ok(())
    }

    /// Writes an element called `name`.
    fn write_xml(&self, xml: &mut xml::Writer, name: &'static str);

    /// Reads an element. Its tag has been looked at: it is the value's own, or stands in place of it.
    fn read_ber(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError>;

    /// Writes an element with the value's own tag, or with `tag` in place of it.
    fn write_ber(&self, ber: &mut ber::Writer, phase: Phase, tag: Option<Tag>);

    /// Reads the argument or result of a service: as older phases do, a sequence of one field may come without the sequence.
    fn read_argument(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
        self.read_ber(element, ber)
    }

    /// Reads an element as the field called `name`, if there is one.
    fn read_field(
        &mut self,
        _name: &str,
        _element: &ber::Element<'_>,
        _ber: &mut ber::Reader,
    ) -> Result<(), DecodeError> {
        Ok(())
    }

    /// Writes the field called `name` alone, wherever its sequence would have it: with the tag of its type, or with `tag`.
    fn write_field(&self, _name: &str, _ber: &mut ber::Writer, _phase: Phase, _tag: Option<Tag>) {}

    /// Where it keeps what is not known, if it does.
    fn rest(&self) -> Option<&Rest> {
        None
    }

    /// The same, to keep something.
    fn rest_mut(&mut self) -> Option<&mut Rest> {
        None
    }

    /// Takes any value of the type, without anything unknown in it; `false`: there is none but such.
    #[cfg(test)]
    fn fill(&mut self, _chance: &mut Chance) -> bool {
        false
    }

    /// The names of the fields that are there.
    #[cfg(test)]
    fn present(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// Is there nothing to write?
    fn is_absent(&self) -> bool {
        false
    }
}

/// What is known of a type without a value of it.
pub(crate) trait Schema: Node + Default {
    /// A message without it cannot be understood.
    const REQUIRED: bool = false;
    /// It is a word or a number: an element without text says nothing.
    const WORD: bool = false;

    /// Can an element with this tag be one, where no tag stands in place of its own?
    fn fits(tag: Tag, phase: Phase) -> bool;
}

/// How a field is tagged in BER.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tagging {
    /// As its type says.
    Own,
    /// With this tag in place of its own.
    Implicit(Tag),
    /// With this tag around its own.
    Explicit(Tag),
    /// Not at all: it is in XML only.
    Absent,
}

/// A field of a sequence, or an alternative of a choice.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    /// Its name in ECMA-323.
    pub(crate) name: &'static str,
    pub(crate) tagging: Tagging,
    /// How it is tagged in Phases I and II, where that is otherwise.
    pub(crate) older: Option<Tagging>,
    pub(crate) required: bool,
    /// Phases I and II may leave it out all the same.
    pub(crate) spared: bool,
    /// The first phase that has it: it is left out in older ones.
    pub(crate) since: Phase,
    /// A bit string that BER must have: where it is not told, one without bits stands for it.
    pub(crate) bits: bool,
    /// In XML it stands in front of the field that is above it here, and behind it in BER.
    pub(crate) ahead: bool,
    /// In BER it is not the last one: a lone element that could be it is the one behind it.
    pub(crate) followed: bool,
    fits: fn(Tag, Phase) -> bool,
}

impl Field {
    /// A field with the tag of its type, in every phase.
    pub(crate) const fn of<T: Schema>(name: &'static str) -> Self {
        Field {
            name,
            tagging: Tagging::Own,
            older: None,
            required: T::REQUIRED,
            spared: false,
            since: Phase::I,
            bits: false,
            ahead: false,
            followed: false,
            fits: T::fits,
        }
    }

    /// `[number] IMPLICIT`.
    pub(crate) const fn context(self, number: u32) -> Self {
        let tagging = Tagging::Implicit(Tag::context(number));
        Field { tagging, ..self }
    }

    /// `[number] EXPLICIT`.
    pub(crate) const fn explicit(self, number: u32) -> Self {
        let tagging = Tagging::Explicit(Tag::context(number));
        Field { tagging, ..self }
    }

    /// `[APPLICATION number] EXPLICIT`.
    pub(crate) const fn application(self, number: u32) -> Self {
        let tagging = Tagging::Explicit(Tag::application(number));
        Field { tagging, ..self }
    }

    /// `[APPLICATION number] IMPLICIT`.
    pub(crate) const fn tagged(self, number: u32) -> Self {
        let tagging = Tagging::Implicit(Tag::application(number));
        Field { tagging, ..self }
    }

    /// A field that BER does not have. It is never required, or nothing could be read from BER.
    pub(crate) const fn xml(self) -> Self {
        let tagging = Tagging::Absent;
        Field { tagging, ..self }
    }

    /// A bit string that may be missing in XML, but not in BER.
    pub(crate) const fn bits(self) -> Self {
        Field { bits: true, ..self }
    }

    /// A field that stands in front of the one above it in XML.
    pub(crate) const fn ahead(self) -> Self {
        Field { ahead: true, ..self }
    }

    /// A field behind which there is always another in BER.
    pub(crate) const fn followed(self) -> Self {
        Field { followed: true, ..self }
    }

    #[cfg(test)]
    pub(crate) const fn is_in_ber(&self) -> bool {
        !matches!(self.tagging, Tagging::Absent)
    }

    /// A field that Phases I and II do not have.
    pub(crate) const fn iii(self) -> Self {
        let since = Phase::III;
        Field { since, ..self }
    }

    /// In Phases I and II, the tag of its type.
    pub(crate) const fn older_own(self) -> Self {
        let older = Some(Tagging::Own);
        Field { older, ..self }
    }

    /// In Phases I and II, `[number] IMPLICIT`.
    pub(crate) const fn older_context(self, number: u32) -> Self {
        let older = Some(Tagging::Implicit(Tag::context(number)));
        Field { older, ..self }
    }

    /// In Phases I and II, `[APPLICATION number] EXPLICIT`.
    pub(crate) const fn older_application(self, number: u32) -> Self {
        let older = Some(Tagging::Explicit(Tag::application(number)));
        Field { older, ..self }
    }

    /// A field that Phases I and II may leave out, and Phase III may not.
    pub(crate) const fn older_optional(self) -> Self {
        Field { spared: true, ..self }
    }

    /// Must it be there?
    pub(crate) fn is_required(&self, phase: Phase) -> bool {
        self.required && !(self.spared && phase < Phase::III)
    }

    /// Can an element with this tag be it?
    pub(crate) fn fits(&self, tag: Tag, phase: Phase) -> bool {
        self.tagged_as(tag, phase).is_some()
    }

    /// How an element with this tag can be it. The tags `[0]` to `[30]` of older phases are those of other fields, and tags that many types
    /// have tell nothing of a field that an older phase does not have. One that the older phases tag otherwise may come as Phase III has it
    /// where nothing else can be meant.
    fn tagged_as(&self, tag: Tag, phase: Phase) -> Option<Tagging> {
        let there = self.since <= phase;
        let older = self.older.filter(|_| phase < Phase::III);
        if let Some(older) = older.filter(|older| self.is_tag(*older, tag, phase)) {
            return Some(older);
        }
        let plain =
            tag.class == ber::Class::Application || there && (older.is_none() || matches!(self.tagging, Tagging::Own));
        (plain && self.is_tag(self.tagging, tag, phase)).then_some(self.tagging)
    }

    fn is_tag(&self, tagging: Tagging, tag: Tag, phase: Phase) -> bool {
        match tagging {
            Tagging::Own => (self.fits)(tag, phase),
            Tagging::Implicit(own) | Tagging::Explicit(own) => own == tag,
            Tagging::Absent => false,
        }
    }

    /// Reads an element that fits.
    pub(crate) fn read_ber(
        &self,
        node: &mut dyn Node,
        element: &ber::Element<'_>,
        ber: &mut ber::Reader,
    ) -> Result<(), DecodeError> {
        match self.tagged_as(element.tag, ber.phase).unwrap_or(self.tagging) {
            Tagging::Own | Tagging::Implicit(_) => node.read_ber(element, ber),
            Tagging::Absent => Ok(()),
            Tagging::Explicit(_) => ber.inner(element).and_then(|inner| node.read_ber(&inner, ber)),
        }
        .map_err(|error| error.within(self.name))
    }

    /// Writes the field.
    pub(crate) fn write_ber(&self, node: &dyn Node, ber: &mut ber::Writer, phase: Phase) {
        let older = self.older.filter(|_| phase < Phase::III);
        match older.unwrap_or(self.tagging) {
            Tagging::Own => node.write_ber(ber, phase, None),
            Tagging::Implicit(tag) => node.write_ber(ber, phase, Some(tag)),
            Tagging::Explicit(tag) => ber.constructed(tag, |ber| node.write_ber(ber, phase, None)),
            Tagging::Absent => {}
        }
    }
}

impl<T: Schema> Node for Option<T> {
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
        if !T::WORD {
            return self.insert(T::default()).read_xml(xml);
        }
        match xml.text()? {
            text if text.trim().is_empty() => Ok(()),
            text => self.insert(T::default()).read_text(&text),
        }
    }

    fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
        if let Some(value) = self {
            value.write_xml(xml, name);
        }
    }

    fn read_ber(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
        self.insert(T::default()).read_ber(element, ber)
    }

    fn write_ber(&self, ber: &mut ber::Writer, phase: Phase, tag: Option<Tag>) {
        if let Some(value) = self {
            value.write_ber(ber, phase, tag);
        }
    }

    /// What is within an optional field is all there: the standard says so of some that are optional here.
    #[cfg(test)]
    fn fill(&mut self, chance: &mut Chance) -> bool {
        let mut value = T::default();
        let there = chance.all || chance.below(2) == 0;
        let all = std::mem::replace(&mut chance.all, true);
        *self = (there && value.fill(chance)).then_some(value);
        chance.all = all;
        true
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Schema> Schema for Option<T> {
    fn fits(tag: Tag, phase: Phase) -> bool {
        T::fits(tag, phase)
    }
}

impl<T: Schema> Node for Box<T> {
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
        (**self).read_xml(xml)
    }

    fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
        (**self).write_xml(xml, name);
    }

    fn read_ber(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
        (**self).read_ber(element, ber)
    }

    fn write_ber(&self, ber: &mut ber::Writer, phase: Phase, tag: Option<Tag>) {
        (**self).write_ber(ber, phase, tag);
    }

    #[cfg(test)]
    fn fill(&mut self, chance: &mut Chance) -> bool {
        (**self).fill(chance)
    }

    fn is_absent(&self) -> bool {
        (**self).is_absent()
    }
}

impl<T: Schema> Schema for Box<T> {
    const REQUIRED: bool = T::REQUIRED;

    fn fits(tag: Tag, phase: Phase) -> bool {
        T::fits(tag, phase)
    }
}
