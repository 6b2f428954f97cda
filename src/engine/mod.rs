//! The laws of calls and connections. The engine holds what the switch is known to have, takes facts in the words of the
//! model, and tells what changed: one batch of events for one native fact. It knows nothing of channels or vendors.
//!
//! | what | where |
//! |---|---|
//! | which events move a connection from which state to which | [`transition`] |
//! | how an ended connection came out | [`outcome`] |
//! | which call survives when two become one | [`merge`] |
//! | who supervises a call | [`supervise`] |
//! | what differs after the link was down | [`resync`] |
//! | what was known before a restart | [`known`] |
//! | which calls became one, or fell in two, meanwhile | [`arrange`] |
//! | which half of a call that falls in two keeps its id | [`split`] |
//! | which call and connection it is when the switch gives it another name | [`rename`] |
//! | what may be asked of a connection now | [`permit`], [`shared`] |
//! | what a switch can be asked for, and of which devices | [`offered`] |
//! | what proves that a switch did what it was asked for | [`prove`] |
//! | commands at work | [`command`] |
//! | what agents do, over all queues and calls | [`agent`] |
//! | who waits in a queue and who answers there | [`queue`] |
//! | when work after a call is over | [`after_call`] |
//! | the devices | [`device`] |

mod after_call;
mod agent;
mod arrange;
mod call;
mod command;
mod connection;
mod device;
mod ids;
mod known;
mod link;
mod merge;
mod offered;
mod outcome;
mod past;
mod permit;
mod prove;
mod queue;
mod rename;
mod resync;
mod roster;
mod shared;
mod split;
mod supervise;
mod transition;
mod watch;

#[cfg(test)]
mod tests;

pub(crate) use command::Plan;
pub(crate) use ids::Ids;
pub(crate) use known::over;
pub(crate) use roster::{Desk, Roster};

/// The types of the events that a switch's doing a service leads to, by their short names.
#[cfg(test)]
pub(crate) fn causes(service: crate::model::Service) -> Vec<&'static str> {
    let row = prove::row(service).into_iter();
    row.flat_map(|row| row.causes)
        .map(|kind| kind.as_str().trim_start_matches("lineside."))
        .collect()
}

use crate::model::{
    AgentId, Batch, CallData, CallId, CallKey, Cause, Connection, ConnectionId, ConnectionKey, Data, Device, DeviceId,
    Entity, Event, EventType, Fact, Facts, Memo, Now, Restored, Settled, Switch, SwitchName, Text, Wall,
};
use after_call::AfterCall;
use agent::Agents;
use call::Held;
use command::Commands;
use lineside_wire::{Tick, Tombstones};
use offered::Offered;
use past::Missed;
use queue::Queues;
use shared::Lines;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use watch::Watched;

/// How long the key of an ended connection is remembered, so that a late message cannot bring it back to life.
const TOMBSTONE: Duration = Duration::from_secs(30);

/// Of how many connections that were given up it is remembered to which call they belonged.
const GIVEN_UP: usize = 10_000;

/// Everything that one switch is known to have.
pub(crate) struct Engine {
    tenant: Text,
    switch: Switch,
    ids: Ids,
    calls: BTreeMap<CallId, Held>,
    devices: BTreeMap<DeviceId, Device>,
    by_call: BTreeMap<CallKey, CallId>,
    by_connection: BTreeMap<ConnectionKey, (CallId, ConnectionId)>,
    ended: Tombstones<ConnectionKey>,
    /// Calls to which something was attached and which nobody was told of, with the time when they were made.
    untold: BTreeMap<CallId, Tick>,
    /// How long calls outlive a link that is down.
    give_up: Duration,
    /// Since when the switch is not heard.
    down: Option<Down>,
    /// The link was lost since the switch was last known whole.
    cut: bool,
    missed: Missed,
    /// Connections of calls that were given up while the switch was not heard, with call and thread: they may prove alive.
    given_up: BTreeMap<ConnectionKey, (CallId, CallId)>,
    /// Why, as it was told last: it is told once.
    reason: Option<Text>,
    /// What the switch can be asked for.
    offered: Offered,
    /// The calls in which each telephone is, where that matters.
    lines: Lines,
    commands: Commands,
    agents: Agents,
    queues: Queues,
    /// At which devices people take part in calls, in how many.
    engaged: BTreeMap<DeviceId, u32>,
    watched: BTreeMap<CallId, Watched>,
    /// What the site says of its agents.
    roster: Roster,
    after_call: AfterCall,
    /// It is read anew what the switch has, though it is heard: what happens meanwhile shows in the next snapshot only.
    rereads: bool,
    /// Why nothing is asked for any more: the bridge stops.
    stops: Option<&'static str>,
}

/// The switch is not heard.
#[derive(Clone, Copy)]
struct Down {
    /// Since when.
    wall: Wall,
    /// When its calls are given up.
    due: Tick,
}

/// One group of events in the making.
struct Group {
    now: Now,
    time: Wall,
    reconstructed: bool,
    /// What a connection that is corrected now does not tell.
    uncertain: Vec<Text>,
    events: Vec<Event>,
    touched: BTreeSet<CallId>,
    /// Calls of which more is known, told by whatever else the group tells of them, else by an event of its own.
    informed: BTreeSet<CallId>,
    /// Agents and queues that may have changed, and the places of those who wait, as the switch told them.
    agents: BTreeSet<AgentId>,
    queues: BTreeSet<DeviceId>,
    positions: Vec<(ConnectionKey, u32)>,
    memos: Vec<Memo>,
    settled: Vec<Settled>,
}

/// What an event about a call says besides the call itself.
#[derive(Default)]
struct Said {
    connection: Option<Connection>,
    cause: Option<Cause>,
    new_destination: Option<lineside_wire::Private<Text>>,
    transferring_device: Option<DeviceId>,
    conferencing_device: Option<DeviceId>,
    before: Option<Vec<ConnectionId>>,
    after: Option<Vec<ConnectionId>>,
    digits: Option<lineside_wire::Private<Text>>,
}

impl Engine {
    /// An engine for `switch`, which goes on from what was told before a restart.
    pub(crate) fn new(
        switch: SwitchName,
        profile: Text,
        ids: Ids,
        give_up: Duration,
        restored: Restored,
        now: Now,
    ) -> Self {
        let since = link::unheard_since(&switch, &restored, now);
        // An earlier run heard it: what happened since then nobody did.
        let cut = restored.switch.as_ref().is_some_and(|known| known.name == switch);
        let missed = Missed::restored(&restored);
        let entity = link::initial(switch, profile, restored.switch, since);
        let mut engine = Engine {
            tenant: Text::from("default"),
            switch: entity,
            ids,
            calls: BTreeMap::new(),
            devices: BTreeMap::new(),
            by_call: BTreeMap::new(),
            by_connection: BTreeMap::new(),
            ended: Tombstones::new(TOMBSTONE),
            untold: BTreeMap::new(),
            give_up,
            // Whoever starts anew tries anew: the time that is given counts from now.
            down: Some(Down {
                wall: since,
                due: now.tick + give_up,
            }),
            cut,
            missed,
            given_up: BTreeMap::new(),
            reason: None,
            offered: Offered::default(),
            lines: Lines::default(),
            commands: Commands::default(),
            agents: Agents::default(),
            queues: Queues::default(),
            engaged: BTreeMap::new(),
            watched: BTreeMap::new(),
            roster: Roster::default(),
            after_call: AfterCall::default(),
            rereads: false,
            stops: None,
        };
        engine.offered.learn(&engine.switch);
        engine.restore(restored.calls, &restored.memos);
        engine.restore_agents(restored.agents, &restored.memos);
        let calls = &engine.calls;
        let call = |id: &CallId| calls.get(id).map(|held| &held.call);
        engine.queues.restore(restored.queues, call);
        engine.watch_all(now);
        engine.restore_devices(restored.devices);
        engine
    }

    /// What the site says of its agents.
    pub(crate) fn employ(&mut self, roster: Roster) {
        self.roster = roster;
    }

    /// Takes what one native message said, and tells what changed by it, if anything did.
    pub(crate) fn reduce(&mut self, facts: Facts, now: Now) -> Option<Batch> {
        self.ended.forget(now.tick);
        let mut group = Group::new(now, facts.time);
        for fact in facts.facts {
            self.apply(fact, &mut group);
        }
        self.inform(&mut group);
        self.clear_empty(&mut group);
        // An end may change what can be asked of the call beside.
        self.inform(&mut group);
        self.forget(now.tick);
        self.follow_calls(&mut group);
        self.prove(&mut group);
        self.follow_after_call(&mut group);
        self.batch(group)
    }

    /// When [`Engine::handle_timeout`] is to be called.
    pub(crate) fn poll_timeout(&self) -> Option<Tick> {
        let told = || self.calls.values().any(|held| held.told);
        let give_up = self.down.filter(|_| told()).map(|down| down.due);
        let (queues, after_call) = (self.queues.next(), self.after_call.next());
        let all = give_up.into_iter().chain(self.commands.next());
        all.chain(queues).chain(after_call).min()
    }

    /// Gives up the calls of a link that stayed down too long, and what was asked for and not done; tells queues that waited to be told.
    pub(crate) fn handle_timeout(&mut self, now: Now) -> Option<Batch> {
        let mut group = Group::new(now, None);
        self.give_up_commands(now, &mut group);
        self.end_after_call(now);
        if self.down.is_some_and(|down| down.due <= now.tick) {
            self.give_up_calls(&mut group);
        }
        self.follow_calls(&mut group);
        self.tell_late_queues(Some(now.tick), &mut group);
        self.batch(group)
    }

    /// Ends what nobody hears of any more, and remembers what it was.
    fn give_up_calls(&mut self, group: &mut Group) {
        group.reconstructed = true;
        for (key, (call, _)) in &self.by_connection {
            if let Some(held) = self.calls.get(call).filter(|_| self.given_up.len() < GIVEN_UP) {
                self.given_up.insert(key.clone(), (*call, held.call.linkage.thread_id));
            }
        }
        self.end_all(Cause::SwitchingFunctionTerminated, group);
    }

    /// The same of one call of a switch that is heard.
    fn give_up_call(&mut self, key: &CallKey, group: &mut Group) {
        let Some(held) = self.by_call.get(key).and_then(|id| self.calls.get(id)) else {
            return;
        };
        let (id, thread) = (held.call.id, held.call.linkage.thread_id);
        for connection in held.connections.values() {
            if self.given_up.len() < GIVEN_UP {
                self.given_up.insert(connection.clone(), (id, thread));
            }
        }
        let before = std::mem::replace(&mut group.reconstructed, true);
        let connections: Vec<ConnectionId> = held.call.connections.iter().map(|c| c.id).collect();
        for connection in connections {
            self.end(id, connection, Cause::SwitchingFunctionTerminated, group);
        }
        self.clear_empty(group);
        group.reconstructed = before;
    }

    /// The bridge stops: whatever is at work may be done or not, what waits to be told is told, and what comes now is not asked for.
    pub(crate) fn shutdown(&mut self, now: Now) -> Option<Batch> {
        self.stops = Some("the bridge stops: ask again when it is up");
        let mut group = Group::new(now, None);
        self.abandon_commands(&mut group);
        self.tell_late_queues(None, &mut group);
        self.batch(group)
    }

    fn apply(&mut self, fact: Fact, group: &mut Group) {
        match fact {
            Fact::Call(fact) => self.know(fact, group),
            Fact::Connection(fact) => self.connection(*fact, group),
            Fact::Transfer(fact) => self.transfer(&fact, group),
            Fact::Merge(fact) => self.merge(&fact, group),
            Fact::Supervise(fact) => self.supervise(*fact, group),
            Fact::Split(fact) => self.split(&fact, group),
            Fact::Renamed(fact) => self.renamed(fact, group),
            Fact::GivenUp(call) => self.give_up_call(&call, group),
            Fact::UserData { call, entries } => self.user_data(&call, entries, group),
            Fact::Digits { connection, digits } => self.digits(&connection, digits, group),
            Fact::Uncertain { connection, fields } => self.doubt(&connection, fields, group),
            Fact::Muted { connection, on } => self.muted(&connection, on, group),
            Fact::Recording { connection, state } => self.recording(&connection, state, group),
            Fact::Permitted(fact) => self.permitted(fact, group),
            Fact::Agent(fact) => self.agent(fact, group),
            Fact::Queue(fact) => self.queue(fact, group),
            Fact::Position { connection, position } => group.positions.push((connection, position)),
            Fact::Device(fact) => self.device(*fact, group),
            Fact::Snapshot(snapshot) => self.resync(*snapshot, group),
            Fact::Past(fact) => self.past(*fact, group),
            Fact::Link(fact) => self.link(fact, group),
        }
    }

    /// Tells an event of a call: the call as it is now, and which devices came and went since the last one.
    fn tell(&mut self, id: CallId, kind: EventType, said: Said, group: &mut Group) {
        self.share(id, group);
        let Some(held) = self.calls.get_mut(&id) else { return };
        let time = held.settle(group);
        permit::refresh(&mut held.call, &self.offered, &held.shared);
        // Who was there stays there for as long as the connection lasts.
        for connection in held
            .call
            .connections
            .iter_mut()
            .filter(|c| c.agent.is_none() && c.kind.is_person())
        {
            let device = connection.device.as_ref();
            connection.agent = device.and_then(|device| self.agents.at(device).next()).cloned();
        }
        let (mut joined, mut left) = held.came_and_went();
        // Whoever is forwarded without being rung comes and goes by this one event.
        if let Some(device) = said
            .connection
            .as_ref()
            .filter(|c| passes(kind, c))
            .and_then(|c| c.device.as_ref())
            && !held.call.connections.iter().any(|c| c.device.as_ref() == Some(device))
            && !left.contains(device)
        {
            joined.push(device.clone());
            left.push(device.clone());
        }
        let live = |connection: Connection| {
            held.call
                .connections
                .iter()
                .find(|c| c.id == connection.id)
                .cloned()
                .unwrap_or(connection)
        };
        let data = CallData {
            cause: said.cause,
            connection: said.connection.map(live),
            joined,
            left,
            new_destination: said.new_destination,
            transferring_device: said.transferring_device,
            conferencing_device: said.conferencing_device,
            connections_before: said.before,
            connections_after: said.after,
            digits: said.digits,
            requested_by: None,
            call: held.call.clone(),
        };
        group.push(kind, time, Data::Call(Box::new(data)));
        group.touched.insert(id);
        group.informed.remove(&id);
    }

    /// Closes a group: what changed, and the notes that bring the touched calls back after a restart.
    fn batch(&mut self, group: Group) -> Option<Batch> {
        let mut memos = group.memos;
        for id in group.touched {
            let note = self
                .calls
                .get_mut(&id)
                .map(|held| std::mem::take(&mut held.keys_changed).then(|| held.note()));
            match note {
                None => memos.push(Memo {
                    entity: Entity::Call(id),
                    note: None,
                }),
                Some(Some(note)) => memos.push(Memo {
                    entity: Entity::Call(id),
                    note: Some(note),
                }),
                Some(None) => {}
            }
        }
        if group.events.is_empty() && memos.is_empty() && group.settled.is_empty() {
            return None;
        }
        Some(Batch {
            switch: self.switch.name.clone(),
            events: group.events,
            memos,
            settled: group.settled,
        })
    }

    /// Forgets what was attached to something that never became a call.
    fn forget(&mut self, now: Tick) {
        self.untold.retain(|id, made| {
            let told = self.calls.get(id).is_none_or(|held| held.told);
            let stale = !told && *made + TOMBSTONE <= now;
            if let Some(held) = stale.then(|| self.calls.remove(id)).flatten() {
                self.by_call.retain(|key, _| !held.keys.contains(key));
            }
            !told && !stale
        });
    }
}

/// Did the connection begin and end at once, by this event?
fn passes(kind: EventType, connection: &Connection) -> bool {
    let rung = connection.alerting_at.is_some() || connection.connected_at.is_some();
    kind == EventType::Diverted && !rung && connection.ended_at == Some(connection.created_at)
}

impl Group {
    fn new(now: Now, time: Option<Wall>) -> Self {
        Group {
            now,
            time: time.unwrap_or(now.wall),
            reconstructed: false,
            uncertain: Vec::new(),
            events: Vec::new(),
            touched: BTreeSet::new(),
            informed: BTreeSet::new(),
            agents: BTreeSet::new(),
            queues: BTreeSet::new(),
            positions: Vec::new(),
            memos: Vec::new(),
            settled: Vec::new(),
        }
    }

    fn push(&mut self, kind: EventType, time: Wall, data: Data) {
        self.events.push(Event {
            kind,
            time,
            received_at: self.now.wall,
            reconstructed: self.reconstructed,
            request_id: None,
            data,
        });
    }
}

#[cfg(test)]
impl Engine {
    /// The live calls, oldest first.
    pub(crate) fn calls(&self) -> impl Iterator<Item = &crate::model::Call> {
        self.calls.values().filter(|held| held.told).map(|held| &held.call)
    }
}

#[cfg(test)]
impl Engine {
    /// Can the switch be asked for the service?
    pub(crate) fn offers(&self, service: crate::model::Service) -> bool {
        self.offered.contains(service)
    }

    /// What is noted with the log, of every call and agent.
    pub(crate) fn notes(&self) -> Vec<Memo> {
        let note = |(id, held): (&CallId, &Held)| Memo {
            entity: Entity::Call(*id),
            note: Some(held.note()),
        };
        let missed = Some(self.note_of_missed()).filter(|memo| memo.note.is_some());
        self.calls
            .iter()
            .map(note)
            .chain(self.agent_notes())
            .chain(missed)
            .collect()
    }
}
