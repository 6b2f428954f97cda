//! An application that asks for whatever is permitted somewhere, by chance.

use std::{
    collections::BTreeMap,
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use serde_json::{Value, json};

use super::Chance;
use crate::{Outcome, application::Application};

/// What was asked, and how it came out.
#[derive(Default)]
pub(super) struct Asked(BTreeMap<(String, u16), u32>);

impl Asked {
    pub(super) fn add(&mut self, other: Asked) {
        for (what, times) in other.0 {
            *self.0.entry(what).or_default() += times;
        }
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "asked:")?;
        for ((service, status), times) in &self.0 {
            write!(f, " {service} {status}×{times}")?;
        }
        Ok(())
    }
}

/// Asks until it is over. A bridge that breaks (500) is never right.
pub(super) fn asks(application: &Application, mut chance: Chance, over: &AtomicBool) -> Outcome<Asked> {
    let mut asked = Asked::default();
    while !over.load(Ordering::Relaxed) {
        thread::sleep(chance.between(50, 250));
        let calls = application.calls()?;
        let Some((path, service, body)) = something(&calls, &mut chance) else {
            continue;
        };
        let answer = application.ask("POST", &path, &[("Prefer", "wait=5")], &body)?;
        if answer.status == 500 || answer.status == 400 {
            return Err(format!(
                "{path} with {body} was answered with {}: {}",
                answer.status, answer.body
            )
            .into());
        }
        *asked.0.entry((service, answer.status)).or_default() += 1;
    }
    Ok(asked)
}

/// A service that is permitted to a connection, and what it takes.
fn something(calls: &[Value], chance: &mut Chance) -> Option<(String, String, Value)> {
    let call = chance.one_of(calls)?;
    let connection = chance.one_of(call.get("connections")?.as_array()?)?;
    let permitted = connection.get("servicesPermitted")?.as_array()?;
    let service = chance.one_of(permitted)?.as_str()?;
    let station = 1010 + chance.below(60);
    let to = match chance.below(10) {
        0 => "800".to_owned(),
        1 => "001713920099".to_owned(),
        _ => station.to_string(),
    };
    let device = connection.get("device")?.as_str()?;
    // Who holds one call and is in another: the held one.
    let held = || {
        let holds = |other: &&Value| {
            other.get("device").and_then(Value::as_str) == Some(device)
                && other.get("state").and_then(Value::as_str) == Some("hold")
        };
        let connections = calls.iter().filter_map(|call| call.get("connections")?.as_array());
        connections
            .flatten()
            .find(holds)?
            .get("id")?
            .as_str()
            .map(str::to_owned)
    };
    let body = match service {
        "deflectCall" | "singleStepTransferCall" | "consultationCall" => json!({ "to": to }),
        "generateDigits" => json!({ "digits": "5" }),
        "alternateCall" | "transferCall" | "conferenceCall" => json!({ "heldConnection": held()? }),
        "singleStepConferenceCall" => json!({ "device": format!("lab:{station}"), "participation": "silent" }),
        "directedPickupCall" => json!({ "by": format!("lab:{station}") }),
        // Whoever is in chaos hangs up by himself often enough.
        "clearConnection" if chance.below(4) > 0 => return None,
        "groupPickupCall" => return None,
        _ => json!({}),
    };
    let path = format!(
        "/v1/calls/{}/connections/{}/{service}",
        call.get("id")?.as_str()?,
        connection.get("id")?.as_str()?
    );
    Some((path, service.to_owned(), body))
}
