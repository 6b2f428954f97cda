//! Calls that came together, or fell apart, while nobody listened. The same words are told as if somebody had, marked: which call
//! lives on is the rule of [`super::merge`]; of a call that fell in two the half with the outside party, else with the calling device, keeps
//! the id.

use super::resync::{Found, Seen};
use super::{Engine, Group, Said};
use crate::model::{
    CallFact, CallId, Cause, Connection, ConnectionDirection, ConnectionEvent, ConnectionFact, ConnectionKey,
    ConnectionState, DeviceId, EventType, Kind, MergeReason, PartyFact, SnapshotFact, Text,
};
use lineside_wire::Private;
use std::collections::{BTreeMap, BTreeSet};

impl Engine {
    /// Finds for each call of the snapshot the known call that it is, after what came together was joined and what fell apart was parted.
    pub(super) fn arrange(
        &mut self,
        snapshot: &SnapshotFact,
        seen: &Seen<'_>,
        found: &mut Found,
        group: &mut Group,
    ) -> Vec<Option<CallId>> {
        let keeps = self.keeps(snapshot);
        let mut homes = Vec::with_capacity(snapshot.calls.len());
        for (at, (fact, connections)) in snapshot.calls.iter().enumerate() {
            let kept = keeps.iter().filter(|(_, keeps)| **keeps == at).map(|(call, _)| *call);
            let mut home: Option<CallId> = None;
            for call in kept {
                home = Some(home.map_or(call, |home| self.reunite(home, call, seen, found, group)));
            }
            // Who is alone has parted from nobody: the others went on, and it will end soon.
            let firm = connections
                .iter()
                .filter(|c| connections.len() > 1 && !snapshot.hinted.contains(&c.connection));
            let guests: Vec<ConnectionKey> = firm
                .filter(|c| {
                    let known = self.by_connection.get(&c.connection);
                    known.is_some_and(|(call, _)| Some(*call) != home)
                })
                .map(|c| c.connection.clone())
                .collect();
            if !guests.is_empty() {
                home = Some(self.part(fact, &guests, home, seen, found, group));
            }
            homes.push(home);
        }
        for (home, (fact, connections)) in homes.iter_mut().zip(&snapshot.calls) {
            let known = || connections.iter().find_map(|c| self.by_connection.get(&c.connection));
            // Where all who are in it are new it is still the call of its key, if nobody else is.
            let by_key = || self.by_call.get(&fact.call).filter(|call| !keeps.contains_key(*call));
            *home = home
                .or_else(|| known().map(|(call, _)| *call))
                .or_else(|| by_key().copied());
        }
        // A telephone that consults may be known by what serves it only: an adapter that starts anew cannot tell which of its two
        // connections bore which key.
        let mut taken: BTreeSet<CallId> = homes.iter().flatten().copied().collect();
        for (home, (_, connections)) in homes.iter_mut().zip(&snapshot.calls).filter(|(home, _)| home.is_none()) {
            *home = connections.iter().find_map(|fact| self.consultation_by(fact, &taken));
            taken.extend(*home);
        }
        homes
    }

    /// The known call that consults by what serves this connection, if it is none of those.
    fn consultation_by(&self, fact: &ConnectionFact, taken: &BTreeSet<CallId>) -> Option<CallId> {
        let native = fact.who.native_id.as_ref()?;
        let consults = |held: &&super::call::Held| {
            let call = &held.call;
            let mut persons = call.connections.iter().filter(|c| c.kind.is_person());
            call.linkage.consultation_of.is_some()
                && !taken.contains(&call.id)
                && persons.any(|c| c.native_ids.contains(native))
        };
        self.calls.values().find(consults).map(|held| held.call.id)
    }

    /// For each known call the call of the snapshot that it is, where its connections are in several.
    fn keeps(&self, snapshot: &SnapshotFact) -> BTreeMap<CallId, usize> {
        let mut keeps: BTreeMap<CallId, (bool, u8, usize)> = BTreeMap::new();
        for (at, (_, connections)) in snapshot.calls.iter().enumerate() {
            for fact in connections.iter().filter(|c| !snapshot.hinted.contains(&c.connection)) {
                let Some((call, id)) = self.by_connection.get(&fact.connection) else {
                    continue;
                };
                let connection = self
                    .calls
                    .get(call)
                    .and_then(|held| held.call.connections.iter().find(|c| c.id == *id));
                let rank = match connection {
                    Some(c) if c.kind == Kind::Trunk => 0,
                    Some(c) if c.direction == ConnectionDirection::Outgoing => 1,
                    _ => 2,
                };
                let rank = (connections.len() < 2, rank, at);
                let best = keeps.entry(*call).or_insert(rank);
                *best = (*best).min(rank);
            }
        }
        keeps.into_iter().map(|(call, (.., at))| (call, at)).collect()
    }

    /// Two calls are one now. How they came to be is inferred from who is gone: who was in both did it.
    fn reunite(&mut self, one: CallId, two: CallId, seen: &Seen<'_>, found: &mut Found, group: &mut Group) -> CallId {
        let Some((survivor, other)) = self.survivor(one, two) else {
            return one;
        };
        let (gone_there, mut gone_here) = (self.gone(other, seen), self.gone(survivor, seen));
        let by = self.common_device(survivor, other);
        // A telephone that was in both by one leg may be known by that only.
        let carried = |c: &Connection| c.kind.is_person() && c.native_ids.iter().any(|id| seen.natives.contains(id));
        gone_here.retain(|(_, connection)| connection.device != by || !carried(connection));
        let leaving: Vec<ConnectionKey> = gone_here
            .iter()
            .chain(&gone_there)
            .filter(|(_, connection)| by.is_some() && connection.device == by)
            .map(|(key, _)| key.clone())
            .collect();
        let taker = self.only_caller(other);
        let waited = |connection: &Connection| match connection.kind {
            Kind::Park => Some((MergeReason::Retrieve, Cause::Park)),
            kind if kind.is_person() && connection.state == ConnectionState::Alerting => {
                Some((MergeReason::Pickup, Cause::CallPickup))
            }
            _ => None,
        };
        let taken = gone_here.iter().find_map(|(_, connection)| waited(connection));
        let reason = match (&taker, taken) {
            _ if by.as_ref().is_some_and(|by| self.is_there(by, survivor, other, seen)) => MergeReason::Conference,
            _ if by.is_some() => MergeReason::Transfer,
            (Some(taker), Some((reason, cause))) => {
                for (key, connection) in gone_here {
                    if waited(&connection).is_some_and(|(_, why)| why == cause) {
                        let to = taker.number.clone().map(|number| Private::new(Text::from(&**number)));
                        self.connection(diverted(key, &connection, cause, to), group);
                    }
                }
                reason
            }
            _ if gone_here.is_empty() && gone_there.is_empty() => MergeReason::Conference,
            _ => MergeReason::Transfer,
        };
        found.corrected.insert(survivor);
        let by = by.or_else(|| taker.and_then(|taker| taker.device));
        self.unite(survivor, other, reason, &leaving, by, group);
        survivor
    }

    /// The connections of a call that the switch has no more.
    fn gone(&self, call: CallId, seen: &Seen<'_>) -> Vec<(ConnectionKey, Connection)> {
        let Some(held) = self.calls.get(&call) else {
            return Vec::new();
        };
        let gone = held.call.connections.iter().filter_map(|connection| {
            let key = held.connections.get(&connection.id)?;
            let may_be_there = seen.unlisted.contains(&connection.kind);
            (!seen.present.contains(key) && !may_be_there).then(|| (key.clone(), connection.clone()))
        });
        gone.collect()
    }

    /// Is a device still in one of two calls?
    fn is_there(&self, device: &DeviceId, one: CallId, two: CallId, seen: &Seen<'_>) -> bool {
        [one, two].iter().filter_map(|call| self.calls.get(call)).any(|held| {
            let mut connections = held
                .call
                .connections
                .iter()
                .filter(|c| c.device.as_ref() == Some(device));
            connections.any(|c| {
                let key = held.connections.get(&c.id);
                let carried = || c.native_ids.iter().any(|id| seen.natives.contains(id));
                key.is_some_and(|key| seen.present.contains(key)) || carried()
            })
        })
    }

    /// The telephone that is in both calls.
    fn common_device(&self, one: CallId, two: CallId) -> Option<DeviceId> {
        let stations = |call| {
            let connections = self.calls.get(&call).map(|held| held.call.connections.iter());
            let stations = connections.into_iter().flatten().filter(|c| c.kind == Kind::Station);
            stations.filter_map(|c| c.device.clone()).collect::<BTreeSet<_>>()
        };
        stations(one).intersection(&stations(two)).next().cloned()
    }

    /// Who is alone in a call that he made: he dialled for somebody who rings elsewhere, or waits.
    fn only_caller(&self, call: CallId) -> Option<Connection> {
        let mut people = self
            .calls
            .get(&call)?
            .call
            .connections
            .iter()
            .filter(|c| c.kind.is_person());
        let only = people.next()?;
        let alone = people.next().is_none() && only.direction == ConnectionDirection::Outgoing;
        alone.then(|| only.clone())
    }

    /// Connections go on without the rest of their call: in `home`, or as a call of their own.
    fn part(
        &mut self,
        fact: &CallFact,
        guests: &[ConnectionKey],
        home: Option<CallId>,
        seen: &Seen<'_>,
        found: &mut Found,
        group: &mut Group,
    ) -> CallId {
        let sources: BTreeSet<CallId> = guests
            .iter()
            .filter_map(|key| self.by_connection.get(key))
            .map(|(call, _)| *call)
            .collect();
        let to = match (home, sources.first()) {
            (Some(home), _) => home,
            (None, Some(source)) => {
                let to = self.new_call(&fact.call, group);
                self.know(fact.clone(), group);
                self.descend(to, *source);
                found.added.insert(to);
                to
            }
            (None, None) => self.new_call(&fact.call, group),
        };
        let mut moved: Vec<Connection> = guests.iter().filter_map(|key| self.carry(key, to, group)).collect();
        // Since when it is so in this call nobody saw.
        for connection in &mut moved {
            connection.uncertain = seen.uncertain.iter().cloned().chain([Text::from("since")]).collect();
            if let Some(held) = self.calls.get_mut(&to).and_then(|held| held.find(connection.id)) {
                held.uncertain.clone_from(&connection.uncertain);
            }
        }
        for source in sources {
            found.corrected.insert(source);
            self.tell(source, EventType::Information, Said::default(), group);
        }
        for connection in moved {
            let said = Said {
                cause: Some(Cause::Normal),
                connection: Some(connection.clone()),
                ..Said::default()
            };
            self.tell(to, in_state(connection.state), said, group);
        }
        found.corrected.insert(to);
        to
    }

    /// Moves one live connection to another call; it keeps its id.
    pub(super) fn carry(&mut self, key: &ConnectionKey, to: CallId, group: &mut Group) -> Option<Connection> {
        let (from, id) = *self.by_connection.get(key)?;
        let source = self.calls.get_mut(&from)?;
        let at = source.call.connections.iter().position(|c| c.id == id)?;
        let connection = source.call.connections.remove(at);
        source.connections.remove(&id);
        source.keys_changed = true;
        group.touched.insert(from);
        self.by_connection.insert(key.clone(), (to, id));
        let target = self.calls.get_mut(&to)?;
        target.connections.insert(id, key.clone());
        target.call.connections.push(connection.clone());
        for native in &connection.native_ids {
            if !target.call.native_ids.contains(native) {
                target.call.native_ids.push(native.clone());
            }
        }
        target.keys_changed = true;
        group.touched.insert(to);
        Some(connection)
    }
}

/// Somebody left because the call goes on elsewhere.
pub(super) fn diverted(
    key: ConnectionKey,
    connection: &Connection,
    cause: Cause,
    to: Option<Private<Text>>,
) -> ConnectionFact {
    ConnectionFact {
        call: crate::model::CallKey(key.0.clone()),
        connection: key,
        event: ConnectionEvent::Diverted,
        cause,
        direction: connection.direction,
        who: PartyFact::default(),
        new_destination: to,
        refused: false,
        uncertain: Vec::new(),
    }
}

/// The event that tells of a connection which is found in `state`.
pub(super) const fn in_state(state: ConnectionState) -> EventType {
    match state {
        ConnectionState::Initiated => EventType::ServiceInitiated,
        ConnectionState::Alerting => EventType::Delivered,
        ConnectionState::Hold => EventType::Held,
        ConnectionState::Queued => EventType::Queued,
        ConnectionState::Fail => EventType::Failed,
        ConnectionState::Connected | ConnectionState::Null => EventType::Established,
    }
}
