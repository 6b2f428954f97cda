//! What differs after the link was down. The switch is the truth; what it cannot tell stays as it was known.

use super::outcome::Passed;
use super::transition::{correction, transition};
use super::{Engine, Group, link};
use crate::model::{
    CallFact, CallId, Cause, Connection, ConnectionFact, ConnectionKey, ConnectionState, Data, EventType, LinkData,
    SnapshotFact, SwitchState, Wall,
};
use std::collections::BTreeSet;

#[derive(Default)]
struct Found {
    added: BTreeSet<CallId>,
    corrected: BTreeSet<CallId>,
    closed: u32,
}

impl Engine {
    /// Holds what the switch has against what is known, and tells the difference between `link.up` and `link.resynced`.
    pub(super) fn resync(&mut self, snapshot: SnapshotFact, group: &mut Group) {
        let unobserved = self.down.take().map(|(wall, _)| wall);
        self.reason = None;
        self.switch.state = SwitchState::Up;
        self.switch.since = group.now.wall;
        let up = link::data(&self.switch, None);
        group.push(EventType::LinkUp, group.now.wall, Data::Link(Box::new(up)));
        group.reconstructed = true;
        let mut found = Found::default();
        let mut closed = BTreeSet::new();
        if snapshot.restarted {
            closed = self.end_all(Cause::SwitchingFunctionTerminated, group);
        }
        let present: BTreeSet<ConnectionKey> = snapshot
            .calls
            .iter()
            .flat_map(|(_, all)| all.iter().map(|c| c.connection.clone()))
            .collect();
        group.uncertain.clone_from(&snapshot.uncertain);
        for (call, connections) in snapshot.calls {
            self.find(call, connections, &present, &mut found, group);
        }
        group.uncertain.clear();
        self.lose(&present, group);
        self.permit_anew(group);
        self.inform(group);
        self.clear_empty(group);
        closed.extend(group.touched.iter().filter(|id| !self.calls.contains_key(id)).copied());
        found.closed = u32::try_from(closed.len()).unwrap_or(u32::MAX);
        found
            .corrected
            .retain(|id| self.calls.contains_key(id) && !found.added.contains(id));
        group.reconstructed = false;
        let complete = snapshot.uncertain.is_empty() || present.is_empty();
        self.resynced(&found, unobserved, complete, group);
    }

    /// Takes one call of the snapshot. Connections that are known stay in the call in which they are known.
    fn find(
        &mut self,
        fact: CallFact,
        connections: Vec<ConnectionFact>,
        present: &BTreeSet<ConnectionKey>,
        found: &mut Found,
        group: &mut Group,
    ) {
        let home = connections
            .iter()
            .find_map(|c| self.by_connection.get(&c.connection))
            .map(|(call, _)| *call);
        if let Some(held) = home.and_then(|home| self.calls.get_mut(&home)) {
            if !held.keys.contains(&fact.call) {
                held.keys.push(fact.call.clone());
                held.keys_changed = true;
                group.touched.insert(held.call.id);
            }
            self.by_call.insert(fact.call.clone(), held.call.id);
        } else if connections.is_empty() {
            return;
        } else {
            let id = self.call_of(&fact.call, group);
            found.added.insert(id);
            self.know(fact, group);
        }
        for connection in connections {
            self.correct(connection, present, found, group);
        }
    }

    fn correct(
        &mut self,
        mut fact: ConnectionFact,
        present: &BTreeSet<ConnectionKey>,
        found: &mut Found,
        group: &mut Group,
    ) {
        self.same(&fact, present);
        let known = self.by_connection.get(&fact.connection).copied();
        let held = known
            .and_then(|(call, id)| self.calls.get_mut(&call)?.find(id))
            .map(|c| c.state);
        let to = transition(ConnectionState::Null, fact.event);
        match held {
            // The switch cannot tell a held leg from a talking one: what was known counts.
            Some(ConnectionState::Hold) if to == Some(ConnectionState::Connected) => {
                if let Some(connection) = known.and_then(|(call, id)| self.calls.get_mut(&call)?.find(id)) {
                    connection.uncertain.clone_from(&group.uncertain);
                }
            }
            Some(state) => {
                let Some(event) = to.filter(|to| *to != state).and_then(|to| correction(state, to)) else {
                    return;
                };
                fact.event = event;
                self.connection(fact, group);
                found.corrected.extend(known.map(|(call, _)| call));
            }
            None => {
                let joins = self.by_call.get(&fact.call).copied();
                self.connection(fact, group);
                found.corrected.extend(joins);
            }
        }
    }

    /// After a restart the adapter may have another key for a place where a call waits: it is the same connection.
    fn same(&mut self, fact: &ConnectionFact, present: &BTreeSet<ConnectionKey>) {
        if self.by_connection.contains_key(&fact.connection) {
            return;
        }
        let Some(held) = self.by_call.get(&fact.call).and_then(|call| self.calls.get_mut(call)) else {
            return;
        };
        let same =
            |c: &&Connection| !c.kind.is_person() && c.kind == fact.who.kind && c.device == fact.who.party.device;
        let lost = held
            .call
            .connections
            .iter()
            .filter(same)
            .map(|c| c.id)
            .find(|id| held.connections.get(id).is_some_and(|key| !present.contains(key)));
        let Some(id) = lost else { return };
        if let Some(old) = held.connections.insert(id, fact.connection.clone()) {
            self.by_connection.remove(&old);
        }
        held.keys_changed = true;
        self.by_connection.insert(fact.connection.clone(), (held.call.id, id));
    }

    /// Ends the connections that the switch has no more.
    fn lose(&mut self, present: &BTreeSet<ConnectionKey>, group: &mut Group) {
        let lost: Vec<_> = self
            .by_connection
            .iter()
            .filter(|(key, _)| !present.contains(key))
            .map(|(_, at)| *at)
            .collect();
        for (call, id) in lost {
            self.end(call, id, Cause::Normal, group);
        }
    }

    /// Ends every call, and tells which.
    pub(super) fn end_all(&mut self, cause: Cause, group: &mut Group) -> BTreeSet<CallId> {
        let all: Vec<_> = self
            .calls
            .values()
            .flat_map(|h| h.call.connections.iter().map(|c| (h.call.id, c.id)))
            .collect();
        let calls = all.iter().map(|(call, _)| *call).collect();
        for (call, id) in all {
            self.end(call, id, cause, group);
        }
        self.clear_empty(group);
        calls
    }

    fn end(&mut self, call: CallId, id: crate::model::ConnectionId, cause: Cause, group: &mut Group) {
        let Some(held) = self.calls.get(&call) else { return };
        let passed = Passed::in_call(&held.call, false, false);
        let connection = self.release(call, id, cause, &passed, group);
        let said = super::Said {
            connection,
            cause: Some(cause),
            ..super::Said::default()
        };
        self.tell(call, EventType::ConnectionCleared, said, group);
    }

    fn resynced(&mut self, found: &Found, from: Option<Wall>, complete: bool, group: &mut Group) {
        let data = LinkData {
            added: u32::try_from(found.added.len()).unwrap_or(u32::MAX),
            corrected: u32::try_from(found.corrected.len()).unwrap_or(u32::MAX),
            closed: found.closed,
            unobserved_from: from,
            unobserved_to: from.map(|_| group.now.wall),
            complete,
            ..link::data(&self.switch, None)
        };
        group.push(EventType::LinkResynced, group.now.wall, Data::Link(Box::new(data)));
    }
}
