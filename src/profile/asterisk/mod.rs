//! An Asterisk, as a profile tells of it.

mod control;
mod stations;

pub(crate) use control::{Control, Hold};
pub(crate) use stations::Stations;

use super::{Pattern, load};
use crate::model::Cause;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A product that speaks AMI.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Asterisk {
    /// Which channels are what.
    pub(crate) channels: Channels,
    /// Which endpoints are what.
    pub(crate) devices: Devices,
    /// What speaks to callers in place of a person.
    pub(crate) voice_units: Vec<VoiceUnit>,
    /// The switch's own cause codes in terms of CSTA.
    #[serde(deserialize_with = "load::causes")]
    pub(crate) causes: BTreeMap<u16, Cause>,
    /// Times to wait.
    pub(crate) limits: Limits,
    /// How the switch is made to do something; profiles of before there were commands have nothing of it.
    pub(crate) control: Option<Control>,
    /// How it tells of its queues; profiles of before they were asked for have nothing of it.
    pub(crate) queues: Option<Queues>,
    /// How it tells of its telephones; profiles of before they were told have nothing of it.
    pub(crate) stations: Option<Stations>,
}

/// Which channels are what, by technology: the part of the name before the first slash.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Channels {
    /// Pairs of channels that only connect two places of the dialplan.
    pub(crate) local: Vec<String>,
    /// Helpers of the switch; nobody speaks there.
    pub(crate) hidden: Vec<String>,
}

/// Which endpoints are what.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Devices {
    /// Names of telephones. What fits none is a line to outside.
    pub(crate) stations: Vec<Pattern>,
}

/// What speaks to callers in place of a person.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VoiceUnit {
    /// The key of the device that stands for it.
    pub(crate) device: String,
    /// The applications of the dialplan that it consists of.
    pub(crate) applications: Vec<String>,
    /// It takes the calls of who does not.
    #[serde(default)]
    pub(crate) mailbox: bool,
}

/// How the switch tells of its queues.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Queues {
    /// The file of its configuration that says for how long a queue leaves its members to write up a call.
    #[serde(deserialize_with = "load::file")]
    pub(crate) configuration: String,
}

/// Times to wait, in milliseconds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    /// For the fence behind a snapshot.
    pub(crate) fence: u32,
    /// For one list of a snapshot.
    pub(crate) snapshot: u32,
}

impl Asterisk {
    /// The voice unit that `application` belongs to.
    pub(crate) fn voice_unit(&self, application: &str) -> Option<&VoiceUnit> {
        self.voice_units
            .iter()
            .find(|unit| unit.applications.iter().any(|a| a.eq_ignore_ascii_case(application)))
    }
}
