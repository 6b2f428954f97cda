//! Commands by which a device answers, takes over, is parked or comes to a call.

use super::commands::*;
use super::stage::*;
use crate::model::*;
use std::collections::BTreeMap;
use std::time::Duration;

use ConnectionEvent as E;

fn device(key: &str) -> DeviceId {
    DeviceId::new(&switch(), key)
}

fn expect(stage: &mut Stage, id: u64, key: &str, of: &str) {
    let connection = leg(key);
    stage.progress(
        id,
        Progress::Expect {
            connection,
            call: call(of),
        },
    );
}

/// T calls B, who rings.
fn rings(stage: &mut Stage) {
    stage.say([moved("1", "T", E::Originated, Cause::NewCall)]);
    stage.say([moved("1", "B", E::Delivered, Cause::NewCall)]);
}

/// P's own telephone rings, and is lifted, for the second call.
fn lifts(stage: &mut Stage) -> (Batch, Batch) {
    let rings = stage.group([moved("2", "P", E::ServiceInitiated, Cause::MakeCall)]);
    let lifts = stage.group([moved("2", "P", E::Originated, Cause::MakeCall)]);
    (rings, lifts)
}

fn pickup(stage: &mut Stage) -> Batch {
    let merge = MergeFact {
        calls: (call("1"), call("2")),
        reason: MergeReason::Pickup,
        leaving: Vec::new(),
        by: Some(device("P")),
    };
    stage.group([moved("1", "B", E::Diverted, Cause::CallPickup), Fact::Merge(merge)])
}

#[test]
fn a_telephone_that_was_asked_to_answer_did_so_when_it_is_connected() {
    let mut stage = stage();
    rings(&mut stage);
    stage.say([moved("1", "C", E::Delivered, Cause::NewCall)]);
    assert_eq!(asked(stage.ask_of(1, "B", Deed::Answer)), Ask::Answer(leg("B")));
    assert!(stage.progress(1, Progress::Acknowledged).is_none());
    let batch = stage.group([moved("1", "B", E::Established, Cause::NewCall)]);
    assert_eq!(
        (&batch.settled[0].verdict, batch.settled[0].proof),
        (&Verdict::Done, Some(0))
    );
    assert_eq!(by(&batch.events[0]).0, Some("request 1"));
}

#[test]
fn who_answers_elsewhere_does_not_do_what_a_telephone_was_asked_to() {
    let mut stage = stage();
    rings(&mut stage);
    stage.say([moved("1", "C", E::Delivered, Cause::NewCall)]);
    stage.ask_of(1, "B", Deed::Answer);
    stage.progress(1, Progress::Acknowledged);
    let other = stage.group([moved("1", "C", E::Established, Cause::NewCall)]);
    assert_eq!((other.settled.len(), by(&other.events[0])), (0, (None, None)));
    let over = stage.group([moved("1", "B", E::ConnectionCleared, Cause::MultipleAlerting)]);
    let ended = Verdict::Contradicted(Contradiction::CallEnded);
    assert_eq!(over.settled[0].verdict, ended);
}

#[test]
fn a_telephone_that_does_not_obey_ignores_and_one_that_is_not_named_is_not_asked() {
    let mut stage = stage();
    rings(&mut stage);
    stage.ask_of(1, "B", Deed::Answer);
    stage.progress(1, Progress::Acknowledged);
    assert_eq!(
        stage.wait(Duration::from_secs(5)).unwrap().settled[0].verdict,
        Verdict::Ignored
    );
    let others = Capability {
        devices: Some(vec![Text::from("10XX")]),
        ..Capability::unless(None)
    };
    let named = BTreeMap::from([(Text::from("answerCall"), others)]);
    stage.say([Fact::Link(LinkFact::Capabilities(named))]);
    let permitted = |stage: &Stage| at(&stage.the_call(), "B").unwrap().services_permitted;
    assert_eq!(permitted(&stage), Services::NONE);
    let denial = denied(stage.ask_of(2, "B", Deed::Answer));
    assert!(
        matches!(&denial, Denial::State(why) if why.contains("other devices")),
        "{denial:?}"
    );
}

#[test]
fn a_call_is_parked_when_it_is_queued_at_the_slot_that_was_asked_for() {
    for (to, at, done) in [
        (None, "701", true),
        (Some("701"), "701", true),
        (Some("705"), "701", false),
    ] {
        let mut stage = stage();
        stage.talk("1", "T", "B");
        let ask = asked(stage.ask_of(1, "B", Deed::Park { to: to.map(text) }));
        assert!(matches!(ask, Ask::Park { connection, other, .. } if connection == leg("B") && other == leg("T")));
        let mut slot = fact("1", "Q", E::Queued, Cause::Park);
        slot.who.kind = Kind::Park;
        slot.who.party.device = Some(device(at));
        let leaves = moved("1", "B", E::Diverted, Cause::Park);
        let parked = stage.group([leaves, Fact::Connection(Box::new(slot))]);
        let elsewhere = Contradiction::Destination(Cause::Busy);
        let expected = if done {
            Verdict::Done
        } else {
            Verdict::Contradicted(elsewhere)
        };
        assert_eq!(parked.settled[0].verdict, expected, "{to:?} {at}");
        assert!(parked.events.iter().all(|event| by(event).0 == Some("request 1")));
    }
}

#[test]
fn who_is_parked_cannot_be_parked_by_somebody_who_hung_up() {
    let mut stage = stage();
    stage.talk("1", "T", "B");
    stage.ask_of(1, "B", Deed::Park { to: None });
    stage.group([moved("1", "B", E::ConnectionCleared, Cause::NormalClearing)]);
    let over = stage.group([moved("1", "T", E::ConnectionCleared, Cause::NormalClearing)]);
    assert_eq!(over.settled[0].verdict, Verdict::Contradicted(Contradiction::CallEnded));
}

#[test]
fn a_call_is_parked_though_who_parks_it_is_gone_before_the_slot_is_told() {
    let mut stage = stage();
    stage.talk("1", "T", "B");
    stage.ask_of(1, "B", Deed::Park { to: None });
    let gone = stage.group([moved("1", "B", E::ConnectionCleared, Cause::NormalClearing)]);
    assert!(gone.settled.is_empty());
    let mut slot = fact("1", "Q", E::Queued, Cause::Park);
    slot.who.kind = Kind::Park;
    slot.who.party.device = Some(device("701"));
    let parked = stage.group([Fact::Connection(Box::new(slot))]);
    assert_eq!(parked.settled[0].verdict, Verdict::Done);
}

#[test]
fn a_call_is_picked_up_when_the_telephone_of_who_does_has_it() {
    for group in [false, true] {
        let mut stage = stage();
        rings(&mut stage);
        let ask = if group {
            stage.ask(1, Order::GroupPickup { by: device("P") })
        } else {
            stage.ask_of(1, "B", Deed::DirectedPickup { by: device("P") })
        };
        let target = (!group).then(|| leg("B"));
        assert!(matches!(asked(ask), Ask::Pickup { target: named, .. } if named == target));
        expect(&mut stage, 1, "P", "2");
        let (own, lifted) = lifts(&mut stage);
        assert!(
            own.settled.is_empty() && lifted.settled.is_empty(),
            "it is not there yet"
        );
        assert!(
            [&own, &lifted]
                .iter()
                .all(|batch| by(&batch.events[0]).0 == Some("request 1"))
        );
        let batch = pickup(&mut stage);
        assert_eq!(batch.settled[0].verdict, Verdict::Done);
        let proof = &batch.events[batch.settled[0].proof.unwrap()];
        assert_eq!(told(proof), "established P:Connected");
        assert_eq!(batch.settled[0].call, Some(stage.the_call().id));
    }
}

#[test]
fn a_pickup_by_a_telephone_that_is_not_lifted_leaves_what_rings() {
    let mut stage = stage();
    rings(&mut stage);
    stage.ask_of(1, "B", Deed::DirectedPickup { by: device("P") });
    let other = stage.ask(2, Order::GroupPickup { by: device("P") });
    assert!(matches!(denied(other), Denial::Busy(_)), "one at a time");
    expect(&mut stage, 1, "P", "2");
    stage.say([moved("2", "P", E::ServiceInitiated, Cause::MakeCall)]);
    let over = stage.group([moved("2", "P", E::ConnectionCleared, Cause::CallNotAnswered)]);
    let unanswered = Contradiction::Destination(Cause::CallNotAnswered);
    assert_eq!(over.settled[0].verdict, Verdict::Contradicted(unanswered));
    assert_eq!(at(&stage.the_call(), "B").unwrap().state, ConnectionState::Alerting);
}

#[test]
fn what_somebody_else_took_first_cannot_be_picked_up() {
    let mut stage = stage();
    rings(&mut stage);
    stage.ask_of(1, "B", Deed::DirectedPickup { by: device("P") });
    let gone = stage.group([moved("1", "B", E::ConnectionCleared, Cause::CallCancelled)]);
    assert_eq!(gone.settled[0].verdict, Verdict::Contradicted(Contradiction::CallEnded));
    let nothing = stage.ask(2, Order::GroupPickup { by: device("P") });
    assert!(matches!(denied(nothing), Denial::State(_)));
}

fn supervises(stage: &mut Stage, key: &str, participation: Participation) -> Batch {
    let by = fact("1", key, E::Established, Cause::Normal);
    stage.group([Fact::Supervise(Box::new(SuperviseFact { by, participation }))])
}

#[test]
fn who_supervises_comes_to_the_call_and_changes_nothing_of_it() {
    let mut stage = stage();
    stage.talk("1", "T", "B");
    let before = stage.the_call();
    let deed = Deed::SingleStepConference {
        device: device("P"),
        participation: Participation::Silent,
    };
    asked(stage.ask_of(1, "B", deed));
    expect(&mut stage, 1, "P", "2");
    lifts(&mut stage);
    let batch = supervises(&mut stage, "P", Participation::Silent);
    let kinds: Vec<String> = batch.events.iter().map(told).collect();
    assert_eq!(kinds, ["conferenced P:Connected", "cleared"]);
    assert_eq!(
        (&batch.settled[0].verdict, batch.settled[0].proof),
        (&Verdict::Done, Some(0))
    );
    assert_eq!(data(&batch.events[0]).joined, [device("P")]);
    assert_eq!(data(&batch.events[0]).cause, Some(Cause::SilentParticipation));
    let call = stage.the_call();
    assert_eq!(call.id, before.id);
    assert_eq!(at(&call, "P").unwrap().participation, Participation::Silent);
    for key in ["T", "B"] {
        assert_eq!(at(&call, key), at(&before, key), "{key}");
    }
    assert_eq!(stage.clear("P"), ["connectionCleared P:Null"]);
    assert_eq!(stage.the_call().state, CallState::Connected);
}

#[test]
fn the_supervised_call_lives_on_though_the_supervisor_called_first() {
    let mut stage = stage();
    stage.say([moved("2", "P", E::Originated, Cause::NewCall)]);
    stage.talk("1", "A", "B");
    let batch = supervises(&mut stage, "P", Participation::Coach);
    let cleared = data(&batch.events[1]);
    assert_eq!(cleared.call.linkage.merged_into, Some(stage.the_call().id));
    assert_eq!(at(&stage.the_call(), "P").unwrap().participation, Participation::Coach);
    assert_eq!(cleared.cause, Some(Cause::ActiveParticipation));
}

#[test]
fn who_only_listens_makes_no_conversation() {
    let mut stage = stage();
    stage.say([moved("1", "T", E::Originated, Cause::NewCall)]);
    stage.say([moved("1", "Q", E::Queued, Cause::EnteringDistribution)]);
    supervises(&mut stage, "P", Participation::Silent);
    let call = stage.the_call();
    assert_eq!((call.state, call.answered_at), (CallState::Queued, None));
}
