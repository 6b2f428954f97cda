//! Everything that is, as somebody knows it who was told a snapshot, or the events, or both.
use serde_json::{Map, Value};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default)]
pub struct Picture {
    /// True for this event.
    pub sequence: String,
    pub entities: BTreeMap<String, Value>,
}

/// The lists of a snapshot, and where the events have the same.
const FAMILIES: [(&str, &str); 5] = [
    ("switches", "switch"),
    ("calls", "call"),
    ("agents", "agent"),
    ("devices", "device"),
    ("queues", "queue"),
];

impl Picture {
    /// Takes one part of a snapshot; true if it was the last.
    pub fn take(&mut self, part: &Value) -> bool {
        if part["part"] == 1 {
            self.entities.clear();
        }
        part["sequence"]
            .as_str()
            .expect("a sequence")
            .clone_into(&mut self.sequence);
        for (list, family) in FAMILIES {
            for entity in part[list].as_array().expect("a list") {
                self.entities.insert(name(family, entity), entity.clone());
            }
        }
        part["last"] == true
    }

    /// Takes an event.
    pub fn fold(&mut self, event: &Value) {
        event["id"].as_str().expect("an id").clone_into(&mut self.sequence);
        let data: &Map<String, Value> = event["data"].as_object().expect("data");
        for (_, family) in FAMILIES {
            let Some(entity) = data.get(family) else { continue };
            let name = name(family, entity);
            if entity["state"] == "ended" {
                self.entities.remove(&name);
                continue;
            }
            let mut entity = entity.clone();
            if family == "call" {
                // A snapshot tells of no call what it was.
                entity["history"] = Value::Array(Vec::new());
            }
            self.entities.insert(name, entity);
        }
    }

    /// What a snapshot shows of it: of a switch that is not up nothing can be asked, so its calls are shown without what could be.
    /// As soon as it is up again, what was told of them last stands.
    pub fn shown(&self) -> BTreeMap<String, Value> {
        let mut shown = self.entities.clone();
        for (_, call) in shown.iter_mut().filter(|(name, _)| name.starts_with("call ")) {
            let switch = format!("switch {}", call["switch"].as_str().expect("a switch"));
            if self.entities.get(&switch).is_some_and(|switch| switch["state"] != "up") {
                for connection in call["connections"].as_array_mut().expect("connections") {
                    connection["servicesPermitted"] = Value::Array(Vec::new());
                }
            }
        }
        shown
    }

    pub fn has_no_call(&self) -> bool {
        !self.entities.keys().any(|name| name.starts_with("call "))
    }
}

fn name(family: &str, entity: &Value) -> String {
    let id = entity.get("id").unwrap_or(&entity["name"]);
    format!("{family} {}", id.as_str().expect("an id"))
}
