//! Live rows: what the next start finds of each entity, and the notes of the machines.

use super::view::View;
use crate::model::{AgentId, Call, CallId, CallState, Data, DeviceId, Entity, Event, Memo, Restored, SwitchName, Text};
use crate::store::{LiveRow, RowChange, RowKey, Rows};
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

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

fn body_of(data: &Data) -> Option<Bytes> {
    fn json(value: &impl Serialize) -> Option<Bytes> {
        serde_json::to_vec(value).ok().map(Bytes::from)
    }
    match data {
        Data::Call(data) => json(&data.call),
        Data::Agent(data) => json(&data.agent),
        Data::Device(data) => json(&data.device),
        Data::Queue(data) => json(&data.queue),
        Data::Link(data) => json(&data.switch),
        Data::Bridge(_) => None,
    }
}

/// The rows after some events: each entity once, as the last of them has it.
pub(super) fn rows_of<'a>(events: impl DoubleEndedIterator<Item = (&'a SwitchName, &'a Event)>) -> Rows {
    let mut rows = Rows::new();
    for (switch, event) in events.rev() {
        let Some(key) = entity_of(&event.data).as_ref().map(key) else {
            continue;
        };
        rows.entry(key).or_insert_with(|| RowChange {
            switch: switch.clone().into(),
            body: Some(body_of(&event.data)),
            memo: None,
        });
    }
    rows
}

pub(super) fn add_memo(rows: &mut Rows, switch: &SwitchName, memo: Memo) {
    let row = rows.entry(key(&memo.entity)).or_insert_with(|| RowChange {
        switch: switch.clone().into(),
        body: None,
        memo: None,
    });
    row.memo = Some(memo.note);
}

pub(super) fn forget_call(rows: &mut Rows, call: &Call) {
    let change = RowChange {
        switch: call.switch.clone().into(),
        body: Some(None),
        memo: Some(None),
    };
    rows.insert(key(&Entity::Call(call.id)), change);
}

/// Puts the rows that were found into the view, and into what each switch's machine gets back.
pub(super) fn restore(rows: Vec<LiveRow>, view: &mut View) -> BTreeMap<SwitchName, Restored> {
    let mut machines: BTreeMap<SwitchName, Restored> = BTreeMap::new();
    for row in rows {
        let (Some(entity), Ok(switch)) = (entity(&row.kind, &row.id), SwitchName::try_from(row.switch.clone())) else {
            tracing::warn!("the log has a live row that names nothing: {} {}", row.kind, row.id);
            continue;
        };
        let machine = machines.entry(switch).or_default();
        if let Some(body) = &row.body
            && let Err(error) = restore_body(&entity, body, view, machine)
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

fn restore_body(
    entity: &Entity,
    body: &[u8],
    view: &mut View,
    machine: &mut Restored,
) -> Result<(), serde_json::Error> {
    fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, serde_json::Error> {
        serde_json::from_slice(body)
    }
    match entity {
        Entity::Call(_) => {
            let call: Call = read(body)?;
            if call.state != CallState::Ended {
                machine.calls.push(call.clone());
            }
            let ended = call.ended_at.unwrap_or_default();
            view.hold_call(call, ended);
        }
        Entity::Agent(id) => {
            let agent: crate::model::Agent = read(body)?;
            machine.agents.push(agent.clone());
            view.agents.insert(id.clone(), agent.into());
        }
        Entity::Device(id) => {
            let device: crate::model::Device = read(body)?;
            machine.devices.push(device.clone());
            view.devices.insert(id.clone(), device.into());
        }
        Entity::Queue(id) => {
            let queue: crate::model::Queue = read(body)?;
            machine.queues.push(queue.clone());
            view.queues.insert(id.clone(), queue.into());
        }
        Entity::Switch(name) => {
            let switch: crate::model::Switch = read(body)?;
            machine.switch = Some(switch.clone());
            view.switches.insert(name.clone(), switch.into());
        }
    }
    Ok(())
}
