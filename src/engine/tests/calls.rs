use super::stage::*;
use crate::engine::outcome::{Passed, of_connection};
use crate::model::*;
use lineside_wire::Private;
use std::collections::BTreeMap;

use ConnectionEvent as E;

#[test]
fn what_was_told_already_is_not_told_again() {
    let mut stage = Stage::new();
    stage.talk("1", "A", "B");
    for event in [E::Delivered, E::Established] {
        assert!(stage.say([moved("1", "B", event, Cause::NewCall)]).is_empty());
    }
    assert!(stage.say([moved("1", "A", E::Originated, Cause::NewCall)]).is_empty());
}

#[test]
fn an_ended_connection_does_not_come_back_by_a_late_message() {
    let mut stage = Stage::new();
    stage.talk("1", "A", "B");
    stage.clear("A");
    assert_eq!(stage.clear("B"), ["connectionCleared B:Null", "cleared"]);
    assert!(stage.say([moved("1", "B", E::Delivered, Cause::NewCall)]).is_empty());
    assert!(stage.clear("A").is_empty());
    assert_eq!(stage.engine.calls().count(), 0);
}

#[test]
fn a_connection_of_which_nobody_was_told_ends_without_a_word() {
    let mut stage = Stage::new();
    stage.say([moved("1", "A", E::Originated, Cause::NewCall)]);
    assert!(stage.clear("B").is_empty());
}

#[test]
fn a_call_ends_once_with_its_last_connection_in_one_group() {
    let mut stage = Stage::new();
    stage.talk("1", "A", "B");
    assert_eq!(stage.clear("A"), ["connectionCleared A:Null"]);
    let events = stage.events([moved("?", "B", E::ConnectionCleared, Cause::NormalClearing)]);
    assert_eq!(
        events.iter().map(told).collect::<Vec<_>>(),
        ["connectionCleared B:Null", "cleared"]
    );
    let call = &data(&events[1]).call;
    assert_eq!(
        (call.state, call.outcome, call.cause),
        (CallState::Ended, Some(Outcome::Answered), Some(Cause::NormalClearing))
    );
    assert_eq!(call.history.len(), 2);
    assert!(call.connections.is_empty() && call.ended_at.is_some());
}

#[test]
fn who_joins_and_leaves_is_told_by_device_not_by_connection() {
    let mut stage = Stage::new();
    let joined = |event: &Event| {
        data(event)
            .joined
            .iter()
            .map(|d| d.key().to_owned())
            .collect::<Vec<_>>()
    };
    let left = |event: &Event| data(event).left.iter().map(|d| d.key().to_owned()).collect::<Vec<_>>();
    let first = stage.events([moved("1", "T", E::Originated, Cause::NewCall)]);
    assert_eq!(joined(&first[0]), ["T"]);
    // The call goes out again over the same line.
    let second = stage.events([moved("1", "T'", E::NetworkReached, Cause::NewCall)]);
    assert!(joined(&second[0]).is_empty());
    let third = stage.events([moved("1", "T", E::ConnectionCleared, Cause::NormalClearing)]);
    assert!(left(&third[0]).is_empty());
    let last = stage.events([moved("1", "T'", E::ConnectionCleared, Cause::NormalClearing)]);
    assert_eq!(left(&last[0]), ["T"]);
}

#[test]
fn the_direction_follows_from_who_calls_whom() {
    for (a, b, direction) in [
        ("A", "B", CallDirection::Internal),
        ("T", "B", CallDirection::Inbound),
        ("A", "T", CallDirection::Outbound),
        ("T", "T'", CallDirection::Transit),
    ] {
        let mut stage = Stage::new();
        stage.talk("1", a, b);
        assert_eq!(stage.the_call().direction, direction, "{a} {b}");
    }
}

#[test]
fn a_call_is_answered_when_two_people_are_connected_and_not_before() {
    let mut stage = Stage::new();
    stage.say([moved("1", "T", E::Originated, Cause::NewCall)]);
    stage.say([moved("1", "Q", E::Queued, Cause::EnteringDistribution)]);
    assert_eq!(
        (stage.the_call().state, stage.the_call().answered_at),
        (CallState::Queued, None)
    );
    assert_eq!(stage.the_call().queue.unwrap().key(), "Q");
    stage.say([moved("1", "B", E::Delivered, Cause::Distributed)]);
    stage.say([
        moved("1", "Q", E::Diverted, Cause::Distributed),
        moved("1", "B", E::Established, Cause::Distributed),
    ]);
    let call = stage.the_call();
    assert_eq!(call.state, CallState::Connected);
    assert_eq!(call.answered_at, Some(stage.now().wall));
    assert_eq!(call.queue.unwrap().key(), "Q", "the last queue stays");
    assert!(call.last_redirection_device.is_none(), "who waited was not redirected");
}

#[test]
fn who_is_forwarded_without_being_rung_comes_and_goes_by_one_event() {
    let mut stage = Stage::new();
    stage.say([moved("1", "T", E::Originated, Cause::NewCall)]);
    let events = stage.events([moved("1", "B", E::Diverted, Cause::CallForwardImmediate)]);
    let b = [DeviceId::new(&switch(), "B")];
    assert_eq!(
        (&data(&events[0]).joined[..], &data(&events[0]).left[..]),
        (&b[..], &b[..])
    );
    // Who was rung came before.
    stage.say([moved("1", "C", E::Delivered, Cause::CallForwardImmediate)]);
    let events = stage.events([moved("1", "C", E::Diverted, Cause::Redirected)]);
    assert!(data(&events[0]).joined.is_empty(), "{:?}", data(&events[0]).joined);
    assert_eq!(data(&events[0]).left.len(), 1);
}

#[test]
fn who_calls_and_who_was_called_keep_their_first_value() {
    let mut stage = Stage::new();
    let party = |number: &str| Party {
        number: Some(Private::new(Text::from(number))),
        ..Party::default()
    };
    let know = |called: &str| {
        Fact::Call(CallFact {
            called: Some(party(called)),
            ..CallFact::of(call("1"))
        })
    };
    stage.say([know("100"), moved("1", "A", E::Originated, Cause::NewCall)]);
    assert!(stage.say([know("200")]).is_empty());
    assert_eq!(stage.the_call().called_device, party("100"));
    assert_eq!(stage.the_call().calling_device.device.unwrap().key(), "A");
}

#[test]
fn what_becomes_known_late_is_told_by_an_event_of_its_own_only_where_none_else_tells_it() {
    let mut stage = Stage::new();
    let called = |number: &str| {
        let called = Party {
            number: Some(Private::new(Text::from(number))),
            ..Party::default()
        };
        Fact::Call(CallFact {
            called: Some(called),
            ..CallFact::of(call("1"))
        })
    };
    stage.say([moved("1", "A", E::ServiceInitiated, Cause::MakeCall)]);
    assert_eq!(stage.say([called("100")]), ["information"]);
    let mut stage = Stage::new();
    stage.say([moved("1", "A", E::ServiceInitiated, Cause::MakeCall)]);
    assert_eq!(
        stage.say([called("100"), moved("1", "B", E::Delivered, Cause::NewCall)]),
        ["delivered B:Alerting"]
    );
}

#[test]
fn the_time_never_runs_back_within_a_call() {
    let mut stage = Stage::new();
    stage.switch_clock = Some(5_000);
    let first = stage.events([moved("1", "A", E::Originated, Cause::NewCall)]);
    stage.switch_clock = Some(4_000);
    let second = stage.events([moved("1", "B", E::Delivered, Cause::NewCall)]);
    assert_eq!(
        (first[0].time, second[0].time),
        (Wall::from_millis(5_000), Wall::from_millis(5_000))
    );
    assert!(second[0].received_at > second[0].time);
}

#[test]
fn user_data_is_kept_within_its_bounds() {
    let mut stage = Stage::new();
    stage.say([moved("1", "A", E::Originated, Cause::NewCall)]);
    let mut set = |name: &str, value: Option<&str>| {
        let value = value.map(|v| Private::new(Text::from(v)));
        stage.say([Fact::UserData {
            call: call("1"),
            entries: BTreeMap::from([(Text::from(name), value)]),
        }])
    };
    assert_eq!(set("CUSTOMER", Some("7")), ["userDataChanged"]);
    assert!(set("CUSTOMER", Some("7")).is_empty(), "the same again");
    assert!(set("BAD NAME", Some("7")).is_empty());
    assert!(set("LONG", Some(&"x".repeat(4097))).is_empty());
    for n in 0..3 {
        assert_eq!(set(&format!("K{n}"), Some(&"x".repeat(4096))), ["userDataChanged"]);
    }
    assert!(set("K4", Some(&"x".repeat(4096))).is_empty(), "more than 16 KiB in all");
    assert_eq!(set("CUSTOMER", None), ["userDataChanged"]);
}

#[test]
fn data_attached_before_the_first_event_is_in_it_and_data_of_no_call_is_forgotten() {
    let mut stage = Stage::new();
    let attach = |of: &str| {
        let value = Some(Private::new(Text::from("7")));
        Fact::UserData {
            call: call(of),
            entries: BTreeMap::from([(Text::from("CUSTOMER"), value)]),
        }
    };
    assert!(stage.say([attach("1"), attach("2")]).is_empty());
    let events = stage.events([moved("1", "A", E::ServiceInitiated, Cause::MakeCall)]);
    assert_eq!(data(&events[0]).call.user_data.len(), 1);
    stage.millis += 31_000;
    stage.say([moved("3", "C", E::Originated, Cause::NewCall)]);
    let events = stage.events([moved("2", "B", E::Originated, Cause::NewCall)]);
    assert!(data(&events[0]).call.user_data.is_empty());
}

#[test]
fn the_history_keeps_the_newest_64() {
    let mut stage = Stage::new();
    stage.say([moved("1", "T", E::Originated, Cause::NewCall)]);
    for n in 0..70 {
        let key = format!("B{n}");
        stage.say([moved("1", &key, E::Delivered, Cause::NewCall)]);
        stage.say([moved("1", &key, E::ConnectionCleared, Cause::CallNotAnswered)]);
    }
    let history = stage.the_call().history;
    assert_eq!(history.len(), 64);
    assert_eq!(history[0].device.as_ref().unwrap().key(), "B6");
}

#[test]
fn a_hold_is_told_with_who_holds_and_a_second_one_not_at_all() {
    let mut stage = Stage::new();
    stage.talk("1", "A", "B");
    assert_eq!(stage.say([moved("1", "A", E::Held, Cause::Normal)]), ["held A:Hold"]);
    assert!(stage.say([moved("1", "A", E::Held, Cause::Normal)]).is_empty());
    assert_eq!(stage.the_call().state, CallState::Held);
    assert_eq!(stage.the_call().connections[0].hold_by.as_deref(), Some("phone"));
    assert_eq!(
        stage.say([moved("1", "A", E::Retrieved, Cause::Normal)]),
        ["retrieved A:Connected"]
    );
    assert_eq!(stage.the_call().connections[0].hold_by, None);
}

#[test]
fn every_ended_connection_comes_out_by_the_table() {
    use ConnectionDirection::{Incoming, Outgoing};
    let passed = |diverted, refused, reached| Passed {
        diverted,
        refused,
        reached,
        others: None,
    };
    let none = passed(false, false, false);
    let rows = [
        (
            Incoming,
            true,
            Kind::Station,
            Cause::NormalClearing,
            none,
            Outcome::Answered,
        ),
        (
            Outgoing,
            true,
            Kind::Station,
            Cause::NormalClearing,
            passed(false, false, true),
            Outcome::Answered,
        ),
        (
            Outgoing,
            true,
            Kind::Trunk,
            Cause::NormalClearing,
            passed(false, false, false),
            Outcome::Cancelled,
        ),
        (
            Incoming,
            false,
            Kind::Station,
            Cause::MultipleAlerting,
            passed(false, false, false),
            Outcome::AnsweredElsewhere,
        ),
        (
            Incoming,
            false,
            Kind::Station,
            Cause::CallNotAnswered,
            passed(false, false, false),
            Outcome::NoAnswer,
        ),
        (
            Incoming,
            false,
            Kind::Station,
            Cause::CallNotAnswered,
            passed(false, true, false),
            Outcome::Rejected,
        ),
        (
            Incoming,
            false,
            Kind::Station,
            Cause::CallCancelled,
            passed(false, false, false),
            Outcome::Cancelled,
        ),
        (
            Incoming,
            false,
            Kind::Queue,
            Cause::CallCancelled,
            passed(false, false, false),
            Outcome::Abandoned,
        ),
        (
            Incoming,
            false,
            Kind::Station,
            Cause::Redirected,
            passed(true, false, false),
            Outcome::Forwarded,
        ),
        (
            Incoming,
            false,
            Kind::Station,
            Cause::Busy,
            passed(false, false, false),
            Outcome::Busy,
        ),
        (
            Incoming,
            false,
            Kind::Station,
            Cause::DoNotDisturb,
            passed(false, false, false),
            Outcome::DoNotDisturb,
        ),
        (
            Incoming,
            false,
            Kind::Trunk,
            Cause::NumberUnallocated,
            passed(false, false, false),
            Outcome::Unreachable,
        ),
        (
            Incoming,
            false,
            Kind::Trunk,
            Cause::Maintenance,
            passed(false, false, false),
            Outcome::Failed,
        ),
    ];
    let mut stage = Stage::new();
    stage.say([moved("1", "A", E::Originated, Cause::NewCall)]);
    let mut connection = stage.the_call().connections[0].clone();
    for (direction, connected, kind, cause, passed, outcome) in rows {
        connection.direction = direction;
        connection.kind = kind;
        connection.alerting_at = Some(Wall::default());
        connection.connected_at = connected.then(Wall::default);
        assert_eq!(
            of_connection(&connection, cause, &passed),
            outcome,
            "{direction:?} {kind:?} {cause:?}"
        );
    }
}
