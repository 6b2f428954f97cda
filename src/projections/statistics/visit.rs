//! Queues: every stay of a call in a queue is a visit, from when it entered until it left.

use super::millis;
use crate::model::{Cause, EventType, Outcome, Wall};
use std::collections::VecDeque;

/// The most visits that one queue remembers.
pub(super) const VISITS: usize = 50_000;

/// How a visit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Answered,
    Abandoned,
    TimedOut,
    Emptied,
    Withdrawn,
    Elsewhere,
    /// The bridge did not see it.
    Unobserved,
}

impl End {
    /// How the connection of a queue came to its end.
    pub(super) const fn of(kind: EventType, cause: Option<Cause>, outcome: Option<Outcome>) -> Self {
        match (kind, cause, outcome) {
            (_, _, Some(Outcome::Abandoned)) => End::Abandoned,
            (EventType::Diverted, Some(Cause::Distributed), _) => End::Answered,
            (EventType::Diverted, Some(Cause::QueueTimeOverflow), _) => End::TimedOut,
            (EventType::Diverted, Some(Cause::NoAvailableAgents), _) => End::Emptied,
            (EventType::Diverted, Some(Cause::QueueCleared), _) => End::Withdrawn,
            _ => End::Elsewhere,
        }
    }
}

/// One stay of a call in a queue.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    pub(super) entered: Wall,
    /// It was seen to enter: so it is known how long it waits.
    pub(super) seen: bool,
    pub(super) left: Option<(Wall, End)>,
    /// For how long the agent who answered talked and held, once that is over and if all of it was seen.
    pub(super) talked: Option<(u64, u64)>,
    /// For how long that agent worked after it.
    pub(super) wrapped_up: Option<u64>,
}

impl Visit {
    /// For how long it waited, if that is over and was seen.
    pub(super) fn wait(&self) -> Option<u64> {
        match self.left {
            Some((_, End::Unobserved)) | None => None,
            Some((left, _)) => self.seen.then(|| millis(self.entered, left)),
        }
    }
}

/// What a queue remembers, in the order in which it was told. A visit is named by its number.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    first: u64,
    visits: VecDeque<Visit>,
    /// When the last visit entered that had to be forgotten before its time.
    pub(super) dropped: Option<Wall>,
}

impl Line {
    /// Begins a visit, and gives its number.
    pub(super) fn enter(&mut self, entered: Wall, seen: bool) -> u64 {
        self.visits.push_back(Visit {
            entered,
            seen,
            left: None,
            talked: None,
            wrapped_up: None,
        });
        if self.visits.len() > VISITS {
            self.dropped = self.visits.pop_front().map(|visit| visit.entered).max(self.dropped);
            self.first += 1;
        }
        self.first + self.visits.len() as u64 - 1
    }

    pub(super) fn visit(&mut self, number: u64) -> Option<&mut Visit> {
        let index = number.checked_sub(self.first)?;
        self.visits.get_mut(usize::try_from(index).ok()?)
    }

    pub(super) fn since(&self, from: Wall) -> impl Iterator<Item = &Visit> {
        self.visits.iter().filter(move |visit| visit.entered >= from)
    }

    pub(super) fn forget(&mut self, horizon: Wall) {
        while self.visits.pop_front_if(|visit| visit.entered < horizon).is_some() {
            self.first += 1;
        }
        self.dropped = self.dropped.filter(|dropped| *dropped >= horizon);
    }
}
