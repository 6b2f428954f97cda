//! Transfers and conferences of three by the feature codes of the dialplan: `*2` asks for a number and consults, `#1` sends on; while
//! consulting, `*1` goes back, `*3` makes it a conference, and hanging up joins the two. The phone has one line, and one leg.

use crate::{
    Outcome,
    flows::Flow,
    play::{ANSWERS, CALLS, Callee, Caller, NEVER_ANSWERS, Play},
};

const OUTSIDE: &str = "+491713920001";
/// Reaches 1001 with `t` and `T` in the `Dial`.
const FEATURES_1001: &str = "493023125181";

pub(crate) const FLOWS: &[(&str, Flow)] = &[
    ("code_blind_transfer", code_blind_transfer),
    ("code_transfer", code_transfer),
    ("code_transfer_ringing", code_transfer_ringing),
    ("code_transfer_caller", code_transfer_caller),
    ("code_transfer_cancelled", code_transfer_cancelled),
    ("code_transfer_busy", code_transfer_busy),
    ("code_transfer_no_answer", code_transfer_no_answer),
    ("code_transfer_recall", code_transfer_recall),
    ("code_transfer_customer_leaves", code_transfer_customer_leaves),
    ("code_conference_leaves_first", code_conference_leaves_first),
    ("code_conference_leaves_last", code_conference_leaves_last),
];

/// Who is called by the customer and presses `keys`, then hangs up after so long.
const fn presses(keys: &'static str, talk_ms: u32) -> Callee {
    Callee {
        then: "press",
        keys,
        talk_ms,
        ..ANSWERS
    }
}

const fn stays(talk_ms: u32) -> Caller {
    Caller { talk_ms, ..CALLS }
}

/// From outside to 1001, who presses #1 1002 and leaves; 1002 answers; the caller hangs up.
fn code_blind_transfer(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &presses("#1,,1002", 30_000))?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, FEATURES_1001, &stays(5500))
}

/// From outside to 1001, who presses *2 1002, talks to 1002 and hangs up: the two are joined. The caller hangs up.
fn code_transfer(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &presses("*2,,1002,,,,", 1))?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, FEATURES_1001, &stays(8000))
}

/// The same, but 1001 hangs up while 1002 still rings.
fn code_transfer_ringing(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &presses("*2,,1002,", 700))?;
    play.answers(
        "1002",
        &Callee {
            ring_ms: 2500,
            ..ANSWERS
        },
    )?;
    play.calls(OUTSIDE, FEATURES_1001, &stays(8500))
}

/// 1001 calls 1003 and presses *2 1002, talks to 1002 and hangs up: 1003 and 1002 are joined. 1003 hangs up.
fn code_transfer_caller(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1003",
        &Callee {
            talk_ms: 7500,
            ..ANSWERS
        },
    )?;
    play.answers("1002", &ANSWERS)?;
    play.calls(
        "1001",
        "91003",
        &Caller {
            then: "press",
            keys: "*2,,1002,,,,",
            talk_ms: 1,
            ..CALLS
        },
    )
}

/// From outside to 1001, who presses *2 1002, talks to 1002 and goes back with *1; the caller hangs up.
fn code_transfer_cancelled(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &presses("*2,,1002,,,,*1", 30_000))?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, FEATURES_1001, &stays(8000))
}

/// From outside to 1001, who presses *2 1002; 1002 is busy, so 1001 is back with the caller, who hangs up.
fn code_transfer_busy(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &presses("*2,,1002", 30_000))?;
    play.refuses("1002", 486, "Busy Here", false)?;
    play.calls(OUTSIDE, FEATURES_1001, &stays(6000))
}

/// From outside to 1001, who presses *2 1002; 1002 does not answer for four seconds, so 1001 is back with the caller, who hangs up.
fn code_transfer_no_answer(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &presses("*2,,1002", 30_000))?;
    play.answers("1002", &NEVER_ANSWERS)?;
    play.calls(OUTSIDE, FEATURES_1001, &stays(9000))
}

/// From outside to 1001, who presses *2 1002 and hangs up while that rings; 1002 does not answer for four seconds, so 1001 rings again
/// and answers; the caller hangs up. On a machine that is busy both Asterisks may take the end of the call to 1002 for that of the one to
/// 1001, which they have just begun: 1001 rings for a moment, and the caller is given up. Then play it again.
fn code_transfer_recall(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &presses("*2,,1002,", 700))?;
    play.answers("1002", &NEVER_ANSWERS)?;
    play.calls(OUTSIDE, FEATURES_1001, &stays(14_000))?;
    play.until("1001", "hungUp", 1)?;
    play.answers("1001", &ANSWERS)
}

/// From outside to 1001, who presses *2 1002 and talks to 1002; meanwhile the caller hangs up; 1001 and 1002 talk on, 1001 hangs up.
fn code_transfer_customer_leaves(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &presses("*2,,1002", 5000))?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, FEATURES_1001, &stays(5000))
}

/// From outside to 1001, who presses *2 1002, talks to 1002 and makes it a conference with *3; 1001 leaves, the caller hangs up.
fn code_conference_leaves_first(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &presses("*2,,1002,,,,*3", 1200))?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, FEATURES_1001, &stays(12_000))
}

/// The same; 1002 leaves, then the caller hangs up on 1001.
fn code_conference_leaves_last(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &presses("*2,,1002,,,,*3", 30_000))?;
    play.answers(
        "1002",
        &Callee {
            talk_ms: 5000,
            ..ANSWERS
        },
    )?;
    play.calls(OUTSIDE, FEATURES_1001, &stays(13_000))
}
