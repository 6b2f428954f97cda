use super::stage::*;
use crate::model::*;
use lineside_wire::Tick;
use std::time::Duration;

use ConnectionEvent as E;

fn down() -> Fact {
    Fact::Link(LinkFact::Down {
        reason: Text::from("cut"),
        heard: None,
    })
}

fn snapshot(calls: &[(&str, &[(&str, E)])]) -> Fact {
    let calls = calls.iter().map(|(of, legs)| {
        let legs = legs
            .iter()
            .map(|(key, event)| fact(of, key, *event, Cause::NewCall))
            .collect();
        (CallFact::of(call(of)), legs)
    });
    Fact::Snapshot(Box::new(SnapshotFact {
        calls: calls.collect(),
        uncertain: vec![Text::from("holdBy")],
        ..SnapshotFact::default()
    }))
}

fn counts(events: &[Event]) -> (u32, u32, u32) {
    match &events.last().unwrap().data {
        Data::Link(data) => (data.added, data.corrected, data.closed),
        other => panic!("no event of the link: {other:?}"),
    }
}

#[test]
fn a_link_that_goes_down_says_so_once_and_calls_stay() {
    let mut stage = Stage::new();
    stage.talk("1", "A", "B");
    assert_eq!(stage.say([down()]), ["link.down"]);
    assert!(stage.say([down()]).is_empty());
    assert_eq!(stage.engine.calls().count(), 1);
}

#[test]
fn what_did_not_change_while_the_link_was_down_is_not_told() {
    let mut stage = Stage::new();
    stage.talk("1", "A", "B");
    let before = stage.the_call();
    stage.say([down()]);
    let events = stage.events([snapshot(&[("1", &[("A", E::Originated), ("B", E::Established)])])]);
    assert_eq!(
        events.iter().map(told).collect::<Vec<_>>(),
        ["link.up", "link.resynced"]
    );
    assert_eq!(counts(&events), (0, 0, 0));
    assert_eq!(stage.the_call().id, before.id);
}

#[test]
fn what_changed_while_the_link_was_down_is_corrected_and_marked() {
    let mut stage = Stage::new();
    stage.say([moved("1", "A", E::Originated, Cause::NewCall)]);
    stage.say([moved("1", "B", E::Delivered, Cause::NewCall)]);
    stage.talk("2", "C", "D");
    stage.say([down()]);
    let events = stage.events([snapshot(&[
        ("1", &[("A", E::Originated), ("B", E::Established)]),
        ("3", &[("E", E::Originated), ("F", E::Delivered)]),
    ])]);
    let told: Vec<String> = events.iter().map(told).collect();
    assert_eq!(
        told,
        [
            "link.up",
            "established B:Connected",
            "originated E:Connected",
            "delivered F:Alerting",
            "connectionCleared C:Null",
            "connectionCleared D:Null",
            "cleared",
            "link.resynced"
        ]
    );
    assert!(events[1..7].iter().all(|event| event.reconstructed));
    assert!(!events[0].reconstructed && !events[7].reconstructed);
    assert_eq!(counts(&events), (1, 1, 1));
}

#[test]
fn a_hold_that_the_switch_cannot_tell_stays_and_is_named_uncertain() {
    let mut stage = Stage::new();
    stage.talk("1", "A", "B");
    stage.say([moved("1", "A", E::Held, Cause::Normal)]);
    stage.say([down()]);
    stage.say([snapshot(&[("1", &[("A", E::Originated), ("B", E::Established)])])]);
    let call = stage.the_call();
    assert_eq!(call.connections[0].state, ConnectionState::Hold);
    assert_eq!(call.connections[0].uncertain, [Text::from("holdBy")]);
    stage.say([moved("1", "A", E::Retrieved, Cause::Normal)]);
    assert!(stage.the_call().connections[0].uncertain.is_empty());
}

#[test]
fn a_connection_that_is_known_stays_in_its_call_whatever_the_snapshot_groups() {
    let mut stage = Stage::new();
    stage.talk("1", "A", "B");
    let before = stage.the_call().id;
    stage.say([down()]);
    stage.say([snapshot(&[("9", &[("A", E::Originated), ("B", E::Established)])])]);
    assert_eq!(stage.the_call().id, before);
    // And what is said of the snapshot's key from now on is said of that call.
    stage.say([moved("9", "C", E::Delivered, Cause::NewCall)]);
    assert_eq!(stage.the_call().connections.len(), 3);
}

#[test]
fn a_switch_that_was_restarted_has_none_of_the_calls_from_before() {
    let mut stage = Stage::new();
    stage.talk("1", "A", "B");
    stage.say([down()]);
    let Fact::Snapshot(mut found) = snapshot(&[("1", &[("A", E::Originated)])]) else {
        panic!("a snapshot is a snapshot")
    };
    found.restarted = true;
    found.calls.clear();
    let events = stage.events([Fact::Snapshot(found)]);
    assert_eq!(counts(&events), (0, 0, 1));
    let causes: Vec<_> = events[1..3].iter().map(|e| data(e).cause).collect();
    assert_eq!(causes, [Some(Cause::SwitchingFunctionTerminated); 2]);
    assert_eq!(stage.engine.calls().count(), 0);
}

#[test]
fn a_link_that_stays_down_gives_its_calls_up_after_a_quarter_of_an_hour() {
    let mut stage = Stage::new();
    stage.talk("1", "A", "B");
    stage.say([down()]);
    let due = stage.engine.poll_timeout().unwrap();
    assert_eq!(due, stage.now().tick + Duration::from_secs(15 * 60));
    stage.millis += 15 * 60 * 1000 - 1;
    assert!(stage.engine.handle_timeout(stage.now()).is_none());
    stage.millis += 1;
    let events = stage.engine.handle_timeout(stage.now()).unwrap().events;
    assert_eq!(
        events.iter().map(told).collect::<Vec<_>>(),
        ["connectionCleared A:Null", "connectionCleared B:Null", "cleared"]
    );
    assert!(events.iter().all(|event| event.reconstructed));
    assert_eq!(stage.engine.poll_timeout(), None);
}

#[test]
fn ids_survive_a_restart_of_the_bridge() {
    let mut stage = Stage::new();
    stage.say([moved("1", "A", E::Originated, Cause::NewCall)]);
    stage.millis += 10;
    let delivered = Facts {
        time: None,
        facts: vec![moved("1", "B", E::Delivered, Cause::NewCall)],
    };
    let batch = stage.engine.reduce(delivered, stage.now()).unwrap();
    let before = stage.the_call();
    let restored = Restored {
        calls: vec![before.clone()],
        memos: batch.memos,
        ..Restored::default()
    };
    let mut again = Stage::restored(restored);
    let told = again.say([snapshot(&[("1", &[("A", E::Originated), ("B", E::Established)])])]);
    assert_eq!(told, ["link.up", "established B:Connected", "link.resynced"]);
    let after = again.the_call();
    assert_eq!(after.id, before.id);
    let ids = |call: &Call| call.connections.iter().map(|c| c.id).collect::<Vec<_>>();
    assert_eq!(ids(&after), ids(&before));
}

#[test]
fn the_same_seed_gives_the_same_ids() {
    let ids = || {
        let mut stage = Stage::new();
        stage.talk("1", "A", "B");
        stage.the_call()
    };
    assert_eq!(ids(), ids());
    assert_eq!(Tick::ZERO, Tick::from_micros(0));
}

fn unobserved(events: &[Event]) -> (Option<i64>, Option<i64>) {
    match &events.last().unwrap().data {
        Data::Link(data) => (
            data.unobserved_from.map(Wall::as_millis),
            data.unobserved_to.map(Wall::as_millis),
        ),
        other => panic!("no event of the link: {other:?}"),
    }
}

#[test]
fn a_line_that_died_unnoticed_was_not_observed_since_it_was_last_heard() {
    let mut stage = Stage::new();
    stage.millis = 60_000;
    let heard = Some(Wall::from_millis(1_000_000 + 31_000));
    let reason = Text::from("two pings and no answer");
    stage.say([Fact::Link(LinkFact::Down { reason, heard })]);
    let events = stage.events([snapshot(&[])]);
    assert_eq!(unobserved(&events), (Some(1_031_000), Some(1_060_020)));
}

#[test]
fn a_bridge_that_was_killed_did_not_observe_since_the_last_thing_that_it_logged() {
    let mut stage = Stage::new();
    let Data::Link(link) = stage.events([snapshot(&[])]).pop().unwrap().data else {
        panic!("no event of the link");
    };
    let restored = Restored {
        switch: Some(link.switch),
        heard: Some(Wall::from_millis(940_000)),
        ..Restored::default()
    };
    let mut stage = Stage::restored(restored);
    assert_eq!(
        unobserved(&stage.events([snapshot(&[])])),
        (Some(940_000), Some(1_000_010))
    );
}

#[test]
fn a_bridge_that_was_started_twice_before_it_reached_the_switch_knows_since_when_it_was_not_heard() {
    let switch = |state, since| Switch {
        state,
        since: Wall::from_millis(since),
        ..match Stage::new().events([down()]).pop().unwrap().data {
            Data::Link(link) => link.switch,
            other => panic!("no event of the link: {other:?}"),
        }
    };
    let restored = |switch, heard| Restored {
        switch: Some(switch),
        heard: Some(Wall::from_millis(heard)),
        ..Restored::default()
    };
    let mut first = Stage::restored(restored(switch(SwitchState::Up, 100_000), 940_000));
    let Data::Link(told) = first.events([down()]).pop().unwrap().data else {
        panic!("no event of the link");
    };
    let mut second = Stage::restored(restored(told.switch, 1_000_000));
    assert_eq!(
        unobserved(&second.events([snapshot(&[])])),
        (Some(940_000), Some(1_000_010))
    );
}
