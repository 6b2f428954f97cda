//! Conferences that grow: a telephone leaves one to consult somebody, and takes them there, or not. The others talk on meanwhile.

use serde_json::{Value, json};

use super::{There, talks};
use crate::{
    Outcome,
    play::{ANSWERS, NEVER_ANSWERS, Play},
};

/// Who is taken into the conference of ten.
const GUESTS: [&str; 7] = ["1002", "1003", "1004", "1005", "1007", "1008", "1009"];
/// Another one outside, as it rings there, and as it is dialled.
const OUT_THERE: (&str, &str) = ("01713920099", "001713920099");

impl Play<'_> {
    /// 1001 consults somebody who answers, and takes them to the others.
    fn takes(&mut self, there: &There, to: &str, device: &str) -> Outcome<There> {
        self.consults("consult", there, to)?;
        // Of two lines the one that was there before is no news.
        let active = self.beside(there, "1001", "conferenceCall")?;
        if device != "trunk" {
            self.there(device, "connected")?;
        }
        let body = json!({ "heldConnection": there.connection });
        let answer = self.has("confer", &active, "conferenceCall", &body)?;
        self.survives(&answer, there)?;
        self.there("1001", "connected")
    }

    /// From outside to 1001, who takes 1002 to the caller: three talk.
    fn three(&mut self, talk_ms: u32) -> Outcome<There> {
        self.answers("1002", &ANSWERS)?;
        let there = self.customer(talk_ms)?;
        self.takes(&there, "1002", "1002")
    }

    fn leaves(&mut self, device: &str) -> Outcome<()> {
        let there = self.there(device, "connected")?;
        self.has("leave", &there, "clearConnection", &json!({})).map(drop)
    }
}

/// From outside to 1001, who takes 1002 there, and then 1003. Who took them leaves first, then 1003 and 1002.
pub(super) fn conference_grows(play: &mut Play) -> Outcome<()> {
    play.answers("1003", &ANSWERS)?;
    let there = play.three(20_000)?;
    play.denies_the_rest(&there)?;
    play.consults("consult", &there, "1003")?;
    play.there("1003", "connected")?;
    let active = play.beside(&there, "1001", "conferenceCall")?;
    play.denies_the_rest(&active)?;
    let others = play.there("1002", "connected")?;
    play.denies_the_rest(&others)?;
    let body = json!({ "heldConnection": there.connection });
    play.has("confer", &active, "conferenceCall", &body)?;
    for device in ["1001", "1003", "1002"] {
        play.leaves(device)?;
    }
    Ok(())
}

/// Ten talk, of whom 1001 took eight there: it leaves first, the others leave in any order, and the call of the two outside is cleared.
pub(super) fn conference_of_ten_by_switch(play: &mut Play) -> Outcome<()> {
    for guest in GUESTS {
        play.answers(guest, &ANSWERS)?;
    }
    play.answers(OUT_THERE.0, &ANSWERS)?;
    let mut there = play.customer(40_000)?;
    for guest in GUESTS {
        there = play.takes(&there, guest, guest)?;
    }
    there = play.takes(&there, OUT_THERE.1, "trunk")?;
    for device in ["1001", "1008", "1002", "1009", "1005", "1003", "1007", "1004"] {
        play.leaves(device)?;
    }
    let call = format!("/v1/calls/{}", there.call);
    let application = play.application()?;
    let answer = application.ask("DELETE", &call, &[("Request-Id", "clear")], &Value::Null)?;
    super::proven(answer.is(200)?).map(drop)
}

/// Three talk; 1001 consults 1003, who is busy: it is back by itself. The caller hangs up, then 1002.
pub(super) fn conference_consult_busy(play: &mut Play) -> Outcome<()> {
    play.refuses("1003", 486, "Busy Here", false)?;
    let there = play.three(20_000)?;
    play.consults("consult", &there, "1003")?;
    play.until("1003", "rejected", 1)?;
    play.there("1001", "connected")?;
    play.leaves("1002")?;
    play.leaves("1001")
}

/// Three talk; 1001 consults 1003, goes back to the others, consults 1003's neighbour, who does not answer, and goes back again.
pub(super) fn conference_reconnect(play: &mut Play) -> Outcome<()> {
    play.answers("1003", &ANSWERS)?;
    play.answers("1004", &NEVER_ANSWERS)?;
    let there = play.three(20_000)?;
    play.consults("consult", &there, "1003")?;
    play.there("1003", "connected")?;
    let active = play.beside(&there, "1001", "reconnectCall")?;
    let answer = play.has("reconnect", &active, "reconnectCall", &json!({}))?;
    play.survives(&answer, &there)?;
    let there = play.there("1001", "connected")?;
    play.consults("again", &there, "1004")?;
    play.there("1004", "alerting")?;
    let active = play.beside(&there, "1001", "clearConnection")?;
    play.has("clear", &active, "clearConnection", &json!({}))?;
    play.there("1001", "connected")?;
    play.leaves("1001")?;
    play.leaves("1002")
}

/// Three talk; while 1001 talks to 1003, the two others hang up. 1003 hangs up then.
pub(super) fn conference_ends_meanwhile(play: &mut Play) -> Outcome<()> {
    play.answers("1003", &talks(4000))?;
    let there = play.three(20_000)?;
    play.consults("consult", &there, "1003")?;
    play.there("1003", "connected")?;
    let call = format!("/v1/calls/{}", there.call);
    let application = play.application()?;
    let answer = application.ask("DELETE", &call, &[("Request-Id", "clear")], &Value::Null)?;
    super::proven(answer.is(200)?).map(drop)
}
