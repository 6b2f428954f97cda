//! What telephones do with calls by themselves: entries of the database where the profile names families of it, which the dialplan goes by,
//! and states of devices, for lamps and for dialplans that go by those.
//!
//! Seen on 16 and 22: no event tells of an entry that is written or deleted; to delete what is not there is an error; a state tells of
//! itself only where it changes, and can be read. So what was set is read back, and what is told of the telephone is what was read.

use super::{Check, Doing, Plan, Step};
use crate::model::{Denial, DeviceId, Feature, Forwarding, ForwardingType, Progress, Text};
use crate::normalize::asterisk::Normalizer;
use crate::normalize::asterisk::device::Kept;
use crate::profile::Stations;
use lineside_ami::Action;
use std::time::Duration;

const WITHIN: Duration = Duration::from_secs(10);
/// What an entry of the database says where only that it is there counts: FreePBX writes this.
const ON: &str = "YES";

/// Where an answer says what a telephone does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) device: Text,
    pub(super) kept: Kept,
    /// The value by which it is as was asked; `None`: there is none, or for a state that it does not disturb.
    pub(super) wanted: Option<Text>,
    /// It is a state of a device, and no entry of the database.
    pub(super) state: bool,
}

pub(super) fn plan(
    device: &DeviceId,
    feature: &Feature,
    stations: Option<&Stations>,
    normalizer: &Normalizer,
) -> Result<Plan, Progress> {
    let key = device.key();
    let known = normalizer.is_telephone(key);
    let Some(stations) = stations.filter(|_| known) else {
        let why =
            format!("{device} is no telephone of which the switch tells: GET /v1/devices shows those that there are");
        return Err(Progress::Denied(Denial::Device(Text::from(why))));
    };
    match feature {
        Feature::DoNotDisturb(on) => do_not_disturb(key, *on, stations),
        Feature::Forwarding(forwarding) => self::forwarding(key, forwarding, stations, normalizer),
    }
}

fn not_supported(why: &str) -> Progress {
    Progress::Denied(Denial::NotSupported(Text::from(why)))
}

fn do_not_disturb(device: &str, on: bool, stations: &Stations) -> Result<Plan, Progress> {
    let entry = stations.database.do_not_disturb.as_deref();
    let state = stations.disturbs(device);
    let place = |state| Place {
        device: Text::from(device),
        kept: Kept::DoNotDisturb,
        wanted: on.then(|| Text::from(ON)),
        state,
    };
    let steps = match (entry, state) {
        (None, None) => return Err(not_supported(NO_DO_NOT_DISTURB)),
        (None, Some(state)) => vec![lamp(&state, on), read_state(&state, place(true))],
        (Some(family), state) => {
            let lamps = state.map(|state| shows(&state, on));
            let set = entry_step(family, device, on.then_some(ON));
            let read = read_entry(family, device, place(false));
            std::iter::once(set).chain(lamps).chain([read]).collect()
        }
    };
    Ok(Plan {
        steps: steps.into(),
        ..Plan::new(Doing::Feature)
    })
}

fn forwarding(
    device: &str,
    forwarding: &Forwarding,
    stations: &Stations,
    normalizer: &Normalizer,
) -> Result<Plan, Progress> {
    let Some(family) = stations.database.family(forwarding.kind) else {
        return Err(not_supported(NO_FORWARDING));
    };
    let to = forwarding.to.as_deref().filter(|_| forwarding.active);
    let to = to.map(|to| normalizer.dials(to)).transpose()?;
    // The state is a lamp, of the forwarding that is always on (`*72`, `*73` of FreePBX).
    let lamp = stations.forwards(device);
    let lamp = lamp.filter(|_| forwarding.kind == ForwardingType::Immediate);
    let place = Place {
        device: Text::from(device),
        kept: Kept::Forwarding(forwarding.kind),
        wanted: to.clone(),
        state: false,
    };
    let set = entry_step(family, device, to.as_deref());
    let lamp = lamp.map(|state| shows(&state, forwarding.active));
    let read = read_entry(family, device, place);
    Ok(Plan {
        steps: std::iter::once(set).chain(lamp).chain([read]).collect(),
        expect: to.map(|to| Progress::Dials(to.into())),
        ..Plan::new(Doing::Feature)
    })
}

/// Why a device cannot be told not to be disturbed.
pub(super) const NO_DO_NOT_DISTURB: &str = "the profile does not say by what telephones refuse calls here: doNotDisturb in \
                                            [switch.override.stations], or the family of the database in [switch.override.stations.database]";
/// Why a device cannot be told to forward.
pub(super) const NO_FORWARDING: &str = "the profile does not say where the dialplan looks for this forwarding: immediate, busy, noAnswer in \
                                        [switch.override.stations.database] name families of the database";

fn set_state(state: &str, on: bool) -> Action {
    Action::new("Setvar")
        .header("Variable", format!("DEVICE_STATE({state})"))
        .header("Value", if on { "BUSY" } else { "NOT_INUSE" })
        .within(WITHIN)
}

/// The state is what counts.
fn lamp(state: &str, on: bool) -> Step {
    Step::act(set_state(state, on), &Text::default())
}

/// The state only shows what counts: that it cannot be set is no reason.
fn shows(state: &str, on: bool) -> Step {
    Step::check(Check::Lamp, set_state(state, on))
}

fn entry_step(family: &str, device: &str, value: Option<&str>) -> Step {
    let (name, value) = match value {
        Some(value) => ("DBPut", Some(value)),
        None => ("DBDel", None),
    };
    let action = Action::new(name).header("Family", family).header("Key", device);
    let action = value
        .into_iter()
        .fold(action, |action, value| action.header("Val", value));
    Step::act(action.within(WITHIN), &Text::default())
}

fn read_entry(family: &str, device: &str, place: Place) -> Step {
    let get = Action::new("DBGet").header("Family", family).header("Key", device);
    Step::check(Check::Kept(place), get.list().within(WITHIN))
}

fn read_state(state: &str, place: Place) -> Step {
    let get = Action::new("Getvar").header("Variable", format!("DEVICE_STATE({state})"));
    Step::check(Check::Kept(place), get.within(WITHIN))
}

/// Is it only that there was nothing to delete?
pub(super) fn was_gone(action: &str, words: &str) -> bool {
    action == "DBDel" && words.contains("could not be deleted")
}
