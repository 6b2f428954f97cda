use super::stage::*;
use crate::model::*;

use ConnectionEvent as E;

/// Those of call `1` go on as the call `2`.
fn split(legs: &[&str]) -> Fact {
    Fact::Split(SplitFact {
        call: call("1"),
        parted: call("2"),
        connections: legs.iter().map(|key| leg(key)).collect(),
    })
}

/// The devices of each live call, and what it fell off from.
fn calls(stage: &Stage) -> Vec<(CallId, Vec<String>, Option<CallId>)> {
    let devices = |call: &Call| {
        let all = call.connections.iter().filter_map(|c| c.device.as_ref());
        all.map(|device| device.key().to_owned()).collect()
    };
    let calls = stage.engine.calls();
    calls
        .map(|call| (call.id, devices(call), call.linkage.split_from))
        .collect()
}

#[test]
fn the_half_with_the_outside_party_keeps_the_id_whichever_half_the_switch_names_anew() {
    for half in ["T", "B"] {
        let mut stage = Stage::new();
        stage.talk("1", "T", "B");
        let before = stage.the_call();
        assert_eq!(
            stage.say([split(&[half])]),
            ["information", "established B:Connected"],
            "{half}"
        );
        let after = calls(&stage);
        assert_eq!(after[0], (before.id, vec!["T".to_owned()], None), "{half}");
        assert_eq!(
            (&after[1].1, after[1].2),
            (&vec!["B".to_owned()], Some(before.id)),
            "{half}"
        );
        // What the switch says next of either half is of that half.
        stage.say([moved(
            if half == "T" { "2" } else { "1" },
            "C",
            E::Delivered,
            Cause::NewCall,
        )]);
        stage.say([moved(
            if half == "T" { "1" } else { "2" },
            "D",
            E::Delivered,
            Cause::NewCall,
        )]);
        let after = calls(&stage);
        assert_eq!(after[0].1, ["T", "C"], "{half}");
        assert_eq!(after[1].1, ["B", "D"], "{half}");
    }
}

#[test]
fn of_a_call_among_ourselves_the_half_of_who_called_keeps_the_id() {
    for half in ["A", "B"] {
        let mut stage = Stage::new();
        stage.talk("1", "A", "B");
        let before = stage.the_call();
        stage.say([split(&[half])]);
        let after = calls(&stage);
        assert_eq!(after[0], (before.id, vec!["A".to_owned()], None), "{half}");
        assert_eq!(after[1].2, Some(before.id), "{half}");
    }
}

#[test]
fn the_new_half_has_the_thread_and_the_data_of_the_call() {
    let mut stage = Stage::new();
    stage.talk("1", "T", "B");
    let entries = [(Text::from("CUSTOMER"), Some(Text::from("ACME").into()))];
    stage.say([Fact::UserData {
        call: call("1"),
        entries: entries.into(),
    }]);
    let events = stage.events([split(&["B"])]);
    let (old, new) = (&data(&events[0]).call, &data(&events[1]).call);
    assert_eq!(new.linkage.thread_id, old.linkage.thread_id);
    assert_eq!(new.user_data, old.user_data);
}

#[test]
fn a_half_with_nobody_is_none_and_a_split_that_is_said_again_is_none() {
    let mut stage = Stage::new();
    stage.talk("1", "T", "B");
    assert!(stage.say([split(&[])]).is_empty());
    assert!(stage.say([split(&["T", "B"])]).is_empty());
    stage.say([split(&["B"])]);
    assert!(stage.say([split(&["B"])]).is_empty());
}
