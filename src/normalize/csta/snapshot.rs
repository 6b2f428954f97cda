//! What a switch says that it has now: of each device the calls that it is in.

use super::call::Call;
use super::party::{Named, call_key, number};
use super::{Move, Normalizer};
use crate::model::{
    CallFact, CallKey, Cause, ConnectionDirection, ConnectionEvent as E, ConnectionFact, ConnectionKey, DeviceFact,
    DeviceId, Fact, Kind, SnapshotFact, Text,
};
use lineside_csta::types::{
    CallState, DeviceId as Device, ExtendedDeviceId, LocalConnectionState as State, SnapshotDeviceInfo,
};
use lineside_wire::Tick;
use std::collections::BTreeSet;

impl Normalizer {
    /// Takes what the switch says of a device. The calls of which it does not say anything the device is not in any more.
    pub(super) fn adopt(&mut self, device: &str, calls: &[SnapshotDeviceInfo]) {
        let seen = self.show(device, calls);
        self.shown.insert(Text::from(device));
        let gone: Vec<(CallKey, ConnectionKey)> = self
            .calls
            .iter()
            .flat_map(|(call, known)| known.at(device).map(|leg| (call.clone(), leg.name.clone())))
            .filter(|of| !seen.contains(of))
            .collect();
        for (call, name) in gone {
            self.set(&call, &name, State::Null);
            self.doubts.remove(&call);
            // Who is left is heard by nobody.
            let unheard = |known: &Call| !known.live().any(|leg| self.is_watched(leg));
            if self.calls.get(&call).is_some_and(unheard) {
                self.calls.remove(&call);
            }
        }
    }

    /// Takes the calls that a device shows.
    pub(super) fn show(&mut self, device: &str, calls: &[SnapshotDeviceInfo]) -> BTreeSet<(CallKey, ConnectionKey)> {
        let mut seen: BTreeSet<(CallKey, ConnectionKey)> = BTreeSet::new();
        let own = ExtendedDeviceId::Device(Device::dialled(device));
        for info in calls {
            let (mine, told) = states(&info.local_call_state);
            let other = told.clone().unwrap_or(State::Connected);
            let connection = &info.connection_identifier;
            let direction = match (&mine, &other) {
                (State::Alerting | State::Queued, _) => ConnectionDirection::Incoming,
                (State::Initiated, _) | (_, State::Alerting | State::Queued | State::Fail) => {
                    ConnectionDirection::Outgoing
                }
                _ => self.guessed(connection, device, info.endpoint_device.as_ref()),
            };
            let (call, name) = self.subject(connection, &Named::by(&own), direction);
            self.set(&call, &name, mine);
            self.hear_permitted(&call, &name, info.services_permitted.as_ref());
            if let Some(endpoint) = &info.endpoint_device {
                self.adopt_other(&call, &name, endpoint, (other, told.is_none()));
            }
            seen.insert((call, name));
        }
        seen
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

    /// The other end of a call, which has no name of its own in the snapshot of a device.
    fn adopt_other(
        &mut self,
        call: &CallKey,
        mine: &ConnectionKey,
        endpoint: &ExtendedDeviceId,
        (state, assumed): (State, bool),
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
        if known.live().any(|leg| same(&leg)) {
            return;
        }
        let direction = if outgoing {
            ConnectionDirection::Incoming
        } else {
            ConnectionDirection::Outgoing
        };
        let who = self.who(&Named::by(endpoint));
        let name = self.assume(call, told, who, direction);
        if let Some(leg) = self.calls.get_mut(call).and_then(|known| known.leg_mut(&name)) {
            (leg.state, leg.assumed) = (state, assumed);
        }
    }

    fn set(&mut self, call: &CallKey, name: &ConnectionKey, state: State) {
        if let Some(leg) = self.calls.get_mut(call).and_then(|known| known.leg_mut(name)) {
            leg.state = state;
        }
    }

    /// Everything that the switch has, as far as it is known.
    pub(super) fn snapshot(&mut self, now: Tick, restarted: bool) -> Fact {
        self.out.clear();
        self.bring_back(now);
        let calls = self.calls.iter().map(|(key, call)| self.whole(key, call)).collect();
        let devices = self
            .devices
            .iter()
            .map(|(device, kind)| self.device_fact(device, *kind))
            .collect();
        let rosters = std::mem::take(&mut self.rosters);
        self.settings.clear();
        let desks: BTreeSet<DeviceId> = rosters
            .keys()
            .map(|device| DeviceId::new(&self.switch, device))
            .collect();
        Fact::Snapshot(Box::new(SnapshotFact {
            restarted,
            calls,
            permitted: self.permitted_now(),
            devices: Some(devices),
            agents: (!desks.is_empty()).then(|| rosters.into_values().flatten().collect()),
            desks: Some(desks),
            uncertain: ["muted", "recording", "holdBy"].map(Text::from).to_vec(),
            ..SnapshotFact::default()
        }))
    }

    /// Calls of devices that were heard, and do not say now which they are in, go on as they were, as far as anybody knows.
    fn bring_back(&mut self, now: Tick) {
        let (heard, shown) = (std::mem::take(&mut self.heard), std::mem::take(&mut self.shown));
        for (key, mut call) in self.before.take() {
            if self.calls.get(&key).is_some() {
                continue;
            }
            // Who says which calls he is in is not in this one.
            let says = |leg: &&mut super::Leg| leg.device.as_ref().is_some_and(|device| shown.contains(device));
            call.legs
                .iter_mut()
                .filter(says)
                .for_each(|leg| leg.state = State::Null);
            let silent = |device: &Text| heard.contains(device) && !shown.contains(device);
            let may = |leg: &super::Leg| leg.device.as_ref().is_some_and(silent);
            if call.live().any(may) && call.live().nth(1).is_some() {
                self.doubts.insert(key.clone(), now + super::asked::GIVE_UP);
                self.calls.insert(key, call);
            }
        }
    }

    fn whole(&self, key: &CallKey, call: &Call) -> (CallFact, Vec<ConnectionFact>) {
        let caller = call.caller().map(|leg| leg.party.clone());
        let fact = CallFact {
            native_id: Some(key.0.clone()),
            calling: call.calling.clone().or(caller),
            called: call.called.clone(),
            global_id: call.linkage.clone(),
            ..CallFact::of(key.clone())
        };
        let doubted = self.doubts.contains_key(key);
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
                uncertain: match (leg.assumed, doubted) {
                    (true, _) => super::assumed(how.event),
                    (false, true) => vec![Text::from("state")],
                    (false, false) => Vec::new(),
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
