//! Agents: who works where, and in which groups. An agent is told of by a number of its own, or else by the device at which it works.

use super::Normalizer;
use super::party::number;
use crate::model::{
    AgentEvent, AgentFact, AgentId, AgentState, AgentTask, Cause, Denial, DeviceId as Key, Fact, Facts, RequestedState,
    SetBy, Text,
};
use lineside_csta::types::{
    AgentBusyEvent, AgentId as Native, AgentInfo, AgentLoggedOffEvent, AgentLoggedOnEvent, AgentNotReadyEvent,
    AgentReadyEvent, AgentState as Duty, AgentStateEntry, AgentWorkingAfterCallEvent, DeviceId, EventCause,
    ExtendedDeviceId, LocalConnectionState as State, PendingAfterCall, PendingAgentState, ReqAgentState, SetAgentState,
};
use lineside_csta::{Octets, Request};
use lineside_wire::{Private, Tick};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Where an agent works, by which name the switch knows it, and in which groups it is, as far as they are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Desk {
    pub(super) device: Text,
    native: Option<Octets>,
    groups: BTreeSet<Text>,
    /// What the agent does in each group, or in none that was named, as far as it was told, and what follows by itself.
    pub(super) duties: BTreeMap<Option<Text>, Does>,
}

/// What an agent does, and what follows by itself.
pub(super) type Does = (AgentEvent, Option<AgentState>);

/// What a device says of one of its agents, when it is asked.
pub(super) struct Seen {
    pub(super) agent: Text,
    pub(super) group: Option<Text>,
    pub(super) fact: AgentFact,
    /// There is a call, and it is not said what follows behind it.
    pub(super) busy: bool,
}

impl Seen {
    pub(super) const fn does(&self) -> Does {
        (self.fact.event, self.fact.then)
    }
}

/// What an agent does who has just come the standard leaves to the event behind it: so long that is waited for.
const MEANWHILE: Duration = Duration::from_millis(100);

/// Somebody who logged on, of whom it is not known yet what he does.
pub(super) struct Fresh {
    told: Vec<AgentFact>,
    pub(super) until: Tick,
}

/// Who does something, where, in which group, and why.
struct Told<'a> {
    device: &'a ExtendedDeviceId,
    id: Option<&'a Native>,
    group: Option<&'a DeviceId>,
    cause: Option<&'a EventCause>,
}

/// All events of agents begin in the same way.
macro_rules! told {
    ($event:expr) => {
        Told {
            device: &$event.agent_device,
            id: $event.agent_id.as_ref(),
            group: $event.acd_group.as_ref(),
            cause: $event.cause.as_ref(),
        }
    };
}

impl Normalizer {
    pub(super) fn logged_on(&mut self, event: &AgentLoggedOnEvent) {
        self.agent(&told!(event), AgentEvent::LoggedOn, None);
    }

    pub(super) fn logged_off(&mut self, event: &AgentLoggedOffEvent) {
        self.agent(&told!(event), AgentEvent::LoggedOff, None);
    }

    pub(super) fn not_ready(&mut self, event: &AgentNotReadyEvent) {
        self.agent(&told!(event), AgentEvent::NotReady, None);
    }

    pub(super) fn ready(&mut self, event: &AgentReadyEvent) {
        self.agent(&told!(event), AgentEvent::Ready, None);
    }

    /// That the agent has a call its calls tell; what follows behind it nobody else does.
    pub(super) fn busy(&mut self, event: &AgentBusyEvent) {
        if let Some(then) = event.pending_agent_state.as_ref().and_then(pending) {
            self.agent(&told!(event), AgentEvent::Updated, Some(then));
        }
    }

    pub(super) fn after_call(&mut self, event: &AgentWorkingAfterCallEvent) {
        let then = event.pending_agent_state.as_ref().and_then(|then| match then {
            PendingAfterCall::NotReady => Some(AgentState::NotReady),
            PendingAfterCall::Ready => Some(AgentState::Ready),
            PendingAfterCall::Null => Some(AgentState::LoggedOff),
            PendingAfterCall::Other(_) => None,
        });
        self.agent(&told!(event), AgentEvent::WorkingAfterCall, then);
    }

    fn agent(&mut self, told: &Told<'_>, event: AgentEvent, then: Option<AgentState>) {
        let Some(at) = number(told.device).map(Text::from) else {
            return;
        };
        // The monitor of a group tells the same: that of the device is believed, where there is one.
        if self.watched.contains(&at) && self.monitor.as_ref() != Some(&at) {
            return;
        }
        let native = told.id.map(|id| (**id).clone()).filter(|id| !id.0.is_empty());
        let group = told.group.map(|group| Text::from(group.number()));
        let named = native.as_ref().map(|id| Text::from(id.text()));
        let agent = named
            .clone()
            .or_else(|| self.sits_at(&at, group.as_ref()))
            .unwrap_or_else(|| at.clone());
        let known = self.desks.get(&agent);
        if event == AgentEvent::LoggedOff {
            // The agent works elsewhere by now: the device that it left tells late.
            if known.is_some_and(|desk| desk.device != at) {
                return;
            }
        }
        let fresh = self.fresh_of(&agent, &at, named.is_some());
        let gone = self.moves(&agent, &at, event);
        let queue = group.as_ref().map(|group| Key::new(&self.switch, group));
        if event == AgentEvent::LoggedOff {
            self.leaves_group(&agent, group.as_ref());
        } else {
            self.sits(&agent, &at, native, group.clone());
            self.does(&agent, group, (event, then));
        }
        // What the switch makes of who has just come is because of who had him come.
        let since = fresh
            .as_ref()
            .and_then(|fresh| fresh.told.last())
            .and_then(|told| told.set_by);
        let asked = self.asked_agents.remove(&agent).map(|_| SetBy::Bridge);
        let forced = super::cause::of(told.cause)
            .filter(|cause| matches!(cause, Cause::ForcedPause | Cause::ForcedTransition | Cause::AutoWork));
        let fact = AgentFact {
            device: (event != AgentEvent::LoggedOff).then(|| Key::new(&self.switch, &at)),
            set_by: asked.or(forced.map(|_| SetBy::Switch)).or(since),
            then,
            ..AgentFact::of(AgentId::new(&self.switch, &agent), queue, event)
        };
        if event == AgentEvent::LoggedOn {
            let until = fresh.as_ref().map_or(self.tick + MEANWHILE, |fresh| fresh.until);
            let mut told = fresh.map(|fresh| fresh.told).unwrap_or_default();
            told.extend(gone.into_iter().chain([fact]));
            self.fresh.insert(agent, Fresh { told, until });
            return;
        }
        let before = fresh.into_iter().flat_map(|fresh| fresh.told).map(Fact::Agent);
        self.out.extend(before);
        self.out.push(Fact::Agent(fact));
    }

    /// Who has just logged on; `named`: by his own number, which may have been told by that of the device first.
    fn fresh_of(&mut self, agent: &Text, at: &Text, named: bool) -> Option<Fresh> {
        let known = self.fresh.remove(agent);
        if known.is_some() || !named {
            return known;
        }
        let mut same = self.fresh.remove(at)?;
        self.desks.remove(at);
        for told in &mut same.told {
            told.agent = AgentId::new(&self.switch, agent);
        }
        Some(same)
    }

    /// Of who logged on nobody says what he does: he takes no calls.
    pub(super) fn are_not_ready(&mut self) {
        let now = self.tick;
        let due = |(agent, fresh): (&Text, &Fresh)| (fresh.until <= now).then(|| agent.clone());
        for agent in self.fresh.iter().filter_map(due).collect::<Vec<_>>() {
            for told in self.fresh.remove(&agent).into_iter().flat_map(|fresh| fresh.told) {
                let comes = told.event == AgentEvent::LoggedOn;
                if comes {
                    let group = told.queue.as_ref().map(|queue| Text::from(queue.key()));
                    self.does(&agent, group, (AgentEvent::NotReady, told.then));
                }
                let not_ready = comes.then(|| AgentFact {
                    event: AgentEvent::NotReady,
                    ..told.clone()
                });
                self.out.extend([told].into_iter().chain(not_ready).map(Fact::Agent));
            }
        }
    }

    /// Nobody will say any more what they do.
    pub(super) fn conclude_agents(&mut self, now: Tick) -> Facts {
        self.tick = now;
        self.fresh.values_mut().for_each(|fresh| fresh.until = now);
        self.are_not_ready();
        self.facts()
    }

    /// Who is told of by the device alone: the one who is logged on there, of several the one of that group.
    fn sits_at(&self, device: &Text, group: Option<&Text>) -> Option<Text> {
        let here = || self.desks.iter().filter(|(_, desk)| desk.device == *device);
        let of_group = group.and_then(|group| here().find(|(_, desk)| desk.groups.contains(group)));
        of_group.or_else(|| here().next()).map(|(agent, _)| agent.clone())
    }

    /// Where seating is free, who logs on at another device works there, and nowhere else.
    fn moves(&mut self, agent: &Text, to: &Text, event: AgentEvent) -> Option<AgentFact> {
        let desk = self.desks.get(agent).filter(|desk| desk.device != *to);
        if event != AgentEvent::LoggedOn || desk.is_none() {
            return None;
        }
        self.desks.remove(agent);
        Some(AgentFact::of(
            AgentId::new(&self.switch, agent),
            None,
            AgentEvent::LoggedOff,
        ))
    }

    fn sits(&mut self, agent: &Text, device: &Text, native: Option<Octets>, group: Option<Text>) {
        let desk = self.desks.entry(agent.clone()).or_insert_with(|| Desk {
            device: device.clone(),
            native: None,
            groups: BTreeSet::new(),
            duties: BTreeMap::new(),
        });
        desk.device = device.clone();
        desk.native = desk.native.take().or(native);
        desk.groups.extend(group);
    }

    /// An agent does this from now on.
    pub(super) fn does(&mut self, agent: &Text, group: Option<Text>, does: Does) {
        let lasts = matches!(
            does.0,
            AgentEvent::Ready | AgentEvent::NotReady | AgentEvent::WorkingAfterCall
        );
        if let Some(desk) = self.desks.get_mut(agent).filter(|_| lasts) {
            desk.duties.insert(group, does);
        }
    }

    /// An agent is gone with the last of its groups.
    fn leaves_group(&mut self, agent: &Text, group: Option<&Text>) {
        let Some(desk) = self.desks.get_mut(agent) else { return };
        if let Some(group) = group {
            desk.groups.remove(group);
            desk.duties.remove(&Some(group.clone()));
        }
        if group.is_none() || desk.groups.is_empty() {
            self.desks.remove(agent);
        }
    }

    /// What the switch answered to what was asked for `agent`: it will be so later.
    pub(super) fn will_be(&mut self, agent: &Text, told: &PendingAgentState) {
        let Some(then) = pending(told) else { return };
        let talks = |device: &Text| {
            let mut all = self.calls.iter().flat_map(|(_, call)| call.at(device));
            all.any(|leg| matches!(leg.state, State::Connected | State::Hold | State::Initiated))
        };
        let busy = self.desks.get(agent).is_some_and(|desk| talks(&desk.device));
        // In a call it is so but for the call.
        let event = match then {
            AgentState::Ready if busy => AgentEvent::Ready,
            AgentState::NotReady if busy => AgentEvent::NotReady,
            AgentState::WorkingAfterCall if busy => AgentEvent::WorkingAfterCall,
            _ => AgentEvent::Updated,
        };
        self.out.push(Fact::Agent(AgentFact {
            set_by: self.asked_agents.remove(agent).map(|_| SetBy::Bridge),
            then: (event == AgentEvent::Updated).then_some(then),
            ..AgentFact::of(AgentId::new(&self.switch, agent), None, event)
        }));
    }

    /// The agents of a device, as it says when it is asked.
    pub(super) fn adopt_agents(&mut self, device: &Text, told: &[AgentStateEntry]) {
        let seen = self.agents_at(device, told);
        for seen in &seen {
            self.does(&seen.agent, seen.group.clone(), seen.does());
        }
        let facts = seen.into_iter().map(|seen| seen.fact).collect();
        self.rosters.insert(device.clone(), facts);
    }

    /// Takes what a device says of its agents: nobody else sits there.
    pub(super) fn agents_at(&mut self, device: &Text, told: &[AgentStateEntry]) -> Vec<Seen> {
        let before: Vec<Text> = self
            .desks
            .iter()
            .filter(|(_, desk)| desk.device == *device)
            .map(|(agent, _)| agent.clone())
            .collect();
        before.iter().for_each(|agent| drop(self.desks.remove(agent)));
        let mut all = Vec::new();
        for entry in told.iter().filter(|entry| entry.logged_on_state) {
            let native = entry
                .agent_id
                .as_ref()
                .map(|id| (**id).clone())
                .filter(|id| !id.0.is_empty());
            let agent = native
                .as_ref()
                .map_or_else(|| device.clone(), |id| Text::from(id.text()));
            self.sits(&agent, device, native, None);
            let infos = entry.agent_info.as_ref().map_or(&[][..], |list| &list.0);
            if infos.is_empty() {
                all.push(Seen {
                    agent: agent.clone(),
                    group: None,
                    fact: self.works(&agent, device, None, &Duty::AgentNotReady, None),
                    busy: false,
                });
            }
            for info in infos.iter().filter(|info| info.agent_state != Duty::AgentNull) {
                let group = info.acd_group.as_ref().map(|group| Text::from(group.number()));
                self.sits(&agent, device, None, group.clone());
                all.push(Seen {
                    agent: agent.clone(),
                    fact: self.in_group(&agent, device, group.as_ref(), info),
                    busy: info.agent_state == Duty::AgentBusy && info.pending_agent_state.is_none(),
                    group,
                });
            }
        }
        all
    }

    fn in_group(&self, agent: &Text, device: &Text, group: Option<&Text>, info: &AgentInfo) -> AgentFact {
        let then = info.pending_agent_state.as_ref().and_then(pending);
        self.works(agent, device, group, &info.agent_state, then)
    }

    fn works(
        &self,
        agent: &Text,
        device: &Text,
        group: Option<&Text>,
        duty: &Duty,
        then: Option<AgentState>,
    ) -> AgentFact {
        let event = match duty {
            // Who has a call takes calls but for that one, unless something else is said to follow.
            Duty::AgentReady => AgentEvent::Ready,
            Duty::AgentBusy if then != Some(AgentState::NotReady) => AgentEvent::Ready,
            Duty::AgentWorkingAfterCall => AgentEvent::WorkingAfterCall,
            _ => AgentEvent::NotReady,
        };
        AgentFact {
            device: Some(Key::new(&self.switch, device)),
            then,
            ..AgentFact::of(
                AgentId::new(&self.switch, agent),
                group.map(|group| Key::new(&self.switch, group)),
                event,
            )
        }
    }
}

/// The state that follows by itself, in the words of the model.
const fn pending(told: &PendingAgentState) -> Option<AgentState> {
    match told {
        PendingAgentState::AgentNotReady => Some(AgentState::NotReady),
        PendingAgentState::AgentNull => Some(AgentState::LoggedOff),
        PendingAgentState::AgentReady => Some(AgentState::Ready),
        PendingAgentState::AgentWorkingAfterCall => Some(AgentState::WorkingAfterCall),
        PendingAgentState::Other(_) => None,
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
