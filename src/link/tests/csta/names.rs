//! Who has no name in a call is learnt by asking the call, where the profile says that it can be asked.

use super::events::*;
use super::stage::Stage;
use crate::model::*;
use lineside_csta::types::{LocalConnectionState as State, OperationError, UniversalFailure};

const XML: &str = "ecma/ecma-323-ed5";
const BER: &str = "unify/hipath-3000";
const CALLS: &str = "list = false\nsnapshot = false\nstates = []\ncalls = true";
const NO_CALLS: &str = "list = false\nsnapshot = false\nstates = []";

/// 2001 talks with somebody of whom its monitor tells nothing.
fn talking(profile: &str, terms: &str) -> Stage {
    let mut stage = Stage::of(profile, terms);
    stage.waits(1);
    stage.members.insert(
        "c1".to_owned(),
        vec![
            is_in("c1", "2001", "2001", State::Connected),
            is_in("c1", "8005", "017012345", State::Connected),
        ],
    );
    stage.says("2001", delivered("c1", "2001", "", "2001", "", "newCall"));
    stage.words();
    assert_eq!(stage.count("SnapshotCall"), 0, "nobody talks yet");
    stage.says("2001", established("c1", "2001", "", "2001", "newCall"));
    stage
}

#[test]
fn a_caller_without_a_name_is_learnt_when_the_call_is_answered() {
    for profile in [XML, BER] {
        let mut stage = talking(profile, CALLS);
        stage.waits(5);
        assert_eq!(stage.count("SnapshotCall"), 1, "{profile}");
        stage.words();
        let call = stage.call(1);
        assert_eq!(call.connections.len(), 2, "{profile}: {call:#?}");
        let number =
            |number: &Option<lineside_wire::Private<Text>>| number.as_ref().map(|number| String::from(&***number));
        let caller = call.connections.iter().find(|c| c.kind == Kind::Trunk).unwrap();
        assert_eq!(number(&caller.number).as_deref(), Some("017012345"), "{profile}");
        assert_eq!(
            number(&call.calling_device.number).as_deref(),
            Some("017012345"),
            "{profile}"
        );
        assert_eq!(caller.uncertain, [] as [Text; 0], "{profile}");
        assert!(caller.services_permitted.contains(Service::ClearConnection));
        // The switch tells of it by that name from now on.
        stage.says("2001", cleared("c1", "8005", "", "normalClearing"));
        assert_eq!(
            stage.words()[0],
            "c1 connectionCleared 017012345:null normalClearing",
            "{profile}"
        );
        stage.waits(5);
        assert_eq!(stage.count("SnapshotCall"), 0);
    }
}

#[test]
fn a_call_is_not_asked_where_the_profile_does_not_say_that_it_can_be() {
    let mut stage = talking(XML, NO_CALLS);
    stage.waits(5);
    assert_eq!(stage.count("SnapshotCall"), 0);
}

#[test]
fn a_switch_that_does_not_know_the_question_is_not_asked_it_again() {
    for answers in [true, false] {
        let mut stage = Stage::of(XML, CALLS);
        stage.waits(1);
        if answers {
            let why = UniversalFailure::Operation(OperationError::ServiceNotSupported);
            stage.fails.insert("SnapshotCall".to_owned(), why);
        } else {
            stage.ignores.insert("SnapshotCall".to_owned());
        }
        for call in ["c1", "c2", "c3"] {
            stage
                .says("2001", delivered(call, "2001", "", "2001", "", "newCall"))
                .says("2001", established(call, "2001", "", "2001", "newCall"));
            stage.waits(15);
            stage.says("2001", cleared(call, "2001", "2001", "normalClearing"));
        }
        assert_eq!(stage.count("SnapshotCall"), 1);
        assert_eq!(stage.words().last().unwrap(), "c3 cleared normalClearing");
    }
}

#[test]
fn calls_are_asked_one_after_the_other() {
    let mut stage = Stage::with(XML, &format!("{CALLS}\nperSecond = 1"), &["2001-2004", "2100"]);
    stage.waits(10);
    for at in ["2001", "2002", "2003"] {
        let call = format!("c{at}");
        stage
            .says(at, delivered(&call, at, "", at, "", "newCall"))
            .says(at, established(&call, at, "", at, "newCall"));
    }
    stage.waits(10);
    let asked = stage.asked.iter().filter(|(_, name)| name == "SnapshotCall");
    let seconds: Vec<u64> = asked.map(|(at, _)| *at).collect();
    assert!(
        seconds.len() == 3 && seconds.windows(2).all(|two| two[0] < two[1]),
        "{seconds:?}"
    );
}
