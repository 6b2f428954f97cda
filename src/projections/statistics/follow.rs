//! What is followed in calls that live: who waits in a queue, and who of the agents talks to whom a queue gave him.

use super::millis;
use super::shift::VisitRef;
use super::told::Part;
use crate::model::{CallId, ConnectionId, ConnectionState, Wall};
use std::collections::{BTreeMap, BTreeSet};

/// One connection that is followed.
#[derive(Debug)]
pub(super) enum Followed {
    Waiting { visit: VisitRef, entered: Wall },
    Talking(Talk),
}

/// An agent talks.
#[derive(Debug)]
pub(super) struct Talk {
    visit: VisitRef,
    pub(super) began: Wall,
    /// Since when it is as it is now.
    since: Wall,
    holds: bool,
    talked: u64,
    held: u64,
}

impl Talk {
    pub(super) const fn new(visit: VisitRef, now: Wall) -> Self {
        Talk {
            visit,
            began: now,
            since: now,
            holds: false,
            talked: 0,
            held: 0,
        }
    }

    fn pass(&mut self, now: Wall, holds: bool) {
        let passed = millis(self.since, now);
        if self.holds {
            self.held += passed;
        } else {
            self.talked += passed;
        }
        self.since = self.since.max(now);
        self.holds = holds;
    }

    /// For how long it was talked and held.
    pub(super) fn end(mut self, now: Wall) -> (VisitRef, (u64, u64)) {
        self.pass(now, false);
        (self.visit, (self.talked, self.held))
    }
}

/// What is followed: as much as there are live connections, and no more.
#[derive(Debug, Default)]
pub(super) struct Following {
    connections: BTreeMap<ConnectionId, (CallId, Followed)>,
    calls: BTreeMap<CallId, InCall>,
}

/// What is followed in one call.
#[derive(Debug, Default)]
struct InCall {
    connections: BTreeSet<ConnectionId>,
    /// The visit that somebody answers just now.
    answered: Option<VisitRef>,
}

impl Following {
    pub(super) fn begin(&mut self, call: CallId, connection: ConnectionId, followed: Followed) {
        self.connections.insert(connection, (call, followed));
        self.calls.entry(call).or_default().connections.insert(connection);
    }

    /// Takes note of how a connection is now, and in which call. False: it is not followed.
    pub(super) fn see(&mut self, call: CallId, connection: &Part, now: Wall, reconstructed: bool) -> bool {
        let Some((home, followed)) = self.connections.get_mut(&connection.id) else {
            return false;
        };
        let holds = connection.state == ConnectionState::Hold;
        match followed {
            // When it changed while nobody heard it is not known: the whole talk counts as not observed then.
            Followed::Talking(talk) if holds != talk.holds && !reconstructed => talk.pass(now, holds),
            _ => {}
        }
        let before = std::mem::replace(home, call);
        if before != call {
            self.calls.entry(call).or_default().connections.insert(connection.id);
            self.leave(before, connection.id);
        }
        true
    }

    /// What was followed in this call and does not take part in it any more.
    pub(super) fn take_absent(&mut self, call: CallId, present: &[Part]) -> Vec<(ConnectionId, Followed)> {
        let Some(here) = self.calls.get(&call) else {
            return Vec::new();
        };
        let is_absent = |id: &&ConnectionId| !present.iter().any(|connection| connection.id == **id);
        let absent: Vec<ConnectionId> = here.connections.iter().filter(is_absent).copied().collect();
        let gone = absent.into_iter().filter_map(|id| Some((id, self.take(id)?))).collect();
        if present.is_empty() {
            self.calls.remove(&call);
        }
        gone
    }

    pub(super) fn take(&mut self, connection: ConnectionId) -> Option<Followed> {
        let (call, followed) = self.connections.remove(&connection)?;
        self.leave(call, connection);
        Some(followed)
    }

    fn leave(&mut self, call: CallId, connection: ConnectionId) {
        if let Some(here) = self.calls.get_mut(&call) {
            here.connections.remove(&connection);
            if here.connections.is_empty() && here.answered.is_none() {
                self.calls.remove(&call);
            }
        }
    }

    /// The queue gave this call to somebody, who is told next.
    pub(super) fn answered(&mut self, call: CallId, visit: VisitRef) {
        self.calls.entry(call).or_default().answered = Some(visit);
    }

    pub(super) fn take_answered(&mut self, call: CallId) -> Option<VisitRef> {
        self.calls.get_mut(&call)?.answered.take()
    }

    pub(super) fn ids(&self) -> BTreeSet<ConnectionId> {
        self.connections.keys().copied().collect()
    }

    /// Since when somebody waits, and in which queue.
    pub(super) fn waiting(&self) -> impl Iterator<Item = (&VisitRef, Wall)> {
        self.connections.values().filter_map(|(_, followed)| match followed {
            Followed::Waiting { visit, entered } => Some((visit, *entered)),
            Followed::Talking(_) => None,
        })
    }
}
