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
            self.ends(&at, true, cause);
        }
    }

    /// A connection ends, and the call with it if nobody is left to talk to.
    pub(in crate::sim::csta) fn clear(&mut self, at: &At, cause: EventCause) {
        self.set(at, State::Null);
        let ends = self.calls.get(&at.call).is_some_and(|call| is_over(call, &at.device));
        self.ends(at, ends, cause);
    }

    fn ends(&mut self, at: &At, call_too: bool, cause: EventCause) {
        let failed = self
            .calls
            .get(&at.call)
            .is_some_and(|call| call.live().any(|leg| leg.state == State::Fail));
        // Each side hears of the own end only.
        let quiet = call_too && !self.quirks.others_clearing;
        if let Some(event) = self.event(What::ConnectionCleared, at, cause.clone()) {
            self.tell_unless(&[at.call], &[&at.device], &event, |monitored| {
                quiet && monitored != at.device
            });
        }
        if !call_too {
            return;
        }
        let rest = self.calls.get(&at.call).into_iter().flat_map(Call::live);
        let rest: Vec<(String, State)> = rest.map(|leg| (leg.device.clone(), leg.state.clone())).collect();
        for (device, state) in rest {
            let rest = At { call: at.call, device };
            self.set(&rest, State::Null);
            let cause = match state {
                State::Alerting | State::Queued => EventCause::CallCancelled,
                _ if cause == EventCause::CallNotAnswered || failed => cause.clone(),
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
