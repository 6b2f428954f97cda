//! Agents across breaks and restarts, and rights that are taken away while they are at work.

use std::{
    collections::{BTreeMap, BTreeSet},
    thread,
    time::Duration,
};

use serde_json::Value;

use super::{
    Stage,
    laws::{kind, of_calls, time},
};
use crate::{
    Outcome,
    bridge::Bridge,
    play::{ANSWERS, CALLS, Caller, LAST, Play},
    survive,
};

/// While nobody listens an agent is sent to lunch, and another comes: both are found, marked, and begin when they did. Who did nothing
/// is not told.
pub(super) fn agents_change_unheard(stage: &mut Stage<'_>) -> Outcome<()> {
    stage.play.answers("1002", &ANSWERS)?;
    stage.play.calls("1001", "1002", &CALLS)?;
    stage.play.until("1002", "hungUpOn", 1)?;
    stage.proxy.refuse(true);
    stage.bridge.until_told("lineside.link.down", stage.play.end)?;
    let emil = [("Queue", "sales"), ("Interface", "PJSIP/1005")];
    let named: Vec<_> = emil.iter().chain(&[("MemberName", "Emil")]).copied().collect();
    let lunch = [("Interface", "PJSIP/1002"), ("Paused", "true"), ("Reason", "lunch")];
    stage.play.actions.ask("QueueAdd", &named)?;
    stage.play.actions.ask("QueuePause", &lunch)?;
    // The switch counts whole seconds: what is found later than in the second after it cannot have begun when it is found.
    thread::sleep(Duration::from_millis(2100));
    stage.proxy.refuse(false);
    let (events, _) = stage.over(1)?;
    let unheard = events.iter().skip_while(|event| kind(event) != "lineside.link.down");
    let agents: Vec<&Value> = unheard
        .filter(|event| kind(event).starts_with("lineside.agent."))
        .collect();
    let told: Vec<(&str, &str)> = agents
        .iter()
        .filter_map(|event| Some((kind(event), event.pointer("/data/agent/id")?.as_str()?)))
        .collect();
    let found = [
        ("lineside.agent.loggedOn", "lab:Emil"),
        ("lineside.agent.ready", "lab:Emil"),
        ("lineside.agent.notReady", "lab:Phone~201002"),
    ];
    let away = agents.last().ok_or("nothing was found")?;
    let (since, time) = (away.pointer("/data/agent/since"), away.get("time"));
    let marked = agents
        .iter()
        .all(|event| event.get("reconstructed") == Some(&Value::Bool(true)));
    stage.play.actions.ask("QueueRemove", &emil)?;
    stage
        .play
        .actions
        .ask("QueuePause", &[("Interface", "PJSIP/1002"), ("Paused", "false")])?;
    if told == found && marked && since.map(Value::to_string) < time.map(Value::to_string) {
        return Ok(());
    }
    Err(format!("of agents was told {agents:#?}").into())
}

/// 1002 is sent to lunch; the bridge is killed and comes back; 1002 takes calls again and talks; then the switch starts anew. The intervals of
/// what it did follow each other without a gap, and add up to the millisecond.
pub(super) fn agents_across_restarts(stage: &mut Stage<'_>) -> Outcome<()> {
    const AGENT: &str = "/v1/agents/lab:Phone~201002";
    let pause = |play: &mut Play, on: &str| {
        let lunch = [("Interface", "PJSIP/1002"), ("Paused", on), ("Reason", "lunch")];
        play.actions.ask("QueuePause", &lunch).map(drop)
    };
    let is = |stage: &Stage<'_>, state: &str| {
        stage.play.soon(&format!("1002 is {state}"), || {
            let agent = stage.bridge.application().ask("GET", AGENT, &[], &Value::Null)?;
            Ok((agent.text("state") == state).then_some(()))
        })
    };
    pause(&mut stage.play, "true")?;
    is(stage, "notReady")?;
    stage.bridge.kill_and_start_again()?;
    is(stage, "notReady")?;
    adds_up(&stage.bridge, AGENT, &["notReady"])?;
    pause(&mut stage.play, "false")?;
    is(stage, "ready")?;
    pause(&mut stage.play, "true")?;
    is(stage, "notReady")?;
    // It goes down before it answers.
    let _ = stage.play.actions.ask("Command", &[("Command", "core restart now")]);
    // A pause does not outlive the switch: 1002 is found to take calls again, and is called.
    stage.up_again()?;
    is(stage, "ready")?;
    stage.bridge.kill_and_start_again()?;
    is(stage, "ready")?;
    adds_up(
        &stage.bridge,
        AGENT,
        &["notReady", "ready", "notReady", "busy", "ready"],
    )?;
    stage
        .play
        .actions
        .ask("Setvar", &[("Variable", LAST), ("Value", "over")])?;
    let events = stage.bridge.finish(LAST, stage.play.end)?;
    survive::check(&events)
}

/// The intervals of an agent follow each other, those of each state add up to what is told of it, all of them to the window, and these are
/// among them, in this order, with nothing of the same kind between.
pub(super) fn adds_up(bridge: &Bridge, agent: &str, states: &[&str]) -> Outcome<()> {
    let path = format!("{agent}/statistics?window=15m");
    let told = bridge.application().ask("GET", &path, &[], &Value::Null)?.is(200)?.body;
    let wrong = |what: &str| -> Outcome<()> { Err(format!("{what}: {told:#}").into()) };
    let list = |key: &str| told.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let millis = |value: &Value, key: &str| value.get(key).and_then(time).unwrap_or_default();
    let (mut until, mut sums) = (millis(&told, "from"), BTreeMap::<String, f64>::new());
    let mut seen = Vec::new();
    let of = |value: &Value| format!("{:?} {:?}", value.get("state"), value.get("reason"));
    for interval in list("intervals") {
        let (from, to) = (millis(&interval, "from"), millis(&interval, "to"));
        if from != until || to < from {
            return wrong("an interval does not begin where the one before ends");
        }
        until = to;
        *sums.entry(of(&interval)).or_default() += to - from;
        seen.extend(interval.get("state").and_then(Value::as_str).map(str::to_owned));
    }
    if until != millis(&told, "to") {
        return wrong("the last interval does not end with the window");
    }
    let number = |value: &Value, key: &str| value.get(key).and_then(Value::as_f64).unwrap_or_default();
    let mut all = number(&told, "unobservedMs");
    for state in list("states") {
        let told = number(&state, "durationMs");
        all += told;
        let sum = sums.get(&of(&state));
        if sum.is_none_or(|sum| *sum != told) {
            return wrong("the intervals of a state are not what is told of it");
        }
    }
    if all != until - millis(&told, "from") {
        return wrong("the states are more or less than the window");
    }
    seen.dedup();
    let mut rest = seen.iter();
    match states.iter().all(|state| rest.any(|other| other == state)) {
        true => Ok(()),
        false => wrong(&format!("{states:?} are not among them")),
    }
}

/// Sessions that stand keep their rights whatever `manager reload` reads (16 and 22); the next login has what is left.
pub(super) fn rights_taken_away(stage: &mut Stage<'_>) -> Outcome<()> {
    stage.play.answers("1002", &ANSWERS)?;
    let caller = Caller { talk_ms: 4000, ..CALLS };
    stage.play.calls("1001", "1002", &caller)?;
    stage.play.until("1001", "connected", 1)?;
    let mut before = String::new();
    stage.switch.configure("manager.conf", |whole| {
        whole.clone_into(&mut before);
        without_rights(whole)
    })?;
    stage.play.actions.ask("Command", &[("Command", "manager reload")])?;
    stage.proxy.cut();
    stage.bridge.until_reason("CoreShowChannels", stage.play.end)?;
    stage.switch.configure("manager.conf", |_| before)?;
    stage.play.actions.ask("Command", &[("Command", "manager reload")])?;
    stage.play.finish()?;
    let (events, _) = stage.over(1)?;
    let calls: BTreeSet<_> = of_calls(&events)
        .filter_map(|event| event.get("subject"))
        .map(Value::to_string)
        .collect();
    if calls.len() == 1 {
        Ok(())
    } else {
        Err(format!("one call was told as {calls:?}").into())
    }
}

/// Without the class `agent` to write nobody is logged on or off, and the bridge says what is missing; calls are told as before.
pub(super) fn right_of_agents_taken_away(stage: &mut Stage<'_>) -> Outcome<()> {
    let mut before = String::new();
    stage.switch.configure("manager.conf", |whole| {
        whole.clone_into(&mut before);
        written_by_bridge(whole, |line| line.replace(",agent", ""))
    })?;
    stage.play.actions.ask("Command", &[("Command", "manager reload")])?;
    stage.proxy.cut();
    stage.bridge.until_back(1, stage.play.end)?;
    let application = stage.bridge.application();
    let asked = serde_json::json!({ "state": "loggedOn", "device": "lab:1001", "queues": ["lab:sales"] });
    let answer = application.ask("PUT", "/v1/agents/lab:emil/state", &[], &asked)?;
    let answer = answer.refuses(501, "serviceNotSupported")?;
    let switch = application.ask("GET", "/v1/switches/lab", &[], &Value::Null)?;
    let why = switch
        .body
        .pointer("/capabilities/setAgentState/why")
        .and_then(Value::as_str);
    let others = switch.body.pointer("/capabilities/makeCall/available");
    stage.switch.configure("manager.conf", |_| before)?;
    stage.play.actions.ask("Command", &[("Command", "manager reload")])?;
    if !answer.text("detail").contains("`agent`") || why.is_none() || others != Some(&Value::Bool(true)) {
        return Err(format!("{}, {}", answer.body, switch.body).into());
    }
    stage.play.answers("1002", &ANSWERS)?;
    stage.play.calls("1001", "1002", &CALLS)?;
    stage.play.finish()?;
    stage.over(1).map(drop)
}

/// The configuration in which the user of the bridge may ask for nothing but to send events of its own.
pub(super) fn without_rights(whole: &str) -> String {
    written_by_bridge(whole, |_| "write = user".to_owned())
}

/// The configuration with another line of what the user of the bridge may write.
pub(super) fn written_by_bridge(whole: &str, change: impl Fn(&str) -> String) -> String {
    let mut of_bridge = false;
    let line = |line: &str| {
        if line.starts_with('[') {
            of_bridge = line == "[bridge]";
        }
        let taken = of_bridge && line.starts_with("write =");
        format!("{}\n", if taken { change(line) } else { line.to_owned() })
    };
    whole.lines().map(line).collect()
}
