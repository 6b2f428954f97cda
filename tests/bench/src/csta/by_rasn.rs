//! The same in BER by the crate `rasn`, from a slice that is there already, into types that have this event and nothing else.

use super::ELEMENT;
use lineside::bench::Failure;
use rasn::prelude::*;
use std::hint::black_box;

#[derive(AsnType, Debug, Decode)]
#[rasn(tag(context, 1))]
pub struct Invoke {
    pub invoke_id: i64,
    pub operation: i64,
    pub argument: EventReport,
}

#[derive(AsnType, Debug, Decode)]
pub struct EventReport {
    #[rasn(tag(application, 21))]
    pub monitor: OctetString,
    #[rasn(tag(explicit(context, 0)))]
    pub event: CallControl,
}

#[derive(AsnType, Debug, Decode)]
#[rasn(choice)]
#[expect(clippy::large_enum_variant, reason = "one is there at a time, and not for long")]
pub enum CallControl {
    #[rasn(tag(context, 4))]
    Delivered(Delivered),
    #[rasn(tag(context, 1))]
    CallCleared(OctetString),
}

#[derive(AsnType, Debug, Decode)]
pub struct Delivered {
    #[rasn(tag(explicit(application, 11)))]
    pub connection: Connection,
    #[rasn(tag(explicit(application, 3)))]
    pub alerting: Extended,
    #[rasn(tag(explicit(application, 1)))]
    pub calling: Extended,
    #[rasn(tag(explicit(application, 2)))]
    pub called: Extended,
    #[rasn(tag(explicit(application, 4)))]
    pub redirection: Extended,
    #[rasn(tag(application, 14))]
    pub state: Option<i64>,
    #[rasn(tag(universal, 10))]
    pub cause: i64,
    #[rasn(tag(application, 30))]
    pub extensions: Option<Extensions>,
}

#[derive(AsnType, Debug, Decode)]
pub struct Connection {
    #[rasn(tag(context, 0))]
    pub call: OctetString,
    #[rasn(tag(explicit(context, 1)))]
    pub device: Device,
}

#[derive(AsnType, Debug, Decode)]
pub struct Device {
    pub number: Number,
}

#[derive(AsnType, Debug, Decode)]
#[rasn(choice)]
pub enum Number {
    #[rasn(tag(context, 0))]
    Dialling(OctetString),
    #[rasn(tag(context, 1))]
    Device(i64),
    #[rasn(tag(context, 6))]
    Other(OctetString),
}

#[derive(AsnType, Debug, Decode)]
#[rasn(choice)]
pub enum Extended {
    Device(Device),
    #[rasn(tag(context, 7))]
    NotKnown(()),
    #[rasn(tag(context, 8))]
    Restricted(()),
}

#[derive(AsnType, Debug, Decode)]
pub struct Extensions {
    #[rasn(tag(context, 0))]
    pub security: Security,
}

#[derive(AsnType, Debug, Decode)]
pub struct Security {
    #[rasn(tag(universal, 24))]
    pub time: OctetString,
}

/// # Errors
/// It is no such event.
pub fn decoded(count: usize) -> Result<usize, Failure> {
    let (_, element) = ELEMENT.split_at(3);
    let mut events = 0;
    for _ in 0..count {
        let invoke: Invoke = rasn::ber::decode(black_box(element)).map_err(|error| error.to_string())?;
        events += usize::from(matches!(black_box(&invoke).argument.event, CallControl::Delivered(_)));
    }
    Ok(events)
}
