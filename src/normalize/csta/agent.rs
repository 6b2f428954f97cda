//! Agents: who works where. An agent is told of by a number of its own, or else by the device at which it works.

use super::Normalizer;
use super::party::number;
use crate::model::{
    AgentEvent, AgentFact, AgentId, AgentTask, Denial, DeviceId as Key, Fact, RequestedState, SetBy, Text,
};
use lineside_csta::types::{
    AgentId as Native, AgentLoggedOffEvent, AgentLoggedOnEvent, AgentNotReadyEvent, AgentReadyEvent,
    AgentWorkingAfterCallEvent, DeviceId, ExtendedDeviceId, ReqAgentState, SetAgentState,
};
use lineside_csta::{Octets, Request};
use lineside_wire::{Private, Tick};

/// Where an agent works, and by which name the switch knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Desk {
    pub(super) device: Text,
    native: Option<Octets>,
}

impl Normalizer {
    pub(super) fn logged_on(&mut self, event: &AgentLoggedOnEvent) {
        let group = event.acd_group.as_ref();
        self.agent(
            &event.agent_device,
            event.agent_id.as_ref(),
            group,
            AgentEvent::LoggedOn,
        );
        // What an agent does who has just come the standard leaves to the event behind it; until that comes it takes no calls.
        self.agent(
            &event.agent_device,
            event.agent_id.as_ref(),
            group,
            AgentEvent::NotReady,
        );
    }

    pub(super) fn logged_off(&mut self, event: &AgentLoggedOffEvent) {
        let group = event.acd_group.as_ref();
        self.agent(
            &event.agent_device,
            event.agent_id.as_ref(),
            group,
            AgentEvent::LoggedOff,
        );
    }

    pub(super) fn not_ready(&mut self, event: &AgentNotReadyEvent) {
        let group = event.acd_group.as_ref();
        self.agent(
            &event.agent_device,
            event.agent_id.as_ref(),
            group,
            AgentEvent::NotReady,
        );
    }

    pub(super) fn ready(&mut self, event: &AgentReadyEvent) {
        let group = event.acd_group.as_ref();
        self.agent(&event.agent_device, event.agent_id.as_ref(), group, AgentEvent::Ready);
    }

    pub(super) fn after_call(&mut self, event: &AgentWorkingAfterCallEvent) {
        let group = event.acd_group.as_ref();
        self.agent(
            &event.agent_device,
            event.agent_id.as_ref(),
            group,
            AgentEvent::WorkingAfterCall,
        );
    }

    fn agent(&mut self, device: &ExtendedDeviceId, id: Option<&Native>, group: Option<&DeviceId>, event: AgentEvent) {
        let Some(at) = number(device).map(Text::from) else {
            return;
        };
        let native = id.map(|id| (**id).clone()).filter(|id| !id.0.is_empty());
        let named = native.as_ref().map(|id| Text::from(id.text()));
        // Events of a device where somebody is logged on may leave out who.
        let there = || {
            self.desks
                .iter()
                .find(|(_, desk)| desk.device == at)
                .map(|(agent, _)| agent.clone())
        };
        let agent = named.or_else(there).unwrap_or_else(|| at.clone());
        if event == AgentEvent::LoggedOff {
            self.desks.remove(&agent);
        } else {
            let desk = Desk {
                device: at.clone(),
                native,
            };
            let known = self.desks.entry(agent.clone()).or_insert_with(|| desk.clone());
            known.device = at.clone();
            known.native = known.native.take().or(desk.native);
        }
        let queue = group.map(|group| Key::new(&self.switch, group.number()));
        self.out.push(Fact::Agent(AgentFact {
            device: (event != AgentEvent::LoggedOff).then(|| Key::new(&self.switch, &at)),
            set_by: self.asked_agents.remove(&agent).map(|_| SetBy::Bridge),
            ..AgentFact::of(AgentId::new(&self.switch, &agent), queue, event)
        }));
    }
}

/// What is asked of the switch for an agent: once for each group that is named, else once.
pub(super) fn requests(task: &AgentTask, now: Tick, calls: &mut Normalizer) -> Result<Vec<Request>, Denial> {
    let key = task.agent.key();
    let desk = calls.desks.get(key);
    let device = task
        .device
        .as_ref()
        .map(|device| Text::from(device.key()))
        .or_else(|| desk.map(|desk| desk.device.clone()));
    let Some(device) = device else {
        let why = format!("the agent {key} is logged on nowhere: name the device");
        return Err(Denial::Device(Text::from(why)));
    };
    if task.reason.is_some() {
        let why = "CSTA has no place for a reason, and the profile of this switch names none";
        return Err(Denial::Field("reason", Text::from(why)));
    }
    let native = desk
        .and_then(|desk| desk.native.clone())
        .or_else(|| (*device != *key).then(|| Octets::from(key)));
    let state = match task.state {
        RequestedState::LoggedOn => ReqAgentState::LoggedOn,
        RequestedState::LoggedOff => ReqAgentState::LoggedOff,
        RequestedState::NotReady => ReqAgentState::NotReady,
        RequestedState::Ready => ReqAgentState::Ready,
        RequestedState::WorkingAfterCall => ReqAgentState::WorkingAfterCall,
    };
    let one = |group: Option<&Key>| set(&device, &state, native.clone(), group);
    // Who stands in the way leaves first.
    let leaves = |agent: &AgentId| {
        let desk = calls.desks.get(agent.key())?;
        Some(set(&desk.device, &ReqAgentState::LoggedOff, desk.native.clone(), None))
    };
    let mut requests: Vec<Request> = task.off.iter().filter_map(leaves).collect();
    match task.queues.as_slice() {
        [] => requests.push(one(None)),
        queues => requests.extend(queues.iter().map(|queue| one(Some(queue)))),
    }
    for agent in task.off.iter().chain([&task.agent]) {
        calls.asked_agents.insert(Text::from(agent.key()), now + super::ASKED);
    }
    Ok(requests)
}

fn set(device: &str, state: &ReqAgentState, agent: Option<Octets>, group: Option<&Key>) -> Request {
    Request::SetAgentState(Box::new(SetAgentState {
        device: DeviceId::dialled(device),
        requested_agent_state: state.clone(),
        agent_id: agent.map(Private::new),
        group: group.map(|group| DeviceId::dialled(group.key())),
        ..SetAgentState::default()
    }))
}
