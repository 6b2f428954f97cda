//! Calls that nobody heard, told by their records: each once, whenever the bridge is killed.
use super::rig::{Break, Rig, laws, recordings};
use crate::link::Missed;
use crate::model::{Data, EventType, Text, Wall};
use crate::normalize::cdr::Row;
use std::time::Duration;

/// A bridge that was away for ten seconds, after a flow that it heard.
fn away() -> Rig {
    let mut recordings = recordings().into_iter();
    let (_, recording) = recordings
        .find(|(name, _)| name.contains("/internal/asterisk-22"))
        .unwrap();
    let mut rig = Rig::new(&recording, false);
    rig.finish();
    assert_eq!(rig.missed, [], "the link was never down");
    kill(&mut rig);
    rig
}

/// Ten seconds later it is there again.
fn kill(rig: &mut Rig) {
    rig.now += Duration::from_secs(10);
    rig.breaks(&Break::BridgeRestarts);
}

/// 1001 called 1002, a second after `from`.
fn row(number: u32, from: Wall) -> Row {
    let start = from.as_millis() + 1000;
    let id = Text::from(format!("{}.{number}", start / 1000));
    Row {
        unique: id.clone(),
        linked: id,
        channel: Text::from(format!("PJSIP/1001-0000{number:04}")),
        called: Text::from(format!("PJSIP/1002-0000{number:04}")),
        from: Text::from("1001"),
        to: Text::from("1002"),
        caller: Text::from("\"Alice\" <1001>"),
        disposition: Text::from("ANSWERED"),
        start: Wall::from_millis(start),
        answer: Some(Wall::from_millis(start + 1000)),
        end: Wall::from_millis(start + 3000),
    }
}

fn records(rig: &Rig, calls: &[u32]) -> Missed {
    let (from, to) = rig.missed[0];
    let rows = calls.iter().map(|number| row(*number, from)).collect();
    Missed { from, to, rows }
}

/// The native ids of the calls that were told to be over, and whether each was marked.
fn over(rig: &Rig, before: usize) -> Vec<(String, bool)> {
    let ended = rig.events[before..]
        .iter()
        .filter(|event| event.kind == EventType::Cleared);
    ended
        .map(|event| match &event.data {
            Data::Call(data) => (data.call.native_ids[0].to_string(), event.reconstructed),
            other => panic!("no call: {other:?}"),
        })
        .collect()
}

#[test]
fn the_time_in_which_the_bridge_was_away_is_what_link_resynced_names() {
    let rig = away();
    let named = rig.events.iter().rev().find_map(|event| match &event.data {
        Data::Link(data) if event.kind == EventType::LinkResynced => Some((data.unobserved_from, data.unobserved_to)),
        _ => None,
    });
    let (from, to) = rig.missed[0];
    assert_eq!(rig.missed.len(), 1);
    assert_eq!(named, Some((Some(from), Some(to))));
}

#[test]
fn what_was_not_read_when_the_bridge_was_killed_is_asked_for_again_until_it_was_read() {
    let mut rig = away();
    let before = rig.events.len();
    kill(&mut rig);
    kill(&mut rig);
    // Each start asks for all that is outstanding, and its own.
    let asked = rig.missed.clone();
    assert_eq!((asked.len(), asked[1], asked[4]), (6, asked[0], asked[2]));
    let missed = records(&rig, &[1, 2]);
    rig.answer_missed(missed, usize::MAX);
    assert_eq!(over(&rig, before).len(), 2);
    assert!(over(&rig, before).iter().all(|(_, marked)| *marked));
    rig.missed.clear();
    kill(&mut rig);
    assert_eq!(rig.missed[..2], [asked[2], asked[5]]);
    assert!(!rig.missed.contains(&asked[0]), "{:?}", rig.missed);
    laws(&rig.events, "missed");
}

#[test]
fn a_bridge_that_is_killed_while_it_tells_what_it_read_goes_on_behind_the_last_call_that_it_told() {
    for told in 0..4 {
        let mut rig = away();
        let before = rig.events.len();
        let missed = records(&rig, &[1, 2, 3]);
        rig.answer_missed(missed.clone(), told);
        kill(&mut rig);
        assert_eq!(
            rig.missed.get(1),
            Some(&rig.missed[0]),
            "the end of it is not in the log"
        );
        rig.answer_missed(missed, usize::MAX);
        let mut calls = over(&rig, before);
        assert_eq!(calls.len(), 3, "killed after {told}: {calls:?}");
        calls.dedup();
        assert_eq!(calls.len(), 3, "killed after {told}: {calls:?}");
    }
}

#[test]
fn a_call_that_was_heard_is_not_told_by_its_record_though_the_clock_of_the_switch_is_ahead() {
    let mut rig = away();
    let before = rig.events.len();
    let heard = rig.events.iter().find_map(|event| match &event.data {
        Data::Call(data) => data.call.native_ids.first().cloned(),
        _ => None,
    });
    let mut missed = records(&rig, &[1]);
    let heard = heard.unwrap();
    (missed.rows[0].unique, missed.rows[0].linked) = (heard.clone(), heard);
    rig.answer_missed(missed, usize::MAX);
    assert_eq!(over(&rig, before), []);
}
