//! A CSTA switch on a stage: its events are said in few words, and what is told comes back in few words.

use super::words::word;
use crate::link::machine::Wish;
use crate::link::{Machine, MachineConfig};
use crate::model::*;
use crate::normalize::csta::dialect_of;
use crate::profile::{Product, Site, embedded, load};
use bytes::BytesMut;
use lineside_csta::avaya::{self, GetThirdPartyDeviceId};
use lineside_csta::server::{self, Server, ServerConfig};
use lineside_csta::types as csta;
use lineside_csta::{Answer, Ask, AskedId, Dialect, Event as Said, EventReport, Octets, Request, Response};
use lineside_wire::{Private, Session as _, Tick};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What the bridge is told of the switch.
struct Config {
    profile: String,
    terms: String,
    devices: Vec<String>,
}

impl Config {
    fn machine(&self, restored: Restored, tick: Tick) -> (Machine, Dialect) {
        let (name, terms) = (&self.profile, &self.terms);
        let changes: toml::Table = format!("[monitors]\n{terms}\n[devices.kinds]\nqueue = [\"21XX\"]")
            .parse()
            .unwrap();
        let site = Site {
            devices: self.devices.clone(),
            switch_name: Some("pbx".to_owned()),
            ..Site::default()
        };
        let profile = load(name, embedded(name).unwrap(), Some(&changes)).unwrap();
        let Product::Csta(csta) = &profile.product else {
            panic!("{name} is no CSTA switch")
        };
        let dialect = dialect_of(csta);
        let config = MachineConfig {
            switch: SwitchName::try_from("hq").unwrap(),
            profile_name: name.clone(),
            profile: profile.clone(),
            rules: site.rules().unwrap(),
            site,
            username: "bridge".to_owned(),
            secret: Private::new("secret".to_owned()),
            seed: [7; 32],
            restored,
            give_up: Duration::from_secs(900),
        };
        (Machine::new(config, now(tick)), dialect)
    }
}

pub(super) struct Stage {
    machine: Machine,
    config: Config,
    /// The switch as it was told last, of what was taken from `told`.
    switch: Option<Switch>,
    server: Server,
    /// How the switch speaks, to whoever connects.
    dialect: Dialect,
    connected: bool,
    to_machine: BytesMut,
    to_server: BytesMut,
    tick: Tick,
    /// The monitors that were placed, by device.
    monitors: BTreeMap<String, Octets>,
    /// Why a device is not monitored.
    pub(super) refuses: BTreeMap<String, csta::UniversalFailure>,
    /// What a device has, when it is asked for it by Snapshot Device.
    pub(super) snapshots: BTreeMap<String, Vec<csta::SnapshotDeviceInfo>>,
    /// Who is in a call, when it is asked for that by Snapshot Call.
    pub(super) members: BTreeMap<String, Vec<csta::SnapshotCallInfo>>,
    /// It is told in parts, which the test sends.
    pub(super) in_parts: bool,
    /// Or which come ahead of the answer.
    pub(super) parts_first: bool,
    /// The agents of a device.
    pub(super) agents: BTreeMap<String, Vec<csta::AgentStateEntry>>,
    /// Devices that want not to be disturbed, and where devices send their calls.
    pub(super) undisturbed: BTreeSet<String>,
    pub(super) forwards: BTreeMap<String, Vec<csta::ForwardListItem>>,
    /// How a service is answered, and which are not answered at all.
    pub(super) fails: BTreeMap<String, csta::UniversalFailure>,
    pub(super) ignores: BTreeSet<String>,
    /// Why a number has no name, and the names that are not as they usually are.
    pub(super) unnamed: BTreeMap<String, csta::UniversalFailure>,
    pub(super) names: BTreeMap<String, String>,
    /// Services whose answers come late, and these.
    pub(super) late: BTreeSet<String>,
    answers: Vec<(AskedId, Answer)>,
    /// What is sent ahead of the next answer to Monitor Start.
    pub(super) ahead: Vec<(String, Said)>,
    /// What was asked for, with the second in which it was.
    pub(super) asked: Vec<(u64, String)>,
    pub(super) requests: Vec<Request>,
    pub(super) told: Vec<Event>,
    /// How what was asked for came out.
    pub(super) settled: Vec<Settled>,
    calls: Vec<CallId>,
    /// As they were told last.
    latest: BTreeMap<CallId, Call>,
}

impl Stage {
    /// A switch whose devices 2001 to 2004 and queue 2100 are monitored, and nothing has happened yet.
    pub(super) fn new() -> Self {
        let mut stage = Self::down();
        stage.settle();
        let words = stage.words();
        assert_eq!(words.first().unwrap(), "link.up");
        assert_eq!(words.last().unwrap(), "link.resynced");
        stage
    }

    /// The same where the licence allows no monitor of `device`; and what the switch is told to be like then.
    pub(super) fn without(device: &str) -> (Self, Monitors) {
        let mut stage = Self::down();
        let why = csta::UniversalFailure::SystemResource(csta::SystemResourceError::OverallMonitorLimitExceeded);
        stage.refuses.insert(device.to_owned(), why);
        stage.settle();
        let told = stage.told.iter().rev().find_map(|event| match &event.data {
            Data::Link(data) => data.switch.monitors.clone(),
            _ => None,
        });
        (stage, told.unwrap())
    }

    /// The same where the switch gives no monitor of `device`.
    pub(super) fn unwatched(device: &str) -> Self {
        let mut stage = Self::down();
        let why = csta::SubscribedResourceError::ObjectMonitorLimitExceeded;
        let why = csta::UniversalFailure::SubscribedResource(why);
        stage.refuses.insert(device.to_owned(), why);
        stage.settle();
        stage.words();
        stage
    }

    fn down() -> Self {
        Self::of("ecma/ecma-323-ed5", "list = false\nsnapshot = false\nstates = []")
    }

    /// The same by any profile, with these terms for its monitors, before anything was said.
    pub(super) fn of(name: &str, terms: &str) -> Self {
        Self::with(name, &format!("perSecond = 1000\n{terms}"), &["2001-2004", "2100"])
    }

    /// The same with these devices, and nothing said of how fast they are monitored.
    pub(super) fn with(name: &str, terms: &str, devices: &[&str]) -> Self {
        let config = Config {
            profile: name.to_owned(),
            terms: terms.to_owned(),
            devices: devices.iter().map(|device| (*device).to_owned()).collect(),
        };
        let (machine, dialect) = config.machine(Restored::default(), Tick::ZERO);
        Stage {
            machine,
            config,
            server: Server::new(Tick::ZERO, ServerConfig::new(dialect.clone(), None)).unwrap(),
            dialect,
            connected: false,
            to_machine: BytesMut::new(),
            to_server: BytesMut::new(),
            tick: Tick::ZERO,
            monitors: BTreeMap::new(),
            refuses: BTreeMap::new(),
            snapshots: BTreeMap::new(),
            members: BTreeMap::new(),
            in_parts: false,
            parts_first: false,
            agents: BTreeMap::new(),
            undisturbed: BTreeSet::new(),
            forwards: BTreeMap::new(),
            fails: BTreeMap::new(),
            ignores: BTreeSet::new(),
            unnamed: BTreeMap::new(),
            names: BTreeMap::new(),
            late: BTreeSet::new(),
            answers: Vec::new(),
            requests: Vec::new(),
            ahead: Vec::new(),
            asked: Vec::new(),
            told: Vec::new(),
            switch: None,
            settled: Vec::new(),
            calls: Vec::new(),
            latest: BTreeMap::new(),
        }
    }

    /// The bridge is started anew, with what its log has; the switch goes on.
    pub(super) fn restarts(&mut self) -> &mut Self {
        let engine = self.machine.engine();
        let switch = self.told.iter().rev().find_map(|event| match &event.data {
            Data::Link(data) => Some(data.switch.clone()),
            _ => None,
        });
        let restored = Restored {
            switch: switch.or(self.switch.take()),
            calls: engine.calls().cloned().collect(),
            memos: engine.notes(),
            heard: Some(now(self.tick).wall),
            ..Restored::default()
        };
        (self.machine, _) = self.config.machine(restored, self.tick);
        self.connected = false;
        self.settle();
        self
    }

    /// The link breaks, and is made again a while later.
    pub(super) fn breaks(&mut self) -> &mut Self {
        self.cut();
        self.waits(3);
        self
    }

    /// The link breaks.
    pub(super) fn cut(&mut self) {
        self.connected = false;
        self.machine
            .handle_eof(now(self.tick), LinkRole::Events, Some("the line broke"));
        self.settle();
    }

    /// The switch asks for something, or tells of itself.
    pub(super) fn asks(&mut self, request: Request) -> &mut Self {
        self.server.submit(self.tick, Ask::new(request)).unwrap();
        self.settle();
        self
    }

    /// The switch says how it is.
    pub(super) fn is(&mut self, status: csta::SystemStatusValue) -> &mut Self {
        self.asks(Request::SystemStatus(Box::new(csta::SystemStatus {
            system_status: status,
            ..csta::SystemStatus::default()
        })))
    }

    /// The switch ends the monitor of a device.
    pub(super) fn stops(&mut self, device: &str) -> &mut Self {
        let monitor_cross_ref_id = self.monitors[device].clone();
        self.asks(Request::MonitorStop(Box::new(csta::MonitorStop {
            monitor_cross_ref_id,
            ..csta::MonitorStop::default()
        })))
    }

    /// A part of what a device has.
    pub(super) fn part(&mut self, device: &str, calls: Vec<csta::SnapshotDeviceInfo>, last: bool) -> &mut Self {
        self.asks(of_parts(device, calls, last))
    }

    /// Bytes, whatever they are.
    pub(super) fn sends(&mut self, bytes: &[u8]) -> &mut Self {
        self.to_machine.extend_from_slice(bytes);
        self.settle();
        self
    }

    /// Somebody asks for something.
    pub(super) fn commands(&mut self, order: Order) {
        let command = Command {
            id: CommandId(7),
            request_id: Text::from("r1"),
            requested_by: Text::from("crm"),
            order,
        };
        self.machine.handle_command(now(self.tick), command);
        self.settle();
    }

    /// A call as it was told last.
    pub(super) fn call(&self, number: usize) -> &Call {
        &self.latest[&self.calls[number - 1]]
    }

    /// What is not certain of a device, or of a number, in a call.
    pub(super) fn uncertain(&self, call: usize, at: &str) -> Vec<String> {
        let at = |c: &&Connection| {
            let device = c.device.as_ref().is_some_and(|device| device.key() == at);
            device || c.number.as_ref().is_some_and(|number| &***number == at)
        };
        let connections = &self.call(call).connections;
        let found = connections.iter().find(at).unwrap_or_else(|| panic!("{connections:?}"));
        found.uncertain.iter().map(|field| field.to_string()).collect()
    }

    /// The devices that are heard and those that are not, as was told last.
    pub(super) fn monitored(&self) -> Monitors {
        let told = self.told.iter().rev().find_map(|event| match &event.data {
            Data::Link(data) => data.switch.monitors.clone(),
            _ => None,
        });
        let before = || self.switch.as_ref().and_then(|switch| switch.monitors.clone());
        told.or_else(before).unwrap()
    }

    /// How often a service was asked for since that was asked last.
    pub(super) fn count(&mut self, service: &str) -> usize {
        let asked = std::mem::take(&mut self.asked);
        asked.iter().filter(|(_, name)| name == service).count()
    }

    /// The monitor of `device` tells `event`.
    pub(super) fn says(&mut self, device: &str, event: Said) -> &mut Self {
        let report = EventReport {
            monitor_cross_ref_id: self.monitors[device].clone(),
            event,
        };
        self.server.report(report).unwrap();
        self.settle();
        self
    }

    /// Some time passes.
    pub(super) fn waits(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.tick += Duration::from_secs(1);
            self.settle();
        }
    }

    /// Whatever is due within so many seconds is done once, and then nothing is due any more?
    pub(super) fn rests(&mut self, seconds: u64) -> bool {
        self.tick += Duration::from_secs(seconds);
        (0..100).any(|_| {
            self.machine.handle_timeout(now(self.tick));
            self.machine.poll_timeout().is_none_or(|due| due > self.tick)
        })
    }

    /// What was told since it was asked last.
    pub(super) fn words(&mut self) -> Vec<String> {
        let told = std::mem::take(&mut self.told);
        let switch = told.iter().rev().find_map(|event| match &event.data {
            Data::Link(data) => Some(data.switch.clone()),
            _ => None,
        });
        self.switch = switch.or(self.switch.take());
        let mut words: Vec<String> = told.iter().map(|event| word(&mut self.calls, event)).collect();
        // What may be asked of a call changes by what happens to another one.
        words.retain(|word| !word.contains(" information") && !word.starts_with("queue.updated"));
        words
    }

    fn settle(&mut self) {
        let now = now(self.tick);
        self.machine.handle_timeout(now);
        loop {
            let mut went = false;
            while let Some(wish) = self.machine.poll_wish() {
                went = true;
                match wish {
                    Wish::Connect(role) => {
                        let config = ServerConfig::new(self.dialect.clone(), None);
                        self.server = Server::new(self.tick, config).unwrap();
                        self.monitors.clear();
                        self.to_server.clear();
                        self.to_machine.clear();
                        self.connected = true;
                        self.machine.handle_connected(now, role);
                    }
                    Wish::Transmit(_, transmit) => self.to_server.extend_from_slice(&transmit.bytes),
                    Wish::Disconnect(_) => self.connected = false,
                    Wish::Missed(..) => {}
                }
            }
            if self.connected {
                self.server.handle_bytes(self.tick, &mut self.to_server).unwrap();
                // That the session ran out the switch has said before.
                let _ = self.server.handle_timeout(self.tick);
                while let Some(event) = self.server.poll_event() {
                    went = true;
                    self.serve(event);
                }
                while let Some(transmit) = self.server.poll_transmit() {
                    went = true;
                    self.to_machine.extend_from_slice(&transmit.bytes);
                }
            }
            let mut input = std::mem::take(&mut self.to_machine);
            if !input.is_empty() {
                self.machine.handle_bytes(now, LinkRole::Events, &mut input);
            }
            while let Some(batch) = self.machine.poll_batch() {
                for event in &batch.events {
                    if let Data::Call(data) = &event.data {
                        self.latest.insert(data.call.id, data.call.clone());
                    }
                }
                self.told.extend(batch.events);
                self.settled.extend(batch.settled);
            }
            // Monitors are placed at a pace.
            if !went
                && self
                    .machine
                    .poll_timeout()
                    .is_some_and(|at| at <= self.tick + Duration::from_millis(200))
            {
                self.tick += Duration::from_millis(10);
                self.machine.handle_timeout(self::now(self.tick));
                went = true;
            }
            if !went {
                return;
            }
        }
    }

    fn serve(&mut self, event: server::Event) {
        let server::Event::Received { id, request } = event else {
            return;
        };
        self.asked
            .push((self.tick.as_micros() / 1_000_000, request.name().to_owned()));
        self.requests.push(request.clone());
        if self.ignores.contains(request.name()) {
            return;
        }
        let answer = match self.fails.get(request.name()) {
            Some(why) => Answer::Failed(why.clone()),
            None => match self.answer(&request) {
                Some(response) => response,
                None => return,
            },
        };
        match self.late.contains(request.name()) {
            true => self.answers.push((id, answer)),
            false => self.server.respond(id, answer).unwrap(),
        }
    }

    /// The answers that are late come.
    pub(super) fn answers_late(&mut self) {
        for (id, answer) in std::mem::take(&mut self.answers) {
            self.server.respond(id, answer).unwrap();
        }
        self.settle();
    }

    fn answer(&mut self, request: &Request) -> Option<Answer> {
        Some(Answer::Done(match request {
            Request::MonitorStart(start) => {
                let csta::CstaObject::Device(device) = &start.monitor_object else {
                    panic!("{start:?}")
                };
                let device = device.number().to_owned();
                if let Some(why) = self.refuses.get(&device) {
                    return Some(Answer::Failed(why.clone()));
                }
                let name = Octets::from(format!("m{device}").as_str());
                self.monitors.insert(device.clone(), name.clone());
                let ahead = std::mem::take(&mut self.ahead);
                for (at, event) in ahead {
                    let report = EventReport {
                        monitor_cross_ref_id: name.clone(),
                        event: event.clone(),
                    };
                    match at == device {
                        true => self.server.report(report).unwrap(),
                        false => self.ahead.push((at, event)),
                    }
                }
                Response::MonitorStart(Box::new(csta::MonitorStartResponse {
                    monitor_cross_ref_id: name,
                    ..csta::MonitorStartResponse::default()
                }))
            }
            Request::SnapshotDevice(snapshot) => {
                let device = snapshot.snapshot_object.number();
                let calls = self.snapshots.get(device).cloned().unwrap_or_default();
                if self.parts_first {
                    for (part, last) in [(calls.clone(), false), (Vec::new(), true)] {
                        let part = of_parts(device, part, last);
                        self.server.submit(self.tick, Ask::new(part)).unwrap();
                    }
                }
                let data = match self.in_parts || self.parts_first {
                    true => csta::SnapshotDeviceResult::CrossRefId(Octets::from(format!("s{device}").as_str())),
                    false => csta::SnapshotDeviceResult::Data(csta::SnapshotDeviceList(calls)),
                };
                Response::SnapshotDevice(Box::new(csta::SnapshotDeviceResponse {
                    cross_ref_id_or_snapshot_data: data,
                    ..csta::SnapshotDeviceResponse::default()
                }))
            }
            Request::SnapshotCall(snapshot) => {
                let call = snapshot.snapshot_object.call_id.as_ref().map(Octets::text).unwrap();
                let list = self.members.get(&*call).cloned().unwrap_or_default();
                Response::SnapshotCall(Box::new(csta::SnapshotCallResponse {
                    cross_ref_id_or_snapshot_data: csta::SnapshotCallResult::Data(csta::SnapshotCallList(list)),
                    ..csta::SnapshotCallResponse::default()
                }))
            }
            Request::GetAgentState(get) => {
                let agents = self.agents.get(get.device.number()).cloned().unwrap_or_default();
                Response::GetAgentState(Box::new(csta::GetAgentStateResponse {
                    agent_state_list: csta::AgentStateList(agents),
                    ..csta::GetAgentStateResponse::default()
                }))
            }
            Request::GetDoNotDisturb(get) => {
                let on = self.undisturbed.contains(get.device.number());
                Response::GetDoNotDisturb(Box::new(csta::GetDoNotDisturbResponse {
                    do_not_disturb_on: on,
                    ..csta::GetDoNotDisturbResponse::default()
                }))
            }
            Request::GetForwarding(get) => {
                let list = self.forwards.get(get.device.number()).cloned().unwrap_or_default();
                Response::GetForwarding(Box::new(csta::GetForwardingResponse {
                    forwarding_list: csta::ForwardList(list),
                    ..csta::GetForwardingResponse::default()
                }))
            }
            Request::SetAgentState(_) => Response::SetAgentState(Box::new(csta::SetAgentStateResponse {
                pending_agent_state: Some(csta::PendingAgentState::AgentNotReady),
                ..csta::SetAgentStateResponse::default()
            })),
            Request::RequestSystemStatus(_) => {
                Response::RequestSystemStatus(Box::new(csta::RequestSystemStatusResponse {
                    system_status: csta::SystemStatusValue::Normal,
                    ..csta::RequestSystemStatusResponse::default()
                }))
            }
            Request::Other { .. } => {
                let ask = GetThirdPartyDeviceId::read(request)?.unwrap();
                let number = String::from(&*ask.extension);
                if let Some(why) = self.unnamed.get(&number) {
                    return Some(Answer::Failed(why.clone()));
                }
                let usual = || format!("{number}:{}::0", ask.switch_name);
                let name = self.names.get(&number).cloned().unwrap_or_else(usual);
                GetThirdPartyDeviceId::response(&avaya::device(&name), "http://www.avaya.com/csta")
            }
            _ => return None,
        }))
    }
}

/// A part of what a device has.
fn of_parts(device: &str, calls: Vec<csta::SnapshotDeviceInfo>, last: bool) -> Request {
    Request::SnapshotDeviceData(Box::new(csta::SnapshotDeviceData {
        service_cross_ref_id: Octets::from(format!("s{device}").as_str()),
        segment_id: Some(1),
        last_segment: last,
        snapshot_data: csta::SnapshotDeviceList(calls),
        ..csta::SnapshotDeviceData::default()
    }))
}

pub(super) fn now(tick: Tick) -> Now {
    Now {
        tick,
        wall: Wall::from_millis(1_795_000_000_000 + i64::try_from(tick.as_micros() / 1000).unwrap()),
    }
}
