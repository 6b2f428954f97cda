use crate::model::{AgentId, DeviceId, Text};
use std::collections::BTreeMap;
use std::time::Duration;

/// What the site says of its agents.
#[derive(Clone, Debug, Default)]
pub(crate) struct Roster {
    /// Where each usually works.
    pub(crate) desks: BTreeMap<AgentId, Desk>,
    /// Why somebody may be not ready; where none is named, for any reason.
    pub(crate) reasons: Vec<Text>,
    /// The reason of a pause that is work after a call.
    pub(crate) after_call: Option<Text>,
    /// Work after a call is a state of its own at the switch, and needs no reason.
    pub(crate) after_call_is_told: bool,
    /// How long such work lasts at most.
    pub(crate) after_call_time: Option<Duration>,
}

/// Where an agent usually works.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Desk {
    pub(crate) device: Option<DeviceId>,
    pub(crate) queues: Vec<DeviceId>,
}
