//! What the switch keeps of its telephones: states of devices, and the database of the dialplan (`main/manager.c`, `main/db.c`,
//! `funcs/func_devstate.c`; answers as 16 and 22 give them).
use super::world::value;
use lineside_ami::server::Received;
use lineside_ami::{Message, Outgoing};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// So many entries are enough.
const MOST: usize = 1000;
/// What a state can be.
const STATES: &[&str] = &[
    "BUSY",
    "INUSE",
    "INVALID",
    "NOT_INUSE",
    "ONHOLD",
    "RINGING",
    "RINGINUSE",
    "UNAVAILABLE",
    "UNKNOWN",
];

/// By family and key.
#[derive(Debug, Default)]
pub(super) struct Features {
    entries: BTreeMap<(String, String), String>,
    /// States as they were told last, or set.
    states: BTreeMap<String, String>,
}

impl Features {
    /// Takes what an event says of a device.
    pub(super) fn fold(&mut self, message: &Message) {
        let text = |key: &str| Some(message.get(key)?.text().text.into_owned());
        if let (Some(device), Some(state)) = (text("Device"), text("State")) {
            self.states.insert(device, state);
        }
    }

    pub(super) fn put(&mut self, action: &Received) -> Result<Outgoing, String> {
        let (family, key) = named(action)?;
        if self.entries.len() >= MOST {
            return Err("Failed to update entry".to_owned());
        }
        self.entries.insert((family, key), value(action, "Val"));
        Ok(said(action, "Updated database successfully"))
    }

    pub(super) fn delete(&mut self, action: &Received) -> Result<Outgoing, String> {
        match self.entries.remove(&named(action)?) {
            Some(_) => Ok(said(action, "Key deleted successfully")),
            None => Err("Database entry could not be deleted".to_owned()),
        }
    }

    pub(super) fn get(&self, action: &Received) -> Result<Vec<Outgoing>, String> {
        let (family, key) = named(action)?;
        let found = self.entries.get(&(family.clone(), key.clone()));
        let val = found.ok_or_else(|| "Database entry not found".to_owned())?;
        let item = action
            .item("DBGetResponse")
            .header("Family", family)
            .header("Key", key)
            .header("Val", val);
        Ok(action.list("Result will follow", vec![item], "DBGetComplete"))
    }

    pub(super) fn tree(&self, action: &Received) -> Vec<Outgoing> {
        let family = value(action, "Family");
        let fits = |((of, _), _): &(&(String, String), &String)| *of == family;
        let item = |((family, key), val): (&(String, String), &String)| {
            action
                .item("DBGetTreeResponse")
                .header("Key", format!("/{family}/{key}"))
                .header("Val", val)
        };
        let items = self.entries.iter().filter(fits).map(item).collect();
        action.list("Result will follow", items, "DBGetTreeComplete")
    }

    /// Sets a state that nothing else has: `DEVICE_STATE(Custom:…)`. Is it another one?
    pub(super) fn set_state(&mut self, device: &str, state: &str) -> Result<bool, String> {
        if !device.starts_with("Custom:") || !STATES.contains(&state) || self.states.len() >= MOST {
            return Err("Variable not set".to_owned());
        }
        let before = self.states.insert(device.to_owned(), state.to_owned());
        Ok(before.as_deref() != Some(state))
    }

    pub(super) fn state(&self, device: &str) -> &str {
        self.states.get(device).map_or("UNKNOWN", String::as_str)
    }

    /// Every state there is; telephones of which nothing was told are free.
    pub(super) fn list(&self, action: &Received, stations: RangeInclusive<u32>) -> Vec<Outgoing> {
        let free = stations.map(|station| (format!("PJSIP/{station}"), "NOT_INUSE".to_owned()));
        let mut all: BTreeMap<String, String> = free.collect();
        all.extend(self.states.clone());
        let item = |(device, state): (String, String)| {
            action
                .item("DeviceStateChange")
                .header("Device", device)
                .header("State", state)
        };
        let items = all.into_iter().map(item).collect();
        action.list("Device State Changes will follow", items, "DeviceStateListComplete")
    }
}

fn named(action: &Received) -> Result<(String, String), String> {
    let (family, key) = (value(action, "Family"), value(action, "Key"));
    match (family.is_empty(), key.is_empty()) {
        (true, _) => Err("No family specified.".to_owned()),
        (_, true) => Err("No key specified.".to_owned()),
        _ => Ok((family, key)),
    }
}

fn said(action: &Received, text: &str) -> Outgoing {
    action.response("Success").header("Message", text)
}
