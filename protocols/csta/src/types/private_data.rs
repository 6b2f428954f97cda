use crate::ber::{self, Phase, Tag};
use crate::error::DecodeError;
use crate::schema::{Node, Rest, Schema};
use crate::xml;

/// What a vendor's own service or event says: the elements within `privateData` in XML, everything in BER.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrivateData(pub Rest);

impl Node for PrivateData {
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
        xml.children(|xml, _| xml.unknown(&mut self.0))
    }

    fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
        xml.element(name, |xml| xml.rest(&self.0, xml.content_at()));
    }

    fn read_ber(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
        ber.keep(&mut self.0, element)
    }

    #[cfg(test)]
    fn fill(&mut self, chance: &mut crate::schema::Chance) -> bool {
        let mut ber = ber::Writer::default();
        ber.primitive(Tag::OCTET_STRING, chance.digits().as_bytes());
        self.0.0 = vec![crate::schema::Unknown::Ber(ber.finish().into())];
        true
    }

    fn write_ber(&self, ber: &mut ber::Writer, _phase: Phase, _tag: Option<Tag>) {
        self.0.write_ber(ber, ber.len());
    }

    fn is_absent(&self) -> bool {
        self.0.0.is_empty()
    }
}

impl Schema for PrivateData {
    fn fits(_tag: Tag, _phase: Phase) -> bool {
        true
    }
}
