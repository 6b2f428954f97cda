//! What Avaya AE Services (DMCC) adds to CSTA XML: names that it gives out for devices, by which alone they are asked for, and monitors
//! that are told what to tell and not what to keep back.
//!
//! Known by what public clients send and read: [f-me/dmcc](https://github.com/f-me/dmcc) (releases 6.1 to 6.3 of the server), Ratcow.Csta, and
//! others that carry whole documents.

use crate::error::{DecodeError, Problem};
use crate::message::{Request, Response};
use crate::schema::{Rest, Unknown};
use crate::types::{CommonArguments, DeviceId, PrivateDataList, TypeOfNumber};
use crate::xml::{Reader, Writer};
use lineside_wire::Private;

const DEVICE: &str = "device";
const EVENTS: &str = "AvayaEvents";
const INVERT: &str = "invertFilter";

/// Asks for the name of a device that is monitored, or called. It is good as long as the session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GetThirdPartyDeviceId {
    /// The switch, as the server calls its connection to it.
    pub switch_name: String,
    /// The number of the device. That of one to be called is as it is dialled, and may be outside.
    pub extension: Private<String>,
}

impl GetThirdPartyDeviceId {
    /// Its element.
    pub const NAME: &'static str = "GetThirdPartyDeviceId";
    const ANSWER: &'static str = "GetThirdPartyDeviceIdResponse";

    /// As a request, in the vendor's namespace.
    #[must_use]
    pub fn request(&self, namespace: &str) -> Request {
        request(Self::NAME, namespace, |xml| {
            xml.leaf("switchName", &self.switch_name);
            xml.leaf("extension", &self.extension);
        })
    }

    /// Reads it, for a server; `None`: something else is asked for.
    #[must_use]
    pub fn read(request: &Request) -> Option<Result<Self, DecodeError>> {
        let document = asked(request, Self::NAME)?;
        let mut found = GetThirdPartyDeviceId::default();
        let read = each(document, |xml, name| {
            match name {
                "switchName" => found.switch_name = xml.text()?.trim().to_owned(),
                "extension" => *found.extension = xml.text()?.trim().to_owned(),
                _ => xml.skip()?,
            }
            Ok(())
        });
        Some(read.map(|()| found))
    }

    /// The answer to it, for a server.
    #[must_use]
    pub fn response(device: &DeviceId, namespace: &str) -> Response {
        let content = document(Self::ANSWER, namespace, |xml| {
            crate::schema::Node::write_xml(device, xml, DEVICE);
        });
        Response::Other { code: None, content }
    }

    /// The name in an answer, as it is to stand in requests; `None`: it is the answer to something else.
    #[must_use]
    pub fn answer(response: &Response) -> Option<Result<DeviceId, DecodeError>> {
        match response {
            Response::Other {
                content: Unknown::Xml { name, document },
                ..
            } if **name == *Self::ANSWER => Some(device_in(document)),
            _ => None,
        }
    }
}

/// Gives the name of a device back, which is not good any more then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReleaseDeviceId {
    /// The name.
    pub device: DeviceId,
}

impl ReleaseDeviceId {
    /// Its element.
    pub const NAME: &'static str = "ReleaseDeviceId";

    /// As a request, in the vendor's namespace.
    #[must_use]
    pub fn request(&self, namespace: &str) -> Request {
        request(Self::NAME, namespace, |xml| {
            crate::schema::Node::write_xml(&self.device, xml, DEVICE);
        })
    }

    /// Reads it, for a server; `None`: something else is asked for.
    #[must_use]
    pub fn read(request: &Request) -> Option<Result<Self, DecodeError>> {
        let read = device_in(asked(request, Self::NAME)?);
        Some(read.map(|device| ReleaseDeviceId { device }))
    }

    /// The answer to it, for a server.
    #[must_use]
    pub fn response(namespace: &str) -> Response {
        let content = document("ReleaseDeviceIdResponse", namespace, |_| {});
        Response::Other { code: None, content }
    }
}

/// A name of a device as it stands in requests: opaque, of no media.
#[must_use]
pub fn device(name: &str) -> DeviceId {
    DeviceId {
        type_of_number: TypeOfNumber::Other,
        attributes: vec![("mediaClass".into(), "notKnown".into())],
        ..DeviceId::dialled(name)
    }
}

/// The number in such a name, which has the extension, the name of the switch, its address, and an instance, divided by colons: the address
/// may be missing, and may have colons of its own. `None`: it is none.
pub(crate) fn extension(name: &str) -> Option<&str> {
    let (before, instance) = name.rsplit_once(':')?;
    let (extension, switch) = before.split_once(':')?;
    let counted = !instance.is_empty() && instance.bytes().all(|byte| byte.is_ascii_digit());
    // An address of SIP may have as many colons.
    let is_name = counted && switch.contains(':') && !extension.is_empty() && !name.contains(['@', '[', '/']);
    is_name.then_some(extension)
}

/// What is put beside the filter of a monitor, so that it tells what is named there, and nothing else.
#[must_use]
pub fn inverted_filter(namespace: &str) -> CommonArguments {
    let mut xml = Writer::new("", None);
    xml.element("private", |xml| {
        // Clients that work differ in the namespaces here, so the server goes by the names. One has them as they are below.
        xml.attribute("xmlns", "");
        xml.element(EVENTS, |xml| {
            xml.attribute("xmlns", namespace);
            xml.leaf(INVERT, "true");
        });
    });
    let private = Unknown::Xml {
        name: "private".into(),
        document: xml.finish().into(),
    };
    CommonArguments {
        private_data: PrivateDataList(Rest(vec![private])),
        ..CommonArguments::default()
    }
}

/// Is that beside the filter of a monitor?
#[must_use]
pub fn inverts_filter(extensions: &CommonArguments) -> bool {
    let documents = extensions.private_data.0.0.iter().filter_map(Unknown::document);
    let mut inverts = false;
    for document in documents {
        // What cannot be read says nothing.
        let _ = each(document, |xml, name| match name {
            EVENTS => xml.children(|xml, name| {
                if name == INVERT {
                    inverts = matches!(xml.text()?.trim(), "true" | "1");
                    return Ok(());
                }
                xml.skip()
            }),
            _ => xml.skip(),
        });
    }
    inverts
}

fn request(name: &str, namespace: &str, content: impl FnOnce(&mut Writer)) -> Request {
    let content = document(name, namespace, content);
    Request::Other { code: None, content }
}

fn document(name: &str, namespace: &str, content: impl FnOnce(&mut Writer)) -> Unknown {
    let mut xml = Writer::new("", None);
    xml.attribute("xmlns", namespace);
    xml.element(name, content);
    Unknown::Xml {
        name: name.into(),
        document: xml.finish().into(),
    }
}

/// The document by which the service called `wanted` is asked for.
fn asked<'a>(request: &'a Request, wanted: &str) -> Option<&'a str> {
    match request {
        Request::Other {
            content: Unknown::Xml { name, document },
            ..
        } if **name == *wanted => Some(document),
        _ => None,
    }
}

fn device_in(document: &str) -> Result<DeviceId, DecodeError> {
    let mut found = String::new();
    each(document, |xml, name| {
        match name {
            DEVICE => found = xml.text()?.trim().to_owned(),
            _ => xml.skip()?,
        }
        Ok(())
    })?;
    match found.is_empty() {
        true => Err(DecodeError::new(Problem::Missing(DEVICE))),
        false => Ok(device(&found)),
    }
}

fn each<'a>(
    document: &'a str,
    each: impl FnMut(&mut Reader<'a>, &'a str) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    Reader::new(document)?.children(each)
}
