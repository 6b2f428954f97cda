//! A call, and who is in it.
use super::site::Outside;
use lineside_csta::types::{EventCause, LocalConnectionState as State};

/// The number of a call, and a device in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct At {
    pub(crate) call: u32,
    pub(crate) device: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) id: u32,
    /// The name that outlives a transfer.
    pub(crate) linkage: u32,
    pub(crate) calling: Caller,
    /// The number that was dialled.
    pub(crate) called: String,
    /// Who sent it on last.
    pub(crate) redirected_by: Option<String>,
    pub(crate) legs: Vec<Leg>,
    /// What an application attached.
    pub(crate) correlator: Option<Vec<u8>>,
    /// The number of who calls is told of by now.
    pub(crate) caller_told: bool,
    /// The call that it was made to consult beside.
    pub(crate) consults: Option<u32>,
}

#[derive(Clone, Debug)]
pub(crate) enum Caller {
    Device(String),
    Outside { trunk: String, who: Outside },
}

/// A connection.
#[derive(Clone, Debug)]
pub(crate) struct Leg {
    pub(crate) device: String,
    pub(crate) state: State,
    /// Its own name, where devices are not named by their numbers.
    pub(crate) dynamic: u32,
    /// Who is at the other end of the trunk.
    pub(crate) outside: Option<Outside>,
    /// It listens to this device, and goes with it.
    pub(crate) listens_to: Option<String>,
    /// The queue by which it was called.
    pub(crate) queue: Option<String>,
    /// Why it could not be reached.
    pub(crate) failed: Option<EventCause>,
}

impl Leg {
    pub(crate) fn is_live(&self) -> bool {
        self.state != State::Null
    }

    pub(crate) fn talks(&self) -> bool {
        matches!(self.state, State::Connected | State::Hold | State::Initiated)
    }
}

impl Call {
    pub(crate) fn leg(&self, device: &str) -> Option<&Leg> {
        self.legs.iter().rfind(|leg| leg.device == device)
    }

    pub(crate) fn leg_mut(&mut self, device: &str) -> Option<&mut Leg> {
        self.legs.iter_mut().rfind(|leg| leg.device == device)
    }

    pub(crate) fn live(&self) -> impl DoubleEndedIterator<Item = &Leg> {
        self.legs.iter().filter(|leg| leg.is_live())
    }

    /// The device at the other end, seen from `device`.
    pub(crate) fn other(&self, device: &str) -> Option<&Leg> {
        self.live().find(|leg| leg.device != device)
    }
}
