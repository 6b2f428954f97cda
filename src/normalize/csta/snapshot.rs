//! What a switch says that it has now: of each device the calls that it is in.

use super::call::Call;
use super::party::{Named, call_key, number, shown};
use super::{Move, Normalizer};
use crate::model::{
    CallFact, CallKey, Cause, ConnectionDirection, ConnectionEvent as E, ConnectionFact, ConnectionKey, DeviceFact,
    DeviceId, Fact, Facts, Kind, SnapshotFact, Text,
};
use lineside_csta::Event;
use lineside_csta::types::{
    CallState, DeviceId as Device, ExtendedDeviceId, LocalConnectionState as State, SnapshotDeviceInfo,
};
use std::collections::BTreeSet;

/// Of so many calls it is remembered that a monitor told of them while its device was asked.
const MEANWHILE: usize = 4096;

impl Normalizer {
    /// A device is asked which calls it is in. What its monitor tells from now on is newer than the answer, whichever comes first.
    pub(super) fn is_asked(&mut self, device: &Text) {
        self.meanwhile.insert(device.clone(), BTreeSet::new());
    }

    /// A monitor tells of calls while its device is asked.
    pub(super) fn notice(&mut self, event: &Event) {
        let asked = self.monitor.as_ref().and_then(|device| self.meanwhile.get_mut(device));
        let Some(calls) = asked.filter(|calls| calls.len() < MEANWHILE) else {
            return;
        };
        calls.extend(super::permitted::said(event).map(|(call, _)| call));
        let old = match event {
            Event::CallCleared(event) => [Some(&event.cleared_call), None],
            Event::Transferred(event) => [Some(&event.primary_old_call), event.secondary_old_call.as_ref()],
            Event::Conferenced(event) => [Some(&event.primary_old_call), event.secondary_old_call.as_ref()],
            _ => [None, None],
        };
        calls.extend(old.into_iter().flatten().map(call_key));
    }

    /// Takes what the switch says of a device. The calls of which it does not say anything the device is not in any more.
    pub(super) fn adopt(&mut self, device: &Text, calls: &[SnapshotDeviceInfo]) {
        let newer = self.meanwhile.remove(device).unwrap_or_default();
        let seen = self.show(device, calls, &newer);
        self.shown.insert(device.clone());
        self.calls.note();
        let gone: Vec<(CallKey, ConnectionKey)> = self
            .calls
            .of_device(device)
            .filter(|(call, _)| !newer.contains(*call))
            .flat_map(|(call, known)| known.at(device).map(|leg| (call.clone(), leg.name.clone())))
            .filter(|of| !seen.contains(of))
            .collect();
        for (call, name) in gone {
            if let Some(leg) = self.calls.get_mut(&call).and_then(|known| known.leg_mut(&name)) {
                leg.state = State::Null;
                leg.over = Some(super::Over {
                    told_by: Some(device.clone()),
                });
            }
            self.changed.insert(call);
        }
    }

    /// What came of a snapshot that broke off, or was refused: calls that it does not show may be there.
    pub(super) fn adopt_broken(&mut self, device: &Text) {
        let newer = self.meanwhile.remove(device).unwrap_or_default();
        let came = self.parts.remove(device).unwrap_or_default();
        self.show(device, &came, &newer);
    }

    /// A part of the snapshot of a device: with the last one it is whole.
    pub(super) fn adopt_part(&mut self, device: &Text, calls: &[SnapshotDeviceInfo], last: bool) {
        let all = self.parts.entry(device.clone()).or_default();
        all.extend_from_slice(calls);
        if last && let Some(all) = self.parts.remove(device) {
            self.adopt(device, &all);
        }
    }

    /// Takes the calls that a device shows. Of those in `newer` its monitor has told since it was asked.
    fn show(
        &mut self,
        device: &str,
        calls: &[SnapshotDeviceInfo],
        newer: &BTreeSet<CallKey>,
    ) -> BTreeSet<(CallKey, ConnectionKey)> {
        let mut seen: BTreeSet<(CallKey, ConnectionKey)> = BTreeSet::new();
        let own = ExtendedDeviceId::Device(Device::dialled(device));
        for info in calls {
            let (mine, told) = states(&info.local_call_state);
            let other = told.clone().unwrap_or(State::Connected);
            let connection = &info.connection_identifier;
            let key = call_key(connection);
            let is_newer = newer.contains(&key);
            if is_newer && self.calls.get(&key).is_none_or(|call| call.at(device).is_none()) {
                continue;
            }
            let direction = match (&mine, &other) {
                (State::Alerting | State::Queued, _) => ConnectionDirection::Incoming,
                (State::Initiated, _) | (_, State::Alerting | State::Queued | State::Fail) => {
                    ConnectionDirection::Outgoing
                }
                _ => self.guessed(connection, device, info.endpoint_device.as_ref()),
            };
            let linkage = self.tie_shown(info, calls);
            let (call, name) = self.subject(connection, &Named::by(&own), direction);
            if let (Some(global), Some(known)) = (linkage, self.calls.get_mut(&call)) {
                known.linkage = Some(global);
            }
            if self
                .calls
                .get(&call)
                .and_then(|known| known.leg(&name))
                .is_some_and(|leg| leg.over.is_some())
            {
                self.is_again(&call, &name);
            }
            if !is_newer {
                self.set(&call, &name, mine);
            }
            self.hear_permitted(&call, &name, info.services_permitted.as_ref());
            let only = info.local_call_state.others().len() == 1;
            match &info.endpoint_device {
                Some(endpoint) => self.adopt_other(&call, &name, endpoint, (other, told.is_none()), only),
                None => self.are_there(&call, &name),
            }
            self.changed.insert(call.clone());
            seen.insert((call, name));
        }
        seen
    }

    /// Who else is in a call is not said one by one: those who were are, but for who will be asked.
    fn are_there(&mut self, call: &CallKey, but: &ConnectionKey) {
        let live = self.calls.get(call).into_iter().flat_map(Call::live);
        let asked = |leg: &super::Leg| leg.device.as_ref().is_some_and(|device| self.heard.contains(device));
        let others = live.filter(|leg| leg.doubted && leg.name != *but && !asked(leg));
        let others: Vec<ConnectionKey> = others.map(|leg| leg.name.clone()).collect();
        others.iter().for_each(|name| self.is_there(call, name));
    }

    /// Of a call that two talk in it does not show who made it: it is known, or whoever is outside did.
    fn guessed(
        &self,
        connection: &lineside_csta::types::ConnectionId,
        device: &str,
        endpoint: Option<&ExtendedDeviceId>,
    ) -> ConnectionDirection {
        let known = self.calls.get(&call_key(connection));
        if let Some(leg) = known.and_then(|call| call.at(device)) {
            return leg.direction;
        }
        let other = known.and_then(Call::caller).is_some();
        let outside = endpoint
            .and_then(number)
            .is_none_or(|number| self.kind(number) == Kind::Trunk);
        if other || outside {
            ConnectionDirection::Incoming
        } else {
            ConnectionDirection::Outgoing
        }
    }

    /// The other end of a call, which has no name of its own in the snapshot of a device; `only`: it is the only one.
    fn adopt_other(
        &mut self,
        call: &CallKey,
        mine: &ConnectionKey,
        endpoint: &ExtendedDeviceId,
        (state, assumed): (State, bool),
        only: bool,
    ) {
        let Some(known) = self.calls.get(call) else { return };
        let outgoing = known
            .leg(mine)
            .is_some_and(|leg| leg.direction == ConnectionDirection::Outgoing);
        let told = number(endpoint);
        let same = |leg: &&super::Leg| {
            let named = told.is_some_and(|told| leg.is_at(told));
            leg.name != *mine && (named || leg.kind == Kind::Trunk && told.is_none())
        };
        let found = known.live().find(same).map(|leg| (leg.name.clone(), leg.doubted));
        let other = match found {
            Some((name, doubted)) => {
                if doubted && only && !assumed {
                    self.set(call, &name, state);
                }
                self.is_there(call, &name);
                name
            }
            None => self.adopt_new(call, endpoint, outgoing, (state, assumed)),
        };
        if !only {
            self.are_there(call, mine);
        } else if told.is_some() {
            self.are_both(call, [mine, &other]);
        }
    }

    /// The other end of a call, which was not known to be in it.
    fn adopt_new(
        &mut self,
        call: &CallKey,
        endpoint: &ExtendedDeviceId,
        outgoing: bool,
        (state, assumed): (State, bool),
    ) -> ConnectionKey {
        let direction = if outgoing {
            ConnectionDirection::Incoming
        } else {
            ConnectionDirection::Outgoing
        };
        let (who, told) = (self.who(&Named::by(endpoint)), number(endpoint));
        let name = super::assumed_key(call, told);
        let known = self.calls.get(call).and_then(|known| known.leg(&name));
        if let Some(over) = known.map(|leg| leg.over.is_some()) {
            if over {
                self.is_again(call, &name);
            }
            self.set(call, &name, state);
            return name;
        }
        let name = self.assume(call, told, who, direction);
        if let Some(leg) = self.calls.get_mut(call).and_then(|known| known.leg_mut(&name)) {
            (leg.state, leg.assumed) = (state, assumed);
        }
        name
    }

    /// Both ends of a call were told: who made it and is neither of them has left it, and who was only concluded to be there is not.
    fn are_both(&mut self, call: &CallKey, ends: [&ConnectionKey; 2]) {
        let Some(known) = self.calls.get_mut(call) else { return };
        known.has_caller = true;
        let others = known.legs.iter_mut().filter(|leg| !ends.contains(&&leg.name));
        for leg in others.filter(|leg| leg.assumed && leg.is_live() && leg.kind.is_person()) {
            leg.state = State::Null;
            leg.over = Some(super::Over { told_by: None });
        }
    }

    fn set(&mut self, call: &CallKey, name: &ConnectionKey, state: State) {
        if let Some(leg) = self.calls.get_mut(call).and_then(|known| known.leg_mut(name)) {
            leg.state = state;
        }
    }

    /// Everything that the switch has, as far as it is known. `more`: devices are still to be asked.
    pub(super) fn snapshot(&mut self, restarted: bool, more: bool) -> Fact {
        self.out.clear();
        let changed = std::mem::take(&mut self.changed);
        self.drop_denied(changed.iter());
        if !self.is_asking() {
            self.take_by_name();
        }
        self.recalled.clear();
        let calls = self.calls.iter().map(|(key, call)| self.whole(key, call)).collect();
        let all: Vec<CallKey> = self.calls.iter().map(|(key, _)| key.clone()).collect();
        all.iter().for_each(|call| self.wants_names(call));
        let devices = self
            .devices
            .iter()
            .map(|(device, kind)| self.device_fact(device, *kind))
            .collect();
        let snapshot = SnapshotFact {
            restarted,
            more,
            calls,
            permitted: self.permitted_now(),
            devices: Some(devices),
            ..self.part_of_agents()
        };
        self.settings.clear();
        Fact::Snapshot(Box::new(snapshot))
    }

    /// What became known since then, as a part of that: of the calls by which a device was asked, and of the device itself.
    pub(super) fn part(&mut self, device: Option<&Text>) -> Facts {
        // The rest is in the snapshot.
        self.out
            .retain(|fact| matches!(fact, Fact::Renamed(_) | Fact::Uncertain { .. }));
        let changed = std::mem::take(&mut self.changed);
        self.drop_denied(changed.iter());
        let whole = |key: &CallKey| match self.calls.get(key) {
            Some(call) => self.whole(key, call),
            None => (CallFact::of(key.clone()), Vec::new()),
        };
        let calls = changed.iter().map(whole).collect();
        changed.iter().for_each(|call| self.wants_names(call));
        let mut permitted = changed;
        permitted.append(&mut self.recalled);
        let devices = device.map(|device| vec![self.device_fact(device, self.kind(device))]);
        if let Some(device) = device {
            self.settings.remove(device);
        }
        let part = SnapshotFact {
            part: true,
            calls,
            permitted: self.permitted_in(permitted),
            devices,
            ..self.part_of_agents()
        };
        self.out.push(Fact::Snapshot(Box::new(part)));
        self.facts()
    }

    /// The agents of the devices that were asked for them.
    fn part_of_agents(&mut self) -> SnapshotFact {
        let rosters = std::mem::take(&mut self.rosters);
        let desks: BTreeSet<DeviceId> = rosters
            .keys()
            .map(|device| DeviceId::new(&self.switch, device))
            .collect();
        SnapshotFact {
            agents: (!desks.is_empty()).then(|| rosters.into_values().flatten().collect()),
            desks: Some(desks),
            uncertain: ["muted", "recording", "holdBy"].map(Text::from).to_vec(),
            ..SnapshotFact::default()
        }
    }

    fn whole(&self, key: &CallKey, call: &Call) -> (CallFact, Vec<ConnectionFact>) {
        let caller = call.caller().map(|leg| leg.party.clone());
        let fact = CallFact {
            native_id: Some(shown(&key.0)),
            calling: call.calling.clone().or(caller),
            called: call.called.clone(),
            global_id: call.linkage.clone(),
            ..CallFact::of(key.clone())
        };
        let doubted = self.doubts.contains_key(key);
        let is_sure = |leg: &super::Leg| !doubted && !leg.doubted;
        let legs = call.live().filter_map(|leg| {
            let how = Move::of(event_to(&leg.state, leg.direction)?, Cause::Normal);
            Some(ConnectionFact {
                call: key.clone(),
                connection: leg.key.clone(),
                event: how.event,
                cause: how.cause,
                direction: leg.direction,
                who: Self::at(leg),
                new_destination: None,
                refused: false,
                uncertain: match leg.assumed {
                    true => super::assumed(how.event),
                    false if is_sure(leg) => Vec::new(),
                    false => vec![Text::from("state")],
                },
            })
        });
        (fact, legs.collect())
    }

    fn device_fact(&self, device: &Text, kind: Kind) -> DeviceFact {
        let fact = DeviceFact {
            number: Some(lineside_wire::Private::new(device.clone())),
            in_service: (self.watched.contains(device)).then(|| !self.out_of_service.contains(device)),
            ..DeviceFact::of(DeviceId::new(&self.switch, device), kind)
        };
        let Some(settings) = self.settings.get(device) else {
            return fact;
        };
        DeviceFact {
            do_not_disturb: settings.do_not_disturb,
            forwarding: settings.forwarding.clone(),
            message_waiting: settings.message_waiting,
            ..fact
        }
    }
}

/// The states of a device and of the other one in a call.
fn states(state: &CallState) -> (State, Option<State>) {
    let other = state.others().into_iter().next();
    (state.own().unwrap_or(State::Connected), other)
}

/// The event that leads to a state.
const fn event_to(state: &State, direction: ConnectionDirection) -> Option<E> {
    Some(match (state, direction) {
        (State::Initiated, ConnectionDirection::Outgoing) => E::ServiceInitiated,
        (State::Initiated, ConnectionDirection::Incoming) => E::NetworkReached,
        (State::Alerting, _) => E::Delivered,
        (State::Connected, ConnectionDirection::Outgoing) => E::Originated,
        (State::Connected, ConnectionDirection::Incoming) => E::Established,
        (State::Hold, _) => E::HeldBySwitch,
        (State::Queued, _) => E::Queued,
        (State::Fail, _) => E::Failed,
        (State::Null | State::Other(_), _) => return None,
    })
}
