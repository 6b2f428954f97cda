//! Which actions a task takes.

use super::{Check, DIGIT, Plan, Step};
use crate::model::{
    Ask, CallId, CallKey, ConnectionKey, Denial, DeviceId, NewCall, Participation, Progress, Service, Text,
};
use crate::normalize::asterisk::Normalizer;
use crate::normalize::asterisk::block::text;
use crate::normalize::legs::Asked;
use crate::profile::Control;
use lineside_ami::{Action, Message};
use std::time::Duration;

/// How long an action may take. Longer than a command waits: a late answer is still an answer.
pub(super) const WITHIN: Duration = Duration::from_secs(10);
/// How long it may take to be told whether a number can be dialled. Then it is tried.
pub(super) const CHECK: Duration = Duration::from_secs(2);
/// How long a telephone may ring for a command that is done when it is lifted: a little less than the command waits.
const LIFTED: Duration = Duration::from_millis(4500);
/// The longest value that fits into a line of AMI beside the name of its variable.
const VARIABLE: usize = 800;
/// For how long the slot that is asked for stands at the parked channel: it is parked by then, and may be parked elsewhere later.
const PARKING: Duration = Duration::from_millis(500);
/// The variable of a channel that names the slot.
const SLOT: &str = "PARKINGEXTEN";
/// How long a digit sounds, in milliseconds.
const TONE: &str = "100";
/// The variable in which Asterisk leaves the id of a recording.
const RECORDER: &str = "LINESIDE_MIXMONITOR";

/// What to do for a task, or why nothing can be done. `unique` is drawn anew for each.
pub(super) fn plan(
    ask: &Ask,
    control: Option<&Control>,
    normalizer: &mut Normalizer,
    unique: &str,
    checks: bool,
) -> Result<Plan, Progress> {
    let control = || control.ok_or_else(|| Progress::NotSent(Text::from("the profile has no [control]")));
    match ask {
        Ask::Answer(connection) => notify(connection, "talk", normalizer),
        Ask::Clear(connections) => Ok(clear(connections, normalizer)),
        Ask::SetAgentState(task) => super::agents::plan(task, control()?, normalizer),
        Ask::Hold { connection, .. } if !holds(control()?, connection, normalizer) => {
            notify(connection, "hold", normalizer)
        }
        Ask::Retrieve { connection, .. } if !normalizer.rests(connection) => notify(connection, "talk", normalizer),
        Ask::Hold { .. }
        | Ask::Retrieve { .. }
        | Ask::Consult { .. }
        | Ask::Alternate { .. }
        | Ask::Reconnect { .. }
        | Ask::Transfer { .. }
        | Ask::Conference { .. } => super::consult::plan(ask, control()?, normalizer, unique, checks),
        Ask::MakeCall(new) => make_call(new, control()?, normalizer, unique),
        Ask::Deflect { connection, to } => {
            // What rings is moved by moving who dials it: alone, since nobody else is rung (the engine sees to that).
            let Some(dialler) = normalizer.dialler(&connection.0) else {
                let why = "it is not known who rings this telephone: the call began before the bridge";
                return Err(Progress::Denied(Denial::State(Text::from(why))));
            };
            let (control, to) = (control()?, normalizer.dials(to)?);
            let redirect = action("Redirect", &dialler)
                .header("Context", control.context.as_str())
                .header("Exten", to.as_bytes())
                .header("Priority", "1");
            let asked = Asked::Deflect(to.clone());
            Ok(moving(control, &to, redirect, &connection.0, asked, checks))
        }
        Ask::SingleStepTransfer { connection, to, .. } => {
            // The action needs no option of the dialplan and no feature code, and who transfers does not go on in the dialplan, as caller
            // and as called, through Local pairs and from hold (16 and 22). What it does not do is look whether the number exists.
            let (control, to) = (control()?, normalizer.dials(to)?);
            let leg = normalizer.leg_of(connection);
            let transfer = action("BlindTransfer", &leg)
                .header("Context", control.context.as_str())
                .header("Exten", to.as_bytes());
            Ok(moving(control, &to, transfer, &leg, Asked::Transfer, checks))
        }
        Ask::GenerateDigits { connection, digits } => {
            // `Receive`: the switch takes it as pressed at the device, so that whoever is there, a person or a machine, hears it (16, 22).
            let leg = normalizer.leg_of(connection);
            let press = |digit: char| {
                action("PlayDTMF", &leg)
                    .header("Digit", digit.to_string())
                    .header("Duration", TONE)
                    .header("Receive", "true")
            };
            // They follow each other as a person presses them.
            let steps = digits.chars().map(|digit| Step {
                after: DIGIT,
                ..Step::act(press(digit), &leg)
            });
            Ok(Plan {
                steps: steps.collect(),
                ..Plan::new(super::Doing::Digits)
            })
        }
        Ask::Pickup { by, target } => pickup(by, target.as_ref(), control()?, normalizer, unique),
        Ask::Supervise {
            device,
            watched,
            participation,
        } => supervise(device, watched, *participation, control()?, normalizer, unique),
        Ask::Park { connection, other, to } => park(connection, other, to.as_deref(), normalizer),
        Ask::SetFeature { .. } => Err(Progress::NotSent(Text::from("it is planned elsewhere"))),
        Ask::Mute { connection, on } => {
            // `in` is what comes in to the switch: the device is not heard. No event tells it and nothing reads it back (16 and 22).
            let leg = normalizer.leg_of(connection);
            let mute = action("MuteAudio", &leg)
                .header("Direction", "in")
                .header("State", if *on { "on" } else { "off" });
            let doing = super::Doing::Mute(connection.clone(), *on);
            Ok(Plan::one(doing, Step::act(mute, &leg)))
        }
        Ask::Record {
            connection,
            call,
            service,
        } => record(&normalizer.leg_of(connection), *call, *service, control()?, unique),
    }
}

/// An action on a channel, named by its Uniqueid, which no masquerade gives to another call.
pub(super) fn action(name: &str, channel: &str) -> Action {
    Action::new(name).header("Channel", channel.as_bytes()).within(WITHIN)
}

/// A NOTIFY inside the dialog of a telephone's leg, by which one that allows remote control answers, holds or retrieves: `Event: talk` or
/// `Event: hold`, with no body (16.28 and 22.10: `Variable` suffices, `Option` came with 18.16). Asterisk says yes when it is sent; it
/// tells nothing of what the telephone answers to it.
fn notify(connection: &ConnectionKey, event: &str, normalizer: &Normalizer) -> Result<Plan, Progress> {
    let leg = normalizer.leg_of(connection);
    if !normalizer.is_pjsip(&leg) {
        let why = "the telephone is not connected by chan_pjsip, which alone sends what it would obey";
        return Err(Progress::Denied(Denial::State(Text::from(why))));
    }
    let notify = action("PJSIPNotify", &leg).variable("Event", event.as_bytes());
    Ok(Plan::one(super::Doing::Other, Step::act(notify, &leg)))
}

/// Is it the switch that holds for this telephone?
fn holds(control: &Control, connection: &ConnectionKey, normalizer: &Normalizer) -> bool {
    let endpoint = normalizer.endpoint_of(&normalizer.leg_of(connection));
    endpoint.is_some_and(|endpoint| control.hold.by_switch(&endpoint))
}

fn clear(connections: &[ConnectionKey], normalizer: &Normalizer) -> Plan {
    // A value that begins with a slash would be a pattern, and hang up whatever fits it. 16 is normal clearing (Q.850).
    let safe = connections.iter().filter(|connection| !connection.0.starts_with('/'));
    let steps = safe.filter_map(|connection| {
        // A leg that serves two calls is not hung up for one of them.
        if let Some(step) = super::consult::leave(connection, normalizer) {
            return Some(step);
        }
        let leg = normalizer.leg_of(connection);
        let hang_up = action("Hangup", &leg).header("Cause", "16");
        let step = Step {
            asked: Some(Asked::Clear),
            ..Step::act(hang_up, &leg)
        };
        // Whom we have hung up already, the switch does not know any more before it tells so.
        (!normalizer.is_hung(&leg)).then_some(step)
    });
    Plan {
        steps: steps.collect(),
        at_once: true,
        ..Plan::new(super::Doing::Clear)
    }
}

/// Has a telephone rung, to do something then.
fn ring(
    device: &DeviceId,
    id: &Text,
    timeout: Duration,
    auto_answer: bool,
    control: &Control,
    normalizer: &Normalizer,
) -> Result<Action, Progress> {
    let device = device.key();
    let endpoint = control.endpoint(device).filter(|_| normalizer.is_station(device));
    let Some(endpoint) = endpoint else {
        let why = format!(
            "{device:?} is no telephone of this site: see `devices` of the profile and `extensions` of the site"
        );
        return Err(Progress::Denied(Denial::Device(Text::from(why))));
    };
    let mut originate = Action::new("Originate")
        .header("Channel", endpoint)
        .header("ChannelId", id.as_bytes())
        .header("Timeout", timeout.as_millis().to_string())
        // A session that waits for an answer gets no events and takes no actions.
        .header("Async", "true")
        .within(WITHIN);
    for (name, value) in control.auto_answer.iter().filter(|_| auto_answer) {
        originate = originate.variable(&format!("PJSIP_HEADER(add,{name})"), value.as_bytes());
    }
    Ok(originate)
}

/// The telephone is rung first, and asked to answer by itself; when it does, it executes an application. The command waits for that, so
/// that the telephone rings no longer than it.
fn ring_for(
    device: &DeviceId,
    (application, data): (&str, &str),
    shown: Option<&Text>,
    control: &Control,
    normalizer: &mut Normalizer,
    unique: &str,
) -> Result<(Text, Plan), Progress> {
    let id = Text::from(format!("lineside-{unique}"));
    let mut originate = ring(device, &id, LIFTED, true, control, normalizer)?
        .header("Application", application)
        .header("Data", data);
    if let Some(shown) = shown {
        originate = originate.variable("CONNECTEDLINE(num,i)", shown.as_bytes());
        normalizer.makes(id.clone(), shown.clone());
    }
    let plan = Plan {
        expect: Some(Progress::Expect {
            connection: ConnectionKey(id.clone()),
            call: CallKey(id.clone()),
        }),
        ..Plan::one(super::Doing::Make(id.clone()), Step::act(originate, &id))
    };
    Ok((id, plan))
}

/// What rings goes on ringing until the telephone of who picks up is lifted: nothing is torn where it is not. (A `Redirect` of who calls
/// would have that ring anew at the other device, and stop here at once: that is to deflect.) `PickupChan` takes the full name of the channel.
fn pickup(
    by: &DeviceId,
    target: Option<&ConnectionKey>,
    control: &Control,
    normalizer: &mut Normalizer,
    unique: &str,
) -> Result<Plan, Progress> {
    let gone = || Progress::Denied(Denial::NoConnection);
    let (application, name, shown) = match target {
        // By the pickup groups of the endpoints.
        None => ("Pickup", Text::default(), None),
        Some(target) => {
            let name = normalizer.channel_name(&target.0).ok_or_else(gone)?;
            ("PickupChan", name, normalizer.endpoint_of(&target.0))
        }
    };
    let (_, plan) = ring_for(by, (application, &name), shown.as_ref(), control, normalizer, unique)?;
    Ok(plan)
}

/// `ChanSpy` hears both without being in their bridge, so that they notice nothing. `u`: the Uniqueid is meant and nothing that begins like it;
/// `q`: no word of it is said; `E` and `S`: it ends when who is listened to does, or is gone already.
fn supervise(
    device: &DeviceId,
    watched: &ConnectionKey,
    participation: Participation,
    control: &Control,
    normalizer: &mut Normalizer,
    unique: &str,
) -> Result<Plan, Progress> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
    let watched = normalizer.leg_of(watched);
    if !watched.bytes().all(plain) || !normalizer.is_live(&watched) {
        return Err(Progress::Denied(Denial::NoConnection));
    }
    let how = match participation {
        Participation::Silent => "",
        Participation::Coach => "w",
        Participation::Active => "B",
    };
    let data = format!("{watched},quES{how}");
    let shown = normalizer.endpoint_of(&watched);
    let (id, plan) = ring_for(device, ("ChanSpy", &data), shown.as_ref(), control, normalizer, unique)?;
    normalizer.supervises(id, participation);
    Ok(plan)
}

/// The calling phone is rung first; when it answers, it goes to the dialplan with the number.
fn make_call(new: &NewCall, control: &Control, normalizer: &mut Normalizer, unique: &str) -> Result<Plan, Progress> {
    let called = normalizer.dials(&new.called)?;
    // Our own Uniqueid: the connection is known before the first event, and asked for once only.
    let id = Text::from(format!("lineside-{unique}"));
    let timeout = Duration::from_secs(u64::from(new.timeout));
    let mut originate = ring(&new.calling, &id, timeout, new.auto_answer, control, normalizer)?
        .header("Context", control.context.as_str())
        .header("Exten", called.as_bytes())
        .header("Priority", "1");
    // What the calling phone shows while it rings. `CallerID` would do that too, and be who calls for everybody else as well (16, 22).
    originate = originate.variable("CONNECTEDLINE(num,i)", called.as_bytes());
    if let Some(presented) = &new.presented {
        originate = originate.variable("CALLERID(num)", presented.as_bytes());
    }
    for (name, value) in &new.user_data {
        // The others ride in the call, for applications; the dialplan is told what the site named.
        let fits = value.len() <= VARIABLE && !value.bytes().any(|b| b.is_ascii_control());
        if let Some(name) = normalizer.variable(name).filter(|_| fits) {
            // Two underscores: who is dialled inherits it, and whom that one dials.
            originate = originate.variable(&format!("__{name}"), value.as_bytes());
        }
    }
    normalizer.makes(id.clone(), called);
    Ok(Plan {
        expect: Some(Progress::Expect {
            connection: ConnectionKey(id.clone()),
            call: CallKey(id.clone()),
        }),
        ..Plan::one(super::Doing::Make(id.clone()), Step::act(originate, &id))
    })
}

/// Moving a call tears it from where it is, and neither action looks first whether there is such a number: so that is asked before,
/// where it may be asked. `DIALPLAN_EXISTS` knows patterns, includes and switches as the dialplan itself does (16 and 22); where its
/// module is not loaded the answer is empty, and the number is tried.
fn moving(control: &Control, to: &str, act: Action, leg: &Text, asked: Asked, checks: bool) -> Plan {
    let check = exists(control, to);
    let act = Step {
        asked: Some(asked),
        ..Step::act(act, leg)
    };
    Plan {
        steps: Some(check).filter(|_| checks).into_iter().chain([act]).collect(),
        ..Plan::new(super::Doing::Other)
    }
}

/// The other party is parked, and comes back to who parks it. `TimeoutChannel` must be the *name* of the parker's channel: by that
/// Asterisk knows that the two talk, and the parker leaves as by a phone's own parking. No header names the slot; the variable does,
/// and a slot that no lot has, or that is taken, is silently another one: so that is asked before.
fn park(
    connection: &ConnectionKey,
    other: &ConnectionKey,
    to: Option<&Text>,
    normalizer: &Normalizer,
) -> Result<Plan, Progress> {
    let (parker, other) = (normalizer.leg_of(connection), normalizer.leg_of(other));
    let Some(parker) = normalizer.channel_name(&parker) else {
        return Err(Progress::Denied(Denial::NoConnection));
    };
    let no = |why: &str| Progress::Denied(Denial::Destination(Text::from(why)));
    let set = |value: &str| {
        let set = action("Setvar", &other).header("Variable", SLOT).header("Value", value);
        Step::act(set, &other)
    };
    let park = Step::act(
        action("Park", &other).header("TimeoutChannel", parker.as_bytes()),
        &other,
    );
    let steps = match to {
        None => vec![park],
        Some(to) => {
            let slot: u32 = to.parse().map_err(|_| no("a slot is a number"))?;
            if normalizer.is_parked_at(to) {
                return Err(no("somebody is parked at this slot"));
            }
            let ask = Action::new("Parkinglots").list().within(CHECK);
            let free = Step {
                after: PARKING,
                ..set("")
            };
            vec![Step::check(Check::Slot(slot), ask), set(to), park, free]
        }
    };
    Ok(Plan {
        steps: steps.into(),
        ..Plan::new(super::Doing::Other)
    })
}

/// The parking lot that has the slot.
pub(super) fn lot_of(slot: u32, lots: &[Message]) -> Option<Text> {
    let number = |lot: &Message, key: &str| lot.get(key).and_then(|value| value.as_str()?.parse::<u32>().ok());
    let has = |lot: &&Message| {
        let range = number(lot, "StartSpace").zip(number(lot, "StopSpace"));
        range.is_some_and(|(first, last)| (first..=last).contains(&slot))
    };
    text(lots.iter().find(has)?, "Name")
}

/// Is there such a number?
pub(super) fn exists(control: &Control, to: &str) -> Step {
    asks(&format!("DIALPLAN_EXISTS({},{to},1)", control.context), Check::Number)
}

pub(super) fn asks(question: &str, check: Check) -> Step {
    Step::check(check, Action::new("Getvar").header("Variable", question).within(CHECK))
}

fn record(leg: &Text, call: CallId, service: Service, control: &Control, unique: &str) -> Result<Plan, Progress> {
    let mute = |state: &str| {
        // Both directions: nobody is recorded.
        action("MixMonitorMute", leg)
            .header("Direction", "both")
            .header("State", state)
    };
    let act = match service {
        // No word of anybody's goes into it, and no command: Asterisk would hand that to a shell.
        Service::StartRecording => action("MixMonitor", leg)
            .header("File", control.recording(&call.to_string(), unique))
            .header("Options", format!("i({RECORDER})")),
        Service::StopRecording => action("StopMixMonitor", leg),
        Service::PauseRecording => mute("1"),
        Service::ResumeRecording => mute("0"),
        other => {
            let why = format!("{} is no service of a recording", other.as_str());
            return Err(Progress::NotSent(Text::from(why)));
        }
    };
    let recorded = leg.clone();
    let doing = match service {
        Service::StartRecording => super::Doing::Record(recorded),
        Service::StopRecording => super::Doing::Stop(recorded),
        _ => super::Doing::Other,
    };
    Ok(Plan::one(doing, Step::act(act, leg)))
}
