//! The fold: what each event adds to what is counted.

use super::config::StatisticsConfig;
use super::follow::{Followed, Following, Talk};
use super::shift::{Shift, VisitRef};
use super::told::{CallTold, Part, SnapshotTold, Told, What, Whole};
use super::visit::{End, Line};
use super::watch::Watch;
use crate::model::{
    Agent, AgentId, AgentState, Cause, ConnectionId, ConnectionState, DeviceId, EventType, Kind, LinkData, Sequence,
    SwitchName, SwitchState, Wall,
};
use std::collections::{BTreeMap, BTreeSet};

/// The most queues and agents that are counted; of more the first ones are.
const QUEUES: usize = 5_000;
const AGENTS: usize = 20_000;

/// Everything that is counted, up to `position`.
#[derive(Debug)]
pub(super) struct Fold {
    pub(super) position: Sequence,
    /// Since when everything was read; none where the log itself begins later.
    pub(super) begun: Option<Wall>,
    pub(super) watches: BTreeMap<SwitchName, Watch>,
    pub(super) queues: BTreeMap<DeviceId, Line>,
    pub(super) agents: BTreeMap<AgentId, Shift>,
    /// Who is logged on where.
    at_device: BTreeMap<DeviceId, AgentId>,
    pub(super) following: Following,
    /// After a gap: what was followed and not yet shown again by the snapshot.
    unconfirmed: Option<BTreeSet<ConnectionId>>,
}

impl Fold {
    pub(super) fn new() -> Self {
        Fold {
            position: Sequence::ZERO,
            begun: None,
            watches: BTreeMap::new(),
            queues: BTreeMap::new(),
            agents: BTreeMap::new(),
            at_device: BTreeMap::new(),
            following: Following::default(),
            unconfirmed: None,
        }
    }

    /// Takes one event in.
    pub(super) fn tell(&mut self, told: Told) {
        self.position = self.position.max(told.id);
        match told.what {
            What::Call(call) => {
                if !told.reconstructed {
                    self.watch(&call.call.switch).hear(told.time);
                }
                self.call(told.kind, told.time, told.reconstructed, &call);
            }
            What::Agent(agent) => {
                if !told.reconstructed
                    && let Ok(switch) = SwitchName::try_from(agent.id.switch())
                {
                    self.watch(&switch).hear(told.time);
                }
                self.agent(&agent, told.time);
            }
            What::Link(link) => self.link(told.kind, &link, told.time),
            What::Other => {}
        }
    }

    pub(super) fn watch(&mut self, switch: &SwitchName) -> &mut Watch {
        let begun = self.begun;
        self.watches.entry(switch.clone()).or_insert_with(|| Watch::new(begun))
    }

    pub(super) fn link(&mut self, kind: EventType, link: &LinkData, time: Wall) {
        let watch = self.watch(&link.switch.name);
        match (kind, link.unobserved_from) {
            (EventType::LinkUp, _) => watch.up(time),
            (EventType::LinkDown, _) => watch.down(time, link.switch.since),
            (EventType::LinkResynced, Some(from)) => watch.resynced(from),
            _ => {}
        }
    }

    pub(super) fn agent(&mut self, agent: &Agent, time: Wall) {
        if !self.agents.contains_key(&agent.id) && self.agents.len() >= AGENTS {
            return;
        }
        if let Some(device) = &agent.device {
            self.at_device.insert(device.clone(), agent.id.clone());
        }
        let shift = self.agents.entry(agent.id.clone()).or_default();
        let Some(ended) = shift.tell(agent, time) else { return };
        if ended.state == AgentState::WorkingAfterCall
            && let Some(visit) = shift.answered.as_ref().and_then(|at| at.find(&mut self.queues))
            && self
                .watches
                .iter()
                .find(|(name, _)| name.as_str() == agent.id.switch())
                .is_some_and(|(_, watch)| watch.is_observed(ended.from, ended.to))
        {
            let worked = super::millis(ended.from, ended.to);
            visit.wrapped_up = Some(visit.wrapped_up.unwrap_or(0).saturating_add(worked));
        }
        shift.rest(ended.state);
    }

    fn call(&mut self, kind: EventType, time: Wall, reconstructed: bool, told: &CallTold) {
        let moved = told.connection.as_ref();
        self.follow(&told.call, time, reconstructed);
        for (id, followed) in self.following.take_absent(told.call.id, &told.call.connections) {
            let end = match moved.filter(|moved| moved.id == id) {
                _ if reconstructed => End::Unobserved,
                Some(moved) => End::of(kind, told.cause, moved.outcome),
                None => End::Elsewhere,
            };
            self.end(&told.call, followed, end, time);
        }
        if let Some(moved) = moved
            && kind == EventType::Established
            && !reconstructed
        {
            self.answered(&told.call, moved, told.cause, time);
        }
    }

    /// What is followed and takes part in this call, is in this call now; and who waits and was not followed, is from now on.
    fn follow(&mut self, call: &Whole, time: Wall, reconstructed: bool) {
        for connection in &call.connections {
            if self.following.see(call.id, connection, time, reconstructed) {
                continue;
            }
            let waits = connection.kind == Kind::Queue && connection.state == ConnectionState::Queued;
            let Some(queue) = connection.device.as_ref().filter(|_| waits) else {
                continue;
            };
            if !self.queues.contains_key(queue) && self.queues.len() >= QUEUES {
                continue;
            }
            let entered = connection.created_at;
            let seen = !reconstructed && !connection.uncertain.iter().any(|field| field.as_str() == "createdAt");
            let number = self.queues.entry(queue.clone()).or_default().enter(entered, seen);
            let visit = VisitRef {
                queue: queue.clone(),
                number,
            };
            self.following
                .begin(call.id, connection.id, Followed::Waiting { visit, entered });
        }
    }

    /// What was followed has ended.
    fn end(&mut self, call: &Whole, followed: Followed, end: End, time: Wall) {
        match followed {
            Followed::Waiting { visit, .. } => {
                if let Some(visit) = visit.find(&mut self.queues) {
                    visit.left = Some((time, end));
                }
                if end == End::Answered {
                    self.following.answered(call.id, visit);
                }
            }
            Followed::Talking(talk) => {
                let observed = end != End::Unobserved && self.watch(&call.switch).is_observed(talk.began, time);
                let (visit, talked) = talk.end(time);
                if let Some(visit) = visit.find(&mut self.queues).filter(|_| observed) {
                    visit.talked = Some(talked);
                }
            }
        }
    }

    /// Somebody takes part: who the queue gave the call to, where it did so just before.
    fn answered(&mut self, call: &Whole, moved: &Part, cause: Option<Cause>, time: Wall) {
        if cause != Some(Cause::Distributed) {
            return;
        }
        let Some(visit) = self.following.take_answered(call.id) else {
            return;
        };
        let at_device = || moved.device.as_ref().and_then(|device| self.at_device.get(device));
        if let Some(shift) = moved
            .agent
            .as_ref()
            .or_else(at_device)
            .and_then(|agent| self.agents.get_mut(agent))
        {
            shift.answered = Some(visit.clone());
        }
        self.following
            .begin(call.id, moved.id, Followed::Talking(Talk::new(visit, time)));
    }

    /// Events are missing up to now: a snapshot follows.
    pub(super) fn lose(&mut self) {
        self.unconfirmed = Some(self.following.ids());
    }

    /// A part of the snapshot that follows a gap, taken `now`.
    pub(super) fn see(&mut self, snapshot: &SnapshotTold, now: Wall) {
        for switch in &snapshot.switches {
            self.watch(&switch.name).lose(now, switch.state == SwitchState::Up);
        }
        for agent in &snapshot.agents {
            self.agent(agent, now);
        }
        for call in &snapshot.calls {
            if let Some(unconfirmed) = &mut self.unconfirmed {
                call.connections.iter().for_each(|connection| {
                    unconfirmed.remove(&connection.id);
                });
            }
            self.follow(call, now, true);
        }
        if snapshot.last {
            for id in self.unconfirmed.take().unwrap_or_default() {
                if let Some(Followed::Waiting { visit, .. }) = self.following.take(id)
                    && let Some(visit) = visit.find(&mut self.queues)
                {
                    visit.left = Some((now, End::Unobserved));
                }
            }
        }
    }

    /// Who waits in a call that is as it was when the log ended. It may wait since before the log was read.
    pub(super) fn adopt(&mut self, call: &Whole, now: Wall) {
        self.follow(call, now, false);
    }

    /// Forgets what is in no window any more.
    pub(super) fn forget(&mut self, config: &StatisticsConfig, now: Wall) {
        for (name, watch) in &mut self.watches {
            watch.forget(config.site(name.as_str()).horizon(now));
        }
        for (queue, line) in &mut self.queues {
            line.forget(config.site(queue.switch()).horizon(now));
        }
        for (agent, shift) in &mut self.agents {
            shift.forget(config.site(agent.switch()).horizon(now));
        }
    }
}
