//! Events of CSTA in few words: `c1` is a call, `2001` a device, and a connection is both.

use lineside_csta::types::*;
use lineside_csta::{Event, Octets};

/// A connection before and after, each by its call and its device.
pub(super) type Moved<'a> = ((&'a str, &'a str), (&'a str, &'a str));

pub(super) fn connection(call: &str, device: &str) -> ConnectionId {
    ConnectionId {
        call_id: Some(Octets::from(call)),
        device_id: Some(LocalDeviceId::Static(DeviceId::dialled(device))),
    }
}

fn device(number: &str) -> ExtendedDeviceId {
    match number {
        "" => ExtendedDeviceId::NotKnown,
        "-" => ExtendedDeviceId::Restricted,
        number => DeviceId::dialled(number).into(),
    }
}

fn cause(word: &str) -> Option<EventCause> {
    (!word.is_empty()).then(|| EventCause::from_word(word))
}

fn redirected(by: &str) -> RedirectionDeviceId {
    match by {
        "" => RedirectionDeviceId::NotRequired,
        by => DeviceId::dialled(by).into(),
    }
}

pub(super) fn originated(call: &str, from: &str, to: &str, why: &str) -> Event {
    Event::Originated(Box::new(OriginatedEvent {
        originated_connection: connection(call, from),
        calling_device: device(from),
        called_device: device(to),
        cause: cause(why),
        ..OriginatedEvent::default()
    }))
}

pub(super) fn delivered(call: &str, at: &str, from: &str, to: &str, by: &str, why: &str) -> Event {
    Event::Delivered(Box::new(DeliveredEvent {
        connection: connection(call, at),
        alerting_device: device(at),
        calling_device: device(from),
        called_device: device(to),
        last_redirection_device: redirected(by),
        cause: cause(why),
        ..DeliveredEvent::default()
    }))
}

pub(super) fn established(call: &str, at: &str, from: &str, to: &str, why: &str) -> Event {
    Event::Established(Box::new(EstablishedEvent {
        established_connection: connection(call, at),
        answering_device: device(at),
        calling_device: device(from),
        called_device: device(to),
        cause: cause(why),
        ..EstablishedEvent::default()
    }))
}

pub(super) fn queued(call: &str, at: &str, from: &str, why: &str) -> Event {
    Event::Queued(Box::new(QueuedEvent {
        queued_connection: connection(call, at),
        queue: device(at),
        calling_device: device(from),
        called_device: device(at),
        cause: cause(why),
        ..QueuedEvent::default()
    }))
}

pub(super) fn held(call: &str, at: &str, why: &str) -> Event {
    Event::Held(Box::new(HeldEvent {
        held_connection: connection(call, at),
        holding_device: device(at),
        cause: cause(why),
        ..HeldEvent::default()
    }))
}

pub(super) fn retrieved(call: &str, at: &str, why: &str) -> Event {
    Event::Retrieved(Box::new(RetrievedEvent {
        retrieved_connection: connection(call, at),
        retrieving_device: device(at),
        cause: cause(why),
        ..RetrievedEvent::default()
    }))
}

pub(super) fn cleared(call: &str, at: &str, by: &str, why: &str) -> Event {
    Event::ConnectionCleared(Box::new(ConnectionClearedEvent {
        dropped_connection: connection(call, at),
        releasing_device: device(by),
        cause: cause(why),
        ..ConnectionClearedEvent::default()
    }))
}

pub(super) fn diverted(call: &str, at: &str, to: &str, why: &str) -> Event {
    Event::Diverted(Box::new(DivertedEvent {
        connection: connection(call, at),
        diverting_device: device(at),
        new_destination: device(to),
        cause: cause(why),
        ..DivertedEvent::default()
    }))
}

pub(super) fn failed(call: &str, at: &str, from: &str, why: &str) -> Event {
    Event::Failed(Box::new(FailedEvent {
        failed_connection: connection(call, at),
        failing_device: device(at),
        calling_device: device(from),
        called_device: device(at),
        cause: cause(why),
        ..FailedEvent::default()
    }))
}

/// `moves`: each connection before and after.
pub(super) fn transferred(one: (&str, &str), two: Option<(&str, &str)>, to: &str, moves: &[Moved<'_>]) -> Event {
    Event::Transferred(Box::new(TransferredEvent {
        primary_old_call: connection(one.0, one.1),
        secondary_old_call: two.map(|(call, device)| connection(call, device)),
        transferring_device: device(one.1),
        transferred_to_device: device(to),
        transferred_connections: list(moves),
        cause: cause(if two.is_some() {
            "transfer"
        } else {
            "singleStepTransfer"
        }),
        ..TransferredEvent::default()
    }))
}

pub(super) fn conferenced(
    one: (&str, &str),
    two: Option<(&str, &str)>,
    added: &str,
    why: &str,
    moves: &[Moved<'_>],
) -> Event {
    Event::Conferenced(Box::new(ConferencedEvent {
        primary_old_call: connection(one.0, one.1),
        secondary_old_call: two.map(|(call, device)| connection(call, device)),
        conferencing_device: device(one.1),
        added_party: device(added),
        conference_connections: list(moves),
        cause: cause(why),
        ..ConferencedEvent::default()
    }))
}

fn list(moves: &[Moved<'_>]) -> ConnectionList {
    let item = |((old_call, old), (new_call, new)): &Moved<'_>| ConnectionListItem {
        new_connection: Some(connection(new_call, new)),
        old_connection: (!old_call.is_empty()).then(|| connection(old_call, old)),
        ..ConnectionListItem::default()
    };
    ConnectionList(moves.iter().map(item).collect())
}

/// What a device is in: `mine` and the other's states, and who that is.
pub(super) fn shows(
    call: &str,
    at: &str,
    mine: LocalConnectionState,
    other: (&str, Option<LocalConnectionState>),
) -> SnapshotDeviceInfo {
    SnapshotDeviceInfo {
        connection_identifier: connection(call, at),
        endpoint_device: Some(device(other.0)),
        local_call_state: CallState::Compound(CompoundCallState([Some(mine), other.1].into_iter().flatten().collect())),
        ..SnapshotDeviceInfo::default()
    }
}

/// The same of a call that outlives transfers by this name.
pub(super) fn linked_as(info: SnapshotDeviceInfo, name: &str) -> SnapshotDeviceInfo {
    SnapshotDeviceInfo {
        call_linkage_data: Some(linkage(name)),
        ..info
    }
}

/// Somebody who is in a call, by what its connection is called.
pub(super) fn is_in(call: &str, named: &str, at: &str, state: LocalConnectionState) -> SnapshotCallInfo {
    SnapshotCallInfo {
        device_on_call: device(at),
        call_identifier: Some(connection(call, named)),
        local_connection_info: Some(state),
        ..SnapshotCallInfo::default()
    }
}

fn agent(id: &str) -> Option<AgentId> {
    (!id.is_empty()).then(|| lineside_wire::Private::new(Octets::from(id)))
}

fn group(number: &str) -> Option<DeviceId> {
    (!number.is_empty()).then(|| DeviceId::dialled(number))
}

/// An agent does something: `on`, `off`, `ready`, `notReady`, `busy` or `working`; what follows is behind a blank.
pub(super) fn agent_is(what: &str, id: &str, at: &str, of: &str) -> Event {
    let (what, then) = what.split_once(' ').unwrap_or((what, ""));
    let (agent_device, agent_id, acd_group) = (device(at), agent(id), group(of));
    macro_rules! event {
        ($variant:ident($type:ident) $(, $field:ident: $value:expr)?) => {
            Event::$variant(Box::new($type { agent_device, agent_id, acd_group, $($field: $value,)? ..$type::default() }))
        };
    }
    match what {
        "on" => event!(AgentLoggedOn(AgentLoggedOnEvent)),
        "off" => event!(AgentLoggedOff(AgentLoggedOffEvent)),
        "ready" => event!(AgentReady(AgentReadyEvent)),
        "notReady" => event!(AgentNotReady(AgentNotReadyEvent)),
        "busy" => event!(
            AgentBusy(AgentBusyEvent),
            pending_agent_state: (!then.is_empty()).then(|| PendingAgentState::from_word(then))
        ),
        _ => event!(
            AgentWorkingAfterCall(AgentWorkingAfterCallEvent),
            pending_agent_state: (!then.is_empty()).then(|| PendingAfterCall::from_word(then))
        ),
    }
}

/// What a device says of an agent, when it is asked: in which groups, and how there.
pub(super) fn works(id: &str, groups: &[(&str, AgentState)]) -> AgentStateEntry {
    let info = |(of, state): &(&str, AgentState)| AgentInfo {
        acd_group: group(of),
        agent_state: state.clone(),
        ..AgentInfo::default()
    };
    AgentStateEntry {
        agent_id: agent(id),
        logged_on_state: true,
        agent_info: Some(AgentInfoList(groups.iter().map(info).collect())),
        ..AgentStateEntry::default()
    }
}

/// An event whose call outlives transfers by this name.
pub(super) fn linked(event: Event, name: &str) -> Event {
    let data = Some(linkage(name));
    match event {
        Event::Originated(mut event) => {
            event.call_linkage_data = data;
            Event::Originated(event)
        }
        Event::Delivered(mut event) => {
            event.call_linkage_data = data;
            Event::Delivered(event)
        }
        Event::Established(mut event) => {
            event.call_linkage_data = data;
            Event::Established(event)
        }
        Event::Held(mut event) => {
            event.call_linkage_data = data;
            Event::Held(event)
        }
        Event::ConnectionCleared(mut event) => {
            event.call_linkage_data = data;
            Event::ConnectionCleared(event)
        }
        Event::Transferred(mut event) => {
            event.call_linkage_data_list = Some(CallLinkageDataList {
                new_call_linkage_data: data,
                old_call_linkage_data: Some(linkage("g1")),
                ..CallLinkageDataList::default()
            });
            Event::Transferred(event)
        }
        other => other,
    }
}

fn linkage(name: &str) -> CallLinkageData {
    CallLinkageData {
        global_call_data: Some(GlobalCallData {
            global_call_linkage_id: Some(GlobalCallLinkageId::GloballyUnique(Octets::from(name))),
            ..GlobalCallData::default()
        }),
        ..CallLinkageData::default()
    }
}
