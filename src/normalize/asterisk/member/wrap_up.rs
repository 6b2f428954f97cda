//! The wrap-up after a call: how long it is, by the member or by its queue, when it begins, and that it is over, which no event tells.

use super::{Key, MEMBERS, Member, Told, number};
use crate::model::{Fact, Facts, Now, SetBy, Text, Wall};
use crate::normalize::asterisk::Normalizer;
use crate::normalize::asterisk::adapter::Asked;
use crate::normalize::asterisk::block::text;
use lineside_ami::{Action, Message};
use lineside_wire::Tick;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A wrap-up that runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct WrapUp {
    /// When it is over: for us, and by the switch's clock, in seconds.
    pub(super) due: Tick,
    pub(super) over: Option<i64>,
    pub(super) seconds: i64,
}

impl WrapUp {
    /// The same, counted from this second: the clock that the switch counts wrap-ups by is some milliseconds behind the one that its events
    /// are stamped by, so that a talk which ended as a second began ended in the one before (22).
    pub(super) fn counted_from(self, last: i64) -> Option<Self> {
        let over = self.over?.checked_sub(1)?;
        (last.checked_add(self.seconds)? == over).then(|| Self {
            due: Tick::from_micros(self.due.as_micros().saturating_sub(1_000_000)),
            over: Some(over),
            ..self
        })
    }
}

impl Normalizer {
    /// What the configuration of the queues is asked for.
    pub(in crate::normalize::asterisk) fn queue_configuration(&self) -> Option<(Asked, Action)> {
        let file = &self.profile.queues.as_ref()?.configuration;
        let get = Action::new("GetConfig").header("Filename", file.as_str());
        Some((Asked::Configuration, get))
    }

    /// Takes it: `Category-000001: support`, `Line-000001-000003: wrapuptime=5` (16 and 22).
    pub(in crate::normalize::asterisk) fn adopt_configuration(&mut self, response: &Message) {
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
    pub(super) fn wrap_up_of(&self, queue: &Text, member: &Member) -> Duration {
        let own = Some(member.wrap_up).filter(|own| !own.is_zero());
        own.or_else(|| self.members.wrap_ups.get(queue).copied())
            .unwrap_or_default()
    }

    /// A member answered a caller: from the leg of its phone on.
    pub(in crate::normalize::asterisk) fn member_serves(&mut self, caller: &str, message: &Message) {
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
    pub(in crate::normalize::asterisk) fn member_served(&mut self, message: &Message) {
        let Some(key) = Told::read(message).map(|told| told.key) else {
            return;
        };
        if self.members.all.get(&key).is_some_and(|member| member.serves.is_some()) {
            self.wrap_up(&key);
        }
    }

    /// Wrap-ups of the members whose talk ended with what is about to be said.
    pub(in crate::normalize::asterisk) fn wrap_up_served(&mut self) {
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
    pub(super) fn wrap_up(&mut self, key: &Key) {
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

    pub(super) fn wraps_up(&mut self, key: &Key, wrap_up: Duration) {
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

    /// When [`Normalizer::handle_timeout`] is to be called.
    pub(in crate::normalize::asterisk) fn poll_timeout(&self) -> Option<Tick> {
        self.members.due.first().map(|(due, _)| *due)
    }

    /// Wrap-ups that are over: no event tells it (16 and 22).
    pub(in crate::normalize::asterisk) fn handle_timeout(&mut self, now: Tick) -> Option<Facts> {
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
pub(super) fn wraps(message: &Message, wrap_up: Duration, now: Now) -> Option<WrapUp> {
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
