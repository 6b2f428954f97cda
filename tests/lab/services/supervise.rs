//! singleStepConferenceCall: a supervisor comes to a call that goes on as it is, and leaves it so.

use serde_json::json;

use super::{DIRECT_1001, OUTSIDE, talks};
use crate::{
    Outcome,
    ear::Hears,
    play::{ANSWERS, CALLS, CALLS_AND_LISTENS, Callee, Caller, NEVER_ANSWERS, Play},
};

/// From outside to 1001, who answers; 1003 listens in, hears the caller speak, and hangs up; then the caller does.
pub(super) fn supervise_silent(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.answers(
        "1003",
        &Callee {
            ring_ms: 50,
            listens: Some(Hears::Speech),
            ..talks(1500)
        },
    )?;
    play.calls(OUTSIDE, DIRECT_1001, &Caller { talk_ms: 4000, ..CALLS })?;
    let there = play.there("1001", "connected")?;
    let body = json!({ "device": "lab:1003", "participation": "silent" });
    play.has("listen", &there, "singleStepConferenceCall", &body)?;
    play.until("1003", "hears", 1)?;
    let there = play.there("1001", "connected")?;
    if !there
        .permitted
        .iter()
        .any(|service| service == "singleStepTransferCall")
    {
        return Err(format!("who is supervised may not transfer, only {:?}", there.permitted).into());
    }
    play.until("1003", "hungUp", 1)
}

/// From outside to 1001, who answers; 1003 whispers to 1001; 1001 hangs up, and all of it is over.
pub(super) fn supervise_coach(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &talks(2500))?;
    play.answers("1003", &Callee { ring_ms: 50, ..ANSWERS })?;
    play.calls(OUTSIDE, DIRECT_1001, &CALLS_AND_LISTENS)?;
    let there = play.there("1001", "connected")?;
    let body = json!({ "device": "lab:1003", "participation": "coach" });
    play.has("coach", &there, "singleStepConferenceCall", &body).map(drop)
}

/// From outside to 1001, who answers; 1003 talks to both; the caller hangs up, and all of it is over.
pub(super) fn supervise_active(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.answers("1003", &Callee { ring_ms: 50, ..ANSWERS })?;
    play.calls(OUTSIDE, DIRECT_1001, &Caller { talk_ms: 2500, ..CALLS })?;
    let there = play.there("1001", "connected")?;
    let body = json!({ "device": "lab:1003", "participation": "active" });
    play.has("barge", &there, "singleStepConferenceCall", &body).map(drop)
}

/// From outside to 1001, who answers; 1003 dials *55 and 1001, listens, and hangs up; then the caller does.
pub(super) fn supervise_dialled(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &Caller { talk_ms: 3500, ..CALLS })?;
    play.there("1001", "connected")?;
    play.calls("1003", "*551001", &Caller { talk_ms: 1200, ..CALLS })?;
    play.until("1003", "hungUp", 1)
}

/// From outside to 1001, who answers; 1003 is to listen in and does not lift, which is told; the caller hangs up.
pub(super) fn supervise_not_lifted(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.answers("1003", &NEVER_ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &Caller { talk_ms: 6000, ..CALLS })?;
    let there = play.there("1001", "connected")?;
    let body = json!({ "device": "lab:1003", "participation": "silent" });
    play.asks("listen", &there, "singleStepConferenceCall", &body)?
        .refuses(409, "resourceBusy")
        .map(drop)
}
