use super::stage::*;
use crate::model::*;

use ConnectionEvent as E;

/// What may be asked of `key` after these moves, by a switch that offers everything.
fn permitted(moves: &[(&str, E)], key: &str) -> Vec<&'static str> {
    permitted_by(Stage::new(), moves, key)
}

/// The same, by a switch where each call of a telephone has a connection of its own.
fn permitted_apart(moves: &[(&str, E)], key: &str) -> Vec<&'static str> {
    let mut stage = Stage::new();
    stage.say([Fact::Link(LinkFact::Apart)]);
    permitted_by(stage, moves, key)
}

fn permitted_by(mut stage: Stage, moves: &[(&str, E)], key: &str) -> Vec<&'static str> {
    let all = Service::ALL
        .iter()
        .map(|service| (Text::from(service.as_str()), Capability::unless(None)));
    stage.say([Fact::Link(LinkFact::Capabilities(all.collect()))]);
    for (key, event) in moves {
        stage.say([moved("1", key, *event, Cause::NewCall)]);
    }
    let call = stage.the_call();
    let here = |c: &&Connection| c.device.as_ref().is_some_and(|device| device.key() == key);
    let connection = call.connections.iter().find(here).expect("it is there");
    connection.services_permitted.iter().map(Service::as_str).collect()
}

const TALKING: [&str; 9] = [
    "holdCall",
    "clearConnection",
    "singleStepTransferCall",
    "consultationCall",
    "singleStepConferenceCall",
    "parkCall",
    "generateDigits",
    "mute",
    "startRecording",
];

#[test]
fn who_talks_to_one_other_may_be_transferred_and_who_talks_to_two_may_not() {
    let two = [("A", E::Originated), ("B", E::Established)];
    assert_eq!(permitted(&two, "A"), TALKING);
    let three = [("A", E::Originated), ("B", E::Established), ("C", E::Established)];
    assert!(!permitted(&three, "A").contains(&"singleStepTransferCall"));
    assert!(!permitted(&three, "A").contains(&"parkCall"));
    let rings_too = [("A", E::Originated), ("B", E::Established), ("C", E::Delivered)];
    assert!(!permitted(&rings_too, "A").contains(&"singleStepTransferCall"));
}

#[test]
fn a_phone_that_rings_alone_may_be_deflected_and_one_of_several_may_not() {
    let one = [("A", E::Originated), ("B", E::Delivered)];
    assert_eq!(
        permitted(&one, "B"),
        ["answerCall", "clearConnection", "deflectCall", "directedPickupCall"]
    );
    let group = [("A", E::Originated), ("B", E::Delivered), ("C", E::Delivered)];
    assert_eq!(
        permitted(&group, "B"),
        ["answerCall", "clearConnection", "directedPickupCall"]
    );
    let queue = [("A", E::Originated), ("Q", E::Queued), ("B", E::Delivered)];
    assert_eq!(
        permitted(&queue, "B"),
        ["answerCall", "clearConnection", "directedPickupCall"]
    );
}

#[test]
fn whoever_holds_may_hang_up_transfer_and_be_recorded() {
    let held = [("A", E::Originated), ("B", E::Established), ("A", E::Held)];
    assert_eq!(
        permitted(&held, "A"),
        [
            "retrieveCall",
            "clearConnection",
            "singleStepTransferCall",
            "parkCall",
            "startRecording"
        ]
    );
}

#[test]
fn a_conference_is_held_and_left_where_each_call_has_a_connection_of_its_own() {
    let three = [("A", E::Originated), ("B", E::Established), ("C", E::Established)];
    for service in ["holdCall", "consultationCall"] {
        assert!(permitted_apart(&three, "A").contains(&service), "{service}");
        assert!(!permitted(&three, "A").contains(&service), "{service}");
    }
    // Who is rung is nobody to talk to.
    let alone = [("A", E::Originated), ("B", E::Delivered), ("C", E::Delivered)];
    assert_eq!(
        permitted_apart(&alone, "A"),
        ["clearConnection", "generateDigits", "mute", "startRecording"]
    );
    let held: Vec<_> = three.into_iter().chain([("A", E::HeldBySwitch)]).collect();
    assert_eq!(permitted_apart(&held, "A"), ["retrieveCall", "clearConnection"]);
}

#[test]
fn what_the_switch_holds_is_sent_on_where_it_has_a_connection_of_its_own() {
    let held = [("A", E::Originated), ("B", E::Established), ("A", E::HeldBySwitch)];
    assert_eq!(
        permitted_apart(&held, "A"),
        ["retrieveCall", "clearConnection", "singleStepTransferCall"]
    );
    assert_eq!(permitted(&held, "A"), ["retrieveCall", "clearConnection"]);
}

#[test]
fn nothing_may_be_asked_of_a_queue_or_of_what_failed() {
    let queue = [("A", E::Originated), ("Q", E::Queued)];
    assert!(permitted(&queue, "Q").is_empty());
    let failed = [("A", E::Originated), ("B", E::Failed)];
    assert!(permitted(&failed, "B").is_empty());
}
