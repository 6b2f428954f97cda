//! What rings is sent on, or taken by somebody else.
use crate::sim::csta::call::At;
use crate::sim::csta::events::What;
use crate::sim::csta::site::OUTSIDE;
use crate::sim::csta::world::{Fault, World, refuse};
use lineside_csta::types::{EventCause, LocalConnectionState as State, OperationError, StateError};

impl World {
    /// What rings here goes there.
    pub(crate) fn send_on(&mut self, at: &At, number: &str, cause: EventCause) -> Result<(), Fault> {
        self.must_be(at, &[State::Alerting], StateError::InvalidDivertingDeviceState)?;
        if self.sort(number).is_none() && !number.starts_with(OUTSIDE) {
            return Err(refuse(OperationError::InvalidDestination));
        }
        self.set(at, State::Null);
        self.say_diverted(at, number, cause.clone());
        self.redirected(at.call, &at.device);
        self.route(at.call, number, cause);
        Ok(())
    }

    /// Somebody else takes what rings here. Says where it is now.
    pub(crate) fn pick_up(&mut self, at: &At, device: &str) -> Result<At, Fault> {
        self.must_be(at, &[State::Alerting], StateError::InvalidConnectionState)?;
        let own = self.own_call(device, &at.device)?;
        let queue = self.leg(at).and_then(|leg| leg.queue.clone());
        self.set(at, State::Null);
        self.say_diverted(at, device, EventCause::CallPickup);
        if let Some(queue) = queue.filter(|queue| self.is_queued(at.call, queue)) {
            self.leave_queue(at.call, &queue, device, EventCause::CallPickup);
        }
        self.redirected(at.call, &at.device);
        let new = self.join(at.call, device, State::Connected, None);
        if let Some(own) = own {
            self.clear(&own, EventCause::CallPickup);
        }
        self.say(What::Established, &new, EventCause::CallPickup);
        self.rings_for_nobody(&new);
        Ok(new)
    }

    /// Who picks up or takes a parked call dials for it, on switches where that is a call.
    pub(in crate::sim::csta) fn own_call(&mut self, device: &str, number: &str) -> Result<Option<At>, Fault> {
        if !self.quirks.pickup_calls {
            return Ok(None);
        }
        let own = self.lift(device, EventCause::NewCall)?;
        if let Some(call) = self.calls.get_mut(&own.call) {
            call.called = number.to_owned();
        }
        self.set(&own, State::Connected);
        self.say(What::Originated, &own, EventCause::NewCall);
        Ok(Some(own))
    }

    /// Others of a group ring no more.
    fn rings_for_nobody(&mut self, taken: &At) {
        let call = self.calls.get(&taken.call).into_iter();
        let others = call
            .flat_map(|call| call.live())
            .filter(|leg| leg.state == State::Alerting);
        let others: Vec<String> = others.map(|leg| leg.device.clone()).collect();
        for device in others {
            let at = At {
                call: taken.call,
                device,
            };
            self.set(&at, State::Null);
            self.say(What::ConnectionCleared, &at, EventCause::CallPickup);
        }
    }
}
