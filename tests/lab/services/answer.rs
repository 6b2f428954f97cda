//! What a phone does that obeys remote control: answerCall, holdCall, retrieveCall. A phone that obeys remote control answers; one that does not is told of; one that nobody named is not asked.

use serde_json::json;

use super::{DIRECT_1001, OUTSIDE, talks};
use crate::{
    Outcome,
    play::{ANSWERS, CALLS, CALLS_AND_LISTENS, Callee, Caller, NEVER_ANSWERS, Play},
};

/// Rings until it is told to answer.
const OBEYS: Callee = Callee {
    ring_ms: 30_000,
    then: "obey",
    ..ANSWERS
};

/// From outside to 1001, whose phone is told to answer and does; the caller hangs up.
pub(super) fn answer_call(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &OBEYS)?;
    play.calls(OUTSIDE, DIRECT_1001, &Caller { talk_ms: 1500, ..CALLS })?;
    play.until("1001", "rang", 1)?;
    let there = play.there("1001", "alerting")?;
    play.denies_the_rest(&there)?;
    play.has("answer", &there, "answerCall", &json!({}))?;
    // Who talks cannot answer.
    let talks = play.there("1001", "connected")?;
    play.denies_the_rest(&talks)
}

/// From outside to `support`: the agent's phone 1002 is told to answer and does; 1002 hangs up.
pub(super) fn answer_call_queue(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &Callee { talk_ms: 600, ..OBEYS })?;
    play.calls(OUTSIDE, "493023125120", &CALLS_AND_LISTENS)?;
    play.until("1002", "rang", 1)?;
    let there = play.there("1002", "alerting")?;
    play.has("answer", &there, "answerCall", &json!({})).map(drop)
}

/// From outside to a ring group: 1002's phone is told to answer and does, the others stop ringing; 1002 hangs up.
pub(super) fn answer_call_group(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    play.answers("1002", &Callee { talk_ms: 600, ..OBEYS })?;
    play.answers("1003", &NEVER_ANSWERS)?;
    play.calls(OUTSIDE, "493023125130", &CALLS_AND_LISTENS)?;
    for phone in ["1001", "1002", "1003"] {
        play.until(phone, "rang", 1)?;
        play.there(phone, "alerting")?;
    }
    let there = play.there("1002", "alerting")?;
    play.has("answer", &there, "answerCall", &json!({})).map(drop)
}

/// From outside to 1001, whose phone says yes to every NOTIFY and does nothing: the application is told so. Somebody lifts later and
/// hangs up.
pub(super) fn answer_call_ignored(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1001",
        &Callee {
            ring_ms: 7000,
            ..talks(600)
        },
    )?;
    play.calls(OUTSIDE, DIRECT_1001, &CALLS_AND_LISTENS)?;
    play.until("1001", "rang", 1)?;
    let there = play.there("1001", "alerting")?;
    play.asks("answer", &there, "answerCall", &json!({}))?
        .refuses(502, "switchIgnored")
        .map(drop)
}

/// From outside to 1004, whose phone nobody named as one that obeys: it is not even asked. Somebody lifts and hangs up.
pub(super) fn answer_call_other_device(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1004",
        &Callee {
            ring_ms: 1200,
            ..talks(600)
        },
    )?;
    play.calls(OUTSIDE, "493023125004", &CALLS_AND_LISTENS)?;
    play.until("1004", "rang", 1)?;
    let there = play.there("1004", "alerting")?;
    play.asks("answer", &there, "answerCall", &json!({}))?
        .refuses(409, "invalidConnectionState")?;
    play.denies_the_rest(&there)
}

/// From outside to 1001, who answers; its phone is told to hold, and to retrieve, and does; the caller hangs up.
pub(super) fn hold_phone(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &Callee { ring_ms: 400, ..OBEYS })?;
    play.calls(OUTSIDE, DIRECT_1001, &Caller { talk_ms: 3500, ..CALLS })?;
    let there = play.there("1001", "connected")?;
    play.has("hold", &there, "holdCall", &json!({}))?;
    let held = play.there("1001", "hold")?;
    play.denies_the_rest(&held)?;
    let calls = play.application()?.calls()?;
    let by_phone = |connection: &serde_json::Value| super::text(connection, "holdBy") == "phone";
    let connections = calls.iter().filter_map(|call| call.get("connections")?.as_array());
    if !connections.flatten().any(by_phone) {
        return Err(format!("who holds is told in {calls:?}").into());
    }
    play.has("retrieve", &held, "retrieveCall", &json!({})).map(drop)
}

/// From outside to 1001, who answers, and whose phone says yes to every NOTIFY and does nothing: the application is told so. The caller hangs up.
pub(super) fn hold_phone_ignored(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &Caller { talk_ms: 6500, ..CALLS })?;
    let there = play.there("1001", "connected")?;
    play.asks("hold", &there, "holdCall", &json!({}))?
        .refuses(502, "switchIgnored")
        .map(drop)
}
