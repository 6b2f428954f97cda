//! Two calls become one, or somebody comes to a call. The switch gives most connections new names then, and every monitor of a party tells it.

use super::call::{Call, Leg};
use super::party::{Named, call_key, connection_key, number};
use super::{Move, Normalizer, cause};
use crate::model::{
    CallKey, Cause, ConnectionDirection, ConnectionEvent as E, ConnectionFact, ConnectionKey, DeviceId, Fact,
    MergeFact, MergeReason, Participation, RenameFact, SuperviseFact, Text, TransferFact,
};
use lineside_csta::Octets;
use lineside_csta::types::{
    CallLinkageDataList, ConferencedEvent, ConnectionEndpoint, ConnectionId, ConnectionList, ConnectionListItem,
    ExtendedDeviceId, LocalConnectionState as State, LocalDeviceId, TransferredEvent,
};
use lineside_wire::Private;

impl Normalizer {
    pub(super) fn transferred(&mut self, event: &TransferredEvent) {
        let by = &event.transferring_device;
        let linkage = event.call_linkage_data_list.as_ref();
        let primary = self.primary(&event.primary_old_call, by, linkage);
        let secondary = event.secondary_old_call.as_ref().map(|old| self.name(old, by));
        let list = &event.transferred_connections;
        let named = new_call(list);
        let to = named.map_or_else(|| primary.0.clone(), call_key);
        if self.is_told(&event.primary_old_call, by, &to) {
            return self.learn_names(&to, list);
        }
        let known = |call: &CallKey, this: &Self| this.calls.get(call).is_some();
        let two = secondary.filter(|(call, _)| *call != primary.0 && known(call, self) && known(&primary.0, self));
        if let Some((other, leaving)) = two {
            self.merge(
                (primary.0.clone(), primary.1),
                (other, leaving),
                MergeReason::Transfer,
                by,
                &to,
                list,
            );
        } else {
            self.send_on(&primary, &event.transferred_to_device, &to, list);
        }
        self.linked_now(&to, linkage, named.is_some());
        self.end_if_unheard(&to);
    }

    /// A call was sent on in one step.
    fn send_on(
        &mut self,
        from: &(CallKey, ConnectionKey),
        to_device: &ExtendedDeviceId,
        to: &CallKey,
        list: &ConnectionList,
    ) {
        let (call, leaving) = from;
        if call != to && self.calls.get(to).is_some() {
            return self.is_one(from, to, list);
        }
        let Some(leg) = self.calls.get_mut(call).and_then(|known| known.leg_mut(leaving)) else {
            return;
        };
        leg.state = State::Null;
        leg.over = Some(super::Over {
            told_by: self.monitor.clone(),
        });
        let by = leg.key.clone();
        self.out.push(Fact::Transfer(TransferFact {
            by,
            to: number(to_device).map(|number| Private::new(Text::from(number))),
        }));
        self.rename(
            std::slice::from_ref(call),
            to,
            new_call(list).and_then(|new| new.call_id.as_ref()),
            list,
        );
        let there =
            number(to_device).is_some_and(|device| self.calls.get(to).is_some_and(|known| known.at(device).is_some()));
        // Who is there is told by those who see him: if nobody does, this is all that is told.
        if !there && let Some(device) = number(to_device) {
            if self.watched.contains(device) {
                self.await_at(to);
            } else {
                self.join_unseen(to, to_device, list);
            }
        }
    }

    /// The same where whoever it was sent on to told of it first, by its new name: the two are one call. Who is in both stays as who was there
    /// first.
    fn is_one(&mut self, from: &(CallKey, ConnectionKey), to: &CallKey, list: &ConnectionList) {
        let (call, leaving) = from;
        let (Some(old), Some(new)) = (self.calls.get(call), self.calls.get(to)) else {
            return;
        };
        let same = |one: &Leg, other: &Leg| {
            let device = one.device.is_some() && one.device == other.device;
            device || one.party.number.is_some() && one.party.number == other.party.number
        };
        let stays = |leg: &&Leg| leg.name != *leaving;
        let twice = |leg: &&Leg| old.live().filter(stays).any(|known| same(known, leg));
        let twice = new.live().filter(twice).map(|leg| (to.clone(), leg.name.clone()));
        let by = old.leg(leaving).and_then(|leg| leg.device.clone());
        let all: Vec<(CallKey, ConnectionKey)> = std::iter::once(from.clone()).chain(twice).collect();
        let mut keys = Vec::new();
        for (of, name) in &all {
            let told_by = self.monitor.clone();
            if let Some(leg) = self.calls.get_mut(of).and_then(|known| known.leg_mut(name)) {
                keys.push(leg.key.clone());
                leg.state = State::Null;
                leg.over = Some(super::Over { told_by });
            }
        }
        self.out.push(Fact::Merge(MergeFact {
            calls: (call.clone(), to.clone()),
            reason: MergeReason::Transfer,
            leaving: keys,
            by: by.map(|device| DeviceId::new(&self.switch, &device)),
        }));
        let id = new_call(list).and_then(|new| new.call_id.as_ref());
        self.rename(&[call.clone(), to.clone()], to, id, list);
    }

    fn await_at(&mut self, call: &CallKey) {
        let until = self.tick + std::time::Duration::from_secs(10);
        self.expected.insert(call.clone(), until);
    }

    pub(super) fn conferenced(&mut self, event: &ConferencedEvent) {
        let by = &event.conferencing_device;
        let linkage = event.call_linkage_data_list.as_ref();
        let primary = self.primary(&event.primary_old_call, by, linkage);
        let secondary = event.secondary_old_call.as_ref().map(|old| self.name(old, by));
        let list = &event.conference_connections;
        let named = new_call(list);
        let to = named.map_or_else(|| primary.0.clone(), call_key);
        if self.is_told(&event.primary_old_call, by, &to) {
            return self.learn_names(&to, list);
        }
        let known = |call: &CallKey, this: &Self| this.calls.get(call).is_some();
        let two = secondary.filter(|(call, _)| *call != primary.0 && known(call, self) && known(&primary.0, self));
        match two {
            Some((other, leaving)) => {
                self.merge(
                    (primary.0, primary.1),
                    (other, leaving),
                    MergeReason::Conference,
                    by,
                    &to,
                    list,
                );
            }
            None => {
                self.rename(
                    std::slice::from_ref(&primary.0),
                    &to,
                    named.and_then(|new| new.call_id.as_ref()),
                    list,
                );
                let participation = match cause::of(event.cause.as_ref()) {
                    Some(Cause::SilentParticipation) => Participation::Silent,
                    _ => Participation::Active,
                };
                self.comes(&to, &event.added_party, participation, list);
            }
        }
        self.linked_now(&to, linkage, named.is_some());
    }

    /// The call in which the device did it. Its name may never have been told: then it is known by its linkage.
    fn primary(
        &self,
        old: &ConnectionId,
        by: &ExtendedDeviceId,
        linkage: Option<&CallLinkageDataList>,
    ) -> (CallKey, ConnectionKey) {
        let named = self.name(old, by);
        if self.calls.get(&named.0).is_some() {
            return named;
        }
        let found = self.linked_before(linkage).and_then(|call| {
            let leg = self.calls.get(&call)?.at(number(by)?)?.name.clone();
            Some((call, leg))
        });
        found.unwrap_or(named)
    }

    /// Has another monitor told it? Then the old call is known by its new name only.
    fn is_told(&mut self, old: &ConnectionId, by: &ExtendedDeviceId, to: &CallKey) -> bool {
        self.past.tells(&call_key(old), self.monitor.as_ref());
        let (call, name) = (call_key(old), connection_key(old, by));
        let moved =
            self.moved.call(&call) == Some(to) || self.moved.now(&call, &name).is_some_and(|(now, _)| now == *to);
        let gone = |known: &Call| known.leg(&name).is_none_or(|leg| leg.over.is_some());
        moved && self.calls.get(&call).is_none_or(gone)
    }

    fn merge(
        &mut self,
        one: (CallKey, ConnectionKey),
        two: (CallKey, ConnectionKey),
        reason: MergeReason,
        by: &ExtendedDeviceId,
        to: &CallKey,
        list: &ConnectionList,
    ) {
        let leaving: Vec<(CallKey, ConnectionKey)> = match reason {
            // The connection by which it was consulted is the other one's no more.
            MergeReason::Conference => vec![two.clone()],
            _ => vec![one.clone(), two.clone()],
        };
        let mut keys = Vec::new();
        for (call, name) in &leaving {
            let told_by = self.monitor.clone();
            if let Some(leg) = self.calls.get_mut(call).and_then(|known| known.leg_mut(name)) {
                keys.push(leg.key.clone());
                leg.state = State::Null;
                leg.over = Some(super::Over { told_by });
            }
        }
        if let Some(leg) = self
            .calls
            .get_mut(&one.0)
            .and_then(|known| known.leg_mut(&one.1))
            .filter(|leg| leg.is_live())
        {
            leg.state = State::Connected;
        }
        self.out.push(Fact::Merge(MergeFact {
            calls: (one.0.clone(), two.0.clone()),
            reason,
            leaving: keys,
            by: number(by).map(|device| DeviceId::new(&self.switch, device)),
        }));
        self.rename(
            &[one.0, two.0],
            to,
            new_call(list).and_then(|new| new.call_id.as_ref()),
            list,
        );
    }

    /// The calls are one by a new name from now on, and their connections have new names, too: those that the list leaves out as well.
    pub(super) fn rename(&mut self, from: &[CallKey], to: &CallKey, id: Option<&Octets>, list: &ConnectionList) {
        let mut whole = Call::default();
        let mut renamed: Vec<(ConnectionKey, ConnectionKey)> = Vec::new();
        for key in from {
            let Some(mut call) = self.calls.remove(key) else {
                continue;
            };
            if key != to {
                self.past.add(self.tick, key, &call, self.monitor.clone().into_iter());
            }
            let mut names = Vec::new();
            for leg in call.legs.iter_mut().filter(|leg| leg.is_live()) {
                let told = find_new(list, &leg.name).or_else(|| find_endpoint(list, leg.device.as_deref()));
                let (name, native) = match told {
                    Some(new) => (connection_key(new, &ExtendedDeviceId::NotKnown), Some(new.clone())),
                    None if key == to => continue,
                    None => by_its_device(leg, to, id),
                };
                leg.native = native;
                if name == leg.name {
                    continue;
                }
                names.push((leg.name.clone(), name.clone()));
                renamed.push((leg.key.clone(), name.clone()));
                leg.name = name.clone();
                leg.key = name;
            }
            self.moved.add(self.tick, key, to, &names);
            whole.legs.extend(call.legs.into_iter().filter(|leg| leg.is_live()));
            whole.calling = whole.calling.or(call.calling);
            whole.called = whole.called.or(call.called);
            whole.user_data.extend(call.user_data);
            whole.has_caller |= call.has_caller;
            whole.returns = whole.returns.max(call.returns);
            whole.nth = whole.nth.max(call.nth);
            whole.linkage = whole.linkage.or(call.linkage);
        }
        if let Some(first) = from.first() {
            self.out.push(Fact::Renamed(RenameFact {
                call: (first.clone(), to.clone()),
                connections: renamed,
            }));
        }
        self.calls.insert(to.clone(), whole);
    }

    /// A copy of what is known may have names that the first one did not tell.
    fn learn_names(&mut self, to: &CallKey, list: &ConnectionList) {
        for item in &list.0 {
            let Some(new) = &item.new_connection else { continue };
            let name = connection_key(new, &ExtendedDeviceId::NotKnown);
            let old = item.old_connection.as_ref();
            let old = old.map(|old| (call_key(old), connection_key(old, &ExtendedDeviceId::NotKnown)));
            let assumed = old.and_then(|(call, old)| self.moved.now(&call, &old));
            let Some(known) = self.calls.get_mut(to) else { return };
            if let Some(leg) = known.leg_mut(&name) {
                leg.native = Some(new.clone());
                continue;
            }
            let Some(leg) = assumed.and_then(|(_, assumed)| known.leg_mut(&assumed)) else {
                continue;
            };
            leg.native = Some(new.clone());
            let before = std::mem::replace(&mut leg.key, name.clone());
            leg.name = name.clone();
            self.out.push(Fact::Renamed(RenameFact {
                call: (to.clone(), to.clone()),
                connections: vec![(before, name)],
            }));
        }
    }

    /// Somebody whom nobody watches is in the call now, as the list of its connections shows.
    fn join_unseen(&mut self, call: &CallKey, device: &ExtendedDeviceId, list: &ConnectionList) {
        let Some(new) = number(device).and_then(|number| find_endpoint(list, Some(number))) else {
            return;
        };
        let (_, name) = self.subject(new, &Named::by(device), ConnectionDirection::Incoming);
        // Whether he answered nobody tells.
        if let Some(leg) = self.calls.get_mut(call).and_then(|known| known.leg_mut(&name)) {
            leg.assumed = leg.state == State::Null;
        }
        self.say(call, &name, Move::of(E::Established, Cause::SingleStepTransfer));
    }

    /// Somebody comes to a call that goes on as it is.
    fn comes(&mut self, call: &CallKey, who: &ExtendedDeviceId, participation: Participation, list: &ConnectionList) {
        let Some(new) = number(who).and_then(|number| find_endpoint(list, Some(number))) else {
            return;
        };
        let (call, name) = {
            let (_, name) = self.subject(new, &Named::by(who), ConnectionDirection::Incoming);
            (call.clone(), name)
        };
        self.has_come(number(who), &call, &name);
        let Some(leg) = self.calls.get_mut(&call).and_then(|known| known.leg_mut(&name)) else {
            return;
        };
        if leg.state == State::Connected {
            return;
        }
        leg.state = State::Connected;
        let fact = SuperviseFact {
            by: ConnectionFact {
                call,
                connection: leg.key.clone(),
                event: E::Established,
                cause: Cause::Conference,
                direction: ConnectionDirection::Incoming,
                who: Self::at(leg),
                new_destination: None,
                refused: false,
                uncertain: Vec::new(),
            },
            participation,
        };
        self.out.push(Fact::Supervise(Box::new(fact)));
    }
}

/// A connection that has the name of the call from now on.
pub(super) fn new_call(list: &ConnectionList) -> Option<&ConnectionId> {
    let mut all = list.0.iter().filter_map(|item| item.new_connection.as_ref());
    all.find(|new| new.call_id.is_some())
}

/// What a connection is called in its call now, of which nobody says it: where it is named by its device it still is. Where it has a number of its
/// own that will be another one.
fn by_its_device(leg: &Leg, to: &CallKey, id: Option<&Octets>) -> (ConnectionKey, Option<ConnectionId>) {
    let device = leg.name.0.split_once('/').map_or("", |(_, device)| device);
    let name = ConnectionKey(Text::from(format!("{}/{device}", to.0)));
    let fixed = |native: &ConnectionId| matches!(native.device_id, Some(LocalDeviceId::Static(_)));
    let native = leg.native.as_ref().filter(|native| fixed(native)).zip(id);
    let native = native.map(|(native, id)| ConnectionId {
        call_id: Some(id.clone()),
        device_id: native.device_id.clone(),
    });
    (name, native)
}

/// What a connection is called from now on.
fn find_new<'a>(list: &'a ConnectionList, name: &ConnectionKey) -> Option<&'a ConnectionId> {
    let is = |old: &ConnectionId| connection_key(old, &ExtendedDeviceId::NotKnown) == *name;
    let item = list
        .0
        .iter()
        .find(|item| item.old_connection.as_ref().is_some_and(is))?;
    item.new_connection.as_ref()
}

/// The same where the old name is not told: by the device.
fn find_endpoint<'a>(list: &'a ConnectionList, device: Option<&str>) -> Option<&'a ConnectionId> {
    let device = device?;
    let named =
        |new: &ConnectionId| matches!(&new.device_id, Some(LocalDeviceId::Static(known)) if known.number() == device);
    // Where connections have names of their own it is told beside who is there.
    let beside = |item: &ConnectionListItem| matches!(&item.endpoint, Some(ConnectionEndpoint::Device(known)) if known.number() == device);
    let mut all = list.0.iter();
    all.find(|item| beside(item) || item.new_connection.as_ref().is_some_and(named))
        .and_then(|item| item.new_connection.as_ref())
}
