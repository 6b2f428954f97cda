//! What tasks need to know of calls.

use super::{Call, Normalizer};
use crate::model::{CallKey, ConnectionKey, Fact, Facts, Text};
use lineside_csta::types::{ConnectionId, ExtendedDeviceId, SnapshotDeviceInfo};
use lineside_wire::Tick;
use std::time::Duration;

/// A call of which nobody hears any more is given up after so long: as long as one of a link that is down.
pub(super) const GIVE_UP: Duration = Duration::from_secs(15 * 60);

/// What becomes of the calls that are known when it is asked anew what there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Old {
    /// The switch was restarted: there are none.
    Gone,
    /// Those that do not show again are over, but for devices that do not say.
    Aside,
    /// Nobody says: they go on until it is heard otherwise.
    Stay,
}

impl Normalizer {
    /// What the switch calls a connection.
    pub(super) fn native(&self, key: &ConnectionKey) -> Option<ConnectionId> {
        let mut all = self.calls.iter().flat_map(|(_, call)| call.live());
        all.find(|leg| leg.key == *key)?.native.clone()
    }

    /// What the switch calls any connection of the call in which this one is.
    pub(super) fn native_of_call(&self, key: &ConnectionKey) -> Option<ConnectionId> {
        let has = |call: &&Call| call.live().any(|leg| leg.key == *key);
        let call = self.calls.iter().map(|(_, call)| call).find(has)?;
        call.live().find_map(|leg| leg.native.clone())
    }

    /// The keys of what the switch calls so.
    pub(super) fn key_of(&self, native: &ConnectionId, subject: &ExtendedDeviceId) -> (CallKey, ConnectionKey) {
        let (call, name) = self.name(native, subject);
        let known = self.calls.get(&call).and_then(|known| known.leg(&name));
        let key = known.map(|leg| leg.key.clone());
        (call, key.unwrap_or(name))
    }

    /// Is it heard what a device does?
    pub(super) fn hears(&self, device: &str) -> bool {
        self.watched.contains(device)
    }

    /// The device of a connection.
    pub(super) fn device_of(&self, key: &ConnectionKey) -> Option<Text> {
        let mut all = self.calls.iter().flat_map(|(_, call)| call.live());
        all.find(|leg| leg.key == *key)?.device.clone()
    }

    /// A device is asked to make a call: the next one that it begins is that. `first`: it is rung for it, and lifts first.
    pub(super) fn makes_call(&mut self, now: Tick, device: &str, first: bool) {
        self.making.insert(Text::from(device), (first, now + super::ASKED));
    }

    /// A device is asked to come to a call that there is.
    pub(super) fn is_to_come(&mut self, now: Tick, device: &str) {
        self.coming.insert(Text::from(device), now + super::ASKED);
    }

    /// It came to one.
    pub(super) fn has_come(&mut self, device: Option<&str>, call: &CallKey, name: &ConnectionKey) {
        let Some(device) = device.filter(|device| self.coming.contains_key(*device)) else {
            return;
        };
        let known = self.calls.get(call).and_then(|known| known.leg(name));
        if let Some(connection) = known.map(|leg| leg.key.clone()) {
            self.begun
                .push_back((Text::from(device), call.clone(), connection, true));
            self.coming.remove(device);
            self.making.remove(device);
        }
    }

    /// It was not done, or is over.
    pub(super) fn makes_no_call(&mut self, device: &str) {
        self.making.remove(device);
        self.coming.remove(device);
    }

    /// Nobody is asked for anything any more.
    pub(super) fn makes_nothing(&mut self) {
        self.making.clear();
        self.coming.clear();
    }

    /// A device that was asked to make a call has begun one, or, where that is true, has come to one.
    pub(super) fn poll_begun(&mut self) -> Option<(Text, CallKey, ConnectionKey, bool)> {
        self.begun.pop_front()
    }

    /// It is asked anew what there is. `anew`: nothing is monitored, either.
    pub(super) fn begin(&mut self, now: Tick, anew: bool, old: Old) {
        match old {
            Old::Gone => {
                self.calls.clear();
                self.before.clear();
                self.heard.clear();
            }
            Old::Aside => {
                self.before.extend(std::mem::take(&mut self.calls));
                self.heard.extend(self.watched.iter().cloned());
            }
            Old::Stay => {
                let until = now + GIVE_UP;
                self.doubts = self.calls.iter().map(|(call, _)| (call.clone(), until)).collect();
            }
        }
        if old != Old::Stay {
            self.doubts.clear();
            self.moved = super::Moved::default();
            self.past = super::Past::default();
        }
        if anew {
            self.monitors.clear();
            self.watched.clear();
            self.out_of_service.clear();
        }
        self.expected.clear();
        self.parts.clear();
        self.taking.clear();
        self.rosters.clear();
        self.settings.clear();
        self.shown.clear();
        self.out.clear();
    }

    /// A device is heard no more. What it was in is not certain any more, where nobody else tells.
    pub(super) fn unwatch(&mut self, now: Tick, monitor: &str) -> Facts {
        let Some(device) = self.monitors.remove(monitor) else {
            return Facts::default();
        };
        if !self.monitors.values().any(|other| *other == device) {
            self.watched.remove(&device);
            let unheard: Vec<CallKey> = self
                .calls
                .iter()
                .filter(|(_, call)| call.at(&device).is_some() && !call.live().any(|leg| self.is_watched(leg)))
                .map(|(key, _)| key.clone())
                .collect();
            unheard.iter().for_each(|call| self.doubt(call, now));
        }
        self.facts()
    }

    /// Nobody tells how a call goes on: it is given up if that stays so.
    fn doubt(&mut self, call: &CallKey, now: Tick) {
        self.doubts.insert(call.clone(), now + GIVE_UP);
        let live = self.calls.get(call).into_iter().flat_map(Call::live);
        self.out.extend(live.map(|leg| Fact::Uncertain {
            connection: leg.key.clone(),
            fields: vec![Text::from("state")],
        }));
    }

    /// Something is heard of a call of which it was not certain that it goes on.
    pub(super) fn proves_alive(&mut self, call: &CallKey, name: &ConnectionKey) {
        if self.doubts.remove(call).is_none() {
            return;
        }
        // Of who is only assumed nothing is certain for that.
        let certain = |leg: &&super::Leg| leg.name == *name || !leg.assumed;
        let legs = self.calls.get(call).into_iter().flat_map(Call::live).filter(certain);
        self.out.extend(legs.map(|leg| Fact::Uncertain {
            connection: leg.key.clone(),
            fields: Vec::new(),
        }));
    }

    /// What came of a snapshot that broke off: calls that it does not show may be there.
    pub(super) fn adopt_broken(&mut self, device: &Text) {
        let came = self.parts.remove(device).unwrap_or_default();
        self.show(device, &came);
    }

    /// A part of the snapshot of a device: with the last one it is whole.
    pub(super) fn adopt_part(&mut self, device: &Text, calls: &[SnapshotDeviceInfo], last: bool) {
        let all = self.parts.entry(device.clone()).or_default();
        all.extend_from_slice(calls);
        if last && let Some(all) = self.parts.remove(device) {
            self.adopt(device, &all);
        }
    }

    /// Calls that were sent on and came nowhere are given up.
    pub(super) fn handle_timeout(&mut self, now: Tick) -> Facts {
        self.tick = now;
        self.monitor = None;
        self.give_up_expected();
        self.give_up_doubted();
        self.facts()
    }

    /// Nothing was heard for too long.
    fn give_up_doubted(&mut self) {
        let now = self.tick;
        let due = |(call, until): (&CallKey, &Tick)| (*until <= now).then(|| call.clone());
        for call in self.doubts.iter().filter_map(due).collect::<Vec<_>>() {
            self.doubts.remove(&call);
            if self.calls.remove(&call).is_some() {
                self.out.push(Fact::GivenUp(call));
            }
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Tick> {
        let all = self.expected.values().chain(self.doubts.values());
        all.min().copied()
    }

    /// A call that a device begins, which may be the one that it was asked to make.
    pub(super) fn begins(&mut self, device: Option<&str>, call: &CallKey, name: &ConnectionKey) {
        let Some(device) = device.filter(|device| self.making.contains_key(*device)) else {
            return;
        };
        let known = self
            .calls
            .get(call)
            .and_then(|known: &Call| known.leg(name))
            .map(|leg| leg.key.clone());
        if let Some(connection) = known {
            self.begun
                .push_back((Text::from(device), call.clone(), connection, false));
        }
    }
}
