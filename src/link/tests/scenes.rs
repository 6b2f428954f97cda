//! The virtual switch plays what the lab recorded: the story is the same, whoever plays in it.
use super::rig::{Rig, recordings};
use crate::model::{Data, Event};
use crate::replay::Replay;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// What happened to whom: calls and devices bear numbers in the order in which they appear.
fn story<'a>(events: impl Iterator<Item = &'a Event>) -> Vec<String> {
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut name = |native: String| {
        let next = names.len() + 1;
        *names.entry(native).or_insert(next)
    };
    let lines = events.filter_map(|event| {
        let Data::Call(data) = &event.data else { return None };
        let call = name(data.call.id.to_string());
        let moved = data.connection.as_ref().map(|connection| {
            let device = connection.device.as_ref().map_or_else(String::new, ToString::to_string);
            (name(device), connection.state, connection.outcome)
        });
        Some(format!("{} call {call} {moved:?} {:?}", event.kind, data.cause))
    });
    lines.collect()
}

/// Replays by the profile as it is now, by which the rig reads the switch too; a capture bears the one of its day.
fn recorded(capture: &[u8]) -> Vec<Event> {
    let text = std::str::from_utf8(capture).unwrap();
    let (header, rest) = text.split_once('\n').unwrap();
    let mut header: Value = serde_json::from_str(header).unwrap();
    header.as_object_mut().unwrap().remove("profileText");
    let text = format!("{header}\n{rest}");
    let batches = Replay::start(text.as_bytes()).unwrap().flat_map(Result::unwrap);
    batches.flat_map(|batch| batch.events).collect()
}

/// Where a capture says that somebody asked for something.
const COMMAND: &[u8] = b"\"command\":{";

#[test]
fn the_virtual_switch_tells_the_stories_of_the_lab() {
    for (file, mut recording) in recordings() {
        let capture = std::fs::read(&file).unwrap();
        // What an application asked for is part of the story, and the virtual switch is not asked for it here.
        if capture.windows(COMMAND.len()).any(|bytes| bytes == COMMAND) {
            continue;
        }
        // The link is up before anything happens, as it was in the lab.
        for (at, _) in &mut recording.events {
            *at += Duration::from_secs(1);
        }
        let mut rig = Rig::new(&recording, false);
        rig.finish();
        assert_eq!(story(rig.events.iter()), story(recorded(&capture).iter()), "{file}");
    }
}
