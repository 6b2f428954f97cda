//! Which actions a task takes.

use super::{Plan, Step};
use crate::model::{Ask, CallId, CallKey, ConnectionKey, Denial, NewCall, Progress, Service, Text};
use crate::normalize::asterisk::Normalizer;
use crate::normalize::legs::Asked;
use crate::profile::Control;
use lineside_ami::Action;
use std::time::Duration;

/// How long an action may take. Longer than a command waits: a late answer is still an answer.
pub(super) const WITHIN: Duration = Duration::from_secs(10);
/// How long it may take to be told whether a number can be dialled. Then it is tried.
const CHECK: Duration = Duration::from_secs(2);
/// The longest value that fits into a line of AMI beside the name of its variable.
const VARIABLE: usize = 800;
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
        Ask::Clear(connections) => Ok(clear(connections)),
        Ask::SetAgentState(task) => super::agents::plan(task, control()?, normalizer),
        Ask::Hold { .. } | Ask::Retrieve { .. } => {
            let why = "this version does not do it on an Asterisk";
            Err(Progress::Denied(Denial::NotSupported(Text::from(why))))
        }
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
            Ok(moving(control, &to, redirect, connection, asked, checks))
        }
        Ask::SingleStepTransfer { connection, to, .. } => {
            // The action needs no option of the dialplan and no feature code, and who transfers does not go on in the dialplan, as caller
            // and as called, through Local pairs and from hold (16 and 22). What it does not do is look whether the number exists.
            let (control, to) = (control()?, normalizer.dials(to)?);
            let transfer = action("BlindTransfer", &connection.0)
                .header("Context", control.context.as_str())
                .header("Exten", to.as_bytes());
            Ok(moving(control, &to, transfer, connection, Asked::Transfer, checks))
        }
        Ask::GenerateDigits { connection, digits } => {
            // `Receive`: the switch takes it as pressed at the device, so that whoever is there, a person or a machine, hears it (16, 22).
            let press = |digit: char| {
                action("PlayDTMF", &connection.0)
                    .header("Digit", digit.to_string())
                    .header("Duration", TONE)
                    .header("Receive", "true")
            };
            let steps = digits.chars().map(|digit| Step::act(press(digit), &connection.0));
            Ok(Plan {
                steps: steps.collect(),
                ..Plan::new(super::Doing::Digits)
            })
        }
        Ask::Mute { connection, on } => {
            // `in` is what comes in to the switch: the device is not heard. No event tells it and nothing reads it back (16 and 22).
            let mute = action("MuteAudio", &connection.0)
                .header("Direction", "in")
                .header("State", if *on { "on" } else { "off" });
            let doing = super::Doing::Mute(connection.0.clone(), *on);
            Ok(Plan::one(doing, Step::act(mute, &connection.0)))
        }
        Ask::Record {
            connection,
            call,
            service,
        } => record(connection, *call, *service, control()?, unique),
    }
}

/// An action on a channel, named by its Uniqueid, which no masquerade gives to another call.
fn action(name: &str, channel: &str) -> Action {
    Action::new(name).header("Channel", channel.as_bytes()).within(WITHIN)
}

fn clear(connections: &[ConnectionKey]) -> Plan {
    // A value that begins with a slash would be a pattern, and hang up whatever fits it. 16 is normal clearing (Q.850).
    let safe = connections.iter().filter(|connection| !connection.0.starts_with('/'));
    let steps = safe.map(|connection| {
        let hang_up = action("Hangup", &connection.0).header("Cause", "16");
        Step {
            asked: Some(Asked::Clear),
            ..Step::act(hang_up, &connection.0)
        }
    });
    Plan {
        steps: steps.collect(),
        at_once: true,
        ..Plan::new(super::Doing::Other)
    }
}

/// The calling phone is rung first; when it answers, it goes to the dialplan with the number.
fn make_call(new: &NewCall, control: &Control, normalizer: &mut Normalizer, unique: &str) -> Result<Plan, Progress> {
    let device = new.calling.key();
    let endpoint = control.endpoint(device).filter(|_| normalizer.is_station(device));
    let Some(endpoint) = endpoint else {
        let why = format!(
            "{device:?} is no telephone of this site: see `devices` of the profile and `extensions` of the site"
        );
        return Err(Progress::Denied(Denial::Device(Text::from(why))));
    };
    let called = normalizer.dials(&new.called)?;
    // Our own Uniqueid: the connection is known before the first event, and asked for once only.
    let id = Text::from(format!("lineside-{unique}"));
    let milliseconds = u32::from(new.timeout) * 1000;
    let mut originate = Action::new("Originate")
        .header("Channel", endpoint)
        .header("ChannelId", id.as_bytes())
        .header("Context", control.context.as_str())
        .header("Exten", called.as_bytes())
        .header("Priority", "1")
        .header("Timeout", milliseconds.to_string())
        // A session that waits for an answer gets no events and takes no actions.
        .header("Async", "true")
        .within(WITHIN);
    // What the calling phone shows while it rings. `CallerID` would do that too, and be who calls for everybody else as well (16, 22).
    originate = originate.variable("CONNECTEDLINE(num,i)", called.as_bytes());
    if let Some(presented) = &new.presented {
        originate = originate.variable("CALLERID(num)", presented.as_bytes());
    }
    for (name, value) in control.auto_answer.iter().filter(|_| new.auto_answer) {
        originate = originate.variable(&format!("PJSIP_HEADER(add,{name})"), value.as_bytes());
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
fn moving(control: &Control, to: &str, act: Action, leg: &ConnectionKey, asked: Asked, checks: bool) -> Plan {
    let question = format!("DIALPLAN_EXISTS({},{to},1)", control.context);
    let check = Step::check(Action::new("Getvar").header("Variable", question).within(CHECK));
    let act = Step {
        asked: Some(asked),
        ..Step::act(act, &leg.0)
    };
    Plan {
        steps: Some(check).filter(|_| checks).into_iter().chain([act]).collect(),
        ..Plan::new(super::Doing::Other)
    }
}

fn record(
    connection: &ConnectionKey,
    call: CallId,
    service: Service,
    control: &Control,
    unique: &str,
) -> Result<Plan, Progress> {
    let mute = |state: &str| {
        // Both directions: nobody is recorded.
        action("MixMonitorMute", &connection.0)
            .header("Direction", "both")
            .header("State", state)
    };
    let act = match service {
        // No word of anybody's goes into it, and no command: Asterisk would hand that to a shell.
        Service::StartRecording => action("MixMonitor", &connection.0)
            .header("File", control.recording(&call.to_string(), unique))
            .header("Options", format!("i({RECORDER})")),
        Service::StopRecording => action("StopMixMonitor", &connection.0),
        Service::PauseRecording => mute("1"),
        Service::ResumeRecording => mute("0"),
        other => {
            let why = format!("{} is no service of a recording", other.as_str());
            return Err(Progress::NotSent(Text::from(why)));
        }
    };
    let leg = connection.0.clone();
    let doing = match service {
        Service::StartRecording => super::Doing::Record(leg),
        Service::StopRecording => super::Doing::Stop(leg),
        _ => super::Doing::Other,
    };
    Ok(Plan::one(doing, Step::act(act, &connection.0)))
}
