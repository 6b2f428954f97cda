//! Asked more than once, or by two at once, or too late; and what no switch has a say in.

use std::thread;

use serde_json::{Value, json};

use super::{DIRECT_1001, OUTSIDE, talks};
use crate::{
    Outcome,
    play::{ANSWERS, CALLS, CALLS_AND_LISTENS, Callee, Caller, NEVER_ANSWERS, Play},
};

/// As `make_call`, asked three times under one key, twice at once: one call is made.
pub(super) fn make_call_twice(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &talks(1500))?;
    play.answers("1002", &ANSWERS)?;
    let before = play.asked_of_the_switch()?;
    let application = play.application()?.clone();
    let call = json!({ "callingDevice": "lab:1001", "calledNumber": "1002" });
    let ask = || {
        application
            .ask("POST", "/v1/calls", &[("Idempotency-Key", "order-7")], &call)?
            .is(201)
    };
    let (first, second) = thread::scope(|scope| {
        let second = scope.spawn(ask);
        let first = ask();
        (
            first,
            second.join().unwrap_or_else(|_| Err("the lab itself broke".into())),
        )
    });
    let ids = [first?, second?, ask()?].map(|answer| answer.text("id").to_owned());
    if ids.iter().any(|id| Some(id) != ids.first()) {
        return Err(format!("one key made the calls {ids:?}").into());
    }
    let other = json!({ "callingDevice": "lab:1001", "calledNumber": "1003" });
    application
        .ask("POST", "/v1/calls", &[("Idempotency-Key", "order-7")], &other)?
        .refuses(422, "idempotencyKeyReused")?;
    let asked = play.asked_of_the_switch()?;
    let originates = asked.iter().skip(before.len()).filter(|name| *name == "Originate");
    match originates.count() {
        1 => Ok(()),
        n => Err(format!("the switch was asked for {n} calls").into()),
    }
}

/// As `deflect`, asked by two at once: one has it, the other is told so.
pub(super) fn deflect_once(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &CALLS)?;
    play.until("1001", "rang", 1)?;
    let there = play.there("1001", "alerting")?;
    let ask = || play.asks("deflect", &there, "deflectCall", &json!({ "to": "1002" }));
    let (first, second) = thread::scope(|scope| {
        let second = scope.spawn(ask);
        let first = ask();
        (
            first,
            second.join().unwrap_or_else(|_| Err("the lab itself broke".into())),
        )
    });
    let mut both = [first?, second?];
    both.sort_by_key(|answer| answer.status);
    let [won, lost] = both;
    super::proven(won.is(200)?)?;
    match lost.text("code") {
        // While the other was at work; after it was done.
        "conflict" | "invalidConnectionState" => Ok(()),
        _ => Err(format!("the other was answered with {lost:?}").into()),
    }
}

/// From outside to 1001, who answers; the application attaches data, changes it, takes some away; the caller hangs up.
pub(super) fn user_data(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &Caller { talk_ms: 1200, ..CALLS })?;
    let there = play.there("1001", "connected")?;
    let path = format!("/v1/calls/{}/user-data", there.call);
    let application = play.application()?;
    let patch = |name: &str, body: Value| application.ask("PATCH", &path, &[("Request-Id", name)], &body)?.is(200);
    patch("attach", json!({ "TICKET": "42", "NOTE": "calls back" }))?;
    let answer = patch("change", json!({ "TICKET": "43", "NOTE": null }))?;
    if answer.body.get("userData") != Some(&json!({ "TICKET": "43" })) {
        return Err(format!("the call carries {}", answer.body).into());
    }
    Ok(())
}

/// From outside to 1001, who answers and hangs up: what is asked of the call then is refused, and the switch hears nothing of it.
pub(super) fn hung_up_meanwhile(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1001",
        &Callee {
            ring_ms: 200,
            ..talks(400)
        },
    )?;
    play.calls(OUTSIDE, DIRECT_1001, &CALLS_AND_LISTENS)?;
    let there = play.there("1001", "connected")?;
    let before = play.asked_of_the_switch()?.len();
    play.until(OUTSIDE, "hungUpOn", 1)?;
    play.soon("the end of the call", || {
        let calls = play.application()?.calls()?;
        Ok(calls
            .iter()
            .all(|call| super::text(call, "state") == "ended")
            .then_some(()))
    })?;
    for (service, body) in super::services() {
        play.asks("late", &there, service, &body)?.refuses(409, "callEnded")?;
    }
    let asked = play.asked_of_the_switch()?;
    match asked.get(before..) {
        None | Some([]) => Ok(()),
        Some(asked) => Err(format!("the switch was asked of a call that is over: {asked:?}").into()),
    }
}
