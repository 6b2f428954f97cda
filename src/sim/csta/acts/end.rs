//! Connections and calls end.
use crate::sim::csta::call::{At, Call, Leg};
use crate::sim::csta::events::What;
use crate::sim::csta::world::{Fault, World};
use lineside_csta::types::{EventCause, LocalConnectionState as State, StateError};

impl World {
    /// Somebody hangs up.
    pub(crate) fn hang_up(&mut self, at: &At) -> Result<(), Fault> {
        let live = [
            State::Initiated,
            State::Connected,
            State::Hold,
            State::Alerting,
            State::Fail,
            State::Queued,
        ];
        self.must_be(at, &live, StateError::NoConnectionToClear)?;
        self.clear(at, EventCause::NormalClearing);
        Ok(())
    }

    /// All of a call ends.
    pub(crate) fn clear_call(&mut self, call: u32, cause: EventCause) {
        let first = self
            .calls
            .get(&call)
            .and_then(|call| call.live().next().map(|leg| leg.device.clone()));
        if let Some(device) = first {
            let at = At { call, device };
            self.set(&at, State::Null);
            self.ends(&at, cause);
        }
    }

    /// The switch ends a call that somebody in it cannot be reached for.
    pub(crate) fn give_up(&mut self, call: u32) {
        let legs = self.calls.get(&call).into_iter().flat_map(Call::live);
        let why = legs.filter_map(|leg| leg.failed.clone()).next();
        self.clear_call(call, why.unwrap_or(EventCause::NormalClearing));
    }

    /// A device leaves all its calls at once: that is told of each, and then what comes of them.
    pub(crate) fn leave_all(&mut self, device: &str) {
        let all = self.connections(device).into_iter().rev().map(|(at, _)| at);
        let all: Vec<At> = all.collect();
        for at in &all {
            self.set(at, State::Null);
            self.say_cleared(at, false, EventCause::NormalClearing);
        }
        for at in &all {
            if self.calls.get(&at.call).is_some_and(|call| is_over(call, &at.device)) {
                self.rest_ends(at, EventCause::NormalClearing);
            }
        }
    }

    /// A connection ends, and the call with it if nobody is left to talk to.
    pub(in crate::sim::csta) fn clear(&mut self, at: &At, cause: EventCause) {
        self.clear_for(at, cause.clone(), cause);
    }

    /// The same where the others are told something else.
    pub(in crate::sim::csta) fn clear_for(&mut self, at: &At, cause: EventCause, others: EventCause) {
        self.set(at, State::Null);
        let ends = self.calls.get(&at.call).is_some_and(|call| is_over(call, &at.device));
        self.say_cleared(at, ends, cause);
        if ends {
            self.rest_ends(at, others);
        }
    }

    fn ends(&mut self, at: &At, cause: EventCause) {
        self.say_cleared(at, true, cause.clone());
        self.rest_ends(at, cause);
    }

    fn say_cleared(&mut self, at: &At, call_too: bool, cause: EventCause) {
        // Each side hears of the own end only.
        let quiet = call_too && !self.quirks.others_clearing;
        if let Some(event) = self.event(What::ConnectionCleared, at, cause) {
            self.tell_unless(&[at.call], &[&at.device], &event, |monitored| {
                quiet && monitored != at.device
            });
        }
    }

    /// All others who are in the call of `at` leave it, too.
    fn rest_ends(&mut self, at: &At, cause: EventCause) {
        let failed = self
            .calls
            .get(&at.call)
            .is_some_and(|call| call.live().any(|leg| leg.state == State::Fail));
        let rest = self.calls.get(&at.call).into_iter().flat_map(Call::live);
        let rest: Vec<(String, State)> = rest.map(|leg| (leg.device.clone(), leg.state.clone())).collect();
        for (device, state) in rest {
            let rest = At { call: at.call, device };
            self.set(&rest, State::Null);
            let cause = match state {
                State::Alerting | State::Queued => EventCause::CallCancelled,
                _ if matches!(cause, EventCause::CallNotAnswered | EventCause::Blocked) || failed => cause.clone(),
                _ => EventCause::NormalClearing,
            };
            if state != State::Fail || self.quirks.failed_at_busy {
                self.say(What::ConnectionCleared, &rest, cause);
            }
        }
        // Devices have heard of it by their own connections.
        if let Some(event) = self.event(What::CallCleared, at, cause) {
            self.tell_unless(&[at.call], &[], &event, |_| true);
        }
        self.calls.remove(&at.call);
        self.monitors
            .retain(|monitor| monitor.object != crate::sim::csta::monitors::Object::Call(at.call));
    }
}

/// Is nobody left to talk to, once `leaves` is gone?
fn is_over(call: &Call, leaves: &str) -> bool {
    let listens = call.live().any(|leg| leg.listens_to.as_deref() == Some(leaves));
    let people = || {
        call.live()
            .filter(|leg| leg.state != State::Fail && leg.listens_to.is_none())
    };
    listens || people().count() < 2 || !people().any(Leg::talks)
}
