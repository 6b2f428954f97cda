//! What differs after the link was down. The switch is the truth; what it cannot tell stays as it was known.

use super::arrange::diverted;
use super::call::Held;
use super::outcome::Passed;
use super::transition::{correction, transition};
use super::{Engine, Group, link};
use crate::model::ConnectionEvent as E;
use crate::model::{
    CallFact, CallId, CallKey, CallState, Cause, Connection, ConnectionDirection, ConnectionFact, ConnectionId,
    ConnectionKey, ConnectionState, Data, EventType, Kind, LinkData, SnapshotFact, SwitchState, Text, Wall,
};
use std::collections::BTreeSet;

/// What a resync led to, to be counted at its end.
#[derive(Default)]
pub(super) struct Found {
    pub(super) added: BTreeSet<CallId>,
    pub(super) corrected: BTreeSet<CallId>,
    closed: u32,
}

/// What a snapshot shows, and what it cannot.
pub(super) struct Seen<'a> {
    pub(super) present: &'a BTreeSet<ConnectionKey>,
    /// What carries the connections, by the switch's own names.
    pub(super) natives: BTreeSet<Text>,
    pub(super) unlisted: &'a BTreeSet<Kind>,
    pub(super) uncertain: &'a [Text],
}

/// The state that a connection of a snapshot is in, told as the event that leads there.
fn goal(event: E) -> ConnectionState {
    match event {
        E::Held | E::HeldBySwitch => ConnectionState::Hold,
        E::Retrieved => ConnectionState::Connected,
        event => transition(ConnectionState::Null, event).unwrap_or(ConnectionState::Null),
    }
}

/// The times that nobody saw.
fn guessed(goal: ConnectionState, new: bool) -> impl Iterator<Item = Text> {
    let reached = match goal {
        ConnectionState::Connected | ConnectionState::Hold => Some("connectedAt"),
        ConnectionState::Alerting => Some("alertingAt"),
        _ => None,
    };
    let created = new.then_some("createdAt");
    [Some("since"), reached, created].into_iter().flatten().map(Text::from)
}

impl Engine {
    /// Holds what the switch has against what is known, and tells the difference: of all that it has between `link.up` and `link.resynced`.
    pub(super) fn resync(&mut self, snapshot: SnapshotFact, group: &mut Group) {
        if snapshot.part {
            group.reconstructed = true;
            self.differ(snapshot, &mut Found::default(), group);
            group.reconstructed = false;
            return;
        }
        let unobserved = self.down.take().map(|down| down.wall);
        let cut = std::mem::take(&mut self.cut);
        if let Some(from) = unobserved.filter(|from| cut && *from < group.now.wall) {
            self.miss(from, group.now.wall, group);
        }
        self.reason = None;
        self.rereads = false;
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
        let tells = snapshot.calls.iter().any(|(_, connections)| !connections.is_empty());
        let complete = snapshot.unlisted.is_empty() && !snapshot.more && (snapshot.uncertain.is_empty() || !tells);
        let more = snapshot.more;
        self.differ(snapshot, &mut found, group);
        if !more {
            self.given_up.clear();
        }
        closed.extend(group.touched.iter().filter(|id| !self.calls.contains_key(id)).copied());
        found.closed = u32::try_from(closed.len()).unwrap_or(u32::MAX);
        found
            .corrected
            .retain(|id| self.calls.contains_key(id) && !found.added.contains(id));
        group.reconstructed = false;
        self.resynced(&found, unobserved, complete, group);
    }

    /// Holds what a snapshot tells against what is known.
    fn differ(&mut self, mut snapshot: SnapshotFact, found: &mut Found, group: &mut Group) {
        if let Some(agents) = snapshot.agents.take() {
            self.list_agents(agents, snapshot.desks.as_ref(), group);
        }
        for queue in snapshot.queues.take().into_iter().flatten() {
            self.queue(queue, group);
        }
        group.positions.extend(std::mem::take(&mut snapshot.positions));
        group.positions.sort_by_key(|(_, position)| *position);
        let present: BTreeSet<ConnectionKey> = snapshot
            .calls
            .iter()
            .flat_map(|(_, all)| all.iter().map(|c| c.connection.clone()))
            .collect();
        let seen = Seen {
            present: &present,
            natives: snapshot
                .calls
                .iter()
                .flat_map(|(_, connections)| connections)
                .filter_map(|fact| fact.who.native_id.clone())
                .collect(),
            unlisted: &snapshot.unlisted,
            uncertain: &snapshot.uncertain,
        };
        let homes = self.arrange(&snapshot, &seen, found, group);
        let only: Option<BTreeSet<CallId>> = snapshot.part.then(|| homes.iter().flatten().copied().collect());
        // A call about which another one consults is found first: the other one names it.
        let mut calls: Vec<_> = snapshot.calls.into_iter().zip(homes).collect();
        calls.sort_by_key(|((call, _), _)| call.consultation_of.is_some());
        for ((call, connections), home) in calls {
            self.find(call, connections, home, &seen, found, group);
        }
        group.uncertain.clear();
        self.lose(&seen, only.as_ref(), group);
        match snapshot.devices {
            Some(devices) if snapshot.part => devices.into_iter().for_each(|device| self.device(device, group)),
            Some(devices) => self.find_devices(devices, group),
            None => {}
        }
        if !snapshot.part {
            self.offered.forget_all();
        }
        for fact in std::mem::take(&mut snapshot.permitted) {
            self.permitted(fact, group);
        }
        if !snapshot.part {
            self.permit_anew(group);
        }
        self.inform(group);
        self.clear_empty(group);
        self.follow_calls(group);
    }

    /// Takes one call of the snapshot: as `home`, which is known, or as a new one.
    fn find(
        &mut self,
        fact: CallFact,
        connections: Vec<ConnectionFact>,
        home: Option<CallId>,
        seen: &Seen<'_>,
        found: &mut Found,
        group: &mut Group,
    ) {
        if home.is_none() && connections.is_empty() {
            return;
        }
        if let Some(home) = home {
            self.rename(&fact.call, home, group);
            self.kept(home, fact.conference == Some(true), group);
        } else {
            let id = self.new_call(&fact.call, group);
            found.added.insert(id);
            self.continue_as(id, &connections);
            self.know(fact, group);
        }
        for connection in connections {
            self.correct(connection, seen, found, group);
        }
    }

    /// A call that was not known; the key may have been that of another one.
    pub(super) fn new_call(&mut self, key: &CallKey, group: &mut Group) -> CallId {
        if let Some(held) = self.by_call.remove(key).and_then(|id| self.calls.get_mut(&id)) {
            held.keys.retain(|known| known != key);
            held.keys_changed = true;
            group.touched.insert(held.call.id);
        }
        self.call_of(key, group)
    }

    /// A call that was given up and proves alive is a new one, which names the old.
    pub(super) fn continue_as(&mut self, id: CallId, connections: &[ConnectionFact]) {
        let old = connections
            .iter()
            .find_map(|c| self.given_up.get(&c.connection))
            .copied();
        if let (Some((old, thread)), Some(held)) = (old, self.calls.get_mut(&id)) {
            held.call.linkage.continues = Some(old);
            held.call.linkage.thread_id = thread;
        }
    }

    fn correct(&mut self, mut fact: ConnectionFact, seen: &Seen<'_>, found: &mut Found, group: &mut Group) {
        self.same(&fact, seen);
        let known = self.by_connection.get(&fact.connection).copied();
        if let Some((call, id)) = known
            && let Some(held) = self.calls.get_mut(&call)
        {
            held.unseen.remove(&id);
        }
        let state = known
            .and_then(|(call, id)| self.calls.get_mut(&call)?.find(id))
            .map(|c| c.state);
        let goal = goal(fact.event);
        group.uncertain = seen.uncertain.to_vec();
        self.assumed(known, &fact.uncertain, group);
        match state {
            // The switch cannot tell a held leg from a talking one: what was known counts.
            Some(ConnectionState::Hold) if goal == ConnectionState::Connected && fact.event != E::Retrieved => {
                if let Some(connection) = known.and_then(|(call, id)| self.calls.get_mut(&call)?.find(id)) {
                    connection.uncertain.clone_from(&group.uncertain);
                }
            }
            Some(state) if state == goal => {}
            Some(state) => {
                group.uncertain.extend(guessed(goal, false));
                if goal == ConnectionState::Hold && state != ConnectionState::Connected {
                    let connected = ConnectionFact {
                        event: E::Established,
                        ..fact.clone()
                    };
                    self.connection(connected, group);
                }
                let state = known
                    .and_then(|(call, id)| self.calls.get_mut(&call)?.find(id))
                    .map_or(state, |c| c.state);
                if transition(state, fact.event) != Some(goal) {
                    let Some(event) = correction(state, goal) else { return };
                    fact.event = event;
                }
                self.connection(fact, group);
                found.corrected.extend(known.map(|(call, _)| call));
            }
            None => {
                group.uncertain.extend(guessed(goal, true));
                let joins = self.by_call.get(&fact.call).copied();
                if matches!(fact.event, E::Held | E::HeldBySwitch | E::Retrieved) {
                    let event = match fact.direction {
                        ConnectionDirection::Outgoing => E::Originated,
                        ConnectionDirection::Incoming => E::Established,
                    };
                    self.connection(ConnectionFact { event, ..fact.clone() }, group);
                }
                self.connection(fact, group);
                found.corrected.extend(joins);
            }
        }
    }

    /// The switch was not asked, or did not say, how a connection is that was known: it is there for all that is known.
    fn assumed(&mut self, known: Option<(CallId, ConnectionId)>, fields: &[Text], group: &mut Group) {
        let Some((call, id)) = known else {
            return;
        };
        let Some(connection) = self.calls.get_mut(&call).and_then(|held| held.find(id)) else {
            return;
        };
        let before = connection.uncertain.clone();
        if fields.is_empty() {
            // It did say.
            let still = group.uncertain.iter().any(|field| &**field == "state");
            connection.uncertain.retain(|field| still || &**field != "state");
        } else {
            connection.uncertain = fields.to_vec();
        }
        if connection.uncertain != before {
            group.informed.insert(call);
        }
    }

    /// After a restart the adapter may have another key for a place where a call waits: it is the same connection.
    fn same(&mut self, fact: &ConnectionFact, seen: &Seen<'_>) {
        if self.by_connection.contains_key(&fact.connection) {
            return;
        }
        let Some(held) = self.by_call.get(&fact.call).and_then(|call| self.calls.get_mut(call)) else {
            return;
        };
        // And so it may for a telephone that has two calls on one channel.
        let carries = |c: &Connection| fact.who.native_id.as_ref().is_some_and(|id| c.native_ids.contains(id));
        let same = |c: &&Connection| {
            c.kind == fact.who.kind && c.device == fact.who.party.device && (!c.kind.is_person() || carries(c))
        };
        let lost = held
            .call
            .connections
            .iter()
            .filter(same)
            .map(|c| c.id)
            .find(|id| held.connections.get(id).is_some_and(|key| !seen.present.contains(key)));
        let Some(id) = lost else { return };
        if let Some(old) = held.connections.insert(id, fact.connection.clone()) {
            self.by_connection.remove(&old);
        }
        held.keys_changed = true;
        self.by_connection.insert(fact.connection.clone(), (held.call.id, id));
    }

    /// Ends the connections that the switch has no more; one whose key is not known cannot be found again, and has ended for us. A
    /// place that the switch did not list stays as long as somebody is there who may be waiting at it. `only`: of these calls.
    fn lose(&mut self, seen: &Seen<'_>, only: Option<&BTreeSet<CallId>>, group: &mut Group) {
        let (mut lost, mut left) = (Vec::new(), Vec::new());
        let all = match only {
            Some(only) => only.iter().copied().collect(),
            None => self.calls.keys().copied().collect::<Vec<_>>(),
        };
        for id in all {
            let Some(held) = self.calls.get_mut(&id) else { continue };
            let Held {
                call,
                connections,
                unseen,
                ..
            } = held;
            let is_present = |c: &Connection| connections.get(&c.id).is_some_and(|key| seen.present.contains(key));
            let somebody = call.connections.iter().any(is_present);
            let talking = call.state == CallState::Connected;
            for connection in call.connections.iter_mut().filter(|c| !is_present(c)) {
                let key = connections
                    .get(&connection.id)
                    .filter(|_| somebody && !connection.kind.is_person());
                match key {
                    Some(_) if seen.unlisted.contains(&connection.kind) => {
                        connection.uncertain = vec![Text::from("state")];
                        unseen.insert(connection.id);
                    }
                    Some(key) => {
                        let answered = talking && connection.kind == Kind::Queue;
                        let cause = if answered {
                            Cause::Distributed
                        } else {
                            Cause::Redirected
                        };
                        left.push(diverted(key.clone(), connection, cause, None));
                    }
                    None => lost.push((id, connection.id)),
                }
            }
        }
        for place in left {
            self.connection(place, group);
        }
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

    pub(super) fn end(&mut self, call: CallId, id: ConnectionId, cause: Cause, group: &mut Group) {
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
