//! What holds of everything that was told around a break.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{Outcome, truth::Sight};

/// What the switch and the phones tell apart by less may be told in either order.
const MARGIN_MS: f64 = 700.0;

pub(super) fn kind(event: &Value) -> &str {
    event.get("type").and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn of_calls(events: &[Value]) -> impl Iterator<Item = &Value> {
    events.iter().filter(|event| kind(event).starts_with("lineside.call."))
}

/// Between `link.up` and `link.resynced` every word about a call is marked, elsewhere none; and no call's time runs back.
pub(super) fn marked(events: &[Value]) -> Outcome<()> {
    let mut resyncs = false;
    let mut times = BTreeMap::new();
    for event in events {
        match kind(event) {
            "lineside.link.up" => resyncs = true,
            "lineside.link.resynced" => resyncs = false,
            call if call.starts_with("lineside.call.") => {
                if event.get("reconstructed").and_then(Value::as_bool) != Some(resyncs) {
                    return Err(format!("not marked as it should be: {event}").into());
                }
                let (subject, time) = (event.get("subject").map(Value::to_string), at(event));
                if times.insert(subject, time).is_some_and(|last| last > time) {
                    return Err(format!("time runs back: {event}").into());
                }
            }
            _ => {}
        }
    }
    Ok(())
}

pub(super) fn at(event: &Value) -> f64 {
    event.get("time").and_then(time).unwrap_or_default()
}

pub(super) fn time(text: &Value) -> Option<f64> {
    let time: jiff::Timestamp = text.as_str()?.parse().ok()?;
    Some(time.as_microsecond() as f64 / 1000.0)
}

/// The stations that an event shows as talking.
pub(super) fn talking(event: &Value) -> impl Iterator<Item = String> {
    let connections = event
        .pointer("/data/call/connections")
        .and_then(Value::as_array)
        .cloned();
    connections.into_iter().flatten().filter_map(|connection| {
        let text = |key: &str| connection.get(key).and_then(Value::as_str);
        let talks = text("kind") == Some("station") && text("state") == Some("connected");
        let device = text("device").filter(|_| talks)?;
        Some(device.split_once(':').map_or(device, |(_, key)| key).to_owned())
    })
}

/// Nobody is told to talk who does not.
pub(super) fn nobody_else(seen: &[Sight], events: &[Value]) -> Outcome<()> {
    let spoke: BTreeSet<&str> = seen
        .iter()
        .filter(|sight| matches!(&*sight.what, "answered" | "connected" | "dialled"))
        .map(|sight| sight.phone.as_str())
        .collect();
    let mut told = events.iter().flat_map(talking);
    match told.find(|device| !spoke.is_empty() && !spoke.contains(device.as_str())) {
        Some(device) => Err(format!("{device} was told to talk, and {spoke:?} did").into()),
        None => Ok(()),
    }
}

/// Whoever talked while the bridge could hear of it was told.
pub(super) fn everybody(seen: &[Sight], events: &[Value]) -> Outcome<()> {
    let mut deaf: Vec<(f64, f64)> = Vec::new();
    for event in events {
        match kind(event) {
            "lineside.link.down" => {
                // Who vanished without a word was not heard before anybody knew.
                let vanished = event.to_string().contains("pings");
                deaf.push((at(event) - if vanished { 40_000.0 } else { MARGIN_MS }, f64::MAX));
            }
            "lineside.link.resynced" => {
                if let Some(last) = deaf.last_mut().filter(|(_, to)| *to == f64::MAX) {
                    last.1 = at(event);
                }
            }
            _ => {}
        }
    }
    let told: BTreeSet<String> = events.iter().flat_map(talking).collect();
    for sight in seen
        .iter()
        .filter(|sight| sight.what == "answered" && sight.phone.starts_with("100"))
    {
        let out = seen.iter().find(|other| {
            other.phone == sight.phone
                && other.at > sight.at
                && matches!(&*other.what, "hungUp" | "hungUpOn" | "released")
        });
        let out = out.map_or(f64::MAX, |out| out.at);
        let unheard = deaf.iter().any(|(from, to)| sight.at > *from && out < to + MARGIN_MS);
        if !unheard && !told.contains(&sight.phone) {
            return Err(format!("{} talked, and was not told to", sight.phone).into());
        }
    }
    Ok(())
}
