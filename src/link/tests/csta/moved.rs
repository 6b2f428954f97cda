//! Calls that were sent on while the link was down, on a site so large that its devices are asked one after the other while the link is up.

use super::events::*;
use super::stage::Stage;
use lineside_csta::types::{LocalConnectionState as State, SnapshotDeviceInfo, SystemStatusValue};

const T: &str = "017012345";

/// 2001 talks with somebody outside in c1, and the link breaks. Devices are asked one a second, in this order; the one that has it then is `to`, which
/// shows `now`.
fn moved(profile: &str, order: &[&str], to: &str, now: &[SnapshotDeviceInfo]) -> Stage {
    let mut stage = talks(profile, order);
    stage.snapshots.insert(to.to_owned(), now.to_vec());
    stage.breaks();
    stage
}

/// The same before the link breaks.
fn talks(profile: &str, order: &[&str]) -> Stage {
    let terms = "list = false\nsnapshot = true\nstates = []\nperSecond = 1";
    let mut stage = Stage::with(profile, terms, order);
    stage.waits(20);
    stage
        .says("2001", linked(delivered("c1", "2001", T, "2001", "", "newCall"), "g1"))
        .says("2001", linked(established("c1", "2001", T, "2001", "newCall"), "g1"));
    stage.words();
    stage
}

fn shows_it(call: &str, at: &str) -> SnapshotDeviceInfo {
    shows(call, at, State::Connected, (T, Some(State::Connected)))
}

/// What is told of calls.
fn of_calls(stage: &mut Stage) -> Vec<String> {
    let mut words = stage.words();
    words.retain(|word| word.starts_with('c'));
    words
}

const OLD_FIRST: &[&str] = &["2001-2009"];
const NEW_FIRST: &[&str] = &["2009", "2002-2008", "2001"];
const XML: &str = "ecma/ecma-323-ed5";
const BER: &str = "unify/hipath-3000";

#[test]
fn a_call_that_a_device_has_no_more_goes_on_until_all_who_may_have_it_were_asked() {
    for profile in [XML, BER] {
        let mut stage = moved(profile, OLD_FIRST, "2009", &[shows_it("c1", "2009")]);
        stage.waits(3);
        assert_eq!(
            of_calls(&mut stage),
            ["c1 connectionCleared 2001:null normal"],
            "{profile}"
        );
        assert!(stage.uncertain(1, T).contains(&"state".to_owned()), "{profile}");
        stage.waits(15);
        assert_eq!(
            of_calls(&mut stage),
            ["c1 established 2009:connected normal"],
            "{profile}"
        );
        stage.says("2009", cleared("c1", "2009", "2009", "normalClearing"));
        assert_eq!(of_calls(&mut stage).last().unwrap(), "c1 cleared normalClearing");
    }
}

#[test]
fn a_call_that_is_called_otherwise_now_is_found_again_by_its_linkage_whoever_is_asked_first() {
    for profile in [XML, BER] {
        for order in [OLD_FIRST, NEW_FIRST] {
            let now = linked_as(shows_it("c3", "2009"), "g1");
            let mut stage = moved(profile, order, "2009", &[now]);
            stage.waits(18);
            let mut told = of_calls(&mut stage);
            told.sort();
            assert_eq!(
                told,
                [
                    "c1 connectionCleared 2001:null normal",
                    "c1 established 2009:connected normal",
                ],
                "{profile}, {order:?}"
            );
            stage.says("2009", held("c3", "2009", "normal"));
            assert_eq!(
                of_calls(&mut stage),
                ["c1 held 2009:hold normal"],
                "{profile}, {order:?}"
            );
        }
    }
}

#[test]
fn a_call_that_no_device_has_any_more_ends_when_all_were_asked() {
    let other = linked_as(shows_it("c9", "2009"), "g9");
    let mut stage = moved(XML, OLD_FIRST, "2009", &[other]);
    stage.waits(18);
    let told = of_calls(&mut stage);
    assert_eq!(told.last().unwrap(), "c1 cleared normal", "{told:#?}");
    assert!(
        told.contains(&"c2 established 2009:connected normal".to_owned()),
        "{told:#?}"
    );
}

#[test]
fn a_call_that_stands_beside_another_one_of_its_linkage_is_not_that_one() {
    let beside = shows("c3", "2001", State::Hold, ("2002", Some(State::Connected)));
    let both = [linked_as(beside, "g1"), linked_as(shows_it("c1", "2001"), "g1")];
    let mut stage = moved(XML, OLD_FIRST, "2001", &both);
    stage.waits(18);
    let told = of_calls(&mut stage);
    assert!(told.iter().any(|word| word.starts_with("c2 ")), "{told:#?}");
    assert!(!told.iter().any(|word| word.contains("cleared")), "{told:#?}");
}

/// The switch lost some of what it had to tell: its devices are asked again, while their monitors tell on. They are slow to answer.
fn asked_again(stage: &mut Stage) {
    stage.late.insert("SnapshotDevice".to_owned());
    stage.is(SystemStatusValue::MessagesLost).waits(4);
}

fn answered(stage: &mut Stage) {
    stage.late.clear();
    stage.answers_late();
    stage.waits(20);
}

#[test]
fn a_call_of_which_a_telephone_tells_beside_another_one_of_its_linkage_is_not_that_one() {
    let begins = || originated("c3", "2001", "2002", "consultation");
    let holds = || held("c3", "2001", "normal");
    for profile in [XML, BER] {
        for event in [begins(), holds()] {
            let what = format!("{profile}: {event:?}");
            let mut stage = talks(profile, NEW_FIRST);
            let beside = shows("c3", "2001", State::Hold, ("2002", Some(State::Connected)));
            let both = vec![linked_as(beside, "g1"), linked_as(shows_it("c1", "2001"), "g1")];
            stage.snapshots.insert("2001".to_owned(), both);
            asked_again(&mut stage);
            assert_eq!(stage.uncertain(1, "2001"), ["state"], "{what}");
            stage.says("2001", linked(event, "g1"));
            answered(&mut stage);
            let told = of_calls(&mut stage);
            assert!(told.iter().any(|word| word.starts_with("c2 ")), "{what}: {told:#?}");
            assert!(!told.iter().any(|word| word.contains("cleared")), "{what}: {told:#?}");
            assert_eq!(stage.call(1).connections.len(), 2, "{what}");
            assert_eq!(stage.uncertain(1, "2001"), [] as [&str; 0], "{what}");
        }
    }
}

#[test]
fn a_call_that_a_telephone_answered_meanwhile_is_found_again_by_what_that_tells_before_it_is_asked() {
    for profile in [XML, BER] {
        let mut stage = talks(profile, OLD_FIRST);
        let now = linked_as(shows_it("c3", "2009"), "g1");
        stage.snapshots.insert("2009".to_owned(), vec![now]);
        asked_again(&mut stage);
        stage.says("2009", linked(established("c3", "2009", T, "2009", "newCall"), "g1"));
        answered(&mut stage);
        assert_eq!(
            of_calls(&mut stage),
            [
                "c1 established 2009:connected newCall",
                "c1 connectionCleared 2001:null normal"
            ],
            "{profile}"
        );
    }
}
