//! Agents and queues: what another application, the phone and the calls do to them, and what the bridge shows of it.

use serde_json::{Value, json};

use super::{OUTSIDE, text};
use crate::{
    Outcome,
    play::{ANSWERS, CALLS, CALLS_AND_LISTENS, Callee, Caller, Play},
};

/// The agent at 1002, by the name of the member.
const AGENT: &str = "Phone~201002";
const HOTLINE: &str = "493023125123";
const SALES: &str = "493023125121";

impl Play<'_> {
    pub(super) fn shown(&self, path: &str) -> Outcome<Value> {
        Ok(self.application()?.ask("GET", path, &[], &Value::Null)?.body)
    }

    /// The agent, once it is in this state for this reason.
    pub(super) fn agent(&self, key: &str, state: &str, reason: Option<&str>) -> Outcome<Value> {
        self.soon(&format!("{key} {state} {reason:?}"), || {
            let agent = self.shown(&format!("/v1/agents/lab:{key}"))?;
            let fits = text(&agent, "state") == state && agent.get("reason") == Some(&json!(reason));
            Ok(fits.then_some(agent))
        })
    }

    /// The queue `sales` has so many who wait; gives their numbers in order, each behind its place.
    fn waiting(&self, count: usize) -> Outcome<Vec<String>> {
        self.soon(&format!("{count} wait"), || {
            let queue = self.shown("/v1/queues/lab:sales")?;
            let waiting = queue
                .get("waiting")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            if waiting.len() != count {
                return Ok(None);
            }
            let caller = |waiting: &Value| {
                let call = self.shown(&format!("/v1/calls/{}", text(waiting, "call")))?;
                let number = call.pointer("/callingDevice/number").and_then(Value::as_str);
                Ok(format!("{} {}", waiting["position"], number.unwrap_or_default()))
            };
            waiting.iter().map(caller).collect::<Outcome<_>>().map(Some)
        })
    }

    /// The queue rang the phone when the agent was ready, as was told: it looks once a second who is free (`retry`). What was told is looked up
    /// in the log, as the agent may have been ready for some milliseconds only.
    pub(super) fn rang_when(&self, phone: &str, agent: &str) -> Outcome<()> {
        self.agent(agent, "busy", None)?;
        let truth = self.truth();
        let rang = truth.iter().rfind(|sight| sight.phone == phone && sight.what == "rang");
        let told = self.application()?.stored(&format!("/v1/events?agent=lab:{agent}"))?;
        let ready = told.iter().rfind(|event| text(event, "type") == "lineside.agent.ready");
        let since = ready.and_then(|event| event.pointer("/data/agent/since")?.as_str());
        let since = since.ok_or("nobody was told that the agent is ready")?;
        let since = since.parse::<jiff::Timestamp>()?.as_microsecond() as f64 / 1000.0;
        let waited = rang.map(|sight| sight.at).unwrap_or_default() - since;
        if (-50.0..2500.0).contains(&waited) {
            return Ok(());
        }
        Err(format!("the queue rang {waited} ms after it was told that the agent is ready").into())
    }

    fn pauses(&mut self, more: &[(&str, &str)]) -> Outcome<()> {
        let fields: Vec<_> = [("Interface", "PJSIP/1002")].iter().chain(more).copied().collect();
        self.actions.ask("QueuePause", &fields)?;
        Ok(())
    }
}

/// 1002 calls 1001. Then another application pauses 1002 for two reasons and takes it back, brings Emil at 1005 into a queue and takes
/// him out again. 1002 pauses itself at the phone; the application takes it back.
pub(super) fn agent_pauses(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.calls("1002", "1001", &CALLS)?;
    play.until("1001", "hungUpOn", 1)?;
    play.agent(AGENT, "ready", None)?;
    play.pauses(&[("Paused", "true"), ("Reason", "lunch")])?;
    play.agent(AGENT, "notReady", Some("lunch"))?;
    play.pauses(&[("Paused", "true"), ("Reason", "meeting")])?;
    play.agent(AGENT, "notReady", Some("meeting"))?;
    play.pauses(&[("Paused", "false")])?;
    play.agent(AGENT, "ready", None)?;
    let emil = [("Queue", "sales"), ("Interface", "PJSIP/1005")];
    let named = [
        ("MemberName", "Emil"),
        ("StateInterface", "PJSIP/1005"),
        ("Penalty", "3"),
    ];
    let fields: Vec<_> = emil.iter().chain(&named).copied().collect();
    play.actions.ask("QueueAdd", &fields)?;
    let agent = play.agent("Emil", "ready", None)?;
    let there = json!([{ "queue": "lab:sales", "state": "ready", "reason": null, "penalty": 3 }]);
    if agent.get("queues") != Some(&there) || text(&agent, "device") != "lab:1005" {
        return Err(format!("Emil is not where he came: {agent}").into());
    }
    play.actions.ask("QueueRemove", &emil)?;
    play.agent("Emil", "loggedOff", None)?;
    play.calls("1002", "*46", &CALLS_AND_LISTENS)?;
    play.agent(AGENT, "notReady", Some("lunch"))?;
    play.pauses(&[("Paused", "false")])?;
    play.agent(AGENT, "ready", None)?;
    Ok(())
}

/// From outside to `hotline`: 1002 answers, the caller hangs up, and two seconds are for writing it up.
pub(super) fn agent_wraps_up(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, HOTLINE, &Caller { talk_ms: 1500, ..CALLS })?;
    let busy = play.agent(AGENT, "busy", None)?;
    play.agent(AGENT, "workingAfterCall", None)?;
    let ready = play.agent(AGENT, "ready", None)?;
    if text(&busy, "since") < text(&ready, "since") {
        return Ok(());
    }
    Err(format!("{busy} is not before {ready}").into())
}

/// Frida at 1001 comes to `desk`, which leaves three seconds for each wrap-up: she is ready again when the queue gives her the next call, and
/// not before. Her telephone shows that she is there.
pub(super) fn agent_wraps_up_queue(play: &mut Play) -> Outcome<()> {
    const DESK: &str = "493023125227";
    let frida = [("Queue", "desk"), ("Interface", "PJSIP/1001")];
    let named: Vec<_> = frida.iter().chain(&[("MemberName", "Frida")]).copied().collect();
    play.answers("1001", &Callee { calls: 2, ..ANSWERS })?;
    play.actions.ask("QueueAdd", &named)?;
    play.agent("Frida", "ready", None)?;
    let at_desk = |play: &Play, agent: Value| {
        play.soon(&format!("{agent} is at 1001"), || {
            let device = play.shown("/v1/devices/lab:1001")?;
            Ok((device.get("agent") == Some(&agent)).then_some(()))
        })
    };
    at_desk(play, json!("lab:Frida"))?;
    play.calls(OUTSIDE, DESK, &Caller { talk_ms: 1500, ..CALLS })?;
    play.agent("Frida", "workingAfterCall", None)?;
    play.calls(OUTSIDE, DESK, &Caller { talk_ms: 8000, ..CALLS })?;
    play.until("1001", "answered", 2)?;
    play.rang_when("1001", "Frida")?;
    play.until(OUTSIDE, "hungUp", 2)?;
    play.agent("Frida", "workingAfterCall", None)?;
    play.agent("Frida", "ready", None)?;
    play.actions.ask("QueueRemove", &frida)?;
    at_desk(play, Value::Null)
}

/// The same with 1002 away: Dora, whom the queue calls through a Local channel that stays, answers at 1004.
pub(super) fn agent_behind_local(play: &mut Play) -> Outcome<()> {
    play.answers("1004", &ANSWERS)?;
    play.pauses(&[("Queue", "hotline"), ("Paused", "true")])?;
    play.calls(OUTSIDE, HOTLINE, &Caller { talk_ms: 1500, ..CALLS })?;
    play.agent("Dora", "busy", None)?;
    let there = play.there("1004", "connected")?;
    let call = play.shown(&format!("/v1/calls/{}", there.call))?;
    let connections = call
        .get("connections")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    if !connections.iter().any(|c| text(c, "agent") == "lab:Dora") {
        return Err(format!("no connection is that of Dora: {call}").into());
    }
    play.agent("Dora", "workingAfterCall", None)?;
    play.agent("Dora", "ready", None)?;
    play.pauses(&[("Queue", "hotline"), ("Paused", "false")])
}

/// 1002, the only agent of `sales`, talks to 1004 while three come to wait; the second gives up. 1002 then takes the first, and the third.
pub(super) fn queue_order(play: &mut Play) -> Outcome<()> {
    const SECOND: &str = "+491713920002";
    const THIRD: &str = "+491713920003";
    play.answers("1002", &Callee { calls: 3, ..ANSWERS })?;
    play.calls(
        "1004",
        "1002",
        &Caller {
            talk_ms: 12_000,
            ..CALLS
        },
    )?;
    play.until("1004", "connected", 1)?;
    play.calls(
        OUTSIDE,
        SALES,
        &Caller {
            talk_ms: 16_000,
            ..CALLS
        },
    )?;
    play.waiting(1)?;
    play.calls(SECOND, SALES, &Caller { talk_ms: 3500, ..CALLS })?;
    play.waiting(2)?;
    play.calls(
        THIRD,
        SALES,
        &Caller {
            talk_ms: 24_000,
            ..CALLS
        },
    )?;
    let all = play.waiting(3)?;
    let left = play.waiting(2)?;
    let named = |numbers: &[&str]| -> Vec<String> {
        numbers
            .iter()
            .zip(1..)
            .map(|(number, place)| format!("{place} {number}"))
            .collect()
    };
    if all != named(&[OUTSIDE, SECOND, THIRD]) || left != named(&[OUTSIDE, THIRD]) {
        return Err(format!("they wait as {all:?}, then {left:?}").into());
    }
    play.until("1002", "answered", 3)
}
