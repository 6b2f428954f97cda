//! The link against the virtual CSTA switch, in any dialect. Between them sits a tap: what is asked of the switch is counted, and answered as a
//! test wants it ([`Lie`]).

use super::lies::Later;
pub(super) use super::lies::Lie;
use crate::link::machine::Wish;
use crate::link::{Machine, MachineConfig};
use crate::model::*;
use crate::normalize::csta::dialect_of;
use crate::profile::{Csta, Filter, OneOrMany, Product, Site, embedded, load};
use crate::sim::csta::{CallIds, Out, Quirks, SWITCH_NAME, Site as Devices, Switch};
use bytes::BytesMut;
use lineside_csta::server::{Event as Heard, Server, ServerConfig};
use lineside_csta::{Answer, Ask as Asking, AskedId, Dialect, Request};
use lineside_wire::{Private, Session as _, Tick};
use std::collections::BTreeMap;
use std::time::Duration;

/// A profile of each dialect: XML with a header and without logging in, with a session, and where the switch speaks first; BER in each phase.
pub(super) const DIALECTS: &[&str] = &[
    "ecma/ecma-323-ed5",
    "mitel/mivoice-office-400",
    "unify/openscape-voice",
    "unify/hipath-3000",
    "alcatel/omnipcx-enterprise",
    "alcatel/omnipcx-office",
];
pub(super) const XML: &str = DIALECTS[0];
pub(super) const BER: &str = DIALECTS[3];

/// What the virtual switch has, and the profiles leave to the site.
const DEVICES: &str = r#"
[devices.kinds]
queue = ["200X"]
group = ["21XX"]
park = ["70XX"]
voiceUnit = ["30XX"]
[monitors]
list = false
"#;
/// The devices of the stories.
pub(super) const ALL: &[&str] = &["1001-1007", "2001-2002", "2101", "3001-3002", "7001"];

/// Switches that tell the same differently.
pub(super) fn manners() -> Vec<(&'static str, Quirks)> {
    let usual = Quirks::default();
    let late = Quirks {
        spread: Duration::from_millis(30),
        response_first: false,
        ..usual.clone()
    };
    let opaque = Quirks {
        call_ids: CallIds::Octets,
        dynamic_devices: true,
        names_in_ids: true,
        pickup_calls: false,
        ..usual.clone()
    };
    let brief = Quirks {
        call_ids: CallIds::Hex,
        service_initiated: false,
        whole_lists: false,
        new_call_ids: false,
        others_clearing: false,
        ..usual.clone()
    };
    vec![("usual", usual), ("late", late), ("opaque", opaque), ("brief", brief)]
}

/// Which services the switch is said to offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offers {
    /// Those of the profile.
    Profile,
    /// All that there are.
    All,
}

/// What the bridge is told of the switch.
struct Config {
    profile: String,
    offers: Offers,
    devices: Vec<String>,
    per_second: u32,
}

impl Config {
    fn machine(&self, restored: Restored, seed: [u8; 32], tick: Tick) -> (Machine, Csta) {
        let name = self.profile.as_str();
        let mut changes: toml::Table = format!("{DEVICES}perSecond = {}\n", self.per_second).parse().unwrap();
        if self.offers == Offers::All {
            let all = Service::ALL.iter().map(|service| service.as_str().into());
            changes.insert("services".to_owned(), toml::Value::Array(all.collect()));
        }
        let profile = load(name, embedded(name).unwrap(), Some(&changes)).unwrap();
        let Product::Csta(csta) = &profile.product else {
            panic!("{name} is no CSTA switch")
        };
        let csta = (**csta).clone();
        let site = Site {
            country: Some("DE".to_owned()),
            area: Some("30".to_owned()),
            trunk_prefix: Some("0".to_owned()),
            extensions: Some(OneOrMany::One("10XX".to_owned())),
            trunks: vec!["90XX".to_owned()],
            switch_name: Some(SWITCH_NAME.to_owned()),
            devices: self.devices.clone(),
            ..Site::default()
        };
        let config = MachineConfig {
            switch: SwitchName::try_from("hq").unwrap(),
            profile_name: name.to_owned(),
            profile: profile.clone(),
            rules: site.rules().unwrap(),
            site,
            username: String::new(),
            secret: Private::new(String::new()),
            seed,
            restored,
            give_up: Duration::from_secs(900),
        };
        (Machine::new(config, now(tick)), csta)
    }
}

pub(super) struct Rig {
    pub(super) machine: Machine,
    config: Config,
    pub(super) switch: Switch,
    pub(super) now: Tick,
    pub(super) events: Vec<Event>,
    pub(super) settled: Vec<Settled>,
    /// What the switch was asked for by somebody's command, in order.
    pub(super) asked: Vec<Request>,
    pub(super) lie: Option<Lie>,
    pub(super) later: BTreeMap<(Tick, usize), Later>,
    /// Nothing that comes in is heard any more, nor is a connection opened.
    pub(super) dead: bool,
    pub(super) server: Option<Server>,
    dialect: Dialect,
    to_switch: BytesMut,
    to_machine: BytesMut,
    last: u64,
}

impl Rig {
    pub(super) fn new(profile: &str, quirks: Quirks, offers: Offers) -> Self {
        Self::watching(profile, quirks, offers, ALL)
    }

    /// A switch of which these devices are monitored, with the link up and nothing happening.
    pub(super) fn watching(name: &str, quirks: Quirks, offers: Offers, devices: &[&str]) -> Self {
        Self::paced(name, quirks, offers, devices, 1000)
    }

    /// The same with so many monitors placed a second.
    pub(super) fn paced(name: &str, quirks: Quirks, offers: Offers, devices: &[&str], per_second: u32) -> Self {
        let config = Config {
            profile: name.to_owned(),
            offers,
            devices: devices.iter().map(|device| (*device).to_owned()).collect(),
            per_second,
        };
        let (machine, csta) = config.machine(Restored::default(), [7; 32], Tick::ZERO);
        let quirks = Quirks {
            named_devices: csta.devices.named.is_some(),
            inverted_filters: csta.monitors.filter != Filter::None,
            ..quirks
        };
        let mut rig = Rig {
            machine,
            config,
            switch: Switch::new(Devices::default(), quirks, 1),
            now: Tick::ZERO,
            events: Vec::new(),
            settled: Vec::new(),
            asked: Vec::new(),
            lie: None,
            later: BTreeMap::new(),
            dead: false,
            server: None,
            dialect: dialect_of(&csta),
            to_switch: BytesMut::new(),
            to_machine: BytesMut::new(),
            last: 0,
        };
        rig.settle();
        rig.until_up();
        rig
    }

    /// The bridge is killed, and started anew with what its log has.
    pub(super) fn restart(&mut self) {
        self.server = None;
        self.switch.world.is_left();
        self.to_machine.clear();
        self.to_switch.clear();
        let engine = self.machine.engine();
        let switch = self.events.iter().rev().find_map(|event| match &event.data {
            Data::Link(data) => Some(data.switch.clone()),
            _ => None,
        });
        let restored = Restored {
            switch,
            calls: engine.calls().cloned().collect(),
            agents: engine.agents().cloned().collect(),
            memos: engine.notes(),
            heard: Some(now(self.now).wall),
            ..Restored::default()
        };
        (self.machine, _) = self.config.machine(restored, [8; 32], self.now);
        self.settle();
    }

    pub(super) fn until_up(&mut self) {
        let before = self.ups();
        let end = self.now + Duration::from_secs(90);
        while self.ups() == before {
            assert!(self.now < end && self.step(), "the link never comes up");
        }
    }

    fn ups(&self) -> usize {
        let up = |event: &&Event| event.kind == EventType::LinkResynced;
        self.events.iter().filter(up).count()
    }

    /// People do this: steps of a story, divided by semicolons.
    pub(super) fn play(&mut self, story: &str) {
        for step in story.split(';').map(str::trim).filter(|step| !step.is_empty()) {
            self.does(step).unwrap_or_else(|why| panic!("{step}: {why}"));
        }
    }

    /// One step of a story, and what follows at once. Whoever tells late has told it by then.
    pub(super) fn does(&mut self, step: &str) -> Result<(), String> {
        let done = self.switch.perform(self.now, step);
        self.settle();
        self.wait(Duration::from_millis(500));
        // Many monitors, each a while later than the one before.
        while self
            .switch
            .poll_timeout()
            .is_some_and(|due| due <= self.now + Duration::from_secs(8))
            && self.step()
        {}
        done.then_some(()).ok_or_else(|| self.switch.failed().join("; "))
    }

    pub(super) fn wait(&mut self, time: Duration) {
        let end = self.now + time;
        while self.due().is_some_and(|due| due <= end) && self.step() {}
        self.now = end;
    }

    fn due(&self) -> Option<Tick> {
        let later = self.later.keys().next().map(|(at, _)| *at);
        let session = self.server.as_ref().and_then(|server| server.poll_timeout());
        let all = [self.machine.poll_timeout(), self.switch.poll_timeout(), session, later];
        all.into_iter().flatten().min()
    }

    /// What is due next happens; `false`: nothing is.
    pub(super) fn step(&mut self) -> bool {
        let Some(due) = self.due() else { return false };
        self.now = self.now.max(due);
        while let Some(entry) = self.later.first_entry().filter(|entry| entry.key().0 <= self.now) {
            let later = entry.remove();
            self.comes(later);
        }
        self.switch.handle_timeout(self.now);
        if let Some(server) = &mut self.server {
            server.handle_timeout(self.now).unwrap();
        }
        self.machine.handle_timeout(now(self.now));
        self.settle();
        true
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
    pub(super) fn outcome(&mut self, id: CommandId) -> Verdict {
        loop {
            if let Some(settled) = self.settled.iter().find(|settled| settled.id == id) {
                return settled.verdict.clone();
            }
            assert!(self.step(), "{id:?} never ends");
        }
    }

    /// The types of the events that carry the name of a command.
    pub(super) fn caused_by(&self, id: CommandId) -> Vec<&'static str> {
        let name = format!("request-{}", id.0);
        let mine = |event: &&Event| event.request_id.as_ref().is_some_and(|id| **id == *name);
        let all = self.events.iter().filter(mine);
        all.map(|event| event.kind.as_str().trim_start_matches("lineside."))
            .collect()
    }

    /// Every live connection, with its call.
    pub(super) fn connections(&self) -> Vec<(Call, Connection)> {
        let calls = self.machine.engine().calls();
        let all = calls.flat_map(|call| call.connections.iter().map(|c| (call.clone(), c.clone())));
        all.collect()
    }

    /// The connection of somebody, by his letter in the stories: the one in which he talks, else the newest.
    pub(super) fn at(&self, letter: char) -> (Call, Connection) {
        let number = &self.switch.world.site.cast[&letter];
        let all = self.connections().into_iter().filter(|(_, c)| {
            let device = c.device.as_ref().map(DeviceId::key);
            device == Some(number) || c.number.as_ref().is_some_and(|own| own.ends_with(number.as_str()))
        });
        let all: Vec<_> = all.collect();
        let talks = all.iter().rfind(|(_, c)| c.state == ConnectionState::Connected);
        talks
            .or(all.last())
            .unwrap_or_else(|| panic!("{letter} is nowhere"))
            .clone()
    }

    /// Holds what is told of telephones against what there is. Of a queue that rings somebody the stories tell otherwise than the switch, and of
    /// who is outside nobody tells whom no telephone talks to.
    pub(super) fn compare(&self, what: &str) {
        let told = self.connections().into_iter().filter(|(_, c)| c.kind == Kind::Station);
        let told = told.filter_map(|(_, c)| c.device.map(|device| device.key().to_owned()));
        let mut told: Vec<String> = told.collect();
        let calls = &self.switch.world.calls;
        let live = calls.values().flat_map(|call| call.live());
        let mut there: Vec<String> = live
            .map(|leg| leg.device.clone())
            .filter(|device| device.starts_with("10"))
            .collect();
        told.sort();
        there.sort();
        assert_eq!(told, there, "{what}: {calls:#?}");
    }

    /// The connection breaks, and cannot be opened again as long as it is `dead`.
    pub(super) fn cut(&mut self) {
        if self.server.take().is_some() {
            self.switch.world.is_left();
            self.machine.handle_eof(now(self.now), LinkRole::Events, None);
        }
        self.to_machine.clear();
        self.to_switch.clear();
        self.settle();
    }

    pub(super) fn settle(&mut self) {
        loop {
            let mut went = false;
            while let Some(wish) = self.machine.poll_wish() {
                went = true;
                self.serve(wish);
            }
            went |= self.hear();
            while let Some(out) = self.switch.poll() {
                went = true;
                self.say(out);
            }
            while let Some(transmit) = self.server.as_mut().and_then(Server::poll_transmit) {
                went = true;
                self.to_machine.extend_from_slice(&transmit.bytes);
            }
            if !self.to_machine.is_empty() && went {
                let mut input = std::mem::take(&mut self.to_machine);
                self.machine.handle_bytes(now(self.now), LinkRole::Events, &mut input);
                self.to_machine = input;
            }
            while let Some(batch) = self.machine.poll_batch() {
                self.settled.extend(batch.settled);
                self.events.extend(batch.events);
            }
            if !went {
                return;
            }
        }
    }

    fn serve(&mut self, wish: Wish) {
        let now = now(self.now);
        match wish {
            Wish::Connect(role) if self.dead => self.machine.handle_connect_failed(now, role, "refused"),
            Wish::Connect(role) => {
                let config = ServerConfig::new(self.dialect.clone(), None);
                self.server = Some(Server::new(self.now, config).unwrap());
                self.machine.handle_connected(now, role);
            }
            Wish::Disconnect(_) => {
                self.server = None;
                self.switch.world.is_left();
            }
            Wish::Transmit(_, transmit) => self.to_switch.extend_from_slice(&transmit.bytes),
            Wish::Missed(..) => {}
        }
    }

    /// The switch hears what it is asked for.
    fn hear(&mut self) -> bool {
        let mut went = false;
        if let Some(server) = &mut self.server
            && !self.to_switch.is_empty()
        {
            server.handle_bytes(self.now, &mut self.to_switch).unwrap();
        }
        while let Some(event) = self.server.as_mut().and_then(Server::poll_event) {
            went = true;
            match event {
                Heard::Received { id, request } => self.request(id, request),
                Heard::Told(request) => self.switch.handle_request(self.now, u64::MAX, &request),
                Heard::Closed => self.switch.world.is_left(),
                _ => {}
            }
        }
        went
    }

    fn request(&mut self, id: AskedId, request: Request) {
        if !is_of_a_command(&request) {
            return self.switch.handle_request(self.now, id.0, &request);
        }
        self.asked.push(request.clone());
        match self.lie.clone() {
            None => self.switch.handle_request(self.now, id.0, &request),
            Some(lie) => self.lies(&lie, id, request),
        }
    }

    /// What the switch has to say goes out.
    pub(super) fn say(&mut self, out: Out) {
        let Some(out) = self.keeps_back(out) else { return };
        self.send(out);
    }

    pub(super) fn send(&mut self, out: Out) {
        let now = self.now;
        let Some(server) = &mut self.server else { return };
        // Who has gone meanwhile hears nothing.
        let _ = match out {
            Out::Response { asked: u64::MAX, .. } | Out::Error { asked: u64::MAX, .. } => Ok(()),
            Out::Response { asked, response } => server.respond(AskedId(asked), Answer::Done(response)),
            Out::Error { asked, error } => server.respond(AskedId(asked), Answer::Failed(error)),
            Out::Report(report) => server.report(report),
            Out::Request(request) => server.submit(now, Asking::new(request)).map(|_| ()),
        };
    }
}

/// Is it none by which the bridge looks what there is?
fn is_of_a_command(request: &Request) -> bool {
    let name = request.name();
    let looks = ["Monitor", "Snapshot", "System", "Get", "Release", "RequestSystem"];
    !looks.iter().any(|looks| name.starts_with(looks))
}

pub(super) fn now(tick: Tick) -> Now {
    let millis = i64::try_from(tick.as_micros() / 1000).unwrap();
    Now {
        tick,
        wall: Wall::from_millis(1_795_236_148_000 + millis),
    }
}
