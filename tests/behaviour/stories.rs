//! Every recording of the cases replays to the story of its flow.

#[path = "../flows/mod.rs"]
pub(crate) mod flows;

use flows::Story;
use lineside::replay::{Replay, Writer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vendor-profiles/asterisk/asterisk/cases")
}

/// The recordings of a flow, by their file names.
pub(crate) fn captures(flow: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(cases().join(flow))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut captures: Vec<PathBuf> = files
        .filter(|path| path.to_string_lossy().ends_with(".capture.ndjson"))
        .collect();
    captures.sort();
    captures
}

pub(crate) fn roles(flow: &str) -> BTreeMap<String, String> {
    let case: Value = serde_json::from_slice(&std::fs::read(cases().join(flow).join("case.json")).unwrap()).unwrap();
    serde_json::from_value(case["roles"].clone()).unwrap()
}

/// Replays by the profile as it is now: what was recorded is what the switch said, not what we made of it then.
pub(crate) fn replay(capture: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(capture).unwrap();
    let (header, rest) = text.split_once('\n').unwrap();
    let mut header: Value = serde_json::from_str(header).unwrap();
    header.as_object_mut().unwrap().remove("profileText");
    let text = format!("{header}\n{rest}");
    let replay = Replay::start(text.as_bytes()).unwrap();
    let mut writer = Writer::new("replay", replay.wall());
    replay
        .flat_map(|step| step.unwrap_or_else(|error| panic!("{}: {error}", capture.display())))
        .flat_map(|batch| writer.write(batch))
        .map(|event| serde_json::from_str(&event).unwrap())
        .collect()
}

#[test]
fn every_recording_tells_the_story_of_its_flow() {
    let mut wrong = Vec::new();
    for flow in flows::names() {
        let captures = captures(&flow);
        assert!(captures.len() >= 2, "{flow} is recorded on Asterisk 16 and 22");
        for capture in captures {
            if let Err(why) = Story::of(&flow).hold(&replay(&capture), &roles(&flow)) {
                wrong.push(format!("{}: {why}", capture.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn after_the_last_hang_up_nothing_is_left_and_everything_that_ended_has_an_outcome() {
    for flow in flows::names() {
        for capture in captures(&flow) {
            let mut live: BTreeMap<String, Value> = BTreeMap::new();
            for event in replay(&capture) {
                let call = &event["data"]["call"];
                let Some(id) = call["id"].as_str() else { continue };
                live.insert(id.to_owned(), event.clone());
                let ended = call["history"].as_array().unwrap();
                assert!(
                    ended.iter().all(|connection| connection["outcome"].is_string()),
                    "{}: {event}",
                    capture.display()
                );
                if event["type"] == "lineside.call.cleared" {
                    assert!(call["outcome"].is_string(), "{}: {event}", capture.display());
                    live.remove(id);
                }
            }
            assert!(live.is_empty(), "{}: {live:?}", capture.display());
        }
    }
}

#[test]
fn a_replay_is_the_same_bit_for_bit() {
    for flow in flows::names() {
        for capture in captures(&flow) {
            assert_eq!(replay(&capture), replay(&capture), "{}", capture.display());
        }
    }
}

/// The events of one recording of each version.
fn told(flow: &str) -> Vec<Vec<Value>> {
    captures(flow).iter().map(|capture| replay(capture)).collect()
}

fn first<'a>(events: &'a [Value], kind: &str) -> &'a Value {
    let name = format!("lineside.call.{kind}");
    &events
        .iter()
        .find(|event| event["type"] == *name)
        .unwrap_or_else(|| panic!("{kind} is told"))["data"]
}

#[test]
fn who_calls_and_who_is_called_are_known_from_the_first_event_on() {
    for events in told("inbound") {
        let call = &first(&events, "originated")["call"];
        assert_eq!(call["direction"], "inbound");
        assert_eq!(call["callingDevice"]["number"], "+491713920001");
        assert_eq!(call["callingDevice"]["e164"], "+491713920001");
        assert_eq!(call["callingDevice"]["device"], "lab:trunk");
        assert_eq!(call["calledDevice"]["number"], "493023125001");
        let rung = &first(&events, "delivered")["connection"];
        assert_eq!(rung["device"], "lab:1001");
        assert_eq!(rung["number"], "1001");
        assert_eq!(rung["name"], "Phone 1001");
        assert_eq!(rung["direction"], "incoming");
    }
}

#[test]
fn what_the_dialplan_set_before_the_phone_rings_is_in_the_first_delivered() {
    for events in told("inbound_data") {
        let data = &first(&events, "delivered")["call"]["userData"];
        assert_eq!(data["CUSTOMER"], "ACME-42");
        assert_eq!(data["ACCOUNT"], "7001");
    }
}

#[test]
fn a_caller_who_asked_to_be_hidden_is_told_as_restricted() {
    for events in told("caller_restricted") {
        assert_eq!(
            first(&events, "originated")["call"]["callingDevice"]["presentation"],
            "restricted"
        );
    }
    for events in told("inbound") {
        assert_eq!(
            first(&events, "originated")["call"]["callingDevice"]["presentation"],
            "allowed"
        );
    }
}

#[test]
fn the_two_phones_of_one_device_are_told_apart_by_their_contact() {
    for events in told("two_contacts") {
        let call = &first(&events, "established")["call"];
        let contacts: Vec<&Value> = call["connections"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| &c["contact"])
            .collect();
        assert_eq!(contacts.len(), 3);
        assert!(
            contacts[1].is_string() && contacts[2].is_string() && contacts[1] != contacts[2],
            "{contacts:?}"
        );
    }
}

#[test]
fn an_outbound_call_is_not_connected_before_the_network_answers() {
    for events in told("outbound") {
        let before = events
            .iter()
            .take_while(|event| event["type"] != "lineside.call.established");
        for event in before.filter(|event| event["data"]["call"].is_object()) {
            assert_eq!(event["data"]["call"]["answeredAt"], Value::Null);
            assert_ne!(event["data"]["call"]["state"], "connected");
        }
        assert_eq!(first(&events, "originated")["call"]["direction"], "outbound");
        let call = &first(&events, "established")["call"];
        assert_eq!(
            (&call["direction"], &call["state"]),
            (&Value::from("outbound"), &Value::from("connected"))
        );
        assert_eq!(call["connections"][1]["e164"], "+491713920099");
    }
}

#[test]
fn an_application_that_has_somebody_called_is_not_told_of_a_call_coming_in_there() {
    for events in told("click_to_dial") {
        let rung: Vec<&Value> = events
            .iter()
            .filter(|e| e["type"] == "lineside.call.delivered")
            .map(|e| &e["data"])
            .collect();
        assert_eq!(rung.len(), 1);
        assert_eq!(rung[0]["connection"]["device"], "lab:1002");
        assert_eq!(rung[0]["call"]["calledDevice"]["number"], "1002");
        assert_eq!(rung[0]["call"]["callingDevice"]["device"], "lab:1001");
    }
}

#[test]
fn who_was_forwarded_to_knows_from_whom() {
    for events in told("forwarded_302") {
        let call = &first(&events, "delivered")["call"];
        assert_eq!(call["lastRedirectionDevice"]["device"], "lab:1001");
        assert_eq!(call["callingDevice"]["number"], "+491713920001");
    }
}

#[test]
fn a_call_that_goes_on_remembers_whom_it_left_last() {
    for (flow, device) in [
        ("forwarded_302", "lab:1001"),
        ("forwarded_302_twice", "lab:1002"),
        ("forwarded_302_outside", "lab:1001"),
        ("forwarded_immediate", "lab:1001"),
        ("forwarded_busy", "lab:1001"),
        ("forwarded_no_answer", "lab:1001"),
        ("forwarded_chain", "lab:1002"),
        ("forwarded_voicemail", "lab:1001"),
        ("voicemail", "lab:1003"),
    ] {
        for events in told(flow) {
            let mut calls = events.iter().rev().map(|event| &event["data"]["call"]);
            let call = calls.find(|call| call.is_object()).unwrap();
            assert_eq!(call["lastRedirectionDevice"]["device"], device, "{flow}");
        }
    }
}

#[test]
fn the_time_of_an_event_is_the_switchs_and_never_runs_back_within_a_call() {
    for flow in flows::names() {
        for events in told(&flow) {
            let mut last: BTreeMap<String, String> = BTreeMap::new();
            for event in events.iter().filter(|event| event["data"]["call"].is_object()) {
                let call = event["data"]["call"]["id"].as_str().unwrap().to_owned();
                let time = event["time"].as_str().unwrap().to_owned();
                assert!(
                    last.insert(call, time.clone()).is_none_or(|before| before <= time),
                    "{flow}: {event}"
                );
            }
        }
    }
}

/// What who watches one device alone is told: from the event in which it joins a call through the one in which it leaves.
fn watched<'a>(events: &'a [Value], device: &str) -> Vec<&'a Value> {
    let named = |list: &Value| list.as_array().into_iter().flatten().any(|name| name == device);
    let present = |event: &&Value| {
        let connections = event["data"]["call"]["connections"].as_array();
        let mut present = connections.into_iter().flatten();
        present.any(|connection| connection["device"] == device) || named(&event["data"]["left"])
    };
    events.iter().filter(present).collect()
}

#[test]
fn who_gets_a_transferred_call_sees_whose_call_it_is() {
    for (flow, device) in [
        ("attended_transfer", "lab:1002"),
        ("attended_transfer_ringing", "lab:1002"),
        ("blind_transfer", "lab:1002"),
        ("code_transfer", "lab:1002"),
        ("code_conference_leaves_last", "lab:1002"),
        ("queue_attended_transfer", "lab:1004"),
        ("queue_transfer_twice", "lab:1001"),
    ] {
        for events in told(flow) {
            let seen = watched(&events, device);
            let customer = |event: &&&Value| event["data"]["call"]["direction"] == "inbound";
            let first = seen.iter().find(customer).unwrap_or_else(|| panic!("{flow}: {seen:?}"));
            let joined = first["data"]["joined"].as_array().unwrap();
            assert!(joined.iter().any(|joined| joined == device), "{flow}: {first}");
            let caller = &first["data"]["call"]["callingDevice"];
            assert_eq!(caller["number"], "+491713920001", "{flow}");
            assert_eq!(caller["e164"], "+491713920001", "{flow}");
            assert_eq!(caller["name"], "Caller +491713920001", "{flow}");
        }
    }
}

#[test]
fn a_transfer_tells_who_transferred_and_who_was_there_before_and_after() {
    for flow in ["attended_transfer", "code_transfer"] {
        for events in told(flow) {
            let data = first(&events, "transferred");
            assert_eq!(data["transferringDevice"], "lab:1001", "{flow}");
            let ids = |list: &str| data[list].as_array().unwrap().clone();
            let (before, after) = (ids("connectionsBefore"), ids("connectionsAfter"));
            assert_eq!((before.len(), after.len()), (2, 2), "{flow}: {data}");
            let stayed: Vec<&Value> = before.iter().filter(|id| after.contains(id)).collect();
            assert_eq!(stayed.len(), 1, "{flow}: the customer's connection keeps its id");
            let added = &data["connection"];
            assert_eq!(added["device"], "lab:1002", "{flow}");
            assert!(
                after.contains(&added["id"]),
                "{flow}: so does that of who was consulted"
            );
        }
    }
}

#[test]
fn who_is_hidden_stays_hidden_through_a_transfer() {
    for events in told("transfer_restricted") {
        for event in events.iter().filter(|event| event["data"]["call"].is_object()) {
            let call = &event["data"]["call"];
            if call["direction"] == "inbound" {
                assert_eq!(call["callingDevice"]["presentation"], "restricted", "{event}");
            }
        }
        let transferred = first(&events, "transferred");
        assert_eq!(transferred["call"]["callingDevice"]["presentation"], "restricted");
    }
}
