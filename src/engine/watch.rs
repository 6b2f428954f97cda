//! What agents and queues need to know of the calls: at which devices somebody takes part in one, and who waits where.

use super::{Engine, Group};
use crate::model::{
    Call, CallId, Connection, ConnectionDirection, ConnectionId, ConnectionState, DeviceId, Kind, Now, Wall,
};

/// What was seen of one call.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Watched {
    /// The devices at which somebody takes part, one for each connection.
    engaged: Vec<DeviceId>,
    /// Who waits in which queue, since when.
    waiting: Vec<(DeviceId, ConnectionId, Wall)>,
}

impl Watched {
    fn of(call: &Call) -> Self {
        let of = |fits: fn(&Connection) -> bool| call.connections.iter().filter(move |c| fits(c));
        Watched {
            engaged: of(takes_part).filter_map(|c| c.device.clone()).collect(),
            waiting: of(waits)
                .filter_map(|c| Some((c.device.clone()?, c.id, c.since)))
                .collect(),
        }
    }

    fn is_empty(&self) -> bool {
        self.engaged.is_empty() && self.waiting.is_empty()
    }
}

/// Is the person at this telephone in the call? Who is only rung is not; who calls is, from the first moment on.
fn takes_part(connection: &Connection) -> bool {
    let person = matches!(connection.kind, Kind::Station | Kind::Other);
    person
        && match connection.state {
            ConnectionState::Connected | ConnectionState::Hold => true,
            ConnectionState::Initiated => connection.direction == ConnectionDirection::Outgoing,
            _ => false,
        }
}

fn waits(connection: &Connection) -> bool {
    connection.kind == Kind::Queue && connection.state == ConnectionState::Queued
}

impl Engine {
    /// Brings what is told of agents and queues in line with the calls, and tells what changed.
    pub(super) fn follow_calls(&mut self, group: &mut Group) {
        for call in group.touched.clone() {
            self.watch(call, group);
        }
        self.place(group);
        self.tell_agents(group);
        self.tell_desks(group);
        self.tell_queues(group);
    }

    /// Takes up the calls that were told before a restart.
    pub(super) fn watch_all(&mut self, now: Now) {
        let mut group = Group::new(now, None);
        for call in self.calls.keys().copied().collect::<Vec<_>>() {
            self.watch(call, &mut group);
        }
    }

    fn watch(&mut self, id: CallId, group: &mut Group) {
        let now = self
            .calls
            .get(&id)
            .map(|held| Watched::of(&held.call))
            .unwrap_or_default();
        let before = self.watched.remove(&id).unwrap_or_default();
        if now != before {
            for device in before.engaged.iter().chain(&now.engaged) {
                group.agents.extend(self.agents.at(device).cloned());
            }
            for device in &now.engaged {
                *self.engaged.entry(device.clone()).or_default() += 1;
            }
            for device in &before.engaged {
                if let Some(count) = self.engaged.get_mut(device) {
                    *count = count.saturating_sub(1);
                    if *count == 0 {
                        self.engaged.remove(device);
                    }
                }
            }
            // First those who came: a call that became another one keeps its place.
            for (queue, connection, since) in &now.waiting {
                self.queues.waits(queue, *connection, id, *since);
            }
            for (queue, connection, _) in &before.waiting {
                if !now.waiting.iter().any(|(q, c, _)| (q, c) == (queue, connection)) {
                    self.queues.waits_not(queue, *connection, id);
                }
            }
            let queues = now.waiting.iter().chain(&before.waiting);
            group.queues.extend(queues.map(|(queue, ..)| queue.clone()));
        }
        if !now.is_empty() {
            self.watched.insert(id, now);
        }
    }

    /// Who waits is put where the switch said.
    fn place(&mut self, group: &mut Group) {
        for (key, position) in std::mem::take(&mut group.positions) {
            let Some((call, id)) = self.by_connection.get(&key) else {
                continue;
            };
            let connection = self.calls.get_mut(call).and_then(|held| held.find(*id).cloned());
            if let Some(queue) = connection.filter(waits).and_then(|c| c.device)
                && self.queues.place(&queue, *id, position)
            {
                group.queues.insert(queue);
            }
        }
    }
}
