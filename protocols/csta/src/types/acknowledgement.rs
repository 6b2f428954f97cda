use super::CommonArguments;
use crate::ber::{self, Phase, Tag};
use crate::error::DecodeError;
use crate::schema::{Node, Rest, Schema, Unknown};
use crate::xml;

const EXTENSIONS: Tag = Tag::application(30);

/// The answer of a service that has nothing to say but that it was done: `NULL` in BER.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acknowledgement {
    /// What the vendor adds.
    pub extensions: Option<CommonArguments>,
    /// What else the peer sent here, as it came.
    pub rest: Rest,
}

impl Node for Acknowledgement {
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
        let (depth, mark) = (xml.depth(), xml.mark());
        xml.children(|xml, name| match name {
            "extensions" => self.extensions.read_xml(xml),
            _ => xml.unknown(&mut self.rest),
        })?;
        xml.settle(mark, depth, &mut self.rest);
        Ok(())
    }

    fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
        xml.element(name, |xml| {
            let at = xml.content_at();
            self.extensions.write_xml(xml, "extensions");
            xml.rest(&self.rest, at);
        });
    }

    fn read_ber(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
        match element.tag {
            Tag::NULL => Ok(()),
            tag if tag == EXTENSIONS => self.extensions.read_ber(element, ber),
            _ => ber.keep(&mut self.rest, element),
        }
    }

    fn write_ber(&self, ber: &mut ber::Writer, phase: Phase, _tag: Option<Tag>) {
        match &self.extensions {
            Some(extensions) => extensions.write_ber(ber, phase, Some(EXTENSIONS)),
            None if self.rest.0.iter().any(|unknown| matches!(unknown, Unknown::Ber(_))) => {}
            None => ber.primitive(Tag::NULL, &[]),
        }
        self.rest.write_ber(ber, ber.len());
    }

    fn rest(&self) -> Option<&Rest> {
        Some(&self.rest)
    }

    fn rest_mut(&mut self) -> Option<&mut Rest> {
        Some(&mut self.rest)
    }
}

impl Schema for Acknowledgement {
    fn fits(tag: Tag, _phase: Phase) -> bool {
        tag == Tag::NULL || tag == EXTENSIONS
    }
}
