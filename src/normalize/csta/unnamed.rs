//! Events that do not say of which call they are.

use super::Normalizer;
use super::party::number;
use lineside_csta::types::{ConnectionId, DivertedEvent, ExtendedDeviceId};
use lineside_csta::{Event, EventReport};

/// The connection that an event is about, where it is about one.
const fn connection(event: &Event) -> Option<&ConnectionId> {
    Some(match event {
        Event::ServiceInitiated(event) => &event.initiated_connection,
        Event::Originated(event) => &event.originated_connection,
        Event::NetworkReached(event) => &event.outbound_connection,
        Event::Delivered(event) => &event.connection,
        Event::Queued(event) => &event.queued_connection,
        Event::Established(event) => &event.established_connection,
        Event::Failed(event) => &event.failed_connection,
        Event::Held(event) => &event.held_connection,
        Event::Retrieved(event) => &event.retrieved_connection,
        Event::Diverted(event) => &event.connection,
        Event::ConnectionCleared(event) => &event.dropped_connection,
        Event::CallCleared(event) => &event.cleared_call,
        Event::Transferred(event) => &event.primary_old_call,
        Event::Conferenced(event) => &event.primary_old_call,
        Event::CallInformation(event) => &event.connection,
        _ => return None,
    })
}

/// Is it about a call without saying which?
pub(super) fn is_unnamed(event: &Event) -> bool {
    connection(event).is_some_and(|connection| connection.call_id.is_none())
}

impl Normalizer {
    /// The same with the name of the call, where that can be only one: Phases I and II may leave the connection out of Diverted. Of any other
    /// event nothing can be said.
    pub(super) fn named(&self, report: &EventReport) -> Option<EventReport> {
        let Event::Diverted(event) = &report.event else {
            return None;
        };
        let connection = self.only_at(&event.diverting_device)?.clone();
        Some(EventReport {
            monitor_cross_ref_id: report.monitor_cross_ref_id.clone(),
            event: Event::Diverted(Box::new(DivertedEvent {
                connection,
                ..(**event).clone()
            })),
        })
    }

    /// The connection of a device that is in one call.
    fn only_at(&self, device: &ExtendedDeviceId) -> Option<&ConnectionId> {
        let number = number(device)?;
        let mut there = self
            .calls
            .iter()
            .flat_map(|(_, call)| call.live().filter(|leg| leg.is_at(number)));
        match (there.next(), there.next()) {
            (Some(leg), None) => leg.native.as_ref().filter(|native| native.call_id.is_some()),
            _ => None,
        }
    }
}
