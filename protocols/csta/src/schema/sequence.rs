use super::{Field, Node, Rest};
use crate::ber::{self, Phase, Tag};
use crate::error::{DecodeError, Problem};
use crate::xml;

/// Types with named fields: `SEQUENCE` in ASN.1, a sequence of elements in XML.
///
/// A line is `field: Type = "nameInEcma323";`, with how it is tagged in BER behind the name where that is not by its type.
macro_rules! sequence {
    ($($(#[$meta:meta])* $name:ident {
        $($(#[$doc:meta])* $field:ident : $type:ty = $xml:literal $(. $tag:ident ($($argument:literal)?))* ;)*
    })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name {
            $($(#[$doc])* pub $field: $type,)*
            /// What else the peer sent here, as it came.
            pub rest: $crate::schema::Rest,
        }

        impl $name {
            const FIELDS: &'static [$crate::schema::Field] =
                &[$($crate::schema::Field::of::<$type>($xml)$(.$tag($($argument)?))*),*];
        }

        impl $crate::schema::Node for $name {
            fn read_xml(&mut self, xml: &mut $crate::xml::Reader<'_>) -> Result<(), $crate::DecodeError> {
                let nodes: &mut [&mut dyn $crate::schema::Node] = &mut [$(&mut self.$field),*];
                $crate::schema::read_xml_fields(Self::FIELDS, nodes, &mut self.rest, xml)
            }

            fn write_xml(&self, xml: &mut $crate::xml::Writer, name: &'static str) {
                let nodes: &[&dyn $crate::schema::Node] = &[$(&self.$field),*];
                xml.element(name, |xml| $crate::schema::write_xml_fields(Self::FIELDS, nodes, &self.rest, xml));
            }

            fn read_ber(
                &mut self,
                element: &$crate::ber::Element<'_>,
                ber: &mut $crate::ber::Reader,
            ) -> Result<(), $crate::DecodeError> {
                let nodes: &mut [&mut dyn $crate::schema::Node] = &mut [$(&mut self.$field),*];
                let elements = element.elements();
                $crate::schema::read_ber_fields(Self::FIELDS, nodes, &mut self.rest, elements, ber)
            }

            #[cfg(test)]
            fn fill(&mut self, chance: &mut $crate::schema::Chance) -> bool {
                let mut fields = Self::FIELDS.iter();
                let filled = [$(match fields.next() {
                    Some(field) if field.is_in_ber() => $crate::schema::Node::fill(&mut self.$field, chance),
                    _ => false,
                }),*];
                let nodes: &[&dyn $crate::schema::Node] = &[$(&self.$field),*];
                // A field that cannot be filled may be missing only where it need not be there.
                let fields = Self::FIELDS.iter().zip(nodes).zip(filled);
                let mut fields = fields.map(|((field, node), filled)| filled || !field.required || node.is_absent());
                fields.all(|good| good)
            }

            #[cfg(test)]
            fn present(&self) -> Vec<&'static str> {
                let nodes: &[&dyn $crate::schema::Node] = &[$(&self.$field),*];
                let fields = Self::FIELDS.iter().zip(nodes).filter(|(_, node)| !node.is_absent());
                fields.map(|(field, _)| field.name).collect()
            }

            fn rest(&self) -> Option<&$crate::schema::Rest> {
                Some(&self.rest)
            }

            fn rest_mut(&mut self) -> Option<&mut $crate::schema::Rest> {
                Some(&mut self.rest)
            }

            fn read_argument(
                &mut self,
                element: &$crate::ber::Element<'_>,
                ber: &mut $crate::ber::Reader,
            ) -> Result<(), $crate::DecodeError> {
                $crate::schema::Node::read_ber(self, &element.as_sequence(), ber)
            }

            fn read_field(
                &mut self,
                name: &str,
                element: &$crate::ber::Element<'_>,
                ber: &mut $crate::ber::Reader,
            ) -> Result<(), $crate::DecodeError> {
                let nodes: &mut [&mut dyn $crate::schema::Node] = &mut [$(&mut self.$field),*];
                let mut fields = Self::FIELDS.iter().zip(nodes).filter(|(field, _)| field.name == name);
                fields.try_for_each(|(_, node)| node.read_ber(element, ber))
            }

            fn write_field(
                &self,
                name: &str,
                ber: &mut $crate::ber::Writer,
                phase: $crate::Phase,
                tag: Option<$crate::ber::Tag>,
            ) {
                let nodes: &[&dyn $crate::schema::Node] = &[$(&self.$field),*];
                let fields = Self::FIELDS.iter().zip(nodes).filter(|(field, _)| field.name == name);
                fields.for_each(|(_, node)| node.write_ber(ber, phase, tag));
            }

            fn write_ber(
                &self,
                ber: &mut $crate::ber::Writer,
                phase: $crate::Phase,
                tag: Option<$crate::ber::Tag>,
            ) {
                let nodes: &[&dyn $crate::schema::Node] = &[$(&self.$field),*];
                let tag = tag.unwrap_or($crate::ber::Tag::SEQUENCE);
                $crate::schema::write_ber_fields(Self::FIELDS, nodes, &self.rest, ber, phase, tag);
            }
        }

        impl $crate::schema::Schema for $name {
            const REQUIRED: bool = true;

            fn fits(tag: $crate::ber::Tag, _phase: $crate::Phase) -> bool {
                tag == $crate::ber::Tag::SEQUENCE
            }
        }
    )*};
}
pub(crate) use sequence;

/// Elements may come in any order, though they mostly come in that of the standard: the search goes on behind the last one found.
pub(crate) fn read_xml_fields(
    fields: &'static [Field],
    nodes: &mut [&mut dyn Node],
    rest: &mut Rest,
    xml: &mut xml::Reader<'_>,
) -> Result<(), DecodeError> {
    let (mut next, mut seen) = (0, 0_u64);
    let (depth, mark) = (xml.depth(), xml.mark());
    xml.children(|xml, name| {
        let look = |name: &str| {
            let behind = fields.iter().enumerate().skip(next);
            let before = fields.iter().enumerate().take(next);
            behind.chain(before).find(|(_, field)| field.name == name)
        };
        let found = look(name).or_else(|| xml::respelt(name).and_then(look));
        let Some((at, field)) = found else {
            return xml.unknown(rest);
        };
        next = at + 1;
        seen |= 1 << (at % 64);
        match nodes.get_mut(at) {
            Some(node) => node.read_xml(xml).map_err(|error| error.within(field.name)),
            None => Ok(()),
        }
    })?;
    if xml.mark() > mark {
        xml.settle(mark, depth, rest);
    }
    require(fields, seen, Phase::III)
}

pub(crate) fn write_xml_fields(fields: &'static [Field], nodes: &[&dyn Node], rest: &Rest, xml: &mut xml::Writer) {
    let at = xml.content_at();
    let mut write = |(field, node): (&Field, &&dyn Node)| {
        if !node.is_absent() {
            node.write_xml(xml, field.name);
        }
    };
    let mut fields = fields.iter().zip(nodes).peekable();
    while let Some(field) = fields.next() {
        if let Some(ahead) = fields.next_if(|(next, _)| next.ahead) {
            write(ahead);
        }
        write(field);
    }
    xml.rest(rest, at);
}

/// Each element is the first field behind the last one found that it fits. One that fits none of those may be out of order: then its tag
/// says which it is, unless that is one that many types have. What no field fits is kept, and hides nothing behind it.
pub(crate) fn read_ber_fields(
    fields: &'static [Field],
    nodes: &mut [&mut dyn Node],
    rest: &mut Rest,
    elements: ber::Elements<'_>,
    ber: &mut ber::Reader,
) -> Result<(), DecodeError> {
    let (mut next, mut seen) = (0, 0_u64);
    let (mark, mut unread) = (ber.mark(), elements.clone());
    while let Some(element) = unread.next() {
        let element = element?;
        let (phase, is_last) = (ber.phase, unread.rest().is_empty());
        let fits = |(_, field): &(usize, &Field)| field.fits(element.tag, phase) && !(field.followed && is_last);
        let unseen = |(at, _): &(usize, &Field)| seen & (1 << (at % 64)) == 0;
        let behind = || fields.iter().enumerate().skip(next).filter(unseen).find(fits);
        let before = || fields.iter().enumerate().take(next).filter(unseen).find(fits);
        let ordered = element.tag.class == ber::Class::Universal;
        let found = behind().or_else(|| if ordered { None } else { before() });
        let Some((at, field)) = found else {
            ber.keep(rest, &element)?;
            continue;
        };
        next = at + 1;
        seen |= 1 << (at % 64);
        if let Some(node) = nodes.get_mut(at) {
            field.read_ber(*node, &element, ber)?;
        }
    }
    if ber.mark() > mark {
        ber.settle(mark, rest, elements);
    }
    require(fields, seen, ber.phase)
}

pub(crate) fn write_ber_fields(
    fields: &'static [Field],
    nodes: &[&dyn Node],
    rest: &Rest,
    ber: &mut ber::Writer,
    phase: Phase,
    tag: Tag,
) {
    ber.constructed(tag, |ber| {
        let at = ber.len();
        for (field, node) in fields.iter().zip(nodes) {
            match (field.since <= phase, node.is_absent()) {
                (true, false) => field.write_ber(*node, ber, phase),
                (true, true) if field.bits => ber.bits_of(Tag::BIT_STRING, 0, 0),
                _ => {}
            }
        }
        rest.write_ber(ber, at);
    });
}

fn require(fields: &'static [Field], seen: u64, phase: Phase) -> Result<(), DecodeError> {
    let missing = |(at, field): &(usize, &Field)| field.is_required(phase) && seen & (1 << (at % 64)) == 0;
    match fields.iter().enumerate().find(missing) {
        Some((_, field)) => Err(DecodeError::new(Problem::Missing(field.name))),
        None => Ok(()),
    }
}
