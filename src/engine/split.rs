//! A call falls in two: some of its connections go on without the rest. The half with the outside party, else with the calling device,
//! keeps the id; the other is a new call that names it (`splitFrom`). What holds for calls that fell in two while nobody listened stands
//! in [`super::arrange`]; the words are the same.

use super::arrange::in_state;
use super::{Engine, Group, Said};
use crate::model::{CallId, Cause, Connection, ConnectionDirection, ConnectionKey, EventType, Kind, SplitFact};

impl Engine {
    pub(super) fn split(&mut self, fact: &SplitFact, group: &mut Group) {
        let Some(from) = self.by_call.get(&fact.call).copied() else {
            return;
        };
        let Some(held) = self.calls.get(&from) else { return };
        let (mut go, mut stay) = (Half::default(), Half::default());
        for connection in &held.call.connections {
            let Some(key) = held.connections.get(&connection.id) else {
                continue;
            };
            let half = if fact.connections.contains(key) {
                &mut go
            } else {
                &mut stay
            };
            half.take(key, connection);
        }
        if go.keys.is_empty() || stay.keys.is_empty() {
            return;
        }
        let keys = held.keys.clone();
        if !go.keeps(&stay) {
            let to = self.new_call(&fact.parted, group);
            self.fall(from, to, &go.keys, group);
            return;
        }
        // The half that the switch has under a new key is the call; the rest, under the old ones, is new.
        self.rename(&fact.parted, from, group);
        let mut keys = keys.into_iter().filter(|key| *key != fact.parted);
        let Some(first) = keys.next() else { return };
        let to = self.new_call(&first, group);
        for key in keys {
            self.rename(&key, to, group);
        }
        self.fall(from, to, &stay.keys, group);
    }

    /// Moves connections to a call that is new, and tells it.
    fn fall(&mut self, from: CallId, to: CallId, leaving: &[ConnectionKey], group: &mut Group) {
        self.descend(to, from);
        let moved: Vec<Connection> = leaving.iter().filter_map(|key| self.carry(key, to, group)).collect();
        self.tell(from, EventType::Information, Said::default(), group);
        for connection in moved {
            let said = Said {
                cause: Some(Cause::Normal),
                connection: Some(connection.clone()),
                ..Said::default()
            };
            self.tell(to, in_state(connection.state), said, group);
        }
    }

    /// A new call that was part of another one has its thread and its data.
    pub(super) fn descend(&mut self, to: CallId, from: CallId) {
        let of = self
            .calls
            .get(&from)
            .map(|held| (held.call.linkage.thread_id, held.call.user_data.clone()));
        if let (Some(held), Some((thread, data))) = (self.calls.get_mut(&to), of) {
            held.call.linkage.split_from = Some(from);
            held.call.linkage.thread_id = thread;
            held.call.user_data = data;
        }
    }
}

/// One half of a call that falls in two.
#[derive(Default)]
struct Half {
    keys: Vec<ConnectionKey>,
    outside: bool,
    calls: bool,
}

impl Half {
    fn take(&mut self, key: &ConnectionKey, connection: &Connection) {
        self.keys.push(key.clone());
        self.outside |= connection.kind == Kind::Trunk;
        self.calls |= connection.kind.is_person() && connection.direction == ConnectionDirection::Outgoing;
    }

    /// Does it keep the id, and not the other?
    const fn keeps(&self, other: &Half) -> bool {
        if self.outside != other.outside {
            return self.outside;
        }
        self.calls && !other.calls
    }
}
