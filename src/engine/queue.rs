//! Queues: who waits, in order, and who answers there. A queue is told whole, at most once a second: the first change at once, what came
//! after it when the second is over.

use super::{Engine, Group};
use crate::model::{
    AgentId, Call, CallId, ConnectionId, Data, DeviceId, EventType, Queue, QueueData, QueueFact, QueueMember, Sequence,
    Text, WaitingCall, Wall,
};
use lineside_wire::Tick;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How often a queue is told at most.
const APART: Duration = Duration::from_secs(1);
/// The most queues of one switch.
const QUEUES: usize = 10_000;

/// All queues of a switch.
#[derive(Default)]
pub(super) struct Queues {
    all: BTreeMap<DeviceId, Held>,
    /// Who answers where.
    members: BTreeMap<DeviceId, BTreeSet<AgentId>>,
    /// Queues that changed since they were told, by when they are told again.
    due: BTreeSet<(Tick, DeviceId)>,
}

struct Held {
    /// As it was told last, if it was.
    queue: Queue,
    told: bool,
    /// When that was.
    at: Option<Tick>,
    name: Option<Text>,
    waiting: Vec<Waiting>,
    /// It is to be told when its time comes; was all that changed only found out later?
    late: Option<bool>,
}

struct Waiting {
    connection: ConnectionId,
    call: CallId,
    since: Wall,
}

impl Held {
    const fn new(queue: Queue, told: bool) -> Self {
        Held {
            name: None,
            queue,
            told,
            at: None,
            waiting: Vec::new(),
            late: None,
        }
    }
}

impl Queues {
    /// The queue, made where there is none and room for one more.
    fn held(&mut self, id: &DeviceId) -> Option<&mut Held> {
        if !self.all.contains_key(id) {
            if self.all.len() >= QUEUES {
                return None;
            }
            let queue = Queue {
                id: id.clone(),
                name: None,
                waiting: Vec::new(),
                members: Vec::new(),
                sequence: Sequence::ZERO,
            };
            self.all.insert(id.clone(), Held::new(queue, false));
        }
        self.all.get_mut(id)
    }

    /// A connection waits, at the end unless it waits already.
    pub(super) fn waits(&mut self, queue: &DeviceId, connection: ConnectionId, call: CallId, since: Wall) {
        let Some(held) = self.held(queue) else { return };
        match held.waiting.iter_mut().find(|w| w.connection == connection) {
            Some(known) => (known.call, known.since) = (call, since),
            None => held.waiting.push(Waiting {
                connection,
                call,
                since,
            }),
        }
    }

    /// A connection waits no more, unless it waits as one of another call.
    pub(super) fn waits_not(&mut self, queue: &DeviceId, connection: ConnectionId, call: CallId) {
        if let Some(held) = self.all.get_mut(queue) {
            held.waiting.retain(|w| w.connection != connection || w.call != call);
        }
    }

    /// Moves who waits to a place. Was it another one before?
    pub(super) fn place(&mut self, queue: &DeviceId, connection: ConnectionId, position: u32) -> bool {
        let Some(held) = self.all.get_mut(queue) else {
            return false;
        };
        let Some(at) = held.waiting.iter().position(|w| w.connection == connection) else {
            return false;
        };
        let last = held.waiting.len().saturating_sub(1);
        let to = usize::try_from(position)
            .unwrap_or(usize::MAX)
            .saturating_sub(1)
            .min(last);
        let moved = held.waiting.remove(at);
        held.waiting.insert(to, moved);
        at != to
    }

    pub(super) fn comes(&mut self, queue: &DeviceId, agent: &AgentId) {
        self.members.entry(queue.clone()).or_default().insert(agent.clone());
    }

    pub(super) fn goes(&mut self, queue: &DeviceId, agent: &AgentId) {
        if let Some(members) = self.members.get_mut(queue) {
            members.remove(agent);
            if members.is_empty() {
                self.members.remove(queue);
            }
        }
    }

    /// When a queue is to be told.
    pub(super) fn next(&self) -> Option<Tick> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Takes up the queues that were told before a restart, with the calls that wait there in their order.
    pub(super) fn restore<'a>(&mut self, queues: Vec<Queue>, call: impl Fn(&CallId) -> Option<&'a Call>) {
        for queue in queues {
            let id = queue.id.clone();
            let waiting = queue.waiting.iter().filter_map(|waiting| {
                let connections = &call(&waiting.call)?.connections;
                let connection = connections.iter().find(|c| c.device.as_ref() == Some(&id))?;
                Some(Waiting {
                    connection: connection.id,
                    call: waiting.call,
                    since: waiting.since,
                })
            });
            let waiting = waiting.collect();
            let mut held = Held::new(queue, true);
            held.name.clone_from(&held.queue.name);
            held.waiting = waiting;
            self.all.insert(id, held);
        }
    }
}

impl Engine {
    /// There is a queue.
    pub(super) fn queue(&mut self, fact: QueueFact, group: &mut Group) {
        let Some(held) = self.queues.held(&fact.queue) else {
            return;
        };
        if fact.name.is_some() {
            held.name = fact.name;
        }
        group.queues.insert(fact.queue);
    }

    /// Tells the queues that a group touched, or remembers to.
    pub(super) fn tell_queues(&mut self, group: &mut Group) {
        for id in std::mem::take(&mut group.queues) {
            let Some(held) = self.queues.held(&id) else { continue };
            let due = held.at.map(|at| at + APART).filter(|due| *due > group.now.tick);
            if let Some(due) = due {
                let found_out = held.late.unwrap_or(true) && group.reconstructed;
                held.late = Some(found_out);
                self.queues.due.insert((due, id));
            } else {
                self.tell_queue(&id, group);
            }
        }
    }

    /// Tells the queues whose second is over.
    pub(super) fn tell_late_queues(&mut self, until: Option<Tick>, group: &mut Group) {
        while let Some((at, id)) = self.queues.due.pop_first() {
            if until.is_some_and(|until| at > until) {
                self.queues.due.insert((at, id));
                return;
            }
            let late = self.queues.all.get(&id).and_then(|held| held.late);
            let before = std::mem::replace(&mut group.reconstructed, late.unwrap_or(false));
            self.tell_queue(&id, group);
            group.reconstructed = before;
        }
    }

    /// Tells a queue, if it is another than was told.
    fn tell_queue(&mut self, id: &DeviceId, group: &mut Group) {
        let members = self.queues.members.get(id).into_iter().flatten();
        let members: Vec<QueueMember> = members.filter_map(|agent| self.agents.member(agent, id)).collect();
        let Some(held) = self.queues.all.get_mut(id) else {
            return;
        };
        held.late = None;
        if let Some(at) = held.at {
            self.queues.due.remove(&(at + APART, id.clone()));
        }
        let waiting = held.waiting.iter().zip(1..).map(|(w, position)| WaitingCall {
            call: w.call,
            since: w.since,
            position,
        });
        let queue = Queue {
            id: id.clone(),
            name: held.name.clone(),
            waiting: waiting.collect(),
            members,
            sequence: held.queue.sequence,
        };
        if held.told && queue == held.queue {
            return;
        }
        held.queue = queue.clone();
        held.told = true;
        held.at = Some(group.now.tick);
        group.push(
            EventType::QueueUpdated,
            group.time,
            Data::Queue(Box::new(QueueData { queue })),
        );
    }
}
