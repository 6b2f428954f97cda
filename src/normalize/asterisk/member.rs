//! Members of queues: who answers where, whether they take calls there, and the wrap-up after a call.
//!
//! A queue names its members by interface: a phone, a Local channel that leads to one, or an agent of the pool. What of that is one person
//! is concluded: by the site's list, by a name that only one device bears, else by the device. An agent of the pool is in its queues while
//! it is logged on there.

mod who;
mod wrap_up;

use super::Normalizer;
use super::block::text;
use crate::model::{AgentEvent, AgentFact, AgentId, DeviceId, Fact, Kind, Now, QueueFact, SetBy, Text, Wall};
use crate::normalize::legs::{Leg, Nature};
use crate::profile::SiteAgent;
use lineside_ami::Message;
use lineside_wire::Tick;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use who::Told;
use wrap_up::{WrapUp, wraps};

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

/// Where an agent is a member.
pub(super) struct Membership {
    pub(super) queue: Text,
    pub(super) interface: Text,
    /// It came by hand or by an application, and can go again; who stands in a file cannot (16 and 22: `Member not dynamic`).
    pub(super) dynamic: bool,
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
