//! The events as this switch fills them.
use super::call::{At, Call};
use super::names::CallerNames;
use super::world::World;
use lineside_csta::Event;
use lineside_csta::types::*;

/// Fills what the events have in common that tell where a call is: who calls, who was called, who sent it on.
macro_rules! at {
    ($self:ident, $call:ident, $at:ident, $cause:ident, $variant:ident($type:ident) { $connection:ident, $device:ident }) => {{
        let CallerNames {
            calling,
            network,
            associated,
        } = $self.caller($call);
        Event::$variant(Box::new($type {
            $connection: $self.connection($call, &$at.device),
            $device: $self.who($call, &$at.device),
            calling_device: calling.into(),
            called_device: $self.called($call).into(),
            last_redirection_device: $self.redirected_by($call),
            network_calling_device: network,
            associated_calling_device: associated,
            cause: Some($cause),
            ..$type::default()
        }))
    }};
}

/// Fills the events of one device in a call.
macro_rules! of {
    ($self:ident, $call:ident, $at:ident, $cause:ident, $variant:ident($type:ident) { $connection:ident, $device:ident }) => {
        Event::$variant(Box::new($type {
            $connection: $self.connection($call, &$at.device),
            $device: $self.who($call, &$at.device),
            cause: Some($cause),
            ..$type::default()
        }))
    };
}

impl World {
    pub(super) fn called(&self, call: &Call) -> ExtendedDeviceId {
        self.extended(&call.called)
    }

    /// The event of this name, of the connection `at`.
    pub(super) fn event(&self, what: What, at: &At, cause: EventCause) -> Option<Event> {
        let call = self.calls.get(&at.call)?;
        Some(match what {
            What::Delivered => at!(self, call, at, cause, Delivered(DeliveredEvent) { connection, alerting_device }),
            What::Offered => {
                at!(self, call, at, cause, Offered(OfferedEvent) { offered_connection, offered_device })
            }
            What::Established => {
                at!(self, call, at, cause, Established(EstablishedEvent) { established_connection, answering_device })
            }
            What::Failed => at!(self, call, at, cause, Failed(FailedEvent) { failed_connection, failing_device }),
            What::NetworkReached => {
                let trunk = self.extended(&at.device);
                let CallerNames { calling, .. } = self.caller(call);
                Event::NetworkReached(Box::new(NetworkReachedEvent {
                    outbound_connection: self.connection(call, &at.device),
                    network_interface_used: trunk,
                    calling_device: calling,
                    called_device: self.called(call),
                    last_redirection_device: self.redirected_by(call),
                    cause: Some(cause),
                    ..NetworkReachedEvent::default()
                }))
            }
            What::Originated => {
                let CallerNames { calling, .. } = self.caller(call);
                Event::Originated(Box::new(OriginatedEvent {
                    originated_connection: self.connection(call, &at.device),
                    calling_device: calling,
                    called_device: self.called(call),
                    cause: Some(cause),
                    ..OriginatedEvent::default()
                }))
            }
            What::Held => of!(self, call, at, cause, Held(HeldEvent) { held_connection, holding_device }),
            What::Retrieved => {
                of!(self, call, at, cause, Retrieved(RetrievedEvent) { retrieved_connection, retrieving_device })
            }
            What::ServiceInitiated => {
                of!(self, call, at, cause, ServiceInitiated(ServiceInitiatedEvent) { initiated_connection, initiating_device })
            }
            What::ConnectionCleared => {
                of!(self, call, at, cause, ConnectionCleared(ConnectionClearedEvent) { dropped_connection, releasing_device })
            }
            What::CallCleared => Event::CallCleared(Box::new(CallClearedEvent {
                cleared_call: ConnectionId {
                    call_id: Some(self.call_id(call.id)),
                    device_id: None,
                },
                cause: Some(cause),
                ..CallClearedEvent::default()
            })),
        })
    }

    pub(super) fn diverted(&self, at: &At, to: &str, cause: EventCause) -> Option<Event> {
        let call = self.calls.get(&at.call)?;
        let CallerNames {
            calling,
            network,
            associated,
        } = self.caller(call);
        Some(Event::Diverted(Box::new(DivertedEvent {
            connection: self.connection(call, &at.device),
            diverting_device: self.who(call, &at.device),
            new_destination: self.extended(to),
            calling_device: Some(calling),
            called_device: Some(self.called(call)),
            last_redirection_device: self.redirected_by(call),
            network_calling_device: network,
            associated_calling_device: associated,
            cause: Some(cause),
            ..DivertedEvent::default()
        })))
    }

    pub(super) fn queued(&self, at: &At, cause: EventCause) -> Option<Event> {
        let call = self.calls.get(&at.call)?;
        let waiting = self.connections(&at.device);
        let queued = waiting
            .iter()
            .filter(|(_, state)| *state == LocalConnectionState::Queued);
        let number = i64::try_from(queued.count()).unwrap_or(i64::MAX);
        let event = at!(self, call, at, cause, Queued(QueuedEvent) { queued_connection, queue });
        Some(match event {
            Event::Queued(mut event) => {
                event.number_queued = Some(number);
                event.calls_in_front = Some((number - 1).max(0));
                Event::Queued(event)
            }
            other => other,
        })
    }

    /// Tells it to all who are in the call.
    pub(super) fn say(&mut self, what: What, at: &At, cause: EventCause) {
        if let Some(event) = self.event(what, at, cause) {
            let leaving: &[&str] = if what == What::Failed { &[] } else { &[&at.device] };
            self.tell(&[at.call], leaving, &event);
        }
    }

    pub(super) fn say_diverted(&mut self, at: &At, to: &str, cause: EventCause) {
        if let Some(event) = self.diverted(at, to, cause) {
            self.tell(&[at.call], &[&at.device], &event);
        }
    }

    pub(super) fn say_queued(&mut self, at: &At, cause: EventCause) {
        if let Some(event) = self.queued(at, cause) {
            self.tell(&[at.call], &[&at.device], &event);
        }
    }
}

/// The events that say all by their name, a connection and a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Offered,
    Delivered,
    Established,
    Failed,
    NetworkReached,
    Originated,
    Held,
    Retrieved,
    ServiceInitiated,
    ConnectionCleared,
    CallCleared,
}
