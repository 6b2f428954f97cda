//! The same thing that happens to people is told in the same words, whatever the switch: what an Asterisk told of a flow in the lab is what a
//! CSTA switch tells, in XML and in BER of every phase, by whichever profile. Where it cannot, `same_story.json` says why.

use crate::stories::flows::{self, Story, lines};
use lineside::model::Wall;
use lineside::replay::Writer;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The profile that the others are held against.
const FIRST: &str = "ecma/ecma-323";

/// Profiles of Phases I and II, which have no word for some of what is asked for: people do it at their telephones then.
const OLD: &[&str] = &["alcatel/omnipcx-enterprise", "alcatel/omnipcx-office"];

/// How a CSTA switch tells a flow otherwise.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Difference {
    /// Why it cannot tell it as the story has it.
    why: String,
    /// What it tells instead, of calls and of agents, where that is something else.
    story: Option<Vec<Value>>,
    agents: Option<Vec<Value>>,
    /// The manner in which it tells the story after all.
    #[serde(default)]
    but_in: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Differences {
    #[expect(dead_code, reason = "for who reads the file")]
    tells: String,
    /// By the name of the flow, or `flow in manner`.
    flows: BTreeMap<String, Difference>,
    /// Those of single profiles besides.
    profiles: BTreeMap<String, BTreeMap<String, Difference>>,
}

impl Differences {
    fn read() -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviour/same_story.json");
        serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
    }

    fn of(&self, flow: &str, profile: &str, manner: &str) -> Option<&Difference> {
        let own = self.profiles.get(profile).and_then(|flows| flows.get(flow));
        let told_so = self.flows.get(&format!("{flow} in {manner}"));
        let found = own.or(told_so).or_else(|| self.flows.get(flow));
        found.filter(|difference| difference.but_in.as_deref() != Some(manner))
    }
}

/// Holds what is told of a flow against its story, or against what is listed instead: then it must not be the story.
fn hold(flow: &str, profile: &str, manner: &str, differences: &Differences) -> Result<(), String> {
    let (told, roles) = (told_or_why(flow, profile, manner)?, lineside::play::roles(flow));
    let mut story = Story::of(flow);
    let asks = |(name, story): (&str, &str)| name == flow && story.contains(" by request");
    let asked = !OLD.contains(&profile) && lineside::play::flows().any(asks);
    if let Some(other) = differences.of(flow, profile, manner) {
        if hold_words(&story, &told, &roles, asked).is_ok() {
            return Err("it is told alike: strike it off the differences".to_owned());
        }
        assert!(!other.why.is_empty(), "{flow}: why?");
        story.parts = other.story.clone().unwrap_or(story.parts);
        story.agents = other.agents.clone().or(story.agents);
    }
    hold_words(&story, &told, &roles, asked)
}

fn told(flow: &str, profile: &str, manner: &str) -> Vec<Value> {
    told_or_why(flow, profile, manner).unwrap_or_else(|why| panic!("{flow} by {profile}, {manner}: {why}"))
}

fn told_or_why(flow: &str, profile: &str, manner: &str) -> Result<Vec<Value>, String> {
    let batches = lineside::play::play(flow, profile, manner)?;
    let mut writer = Writer::new("play", Wall::from_millis(0));
    let events = batches.into_iter().flat_map(|batch| writer.write(batch));
    Ok(events.map(|event| serde_json::from_str(&event).unwrap()).collect())
}

/// The same in words only, for another protocol than the one that the story was written down from: what is one message there may be
/// several here, so groups count for nothing; nor does that a handset was lifted, and what may be asked of a call meanwhile. That somebody asked
/// for it counts where it can be `asked` for, and not by which name.
fn hold_words(story: &Story, events: &[Value], roles: &BTreeMap<String, String>, asked: bool) -> Result<(), String> {
    let bare = |line: &str| {
        let said = line.strip_suffix(" reconstructed").unwrap_or(line);
        let by = asked && said.contains(") by ");
        let said = said
            .split_once(") by ")
            .map_or(said.to_owned(), |(said, _)| format!("{said})"));
        // What was dialled is another number there.
        let to = said.split_once(", to ").or_else(|| said.split_once("; to "));
        let said = to.map_or(said.clone(), |(said, _)| format!("{said})"));
        Value::from(if by { format!("{said} by request") } else { said })
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
        .cloned()
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
    let differences = Differences::read();
    let mut wrong = Vec::new();
    for profile in lineside::play::profiles() {
        for flow in shared() {
            if let Err(why) = hold(flow, profile, "standard", &differences) {
                wrong.push(format!("{flow} by {profile}: {why}"));
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
        // Where it cannot be asked for people do it themselves.
        let by_nobody = |line: String| match line.split_once(") by ") {
            Some((said, _)) => format!("{said})"),
            None => line,
        };
        lines
            .filter(|line| line.starts_with('c') && !line.contains(" digitsGenerated("))
            .map(by_nobody)
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

#[test]
fn however_a_switch_tells_it_the_story_is_the_same() {
    let differences = Differences::read();
    let mut wrong = Vec::new();
    for manner in lineside::play::MANNERS {
        for flow in shared() {
            if let Err(why) = hold(flow, FIRST, manner, &differences) {
                wrong.push(format!("{flow}, {manner}: {why}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
