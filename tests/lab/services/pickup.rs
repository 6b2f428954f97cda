//! directedPickupCall and groupPickupCall: the phone that picks up is rung and asked to answer by itself; what rings goes on ringing until then.

use serde_json::json;

use super::{DIRECT_1001, OUTSIDE, talks};
use crate::{
    Outcome,
    play::{ANSWERS, CALLS, Callee, Caller, NEVER_ANSWERS, Play},
};

/// Answers at once, as it is asked to.
const BY_ITSELF: Callee = Callee { ring_ms: 50, ..ANSWERS };

/// From outside to 1001, who does not answer; an application has 1002 pick the call up; the caller hangs up.
pub(super) fn pickup_directed(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    play.answers("1002", &BY_ITSELF)?;
    play.calls(OUTSIDE, DIRECT_1001, &Caller { talk_ms: 1500, ..CALLS })?;
    play.until("1001", "rang", 1)?;
    let there = play.there("1001", "alerting")?;
    play.has("pickup", &there, "directedPickupCall", &json!({ "by": "lab:1002" }))
        .map(drop)
}

/// As `pickup_directed`, of whatever rings in the pickup group of 1002; before anything rings there is nothing to pick up.
pub(super) fn pickup_group(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    play.answers("1002", &BY_ITSELF)?;
    let path = "/v1/devices/lab:1002/groupPickupCall";
    play.application()?
        .ask("POST", path, &[], &json!({}))?
        .refuses(409, "invalidConnectionState")?;
    play.calls(OUTSIDE, DIRECT_1001, &Caller { talk_ms: 1500, ..CALLS })?;
    play.until("1001", "rang", 1)?;
    play.there("1001", "alerting")?;
    let answer = play
        .application()?
        .ask("POST", path, &[("Request-Id", "pickup")], &json!({}))?;
    super::proven(answer.is(200)?).map(drop)
}

/// From outside to `support`, where 1002 does not answer; an application has 1004 pick the call up; the caller hangs up.
pub(super) fn pickup_queue(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &NEVER_ANSWERS)?;
    play.answers("1004", &BY_ITSELF)?;
    play.calls(OUTSIDE, "493023125120", &Caller { talk_ms: 3000, ..CALLS })?;
    play.until("1002", "rang", 1)?;
    let there = play.there("1002", "alerting")?;
    play.has("pickup", &there, "directedPickupCall", &json!({ "by": "lab:1004" }))
        .map(drop)
}

/// From outside to 1001; 1002 is to pick up and does not lift, which is told; 1001's phone has rung on, and somebody answers there and hangs up.
pub(super) fn pickup_not_lifted(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1001",
        &Callee {
            ring_ms: 7000,
            ..talks(600)
        },
    )?;
    play.answers("1002", &NEVER_ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &crate::play::CALLS_AND_LISTENS)?;
    play.until("1001", "rang", 1)?;
    let there = play.there("1001", "alerting")?;
    play.asks("pickup", &there, "directedPickupCall", &json!({ "by": "lab:1002" }))?
        .refuses(409, "resourceBusy")
        .map(drop)
}
