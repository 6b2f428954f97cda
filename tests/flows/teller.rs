//! An event told in one line, in the notation of the canonical stories: `c1 established(1002:connected, distributed)`. Calls are
//! numbered as they appear. What a request caused says so: `c1 connectionCleared(A:null, normalClearing; answered) by clear`.

use serde_json::Value;
use std::collections::BTreeMap;

/// Tells events of one stream. It works on what clients see, so that it tells what was delivered.
#[derive(Default)]
pub struct Teller {
    calls: BTreeMap<String, usize>,
}

impl Teller {
    /// The line for an event; control messages and what is no call have their type and what they say.
    pub fn tell(&mut self, event: &Value) -> String {
        let kind = text(event, "type").unwrap_or("?");
        let Some(data) = event.get("data") else {
            return kind.to_owned();
        };
        let Some(name) = kind.strip_prefix("lineside.call.") else {
            return about(kind, data);
        };
        let call = data.get("call").unwrap_or(&Value::Null);
        let id = text(call, "id").unwrap_or_default();
        let is_new = !self.calls.contains_key(id);
        let number = self.number(id);
        let mut said = match data.get("connection").filter(|connection| connection.is_object()) {
            Some(connection) if !matches!(name, "transferred" | "conferenced") => {
                format!("{}:{}", device(connection), text(connection, "state").unwrap_or("?"))
            }
            _ => String::new(),
        };
        if let Some(cause) = text(data, "cause") {
            said.push_str(if said.is_empty() { "" } else { ", " });
            said.push_str(cause);
        }
        let mut more = self.more(name, data, call);
        let fell_off = call.get("linkage").and_then(|linkage| text(linkage, "splitFrom"));
        if let Some(from) = fell_off.filter(|_| is_new) {
            more.push(format!("splitFrom c{}", self.number(from)));
        }
        if !more.is_empty() {
            said.push_str(if said.is_empty() { "" } else { "; " });
            said.push_str(&more.join(", "));
        }
        let marked = if event.get("reconstructed") == Some(&Value::Bool(true)) {
            " reconstructed"
        } else {
            ""
        };
        let by = text(event, "requestid").map_or_else(String::new, |by| format!(" by {by}"));
        format!("c{number} {name}({said}){by}{marked}")
    }

    /// What a story says behind the semicolon.
    fn more(&mut self, name: &str, data: &Value, call: &Value) -> Vec<String> {
        let mut more = Vec::new();
        let ended = if name == "cleared" {
            Some(call)
        } else {
            data.get("connection")
        };
        if matches!(name, "cleared" | "connectionCleared" | "diverted") {
            more.extend(ended.and_then(|ended| text(ended, "outcome")).map(str::to_owned));
        }
        if matches!(name, "transferred" | "conferenced") {
            more.extend(list(data, "left").map(|device| format!("left {}", key(device))));
            more.extend(list(data, "joined").map(|device| format!("joined {}", key(device))));
        }
        if matches!(name, "diverted" | "transferred") {
            more.extend(text(data, "newDestination").map(|to| format!("to {to}")));
        }
        if name == "digitsGenerated" {
            more.extend(text(data, "digits").map(str::to_owned));
        }
        if name == "recordingChanged" {
            let recording = data.get("connection").and_then(|of| text(of, "recording"));
            more.push(recording.unwrap_or("not recorded").to_owned());
        }
        if name == "information" {
            let muted = data.get("connection").and_then(|of| of.get("muted")?.as_bool());
            more.extend(muted.map(|muted| if muted { "muted" } else { "heard" }.to_owned()));
        }
        if name == "userDataChanged" {
            more.extend(
                call.get("userData")
                    .and_then(Value::as_object)
                    .into_iter()
                    .flat_map(|all| all.keys().cloned()),
            );
        }
        let linkage = call.get("linkage").unwrap_or(&Value::Null);
        if name == "cleared" {
            more.extend(text(linkage, "mergedInto").map(|id| format!("mergedInto c{}", self.number(id))));
        }
        if matches!(name, "serviceInitiated" | "originated") {
            more.extend(text(linkage, "consultationOf").map(|id| format!("consultationOf c{}", self.number(id))));
        }
        more
    }

    fn number(&mut self, call: &str) -> usize {
        let next = self.calls.len() + 1;
        *self.calls.entry(call.to_owned()).or_insert(next)
    }
}

/// The line for an event of an agent that changed its state, in the notation of the stories: `A notReady(lunch) by phone`.
pub fn tell_agent(event: &Value) -> Option<String> {
    let name = text(event, "type")?.strip_prefix("lineside.agent.")?;
    let agent = event.get("data")?.get("agent")?;
    if name == "updated" || event.get("reconstructed") == Some(&Value::Bool(true)) {
        return None;
    }
    let reason = text(agent, "reason").map_or_else(String::new, |reason| format!("({reason})"));
    let by = text(agent, "setBy").map_or_else(String::new, |by| format!(" by {by}"));
    Some(format!("{} {name}{reason}{by}", key(text(agent, "id")?)))
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a str> {
    value
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// The key of a device on its switch.
fn key(device: &str) -> &str {
    device.split_once(':').map_or(device, |(_, key)| key)
}

/// Who a connection is: its device, else its number.
fn device(connection: &Value) -> &str {
    text(connection, "device")
        .map(key)
        .or_else(|| text(connection, "number"))
        .unwrap_or("?")
}

fn about(kind: &str, data: &Value) -> String {
    let kind = kind.strip_prefix("lineside.").unwrap_or(kind);
    let what = data.as_object().into_iter().flatten().find_map(|(name, entity)| {
        let id = entity
            .get("id")
            .or_else(|| entity.get("name"))
            .and_then(Value::as_str)?;
        Some(format!("{name} {id}"))
    });
    let why = text(data, "reason").map(str::to_owned);
    let counts = (kind == "link.resynced").then(|| {
        let of = |name: &str| data.get(name).and_then(Value::as_u64).unwrap_or(0);
        format!(
            "added {}, corrected {}, closed {}",
            of("added"),
            of("corrected"),
            of("closed")
        )
    });
    let said: Vec<String> = [what, why, counts].into_iter().flatten().collect();
    format!("{kind}({})", said.join("; "))
}
