//! One Asterisk as AMI shows it: a session for the events, on which the snapshot and its fence run too, and one for the actions,
//! since a session that waits in an action gets no events (protocol page, finding 6).

mod rereading;
mod resync;

pub(super) use resync::Asked;

use super::Normalizer;
use super::audit::Audit;
use super::block::timestamp;
use super::device::Kept;
use super::procedures::Procedures;
use crate::model::{
    CallFact, Capability, CommandId, ConnectionFact, Fact, Facts, LinkFact, LinkRole, Now, Progress, SwitchName,
    SwitchState, Task, Text,
};
use crate::normalize::cdr::Row;
use crate::normalize::{Adapter, Failure};
use crate::profile::{Asterisk, Rules};
use bytes::BytesMut;
use lineside_ami::client::{Client, Config, Event, Failure as Refused, LoginFailure, Reply};
use lineside_ami::{Action, Message};
use lineside_wire::{Private, RequestId, Session as _, SubmitError, Tick, Transmit, WireError};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use resync::Resync;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What an Asterisk adapter needs to know.
pub(crate) struct AsteriskConfig {
    pub(crate) switch: SwitchName,
    pub(crate) profile: Asterisk,
    pub(crate) rules: Rules,
    pub(crate) user_data: Vec<String>,
    pub(crate) digits: bool,
    pub(crate) username: String,
    pub(crate) secret: Private<String>,
    pub(crate) seed: [u8; 32],
}

/// One Asterisk.
pub(crate) struct AsteriskAdapter {
    username: String,
    secret: Private<String>,
    events_mask: &'static str,
    limits: crate::profile::Limits,
    chance: ChaCha12Rng,
    normalizer: Normalizer,
    events: Option<Client>,
    actions: Option<Client>,
    resync: Option<Resync>,
    /// The switch knew less than it will once it is fully booted.
    unbooted: bool,
    /// When the switch started, as it says.
    boot: Option<Text>,
    logged_in: bool,
    /// The connection for actions is logged in, or was tried in vain.
    actions_settled: bool,
    procedures: Procedures,
    audit: Audit,
    /// What the database keeps of a telephone, which is read since it changed.
    reading: BTreeMap<RequestId, (Text, Kept)>,
    /// That of the queues, likewise.
    configuration: Option<RequestId>,
    transmits: VecDeque<(LinkRole, Transmit)>,
    facts: VecDeque<Facts>,
}

impl AsteriskAdapter {
    pub(crate) fn new(config: AsteriskConfig) -> Self {
        let mut chance = ChaCha12Rng::from_seed(config.seed);
        chance.set_stream(2);
        AsteriskAdapter {
            username: config.username,
            secret: config.secret,
            events_mask: if config.digits {
                "system,call,agent,user,dialplan,dtmf"
            } else {
                "system,call,agent,user,dialplan"
            },
            limits: config.profile.limits,
            chance,
            procedures: Procedures::new(
                config.profile.control.clone(),
                config.profile.stations.clone(),
                config.digits,
                config.seed,
            ),
            normalizer: Normalizer::new(
                config.switch,
                config.profile,
                config.rules,
                &config.user_data,
                config.digits,
            ),
            events: None,
            actions: None,
            resync: None,
            unbooted: false,
            boot: None,
            logged_in: false,
            actions_settled: false,
            audit: Audit::default(),
            reading: BTreeMap::new(),
            configuration: None,
            transmits: VecDeque::new(),
            facts: VecDeque::new(),
        }
    }

    fn client(&mut self, role: LinkRole) -> &mut Option<Client> {
        match role {
            LinkRole::Events => &mut self.events,
            LinkRole::Actions => &mut self.actions,
        }
    }

    fn state(&mut self, fact: LinkFact) {
        self.facts.push_back(Facts {
            time: None,
            facts: vec![Fact::Link(fact)],
        });
    }

    /// Takes what a session has to tell, after anything that changed it.
    fn drain(&mut self, now: Now, role: LinkRole, result: Result<(), WireError>) -> Result<(), Failure> {
        let (mut refusal, mut going) = (None, None);
        while let Some(event) = self.client(role).as_mut().and_then(Client::poll_event) {
            match event {
                Event::LoggedIn => self.logged_in(now, role)?,
                Event::LoginFailed(failure) => refusal = Some(failure),
                Event::FullyBooted(_) if role == LinkRole::Events && self.unbooted => self.read(now)?,
                Event::Message(message) if role == LinkRole::Events => {
                    self.message(&message, now);
                    going = going.or_else(|| goes_down(&message));
                }
                Event::Completed { id, result } if role == LinkRole::Events => self.completed(now, id, result)?,
                Event::Completed { id, result } => self.answered(now, id, result),
                _ => {}
            }
        }
        self.send(now);
        while let Some(transmit) = self.client(role).as_mut().and_then(Client::poll_transmit) {
            self.transmits.push_back((role, transmit));
        }
        let refused = matches!(
            refusal,
            Some(LoginFailure::Authentication(_) | LoginFailure::AlreadyInUse(_))
        );
        match (result, refusal) {
            (_, Some(failure)) => Err(Failure {
                role,
                reason: Text::from(failure.to_string()),
                refused,
            }),
            (Err(error), None) => Err(Failure {
                role,
                reason: Text::from(error.to_string()),
                refused: false,
            }),
            (Ok(()), None) => going.map_or(Ok(()), |reason| Err(failure(reason))),
        }
    }

    fn logged_in(&mut self, now: Now, role: LinkRole) -> Result<(), Failure> {
        if role == LinkRole::Events {
            self.logged_in = true;
            self.audit.heard(now.tick);
            self.read(now)?;
        } else {
            self.state(LinkFact::Role {
                role,
                state: SwitchState::Up,
            });
            let ask = self.procedures.ask_rights();
            let asked = ask.and_then(|ask| self.actions.as_mut()?.submit(now.tick, ask).ok());
            match asked {
                Some(request) => self.procedures.rights_asked(request),
                None => {
                    self.settled();
                    if self.resync.is_none() {
                        self.state(LinkFact::Capabilities(self.capabilities()));
                    }
                }
            }
        }
        Ok(())
    }

    /// Reads what there is. What happens meanwhile is folded silently, and shows when all has been read.
    fn read(&mut self, now: Now) -> Result<(), Failure> {
        self.state(LinkFact::Role {
            role: LinkRole::Events,
            state: SwitchState::Resyncing,
        });
        self.ask(now)
    }

    /// What may be asked is known, or was asked in vain.
    fn settled(&mut self) {
        // An answer of a link that is down says nothing of the next one.
        if !self.logged_in {
            return;
        }
        self.actions_settled = true;
        self.complete();
    }

    /// What may be asked for now: nothing without a connection that could carry it.
    fn capabilities(&self) -> BTreeMap<Text, Capability> {
        let connected = self.actions_settled && self.actions.is_some();
        self.procedures.capabilities(connected)
    }

    /// An action was answered, or was not.
    fn answered(&mut self, now: Now, id: RequestId, result: Result<Reply, Refused>) {
        let news = self.procedures.completed(now.tick, id, result, &mut self.normalizer);
        self.tell_read();
        if !news {
            return;
        }
        let ask = self.procedures.ask_contexts();
        if let Some(request) = ask.and_then(|ask| self.actions.as_mut()?.submit(now.tick, ask).ok()) {
            return self.procedures.rights_asked(request);
        }
        self.settled();
        if self.resync.is_none() {
            self.state(LinkFact::Capabilities(self.capabilities()));
        }
    }

    /// Sends what the tasks want sent.
    fn send(&mut self, now: Now) {
        while let Some((id, action, sending)) = self.procedures.poll_action(now.tick, &mut self.normalizer) {
            let submitted = self.actions.as_mut().map(|client| client.submit(now.tick, action));
            let why = match submitted {
                Some(Ok(request)) => {
                    self.procedures.sent(id, request, sending);
                    continue;
                }
                Some(Err(SubmitError::WindowFull(_))) => {
                    // It goes on with the next answer.
                    self.procedures.put_back(id, sending, &mut self.normalizer);
                    break;
                }
                Some(Err(error)) => format!("the switch cannot be asked: {error}"),
                None => "the connection for actions is down; it is opened again by itself".to_owned(),
            };
            self.procedures
                .not_sent(id, &sending, Text::from(why), &mut self.normalizer);
        }
        for leg in self.normalizer.take_lonely() {
            let hang_up = Action::new("Hangup")
                .header("Channel", leg.as_bytes())
                .header("Cause", "16");
            // Nobody asked for it: where it fails, who is alone hangs up himself.
            let _ = self.actions.as_mut().map(|client| client.submit(now.tick, hang_up));
        }
        while let Some(transmit) = self.actions.as_mut().and_then(Client::poll_transmit) {
            self.transmits.push_back((LinkRole::Actions, transmit));
        }
        while let Some(facts) = self.procedures.poll_facts() {
            self.facts.push_back(facts);
        }
    }

    fn message(&mut self, message: &Message, now: Now) {
        if message.get("Uniqueid").is_some() {
            self.audit.heard(now.tick);
        }
        if message.is_event("OriginateResponse") {
            self.procedures.originated(message, now.tick, &self.normalizer);
        }
        let facts = self.normalizer.event(message, now.tick);
        if message.is_event("MixMonitorStop")
            && let Some(leg) = message.get("Uniqueid").and_then(|id| id.as_str())
        {
            self.procedures.recording_ended(leg, &self.normalizer);
        }
        self.read_changed(now);
        self.read_reloaded(message, now);
        let Some(resync) = &mut self.resync else {
            if !facts.facts.is_empty() {
                self.facts.push_back(facts);
            }
            return;
        };
        // Until the fence everything is folded silently.
        if message.is_event("VarSet") && message.get("Variable").is_some_and(|name| name == *resync.fence) {
            resync.fenced =
                Some(timestamp(message).map(|sent| now.wall.as_millis().saturating_sub(sent.div_euclid(1000))));
            self.complete();
        }
    }
}

impl Adapter for AsteriskAdapter {
    /// An Asterisk says at once all that it has.
    fn restore(&mut self, _now: Now, _calls: Vec<(CallFact, Vec<ConnectionFact>)>, over: BTreeSet<Text>) {
        self.normalizer.over = over;
    }

    fn wanted(&self) -> &'static [LinkRole] {
        if self.logged_in {
            &[LinkRole::Events, LinkRole::Actions]
        } else {
            &[LinkRole::Events]
        }
    }

    fn handle_open(&mut self, now: Now, role: LinkRole) -> Result<(), Failure> {
        let prefix = format!("ls{:016x}", self.chance.next_u64());
        let mut config = Config::new(&self.username, &self.secret, &prefix);
        config.events = match role {
            LinkRole::Events => self.events_mask.to_owned(),
            LinkRole::Actions => "off".to_owned(),
        };
        let client = Client::new(now.tick, config).map_err(|error| Failure {
            role,
            reason: Text::from(error.to_string()),
            refused: true,
        })?;
        *self.client(role) = Some(client);
        self.drain(now, role, Ok(()))
    }

    fn handle_bytes(&mut self, now: Now, role: LinkRole, input: &mut BytesMut) -> Result<(), Failure> {
        let Some(client) = self.client(role) else { return Ok(()) };
        let result = client.handle_bytes(now.tick, input);
        self.drain(now, role, result)
    }

    fn handle_closed(&mut self, now: Now, role: LinkRole) -> Result<(), Failure> {
        let result = self
            .client(role)
            .as_mut()
            .map_or(Ok(()), |client| client.handle_eof(now.tick));
        if role == LinkRole::Events {
            self.resync = None;
            self.logged_in = false;
            self.audit.stop();
            self.reading.clear();
            self.configuration = None;
            self.actions_settled = false;
        }
        let drained = self.drain(now, role, result);
        if role == LinkRole::Actions {
            self.procedures.closed(&mut self.normalizer);
        }
        *self.client(role) = None;
        if role == LinkRole::Actions && self.logged_in {
            let resynced = self.resync.is_none();
            self.settled();
            if resynced {
                self.state(LinkFact::Capabilities(self.capabilities()));
            }
        }
        self.state(LinkFact::Role {
            role,
            state: SwitchState::Down,
        });
        drained
    }

    fn handle_timeout(&mut self, now: Now) -> Result<(), Failure> {
        for role in [LinkRole::Events, LinkRole::Actions] {
            let due = self
                .client(role)
                .as_ref()
                .and_then(|client| client.poll_timeout())
                .is_some_and(|at| at <= now.tick);
            if let Some(client) = self.client(role).as_mut().filter(|_| due) {
                let result = client.handle_timeout(now.tick);
                self.drain(now, role, result)?;
            }
        }
        let facts = self.normalizer.open_over(now.tick);
        // Until the fence everything is folded silently.
        if self.resync.is_none() {
            self.facts.extend(facts);
        }
        self.procedures.handle_timeout(now.tick, &mut self.normalizer);
        while let Some(facts) = self.normalizer.unheld_by(now.tick) {
            if !facts.facts.is_empty() {
                self.facts.push_back(facts);
            }
        }
        self.send(now);
        while let Some(facts) = self.normalizer.handle_timeout(now.tick) {
            // Where the switch is not heard it may be otherwise by now: the next snapshot tells.
            if self.logged_in && self.resync.is_none() {
                self.facts.push_back(facts);
            }
        }
        if self
            .resync
            .as_ref()
            .is_some_and(|resync| resync.channels && resync.due <= now.tick)
        {
            self.resynced(None);
        }
        if self.audit.due().is_some_and(|due| due <= now.tick) {
            self.audit(now)?;
        }
        Ok(())
    }

    fn shutdown(&mut self, now: Now) {
        for role in [LinkRole::Actions, LinkRole::Events] {
            if let Some(client) = self.client(role) {
                client.close(now.tick);
            }
            // What a session says as it goes is of no use any more.
            let _ = self.drain(now, role, Ok(()));
        }
    }

    fn poll_transmit(&mut self) -> Option<(LinkRole, Transmit)> {
        self.transmits.pop_front()
    }

    fn missed(&mut self, rows: Vec<Row>) {
        let mut calls: BTreeMap<&Text, Vec<&Row>> = BTreeMap::new();
        for row in &rows {
            calls.entry(&row.linked).or_default().push(row);
        }
        let missed = calls.values().filter_map(|rows| self.normalizer.missed(rows));
        let facts = missed.map(|fact| Facts {
            time: None,
            facts: vec![fact],
        });
        self.facts.extend(facts);
    }

    fn start(&mut self, now: Now, task: Task) {
        self.procedures.start(now.tick, &task, &mut self.normalizer);
        self.send(now);
    }

    fn poll_progress(&mut self) -> Option<(CommandId, Progress)> {
        self.procedures.poll()
    }

    fn poll_facts(&mut self) -> Option<Facts> {
        self.facts.pop_front()
    }

    fn poll_timeout(&self) -> Option<Tick> {
        let sessions = [&self.events, &self.actions]
            .into_iter()
            .flatten()
            .filter_map(|client| client.poll_timeout());
        let fence = self
            .resync
            .as_ref()
            .filter(|resync| resync.channels)
            .map(|resync| resync.due);
        let tasks = self.procedures.poll_timeout();
        let wraps = self.normalizer.poll_timeout();
        let unheld = self.normalizer.unheld_until();
        let all = sessions.chain(fence).chain(self.audit.due());
        let open = self.normalizer.open_until();
        all.chain(tasks).chain(unheld).chain(wraps).chain(open).min()
    }
}

/// 16 and 22 tell it before they end, and before they restart.
fn goes_down(message: &Message) -> Option<&'static str> {
    let restarts = || message.get("Restart").is_some_and(|restarts| restarts.is("True"));
    let going = message.is_event("Shutdown");
    going.then(|| {
        if restarts() {
            "the switch restarts"
        } else {
            "the switch shuts down"
        }
    })
}

fn failure(reason: &str) -> Failure {
    Failure {
        role: LinkRole::Events,
        reason: Text::from(reason),
        refused: false,
    }
}
