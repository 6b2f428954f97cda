//! The messages of a connection (X.880): what is asked for, what came of it, and what was not understood.

use super::{Class, Element, Elements, Phase, Reader, Tag, Writer, association, older, report, settings};
use crate::codec::EncodeError;
use crate::error::{DecodeError, Problem};
use crate::frame::NO_ID;
use crate::message::{InvokeId, Message, RejectProblem, Request, Response, SERVICES};
use crate::schema::{Rest, Unknown};
use crate::types::UniversalFailure;
use bytes::Bytes;

const INVOKE: Tag = Tag::context(1);
const RETURN_RESULT: Tag = Tag::context(2);
const RETURN_ERROR: Tag = Tag::context(3);
const REJECT: Tag = Tag::context(4);

/// The operation of an event report, in every phase.
const EVENT_REPORT: i64 = 21;
/// The error of CSTA, in every phase.
const UNIVERSAL_FAILURE: i64 = 1;

/// A message, and how it was laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) message: Message,
    /// The phase that was asked for, unless the bytes show another.
    pub(crate) phase: Phase,
}

/// Why a message cannot be read, and its invoke id as far as that could be.
type Failure = (Option<InvokeId>, DecodeError);

/// Reads one message, which has to be all there is.
pub(crate) fn decode(bytes: &[u8], phase: Phase) -> Result<Decoded, Failure> {
    let (behind, apdu) = Element::read(bytes).map_err(|error| (None, error))?;
    let mut ber = Reader::new(phase);
    if apdu.tag.class == Class::Application {
        let association = alone(behind).and_then(|()| association::read(&apdu, &mut ber));
        let message = Message::Association(association.map_err(|error| (None, error))?);
        return Ok(Decoded { message, phase });
    }
    let mut parts = apdu.elements();
    let id = invoke_id(&apdu, &mut parts).map_err(|error| (None, error))?;
    let message = alone(behind).and_then(|()| operation(&apdu, id, parts, &mut ber));
    let mut message = message.map_err(|error| (id, error))?;
    if ber.mark() > 0
        && let Some(rest) = rest_of(&mut message)
    {
        ber.settle(0, rest, Elements::of(&[]));
    }
    let phase = ber.phase;
    Ok(Decoded { message, phase })
}

/// Where a message keeps what stands in it beside all that is known.
fn rest_of(message: &mut Message) -> Option<&mut Rest> {
    match message {
        Message::Request { request, .. } => request.node_mut()?.rest_mut(),
        Message::Response { response, .. } => response.node_mut()?.rest_mut(),
        Message::Event(report) => report.event.node_mut()?.rest_mut(),
        Message::Error { rest, .. } => Some(rest),
        Message::Reject { .. } | Message::Association(_) => None,
    }
}

fn alone(behind: &[u8]) -> Result<(), DecodeError> {
    match behind.len() {
        0 => Ok(()),
        count => Err(DecodeError::malformed(format!("{count} bytes behind the message"))),
    }
}

fn invoke_id(apdu: &Element<'_>, parts: &mut Elements<'_>) -> Result<Option<InvokeId>, DecodeError> {
    if !matches!(apdu.tag, INVOKE | RETURN_RESULT | RETURN_ERROR | REJECT) || !apdu.constructed {
        return Err(DecodeError::malformed("neither an operation nor an association"));
    }
    let id = parts.required("invokeID")?;
    match id.tag {
        Tag::INTEGER => id.integer().map(|id| Some(InvokeId(id))),
        // X.880: none is what nobody answers may have.
        Tag::NULL if matches!(apdu.tag, REJECT | INVOKE) => Ok(None),
        _ => Err(DecodeError::malformed("an invoke id that is no integer")),
    }
}

fn operation(
    apdu: &Element<'_>,
    id: Option<InvokeId>,
    mut parts: Elements<'_>,
    ber: &mut Reader,
) -> Result<Message, DecodeError> {
    let known = id.ok_or_else(|| DecodeError::new(Problem::Missing("invokeID")));
    match apdu.tag {
        INVOKE => invoke(id.unwrap_or(NO_ID), parts, ber),
        RETURN_RESULT => result(known?, parts, ber),
        RETURN_ERROR => {
            let (id, error) = (known?, failure(&mut parts, ber)?);
            let mut rest = Rest::default();
            for part in parts {
                ber.keep(&mut rest, &part?)?;
            }
            Ok(Message::Error { id, error, rest })
        }
        _ => {
            let problem = reject(&parts.required("problem")?)?;
            Ok(Message::Reject { id, problem })
        }
    }
}

fn invoke(id: InvokeId, mut parts: Elements<'_>, ber: &mut Reader) -> Result<Message, DecodeError> {
    let mut operation = parts.required("operation")?;
    // The operation that this one belongs to: CSTA has none.
    if operation.tag == Tag::context(0) {
        operation = parts.required("operation")?;
    }
    let code = code(&operation)?;
    let told = parts.rest();
    let argument = parts.next().transpose()?;
    ber.strays(parts)?;
    if code == Some(EVENT_REPORT) {
        let argument = argument.ok_or_else(|| DecodeError::new(Problem::Missing("argument")))?;
        return report::read(&argument, ber).map(Message::Event);
    }
    let request = match code.and_then(|code| service(code, ber.phase)) {
        Some((name, phase)) => {
            ber.phase = phase;
            let mut request = Request::named(name);
            if let Some(node) = request.as_mut().and_then(Request::node_mut) {
                let argument = argument.unwrap_or(Element::nothing());
                older::read_argument(name, node, &argument, ber).map_err(|error| error.within(name))?;
            }
            request
        }
        None => match code.filter(|code| older::is_shared(*code)) {
            Some(code) => {
                ber.phase = ber.phase.min(Phase::II);
                let argument = argument.unwrap_or(Element::nothing());
                older::shared_request(code, &argument, ber)?
            }
            None => None,
        },
    };
    let request = request.unwrap_or_else(|| Request::Other {
        code,
        content: kept(told),
    });
    Ok(Message::Request { id, request })
}

fn result(id: InvokeId, mut parts: Elements<'_>, ber: &mut Reader) -> Result<Message, DecodeError> {
    let done = |response| Ok(Message::Response { id, response });
    let sequence = parts.next().transpose()?;
    ber.strays(parts)?;
    let Some(sequence) = sequence.filter(|sequence| sequence.tag != Tag::NULL) else {
        return done(Response::Void);
    };
    let mut parts = sequence.elements();
    let code = code(&parts.required("operation")?)?;
    let told = parts.rest();
    let value = parts.next().transpose()?;
    ber.strays(parts)?;
    let Some((name, phase)) = code.and_then(|code| service(code, ber.phase)) else {
        if let Some(code) = code.filter(|code| older::is_shared(*code)) {
            ber.phase = ber.phase.min(Phase::II);
            let response = value
                .map(|value| settings::response(code, &value, ber))
                .transpose()?
                .flatten();
            return match (response, value.filter(|value| value.tag != Tag::NULL)) {
                (Some(response), _) => done(response),
                (None, None) => done(Response::Void),
                (None, Some(_)) => {
                    let (code, content) = (Some(code), kept(told));
                    done(Response::Other { code, content })
                }
            };
        }
        let content = kept(told);
        return done(Response::Other { code, content });
    };
    ber.phase = phase;
    let mut response = Response::named(name).unwrap_or(Response::Void);
    let (Some(value), Some(node)) = (value, response.node_mut()) else {
        return done(Response::Void);
    };
    match node.read_argument(&value, ber) {
        Ok(()) => done(response),
        // Done, and nothing told of what others tell.
        Err(_) if value.tag == Tag::NULL => done(Response::Void),
        Err(error) => Err(error.within(name)),
    }
}

fn failure(parts: &mut Elements<'_>, ber: &mut Reader) -> Result<UniversalFailure, DecodeError> {
    let told = parts.required("error")?;
    let code = code(&told)?;
    let parameter = parts.next().transpose()?;
    match (code, parameter) {
        (Some(UNIVERSAL_FAILURE), Some(parameter)) => super::failure::read(&parameter, ber),
        (Some(UNIVERSAL_FAILURE), None) => Ok(UniversalFailure::default()),
        (code, parameter) => {
            let global = if code.is_none() { told.raw } else { &[] };
            let parameter = parameter.map_or(&[][..], |parameter| parameter.raw);
            let parameter = Unknown::Ber([global, parameter].concat().into());
            Ok(UniversalFailure::Code { code, parameter })
        }
    }
}

fn reject(problem: &Element<'_>) -> Result<RejectProblem, DecodeError> {
    let code = problem.integer()?;
    match problem.tag {
        tag if tag == Tag::context(0) => Ok(RejectProblem::General(code)),
        tag if tag == Tag::context(1) => Ok(RejectProblem::Invoke(code)),
        tag if tag == Tag::context(2) => Ok(RejectProblem::ReturnResult(code)),
        tag if tag == Tag::context(3) => Ok(RejectProblem::ReturnError(code)),
        _ => Err(DecodeError::malformed("a problem of no sort that there is")),
    }
}

/// A local code; `None`: a global one, which CSTA does not have.
fn code(element: &Element<'_>) -> Result<Option<i64>, DecodeError> {
    match element.tag {
        Tag::INTEGER => element.integer().map(Some),
        Tag::OBJECT_IDENTIFIER => Ok(None),
        _ => Err(DecodeError::malformed("an operation that is no integer")),
    }
}

/// The elements of what this crate does not know.
fn kept(elements: &[u8]) -> Unknown {
    Unknown::Ber(Bytes::copy_from_slice(elements))
}

/// The service with this operation code. One that only the other phases have shows that one of them is spoken.
fn service(code: i64, phase: Phase) -> Option<(&'static str, Phase)> {
    let iii = || {
        SERVICES
            .iter()
            .find(|(_, iii, _)| *iii == Some(code))
            .map(|(name, ..)| *name)
    };
    let ii = || {
        SERVICES
            .iter()
            .find(|(_, _, ii)| *ii == Some(code))
            .map(|(name, ..)| *name)
    };
    match phase {
        Phase::III => iii()
            .map(|name| (name, phase))
            .or_else(|| ii().map(|name| (name, Phase::II))),
        Phase::I | Phase::II => ii()
            .map(|name| (name, phase))
            .or_else(|| iii().map(|name| (name, Phase::III))),
    }
}

/// Writes one message. Events have the invoke id 0: nobody answers them.
pub(crate) fn encode(message: &Message, phase: Phase) -> Result<Vec<u8>, EncodeError> {
    let mut ber = Writer::default();
    match message {
        Message::Request { id, request } => {
            let code = match request {
                Request::Other { code, .. } => *code,
                _ => operation_code(request.name(), phase),
            };
            let code = code.ok_or_else(|| not_in_encoding(request.name()))?;
            let content = match request {
                Request::Other { content, .. } => Some(octets(content)?),
                _ => None,
            };
            ber.constructed(INVOKE, |ber| {
                ber.integer(Tag::INTEGER, id.0);
                ber.integer(Tag::INTEGER, code);
                match request.node() {
                    Some(_) if phase < Phase::III => older::write_argument(request, ber, phase),
                    Some(node) => node.write_ber(ber, phase, None),
                    None => ber.raw(content.unwrap_or_default()),
                }
            });
        }
        Message::Response { id, response } => {
            let code = match response {
                Response::Void => None,
                Response::Other { code, .. } => Some(code.ok_or_else(|| not_in_encoding(response.name()))?),
                _ => Some(operation_code(response.name(), phase).ok_or_else(|| not_in_encoding(response.name()))?),
            };
            let content = match response {
                Response::Other { content, .. } => octets(content)?,
                _ => &[],
            };
            ber.constructed(RETURN_RESULT, |ber| {
                ber.integer(Tag::INTEGER, id.0);
                let Some(code) = code else { return };
                ber.constructed(Tag::SEQUENCE, |ber| {
                    ber.integer(Tag::INTEGER, code);
                    match response.node() {
                        Some(_) if phase < Phase::III => older::write_result(response, ber, phase),
                        Some(node) => node.write_ber(ber, phase, None),
                        None if content.is_empty() => ber.primitive(Tag::NULL, &[]),
                        None => ber.raw(content),
                    }
                });
            });
        }
        Message::Error { id, error, rest } => ber.constructed(RETURN_ERROR, |ber| {
            ber.integer(Tag::INTEGER, id.0);
            let at = ber.len();
            match error {
                UniversalFailure::Code { code, parameter } => {
                    code.iter().for_each(|code| ber.integer(Tag::INTEGER, *code));
                    parameter.write_ber(ber);
                }
                _ => {
                    ber.integer(Tag::INTEGER, UNIVERSAL_FAILURE);
                    super::failure::write(error, ber, phase);
                }
            }
            rest.write_ber(ber, at);
        }),
        Message::Reject { id, problem } => ber.constructed(REJECT, |ber| {
            match id {
                Some(id) => ber.integer(Tag::INTEGER, id.0),
                None => ber.primitive(Tag::NULL, &[]),
            }
            let (number, code) = match problem {
                RejectProblem::General(code) => (0, code),
                RejectProblem::Invoke(code) => (1, code),
                RejectProblem::ReturnResult(code) => (2, code),
                RejectProblem::ReturnError(code) => (3, code),
            };
            ber.integer(Tag::context(number), *code);
        }),
        Message::Event(report) => {
            let layout = report::Layout::of(report, phase)?;
            ber.constructed(INVOKE, |ber| {
                ber.integer(Tag::INTEGER, 0);
                ber.integer(Tag::INTEGER, EVENT_REPORT);
                layout.write(ber);
            });
        }
        Message::Association(association) => association::write(association, &mut ber, phase),
    }
    Ok(ber.finish())
}

pub(crate) fn operation_code(name: &str, phase: Phase) -> Option<i64> {
    let (_, iii, ii) = SERVICES.iter().find(|(service, ..)| *service == name)?;
    match phase {
        Phase::III => *iii,
        Phase::I | Phase::II => ii.or_else(|| older::shared_code(name)),
    }
}

fn octets(content: &Unknown) -> Result<&[u8], EncodeError> {
    match content {
        Unknown::Ber(bytes) => Ok(bytes),
        Unknown::Xml { name, .. } => Err(not_in_encoding(name)),
        Unknown::Within(_) => Err(not_in_encoding("")),
    }
}

pub(super) fn not_in_encoding(name: &str) -> EncodeError {
    EncodeError::NotInEncoding(name.to_owned())
}
