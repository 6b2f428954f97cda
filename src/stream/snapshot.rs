//! A snapshot in parts: taken at once, encoded as the client takes it.

use super::frame::{Control, Frame, SnapshotPart};
use super::select::Selection;
use super::view::View;
use crate::model::{Agent, Call, CallState, Device, Queue, Sequence, Switch};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use std::sync::Arc;

/// The most bytes of one part.
const PART: usize = 256 * 1024;
/// What a part costs besides what is in it.
const FRAME: usize = 256;

enum Entity {
    Switch(Arc<Switch>),
    Device(Arc<Device>),
    Agent(Arc<Agent>),
    Queue(Arc<Queue>),
    Call(Arc<Call>),
}

pub(super) struct Snapshot {
    sequence: Sequence,
    entities: std::vec::IntoIter<Entity>,
    part: u32,
    /// What did not fit into the part before.
    carried: Option<(Entity, Box<RawValue>)>,
    done: bool,
}

impl Snapshot {
    /// Holds what is in the view now; costs a pointer for each entity.
    pub(super) fn of(view: &View) -> Self {
        let switches = view.switches.values().cloned().map(Entity::Switch);
        let devices = view.devices.values().cloned().map(Entity::Device);
        let agents = view.agents.values().cloned().map(Entity::Agent);
        let queues = view.queues.values().cloned().map(Entity::Queue);
        let live = view.calls.values().filter(|c| c.state != CallState::Ended);
        let calls = live.cloned().map(Entity::Call);
        let entities: Vec<_> = switches
            .chain(devices)
            .chain(agents)
            .chain(queues)
            .chain(calls)
            .collect();
        Snapshot {
            sequence: view.head,
            entities: entities.into_iter(),
            part: 0,
            carried: None,
            done: false,
        }
    }

    pub(super) const fn sequence(&self) -> Sequence {
        self.sequence
    }

    /// The next part; after the last one nothing.
    pub(super) fn next(&mut self, selection: &Selection) -> Option<Frame> {
        if self.done {
            return None;
        }
        self.part += 1;
        let mut part = SnapshotPart {
            sequence: self.sequence,
            part: self.part,
            ..SnapshotPart::default()
        };
        let mut size = FRAME;
        loop {
            let next = self.carried.take().or_else(|| {
                let entity = self.entities.by_ref().find(|e| e.is_selected(selection))?;
                let json = entity.encode()?;
                Some((entity, json))
            });
            let Some((entity, json)) = next else {
                self.done = true;
                part.last = true;
                break;
            };
            let length = json.get().len() + 1;
            if size > FRAME && size + length > PART {
                self.carried = Some((entity, json));
                break;
            }
            size += length;
            match entity {
                Entity::Switch(_) => part.switches.push(json),
                Entity::Device(_) => part.devices.push(json),
                Entity::Agent(_) => part.agents.push(json),
                Entity::Queue(_) => part.queues.push(json),
                Entity::Call(_) => part.calls.push(json),
            }
        }
        Some(Control::Snapshot(part).frame())
    }
}

impl Entity {
    fn is_selected(&self, selection: &Selection) -> bool {
        match self {
            Entity::Switch(switch) => selection.shows_switch(switch),
            Entity::Device(device) => selection.shows_device(device),
            Entity::Agent(agent) => selection.shows_agent(agent),
            Entity::Queue(queue) => selection.shows_queue(queue),
            Entity::Call(call) => selection.shows_call(call),
        }
    }

    fn encode(&self) -> Option<Box<RawValue>> {
        match self {
            Entity::Switch(switch) => json(switch),
            Entity::Device(device) => json(device),
            Entity::Agent(agent) => json(agent),
            Entity::Queue(queue) => json(queue),
            Entity::Call(call) if call.history.is_empty() => json(call),
            Entity::Call(call) => json(&Call {
                history: Vec::new(),
                ..Call::clone(call)
            }),
        }
    }
}

fn json(value: &impl Serialize) -> Option<Box<RawValue>> {
    to_raw_value(value).ok()
}
