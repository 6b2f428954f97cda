//! Hold and its end. Both may happen again and again, so what one monitor tells late must not undo what another told first: the monitor of the
//! device itself is believed, and another one only where there is none.

use super::party::Named;
use super::{Move, Normalizer, cause};
use crate::model::{Cause, ConnectionDirection, ConnectionEvent as E};
use lineside_csta::types::{
    ConnectionId, EventCause, ExtendedDeviceId, HeldEvent, LocalConnectionState as State, RetrievedEvent,
};

impl Normalizer {
    pub(super) fn held(&mut self, event: &HeldEvent) {
        self.toggled(
            &event.held_connection,
            &event.holding_device,
            event.cause.as_ref(),
            E::HeldBySwitch,
        );
    }

    pub(super) fn retrieved(&mut self, event: &RetrievedEvent) {
        let (connection, device) = (&event.retrieved_connection, &event.retrieving_device);
        self.toggled(connection, device, event.cause.as_ref(), E::Retrieved);
    }

    fn toggled(&mut self, connection: &ConnectionId, device: &ExtendedDeviceId, told: Option<&EventCause>, event: E) {
        let (call, key) = self.name(connection, device);
        let known = self.calls.get(&call).and_then(|known| known.leg(&key));
        let direction = known.map_or(ConnectionDirection::Incoming, |leg| leg.direction);
        let own = super::party::number(device);
        let monitor = self.monitor.as_deref();
        let believed = monitor.is_none() || monitor == own || own.is_none_or(|own| !self.watched.contains(own));
        if !believed {
            return;
        }
        // The bridge may hear of the call for the first time, or not have heard that it was answered.
        let (call, key) = self.subject(connection, &Named::by(device), direction);
        if self
            .calls
            .get(&call)
            .and_then(|known| known.leg(&key))
            .is_some_and(|leg| leg.over.is_none() && matches!(leg.state, State::Null | State::Alerting))
        {
            self.say(&call, &key, Move::of(E::Established, Cause::Normal));
        }
        let cause = match cause::of(told) {
            Some(told @ (Cause::Consultation | Cause::Alternate | Cause::Transfer | Cause::Conference)) => told,
            _ => Cause::Normal,
        };
        self.say(&call, &key, Move::of(event, cause));
    }
}
