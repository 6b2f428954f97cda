//! Calls from one monitored telephone to another, without end: one message every millisecond.

use lineside_csta::types::{
    ConnectionClearedEvent, ConnectionId, DeliveredEvent, DeviceId, EstablishedEvent, EventCause, LocalDeviceId,
    OriginatedEvent,
};
use lineside_csta::{Event, EventReport, Octets};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// From one message to the next.
const PACE: Duration = Duration::from_millis(1);
/// What is told of a call, by which of the two monitors, and when: no two calls tell anything at the same moment.
const LINES: [(usize, Told, Side); 8] = [
    (0, Told::Originated, Side::Caller),
    (201, Told::Delivered, Side::Caller),
    (202, Told::Delivered, Side::Called),
    (603, Told::Established, Side::Caller),
    (604, Told::Established, Side::Called),
    (1005, Told::CallerCleared, Side::Caller),
    (1006, Told::CallerCleared, Side::Called),
    (1007, Told::CalledCleared, Side::Called),
];
/// Which events of the bridge are looked at, with the line that brings each about.
const LOOKED_AT: [(&[u8], usize); 3] = [
    (b"\"type\":\"lineside.call.delivered\"", 201),
    (b"\"type\":\"lineside.call.established\"", 603),
    (b"\"type\":\"lineside.call.cleared\"", 1007),
];

#[derive(Clone, Copy)]
enum Told {
    Originated,
    Delivered,
    Established,
    CallerCleared,
    CalledCleared,
}

#[derive(Clone, Copy)]
enum Side {
    Caller,
    Called,
}

/// Telephones that are monitored, and the calls between them.
#[derive(Default)]
pub struct Traffic {
    free: VecDeque<String>,
    calls: BTreeMap<usize, [String; 2]>,
}

impl Traffic {
    /// This one is monitored from now on.
    pub fn join(&mut self, telephone: &str) {
        self.free.push_back(telephone.to_owned());
    }

    /// The message of this number; nothing where that is of a call before the first, or no two telephones were free for its call.
    pub fn message(&mut self, number: usize) -> Option<EventReport> {
        let (offset, told, side) = LINES.into_iter().find(|(offset, ..)| offset % 8 == number % 8)?;
        let call = number.checked_sub(offset)? / 8;
        if offset == 0 && self.free.len() >= 2 {
            let pair = self.free.pop_front().zip(self.free.pop_front())?;
            self.calls.insert(call, pair.into());
        }
        let pair = self.calls.get(&call)?.clone();
        let [caller, called] = &pair;
        let report = EventReport {
            monitor_cross_ref_id: Octets::from(match side {
                Side::Caller => caller.as_str(),
                Side::Called => called,
            }),
            event: event(told, &call.to_string(), caller, called),
        };
        if matches!(told, Told::CalledCleared) {
            self.calls.remove(&call);
            self.free.extend(pair);
        }
        Some(report)
    }
}

fn event(told: Told, call: &str, caller: &str, called: &str) -> Event {
    let device = DeviceId::dialled;
    let connection = |number: &str| ConnectionId {
        call_id: Some(Octets::from(call)),
        device_id: Some(LocalDeviceId::Static(device(number))),
    };
    let new_call = Some(EventCause::NewCall);
    let cleared = |who: &str| {
        Event::ConnectionCleared(Box::new(ConnectionClearedEvent {
            dropped_connection: connection(who),
            releasing_device: device(caller).into(),
            cause: Some(EventCause::NormalClearing),
            ..ConnectionClearedEvent::default()
        }))
    };
    match told {
        Told::Originated => Event::Originated(Box::new(OriginatedEvent {
            originated_connection: connection(caller),
            calling_device: device(caller).into(),
            called_device: device(called).into(),
            cause: new_call,
            ..OriginatedEvent::default()
        })),
        Told::Delivered => Event::Delivered(Box::new(DeliveredEvent {
            connection: connection(called),
            alerting_device: device(called).into(),
            calling_device: device(caller).into(),
            called_device: device(called).into(),
            cause: new_call,
            ..DeliveredEvent::default()
        })),
        Told::Established => Event::Established(Box::new(EstablishedEvent {
            established_connection: connection(called),
            answering_device: device(called).into(),
            calling_device: device(caller).into(),
            called_device: device(called).into(),
            cause: new_call,
            ..EstablishedEvent::default()
        })),
        Told::CallerCleared => cleared(caller),
        Told::CalledCleared => cleared(called),
    }
}

/// When the message of this number is due, from the start.
#[must_use]
pub fn due(number: usize) -> Duration {
    PACE * u32::try_from(number).unwrap_or(u32::MAX)
}

/// Is an event looked at that this message brings about?
#[must_use]
pub fn is_looked_at(number: usize) -> bool {
    LOOKED_AT
        .iter()
        .any(|(_, offset)| number >= *offset && offset % 8 == number % 8)
}

/// Which message brought about an event of the bridge, if it is one that is looked at.
#[must_use]
pub fn number(event: &[u8]) -> Option<usize> {
    const NAMED: &[u8] = b"\"nativeIds\":[\"";
    let (_, offset) = LOOKED_AT
        .iter()
        .find(|(kind, _)| memchr::memmem::find(event, kind).is_some())?;
    // Behind the names of a call stands which way it goes; behind those of a connection, something else.
    let end = memchr::memmem::find(event, b"\"],\"direction\":")?;
    let before = event.get(..end)?;
    let start = memchr::memmem::rfind(before, NAMED)? + NAMED.len();
    let call: usize = std::str::from_utf8(before.get(start..)?).ok()?.parse().ok()?;
    Some(8 * call + offset)
}
