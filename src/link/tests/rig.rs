use super::liar::Liar;
use crate::link::{GIVE_UP, Machine, MachineConfig, Missed, Wish};
use crate::model::{
    Batch, CallId, Command, CommandId, ConnectionState, Data, Entity, Event, EventType, Kind, LinkRole, Memo, Now,
    Order, Restored, Settled, SwitchName, Text, Wall,
};
use crate::profile::{Profile, Site, embedded, load};
use crate::sim::{Asterisk, Recording, Scene};
use bytes::BytesMut;
use lineside_ami::Outgoing;
use lineside_ami::server::{Config, Event as Heard, Request, Server, User};
use lineside_wire::{Private, Session as _, Tick};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

/// Microseconds since 1970 when the virtual clock starts.
const EPOCH: i64 = 1_795_236_000_000_000;

/// A machine and a virtual Asterisk that plays one recorded flow.
pub(super) struct Rig {
    pub(super) machine: Machine,
    pub(super) asterisk: Asterisk,
    servers: BTreeMap<LinkRole, Server>,
    inputs: BTreeMap<LinkRole, BytesMut>,
    pub(super) now: Tick,
    /// What the switch told, in order.
    pub(super) heard: Vec<Outgoing>,
    pub(super) events: Vec<Event>,
    /// How commands came out.
    pub(super) settled: Vec<Settled>,
    /// How many bytes were written to the connection for actions.
    pub(super) written: usize,
    /// What the switch does not tell the truth about.
    pub(super) liar: Liar,
    last: u64,
    /// What the machine left to be given back after a restart.
    memos: BTreeMap<Entity, Memo>,
    /// How often the bridge was started anew.
    starts: u8,
    /// Nobody listens yet: connections are refused.
    pub(super) deaf: bool,
    /// What the user may read.
    pub(super) reads: &'static [&'static str],
    /// Until then connections are refused.
    refuses: Tick,
    /// Until then connections are made, and nothing is said on them.
    mute: Tick,
    /// Until then what is asked for is not answered.
    stalls: Tick,
    /// Connections that are cut soon: each after so many bytes.
    flaps: Vec<usize>,
    /// After so many more bytes the connection for events is cut.
    cut_in: Option<usize>,
    /// When it was tried to connect for events.
    pub(super) attempts: Vec<Tick>,
    /// Lists that it does not give.
    pub(super) unlisted: &'static [&'static str],
    /// What it is asked on the connection for events waits.
    pub(super) slow: bool,
    /// The link came up since this was last looked at.
    resynced: bool,
    /// Of which times the records are to be read.
    pub(super) missed: Vec<(Wall, Wall)>,
}

/// How a link breaks, or what is at its ends.
#[derive(Clone, Debug)]
pub(super) enum Break {
    /// The connection ends after so many more bytes, maybe in mid-event.
    Cut(usize),
    /// The peer vanishes without a word.
    Vanish,
    /// It vanishes, and who connects is not spoken to for so many seconds.
    Mute(u64),
    /// It is cut, and refused for so many seconds.
    Refuse(u64),
    /// What is asked for is not answered for so many seconds.
    Stall(u64),
    /// It is cut, and again so many bytes after it came back.
    Flap(Vec<usize>),
    /// The switch starts anew; the calls may have been carried over.
    SwitchRestarts { keeps_calls: bool },
    /// The bridge is killed and started anew.
    BridgeRestarts,
}

/// Every recording of the cases: flow, major version, what happened.
pub(super) fn recordings() -> Vec<(String, Recording)> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("vendor-profiles/asterisk/asterisk/cases");
    let mut all = Vec::new();
    for flow in std::fs::read_dir(cases)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().is_dir())
    {
        for file in std::fs::read_dir(flow.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let name = format!("{}", path.display());
            if name.ends_with(".capture.ndjson") {
                all.push((name, Recording::read(&std::fs::read_to_string(path).unwrap())));
            }
        }
    }
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    assert!(all.len() >= 60, "the cases are recorded");
    all
}

/// Chance of its own for each recording: one more does not change what happens to the others.
pub(super) fn chance_of(recording: &str, seed: u64) -> ChaCha8Rng {
    let name = recording.rsplit("/cases/").next().unwrap();
    // FNV-1a.
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    ChaCha8Rng::seed_from_u64(hash ^ seed)
}

/// All that goes wrong, where one thing does not hide another.
#[derive(Default)]
pub(super) struct Faults(Vec<String>);

impl Faults {
    pub(super) fn unless_ok<T>(&mut self, run: impl FnOnce() -> T) -> Option<T> {
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) {
            Ok(done) => Some(done),
            Err(why) => {
                let why = why
                    .downcast::<String>()
                    .map_or_else(|_| "it broke".to_owned(), |why| *why);
                self.0.push(why);
                None
            }
        }
    }

    pub(super) fn none(self) {
        assert!(self.0.is_empty(), "{} faults:\n{}", self.0.len(), self.0.join("\n"));
    }
}

/// What a machine is made of, each time with other chance.
pub(super) fn config(start: u8, restored: Restored) -> MachineConfig {
    static MADE_OF: LazyLock<(Site, Profile)> = LazyLock::new(|| {
        let site = toml::from_str("country = 'DE'\nextensions = '10XX'\nuserData = ['CUSTOMER', 'ACCOUNT']").unwrap();
        let obedient =
            toml::from_str("[control]\nremoteControl = ['10XX']\n[stations.database]\nimmediate = 'CF'").unwrap();
        (
            site,
            load(
                "asterisk/asterisk",
                embedded("asterisk/asterisk").unwrap(),
                Some(&obedient),
            )
            .unwrap(),
        )
    });
    let (site, profile) = MADE_OF.clone();
    MachineConfig {
        switch: SwitchName::try_from("lab").unwrap(),
        profile_name: "asterisk/asterisk".to_owned(),
        profile,
        rules: site.rules().unwrap(),
        site,
        username: "bridge".to_owned(),
        secret: Private::new("secret".to_owned()),
        seed: [3 + start; 32],
        restored,
        give_up: GIVE_UP,
    }
}

impl Rig {
    /// A rig whose link is up from the start, or whose connections are refused until `deaf` is taken back.
    pub(super) fn new(recording: &Recording, deaf: bool) -> Rig {
        Rig::playing(Scene::new("flow", recording.clone()), deaf)
    }

    /// The same with a scene that is ready to be played.
    pub(super) fn playing(scene: Scene, deaf: bool) -> Rig {
        let mut asterisk = Asterisk::playing(vec![scene], EPOCH, 1);
        let heard = asterisk.handle_timeout(Tick::ZERO);
        asterisk.close();
        let mut rig = Rig {
            machine: Machine::new(config(0, Restored::default()), now(Tick::ZERO)),
            asterisk,
            servers: BTreeMap::new(),
            inputs: BTreeMap::new(),
            now: Tick::ZERO,
            heard,
            events: Vec::new(),
            settled: Vec::new(),
            written: 0,
            liar: Liar::default(),
            last: 0,
            memos: BTreeMap::new(),
            starts: 0,
            deaf,
            reads: &["all"],
            refuses: Tick::ZERO,
            mute: Tick::ZERO,
            stalls: Tick::ZERO,
            flaps: Vec::new(),
            cut_in: None,
            attempts: Vec::new(),
            unlisted: &[],
            slow: false,
            resynced: false,
            missed: Vec::new(),
        };
        rig.settle();
        rig
    }

    /// Goes on to the next thing that is due, on either side. False when the flow has been played and nothing is due for an hour.
    pub(super) fn step(&mut self) -> bool {
        self.settle();
        let servers = self.servers.values().filter_map(|server| server.poll_timeout());
        let due = servers
            .chain(self.asterisk.poll_timeout())
            .chain(self.machine.poll_timeout())
            .chain(self.liar.poll_timeout())
            .min();
        let Some(due) = due else { return false };
        self.now = self.now.max(due);
        while let Some((role, held)) = self.liar.due(self.now) {
            held.come(self, role);
        }
        for event in self.asterisk.handle_timeout(self.now) {
            self.tell(&event);
            self.heard.push(event);
        }
        for server in self
            .servers
            .values_mut()
            .filter(|server| server.poll_timeout().is_some_and(|at| at <= self.now))
        {
            let _ = server.handle_timeout(self.now);
        }
        if self.machine.poll_timeout().is_some_and(|at| at <= self.now) {
            self.machine.handle_timeout(now(self.now));
        }
        self.settle();
        true
    }

    /// Plays until so many events of the switch were told, or the flow is over.
    pub(super) fn until(&mut self, count: usize) {
        while self.heard.len() < count && !self.asterisk.is_idle() && self.step() {}
    }

    /// Plays to the end, and until the link has found out what there is.
    pub(super) fn finish(&mut self) {
        let long = self.now + Duration::from_secs(1800);
        while !self.asterisk.is_idle() && self.step() {
            assert!(self.now < long, "a channel never ends: {:?}", self.asterisk);
        }
        let end = self.now + Duration::from_secs(180);
        while self.now < end && self.step() {}
    }

    /// Says an event to whoever listens.
    pub(super) fn tell(&mut self, event: &Outgoing) {
        for server in self.servers.values_mut() {
            let _ = server.submit(self.now, Request::Event(event.clone()));
        }
        self.settle();
    }

    /// Somebody asks for something.
    pub(super) fn ask(&mut self, order: Order) -> CommandId {
        self.last += 1;
        let id = CommandId(self.last);
        let command = Command {
            id,
            request_id: format!("request-{}", self.last).as_str().into(),
            requested_by: "test".into(),
            order,
        };
        self.machine.handle_command(now(self.now), command);
        self.settle();
        id
    }

    /// Goes on until a command is settled; says how it came out.
    pub(super) fn outcome(&mut self, id: CommandId) -> Settled {
        loop {
            if let Some(settled) = self.settled.iter().find(|settled| settled.id == id) {
                return settled.clone();
            }
            assert!(self.step(), "{id:?} never ends");
        }
    }

    /// What the switch wrote down of calls that nobody heard. Only the first `batches` of what is told of it reach the log.
    pub(super) fn answer_missed(&mut self, missed: Missed, batches: usize) {
        self.machine.handle_missed(now(self.now), missed);
        let mut told = Vec::new();
        while let Some(batch) = self.machine.poll_batch() {
            told.push(batch);
        }
        told.into_iter().take(batches).for_each(|batch| self.log(batch));
    }

    /// What the switch says on one connection.
    pub(super) fn say(&mut self, role: LinkRole, answer: Vec<Outgoing>) {
        if let Some(server) = self.servers.get_mut(&role) {
            // One that is gone hears nothing.
            let _ = server.submit(self.now, Request::Answer(answer));
        }
    }

    /// The connection breaks.
    pub(super) fn cut(&mut self) {
        self.cut_only(&[LinkRole::Events, LinkRole::Actions]);
    }

    /// Some of its connections break.
    pub(super) fn cut_only(&mut self, roles: &[LinkRole]) {
        for role in roles.iter().copied() {
            if self.servers.remove(&role).is_some() {
                self.machine.handle_eof(now(self.now), role, None);
            }
        }
        self.settle();
    }

    pub(super) fn breaks(&mut self, how: &Break) {
        let after = |seconds: &u64| self.now + Duration::from_secs(*seconds);
        match how {
            Break::Cut(bytes) => self.cut_in = Some(*bytes),
            Break::Vanish => self.servers.clear(),
            Break::Mute(seconds) => {
                self.mute = after(seconds);
                self.servers.clear();
            }
            Break::Refuse(seconds) => {
                self.refuses = after(seconds);
                self.cut();
            }
            Break::Stall(seconds) => self.stalls = after(seconds),
            Break::Flap(flaps) => {
                self.flaps.clone_from(flaps);
                self.cut();
            }
            Break::SwitchRestarts { keeps_calls } => {
                self.asterisk.restart(*keeps_calls);
                self.cut();
            }
            Break::BridgeRestarts => {
                self.servers.clear();
                self.starts += 1;
                self.machine = Machine::new(config(self.starts, self.restored()), now(self.now));
            }
        }
        self.settle();
    }

    /// What the log would give back.
    fn restored(&self) -> Restored {
        let mut restored = Restored::default();
        let (mut calls, mut agents, mut queues) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for event in &self.events {
            match &event.data {
                Data::Call(data) if data.call.ended_at.is_some() => {
                    restored.take(data.call.clone());
                    calls.remove(&data.call.id);
                }
                Data::Call(data) => drop(calls.insert(data.call.id, data.call.clone())),
                Data::Link(data) => restored.switch = Some(data.switch.clone()),
                Data::Agent(data) => drop(agents.insert(&data.agent.id, data.agent.clone())),
                Data::Queue(data) => drop(queues.insert(&data.queue.id, data.queue.clone())),
                _ => {}
            }
        }
        restored.calls = calls.into_values().collect();
        restored.agents = agents.into_values().collect();
        restored.queues = queues.into_values().collect();
        restored.memos = self.memos.values().cloned().collect();
        restored.heard = self.events.last().map(|event| event.received_at);
        restored
    }

    /// Holds what the machine has, as the link has just come up, against what there is.
    fn compare(&self) {
        let channels = self.asterisk.state().channels();
        let mut in_bridge: BTreeMap<&String, CallId> = BTreeMap::new();
        let all = self.machine.engine().calls().flat_map(|call| &call.connections);
        let holding: BTreeSet<&Text> = all
            .filter(|c| c.state == ConnectionState::Hold)
            .flat_map(|c| &c.native_ids)
            .collect();
        for call in self.machine.engine().calls() {
            for connection in call
                .connections
                .iter()
                .filter(|c| matches!(c.kind, Kind::Station | Kind::Trunk))
                // Who could not be reached has no channel, and is there as long as the caller is told so.
                .filter(|c| c.state != ConnectionState::Fail)
                // Whom the switch holds for talks in another call.
                .filter(|c| c.hold_by.as_deref() != Some("switch"))
            {
                let native = connection.native_ids.iter().find_map(|id| channels.get(&**id));
                let Some((_, bridge)) = native else {
                    panic!("a ghost: {connection:?} in {channels:?}")
                };
                // Who holds may consult by the same leg; who has just begun to is still with whom it holds.
                let holds = connection.native_ids.iter().any(|id| holding.contains(id));
                if let Some(bridge) = bridge.as_ref().filter(|_| !holds) {
                    let other = in_bridge.insert(bridge, call.id);
                    assert!(
                        other.is_none_or(|other| other == call.id),
                        "two calls in {bridge}: {channels:?}"
                    );
                }
            }
        }
    }

    fn settle(&mut self) {
        self.settle_quietly();
        if std::mem::take(&mut self.resynced) {
            self.compare();
        }
    }

    fn settle_quietly(&mut self) {
        loop {
            let mut quiet = true;
            while let Some(batch) = self.machine.poll_batch() {
                self.log(batch);
            }
            while let Some(wish) = self.machine.poll_wish() {
                quiet = false;
                self.serve(wish);
            }
            for role in self.servers.keys().copied().collect::<Vec<_>>() {
                quiet &= !self.answer(role);
            }
            if quiet {
                return;
            }
        }
    }

    fn log(&mut self, batch: Batch) {
        let Batch {
            events, memos, settled, ..
        } = batch;
        self.settled.extend(settled);
        self.resynced |= events.iter().any(|event| event.kind == EventType::LinkResynced);
        self.events.extend(events);
        for memo in memos {
            match memo.note {
                Some(_) => drop(self.memos.insert(memo.entity.clone(), memo)),
                None => drop(self.memos.remove(&memo.entity)),
            }
        }
    }

    fn serve(&mut self, wish: Wish) {
        match wish {
            Wish::Connect(role) if self.deaf || self.now < self.refuses => {
                self.attempt(role);
                self.machine.handle_connect_failed(now(self.now), role, "refused");
            }
            Wish::Connect(role) if self.now < self.mute => {
                self.attempt(role);
                self.machine.handle_connected(now(self.now), role);
            }
            Wish::Connect(role) => {
                self.attempt(role);
                if role == LinkRole::Events {
                    self.cut_in = self.flaps.pop();
                }
                let config = Config::new(vec![User::new("bridge", "secret").reads(self.reads)], "123456789");
                self.servers.insert(role, Server::new(self.now, config).unwrap());
                self.inputs.insert(role, BytesMut::new());
                self.machine.handle_connected(now(self.now), role);
            }
            Wish::Disconnect(role) => drop(self.servers.remove(&role)),
            Wish::Missed(from, to) => self.missed.push((from, to)),
            Wish::Transmit(role, transmit) => {
                if role == LinkRole::Actions {
                    self.written += transmit.bytes.len();
                }
                if let Some(server) = self.servers.get_mut(&role) {
                    server
                        .handle_bytes(self.now, &mut BytesMut::from(transmit.bytes))
                        .unwrap();
                }
            }
        }
    }

    fn attempt(&mut self, role: LinkRole) {
        if role == LinkRole::Events {
            self.attempts.push(self.now);
        }
    }

    /// Has the switch answer on one connection. True if anything was said.
    fn answer(&mut self, role: LinkRole) -> bool {
        let mut said = false;
        let waits = self.slow && role == LinkRole::Events;
        while !waits && let Some(heard) = self.servers.get_mut(&role).and_then(Server::poll_event) {
            if self.now < self.stalls {
                continue;
            }
            if let Heard::Action(action) = heard {
                if role == LinkRole::Actions && self.liar.lies(&action) {
                    Liar::lie(self, role, action);
                    continue;
                }
                if self.unlisted.iter().any(|name| action.name().is(name)) {
                    self.say(role, vec![action.error("Invalid/unknown command")]);
                    continue;
                }
                let (answer, event) = self.asterisk.handle_action(self.now, &action);
                let server = self.servers.get_mut(&role).unwrap();
                server.submit(self.now, Request::Answer(answer)).unwrap();
                if let Some(event) = event {
                    for server in self.servers.values_mut() {
                        let _ = server.submit(self.now, Request::Event(event.clone()));
                    }
                }
            }
        }
        while let Some(transmit) = self.servers.get_mut(&role).and_then(Server::poll_transmit) {
            said = true;
            let input = self.inputs.get_mut(&role).unwrap();
            let cut = self.cut_in.filter(|_| role == LinkRole::Events);
            let heard = cut.unwrap_or(usize::MAX).min(transmit.bytes.len());
            input.extend_from_slice(&transmit.bytes[..heard]);
            self.machine.handle_bytes(now(self.now), role, input);
            if let Some(cut) = cut {
                self.cut_in = Some(cut - heard);
                if cut == heard {
                    self.cut_in = None;
                    self.servers.remove(&role);
                    self.machine.handle_eof(now(self.now), role, None);
                }
            }
        }
        said
    }
}

pub(super) fn now(tick: Tick) -> Now {
    let millis = i64::try_from(tick.as_micros()).unwrap() / 1000;
    Now {
        tick,
        wall: Wall::from_millis(EPOCH / 1000 + millis),
    }
}

/// Holds what was told against the laws that no cut may break; says how many calls there were.
pub(super) fn laws(events: &[Event], what: &str) -> usize {
    let mut live = BTreeMap::new();
    let mut ended = BTreeMap::new();
    for event in events {
        let Data::Call(data) = &event.data else { continue };
        let id = data.call.id;
        assert!(!ended.contains_key(&id), "{what}: {} after the end", event.kind);
        assert!(
            data.call.history.iter().all(|c| c.outcome.is_some()),
            "{what}: an end without an outcome"
        );
        live.insert(id, event.time);
        if event.kind == EventType::Cleared {
            assert!(
                data.call.connections.is_empty() && data.call.outcome.is_some(),
                "{what}"
            );
            live.remove(&id);
            ended.insert(id, ());
        }
    }
    assert!(live.is_empty(), "{what}: left over {live:?}");
    ended.len()
}
