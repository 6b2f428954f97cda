//! What must be true of a stream whatever happened to the bridge: it was killed in the middle, started again, and went on.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::Outcome;

/// When the bridge is killed in the `run`th run: another moment of the flow each time.
pub(crate) fn moment(run: u32) -> std::time::Duration {
    std::time::Duration::from_millis(u64::from(100 + run * 431 % 3000))
}

/// Numbers only rise, nothing is lost, and a call that is over stays over.
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
    Ok(())
}
