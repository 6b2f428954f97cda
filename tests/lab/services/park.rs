//! parkCall: the other party waits at a slot, the telephone leaves.

use serde_json::json;

use super::{DIRECT_1001, OUTSIDE, talks};
use crate::{
    Outcome,
    play::{ANSWERS, CALLS, CALLS_AND_LISTENS, Caller, Play},
};

/// From outside to 1001, who answers; an application parks the caller; 1002 dials the slot and has the call; the caller hangs up.
pub(super) fn park_callee(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &Caller { talk_ms: 4000, ..CALLS })?;
    let there = play.there("1001", "connected")?;
    play.has("park", &there, "parkCall", &json!({}))?;
    let slot = play.there("701", "queued")?;
    play.denies_the_rest(&slot)?;
    play.calls("1002", "701", &CALLS_AND_LISTENS)
}

/// 1001 calls 1002, who answers; an application parks 1002 for 1001; 1002 hangs up.
pub(super) fn park_caller(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &talks(2500))?;
    play.calls("1001", "1002", &CALLS_AND_LISTENS)?;
    play.there("1002", "connected")?;
    let there = play.there("1001", "connected")?;
    play.has("park", &there, "parkCall", &json!({})).map(drop)
}

/// From outside to 1001, who answers; an application parks the caller at a slot that there is not, and then at 705; 1002 dials that and has the
/// call; the caller hangs up.
pub(super) fn park_slot(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &Caller { talk_ms: 4000, ..CALLS })?;
    let there = play.there("1001", "connected")?;
    play.asks("never", &there, "parkCall", &json!({ "to": "1004" }))?
        .refuses(422, "invalidDestination")?;
    play.has("park", &there, "parkCall", &json!({ "to": "705" }))?;
    play.there("705", "queued")?;
    play.calls("1002", "705", &CALLS_AND_LISTENS)
}

/// 1001 calls 1002 and holds; an application parks 1002 for 1001; 1002 hangs up.
pub(super) fn park_held(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &talks(3500))?;
    play.calls(
        "1001",
        "1002",
        &Caller {
            then: "hold",
            held: "talk",
            ..CALLS_AND_LISTENS
        },
    )?;
    let there = play.there("1001", "hold")?;
    play.has("park", &there, "parkCall", &json!({})).map(drop)
}

/// From outside to 1001, parked at 705; 1002 calls 1003, and nobody else can be parked there. 1003 hangs up, then the caller.
pub(super) fn park_refused(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &Caller { talk_ms: 6000, ..CALLS })?;
    let there = play.there("1001", "connected")?;
    play.has("park", &there, "parkCall", &json!({ "to": "705" }))?;
    play.there("705", "queued")?;
    play.answers("1003", &talks(1500))?;
    play.calls("1002", "1003", &CALLS_AND_LISTENS)?;
    play.there("1003", "connected")?;
    let there = play.there("1002", "connected")?;
    play.asks("never", &there, "parkCall", &json!({ "to": "705" }))?
        .refuses(422, "invalidDestination")
        .map(drop)
}
