//! Calls of which it is not known whether they go on: the link broke, the bridge was started anew, or the switch ended a monitor. They stay as they
//! were known, and uncertain, until something is heard of them, or the device that was in them says whether it is. Devices are asked one
//! after the other: who was not asked yet has said nothing. What nobody tells of for too long is given up.

use super::{Call, Leg, Normalizer};
use crate::model::{CallKey, ConnectionKey, Fact, Facts, Text};
use lineside_csta::types::LocalConnectionState as State;
use lineside_wire::Tick;
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of the calls that are known when it is asked anew what there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Old {
    /// The switch was restarted: there are none.
    Gone,
    /// Those that do not show again are over, but for devices that do not say.
    Asked,
    /// Nobody says: they go on until it is heard otherwise.
    Stay,
}

/// Calls of which nobody tells how they go on, and when each is given up.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    until: BTreeMap<CallKey, Tick>,
    order: BTreeSet<(Tick, CallKey)>,
}

impl Doubts {
    pub(super) fn insert(&mut self, call: CallKey, until: Tick) {
        self.remove(&call);
        self.order.insert((until, call.clone()));
        self.until.insert(call, until);
    }

    /// The call is doubted no more. Was it?
    pub(super) fn remove(&mut self, call: &CallKey) -> bool {
        let Some((call, until)) = self.until.remove_entry(call) else {
            return false;
        };
        self.order.remove(&(until, call));
        true
    }

    pub(super) fn contains_key(&self, call: &CallKey) -> bool {
        self.until.contains_key(call)
    }

    fn clear(&mut self) {
        *self = Doubts::default();
    }

    /// The next call that was doubted for long enough.
    fn due(&mut self, now: Tick) -> Option<CallKey> {
        self.next().filter(|until| *until <= now)?;
        let (_, call) = self.order.pop_first()?;
        self.until.remove(&call);
        Some(call)
    }

    fn next(&self) -> Option<Tick> {
        self.order.first().map(|(until, _)| *until)
    }
}

impl Normalizer {
    /// Nothing is heard any more, or it is asked anew what there is. `anew`: nothing is monitored, either.
    pub(super) fn begin(&mut self, now: Tick, anew: bool, old: Old) {
        if old == Old::Gone {
            self.calls.clear();
            self.heard.clear();
            self.guessed.clear();
            self.doubts.clear();
        }
        if old == Old::Asked {
            self.heard.extend(self.watched.iter().cloned());
            self.guessed.retain(|device| !self.watched.contains(device));
            for call in self.calls.values_mut() {
                let live = call.legs.iter_mut().filter(|leg| leg.is_live());
                live.for_each(|leg| leg.doubted = true);
            }
        }
        for (call, _) in self.calls.iter() {
            self.doubts.insert(call.clone(), now + self.give_up);
        }
        if old != Old::Stay {
            self.moved = super::Moved::default();
            self.past.clear();
        }
        if anew {
            self.monitors.clear();
            self.watched.clear();
            self.out_of_service.clear();
        }
        self.asking = old == Old::Asked;
        // Of whom it was asked and no answer came it is asked again.
        self.calls.values_mut().for_each(|call| call.asked = false);
        self.unnamed.clear();
        self.expected.clear();
        self.parts.clear();
        self.taking.clear();
        self.fresh.clear();
        self.rosters.clear();
        self.settings.clear();
        self.shown.clear();
        self.changed.clear();
        self.meanwhile.clear();
        self.out.clear();
    }

    /// A device is heard no more. What it was in is not certain any more, where nobody else tells.
    pub(super) fn unwatch(&mut self, now: Tick, monitor: &str) -> Facts {
        let Some(device) = self.monitors.remove(monitor) else {
            return Facts::default();
        };
        if !self.monitors.values().any(|other| *other == device) {
            self.watched.remove(&device);
            self.shown.remove(&device);
            self.meanwhile.remove(&device);
            self.calls.note();
            let at_device = self.calls.of_device(&device);
            let unheard = at_device.filter(|(_, call)| !call.live().any(|leg| self.is_watched(leg)));
            let unheard: Vec<CallKey> = unheard.map(|(key, _)| key.clone()).collect();
            unheard.iter().for_each(|call| self.doubt(call, now));
            if self.asking {
                self.heard.insert(device);
            }
        }
        self.facts()
    }

    /// Nobody tells how a call goes on: it is given up if that stays so.
    fn doubt(&mut self, call: &CallKey, now: Tick) {
        self.doubts.insert(call.clone(), now + self.give_up);
        let live = self.calls.get(call).into_iter().flat_map(Call::live);
        self.out.extend(live.map(|leg| Fact::Uncertain {
            connection: leg.key.clone(),
            fields: vec![Text::from("state")],
        }));
    }

    /// Something is heard of a call of which it was not certain that it goes on. Of those whose own devices are still to be asked it is not
    /// certain for that.
    pub(super) fn proves_alive(&mut self, call: &CallKey, name: &ConnectionKey) {
        let doubted = self.doubts.remove(call);
        let Some(leg) = self.calls.get_mut(call).and_then(|known| known.leg_mut(name)) else {
            return;
        };
        if !std::mem::take(&mut leg.doubted) && !doubted {
            return;
        }
        // Nor is anything of who is only assumed.
        let certain = |leg: &&Leg| leg.name == *name || doubted && !leg.assumed && !leg.doubted;
        let legs = self.calls.get(call).into_iter().flat_map(Call::live).filter(certain);
        self.out.extend(legs.map(|leg| Fact::Uncertain {
            connection: leg.key.clone(),
            fields: Vec::new(),
        }));
    }

    /// A call goes on by another name, or with another one: whatever that is told of, it is not over.
    pub(super) fn is_alive(&mut self, call: &CallKey) {
        if self.doubts.remove(call) {
            let live = self.calls.get(call).into_iter().flat_map(Call::live);
            let certain = live.filter(|leg| !leg.assumed && !leg.doubted);
            self.out.extend(certain.map(|leg| Fact::Uncertain {
                connection: leg.key.clone(),
                fields: Vec::new(),
            }));
        }
    }

    /// A connection that was doubted is there, as somebody else in the call says.
    pub(super) fn is_there(&mut self, call: &CallKey, name: &ConnectionKey) {
        let Some(leg) = self.calls.get_mut(call).and_then(|known| known.leg_mut(name)) else {
            return;
        };
        if std::mem::take(&mut leg.doubted) && !leg.assumed {
            self.out.push(Fact::Uncertain {
                connection: leg.key.clone(),
                fields: Vec::new(),
            });
        }
    }

    /// Is it for a device that was not asked yet to say who is left in a call?
    pub(super) fn is_to_be_asked(&self, known: &Call) -> bool {
        let may = |device: &Text| self.heard.contains(device) && !self.shown.contains(device);
        let mut doubted = known.live().filter(|leg| leg.doubted);
        self.asking && doubted.any(|leg| leg.device.as_ref().is_some_and(may))
    }

    /// Calls that a device said not to be in are over, where nobody is left who is heard, or who will be asked. Who is left of whom nothing is
    /// heard may have been sent on meanwhile to a device that is still to be asked: until all were the call goes on, and is not certain.
    pub(super) fn drop_denied<'a>(&mut self, calls: impl Iterator<Item = &'a CallKey>) {
        let elsewhere = |known: &Call| known.live().any(|leg| leg.doubted && leg.kind.is_person());
        for key in calls {
            // Of who cannot be reached nobody tells when that is over.
            let tells = |leg: &Leg| self.is_watched(leg) && leg.state != State::Fail;
            let goes_on =
                |known: &Call| self.asking && elsewhere(known) || self.is_to_be_asked(known) || known.live().any(tells);
            if self.calls.get(key).is_some_and(|known| !goes_on(known)) {
                self.calls.remove(key);
                self.doubts.remove(key);
            }
        }
    }

    /// Is somebody still to be asked how the calls go on that were known before?
    pub(super) const fn is_asking(&self) -> bool {
        self.asking
    }

    /// Every device was asked that can be. Where nobody said how a call goes on it goes on as far as that is for devices that were heard
    /// before, and did not say: two of those who were in it are left then. Where somebody did say, who else is in it is known by that.
    pub(super) fn conclude(&mut self, now: Tick) {
        if !std::mem::take(&mut self.asking) {
            return;
        }
        let (heard, shown) = (std::mem::take(&mut self.heard), std::mem::take(&mut self.shown));
        let has = |of: &BTreeSet<Text>, leg: &Leg| leg.device.as_ref().is_some_and(|device| of.contains(device));
        let guessed = std::mem::take(&mut self.guessed);
        // A place that nobody may ever have heard keeps no call.
        let was_heard = |leg: &Leg| has(&heard, leg) && (leg.kind.is_person() || !has(&guessed, leg));
        let silent = |leg: &Leg| was_heard(leg) && !has(&shown, leg);
        let doubted = |(_, call): &(&CallKey, &Call)| call.live().any(|leg| leg.doubted);
        let all: Vec<CallKey> = self.calls.iter().filter(doubted).map(|(key, _)| key.clone()).collect();
        for key in all {
            let Some(call) = self.calls.get(&key) else { continue };
            let nobody = self.doubts.contains_key(&key) || !call.live().any(|leg| self.is_watched(leg));
            let goes_on = call.live().any(silent) && call.live().nth(1).is_some();
            let said = call.live().any(|leg| has(&shown, leg));
            match (nobody, goes_on) {
                (true, true) if self.doubts.contains_key(&key) => {}
                (true, true) => self.doubts.insert(key, now + self.give_up),
                (true, false) => {
                    self.calls.remove(&key);
                    self.doubts.remove(&key);
                    self.changed.insert(key);
                }
                (false, _) if said => {
                    let legs = self
                        .calls
                        .get_mut(&key)
                        .into_iter()
                        .flat_map(|call| call.legs.iter_mut());
                    let gone = legs.filter(|leg| leg.doubted && !silent(leg));
                    gone.for_each(|leg| {
                        leg.state = State::Null;
                        leg.over = Some(super::Over { told_by: None });
                    });
                    self.changed.insert(key);
                }
                (false, _) => {}
            }
        }
        self.take_by_name();
    }

    /// Nothing was heard for too long, but where a device in it is still to be asked.
    pub(super) fn give_up_doubted(&mut self) {
        while let Some(call) = self.doubts.due(self.tick) {
            if self.calls.get(&call).is_some_and(|known| self.is_to_be_asked(known)) {
                self.doubts.insert(call, self.tick + self.give_up);
            } else if self.calls.remove(&call).is_some() {
                self.out.push(Fact::GivenUp(call));
            }
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Tick> {
        let expected = self.expected.values().min().copied();
        let fresh = self.fresh.values().map(|fresh| fresh.until).min();
        [expected, self.doubts.next(), fresh].into_iter().flatten().min()
    }
}
