//! Legs that another application moves. Nothing tells that it did: two legs that talked to each other leave, and each executes the dialplan
//! by itself (`Redirect` with `ExtraChannel`; 16 and 22), so that one call is two; or legs of two calls leave whom they talked to and come
//! together in a bridge that was empty (`Bridge`; 16 and 22), so that two calls are one. What we asked for ourselves is told by who asked.
//!
//! A leg that talks to nobody is taken out of what it executes by a masquerade, of which 16 and 22 tell nothing: no `Rename`, and the helper
//! (`Surrogate`) is never shown. The leg keeps its `Uniqueid` and comes to the bridge; the application that it was taken from, as a queue, does
//! not say that it left.

use super::Normalizer;
use super::block::text;
use super::gather::executes;
use crate::model::{CallKey, Cause, ConnectionEvent, Fact, Kind, MergeReason, SplitFact, Text};
use crate::normalize::legs::{Leg, Phase, Spot, Told, Whence};
use lineside_ami::Message;
use std::collections::BTreeSet;

impl Normalizer {
    /// A leg comes to a bridge.
    pub(super) fn meets(&mut self, id: &str, fetched: bool, message: &Message) {
        let talks = talks_there(message);
        let Some(leg) = self.legs.get_mut(id) else { return };
        leg.bridged_at = leg.exten.clone();
        leg.alone = false;
        let left = leg.left.take().map(Whence::Bridge);
        let came = left.or(fetched.then_some(Whence::Dialplan));
        let came = came.filter(|_| talks && *leg.spot() == Spot::Nowhere);
        let (Some(came), Some(bridge), Some(one)) = (came, leg.bridge.clone(), leg.call.clone()) else {
            return;
        };
        // Who is there already was put there, too; a transfer moves one into the bridge of the other.
        let id = leg.id.clone();
        let put = |before: &Whence| *before != came || came == Whence::Dialplan;
        let other = self.legs.iter().find(|other| {
            let there = other.bridge.as_ref() == Some(&bridge) && other.id != id && is_told(other);
            there && other.moved_from.as_ref().is_some_and(put) && other.call.as_ref() != Some(&one)
        });
        let met = other.and_then(|other| Some((other.id.clone(), other.call.clone()?)));
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.moved_from = Some(came);
        }
        if let Some((other, two)) =
            met.filter(|(_, two)| self.is_others_doing(&[&one, two]) && self.share_nobody(&one, two))
        {
            for id in [&other, &id] {
                if self.at(id, Kind::Queue) {
                    self.leave(id, ConnectionEvent::Diverted, Cause::Redirected);
                }
            }
            self.merge(two, one, MergeReason::Transfer, Vec::new(), None);
        }
    }

    /// Is a leg that comes to a bridge taken there, or does it execute what takes another one there? It waits in a queue or is spoken to by
    /// a machine, which bridges nobody but whom it has rung.
    pub(super) fn is_fetched(&self, id: &str) -> bool {
        let bridges = |leg: &Leg| executes(leg, &["Bridge"]);
        self.at(id, Kind::Queue) || self.at(id, Kind::VoiceUnit) || self.legs.get(id).is_some_and(bridges)
    }

    /// A leg leaves a bridge; where it goes on by itself it bears another extension than when it came.
    pub(super) fn parts(&mut self, id: &str, message: &Message) {
        let Some(leg) = self.legs.get_mut(id) else { return };
        leg.moved_from = None;
        if !talks_there(message) {
            return;
        }
        leg.left = text(message, "BridgeUniqueid");
        let came_at = leg.bridged_at.take();
        // Of a leg that was there before the link came up it is not known.
        if came_at.is_some() && leg.exten != came_at {
            self.goes_alone(id);
        }
    }

    /// A leg executes the dialplan. Whom it talked to before may do the same: then the call has fallen in two.
    pub(super) fn goes_alone(&mut self, id: &str) {
        let Some(leg) = self
            .legs
            .get_mut(id)
            .filter(|leg| leg.left.is_some() && leg.bridge.is_none() && !leg.alone && goes_on(leg))
        else {
            return;
        };
        leg.alone = true;
        let (Some(call), left) = (leg.call.clone(), leg.left.clone()) else {
            return;
        };
        let other = self
            .legs
            .of(&call)
            .find(|other| *other.id != *id && other.alone && other.left == left && goes_on(other));
        if other.is_some() && self.is_others_doing(&[&call]) {
            self.split(id, &call);
        }
    }

    /// The switch ends a leg: what it executes from now on, it executes on its way out.
    pub(super) fn is_ended(&mut self, id: &str) {
        if let Some(leg) = self.legs.get_mut(id) {
            (leg.left, leg.alone) = (None, false);
        }
    }

    /// The leg, and whom it rings or talks to, are another call than the rest.
    fn split(&mut self, id: &str, call: &CallKey) {
        for leg in self
            .legs
            .iter_mut()
            .filter(|leg| leg.alone && leg.call.as_ref() == Some(call))
        {
            leg.dialled_by = None;
        }
        let of_it = |leg: &&Leg| self.legs.back(&leg.id).iter().any(|behind| *behind.id == *id);
        let half: Vec<Text> = self.legs.of(call).filter(of_it).map(|leg| leg.id.clone()).collect();
        let parted = CallKey(format!("{}/{id}", call.0).into());
        let mut connections = Vec::new();
        for leg in half
            .iter()
            .filter_map(|id| self.legs.get(id))
            .filter(|leg| leg.told == Told::Live)
        {
            connections.push(leg.key());
            connections.extend(leg.place.as_ref().map(|place| place.key.clone()));
        }
        self.out.push(Fact::Split(SplitFact {
            call: call.clone(),
            parted: parted.clone(),
            connections,
        }));
        half.iter().for_each(|id| self.legs.assign(id, parted.clone()));
    }

    /// Did we ask for nothing in these calls?
    fn is_others_doing(&self, calls: &[&CallKey]) -> bool {
        let mut legs = calls.iter().flat_map(|call| self.legs.of(call));
        legs.all(|leg| self.asked_of(&leg.id).is_none())
    }

    /// Is no device in both calls? Who is joins them by a transfer, which is told.
    fn share_nobody(&self, one: &CallKey, two: &CallKey) -> bool {
        let devices = |call| -> BTreeSet<&str> {
            let stations = self.legs.live(call).filter(|leg| self.is_station(leg.endpoint()));
            stations.map(Leg::endpoint).collect()
        };
        devices(one).is_disjoint(&devices(two))
    }
}

/// Of a leg that was sent into the contexts of ours it is known what it does there, whoever sent it.
fn is_told(leg: &Leg) -> bool {
    leg.is_party() && leg.told == Told::Live && *leg.spot() == Spot::Nowhere
}

/// Is the leg there, and not on its way out? The dialplan may hang it up before the switch says so (16 and 22).
fn goes_on(leg: &Leg) -> bool {
    let out = leg.requested.is_some() || leg.exten.as_deref() == Some("h") || executes(leg, &["Hangup"]);
    is_told(leg) && leg.phase == Phase::Up && !out
}

/// Does whoever is in the bridge talk there? In others legs only wait.
fn talks_there(message: &Message) -> bool {
    !message
        .get("BridgeTechnology")
        .is_some_and(|technology| technology.is("holding_bridge"))
}
