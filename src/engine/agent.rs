//! Agents: what each does in each queue, and what follows of that and of the calls for the agent as a whole.
//!
//! | the agent is | where |
//! |---|---|
//! | `loggedOff` | it is in no queue, nor at the switch itself |
//! | `busy` | its device takes part in a call, whoever made it |
//! | `workingAfterCall` | a wrap-up runs in a queue |
//! | `ready` | it takes calls in at least one queue |
//! | `notReady` | it takes calls in none; the reason is the newest |
//!
//! the first that fits. In each of its queues it is `notReady` where it takes no calls, also in a call; else `busy`, `workingAfterCall` or
//! `ready`: so who is `ready` in a queue would be given its next call. Each change of state or reason ends one interval and begins the next
//! at the same instant of the switch's clock, which never runs back for an agent.

use super::{Engine, Group};
use crate::model::{
    Agent, AgentData, AgentEvent, AgentFact, AgentId, AgentQueue, AgentState, Data, DeviceId, Entity, EventType, Memo,
    QueueMember, Sequence, SetBy, Text, Wall,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The most agents of one switch.
const AGENTS: usize = 20_000;
/// The most queues of one agent.
const QUEUES: usize = 1_000;

/// All agents of a switch.
#[derive(Default)]
pub(super) struct Agents {
    all: BTreeMap<AgentId, Held>,
    /// Who is logged on at which device.
    by_device: BTreeMap<DeviceId, BTreeSet<AgentId>>,
    /// Devices where somebody logged on or off, of which that was not told yet.
    moved: BTreeSet<DeviceId>,
}

/// One agent.
struct Held {
    /// As it was told last, if it was.
    agent: Agent,
    told: bool,
    name: Option<Text>,
    device: Option<DeviceId>,
    /// What it does in each queue; `None` is at the switch itself.
    at: BTreeMap<Option<DeviceId>, There>,
    /// What it does apart from calls.
    below: Below,
    /// The same when the call began in which it is.
    before: Option<Below>,
    /// Of the newest thing that it did: why, by whom, and since when, where that is told.
    reason: Option<Text>,
    set_by: Option<SetBy>,
    since: Option<Wall>,
    /// The time of the last event; it never runs back for an agent.
    last: Wall,
    noted: Option<Text>,
}

/// An agent in one queue, apart from calls: `ready`, `notReady` or `workingAfterCall`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct There {
    state: AgentState,
    reason: Option<Text>,
    penalty: u32,
    /// What follows by itself, as the switch told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    then: Option<AgentState>,
}

/// An agent over all queues, apart from calls.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Below {
    state: AgentState,
    reason: Option<Text>,
    set_by: Option<SetBy>,
}

/// What is noted with the log, since the agent itself does not tell it while it is in a call.
#[derive(Serialize, Deserialize)]
struct Note {
    at: Vec<(Option<DeviceId>, There)>,
    below: Below,
    before: Option<Below>,
}

impl Below {
    fn is_other_than(&self, other: &Below) -> bool {
        (self.state, &self.reason) != (other.state, &other.reason)
    }
}

impl Held {
    fn new(agent: Agent, told: bool) -> Self {
        Held {
            told,
            name: agent.name.clone(),
            device: agent.device.clone(),
            at: BTreeMap::new(),
            below: Below {
                state: AgentState::LoggedOff,
                reason: None,
                set_by: None,
            },
            before: None,
            reason: None,
            set_by: None,
            since: None,
            last: agent.since,
            noted: None,
            agent,
        }
    }

    fn unknown(id: AgentId) -> Self {
        let agent = Agent {
            id,
            name: None,
            device: None,
            state: AgentState::LoggedOff,
            reason: None,
            since: Wall::default(),
            pending_state: None,
            pending_reason: None,
            set_by: None,
            queues: Vec::new(),
            sequence: Sequence::ZERO,
        };
        Held::new(agent, false)
    }

    /// An agent that was told before a restart.
    fn restored(agent: Agent, note: Option<&Memo>) -> Self {
        let noted = note.and_then(|memo| memo.note.clone());
        let mut held = Held::new(agent, true);
        if let Some(note) = noted.as_ref().and_then(|note| serde_json::from_str::<Note>(note).ok()) {
            held.at = note.at.into_iter().collect();
            held.below = note.below;
            held.before = note.before;
        } else {
            held.recall();
        }
        held.reason.clone_from(&held.below.reason);
        held.noted = noted;
        held
    }

    /// Concludes from what was told what it does apart from calls.
    fn recall(&mut self) {
        let there = |state, reason: &Option<Text>, penalty| There {
            state: if state == AgentState::Busy {
                AgentState::Ready
            } else {
                state
            },
            reason: reason.clone(),
            penalty,
            then: None,
        };
        let queues = self.agent.queues.iter();
        let queues = queues.map(|q| (Some(q.queue.clone()), there(q.state, &q.reason, q.penalty)));
        self.at = queues.collect();
        if self.at.is_empty() && self.agent.state != AgentState::LoggedOff {
            self.at.insert(None, there(self.agent.state, &self.agent.reason, 0));
        }
        let (state, reason) = self.below_now();
        self.below = Below {
            state,
            reason,
            set_by: self.agent.set_by,
        };
    }

    /// The device where it is logged on.
    fn place(&self) -> Option<&DeviceId> {
        self.device.as_ref().filter(|_| !self.at.is_empty())
    }

    fn note(&self) -> Text {
        let note = Note {
            at: self
                .at
                .iter()
                .map(|(queue, there)| (queue.clone(), there.clone()))
                .collect(),
            below: self.below.clone(),
            before: self.before.clone(),
        };
        // Names of states, strings and numbers always have a JSON form.
        Text::from(serde_json::to_string(&note).unwrap_or_default())
    }

    /// Takes what is said of one queue, or of all.
    fn take(&mut self, fact: AgentFact) {
        self.name = fact.name.or(self.name.take());
        self.device = fact.device.or(self.device.take());
        let before = self.at.clone();
        match fact.event {
            AgentEvent::LoggedOff => match &fact.queue {
                Some(_) => drop(self.at.remove(&fact.queue)),
                None => self.at.clear(),
            },
            AgentEvent::Updated => {}
            AgentEvent::LoggedOn if self.at.is_empty() || fact.queue.is_some() => {
                self.there(fact.queue.clone());
            }
            AgentEvent::LoggedOn => {}
            AgentEvent::Ready => self.set(fact.queue.as_ref(), AgentState::Ready, None),
            AgentEvent::NotReady => {
                self.set(fact.queue.as_ref(), AgentState::NotReady, fact.reason.as_ref());
            }
            AgentEvent::WorkingAfterCall => {
                self.set(fact.queue.as_ref(), AgentState::WorkingAfterCall, fact.reason.as_ref());
            }
        }
        if fact.then.is_some() {
            let of = |queue: &Option<DeviceId>| fact.queue.is_none() || *queue == fact.queue;
            for (_, there) in self.at.iter_mut().filter(|(queue, _)| of(queue)) {
                there.then = fact.then;
            }
        }
        if let Some(penalty) = fact.penalty {
            let of = |queue: &Option<DeviceId>| fact.queue.is_none() || *queue == fact.queue;
            for there in self
                .at
                .iter_mut()
                .filter(|(queue, _)| of(queue))
                .map(|(_, there)| there)
            {
                there.penalty = penalty;
            }
        }
        if self.at != before {
            self.set_by = fact.set_by;
            self.since = fact.since;
            if fact.event == AgentEvent::NotReady {
                self.reason = fact.reason;
            }
        }
    }

    /// The agent in a queue; that it takes calls there nobody said yet.
    fn there(&mut self, queue: Option<DeviceId>) -> Option<&mut There> {
        if self.at.len() >= QUEUES && !self.at.contains_key(&queue) {
            return None;
        }
        Some(self.at.entry(queue).or_insert(There {
            state: AgentState::NotReady,
            reason: None,
            penalty: 0,
            then: None,
        }))
    }

    fn set(&mut self, queue: Option<&DeviceId>, state: AgentState, reason: Option<&Text>) {
        if queue.is_some() || self.at.is_empty() {
            self.there(queue.cloned());
        }
        for (at, there) in &mut self.at {
            if queue.is_none() || at.as_ref() == queue {
                there.state = state;
                there.reason = reason.cloned();
                there.then = None;
            }
        }
    }

    /// What it does now apart from calls.
    fn below_now(&self) -> (AgentState, Option<Text>) {
        let is = |state| self.at.values().any(|there| there.state == state);
        if self.at.is_empty() {
            (AgentState::LoggedOff, None)
        } else if is(AgentState::WorkingAfterCall) {
            let working = |there: &&There| there.state == AgentState::WorkingAfterCall;
            let mut reasons = self
                .at
                .values()
                .filter(working)
                .filter_map(|there| there.reason.clone());
            (AgentState::WorkingAfterCall, reasons.next())
        } else if is(AgentState::Ready) {
            (AgentState::Ready, None)
        } else {
            let newest = self.at.values().find(|there| there.reason == self.reason);
            let newest = newest.or_else(|| self.at.values().last());
            (AgentState::NotReady, newest.and_then(|there| there.reason.clone()))
        }
    }

    /// What follows by itself at the end of the call, or of the work after it, as the switch told: where that is something else.
    fn follows(&self, busy: bool) -> Option<AgentState> {
        let (state, _) = self.below_now();
        let ends = |there: &&There| busy || there.state == AgentState::WorkingAfterCall;
        let mut told = self.at.values().filter(ends).filter_map(|there| there.then);
        told.find(|then| (busy || state == AgentState::WorkingAfterCall) && *then != state)
    }

    /// A call is over: what the switch said that follows by itself is so now.
    fn go_on(&mut self) {
        for there in self.at.values_mut() {
            // Who is to be logged off is there until that is told.
            let follows = there
                .then
                .take_if(|then| *then != AgentState::LoggedOff && *then != there.state);
            if let Some(then) = follows {
                (there.state, there.reason) = (then, None);
                self.set_by = Some(SetBy::Switch);
            }
        }
    }

    /// The agent as it is now.
    fn now(&mut self, engaged: bool, time: Wall) -> Agent {
        let on = !self.at.is_empty();
        let busy = on && engaged;
        if !busy && self.agent.state == AgentState::Busy {
            self.go_on();
        }
        let (state, reason) = self.below_now();
        let below = Below {
            state,
            reason,
            set_by: self.set_by,
        };
        let before = self.below.clone();
        if self.below.is_other_than(&below) {
            self.below = below;
        }
        let began = busy && self.agent.state != AgentState::Busy;
        self.before = match self.before.take() {
            _ if !busy => None,
            _ if began && before.state == AgentState::LoggedOff => Some(self.below.clone()),
            _ if began => Some(before),
            kept => kept,
        };
        let pending = self.before.as_ref().filter(|before| before.is_other_than(&self.below));
        let pending = pending.map(|_| &self.below);
        let follows = self.follows(busy);
        let (state, reason, set_by) = if busy {
            (AgentState::Busy, None, None)
        } else {
            (self.below.state, self.below.reason.clone(), self.below.set_by)
        };
        let mut since = self.agent.since;
        if !self.told || (state, &reason) != (self.agent.state, &self.agent.reason) {
            let told = self.since.filter(|_| !busy).unwrap_or(time);
            since = if self.told {
                told.max(since).min(time)
            } else {
                told.min(time)
            };
        }
        let queue = |(queue, there): (&Option<DeviceId>, &There)| {
            Some(AgentQueue {
                queue: queue.clone()?,
                state: match there.state {
                    AgentState::NotReady => AgentState::NotReady,
                    _ if busy => AgentState::Busy,
                    state => state,
                },
                reason: there.reason.clone(),
                penalty: there.penalty,
            })
        };
        Agent {
            id: self.agent.id.clone(),
            name: self.name.clone(),
            device: self.device.clone().filter(|_| on),
            state,
            reason,
            since,
            pending_state: pending.map(|below| below.state).or(follows),
            pending_reason: pending.and_then(|below| below.reason.clone()),
            set_by,
            queues: self.at.iter().filter_map(queue).collect(),
            sequence: self.agent.sequence,
        }
    }
}

/// The events that tell it.
fn kinds(before: Option<&Agent>, now: &Agent) -> Vec<EventType> {
    let was_on = before.is_some_and(|before| before.state != AgentState::LoggedOff);
    let is_on = now.state != AgentState::LoggedOff;
    let of_state = match now.state {
        AgentState::LoggedOff => EventType::AgentLoggedOff,
        AgentState::NotReady => EventType::AgentNotReady,
        AgentState::Ready => EventType::AgentReady,
        AgentState::Busy => EventType::AgentBusy,
        AgentState::WorkingAfterCall => EventType::AgentWorkingAfterCall,
    };
    match before {
        _ if is_on && !was_on => vec![EventType::AgentLoggedOn, of_state],
        None => vec![EventType::AgentUpdated],
        Some(before) if (before.state, &before.reason) != (now.state, &now.reason) => vec![of_state],
        Some(before) if before != now => vec![EventType::AgentUpdated],
        Some(_) => Vec::new(),
    }
}

/// The device and the queues where `before` was and `now` is no more.
fn left(before: &Agent, now: &Agent) -> Vec<DeviceId> {
    let device = before
        .device
        .iter()
        .filter(|device| now.device.as_ref() != Some(device));
    let queues = before.queues.iter().map(|q| &q.queue);
    let queues = queues.filter(|queue| !now.queues.iter().any(|q| q.queue == **queue));
    device.chain(queues).cloned().collect()
}

impl Agents {
    /// Who is logged on at a device.
    pub(super) fn at(&self, device: &DeviceId) -> impl Iterator<Item = &AgentId> {
        self.by_device.get(device).into_iter().flatten()
    }

    /// Devices where somebody logged on or off since this was last asked.
    pub(super) fn take_moved(&mut self) -> BTreeSet<DeviceId> {
        std::mem::take(&mut self.moved)
    }

    /// An agent as a member of a queue.
    pub(super) fn member(&self, id: &AgentId, queue: &DeviceId) -> Option<QueueMember> {
        let agent = &self.all.get(id)?.agent;
        let there = agent.queues.iter().find(|q| q.queue == *queue)?;
        Some(QueueMember {
            agent: Some(id.clone()),
            device: agent.device.clone(),
            state: there.state,
            reason: there.reason.clone(),
            penalty: there.penalty,
        })
    }

    fn moves(&mut self, id: &AgentId, from: Option<&DeviceId>, to: Option<&DeviceId>) {
        if from == to {
            return;
        }
        self.moved.extend(from.into_iter().chain(to).cloned());
        if let Some(from) = from
            && let Some(agents) = self.by_device.get_mut(from)
        {
            agents.remove(id);
            if agents.is_empty() {
                self.by_device.remove(from);
            }
        }
        if let Some(to) = to {
            self.by_device.entry(to.clone()).or_default().insert(id.clone());
        }
    }
}

impl Engine {
    /// An agent did something.
    pub(super) fn agent(&mut self, fact: AgentFact, group: &mut Group) {
        let agents = &mut self.agents.all;
        if !agents.contains_key(&fact.agent) {
            if agents.len() >= AGENTS {
                return;
            }
            agents.insert(fact.agent.clone(), Held::unknown(fact.agent.clone()));
        }
        let id = fact.agent.clone();
        if let Some(held) = agents.get_mut(&id) {
            let before = held.place().cloned();
            held.take(fact);
            let now = held.place().cloned();
            self.agents.moves(&id, before.as_ref(), now.as_ref());
            group.agents.insert(id);
        }
    }

    /// Takes the list of all agents in all queues: who is not in it is not there. Where it is that of these `desks` only, nothing is said of who is
    /// elsewhere.
    pub(super) fn list_agents(&mut self, facts: Vec<AgentFact>, desks: Option<&BTreeSet<DeviceId>>, group: &mut Group) {
        let mut listed: BTreeMap<&AgentId, BTreeSet<&Option<DeviceId>>> = BTreeMap::new();
        for fact in facts.iter().filter(|fact| fact.event != AgentEvent::Updated) {
            listed.entry(&fact.agent).or_default().insert(&fact.queue);
        }
        let mut gone = Vec::new();
        for (id, held) in &mut self.agents.all {
            let listed = listed.get(id);
            let said = desks.is_none_or(|desks| held.place().is_some_and(|at| desks.contains(at)));
            if listed.is_none() && !said {
                continue;
            }
            let (place, before) = (held.place().cloned(), held.at.len());
            held.at
                .retain(|queue, _| listed.is_some_and(|queues| queues.contains(queue)));
            if held.at.len() != before {
                (held.set_by, held.since) = (None, None);
                gone.extend(place.filter(|_| held.at.is_empty()).map(|place| (id.clone(), place)));
                group.agents.insert(id.clone());
            }
        }
        for (id, place) in gone {
            self.agents.moves(&id, Some(&place), None);
        }
        for fact in facts {
            self.agent(fact, group);
        }
    }

    /// Tells the agents that a group touched.
    pub(super) fn tell_agents(&mut self, group: &mut Group) {
        for id in std::mem::take(&mut group.agents) {
            let Some(held) = self.agents.all.get_mut(&id) else {
                continue;
            };
            let time = held.last.max(group.time);
            let engaged = held
                .device
                .as_ref()
                .is_some_and(|device| self.engaged.contains_key(device));
            let now = held.now(engaged, time);
            held.since = None;
            let kinds = kinds(Some(&held.agent).filter(|_| held.told), &now);
            let note = held.note();
            if held.noted.as_ref() != Some(&note) && (held.told || !kinds.is_empty()) {
                held.noted = Some(note.clone());
                group.memos.push(Memo {
                    entity: Entity::Agent(id.clone()),
                    note: Some(note),
                });
            }
            if kinds.is_empty() {
                continue;
            }
            held.told = true;
            held.last = time;
            if now.state == AgentState::LoggedOff {
                held.device = None;
            }
            let before = std::mem::replace(&mut held.agent, now.clone());
            for queue in before.queues.iter().filter(|queue| !now.queues.contains(queue)) {
                self.queues.goes(&queue.queue, &id);
                group.queues.insert(queue.queue.clone());
            }
            for queue in &now.queues {
                self.queues.comes(&queue.queue, &id);
                if before.device != now.device || !before.queues.contains(queue) {
                    group.queues.insert(queue.queue.clone());
                }
            }
            let left = left(&before, &now);
            for kind in kinds {
                let data = AgentData {
                    requested_by: None,
                    left: left.clone(),
                    agent: now.clone(),
                };
                group.push(kind, time, Data::Agent(Box::new(data)));
            }
        }
    }

    /// Takes up the agents that were told before a restart.
    pub(super) fn restore_agents(&mut self, agents: Vec<Agent>, memos: &[Memo]) {
        for agent in agents {
            let id = agent.id.clone();
            let note = memos.iter().find(|memo| memo.entity == Entity::Agent(id.clone()));
            for queue in &agent.queues {
                self.queues.comes(&queue.queue, &id);
            }
            let held = Held::restored(agent, note);
            self.agents.moves(&id, None, held.place());
            self.agents.all.insert(id, held);
        }
    }
}

impl Engine {
    /// The agents as they were told.
    pub(crate) fn agents(&self) -> impl Iterator<Item = &Agent> {
        self.agents
            .all
            .values()
            .filter(|held| held.told)
            .map(|held| &held.agent)
    }

    /// An agent as it was told.
    pub(super) fn known_agent(&self, id: &AgentId) -> Option<&Agent> {
        self.agents.all.get(id).filter(|held| held.told).map(|held| &held.agent)
    }

    /// It is known now who had the agent do what was told last. In a call, that shows once it is over.
    pub(super) fn agent_was_set(&mut self, id: &AgentId, by: SetBy) {
        if let Some(held) = self.agents.all.get_mut(id) {
            held.set_by = Some(by);
            held.below.set_by = Some(by);
            if held.agent.state != AgentState::Busy {
                held.agent.set_by = Some(by);
            }
        }
    }
}

#[cfg(test)]
impl Engine {
    pub(super) fn agent_notes(&self) -> impl Iterator<Item = Memo> {
        self.agents.all.iter().map(|(id, held)| Memo {
            entity: Entity::Agent(id.clone()),
            note: held.noted.clone(),
        })
    }
}
