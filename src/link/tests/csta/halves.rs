//! Transfers and conferences of which one half is not known: nobody in the other call is watched, or somebody told of the new name first.

use super::events::*;
use super::stage::Stage;

/// 2001, which is not watched, talks with somebody outside, and consults 2002, which is.
fn consulted() -> Stage {
    let mut stage = Stage::unwatched("2001");
    stage
        .says("2002", delivered("c2", "2002", "2001", "2002", "", "newCall"))
        .says("2002", established("c2", "2002", "2001", "2002", "newCall"));
    assert_eq!(
        stage.words(),
        [
            "c1 originated 2001:connected newCall",
            "c1 delivered 2002:alerting newCall",
            "c1 established 2002:connected newCall",
        ]
    );
    stage
}

const MOVES: [Moved<'_>; 2] = [
    (("c1", "017012345"), ("c3", "017012345")),
    (("c2", "2002"), ("c3", "2002")),
];

#[test]
fn who_is_transferred_to_has_the_call_of_which_only_the_consultation_was_known() {
    let mut stage = consulted();
    stage
        .says(
            "2002",
            transferred(("c1", "2001"), Some(("c2", "2001")), "2002", &MOVES),
        )
        .says("2002", held("c3", "2002", "normal"))
        .says("2002", cleared("c3", "2002", "2002", "normalClearing"));
    assert_eq!(
        stage.words(),
        [
            "c1 transferred singleStepTransfer left 2001",
            "c1 established 017012345:connected transfer",
            "c1 held 2002:hold normal",
            "c1 connectionCleared 2002:null normalClearing",
            "c1 connectionCleared 017012345:null normalClearing",
            "c1 cleared normalClearing",
        ]
    );
}

#[test]
fn who_is_called_into_a_conference_has_the_call_of_which_only_the_consultation_was_known() {
    let mut stage = consulted();
    let moves = [MOVES[0], MOVES[1], (("c1", "2001"), ("c3", "2001"))];
    stage
        .says(
            "2002",
            conferenced(("c1", "2001"), Some(("c2", "2001")), "2002", "conference", &moves),
        )
        .says("2002", cleared("c3", "2001", "2001", "normalClearing"))
        .says("2002", cleared("c3", "2002", "2002", "normalClearing"));
    assert_eq!(
        stage.words(),
        [
            "c1 conferenced activeParticipation",
            "c1 connectionCleared 2001:null normalClearing",
            "c1 connectionCleared 2002:null normalClearing",
            "c1 connectionCleared 017012345:null normalClearing",
            "c1 cleared normalClearing",
        ]
    );
}

/// 2001 talks with somebody outside, and consults 2002. Then 2002 tells of the call that they will be in before anybody told of that.
fn told_first() -> Stage {
    let mut stage = Stage::new();
    stage
        .says("2001", delivered("c1", "2001", "017012345", "2001", "", "newCall"))
        .says("2001", established("c1", "2001", "017012345", "2001", "newCall"))
        .says("2001", held("c1", "2001", "consultation"))
        .says("2001", originated("c2", "2001", "2002", "consultation"))
        .says("2002", delivered("c2", "2002", "2001", "2002", "", "newCall"))
        .says("2002", established("c2", "2002", "2001", "2002", "newCall"))
        .says("2002", established("c3", "2002", "017012345", "2002", "transfer"));
    stage.words();
    stage
}

#[test]
fn a_transfer_whose_new_name_was_told_first_leaves_one_call() {
    let mut stage = told_first();
    stage
        .says(
            "2001",
            transferred(("c1", "2001"), Some(("c2", "2001")), "2002", &MOVES),
        )
        .says("2002", cleared("c3", "2002", "2002", "normalClearing"));
    assert_eq!(
        stage.words(),
        [
            "c1 transferred transfer left 2001 joined 2002",
            "c2 cleared transfer",
            "c1 transferred transfer",
            "c3 cleared transfer",
            "c1 connectionCleared 2002:null normalClearing",
            "c1 connectionCleared 017012345:null normalClearing",
            "c1 cleared normalClearing",
        ]
    );
}

#[test]
fn a_conference_whose_new_name_was_told_first_leaves_one_call() {
    let mut stage = told_first();
    let moves = [MOVES[0], MOVES[1], (("c1", "2001"), ("c3", "2001"))];
    stage
        .says(
            "2001",
            conferenced(("c1", "2001"), Some(("c2", "2001")), "2002", "conference", &moves),
        )
        .says("2001", cleared("c3", "2001", "2001", "normalClearing"))
        .says("2002", cleared("c3", "2002", "2002", "normalClearing"));
    assert_eq!(
        stage.words(),
        [
            "c1 conferenced conference joined 2002",
            "c2 cleared conference",
            "c1 conferenced conference",
            "c3 cleared conference",
            "c1 connectionCleared 2001:null normalClearing",
            "c1 connectionCleared 2002:null normalClearing",
            "c1 connectionCleared 017012345:null normalClearing",
            "c1 cleared normalClearing",
        ]
    );
}

#[test]
fn who_transferred_a_call_may_get_it_back_by_the_name_that_it_kept() {
    let mut stage = Stage::new();
    stage
        .says("2001", delivered("c1", "2001", "017012345", "2001", "", "newCall"))
        .says("2001", established("c1", "2001", "017012345", "2001", "newCall"));
    for (from, to) in [("2001", "2002"), ("2002", "2001"), ("2001", "2002")] {
        stage
            .says(from, transferred(("c1", from), None, to, &[]))
            .says(to, delivered("c1", to, "017012345", to, from, "singleStepTransfer"))
            .says(to, established("c1", to, "017012345", to, "singleStepTransfer"));
    }
    stage.says("2002", cleared("c1", "2002", "2002", "normalClearing"));
    assert_eq!(
        stage.words(),
        [
            "c1 originated 017012345:connected newCall",
            "c1 delivered 2001:alerting newCall",
            "c1 established 2001:connected newCall",
            "c1 transferred singleStepTransfer left 2001",
            "c1 delivered 2002:alerting singleStepTransfer",
            "c1 established 2002:connected singleStepTransfer",
            "c1 transferred singleStepTransfer left 2002",
            "c1 delivered 2001:alerting singleStepTransfer",
            "c1 established 2001:connected singleStepTransfer",
            "c1 transferred singleStepTransfer left 2001",
            "c1 delivered 2002:alerting singleStepTransfer",
            "c1 established 2002:connected singleStepTransfer",
            "c1 connectionCleared 2002:null normalClearing",
            "c1 connectionCleared 017012345:null normalClearing",
            "c1 cleared normalClearing",
        ]
    );
}

#[test]
fn a_call_that_is_sent_to_and_fro_may_have_the_name_that_it_had() {
    let mut stage = Stage::new();
    stage
        .says("2001", delivered("c1", "2001", "017012345", "2001", "", "newCall"))
        .says("2001", established("c1", "2001", "017012345", "2001", "newCall"));
    for (from, to, old, new) in [("2001", "2002", "c1", "c2"), ("2002", "2001", "c2", "c1")] {
        stage
            .says(
                from,
                transferred((old, from), None, to, &[((old, "017012345"), (new, "017012345"))]),
            )
            .says(to, delivered(new, to, "017012345", to, from, "singleStepTransfer"))
            .says(to, established(new, to, "017012345", to, "singleStepTransfer"));
    }
    // Of somebody who was never in it.
    stage.says("2001", cleared("c1", "2009", "2009", "normalClearing"));
    stage.says("2001", cleared("c1", "2001", "2001", "normalClearing"));
    assert_eq!(
        stage.words(),
        [
            "c1 originated 017012345:connected newCall",
            "c1 delivered 2001:alerting newCall",
            "c1 established 2001:connected newCall",
            "c1 transferred singleStepTransfer left 2001",
            "c1 delivered 2002:alerting singleStepTransfer",
            "c1 established 2002:connected singleStepTransfer",
            "c1 transferred singleStepTransfer left 2002",
            "c1 delivered 2001:alerting singleStepTransfer",
            "c1 established 2001:connected singleStepTransfer",
            "c1 connectionCleared 2001:null normalClearing",
            "c1 connectionCleared 017012345:null normalClearing",
            "c1 cleared normalClearing",
        ]
    );
}
