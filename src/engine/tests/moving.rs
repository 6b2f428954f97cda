//! Commands that send a call elsewhere.
use super::commands::*;
use super::stage::*;
use crate::model::*;
use std::time::Duration;

use ConnectionEvent as E;

#[test]
fn a_transfer_is_done_when_the_target_rings_and_not_before() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    let ask = asked(stage.ask_of(1, "A", Deed::SingleStepTransfer { to: text("1005") }));
    assert!(
        matches!(ask, Ask::SingleStepTransfer { connection, other, .. } if connection == leg("A") && other == leg("B"))
    );
    let left = stage.group([Fact::Transfer(TransferFact {
        by: leg("A"),
        to: Some(text("1005")),
    })]);
    assert!(left.settled.is_empty());
    assert_eq!(by(&left.events[0]).0, Some("request 1"));
    let rings = stage.group([moved("1", "C", E::Delivered, Cause::SingleStepTransfer)]);
    assert_eq!(
        (&rings.settled[0].verdict, rings.settled[0].proof),
        (&Verdict::Done, Some(0))
    );
    let answers = stage.group([moved("1", "C", E::Established, Cause::SingleStepTransfer)]);
    assert_eq!(by(&answers.events[0]), (None, None), "who answers does so by himself");
}

#[test]
fn a_transfer_to_somebody_busy_says_so_and_a_call_that_comes_back_is_not_taken_for_an_arrival() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    stage.ask_of(1, "A", Deed::SingleStepTransfer { to: text("1005") });
    stage.group([Fact::Transfer(TransferFact { by: leg("A"), to: None })]);
    let back = stage.group([moved("1", "A'", E::Delivered, Cause::RecallBusy)]);
    assert!(back.settled.is_empty(), "{:?}", back.settled);
    let busy = stage.group([moved("1", "C", E::Failed, Cause::Busy)]);
    let there = Contradiction::Destination(Cause::Busy);
    assert_eq!(busy.settled[0].verdict, Verdict::Contradicted(there));
}

#[test]
fn a_transfer_of_which_only_the_leaving_is_seen_is_neither_confirmed_nor_ignored() {
    let mut stage = stage();
    stage.talk("1", "A", "B");
    stage.ask_of(1, "A", Deed::SingleStepTransfer { to: text("1005") });
    stage.progress(1, Progress::Acknowledged);
    stage.group([Fact::Transfer(TransferFact { by: leg("A"), to: None })]);
    assert_eq!(verdict(stage.wait(Duration::from_secs(5))), Verdict::Unconfirmed);
    // Who hung up was not transferred.
    stage.talk("2", "C", "D");
    stage.ask_of(2, "C", Deed::SingleStepTransfer { to: text("1005") });
    stage.progress(2, Progress::Acknowledged);
    stage.say([moved("2", "C", E::ConnectionCleared, Cause::NormalClearing)]);
    assert_eq!(verdict(stage.wait(Duration::from_secs(5))), Verdict::Ignored);
}

#[test]
fn a_deflection_whose_caller_hangs_up_is_contradicted_by_the_end_of_the_call() {
    let mut stage = stage();
    stage.say([moved("1", "A", E::Originated, Cause::NewCall)]);
    stage.say([moved("1", "B", E::Delivered, Cause::NewCall)]);
    stage.ask_of(1, "B", Deed::Deflect { to: text("1005") });
    stage.say([moved("1", "B", E::Diverted, Cause::Redirected)]);
    let over = stage.group([moved("1", "A", E::ConnectionCleared, Cause::NormalClearing)]);
    assert_eq!(over.settled[0].verdict, Verdict::Contradicted(Contradiction::CallEnded));
}

#[test]
fn who_gives_up_while_his_call_is_moved_was_not_moved() {
    for deed in [
        Deed::Deflect { to: text("1003") },
        Deed::SingleStepTransfer { to: text("1003") },
    ] {
        let mut stage = stage();
        if matches!(deed, Deed::Deflect { .. }) {
            stage.say([moved("1", "A", E::Originated, Cause::NewCall)]);
            stage.say([moved("1", "B", E::Delivered, Cause::NewCall)]);
        } else {
            stage.talk("1", "A", "B");
        }
        stage.ask_of(1, "B", deed.clone());
        let own = stage.group([moved("1", "A", E::ConnectionCleared, Cause::NormalClearing)]);
        assert_eq!(by(&own.events[0]), (None, None), "{deed:?}");
        let over = stage.group([moved("1", "B", E::ConnectionCleared, Cause::NormalClearing)]);
        let ended = Verdict::Contradicted(Contradiction::CallEnded);
        assert_eq!(over.settled[0].verdict, ended, "{deed:?}");
    }
}
