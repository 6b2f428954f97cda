//! What tasks need to know of calls.

use super::{Call, Leg, Normalizer};
use crate::model::{CallKey, Cause, ConnectionKey, Facts, Text};
use lineside_csta::types::{ConnectionId, ExtendedDeviceId, LocalConnectionState as State};
use lineside_wire::Tick;
use std::time::Duration;

/// For so long a connection of which it was asked that it ends ends because of that.
const ENDS: Duration = Duration::from_secs(5);

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

    /// It is asked for that these end.
    pub(super) fn is_to_end(&mut self, now: Tick, keys: &[ConnectionKey]) {
        let legs = self.calls.values_mut().flat_map(|call| &mut call.legs);
        for leg in legs.filter(|leg| keys.contains(&leg.key)) {
            leg.ends = Some(now + ENDS);
        }
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

    /// A device has rung long enough to make a call, if it still does: what the switch calls the connection.
    pub(super) fn rings_out(&mut self, key: &ConnectionKey) -> Option<ConnectionId> {
        let legs = self.calls.values_mut().flat_map(|call| call.legs.iter_mut());
        let mut rung = legs.filter(|leg| leg.state == State::Initiated && leg.rung == Some(Cause::MakeCall));
        let leg = rung.find(|leg| leg.key == *key)?;
        leg.leaves = Some(Cause::CallNotAnswered);
        leg.native.clone()
    }

    /// Is it not known how a connection is, since the link broke?
    pub(super) fn is_doubted(&self, key: &ConnectionKey) -> bool {
        let doubted = |call: &CallKey, leg: &Leg| leg.doubted || self.doubts.contains_key(call);
        let mut all = self.calls.iter();
        all.any(|(call, known)| known.live().any(|leg| leg.key == *key && doubted(call, leg)))
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

    /// Calls that were sent on and came nowhere are given up.
    pub(super) fn handle_timeout(&mut self, now: Tick) -> Facts {
        self.tick = now;
        self.monitor = None;
        self.give_up_expected();
        self.give_up_doubted();
        self.are_not_ready();
        self.facts()
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
