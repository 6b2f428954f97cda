//! Two calls become one, or somebody comes to a call. The switch gives most connections new names then, and every monitor of a party tells it.

use super::call::{Call, Leg};
use super::party::{Named, call_key, connection_key, number};
use super::{Move, Normalizer, cause};
use crate::model::{
    CallKey, Cause, ConnectionDirection, ConnectionEvent as E, ConnectionFact, ConnectionKey, DeviceId, Fact, Kind,
    MergeFact, MergeReason, Participation, RenameFact, SuperviseFact, Text, TransferFact,
};
use lineside_csta::Octets;
use lineside_csta::types::{
    CallLinkageDataList, ConferencedEvent, ConnectionEndpoint, ConnectionId, ConnectionList, ConnectionListItem,
    ExtendedDeviceId, LocalConnectionState as State, LocalDeviceId, TransferredEvent,
};
use lineside_wire::Private;
use std::collections::BTreeSet;

/// A connection, and the call that it is in.
type Place = (CallKey, ConnectionKey);

/// What a transfer or a conference is of.
struct Joins<'a> {
    /// The first call, as the event names it.
    primary: CallKey,
    known: Known,
    /// What the call is called from now on; `named`: the switch said so.
    to: CallKey,
    named: bool,
    list: &'a ConnectionList,
}

/// Which of the two calls is known, with the connection of who joined them.
enum Known {
    Both(Place, Place),
    /// There is one call only, or the other is not known. Neither may be.
    First(Place),
    /// Only the one by which was consulted: nobody in the other one is watched.
    Second(Place),
}

impl Normalizer {
    pub(super) fn transferred(&mut self, event: &TransferredEvent) {
        let by = &event.transferring_device;
        let joins = self.joins(
            &event.primary_old_call,
            event.secondary_old_call.as_ref(),
            by,
            &event.transferred_connections,
            event.call_linkage_data_list.as_ref(),
        );
        let (to, list) = (&joins.to, joins.list);
        if self.is_told(&event.primary_old_call, by, to) {
            return self.learn_names(to, list);
        }
        match &joins.known {
            Known::Both(one, two) => self.merge(one, two, MergeReason::Transfer, by, &joins),
            Known::First(one) => self.send_on(one, &event.transferred_to_device, &joins),
            Known::Second(two) => {
                self.send_on(two, &event.transferred_to_device, &joins);
                self.others_come(&joins, by, None);
            }
        }
        self.linked_now(to, event.call_linkage_data_list.as_ref(), joins.named);
        self.end_if_unheard(to);
    }

    /// A call was sent on in one step.
    fn send_on(&mut self, (call, leaving): &Place, to_device: &ExtendedDeviceId, joins: &Joins<'_>) {
        let Some(leg) = self.calls.get(call).and_then(|known| known.leg(leaving)) else {
            return;
        };
        let (key, device) = (leg.key.clone(), leg.device.clone());
        self.leaves(call, leaving);
        if call != &joins.to && self.calls.get(&joins.to).is_some() {
            // Whoever it was sent on to told of it first, by its new name.
            let by = device.map(|device| DeviceId::new(&self.switch, &device));
            self.is_one(std::slice::from_ref(call), vec![key], MergeReason::Transfer, by, joins);
            return;
        }
        self.out.push(Fact::Transfer(TransferFact {
            by: key,
            to: number(to_device).map(|number| Private::new(Text::from(number))),
        }));
        self.rename(std::slice::from_ref(call), &joins.to, joins.list);
        let there = number(to_device).is_some_and(|device| {
            self.calls
                .get(&joins.to)
                .is_some_and(|known| known.at(device).is_some())
        });
        // Who is there is told by those who see him: if nobody does, this is all that is told.
        if !there && let Some(device) = number(to_device) {
            let queue = matches!(self.kind(device), Kind::Queue | Kind::Group);
            if let Some(known) = self.calls.get_mut(&joins.to) {
                known.sent_to = queue.then(|| Text::from(device));
            }
            if self.watched.contains(device) {
                self.await_at(&joins.to);
            } else {
                self.join_unseen(&joins.to, to_device, joins.list, Cause::SingleStepTransfer);
            }
        }
    }

    /// A connection is over because its device joined the others.
    fn leaves(&mut self, call: &CallKey, name: &ConnectionKey) -> Option<ConnectionKey> {
        let told_by = self.monitor.clone();
        let leg = self.calls.get_mut(call)?.leg_mut(name)?;
        leg.state = State::Null;
        leg.over = Some(super::Over { told_by });
        Some(leg.key.clone())
    }

    /// What is known by the new name already is the same call. Who is in both stays as who was there first.
    fn is_one(
        &mut self,
        from: &[CallKey],
        mut leaving: Vec<ConnectionKey>,
        reason: MergeReason,
        by: Option<DeviceId>,
        joins: &Joins<'_>,
    ) {
        let to = &joins.to;
        let same = |one: &Leg, other: &Leg| {
            let device = one.device.is_some() && one.device == other.device;
            device || one.party.number.is_some() && one.party.number == other.party.number
        };
        let there = |leg: &&Leg| {
            let mut old = from.iter().filter_map(|call| self.calls.get(call));
            old.any(|call| call.live().any(|known| same(known, leg)))
        };
        let new = self.calls.get(to).into_iter().flat_map(Call::live);
        let twice: Vec<ConnectionKey> = new.filter(there).map(|leg| leg.name.clone()).collect();
        leaving.extend(twice.iter().filter_map(|name| self.leaves(to, name)));
        if let Some(first) = from.first() {
            self.out.push(Fact::Merge(MergeFact {
                calls: (first.clone(), to.clone()),
                reason,
                leaving,
                by,
            }));
        }
        let all: Vec<CallKey> = from.iter().chain([to]).cloned().collect();
        self.rename(&all, to, joins.list);
    }

    fn await_at(&mut self, call: &CallKey) {
        let until = self.tick + std::time::Duration::from_secs(10);
        self.expected.insert(call.clone(), until);
    }

    pub(super) fn conferenced(&mut self, event: &ConferencedEvent) {
        let by = &event.conferencing_device;
        let joins = self.joins(
            &event.primary_old_call,
            event.secondary_old_call.as_ref(),
            by,
            &event.conference_connections,
            event.call_linkage_data_list.as_ref(),
        );
        let (to, list) = (&joins.to, joins.list);
        if self.is_told(&event.primary_old_call, by, to) {
            return self.learn_names(to, list);
        }
        let participation = match cause::of(event.cause.as_ref()) {
            Some(Cause::SilentParticipation) => Participation::Silent,
            _ => Participation::Active,
        };
        match &joins.known {
            Known::Both(one, two) => self.merge(one, two, MergeReason::Conference, by, &joins),
            Known::First((call, _)) => {
                self.goes_on(call, &joins);
                self.comes(to, &event.added_party, participation, list);
            }
            Known::Second((call, _)) => {
                self.goes_on(call, &joins);
                self.others_come(&joins, by, Some(participation));
            }
        }
        self.linked_now(to, event.call_linkage_data_list.as_ref(), joins.named);
    }

    /// A call has another name, by which somebody may have told of it first.
    fn goes_on(&mut self, call: &CallKey, joins: &Joins<'_>) {
        let from = std::slice::from_ref(call);
        let known = |call: &CallKey| self.calls.get(call).is_some();
        if *call != joins.to && known(call) && known(&joins.to) {
            return self.is_one(from, Vec::new(), MergeReason::Conference, None, joins);
        }
        self.rename(from, &joins.to, joins.list);
    }

    /// Of two calls only the one by which was consulted is known: those who were in the other one come to it; `participation`: to a conference.
    fn others_come(&mut self, joins: &Joins<'_>, by: &ExtendedDeviceId, participation: Option<Participation>) {
        let others = joins.list.0.iter().filter(|item| {
            let old = item.old_connection.as_ref().map(call_key);
            old.is_none_or(|old| old == joins.primary)
        });
        let devices: Vec<ExtendedDeviceId> = others.filter_map(who_is_there).collect();
        for device in devices {
            let there = |number: &str| {
                self.calls
                    .get(&joins.to)
                    .is_some_and(|known| known.at(number).is_some())
            };
            if number(&device) == number(by) || number(&device).is_none_or(there) {
                continue;
            }
            match participation {
                Some(participation) => self.comes(&joins.to, &device, participation, joins.list),
                None => self.join_unseen(&joins.to, &device, joins.list, Cause::Transfer),
            }
        }
    }

    /// What a transfer or a conference is of.
    fn joins<'a>(
        &self,
        primary: &ConnectionId,
        secondary: Option<&ConnectionId>,
        by: &ExtendedDeviceId,
        list: &'a ConnectionList,
        linkage: Option<&CallLinkageDataList>,
    ) -> Joins<'a> {
        let one = self.primary(primary, by, linkage);
        let two = secondary.map(|old| self.place(self.name(old, by), by));
        let named = new_call(list);
        let to = named.map_or_else(|| one.0.clone(), call_key);
        let is_known = |(call, _): &Place| self.calls.get(call).is_some();
        let known = match two.filter(is_known).filter(|(call, _)| *call != one.0) {
            Some(two) if is_known(&one) => Known::Both(one, two),
            Some(two) => Known::Second(two),
            None => Known::First(one),
        };
        Joins {
            primary: call_key(primary),
            known,
            to,
            named: named.is_some(),
            list,
        }
    }

    /// The connection of the device in the call, where it is known there by another name.
    fn place(&self, (call, name): Place, by: &ExtendedDeviceId) -> Place {
        let known = self.calls.get(&call).filter(|known| known.leg(&name).is_none());
        let at = known.zip(number(by)).and_then(|(known, device)| known.at(device));
        let name = at.map_or(name, |leg| leg.name.clone());
        (call, name)
    }

    /// The call in which the device did it. Its name may never have been told: then it is known by its linkage.
    fn primary(&self, old: &ConnectionId, by: &ExtendedDeviceId, linkage: Option<&CallLinkageDataList>) -> Place {
        let named = self.place(self.name(old, by), by);
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

    fn merge(&mut self, one: &Place, two: &Place, reason: MergeReason, by: &ExtendedDeviceId, joins: &Joins<'_>) {
        let leaving: &[&Place] = match reason {
            // The connection by which it was consulted is the other one's no more.
            MergeReason::Conference => &[two],
            _ => &[one, two],
        };
        let leaving: Vec<ConnectionKey> = leaving
            .iter()
            .filter_map(|(call, name)| self.leaves(call, name))
            .collect();
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
            leaving,
            by: number(by).map(|device| DeviceId::new(&self.switch, device)),
        }));
        let from = [one.0.clone(), two.0.clone()];
        if !from.contains(&joins.to) && self.calls.get(&joins.to).is_some() {
            return self.is_one(&from, Vec::new(), reason, None, joins);
        }
        self.rename(&from, &joins.to, joins.list);
    }

    /// The calls are one by a new name from now on, and their connections have new names, too: those that the list leaves out as well.
    pub(super) fn rename(&mut self, from: &[CallKey], to: &CallKey, list: &ConnectionList) {
        if from.iter().all(|call| self.calls.get(call).is_none()) {
            return;
        }
        let id = new_call(list).and_then(|new| new.call_id.as_ref());
        self.moved.is_now(to);
        let mut whole = Call::default();
        let mut renamed: Vec<(ConnectionKey, ConnectionKey)> = Vec::new();
        for key in from {
            self.is_alive(key);
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
            // Who left may come back by the name that he had.
            let stays = |leg: &Leg| leg.is_live() || key == to;
            whole.legs.extend(call.legs.into_iter().filter(stays));
            whole.calling = whole.calling.or(call.calling);
            whole.called = whole.called.or(call.called);
            whole.user_data.extend(call.user_data);
            whole.has_caller |= call.has_caller;
            whole.returns = whole.returns.max(call.returns);
            whole.nth = whole.nth.max(call.nth);
            whole.linkage = whole.linkage.or(call.linkage);
        }
        let live: BTreeSet<ConnectionKey> = whole.live().map(|leg| leg.name.clone()).collect();
        whole.legs.retain(|leg| leg.is_live() || !live.contains(&leg.name));
        if !from.contains(to) && self.past.knows(to) {
            whole.nth = self.past.once_more();
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
    fn join_unseen(&mut self, call: &CallKey, device: &ExtendedDeviceId, list: &ConnectionList, cause: Cause) {
        let Some(new) = number(device).and_then(|number| find_endpoint(list, Some(number))) else {
            return;
        };
        let (_, name) = self.subject(new, &Named::by(device), ConnectionDirection::Incoming);
        // Whether he answered nobody tells.
        if let Some(leg) = self.calls.get_mut(call).and_then(|known| known.leg_mut(&name)) {
            leg.assumed = leg.state == State::Null;
        }
        self.say(call, &name, Move::of(E::Established, cause));
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

/// Who is at a connection of the list.
fn who_is_there(item: &ConnectionListItem) -> Option<ExtendedDeviceId> {
    let named = |new: &ConnectionId| match &new.device_id {
        Some(LocalDeviceId::Static(device)) => Some(device.clone()),
        _ => None,
    };
    let device = match &item.endpoint {
        Some(ConnectionEndpoint::Device(device)) => Some(device.clone()),
        _ => item.new_connection.as_ref().and_then(named),
    };
    device.map(ExtendedDeviceId::Device)
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
