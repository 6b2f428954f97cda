//! One switch as CSTA shows it: its session, the monitors that tell of its devices, and the snapshot behind them.

mod handles;
mod naming;
mod placing;

use super::monitors::{Monitors, Step};
use super::procedures::Procedures;
use super::{Normalizer, dialect, states};
use crate::model::{
    CallFact, CommandId, ConnectionFact, Fact, Facts, Kind, LinkFact, LinkRole, Now, Progress, Service, SwitchName,
    SwitchState, Task, Text,
};
use crate::normalize::cdr::Row;
use crate::normalize::{Adapter, Failure};
use crate::profile::{Asked, Csta, Rules, Site};
use bytes::BytesMut;
use handles::Handles;
use lineside_csta::client::{Client, Config, Event, LoginFailure, Peer, StatusMeaning};
use lineside_csta::types::{DeviceId, SnapshotDevice, SnapshotDeviceResult, UniversalFailure};
use lineside_csta::{Ask, Failure as Refused};
use lineside_csta::{Credentials, Dialect, Encoding};
use lineside_csta::{Request, Response};
use lineside_wire::{Private, RequestId, Session as _, SubmitError, Tick, Transmit, WireError};
use naming::Naming;
use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

/// What a CSTA adapter needs to know.
pub(crate) struct CstaConfig {
    pub(crate) switch: SwitchName,
    pub(crate) profile: Csta,
    pub(crate) rules: Rules,
    pub(crate) site: Site,
    pub(crate) username: String,
    pub(crate) secret: Private<String>,
    /// After so long calls of which nothing is heard are given up.
    pub(crate) give_up: Duration,
}

/// One switch.
pub(crate) struct CstaAdapter {
    profile: Csta,
    dialect: Dialect,
    credentials: Option<Credentials>,
    /// The devices that the site names, in its order.
    named: Vec<Text>,
    normalizer: Normalizer,
    client: Option<Client>,
    monitors: Monitors,
    /// By what devices are asked for.
    handles: Handles,
    phase: Phase,
    /// The switch was up before: what it has now may be another's.
    restarted: bool,
    procedures: Procedures,
    transmits: VecDeque<(LinkRole, Transmit)>,
    facts: VecDeque<Facts>,
    /// Nothing is monitored any more: monitors are placed anew.
    anew: bool,
    /// What agents and devices did before the link was up.
    meanwhile: VecDeque<Facts>,
    /// What the switch came to call calls and connections before it was.
    renamed: VecDeque<Fact>,
    /// Who is in a call that is asked for that.
    naming: Naming,
    /// When it was told last how many monitors are placed, and whether it is otherwise now.
    counted: (Tick, bool),
}

/// Of so many things that agents and devices do before the link is up it is told afterwards, and as many names are kept.
const MEANWHILE: usize = 4096;
/// After so long the link is up with the monitors that are placed by then. The others follow one by one.
const FIRST: Duration = Duration::from_secs(3);
/// While monitors are placed it is told so often how many are.
const COUNT: Duration = Duration::from_secs(5);

/// How long an answer may take.
fn answer(profile: &Csta) -> Duration {
    Duration::from_millis(u64::from(profile.limits.answer))
}

/// How far the link is.
#[derive(Debug, PartialEq, Eq)]
enum Phase {
    /// There is none, or it is not let in yet.
    Down,
    /// The switch was asked for its devices: by this request; those that it told so far; when to go on without the rest.
    Listing(Option<RequestId>, Vec<Text>, Tick),
    /// The first monitors are placed until then, and what happens meanwhile is folded silently.
    Placing(Tick),
    /// What is heard is told. Monitors may still be placed.
    Up,
    /// The switch says that it is not working.
    Halted,
}

impl CstaAdapter {
    pub(crate) fn new(config: CstaConfig) -> Self {
        let mut normalizer = Normalizer::new(config.switch, config.rules, config.give_up);
        let named = config.site.named_devices();
        normalizer.asks_calls = config.profile.monitors.calls;
        for device in &named {
            let usual = match normalizer.is_line(device) {
                true => Kind::Trunk,
                false => Kind::Station,
            };
            normalizer.learn(device, config.profile.devices.kind(device).unwrap_or(usual));
        }
        let dialect = dialect::of(&config.profile);
        let mut terms = config.profile.monitors.clone();
        // What there is no word for is not asked for.
        let is_known = |asked: Asked| dialect.encoding.has(states::ask(asked, DeviceId::default()).name());
        terms.states.retain(|asked| is_known(*asked));
        let states = terms.states.clone();
        let procedures = Procedures::new(config.profile.services.clone(), states, dialect.encoding.clone());
        normalizer.clears_calls = procedures.offers(Service::ClearCall);
        let switch_name = config.site.switch_name.unwrap_or_default();
        let handles = Handles::new(config.profile.devices.named.clone().map(|named| (named, switch_name)));
        CstaAdapter {
            credentials: dialect::credentials(&config.username, &config.secret),
            named,
            normalizer,
            client: None,
            monitors: Monitors::new(terms, answer(&config.profile), handles.are_used()),
            handles,
            phase: Phase::Down,
            restarted: false,
            procedures,
            dialect,
            profile: config.profile,
            transmits: VecDeque::new(),
            facts: VecDeque::new(),
            anew: true,
            meanwhile: VecDeque::new(),
            renamed: VecDeque::new(),
            naming: Naming::default(),
            counted: (Tick::ZERO, false),
        }
    }

    fn state(&mut self, fact: LinkFact) {
        self.tell(vec![Fact::Link(fact)]);
    }

    fn tell(&mut self, facts: Vec<Fact>) {
        if !facts.is_empty() {
            self.facts.push_back(Facts { time: None, facts });
        }
    }

    fn role(&mut self, state: SwitchState) {
        let role = LinkRole::Events;
        self.state(LinkFact::Role { role, state });
    }

    /// Takes what the session has to tell, after anything that changed it.
    fn drain(&mut self, now: Now, result: Result<(), WireError>) -> Result<(), Failure> {
        let mut refusal = None;
        while let Some(event) = self.client.as_mut().and_then(Client::poll_event) {
            match event {
                Event::Up(peer) => self.up(now, &peer),
                Event::LoginFailed(failure) => refusal = Some(failure),
                Event::Report(report) => {
                    let facts = self.normalizer.report(&report, now.tick);
                    self.begun();
                    self.happened(facts);
                }
                Event::Told(request) => self.told(now, &request),
                Event::Status { meaning, value } => self.status(now, meaning, value.as_str()),
                Event::Completed { id, result } => self.completed(now, id, result),
                Event::OtherPhase { announced, seen } => {
                    let version = format!(
                        "CSTA Phase {seen:?}, where Phase {announced:?} was agreed on: another profile may fit"
                    );
                    self.state(LinkFact::Version(Text::from(version)));
                    self.procedures.is_written(Encoding::Ber(seen));
                    self.normalizer.clears_calls = self.procedures.offers(Service::ClearCall);
                    self.state(LinkFact::Capabilities(self.procedures.capabilities()));
                }
                Event::Asked { .. }
                | Event::Unreadable { .. }
                | Event::Rejected(_)
                | Event::Stray(_)
                | Event::Ended(_) => {}
            }
        }
        self.send(now);
        while let Some(transmit) = self.client.as_mut().and_then(Client::poll_transmit) {
            self.transmits.push_back((LinkRole::Events, transmit));
        }
        let refused = matches!(
            refusal,
            Some(LoginFailure::Credentials(_) | LoginFailure::Refused(_) | LoginFailure::Version { .. })
        );
        match (result, refusal) {
            (_, Some(failure)) => Err(self.failure(&failure.to_string(), refused)),
            (Err(error), None) => Err(self.failure(&error.to_string(), false)),
            (Ok(()), None) => Ok(()),
        }
    }

    fn failure(&self, reason: &str, refused: bool) -> Failure {
        Failure {
            role: LinkRole::Events,
            reason: Text::from(reason),
            refused,
        }
    }

    /// Nothing more comes of who has just logged on.
    fn conclude_agents(&mut self, now: Now) {
        let facts = self.normalizer.conclude_agents(now.tick);
        self.happened(facts);
    }

    /// What happened is told, but for what a snapshot will tell.
    fn happened(&mut self, mut facts: Facts) {
        if self.phase == Phase::Up {
            if !facts.facts.is_empty() {
                self.facts.push_back(facts);
            }
            return;
        }
        let renames = facts.facts.iter().filter(|fact| matches!(fact, Fact::Renamed(_)));
        self.renamed.extend(renames.cloned());
        let more = self.renamed.len().saturating_sub(MEANWHILE);
        self.renamed.drain(..more);
        facts
            .facts
            .retain(|fact| matches!(fact, Fact::Agent(_) | Fact::Device(_)));
        if !facts.facts.is_empty() {
            self.meanwhile.push_back(facts);
        }
        if self.meanwhile.len() > MEANWHILE {
            self.meanwhile.pop_front();
        }
    }

    /// A device that was asked to make a call has begun one.
    fn begun(&mut self) {
        while let Some((device, call, connection, came)) = self.normalizer.poll_begun() {
            self.procedures.begun(&device, call, connection, came);
        }
    }

    fn up(&mut self, now: Now, peer: &Peer) {
        let version = peer.system_version.clone().or_else(|| peer.protocol_version.clone());
        if let Some(version) = version {
            self.state(LinkFact::Version(Text::from(version)));
        }
        self.begin(now, true);
    }

    fn told(&mut self, now: Now, request: &Request) {
        match request {
            Request::MonitorStop(stop) => {
                let monitor = stop.monitor_cross_ref_id.text();
                if self.monitors.is_stopped(now.tick, &monitor).is_some() {
                    let facts = self.normalizer.unwatch(now.tick, &monitor);
                    self.happened(facts);
                    self.counted.1 = true;
                    self.count(now.tick, true);
                }
            }
            Request::SnapshotDeviceData(part) => {
                let name = part.service_cross_ref_id.text();
                self.part(now, &name, &part.snapshot_data.0, part.last_segment);
                self.settle(now.tick);
            }
            Request::SnapshotCallData(part) => self.named_part(part),
            Request::SwitchingFunctionDevices(part) => self.listed(now, part),
            Request::SwFunctionDevicesChanged(_) if self.phase == Phase::Up => self.begin(now, false),
            _ => {}
        }
    }

    /// The switch says how it is, and the session has answered.
    fn status(&mut self, now: Now, meaning: StatusMeaning, word: &str) {
        if self.phase == Phase::Down {
            return;
        }
        match (meaning, word) {
            (StatusMeaning::Gone, "enabled") => {
                self.restarted = true;
                self.begin(now, true);
            }
            (StatusMeaning::Gone, _) => {
                self.conclude_agents(now);
                self.phase = Phase::Halted;
                self.doubt_all(now.tick, true);
                self.state(LinkFact::Down {
                    reason: Text::from(format!("the switch says that it is {word}")),
                    heard: Some(now.wall),
                });
            }
            (StatusMeaning::Fine, _) if self.phase == Phase::Halted => self.begin(now, true),
            (StatusMeaning::Resync, _) if matches!(self.phase, Phase::Halted | Phase::Listing(..)) => {
                self.begin(now, self.anew);
            }
            // What is monitored is monitored still: what was missed is asked for.
            (StatusMeaning::Resync, _) => self.begin(now, false),
            (StatusMeaning::BackOff, _) => self.monitors.hold_back(now.tick),
            (StatusMeaning::Fine, "overloadRelieved") => self.monitors.go_on(now.tick),
            (StatusMeaning::Fine, _) => {}
        }
    }

    fn completed(&mut self, now: Now, id: RequestId, result: Result<Response, Refused>) {
        if self.procedures.completed(now.tick, id, &result, &mut self.normalizer) {
            let facts = self.normalizer.facts();
            self.happened(facts);
            return;
        }
        if let Phase::Listing(asked, ..) = &mut self.phase
            && *asked == Some(id)
        {
            *asked = None;
            // Where the switch does not list them, the site has to name them.
            if result.is_err() {
                self.place(now, Vec::new());
            }
            return;
        }
        if self.named(id, &result) || self.named_for_command(id, &result) {
            return;
        }
        let Some((device, step)) = self.monitors.take(id) else {
            return;
        };
        if step == Step::Name {
            return self.named_for_monitor(now, device, result);
        }
        match (step, result) {
            (Step::Monitor, Ok(Response::MonitorStart(started))) => {
                let monitor = started.monitor_cross_ref_id.text();
                self.normalizer.watch(&device, &monitor);
                let telephone = self.normalizer.kind(&device) == Kind::Station;
                self.monitors
                    .is_placed(now.tick, &device, Text::from(monitor), telephone);
                self.adopted(Some(&device));
                self.counted.1 = true;
                self.count(now.tick, false);
            }
            (Step::Snapshot, Ok(Response::SnapshotDevice(answer))) => match &answer.cross_ref_id_or_snapshot_data {
                SnapshotDeviceResult::Data(calls) => {
                    self.normalizer.adopt(&device, &calls.0);
                    self.adopted(Some(&device));
                }
                SnapshotDeviceResult::CrossRefId(name) => {
                    let name = Text::from(name.text());
                    if let Some((calls, last)) = self.monitors.follows(now.tick, name.clone(), device) {
                        self.part(now, &name, &calls, last);
                    }
                }
                SnapshotDeviceResult::Other(_) => self.normalizer.adopt_broken(&device),
            },
            (Step::Agents, Ok(Response::GetAgentState(told))) => {
                let facts = self.normalizer.agents_now(now.tick, &device, &told.agent_state_list.0);
                self.happened(facts);
                if self.normalizer.awaits_agent(&device) {
                    self.monitors.looks_soon(now.tick, &device);
                }
            }
            (Step::State(_), Ok(answer)) => {
                self.normalizer.state_told(&device, &answer);
                self.adopted(Some(&device));
            }
            (step, result) => {
                let other = || {
                    Refused::Refused(UniversalFailure::PrivateErrorCode(
                        "the switch answered something else".into(),
                    ))
                };
                let why = result.err().unwrap_or_else(other);
                if step == Step::Snapshot {
                    self.normalizer.adopt_broken(&device);
                }
                self.monitors.is_refused(now.tick, device, step, &why);
                self.counted.1 = true;
                self.count(now.tick, false);
            }
        }
        self.settle(now.tick);
    }

    /// Sends what is to be sent now.
    fn send(&mut self, now: Now) {
        while let Some((id, request)) = self.procedures.poll_request() {
            let (ask, missing) = self.named_first(now.tick, id, &request);
            let Some(client) = self.client.as_mut() else { return };
            match (client.submit(now.tick, ask), missing) {
                (Ok(asked), None) => {
                    if let Request::SetAgentState(set) = &request {
                        self.monitors.looks_soon(now.tick, set.device.number());
                    }
                    self.procedures.sent(id, asked);
                }
                (Ok(asked), Some(missing)) => self.waits_for_name(asked, id, request, missing),
                (Err(SubmitError::WindowFull(_)), _) => {
                    self.procedures.put_back(id, request);
                    break;
                }
                (Err(error), _) => {
                    let why = Text::from(format!("the switch cannot be asked: {error}"));
                    self.procedures.not_sent(id, why, &mut self.normalizer);
                }
            }
        }
        self.give_back(now);
        let (Some(client), Phase::Placing(_) | Phase::Up) = (self.client.as_mut(), &self.phase) else {
            return;
        };
        while let Some((device, step)) = self.monitors.poll(now.tick) {
            let id = self.handles.of(&device);
            let ask = match step {
                Step::Name if self.handles.are_kept(&device) => None,
                Step::Name => self.handles.ask(&device),
                Step::State(asked) => Some(Ask::new(states::ask(asked, id))),
                Step::Agents => Some(Ask::new(states::ask(Asked::AgentState, id))),
                Step::Monitor => Some(Ask::new(dialect::monitor_start(&self.profile.monitors.filter, id))),
                Step::Snapshot => Some(Ask::new(Request::SnapshotDevice(Box::new(SnapshotDevice {
                    snapshot_object: id,
                    ..SnapshotDevice::default()
                })))),
            };
            let Some(ask) = ask else {
                self.monitors.is_named(device);
                continue;
            };
            match client.submit(now.tick, ask) {
                Ok(id) => {
                    if step == Step::Snapshot {
                        self.normalizer.is_asked(&device);
                    }
                    self.monitors.asked(id, device, step);
                }
                Err(_) => {
                    self.monitors.put_back(now.tick, device, step);
                    break;
                }
            }
        }
        self.ask_names(now);
    }
}

impl Adapter for CstaAdapter {
    fn restore(&mut self, now: Now, calls: Vec<(CallFact, Vec<ConnectionFact>)>, _over: BTreeSet<Text>) {
        let named = &self.named;
        let is_heard = |device: &Text| named.is_empty() || named.contains(device);
        self.normalizer.restore(now.tick, calls, is_heard);
    }

    fn wanted(&self) -> &'static [LinkRole] {
        &[LinkRole::Events]
    }

    fn handle_open(&mut self, now: Now, _role: LinkRole) -> Result<(), Failure> {
        let mut config = Config::new(self.dialect.clone(), self.credentials.clone());
        config.login_within = Duration::from_millis(u64::from(self.profile.limits.login));
        config.answer_within = Duration::from_millis(u64::from(self.profile.limits.answer));
        match Client::new(now.tick, config) {
            Ok(client) => self.client = Some(client),
            Err(error) => return Err(self.failure(&error.to_string(), true)),
        }
        self.drain(now, Ok(()))
    }

    fn handle_bytes(&mut self, now: Now, _role: LinkRole, input: &mut BytesMut) -> Result<(), Failure> {
        let Some(client) = &mut self.client else { return Ok(()) };
        let result = client.handle_bytes(now.tick, input);
        self.drain(now, result)
    }

    fn handle_closed(&mut self, now: Now, _role: LinkRole) -> Result<(), Failure> {
        let result = self
            .client
            .as_mut()
            .map_or(Ok(()), |client| client.handle_eof(now.tick));
        self.conclude_agents(now);
        self.phase = Phase::Down;
        let drained = self.drain(now, result);
        self.procedures.closed(&mut self.normalizer);
        self.doubt_all(now.tick, true);
        self.naming = Naming::default();
        self.client = None;
        self.role(SwitchState::Down);
        drained
    }

    fn handle_timeout(&mut self, now: Now) -> Result<(), Failure> {
        let due = self.client.as_ref().and_then(|client| client.poll_timeout());
        let result = match &mut self.client {
            Some(client) if due.is_some_and(|at| at <= now.tick) => client.handle_timeout(now.tick),
            _ => Ok(()),
        };
        let up = self.phase == Phase::Up;
        self.procedures.handle_timeout(now.tick, up, &mut self.normalizer);
        let facts = self.normalizer.handle_timeout(now.tick);
        self.happened(facts);
        while let Some(device) = self.monitors.broke_off(now.tick) {
            self.normalizer.adopt_broken(&device);
            self.adopted(Some(&device));
            self.settle(now.tick);
        }
        self.settle(now.tick);
        // A list that breaks off is taken as far as it came.
        if let Phase::Listing(_, devices, until) = &mut self.phase
            && *until <= now.tick
        {
            let devices = std::mem::take(devices);
            self.place(now, devices);
        }
        self.drain(now, result)
    }

    fn shutdown(&mut self, now: Now) {
        if let Some(client) = &mut self.client {
            client.close(now.tick);
        }
        // What the session says as it goes is of no use any more.
        let _ = self.drain(now, Ok(()));
    }

    fn poll_transmit(&mut self) -> Option<(LinkRole, Transmit)> {
        self.transmits.pop_front()
    }

    fn poll_facts(&mut self) -> Option<Facts> {
        self.facts.pop_front()
    }

    fn start(&mut self, now: Now, task: Task) {
        self.procedures.start(now.tick, &task, &mut self.normalizer);
        let _ = self.drain(now, Ok(()));
    }

    /// No store of records is read for a CSTA switch.
    fn missed(&mut self, _rows: Vec<Row>) {}

    fn poll_progress(&mut self) -> Option<(CommandId, Progress)> {
        self.procedures.poll()
    }

    fn poll_timeout(&self) -> Option<Tick> {
        let session = self.client.as_ref().and_then(|client| client.poll_timeout());
        let places = self.client.is_some() && matches!(self.phase, Phase::Placing(_) | Phase::Up);
        let monitors = self.monitors.poll_timeout().filter(|_| places);
        let parts = self.monitors.breaks_off();
        let listing = match self.phase {
            Phase::Listing(_, _, until) | Phase::Placing(until) => Some(until),
            _ => None,
        };
        let shown = self
            .procedures
            .poll_timeout(self.phase == Phase::Up)
            .into_iter()
            .chain(self.naming_due())
            .min();
        [session, monitors, parts, listing, shown, self.normalizer.poll_timeout()]
            .into_iter()
            .flatten()
            .min()
    }
}
