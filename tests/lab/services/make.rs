//! makeCall.

use serde_json::json;

use super::talks;
use crate::{
    Outcome,
    play::{ANSWERS, Callee, NEVER_ANSWERS, Play},
};

/// 1001 rings and is lifted, then 1002 rings and answers; 1001 hangs up.
pub(super) fn make_call(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &talks(1500))?;
    play.answers("1002", &ANSWERS)?;
    let call = json!({ "callingDevice": "lab:1001", "calledNumber": "1002", "userData": { "TICKET": "42" } });
    let made = play.makes("dial", &call)?;
    // The phone has not been lifted yet: what is told is the call as it is now.
    let carried = made.body.pointer("/userData/TICKET").and_then(|ticket| ticket.as_str());
    match (made.text("state"), carried) {
        ("initiated" | "alerting", Some("42")) => Ok(()),
        _ => Err(format!("the new call is told as {}", made.body).into()),
    }
}

/// As `make_call`; 1001's phone is asked to answer by itself.
pub(super) fn make_call_auto_answer(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1001",
        &Callee {
            ring_ms: 50,
            ..talks(1200)
        },
    )?;
    play.answers("1002", &ANSWERS)?;
    let call = json!({ "callingDevice": "lab:1001", "calledNumber": "1002", "autoAnswer": true });
    play.makes("dial", &call).map(drop)
}

/// As `make_call`; 1002 is shown another number than 1001.
pub(super) fn make_call_presented(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &talks(1500))?;
    play.answers("1002", &ANSWERS)?;
    let call = json!({ "callingDevice": "lab:1001", "calledNumber": "1002", "presentedNumber": "+493023125000" });
    play.makes("dial", &call).map(drop)
}

/// 1001 is to call 1002, and is busy itself.
pub(super) fn make_call_busy(play: &mut Play) -> Outcome<()> {
    play.refuses("1001", 486, "Busy Here", false)?;
    play.makes("dial", &json!({ "callingDevice": "lab:1001", "calledNumber": "1002" }))
        .map(drop)
}

/// 1001 is to call 1002; its phone rings, and somebody there declines.
pub(super) fn make_call_refused(play: &mut Play) -> Outcome<()> {
    play.refuses("1001", 603, "Decline", true)?;
    play.makes("dial", &json!({ "callingDevice": "lab:1001", "calledNumber": "1002" }))
        .map(drop)
}

/// 1001 is to call 1002, and does not lift for a second.
pub(super) fn make_call_no_answer(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    let call = json!({ "callingDevice": "lab:1001", "calledNumber": "1002", "timeoutSeconds": 1 });
    play.makes("dial", &call).map(drop)
}

/// 1001 is to call a number that the dialplan does not have, which is refused before a phone rings; then a number outside that does
/// not exist (404 from the provider).
pub(super) fn make_call_unknown_number(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.refuses("01713920099", 404, "Not Found", false)?;
    let nowhere = json!({ "callingDevice": "lab:1001", "calledNumber": "1999" });
    play.application()?
        .ask("POST", "/v1/calls", &[], &nowhere)?
        .refuses(422, "invalidDestination")?;
    let call = json!({ "callingDevice": "lab:1001", "calledNumber": "001713920099" });
    play.makes("dial", &call).map(drop)
}

/// 1001 is to call 1002; while 1001's phone rings the application thinks better of it.
pub(super) fn make_call_cleared(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    play.makes("dial", &json!({ "callingDevice": "lab:1001", "calledNumber": "1002" }))?;
    play.until("1001", "rang", 1)?;
    let there = play.there("1001", "initiated")?;
    play.denies_the_rest(&there)?;
    play.has("clear", &there, "clearConnection", &json!({})).map(drop)
}
