//! The view: the fold of the events, and nothing else.

use crate::model::{
    Agent, AgentId, Call, CallId, CallState, Data, Device, DeviceId, Event, Queue, Sequence, Services, Switch,
    SwitchName, SwitchState, Wall,
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
    /// Calls of switches that are not heard, as they were told: nothing can be asked of them now, so `calls` has them without.
    unheard: BTreeMap<CallId, Arc<Call>>,
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
            Data::Link(data) => self.hold_switch(data.switch),
            Data::Bridge(_) => {}
        }
    }

    pub(super) fn hold_switch(&mut self, switch: Switch) {
        self.hear(&switch);
        self.switches.insert(switch.name.clone(), Arc::new(switch));
    }

    pub(super) fn hold_call(&mut self, call: Call, ended: Wall) {
        if call.state == CallState::Ended {
            self.ended.push_back((ended, call.id));
        }
        let switch = self.switches.get(&call.switch);
        let heard = switch.is_none_or(|switch| switch.state == SwitchState::Up);
        let call = Arc::new(call);
        self.unheard.remove(&call.id);
        if heard {
            self.calls.insert(call.id, call);
        } else {
            self.silence(call);
        }
    }

    /// From `link.down` on nothing can be asked of the calls of a switch; once it is heard again, what they last told.
    fn hear(&mut self, switch: &Switch) {
        let of_switch = |call: &Arc<Call>| call.switch == switch.name;
        if switch.state == SwitchState::Up {
            let heard = self.unheard.extract_if(.., |_, call| of_switch(call));
            self.calls.extend(heard);
        } else {
            let told: Vec<_> = self
                .calls
                .values()
                .filter(|call| of_switch(call) && !self.unheard.contains_key(&call.id))
                .cloned()
                .collect();
            told.into_iter().for_each(|call| self.silence(call));
        }
    }

    /// Shows a call without what could be asked of it.
    fn silence(&mut self, told: Arc<Call>) {
        let mut shown = Call::clone(&told);
        for connection in &mut shown.connections {
            connection.services_permitted = Services::NONE;
        }
        self.calls.insert(told.id, Arc::new(shown));
        if told.state != CallState::Ended {
            self.unheard.insert(told.id, told);
        }
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
