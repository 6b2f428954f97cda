use super::super::story;
use super::people;
use crate::model::{Agent, AgentState, Call, Connection, ConnectionState, Queue, Wall};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// The calls, queues and agents as they are now, as lines of a terminal.
#[derive(Default)]
pub(super) struct Live {
    switches: BTreeMap<String, String>,
    calls: BTreeMap<String, Shown>,
    queues: BTreeMap<String, Queue>,
    agents: BTreeMap<String, Agent>,
    events: u64,
    /// The devices that the stream was narrowed to, if any.
    watched: Vec<String>,
    /// Why the connection is gone, while it is.
    lost: Option<String>,
}

struct Shown {
    call: Call,
    /// When it was heard that it ended.
    ended: Option<Instant>,
}

/// How long a call that has ended stays to be seen.
const LINGER: Duration = Duration::from_secs(4);

impl Live {
    /// Of a stream that was narrowed to these devices; to none if there are none.
    pub(super) fn of(watched: Vec<String>) -> Self {
        Live {
            watched,
            ..Live::default()
        }
    }

    pub(super) fn lost(&mut self, reason: String) {
        self.lost = Some(reason);
    }

    /// Takes an event or a part of a snapshot.
    pub(super) fn hear(&mut self, message: &Value) {
        self.lost = None;
        if message.get("specversion").is_some() {
            self.events += 1;
            if let Some(call) = message.pointer("/data/call") {
                self.call(call);
                if self.is_last(message) {
                    self.calls.remove(story::text(call, "/id"));
                }
            }
            if let Some(switch) = message.pointer("/data/switch") {
                self.switch(switch);
            }
            if let Some(queue) = message.pointer("/data/queue") {
                self.queue(queue);
            }
            if let Some(agent) = message.pointer("/data/agent") {
                self.agent(agent);
            }
            return;
        }
        let items = |key: &str| message.get(key).and_then(Value::as_array).into_iter().flatten();
        if message.get("part").and_then(Value::as_u64) == Some(1) {
            self.calls.clear();
            self.queues.clear();
            self.agents.clear();
        }
        items("switches").for_each(|switch| self.switch(switch));
        items("calls").for_each(|call| self.call(call));
        items("queues").for_each(|queue| self.queue(queue));
        items("agents").for_each(|agent| self.agent(agent));
    }

    /// With this event the last watched device leaves the call: nothing more is told of it.
    fn is_last(&self, event: &Value) -> bool {
        let watched = |device: &Value| self.watched.iter().any(|name| device.as_str() == Some(name));
        let list = |pointer| event.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
        let stays = list("/data/call/connections").any(|connection| connection.get("device").is_some_and(watched));
        list("/data/left").any(watched) && !stays && event.pointer("/data/call/endedAt") == Some(&Value::Null)
    }

    fn switch(&mut self, switch: &Value) {
        let (name, state) = (story::text(switch, "/name"), story::text(switch, "/state"));
        self.switches.insert(name.to_owned(), state.to_owned());
    }

    fn call(&mut self, call: &Value) {
        if let Ok(call) = serde_json::from_value::<Call>(call.clone()) {
            let ended = call.ended_at.map(|_| Instant::now());
            self.calls.insert(call.id.to_string(), Shown { call, ended });
        }
    }

    fn queue(&mut self, queue: &Value) {
        if let Ok(queue) = serde_json::from_value::<Queue>(queue.clone()) {
            self.queues.insert(queue.id.to_string(), queue);
        }
    }

    /// Who is at no watched device any more is told of no more.
    fn agent(&mut self, agent: &Value) {
        let Ok(agent) = serde_json::from_value::<Agent>(agent.clone()) else {
            return;
        };
        let places = agent.device.iter().chain(agent.queues.iter().map(|there| &there.queue));
        let mut places = places.map(|place| place.as_str());
        let watched = self.watched.is_empty() || places.any(|place| self.watched.iter().any(|name| name == place));
        let id = agent.id.to_string();
        if watched {
            self.agents.insert(id, agent);
        } else {
            self.agents.remove(&id);
        }
    }

    /// Forgets the calls that ended a while ago.
    pub(super) fn forget(&mut self) {
        self.calls
            .retain(|_, shown| shown.ended.is_none_or(|at| at.elapsed() < LINGER));
    }

    /// The screen at the time `now`, at most `height` lines.
    pub(super) fn screen(&self, now: Wall, height: usize) -> String {
        let mut lines = vec![self.title(), String::new()];
        for shown in self.calls.values() {
            call_lines(&shown.call, now, &mut lines);
        }
        if self.calls.is_empty() {
            lines.extend(["  no calls".to_owned(), String::new()]);
        }
        let caller = |id: &str| self.calls.get(id).map(|shown| &shown.call);
        for queue in self.queues.values() {
            people::queue_lines(queue, caller, now, &mut lines);
        }
        // Who works comes before who does not.
        let (off, on): (Vec<_>, Vec<_>) = self
            .agents
            .values()
            .partition(|agent| agent.state == AgentState::LoggedOff);
        lines.extend(on.into_iter().chain(off).map(|agent| people::agent_line(agent, now)));
        let mut screen = String::from("\x1b[H");
        let room = height.saturating_sub(1).max(3);
        let hidden = lines.len().saturating_sub(room);
        if hidden > 0 {
            lines.truncate(room - 1);
            lines.push(format!("  … {} lines more", hidden + 1));
        }
        for line in lines {
            // To the end of the line and the screen: what was drawn there before goes.
            let _ = write!(screen, "{line}\x1b[K\r\n");
        }
        screen.push_str("\x1b[J");
        screen
    }

    fn title(&self) -> String {
        let mut title = String::from("\x1b[1mLineside\x1b[0m");
        for (name, state) in &self.switches {
            let _ = write!(title, "  {name} {state}");
        }
        let live = self.calls.values().filter(|shown| shown.ended.is_none()).count();
        let _ = write!(title, "  {live} calls");
        if !self.agents.is_empty() {
            let _ = write!(title, "  {}", people::counted(&self.agents));
        }
        let _ = write!(title, "  {} events  (Ctrl-C ends)", self.events);
        if let Some(reason) = &self.lost {
            let _ = write!(title, "  \x1b[31mconnection lost: {reason}\x1b[0m");
        }
        title
    }
}

fn call_lines(call: &Call, now: Wall, lines: &mut Vec<String>) {
    let party = |party: &crate::model::Party| {
        let number = party.number.as_ref().map(|number| number.as_str().to_owned());
        let device = party.device.as_ref().map(|device| device.key().to_owned());
        number.or(device).unwrap_or_else(|| "?".to_owned())
    };
    let state = match (call.ended_at, call.outcome) {
        (Some(_), Some(outcome)) => format!("ended, {}", word(&outcome)),
        _ => word(&call.state),
    };
    let (calling, called) = (party(&call.calling_device), party(&call.called_device));
    let age = elapsed(call.started_at, call.ended_at.unwrap_or(now));
    let mut line = format!("  {age}  \x1b[1m{calling} → {called}\x1b[0m  {state}");
    for (key, value) in &call.user_data {
        let _ = write!(line, "  {}={}", &**key, value.as_str());
    }
    lines.push(line);
    for connection in &call.connections {
        lines.push(connection_line(connection, now));
    }
    lines.push(String::new());
}

fn connection_line(connection: &Connection, now: Wall) -> String {
    let colour = match connection.state {
        ConnectionState::Connected => 32,
        ConnectionState::Alerting | ConnectionState::Queued => 33,
        ConnectionState::Hold => 36,
        ConnectionState::Fail => 31,
        ConnectionState::Null | ConnectionState::Initiated => 90,
    };
    let device = connection.device.as_ref().map_or("", |device| device.key());
    let number = connection.number.as_ref().map_or("", |number| number.as_str());
    let name = connection.name.as_ref().map_or("", |name| name.as_str());
    let who = if name.is_empty() { number } else { name };
    let since = elapsed(connection.since, now);
    format!(
        "         {device:<12} {who:<24} \x1b[{colour}m{:<10}\x1b[0m {since}",
        word(&connection.state)
    )
}

/// The word that stands for it in JSON.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_default()
}

pub(super) fn elapsed(from: Wall, to: Wall) -> String {
    let seconds = (to.as_millis() - from.as_millis()).max(0) / 1000;
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}
