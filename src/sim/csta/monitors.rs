//! Who is told what.
use lineside_csta::types::{CallControlEvents, MonitorFilter};
use lineside_csta::{Event, Octets};

/// One monitor of an application.
#[derive(Clone, Debug)]
pub(crate) struct Monitor {
    pub(crate) name: u32,
    pub(crate) object: Object,
    pub(crate) filter: MonitorFilter,
}

/// What is monitored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Object {
    Device(String),
    Call(u32),
}

/// The bit of each event in a filter.
const BITS: &[(&str, CallControlEvents)] = &[
    ("CallClearedEvent", CallControlEvents::CALL_CLEARED),
    ("ConferencedEvent", CallControlEvents::CONFERENCED),
    ("ConnectionClearedEvent", CallControlEvents::CONNECTION_CLEARED),
    ("DeliveredEvent", CallControlEvents::DELIVERED),
    ("DivertedEvent", CallControlEvents::DIVERTED),
    ("EstablishedEvent", CallControlEvents::ESTABLISHED),
    ("FailedEvent", CallControlEvents::FAILED),
    ("HeldEvent", CallControlEvents::HELD),
    ("NetworkReachedEvent", CallControlEvents::NETWORK_REACHED),
    ("OfferedEvent", CallControlEvents::OFFERED),
    ("OriginatedEvent", CallControlEvents::ORIGINATED),
    ("QueuedEvent", CallControlEvents::QUEUED),
    ("RetrievedEvent", CallControlEvents::RETRIEVED),
    ("ServiceInitiatedEvent", CallControlEvents::SERVICE_INITIATED),
    ("TransferedEvent", CallControlEvents::TRANSFERRED),
];

impl Monitor {
    /// Its name as the application knows it: two octets.
    pub(crate) fn cross_ref(&self) -> Octets {
        Self::cross_ref_of(self.name)
    }

    pub(crate) fn cross_ref_of(name: u32) -> Octets {
        Octets::from(name.to_string().as_str())
    }

    pub(crate) fn device(&self) -> Option<&str> {
        match &self.object {
            Object::Device(device) => Some(device),
            Object::Call(_) => None,
        }
    }

    /// Is the application told of such events? A bit that is set keeps them back.
    pub(crate) fn lets(&self, event: &Event) -> bool {
        let bit = BITS.iter().find(|(name, _)| *name == event.name()).map(|(_, bit)| *bit);
        match (bit, self.filter.call_control) {
            (Some(bit), Some(kept_back)) => !kept_back.contains(bit),
            _ => true,
        }
    }
}
