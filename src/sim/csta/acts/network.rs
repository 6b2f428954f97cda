//! People outside.
use crate::sim::csta::call::{At, Caller};
use crate::sim::csta::events::What;
use crate::sim::csta::site::{OUTSIDE, Outside, Shown};
use crate::sim::csta::world::{Fault, World, wrong_state};
use lineside_csta::types::{
    EventCause, LocalConnectionState as State, StateError, SystemResourceError, UniversalFailure,
};

impl World {
    /// Somebody outside calls a number here.
    pub(crate) fn comes_in(&mut self, who: Outside, called: &str) -> Result<At, Fault> {
        let trunk = self.free_trunk();
        let trunk = trunk.ok_or(UniversalFailure::SystemResource(SystemResourceError::NetworkBusy))?;
        let caller = Caller::Outside {
            trunk: trunk.clone(),
            who: who.clone(),
        };
        let call = self.new_call(caller, called);
        let at = self.join(call, &trunk, State::Connected, Some(who));
        self.route(call, called, EventCause::NewCall);
        Ok(at)
    }

    /// A call leaves the switch. What is behind `OUTSIDE` is dialled there.
    pub(in crate::sim::csta) fn leave(&mut self, call: u32, number: &str, cause: EventCause) {
        let Some(trunk) = self.free_trunk() else {
            return self.fails(call, number, EventCause::TrunksBusy);
        };
        let outside = Outside {
            number: number.strip_prefix(OUTSIDE).unwrap_or(number).to_owned(),
            shown: Shown::Known,
        };
        let at = self.join(call, &trunk, State::Connected, Some(outside));
        self.say(What::NetworkReached, &at, cause);
        // It is about to ring there.
        self.moved.push((at, State::Alerting));
    }

    /// The network says that it rings there.
    pub(crate) fn rings_outside(&mut self, at: &At) -> Result<(), Fault> {
        self.must_be(at, &[State::Connected], StateError::InvalidConnectionState)?;
        self.set(at, State::Alerting);
        self.say(What::Delivered, at, EventCause::NetworkSignal);
        Ok(())
    }

    /// Somebody outside answers.
    pub(crate) fn answers_outside(&mut self, at: &At) -> Result<(), Fault> {
        self.must_be(at, &[State::Connected, State::Alerting], StateError::NoCallToAnswer)?;
        self.set(at, State::Connected);
        self.say(What::Established, at, EventCause::NetworkSignal);
        Ok(())
    }

    /// The network says that nobody is reached.
    pub(crate) fn fails_outside(&mut self, at: &At, cause: EventCause) -> Result<(), Fault> {
        if self.leg(at).is_none() {
            return Err(wrong_state(StateError::NoActiveCall));
        }
        self.set(at, State::Fail);
        self.is_why(at, &cause);
        self.say(What::Failed, at, cause);
        Ok(())
    }
}
