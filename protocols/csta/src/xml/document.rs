//! A message as a document: the root element says which.

use super::encoding::characters;
use super::put_back::put_into_root;
use super::{Reader, Writer, respelt};
use crate::codec::{EncodeError, Style};
use crate::error::{DecodeError, Problem};
use crate::message::{Event, EventReport, InvokeId, Message, Request, Response};
use crate::schema::{Node, Octets, Rest, Unknown};
use crate::types::UniversalFailure;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
/// Of the messages that begin and end a session (ECMA-354).
const SESSION_NAMESPACE: &str = "http://www.ecma-international.org/standards/ecma-354/appl_session";
const ERROR: &str = "CSTAErrorCode";
const CROSS_REF: &str = "monitorCrossRefID";

/// What a document says.
#[derive(Debug)]
pub(crate) enum Content {
    Request(Request),
    Response(Response),
    Error(UniversalFailure, Rest),
    Event(EventReport),
}

/// A document that was read.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) content: Content,
    /// How the peer writes; `None` where this document does not tell.
    pub(crate) style: Option<Style>,
}

impl Content {
    /// The message, with what its frame says of it.
    pub(crate) fn with(self, id: InvokeId) -> Message {
        match self {
            Content::Request(request) => Message::Request { id, request },
            Content::Response(response) => Message::Response { id, response },
            Content::Error(error, rest) => Message::Error { id, error, rest },
            Content::Event(report) => Message::Event(report),
        }
    }
}

/// Reads a document.
pub(crate) fn decode(bytes: &[u8]) -> Result<Document, DecodeError> {
    let source = characters(bytes)?;
    let mut xml = Reader::new(&source)?;
    let style = style(&xml);
    let content = content(&mut xml)?;
    xml.finish()?;
    Ok(Document { content, style })
}

/// Only what is of ECMA-323 tells how the peer writes that; the messages of a session have a namespace of their own.
fn style(xml: &Reader<'_>) -> Option<Style> {
    let namespace = xml.namespace()?;
    let is_plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.:/".contains(c));
    let can_be_written = is_plain(namespace) && xml.prefix().is_none_or(is_plain);
    (namespace.contains("ecma-323") && can_be_written).then(|| Style {
        namespace: namespace.to_owned(),
        prefix: xml.prefix().map(str::to_owned),
    })
}

fn content(xml: &mut Reader<'_>) -> Result<Content, DecodeError> {
    let name = xml.name();
    if name == ERROR {
        let mut error = UniversalFailure::default();
        let depth = xml.depth();
        error.read_xml(xml).map_err(|error| error.within(ERROR))?;
        let mut rest = Rest::default();
        xml.settle(0, depth, &mut rest);
        return Ok(Content::Error(error, rest));
    }
    if let Some(service) = name.strip_suffix("Response") {
        return response(xml, service).map(Content::Response);
    }
    if name.ends_with("Event") {
        return event(xml, name).map(Content::Event);
    }
    let Some(mut request) = Request::named(name) else {
        let content = xml.keep()?;
        return Ok(Content::Request(Request::Other { code: None, content }));
    };
    read(xml, request.element(), request.node_mut())?;
    Ok(Content::Request(request))
}

/// The answers of ECMA-354 are called `…PosResponse` and `…NegResponse`.
fn response(xml: &mut Reader<'_>, service: &str) -> Result<Response, DecodeError> {
    let positive = || service.strip_suffix("Pos").and_then(Response::named);
    let Some(mut response) = Response::named(service).or_else(positive) else {
        let content = xml.keep()?;
        return Ok(Response::Other { code: None, content });
    };
    read(xml, response.element(), response.node_mut())?;
    Ok(response)
}

fn event(xml: &mut Reader<'_>, name: &str) -> Result<EventReport, DecodeError> {
    let respelt = || respelt(name).and_then(Event::named);
    let Some(mut event) = Event::named(name).or_else(respelt) else {
        let content = xml.keep()?;
        let monitor_cross_ref_id = cross_ref_of(&content).unwrap_or_default();
        return Ok(EventReport {
            monitor_cross_ref_id,
            event: Event::Other(content),
        });
    };
    xml.set_aside(CROSS_REF);
    read(xml, event.element(), event.node_mut())?;
    match xml.taken_aside() {
        Some(text) => Ok(EventReport {
            monitor_cross_ref_id: Octets::from(text.trim()),
            event,
        }),
        None => Err(DecodeError::new(Problem::Missing(CROSS_REF)).within(event.element().unwrap_or_default())),
    }
}

fn read(xml: &mut Reader<'_>, name: Option<&'static str>, node: Option<&mut dyn Node>) -> Result<(), DecodeError> {
    match node {
        Some(node) => node
            .read_xml(xml)
            .map_err(|error| error.within(name.unwrap_or_default())),
        None => xml.skip(),
    }
}

/// The monitor by which an event came that is not known.
fn cross_ref_of(content: &Unknown) -> Option<Octets> {
    let Unknown::Xml { document, .. } = content else {
        return None;
    };
    let mut xml = Reader::new(document).ok()?;
    xml.set_aside(CROSS_REF);
    xml.children(|xml, _| xml.skip()).ok()?;
    xml.taken_aside().map(|text| Octets::from(text.trim()))
}

/// Writes a document.
pub(crate) fn encode(message: &Message, style: &Style) -> Result<String, EncodeError> {
    match message {
        Message::Request { request, .. } => match request {
            Request::Other { content, .. } => whole(content),
            _ => written(request.element(), request.node(), style, None),
        },
        Message::Response { response, .. } => match response {
            Response::Other { content, .. } => whole(content),
            _ => written(response.element(), response.node(), style, None),
        },
        Message::Error { error, rest, .. } => written(Some(ERROR), Some(error), style, None).map(|mut document| {
            put_into_root(&mut document, ERROR, rest);
            document
        }),
        Message::Event(report) => match &report.event {
            Event::Other(content) => whole(content),
            event => written(event.element(), event.node(), style, Some(&report.monitor_cross_ref_id)),
        },
        Message::Reject { .. } => Err(EncodeError::NotInEncoding("a reject".to_owned())),
        Message::Association(_) => Err(EncodeError::NotInEncoding("an association".to_owned())),
    }
}

fn written(
    name: Option<&'static str>,
    node: Option<&dyn Node>,
    style: &Style,
    cross_ref: Option<&Octets>,
) -> Result<String, EncodeError> {
    let (Some(name), Some(node)) = (name, node) else {
        return Err(EncodeError::NotInEncoding("a response without a name".to_owned()));
    };
    // Peers that put a prefix before every name are not known to do so in the messages of a session.
    let (namespace, prefix) = match name.contains("ApplicationSession") {
        true => (SESSION_NAMESPACE, None),
        false => (style.namespace.as_str(), style.prefix.as_deref()),
    };
    let mut xml = Writer::new(DECLARATION, prefix);
    match prefix {
        Some(prefix) => xml.attribute(&format!("xmlns:{prefix}"), namespace),
        None => xml.attribute("xmlns", namespace),
    }
    if let Some(cross_ref) = cross_ref {
        xml.first(CROSS_REF, cross_ref.in_xml());
    }
    node.write_xml(&mut xml, name);
    Ok(xml.finish())
}

/// What was kept of a document is one.
fn whole(content: &Unknown) -> Result<String, EncodeError> {
    match content {
        Unknown::Xml { document, .. } => Ok([DECLARATION, document].concat()),
        Unknown::Ber(_) | Unknown::Within(_) => Err(EncodeError::NotInEncoding("what came in BER".to_owned())),
    }
}
