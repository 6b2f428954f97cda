//! One switch as one pure machine: the adapter with its sessions, the engine, and when to connect anew. It reads nothing but its
//! inputs, so the same inputs give the same outputs on any machine: bit for bit, ids included.

use super::input::Missed;
use crate::engine::{Desk, Engine, Ids, Plan, Roster, over};
use crate::model::{
    AgentId, Batch, Command, DeviceId, Fact, Facts, LinkFact, LinkRole, Now, Restored, SwitchName, SwitchState, Text,
    Wall,
};
use crate::normalize::asterisk::{AsteriskAdapter, AsteriskConfig};
use crate::normalize::csta::{CstaAdapter, CstaConfig};
use crate::normalize::{Adapter, Failure};
use crate::profile::{Product, Profile, Rules, Site, SiteAgent};
use bytes::BytesMut;
use lineside_wire::{Private, Tick, Timers, Transmit};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

/// The first wait before connecting anew; it doubles with every failure in a row.
const SOON: Duration = Duration::from_secs(1);
/// The longest.
const LATEST: Duration = Duration::from_secs(30);
/// After a refusal: who asks again at once is taken for an attacker.
const AFTER_REFUSAL: Duration = Duration::from_secs(60);

/// A connection that lasted so long was a good one: if it breaks, that is nobody's fault.
const STEADY: Duration = Duration::from_secs(60);

/// How long calls outlive a link that is down, where the configuration does not say.
pub(crate) const GIVE_UP: Duration = Duration::from_secs(15 * 60);

/// What a machine needs to know.
pub(crate) struct MachineConfig {
    pub(crate) switch: SwitchName,
    /// The name of the profile as the configuration has it.
    pub(crate) profile_name: String,
    pub(crate) profile: Profile,
    pub(crate) site: Site,
    pub(crate) rules: Rules,
    pub(crate) username: String,
    pub(crate) secret: Private<String>,
    /// Chance, drawn anew for every start.
    pub(crate) seed: [u8; 32],
    pub(crate) restored: Restored,
    /// How long calls outlive a link that is down.
    pub(crate) give_up: Duration,
}

/// What the machine wants done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Open the connection; answer with `handle_connected` or `handle_connect_failed`.
    Connect(LinkRole),
    /// Close the connection. Nothing is answered.
    Disconnect(LinkRole),
    /// Read what the switch wrote down of calls between the two times, where it can be read; answer with `handle_missed`.
    Missed(Wall, Wall),
    /// Write to the connection.
    Transmit(LinkRole, Transmit),
}

/// How a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Connection {
    Idle,
    Opening,
    Open,
}

/// One switch. After every `handle_*` drain [`Machine::poll_wish`] and [`Machine::poll_batch`], then re-arm the timer from
/// [`Machine::poll_timeout`].
pub(crate) struct Machine {
    adapter: Box<dyn Adapter>,
    engine: Engine,
    chance: ChaCha12Rng,
    connections: BTreeMap<LinkRole, Connection>,
    failures: BTreeMap<LinkRole, u32>,
    /// Since when a connection does what it is for. That it could be made says nothing yet.
    up: BTreeMap<LinkRole, Tick>,
    /// When the connection that carries the events was last heard.
    heard: Option<Wall>,
    reconnect: Timers<LinkRole>,
    /// Connections that the switch refused when they were last tried.
    refused: BTreeSet<LinkRole>,
    wishes: VecDeque<Wish>,
    batches: VecDeque<Batch>,
    over: bool,
}

impl Machine {
    /// A machine that wants to connect at once.
    pub(crate) fn new(config: MachineConfig, now: Now) -> Self {
        let mut chance = ChaCha12Rng::from_seed(config.seed);
        chance.set_stream(3);
        let known = config.restored.switch.as_ref();
        let said_up = known.is_some_and(|switch| switch.state != SwitchState::Down);
        let over = over(&config.restored);
        let ids = Ids::new(config.seed);
        let mut roster = roster(&config.switch, &config.rules);
        roster.after_call_is_told = matches!(config.profile.product, Product::Csta(_));
        let mut engine = Engine::new(
            config.switch.clone(),
            Text::from(config.profile_name),
            ids,
            config.give_up,
            config.restored,
            now,
        );
        engine.employ(roster);
        let mut adapter: Box<dyn Adapter> = match config.profile.product {
            Product::Csta(profile) => Box::new(CstaAdapter::new(CstaConfig {
                switch: config.switch,
                profile: *profile,
                rules: config.rules,
                site: config.site,
                username: config.username,
                secret: config.secret,
                give_up: config.give_up,
            })),
            Product::Asterisk(profile) => Box::new(AsteriskAdapter::new(AsteriskConfig {
                switch: config.switch,
                profile: *profile,
                rules: config.rules,
                user_data: config.site.user_data,
                digits: config.site.digits,
                username: config.username,
                secret: config.secret,
                seed: config.seed,
            })),
        };
        adapter.restore(now, engine.known(), over);
        let mut machine = Machine {
            adapter,
            engine,
            chance,
            connections: BTreeMap::new(),
            failures: BTreeMap::new(),
            up: BTreeMap::new(),
            heard: None,
            reconnect: Timers::new(),
            refused: BTreeSet::new(),
            wishes: VecDeque::new(),
            batches: VecDeque::new(),
            over: false,
        };
        if said_up {
            // What was told last before the bridge stopped is true no more.
            machine.down(now, Text::from("the bridge was started anew"));
        }
        machine.drain(now);
        machine
    }

    pub(crate) fn handle_connected(&mut self, now: Now, role: LinkRole) {
        match self.connections.get(&role) {
            Some(Connection::Opening) => {}
            // One is enough.
            Some(Connection::Open) => return,
            // Nobody wants it any more.
            Some(Connection::Idle) | None => return self.wishes.push_back(Wish::Disconnect(role)),
        }
        self.connections.insert(role, Connection::Open);
        let result = self.adapter.handle_open(now, role);
        self.settle(now, result);
    }

    pub(crate) fn handle_connect_failed(&mut self, now: Now, role: LinkRole, reason: &str) {
        if self.connections.get(&role) != Some(&Connection::Opening) {
            return;
        }
        self.connections.insert(role, Connection::Idle);
        self.later(now, role, false);
        if role == LinkRole::Events {
            self.down(now, Text::from(reason));
        }
        self.drain(now);
    }

    /// What is left in `input` is the start of a message: more is to be read behind it.
    pub(crate) fn handle_bytes(&mut self, now: Now, role: LinkRole, input: &mut BytesMut) {
        if self.connections.get(&role) == Some(&Connection::Open) {
            if role == LinkRole::Events {
                self.heard = Some(now.wall);
            }
            let result = self.adapter.handle_bytes(now, role, input);
            self.settle(now, result);
        }
    }

    /// The peer closed, or the connection broke; `reason` says how, where it was not simply closed.
    pub(crate) fn handle_eof(&mut self, now: Now, role: LinkRole, reason: Option<&str>) {
        if self.connections.get(&role) == Some(&Connection::Open) {
            self.lost(now, role, reason.map(Text::from), false);
            self.drain(now);
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Now) {
        while let Some(role) = self.reconnect.expired(now.tick) {
            // One that waits for another is opened when it is wanted again.
            if !self.adapter.wanted().contains(&role) {
                continue;
            }
            self.connections.insert(role, Connection::Opening);
            self.wishes.push_back(Wish::Connect(role));
        }
        if self.adapter.poll_timeout().is_some_and(|at| at <= now.tick) {
            let result = self.adapter.handle_timeout(now);
            self.settle(now, result);
        }
        self.batches.extend(self.engine.handle_timeout(now));
        while let Some(task) = self.engine.poll_task() {
            self.adapter.start(now, task);
        }
        self.drain(now);
    }

    /// Somebody asks the switch for something. How it comes out rides in a batch.
    pub(crate) fn handle_command(&mut self, now: Now, command: Command) {
        match self.engine.plan(command, now) {
            Plan::Ask(task) => self.adapter.start(now, task),
            Plan::Over(batch) => self.batches.push_back(batch),
        }
        self.drain(now);
    }

    /// What the switch wrote down of calls that nobody heard.
    pub(crate) fn handle_missed(&mut self, now: Now, missed: Missed) {
        self.engine.begin_missed(missed.from, missed.to);
        self.adapter.missed(missed.rows);
        self.facts(now);
        self.batches.extend(self.engine.end_missed(now));
        self.drain(now);
    }

    /// The bridge goes down: the sessions say goodbye, and nothing is opened any more.
    pub(crate) fn shutdown(&mut self, now: Now) {
        self.over = true;
        self.batches.extend(self.engine.shutdown(now));
        self.adapter.shutdown(now);
        self.drain(now);
    }

    pub(crate) fn poll_wish(&mut self) -> Option<Wish> {
        self.wishes.pop_front()
    }

    pub(crate) fn poll_batch(&mut self) -> Option<Batch> {
        self.batches.pop_front()
    }

    pub(crate) fn poll_timeout(&self) -> Option<Tick> {
        let all = [
            self.reconnect.next(),
            self.adapter.poll_timeout(),
            self.engine.poll_timeout(),
        ];
        all.into_iter().flatten().min()
    }

    #[cfg(test)]
    pub(crate) const fn engine(&self) -> &Engine {
        &self.engine
    }

    fn settle(&mut self, now: Now, result: Result<(), Failure>) {
        if let Err(failure) = result {
            self.wishes.push_back(Wish::Disconnect(failure.role));
            self.lost(now, failure.role, Some(failure.reason), failure.refused);
        }
        self.drain(now);
    }

    /// A connection is gone: what it told before counts, then it is down, and is opened again later.
    fn lost(&mut self, now: Now, role: LinkRole, reason: Option<Text>, refused: bool) {
        let was_up = self.connections.insert(role, Connection::Idle) == Some(Connection::Open);
        self.facts(now);
        // The session says how it ended, which is better than that it ended: a login that was refused, say. Why the connection broke
        // stays beside it: that we closed it ourselves, say.
        let (reason, refused) = match (self.adapter.handle_closed(now, role), reason) {
            (Err(failure), Some(reason)) if reason != failure.reason => {
                let both = format!("{reason}; {}", failure.reason);
                (Text::from(both), failure.refused || refused)
            }
            (Err(failure), _) => (failure.reason, failure.refused || refused),
            (Ok(()), Some(reason)) => (reason, refused),
            (Ok(()), None) => (Text::from("the switch closed the connection"), refused),
        };
        self.facts(now);
        self.later(now, role, refused);
        if role == LinkRole::Events && was_up {
            self.up.remove(&LinkRole::Actions);
            self.down(now, reason);
            let actions = self.connections.insert(LinkRole::Actions, Connection::Idle);
            if actions.is_some_and(|state| state != Connection::Idle) {
                self.wishes.push_back(Wish::Disconnect(LinkRole::Actions));
            }
            if actions == Some(Connection::Open) {
                let _ = self.adapter.handle_closed(now, LinkRole::Actions);
                self.facts(now);
            }
            // Who was refused is not to ask again sooner because the other connection broke.
            if !self.refused.contains(&LinkRole::Actions) {
                self.reconnect.stop(LinkRole::Actions);
            }
        }
    }

    fn down(&mut self, now: Now, reason: Text) {
        let facts = Facts {
            time: None,
            facts: vec![Fact::Link(LinkFact::Down {
                reason,
                heard: self.heard,
            })],
        };
        self.batches.extend(self.engine.reduce(facts, now));
    }

    /// When to open a connection again: later after every failure in a row, with jitter, and much later after a refusal. A connection that
    /// did not last is a failure, too.
    fn later(&mut self, now: Now, role: LinkRole, refused: bool) {
        let failures = self.failures.entry(role).or_default();
        if self.up.remove(&role).is_some_and(|since| since + STEADY <= now.tick) {
            *failures = 0;
        }
        let wait = if refused {
            self.refused.insert(role);
            AFTER_REFUSAL
        } else {
            self.refused.remove(&role);
            LATEST.min(SOON.saturating_mul(1 << (*failures).min(5)))
        };
        *failures = failures.saturating_add(1);
        let jitter = self.chance.next_u32() % 250;
        self.reconnect.set(role, now.tick + wait + wait * jitter / 1000);
    }

    fn facts(&mut self, now: Now) {
        while let Some((id, progress)) = self.adapter.poll_progress() {
            self.batches.extend(self.engine.progress(id, progress, now));
        }
        while let Some(facts) = self.adapter.poll_facts() {
            for fact in &facts.facts {
                if let Fact::Link(LinkFact::Role { role, state }) = fact
                    && *state == SwitchState::Up
                {
                    self.up.entry(*role).or_insert(now.tick);
                }
            }
            self.batches.extend(self.engine.reduce(facts, now));
            while let Some((from, to)) = self.engine.take_missed() {
                self.wishes.push_back(Wish::Missed(from, to));
            }
        }
    }

    fn drain(&mut self, now: Now) {
        self.facts(now);
        while let Some((role, transmit)) = self.adapter.poll_transmit() {
            self.wishes.push_back(Wish::Transmit(role, transmit));
        }
        if self.over {
            return;
        }
        for role in self.adapter.wanted() {
            let idle = self
                .connections
                .get(role)
                .is_none_or(|state| *state == Connection::Idle);
            if idle && self.reconnect.get(*role).is_none() {
                self.connections.insert(*role, Connection::Opening);
                self.wishes.push_back(Wish::Connect(*role));
            }
        }
    }
}

/// The agents of a site, in our ids.
fn roster(switch: &SwitchName, rules: &Rules) -> Roster {
    let device = |key: &String| DeviceId::new(switch, key);
    let desk = |agent: &SiteAgent| Desk {
        device: agent.device.as_ref().map(device),
        queues: agent.queues.iter().map(device).collect(),
    };
    let text = |text: &String| Text::from(text.as_str());
    Roster {
        desks: rules
            .agents
            .iter()
            .map(|agent| (AgentId::new(switch, &agent.id), desk(agent)))
            .collect(),
        reasons: rules.not_ready_reasons.iter().map(text).collect(),
        after_call: rules.after_call_reason.as_ref().map(text),
        after_call_is_told: false,
        after_call_time: rules.after_call_seconds.map(Duration::from_secs),
    }
}
