//! Calls wait for the one who has them, who talks to somebody else meanwhile.
use crate::sim::csta::call::At;
use crate::sim::csta::events::What;
use crate::sim::csta::world::{Fault, World, wrong_state};
use lineside_csta::types::{EventCause, LocalConnectionState as State, StateError};

impl World {
    pub(crate) fn hold(&mut self, at: &At, cause: EventCause) -> Result<(), Fault> {
        self.must_be(at, &[State::Connected], StateError::InvalidConnectionState)?;
        self.set(at, State::Hold);
        self.say(What::Held, at, cause);
        Ok(())
    }

    pub(crate) fn retrieve(&mut self, at: &At, cause: EventCause) -> Result<(), Fault> {
        self.must_be(at, &[State::Hold], StateError::NoHeldCall)?;
        if self.at(&at.device, &[State::Connected, State::Initiated]).is_some() {
            return Err(wrong_state(StateError::ConnectedCallExists));
        }
        self.set(at, State::Connected);
        self.say(What::Retrieved, at, cause);
        Ok(())
    }

    /// The active call is held, and the held one retrieved.
    pub(crate) fn alternate(&mut self, held: &At, active: &At) -> Result<(), Fault> {
        self.two(held, active)?;
        self.hold(active, EventCause::Alternate)?;
        self.retrieve(held, EventCause::Alternate)
    }

    /// The active call ends, and the held one is retrieved.
    pub(crate) fn reconnect(&mut self, held: &At, active: &At) -> Result<(), Fault> {
        self.must_be(held, &[State::Hold], StateError::NoHeldCall)?;
        self.clear(active, EventCause::NormalClearing);
        self.retrieve(held, EventCause::Normal)
    }

    /// The call is held, and another one is made beside it.
    pub(crate) fn consult(&mut self, at: &At, number: &str) -> Result<At, Fault> {
        self.must_be(at, &[State::Connected], StateError::InvalidConnectionState)?;
        self.hold(at, EventCause::Consultation)?;
        let new = self.lift(&at.device, EventCause::Consultation)?;
        if let Some(call) = self.calls.get_mut(&new.call) {
            call.consults = Some(at.call);
        }
        self.dial(&new, number, EventCause::Consultation)?;
        Ok(new)
    }

    /// Holds where a device has a held call and an active one.
    pub(in crate::sim::csta) fn two(&self, held: &At, active: &At) -> Result<(), Fault> {
        self.must_be(held, &[State::Hold], StateError::InvalidHeldConnectionState)?;
        self.must_be(active, &[State::Connected], StateError::InvalidActiveConnectionState)?;
        match held.device == active.device && held.call != active.call {
            true => Ok(()),
            false => Err(wrong_state(StateError::InvalidObjectState)),
        }
    }
}
