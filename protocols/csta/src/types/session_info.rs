use crate::ber::{self, Phase, Tag};
use crate::error::DecodeError;
use crate::schema::{Node, Schema, Unknown};
use crate::xml;
use lineside_wire::Private;

/// What a server wants to know of an application besides its name (ECMA-354): each has elements of its own here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApplicationSpecificInfo(
    /// The elements, in order.
    pub Vec<SpecificInfo>,
);

/// An element that a server wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpecificInfo {
    /// Its name.
    pub name: String,
    /// Its namespace, and that of what is in it; `None`: that of the element around it. Read only where the element itself says it.
    pub namespace: Option<String>,
    /// The text in it, where there are no elements.
    pub text: Private<String>,
    /// The elements in it.
    pub elements: Vec<SpecificInfo>,
}

impl SpecificInfo {
    /// An element with text.
    #[must_use]
    pub fn text(name: &str, text: &str) -> Self {
        SpecificInfo {
            name: name.to_owned(),
            text: Private::new(text.to_owned()),
            ..SpecificInfo::default()
        }
    }

    /// An element with others in it.
    #[must_use]
    pub fn group(name: &str, namespace: &str, elements: Vec<SpecificInfo>) -> Self {
        SpecificInfo {
            name: name.to_owned(),
            namespace: Some(namespace.to_owned()),
            elements,
            ..SpecificInfo::default()
        }
    }

    fn read(xml: &mut xml::Reader<'_>, name: &str) -> Result<Self, DecodeError> {
        let (namespace, mut elements) = (xml.attribute("xmlns"), Vec::new());
        let Unknown::Xml { document, .. } = xml.keep()? else {
            return Ok(SpecificInfo::default());
        };
        xml::Reader::new(&document)?.children(|xml, name| {
            elements.push(Self::read(xml, name)?);
            Ok(())
        })?;
        let text = match elements.is_empty() {
            true => xml::Reader::new(&document)?.text()?.trim().to_owned(),
            false => String::new(),
        };
        Ok(SpecificInfo {
            name: name.to_owned(),
            namespace,
            text: Private::new(text),
            elements,
        })
    }

    fn write(&self, xml: &mut xml::Writer) {
        if let Some(namespace) = &self.namespace {
            xml.attribute("xmlns", namespace);
        }
        match self.elements.is_empty() {
            true => xml.leaf(&self.name, &self.text),
            false => xml.element(&self.name, |xml| {
                self.elements.iter().for_each(|element| element.write(xml))
            }),
        }
    }
}

impl ApplicationSpecificInfo {
    /// A user and a password in `user` and `password`, as most servers want them.
    #[must_use]
    pub fn user(user: &str, password: &str) -> Self {
        let user = SpecificInfo::text("user", user);
        ApplicationSpecificInfo(vec![user, SpecificInfo::text("password", password)])
    }

    /// A user and a password in `SessionLoginInfo` of this namespace: `http://www.avaya.com/csta` or
    /// `http://www.pbxnsip.com/schemas/csta`. `cleanup_delay` is for how long a session is kept whose connection was lost, in seconds.
    #[must_use]
    pub fn session_login(namespace: &str, user: &str, password: &str, cleanup_delay: Option<u32>) -> Self {
        let mut elements = vec![
            SpecificInfo::text("userName", user),
            SpecificInfo::text("password", password),
        ];
        let delay = cleanup_delay.map(|delay| SpecificInfo::text("sessionCleanupDelay", &delay.to_string()));
        elements.extend(delay);
        ApplicationSpecificInfo(vec![SpecificInfo::group("SessionLoginInfo", namespace, elements)])
    }
}

impl Node for ApplicationSpecificInfo {
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
        xml.children(|xml, name| {
            self.0.push(SpecificInfo::read(xml, name)?);
            Ok(())
        })
    }

    fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
        xml.element(name, |xml| self.0.iter().for_each(|element| element.write(xml)));
    }

    fn read_ber(&mut self, _element: &ber::Element<'_>, _ber: &mut ber::Reader) -> Result<(), DecodeError> {
        Ok(())
    }

    fn write_ber(&self, _ber: &mut ber::Writer, _phase: Phase, _tag: Option<Tag>) {}
}

impl Schema for ApplicationSpecificInfo {
    fn fits(_tag: Tag, _phase: Phase) -> bool {
        false
    }
}
