//! Which event moves a connection from which state to which (ECMA-269, connection state diagram). What is not in the table
//! was heard before or comes too late, and changes nothing.

use crate::model::{ConnectionEvent as E, ConnectionState as S, EventType};

/// The state after `event`, or `None` where the event changes nothing.
pub(super) const fn transition(from: S, event: E) -> Option<S> {
    match (event, from) {
        (E::ServiceInitiated | E::NetworkReached, S::Null) => Some(S::Initiated),
        (E::Originated, S::Null | S::Initiated) => Some(S::Connected),
        (E::Delivered, S::Null | S::Initiated) => Some(S::Alerting),
        (E::Queued, S::Null) => Some(S::Queued),
        (E::Established, S::Null | S::Initiated | S::Alerting | S::Queued) => Some(S::Connected),
        (E::Failed, S::Null | S::Initiated | S::Alerting) => Some(S::Fail),
        (E::Held | E::HeldBySwitch, S::Connected) => Some(S::Hold),
        (E::Retrieved, S::Hold) => Some(S::Connected),
        // A connection that was never told may still be what the call was diverted from.
        (E::Diverted, _) => Some(S::Null),
        (E::ConnectionCleared, S::Initiated | S::Alerting | S::Connected | S::Hold | S::Queued | S::Fail) => {
            Some(S::Null)
        }
        _ => None,
    }
}

/// The type of the event that tells it.
pub(super) const fn event_type(event: E) -> EventType {
    match event {
        E::ServiceInitiated => EventType::ServiceInitiated,
        E::Originated => EventType::Originated,
        E::NetworkReached => EventType::NetworkReached,
        E::Delivered => EventType::Delivered,
        E::Queued => EventType::Queued,
        E::Established => EventType::Established,
        E::Failed => EventType::Failed,
        E::Held | E::HeldBySwitch => EventType::Held,
        E::Retrieved => EventType::Retrieved,
        E::Diverted => EventType::Diverted,
        E::ConnectionCleared => EventType::ConnectionCleared,
    }
}

/// The event that corrects a connection which is held to be in `from` and was found in `to`.
pub(super) const fn correction(from: S, to: S) -> Option<E> {
    match (from, to) {
        (S::Hold, S::Connected) => Some(E::Retrieved),
        (_, S::Connected) => Some(E::Established),
        (_, S::Initiated) => Some(E::NetworkReached),
        (_, S::Alerting) => Some(E::Delivered),
        (_, S::Queued) => Some(E::Queued),
        (_, S::Fail) => Some(E::Failed),
        (_, S::Hold) => Some(E::Held),
        (_, S::Null) => Some(E::ConnectionCleared),
    }
}
