use super::call::first_value;
use super::outcome::{Passed, of_connection};
use super::transition::{event_type, transition};
use super::{Engine, Group, Said};
use crate::model::{
    CallId, Cause, Connection, ConnectionEvent, ConnectionFact, ConnectionId, ConnectionKey, ConnectionState,
    EventType, Kind, Participation, Party, PartyFact, Recording, Services, Text,
};
use lineside_wire::Private;

impl Engine {
    /// A connection moved: by the transition table, or not at all.
    pub(super) fn connection(&mut self, fact: ConnectionFact, group: &mut Group) {
        let known = self.by_connection.get(&fact.connection).copied();
        let from = known
            .and_then(|(call, id)| self.calls.get_mut(&call)?.find(id))
            .map_or(ConnectionState::Null, |c| c.state);
        // What a snapshot shows is there, whatever was told before.
        if known.is_none() && !group.reconstructed && self.ended.contains(&fact.connection) {
            return;
        }
        if let (Some((call, id)), Some(connection)) =
            (known, known.and_then(|(call, id)| self.calls.get_mut(&call)?.find(id)))
        {
            describe(connection, &fact.who);
            if transition(from, fact.event).is_none() {
                return;
            }
            self.go(call, id, fact, group);
        } else if transition(from, fact.event).is_some() {
            let (call, id) = self.connect(&fact, group);
            if self.calls.get(&call).is_some_and(|held| !held.told) {
                self.continue_as(call, std::slice::from_ref(&fact));
            }
            self.go(call, id, fact, group);
        }
    }

    /// Makes a connection, still without a relationship to its call.
    pub(super) fn connect(&mut self, fact: &ConnectionFact, group: &mut Group) -> (CallId, ConnectionId) {
        let call = self.call_of(&fact.call, group);
        let id = self.ids.connection(group.now.wall);
        let Some(held) = self.calls.get_mut(&call) else {
            return (call, id);
        };
        let time = held.time(group);
        let mut connection = Connection {
            id,
            device: None,
            agent: None,
            number: None,
            e164: None,
            name: None,
            presentation: fact.who.party.presentation,
            contact: None,
            kind: fact.who.kind,
            direction: fact.direction,
            participation: Participation::Active,
            state: ConnectionState::Null,
            since: time,
            created_at: time,
            alerting_at: None,
            connected_at: None,
            ended_at: None,
            cause: None,
            outcome: None,
            hold_by: None,
            muted: false,
            recording: None,
            native_ids: Vec::new(),
            uncertain: Vec::new(),
            services_permitted: Services::NONE,
        };
        describe(&mut connection, &fact.who);
        held.call.connections.push(connection);
        held.connections.insert(id, fact.connection.clone());
        held.keys_changed = true;
        self.by_connection.insert(fact.connection.clone(), (call, id));
        (call, id)
    }

    /// Moves a connection that is there, and tells it.
    fn go(&mut self, call: CallId, id: ConnectionId, fact: ConnectionFact, group: &mut Group) {
        let Some(held) = self.calls.get_mut(&call) else { return };
        let time = held.time(group);
        let Some(connection) = held.find(id) else { return };
        let Some(to) = transition(connection.state, fact.event) else {
            return;
        };
        connection.uncertain.clone_from(&group.uncertain);
        for field in fact.uncertain.iter().filter(|field| !group.uncertain.contains(field)) {
            connection.uncertain.push(field.clone());
        }
        if to == ConnectionState::Null {
            let passed = Passed::in_call(&held.call, fact.event == ConnectionEvent::Diverted, fact.refused);
            let ended = self.release(call, id, fact.cause, &passed, group);
            if passed.diverted {
                self.redirected(call, ended.as_ref());
            }
            let said = Said {
                connection: ended,
                cause: Some(fact.cause),
                new_destination: fact.new_destination,
                ..Said::default()
            };
            self.tell(call, event_type(fact.event), said, group);
            return;
        }
        let fresh = connection.state == ConnectionState::Null;
        connection.state = to;
        connection.since = time;
        connection.cause = Some(fact.cause);
        connection.hold_by = match fact.event {
            ConnectionEvent::Held => Some(Text::from("phone")),
            ConnectionEvent::HeldBySwitch => Some(Text::from("switch")),
            _ => None,
        };
        match to {
            ConnectionState::Alerting if connection.alerting_at.is_none() => connection.alerting_at = Some(time),
            ConnectionState::Connected if connection.connected_at.is_none() => connection.connected_at = Some(time),
            _ => {}
        }
        let connection = connection.clone();
        if to == ConnectionState::Queued && connection.kind == Kind::Queue {
            held.call.queue.clone_from(&connection.device);
            held.call.queued_at = held.call.queued_at.or(Some(time));
        }
        if fresh && is_forward(fact.cause) {
            held.forwarded();
        }
        if fact.event == ConnectionEvent::Originated {
            first_value(&mut held.call.calling_device, party_of(&connection));
        }
        let said = Said {
            connection: Some(connection),
            cause: Some(fact.cause),
            ..Said::default()
        };
        self.tell(call, event_type(fact.event), said, group);
    }

    /// Takes a connection out of its call and into the history, with its outcome. Tells nobody.
    pub(super) fn release(
        &mut self,
        call: CallId,
        id: ConnectionId,
        cause: Cause,
        passed: &Passed,
        group: &mut Group,
    ) -> Option<Connection> {
        let held = self.calls.get_mut(&call)?;
        let time = held.time(group);
        let at = held.call.connections.iter().position(|c| c.id == id)?;
        let mut connection = held.call.connections.remove(at);
        self.offered.forget(id);
        connection.outcome = Some(of_connection(&connection, cause, passed));
        connection.state = ConnectionState::Null;
        connection.since = time;
        connection.ended_at = Some(time);
        connection.cause = Some(cause);
        connection.hold_by = None;
        connection.uncertain.clear();
        held.remember(connection.clone());
        held.keys_changed = true;
        if let Some(key) = held.connections.remove(&id) {
            self.by_connection.remove(&key);
            self.ended.set(key, group.now.tick);
        }
        group.touched.insert(call);
        Some(connection)
    }

    /// A call that left a device for another remembers whom it left (ECMA-269, last redirection device). Where it waited, or was
    /// spoken to by a machine, it was not redirected from.
    fn redirected(&mut self, call: CallId, from: Option<&Connection>) {
        let Some(from) = from.filter(|c| matches!(c.kind, Kind::Station | Kind::Trunk | Kind::Group)) else {
            return;
        };
        if let Some(held) = self.calls.get_mut(&call) {
            held.call.last_redirection_device = Some(party_of(from));
        }
    }

    pub(super) fn digits(&mut self, key: &ConnectionKey, digits: Private<Text>, group: &mut Group) {
        let Some((call, id)) = self.by_connection.get(key).copied() else {
            return;
        };
        let Some(connection) = self.calls.get_mut(&call).and_then(|held| held.find(id).cloned()) else {
            return;
        };
        let said = Said {
            connection: Some(connection),
            digits: Some(digits),
            ..Said::default()
        };
        self.tell(call, EventType::DigitsGenerated, said, group);
    }
}

impl Engine {
    /// What is said of a connection is not certain any more, or is after all.
    pub(super) fn doubt(&mut self, key: &ConnectionKey, fields: Vec<Text>, group: &mut Group) {
        self.change(key, EventType::Information, group, |connection| {
            let changed = connection.uncertain != fields;
            connection.uncertain = fields;
            changed
        });
    }

    /// A device is not heard any more, or heard again.
    pub(super) fn muted(&mut self, key: &ConnectionKey, on: bool, group: &mut Group) {
        self.change(key, EventType::Information, group, |connection| {
            std::mem::replace(&mut connection.muted, on) != on
        });
    }

    /// A recording of a connection began, paused, went on or ended.
    pub(super) fn recording(&mut self, key: &ConnectionKey, state: Option<Recording>, group: &mut Group) {
        self.change(key, EventType::RecordingChanged, group, |connection| {
            std::mem::replace(&mut connection.recording, state) != state
        });
    }

    /// Changes something about a connection besides its state, and tells it if anything changed.
    fn change(
        &mut self,
        key: &ConnectionKey,
        kind: EventType,
        group: &mut Group,
        change: impl FnOnce(&mut Connection) -> bool,
    ) {
        let Some((call, id)) = self.by_connection.get(key).copied() else {
            return;
        };
        let Some(connection) = self.calls.get_mut(&call).and_then(|held| held.find(id)) else {
            return;
        };
        if change(connection) {
            let said = Said {
                connection: Some(connection.clone()),
                ..Said::default()
            };
            self.tell(call, kind, said, group);
        }
    }
}

/// Somebody else is reached than who was to be.
const fn is_forward(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::CallForward | Cause::CallForwardBusy | Cause::CallForwardImmediate | Cause::CallForwardNoAnswer
    )
}

/// Who a connection is, as a party of the call.
pub(super) fn party_of(connection: &Connection) -> Party {
    Party {
        device: connection.device.clone(),
        number: connection.number.clone(),
        e164: connection.e164.clone(),
        name: connection.name.clone(),
        presentation: connection.presentation,
        contact: connection.contact.clone(),
    }
}

/// Fills what is known of the party; what was told once is not taken back.
fn describe(connection: &mut Connection, who: &PartyFact) {
    let mut party = party_of(connection);
    if first_value(&mut party, who.party.clone()) {
        connection.device = party.device;
        connection.number = party.number;
        connection.e164 = party.e164;
        connection.name = party.name;
        connection.presentation = party.presentation;
        connection.contact = party.contact;
    }
    if let Some(native) = who
        .native_id
        .as_ref()
        .filter(|native| !connection.native_ids.contains(native))
    {
        connection.native_ids.push(native.clone());
    }
}
