//! Events as far as statistics need them: of a call that is who takes part, not what is known about them.

use crate::model::{
    Agent, AgentData, AgentId, Call, CallId, Cause, Connection, ConnectionId, ConnectionState, DeviceId, EventType,
    Kind, LinkData, Outcome, Sequence, Switch, SwitchName, Text, Wall,
};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The types of events that are counted. Those of links and bridges come to every subscriber anyway.
pub(super) const TYPES: &[EventType] = &[
    EventType::Queued,
    EventType::Established,
    EventType::Held,
    EventType::Retrieved,
    EventType::Diverted,
    EventType::Transferred,
    EventType::Conferenced,
    EventType::ConnectionCleared,
    EventType::Cleared,
    EventType::AgentLoggedOn,
    EventType::AgentLoggedOff,
    EventType::AgentReady,
    EventType::AgentNotReady,
    EventType::AgentBusy,
    EventType::AgentWorkingAfterCall,
    EventType::AgentUpdated,
];

/// One event.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) id: Sequence,
    pub(super) kind: EventType,
    pub(super) time: Wall,
    pub(super) reconstructed: bool,
    pub(super) what: What,
}

#[derive(Debug)]
pub(super) enum What {
    Call(CallTold),
    Agent(Box<Agent>),
    Link(Box<LinkData>),
    Other,
}

#[derive(Debug, Deserialize)]
pub(super) struct CallTold {
    pub(super) cause: Option<Cause>,
    pub(super) connection: Option<Part>,
    pub(super) call: Whole,
}

/// A call, as far as it matters.
#[derive(Debug, Deserialize)]
pub(super) struct Whole {
    pub(super) id: CallId,
    pub(super) switch: SwitchName,
    pub(super) connections: Vec<Part>,
}

/// A connection, as far as it matters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Part {
    pub(super) id: ConnectionId,
    pub(super) device: Option<DeviceId>,
    pub(super) agent: Option<AgentId>,
    pub(super) kind: Kind,
    pub(super) state: ConnectionState,
    pub(super) created_at: Wall,
    pub(super) outcome: Option<Outcome>,
    pub(super) uncertain: Vec<Text>,
}

/// A part of a snapshot, which follows a gap.
#[derive(Debug, Deserialize)]
pub(super) struct SnapshotTold {
    pub(super) last: bool,
    pub(super) switches: Vec<Switch>,
    pub(super) calls: Vec<Whole>,
    pub(super) agents: Vec<Agent>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    id: Sequence,
    #[serde(rename = "type")]
    kind: EventType,
    time: Wall,
    reconstructed: bool,
    #[serde(borrow)]
    data: &'a RawValue,
}

impl Whole {
    pub(super) fn of(call: &Call) -> Self {
        let part = |connection: &Connection| Part {
            id: connection.id,
            device: connection.device.clone(),
            agent: connection.agent.clone(),
            kind: connection.kind,
            state: connection.state,
            created_at: connection.created_at,
            outcome: connection.outcome,
            uncertain: connection.uncertain.clone(),
        };
        Whole {
            id: call.id,
            switch: call.switch.clone(),
            connections: call.connections.iter().map(part).collect(),
        }
    }
}

impl Told {
    pub(super) fn read(event: &[u8]) -> Result<Self, serde_json::Error> {
        let envelope: Envelope<'_> = serde_json::from_slice(event)?;
        let data = envelope.data.get();
        let family = envelope.kind.as_str().split('.').nth(1);
        let what = match family {
            Some("call") => What::Call(serde_json::from_str(data)?),
            Some("agent") => What::Agent(Box::new(serde_json::from_str::<AgentData>(data)?.agent)),
            Some("link") => What::Link(serde_json::from_str(data)?),
            _ => What::Other,
        };
        Ok(Told {
            id: envelope.id,
            kind: envelope.kind,
            time: envelope.time,
            reconstructed: envelope.reconstructed,
            what,
        })
    }
}
