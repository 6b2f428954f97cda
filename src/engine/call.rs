use super::connection::party_of;
use super::shared::Shared;
use super::{Engine, Group, Said, outcome};
use crate::model::{
    Call, CallDirection, CallFact, CallId, CallKey, CallState, Cause, Connection, ConnectionDirection, ConnectionId,
    ConnectionKey, DeviceId, Entity, EventType, Kind, Linkage, Memo, Party, Sequence, Text, Wall,
};
use lineside_wire::Private;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The largest value that a call carries for an application, in bytes.
const USER_DATA_VALUE: usize = 4 * 1024;
/// All of them together.
const USER_DATA_ALL: usize = 16 * 1024;

/// A call with the keys that its switch uses for it.
pub(super) struct Held {
    pub(super) call: Call,
    pub(super) keys: Vec<CallKey>,
    pub(super) connections: BTreeMap<ConnectionId, ConnectionKey>,
    /// The devices at the last event: who came and went is told against this.
    devices: Vec<DeviceId>,
    /// The time of the last event; it never runs back within a call.
    last: Wall,
    /// Events were told, so the end will be, too.
    pub(super) told: bool,
    /// The keys are others than those noted with the log.
    pub(super) keys_changed: bool,
    /// Places that the switch could not list when the link came up: whether they are still there is not known.
    pub(super) unseen: BTreeSet<ConnectionId>,
    /// Where the switch keeps it, and with which others.
    pub(super) shared: Shared,
}

/// What is noted with the log to find the call again after a restart.
#[derive(Serialize, Deserialize)]
struct Note {
    keys: Vec<Text>,
    connections: BTreeMap<ConnectionId, Text>,
}

impl Held {
    fn new(call: Call, last: Wall) -> Self {
        Held {
            call,
            keys: Vec::new(),
            connections: BTreeMap::new(),
            devices: Vec::new(),
            last,
            told: false,
            keys_changed: true,
            unseen: BTreeSet::new(),
            shared: Shared::default(),
        }
    }

    pub(super) fn note(&self) -> Text {
        let note = Note {
            keys: self.keys.iter().map(|key| key.0.clone()).collect(),
            connections: self.connections.iter().map(|(id, key)| (*id, key.0.clone())).collect(),
        };
        // Strings and maps of strings always have a JSON form.
        Text::from(serde_json::to_string(&note).unwrap_or_default())
    }

    pub(super) fn find(&mut self, id: ConnectionId) -> Option<&mut Connection> {
        self.call.connections.iter_mut().find(|c| c.id == id)
    }

    /// Brings what follows from the connections up to date, and tells the time of the event that is about to be told.
    pub(super) fn settle(&mut self, group: &Group) -> Wall {
        let time = self.last.max(group.time);
        self.last = time;
        self.told = true;
        let call = &mut self.call;
        if call.ended_at.is_none() {
            call.state = Call::state_of(&call.connections);
        }
        call.direction = direction(call);
        if call.state == CallState::Connected && call.answered_at.is_none() {
            call.answered_at = Some(time);
        }
        time
    }

    /// The time that an event told now would carry.
    pub(super) fn time(&self, group: &Group) -> Wall {
        self.last.max(group.time)
    }

    /// The devices that came and those that went since the last event.
    pub(super) fn came_and_went(&mut self) -> (Vec<DeviceId>, Vec<DeviceId>) {
        let mut now: Vec<DeviceId> = Vec::with_capacity(self.call.connections.len());
        for device in self.call.connections.iter().filter_map(|c| c.device.as_ref()) {
            if !now.contains(device) {
                now.push(device.clone());
            }
        }
        let came = now.iter().filter(|d| !self.devices.contains(d)).cloned().collect();
        let went = self.devices.iter().filter(|d| !now.contains(d)).cloned().collect();
        self.devices = now;
        (came, went)
    }

    /// Puts an ended connection into the history, which keeps the newest.
    pub(super) fn remember(&mut self, connection: Connection) {
        if self.call.history.len() >= Call::HISTORY {
            self.call.history.remove(0);
        }
        self.call.history.push(connection);
    }

    /// The call goes on from who was to take it last, and ended without (who left it for another is known by that).
    pub(super) fn forwarded(&mut self) {
        let was_called = |c: &&Connection| c.direction == ConnectionDirection::Incoming && c.kind == Kind::Station;
        if let Some(last) = self.call.history.iter().rfind(was_called) {
            self.call.last_redirection_device = Some(party_of(last));
        }
    }

    /// Is there room for these entries besides what the call carries? If not: how much it would be, in bytes.
    pub(super) fn holds(&self, entries: &BTreeMap<Text, Option<Private<Text>>>) -> Result<(), usize> {
        let data = &self.call.user_data;
        let kept = data
            .iter()
            .filter(|(name, _)| !entries.contains_key(*name))
            .map(|(n, v)| n.len() + v.len());
        let added = entries.iter().filter_map(|(n, v)| Some(n.len() + v.as_ref()?.len()));
        let all = kept.chain(added).sum();
        if all <= USER_DATA_ALL { Ok(()) } else { Err(all) }
    }

    /// Is somebody outside?
    pub(super) fn has_outside(&self) -> bool {
        self.call.connections.iter().any(|c| c.kind == Kind::Trunk)
    }
}

/// Which way a call goes follows from who made it and who else is in it.
fn direction(call: &Call) -> CallDirection {
    let all = || call.connections.iter().chain(&call.history);
    let from_outside = all().any(|c| c.kind == Kind::Trunk && c.direction == ConnectionDirection::Outgoing);
    let to_outside = all().any(|c| c.kind == Kind::Trunk && c.direction == ConnectionDirection::Incoming);
    let station = all().any(|c| c.kind == Kind::Station);
    let called_station = all().any(|c| c.kind == Kind::Station && c.direction == ConnectionDirection::Incoming);
    match (from_outside, to_outside) {
        (true, true) if !station => CallDirection::Transit,
        (true, _) => CallDirection::Inbound,
        (false, true) => CallDirection::Outbound,
        // Nobody is called yet: the number tells where it will go.
        (false, false) if call.called_device.e164.is_some() && !called_station => CallDirection::Outbound,
        (false, false) => CallDirection::Internal,
    }
}

impl Engine {
    /// The call that is known by `key`, made where there is none.
    pub(super) fn call_of(&mut self, key: &CallKey, group: &Group) -> CallId {
        if let Some(id) = self.by_call.get(key) {
            return *id;
        }
        let id = self.ids.call(group.now.wall);
        let call = Call {
            id,
            tenant: self.tenant.clone(),
            switch: self.switch.name.clone(),
            sequence: Sequence::ZERO,
            native_ids: Vec::new(),
            direction: CallDirection::Internal,
            state: CallState::Initiated,
            outcome: None,
            cause: None,
            queue: None,
            calling_device: Party::default(),
            called_device: Party::default(),
            last_redirection_device: None,
            connections: Vec::new(),
            history: Vec::new(),
            user_data: BTreeMap::new(),
            linkage: Linkage {
                thread_id: id,
                global_id: None,
                consultation_of: None,
                merged_from: Vec::new(),
                merged_into: None,
                split_from: None,
                continues: None,
            },
            started_at: group.time,
            queued_at: None,
            answered_at: None,
            ended_at: None,
        };
        let mut held = Held::new(call, group.time);
        held.keys.push(key.clone());
        self.calls.insert(id, held);
        self.untold.insert(id, group.now.tick);
        self.by_call.insert(key.clone(), id);
        id
    }

    /// Learns about a call as a whole. Who calls and who was called keep their first value.
    pub(super) fn know(&mut self, fact: CallFact, group: &mut Group) {
        let id = self.call_of(&fact.call, group);
        let consultation_of = fact
            .consultation_of
            .as_ref()
            .and_then(|key| self.by_call.get(key))
            .copied();
        let (thread, data) = consultation_of
            .and_then(|of| self.calls.get(&of))
            .map(|held| (held.call.linkage.thread_id, held.call.user_data.clone()))
            .unzip();
        let Some(held) = self.calls.get_mut(&id) else { return };
        let call = &mut held.call;
        if let Some(native) = fact.native_id.filter(|native| !call.native_ids.contains(native)) {
            call.native_ids.push(native);
        }
        let mut news = fact
            .calling
            .is_some_and(|calling| first_value(&mut call.calling_device, calling));
        news |= fact
            .called
            .is_some_and(|called| first_value(&mut call.called_device, called));
        if let Some(global) = fact.global_id
            && call.linkage.global_id.as_ref() != Some(&global)
        {
            call.linkage.global_id = Some(global);
            news = true;
        }
        if let (Some(of), None) = (consultation_of, call.linkage.consultation_of) {
            call.linkage.consultation_of = Some(of);
            call.linkage.thread_id = thread.unwrap_or(call.linkage.thread_id);
            // A consultation starts with a copy of what the held call carries; what it was given itself counts more.
            let size =
                |data: &BTreeMap<Text, Private<Text>>| data.iter().map(|(n, v)| n.len() + v.len()).sum::<usize>();
            for (name, value) in data.unwrap_or_default() {
                if size(&call.user_data) + name.len() + value.len() <= USER_DATA_ALL {
                    call.user_data.entry(name).or_insert(value);
                }
            }
        }
        if news && held.told {
            group.informed.insert(id);
        }
        if let Some(conference) = fact.conference {
            self.kept(id, conference, group);
        }
    }

    /// Tells what became known of calls of which the group tells nothing else.
    pub(super) fn inform(&mut self, group: &mut Group) {
        for id in std::mem::take(&mut group.informed) {
            self.tell(id, EventType::Information, Said::default(), group);
        }
    }

    /// Attaches entries to a call, within the bounds of the contract.
    pub(super) fn user_data(
        &mut self,
        key: &CallKey,
        entries: BTreeMap<Text, Option<Private<Text>>>,
        group: &mut Group,
    ) {
        let id = self.call_of(key, group);
        let Some(held) = self.calls.get_mut(&id) else { return };
        let data = &mut held.call.user_data;
        let mut news = false;
        for (name, value) in entries {
            let allowed = (1..=64).contains(&name.len())
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b));
            let Some(value) = value else {
                news |= data.remove(&name).is_some();
                continue;
            };
            let others: usize = data
                .iter()
                .filter(|(n, _)| **n != name)
                .map(|(n, v)| n.len() + v.len())
                .sum();
            let fits = value.len() <= USER_DATA_VALUE && others + name.len() + value.len() <= USER_DATA_ALL;
            if allowed && fits && data.get(&name) != Some(&value) {
                data.insert(name, value);
                news = true;
            }
        }
        if news && held.told {
            self.tell(id, EventType::UserDataChanged, Said::default(), group);
        }
    }

    /// Ends the calls that have no live connection left, and those that have only places left of which nothing was heard.
    pub(super) fn clear_empty(&mut self, group: &mut Group) {
        for id in group.touched.clone() {
            self.clear_unseen(id, group);
            if self.calls.get(&id).is_some_and(|held| held.call.connections.is_empty()) {
                let cause = self.calls.get(&id).and_then(|held| held.call.history.last()?.cause);
                self.clear(id, cause, group);
            }
        }
    }

    fn clear_unseen(&mut self, id: CallId, group: &mut Group) {
        let Some(held) = self.calls.get(&id).filter(|held| !held.unseen.is_empty()) else {
            return;
        };
        let left: Vec<ConnectionId> = held.call.connections.iter().map(|c| c.id).collect();
        if left.iter().all(|id| held.unseen.contains(id)) {
            let before = std::mem::replace(&mut group.reconstructed, true);
            for connection in left {
                self.end(id, connection, Cause::Normal, group);
            }
            group.reconstructed = before;
        }
    }

    /// Tells the end of a call, its last event.
    pub(super) fn clear(&mut self, id: CallId, cause: Option<Cause>, group: &mut Group) {
        let Some(held) = self.calls.get_mut(&id) else { return };
        let time = held.time(group);
        held.call.state = CallState::Ended;
        held.call.cause = cause;
        held.call.ended_at = Some(time);
        held.call.outcome = Some(outcome::of_call(&held.call, cause));
        self.tell(
            id,
            EventType::Cleared,
            Said {
                cause,
                ..Said::default()
            },
            group,
        );
        if let Some(held) = self.calls.remove(&id) {
            self.remember_over(&held.call, group.now.wall);
            for key in held.keys {
                self.by_call.remove(&key);
            }
            for key in held.connections.into_values() {
                self.by_connection.remove(&key);
                self.ended.set(key, group.now.tick);
            }
        }
    }

    /// Takes up the calls that were told before a restart.
    pub(super) fn restore(&mut self, calls: Vec<Call>, memos: &[Memo]) {
        for call in calls {
            let note = memos.iter().find(|memo| memo.entity == Entity::Call(call.id));
            let note = note.and_then(|memo| serde_json::from_str::<Note>(memo.note.as_ref()?).ok());
            let id = call.id;
            let mut held = Held::new(call, Wall::default());
            held.last = held
                .call
                .connections
                .iter()
                .map(|c| c.since)
                .max()
                .unwrap_or(held.call.started_at);
            held.told = true;
            held.keys_changed = false;
            held.came_and_went();
            if let Some(note) = note {
                held.keys = note.keys.into_iter().map(CallKey).collect();
                held.connections = note
                    .connections
                    .into_iter()
                    .map(|(id, key)| (id, ConnectionKey(key)))
                    .collect();
            }
            self.by_call.extend(held.keys.iter().map(|key| (key.clone(), id)));
            self.by_connection
                .extend(held.connections.iter().map(|(c, key)| (key.clone(), (id, *c))));
            self.calls.insert(id, held);
        }
    }
}

/// Fills what is not known yet; what is known stays. Tells whether anything was filled.
pub(super) fn first_value(known: &mut Party, told: Party) -> bool {
    let before = known.clone();
    let fresh = known.device.is_none() && known.number.is_none();
    known.device = known.device.take().or(told.device);
    if fresh {
        known.number = told.number;
        known.e164 = told.e164;
        known.contact = told.contact;
    }
    known.name = known.name.take().or(told.name);
    if known.presentation == crate::model::Presentation::NotKnown {
        known.presentation = told.presentation;
    }
    *known != before
}
