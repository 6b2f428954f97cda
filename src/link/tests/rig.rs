use crate::link::{GIVE_UP, Machine, MachineConfig, Wish};
use crate::model::{Batch, Data, Event, EventType, LinkRole, Now, Restored, SwitchName, Wall};
use crate::profile::{Site, embedded, load};
use crate::sim::{Asterisk, Recording, Scene};
use bytes::BytesMut;
use lineside_ami::Outgoing;
use lineside_ami::server::{Config, Event as Heard, Request, Server, User};
use lineside_wire::{Private, Session as _, Tick};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// Microseconds since 1970 when the virtual clock starts.
const EPOCH: i64 = 1_795_236_000_000_000;

/// A machine and a virtual Asterisk that plays one recorded flow.
pub(super) struct Rig {
    pub(super) machine: Machine,
    asterisk: Asterisk,
    servers: BTreeMap<LinkRole, Server>,
    inputs: BTreeMap<LinkRole, BytesMut>,
    now: Tick,
    /// What the switch told, in order.
    pub(super) heard: Vec<Outgoing>,
    pub(super) events: Vec<Event>,
    /// Nobody listens yet: connections are refused.
    pub(super) deaf: bool,
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

impl Rig {
    /// A rig whose link is up from the start, or whose connections are refused until `deaf` is taken back.
    pub(super) fn new(recording: &Recording, deaf: bool) -> Rig {
        let site: Site =
            toml::from_str("country = 'DE'\nextensions = '10XX'\nuserData = ['CUSTOMER', 'ACCOUNT']").unwrap();
        let profile = load("asterisk/asterisk", embedded("asterisk/asterisk").unwrap(), None).unwrap();
        let config = MachineConfig {
            switch: SwitchName::try_from("lab").unwrap(),
            profile_name: "asterisk/asterisk".to_owned(),
            profile,
            rules: site.rules().unwrap(),
            site,
            username: "bridge".to_owned(),
            secret: Private::new("secret".to_owned()),
            seed: [3; 32],
            restored: Restored::default(),
            give_up: GIVE_UP,
        };
        let scene = Scene::new("flow", recording.clone());
        let mut asterisk = Asterisk::playing(vec![scene], EPOCH, 1);
        let heard = asterisk.handle_timeout(Tick::ZERO);
        asterisk.close();
        let mut rig = Rig {
            machine: Machine::new(config, now(Tick::ZERO)),
            asterisk,
            servers: BTreeMap::new(),
            inputs: BTreeMap::new(),
            now: Tick::ZERO,
            heard,
            events: Vec::new(),
            deaf,
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
            .min();
        let Some(due) = due else { return false };
        self.now = self.now.max(due);
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
        while !self.asterisk.is_idle() && self.step() {}
        let end = self.now + Duration::from_secs(120);
        while self.now < end && self.step() {}
    }

    /// Says an event to whoever listens.
    pub(super) fn tell(&mut self, event: &Outgoing) {
        for server in self.servers.values_mut() {
            let _ = server.submit(self.now, Request::Event(event.clone()));
        }
        self.settle();
    }

    /// The connection breaks.
    pub(super) fn cut(&mut self) {
        for role in [LinkRole::Events, LinkRole::Actions] {
            if self.servers.remove(&role).is_some() {
                self.machine.handle_eof(now(self.now), role, None);
            }
        }
        self.settle();
    }

    fn settle(&mut self) {
        loop {
            let mut quiet = true;
            while let Some(batch) = self.machine.poll_batch() {
                let Batch { events, .. } = batch;
                self.events.extend(events);
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

    fn serve(&mut self, wish: Wish) {
        match wish {
            Wish::Connect(role) if self.deaf => self.machine.handle_connect_failed(now(self.now), role, "refused"),
            Wish::Connect(role) => {
                let config = Config::new(vec![User::new("bridge", "secret")], "123456789");
                self.servers.insert(role, Server::new(self.now, config).unwrap());
                self.inputs.insert(role, BytesMut::new());
                self.machine.handle_connected(now(self.now), role);
            }
            Wish::Disconnect(role) => drop(self.servers.remove(&role)),
            Wish::Transmit(role, transmit) => {
                if let Some(server) = self.servers.get_mut(&role) {
                    server
                        .handle_bytes(self.now, &mut BytesMut::from(transmit.bytes))
                        .unwrap();
                }
            }
        }
    }

    /// Has the switch answer on one connection. True if anything was said.
    fn answer(&mut self, role: LinkRole) -> bool {
        let mut said = false;
        while let Some(heard) = self.servers.get_mut(&role).and_then(Server::poll_event) {
            if let Heard::Action(action) = heard {
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
            input.extend_from_slice(&transmit.bytes);
            self.machine.handle_bytes(now(self.now), role, input);
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
