//! Events of CSTA in few words: `c1` is a call, `2001` a device, and a connection is both.

use lineside_csta::types::*;
use lineside_csta::{Event, Octets};

/// A connection before and after, each by its call and its device.
type Moved<'a> = ((&'a str, &'a str), (&'a str, &'a str));

pub(super) fn connection(call: &str, device: &str) -> ConnectionId {
    ConnectionId {
        call_id: Some(Octets::from(call)),
        device_id: Some(LocalDeviceId::Static(DeviceId::dialled(device))),
    }
}

fn device(number: &str) -> ExtendedDeviceId {
    match number {
        "" => ExtendedDeviceId::NotKnown,
        "-" => ExtendedDeviceId::Restricted,
        number => DeviceId::dialled(number).into(),
    }
}

fn cause(word: &str) -> Option<EventCause> {
    Some(EventCause::from_word(word))
}

fn redirected(by: &str) -> RedirectionDeviceId {
    match by {
        "" => RedirectionDeviceId::NotRequired,
        by => DeviceId::dialled(by).into(),
    }
}

pub(super) fn originated(call: &str, from: &str, to: &str, why: &str) -> Event {
    Event::Originated(Box::new(OriginatedEvent {
        originated_connection: connection(call, from),
        calling_device: device(from),
        called_device: device(to),
        cause: cause(why),
        ..OriginatedEvent::default()
    }))
}

pub(super) fn delivered(call: &str, at: &str, from: &str, to: &str, by: &str, why: &str) -> Event {
    Event::Delivered(Box::new(DeliveredEvent {
        connection: connection(call, at),
        alerting_device: device(at),
        calling_device: device(from),
        called_device: device(to),
        last_redirection_device: redirected(by),
        cause: cause(why),
        ..DeliveredEvent::default()
    }))
}

pub(super) fn established(call: &str, at: &str, from: &str, to: &str, why: &str) -> Event {
    Event::Established(Box::new(EstablishedEvent {
        established_connection: connection(call, at),
        answering_device: device(at),
        calling_device: device(from),
        called_device: device(to),
        cause: cause(why),
        ..EstablishedEvent::default()
    }))
}

pub(super) fn queued(call: &str, at: &str, from: &str, why: &str) -> Event {
    Event::Queued(Box::new(QueuedEvent {
        queued_connection: connection(call, at),
        queue: device(at),
        calling_device: device(from),
        called_device: device(at),
        cause: cause(why),
        ..QueuedEvent::default()
    }))
}

pub(super) fn held(call: &str, at: &str, why: &str) -> Event {
    Event::Held(Box::new(HeldEvent {
        held_connection: connection(call, at),
        holding_device: device(at),
        cause: cause(why),
        ..HeldEvent::default()
    }))
}

pub(super) fn retrieved(call: &str, at: &str, why: &str) -> Event {
    Event::Retrieved(Box::new(RetrievedEvent {
        retrieved_connection: connection(call, at),
        retrieving_device: device(at),
        cause: cause(why),
        ..RetrievedEvent::default()
    }))
}

pub(super) fn cleared(call: &str, at: &str, by: &str, why: &str) -> Event {
    Event::ConnectionCleared(Box::new(ConnectionClearedEvent {
        dropped_connection: connection(call, at),
        releasing_device: device(by),
        cause: cause(why),
        ..ConnectionClearedEvent::default()
    }))
}

pub(super) fn diverted(call: &str, at: &str, to: &str, why: &str) -> Event {
    Event::Diverted(Box::new(DivertedEvent {
        connection: connection(call, at),
        diverting_device: device(at),
        new_destination: device(to),
        cause: cause(why),
        ..DivertedEvent::default()
    }))
}

pub(super) fn failed(call: &str, at: &str, from: &str, why: &str) -> Event {
    Event::Failed(Box::new(FailedEvent {
        failed_connection: connection(call, at),
        failing_device: device(at),
        calling_device: device(from),
        called_device: device(at),
        cause: cause(why),
        ..FailedEvent::default()
    }))
}

/// `moves`: each connection before and after.
pub(super) fn transferred(one: (&str, &str), two: Option<(&str, &str)>, to: &str, moves: &[Moved<'_>]) -> Event {
    Event::Transferred(Box::new(TransferredEvent {
        primary_old_call: connection(one.0, one.1),
        secondary_old_call: two.map(|(call, device)| connection(call, device)),
        transferring_device: device(one.1),
        transferred_to_device: device(to),
        transferred_connections: list(moves),
        cause: cause(if two.is_some() {
            "transfer"
        } else {
            "singleStepTransfer"
        }),
        ..TransferredEvent::default()
    }))
}

pub(super) fn conferenced(
    one: (&str, &str),
    two: Option<(&str, &str)>,
    added: &str,
    why: &str,
    moves: &[Moved<'_>],
) -> Event {
    Event::Conferenced(Box::new(ConferencedEvent {
        primary_old_call: connection(one.0, one.1),
        secondary_old_call: two.map(|(call, device)| connection(call, device)),
        conferencing_device: device(one.1),
        added_party: device(added),
        conference_connections: list(moves),
        cause: cause(why),
        ..ConferencedEvent::default()
    }))
}

fn list(moves: &[Moved<'_>]) -> ConnectionList {
    let item = |((old_call, old), (new_call, new)): &Moved<'_>| ConnectionListItem {
        new_connection: Some(connection(new_call, new)),
        old_connection: (!old_call.is_empty()).then(|| connection(old_call, old)),
        ..ConnectionListItem::default()
    };
    ConnectionList(moves.iter().map(item).collect())
}
