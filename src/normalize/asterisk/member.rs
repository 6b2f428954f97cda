//! Members of queues: who answers where, whether they take calls there, and the wrap-up after a call.
//!
//! A queue names its members by interface: a phone, a Local channel that leads to one, or an agent of the pool. What of that is one person
//! is concluded: by the site's list, by a name that only one device bears, else by the device. An agent of the pool is in its queues while
//! it is logged on there.

use super::Normalizer;
use super::adapter::Asked;
use super::block::text;
use crate::model::{AgentEvent, AgentFact, AgentId, DeviceId, Fact, Facts, Kind, Now, QueueFact, SetBy, Text, Wall};
use crate::normalize::legs::{Leg, Nature};
use crate::profile::SiteAgent;
use lineside_ami::{Action, Message};
use lineside_wire::Tick;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The most members of all queues together.
const MEMBERS: usize = 50_000;

/// A queue, and an interface in it.
type Key = (Text, Text);

/// All members of the queues of one switch.
#[derive(Default)]
pub(super) struct Members {
    all: BTreeMap<Key, Member>,
    queues: BTreeSet<Text>,
    /// Which agent it is, by interface and name: once said, that stays.
    agents: BTreeMap<(Text, Text), AgentId>,
    /// Where the bearer of a name is; nowhere where several bear it.
    named: BTreeMap<Text, Text>,
    /// Where agents of the pool are logged on, by their numbers.
    pool: BTreeMap<Text, DeviceId>,
    /// The switch's time of the last event of each, also of those who went, microseconds: what is heard again says nothing again.
    heard: BTreeMap<Key, i64>,
    /// Did the switch list them?
    listed: bool,
    /// How long a wrap-up is in a queue, for members that have no time of their own.
    wrap_ups: BTreeMap<Text, Duration>,
    /// A call in one queue is one in all queues of who took it.
    shared: bool,
    /// When wrap-ups are over.
    due: BTreeSet<(Tick, Key)>,
    /// The switch lets us see what dialplans execute.
    sees_dialplan: bool,
}

/// A member, as the switch told it last.
#[derive(Clone, PartialEq, Eq)]
struct Member {
    agent: AgentId,
    dynamic: bool,
    name: Option<Text>,
    device: Option<DeviceId>,
    /// Its number in the pool of agents, where it is one of those, and whether it is logged on there.
    pool: Option<Text>,
    on: bool,
    paused: bool,
    reason: Option<Text>,
    /// Its pause is work after a call: the site knows that by the reason.
    after_call: bool,
    /// Since when it takes no calls, in seconds of the switch's clock.
    since: Option<i64>,
    penalty: u32,
    /// How long a wrap-up is, and the one that runs.
    wrap_up: Duration,
    wraps: Option<WrapUp>,
    /// The connection of the phone that talks to a caller of this queue.
    serves: Option<Text>,
}

/// A wrap-up that runs.
#[derive(Clone, Copy, PartialEq, Eq)]
struct WrapUp {
    /// When it is over: for us, and by the switch's clock, in seconds.
    due: Tick,
    over: Option<i64>,
    seconds: i64,
}

impl WrapUp {
    /// The same, counted from this second: the clock that the switch counts wrap-ups by is some milliseconds behind the one that its events
    /// are stamped by, so that a talk which ended as a second began ended in the one before (22).
    fn counted_from(self, last: i64) -> Option<Self> {
        let over = self.over?.checked_sub(1)?;
        (last.checked_add(self.seconds)? == over).then(|| Self {
            due: Tick::from_micros(self.due.as_micros().saturating_sub(1_000_000)),
            over: Some(over),
            ..self
        })
    }
}

/// Where an agent is a member.
pub(super) struct Membership {
    pub(super) queue: Text,
    pub(super) interface: Text,
    /// It came by hand or by an application, and can go again; who stands in a file cannot (16 and 22: `Member not dynamic`).
    pub(super) dynamic: bool,
}

/// What a message says of a member.
struct Told {
    key: Key,
    name: Option<Text>,
    state_interface: Option<Text>,
}

impl Told {
    /// Names differ between the list (`Location`, `Name`) and the events (`Interface`, `MemberName`).
    fn read(message: &Message) -> Option<Self> {
        let queue = text(message, "Queue")?;
        let interface = text(message, "Interface").or_else(|| text(message, "Location"))?;
        let name = text(message, "MemberName").or_else(|| text(message, "Name"));
        Some(Told {
            // A member that was given no name has that of its interface.
            name: name.filter(|name| *name != interface),
            state_interface: text(message, "StateInterface"),
            key: (queue, interface),
        })
    }

    /// The number of an agent of the pool: of `Agent/1001`, or of `Agent:1001`, whose state is that of a Local channel which asks for the
    /// agent.
    fn pool(&self) -> Option<Text> {
        let number = |text: &Text, between| {
            let (technology, number) = text.split_once(between)?;
            technology.eq_ignore_ascii_case("Agent").then(|| Text::from(number))
        };
        let by_state = || number(self.state_interface.as_ref()?, ':');
        number(&self.key.1, '/').or_else(by_state)
    }
}

fn number<T: std::str::FromStr>(message: &Message, key: &str) -> Option<T> {
    message.get(key)?.as_str()?.trim().parse().ok()
}

fn is_paused(message: &Message) -> Option<bool> {
    Some(message.get("Paused")?.is("1"))
}

impl Normalizer {
    /// Takes the list of the queues; `None` where the switch did not give one, and what is known stays.
    pub(super) fn adopt_members(&mut self, list: Option<&[Message]>, now: Now) {
        self.members.listed = list.is_some();
        let Some(list) = list else { return };
        let before = std::mem::take(&mut self.members.all);
        self.members.due.clear();
        let queues = list.iter().filter(|m| m.is_event("QueueParams"));
        self.members.queues = queues.filter_map(|m| text(m, "Queue")).collect();
        let members = || list.iter().filter(|m| m.is_event("QueueMember")).take(MEMBERS);
        self.name_once(members());
        for message in members() {
            let Some((key, mut member)) = self.read_member(message) else {
                continue;
            };
            let known = before.get(&key);
            member.serves = known.and_then(|known| known.serves.clone());
            member.wraps = known
                .and_then(|known| known.wraps)
                .or_else(|| wraps(message, self.wrap_up_of(&key.0, &member), now));
            if let Some(WrapUp { due, .. }) = member.wraps {
                self.members.due.insert((due, key.clone()));
            }
            self.members.all.insert(key, member);
        }
    }

    /// What the configuration of the queues is asked for.
    pub(super) fn queue_configuration(&self) -> Option<(Asked, Action)> {
        let file = &self.profile.queues.as_ref()?.configuration;
        let get = Action::new("GetConfig").header("Filename", file.as_str());
        Some((Asked::Configuration, get))
    }

    /// Takes it: `Category-000001: support`, `Line-000001-000003: wrapuptime=5` (16 and 22).
    pub(super) fn adopt_configuration(&mut self, response: &Message) {
        let mut names: BTreeMap<String, Text> = BTreeMap::new();
        let mut wrap_ups = BTreeMap::new();
        let mut shared = false;
        for header in response.headers() {
            let (key, value) = (header.key.text().text, header.value.text().text);
            if let Some(number) = key.strip_prefix("Category-").filter(|_| names.len() < MEMBERS) {
                names.insert(number.to_owned(), Text::from(&*value));
            } else if let Some((number, _)) = key.strip_prefix("Line-").and_then(|rest| rest.split_once('-'))
                && let Some((name, value)) = value.split_once('=')
                && let Some(queue) = names.get(number)
            {
                let (name, value) = (name.trim(), value.trim());
                if **queue == *"general" {
                    shared = if name.eq_ignore_ascii_case("shared_lastcall") {
                        is_yes(value)
                    } else {
                        shared
                    };
                } else if let Some(seconds) = value
                    .parse::<u32>()
                    .ok()
                    .filter(|_| name.eq_ignore_ascii_case("wrapuptime"))
                {
                    // The last one counts, as the switch has it; none is none.
                    wrap_ups.insert(queue.clone(), Duration::from_secs(u64::from(seconds)));
                }
            }
        }
        wrap_ups.retain(|_, time| !time.is_zero());
        self.members.shared = shared;
        self.members.wrap_ups = wrap_ups;
    }

    /// How long a member of a queue writes up a call: the member's own time, else that of the queue.
    fn wrap_up_of(&self, queue: &Text, member: &Member) -> Duration {
        let own = Some(member.wrap_up).filter(|own| !own.is_zero());
        own.or_else(|| self.members.wrap_ups.get(queue).copied())
            .unwrap_or_default()
    }

    /// Of a name that several bear none is an agent.
    fn name_once<'a>(&mut self, members: impl Iterator<Item = &'a Message>) {
        let mut bearers: BTreeMap<Text, BTreeSet<Text>> = BTreeMap::new();
        for told in members.filter_map(Told::read) {
            let place = self.place_of(&told, self.device_of(&told).as_ref());
            if let Some(name) = told.name {
                bearers.entry(name).or_default().insert(place);
            }
        }
        for (name, _) in bearers.into_iter().filter(|(_, places)| places.len() > 1) {
            self.members.named.entry(name).or_default();
        }
    }

    fn place_of(&self, told: &Told, device: Option<&DeviceId>) -> Text {
        let pool = || told.pool();
        let device = device.map(|device| Text::from(device.key())).or_else(pool);
        device.unwrap_or_else(|| told.key.1.clone())
    }

    /// A member as a message tells it.
    fn read_member(&mut self, message: &Message) -> Option<(Key, Member)> {
        let told = Told::read(message)?;
        let device = self.device_of(&told);
        let agent = self.agent_of(&told, device.as_ref());
        let paused = is_paused(message)?;
        let pool = told.pool();
        // The states of a device that is not there: invalid and unavailable.
        let away = matches!(number(message, "Status"), Some(4_u8 | 5));
        // Older ones write `Reason`.
        let reason = text(message, "PausedReason").or_else(|| text(message, "Reason"));
        let reason = reason.filter(|_| paused);
        let member = Member {
            agent,
            dynamic: message
                .get("Membership")
                .is_some_and(|membership| membership.is("dynamic")),
            name: told.name,
            device,
            on: pool.is_none() || !away,
            pool,
            paused,
            after_call: reason.is_some() && reason.as_deref() == self.rules.after_call_reason.as_deref(),
            reason,
            since: number(message, "LastPause").filter(|since| paused && *since > 0),
            penalty: number(message, "Penalty").unwrap_or(0),
            wrap_up: Duration::from_secs(number(message, "Wrapuptime").unwrap_or(0)),
            wraps: None,
            serves: None,
        };
        Some((told.key, member))
    }

    /// The phone of a member: that of which the queue watches the state, else that which the interface leads to.
    fn device_of(&self, told: &Told) -> Option<DeviceId> {
        let interface = &told.key.1;
        let of = |text: &str| -> Option<DeviceId> {
            let (technology, behind) = text.split_once(['/', ':'])?;
            // `PJSIP/1002/sip:…`, `Local/1002@agents/n`
            let behind = behind.split_once('/').map_or(behind, |(first, _)| first);
            let is = |name: &str| technology.eq_ignore_ascii_case(name);
            if is("Custom") {
                return None;
            }
            let leads_on = is("hint") || self.nature(text) == Nature::Half;
            let key = match behind.split_once('@') {
                Some((number, _)) if leads_on => Some(number).filter(|number| self.is_station(number)),
                Some((_, endpoint)) => Some(endpoint).filter(|endpoint| self.is_station(endpoint)),
                None if leads_on => Some(behind).filter(|number| self.is_station(number)),
                None => Some(behind),
            };
            // A line to outside is at no desk.
            let key = key.filter(|key| !self.rules.is_trunk(key))?;
            Some(DeviceId::new(&self.switch, key))
        };
        if told.pool().is_some() {
            // Where the agent logged on.
            return None;
        }
        let state = told.state_interface.as_ref().filter(|state| *state != interface);
        state.and_then(|state| of(state)).or_else(|| of(interface))
    }

    /// Who a member is.
    fn agent_of(&mut self, told: &Told, device: Option<&DeviceId>) -> AgentId {
        let interface = &told.key.1;
        let name = told.name.clone().unwrap_or_default();
        let key = (interface.clone(), name.clone());
        if let Some(known) = self.members.agents.get(&key) {
            return known.clone();
        }
        let place = self.place_of(told, device);
        let agents = || self.rules.agents.iter();
        // The name counts before the interface: somebody else may have logged on at an agent's usual telephone.
        let listed = agents().find(|agent| !name.is_empty() && agent.member() == &*name);
        let listed = listed.or_else(|| agents().find(|agent| agent.interface.as_deref() == Some(&**interface)));
        let id = if let Some(agent) = listed {
            Text::from(agent.id.as_str())
        } else if !name.is_empty() && self.members.named.get(&name).is_none_or(|bearer| *bearer == place) {
            if self.members.named.len() < MEMBERS {
                self.members.named.insert(name.clone(), place);
            }
            name
        } else {
            place
        };
        let agent = AgentId::new(&self.switch, &id);
        if self.members.agents.len() < MEMBERS {
            self.members.agents.insert(key, agent.clone());
        }
        agent
    }

    /// A member came, by hand or by an application: it is in no file.
    pub(super) fn member_added(&mut self, message: &Message) {
        if self.is_member_news(message) {
            let set_by = self.member_set_by(&["AddQueueMember"]);
            self.member_comes(message, set_by);
        }
    }

    /// Is an event of a member newer than what was heard of it?
    fn is_member_news(&mut self, message: &Message) -> bool {
        let (Some(told), Some(time)) = (Told::read(message), self.message_time) else {
            return true;
        };
        let heard = &mut self.members.heard;
        let last = heard.get(&told.key).copied();
        if last.is_some_and(|last| time < last) {
            return false;
        }
        if last.is_some() || heard.len() < MEMBERS {
            heard.insert(told.key, time);
        }
        true
    }

    /// The switch's clock was set back: what comes now is news.
    pub(super) fn members_anew(&mut self) {
        self.members.heard.clear();
    }

    fn member_comes(&mut self, message: &Message, set_by: Option<SetBy>) {
        let Some((key, member)) = self.read_member(message) else {
            return;
        };
        if self.members.all.len() >= MEMBERS && !self.members.all.contains_key(&key) {
            return;
        }
        self.know_queue(&key.0);
        self.members.all.insert(key.clone(), member);
        self.say_on(&key, set_by);
    }

    /// A queue is heard of.
    pub(super) fn know_queue(&mut self, name: &Text) {
        if !self.members.queues.contains(name) && self.members.queues.len() < MEMBERS {
            self.members.queues.insert(name.clone());
            self.out.push(Fact::Queue(self.queue_fact(name)));
        }
    }

    fn queue_fact(&self, name: &Text) -> QueueFact {
        QueueFact {
            queue: DeviceId::new(&self.switch, name),
            name: Some(name.clone()),
        }
    }

    /// States that a member came, and what it does.
    fn say_on(&mut self, key: &Key, set_by: Option<SetBy>) {
        let Some(member) = self.members.all.get(key).filter(|member| member.on) else {
            return;
        };
        let fact = AgentFact {
            set_by,
            ..self.fact(key, member, AgentEvent::LoggedOn)
        };
        self.out.push(Fact::Agent(fact));
        self.say_member(key, set_by);
    }

    pub(super) fn member_removed(&mut self, message: &Message) {
        let news = self.is_member_news(message);
        let Some(told) = Told::read(message).filter(|_| news) else {
            return;
        };
        let Some(member) = self.members.all.remove(&told.key) else {
            return;
        };
        if let Some(WrapUp { due, .. }) = member.wraps {
            self.members.due.remove(&(due, told.key.clone()));
        }
        let fact = AgentFact {
            set_by: self.member_set_by(&["RemoveQueueMember"]),
            ..self.fact(&told.key, &member, AgentEvent::LoggedOff)
        };
        self.out.push(Fact::Agent(fact));
    }

    /// Something about a member changed: it was paused, its penalty is another one, or its phone rings. Each event tells all of it.
    pub(super) fn member_changed(&mut self, message: &Message) {
        let news = self.is_member_news(message);
        let Some((key, told)) = self.read_member(message).filter(|_| news) else {
            return;
        };
        let Some(known) = self.members.all.get(&key).cloned() else {
            // What the list did not show is there all the same.
            self.member_comes(message, None);
            return;
        };
        let counted = |wraps: WrapUp| wraps.counted_from(number(message, "LastCall")?);
        let mut member = Member {
            wraps: known.wraps.map(|wraps| counted(wraps).unwrap_or(wraps)),
            serves: known.serves.clone(),
            ..told
        };
        if member.wrap_up.is_zero() {
            member.wrap_up = known.wrap_up;
        }
        if member == known {
            return;
        }
        if let (Some(before), Some(now)) = (known.wraps, member.wraps) {
            self.members.due.remove(&(before.due, key.clone()));
            self.members.due.insert((now.due, key.clone()));
        }
        let paused = (member.paused, &member.reason) != (known.paused, &known.reason);
        let set_by = if !paused {
            None
        } else if member.reason.as_deref() == Some("Auto-Pause") {
            Some(SetBy::Switch)
        } else {
            self.member_set_by(&["PauseQueueMember", "UnpauseQueueMember"])
        };
        let comes = member.on && !known.on;
        self.members.all.insert(key.clone(), member);
        if comes {
            self.say_on(&key, set_by);
        } else {
            self.say_member(&key, set_by);
        }
    }

    /// An agent of the pool logged on, at this leg.
    pub(super) fn pool_login(&mut self, id: &str, message: &Message) {
        let (Some(agent), Some(leg)) = (text(message, "Agent"), self.legs.get(id)) else {
            return;
        };
        let device = DeviceId::new(&self.switch, leg.endpoint());
        self.pool_place(agent.clone(), device);
        self.waits_in_pool(id);
        let of = |(_, member): &(&Key, &Member)| member.on && member.pool.as_ref() == Some(&agent);
        let keys: Vec<Key> = self.members.all.iter().filter(of).map(|(key, _)| key.clone()).collect();
        for key in keys {
            self.say_member(&key, None);
        }
    }

    pub(super) fn pool_place(&mut self, agent: Text, device: DeviceId) {
        if self.members.pool.len() < MEMBERS {
            self.members.pool.insert(agent, device);
        }
    }

    pub(super) fn pool_logoff(&mut self, message: &Message) {
        if let Some(agent) = text(message, "Agent") {
            self.members.pool.remove(&agent);
        }
    }

    /// Who did something to a member: the switch shows what dialplans execute before it shows what comes of it, and of what comes from
    /// outside (AMI, the console) it shows nothing (16 and 22).
    fn member_set_by(&self, applications: &[&str]) -> Option<SetBy> {
        let executes = |leg: &&Leg| {
            let application = leg.application.as_deref().unwrap_or_default();
            applications.iter().any(|name| name.eq_ignore_ascii_case(application))
        };
        match self.legs.iter().find(executes) {
            Some(leg) if leg.nature == Nature::Party(Kind::Station) => Some(SetBy::Phone),
            Some(_) => Some(SetBy::Switch),
            None => self.members.sees_dialplan.then_some(SetBy::Application),
        }
    }

    pub(super) fn sees_dialplan(&mut self, sees: bool) {
        self.members.sees_dialplan = sees;
    }

    fn fact(&self, key: &Key, member: &Member, event: AgentEvent) -> AgentFact {
        let pool = member.pool.as_ref().and_then(|number| self.members.pool.get(number));
        AgentFact {
            name: member.name.clone(),
            device: member.device.as_ref().or(pool).cloned(),
            reason: member.reason.clone(),
            penalty: Some(member.penalty),
            ..AgentFact::of(member.agent.clone(), Some(DeviceId::new(&self.switch, &key.0)), event)
        }
    }

    /// States what a member does.
    fn say_member(&mut self, key: &Key, set_by: Option<SetBy>) {
        let Some(member) = self.members.all.get(key) else {
            return;
        };
        let fact = AgentFact {
            set_by,
            ..self.fact(key, member, member.event())
        };
        self.out.push(Fact::Agent(fact));
    }

    /// A member answered a caller: from the leg of its phone on.
    pub(super) fn member_serves(&mut self, caller: &str, message: &Message) {
        let Some(key) = Told::read(message).map(|told| told.key) else {
            return;
        };
        let rung = text(message, "DestUniqueid");
        let device = self
            .members
            .all
            .get(&key)
            .map(|member| self.fact(&key, member, member.event()).device);
        let Some(device) = device.flatten() else { return };
        let direct = rung.filter(|id| self.legs.get(id).is_some_and(|leg| leg.endpoint() == device.key()));
        // Behind Local channels it is the leg of the same call at that phone.
        let call = self.legs.call_of(caller);
        let leads_to = || {
            let mut live = self.legs.live(call.as_ref()?);
            live.find(|leg| leg.endpoint() == device.key())
                .map(|leg| leg.id.clone())
        };
        let leg = direct.or_else(leads_to).and_then(|id| self.legs.get(&id));
        let connection = leg.map(|leg| leg.key().0);
        if let Some(member) = self.members.all.get_mut(&key) {
            member.serves = connection;
        }
    }

    /// The switch takes the talk as over, from when on it counts the wrap-up: at the latest now.
    pub(super) fn member_served(&mut self, message: &Message) {
        let Some(key) = Told::read(message).map(|told| told.key) else {
            return;
        };
        if self.members.all.get(&key).is_some_and(|member| member.serves.is_some()) {
            self.wrap_up(&key);
        }
    }

    /// Wrap-ups of the members whose talk ended with what is about to be said.
    pub(super) fn wrap_up_served(&mut self) {
        let over: BTreeSet<&str> = self.out.iter().filter_map(ends).collect();
        if over.is_empty() {
            return;
        }
        let serves = |member: &Member| member.serves.as_ref().is_some_and(|key| over.contains(&**key));
        let members = self.members.all.iter().filter(|(_, member)| serves(member));
        let served: Vec<Key> = members.map(|(key, _)| key.clone()).collect();
        for key in served {
            self.wrap_up(&key);
        }
    }

    /// A talk of a member is over. Where queues share the last call of their members it was one in all of them: whom it was given by keeps
    /// away the others for its own wrap-up, and each of them for theirs (`shared_lastcall`; 16 and 22, which read it as the module is loaded or
    /// reloaded).
    fn wrap_up(&mut self, key: &Key) {
        let Some(member) = self.members.all.get_mut(key) else {
            return;
        };
        member.serves = None;
        let served = self.members.all.get(key).map(|member| self.wrap_up_of(&key.0, member));
        let served = served.unwrap_or_default();
        self.wraps_up(key, served);
        if !self.members.shared {
            return;
        }
        let other = |(other, member): &(&Key, &Member)| other.1 == key.1 && other.0 != key.0 && member.on;
        let others = self.members.all.iter().filter(other);
        let others: Vec<(Key, Duration)> = others
            .map(|(other, member)| (other.clone(), self.wrap_up_of(&other.0, member).max(served)))
            .collect();
        others
            .iter()
            .for_each(|(other, wrap_up)| self.wraps_up(other, *wrap_up));
    }

    fn wraps_up(&mut self, key: &Key, wrap_up: Duration) {
        let (tick, time) = (self.tick, self.message_time);
        let Some(member) = self.members.all.get_mut(key).filter(|_| !wrap_up.is_zero()) else {
            return;
        };
        // The switch counts whole seconds, from the second in which the talk ended.
        let seconds = i64::try_from(wrap_up.as_secs()).unwrap_or(i64::MAX);
        let over = time.map(|time| time.div_euclid(1_000_000).saturating_add(seconds));
        let into = time.map_or(0, |time| u64::try_from(time.rem_euclid(1_000_000)).unwrap_or(0));
        let due = tick + wrap_up.saturating_sub(Duration::from_micros(into));
        if let Some(before) = member.wraps.replace(WrapUp { due, over, seconds }) {
            self.members.due.remove(&(before.due, key.clone()));
        }
        self.members.due.insert((due, key.clone()));
        if self.members.all.get(key).is_some_and(|member| !member.paused) {
            self.say_member(key, Some(SetBy::Switch));
        }
    }

    /// Where an agent is a member, as far as the switch told.
    pub(super) fn memberships(&self, agent: &AgentId) -> Vec<Membership> {
        let of = |(_, member): &(&Key, &Member)| member.on && member.agent == *agent;
        let members = self.members.all.iter().filter(of);
        let membership = |((queue, interface), member): (&Key, &Member)| Membership {
            queue: queue.clone(),
            interface: interface.clone(),
            dynamic: member.dynamic,
        };
        members.map(membership).collect()
    }

    /// The id of a queue.
    pub(super) fn queue(&self, name: &str) -> DeviceId {
        DeviceId::new(&self.switch, name)
    }

    /// What the site says of an agent.
    pub(super) fn employee(&self, agent: &AgentId) -> Option<&SiteAgent> {
        let same = |known: &&SiteAgent| AgentId::new(&self.switch, &known.id) == *agent;
        self.rules.agents.iter().find(same)
    }

    /// When [`Normalizer::handle_timeout`] is to be called.
    pub(super) fn poll_timeout(&self) -> Option<Tick> {
        self.members.due.first().map(|(due, _)| *due)
    }

    /// Wrap-ups that are over: no event tells it (16 and 22).
    pub(super) fn handle_timeout(&mut self, now: Tick) -> Option<Facts> {
        let (due, key) = self.members.due.pop_first()?;
        if due > now {
            self.members.due.insert((due, key));
            return None;
        }
        let over = self.members.all.get_mut(&key).and_then(|member| member.wraps.take());
        if self.members.all.get(&key).is_some_and(|member| !member.paused) {
            self.say_member(&key, Some(SetBy::Switch));
        }
        Some(Facts {
            time: over
                .and_then(|wraps| wraps.over)
                .map(|seconds| Wall::from_millis(seconds.saturating_mul(1000))),
            facts: std::mem::take(&mut self.out),
        })
    }

    /// The members as a snapshot has them, and the queues; nothing where the switch did not list them.
    pub(super) fn members_now(&self) -> (Option<Vec<QueueFact>>, Option<Vec<AgentFact>>) {
        if !self.members.listed {
            return (None, None);
        }
        let member = |(key, member): (&Key, &Member)| match member.on {
            // Since when, the switch tells in whole seconds: what is heard as it happens is known better.
            true => AgentFact {
                since: member
                    .since
                    .map(|seconds| Wall::from_millis(seconds.saturating_mul(1000))),
                ..self.fact(key, member, member.event())
            },
            // It is known, and in no queue.
            false => AgentFact {
                queue: None,
                penalty: None,
                ..self.fact(key, member, AgentEvent::Updated)
            },
        };
        // Who is known to the site only is there, too: so who is to log on can be seen.
        let employee = |known: &SiteAgent| AgentFact {
            name: Some(Text::from(known.member())),
            ..AgentFact::of(AgentId::new(&self.switch, &known.id), None, AgentEvent::Updated)
        };
        let members = self.members.all.iter().map(member);
        (
            Some(self.members.queues.iter().map(|name| self.queue_fact(name)).collect()),
            Some(members.chain(self.rules.agents.iter().map(employee)).collect()),
        )
    }
}

impl Member {
    const fn event(&self) -> AgentEvent {
        match (self.on, self.paused, self.wraps) {
            (false, ..) => AgentEvent::LoggedOff,
            (true, true, _) if self.after_call => AgentEvent::WorkingAfterCall,
            (true, true, _) => AgentEvent::NotReady,
            (true, false, Some(_)) => AgentEvent::WorkingAfterCall,
            (true, false, None) => AgentEvent::Ready,
        }
    }
}

/// Is an option of a file on?
fn is_yes(value: &str) -> bool {
    ["yes", "true", "y", "t", "1", "on"]
        .iter()
        .any(|yes| value.eq_ignore_ascii_case(yes))
}

/// The connection that ends by a fact.
fn ends(fact: &Fact) -> Option<&str> {
    use crate::model::ConnectionEvent as E;
    match fact {
        Fact::Connection(fact) if matches!(fact.event, E::ConnectionCleared | E::Diverted) => Some(&fact.connection.0),
        Fact::Transfer(fact) => Some(&fact.by.0),
        Fact::Merge(fact) => fact.leaving.first().map(|key| key.0.as_str()),
        _ => None,
    }
}

/// The wrap-up of which the list tells the beginning, where it is not over yet.
fn wraps(message: &Message, wrap_up: Duration, now: Now) -> Option<WrapUp> {
    let last: i64 = number(message, "LastCall").filter(|last| *last > 0)?;
    let busy = message.get("InCall").is_some_and(|in_call| in_call.is("1"));
    let seconds = i64::try_from(wrap_up.as_secs()).ok()?;
    let over = last.saturating_add(seconds);
    let left = over.saturating_mul(1000).saturating_sub(now.wall.as_millis());
    let left = u64::try_from(left)
        .ok()
        .filter(|left| *left > 0 && !busy && !wrap_up.is_zero())?;
    let left = Duration::from_millis(left).min(wrap_up);
    Some(WrapUp {
        due: now.tick + left,
        over: Some(over),
        seconds,
    })
}
