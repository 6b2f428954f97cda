//! singleStepTransferCall, with no word of it in the dialplan: no `Dial` has the options `t` or `T`.

use serde_json::json;

use super::{DIRECT_1001, OUTSIDE, talks};
use crate::{
    Outcome,
    play::{ANSWERS, CALLS, CALLS_AND_LISTENS, Caller, Play},
};

/// From outside to 1001, who answers; the caller is sent on to 1002, who answers; the caller hangs up.
pub(super) fn transfer_callee(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &Caller { talk_ms: 2000, ..CALLS })?;
    let there = play.there("1001", "connected")?;
    play.denies_the_rest(&there)?;
    play.has("transfer", &there, "singleStepTransferCall", &json!({ "to": "1002" }))
        .map(drop)
}

/// 1001 calls 1002, who answers; 1001 sends 1002 on to 1003, who answers and hangs up.
pub(super) fn transfer_caller(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    play.answers("1003", &talks(600))?;
    play.calls("1001", "1002", &CALLS_AND_LISTENS)?;
    play.there("1002", "connected")?;
    let there = play.there("1001", "connected")?;
    play.has("transfer", &there, "singleStepTransferCall", &json!({ "to": "1003" }))
        .map(drop)
}

/// 1001 calls 1002 and holds; 1001 sends 1002 on to 1003, who answers and hangs up.
pub(super) fn transfer_held(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    play.answers("1003", &talks(600))?;
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
    play.has("transfer", &there, "singleStepTransferCall", &json!({ "to": "1003" }))
        .map(drop)
}

/// From outside to 1001, who answers; the caller is to be sent on to 1002, who is busy.
pub(super) fn transfer_busy(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.refuses("1002", 486, "Busy Here", false)?;
    play.calls(OUTSIDE, DIRECT_1001, &CALLS_AND_LISTENS)?;
    let there = play.there("1001", "connected")?;
    play.asks("transfer", &there, "singleStepTransferCall", &json!({ "to": "1002" }))?
        .refuses(409, "resourceBusy")
        .map(drop)
}

/// From outside to 1001, who answers; the caller is to be sent on to a number that nobody has: they talk on. The caller hangs up.
pub(super) fn transfer_unknown_number(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &Caller { talk_ms: 1000, ..CALLS })?;
    let there = play.there("1001", "connected")?;
    play.asks("transfer", &there, "singleStepTransferCall", &json!({ "to": "1999" }))?
        .refuses(422, "invalidDestination")
        .map(drop)
}

/// 1001 calls 1002, who answers; 1002 sends 1001 on to somebody outside, who answers; 1001 hangs up.
pub(super) fn transfer_outside(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    play.answers("01713920099", &ANSWERS)?;
    play.calls("1001", "1002", &Caller { talk_ms: 1500, ..CALLS })?;
    let there = play.there("1002", "connected")?;
    play.has(
        "transfer",
        &there,
        "singleStepTransferCall",
        &json!({ "to": "001713920099" }),
    )
    .map(drop)
}
