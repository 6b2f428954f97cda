//! clearConnection and clearCall: whose connection is cleared is gone, and what the switch makes of the others is told.

use serde_json::{Value, json};

use super::{DIRECT_1001, OUTSIDE};
use crate::{
    Outcome,
    play::{ANSWERS, CALLS_AND_LISTENS, Caller, NEVER_ANSWERS, Play},
};

/// 1001 talks to 1002, and is cleared.
pub(super) fn clear_connection_caller(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    play.calls("1001", "1002", &CALLS_AND_LISTENS)?;
    play.there("1002", "connected")?;
    let there = play.there("1001", "connected")?;
    play.denies_the_rest(&there)?;
    play.has("clear", &there, "clearConnection", &json!({})).map(drop)
}

/// From outside to 1001, who answers, and is cleared.
pub(super) fn clear_connection_callee(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &CALLS_AND_LISTENS)?;
    let there = play.there("1001", "connected")?;
    play.has("clear", &there, "clearConnection", &json!({})).map(drop)
}

/// From outside to a ring group; 1001's phone is made to stop ringing, 1002 answers and hangs up.
pub(super) fn clear_connection_ringing(play: &mut Play) -> Outcome<()> {
    let callee = super::talks(600);
    play.answers("1001", &NEVER_ANSWERS)?;
    play.answers(
        "1002",
        &crate::play::Callee {
            ring_ms: 1500,
            ..callee
        },
    )?;
    play.answers("1003", &NEVER_ANSWERS)?;
    play.calls(OUTSIDE, "493023125130", &CALLS_AND_LISTENS)?;
    for phone in ["1001", "1002", "1003"] {
        play.until(phone, "rang", 1)?;
        play.there(phone, "alerting")?;
    }
    let there = play.there("1001", "alerting")?;
    play.denies_the_rest(&there)?;
    play.has("clear", &there, "clearConnection", &json!({})).map(drop)
}

/// From outside to `sales`, where 1002 rings and does not answer: the waiting caller is cleared.
pub(super) fn clear_connection_waiting(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &NEVER_ANSWERS)?;
    play.calls(OUTSIDE, "493023125121", &CALLS_AND_LISTENS)?;
    play.until("1002", "rang", 1)?;
    play.there("1002", "alerting")?;
    let there = play.there("trunk", "connected")?;
    play.has("clear", &there, "clearConnection", &json!({})).map(drop)
}

/// 1001 calls 1002 and holds; 1001 is cleared.
pub(super) fn clear_connection_held(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
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
    play.denies_the_rest(&there)?;
    play.has("clear", &there, "clearConnection", &json!({})).map(drop)
}

/// From outside to 1001, who answers; the call is cleared.
pub(super) fn clear_call(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &CALLS_AND_LISTENS)?;
    let there = play.there("1001", "connected")?;
    let call = format!("/v1/calls/{}", there.call);
    let application = play.application()?;
    let answer = application.ask("DELETE", &call, &[("Request-Id", "clear")], &Value::Null)?;
    super::proven(answer.is(200)?)?;
    // Asked again, there is nothing left to do.
    application
        .ask("DELETE", &call, &[], &Value::Null)?
        .refuses(409, "callEnded")
        .map(drop)
}

/// From outside to `support`: 1002's phone is made to stop ringing, the queue goes on to 1003, who answers and hangs up.
pub(super) fn clear_connection_agent(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &NEVER_ANSWERS)?;
    play.answers("1003", &super::talks(600))?;
    play.calls(OUTSIDE, "493023125120", &CALLS_AND_LISTENS)?;
    play.until("1002", "rang", 1)?;
    let there = play.there("1002", "alerting")?;
    play.has("clear", &there, "clearConnection", &json!({})).map(drop)
}
