//! Consulting on a telephone with one channel, and what may come of it; holding by the switch. No word of it is in the dialplan of the lab.

use serde_json::{Value, json};

use super::{DIRECT_1001, OUTSIDE, There, talks, text};
use crate::{
    Outcome,
    application::Answer,
    play::{ANSWERS, CALLS, CALLS_AND_LISTENS, Callee, Caller, NEVER_ANSWERS, Play},
};

impl Play<'_> {
    /// From outside to 1001, who answers and talks.
    pub(super) fn customer(&mut self, talk_ms: u32) -> Outcome<There> {
        self.answers("1001", &ANSWERS)?;
        self.calls(OUTSIDE, DIRECT_1001, &Caller { talk_ms, ..CALLS })?;
        self.there("1001", "connected")
    }

    /// The one who is `there` consults somebody; gives the connection that is held.
    pub(super) fn consults(&mut self, name: &str, there: &There, to: &str) -> Outcome<There> {
        if !there.permitted.iter().any(|permitted| permitted == "consultationCall") {
            return Err(format!("consultationCall is not permitted, only {:?}", there.permitted).into());
        }
        let answer = self
            .asks(name, there, "consultationCall", &json!({ "to": to }))?
            .is(201)?;
        let answer = super::proven(answer)?;
        let of = answer.body.pointer("/linkage/consultationOf").and_then(Value::as_str);
        if of == Some(&*there.call) {
            Ok(there.clone())
        } else {
            Err(format!("the new call is no consultation of {}: {answer:?}", there.call).into())
        }
    }

    /// The device in another call than this one, once it may be asked for the service.
    pub(super) fn beside(&self, held: &There, device: &str, service: &str) -> Outcome<There> {
        let wanted = format!("lab:{device}");
        self.soon(&format!("{service} permitted for {device}"), || {
            let calls = self.application()?.calls()?;
            let others = calls.iter().filter(|call| text(call, "id") != held.call);
            Ok(others
                .filter_map(|call| super::there(call, &wanted, "connected"))
                .find(|there| there.permitted.iter().any(|permitted| permitted == service)))
        })
    }

    fn is_held_by_switch(&mut self, there: &There) -> Outcome<()> {
        let answer = self.has("hold", there, "holdCall", &json!({}))?;
        let connections = answer.body.get("connections").and_then(Value::as_array);
        let mut connections = connections.into_iter().flatten();
        if connections.any(|c| text(c, "holdBy") == "switch") {
            Ok(())
        } else {
            Err(format!("it is not the switch that holds: {answer:?}").into())
        }
    }

    pub(super) fn survives(&self, answer: &Answer, held: &There) -> Outcome<()> {
        if answer.text("id") == held.call {
            Ok(())
        } else {
            Err(format!("not the held call goes on: {answer:?}").into())
        }
    }

    fn transfers(&mut self, held: &There, device: &str) -> Outcome<()> {
        let active = self.beside(held, device, "transferCall")?;
        let body = json!({ "heldConnection": held.connection });
        let answer = self.has("transfer", &active, "transferCall", &body)?;
        self.survives(&answer, held)
    }
}

/// From outside to 1001, who consults 1002, and joins the two when 1002 has answered. The caller hangs up.
pub(super) fn consult_transfer(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    let held = play.customer(4000)?;
    play.consults("consult", &held, "1002")?;
    play.until("1002", "answered", 1)?;
    play.there("1002", "connected")?;
    let active = play.beside(&held, "1001", "transferCall")?;
    play.denies_the_rest(&active)?;
    play.transfers(&held, "1001")
}

/// The same, and the two are joined while 1002 still rings.
pub(super) fn consult_transfer_ringing(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1002",
        &Callee {
            ring_ms: 2500,
            ..ANSWERS
        },
    )?;
    let held = play.customer(5000)?;
    play.consults("consult", &held, "1002")?;
    play.until("1002", "rang", 1)?;
    play.there("1002", "alerting")?;
    play.transfers(&held, "1001")
}

/// From outside to 1001, who consults 1002, and goes back to the caller, who hangs up.
pub(super) fn consult_reconnect(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    let held = play.customer(3500)?;
    play.consults("consult", &held, "1002")?;
    play.there("1002", "connected")?;
    let active = play.beside(&held, "1001", "reconnectCall")?;
    let answer = play.has("reconnect", &active, "reconnectCall", &json!({}))?;
    play.survives(&answer, &held)
}

/// From outside to 1001, who consults 1002, talks to the caller again, to 1002 again, and joins the two. The caller hangs up.
pub(super) fn consult_alternate(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    let held = play.customer(6000)?;
    play.consults("consult", &held, "1002")?;
    play.there("1002", "connected")?;
    let active = play.beside(&held, "1001", "alternateCall")?;
    let answer = play.has("alternate", &active, "alternateCall", &json!({}))?;
    play.survives(&answer, &held)?;
    let there = play.there("1001", "connected")?;
    play.has("alternate-again", &there, "alternateCall", &json!({}))?;
    play.transfers(&held, "1001")
}

/// From outside to 1001, who consults 1002, whom all three then talk to; 1001 leaves first, then the caller.
pub(super) fn consult_conference(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &talks(6000))?;
    let held = play.customer(5000)?;
    play.consults("consult", &held, "1002")?;
    play.there("1002", "connected")?;
    let active = play.beside(&held, "1001", "conferenceCall")?;
    let body = json!({ "heldConnection": held.connection });
    let answer = play.has("confer", &active, "conferenceCall", &body)?;
    play.survives(&answer, &held)?;
    let there = play.there("1001", "connected")?;
    play.has("leave", &there, "clearConnection", &json!({})).map(drop)
}

/// From outside to 1001, who consults 1002, who is busy; 1001 goes back to the caller, who hangs up.
pub(super) fn consult_busy(play: &mut Play) -> Outcome<()> {
    play.refuses("1002", 486, "Busy Here", false)?;
    let held = play.customer(3000)?;
    play.consults("consult", &held, "1002")?;
    play.until("1002", "rejected", 1)?;
    let active = play.beside(&held, "1001", "reconnectCall")?;
    let answer = play.has("reconnect", &active, "reconnectCall", &json!({}))?;
    play.survives(&answer, &held)
}

/// From outside to 1001, who consults 1005, who does not answer; then 1002, and joins the two. The caller hangs up.
pub(super) fn consult_twice(play: &mut Play) -> Outcome<()> {
    play.answers("1005", &NEVER_ANSWERS)?;
    play.answers("1002", &ANSWERS)?;
    let held = play.customer(9000)?;
    play.consults("consult", &held, "1005")?;
    play.until("1005", "stoppedRinging", 1)?;
    let active = play.beside(&held, "1001", "reconnectCall")?;
    play.has("reconnect", &active, "reconnectCall", &json!({}))?;
    let there = play.there("1001", "connected")?;
    play.consults("again", &there, "1002")?;
    play.there("1002", "connected")?;
    play.transfers(&held, "1001")
}

/// From outside to 1001, who wants to consult a number that nobody has: they talk on. The caller hangs up.
pub(super) fn consult_unknown_number(play: &mut Play) -> Outcome<()> {
    let there = play.customer(1500)?;
    play.asks("consult", &there, "consultationCall", &json!({ "to": "1999" }))?
        .refuses(422, "invalidDestination")
        .map(drop)
}

/// From outside to 1001, who consults 1002; the caller hangs up meanwhile. 1002 hangs up then.
pub(super) fn consult_held_party_leaves(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &talks(3500))?;
    let held = play.customer(2500)?;
    play.consults("consult", &held, "1002")?;
    play.there("1002", "connected").map(drop)
}

/// From outside to 1001, who consults 1002, and hangs up: nobody is left.
pub(super) fn consult_agent_leaves(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    play.answers("1001", &talks(2500))?;
    play.calls(OUTSIDE, DIRECT_1001, &CALLS_AND_LISTENS)?;
    let held = play.there("1001", "connected")?;
    play.consults("consult", &held, "1002")?;
    play.there("1002", "connected").map(drop)
}

/// From outside to `support`: 1002 answers, consults 1004, and joins the two. The caller hangs up.
pub(super) fn consult_from_queue(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    play.answers("1004", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125120", &Caller { talk_ms: 5000, ..CALLS })?;
    let held = play.there("1002", "connected")?;
    play.consults("consult", &held, "1004")?;
    play.there("1004", "connected")?;
    play.transfers(&held, "1002")
}

/// 1001 calls 1002, who answers; 1001, who called, consults 1003, and joins the two. 1003 hangs up.
pub(super) fn consult_by_caller(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    play.answers("1003", &talks(2500))?;
    play.calls("1001", "1002", &CALLS_AND_LISTENS)?;
    play.there("1002", "connected")?;
    let held = play.there("1001", "connected")?;
    play.consults("consult", &held, "1003")?;
    play.there("1003", "connected")?;
    play.transfers(&held, "1001")
}

/// From outside to 1001, who is held by the switch, and taken back. The caller hangs up.
pub(super) fn hold_by_switch(play: &mut Play) -> Outcome<()> {
    let there = play.customer(4000)?;
    play.is_held_by_switch(&there)?;
    let waits = play.there("trunk", "connected")?;
    play.denies_the_rest(&waits)?;
    let there = play.there("1001", "hold")?;
    play.denies_the_rest(&there)?;
    play.has("retrieve", &there, "retrieveCall", &json!({})).map(drop)
}

/// From outside to 1001, who is held by the switch; the caller hangs up meanwhile.
pub(super) fn hold_by_switch_given_up(play: &mut Play) -> Outcome<()> {
    let there = play.customer(2500)?;
    play.is_held_by_switch(&there)
}
