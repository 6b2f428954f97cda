//! What is told, in few words.

use crate::model::*;

/// An event in a few words; a call is its place among `calls`.
pub(super) fn word(calls: &mut Vec<CallId>, event: &Event) -> String {
    let kind = event.kind.as_str().trim_start_matches("lineside.");
    if let Data::Agent(data) = &event.data {
        return of_agent(kind, &data.agent);
    }
    let Data::Call(data) = &event.data else {
        return kind.to_owned();
    };
    let number = number(calls, data.call.id);
    let mut words = format!("c{number} {}", kind.trim_start_matches("call."));
    if let Some(c) = data
        .connection
        .as_ref()
        .filter(|_| !words.ends_with("ferred") && !words.ends_with("ferenced"))
    {
        let who = c.device.as_ref().map(|d| d.key().to_owned());
        let who = who
            .or_else(|| c.number.as_ref().map(|n| String::from(&***n)))
            .unwrap_or_default();
        words += &format!(" {who}:{}", serde_json::to_value(c.state).unwrap().as_str().unwrap());
    }
    if let Some(cause) = data.cause {
        words += &format!(" {}", serde_json::to_value(cause).unwrap().as_str().unwrap());
    }
    for (word, devices) in [("left", &data.left), ("joined", &data.joined)] {
        if words.contains("ferred") || words.contains("ferenced") {
            devices
                .iter()
                .for_each(|device| words += &format!(" {word} {}", device.key()));
        }
    }
    if event.kind == EventType::Originated && data.call.linkage.consultation_of.is_some() {
        words += " consults";
    }
    words
}

fn number(calls: &mut Vec<CallId>, call: CallId) -> usize {
    let at = calls.iter().position(|known| *known == call);
    at.unwrap_or_else(|| {
        calls.push(call);
        calls.len() - 1
    }) + 1
}

/// An agent in few words: who, where, and what they do in each group.
fn of_agent(kind: &str, agent: &Agent) -> String {
    let state = |state: AgentState| serde_json::to_value(state).unwrap().as_str().unwrap().to_owned();
    let mut words = format!("{kind} {}", agent.id.key());
    if let Some(device) = &agent.device {
        words += &format!(" at {}", device.key());
    }
    for queue in &agent.queues {
        words += &format!(" {}:{}", queue.queue.key(), state(queue.state));
    }
    if let Some(then) = agent.pending_state {
        words += &format!(" then {}", state(then));
    }
    words
}
