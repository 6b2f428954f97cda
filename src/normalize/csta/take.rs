//! Somebody takes what rings elsewhere, or waits in a park slot. Who dials for that has a call of his own first, which becomes part of the one that
//! he takes: switches tell that it ends, and then that he is in the other one.

use super::party::redirected_by;
use super::{Leg, Move, Normalizer};
use crate::model::{
    CallKey, Cause, ConnectionDirection, ConnectionEvent as E, ConnectionKey, Fact, MergeFact, MergeReason, RenameFact,
    Text,
};
use lineside_csta::types::{LocalConnectionState as State, RedirectionDeviceId};
use std::time::Duration;

/// So long after the one call ended the other one is told of at the latest.
const MEANWHILE: Duration = Duration::from_secs(10);

impl Normalizer {
    /// The call that was made for taking another one ends: it is told with what is taken.
    pub(super) fn takes_elsewhere(&mut self, call: &CallKey, name: &ConnectionKey, told: Option<Cause>) -> bool {
        if !matches!(told, Some(Cause::CallPickup | Cause::Park)) {
            return false;
        }
        let Some(known) = self.calls.get(call) else {
            return false;
        };
        let others = known.live().any(|leg| leg.name != *name && leg.state != State::Fail);
        let mine = known
            .leg(name)
            .filter(|leg| leg.is_live() && leg.direction == ConnectionDirection::Outgoing);
        let Some(device) = mine.filter(|_| !others).and_then(|leg| leg.device.clone()) else {
            return false;
        };
        self.taking.insert(device, call.clone());
        self.expected.insert(call.clone(), self.tick + MEANWHILE);
        true
    }

    /// What rings elsewhere, or waits in a slot, comes to `by`. Whether that is told by this.
    pub(super) fn takes(
        &mut self,
        call: &CallKey,
        by: &ConnectionKey,
        from: &RedirectionDeviceId,
        cause: Cause,
    ) -> bool {
        let taker = self.calls.get(call).and_then(|known| known.leg(by));
        let (device, told) = taker.map_or((None, false), |leg| (leg.device.clone(), leg.is_live()));
        if !told {
            self.leaves_for(call, by, from, cause);
        }
        let Some(made) = device.and_then(|device| self.taking.remove(&device)) else {
            return false;
        };
        self.expected.remove(&made);
        let Some(own) = self.calls.remove(&made) else {
            return false;
        };
        let Some(leg) = own.live().next() else { return false };
        let reason = match cause {
            Cause::Park => MergeReason::Retrieve,
            _ => MergeReason::Pickup,
        };
        if told {
            // Another monitor told first that he is there: nobody else is in the call that he made for it.
            self.out.push(Fact::Merge(MergeFact {
                calls: (call.clone(), made.clone()),
                reason,
                leaving: vec![leg.key.clone()],
                by: None,
            }));
            self.is_over(&made, &own);
            return false;
        }
        let Some(taker) = self.calls.get_mut(call).and_then(|known| known.leg_mut(by)) else {
            return false;
        };
        taker.state = State::Connected;
        self.out.push(Fact::Merge(MergeFact {
            calls: (call.clone(), made.clone()),
            reason,
            leaving: Vec::new(),
            by: None,
        }));
        self.out.push(Fact::Renamed(RenameFact {
            call: (made, call.clone()),
            connections: vec![(leg.key.clone(), taker.key.clone())],
        }));
        true
    }

    /// Who rang, or the slot, has it no more.
    fn leaves_for(&mut self, call: &CallKey, by: &ConnectionKey, from: &RedirectionDeviceId, cause: Cause) {
        let Some(known) = self.calls.get(call) else { return };
        let has = |leg: &&Leg| leg.name != *by && matches!(leg.state, State::Alerting) && cause == Cause::CallPickup;
        let from = redirected_by(from);
        let named = from.and_then(|device| known.at(device)).filter(has);
        // Others may ring who are not meant.
        let left = |leg: &Leg| !leg.is_live() && from.is_some_and(|from| leg.is_at(from));
        if named.is_none() && known.legs.iter().any(left) {
            return;
        }
        let Some(rang) = named.or_else(|| known.live().find(has)).map(|leg| leg.name.clone()) else {
            return;
        };
        let to: Option<Text> = known.leg(by).and_then(|leg| leg.device.clone());
        let how = Move {
            to,
            ..Move::of(E::Diverted, Cause::CallPickup)
        };
        self.say(call, &rang, how);
    }
}
