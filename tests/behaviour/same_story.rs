//! The same thing that happens to people is told in the same words, whatever the switch: what an Asterisk told of a flow in the lab is what a
//! CSTA switch tells, in XML and in BER of every phase, by whichever profile. Where it cannot, `same_story.json` says why.

use crate::stories::flows::{self, Story, lines};
use lineside::model::Wall;
use lineside::replay::Writer;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The profile that the others are held against.
const FIRST: &str = "ecma/ecma-323";

fn differences() -> BTreeMap<String, String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviour/same_story.json");
    let all: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    serde_json::from_value(all["flows"].clone()).unwrap()
}

fn told(flow: &str, profile: &str, manner: &str) -> Vec<Value> {
    let batches = lineside::play::play(flow, profile, manner);
    let batches = batches.unwrap_or_else(|why| panic!("{flow} by {profile}, {manner}: {why}"));
    let mut writer = Writer::new("play", Wall::from_millis(0));
    let events = batches.into_iter().flat_map(|batch| writer.write(batch));
    events.map(|event| serde_json::from_str(&event).unwrap()).collect()
}

/// The same in words only, for another protocol than the one that the story was written down from: what is one message there may be
/// several here, so groups count for nothing; nor does who asked for it, that a handset was lifted, and what may be asked of a call meanwhile.
fn hold_words(story: &Story, events: &[Value], roles: &BTreeMap<String, String>) -> Result<(), String> {
    let bare = |line: &str| {
        let said = line.strip_suffix(" reconstructed").unwrap_or(line);
        let said = said
            .split_once(") by ")
            .map_or(said.to_owned(), |(said, _)| format!("{said})"));
        // What was dialled is another number there.
        let to = said.split_once(", to ").or_else(|| said.split_once("; to "));
        Value::from(to.map_or(said.clone(), |(said, _)| format!("{said})")))
    };
    let told_of = |line: &&str| !line.contains(" information(");
    let words = |part: &Value| -> Vec<Value> { lines(part).into_iter().filter(told_of).map(bare).collect() };
    let one = |part: &Value| match part.get("anyOrder").and_then(Value::as_array) {
        Some(any) => vec![serde_json::json!({"anyOrder": any.iter().flat_map(words).collect::<Vec<_>>()})],
        None => words(part),
    };
    let story = Story {
        parts: story.parts.iter().flat_map(one).collect(),
        interleaved: story.interleaved,
        agents: story.agents.clone(),
    };
    let told: Vec<Value> = events
        .iter()
        .filter(|event| event["type"] != "lineside.call.information")
        .filter(|event| event["type"] != "lineside.call.serviceInitiated" || event["data"]["cause"] == "makeCall")
        .map(|event| {
            let mut event = event.clone();
            event["requestid"] = Value::Null;
            event
        })
        .collect();
    story.hold_by(&told, roles, |line| bare(line).as_str().unwrap_or_default().to_owned())
}

/// The flows that are in the lab's stories, too.
fn shared() -> Vec<&'static str> {
    let known = flows::names();
    let all = lineside::play::flows().map(|(flow, _)| flow);
    all.filter(|flow| known.iter().any(|name| name == flow)).collect()
}

#[test]
fn a_csta_switch_tells_the_stories_that_an_asterisk_tells() {
    let (differences, roles) = (differences(), lineside::play::roles());
    let mut wrong = Vec::new();
    for profile in lineside::play::profiles() {
        for flow in shared() {
            let held = hold_words(&Story::of(flow), &told(flow, profile, "standard"), &roles);
            match (held, differences.contains_key(flow)) {
                (Err(why), false) => wrong.push(format!("{flow} by {profile}: {why}")),
                (Ok(()), true) => wrong.push(format!(
                    "{flow} by {profile} is told alike: strike it off the differences"
                )),
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_profile_tells_the_same() {
    let words = |flow: &str, profile: &str| -> Vec<String> {
        let mut teller = flows::teller::Teller::default();
        let told = told(flow, profile, "standard");
        let lines = told.iter().map(|event| teller.tell(event));
        // Older phases have no words for digits, and for some of what devices do by themselves.
        lines
            .filter(|line| line.starts_with('c') && !line.contains(" digitsGenerated("))
            .collect()
    };
    for flow in shared() {
        let first = words(flow, FIRST);
        for profile in lineside::play::profiles() {
            assert_eq!(words(flow, profile), first, "{flow} by {profile}");
        }
    }
}

#[test]
fn of_no_story_a_call_is_left() {
    for flow in shared() {
        let mut live = BTreeMap::new();
        for event in told(flow, FIRST, "standard") {
            let Some(id) = event["data"]["call"]["id"].as_str() else {
                continue;
            };
            live.insert(id.to_owned(), event["type"] == "lineside.call.cleared");
        }
        assert!(live.values().all(|over| *over), "{flow}: {live:?}");
    }
}

/// What cannot be told in order by a switch whose monitors are late: who picks up is told of before the call that he dialled for it; and of a
/// second queue, since the call still names the first one as who was called.
const LATE: &[&str] = &[
    "pickup",
    "pickup_internal",
    "queue_transfer_to_queue",
    "transfer_to_queue",
];

#[test]
fn however_a_switch_tells_it_the_story_is_the_same() {
    let (differences, roles) = (differences(), lineside::play::roles());
    let mut wrong = Vec::new();
    for manner in lineside::play::MANNERS {
        for flow in shared() {
            if differences.contains_key(flow) || *manner == "late" && LATE.contains(&flow) {
                continue;
            }
            if let Err(why) = hold_words(&Story::of(flow), &told(flow, FIRST, manner), &roles) {
                wrong.push(format!("{flow}, {manner}: {why}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
