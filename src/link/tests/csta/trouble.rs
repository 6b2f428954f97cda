//! What goes wrong at the link: it breaks in the middle of something, the switch refuses, is busy, forgets, or says what it cannot mean.

use super::events::*;
use super::stage::Stage;
use crate::model::*;
use lineside_csta::types::{
    ApplicationSessionTerminated, DefinedTermReason, LocalConnectionState as State, OperationError, PerformanceError,
    PrivateDataError, SecurityError, SessionTermReason, StateError, SubscribedResourceError, SystemResourceError,
    SystemStatusValue as Status, UniversalFailure,
};
use lineside_csta::{Codec, Encoding, EventReport, Framing, Message, Octets, Phase, Request};

/// Devices are asked for the calls that they are in.
const SNAPSHOTS: &str = "list = false\nsnapshot = true\nstates = []";
/// They are not.
const BLIND: &str = "list = false\nsnapshot = false\nstates = []";
const XML: &str = "ecma/ecma-323-ed5";
const BER: &str = "unify/hipath-3000";

fn up(profile: &str, terms: &str) -> Stage {
    let mut stage = Stage::of(profile, terms);
    stage.waits(1);
    assert_eq!(stage.words().last().unwrap(), "link.resynced");
    stage
}

/// 2001 talks with somebody outside.
fn talking(profile: &str, terms: &str) -> Stage {
    let mut stage = up(profile, terms);
    stage
        .says("2001", delivered("c1", "2001", "017012345", "2001", "", "newCall"))
        .says("2001", established("c1", "2001", "017012345", "2001", "newCall"));
    stage.words();
    stage
}

/// The call of [`talking`], as 2001 shows it.
fn talks() -> lineside_csta::types::SnapshotDeviceInfo {
    shows("c1", "2001", State::Connected, ("017012345", Some(State::Connected)))
}

/// Why the link was lost, each time.
fn reasons(stage: &Stage) -> Vec<String> {
    let of = |event: &Event| match &event.data {
        Data::Link(data) => data.reason.as_ref().map(|reason| reason.to_string()),
        _ => None,
    };
    stage.told.iter().filter_map(of).collect()
}

#[test]
fn a_link_that_is_lost_between_the_parts_of_a_snapshot_begins_anew() {
    for profile in [XML, BER] {
        let mut stage = Stage::of(profile, SNAPSHOTS);
        stage.in_parts = true;
        stage.waits(1);
        assert_eq!(stage.words(), [] as [&str; 0], "{profile}");
        let other = shows("c9", "2001", State::Connected, ("2002", Some(State::Connected)));
        stage.part("2001", vec![other], false).cut();
        stage.in_parts = false;
        stage.snapshots.insert("2001".to_owned(), vec![talks()]);
        stage.waits(3);
        let words = stage.words();
        assert!(words.contains(&"link.up".to_owned()), "{profile}: {words:#?}");
        // Of c9 nothing was told before the link was up, and it is not there any more.
        let calls: Vec<&String> = words.iter().filter(|word| word.starts_with('c')).collect();
        assert_eq!(
            calls,
            [
                "c1 established 2001:connected normal",
                "c1 originated 017012345:connected normal"
            ],
            "{profile}"
        );
        stage.says("2001", cleared("c1", "2001", "2001", "normalClearing"));
        assert_eq!(stage.words().last().unwrap(), "c1 cleared normalClearing");
    }
}

#[test]
fn a_snapshot_that_breaks_off_does_not_keep_the_link_from_coming_up() {
    let mut stage = Stage::of(XML, SNAPSHOTS);
    stage.in_parts = true;
    stage.waits(1);
    stage.part("2001", vec![talks()], false);
    for device in ["2002", "2003", "2004", "2100"] {
        stage.part(device, Vec::new(), true);
    }
    assert_eq!(stage.words(), [] as [&str; 0]);
    stage.waits(3);
    assert_eq!(stage.words().last().unwrap(), "link.resynced");
    // What came of it counts when nothing more comes.
    stage.waits(8);
    let words = stage.words();
    assert!(
        words.contains(&"c1 established 2001:connected normal".to_owned()),
        "{words:#?}"
    );
}

#[test]
fn parts_of_a_snapshot_that_come_ahead_of_the_answer_are_not_lost() {
    for profile in [XML, BER] {
        let mut stage = Stage::of(profile, SNAPSHOTS);
        stage.parts_first = true;
        stage.snapshots.insert("2001".to_owned(), vec![talks()]);
        stage.waits(1);
        let words = stage.words();
        assert_eq!(words.last().unwrap(), "link.resynced", "{profile}: {words:#?}");
        assert!(
            words.contains(&"c1 established 2001:connected normal".to_owned()),
            "{profile}: {words:#?}"
        );
    }
}

#[test]
fn a_call_of_a_device_whose_snapshot_broke_off_goes_on_uncertain() {
    let mut stage = talking(XML, SNAPSHOTS);
    stage.in_parts = true;
    stage.breaks();
    for device in ["2002", "2003", "2004", "2100"] {
        stage.part(device, Vec::new(), true);
    }
    stage.waits(11);
    assert_eq!(stage.words(), ["link.down", "link.up", "link.resynced"]);
    assert_eq!(stage.uncertain(1, "2001"), ["state"]);
    stage.says("2001", cleared("c1", "2001", "2001", "normalClearing"));
    assert_eq!(stage.words().last().unwrap(), "c1 cleared normalClearing");
}

#[test]
fn a_switch_without_snapshots_does_not_end_the_calls_that_go_on() {
    for profile in [XML, BER] {
        let mut stage = talking(profile, BLIND);
        let call = stage.call(1).id;
        stage.breaks();
        assert_eq!(stage.words(), ["link.down", "link.up", "link.resynced"], "{profile}");
        assert_eq!(stage.uncertain(1, "2001"), ["state"]);
        stage.says("2001", held("c1", "2001", "normal"));
        assert_eq!(stage.uncertain(1, "2001"), [] as [&str; 0]);
        // It was heard of: it is not given up any more.
        stage.waits(1000);
        stage
            .says("2001", retrieved("c1", "2001", "normal"))
            .says("2001", cleared("c1", "2001", "017012345", "normalClearing"));
        assert_eq!(
            stage.words(),
            [
                "c1 held 2001:hold normal",
                "c1 retrieved 2001:connected normal",
                "c1 connectionCleared 017012345:null normalClearing",
                "c1 connectionCleared 2001:null normalClearing",
                "c1 cleared normalClearing",
            ],
            "{profile}"
        );
        assert_eq!(stage.call(1).id, call);
    }
}

#[test]
fn a_call_of_which_nothing_is_heard_after_a_break_is_given_up_and_may_go_on_as_another() {
    let mut stage = talking(XML, BLIND);
    let call = stage.call(1).id;
    stage.breaks();
    stage.words();
    stage.waits(890);
    assert_eq!(stage.words(), [] as [&str; 0]);
    stage.waits(20);
    let reconstructed = stage.told.iter().filter(|event| event.reconstructed).count();
    let words = stage.words();
    assert_eq!(reconstructed, words.len(), "{words:#?}");
    assert_eq!(words.last().unwrap(), "c1 cleared switchingFunctionTerminated");
    stage.waits(60);
    stage.says("2001", held("c1", "2001", "normal"));
    assert_eq!(stage.words().last().unwrap(), "c2 held 2001:hold normal");
    assert_eq!(stage.call(2).linkage.continues, Some(call));
}

#[test]
fn a_snapshot_that_is_refused_says_nothing_of_the_calls() {
    let mut stage = talking(XML, SNAPSHOTS);
    let why = UniversalFailure::StateIncompatibility(StateError::Generic);
    stage.fails.insert("SnapshotDevice".to_owned(), why);
    stage.breaks();
    assert_eq!(stage.words(), ["link.down", "link.up", "link.resynced"]);
    assert_eq!(stage.uncertain(1, "2001"), ["state"]);
}

#[test]
fn a_call_of_a_device_that_is_not_heard_any_more_after_a_break_goes_on_uncertain_until_it_is_given_up() {
    let mut stage = talking(XML, SNAPSHOTS);
    let why = UniversalFailure::SystemResource(SystemResourceError::OverallMonitorLimitExceeded);
    stage.refuses.insert("2001".to_owned(), why);
    stage.breaks();
    assert_eq!(stage.monitored().placed, 0);
    let words = stage.words();
    assert!(!words.iter().any(|word| word.starts_with("c1")), "{words:#?}");
    assert_eq!(stage.uncertain(1, "2001"), ["state"]);
    stage.waits(910);
    assert_eq!(stage.words().last().unwrap(), "c1 cleared switchingFunctionTerminated");
}

#[test]
fn a_call_that_one_of_two_says_not_to_be_in_is_over_though_the_other_is_not_heard_any_more() {
    let mut stage = up(XML, SNAPSHOTS);
    stage
        .says("2001", originated("c1", "2001", "2002", "newCall"))
        .says("2002", delivered("c1", "2002", "2001", "2002", "", "newCall"))
        .says("2002", established("c1", "2002", "2001", "2002", "newCall"));
    stage.words();
    let why = UniversalFailure::SystemResource(SystemResourceError::OverallMonitorLimitExceeded);
    stage.refuses.insert("2002".to_owned(), why);
    stage.breaks();
    let words = stage.words();
    assert!(words.iter().any(|word| word.starts_with("c1 cleared")), "{words:#?}");
}

#[test]
fn a_switch_that_was_restarted_has_no_calls_whether_it_is_asked_or_not() {
    for terms in [BLIND, SNAPSHOTS] {
        let mut stage = talking(XML, terms);
        stage.is(Status::Disabled).is(Status::Enabled);
        stage.waits(2);
        let words = stage.words();
        assert!(
            words.contains(&"c1 cleared switchingFunctionTerminated".to_owned()),
            "{words:#?}"
        );
    }
}

#[test]
fn a_monitor_that_the_switch_ends_in_a_call_is_placed_again_and_the_call_goes_on() {
    for profile in [XML, BER] {
        let mut stage = talking(profile, SNAPSHOTS);
        stage.stops("2001");
        assert_eq!(stage.uncertain(1, "2001"), ["state"], "{profile}");
        assert!(stage.monitored().refused["2001"].contains("the switch ended the monitor"));
        stage.snapshots.insert("2001".to_owned(), vec![talks()]);
        stage.waits(6);
        assert!(stage.monitored().refused.is_empty());
        assert_eq!(
            stage.uncertain(1, "2001"),
            [] as [&str; 0],
            "{profile}: it is heard again"
        );
        let words = stage.words();
        assert!(
            !words.iter().any(|word| word.contains("leared")),
            "{profile}: {words:#?}"
        );
        stage.says("2001", cleared("c1", "2001", "2001", "normalClearing"));
        assert_eq!(stage.words().last().unwrap(), "c1 cleared normalClearing");
    }
}

#[test]
fn a_call_that_ended_while_its_device_was_not_heard_is_over_when_it_is_heard_again() {
    let mut stage = talking(XML, SNAPSHOTS);
    stage.stops("2001");
    stage.waits(6);
    let words = stage.words();
    assert!(words.contains(&"c1 cleared normal".to_owned()), "{words:#?}");
}

#[test]
fn a_call_that_began_while_its_device_was_not_heard_is_found() {
    let mut stage = up(XML, SNAPSHOTS);
    stage.stops("2001");
    stage.snapshots.insert("2001".to_owned(), vec![talks()]);
    stage.waits(6);
    let words = stage.words();
    assert!(
        words.contains(&"c1 established 2001:connected normal".to_owned()),
        "{words:#?}"
    );
}

#[test]
fn messages_that_were_lost_are_asked_for_without_placing_the_monitors_twice() {
    let mut stage = talking(XML, SNAPSHOTS);
    stage.snapshots.insert("2001".to_owned(), vec![talks()]);
    let ringing = shows("c2", "2002", State::Alerting, ("2003", Some(State::Connected)));
    stage.snapshots.insert("2002".to_owned(), vec![ringing]);
    stage.asked.clear();
    stage.is(Status::MessagesLost);
    stage.waits(1);
    let asked = |stage: &Stage, name: &str| stage.asked.iter().filter(|(_, asked)| asked == name).count();
    assert_eq!(asked(&stage, "MonitorStart"), 0);
    assert_eq!(asked(&stage, "SnapshotDevice"), 5);
    let words = stage.words();
    assert!(
        words.contains(&"c2 delivered 2002:alerting normal".to_owned()),
        "{words:#?}"
    );
    assert!(!words.iter().any(|word| word.starts_with("c1")), "{words:#?}");
    stage.says("2001", cleared("c1", "2001", "2001", "normalClearing"));
    assert_eq!(stage.words().last().unwrap(), "c1 cleared normalClearing");
}

#[test]
fn a_switch_that_is_overloaded_is_asked_no_more_until_it_is_relieved() {
    let mut stage = Stage::of(XML, "list = false\nsnapshot = false\nstates = []\natOnce = 1");
    stage.ignores.insert("MonitorStart".to_owned());
    stage.waits(1);
    // One is under way, with no answer yet.
    assert_eq!(stage.count("MonitorStart"), 1);
    stage.ignores.clear();
    stage.is(Status::OverloadReached);
    stage.waits(9);
    stage.is(Status::OverloadReached);
    stage.waits(9);
    assert_eq!(stage.count("MonitorStart"), 0);
    stage.is(Status::OverloadRelieved);
    assert_eq!(stage.count("MonitorStart"), 4);
    // What was under way was never answered: it is tried again.
    stage.waits(61);
    assert_eq!(stage.monitored().placed, 5);
}

#[test]
fn an_overload_that_lasts_keeps_neither_the_link_nor_what_is_asked_for() {
    let mut stage = talking(XML, BLIND);
    let why = UniversalFailure::PerformanceManagement(PerformanceError::PerformanceLimitExceeded);
    for service in ["MonitorStart", "HoldCall"] {
        stage.fails.insert(service.to_owned(), why.clone());
    }
    stage.is(Status::OverloadImminent).is(Status::OverloadReached);
    stage.stops("2002");
    let call = stage.call(1);
    let held_by_us = call
        .connections
        .iter()
        .find(|c| c.device.as_ref().is_some_and(|device| device.key() == "2001"));
    let order = Order::Connection {
        call: call.id,
        connection: held_by_us.unwrap().id,
        deed: Deed::Hold,
    };
    stage.commands(order);
    let verdicts: Vec<&Verdict> = stage.settled.iter().map(|settled| &settled.verdict).collect();
    let [Verdict::Refused(native)] = &verdicts[..] else {
        panic!("{verdicts:?}")
    };
    assert!(native.message.contains("performanceLimitExceeded"), "{native:?}");
    stage.waits(400);
    // It was asked again and again, but not often.
    let asked = stage.count("MonitorStart");
    assert!((5..45).contains(&asked), "{asked}");
    stage.says("2001", held("c1", "2001", "normal"));
    assert_eq!(stage.words().last().unwrap(), "c1 held 2001:hold normal");
    stage.fails.clear();
    stage.is(Status::OverloadRelieved);
    stage.waits(61);
    assert_eq!(stage.monitored().placed, 5);
}

#[test]
fn a_session_that_runs_out_is_begun_anew_and_its_calls_go_on() {
    let mut stage = Stage::of("mitel/mivoice-office-400", SNAPSHOTS);
    stage.waits(2);
    stage
        .says("2001", delivered("c1", "2001", "017012345", "2001", "", "newCall"))
        .says("2001", established("c1", "2001", "017012345", "2001", "newCall"));
    stage.words();
    stage.snapshots.insert("2001".to_owned(), vec![talks()]);
    stage.asks(Request::ApplicationSessionTerminated(Box::new(
        ApplicationSessionTerminated {
            session_term_reason: SessionTermReason::Defined(DefinedTermReason::SessionTimerExpired),
            ..ApplicationSessionTerminated::default()
        },
    )));
    let why = reasons(&stage);
    assert!(why.iter().any(|why| why.contains("sessionTimerExpired")), "{why:?}");
    stage.waits(5);
    assert_eq!(stage.words(), ["link.down", "link.up", "link.resynced"]);
    assert_eq!(stage.call(1).state, CallState::Connected);
    // And its timer is reset in time from then on.
    stage.waits(1300);
    assert_eq!(stage.words(), [] as [&str; 0]);
}

#[test]
fn what_a_telephone_is_set_to_that_neither_tells_nor_can_be_asked_is_not_set() {
    let mut stage = up(XML, BLIND);
    let hq = SwitchName::try_from("hq").unwrap();
    stage.commands(Order::SetFeature {
        device: DeviceId::new(&hq, "2009"),
        feature: Feature::DoNotDisturb(true),
    });
    let verdicts: Vec<&Verdict> = stage.settled.iter().map(|settled| &settled.verdict).collect();
    let [Verdict::Denied(Denial::Device(why))] = &verdicts[..] else {
        panic!("{verdicts:?}")
    };
    assert!(why.contains("not monitored"), "{why}");
    assert_eq!(stage.count("SetDoNotDisturb"), 0);
}

#[test]
fn a_licence_that_is_there_again_is_used() {
    let mut stage = Stage::of(XML, BLIND);
    let why = UniversalFailure::SystemResource(SystemResourceError::OverallMonitorLimitExceeded);
    stage.refuses.insert("2003".to_owned(), why);
    stage.waits(1);
    assert_eq!(stage.monitored().placed, 2);
    stage.words();
    stage.waits(130);
    assert_eq!(stage.words(), [] as [&str; 0], "it is still used up");
    stage.refuses.clear();
    stage.waits(61);
    assert_eq!(stage.monitored().placed, 5);
    assert!(stage.monitored().refused.is_empty());
    stage.says("2003", originated("c1", "2003", "2004", "newCall"));
    assert_eq!(stage.words().last().unwrap(), "c1 originated 2003:connected newCall");
}

#[test]
fn the_limit_of_one_device_is_not_that_of_the_others() {
    let mut stage = Stage::of(XML, BLIND);
    let why = UniversalFailure::SubscribedResource(SubscribedResourceError::ObjectMonitorLimitExceeded);
    stage.refuses.insert("2001".to_owned(), why);
    stage.waits(1);
    let monitors = stage.monitored();
    assert_eq!((monitors.placed, monitors.refused.len()), (4, 1));
}

#[test]
fn what_is_refused_again_and_again_is_told_once() {
    let mut stage = Stage::of(XML, BLIND);
    let why = UniversalFailure::Operation(OperationError::InvalidDeviceId);
    for device in ["2001", "2002", "2004"] {
        stage.refuses.insert(device.to_owned(), why.clone());
    }
    stage.waits(1);
    assert_eq!(stage.monitored().refused.len(), 3);
    stage.words();
    stage.waits(200);
    assert_eq!(stage.words(), [] as [&str; 0]);
}

#[test]
fn what_is_beyond_the_licence_of_the_profile_is_never_asked_for() {
    let mut stage = Stage::of(XML, "list = false\nsnapshot = false\nstates = []\nmost = 2");
    let why = UniversalFailure::Operation(OperationError::InvalidDeviceId);
    stage.refuses.insert("2001".to_owned(), why);
    stage.waits(200);
    // One of the two is tried again each minute.
    assert_eq!(stage.count("MonitorStart"), 5);
    assert_eq!(stage.monitored().placed, 1);
    assert_eq!(stage.monitored().refused.len(), 4);
}

#[test]
fn an_error_of_any_kind_is_told_in_the_words_of_the_switch() {
    let all = [
        UniversalFailure::Operation(OperationError::InvalidDeviceId),
        UniversalFailure::Security(SecurityError::Generic),
        UniversalFailure::StateIncompatibility(StateError::Generic),
        UniversalFailure::SystemResource(SystemResourceError::Generic),
        UniversalFailure::SubscribedResource(SubscribedResourceError::ObjectMonitorLimitExceeded),
        UniversalFailure::PrivateData(PrivateDataError::from_number(1)),
        UniversalFailure::Unspecified,
        UniversalFailure::Operation(OperationError::from_word("ofItsOwn")),
    ];
    for profile in [XML, BER] {
        for why in &all {
            let mut stage = Stage::of(profile, SNAPSHOTS);
            stage.refuses.insert("2004".to_owned(), why.clone());
            stage.fails.insert("SnapshotDevice".to_owned(), why.clone());
            stage.waits(1);
            let monitors = stage.monitored();
            assert_eq!(stage.words().last().unwrap(), "link.resynced", "{profile}: {why}");
            let told = &monitors.refused["2004"];
            assert!(
                told.contains(why.category()) || told.contains("unspecified"),
                "{profile}: {why}: {told}"
            );
            // Everything else goes on.
            stage.says("2001", originated("c1", "2001", "2002", "newCall"));
            assert_eq!(stage.words().last().unwrap(), "c1 originated 2001:connected newCall");
        }
    }
}

#[test]
fn a_request_that_is_rejected_or_never_answered_is_no_reason_to_end_the_link() {
    let mut stage = Stage::of(BER, SNAPSHOTS);
    stage.ignores.insert("SnapshotDevice".to_owned());
    stage.ignores.insert("MonitorStart".to_owned());
    stage.waits(120);
    let monitors = stage.monitored();
    assert_eq!((monitors.placed, monitors.refused.len()), (0, 5));
    assert!(
        monitors.refused.values().all(|why| why.contains("no answer in time")),
        "{monitors:?}"
    );
    stage.ignores.clear();
    stage.waits(61);
    assert_eq!(stage.monitored().placed, 5);
}

#[test]
fn events_of_another_phase_than_was_agreed_on_are_understood_and_named() {
    let mut stage = up(BER, BLIND);
    let mut codec = Codec::new(Framing::HiPath, Encoding::Ber(Phase::II));
    let report = EventReport {
        monitor_cross_ref_id: Octets::from("m2001"),
        event: originated("c1", "2001", "2002", "newCall"),
    };
    let bytes = codec.encode(&Message::Event(report)).unwrap();
    stage.sends(&bytes);
    assert_eq!(stage.words(), ["c1 originated 2001:connected newCall"]);
    // It is told with the next thing that the link tells.
    stage.stops("2004");
    let version = stage.told.iter().find_map(|event| match &event.data {
        Data::Link(data) => data.switch.version.clone(),
        _ => None,
    });
    let version = version.unwrap();
    assert!(
        version.contains("CSTA Phase II,") && version.contains("Phase III"),
        "{version}"
    );
}

#[test]
fn events_that_come_before_the_answer_to_their_monitor_are_told() {
    for profile in [XML, BER] {
        let mut stage = Stage::of(profile, BLIND);
        let rings = delivered("c1", "2001", "017012345", "2001", "", "newCall");
        stage.ahead.push(("2001".to_owned(), rings));
        stage.waits(1);
        let words = stage.words();
        assert!(
            words.contains(&"c1 delivered 2001:alerting normal".to_owned()),
            "{profile}: {words:#?}"
        );
        // The same when the link is up.
        stage.stops("2002");
        let rings = delivered("c2", "2002", "017012345", "2002", "", "newCall");
        stage.ahead.push(("2002".to_owned(), rings));
        stage.waits(6);
        let words = stage.words();
        assert!(
            words.contains(&"c2 delivered 2002:alerting newCall".to_owned()),
            "{profile}: {words:#?}"
        );
        stage.says("2002", cleared("c2", "2002", "017012345", "normalClearing"));
        assert_eq!(stage.words().last().unwrap(), "c2 cleared callCancelled");
    }
}

#[test]
fn bytes_that_are_no_csta_end_the_link_which_says_so_and_comes_up_again() {
    for profile in [XML, BER] {
        let mut stage = talking(profile, BLIND);
        stage.sends(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        let why = reasons(&stage);
        assert!(why.last().is_some_and(|why| !why.is_empty()), "{profile}: {why:?}");
        stage.waits(5);
        assert_eq!(stage.words(), ["link.down", "link.up", "link.resynced"], "{profile}");
        assert_eq!(stage.uncertain(1, "2001"), ["state"]);
    }
}
