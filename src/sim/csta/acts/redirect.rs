//! What rings is sent on, or taken by somebody else.
use crate::sim::csta::call::At;
use crate::sim::csta::events::What;
use crate::sim::csta::site::OUTSIDE;
use crate::sim::csta::world::{Fault, Prompt, World, refuse};
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

    /// Who has a call, and is nobody, gives it to somebody: an announcement that is over.
    pub(crate) fn goes_on(&mut self, at: &At, number: &str) -> Result<(), Fault> {
        self.must_be(at, &[State::Connected], StateError::InvalidDivertingDeviceState)?;
        self.set(at, State::Null);
        self.say_diverted(at, number, EventCause::Redirected);
        self.redirected(at.call, &at.device);
        self.route(at.call, number, EventCause::NewCall);
        Ok(())
    }

    /// Somebody else takes what rings here. Says where it is now.
    pub(crate) fn pick_up(&mut self, at: &At, device: &str) -> Result<At, Fault> {
        self.must_be(at, &[State::Alerting], StateError::InvalidConnectionState)?;
        let own = self.own_call(device, &at.device)?;
        self.take(at, device, own)
    }

    /// The same where an application asks for it: the telephone that is to take it rings for that, on switches where it makes a call for it.
    /// Says where it is now.
    pub(crate) fn prompt_to_pick_up(&mut self, at: &At, device: &str) -> Result<At, Fault> {
        self.must_be(at, &[State::Alerting], StateError::InvalidConnectionState)?;
        if !self.quirks.pickup_calls {
            return self.take(at, device, None);
        }
        let own = self.lift(device, EventCause::MakeCall)?;
        self.prompt(&own, Prompt::PickUp(at.clone()));
        Ok(own)
    }

    /// A telephone that rang for it is lifted, and takes what rings there.
    pub(in crate::sim::csta) fn take_prompted(&mut self, at: &At, own: &At) -> Result<At, Fault> {
        self.must_be(at, &[State::Alerting], StateError::InvalidConnectionState)?;
        self.dials_for(own, &at.device);
        self.take(at, &own.device, Some(own.clone()))
    }

    fn take(&mut self, at: &At, device: &str, own: Option<At>) -> Result<At, Fault> {
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
        self.dials_for(&own, number);
        Ok(Some(own))
    }

    fn dials_for(&mut self, own: &At, number: &str) {
        if let Some(call) = self.calls.get_mut(&own.call) {
            call.called = number.to_owned();
        }
        self.set(own, State::Connected);
        self.say(What::Originated, own, EventCause::NewCall);
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
