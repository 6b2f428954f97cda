use super::{
    Agent, AgentId, Call, CallId, CallState, Connection, Device, DeviceId, Event, Queue, Settled, Switch, SwitchName,
    Text, Wall,
};
use serde::{Deserialize, Serialize};

/// What one native fact led to: a group of events that is numbered, logged and delivered whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The switch that it comes from.
    pub switch: SwitchName,
    /// The events, in order. May be empty where only a memo changed, or where a command ended without one.
    pub events: Vec<Event>,
    /// What the machine wants back after a restart, changed by this fact.
    pub memos: Vec<Memo>,
    /// Commands that ended with this: answered once the events are logged and delivered.
    pub settled: Vec<Settled>,
}

/// A note that the machine leaves with the log, committed together with the events of the same batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memo {
    /// What it is about.
    pub entity: Entity,
    /// The note; `None` takes it away.
    pub note: Option<Text>,
}

/// What a note or a live row is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Entity {
    /// A call.
    Call(CallId),
    /// An agent.
    Agent(AgentId),
    /// A device.
    Device(DeviceId),
    /// A queue, which is a device too.
    Queue(DeviceId),
    /// The switch itself.
    Switch(SwitchName),
}

/// What a machine is given back after a restart: the live entities of its switch, as last told, and its notes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// The calls that had not ended.
    pub calls: Vec<Call>,
    /// The agents.
    pub agents: Vec<Agent>,
    /// The devices.
    pub devices: Vec<Device>,
    /// The queues.
    pub queues: Vec<Queue>,
    /// The switch, if it was ever told.
    pub switch: Option<Switch>,
    /// The notes.
    pub memos: Vec<Memo>,
    /// When the last event that is in the log was received. Nothing that was heard behind it is known.
    #[serde(default)]
    pub heard: Option<Wall>,
    /// The switch's ids of calls that ended lately.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended: Vec<Text>,
    /// The switch's ids of what carried connections in the calls that ended lately: it may have some of them still, while it tidies up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub over: Vec<Text>,
}

impl Restored {
    /// Takes in a call as it was told last, with its whole history.
    pub fn take(&mut self, call: Call) {
        if call.state != CallState::Ended {
            self.calls.push(call);
            return;
        }
        self.ended.extend(call.native_ids);
        let over = call.history.into_iter().filter(Connection::is_over_at_switch);
        self.over.extend(over.flat_map(|c| c.native_ids));
    }
}
