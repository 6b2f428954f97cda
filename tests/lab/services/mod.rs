//! The service flows: what an application asks of the bridge while people telephone, and what the people see of it.

mod agent_state;
mod agents;
mod answer;
mod clear;
mod confer;
mod consult;
mod deflect;
mod devices;
mod make;
mod media;
mod park;
mod pickup;
mod several;
mod supervise;
mod transfer;
mod wrap_ups;

use serde_json::{Value, json};

use crate::{
    Outcome,
    ami::MARK,
    application::Answer,
    bridge::Site,
    flows::Flow,
    play::{Callee, Play},
};

/// The outside party.
const OUTSIDE: &str = "+491713920001";
/// What it dials to reach 1001.
const DIRECT_1001: &str = "493023125001";

pub(crate) const FLOWS: &[(&str, Flow)] = &[
    ("make_call", make::make_call),
    ("make_call_auto_answer", make::make_call_auto_answer),
    ("make_call_presented", make::make_call_presented),
    ("make_call_busy", make::make_call_busy),
    ("make_call_refused", make::make_call_refused),
    ("make_call_no_answer", make::make_call_no_answer),
    ("make_call_unknown_number", make::make_call_unknown_number),
    ("make_call_cleared", make::make_call_cleared),
    ("make_call_twice", several::make_call_twice),
    ("answer_call", answer::answer_call),
    ("answer_call_queue", answer::answer_call_queue),
    ("answer_call_group", answer::answer_call_group),
    ("answer_call_ignored", answer::answer_call_ignored),
    ("answer_call_other_device", answer::answer_call_other_device),
    ("hold_phone", answer::hold_phone),
    ("hold_phone_ignored", answer::hold_phone_ignored),
    ("clear_connection_caller", clear::clear_connection_caller),
    ("clear_connection_callee", clear::clear_connection_callee),
    ("clear_connection_ringing", clear::clear_connection_ringing),
    ("clear_connection_waiting", clear::clear_connection_waiting),
    ("clear_connection_held", clear::clear_connection_held),
    ("clear_connection_agent", clear::clear_connection_agent),
    ("clear_call", clear::clear_call),
    ("deflect", deflect::deflect),
    ("deflect_unknown_number", deflect::deflect_unknown_number),
    ("deflect_refused_group", deflect::deflect_refused_group),
    ("deflect_refused_queue", deflect::deflect_refused_queue),
    ("deflect_once", several::deflect_once),
    ("transfer_callee", transfer::transfer_callee),
    ("transfer_caller", transfer::transfer_caller),
    ("transfer_held", transfer::transfer_held),
    ("transfer_busy", transfer::transfer_busy),
    ("transfer_unknown_number", transfer::transfer_unknown_number),
    ("transfer_outside", transfer::transfer_outside),
    ("park_callee", park::park_callee),
    ("park_caller", park::park_caller),
    ("park_slot", park::park_slot),
    ("park_held", park::park_held),
    ("park_refused", park::park_refused),
    ("pickup_directed", pickup::pickup_directed),
    ("pickup_group", pickup::pickup_group),
    ("pickup_queue", pickup::pickup_queue),
    ("pickup_not_lifted", pickup::pickup_not_lifted),
    ("supervise_silent", supervise::supervise_silent),
    ("supervise_coach", supervise::supervise_coach),
    ("supervise_active", supervise::supervise_active),
    ("supervise_dialled", supervise::supervise_dialled),
    ("supervise_not_lifted", supervise::supervise_not_lifted),
    ("consult_transfer", consult::consult_transfer),
    ("consult_transfer_ringing", consult::consult_transfer_ringing),
    ("consult_reconnect", consult::consult_reconnect),
    ("consult_alternate", consult::consult_alternate),
    ("consult_conference", consult::consult_conference),
    ("conference_grows", confer::conference_grows),
    ("conference_of_ten_by_switch", confer::conference_of_ten_by_switch),
    ("conference_consult_busy", confer::conference_consult_busy),
    ("conference_reconnect", confer::conference_reconnect),
    ("conference_ends_meanwhile", confer::conference_ends_meanwhile),
    ("consult_busy", consult::consult_busy),
    ("consult_twice", consult::consult_twice),
    ("consult_unknown_number", consult::consult_unknown_number),
    ("consult_held_party_leaves", consult::consult_held_party_leaves),
    ("consult_agent_leaves", consult::consult_agent_leaves),
    ("consult_from_queue", consult::consult_from_queue),
    ("consult_by_caller", consult::consult_by_caller),
    ("hold_by_switch", consult::hold_by_switch),
    ("hold_by_switch_given_up", consult::hold_by_switch_given_up),
    ("generate_digits", media::generate_digits),
    ("generate_digits_unseen", media::generate_digits_unseen),
    ("generate_digits_ivr", media::generate_digits_ivr),
    ("mute", media::mute),
    ("recording", media::recording),
    ("user_data", several::user_data),
    ("hung_up_meanwhile", several::hung_up_meanwhile),
    ("agent_pauses", agents::agent_pauses),
    ("agent_wraps_up", agents::agent_wraps_up),
    ("agent_wraps_up_queue", agents::agent_wraps_up_queue),
    ("agent_wraps_up_everywhere", wrap_ups::agent_wraps_up_everywhere),
    ("agent_behind_local", agents::agent_behind_local),
    ("queue_order", agents::queue_order),
    ("agent_logs_on", agent_state::agent_logs_on),
    ("agent_takes_a_break", agent_state::agent_takes_a_break),
    ("agent_in_a_call", agent_state::agent_in_a_call),
    ("device_do_not_disturb", devices::device_do_not_disturb),
    ("set_do_not_disturb", devices::set_do_not_disturb),
    ("set_forwarding", devices::set_forwarding),
    ("device_out_of_service", devices::device_out_of_service),
    ("device_message_waiting", devices::device_message_waiting),
];

/// The services of a connection that are offered, with a body that each takes.
fn services() -> Vec<(&'static str, Value)> {
    vec![
        ("answerCall", json!({})),
        ("holdCall", json!({})),
        ("retrieveCall", json!({})),
        ("clearConnection", json!({})),
        ("deflectCall", json!({ "to": "1004" })),
        ("singleStepTransferCall", json!({ "to": "1004" })),
        (
            "singleStepConferenceCall",
            json!({ "device": "lab:1005", "participation": "silent" }),
        ),
        ("parkCall", json!({})),
        ("directedPickupCall", json!({ "by": "lab:1005" })),
        ("consultationCall", json!({ "to": "1004" })),
        ("alternateCall", json!({})),
        ("reconnectCall", json!({})),
        (
            "transferCall",
            json!({ "heldConnection": "00000000-0000-7000-8000-000000000000" }),
        ),
        (
            "conferenceCall",
            json!({ "heldConnection": "00000000-0000-7000-8000-000000000000" }),
        ),
        ("generateDigits", json!({ "digits": "7" })),
        ("mute", json!({})),
        ("unmute", json!({})),
        ("startRecording", json!({})),
        ("stopRecording", json!({})),
        ("pauseRecording", json!({})),
        ("resumeRecording", json!({})),
    ]
}

/// What a flow has in the configuration that others have not.
pub(crate) fn site(flow: &str) -> Site {
    match flow {
        "generate_digits" => Site {
            lines: "digits = true",
            ..Site::default()
        },
        "agent_logs_on" | "agent_takes_a_break" | "agent_in_a_call" => Site {
            lines: agent_state::SITE,
            ..Site::default()
        },
        "set_forwarding" => Site {
            keeps: "immediate = \"CF\"\nbusy = \"CFB\"",
            ..Site::default()
        },
        _ if flow.starts_with("hold_by_switch") => Site {
            hold: r#"{ switch = ["1001"] }"#,
            ..Site::default()
        },
        _ if flow.starts_with("answer_call") || flow.starts_with("hold_phone") => Site {
            obey: r#"["1001", "1002"]"#,
            ..Site::default()
        },
        _ => Site::default(),
    }
}

/// Does the flow ask the bridge, which must be there then?
pub(crate) fn asks(flow: &str) -> bool {
    FLOWS.iter().any(|(name, _)| *name == flow)
}

/// A device in a call, as the bridge tells it.
#[derive(Clone, Debug)]
struct There {
    call: String,
    connection: String,
    permitted: Vec<String>,
}

impl There {
    fn service(&self, service: &str) -> String {
        format!("/v1/calls/{}/connections/{}/{service}", self.call, self.connection)
    }
}

impl Play<'_> {
    /// The connection of the device (`1001`, `trunk`), once it is in this state.
    fn there(&self, device: &str, state: &str) -> Outcome<There> {
        let wanted = format!("lab:{device}");
        self.soon(&format!("{device} {state}"), || {
            let calls = self.application()?.calls()?;
            Ok(calls.iter().find_map(|call| there(call, &wanted, state)))
        })
    }

    /// Asks for a service on a connection. `name` is what its events carry as `requestid`.
    fn asks(&self, name: &str, there: &There, service: &str, body: &Value) -> Outcome<Answer> {
        self.application()?
            .ask("POST", &there.service(service), &[("Request-Id", name)], body)
    }

    /// As `asks`: it is done, and the answer names the event that proves it.
    fn has(&self, name: &str, there: &There, service: &str, body: &Value) -> Outcome<Answer> {
        if !there.permitted.iter().any(|permitted| permitted == service) {
            return Err(format!("{service} is not permitted, only {:?}", there.permitted).into());
        }
        proven(self.asks(name, there, service, body)?.is(200)?)
    }

    /// Asks for a call.
    fn makes(&self, name: &str, body: &Value) -> Outcome<Answer> {
        let answer = self
            .application()?
            .ask("POST", "/v1/calls", &[("Request-Id", name)], body)?;
        proven(answer.is(201)?)
    }

    /// Everything that `servicesPermitted` does not name is refused, and the switch hears nothing of it.
    fn denies_the_rest(&mut self, there: &There) -> Outcome<()> {
        let before = self.asked_of_the_switch()?.len();
        for (service, body) in services() {
            if there.permitted.iter().any(|permitted| permitted == service) {
                continue;
            }
            self.asks("never", there, service, &body)?
                .refuses(409, "invalidConnectionState")
                .map_err(|error| format!("{service}, which is not permitted: {error}"))?;
        }
        let after = self.asked_of_the_switch()?;
        match after.get(before..) {
            None | Some([]) => Ok(()),
            Some(asked) => Err(format!("the switch was asked for what was refused: {asked:?}").into()),
        }
    }

    /// The AMI actions that the switch was asked for by the bridge so far, by its own account.
    fn asked_of_the_switch(&mut self) -> Outcome<Vec<String>> {
        let marks = |all: &[String]| all.iter().filter(|name| *name == MARK).count();
        let before = marks(&self.switch.actions());
        self.actions.mark()?;
        self.soon("the log of the switch", || {
            let all = self.switch.actions();
            let done = marks(&all) > before;
            let of_the_bridge = |name: &String| name != MARK && name != "Ping";
            Ok(done.then(|| all.into_iter().filter(of_the_bridge).collect()))
        })
    }
}

/// The connection of a device to a call, if it is in this state.
fn there(call: &Value, device: &str, state: &str) -> Option<There> {
    let mut connections = call.get("connections").and_then(Value::as_array)?.iter();
    let there = connections.find(|there| text(there, "device") == device && text(there, "state") == state)?;
    let permitted = there.get("servicesPermitted").and_then(Value::as_array);
    Some(There {
        call: text(call, "id").to_owned(),
        connection: text(there, "id").to_owned(),
        permitted: permitted
            .into_iter()
            .flatten()
            .filter_map(|name| Some(name.as_str()?.to_owned()))
            .collect(),
    })
}

/// The answer says which event proves it.
fn proven(answer: Answer) -> Outcome<Answer> {
    let by = answer.header("Lineside-Confirmed-By").unwrap_or_default();
    if by.len() == 16 {
        Ok(answer)
    } else {
        Err(format!("the answer names no event that proves it: {answer:?}").into())
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Answers, and hangs up after so long.
const fn talks(talk_ms: u32) -> Callee {
    Callee {
        talk_ms,
        ..crate::play::ANSWERS
    }
}
