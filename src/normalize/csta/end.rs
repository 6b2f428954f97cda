//! Calls end, fail, or go on elsewhere.

use super::call::Call;
use super::party::{Named, call_key, number};
use super::{Leg, Move, Normalizer, cause};
use crate::model::{CallKey, Cause, ConnectionDirection, ConnectionEvent as E, ConnectionKey, DeviceId, Kind, Text};
use lineside_csta::types::{
    CallClearedEvent, ConnectionClearedEvent, DivertedEvent, ExtendedDeviceId, FailedEvent,
    LocalConnectionState as State,
};
use std::time::Duration;

/// How long a call that was sent on may be out of sight before it counts as over.
const OUT_OF_SIGHT: Duration = Duration::from_secs(10);
/// The same of a call that is parked.
const PARKED: Duration = Duration::from_secs(180);

impl Normalizer {
    pub(super) fn connection_cleared(&mut self, event: &ConnectionClearedEvent) {
        self.past
            .tells(&call_key(&event.dropped_connection), self.monitor.as_ref());
        let (call, name) = self.name(&event.dropped_connection, &event.releasing_device);
        let told = cause::of(event.cause.as_ref());
        let Some(known) = self.calls.get(&call) else { return };
        let Some(name) = Self::dropped(known, &name, &event.releasing_device) else {
            return;
        };
        if self.takes_elsewhere(&call, &name, told) {
            return;
        }
        self.doubts.remove(&call);
        let Some(known) = self.calls.get(&call) else { return };
        let releasing = number(&event.releasing_device);
        // Who hangs up is told before who is left, also where only the other one's monitor tells.
        let first = releasing
            .and_then(|device| known.at(device))
            .map(|leg| leg.name.clone());
        let others = known.live().filter(|leg| leg.name != name).count();
        if let Some(first) = first.filter(|first| *first != name && others == 1) {
            self.clear(&call, &first, None, true);
        }
        let itself = self
            .calls
            .get(&call)
            .and_then(|known| known.leg(&name))
            .is_none_or(|leg| releasing.is_none_or(|number| leg.is_at(number)));
        let rang = self
            .calls
            .get(&call)
            .and_then(|known| known.leg(&name))
            .is_some_and(|leg| leg.state == State::Alerting);
        self.clear(&call, &name, told, itself);
        self.leave_alone(&call);
        if rang && told != Some(Cause::CallCancelled) {
            self.comes_back_to_queue(&call);
        }
        self.end_if_unheard(&call);
    }

    /// The connection that ended. Where it is told by no name that is known it is that of who released it, or the only one that has no name.
    fn dropped(known: &Call, name: &ConnectionKey, releasing: &ExtendedDeviceId) -> Option<ConnectionKey> {
        if known.leg(name).is_some() {
            return Some(name.clone());
        }
        let device = name
            .0
            .split_once('/')
            .map(|(_, device)| device)
            .filter(|device| !device.is_empty());
        let at = |device: &str| known.at(device).map(|leg| leg.name.clone());
        let named = device.and_then(at);
        let released = || number(releasing).and_then(at);
        let mut nameless = known.live().filter(|leg| leg.native.is_none());
        let only = nameless.next().filter(|_| nameless.next().is_none());
        named.or_else(released).or_else(|| only.map(|leg| leg.name.clone()))
    }

    /// A connection is over; `itself`: its own device ended it.
    pub(super) fn clear(&mut self, call: &CallKey, name: &ConnectionKey, said: Option<Cause>, itself: bool) {
        let Some(known) = self.calls.get(call) else { return };
        let Some(leg) = known.leg(name) else { return };
        let answered = known.live().any(|other| {
            other.name != *name && other.direction == ConnectionDirection::Incoming && other.state == State::Connected
        });
        let fails = |other: &Leg| other.state == State::Fail && other.name != *name;
        let unreached = known.live().find(|other| fails(other)).and_then(|other| other.leaves);
        let says = |told: Cause| !matches!(told, Cause::Normal | Cause::NormalClearing | Cause::NewCall);
        let (cause, refused) = match (&leg.state, said.filter(|said| says(*said))) {
            (State::Alerting, Some(Cause::CallNotAnswered)) => (Cause::CallNotAnswered, false),
            (State::Alerting, _) if answered => (Cause::MultipleAlerting, false),
            (State::Alerting, Some(told)) => (told, false),
            (State::Alerting, None) if itself => (Cause::CallNotAnswered, true),
            (State::Alerting, None) => (Cause::CallCancelled, false),
            // Who was rung to make a call did not want it, but where it was asked for that it ends.
            (State::Initiated, told)
                if leg.rung == Some(Cause::MakeCall) && leg.ends.is_none_or(|until| until <= self.tick) =>
            {
                // Nor did who was rung until that was ended.
                let rang_out = leg.leaves == Some(Cause::CallNotAnswered);
                (
                    Cause::CallNotAnswered,
                    itself && !rang_out && told != Some(Cause::CallNotAnswered),
                )
            }
            (State::Queued, told) => (told.unwrap_or(Cause::CallCancelled), false),
            // Who cannot be reached is not there for that reason, whatever is told of his connection.
            (State::Fail, _) if leg.leaves.is_some() => (leg.leaves.unwrap_or(Cause::NormalClearing), false),
            // Who leaves without a word because somebody cannot be reached leaves for that.
            (_, None) if said.is_none() && unreached.is_some() => (unreached.unwrap_or(Cause::NormalClearing), false),
            // That somebody else did not answer is said of him.
            (_, Some(told)) if told != Cause::CallNotAnswered => (told, false),
            (_, _) => (Cause::NormalClearing, false),
        };
        let how = Move {
            refused,
            ..Move::of(E::ConnectionCleared, cause)
        };
        self.say(call, name, how);
    }

    pub(super) fn call_cleared(&mut self, event: &CallClearedEvent) {
        let call = call_key(&event.cleared_call);
        self.past.tells(&call, self.monitor.as_ref());
        // Where it is known by no such name, that of a call that goes on by another one may have ended, and not the call.
        self.clear_all(&call, cause::of(event.cause.as_ref()));
    }

    /// Nobody is in the call any more.
    pub(super) fn clear_all(&mut self, call: &CallKey, told: Option<Cause>) {
        let order = |leg: &Leg| leg.direction == ConnectionDirection::Incoming;
        let mut names: Vec<(bool, ConnectionKey)> = self
            .calls
            .get(call)
            .map(|known| known.live().map(|leg| (order(leg), leg.name.clone())).collect())
            .unwrap_or_default();
        names.sort();
        for (_, name) in names {
            self.clear(call, &name, told, false);
        }
        self.drop_empty(call);
    }

    /// Nobody waits in a queue for whom nobody is there.
    fn leave_alone(&mut self, call: &CallKey) {
        let Some(known) = self.calls.get(call) else { return };
        let somebody = |leg: &Leg| matches!(leg.state, State::Connected | State::Hold | State::Initiated);
        if known.live().any(somebody) {
            return;
        }
        let waits = |leg: &&Leg| leg.state == State::Queued && leg.kind != Kind::Park;
        let queues: Vec<ConnectionKey> = known.live().filter(waits).map(|leg| leg.name.clone()).collect();
        for name in queues {
            self.clear(call, &name, None, false);
        }
    }

    /// Who rang for a queue that told that the call left it did not answer: the queue takes it back, and tells so a moment later.
    fn comes_back_to_queue(&mut self, call: &CallKey) {
        let left = |leg: &Leg| leg.state == State::Queued && leg.leaves.is_some() && self.is_watched(leg);
        if self.calls.get(call).is_some_and(|known| known.live().any(left)) {
            self.expected.entry(call.clone()).or_insert(self.tick + OUT_OF_SIGHT);
        }
    }

    /// Is it heard of who is at this connection how the call goes on? A queue that told that it left for somebody who rings hears no more of it.
    fn tells(&self, leg: &Leg) -> bool {
        let left = leg.state == State::Queued && leg.leaves.is_some();
        self.is_watched(leg) && leg.state != State::Fail && !left
    }

    /// Where nobody who is watched is in a call any more, nobody will tell how it goes on.
    pub(super) fn end_if_unheard(&mut self, call: &CallKey) {
        let Some(known) = self.calls.get(call) else { return };
        let keeps = |leg: &Leg| self.tells(leg);
        let waits = |leg: &Leg| leg.state == State::Queued && self.is_watched(leg);
        let people = known
            .live()
            .filter(|leg| leg.state != State::Queued && leg.state != State::Fail)
            .count();
        let others = people > 1 && self.is_to_be_asked(known);
        let heard = others || known.live().any(keeps) && (people > 0 || !known.live().any(waits));
        if heard || self.expected.contains_key(call) || self.doubts.contains_key(call) {
            return;
        }
        let mut rest: Vec<(bool, ConnectionKey)> = known
            .live()
            .map(|leg| (leg.state == State::Queued || leg.state == State::Fail, leg.name.clone()))
            .collect();
        rest.sort();
        for (_, name) in rest {
            let failed = self
                .calls
                .get(call)
                .and_then(|known| known.leg(&name))
                .filter(|leg| leg.state == State::Fail)
                .and_then(|leg| leg.leaves);
            self.clear(call, &name, failed, false);
        }
        self.drop_empty(call);
    }

    pub(super) fn failed(&mut self, event: &FailedEvent) {
        let named = Named::by(&event.failing_device);
        let known = self.name(&event.failed_connection, &event.failing_device);
        let direction = self
            .calls
            .get(&known.0)
            .and_then(|call| call.leg(&known.1))
            .map_or(ConnectionDirection::Incoming, |leg| leg.direction);
        let (call, name) = self.subject(&event.failed_connection, &named, direction);
        self.comes_back(&call, &name);
        self.know(&call, None, self.called(&event.called_device), None);
        self.assume_caller(&call, &Named::by(&event.calling_device), &name);
        let cause = cause::of(event.cause.as_ref()).unwrap_or(Cause::DestNotObtainable);
        self.say(&call, &name, Move::of(E::Failed, cause));
        // It ends by the same cause.
        if let Some(leg) = self.calls.get_mut(&call).and_then(|known| known.leg_mut(&name)) {
            leg.leaves = Some(cause);
        }
        self.end_if_unheard(&call);
    }

    /// A call left a device, and goes on at another one.
    pub(super) fn diverted(&mut self, event: &DivertedEvent) {
        let named = Named::by(&event.diverting_device);
        let (call, name) = self.subject(&event.connection, &named, ConnectionDirection::Incoming);
        let told = cause::of(event.cause.as_ref());
        let to = number(&event.new_destination).map(Text::from);
        if let (Some(calling), Some(called)) = (&event.calling_device, &event.called_device) {
            let calling = Named::of(
                calling,
                event.network_calling_device.as_ref(),
                event.associated_calling_device.as_ref(),
            );
            self.tell_call(&call, &calling, called, &name);
        }
        let Some(known) = self.calls.get(&call) else { return };
        let Some(leg) = known.leg(&name) else { return };
        let was_there = leg.is_live();
        let kind_there = to.as_deref().map(|to| self.kind(to));
        let answered = known.live().any(|other| {
            other.direction == ConnectionDirection::Incoming
                && other.state == State::Connected
                && other.device == to
                && to.is_some()
        });
        match (leg.state.clone(), told) {
            // It waits on until somebody answers (stories, queue).
            (
                State::Queued,
                None | Some(Cause::Distributed | Cause::Normal | Cause::Redirected | Cause::CallPickup),
            ) if leg.kind != Kind::Park => {
                if let Some(leg) = self.calls.get_mut(&call).and_then(|known| known.leg_mut(&name)) {
                    leg.leaves = Some(Cause::Distributed);
                }
                self.expect(&call, to.as_deref());
                return;
            }
            // The queue takes back what an agent does not answer.
            (State::Alerting, _) if matches!(kind_there, Some(Kind::Queue | Kind::Group)) => {
                self.clear(&call, &name, Some(Cause::CallNotAnswered), false);
            }
            // One of several who ring, and another one answered.
            (State::Alerting, told) if answered && told != Some(Cause::CallPickup) => {
                self.clear(&call, &name, Some(Cause::MultipleAlerting), false);
            }
            (_, told) => {
                let cause = told.filter(|told| *told != Cause::NewCall).unwrap_or(Cause::Redirected);
                let how = Move {
                    to: to.clone(),
                    ..Move::of(E::Diverted, cause)
                };
                self.say(&call, &name, how);
            }
        }
        let slot = self
            .calls
            .get(&call)
            .and_then(|known| known.leg(&name))
            .is_some_and(|leg| leg.kind == Kind::Park);
        if told == Some(Cause::Park) && !slot {
            self.parked(&call, &event.new_destination, was_there);
        }
        self.expect(&call, to.as_deref());
        self.end_if_unheard(&call);
        self.drop_empty(&call);
    }

    /// The call waits in a slot, of which nobody else may tell; `now`: who parked it was in it until now, which counts where it waited there
    /// before.
    fn parked(&mut self, call: &CallKey, slot: &ExtendedDeviceId, now: bool) {
        let Some(number) = number(slot).map(Text::from) else {
            return;
        };
        self.expected.insert(call.clone(), self.tick + PARKED);
        if self.calls.get(call).is_some_and(|known| known.at(&number).is_some()) {
            return;
        }
        let mut who = self.who(&Named::by(slot));
        who.kind = Kind::Park;
        who.party.device = Some(DeviceId::new(&self.switch, &number));
        let name = super::assumed_key(call, Some(&number));
        if self.calls.get(call).is_some_and(|known| known.leg(&name).is_some()) {
            if now {
                self.is_again(call, &name);
            }
        } else {
            self.assume(call, Some(&number), who, ConnectionDirection::Incoming);
        }
        self.say(call, &name, Move::of(E::Queued, Cause::Park));
    }

    /// The call will come to this device, of which is heard: until then nobody may tell of it.
    fn expect(&mut self, call: &CallKey, to: Option<&str>) {
        let Some(known) = self.calls.get(call) else { return };
        let heard = known.live().any(|leg| self.tells(leg));
        if !heard && to.is_some_and(|to| self.watched.contains(to)) {
            self.expected.entry(call.clone()).or_insert(self.tick + OUT_OF_SIGHT);
        }
    }

    /// Calls that did not come to where they were sent.
    pub(super) fn give_up_expected(&mut self) {
        let due = |(call, at): (&CallKey, &lineside_wire::Tick)| (*at <= self.tick).then(|| call.clone());
        let gone: Vec<CallKey> = self.expected.iter().filter_map(due).collect();
        for call in gone {
            self.expected.remove(&call);
            if self.taking.values().any(|taking| *taking == call) {
                self.taking.retain(|_, taking| *taking != call);
                self.clear_all(&call, None);
            }
            self.end_if_unheard(&call);
        }
    }
}
