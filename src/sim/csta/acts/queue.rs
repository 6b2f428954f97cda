//! Calls wait for somebody of a group.
use crate::sim::csta::call::At;
use crate::sim::csta::events::What;
use crate::sim::csta::quirks::{QueueLeaves, QueueTold};
use crate::sim::csta::world::{Fault, World};
use lineside_csta::types::{EventCause, LocalConnectionState as State, StateError};

impl World {
    /// A call comes to a queue.
    pub(in crate::sim::csta) fn enter_queue(&mut self, call: u32, queue: &str, cause: EventCause) {
        let cause = match cause {
            EventCause::NewCall => EventCause::EnteringDistribution,
            other => other,
        };
        match self.quirks.queue {
            QueueTold::Queued => {
                let at = self.join(call, queue, State::Queued, None);
                self.say_queued(&at, cause);
            }
            QueueTold::Delivered => {
                let at = self.join(call, queue, State::Alerting, None);
                self.say(What::Delivered, &at, EventCause::EnteringDistribution);
                self.set(&at, State::Queued);
            }
        }
    }

    pub(in crate::sim::csta) fn is_queued(&self, call: u32, queue: &str) -> bool {
        let at = At {
            call,
            device: queue.to_owned(),
        };
        self.state(&at) == State::Queued
    }

    /// The call that has waited longest.
    pub(crate) fn first_in(&self, queue: &str) -> Option<At> {
        let waiting = self.connections(queue).into_iter();
        let mut waiting = waiting.filter(|(_, state)| *state == State::Queued).map(|(at, _)| at);
        waiting.find(|at| self.rung_for(at).is_none())
    }

    /// Who is rung for a call in a queue.
    fn rung_for(&self, queued: &At) -> Option<String> {
        let rung = |leg: &&crate::sim::csta::call::Leg| leg.queue.as_deref() == Some(&*queued.device) && leg.is_live();
        let call = self.calls.get(&queued.call)?;
        call.legs.iter().find(rung).map(|leg| leg.device.clone())
    }

    /// The call that waits is given to an agent, whose telephone rings.
    pub(crate) fn distribute(&mut self, queued: &At, agent: &str) -> Result<At, Fault> {
        self.must_be(queued, &[State::Queued], StateError::InvalidConnectionState)?;
        if self.quirks.queue_leaves == QueueLeaves::Offered {
            self.leave_queue(queued.call, &queued.device, agent, EventCause::Distributed);
        }
        let at = self.join(queued.call, agent, State::Alerting, None);
        if let Some(leg) = self.leg_mut(&at) {
            leg.queue = Some(queued.device.clone());
        }
        self.offer(&at, EventCause::Distributed);
        self.say(What::Delivered, &at, EventCause::Distributed);
        Ok(at)
    }

    /// A call leaves a queue, to `to`.
    pub(in crate::sim::csta) fn leave_queue(&mut self, call: u32, queue: &str, to: &str, cause: EventCause) {
        let at = At {
            call,
            device: queue.to_owned(),
        };
        if self.state(&at) == State::Queued {
            self.set(&at, State::Null);
            self.say_diverted(&at, to, cause);
        }
    }

    /// The agent does not take it: it waits on.
    pub(in crate::sim::csta) fn back_to_queue(&mut self, at: &At, queue: &str, cause: EventCause) {
        self.set(at, State::Null);
        match self.is_queued(at.call, queue) {
            true => self.say(What::ConnectionCleared, at, cause),
            false => {
                self.say_diverted(at, queue, cause);
                let back = self.join(at.call, queue, State::Queued, None);
                self.say_queued(&back, EventCause::RemainsInQueue);
            }
        }
    }

    /// The agent declines, which ends the connection there: the call waits on.
    pub(in crate::sim::csta) fn refused_by(&mut self, at: &At, queue: &str) {
        self.set(at, State::Null);
        self.say(What::ConnectionCleared, at, EventCause::NormalClearing);
        if !self.is_queued(at.call, queue) {
            let back = self.join(at.call, queue, State::Queued, None);
            self.say_queued(&back, EventCause::RemainsInQueue);
        }
    }

    /// The call does not wait any more, and goes on to `to`: who is rung for it rings no more.
    pub(crate) fn overflow(&mut self, queue: &str, to: &str, cause: EventCause) -> Result<(), Fault> {
        let rung = self.calls.values().find_map(|call| {
            let leg = call
                .live()
                .find(|leg| leg.queue.as_deref() == Some(queue) && leg.state == State::Alerting);
            leg.map(|leg| At {
                call: call.id,
                device: leg.device.clone(),
            })
        });
        let waiting = self.connections(queue).into_iter().map(|(at, _)| at.call).next();
        let Some(call) = rung.as_ref().map(|rung| rung.call).or(waiting) else {
            return Err(crate::sim::csta::world::wrong_state(StateError::NoActiveCall));
        };
        if let Some(rung) = rung {
            self.back_to_queue(&rung, queue, EventCause::CallNotAnswered);
        }
        self.leave_queue(call, queue, to, cause);
        self.redirected(call, queue);
        // Why it left the queue was said of that: where it comes to it is a new one.
        self.route(call, to, EventCause::NewCall);
        Ok(())
    }
}
