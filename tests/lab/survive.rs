//! What must be true of a stream whatever happened to the bridge: it was killed in the middle, started again, and went on.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::Outcome;

/// When the bridge is killed in the `run`th run: another moment of the flow each time.
pub(crate) fn moment(run: u32) -> std::time::Duration {
    std::time::Duration::from_millis(u64::from(100 + run * 431 % 3000))
}

/// Numbers only rise, nothing is lost, a call that is over stays over, and the intervals of each agent meet.
pub(crate) fn check(messages: &[Value]) -> Outcome<()> {
    let text = |message: &Value, key: &str| message.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut last = String::new();
    let mut over = BTreeSet::new();
    for message in messages {
        if message.get("specversion").is_none() {
            if text(message, "type") == "gap" {
                return Err(format!("events were lost: {message}").into());
            }
            continue;
        }
        let (id, kind, subject) = (text(message, "id"), text(message, "type"), text(message, "subject"));
        if id <= last {
            return Err(format!("{id} {kind} comes after {last}").into());
        }
        if over.contains(&subject) {
            return Err(format!("{subject} was over, and then {kind} came").into());
        }
        if kind == "lineside.call.cleared" {
            over.insert(subject);
        }
        last = id;
    }
    intervals(messages)
}

/// Each event of an agent ends an interval and begins the next: no state or reason is told twice in a row, none begins before the one
/// before it, and what was seen as it happened begins when it was told.
fn intervals(messages: &[Value]) -> Outcome<()> {
    let mut told: BTreeMap<&str, (&Value, &str)> = BTreeMap::new();
    let of = |agent: &Value, key: &str| agent.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let doing = |agent: &Value| (of(agent, "state"), of(agent, "reason"));
    for event in messages {
        let (Some(agent), Some(kind)) = (event.pointer("/data/agent"), event.get("type").and_then(Value::as_str))
        else {
            continue;
        };
        let id = agent.get("id").and_then(Value::as_str).unwrap_or_default();
        let (before, was) = told.insert(id, (agent, kind)).unzip();
        let same = before.is_some_and(|before| doing(before) == doing(agent));
        // Who logs on is told so, and then what the agent does.
        let follows = matches!(
            kind,
            "lineside.agent.updated" | "lineside.agent.ready" | "lineside.agent.notReady"
        ) || was == Some("lineside.agent.loggedOn");
        let since = of(agent, "since");
        if same && !follows || before.is_some_and(|before| of(before, "since") > since) {
            return Err(format!("the intervals of {id} do not meet: {before:?}, then {event}").into());
        }
        let late = event.get("reconstructed") == Some(&Value::Bool(true));
        if !same && !late && of(event, "time") != since {
            return Err(format!("an interval of {id} begins at another time than it is told: {event}").into());
        }
    }
    Ok(())
}
