//! The virtual switch plays what the lab recorded: the story is the same, whoever plays in it.
use super::rig::{Rig, recordings};
use crate::model::{Data, Event};
use crate::replay::Replay;
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
        let recorded: Vec<Event> = Replay::start(capture.as_slice())
            .unwrap()
            .flat_map(Result::unwrap)
            .flat_map(|batch| batch.events)
            .collect();
        let mut rig = Rig::new(&recording, false);
        rig.finish();
        assert_eq!(story(rig.events.iter()), story(recorded.iter()), "{file}");
    }
}
