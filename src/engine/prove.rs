//! What proves that a switch did what it was asked for. One table for all vendors, which the documentation prints.

use super::command::{Pending, Target, agent, feature};
use crate::model::{
    CallData, Cause, Connection, ConnectionDirection, ConnectionId, ConnectionState, Contradiction, Data, Event,
    EventType, Kind, Recording, Service, Verdict,
};

/// What has to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// The connection that the command makes is there.
    Born,
    /// The connection is null.
    Gone,
    /// The call ended, or with the connections that it had all of it that was asked for.
    Over,
    /// The connection is null, and another one that is new is alerting, queued, connected or in the network.
    MovedOn,
    /// The connection that the command makes came into the call that it is for.
    Joins,
    /// The connection is null, and the call is queued at a slot: the one that was asked for, if one was.
    Parked,
    /// As many digits as asked for were pressed there.
    Pressed,
    /// The connection is in this state.
    In(ConnectionState),
    /// Both connections are in the states that they are to come to.
    Both,
    /// The two calls are one, and this type of event told it.
    Joined(EventType),
    /// The connection is muted, or is not.
    Muted(bool),
    /// The recording is in this state; `None`: there is none.
    Recorded(Option<Recording>),
    /// The agent is as was asked, or will be at the end of the call.
    Agent,
    /// The device does with calls what was asked.
    Feature,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) service: Service,
    pub(crate) proof: Proof,
    /// The types of events that the switch's doing it leads to: those of the call carry `requestid`.
    pub(crate) causes: &'static [EventType],
}

/// The table.
pub(crate) const TABLE: &[Row] = &[
    Row {
        service: Service::MakeCall,
        proof: Proof::Born,
        causes: &[EventType::ServiceInitiated, EventType::Originated],
    },
    Row {
        service: Service::AnswerCall,
        proof: Proof::In(ConnectionState::Connected),
        causes: &[EventType::Established],
    },
    Row {
        service: Service::ClearConnection,
        proof: Proof::Gone,
        causes: CLEARING,
    },
    Row {
        service: Service::ClearCall,
        proof: Proof::Over,
        causes: CLEARING,
    },
    Row {
        service: Service::HoldCall,
        proof: Proof::In(ConnectionState::Hold),
        causes: &[EventType::Held],
    },
    Row {
        service: Service::RetrieveCall,
        proof: Proof::In(ConnectionState::Connected),
        causes: &[EventType::Retrieved],
    },
    Row {
        service: Service::ConsultationCall,
        proof: Proof::Born,
        causes: &[EventType::Held, EventType::ServiceInitiated, EventType::Originated],
    },
    Row {
        service: Service::AlternateCall,
        proof: Proof::Both,
        causes: &[EventType::Held, EventType::Retrieved],
    },
    Row {
        service: Service::ReconnectCall,
        proof: Proof::Both,
        causes: &[EventType::ConnectionCleared, EventType::Cleared, EventType::Retrieved],
    },
    Row {
        service: Service::TransferCall,
        proof: Proof::Joined(EventType::Transferred),
        causes: &[EventType::Transferred, EventType::Cleared],
    },
    Row {
        service: Service::ConferenceCall,
        proof: Proof::Joined(EventType::Conferenced),
        causes: &[EventType::Conferenced, EventType::Cleared],
    },
    Row {
        service: Service::DeflectCall,
        proof: Proof::MovedOn,
        causes: MOVING,
    },
    Row {
        service: Service::SingleStepTransferCall,
        proof: Proof::MovedOn,
        causes: MOVING,
    },
    Row {
        service: Service::SingleStepConferenceCall,
        proof: Proof::Joins,
        causes: JOINING,
    },
    Row {
        service: Service::ParkCall,
        proof: Proof::Parked,
        causes: &[EventType::Diverted, EventType::Queued],
    },
    Row {
        service: Service::DirectedPickupCall,
        proof: Proof::Joins,
        causes: JOINING,
    },
    Row {
        service: Service::GroupPickupCall,
        proof: Proof::Joins,
        causes: JOINING,
    },
    Row {
        service: Service::GenerateDigits,
        proof: Proof::Pressed,
        causes: &[EventType::DigitsGenerated],
    },
    Row {
        service: Service::Mute,
        proof: Proof::Muted(true),
        causes: &[EventType::Information],
    },
    Row {
        service: Service::Unmute,
        proof: Proof::Muted(false),
        causes: &[EventType::Information],
    },
    Row {
        service: Service::StartRecording,
        proof: Proof::Recorded(Some(Recording::Recording)),
        causes: RECORDING,
    },
    Row {
        service: Service::StopRecording,
        proof: Proof::Recorded(None),
        causes: RECORDING,
    },
    Row {
        service: Service::PauseRecording,
        proof: Proof::Recorded(Some(Recording::Paused)),
        causes: RECORDING,
    },
    Row {
        service: Service::ResumeRecording,
        proof: Proof::Recorded(Some(Recording::Recording)),
        causes: RECORDING,
    },
    Row {
        service: Service::SetAgentState,
        proof: Proof::Agent,
        causes: &[
            EventType::AgentLoggedOn,
            EventType::AgentLoggedOff,
            EventType::AgentReady,
            EventType::AgentNotReady,
            EventType::AgentWorkingAfterCall,
            EventType::AgentUpdated,
        ],
    },
    Row {
        service: Service::SetDoNotDisturb,
        proof: Proof::Feature,
        causes: &[EventType::DoNotDisturb],
    },
    Row {
        service: Service::SetForwarding,
        proof: Proof::Feature,
        causes: &[EventType::Forwarding],
    },
];

const JOINING: &[EventType] = &[
    EventType::ServiceInitiated,
    EventType::Originated,
    EventType::Diverted,
    EventType::Established,
    EventType::Conferenced,
];
const CLEARING: &[EventType] = &[EventType::ConnectionCleared, EventType::Cleared];
const RECORDING: &[EventType] = &[EventType::RecordingChanged];
const MOVING: &[EventType] = &[
    EventType::Diverted,
    EventType::Transferred,
    EventType::Delivered,
    EventType::Queued,
    EventType::NetworkReached,
    EventType::Established,
    EventType::Failed,
    EventType::ConnectionCleared,
];

/// The row of `service`; `None` for those that are not offered yet.
pub(crate) fn row(service: Service) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.service == service)
}

/// Does `event` prove or contradict what is pending? `None`: neither.
pub(super) fn judge(pending: &mut Pending, event: &Event) -> Option<Verdict> {
    if let (Target::Agent(wanted), Data::Agent(data)) = (&pending.target, &event.data) {
        return agent::judge(wanted, event, &data.agent);
    }
    if let (Target::Feature(wanted), Data::Device(data)) = (&pending.target, &event.data) {
        return feature::judge(wanted, &data.device);
    }
    let Data::Call(data) = &event.data else { return None };
    let call = &data.call;
    if pending.row.proof == Proof::Joins {
        return joins(pending, event, data);
    }
    let id = match &pending.target {
        Target::Birth => {
            let mut all = call.connections.iter().chain(&call.history);
            return all.any(|c| Some(c.id) == pending.made).then_some(Verdict::Done);
        }
        Target::Call(connections) => {
            if Some(call.id) != pending.call {
                return None;
            }
            if event.kind == EventType::Cleared && call.linkage.merged_into.is_some() {
                // Whoever is to be cleared is in the other call now.
                pending.call = call.linkage.merged_into;
                return None;
            }
            let over = event.kind == EventType::Cleared || !call.connections.is_empty();
            let gone = call.connections.iter().all(|c| !connections.contains(&c.id));
            return (over && gone).then_some(Verdict::Done);
        }
        Target::Connection(id) => *id,
        Target::Agent(_) | Target::Feature(_) => return None,
    };
    match pending.row.proof {
        Proof::Both => return both(pending, event),
        Proof::Joined(kind) => return joined(pending, event, kind),
        _ => {}
    }
    let live = call.connections.iter().find(|c| c.id == id);
    let ended = call.history.iter().find(|c| c.id == id);
    if live.is_none() && ended.is_none() {
        return None;
    }
    pending.call = Some(call.id);
    match pending.row.proof {
        Proof::Born | Proof::Over | Proof::Joins | Proof::Both | Proof::Joined(_) | Proof::Agent | Proof::Feature => {
            None
        }
        Proof::Gone => ended.map(|_| Verdict::Done),
        Proof::MovedOn => {
            ended?;
            pending.left |= matches!(event.kind, EventType::Transferred | EventType::Diverted)
                && data.connection.as_ref().is_some_and(|c| c.id == id);
            // What comes back to the device that sent it away did not get there.
            let back = ended.and_then(|c| c.device.as_ref());
            let fresh = |c: &&Connection| {
                !pending.known.contains(&c.id)
                    && c.direction == ConnectionDirection::Incoming
                    && (back.is_none() || c.device.as_ref() != back)
            };
            if call.connections.iter().filter(fresh).any(arrived) {
                return Some(Verdict::Done);
            }
            let failed = call
                .connections
                .iter()
                .filter(fresh)
                .find(|c| c.state == ConnectionState::Fail);
            let lost = call.history.iter().rfind(fresh);
            let over = event.kind == EventType::Cleared;
            match (failed.or(lost.filter(|_| over)), over) {
                (Some(there), _) => Some(Verdict::Contradicted(Contradiction::Destination(
                    there.cause.unwrap_or(Cause::Normal),
                ))),
                (None, true) => Some(Verdict::Contradicted(Contradiction::CallEnded)),
                (None, false) => None,
            }
        }
        Proof::Parked => {
            let mut slots = call.connections.iter().filter(|c| c.kind == Kind::Park);
            let at = slots
                .find(|c| !pending.known.contains(&c.id))
                .and_then(|c| c.device.as_ref());
            match (at, &pending.slot) {
                // The switch had given the slot away meanwhile, and took another.
                (Some(at), Some(wanted)) if at.key() != wanted.as_str() => {
                    Some(Verdict::Contradicted(Contradiction::Destination(Cause::Busy)))
                }
                (Some(_), _) => ended.map(|_| Verdict::Done),
                // Who parks may be gone before it is told where the call is (16 µs were seen on an Asterisk 22).
                (None, _) => ends(ended.filter(|_| event.kind == EventType::Cleared)),
            }
        }
        Proof::Pressed => {
            let here = event.kind == EventType::DigitsGenerated && data.connection.as_ref().is_some_and(|c| c.id == id);
            if here {
                let pressed = data.digits.as_ref().map_or(0, |digits| digits.len());
                pending.missing = pending.missing.saturating_sub(pressed);
            }
            (here && pending.missing == 0)
                .then_some(Verdict::Done)
                .or_else(|| ends(ended))
        }
        Proof::In(state) => live
            .filter(|c| c.state == state)
            .map(|_| Verdict::Done)
            .or_else(|| ends(ended)),
        Proof::Muted(on) => live
            .filter(|c| c.muted == on)
            .map(|_| Verdict::Done)
            .or_else(|| ends(ended)),
        Proof::Recorded(state) => live
            .filter(|c| c.recording == state)
            .map(|_| Verdict::Done)
            .or_else(|| ends(ended)),
    }
}

/// Did the connection that the command makes come to where it is to? It does so by taking over or joining, and begins in a call of its own.
fn joins(pending: &mut Pending, event: &Event, data: &CallData) -> Option<Verdict> {
    let call = &data.call;
    let made = |c: &Connection| Some(c.id) == pending.made;
    let comes = matches!(event.kind, EventType::Established | EventType::Conferenced);
    if comes && data.connection.as_ref().is_some_and(made) {
        pending.call = Some(call.id);
        return Some(Verdict::Done);
    }
    // Its telephone was not lifted; or it was, and there was nothing any more.
    if let Some(ended) = call.history.iter().find(|c| made(c)) {
        return Some(Verdict::Contradicted(match ended.connected_at {
            None => Contradiction::Destination(ended.cause.unwrap_or(Cause::Normal)),
            Some(_) => Contradiction::CallEnded,
        }));
    }
    let Target::Connection(id) = pending.target else {
        return None;
    };
    // Who takes over is told behind what is taken.
    let ended = call.history.iter().find(|c| c.id == id);
    ends(ended.filter(|_| event.kind != EventType::Diverted))
}

/// Two connections of one telephone come to what they are to come to, each in its call.
fn both(pending: &mut Pending, event: &Event) -> Option<Verdict> {
    let Data::Call(data) = &event.data else { return None };
    let all = || data.call.connections.iter().chain(&data.call.history);
    let state = |id: ConnectionId| all().find(|c| c.id == id).map(|c| c.state);
    let lost = |(id, wanted): &(ConnectionId, ConnectionState)| {
        *wanted != ConnectionState::Null && state(*id) == Some(ConnectionState::Null)
    };
    if pending.wanted.iter().any(lost) {
        return Some(Verdict::Contradicted(Contradiction::CallEnded));
    }
    let before = pending.wanted.len();
    pending.wanted.retain(|(id, wanted)| state(*id) != Some(*wanted));
    (before > 0 && pending.wanted.is_empty()).then_some(Verdict::Done)
}

/// Two calls become one, or end before they could.
fn joined(pending: &mut Pending, event: &Event, kind: EventType) -> Option<Verdict> {
    let Data::Call(data) = &event.data else { return None };
    let call = &data.call;
    let mine = |c: &Connection| pending.acts_on.contains(&c.id);
    if !call.connections.iter().chain(&call.history).any(mine) {
        return None;
    }
    if event.kind == kind {
        pending.call = Some(call.id);
        return Some(Verdict::Done);
    }
    let over = event.kind == EventType::Cleared && call.linkage.merged_into.is_none();
    over.then_some(Verdict::Contradicted(Contradiction::CallEnded))
}

/// Whose connection ended cannot do any more what was asked of it.
fn ends(ended: Option<&Connection>) -> Option<Verdict> {
    ended.map(|_| Verdict::Contradicted(Contradiction::CallEnded))
}

/// The call has got there.
fn arrived(connection: &Connection) -> bool {
    match connection.state {
        ConnectionState::Alerting | ConnectionState::Queued | ConnectionState::Connected => true,
        ConnectionState::Initiated => connection.kind == Kind::Trunk,
        ConnectionState::Null | ConnectionState::Hold | ConnectionState::Fail => false,
    }
}

/// Does a telephone leave a call by it, in which another one is left alone?
pub(super) fn leaves(pending: &Pending) -> bool {
    pending.row.service == Service::ReconnectCall
}

/// Does a telephone lift by it, to dial next?
pub(super) fn lifts_first(pending: &Pending, event: &Event) -> bool {
    pending.row.service == Service::ConsultationCall && event.kind == EventType::ServiceInitiated
}

/// Does the call that was hung up in go on with somebody else? A queue rings the next. Who leaves then leaves by himself.
pub(super) fn goes_on(pending: &Pending, event: &Event) -> bool {
    use EventType::{Delivered, Established, NetworkReached, Queued};
    let Data::Call(data) = &event.data else { return false };
    Some(data.call.id) == pending.call && matches!(event.kind, Delivered | Established | NetworkReached | Queued)
}

/// Is `event` one that the command caused? Others in the call may leave, hold, press, be muted or recorded by themselves at the same time.
pub(super) fn is_caused(pending: &Pending, event: &Event) -> bool {
    if let (Target::Agent(wanted), Data::Agent(data)) = (&pending.target, &event.data) {
        return pending.row.causes.contains(&event.kind) && agent::is_caused(wanted, event, &data.agent);
    }
    if let (Target::Feature(wanted), Data::Device(data)) = (&pending.target, &event.data) {
        return feature::is_caused(wanted, event, &data.device);
    }
    let Data::Call(data) = &event.data else { return false };
    if !pending.row.causes.contains(&event.kind) {
        return false;
    }
    let here = Some(data.call.id) == pending.call;
    let of = data.connection.as_ref().map(|c| c.id);
    let acted_on = of.is_some_and(|of| pending.acts_on.contains(&of));
    let all = || data.call.connections.iter().chain(&data.call.history);
    match (&pending.target, pending.row.proof) {
        (_, _) if of.is_some() && of == pending.made => true,
        (Target::Birth, _) => acted_on,
        // Of two calls that become one each tells it.
        (_, Proof::Joined(_)) => all().any(|c| pending.acts_on.contains(&c.id)),
        // Of the call that a telephone leaves everything that ends.
        (Target::Connection(id), Proof::Both)
            if matches!(event.kind, EventType::ConnectionCleared | EventType::Cleared) =>
        {
            all().any(|c| c.id == *id)
        }
        // What comes when both are in their new states was asked for by somebody else.
        (_, Proof::Both) => acted_on && !pending.settled,
        (Target::Connection(id), _) if of == Some(*id) => true,
        // Who is left alone leaves because of it.
        (_, Proof::Gone | Proof::Over) if pending.settled => here,
        (Target::Call(connections), _) => match of {
            Some(of) => connections.contains(&of),
            None => here,
        },
        (Target::Connection(_), Proof::MovedOn | Proof::Parked) => {
            let fresh = of.is_some_and(|of| !pending.known.contains(&of));
            here && fresh && event.kind != EventType::ConnectionCleared
        }
        (Target::Connection(_) | Target::Agent(_) | Target::Feature(_), _) => false,
    }
}
