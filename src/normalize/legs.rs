//! Legs, and how they hang together, in words that fit any switch which shows channels: who dialled whom, which two legs are the
//! halves of one Local pair, and where a leg waits instead of talking to somebody.

pub(super) use super::leg::{Aside, Asked, Coming, Leg, Nature, Phase, Place, Second, Spot, Told, Waits, Whence};
use crate::model::{CallKey, Cause, ConnectionKey, Text};
use lineside_wire::{Tick, Tombstones};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How long an ended leg is remembered, so that a message that comes late cannot bring it back.
const TOMBSTONE: Duration = Duration::from_secs(30);

/// All legs of one switch.
pub(super) struct Legs {
    legs: BTreeMap<Text, Leg>,
    by_call: BTreeMap<CallKey, BTreeSet<Text>>,
    /// Those that hold.
    held: BTreeSet<Text>,
    /// Those that put a call aside.
    asides: BTreeSet<Text>,
    /// Those of agents who wait to be asked for.
    pooled: BTreeSet<Text>,
    gone: Tombstones<Text>,
}

impl Legs {
    pub(super) const fn new() -> Self {
        Legs {
            legs: BTreeMap::new(),
            by_call: BTreeMap::new(),
            held: BTreeSet::new(),
            asides: BTreeSet::new(),
            pooled: BTreeSet::new(),
            gone: Tombstones::new(TOMBSTONE),
        }
    }

    pub(super) fn get(&self, id: &str) -> Option<&Leg> {
        self.legs.get(id)
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut Leg> {
        self.legs.get_mut(id)
    }

    pub(super) fn insert(&mut self, leg: Leg) {
        self.legs.insert(leg.id.clone(), leg);
    }

    /// Takes a leg away; what is heard of it later is late.
    pub(super) fn remove(&mut self, id: &str, now: Tick) -> Option<Leg> {
        let leg = self.legs.remove(id)?;
        self.unindex(&leg);
        self.held.remove(&leg.id);
        self.asides.remove(&leg.id);
        self.pooled.remove(&leg.id);
        self.gone.set(leg.id.clone(), now);
        Some(leg)
    }

    pub(super) fn is_gone(&self, id: &str) -> bool {
        self.gone.contains(id)
    }

    /// A leg belongs to `call` from now on.
    pub(super) fn assign(&mut self, id: &str, call: CallKey) {
        let Some(mut leg) = self.legs.remove(id) else { return };
        if leg.call.as_ref() != Some(&call) {
            self.unindex(&leg);
            self.by_call.entry(call.clone()).or_default().insert(leg.id.clone());
            leg.call = Some(call);
        }
        self.legs.insert(leg.id.clone(), leg);
    }

    /// A leg belongs to no call any more.
    pub(super) fn part(&mut self, id: &str) {
        let Some(mut leg) = self.legs.remove(id) else { return };
        self.unindex(&leg);
        (leg.call, leg.told) = (None, Told::Over);
        self.legs.insert(leg.id.clone(), leg);
    }

    /// A leg is an agent's who waits to be asked for. Was it not before?
    pub(super) fn pool(&mut self, id: &str) -> bool {
        let Some(leg) = self.legs.get_mut(id) else { return false };
        leg.pooled = true;
        self.pooled.insert(leg.id.clone())
    }

    pub(super) fn pooled(&self) -> impl Iterator<Item = &Leg> {
        self.pooled.iter().filter_map(|id| self.legs.get(id))
    }

    /// A leg holds, or listens again.
    pub(super) fn hold(&mut self, id: &str, held: bool) {
        if let Some(leg) = self.legs.get_mut(id) {
            leg.held = held;
            if held {
                self.held.insert(leg.id.clone());
            } else {
                self.held.remove(&leg.id);
            }
        }
    }

    /// The legs that hold.
    pub(super) fn holding(&self) -> impl Iterator<Item = &Leg> {
        self.held.iter().filter_map(|id| self.legs.get(id))
    }

    /// All legs of `two` belong to `one` from now on.
    pub(super) fn merge(&mut self, one: &CallKey, two: &CallKey) {
        for id in self.by_call.get(two).cloned().unwrap_or_default() {
            self.assign(&id, one.clone());
        }
        for id in &self.asides {
            let aside = self.legs.get_mut(id).and_then(Leg::aside_mut);
            if let Some(aside) = aside.filter(|aside| aside.call == *two) {
                aside.call = one.clone();
            }
        }
    }

    /// A leg puts its call aside, and takes part in `call` from now on, by the connection `key`, as who calls. `with` waits for it.
    pub(super) fn put_aside(&mut self, id: &str, key: ConnectionKey, call: CallKey, with: Option<Text>) {
        let Some(leg) = self.legs.get_mut(id) else { return };
        let Some(before) = leg.call.clone() else { return };
        let aside = Aside {
            key: leg.set_key(key),
            call: before,
            with,
            consulted: true,
            calls: std::mem::replace(&mut leg.calls, true),
            cause: std::mem::replace(&mut leg.cause, Cause::Consultation),
            dialled_by: leg.dialled_by.take(),
        };
        leg.apart.get_or_insert_default().aside = Some(aside);
        leg.rests = false;
        self.asides.insert(leg.id.clone());
        self.assign(id, call);
    }

    /// A leg is found with a call put aside: which keys it had is not known any more, so each bears the name of who is at its other end.
    pub(super) fn found_aside(&mut self, id: &str, with: &str, peer: &str) {
        let Some(call) = self.legs.get(with).and_then(|leg| leg.call.clone()) else {
            return;
        };
        let halves = [with, peer].map(|id| self.legs.get(id).is_some_and(|leg| leg.nature == Nature::Half));
        let Some(leg) = self.legs.get_mut(id) else { return };
        let aside = Aside {
            key: ConnectionKey(format!("{id}/{with}").into()),
            call,
            with: Some(Text::from(with)),
            // Whoever is called by us is called through a Local pair.
            consulted: halves != [true, false],
            calls: false,
            cause: Cause::NewCall,
            dialled_by: None,
        };
        leg.set_key(ConnectionKey(format!("{id}/{peer}").into()));
        leg.apart.get_or_insert_default().aside = Some(aside);
        leg.calls = true;
        self.asides.insert(leg.id.clone());
    }

    /// A leg goes back to the call that it put aside, and the other one ends for it; or is put aside in its turn, where `turns`, and
    /// this leg waits there for it.
    pub(super) fn take_back(&mut self, id: &str, turns: bool, with: Option<Text>) {
        let Some(leg) = self.legs.get_mut(id) else { return };
        let aside = leg.apart.as_mut().and_then(|apart| apart.aside.take());
        let (Some(aside), Some(call)) = (aside, leg.call.clone()) else {
            return;
        };
        let left = Aside {
            key: leg.set_key(aside.key),
            call,
            with,
            consulted: !aside.consulted,
            calls: std::mem::replace(&mut leg.calls, aside.calls),
            cause: std::mem::replace(&mut leg.cause, aside.cause),
            dialled_by: std::mem::replace(&mut leg.dialled_by, aside.dialled_by),
        };
        leg.told = Told::Live;
        if turns {
            leg.apart.get_or_insert_default().aside = Some(left);
        } else {
            self.asides.remove(id);
        }
        self.assign(id, aside.call);
    }

    /// A leg takes part no more in the call that it put aside.
    pub(super) fn forget_aside(&mut self, id: &str) -> Option<Aside> {
        self.asides.remove(id);
        self.legs.get_mut(id)?.apart.as_mut()?.aside.take()
    }

    /// The legs that put a call aside.
    pub(super) fn consulting(&self) -> impl Iterator<Item = &Leg> {
        self.asides.iter().filter_map(|id| self.legs.get(id))
    }

    /// The leg that serves a connection: its own, one of a call beside, or one to a place where it waits.
    pub(super) fn owner(&self, key: &ConnectionKey) -> Option<&Leg> {
        let serves = |leg: &&Leg| {
            let aside = leg.aside().map(|aside| &aside.key);
            let second = leg.second.as_ref().map(|second| &second.key);
            leg.key() == *key || aside == Some(key) || second == Some(key)
        };
        let waits = || key.0.rsplit_once('/').and_then(|(id, _)| self.legs.get(id));
        let beside = || self.legs.values().find(serves).or_else(waits);
        self.legs.get(&key.0).or_else(beside)
    }

    /// Who held is over there: a leg takes part in the call that it made to consult only.
    pub(super) fn goes_over(&mut self, id: &str) {
        self.hold(id, false);
        let Some(leg) = self.legs.get_mut(id) else { return };
        let Some(second) = leg.second.take().map(|second| *second) else {
            return;
        };
        leg.set_key(second.key);
        leg.told = Told::Live;
        (leg.calls, leg.cause, leg.dialled_by) = (true, Cause::Consultation, None);
        self.assign(id, second.call);
    }

    /// The one leg that is in a bridge with this one, and talks there.
    pub(super) fn peer(&self, id: &str) -> Option<&Leg> {
        let bridge = self.legs.get(id).filter(|leg| !leg.holding)?.bridge.as_ref()?;
        let mut others = self
            .legs
            .values()
            .filter(|leg| leg.bridge.as_ref() == Some(bridge) && *leg.id != *id);
        let only = others.next()?;
        others.next().is_none().then_some(only)
    }

    fn unindex(&mut self, leg: &Leg) {
        let Some(call) = &leg.call else { return };
        if let Some(legs) = self.by_call.get_mut(call) {
            legs.remove(&leg.id);
            if legs.is_empty() {
                self.by_call.remove(call);
            }
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Leg> {
        self.legs.values()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Leg> {
        self.legs.values_mut()
    }

    /// The legs from `id` back to who dialled it, through Local pairs, nearest first. Ends where it would go round.
    pub(super) fn back(&self, id: &str) -> Vec<&Leg> {
        let mut path: Vec<&Leg> = Vec::new();
        let mut at = self.legs.get(id);
        while let Some(leg) = at.filter(|leg| path.iter().all(|seen| seen.id != leg.id)) {
            path.push(leg);
            let next = leg
                .dialled_by
                .as_ref()
                .or(leg.pair.as_ref().filter(|_| leg.nature == Nature::Half));
            at = next.and_then(|next| self.legs.get(next));
        }
        path
    }

    /// The call that `id` belongs to: its own, or that of who dialled it.
    pub(super) fn call_of(&self, id: &str) -> Option<CallKey> {
        let own = self.legs.get(id)?.call.as_ref();
        own.cloned()
            .or_else(|| self.back(id).iter().find_map(|leg| leg.call.clone()))
    }

    /// The legs of `call`.
    pub(super) fn of(&self, call: &CallKey) -> impl Iterator<Item = &Leg> {
        self.by_call
            .get(call)
            .into_iter()
            .flatten()
            .filter_map(|id| self.legs.get(id))
    }

    /// Parties of `call` whose connection is told and live.
    pub(super) fn live(&self, call: &CallKey) -> impl Iterator<Item = &Leg> {
        self.of(call).filter(|leg| leg.told == Told::Live)
    }
}
