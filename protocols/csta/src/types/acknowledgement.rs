use super::CommonArguments;
use crate::ber::{self, Phase, Tag};
use crate::error::DecodeError;
use crate::schema::{Node, Schema};
use crate::xml;

/// The answer of a service that has nothing to say but that it was done: `NULL` in BER.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acknowledgement {
    /// What the vendor adds.
    pub extensions: Option<CommonArguments>,
}

impl Node for Acknowledgement {
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
        xml.children(|xml, name| match name {
            "extensions" => self.extensions.read_xml(xml),
            _ => xml.skip(),
        })
    }

    fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
        xml.element(name, |xml| self.extensions.write_xml(xml, "extensions"));
    }

    fn read_ber(&mut self, element: &ber::Element<'_>, phase: Phase) -> Result<(), DecodeError> {
        match element.tag == Tag::application(30) {
            true => self.extensions.read_ber(element, phase),
            false => Ok(()),
        }
    }

    fn write_ber(&self, ber: &mut ber::Writer, phase: Phase, _tag: Option<Tag>) {
        match &self.extensions {
            Some(extensions) => extensions.write_ber(ber, phase, Some(Tag::application(30))),
            None => ber.primitive(Tag::NULL, &[]),
        }
    }
}

impl Schema for Acknowledgement {
    fn fits(tag: Tag, _phase: Phase) -> bool {
        tag == Tag::NULL || tag == Tag::application(30)
    }
}
