//! What is set at a device in Phases I and II: one service asks for all of it, and one sets it.

use super::older::{choice_of, extensions, with_extensions};
use super::{Class, Element, Phase, Reader, Tag, Writer};
use crate::error::{DecodeError, Problem};
use crate::message::{Event, Request, Response};
use crate::schema::{Node, Rest, Schema as _};
use crate::types::*;

const QUERY_DEVICE: i64 = 12;
const SET_FEATURE: i64 = 15;

/// The services by their names here, with the number of the feature: of Query Device an enumeration in the argument and a tag in the result,
/// of Set Feature a tag in the argument.
const QUERIES: &[(&str, i64)] = &[
    ("GetMessageWaitingIndicator", MESSAGE_WAITING),
    ("GetDoNotDisturb", DO_NOT_DISTURB),
    ("GetForwarding", FORWARD),
    ("GetAgentState", AGENT_STATE),
];
const SETTINGS: &[(&str, u32)] = &[
    ("SetMessageWaitingIndicator", 0),
    ("SetDoNotDisturb", 1),
    ("SetForwarding", 2),
    ("SetAgentState", 3),
];
const MESSAGE_WAITING: i64 = 0;
const DO_NOT_DISTURB: i64 = 1;
const FORWARD: i64 = 2;
const AGENT_STATE: i64 = 5;

/// When calls are forwarded: the number is twice that of its place, and one more where it is off.
const FORWARDINGS: &[ForwardingType] = &[
    ForwardingType::ForwardImmediate,
    ForwardingType::ForwardBusy,
    ForwardingType::ForwardNoAns,
    ForwardingType::ForwardBusyInt,
    ForwardingType::ForwardBusyExt,
    ForwardingType::ForwardNoAnsInt,
    ForwardingType::ForwardNoAnsExt,
];

/// Of the agent and the password of who logs on: as in the events, which is the only place where their tags are told.
const AGENT_ID: Tag = Tag::context(10);
const PASSWORD: Tag = Tag::context(11);

pub(super) fn code(name: &str) -> Option<i64> {
    let is_query = QUERIES.iter().any(|(service, _)| *service == name);
    let is_setting = SETTINGS.iter().any(|(service, _)| *service == name);
    is_query
        .then_some(QUERY_DEVICE)
        .or_else(|| is_setting.then_some(SET_FEATURE))
}

pub(super) const fn is_code(code: i64) -> bool {
    matches!(code, QUERY_DEVICE | SET_FEATURE)
}

/// Reads the argument of either service; `None`: of a feature that has no service here.
pub(super) fn request(code: i64, argument: &Element<'_>, ber: &mut Reader) -> Result<Option<Request>, DecodeError> {
    let mut parts = argument.elements();
    let told = parts.required("device")?;
    let feature = parts.required("feature")?;
    let (mut extensions, mut rest) = (None, Rest::default());
    for part in parts {
        let part = part?;
        if part.tag == Tag::application(30) {
            extensions = Some(CommonArguments::default());
            extensions.read_ber(&part, ber)?;
        } else {
            ber.keep(&mut rest, &part)?;
        }
    }
    let mut device = DeviceId::default();
    device.read_ber(&told, ber).map_err(|error| error.within("device"))?;
    let mut request = match code {
        QUERY_DEVICE => query(feature.integer()?, device, extensions),
        _ => setting(&feature, device, extensions, ber)?,
    };
    if let Some(kept) = request.as_mut().and_then(Request::node_mut).and_then(Node::rest_mut) {
        kept.0.append(&mut rest.0);
    }
    Ok(request)
}

fn query(feature: i64, device: DeviceId, extensions: Option<CommonArguments>) -> Option<Request> {
    Some(match feature {
        MESSAGE_WAITING => Request::GetMessageWaitingIndicator(Box::new(GetMessageWaitingIndicator {
            device,
            extensions,
            ..GetMessageWaitingIndicator::default()
        })),
        DO_NOT_DISTURB => Request::GetDoNotDisturb(Box::new(GetDoNotDisturb {
            device,
            extensions,
            ..GetDoNotDisturb::default()
        })),
        FORWARD => Request::GetForwarding(Box::new(GetForwarding {
            device,
            extensions,
            ..GetForwarding::default()
        })),
        AGENT_STATE => Request::GetAgentState(Box::new(GetAgentState {
            device,
            extensions,
            ..GetAgentState::default()
        })),
        _ => return None,
    })
}

fn setting(
    feature: &Element<'_>,
    device: DeviceId,
    extensions: Option<CommonArguments>,
    ber: &mut Reader,
) -> Result<Option<Request>, DecodeError> {
    if feature.tag.class != Class::Context {
        return Ok(None);
    }
    Ok(Some(match feature.tag.number {
        0 => Request::SetMessageWaitingIndicator(Box::new(SetMessageWaitingIndicator {
            device,
            message_waiting_on: is_on(feature),
            extensions,
            ..SetMessageWaitingIndicator::default()
        })),
        1 => Request::SetDoNotDisturb(Box::new(SetDoNotDisturb {
            device,
            do_not_disturb_on: is_on(feature),
            extensions,
            ..SetDoNotDisturb::default()
        })),
        2 => {
            let told = forwarding(feature, ber)?;
            Request::SetForwarding(Box::new(SetForwarding {
                device,
                forwarding_type: told.forwarding_type,
                activate_forward: told.forward_status,
                forward_dn: told.forward_dn,
                extensions,
                ..SetForwarding::default()
            }))
        }
        3 => {
            let mut set = SetAgentState {
                device,
                extensions,
                ..SetAgentState::default()
            };
            agent(&ber.inner(feature)?, &mut set, ber)?;
            Request::SetAgentState(Box::new(set))
        }
        _ => return Ok(None),
    }))
}

fn is_on(element: &Element<'_>) -> bool {
    element.content.iter().any(|byte| *byte != 0)
}

/// A forwarding: when, with whether it is on, and where to.
fn forwarding(element: &Element<'_>, ber: &mut Reader) -> Result<ForwardListItem, DecodeError> {
    let mut parts = element.elements();
    let number = parts.required("forwardingType")?.integer()?;
    let known = usize::try_from(number / 2).ok().and_then(|at| FORWARDINGS.get(at));
    let mut to = None;
    for part in parts {
        let part = part?;
        match part.constructed || to.is_some() || part.tag.class != Class::Universal {
            true => ber.stray(&part)?,
            false => to = Some(part.text()?),
        }
    }
    Ok(ForwardListItem {
        forwarding_type: Some(
            known
                .cloned()
                .unwrap_or_else(|| ForwardingType::Other(number.to_string().into())),
        ),
        forward_status: number % 2 == 0,
        forward_dn: to.filter(|to| !to.is_empty()).map(|to| DeviceId::dialled(&to)),
        ..ForwardListItem::default()
    })
}

/// One without a type is for every call.
fn write_forwarding(kind: Option<&ForwardingType>, on: bool, to: Option<&DeviceId>, ber: &mut Writer, tag: Tag) {
    let kind = kind.unwrap_or(&ForwardingType::ForwardImmediate);
    let place = FORWARDINGS.iter().position(|known| known == kind);
    let number = match (place.and_then(|place| i64::try_from(place).ok()), kind) {
        (Some(place), _) => place * 2 + i64::from(!on),
        (None, kind) => kind.number().unwrap_or_default(),
    };
    ber.constructed(tag, |ber| {
        ber.integer(Tag::ENUMERATED, number);
        if let Some(to) = to {
            ber.primitive(Tag::IA5_STRING, to.text.as_bytes());
        }
    });
}

/// What an agent is to be, and who it is.
fn agent(element: &Element<'_>, set: &mut SetAgentState, ber: &mut Reader) -> Result<(), DecodeError> {
    set.requested_agent_state = match element.tag {
        tag if tag == Tag::context(0) => ReqAgentState::LoggedOn,
        tag if tag == Tag::context(1) => ReqAgentState::LoggedOff,
        tag if tag == Tag::context(2) => ReqAgentState::NotReady,
        tag if tag == Tag::context(3) => ReqAgentState::Ready,
        // Ready and not ready behind it are one to those who ask for the work itself.
        tag if tag == Tag::context(4) || tag == Tag::context(5) => ReqAgentState::WorkingAfterCall,
        tag => {
            let found = format!("[{}]", tag.number);
            return Err(
                DecodeError::value(found, "state of an agent (ECMA-180: [0] to [5])").within("requestedAgentState")
            );
        }
    };
    if !element.constructed {
        return Ok(());
    }
    for part in element.elements() {
        let part = part?;
        match part.tag {
            AGENT_ID => set.agent_id.read_ber(&part, ber)?,
            PASSWORD => set.password.read_ber(&part, ber)?,
            tag if DeviceId::fits(tag, ber.phase) => set.group.read_ber(&part, ber)?,
            _ => ber.keep(&mut set.rest, &part)?,
        }
    }
    Ok(())
}

fn write_agent(set: &SetAgentState, ber: &mut Writer, phase: Phase) {
    let tag = match &set.requested_agent_state {
        ReqAgentState::LoggedOn => 0,
        ReqAgentState::LoggedOff => 1,
        ReqAgentState::NotReady => 2,
        ReqAgentState::WorkingAfterCall => 4,
        ReqAgentState::Ready | ReqAgentState::Other(_) => 3,
    };
    let tag = Tag::context(tag);
    match set.requested_agent_state {
        ReqAgentState::LoggedOn | ReqAgentState::LoggedOff => ber.constructed(tag, |ber| {
            set.agent_id.write_ber(ber, phase, Some(AGENT_ID));
            set.password.write_ber(ber, phase, Some(PASSWORD));
            set.group.write_ber(ber, phase, None);
        }),
        _ => ber.primitive(tag, &[]),
    }
}

/// Writes the argument of one of these services. Whether it is one.
pub(super) fn write_request(request: &Request, ber: &mut Writer, phase: Phase) -> bool {
    let (name, Some(node)) = (request.name(), request.node()) else {
        return false;
    };
    let added = |ber: &mut Writer| {
        node.write_field("extensions", ber, phase, Some(Tag::application(30)));
        node.rest().iter().for_each(|rest| rest.write_ber(ber, ber.len()));
    };
    if let Some((_, feature)) = QUERIES.iter().find(|(service, _)| *service == name) {
        ber.constructed(Tag::SEQUENCE, |ber| {
            node.write_field("device", ber, phase, None);
            ber.integer(Tag::ENUMERATED, *feature);
            added(ber);
        });
        return true;
    }
    if !SETTINGS.iter().any(|(service, _)| *service == name) {
        return false;
    }
    ber.constructed(Tag::SEQUENCE, |ber| {
        node.write_field("device", ber, phase, None);
        match request {
            Request::SetMessageWaitingIndicator(set) => {
                set.message_waiting_on.write_ber(ber, phase, Some(Tag::context(0)));
            }
            Request::SetDoNotDisturb(set) => set.do_not_disturb_on.write_ber(ber, phase, Some(Tag::context(1))),
            Request::SetForwarding(set) => {
                let (kind, to) = (set.forwarding_type.as_ref(), set.forward_dn.as_ref());
                write_forwarding(kind, set.activate_forward, to, ber, Tag::context(2));
            }
            Request::SetAgentState(set) => {
                ber.constructed(Tag::context(3), |ber| write_agent(set, ber, phase));
            }
            _ => {}
        }
        added(ber);
    });
    true
}

/// Reads what Query Device answered: the tag says what of. `None`: of a feature that has no service here.
pub(super) fn response(code: i64, result: &Element<'_>, ber: &mut Reader) -> Result<Option<Response>, DecodeError> {
    let told = match code {
        QUERY_DEVICE if result.tag != Tag::NULL => choice_of(result)?,
        _ => return Ok(None),
    };
    if told.tag.class != Class::Context {
        return Ok(None);
    }
    let mut response = match i64::from(told.tag.number) {
        MESSAGE_WAITING => Response::GetMessageWaitingIndicator(Box::new(GetMessageWaitingIndicatorResponse {
            message_waiting_on: is_on(&told),
            ..GetMessageWaitingIndicatorResponse::default()
        })),
        DO_NOT_DISTURB => Response::GetDoNotDisturb(Box::new(GetDoNotDisturbResponse {
            do_not_disturb_on: is_on(&told),
            ..GetDoNotDisturbResponse::default()
        })),
        FORWARD => Response::GetForwarding(Box::new(GetForwardingResponse {
            forwarding_list: forwardings(&told, ber)?,
            ..GetForwardingResponse::default()
        })),
        AGENT_STATE => Response::GetAgentState(Box::new(GetAgentStateResponse {
            agent_state_list: AgentStateList(vec![agent_state(told.integer()?)]),
            ..GetAgentStateResponse::default()
        })),
        _ => return Ok(None),
    };
    if let Some(node) = response.node_mut() {
        extensions(node, result, ber)?;
    }
    Ok(Some(response))
}

/// A list of forwardings; an MD110 tells of one, without the list.
fn forwardings(element: &Element<'_>, ber: &mut Reader) -> Result<ForwardList, DecodeError> {
    let mut all = Vec::new();
    for inner in element.elements() {
        let inner = inner?;
        match inner.tag {
            Tag::SEQUENCE => all.push(forwarding(&inner, ber)?),
            Tag::ENUMERATED => return Ok(ForwardList(vec![forwarding(element, ber)?])),
            tag if tag.class == Class::Universal => return Err(DecodeError::new(Problem::Missing("forwardingType"))),
            _ => ber.stray(&inner)?,
        }
    }
    Ok(ForwardList(all))
}

/// The numbers of ECMA-180. Net::CSTA has 0 for logged off and 1 for not ready.
fn agent_state(number: i64) -> AgentStateEntry {
    let (state, pending) = match number {
        0 => (AgentState::AgentNotReady, None),
        1 => (AgentState::AgentNull, None),
        2 => (AgentState::AgentReady, None),
        3 => (AgentState::AgentWorkingAfterCall, None),
        4 => (AgentState::AgentWorkingAfterCall, Some(PendingAgentState::AgentReady)),
        other => (AgentState::Other(other.to_string().into()), None),
    };
    AgentStateEntry {
        logged_on_state: state != AgentState::AgentNull,
        agent_info: Some(AgentInfoList(vec![AgentInfo {
            agent_state: state,
            pending_agent_state: pending,
            ..AgentInfo::default()
        }])),
        ..AgentStateEntry::default()
    }
}

/// A device has one agent in these phases. One that is busy is ready, too.
fn agent_number(list: &AgentStateList) -> i64 {
    let agent = list.0.first().filter(|agent| agent.logged_on_state);
    let info = agent.and_then(|agent| agent.agent_info.as_ref()?.0.first());
    match (agent, info.map(|info| (&info.agent_state, &info.pending_agent_state))) {
        (None, _) | (_, Some((AgentState::AgentNull, _))) => 1,
        (_, Some((AgentState::AgentReady | AgentState::AgentBusy, _))) => 2,
        (_, Some((AgentState::AgentWorkingAfterCall, Some(PendingAgentState::AgentReady)))) => 4,
        (_, Some((AgentState::AgentWorkingAfterCall, _))) => 3,
        (_, Some((AgentState::Other(other), _))) => other.parse().unwrap_or_default(),
        (_, Some((AgentState::AgentNotReady, _)) | None) => 0,
    }
}

/// Writes the result of Query Device. Whether it is one.
pub(super) fn write_response(response: &Response, ber: &mut Writer, phase: Phase) -> bool {
    let Some(node) = response.node().filter(|_| code(response.name()) == Some(QUERY_DEVICE)) else {
        return false;
    };
    let tag = |feature| Tag::context(u32::try_from(feature).unwrap_or_default());
    with_extensions(node, ber, phase, |ber| match response {
        Response::GetMessageWaitingIndicator(told) => {
            told.message_waiting_on
                .write_ber(ber, phase, Some(tag(MESSAGE_WAITING)));
        }
        Response::GetDoNotDisturb(told) => told.do_not_disturb_on.write_ber(ber, phase, Some(tag(DO_NOT_DISTURB))),
        Response::GetForwarding(told) => ber.constructed(tag(FORWARD), |ber| {
            for item in &told.forwarding_list.0 {
                let (kind, to) = (item.forwarding_type.as_ref(), item.forward_dn.as_ref());
                write_forwarding(kind, item.forward_status, to, ber, Tag::SEQUENCE);
            }
        }),
        Response::GetAgentState(told) => ber.integer(tag(AGENT_STATE), agent_number(&told.agent_state_list)),
        _ => {}
    });
    true
}

/// Reads the event Forwarding where it tells of one as Set Feature does; `None`: it does otherwise.
pub(super) fn forwarding_event(body: &Element<'_>, ber: &mut Reader) -> Result<Option<Event>, DecodeError> {
    let parts = body.elements().collect::<Result<Vec<_>, _>>()?;
    let [device, told, behind @ ..] = &parts[..] else {
        return Ok(None);
    };
    if told.tag != Tag::SEQUENCE || !told.constructed {
        return Ok(None);
    }
    let told = forwarding(told, ber)?;
    let mut event = ForwardingEvent {
        forwarding_type: told.forwarding_type,
        forward_status: told.forward_status,
        forward_to: told.forward_dn,
        ..ForwardingEvent::default()
    };
    event.device.read_ber(&ber.inner(device)?, ber)?;
    for part in behind {
        match part.tag {
            tag if tag == Tag::application(30) => event.extensions.read_ber(part, ber)?,
            // Where it goes to, once more.
            tag if tag == Tag::application(3) && event.forward_to.is_none() => {
                let mut to = ExtendedDeviceId::default();
                to.read_ber(&ber.inner(part)?, ber)?;
                event.forward_to = to.device().cloned();
            }
            _ => ber.keep(&mut event.rest, part)?,
        }
    }
    Ok(Some(Event::Forwarding(Box::new(event))))
}

/// Writes the event Forwarding.
pub(super) fn write_forwarding_event(event: &ForwardingEvent, ber: &mut Writer, phase: Phase) {
    ber.constructed(Tag::SEQUENCE, |ber| {
        event.device.write_ber(ber, phase, Some(Tag::application(3)));
        let (kind, to) = (event.forwarding_type.as_ref(), event.forward_to.as_ref());
        write_forwarding(kind, event.forward_status, to, ber, Tag::SEQUENCE);
        event.rest.write_ber(ber, ber.len());
    });
}
