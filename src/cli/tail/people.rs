//! Queues and agents, as lines of a terminal.

use super::live::{elapsed, word};
use crate::model::{Agent, AgentState, Call, Queue, Wall};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A queue: how many wait and answer, and who waits, each with the number that calls.
pub(super) fn queue_lines<'a>(
    queue: &Queue,
    caller: impl Fn(&str) -> Option<&'a Call>,
    now: Wall,
    lines: &mut Vec<String>,
) {
    let count = |state| queue.members.iter().filter(|member| member.state == state).count();
    let (ready, members) = (count(AgentState::Ready), queue.members.len());
    let waiting = queue.waiting.len();
    let colour = if waiting == 0 { 90 } else { 33 };
    let name = queue.id.key();
    lines.push(format!(
        "  queue {name:<22} \x1b[{colour}m{waiting} waiting\x1b[0m  {ready} of {members} ready"
    ));
    for waits in &queue.waiting {
        let number = caller(&waits.call.to_string())
            .and_then(|call| call.calling_device.number.as_ref())
            .map_or("?", |number| number.as_str());
        let since = elapsed(waits.since, now);
        lines.push(format!("         {:>3}. {number:<24} {since}", waits.position));
    }
}

/// An agent: where, what, why, since when, what follows, and in which queues.
pub(super) fn agent_line(agent: &Agent, now: Wall) -> String {
    let name = agent.name.as_deref().unwrap_or_else(|| agent.id.key());
    let device = agent.device.as_ref().map_or("", |device| device.key());
    let since = elapsed(agent.since, now);
    let state = said(&agent.state, agent.reason.as_deref());
    let mut line = format!(
        "  agent {name:<22} {device:<12} \x1b[{}m{state:<22}\x1b[0m {since}",
        colour(agent.state)
    );
    if let Some(follows) = agent.pending_state {
        let _ = write!(line, "  then {}", said(&follows, agent.pending_reason.as_deref()));
    }
    for queue in &agent.queues {
        let apart = queue.state != agent.state;
        let state = if apart {
            format!(" {}", said(&queue.state, queue.reason.as_deref()))
        } else {
            String::new()
        };
        let _ = write!(line, "  {}{state}", queue.queue.key());
    }
    line
}

/// How many agents do what, for the title.
pub(super) fn counted(agents: &BTreeMap<String, Agent>) -> String {
    let on = agents.values().filter(|agent| agent.state != AgentState::LoggedOff);
    let ready = agents.values().filter(|agent| agent.state == AgentState::Ready).count();
    format!("{} agents, {ready} ready", on.count())
}

fn said(state: &AgentState, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => format!("{} ({reason})", word(state)),
        None => word(state),
    }
}

const fn colour(state: AgentState) -> u8 {
    match state {
        AgentState::Ready => 32,
        AgentState::Busy => 36,
        AgentState::NotReady => 31,
        AgentState::WorkingAfterCall => 33,
        AgentState::LoggedOff => 90,
    }
}
