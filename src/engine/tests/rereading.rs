//! Commands that are at work while it is read anew what the switch has.
use super::commands::*;
use super::stage::*;
use crate::model::*;
use std::time::Duration;

use ConnectionEvent as E;

/// It is read anew what the switch has, though it is heard.
fn reading() -> Fact {
    Fact::Link(LinkFact::Role {
        role: LinkRole::Events,
        state: SwitchState::Resyncing,
    })
}

/// What the switch has then: these legs of the call `1`.
fn found(legs: &[(&str, E)]) -> Fact {
    let legs: Vec<ConnectionFact> = legs
        .iter()
        .map(|(key, event)| fact("1", key, *event, Cause::NewCall))
        .collect();
    let calls = if legs.is_empty() {
        Vec::new()
    } else {
        vec![(CallFact::of(call("1")), legs)]
    };
    Fact::Snapshot(Box::new(SnapshotFact {
        calls,
        ..SnapshotFact::default()
    }))
}

const TALKING: &[(&str, E)] = &[("A", E::Originated), ("B", E::Established)];

#[test]
fn what_was_done_while_the_switch_was_read_anew_is_proven_by_what_that_corrects() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    stage.ask_of(1, "A", Deed::Clear);
    stage.progress(1, Progress::Acknowledged);
    stage.say([reading()]);
    let batch = stage.group([found(&[])]);
    assert_eq!(batch.settled[0].verdict, Verdict::Done);
    let proof = &batch.events[batch.settled[0].proof.unwrap()];
    assert!(proof.reconstructed && told(proof) == "connectionCleared A:Null");
    assert_eq!(by(proof), (None, None), "who did it was not seen");
}

#[test]
fn what_reading_anew_does_not_show_is_not_known_and_was_not_ignored() {
    for answered in [true, false] {
        let mut stage = stage();
        stage.talk("1", "A", "B");
        stage.ask_of(1, "A", Deed::StartRecording);
        if answered {
            stage.progress(1, Progress::Acknowledged);
        }
        stage.say([reading()]);
        // It may take longer than a command.
        let early = stage.wait(Duration::from_secs(5));
        assert_eq!(verdict(early), Verdict::Unknown);
    }
    let mut stage = stage();
    stage.talk("1", "A", "B");
    stage.ask_of(1, "A", Deed::StartRecording);
    stage.say([reading()]);
    assert!(stage.group([found(TALKING)]).settled.is_empty(), "it may still come");
    assert_eq!(verdict(stage.wait(Duration::from_secs(5))), Verdict::Unknown);
}

#[test]
fn why_a_destination_was_not_reached_while_the_switch_was_read_anew_is_not_known() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    stage.ask_of(1, "B", Deed::SingleStepTransfer { to: text("1003") });
    stage.say([reading()]);
    let batch = stage.group([found(&[])]);
    assert_eq!(batch.settled[0].verdict, Verdict::Unknown);
}

#[test]
fn nothing_is_asked_for_while_the_switch_is_read_anew() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    stage.say([reading()]);
    let Denial::Unreachable(why) = denied(stage.ask_of(1, "A", Deed::Clear)) else {
        panic!()
    };
    assert!(why.contains("ask again"), "{why}");
    stage.say([found(TALKING)]);
    asked(stage.ask_of(2, "A", Deed::Clear));
}

#[test]
fn a_link_that_breaks_while_it_is_read_anew_is_down_and_may_be_asked_again_when_it_is_up() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    stage.say([reading()]);
    let reason = Text::from("cut");
    assert_eq!(
        stage.say([Fact::Link(LinkFact::Down { reason, heard: None })]),
        ["link.down"]
    );
    stage.say([found(TALKING)]);
    asked(stage.ask_of(1, "A", Deed::Clear));
}
