//! Clients with a device filter: each sees its calls come and go. What they were told is held against the whole stream.

use std::{collections::BTreeSet, sync::mpsc::Receiver};

use serde_json::Value;

use crate::{Outcome, bridge::Bridge};

/// One client for each device, and what it is told.
pub(crate) struct Watchers(Vec<(String, Receiver<Value>)>);

impl Watchers {
    /// Subscribes for each of `devices`, named as in the stories.
    pub(crate) fn start(bridge: &mut Bridge, devices: impl Iterator<Item = String>) -> Outcome<Self> {
        let watch = |key: String| {
            let device = format!("lab:{key}");
            let told = bridge.subscribe(&format!("device={device}"))?;
            Ok((device, told))
        };
        Ok(Self(devices.map(watch).collect::<Outcome<_>>()?))
    }

    /// Each was told of a call from the event in which its device joined through the one in which it left, of what the call only passed its
    /// device by, and of nothing else.
    pub(crate) fn check(self, events: &[Value]) -> Outcome<()> {
        for (device, told) in self.0 {
            let told: Vec<Value> = told.iter().filter(is_of_call).collect();
            let expected = events
                .iter()
                .filter(|event| is_of_call(event) && concerns(event, &device));
            let expected: Vec<&str> = expected.map(id).collect();
            let ids: Vec<&str> = told.iter().map(id).collect();
            if ids != expected {
                return Err(format!("who watches {device} was told {ids:?} instead of {expected:?}").into());
            }
            let calls: BTreeSet<&str> = told.iter().map(subject).collect();
            for call in calls {
                let mut of_call = told
                    .iter()
                    .filter(|event| subject(event) == call && !passes(event, &device));
                let Some(first) = of_call.next() else { continue };
                let last = of_call.next_back().unwrap_or(first);
                let began = names(first, "joined").any(|name| name == device);
                let ended = names(last, "left").any(|name| name == device);
                if !began || !ended {
                    return Err(
                        format!("who watches {device} did not see it join and leave {call}: {first} … {last}").into(),
                    );
                }
            }
        }
        Ok(())
    }
}

/// Did the call not even ring at the device, which forwards it, or lets nobody wait?
fn passes(event: &Value, device: &str) -> bool {
    let of = |key: &str| event.pointer(&format!("/data/connection/{key}"))?.as_str();
    let ended = of("device") == Some(device) && of("state") == Some("null");
    ended && names(event, "left").all(|name| name != device)
}

/// Is the device in the call after the event, did it leave by it, or does the call pass it by?
fn concerns(event: &Value, device: &str) -> bool {
    let connections = event.pointer("/data/call/connections").and_then(Value::as_array);
    let mut present = connections
        .into_iter()
        .flatten()
        .filter_map(|of| of.get("device")?.as_str());
    present.any(|name| name == device) || names(event, "left").any(|name| name == device) || passes(event, device)
}

fn names<'a>(event: &'a Value, list: &str) -> impl Iterator<Item = &'a str> {
    let list = event.get("data").and_then(|data| data.get(list)?.as_array());
    list.into_iter().flatten().filter_map(Value::as_str)
}

fn is_of_call(event: &Value) -> bool {
    let kind = event.get("type").and_then(Value::as_str);
    kind.is_some_and(|kind| kind.starts_with("lineside.call."))
}

fn id(event: &Value) -> &str {
    event.get("id").and_then(Value::as_str).unwrap_or_default()
}

fn subject(event: &Value) -> &str {
    event.get("subject").and_then(Value::as_str).unwrap_or_default()
}
