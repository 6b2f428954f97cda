//! What Phases I and II ask for and answer otherwise than by a sequence of the fields.
//!
//! Of the standards themselves (ECMA-180, ECMA-218) nothing was read. That a lone field stands without a sequence is captured of an OmniPCX
//! Enterprise (Monitor Stop, System Status); the rest is where two implementations of Phase I agree (Net::CSTA for an MD110, and one by
//! the names of ECMA-180), taken for Phase II, too, which extends Phase I. Where only one tells it, it is said there.

use super::settings;
use super::{Class, Element, Phase, Reader, Tag, Writer};
use crate::error::DecodeError;
use crate::message::{Request, Response};
use crate::schema::Node;

/// The services whose argument is one field, without a sequence around it where nothing else is told.
const BARE_ARGUMENTS: &[&str] = &[
    "AnswerCall",
    "ClearCall",
    "ClearConnection",
    "MonitorStop",
    "RetrieveCall",
    "SnapshotCall",
    "SnapshotDevice",
    "SystemStatus",
];

/// The services whose result is.
const BARE_RESULTS: &[&str] = &[
    "ConsultationCall",
    "MakeCall",
    "MakePredictiveCall",
    "SnapshotCall",
    "SnapshotDevice",
];

/// The services of two calls: `[0]` the held one, `[1]` the other one, `[2]` both in a sequence.
const BOTH: &[&str] = &["AlternateCall", "ConferenceCall", "ReconnectCall", "TransferCall"];

/// Services that are one in Phases I and II: which is told by a tag in the argument.
const CHOSEN: &[(&str, i64, u32)] = &[
    ("DeflectCall", DIVERT_CALL, 0),
    ("DirectedPickupCall", DIVERT_CALL, 1),
    ("GroupPickupCall", DIVERT_CALL, 2),
    ("CallBack", CALL_COMPLETION, 1),
    ("IntrudeCall", CALL_COMPLETION, 2),
];
const CALL_COMPLETION: i64 = 3;
const DIVERT_CALL: i64 = 8;

/// The operation code of a service that shares it with others.
pub(super) fn shared_code(name: &str) -> Option<i64> {
    let chosen = CHOSEN.iter().find(|(service, ..)| *service == name);
    chosen.map(|(_, code, _)| *code).or_else(|| settings::code(name))
}

/// Is this the code of several services?
pub(super) fn is_shared(code: i64) -> bool {
    CHOSEN.iter().any(|(_, known, _)| *known == code) || settings::is_code(code)
}

/// Reads the argument of a service whose code is that of several; `None`: it is none of those that are known.
pub(super) fn shared_request(
    code: i64,
    argument: &Element<'_>,
    ber: &mut Reader,
) -> Result<Option<Request>, DecodeError> {
    if settings::is_code(code) {
        return settings::request(code, argument, ber);
    }
    let chosen = choice_of(argument)?;
    let is_it = |(_, known, tag): &&(&str, i64, u32)| *known == code && Tag::context(*tag) == chosen.tag;
    let Some((name, ..)) = CHOSEN.iter().find(is_it).filter(|_| chosen.constructed) else {
        return Ok(None);
    };
    let Some(mut request) = Request::named(name) else {
        return Ok(None);
    };
    let Some(node) = request.node_mut() else {
        return Ok(None);
    };
    let read = match *name {
        "GroupPickupCall" => ber
            .inner(&chosen)
            .and_then(|group| node.read_field("newDestination", &group, ber)),
        "CallBack" => node.read_field("callbackConnection", &chosen, ber),
        "IntrudeCall" => node.read_field("intrude", &chosen, ber),
        _ => node.read_ber(&chosen, ber),
    };
    read.and_then(|()| extensions(node, argument, ber))
        .map_err(|error| error.within(name))?;
    Ok(Some(request))
}

/// What a vendor adds behind a choice.
pub(super) fn extensions(node: &mut dyn Node, argument: &Element<'_>, ber: &mut Reader) -> Result<(), DecodeError> {
    if argument.tag == Tag::SEQUENCE {
        for element in argument.elements().skip(1) {
            let element = element?;
            match element.tag {
                EXTENSIONS => node.read_field("extensions", &element, ber)?,
                _ => keep(node, &element, ber)?,
            }
        }
    }
    Ok(())
}

const EXTENSIONS: Tag = Tag::application(30);

/// Keeps what is not known among the fields of a service.
pub(super) fn keep(node: &mut dyn Node, element: &Element<'_>, ber: &mut Reader) -> Result<(), DecodeError> {
    match node.rest_mut() {
        Some(rest) => ber.keep(rest, element),
        None => ber.stray(element),
    }
}

/// The choice that an argument or a result is: it, or the first element of a sequence.
pub(super) fn choice_of<'a>(argument: &Element<'a>) -> Result<Element<'a>, DecodeError> {
    match argument.tag {
        Tag::SEQUENCE => argument.inner(),
        _ => Ok(*argument),
    }
}

/// Reads the argument of the service called `name`.
pub(super) fn read_argument(
    name: &str,
    node: &mut dyn Node,
    argument: &Element<'_>,
    ber: &mut Reader,
) -> Result<(), DecodeError> {
    if ber.phase < Phase::III && BOTH.contains(&name) {
        let calls = choice_of(argument)?;
        if calls.tag.class == Class::Context && calls.constructed {
            match calls.tag.number {
                0 => node.read_field("heldCall", &calls, ber)?,
                1 => node.read_field("activeCall", &calls, ber)?,
                _ => {
                    let mut both = calls.elements();
                    node.read_field("heldCall", &both.required("heldCall")?, ber)?;
                    node.read_field("activeCall", &both.required("activeCall")?, ber)?;
                    ber.strays(both)?;
                }
            }
            return extensions(node, argument, ber);
        }
    }
    node.read_argument(argument, ber)
}

/// Writes the argument of a request in Phase I or II.
pub(super) fn write_argument(request: &Request, ber: &mut Writer, phase: Phase) {
    let (name, Some(node)) = (request.name(), request.node()) else {
        return;
    };
    if settings::write_request(request, ber, phase) {
    } else if BOTH.contains(&name) {
        with_extensions(node, ber, phase, |ber| {
            ber.constructed(Tag::context(2), |ber| {
                node.write_field("heldCall", ber, phase, None);
                node.write_field("activeCall", ber, phase, None);
            });
        });
    } else if let Some((_, _, tag)) = CHOSEN.iter().find(|(service, ..)| *service == name) {
        let tag = Tag::context(*tag);
        match name {
            "GroupPickupCall" => with_extensions(node, ber, phase, |ber| {
                ber.constructed(tag, |ber| node.write_field("newDestination", ber, phase, None));
            }),
            "CallBack" => with_extensions(node, ber, phase, |ber| {
                node.write_field("callbackConnection", ber, phase, Some(tag));
            }),
            "IntrudeCall" => with_extensions(node, ber, phase, |ber| {
                node.write_field("intrude", ber, phase, Some(tag));
            }),
            _ => node.write_ber(ber, phase, Some(tag)),
        }
    } else {
        write_bare(BARE_ARGUMENTS.contains(&name), node, ber, phase);
    }
}

/// Writes a choice, in a sequence with what a vendor adds where there is that.
pub(super) fn with_extensions(node: &dyn Node, ber: &mut Writer, phase: Phase, choice: impl FnOnce(&mut Writer)) {
    let mut added = Writer::default();
    node.write_field("extensions", &mut added, phase, Some(EXTENSIONS));
    node.rest().iter().for_each(|rest| rest.write_ber(&mut added, 0));
    let added = added.finish();
    match added.is_empty() {
        true => choice(ber),
        false => ber.constructed(Tag::SEQUENCE, |ber| {
            choice(ber);
            ber.raw(&added);
        }),
    }
}

/// Writes the result of a service in Phase I or II.
pub(super) fn write_result(response: &Response, ber: &mut Writer, phase: Phase) {
    if settings::write_response(response, ber, phase) {
        return;
    }
    if let Some(node) = response.node() {
        write_bare(BARE_RESULTS.contains(&response.name()), node, ber, phase);
    }
}

/// Writes a sequence; where it may stand bare, its only element without it.
fn write_bare(bare: bool, node: &dyn Node, ber: &mut Writer, phase: Phase) {
    let mut whole = Writer::default();
    node.write_ber(&mut whole, phase, None);
    let whole = whole.finish();
    let only = Element::read(&whole).ok().filter(|_| bare).and_then(|(_, sequence)| {
        let only = sequence.inner().ok().filter(|_| sequence.tag == Tag::SEQUENCE)?;
        (only.raw.len() == sequence.content.len()).then_some(only)
    });
    ber.raw(only.map_or(&whole, |only| only.raw));
}
