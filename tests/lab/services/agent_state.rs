//! setAgentState.

use serde_json::{Value, json};

use super::{proven, text};
use crate::{
    Outcome,
    application::Answer,
    play::{ANSWERS, CALLS, Caller, Play},
};

/// The agents and reasons of the site in these flows.
pub(super) const SITE: &str = r#"
        notReadyReasons = ["break", "lunch"]
        afterCallReason = "wrapup"
        afterCallTime = "2s"
        [[switch.site.agents]]
        id = "alice"
        name = "Alice"
        device = "1005"
        queues = ["sales", "night"]
        [[switch.site.agents]]
        id = "bob"
"#;

impl Play<'_> {
    fn sets(&self, name: &str, agent: &str, body: &Value) -> Outcome<Answer> {
        let path = format!("/v1/agents/lab:{agent}/state");
        self.application()?.ask("PUT", &path, &[("Request-Id", name)], body)
    }

    /// As `sets`: it is done, the answer names the event that proves it, and the agent is in that state, by us.
    fn has_set(&self, name: &str, agent: &str, body: &Value, state: &str) -> Outcome<Answer> {
        let answer = proven(self.sets(name, agent, body)?.is(200)?)?;
        if (answer.text("state"), answer.text("setBy")) == (state, "bridge") {
            Ok(answer)
        } else {
            Err(format!("{agent} is not {state} by the bridge: {}", answer.body).into())
        }
    }

    /// The agent, once it is in this state.
    fn is_now(&self, agent: &str, state: &str) -> Outcome<Value> {
        self.soon(&format!("{agent} {state}"), || {
            let path = format!("/v1/agents/lab:{agent}");
            let agent = self.application()?.ask("GET", &path, &[], &Value::Null)?.body;
            Ok((text(&agent, "state") == state).then_some(agent))
        })
    }

    /// What is asked in `ask` is answered without the switch being asked for anything.
    pub(super) fn unasked(&mut self, ask: impl FnOnce(&mut Self) -> Outcome<()>) -> Outcome<()> {
        let before = self.asked_of_the_switch()?.len();
        ask(self)?;
        match self.asked_of_the_switch()?.get(before..) {
            None | Some([]) => Ok(()),
            Some(asked) => Err(format!("the switch was asked for {asked:?}").into()),
        }
    }
}

/// 1005 calls 1001, before an agent is at either.
fn talk(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.calls("1005", "1001", &CALLS)?;
    play.until("1001", "hungUpOn", 1)
}

/// Alice logs on where the site says that she works, and is refused elsewhere; Bob is refused at her telephone, and insists. Who is a static
/// member cannot log off.
pub(super) fn agent_logs_on(play: &mut Play) -> Outcome<()> {
    talk(play)?;
    play.is_now("alice", "loggedOff")?;
    play.unasked(|play| {
        let early = json!({ "state": "ready" });
        play.sets("never", "alice", &early)?.refuses(409, "conflict")?;
        let nobody = json!({ "state": "loggedOn", "device": "lab:1005" });
        play.sets("never", "nobody", &nobody)?
            .refuses(404, "invalidDeviceID")
            .map(drop)
    })?;
    let on = json!({ "state": "loggedOn" });
    let alice = play.has_set("on", "alice", &on, "ready")?;
    let queues = alice.body.get("queues").and_then(Value::as_array).map_or(0, Vec::len);
    if (alice.text("device"), queues) != ("lab:1005", 2) {
        return Err(format!("Alice is not where she works: {}", alice.body).into());
    }
    let at = |device: &str, force: bool| json!({ "state": "loggedOn", "device": device, "queues": ["lab:night"], "force": force });
    play.unasked(|play| {
        play.sets("again", "alice", &on)?.is(200)?;
        play.sets("never", "alice", &at("lab:1001", false))?
            .refuses(409, "agentAlreadyLoggedOn")?;
        play.sets("never", "bob", &at("lab:1005", false))?
            .refuses(409, "deviceInUse")
            .map(drop)
    })?;
    play.has_set("insists", "bob", &at("lab:1005", true), "ready")?;
    play.is_now("alice", "loggedOff")?;
    play.has_set("moves", "bob", &at("lab:1001", true), "ready")?;
    let wrong = json!({ "state": "loggedOn", "queues": ["lab:nowhere"] });
    play.sets("nowhere", "bob", &wrong)?.refuses(404, "invalidDeviceID")?;
    play.has_set("off", "bob", &json!({ "state": "loggedOff" }), "loggedOff")?;
    play.unasked(|play| {
        let fixed = json!({ "state": "loggedOff" });
        play.sets("never", "Phone~201002", &fixed)?
            .refuses(409, "conflict")
            .map(drop)
    })
}

/// Alice takes a break, changes her mind and comes back; writes up until her time is over, and again until she is ready herself. Reasons that
/// the site does not have are refused.
pub(super) fn agent_takes_a_break(play: &mut Play) -> Outcome<()> {
    talk(play)?;
    play.has_set("on", "alice", &json!({ "state": "loggedOn" }), "ready")?;
    let because = |reason: &str| json!({ "state": "notReady", "reason": reason });
    play.unasked(|play| {
        for reason in ["holiday", "break\r\nAction: Hangup", "wrapup"] {
            play.sets("never", "alice", &because(reason))?
                .refuses(400, "invalidRequest")?;
        }
        Ok(())
    })?;
    play.has_set("break", "alice", &because("break"), "notReady")?;
    let lunch = play.has_set("lunch", "alice", &because("lunch"), "notReady")?;
    if lunch.text("reason") != "lunch" {
        return Err(format!("the reason is another one: {}", lunch.body).into());
    }
    play.has_set("back", "alice", &json!({ "state": "ready" }), "ready")?;
    let writes = json!({ "state": "workingAfterCall" });
    play.has_set("writes", "alice", &writes, "workingAfterCall")?;
    play.is_now("alice", "ready")?;
    play.has_set("writes-again", "alice", &writes, "workingAfterCall")?;
    play.has_set("done", "alice", &json!({ "state": "ready" }), "ready")?;
    let one = json!({ "state": "notReady", "queues": ["lab:night"] });
    proven(play.sets("one", "alice", &one)?.is(200)?)?;
    play.has_set("off", "alice", &json!({ "state": "loggedOff" }), "loggedOff")
        .map(drop)
}

/// Alice calls 1001 and is to take a break: that follows when she hangs up.
pub(super) fn agent_in_a_call(play: &mut Play) -> Outcome<()> {
    play.has_set("on", "alice", &json!({ "state": "loggedOn" }), "ready")?;
    play.answers("1001", &ANSWERS)?;
    play.calls("1005", "1001", &Caller { talk_ms: 2500, ..CALLS })?;
    play.until("1001", "answered", 1)?;
    play.is_now("alice", "busy")?;
    let rest = json!({ "state": "notReady", "reason": "break" });
    let answer = proven(play.sets("break", "alice", &rest)?.is(202)?)?;
    if (answer.text("state"), answer.text("pendingState")) != ("busy", "notReady") {
        return Err(format!("what follows is something else: {}", answer.body).into());
    }
    let then = play.is_now("alice", "notReady")?;
    if (text(&then, "reason"), text(&then, "setBy")) != ("break", "bridge") {
        return Err(format!("what followed is something else: {then}").into());
    }
    play.has_set("off", "alice", &json!({ "state": "loggedOff" }), "loggedOff")
        .map(drop)
}
