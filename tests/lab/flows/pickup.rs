//! Somebody takes what rings elsewhere.

use std::time::Duration;

use super::{Flow, OUTSIDE};
use crate::{
    Outcome,
    play::{ANSWERS, CALLS, CALLS_AND_LISTENS, Caller, NEVER_ANSWERS, Play},
};

pub(crate) const FLOWS: &[(&str, Flow)] = &[
    ("pickup", pickup),
    ("pickup_internal", pickup_internal),
    ("pickup_several", pickup_several),
    ("pickup_waiting", pickup_waiting),
    ("pickup_extension", pickup_extension),
    ("pickup_channel", pickup_channel),
    ("pickup_queue_channel", pickup_queue_channel),
];

/// Calls, and hangs up a second after the answer.
const SHORT: Caller = Caller { talk_ms: 1000, ..CALLS };

/// `picker` dials `code` when all of `ringing` ring.
fn picks_up(play: &mut Play, ringing: &[&str], picker: &str, code: &str) -> Outcome<()> {
    for phone in ringing {
        play.until(phone, "rang", 1)?;
    }
    std::thread::sleep(Duration::from_millis(300));
    play.calls(picker, code, &CALLS_AND_LISTENS)
}

/// From outside to 1001, who does not answer; 1002 picks the call up with *8; the caller hangs up.
fn pickup(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    play.calls(OUTSIDE, "493023125001", &SHORT)?;
    picks_up(play, &["1001"], "1002", "*8")
}

/// 1003 calls 1001, who does not answer; 1002 picks the call up with *8; the caller hangs up.
fn pickup_internal(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    play.calls("1003", "1001", &SHORT)?;
    picks_up(play, &["1001"], "1002", "*8")
}

/// From outside to a ring group of 1001, 1002 and 1003; 1004 picks the call up with *8; the caller hangs up.
fn pickup_several(play: &mut Play) -> Outcome<()> {
    for phone in ["1001", "1002", "1003"] {
        play.answers(phone, &NEVER_ANSWERS)?;
    }
    play.calls(OUTSIDE, "493023125130", &SHORT)?;
    picks_up(play, &["1001", "1002", "1003"], "1004", "*8")
}

/// From outside to `sales`: 1002 rings, 1004 picks the call up with *8; the caller hangs up.
fn pickup_waiting(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &NEVER_ANSWERS)?;
    play.calls(OUTSIDE, "493023125121", &Caller { talk_ms: 3000, ..CALLS })?;
    picks_up(play, &["1002"], "1004", "*8")
}

/// From outside to 1001, who does not answer; 1002 picks up what rings at the extension 1001 (`Pickup`); the caller hangs up.
fn pickup_extension(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    play.calls(OUTSIDE, "493023125001", &SHORT)?;
    picks_up(play, &["1001"], "1002", "**1001")
}

/// 1003 calls 1001; 1004, who belongs to the same group, talks to 1002 meanwhile. 1005 picks up what rings at the telephone 1001
/// (`PickupChan`); the caller hangs up.
fn pickup_channel(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    play.answers("1002", &ANSWERS)?;
    play.calls("1004", "1002", &Caller { talk_ms: 2500, ..CALLS })?;
    play.until("1004", "connected", 1)?;
    play.calls("1003", "1001", &SHORT)?;
    picks_up(play, &["1001"], "1005", "*971001")
}

/// From outside to `sales`: 1002 rings. 1005, who is no member of any queue, picks up what rings at the telephone 1002 (`PickupChan`); the
/// caller hangs up.
fn pickup_queue_channel(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &NEVER_ANSWERS)?;
    play.calls(OUTSIDE, "493023125121", &Caller { talk_ms: 3000, ..CALLS })?;
    picks_up(play, &["1002"], "1005", "*971002")
}
