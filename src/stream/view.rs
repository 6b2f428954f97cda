//! The view: the fold of the events, and nothing else.

use crate::model::{
    Agent, AgentId, Call, CallId, CallState, Data, Device, DeviceId, Event, Queue, Sequence, Switch, SwitchName, Wall,
};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

/// How long an ended call stays readable.
pub(super) const ENDED_READABLE: Duration = Duration::from_secs(600);
/// The most ended calls that stay readable.
const ENDED_CALLS: usize = 50_000;

/// Everything that is, true up to `head`.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    pub(crate) head: Sequence,
    pub(crate) switches: BTreeMap<SwitchName, Arc<Switch>>,
    /// With their history; also those that ended lately.
    pub(crate) calls: BTreeMap<CallId, Arc<Call>>,
    pub(crate) devices: BTreeMap<DeviceId, Arc<Device>>,
    pub(crate) agents: BTreeMap<AgentId, Arc<Agent>>,
    pub(crate) queues: BTreeMap<DeviceId, Arc<Queue>>,
    /// The ended calls, in the order in which they ended.
    ended: VecDeque<(Wall, CallId)>,
}

impl View {
    /// Takes one event in.
    pub(super) fn fold(&mut self, id: Sequence, event: Event) {
        self.head = id;
        match event.data {
            Data::Call(data) => self.hold_call(data.call, event.received_at),
            Data::Agent(data) => {
                self.agents.insert(data.agent.id.clone(), Arc::new(data.agent));
            }
            Data::Device(data) => {
                self.devices.insert(data.device.id.clone(), Arc::new(data.device));
            }
            Data::Queue(data) => {
                self.queues.insert(data.queue.id.clone(), Arc::new(data.queue));
            }
            Data::Link(data) => {
                self.switches.insert(data.switch.name.clone(), Arc::new(data.switch));
            }
            Data::Bridge(_) => {}
        }
    }

    pub(super) fn hold_call(&mut self, call: Call, ended: Wall) {
        if call.state == CallState::Ended {
            self.ended.push_back((ended, call.id));
        }
        self.calls.insert(call.id, Arc::new(call));
    }

    /// Forgets calls that ended long ago, and gives them.
    pub(super) fn expire(&mut self, now: Wall) -> Vec<Arc<Call>> {
        let readable = i64::try_from(ENDED_READABLE.as_millis()).unwrap_or(i64::MAX);
        let before = Wall::from_millis(now.as_millis().saturating_sub(readable));
        let mut gone = Vec::new();
        while let Some(&(ended, id)) = self.ended.front()
            && (ended < before || self.ended.len() > ENDED_CALLS)
        {
            self.ended.pop_front();
            gone.extend(self.calls.remove(&id));
        }
        gone
    }
}
