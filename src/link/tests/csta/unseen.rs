//! What the switch does not say: who is not watched, what a call is called after a transfer, and names that are given again.

use super::events::*;
use super::stage::Stage;
use crate::model::*;

#[test]
fn what_nobody_told_of_who_is_not_watched_is_uncertain_until_somebody_does() {
    let mut stage = Stage::new();
    stage.says("2002", delivered("c1", "2002", "2001", "2002", "", "newCall"));
    stage.words();
    assert_eq!(
        stage.uncertain(1, "2001"),
        ["state", "since", "createdAt", "connectedAt"]
    );
    assert_eq!(stage.uncertain(1, "2002"), [] as [&str; 0]);
    // The monitor of the caller is slower.
    stage.says("2001", originated("c1", "2001", "2002", "newCall"));
    assert_eq!(stage.uncertain(1, "2001"), [] as [&str; 0]);
    assert_eq!(stage.words(), [] as [&str; 0]);
}

#[test]
fn telephones_that_ring_for_a_caller_behind_a_line_ring_in_one_call() {
    let mut stage = Stage::new();
    let rings = |at: &str| match delivered("c1", at, "9801", at, "", "newCall") {
        lineside_csta::Event::Delivered(mut event) => {
            let caller = lineside_csta::types::DeviceId::dialled("017012345");
            event.network_calling_device = Some(caller.into());
            lineside_csta::Event::Delivered(event)
        }
        other => other,
    };
    stage.says("2001", rings("2001")).says("2002", rings("2002"));
    assert_eq!(
        stage.words(),
        [
            "c1 originated 017012345:connected newCall",
            "c1 delivered 2001:alerting newCall",
            "c1 delivered 2002:alerting newCall",
        ]
    );
}

#[test]
fn a_caller_from_outside_stays_uncertain_while_the_call_is_whole() {
    let mut stage = Stage::new();
    stage
        .says("2001", delivered("c1", "2001", "017012345", "2001", "", "newCall"))
        .says("2001", established("c1", "2001", "017012345", "2001", "newCall"));
    stage.words();
    let call = stage.call(1);
    assert_eq!((call.state, call.connections.len()), (CallState::Connected, 2));
    assert!(stage.uncertain(1, "017012345").contains(&"state".to_owned()));
    stage.says("2001", held("c1", "2001", "normal"));
    assert_eq!(stage.uncertain(1, "2001"), [] as [&str; 0]);
}

#[test]
fn a_place_in_a_queue_is_that_of_the_connection_though_it_came_back_to_the_call() {
    let mut stage = Stage::new();
    let waits = |call: &str, from: &str| match queued(call, "2100", from, "enteringDistribution") {
        lineside_csta::Event::Queued(mut event) => {
            event.calls_in_front = Some(0);
            lineside_csta::Event::Queued(event)
        }
        other => other,
    };
    stage
        .says("2100", waits("c1", "017012345"))
        .says(
            "2001",
            delivered("c1", "2001", "017012345", "2100", "2100", "distributed"),
        )
        .says("2001", established("c1", "2001", "017012345", "2100", "distributed"))
        .says("2100", waits("c2", "017099999"))
        .says("2001", diverted("c1", "2001", "2100", "redirected"))
        // It is served before the other one.
        .says("2100", waits("c1", "017012345"));
    stage.waits(5);
    let first = stage.told.iter().rev().find_map(|event| match &event.data {
        Data::Queue(data) => data.queue.waiting.first().map(|waits| waits.call),
        _ => None,
    });
    stage.words();
    assert_eq!(first, Some(stage.call(1).id));
}

/// 2001 talks with somebody outside, and consults 2002.
fn consulting() -> Stage {
    let mut stage = Stage::new();
    stage
        .says(
            "2001",
            linked(delivered("c1", "2001", "017012345", "2001", "", "newCall"), "g1"),
        )
        .says(
            "2001",
            linked(established("c1", "2001", "017012345", "2001", "newCall"), "g1"),
        )
        .says("2001", held("c1", "2001", "consultation"))
        .says("2001", linked(originated("c2", "2001", "2002", "consultation"), "g2"))
        .says("2002", delivered("c2", "2002", "2001", "2002", "", "newCall"))
        .says("2002", established("c2", "2002", "2001", "2002", "newCall"));
    stage.words();
    stage
}

#[test]
fn the_name_that_outlives_transfers_is_told() {
    let stage = consulting();
    assert_eq!(stage.call(1).linkage.global_id.as_deref(), Some("g1"));
    assert_eq!(stage.call(2).linkage.global_id.as_deref(), Some("g2"));
}

#[test]
fn a_transfer_that_does_not_say_what_the_call_is_called_now_is_found_again_by_its_linkage() {
    let mut stage = consulting();
    let event = transferred(("c1", "2001"), Some(("c2", "2001")), "2002", &[]);
    stage
        .says("2001", linked(event, "g3"))
        .says("2002", linked(held("c7", "2002", "normal"), "g3"))
        .says("2002", linked(cleared("c7", "2002", "2002", "normalClearing"), "g3"));
    assert_eq!(
        stage.words(),
        [
            "c1 transferred transfer left 2001 joined 2002",
            "c2 cleared transfer",
            "c1 held 2002:hold normal",
            "c1 connectionCleared 2002:null normalClearing",
            "c1 connectionCleared 017012345:null normalClearing",
            "c1 cleared normalClearing",
        ]
    );
    assert_eq!(stage.call(1).linkage.global_id.as_deref(), Some("g3"));
}

#[test]
fn a_transfer_by_a_name_that_nobody_told_is_of_the_call_that_was_linked_so() {
    let mut stage = consulting();
    let moves = [
        (("c9", "017012345"), ("c3", "017012345")),
        (("c2", "2002"), ("c3", "2002")),
    ];
    // The switch calls c1 c9 by now.
    let event = transferred(("c9", "2001"), Some(("c2", "2001")), "2002", &moves);
    stage
        .says("2001", linked(event, "g3"))
        .says("2002", cleared("c3", "2002", "2002", "normalClearing"));
    assert_eq!(
        stage.words(),
        [
            "c1 transferred transfer left 2001 joined 2002",
            "c2 cleared transfer",
            "c1 connectionCleared 2002:null normalClearing",
            "c1 connectionCleared 017012345:null normalClearing",
            "c1 cleared normalClearing",
        ]
    );
}

#[test]
fn who_is_not_in_the_list_of_a_transfer_is_in_the_call_by_its_new_name() {
    let mut stage = consulting();
    let moves = [(("c1", "017012345"), ("c3", "017012345"))];
    stage
        .says(
            "2001",
            transferred(("c1", "2001"), Some(("c2", "2001")), "2002", &moves),
        )
        .says("2002", held("c3", "2002", "normal"))
        .says("2002", retrieved("c3", "2002", "normal"))
        .says("2002", cleared("c3", "2002", "2002", "normalClearing"));
    assert_eq!(
        stage.words(),
        [
            "c1 transferred transfer left 2001 joined 2002",
            "c2 cleared transfer",
            "c1 held 2002:hold normal",
            "c1 retrieved 2002:connected normal",
            "c1 connectionCleared 2002:null normalClearing",
            "c1 connectionCleared 017012345:null normalClearing",
            "c1 cleared normalClearing",
        ]
    );
}

#[test]
fn a_name_that_is_given_again_at_once_is_that_of_another_call() {
    let mut stage = Stage::new();
    for _ in 0..3 {
        stage
            .says("2001", originated("c1", "2001", "2002", "newCall"))
            .says("2002", delivered("c1", "2002", "2001", "2002", "", "newCall"))
            .says("2001", cleared("c1", "2001", "2001", "normalClearing"))
            .says("2002", cleared("c1", "2001", "2001", "normalClearing"))
            .says("2002", cleared("c1", "2002", "2002", "normalClearing"));
    }
    let words = stage.words();
    let cleared: Vec<&String> = words.iter().filter(|word| word.contains(" cleared ")).collect();
    assert_eq!(cleared.len(), 3, "{words:#?}");
    assert_eq!(words.len(), 15, "{words:#?}");
    assert_eq!(words[10], "c3 originated 2001:connected newCall");
}

#[test]
fn what_a_slow_monitor_tells_of_a_call_that_is_over_is_no_other_call() {
    let mut stage = Stage::new();
    stage
        .says("2001", originated("c1", "2001", "2002", "newCall"))
        .says("2001", delivered("c1", "2002", "2001", "2002", "", "newCall"))
        .says("2001", cleared("c1", "2001", "2001", "normalClearing"))
        .says("2001", cleared("c1", "2002", "2001", "normalClearing"));
    let words = stage.words();
    assert_eq!(words.last().unwrap(), "c1 cleared callCancelled", "{words:#?}");
    stage
        .says("2002", delivered("c1", "2002", "2001", "2002", "", "newCall"))
        .says("2002", cleared("c1", "2001", "2001", "normalClearing"))
        .says("2002", cleared("c1", "2002", "2002", "normalClearing"));
    assert_eq!(stage.words(), [] as [&str; 0]);
    // It has told the end: now it is another one.
    stage.says("2002", originated("c1", "2002", "2003", "newCall"));
    assert_eq!(stage.words(), ["c2 originated 2002:connected newCall"]);
}

#[test]
fn a_name_that_is_given_again_though_nobody_told_that_its_call_is_over_ends_that_one() {
    let mut stage = Stage::new();
    stage
        .says("2001", originated("c1", "2001", "2002", "newCall"))
        .says("2002", delivered("c1", "2002", "2001", "2002", "", "newCall"))
        .says("2002", established("c1", "2002", "2001", "2002", "newCall"));
    stage.words();
    // Both ends were lost.
    stage
        .says("2003", originated("c1", "2003", "2004", "newCall"))
        .says("2004", delivered("c1", "2004", "2003", "2004", "", "newCall"));
    assert_eq!(
        stage.words(),
        [
            "c1 connectionCleared 2001:null normalClearing",
            "c1 connectionCleared 2002:null normalClearing",
            "c2 originated 2003:connected newCall",
            "c1 cleared normalClearing",
            "c2 delivered 2004:alerting newCall",
        ]
    );
    // The same telephone calls again, and its first call has not ended either.
    stage.says("2003", originated("c1", "2003", "2002", "newCall"));
    let words = stage.words();
    assert!(
        words.contains(&"c3 originated 2003:connected newCall".to_owned()),
        "{words:#?}"
    );
}

#[test]
fn a_name_that_a_call_had_before_a_transfer_may_be_given_again() {
    let mut stage = consulting();
    let moves = [
        (("c1", "017012345"), ("c3", "017012345")),
        (("c2", "2002"), ("c3", "2002")),
    ];
    stage.says(
        "2001",
        transferred(("c1", "2001"), Some(("c2", "2001")), "2002", &moves),
    );
    stage.words();
    stage
        .says("2001", originated("c1", "2001", "2003", "newCall"))
        .says("2003", delivered("c1", "2003", "2001", "2003", "", "newCall"));
    assert_eq!(
        stage.words(),
        [
            "c3 originated 2001:connected newCall",
            "c3 delivered 2003:alerting newCall",
        ]
    );
}

#[test]
fn what_is_diverted_without_a_name_is_the_only_call_that_is_there() {
    let unnamed = || match diverted("c1", "2001", "2002", "callForwardNoAnswer") {
        lineside_csta::Event::Diverted(mut event) => {
            event.connection = lineside_csta::types::ConnectionId::default();
            lineside_csta::Event::Diverted(event)
        }
        other => other,
    };
    let mut stage = Stage::new();
    // Of a call that nobody knows it tells nothing, and makes none.
    stage.says("2001", unnamed());
    assert_eq!(stage.words(), [] as [&str; 0]);
    stage.says("2001", delivered("c1", "2001", "017012345", "2001", "", "newCall"));
    stage.words();
    stage.says("2001", unnamed());
    assert_eq!(stage.words(), ["c1 diverted 2001:null callForwardNoAnswer"]);
}
