//! More than two talk.
use crate::sim::csta::call::At;
use crate::sim::csta::world::{Fault, World, refuse};
use lineside_csta::Event;
use lineside_csta::types::{
    ConferencedEvent, ConnectionList, ConnectionListItem, EventCause, LocalConnectionState as State, OperationError,
    StateError,
};

/// How somebody takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Participation {
    /// Is heard by nobody.
    Silent,
    Active,
}

impl World {
    /// The held and the active call become one, with the one who had both.
    pub(crate) fn conference(&mut self, held: &At, active: &At) -> Result<At, Fault> {
        self.two(held, active)?;
        let by = held.device.clone();
        let joined = self.merge(held, active, true);
        let Some(call) = self.calls.get(&joined.call) else {
            return Err(refuse(OperationError::InvalidCallId));
        };
        let added = joined.added.clone().unwrap_or_default();
        let event = Event::Conferenced(Box::new(ConferencedEvent {
            primary_old_call: joined.old.0,
            secondary_old_call: Some(joined.old.1),
            conferencing_device: self.extended(&by),
            added_party: self.who(call, &added),
            conference_connections: joined.connections,
            cause: Some(EventCause::Conference),
            ..ConferencedEvent::default()
        }));
        self.tell(&[joined.call, held.call, active.call], &[], &event);
        self.drop_merged(joined.call, &[held.call, active.call], &by);
        Ok(At {
            call: joined.call,
            device: by,
        })
    }

    /// A device comes to a call in one step, beside `at`.
    pub(crate) fn join_in(&mut self, at: &At, device: &str, how: Participation) -> Result<At, Fault> {
        self.must_be(at, &[State::Connected], StateError::InvalidActiveConnectionState)?;
        if self.sort(device).is_none() {
            return Err(refuse(OperationError::InvalidDestinationDeviceId));
        }
        let Some(call) = self.calls.get(&at.call) else {
            return Err(refuse(OperationError::InvalidCallId));
        };
        let old = self.connection(call, &at.device);
        let mut connections: Vec<ConnectionListItem> = call
            .live()
            .map(|leg| self.item(at.call, leg, Some(self.connection_of(at.call, leg))))
            .collect();
        let joined = self.join(at.call, device, State::Connected, None);
        if let Some(leg) = self.leg_mut(&joined) {
            leg.listens_to = Some(at.device.clone());
        }
        connections.extend(self.leg(&joined).map(|leg| self.item(at.call, leg, None)));
        let event = Event::Conferenced(Box::new(ConferencedEvent {
            primary_old_call: old,
            conferencing_device: self.extended(&at.device),
            added_party: self.extended(device),
            conference_connections: ConnectionList(connections),
            cause: Some(match how {
                Participation::Silent => EventCause::SilentParticipation,
                Participation::Active => EventCause::ActiveParticipation,
            }),
            ..ConferencedEvent::default()
        }));
        self.tell(&[at.call], &[], &event);
        Ok(joined)
    }
}
