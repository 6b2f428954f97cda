//! A call is left somewhere for anybody to take.
use crate::sim::csta::call::At;
use crate::sim::csta::events::What;
use crate::sim::csta::site::Sort;
use crate::sim::csta::world::{Fault, World, refuse, wrong_state};
use lineside_csta::types::{EventCause, LocalConnectionState as State, OperationError, StateError};

impl World {
    /// Who talks to the other one leaves that in a slot.
    pub(crate) fn park(&mut self, at: &At, slot: &str) -> Result<At, Fault> {
        self.must_be(
            at,
            &[State::Connected, State::Hold],
            StateError::InvalidCallToParkDeviceState,
        )?;
        if self.sort(slot) != Some(Sort::Slot) {
            return Err(refuse(OperationError::InvalidParkToDeviceId));
        }
        if !self.connections(slot).is_empty() {
            return Err(wrong_state(StateError::InvalidParkToDeviceState));
        }
        self.set(at, State::Null);
        self.say_diverted(at, slot, EventCause::Park);
        self.redirected(at.call, &at.device);
        let parked = self.join(at.call, slot, State::Queued, None);
        self.say_queued(&parked, EventCause::Park);
        Ok(parked)
    }

    /// Somebody takes what is parked.
    pub(crate) fn take_parked(&mut self, slot: &str, device: &str) -> Result<At, Fault> {
        let parked = self.at(slot, &[State::Queued]);
        let parked = parked.ok_or_else(|| wrong_state(StateError::NoActiveCall))?;
        let own = self.own_call(device, slot)?;
        self.set(&parked, State::Null);
        self.say_diverted(&parked, device, EventCause::Park);
        let new = self.join(parked.call, device, State::Connected, None);
        if let Some(own) = own {
            self.clear(&own, EventCause::Park);
        }
        self.say(What::Established, &new, EventCause::Park);
        Ok(new)
    }

    /// Nobody took it: who parked it is rung.
    pub(crate) fn recall(&mut self, slot: &str) -> Result<(), Fault> {
        let parked = self.at(slot, &[State::Queued]);
        let parked = parked.ok_or_else(|| wrong_state(StateError::NoActiveCall))?;
        let by = self.calls.get(&parked.call).and_then(|call| call.redirected_by.clone());
        let by = by.ok_or_else(|| refuse(OperationError::InvalidDestination))?;
        self.set(&parked, State::Null);
        self.say_diverted(&parked, &by, EventCause::Recall);
        self.redirected(parked.call, slot);
        match self.can_ring(&by) {
            true => {
                self.ring(parked.call, &by, EventCause::Recall);
            }
            false => self.reach(parked.call, &by, EventCause::Recall),
        }
        Ok(())
    }
}
