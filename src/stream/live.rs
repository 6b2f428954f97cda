//! Live rows: what the next start finds of each entity, and the notes of the machines.

use super::view::View;
use crate::model::{
    Agent, AgentId, Call, CallId, Data, Device, DeviceId, Entity, Event, EventType, Memo, Queue, Restored, Switch,
    SwitchName, Text, Wall,
};
use crate::store::{Held, LiveRow, Record, RowChange, RowKey, Rows};
use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const CALL: &str = "call";
const AGENT: &str = "agent";
const DEVICE: &str = "device";
const QUEUE: &str = "queue";
const SWITCH: &str = "switch";

fn key(entity: &Entity) -> RowKey {
    let (kind, id) = match entity {
        Entity::Call(id) => (CALL, Text::from(id.to_string())),
        Entity::Agent(id) => (AGENT, Text::from(id.as_str())),
        Entity::Device(id) => (DEVICE, Text::from(id.as_str())),
        Entity::Queue(id) => (QUEUE, Text::from(id.as_str())),
        Entity::Switch(name) => (SWITCH, Text::from(name.as_str())),
    };
    RowKey { kind, id }
}

fn entity(kind: &str, id: &Text) -> Option<Entity> {
    Some(match kind {
        CALL => Entity::Call(CallId(id.parse().ok()?)),
        AGENT => Entity::Agent(AgentId::from_text(id.clone())),
        DEVICE => Entity::Device(DeviceId::from_text(id.clone())),
        QUEUE => Entity::Queue(DeviceId::from_text(id.clone())),
        SWITCH => Entity::Switch(SwitchName::try_from(id.clone()).ok()?),
        _ => return None,
    })
}

/// The whole entity of an event.
fn entity_of(data: &Data) -> Option<Entity> {
    match data {
        Data::Call(data) => Some(Entity::Call(data.call.id)),
        Data::Agent(data) => Some(Entity::Agent(data.agent.id.clone())),
        Data::Device(data) => Some(Entity::Device(data.device.id.clone())),
        Data::Queue(data) => Some(Entity::Queue(data.queue.id.clone())),
        Data::Link(data) => Some(Entity::Switch(data.switch.name.clone())),
        Data::Bridge(_) => None,
    }
}

/// The history of a call, where its event does not tell it.
fn untold(event: &Event) -> Option<Bytes> {
    match &event.data {
        Data::Call(data) if event.kind != EventType::Cleared && !data.call.history.is_empty() => {
            serde_json::to_vec(&data.call.history).ok().map(Bytes::from)
        }
        _ => None,
    }
}

/// The rows after some events: each entity once, as the last of them has it.
pub(super) fn rows_of<'a>(
    events: impl DoubleEndedIterator<Item = (&'a Arc<Record>, &'a SwitchName, &'a Event)>,
) -> Rows {
    let mut rows = Rows::new();
    for (record, switch, event) in events.rev() {
        let Some(key) = entity_of(&event.data).as_ref().map(key) else {
            continue;
        };
        rows.entry(key).or_insert_with(|| RowChange {
            switch: switch.clone().into(),
            entity: Some(Some(Held {
                record: Arc::clone(record),
                untold: untold(event),
            })),
            memo: None,
        });
    }
    rows
}

pub(super) fn add_memo(rows: &mut Rows, switch: &SwitchName, memo: Memo) {
    let row = rows.entry(key(&memo.entity)).or_insert_with(|| RowChange {
        switch: switch.clone().into(),
        entity: None,
        memo: None,
    });
    row.memo = Some(memo.note);
}

pub(super) fn forget_call(rows: &mut Rows, call: &Call) {
    let change = RowChange {
        switch: call.switch.clone().into(),
        entity: Some(None),
        memo: Some(None),
    };
    rows.insert(key(&Entity::Call(call.id)), change);
}

/// Puts the rows that were found into the view, and into what each switch's machine gets back.
pub(super) fn restore(
    rows: Vec<LiveRow>,
    heard: Option<Wall>,
    switches: &BTreeSet<SwitchName>,
    view: &mut View,
) -> BTreeMap<SwitchName, Restored> {
    let mut machines: BTreeMap<SwitchName, Restored> = BTreeMap::new();
    for row in rows {
        let (Some(entity), Ok(switch)) = (entity(&row.kind, &row.id), SwitchName::try_from(row.switch.clone())) else {
            tracing::warn!("the log has a live row that names nothing: {} {}", row.kind, row.id);
            continue;
        };
        if !switches.contains(&switch) {
            continue;
        }
        let machine = machines.entry(switch).or_default();
        machine.heard = heard;
        if let Some(event) = &row.event
            && let Err(error) = restore_entity(&entity, event, row.untold.as_deref(), view, machine)
        {
            tracing::warn!(
                "the log has a live row that cannot be read, {} {}: {error}",
                row.kind,
                row.id
            );
        }
        if let Some(note) = row.memo {
            machine.memos.push(Memo {
                entity,
                note: Some(note),
            });
        }
    }
    machines
}

/// What an event tells, as far as it matters here.
#[derive(Deserialize)]
struct Told<T> {
    data: T,
}

macro_rules! told {
    ($($name:ident { $entity:ident: $of:ty })*) => {$(
        #[derive(Deserialize)]
        struct $name {
            $entity: $of,
        }
    )*};
}

told! {
    ToldCall { call: Call }
    ToldAgent { agent: Agent }
    ToldDevice { device: Device }
    ToldQueue { queue: Queue }
    ToldSwitch { switch: Switch }
}

fn restore_entity(
    entity: &Entity,
    event: &[u8],
    untold: Option<&[u8]>,
    view: &mut View,
    machine: &mut Restored,
) -> Result<(), serde_json::Error> {
    fn read<T: DeserializeOwned>(event: &[u8]) -> Result<T, serde_json::Error> {
        serde_json::from_slice::<Told<T>>(event).map(|told| told.data)
    }
    match entity {
        Entity::Call(_) => {
            let ToldCall { mut call } = read(event)?;
            if let Some(history) = untold {
                call.history = serde_json::from_slice(history)?;
            }
            machine.take(call.clone());
            let ended = call.ended_at.unwrap_or_default();
            view.hold_call(call, ended);
        }
        Entity::Agent(id) => {
            let ToldAgent { agent } = read(event)?;
            machine.agents.push(agent.clone());
            view.agents.insert(id.clone(), agent.into());
        }
        Entity::Device(id) => {
            let ToldDevice { device } = read(event)?;
            machine.devices.push(device.clone());
            view.devices.insert(id.clone(), device.into());
        }
        Entity::Queue(id) => {
            let ToldQueue { queue } = read(event)?;
            machine.queues.push(queue.clone());
            view.queues.insert(id.clone(), queue.into());
        }
        Entity::Switch(_) => {
            let ToldSwitch { switch } = read(event)?;
            machine.switch = Some(switch.clone());
            // The calls that stand before it in the log count by it, too.
            view.hold_switch(switch);
        }
    }
    Ok(())
}
