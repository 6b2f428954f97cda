//! Monitors are placed at the pace that the switch bears, and that takes its time: what is heard meanwhile is told, and what was known is not
//! given up before the device that was in it could say anything.

use super::events::*;
use super::stage::Stage;
use crate::model::*;
use lineside_csta::Request;
use lineside_csta::types::{
    LocalConnectionState as State, LocalDeviceId, OperationError, SnapshotDeviceInfo, SystemResourceError,
    UniversalFailure,
};

const XML: &str = "ecma/ecma-323-ed5";
const BER: &str = "unify/hipath-3000";
const DMCC: &str = "avaya/dmcc";
/// One device a second.
const SLOW: &str = "list = false\nsnapshot = true\nstates = []\nperSecond = 1";
const SLOW_BLIND: &str = "list = false\nsnapshot = false\nstates = []\nperSecond = 1";
const ALL: &[&str] = &["2001-2099"];

/// The link has just come up, with the first of 99 telephones.
fn placing(profile: &str, terms: &str) -> Stage {
    let mut stage = Stage::with(profile, terms, ALL);
    stage.waits(4);
    let words = stage.words();
    assert_eq!(words.first().unwrap(), "link.up", "{words:#?}");
    stage
}

/// All of them are placed.
fn placed(profile: &str, terms: &str) -> Stage {
    let mut stage = placing(profile, terms);
    stage.waits(100);
    assert_eq!(stage.monitored().placed, 99);
    stage.words();
    stage
}

/// A telephone talks with somebody outside.
fn talks(call: &str, at: &str) -> SnapshotDeviceInfo {
    shows(call, at, State::Connected, ("017012345", Some(State::Connected)))
}

fn calls(words: &[String]) -> Vec<&str> {
    let of_calls = words.iter().filter(|word| word.starts_with('c'));
    of_calls.map(String::as_str).collect()
}

/// 2002 talks with somebody outside, and so does 2050.
fn two_talk(profile: &str, terms: &str) -> Stage {
    let mut stage = placed(profile, terms);
    for (call, at) in [("c1", "2002"), ("c2", "2050")] {
        stage
            .says(at, delivered(call, at, "017012345", at, "", "newCall"))
            .says(at, established(call, at, "017012345", at, "newCall"));
        stage.snapshots.insert(at.to_owned(), vec![talks(call, at)]);
    }
    stage.words();
    stage
}

#[test]
fn a_call_that_comes_and_goes_while_others_are_still_to_be_monitored_is_told_whole() {
    for profile in [XML, BER] {
        for terms in [SLOW, SLOW_BLIND] {
            let mut stage = placing(profile, terms);
            let monitors = stage.monitored();
            assert!(monitors.placed < 6 && monitors.wanted == 99, "{profile}: {monitors:?}");
            stage
                .says("2001", delivered("c1", "2001", "017012345", "2001", "", "newCall"))
                .says("2001", established("c1", "2001", "017012345", "2001", "newCall"))
                .says("2001", cleared("c1", "2001", "2001", "normalClearing"));
            assert_eq!(
                stage.words(),
                [
                    "c1 originated 017012345:connected newCall",
                    "c1 delivered 2001:alerting newCall",
                    "c1 established 2001:connected newCall",
                    "c1 connectionCleared 2001:null normalClearing",
                    "c1 connectionCleared 017012345:null normalClearing",
                    "c1 cleared normalClearing",
                ],
                "{profile}: {terms}"
            );
        }
    }
}

#[test]
fn a_telephone_that_is_monitored_later_is_taken_up_with_its_calls() {
    for profile in [XML, BER] {
        let mut stage = placing(profile, SLOW);
        stage.snapshots.insert("2010".to_owned(), vec![talks("c1", "2010")]);
        stage.waits(20);
        let made = stage.told.iter().filter(|event| matches!(&event.data, Data::Call(_)));
        assert!(made.clone().all(|event| event.reconstructed) && made.count() == 2);
        let words = stage.words();
        assert_eq!(
            calls(&words),
            [
                "c1 established 2010:connected normal",
                "c1 originated 017012345:connected normal"
            ],
            "{profile}"
        );
        assert!(!words.contains(&"link.resynced".to_owned()), "{profile}: {words:#?}");
        stage.says("2010", cleared("c1", "2010", "2010", "normalClearing"));
        assert_eq!(stage.words().last().unwrap(), "c1 cleared normalClearing");
    }
}

#[test]
fn who_is_only_concluded_to_be_in_a_call_is_certain_when_his_own_monitor_comes() {
    let mut stage = placing(XML, SLOW);
    stage.says("2001", delivered("c1", "2001", "2010", "2001", "", "newCall"));
    stage.words();
    assert!(stage.uncertain(1, "2010").contains(&"state".to_owned()));
    let rings = shows("c1", "2010", State::Connected, ("2001", Some(State::Alerting)));
    stage.snapshots.insert("2010".to_owned(), vec![rings]);
    stage.waits(20);
    assert_eq!(calls(&stage.words()), [] as [&str; 0]);
    assert_eq!(stage.uncertain(1, "2010"), [] as [&str; 0]);
    assert_eq!(stage.call(1).connections.len(), 2);
}

#[test]
fn after_a_break_a_call_of_a_telephone_that_was_not_asked_yet_goes_on_uncertain() {
    for profile in [XML, BER] {
        let mut stage = two_talk(profile, SLOW);
        let ids = [1, 2].map(|call| stage.call(call).id);
        stage.cut();
        stage.waits(6);
        let words = stage.words();
        assert!(words.contains(&"link.resynced".to_owned()), "{profile}: {words:#?}");
        assert_eq!(calls(&words), [] as [&str; 0], "{profile}");
        assert!(stage.monitored().placed < 10);
        assert_eq!(stage.uncertain(1, "2002"), [] as [&str; 0], "{profile}: it was asked");
        assert_eq!(stage.uncertain(2, "2050"), ["state"], "{profile}");
        stage.waits(100);
        assert_eq!(calls(&stage.words()), [] as [&str; 0], "{profile}");
        assert_eq!(
            stage.uncertain(2, "2050"),
            [] as [&str; 0],
            "{profile}: now it was asked, too"
        );
        assert_eq!([1, 2].map(|call| stage.call(call).id), ids);
        stage.waits(1000);
        stage.says("2050", cleared("c2", "2050", "2050", "normalClearing"));
        assert_eq!(stage.words().last().unwrap(), "c2 cleared normalClearing", "{profile}");
    }
}

/// Who was outside may have been sent on to a telephone that is still to be asked.
#[test]
fn a_call_that_ended_during_a_break_is_over_when_all_telephones_were_asked_and_not_before() {
    let mut stage = two_talk(XML, SLOW);
    stage.snapshots.clear();
    stage.cut();
    stage.waits(6);
    let words = stage.words();
    assert_eq!(calls(&words), ["c1 connectionCleared 2002:null normal"]);
    stage.waits(30);
    assert_eq!(calls(&stage.words()), [] as [&str; 0]);
    stage.waits(40);
    assert_eq!(calls(&stage.words()), ["c2 connectionCleared 2050:null normal"]);
    stage.waits(60);
    let words = stage.words();
    let over: Vec<_> = calls(&words)
        .into_iter()
        .filter(|word| word.contains(" cleared"))
        .collect();
    assert_eq!(over, ["c1 cleared normal", "c2 cleared normal"]);
}

#[test]
fn a_second_break_while_monitors_are_placed_again_ends_nothing() {
    let mut stage = two_talk(XML, SLOW);
    for _ in 0..3 {
        stage.cut();
        stage.waits(12);
    }
    assert_eq!(calls(&stage.words()), [] as [&str; 0]);
    stage.waits(130);
    assert_eq!(calls(&stage.words()), [] as [&str; 0]);
    assert_eq!(stage.monitored().placed, 99);
    assert_eq!(stage.uncertain(2, "2050"), [] as [&str; 0]);
}

#[test]
fn what_happens_to_one_party_after_a_break_does_not_end_the_call_of_those_who_were_not_asked_yet() {
    let mut stage = placed(XML, SLOW);
    stage
        .says("2002", originated("c1", "2002", "2050", "newCall"))
        .says("2050", delivered("c1", "2050", "2002", "2050", "", "newCall"))
        .says("2050", established("c1", "2050", "2002", "2050", "newCall"))
        .says("2002", held("c1", "2002", "consultation"))
        .says("2002", originated("c2", "2002", "2060", "consultation"))
        .says("2060", delivered("c2", "2060", "2002", "2060", "", "newCall"))
        .says("2060", established("c2", "2060", "2002", "2060", "newCall"));
    let moves = [
        (("c1", "2002"), ("c3", "2002")),
        (("c1", "2050"), ("c3", "2050")),
        (("c2", "2060"), ("c3", "2060")),
    ];
    stage.says(
        "2002",
        conferenced(("c1", "2002"), Some(("c2", "2002")), "2060", "", &moves),
    );
    stage.words();
    assert_eq!(stage.call(1).connections.len(), 3);
    for (at, other) in [("2050", "2060"), ("2060", "2050")] {
        let talks = shows("c3", at, State::Connected, (other, Some(State::Connected)));
        stage.snapshots.insert(at.to_owned(), vec![talks]);
    }
    let mine = shows("c3", "2002", State::Connected, ("2050", Some(State::Connected)));
    stage.snapshots.insert("2002".to_owned(), vec![mine]);
    stage.cut();
    stage.waits(6);
    stage.words();
    stage.snapshots.remove("2002");
    stage.says("2002", cleared("c3", "2002", "2002", "normalClearing"));
    assert_eq!(calls(&stage.words()), ["c1 connectionCleared 2002:null normalClearing"]);
    stage.waits(100);
    assert_eq!(calls(&stage.words()), [] as [&str; 0]);
    assert_eq!(stage.call(1).connections.len(), 2);
    stage
        .says("2050", cleared("c3", "2050", "2050", "normalClearing"))
        .says("2060", cleared("c3", "2060", "2060", "normalClearing"));
    assert_eq!(stage.words().last().unwrap(), "c1 cleared normalClearing");
}

#[test]
fn a_device_that_cannot_be_monitored_again_keeps_its_call_in_doubt_until_that_is_given_up() {
    let mut stage = two_talk(XML, SLOW);
    let why = UniversalFailure::SystemResource(SystemResourceError::Generic);
    stage.refuses.insert("2050".to_owned(), why);
    stage.breaks();
    stage.waits(200);
    assert_eq!(calls(&stage.words()), [] as [&str; 0]);
    assert_eq!(stage.uncertain(2, "2050"), ["state"]);
    stage.waits(720);
    assert_eq!(
        calls(&stage.words()).last().unwrap(),
        &"c2 cleared switchingFunctionTerminated"
    );
}

#[test]
fn what_a_monitor_tells_while_its_device_is_asked_is_newer_than_the_answer() {
    for profile in [XML, BER] {
        let mut stage = Stage::with(profile, SLOW, ALL);
        stage.in_parts = true;
        stage.waits(5);
        let at = "2002";
        // One call begins and another one ends behind the question, and the answer knows of neither.
        stage
            .says(at, delivered("c1", at, "017012345", at, "", "newCall"))
            .says(at, cleared("c9", at, at, "normalClearing"));
        stage.words();
        stage.part(at, vec![talks("c9", at)], true);
        assert_eq!(calls(&stage.words()), [] as [&str; 0], "{profile}");
        stage.says(at, established("c1", at, "017012345", at, "newCall"));
        let words = stage.words();
        assert_eq!(
            calls(&words),
            [format!("c1 established {at}:connected newCall")],
            "{profile}"
        );
    }
}

#[test]
fn how_many_monitors_are_placed_is_told_now_and_then_and_at_the_end() {
    let mut stage = placing(XML, SLOW);
    stage.waits(120);
    let told = stage.told.iter().filter_map(|event| match &event.data {
        Data::Link(data) if event.kind == EventType::LinkMonitored => data.switch.monitors.clone(),
        _ => None,
    });
    let told: Vec<Monitors> = told.collect();
    assert!((10..25).contains(&told.len()), "{told:?}");
    let last = told.last().unwrap();
    assert_eq!((last.placed, last.wanted), (99, 99));
    assert!(told.iter().all(|monitors| monitors.refused.is_empty()));
}

#[test]
fn the_calls_of_a_bridge_that_is_started_anew_go_on_uncertain_where_devices_cannot_be_asked() {
    for profile in [XML, BER] {
        let mut stage = two_talk(profile, "list = false\nsnapshot = false\nstates = []\nperSecond = 1000");
        let ids = [1, 2].map(|call| stage.call(call).id);
        stage.restarts().waits(3);
        assert_eq!(calls(&stage.words()), [] as [&str; 0], "{profile}");
        assert_eq!(stage.uncertain(1, "2002"), ["state"], "{profile}");
        // Of one it is heard, of the other nothing.
        stage.says("2002", held("c1", "2002", "normal"));
        assert_eq!(stage.uncertain(1, "2002"), [] as [&str; 0]);
        assert_eq!([1, 2].map(|call| stage.call(call).id), ids);
        stage.waits(910);
        assert_eq!(
            calls(&stage.words()),
            [
                "c1 held 2002:hold normal",
                "c2 connectionCleared 017012345:null switchingFunctionTerminated",
                "c2 connectionCleared 2050:null switchingFunctionTerminated",
                "c2 cleared switchingFunctionTerminated"
            ],
            "{profile}"
        );
        stage
            .says("2002", retrieved("c1", "2002", "normal"))
            .says("2002", cleared("c1", "2002", "2002", "normalClearing"));
        assert_eq!(stage.words().last().unwrap(), "c1 cleared normalClearing", "{profile}");
    }
}

#[test]
fn the_calls_of_a_bridge_that_is_started_anew_wait_until_their_telephones_were_asked() {
    let mut stage = two_talk(XML, SLOW);
    let ids = [1, 2].map(|call| stage.call(call).id);
    stage.restarts().waits(6);
    assert_eq!(calls(&stage.words()), [] as [&str; 0]);
    assert_eq!(stage.uncertain(2, "2050"), ["state"]);
    stage.snapshots.remove("2050");
    stage.waits(60);
    assert_eq!(calls(&stage.words()), ["c2 connectionCleared 2050:null normal"]);
    stage.waits(60);
    assert_eq!(calls(&stage.words()).last().unwrap(), &"c2 cleared normal");
    stage.says("2002", held("c1", "2002", "normal"));
    assert_eq!(calls(&stage.words()), ["c1 held 2002:hold normal"]);
    assert_eq!([1, 2].map(|call| stage.call(call).id), ids);
}

#[test]
fn a_call_whose_telephone_has_its_turn_late_is_not_given_up_before() {
    let mut stage = Stage::with(XML, SLOW, &["3000-3999"]);
    stage.waits(1010);
    let at = "3990";
    stage
        .says(at, delivered("c1", at, "017012345", at, "", "newCall"))
        .says(at, established("c1", at, "017012345", at, "newCall"));
    stage.snapshots.insert(at.to_owned(), vec![talks("c1", at)]);
    stage.words();
    stage.cut();
    stage.waits(950);
    assert_eq!(calls(&stage.words()), [] as [&str; 0]);
    assert_eq!(stage.uncertain(1, at), ["state"]);
    stage.waits(60);
    assert_eq!(calls(&stage.words()), [] as [&str; 0]);
    assert_eq!(stage.uncertain(1, at), [] as [&str; 0]);
}

/// Who asks for what is done to his call, and what is sent for it.
fn hold(stage: &mut Stage, call: usize, at: &str) -> Vec<String> {
    let of = stage.call(call).clone();
    let own = |c: &&Connection| c.device.as_ref().is_some_and(|device| device.key() == at);
    let connection = of.connections.iter().find(own).unwrap().id;
    stage.asked.clear();
    stage.commands(Order::Connection {
        call: of.id,
        connection,
        deed: Deed::Hold,
    });
    stage.asked.iter().map(|(_, name)| name.clone()).collect()
}

#[test]
fn a_telephone_whose_call_is_known_from_before_a_restart_is_asked_for_it_where_nobody_tells_how_it_is_called() {
    let all = [
        (XML, false, "2002"),
        (BER, false, "2002"),
        (XML, true, "2002"),
        (DMCC, false, "2002:pbx::0"),
        (DMCC, true, "2002:pbx::0"),
    ];
    for (profile, asked, written) in all {
        let terms = format!("list = false\nsnapshot = {asked}\nstates = []\nperSecond = 1000");
        let mut stage = two_talk(profile, &terms);
        if asked {
            let why = UniversalFailure::Operation(OperationError::ServiceNotSupported);
            stage.fails.insert("SnapshotDevice".to_owned(), why);
        }
        stage.restarts().waits(3);
        assert_eq!(hold(&mut stage, 1, "2002"), ["HoldCall"], "{profile}, {asked}");
        let Some(Request::HoldCall(request)) = stage.requests.last() else {
            panic!("{:?}", stage.requests.last())
        };
        let Some(LocalDeviceId::Static(device)) = &request.call_to_be_held.device_id else {
            panic!("{request:?}")
        };
        assert_eq!(&**device.text, written, "{profile}, {asked}");
        stage.says("2002", held("c1", "2002", "normal"));
        let verdict = stage.settled.last().map(|settled| &settled.verdict);
        assert_eq!(verdict, Some(&Verdict::Done), "{profile}, {asked}");
    }
}

/// Who was concluded to call said that he does not any more.
#[test]
fn a_caller_who_left_before_he_was_monitored_rings_when_the_call_is_sent_back_to_him() {
    for (profile, calling) in [(XML, "2001"), (XML, "017012345"), (BER, "2001"), (BER, "017012345")] {
        let terms = "list = false\nsnapshot = true\nstates = []\nperSecond = 1";
        let mut stage = Stage::with(profile, terms, &["2002-2009", "2001"]);
        stage.waits(4);
        for at in ["2002", "2003"] {
            let rings = delivered("c1", at, "2001", "2002", "", "newCall");
            stage.says(at, rings);
        }
        stage.waits(20);
        assert!(
            calls(&stage.words()).contains(&"c1 connectionCleared 2001:null normal"),
            "{profile}"
        );
        stage
            .says("2002", diverted("c1", "2002", "2001", "redirected"))
            .says("2001", delivered("c1", "2001", calling, "2002", "2002", "redirected"));
        let words = stage.words();
        assert_eq!(
            calls(&words).last(),
            Some(&"c1 delivered 2001:alerting redirected"),
            "{profile}, {calling}"
        );
    }
}
