//! Calls that came together or fell apart while the link was down.
use super::stage::*;
use crate::model::*;
use std::collections::BTreeSet;

use ConnectionEvent as E;

fn down() -> Fact {
    Fact::Link(LinkFact::Down {
        reason: Text::from("cut"),
        heard: None,
    })
}

fn snapshot(calls: &[(&str, &[(&str, E)])]) -> SnapshotFact {
    let calls = calls.iter().map(|(of, legs)| {
        let legs = legs.iter().map(|(key, event)| fact(of, key, *event, Cause::NewCall));
        (CallFact::of(call(of)), legs.collect())
    });
    SnapshotFact {
        calls: calls.collect(),
        ..SnapshotFact::default()
    }
}

fn found(stage: &mut Stage, calls: &[(&str, &[(&str, E)])]) -> Vec<Event> {
    stage.say([down()]);
    let events = stage.events([Fact::Snapshot(Box::new(snapshot(calls)))]);
    let of_calls = events.iter().filter(|event| matches!(event.data, Data::Call(_)));
    of_calls
        .clone()
        .for_each(|event| assert!(event.reconstructed, "{}", told(event)));
    of_calls.cloned().collect()
}

fn words(events: &[Event]) -> Vec<String> {
    events.iter().map(told).collect()
}

fn calls(stage: &Stage) -> Vec<Call> {
    stage.engine.calls().cloned().collect()
}

fn ids(calls: &[Call]) -> BTreeSet<ConnectionId> {
    calls
        .iter()
        .flat_map(|call| call.connections.iter().map(|c| c.id))
        .collect()
}

/// T talks to B, who holds, and consults C.
fn consultation() -> Stage {
    let mut stage = Stage::new();
    stage.talk("1", "T", "B");
    stage.say([moved("1", "B", E::Held, Cause::Normal)]);
    stage.talk("2", "B'", "C");
    stage
}

#[test]
fn a_transfer_that_nobody_heard_leaves_one_call() {
    let mut stage = consultation();
    let before = calls(&stage);
    let events = found(&mut stage, &[("1", &[("T", E::Originated), ("C", E::Established)])]);
    assert_eq!(words(&events), ["transferred C:Connected", "cleared"]);
    assert_eq!(
        data(&events[0]).transferring_device,
        Some(DeviceId::new(&switch(), "B"))
    );
    assert_eq!(data(&events[0]).left, [DeviceId::new(&switch(), "B")]);
    assert_eq!(data(&events[1]).call.linkage.merged_into, Some(before[0].id));
    let after = stage.the_call();
    assert_eq!(after.id, before[0].id);
    assert!(ids(&[after]).is_subset(&ids(&before)));
    assert_eq!(stage.clear("C"), ["connectionCleared C:Null"]);
    assert_eq!(stage.clear("T"), ["connectionCleared T:Null", "cleared"]);
}

#[test]
fn a_conference_that_nobody_heard_leaves_one_call_with_who_made_it() {
    let mut stage = consultation();
    let before = calls(&stage);
    let events = found(
        &mut stage,
        &[(
            "1",
            &[("T", E::Originated), ("B", E::Established), ("C", E::Established)],
        )],
    );
    assert_eq!(words(&events), ["conferenced C:Connected", "cleared"]);
    assert_eq!(stage.the_call().id, before[0].id);
    assert_eq!(stage.the_call().connections.len(), 3);
}

#[test]
fn a_pickup_that_nobody_heard_is_told_as_one() {
    let mut stage = Stage::new();
    stage.say([moved("1", "T", E::Originated, Cause::NewCall)]);
    stage.say([moved("1", "B", E::Delivered, Cause::NewCall)]);
    stage.say([moved("2", "P", E::Originated, Cause::NewCall)]);
    let before = calls(&stage);
    let events = found(&mut stage, &[("1", &[("T", E::Originated), ("P", E::Established)])]);
    assert_eq!(
        words(&events),
        ["diverted B:Null", "established P:Connected", "cleared"]
    );
    assert_eq!(data(&events[0]).cause, Some(Cause::CallPickup));
    assert_eq!(stage.the_call().id, before[0].id);
}

#[test]
fn a_hint_joins_no_calls_that_are_known_as_two() {
    let mut stage = consultation();
    let before = calls(&stage);
    stage.say([down()]);
    let mut glued = snapshot(&[(
        "1",
        &[
            ("T", E::Originated),
            ("B", E::Established),
            ("B'", E::Originated),
            ("C", E::Established),
        ],
    )]);
    glued.hinted = ["B'", "C"].map(leg).into();
    stage.say([Fact::Snapshot(Box::new(glued))]);
    let people = |calls: &[Call]| calls.iter().map(|c| (c.id, c.connections.len())).collect::<Vec<_>>();
    assert_eq!(people(&calls(&stage)), people(&before));
}

#[test]
fn a_call_that_fell_in_two_keeps_its_id_where_the_outside_party_is() {
    let mut stage = Stage::new();
    stage.talk("1", "A", "T");
    let before = stage.the_call();
    let events = found(
        &mut stage,
        &[
            ("1", &[("A", E::Originated), ("C", E::Established)]),
            ("9", &[("T", E::Established), ("D", E::Established)]),
        ],
    );
    assert_eq!(
        words(&events),
        [
            "information",
            "established A:Connected",
            "established C:Connected",
            "established D:Connected"
        ]
    );
    let after = calls(&stage);
    assert_eq!((after[0].id, after.len()), (before.id, 2));
    assert!(after[0].has_device("T") && after[1].has_device("A"));
    assert_eq!(after[1].linkage.split_from, Some(before.id));
    assert_eq!(after[1].linkage.thread_id, before.linkage.thread_id);
    assert!(ids(&[before]).is_subset(&ids(&after)));
    // What is said of a key from now on is said of the call that has it now.
    stage.say([moved("9", "E", E::Delivered, Cause::NewCall)]);
    assert!(calls(&stage)[0].has_device("E"));
}

#[test]
fn who_left_one_call_for_another_is_told_there() {
    let mut stage = Stage::new();
    stage.talk("1", "T", "B");
    stage.say([moved("1", "C", E::Delivered, Cause::NewCall)]);
    stage.talk("2", "D", "E");
    let events = found(
        &mut stage,
        &[
            ("1", &[("T", E::Originated), ("C", E::Established)]),
            (
                "2",
                &[("D", E::Originated), ("E", E::Established), ("B", E::Established)],
            ),
        ],
    );
    assert_eq!(
        words(&events),
        ["information", "established B:Connected", "established C:Connected"]
    );
    assert_eq!(
        calls(&stage).iter().map(|c| c.connections.len()).collect::<Vec<_>>(),
        [2, 3]
    );
}

#[test]
fn a_place_that_the_switch_does_not_list_stays_uncertain_until_nobody_is_there() {
    let mut stage = Stage::new();
    stage.say([moved("1", "T", E::Originated, Cause::NewCall)]);
    stage.say([moved("1", "Q", E::Queued, Cause::EnteringDistribution)]);
    stage.say([down()]);
    let mut without = snapshot(&[("1", &[("T", E::Originated)])]);
    without.unlisted = BTreeSet::from([Kind::Queue]);
    let events = stage.events([Fact::Snapshot(Box::new(without))]);
    assert_eq!(words(&events), ["link.up", "link.resynced"]);
    let Data::Link(resynced) = &events[1].data else {
        panic!("the last word is the link's")
    };
    assert!(!resynced.complete);
    let place = |stage: &Stage| stage.the_call().connections[1].clone();
    assert_eq!(place(&stage).uncertain, [Text::from("state")]);
    let events = stage.events([moved("1", "T", E::ConnectionCleared, Cause::NormalClearing)]);
    assert_eq!(
        words(&events),
        ["connectionCleared T:Null", "connectionCleared Q:Null", "cleared"]
    );
    assert!(events[1].reconstructed && !events[0].reconstructed);
}

#[test]
fn a_queue_that_was_answered_while_nobody_listened_was_left_for_the_agent() {
    let mut stage = Stage::new();
    stage.say([moved("1", "T", E::Originated, Cause::NewCall)]);
    stage.say([moved("1", "Q", E::Queued, Cause::EnteringDistribution)]);
    stage.say([moved("1", "B", E::Delivered, Cause::Distributed)]);
    let events = found(&mut stage, &[("1", &[("T", E::Originated), ("B", E::Established)])]);
    assert_eq!(words(&events), ["established B:Connected", "diverted Q:Null"]);
    assert_eq!(data(&events[1]).cause, Some(Cause::Distributed));
    let answered = &stage.the_call().connections[1];
    assert!(
        answered.uncertain.contains(&Text::from("connectedAt")),
        "{:?}",
        answered.uncertain
    );
}

#[test]
fn a_call_whose_note_was_lost_ends_with_the_first_snapshot() {
    let mut stage = Stage::new();
    stage.talk("1", "A", "B");
    let restored = Restored {
        calls: vec![stage.the_call()],
        ..Restored::default()
    };
    let mut again = Stage::restored(restored);
    let events = again.events([Fact::Snapshot(Box::default())]);
    assert_eq!(
        words(&events),
        [
            "link.up",
            "connectionCleared A:Null",
            "connectionCleared B:Null",
            "cleared",
            "link.resynced"
        ]
    );
    assert!(events[1..4].iter().all(|event| event.reconstructed));
}

#[test]
fn a_call_that_was_given_up_and_proves_alive_is_a_new_one_that_continues_it() {
    let mut stage = Stage::new();
    stage.talk("1", "A", "B");
    let old = stage.the_call();
    stage.say([down()]);
    stage.millis += i64::try_from(GIVE_UP.as_millis()).unwrap();
    assert!(stage.engine.handle_timeout(stage.now()).is_some());
    // At once: what is over is remembered for a while, and this is not over.
    let alive = snapshot(&[("1", &[("A", E::Originated), ("B", E::Established)])]);
    stage.say([Fact::Snapshot(Box::new(alive))]);
    let new = stage.the_call();
    assert_ne!(new.id, old.id);
    assert_eq!(new.connections.len(), 2);
    assert_eq!(new.linkage.continues, Some(old.id));
    assert_eq!(new.linkage.thread_id, old.linkage.thread_id);
    // Nobody else continues it later.
    stage.say([down()]);
    stage.say([Fact::Snapshot(Box::default())]);
    let again = snapshot(&[("1", &[("A'", E::Originated), ("B'", E::Established)])]);
    stage.say([Fact::Snapshot(Box::new(again))]);
    assert_eq!(stage.the_call().linkage.continues, None);
}

#[test]
fn a_hold_that_is_heard_with_the_snapshot_counts() {
    let mut stage = Stage::new();
    stage.talk("1", "A", "B");
    let events = found(&mut stage, &[("1", &[("A", E::Held), ("B", E::Established)])]);
    assert_eq!(words(&events), ["held A:Hold"]);
    let events = found(&mut stage, &[("1", &[("A", E::Retrieved), ("B", E::Established)])]);
    assert_eq!(words(&events), ["retrieved A:Connected"]);
    let events = found(
        &mut stage,
        &[("1", &[("A", E::Originated), ("B", E::Established), ("C", E::Held)])],
    );
    assert_eq!(words(&events), ["established C:Connected", "held C:Hold"]);
}

trait HasDevice {
    fn has_device(&self, key: &str) -> bool;
}

impl HasDevice for Call {
    fn has_device(&self, key: &str) -> bool {
        self.connections
            .iter()
            .any(|c| c.device.as_ref().is_some_and(|device| device.key() == key))
    }
}
