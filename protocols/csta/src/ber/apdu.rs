//! The messages of a connection (X.880): what is asked for, what came of it, and what was not understood.

use super::{Class, Element, Elements, Phase, Tag, Writer, association, older, report, settings};
use crate::codec::EncodeError;
use crate::error::{DecodeError, Problem};
use crate::frame::NO_ID;
use crate::message::{InvokeId, Message, RejectProblem, Request, Response, SERVICES};
use crate::schema::Unknown;
use crate::types::UniversalFailure;

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
    if apdu.tag.class == Class::Application {
        let association = alone(behind).and_then(|()| association::read(&apdu));
        let message = Message::Association(association.map_err(|error| (None, error))?);
        return Ok(Decoded { message, phase });
    }
    let mut parts = apdu.elements();
    let id = invoke_id(&apdu, &mut parts).map_err(|error| (None, error))?;
    alone(behind)
        .and_then(|()| operation(&apdu, id, parts, phase))
        .map_err(|error| (id, error))
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
    phase: Phase,
) -> Result<Decoded, DecodeError> {
    let known = id.ok_or_else(|| DecodeError::new(Problem::Missing("invokeID")));
    match apdu.tag {
        INVOKE => invoke(id.unwrap_or(NO_ID), parts, phase),
        RETURN_RESULT => result(known?, parts, phase),
        RETURN_ERROR => {
            let (id, error) = (known?, failure(parts)?);
            let message = Message::Error { id, error };
            Ok(Decoded { message, phase })
        }
        _ => {
            let problem = reject(&parts.required("problem")?)?;
            let message = Message::Reject { id, problem };
            Ok(Decoded { message, phase })
        }
    }
}

fn invoke(id: InvokeId, mut parts: Elements<'_>, phase: Phase) -> Result<Decoded, DecodeError> {
    let mut operation = parts.required("operation")?;
    // The operation that this one belongs to: CSTA has none.
    if operation.tag == Tag::context(0) {
        operation = parts.required("operation")?;
    }
    let code = code(&operation)?;
    let argument = parts.next().transpose()?;
    if code == Some(EVENT_REPORT) {
        let argument = argument.ok_or_else(|| DecodeError::new(Problem::Missing("argument")))?;
        let (report, phase) = report::read(&argument, phase)?;
        let message = Message::Event(report);
        return Ok(Decoded { message, phase });
    }
    let (request, phase) = match code.and_then(|code| service(code, phase)) {
        Some((name, phase)) => {
            let mut request = Request::named(name);
            if let Some(node) = request.as_mut().and_then(Request::node_mut) {
                let argument = argument.unwrap_or(Element::nothing());
                older::read_argument(name, node, &argument, phase).map_err(|error| error.within(name))?;
            }
            (request, phase)
        }
        None => match code.filter(|code| older::is_shared(*code)) {
            Some(code) => {
                let phase = phase.min(Phase::II);
                let argument = argument.unwrap_or(Element::nothing());
                (older::shared_request(code, &argument, phase)?, phase)
            }
            None => (None, phase),
        },
    };
    let request = request.unwrap_or_else(|| Request::Other {
        code,
        content: kept(argument.as_ref()),
    });
    let message = Message::Request { id, request };
    Ok(Decoded { message, phase })
}

fn result(id: InvokeId, mut parts: Elements<'_>, phase: Phase) -> Result<Decoded, DecodeError> {
    let done = |response, phase| {
        let message = Message::Response { id, response };
        Ok(Decoded { message, phase })
    };
    let Some(sequence) = parts.next().transpose()?.filter(|sequence| sequence.tag != Tag::NULL) else {
        return done(Response::Void, phase);
    };
    let mut parts = sequence.elements();
    let code = code(&parts.required("operation")?)?;
    let value = parts.next().transpose()?;
    let Some((name, phase)) = code.and_then(|code| service(code, phase)) else {
        if let Some(code) = code.filter(|code| older::is_shared(*code)) {
            let phase = phase.min(Phase::II);
            let response = value
                .map(|value| settings::response(code, &value, phase))
                .transpose()?
                .flatten();
            return match (response, value.filter(|value| value.tag != Tag::NULL)) {
                (Some(response), _) => done(response, phase),
                (None, None) => done(Response::Void, phase),
                (None, Some(value)) => {
                    let (code, content) = (Some(code), Unknown::ber(&value));
                    done(Response::Other { code, content }, phase)
                }
            };
        }
        let content = kept(value.as_ref());
        return done(Response::Other { code, content }, phase);
    };
    let mut response = Response::named(name).unwrap_or(Response::Void);
    let (Some(value), Some(node)) = (value, response.node_mut()) else {
        return done(Response::Void, phase);
    };
    match node.read_argument(&value, phase) {
        Ok(()) => done(response, phase),
        // Done, and nothing told of what others tell.
        Err(_) if value.tag == Tag::NULL => done(Response::Void, phase),
        Err(error) => Err(error.within(name)),
    }
}

fn failure(mut parts: Elements<'_>) -> Result<UniversalFailure, DecodeError> {
    let code = code(&parts.required("error")?)?;
    let Some(parameter) = parts.next().transpose()? else {
        return Ok(UniversalFailure::default());
    };
    if code != Some(UNIVERSAL_FAILURE) {
        return Ok(UniversalFailure::Other(Unknown::ber(&parameter)));
    }
    super::failure::read(&parameter)
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

fn kept(element: Option<&Element<'_>>) -> Unknown {
    element.map(Unknown::ber).unwrap_or_default()
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
        Message::Error { id, error } => ber.constructed(RETURN_ERROR, |ber| {
            ber.integer(Tag::INTEGER, id.0);
            ber.integer(Tag::INTEGER, UNIVERSAL_FAILURE);
            super::failure::write(error, ber, phase);
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
    }
}

pub(super) fn not_in_encoding(name: &str) -> EncodeError {
    EncodeError::NotInEncoding(name.to_owned())
}
