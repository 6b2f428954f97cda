//! Agents: in which state, for which reason and in which queues, since when.

use super::visit::Line;
use crate::model::{Agent, AgentState, DeviceId, StateInterval, Text, Wall};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// The most intervals that are remembered of one agent.
pub(super) const INTERVALS: usize = 5_000;

/// An agent in one state, up to the next interval.
#[derive(Clone, Debug)]
pub(super) struct Interval {
    pub(super) from: Wall,
    pub(super) state: AgentState,
    reason: Option<Text>,
    /// Where the agent takes calls.
    queues: Arc<[DeviceId]>,
}

/// One visit of one queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct VisitRef {
    pub(super) queue: DeviceId,
    pub(super) number: u64,
}

impl VisitRef {
    pub(super) fn find<'a>(&self, queues: &'a mut BTreeMap<DeviceId, Line>) -> Option<&'a mut super::visit::Visit> {
        queues.get_mut(&self.queue)?.visit(self.number)
    }
}

/// What is remembered of one agent.
#[derive(Clone, Debug, Default)]
pub(super) struct Shift {
    intervals: VecDeque<Interval>,
    /// Up to when intervals had to be forgotten before their time.
    pub(super) dropped: Option<Wall>,
    /// The visit that the agent answered last: what follows it may be the work after it.
    pub(super) answered: Option<VisitRef>,
}

/// The interval that an event of an agent ended.
pub(super) struct Ended {
    pub(super) from: Wall,
    pub(super) to: Wall,
    pub(super) state: AgentState,
}

fn is_at_call(state: AgentState) -> bool {
    matches!(state, AgentState::Busy | AgentState::WorkingAfterCall)
}

impl Shift {
    /// The agent is so from `now` on. Gives the interval that ended by it.
    pub(super) fn tell(&mut self, agent: &Agent, now: Wall) -> Option<Ended> {
        let takes_calls = |state| !matches!(state, AgentState::LoggedOff | AgentState::NotReady);
        let queues = agent.queues.iter().filter(|queue| takes_calls(queue.state));
        let next = Interval {
            from: now.max(self.intervals.back().map_or(now, |last| last.from)),
            state: agent.state,
            reason: agent.reason.clone(),
            queues: queues.map(|queue| queue.queue.clone()).collect(),
        };
        let ended = match self.intervals.back() {
            Some(last) if last.is_like(&next) => return None,
            Some(last) => Some(Ended {
                from: last.from,
                to: next.from,
                state: last.state,
            }),
            None => None,
        };
        self.intervals.push_back(next);
        if self.intervals.len() > INTERVALS {
            self.intervals.pop_front();
            self.dropped = self.intervals.front().map(|first| first.from);
        }
        ended
    }

    /// The agent is so now: what was answered before it became so is over, with the work after it.
    pub(super) fn rest(&mut self, before: AgentState) {
        let now = self.intervals.back().map(|last| last.state);
        if is_at_call(before) && !now.is_some_and(is_at_call) {
            self.answered = None;
        }
    }

    /// The intervals between `from` and `to`, without a break: where nothing is known the state is none. What lies in one of the `gaps`
    /// is not known.
    pub(super) fn intervals(&self, from: Wall, to: Wall, gaps: &[(Wall, Wall)]) -> Vec<StateInterval> {
        let mut pieces = Pieces {
            found: Vec::new(),
            at: from,
        };
        for (index, interval) in self.intervals.iter().enumerate() {
            let end = self.intervals.get(index + 1).map_or(to, |next| next.from).min(to);
            let start = interval.from.max(from);
            if start >= end {
                continue;
            }
            pieces.add(start, None);
            for (gap, until) in gaps.iter().filter(|(gap, until)| *until > start && *gap < end) {
                pieces.add(*gap, Some(interval));
                pieces.add((*until).min(end), None);
            }
            pieces.add(end, Some(interval));
        }
        pieces.add(to, None);
        pieces.found
    }

    /// The same, as far as the agent took calls in `queue`.
    pub(super) fn within<'a>(
        &'a self,
        queue: &'a DeviceId,
        from: Wall,
        to: Wall,
    ) -> impl Iterator<Item = (AgentState, Wall, Wall)> + 'a {
        let ends = self.intervals.iter().skip(1).map(|next| next.from).chain([to]);
        let clipped = self.intervals.iter().zip(ends).map(move |(interval, end)| {
            let (start, end) = (interval.from.max(from), end.min(to));
            (interval, start, end)
        });
        clipped
            .filter(|(interval, start, end)| start < end && interval.queues.contains(queue))
            .map(|(interval, start, end)| (interval.state, start, end))
    }

    pub(super) fn forget(&mut self, horizon: Wall) {
        while self.intervals.get(1).is_some_and(|second| second.from < horizon) {
            self.intervals.pop_front();
        }
        self.dropped = self.dropped.filter(|dropped| *dropped >= horizon);
    }
}

impl Interval {
    fn is_like(&self, other: &Interval) -> bool {
        (self.state, &self.reason, &self.queues) == (other.state, &other.reason, &other.queues)
    }
}

/// Intervals that are put one behind the other.
struct Pieces {
    found: Vec<StateInterval>,
    at: Wall,
}

impl Pieces {
    /// What has been since the last piece, up to `to`.
    fn add(&mut self, to: Wall, was: Option<&Interval>) {
        if to <= self.at {
            return;
        }
        let from = std::mem::replace(&mut self.at, to);
        let (state, reason) = (was.map(|i| i.state), was.and_then(|i| i.reason.clone()));
        match self.found.last_mut() {
            Some(last) if (last.state, &last.reason) == (state, &reason) => last.to = to,
            _ => self.found.push(StateInterval {
                from,
                to,
                state,
                reason,
            }),
        }
    }
}
