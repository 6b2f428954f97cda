//! Events as lines for people.
use serde_json::Value;
use std::fmt::Write as _;

/// One event in one line: when, where, what, to whom, and how the call stands after it.
pub(super) fn line(event: &Value) -> String {
    let kind = text(event, "/type").trim_start_matches("lineside.");
    let switch = text(event, "/source").rsplit('/').next().unwrap_or_default();
    let mut line = format!("{} {switch:<8} {kind:<22}", clock(text(event, "/time")));
    let data = event.pointer("/data").unwrap_or(&Value::Null);
    let cause = data.get("cause").and_then(Value::as_str);
    match data {
        _ if data.get("call").is_some() => {
            let call = data.get("call").unwrap_or(&Value::Null);
            if let Some(connection) = data.get("connection").filter(|c| !c.is_null()) {
                push(
                    &mut line,
                    &format!("{} {}", who(connection), text(connection, "/state")),
                );
            }
            push(&mut line, &format!("| {}", parties(call)));
        }
        _ if data.get("switch").is_some() => {
            push(&mut line, text(data, "/switch/state"));
            push(&mut line, text(data, "/reason"));
        }
        _ if data.get("device").is_some() => push(&mut line, text(data, "/device/id")),
        _ if data.get("agent").is_some() => {
            push(
                &mut line,
                &format!("{} {}", text(data, "/agent/id"), text(data, "/agent/state")),
            );
            push(&mut line, &bracketed(text(data, "/agent/reason")));
            if let Some(follows) = data.pointer("/agent/pendingState").and_then(Value::as_str) {
                push(&mut line, &format!("then {follows}"));
                push(&mut line, &bracketed(text(data, "/agent/pendingReason")));
            }
            let by = text(data, "/agent/setBy");
            if !by.is_empty() {
                push(&mut line, &format!("by {by}"));
            }
        }
        _ if data.get("queue").is_some() => {
            let waiting = data
                .pointer("/queue/waiting")
                .and_then(Value::as_array)
                .map_or(0, Vec::len);
            let members = data.pointer("/queue/members").and_then(Value::as_array);
            let is_ready = |member: &&Value| member.get("state").and_then(Value::as_str) == Some("ready");
            let ready = members.into_iter().flatten().filter(is_ready).count();
            push(
                &mut line,
                &format!(
                    "{} {waiting} waiting, {ready} of {} ready",
                    text(data, "/queue/id"),
                    members.map_or(0, Vec::len)
                ),
            );
        }
        _ => push(&mut line, text(data, "/reason")),
    }
    if let Some(cause) = cause {
        push(&mut line, &format!("({cause})"));
    }
    if event.pointer("/reconstructed") == Some(&Value::Bool(true)) {
        push(&mut line, "[reconstructed]");
    }
    line
}

/// `+49171… → 1002: 1001 connected, 1002 alerting`
pub(super) fn parties(call: &Value) -> String {
    let mut line = format!("{} → {}:", party(call, "callingDevice"), party(call, "calledDevice"));
    let connections = call
        .get("connections")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let parts: Vec<String> = connections.iter().map(part).collect();
    // Writing to a String cannot fail.
    let _ = match (parts.is_empty(), text(call, "/outcome")) {
        (true, "") => write!(line, " ended"),
        (true, outcome) => write!(line, " ended, {outcome}"),
        (false, _) => write!(line, " {}", parts.join(", ")),
    };
    for (key, value) in call.get("userData").and_then(Value::as_object).into_iter().flatten() {
        let _ = write!(line, " {key}={}", value.as_str().unwrap_or_default());
    }
    line
}

/// `1001 connected`, and in brackets what else is with it.
fn part(connection: &Value) -> String {
    let muted = connection.get("muted") == Some(&Value::Bool(true));
    let recording = match text(connection, "/recording") {
        "paused" => "recording paused",
        other => other,
    };
    let more: Vec<&str> = [if muted { "muted" } else { "" }, recording]
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect();
    let more = if more.is_empty() {
        String::new()
    } else {
        format!(" ({})", more.join(", "))
    };
    format!("{} {}{more}", who(connection), text(connection, "/state"))
}

/// Who is at a connection: the number, else the device.
pub(super) fn who(connection: &Value) -> &str {
    let device = text(connection, "/device").split_once(':').map_or("", |(_, key)| key);
    match (text(connection, "/number"), device) {
        ("", "") => "?",
        ("", device) => device,
        (number, _) => number,
    }
}

/// The party of a call: its number, else its device.
pub(super) fn party<'a>(call: &'a Value, key: &str) -> &'a str {
    call.get(key).map_or("?", who)
}

pub(super) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// `2026-11-21T04:42:28.928Z` is `04:42:28.928`.
fn clock(time: &str) -> &str {
    time.get(11..23).unwrap_or(time)
}

fn bracketed(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("({text})")
    }
}

fn push(line: &mut String, part: &str) {
    if !part.is_empty() {
        line.push(' ');
        line.push_str(part);
    }
}
