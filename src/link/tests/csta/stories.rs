//! What happens to people is told in the words of the stories, whoever of them is watched.

use super::events::*;
use super::stage::Stage;

#[test]
fn a_call_between_two_who_are_watched_is_told_once() {
    let mut stage = Stage::new();
    stage
        .says("2001", originated("c1", "2001", "2002", "newCall"))
        .says("2001", delivered("c1", "2002", "2001", "2002", "", "newCall"))
        .says("2002", delivered("c1", "2002", "2001", "2002", "", "newCall"))
        .says("2002", established("c1", "2002", "2001", "2002", "newCall"))
        .says("2001", established("c1", "2002", "2001", "2002", "newCall"))
        .says("2001", cleared("c1", "2001", "2001", "normalClearing"))
        .says("2002", cleared("c1", "2001", "2001", "normalClearing"))
        .says("2002", cleared("c1", "2002", "2002", "normalClearing"));
    assert_eq!(
        stage.words(),
        [
            "c1 originated 2001:connected newCall",
            "c1 delivered 2002:alerting newCall",
            "c1 established 2002:connected newCall",
            "c1 connectionCleared 2001:null normalClearing",
            "c1 connectionCleared 2002:null normalClearing",
            "c1 cleared normalClearing",
        ]
    );
}

#[test]
fn who_calls_from_outside_is_there_though_nobody_watches_him() {
    let mut stage = Stage::new();
    stage
        .says("2001", delivered("c1", "2001", "017012345", "2001", "", "newCall"))
        .says("2001", established("c1", "2001", "017012345", "2001", "newCall"))
        .says("2001", cleared("c1", "2001", "017012345", "normalClearing"));
    assert_eq!(
        stage.words(),
        [
            "c1 originated 017012345:connected newCall",
            "c1 delivered 2001:alerting newCall",
            "c1 established 2001:connected newCall",
            "c1 connectionCleared 017012345:null normalClearing",
            "c1 connectionCleared 2001:null normalClearing",
            "c1 cleared normalClearing",
        ]
    );
}

#[test]
fn a_caller_who_gives_up_is_told_before_who_was_rung() {
    let mut stage = Stage::new();
    stage
        .says("2001", delivered("c1", "2001", "017012345", "2001", "", "newCall"))
        .says("2001", cleared("c1", "2001", "017012345", "normalClearing"));
    assert_eq!(
        stage.words()[2..],
        [
            "c1 connectionCleared 017012345:null normalClearing",
            "c1 connectionCleared 2001:null callCancelled",
            "c1 cleared callCancelled",
        ]
    );
}

#[test]
fn two_calls_that_are_joined_are_one_by_the_name_that_the_switch_gives_them_then() {
    let mut stage = Stage::new();
    stage
        .says("2001", delivered("c1", "2001", "017012345", "2001", "", "newCall"))
        .says("2001", established("c1", "2001", "017012345", "2001", "newCall"))
        .says("2001", held("c1", "2001", "consultation"))
        .says("2001", originated("c2", "2001", "2002", "consultation"))
        .says("2001", delivered("c2", "2002", "2001", "2002", "", "newCall"))
        .says("2002", established("c2", "2002", "2001", "2002", "newCall"));
    let moves = [
        (("c1", "017012345"), ("c3", "017012345")),
        (("c2", "2002"), ("c3", "2002")),
    ];
    let event = transferred(("c1", "2001"), Some(("c2", "2001")), "2002", &moves);
    stage
        .says("2001", event.clone())
        // The monitor of who is consulted tells it, too, and something of before, late.
        .says("2002", event)
        .says("2001", established("c2", "2002", "2001", "2002", "newCall"))
        .says("2002", held("c3", "2002", "normal"))
        .says("2002", retrieved("c3", "2002", "normal"))
        .says("2002", cleared("c3", "017012345", "017012345", "normalClearing"))
        .says("2002", cleared("c3", "2002", "2002", "normalClearing"));
    assert_eq!(
        stage.words(),
        [
            "c1 originated 017012345:connected newCall",
            "c1 delivered 2001:alerting newCall",
            "c1 established 2001:connected newCall",
            "c1 held 2001:hold consultation",
            "c2 originated 2001:connected consultation consults",
            "c2 delivered 2002:alerting newCall",
            "c2 established 2002:connected newCall",
            "c1 transferred transfer left 2001 joined 2002",
            "c2 cleared transfer",
            "c1 held 2002:hold normal",
            "c1 retrieved 2002:connected normal",
            "c1 connectionCleared 017012345:null normalClearing",
            "c1 connectionCleared 2002:null normalClearing",
            "c1 cleared normalClearing",
        ]
    );
}

#[test]
fn a_queue_keeps_a_call_until_somebody_answers() {
    let mut stage = Stage::new();
    stage
        .says("2100", queued("c1", "2100", "017012345", "enteringDistribution"))
        .says("2100", diverted("c1", "2100", "2001", "distributed"))
        .says(
            "2001",
            delivered("c1", "2001", "017012345", "2100", "2100", "distributed"),
        )
        .says("2001", diverted("c1", "2001", "2100", "callForwardNoAnswer"))
        .says("2100", queued("c1", "2100", "017012345", "enteringDistribution"))
        .says("2100", diverted("c1", "2100", "2001", "distributed"))
        .says(
            "2001",
            delivered("c1", "2001", "017012345", "2100", "2100", "distributed"),
        )
        .says("2001", established("c1", "2001", "017012345", "2100", "distributed"))
        .says("2001", cleared("c1", "2001", "2001", "normalClearing"));
    assert_eq!(
        stage.words(),
        [
            "c1 originated 017012345:connected newCall",
            "c1 queued 2100:queued enteringDistribution",
            "c1 delivered 2001:alerting distributed",
            "c1 connectionCleared 2001:null callNotAnswered",
            "c1 delivered 2001:alerting distributed",
            "c1 diverted 2100:null distributed",
            "c1 established 2001:connected distributed",
            "c1 connectionCleared 2001:null normalClearing",
            "c1 connectionCleared 017012345:null normalClearing",
            "c1 cleared normalClearing",
        ]
    );
}

#[test]
fn a_call_that_is_forwarded_at_once_says_by_whom() {
    let mut stage = Stage::new();
    stage
        .says("2001", originated("c1", "2001", "2002", "newCall"))
        .says(
            "2003",
            delivered("c1", "2003", "2001", "2002", "2002", "callForwardImmediate"),
        )
        .says(
            "2001",
            delivered("c1", "2003", "2001", "2002", "2002", "callForwardImmediate"),
        );
    assert_eq!(
        stage.words(),
        [
            "c1 originated 2001:connected newCall",
            "c1 diverted 2002:null callForwardImmediate",
            "c1 delivered 2003:alerting callForwardImmediate",
        ]
    );
}

#[test]
fn a_conference_is_one_call_and_who_leaves_it_leaves_only_it() {
    let mut stage = Stage::new();
    stage
        .says("2001", originated("c1", "2001", "2002", "newCall"))
        .says("2002", delivered("c1", "2002", "2001", "2002", "", "newCall"))
        .says("2002", established("c1", "2002", "2001", "2002", "newCall"))
        .says("2001", held("c1", "2001", "consultation"))
        .says("2001", originated("c2", "2001", "2003", "consultation"))
        .says("2003", delivered("c2", "2003", "2001", "2003", "", "newCall"))
        .says("2003", established("c2", "2003", "2001", "2003", "newCall"));
    stage.words();
    let moves = [
        (("c1", "2001"), ("c3", "2001")),
        (("c1", "2002"), ("c3", "2002")),
        (("c2", "2003"), ("c3", "2003")),
    ];
    let event = conferenced(("c1", "2001"), Some(("c2", "2001")), "2003", "conference", &moves);
    for device in ["2002", "2001", "2003"] {
        stage.says(device, event.clone());
    }
    stage
        .says("2001", cleared("c3", "2001", "2001", "normalClearing"))
        .says("2003", cleared("c3", "2001", "2001", "normalClearing"))
        .says("2003", cleared("c3", "2003", "2003", "normalClearing"))
        .says("2002", cleared("c3", "2002", "2002", "normalClearing"));
    assert_eq!(
        stage.words(),
        [
            "c1 conferenced conference joined 2003",
            "c2 cleared conference",
            "c1 connectionCleared 2001:null normalClearing",
            "c1 connectionCleared 2003:null normalClearing",
            "c1 connectionCleared 2002:null normalClearing",
            "c1 cleared normalClearing",
        ]
    );
}

#[test]
fn who_is_busy_fails_and_ends_with_the_call() {
    // Who called hangs up, or is hung up on, or leaves for a reason that the switch does not tell.
    for (said, told) in [("normalClearing", "normalClearing"), ("busy", "busy"), ("", "busy")] {
        let mut stage = Stage::new();
        stage
            .says("2001", originated("c1", "2001", "2002", "newCall"))
            .says("2001", failed("c1", "2002", "2001", "busy"))
            .says("2001", cleared("c1", "2001", "2001", said));
        assert_eq!(
            stage.words(),
            [
                "c1 originated 2001:connected newCall",
                "c1 failed 2002:fail busy",
                &*format!("c1 connectionCleared 2001:null {told}"),
                "c1 connectionCleared 2002:null busy",
                "c1 cleared busy",
            ]
        );
    }
}

#[test]
fn a_call_that_is_sent_on_out_of_sight_leaves_no_ghost() {
    let mut stage = Stage::new();
    stage
        .says("2001", delivered("c1", "2001", "017012345", "2001", "", "newCall"))
        .says("2001", diverted("c1", "2001", "2002", "callForwardNoAnswer"));
    assert_eq!(
        stage.words().last().unwrap(),
        "c1 diverted 2001:null callForwardNoAnswer"
    );
    stage.waits(11);
    assert_eq!(
        stage.words(),
        [
            "c1 connectionCleared 017012345:null normalClearing",
            "c1 cleared normalClearing"
        ]
    );
}

#[test]
fn devices_that_the_licence_does_not_allow_are_named_in_the_words_of_the_switch() {
    let (mut stage, monitors) = Stage::without("2003");
    assert_eq!(monitors.placed, 2, "{monitors:?}");
    // What comes behind is not even asked for.
    let refused: Vec<&str> = monitors.refused.keys().map(|device| &**device).collect();
    assert_eq!(refused, ["2003", "2004", "2100"]);
    assert!(
        monitors
            .refused
            .values()
            .all(|why| why.contains("overallMonitorLimitExceeded"))
    );
    stage.words();
    // Everything else goes on.
    stage.says("2001", delivered("c1", "2001", "017012345", "2001", "", "newCall"));
    assert_eq!(stage.words().last().unwrap(), "c1 delivered 2001:alerting newCall");
}

#[test]
fn an_agent_who_answers_again_is_told_again_though_the_switch_names_the_connection_as_before() {
    let mut stage = Stage::new();
    stage
        .says("2001", delivered("c1", "2001", "017012345", "2001", "", "newCall"))
        .says("2001", diverted("c1", "2001", "2002", "callForwardNoAnswer"))
        .says(
            "2002",
            delivered("c1", "2002", "017012345", "2001", "2001", "callForwardNoAnswer"),
        )
        .says("2002", diverted("c1", "2002", "2001", "recall"))
        .says("2001", delivered("c1", "2001", "017012345", "2001", "2002", "recall"))
        .says("2001", established("c1", "2001", "017012345", "2001", "recall"))
        // What another monitor tells late of the first time says nothing.
        .says("2002", delivered("c1", "2001", "017012345", "2001", "", "newCall"));
    let words = stage.words();
    let of_first = |word: &&String| word.contains(" 2001:");
    assert_eq!(
        words.iter().filter(of_first).collect::<Vec<_>>(),
        [
            "c1 delivered 2001:alerting newCall",
            "c1 diverted 2001:null callForwardNoAnswer",
            "c1 delivered 2001:alerting recall",
            "c1 established 2001:connected recall",
        ]
    );
}

/// A queue that tells that the call left it as soon as somebody rings.
fn rings_for_a_queue() -> Stage {
    let mut stage = Stage::new();
    stage
        .says("2100", queued("c1", "2100", "017012345", "enteringDistribution"))
        .says("2100", diverted("c1", "2100", "2001", "distributed"))
        .says(
            "2001",
            delivered("c1", "2001", "017012345", "2100", "2100", "distributed"),
        );
    stage
}

#[test]
fn a_caller_who_gives_up_where_only_the_telephone_hears_of_it_leaves_no_call_in_the_queue() {
    let mut stage = rings_for_a_queue();
    stage.says("2001", cleared("c1", "2001", "2001", "callCancelled"));
    assert_eq!(
        stage.words().last().map(String::as_str),
        Some("c1 cleared callCancelled")
    );
}

#[test]
fn who_does_not_answer_for_a_queue_gives_the_call_back_to_it() {
    let mut stage = rings_for_a_queue();
    stage
        .says("2001", cleared("c1", "2001", "2001", "callNotAnswered"))
        .says("2100", queued("c1", "2100", "017012345", "enteringDistribution"))
        .says("2100", diverted("c1", "2100", "2002", "distributed"))
        .says(
            "2002",
            delivered("c1", "2002", "017012345", "2100", "2100", "distributed"),
        );
    assert_eq!(
        stage.words()[3..],
        [
            "c1 connectionCleared 2001:null callNotAnswered",
            "c1 delivered 2002:alerting distributed",
        ]
    );
}

#[test]
fn a_queue_that_tells_late_that_it_had_a_call_does_not_get_it_back() {
    let mut stage = Stage::new();
    stage
        .says("2001", delivered("c1", "2001", "017012345", "2100", "2100", "newCall"))
        .says("2100", queued("c1", "2100", "017012345", "enteringDistribution"))
        .says("2100", diverted("c1", "2100", "2001", "queueTimeOverflow"))
        .says("2001", established("c1", "2001", "017012345", "2100", "newCall"))
        .says("2001", cleared("c1", "2001", "2001", "normalClearing"));
    assert_eq!(
        stage.words(),
        [
            "c1 originated 017012345:connected newCall",
            "c1 queued 2100:queued enteringDistribution",
            "c1 diverted 2100:null redirected",
            "c1 delivered 2001:alerting newCall",
            "c1 established 2001:connected newCall",
            "c1 connectionCleared 2001:null normalClearing",
            "c1 connectionCleared 017012345:null normalClearing",
            "c1 cleared normalClearing",
        ]
    );
    // One that has told it may have it again.
    let mut stage = Stage::new();
    stage
        .says("2001", delivered("c1", "2001", "017012345", "2100", "2100", "newCall"))
        .says("2100", queued("c1", "2100", "017012345", "enteringDistribution"))
        .says("2100", diverted("c1", "2100", "2001", "queueTimeOverflow"))
        .says("2001", diverted("c1", "2001", "2100", "callForwardNoAnswer"))
        .says("2100", queued("c1", "2100", "017012345", "enteringDistribution"));
    assert_eq!(
        stage.words().last().map(String::as_str),
        Some("c1 queued 2100:queued enteringDistribution")
    );
}

#[test]
fn a_queue_that_never_told_that_it_had_a_call_has_it_when_it_tells_so_a_while_later() {
    let mut stage = Stage::new();
    stage.says("2001", delivered("c1", "2001", "017012345", "2100", "2100", "newCall"));
    stage.waits(15);
    stage
        .says("2001", diverted("c1", "2001", "2100", "callForwardNoAnswer"))
        .says("2100", queued("c1", "2100", "017012345", "enteringDistribution"));
    assert_eq!(
        stage.words().last().map(String::as_str),
        Some("c1 queued 2100:queued enteringDistribution")
    );
}

#[test]
fn a_queue_of_which_is_told_when_its_agent_talks_already_does_not_wait_on() {
    let mut stage = Stage::new();
    stage
        .says("2001", delivered("c1", "2001", "017012345", "2001", "", "distributed"))
        .says("2001", established("c1", "2001", "017012345", "2001", "newCall"))
        .says("2100", queued("c1", "2100", "017012345", "enteringDistribution"))
        .says("2001", cleared("c1", "2001", "2001", "normalClearing"));
    assert_eq!(
        stage.words()[3..],
        [
            "c1 queued 2100:queued enteringDistribution",
            "c1 diverted 2100:null distributed",
            "c1 connectionCleared 2001:null normalClearing",
            "c1 connectionCleared 017012345:null normalClearing",
            "c1 cleared normalClearing",
        ]
    );
}

#[test]
fn the_call_of_who_picks_up_becomes_part_of_the_other_one_whoever_tells_first() {
    let mut stage = Stage::new();
    stage
        .says("2001", originated("c1", "2001", "2002", "newCall"))
        .says("2001", delivered("c1", "2002", "2001", "2002", "", "newCall"))
        // The caller hears first that somebody else has answered.
        .says("2001", established("c1", "2003", "2001", "2002", "callPickup"))
        .says("2003", originated("c2", "2003", "2002", "newCall"))
        .says("2003", cleared("c2", "2003", "2003", "callPickup"))
        .says("2003", established("c1", "2003", "2001", "2002", "callPickup"));
    assert_eq!(
        stage.words()[2..],
        [
            "c1 diverted 2002:null callPickup",
            "c1 established 2003:connected callPickup",
            "c2 originated 2003:connected newCall",
            "c2 cleared callPickup",
        ]
    );
    assert_eq!(stage.call(2).linkage.merged_into, Some(stage.call(1).id));
}
