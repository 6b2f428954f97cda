//! Somebody lifts and dials.
use crate::sim::csta::call::{At, Caller};
use crate::sim::csta::events::What;
use crate::sim::csta::site::Sort;
use crate::sim::csta::world::{Fault, Prompt, World, refuse, wrong_state};
use lineside_csta::types::{
    EventCause, LocalConnectionState as State, OperationError, StateError, SystemResourceError, UniversalFailure,
};

impl World {
    /// A telephone goes off-hook, or is prompted to: the start of a call.
    pub(crate) fn lift(&mut self, device: &str, cause: EventCause) -> Result<At, Fault> {
        match self.site.devices.get(device) {
            None => return Err(refuse(OperationError::InvalidCallingDeviceId)),
            Some(found) if found.sort != Sort::Station => {
                return Err(refuse(OperationError::RequestIncompatibleWithCallingDevice));
            }
            Some(found) if !found.in_service => {
                return Err(UniversalFailure::SystemResource(
                    SystemResourceError::CallingDeviceOutOfService,
                ));
            }
            Some(found) if found.engaged => return Err(wrong_state(StateError::InvalidCallingDeviceState)),
            Some(_) => {}
        }
        let busy = [State::Initiated, State::Connected, State::Fail];
        if self.at(device, &busy).is_some() {
            return Err(wrong_state(StateError::ConnectedCallExists));
        }
        let call = self.new_call(Caller::Device(device.to_owned()), "");
        let at = self.join(call, device, State::Initiated, None);
        if self.quirks.service_initiated || cause == EventCause::MakeCall {
            self.say(What::ServiceInitiated, &at, cause);
        }
        Ok(at)
    }

    /// A number is dialled.
    pub(crate) fn dial(&mut self, at: &At, number: &str, cause: EventCause) -> Result<(), Fault> {
        self.must_be(at, &[State::Initiated], StateError::InvalidConnectionState)?;
        if let Some(call) = self.calls.get_mut(&at.call) {
            call.called = number.to_owned();
        }
        self.set(at, State::Connected);
        self.say(What::Originated, at, cause.clone());
        self.route(at.call, number, EventCause::NewCall);
        Ok(())
    }

    /// Somebody calls somebody.
    pub(crate) fn calls(&mut self, device: &str, number: &str) -> Result<At, Fault> {
        let at = self.lift(device, EventCause::NewCall)?;
        self.dial(&at, number, EventCause::NewCall)?;
        Ok(at)
    }

    /// A telephone rings for its own user, who is to call a number.
    pub(crate) fn prompt_to_call(&mut self, device: &str, number: &str) -> Result<At, Fault> {
        let at = self.lift(device, EventCause::MakeCall)?;
        self.prompt(&at, Prompt::Dial(number.to_owned()));
        Ok(at)
    }

    /// What a telephone is to do when it is lifted.
    pub(in crate::sim::csta) fn prompt(&mut self, at: &At, to: Prompt) {
        let calls = &self.calls;
        self.prompts.retain(|call, _| calls.contains_key(call));
        self.prompts.insert(at.call, to);
    }

    /// A telephone that rings for its own user is lifted.
    pub(crate) fn lifts(&mut self, at: &At) -> Result<(), Fault> {
        match self.prompts.remove(&at.call) {
            Some(Prompt::Dial(number)) => self.dial(at, &number, EventCause::NewCall),
            Some(Prompt::PickUp(rings)) => self.take_prompted(&rings, at).map(|_| ()),
            None => Err(wrong_state(StateError::NoActiveCall)),
        }
    }
}
