//! deflectCall: what rings at one telephone alone is sent on; where others would be torn away it is refused.

use serde_json::json;

use super::{DIRECT_1001, OUTSIDE, talks};
use crate::{
    Outcome,
    play::{ANSWERS, CALLS, CALLS_AND_LISTENS, Callee, NEVER_ANSWERS, Play},
};

/// From outside to 1001, whose phone rings; the call is sent to 1002, who answers; the caller hangs up.
pub(super) fn deflect(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &CALLS)?;
    play.until("1001", "rang", 1)?;
    let there = play.there("1001", "alerting")?;
    play.denies_the_rest(&there)?;
    play.has("deflect", &there, "deflectCall", &json!({ "to": "1002" }))
        .map(drop)
}

/// From outside to 1001, whose phone rings; the call is to be sent to a number that nobody has; 1001 goes on ringing and answers.
pub(super) fn deflect_unknown_number(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1001",
        &Callee {
            ring_ms: 1000,
            ..talks(600)
        },
    )?;
    play.calls(OUTSIDE, DIRECT_1001, &CALLS_AND_LISTENS)?;
    play.until("1001", "rang", 1)?;
    let there = play.there("1001", "alerting")?;
    play.asks("deflect", &there, "deflectCall", &json!({ "to": "1999" }))?
        .refuses(422, "invalidDestination")
        .map(drop)
}

/// From outside to a ring group: 1001's ringing cannot be sent on alone. 1002 answers; the caller hangs up.
pub(super) fn deflect_refused_group(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    play.answers(
        "1002",
        &Callee {
            ring_ms: 1200,
            ..ANSWERS
        },
    )?;
    play.answers("1003", &NEVER_ANSWERS)?;
    play.calls(OUTSIDE, "493023125130", &CALLS)?;
    for phone in ["1001", "1002", "1003"] {
        play.until(phone, "rang", 1)?;
        play.there(phone, "alerting")?;
    }
    let there = play.there("1001", "alerting")?;
    play.asks("deflect", &there, "deflectCall", &json!({ "to": "1004" }))?
        .refuses(409, "invalidConnectionState")?;
    play.denies_the_rest(&there)
}

/// From outside to `support`: what rings at the agent belongs to the queue and cannot be sent on. 1002 answers and hangs up.
pub(super) fn deflect_refused_queue(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1002",
        &Callee {
            ring_ms: 1200,
            ..talks(600)
        },
    )?;
    play.calls(OUTSIDE, "493023125120", &CALLS_AND_LISTENS)?;
    play.until("1002", "rang", 1)?;
    let there = play.there("1002", "alerting")?;
    play.asks("deflect", &there, "deflectCall", &json!({ "to": "1004" }))?
        .refuses(409, "invalidConnectionState")?;
    play.denies_the_rest(&there)
}
