//! Which legs are one call, when nobody listened while they came together. Firm is: who is in one bridge, the halves of a Local pair,
//! who is being rung by whom, and what was known before. `Linkedid` is a hint and no more: it joins what ever was in one bridge, and
//! never parts it again. So it counts only for a leg that talks to nobody.

use super::Normalizer;
use crate::model::{CallKey, Cause, Kind, Text};
use crate::normalize::legs::{Leg, Legs, Nature, Phase, Spot, Told};
use std::collections::{BTreeMap, BTreeSet};

/// Sets of legs that grow together.
#[derive(Default)]
struct Sets {
    of: BTreeMap<Text, usize>,
    members: BTreeMap<usize, Vec<Text>>,
}

/// What is to be known of a set to find its call.
struct About {
    /// The calls to which its legs are known to belong.
    calls: BTreeSet<CallKey>,
    /// Its legs talk to each other: at least two parties, in a bridge.
    talks: bool,
    /// All its parties are in rooms, where a hint says nothing: whoever is in a room has the hint of who was there first.
    rooms: bool,
    /// Somebody in it makes a call, or executes the dialplan.
    caller: bool,
    hint: Option<Text>,
    /// Somebody in it waits for a leg that talks elsewhere: it is another call.
    waits: bool,
}

impl Sets {
    fn add(&mut self, leg: &Text) {
        let next = self.of.len();
        self.of.insert(leg.clone(), next);
        self.members.insert(next, vec![leg.clone()]);
    }

    fn join(&mut self, one: &Text, two: &Text) {
        let (Some(one), Some(two)) = (self.of.get(one).copied(), self.of.get(two).copied()) else {
            return;
        };
        self.join_sets(one, two);
    }

    /// The smaller goes into the larger; answers which is left.
    fn join_sets(&mut self, one: usize, two: usize) -> usize {
        let size = |set| self.members.get(&set).map_or(0, Vec::len);
        let (into, from) = if size(one) >= size(two) { (one, two) } else { (two, one) };
        if into != from {
            let moved = self.members.remove(&from).unwrap_or_default();
            for leg in &moved {
                self.of.insert(leg.clone(), into);
            }
            self.members.entry(into).or_default().extend(moved);
        }
        into
    }

    fn numbers(&self) -> Vec<usize> {
        self.members.keys().copied().collect()
    }

    fn legs<'a>(&self, set: usize, legs: &'a Legs) -> impl Iterator<Item = &'a Leg> {
        let members = self.members.get(&set).into_iter().flatten();
        members.filter_map(|id| legs.get(id)).collect::<Vec<_>>().into_iter()
    }

    fn about(&self, set: usize, legs: &Legs) -> About {
        let all = || self.legs(set, legs);
        let parties = || all().filter(|leg| leg.is_party());
        About {
            calls: all()
                .filter(|leg| !leg.hinted)
                .filter_map(|leg| leg.call.clone())
                .collect(),
            talks: parties().count() >= 2 && all().any(|leg| talks_in(leg).is_some()),
            rooms: parties().next().is_some() && parties().all(in_room),
            caller: parties().any(|leg| !is_dialled(leg)),
            // Who talks to an agent of the pool takes over his hint, which is that of the whole day.
            hint: all()
                .map(|leg| &leg.hint)
                .find(|hint| legs.get(hint).is_none_or(|leg| !leg.pooled))
                .cloned(),
            waits: all().any(|leg| leg.waits_for().is_some()),
        }
    }
}

impl Normalizer {
    /// Finds the calls of all legs.
    pub(super) fn gather(&mut self) {
        // Who left is told by the consultation that it had.
        let gone = self.find_gone();
        self.drop_ended_consultations();
        self.find_consultations();
        self.find_recalled();
        let mut sets = Sets::default();
        self.join_firmly(&mut sets);
        self.join_known(&mut sets);
        let hinted = self.join_by_hint(&mut sets);
        self.name(&sets, &hinted);
        self.recall(gone);
        for leg in self.legs.iter_mut() {
            if leg.told == Told::Nothing && leg.call.is_some() && super::snapshot::event(leg).is_some() {
                leg.told = Told::Live;
            }
        }
    }

    fn join_firmly(&self, sets: &mut Sets) {
        let idle = |leg: &Leg| leg.pooled && leg.told == Told::Over && talks_in(leg).is_none();
        let visible = || {
            let legs = self.legs.iter();
            legs.filter(|leg| leg.nature != Nature::Hidden && !idle(leg))
        };
        visible().for_each(|leg| sets.add(&leg.id));
        let mut bridges: BTreeMap<&Text, &Text> = BTreeMap::new();
        let mut rooms: BTreeMap<&Text, &Text> = BTreeMap::new();
        for leg in visible() {
            // Who goes to a room of ours is of those who are there.
            if let Spot::Room { room, .. } = leg.spot() {
                sets.join(rooms.entry(room).or_insert(&leg.id), &leg.id);
            }
            if let Some(bridge) = talks_in(leg) {
                sets.join(bridges.entry(bridge).or_insert(&leg.id), &leg.id);
            }
            if let Some(other) = leg.pair.as_ref().or(leg.watches.as_ref()) {
                sets.join(other, &leg.id);
            }
            // Who waits for somebody who is alone is of his call.
            if let Some(holder) = leg.waits_for()
                && self
                    .legs
                    .get(holder)
                    .is_some_and(|holder| holder.aside().is_none() && self.is_or_goes_alone(holder))
            {
                sets.join(holder, &leg.id);
            }
            let is_rung = leg.phase != Phase::Up || (talks_in(leg).is_none() && is_dialled(leg));
            if let Some(dialler) = leg.dialled_by.as_ref().filter(|_| is_rung) {
                sets.join(dialler, &leg.id);
            }
        }
    }

    /// Is somebody alone, or on the way to where it is, or to where it calls another one? Of the way nothing tells where it leads; where two
    /// wait for who goes it has two calls.
    fn is_or_goes_alone(&self, holder: &Leg) -> bool {
        let waiting = || self.legs.iter().filter(|leg| leg.waits_for() == Some(&holder.id));
        match holder.spot() {
            Spot::Alone => true,
            Spot::Nowhere => holder.bridge.is_none() && waiting().count() == 1,
            _ => false,
        }
    }

    /// Legs of one call that talk to nobody stay with those who talk, or with each other. Those who talk elsewhere have parted.
    fn join_known(&self, sets: &mut Sets) {
        let mut of_call: BTreeMap<CallKey, (Option<usize>, Vec<usize>)> = BTreeMap::new();
        for set in sets.numbers() {
            let about = sets.about(set, &self.legs);
            for call in about.calls {
                let (talking, quiet) = of_call.entry(call).or_default();
                match talking {
                    _ if !about.talks => quiet.push(set),
                    None => *talking = Some(set),
                    Some(_) => {}
                }
            }
        }
        // A set may be one of several calls, and may have been joined to another one meanwhile.
        for (talking, quiet) in of_call.into_values() {
            let mut all = talking
                .into_iter()
                .chain(quiet)
                .filter_map(|set| sets.members.get(&set)?.first().cloned());
            if let Some(first) = all.next() {
                all.collect::<Vec<_>>().iter().for_each(|leg| sets.join(&first, leg));
            }
        }
    }

    /// Legs that came while nobody listened and talk to nobody belong to others of their hint who talk to nobody either; without anybody
    /// who makes a call among them, to those who talk. Answers which legs that were.
    fn join_by_hint(&self, sets: &mut Sets) -> BTreeSet<Text> {
        let mut hinted = BTreeSet::new();
        let (mut quiet, mut talking): (BTreeMap<Text, usize>, BTreeMap<Text, usize>) = Default::default();
        let mut unknown = Vec::new();
        for set in sets.numbers() {
            let about = sets.about(set, &self.legs);
            let Some(hint) = about.hint.filter(|_| !about.rooms && !about.waits) else {
                continue;
            };
            let of_hint = if about.talks { &mut talking } else { &mut quiet };
            match of_hint.get(&hint) {
                // Who was known before, and who makes the call, is whom others belong to.
                Some(_) if about.calls.is_empty() && !about.caller => {}
                Some(first) if !sets.about(*first, &self.legs).calls.is_empty() => {}
                _ => {
                    of_hint.insert(hint.clone(), set);
                }
            }
            if about.calls.is_empty() && !about.talks {
                unknown.push((set, hint));
            }
        }
        for (set, hint) in unknown {
            let to = quiet.get(&hint).copied().filter(|to| *to != set);
            let has_caller = sets.about(set, &self.legs).caller;
            let to = to.or_else(|| talking.get(&hint).copied().filter(|_| !has_caller));
            let Some(to) = to else { continue };
            hinted.extend(sets.members.get(&set).cloned().unwrap_or_default());
            let left = sets.join_sets(to, set);
            for of_hint in [&mut quiet, &mut talking] {
                let joined = of_hint.values_mut().filter(|known| **known == to || **known == set);
                joined.for_each(|known| *known = left);
            }
        }
        hinted
    }

    /// Gives each set its call: a known one, if no other set has it, else the one that its hint names, else one of its own.
    fn name(&mut self, sets: &Sets, hinted: &BTreeSet<Text>) {
        let is_over = |set: &usize| is_over(sets.legs(*set, &self.legs));
        let over: BTreeSet<usize> = sets.numbers().into_iter().filter(is_over).collect();
        for id in over.iter().filter_map(|set| sets.members.get(set)).flatten() {
            self.legs.part(id);
        }
        let mut used: BTreeSet<CallKey> = BTreeSet::new();
        let mut named: Vec<(usize, CallKey)> = Vec::new();
        let mut about: Vec<(usize, About)> = sets
            .numbers()
            .into_iter()
            .filter(|set| !over.contains(set))
            .map(|set| (set, sets.about(set, &self.legs)))
            .collect();
        // Of several that have one name, it is that of whom the name is.
        about.sort_by_key(|(set, about)| {
            let is_named = |leg: &Leg| {
                about.calls.iter().any(|call| *call.0 == *leg.id)
                    || (about.calls.is_empty() && about.hint.as_ref() == Some(&leg.id))
            };
            let root = sets.legs(*set, &self.legs).any(is_named);
            (about.calls.is_empty(), !root, *set)
        });
        for (set, about) in about {
            let ids = || sets.legs(set, &self.legs).map(|leg| CallKey(leg.id.clone()));
            let parted = || ids().map(|CallKey(id)| CallKey(Text::from(format!("{id}/parted"))));
            let known = about.calls.iter().find(|call| !used.contains(*call)).cloned();
            let mut fresh = about.hint.map(CallKey).into_iter().chain(ids()).chain(parted());
            if let Some(key) = known.or_else(|| fresh.find(|call| !used.contains(call))) {
                used.insert(key.clone());
                named.push((set, key));
            }
        }
        for (set, call) in named {
            for id in sets.members.get(&set).into_iter().flatten() {
                self.belongs(id, &call, hinted.contains(id));
            }
        }
    }

    fn belongs(&mut self, id: &Text, call: &CallKey, hinted: bool) {
        let Some(leg) = self.legs.get_mut(id) else { return };
        leg.hinted = hinted;
        if let Some(before) = leg.call.clone() {
            if before != *call {
                let failed = self.failed.remove(&before).unwrap_or_default();
                self.failed.entry(call.clone()).or_default().extend(failed);
                self.legs.assign(id, call.clone());
            }
            return;
        }
        // What the switch dialled for somebody, and what it rang first because an application makes a call.
        let free = leg.dialled_by.is_none() && !leg.pooled;
        let originated = free && executes(leg, &["AppDial2"]);
        leg.calls = free && !is_dialled(leg) && (leg.id == leg.hint || originated);
        if originated && leg.phase != Phase::Up {
            leg.cause = Cause::MakeCall;
        }
        leg.went = true;
        leg.begins = false;
        self.legs.assign(id, call.clone());
    }
}

/// The bridge in which a leg talks. Rooms join people, not calls, and so do the bridges in which legs only wait. Who consults belongs
/// to whom it holds.
pub(super) fn talks_in(leg: &Leg) -> Option<&Text> {
    if let Some(second) = &leg.second {
        return second.home.as_ref();
    }
    let waits = leg.place.as_ref().is_some_and(|place| place.kind == Kind::Park);
    leg.bridge.as_ref().filter(|_| !waits && !in_room(leg) && !leg.holding)
}

/// Is nobody there any more but the agent of a pool, for whom they asked?
fn is_over<'a>(legs: impl Iterator<Item = &'a Leg>) -> bool {
    let mut parties = legs.filter(|leg| leg.is_party()).peekable();
    parties.peek().is_some() && parties.all(|leg| leg.pooled)
}

/// Is a leg in a room? One of ours is none: who is in it is one call.
pub(super) fn in_room(leg: &Leg) -> bool {
    executes(leg, &["ConfBridge"]) && !matches!(leg.spot(), Spot::Room { .. })
}

/// Does a leg wait in a bridge for nobody in it? It goes on saying so when it was fetched from there.
pub(super) fn waits(leg: &Leg) -> bool {
    executes(leg, &["BridgeWait", "AgentLogin"])
}

/// Was a leg made by the switch to reach somebody for another one?
fn is_dialled(leg: &Leg) -> bool {
    executes(leg, &["AppDial", "AppQueue"])
}

pub(super) fn executes(leg: &Leg, names: &[&str]) -> bool {
    leg.application
        .as_deref()
        .is_some_and(|application| names.iter().any(|name| name.eq_ignore_ascii_case(application)))
}
