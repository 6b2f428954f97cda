//! Telephones are answered, or not.
use crate::sim::csta::call::At;
use crate::sim::csta::events::What;
use crate::sim::csta::quirks::QueueLeaves;
use crate::sim::csta::site::When;
use crate::sim::csta::world::{Fault, World};
use lineside_csta::types::{EventCause, LocalConnectionState as State, StateError};

impl World {
    /// Somebody answers a telephone that rings.
    pub(crate) fn answer(&mut self, at: &At, cause: EventCause) -> Result<(), Fault> {
        self.must_be(at, &[State::Alerting], StateError::NoCallToAnswer)?;
        let elsewhere = self
            .at(&at.device, &[State::Connected])
            .filter(|other| other.call != at.call);
        if let Some(elsewhere) = elsewhere {
            self.hold(&elsewhere, EventCause::Normal)?;
        }
        let queue = self.leg(at).and_then(|leg| leg.queue.clone());
        if let Some(queue) = queue.filter(|_| self.quirks.queue_leaves == QueueLeaves::Answered) {
            self.leave_queue(at.call, &queue, &at.device, EventCause::Distributed);
        }
        self.set(at, State::Connected);
        self.say(What::Established, at, cause);
        self.rings_no_more(at);
        Ok(())
    }

    /// The others who rang for the call do not any more.
    fn rings_no_more(&mut self, answered: &At) {
        let Some(call) = self.calls.get(&answered.call) else {
            return;
        };
        let others = call.live().filter(|leg| leg.state == State::Alerting);
        let others: Vec<String> = others.map(|leg| leg.device.clone()).collect();
        for device in others {
            let at = At {
                call: answered.call,
                device,
            };
            self.set(&at, State::Null);
            self.say(What::ConnectionCleared, &at, EventCause::MultipleAlerting);
        }
    }

    /// Nobody answers: the call goes on to where the telephone says, or back to the queue, or nowhere.
    pub(crate) fn does_not_answer(&mut self, at: &At) -> Result<(), Fault> {
        self.must_be(at, &[State::Alerting], StateError::InvalidConnectionState)?;
        if let Some(queue) = self.leg(at).and_then(|leg| leg.queue.clone()) {
            self.back_to_queue(at, &queue, EventCause::CallNotAnswered);
            return Ok(());
        }
        let device = self.site.devices.get(&at.device);
        let to = device.and_then(|device| device.forwarding.get(&When::NoAnswer).cloned());
        match to {
            Some(to) => self.send_on(at, &to, EventCause::CallForwardNoAnswer),
            None if self.calls.get(&at.call).is_some_and(|call| call.consults.is_some()) => {
                // Who consults hears that, and goes back by himself.
                self.set(at, State::Null);
                self.say(What::ConnectionCleared, at, EventCause::CallNotAnswered);
                Ok(())
            }
            None => {
                self.clear(at, EventCause::CallNotAnswered);
                Ok(())
            }
        }
    }

    /// Somebody declines. Who called hears that it is blocked; what was distributed waits on.
    pub(crate) fn reject(&mut self, at: &At) -> Result<(), Fault> {
        self.must_be(at, &[State::Alerting], StateError::InvalidConnectionState)?;
        if let Some(queue) = self.leg(at).and_then(|leg| leg.queue.clone()) {
            self.refused_by(at, &queue);
            return Ok(());
        }
        self.clear_for(at, EventCause::NormalClearing, EventCause::Blocked);
        Ok(())
    }
}
