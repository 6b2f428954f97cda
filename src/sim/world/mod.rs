//! What happens by the switch's own rules: virtual telephones ring, answer and hang up, and what an application asks for is done. It
//! tells it as Asterisk 22 does (recordings in `vendor-profiles/asterisk/asterisk/cases`), in that order.
mod actions;
mod aside;
mod bridge;
mod dial;
mod end;
mod join;
mod media;
mod originate;
mod park;
mod phones;
mod plan;
mod queues;
mod redirect;
mod resume;

pub(super) use actions::value;
pub(super) use phones::Pace;

use super::cast::Counters;
use super::channel::Channel;
use super::state::State;
use lineside_ami::Outgoing;
use lineside_wire::Tick;
use originate::Originated;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The world of one virtual switch.
#[derive(Debug)]
pub(super) struct World {
    pub(super) state: State,
    pub(super) counters: Counters,
    /// What is going to happen. Whether it still can is seen when it is due.
    agenda: BTreeMap<(Tick, u64), Turn>,
    turns: u64,
    /// What happens before anything else.
    at_once: Vec<Turn>,
    originated: BTreeMap<String, Originated>,
    /// Channels that are just being taken away.
    closing: BTreeSet<String>,
    pace: Pace,
    /// Microseconds since 1970 when the tick was zero.
    epoch: i64,
    now: Tick,
    /// The time of what was told last, in microseconds since 1970.
    clock: i64,
    told: Vec<Outgoing>,
}

/// Something that is going to happen to a channel.
#[derive(Clone, Debug)]
enum Turn {
    /// The telephone rings.
    Ring(String),
    /// Somebody answers it.
    Answer(String),
    /// It says no, with this cause.
    Refuse(String, u16),
    /// Nobody answered.
    GiveUp(String),
    /// Who is at its end hangs up.
    HangUp(String),
    /// The dialplan goes on with it.
    Go(String),
    /// It joins whom it was dialled for.
    Meet(String),
    /// It ends.
    End(String),
    /// It ends if it is still alone in its bridge.
    Alone(String),
    /// A digit was pressed for so long, in milliseconds; at its end or by the switch.
    Digit(String, String, u32, bool),
}

impl World {
    /// So many channels are enough.
    const CHANNELS: usize = 400;
    const SOON: Duration = Duration::from_millis(5);

    pub(super) fn new(epoch: i64, pace: Pace) -> Self {
        World {
            state: State::default(),
            counters: Counters {
                boot: epoch / 1_000_000,
                uniqueid: 0,
                channel: 0,
                bridge: 0,
            },
            agenda: BTreeMap::new(),
            turns: 0,
            at_once: Vec::new(),
            originated: BTreeMap::new(),
            closing: BTreeSet::new(),
            pace,
            epoch,
            now: Tick::ZERO,
            clock: 0,
            told: Vec::new(),
        }
    }

    /// All calls are gone.
    pub(super) fn forget(&mut self) {
        self.state = State::default();
        self.agenda.clear();
        self.originated.clear();
        self.told.clear();
    }

    /// When there is something to tell.
    pub(super) fn poll_timeout(&self) -> Option<Tick> {
        if !self.told.is_empty() {
            return Some(self.now);
        }
        self.agenda.first_key_value().map(|((at, _), _)| *at)
    }

    /// What happens until `now`, in order.
    pub(super) fn handle_timeout(&mut self, now: Tick) -> Vec<Outgoing> {
        self.now = now;
        while let Some(entry) = self.agenda.first_entry().filter(|entry| entry.key().0 <= now) {
            let turn = entry.remove();
            self.happens(turn);
        }
        std::mem::take(&mut self.told)
    }

    fn happens(&mut self, turn: Turn) {
        match turn {
            Turn::Ring(id) => self.rings(&id),
            Turn::Answer(id) => self.answers(&id),
            Turn::Refuse(id, cause) => self.refuses(&id, cause),
            Turn::GiveUp(id) => self.given_up(&id),
            Turn::HangUp(id) => self.party_hangs_up(&id),
            Turn::Go(id) => self.goes(&id),
            Turn::Meet(id) => self.meets(&id),
            Turn::End(id) => self.end(&id, 16),
            Turn::Alone(id) => self.ends_alone(&id),
            Turn::Digit(id, digit, millis, received) => self.pressed(&id, &digit, millis, received),
        }
    }

    fn soon(&mut self, turn: Turn) {
        self.later(Self::SOON, turn);
    }

    fn later(&mut self, wait: Duration, turn: Turn) {
        self.turns += 1;
        self.agenda.insert((self.now + wait, self.turns), turn);
    }

    /// The channel of that Uniqueid or name.
    pub(super) fn find(&self, name: &str) -> Option<String> {
        if self.state.channels.contains_key(name) {
            return Some(name.to_owned());
        }
        let named = self.state.channels.iter();
        let mut named = named.filter(|(_, channel)| channel.get("Channel").eq_ignore_ascii_case(name));
        named.next().map(|(id, _)| id.clone())
    }

    /// The channel, unless it is being taken away.
    fn live(&self, id: &str) -> Option<&Channel> {
        let channel = self.state.channels.get(id)?;
        (!self.closing.contains(id)).then_some(channel)
    }

    fn change(&mut self, id: &str, change: impl FnOnce(&mut Channel)) {
        if let Some(channel) = self.state.channels.get_mut(id) {
            change(channel);
        }
    }

    /// The time now. No two messages bear the same: who hears them knows them apart by it.
    pub(super) fn time(&mut self) -> (i64, u32) {
        let tick = i64::try_from(self.now.as_micros()).unwrap_or(i64::MAX);
        self.clock = self.epoch.saturating_add(tick).max(self.clock.saturating_add(1));
        let micros = u32::try_from(self.clock.rem_euclid(1_000_000)).unwrap_or(0);
        (self.clock.div_euclid(1_000_000), micros)
    }

    /// The start of an event: its class and its time.
    pub(super) fn event(&mut self, name: &str) -> Outgoing {
        let class = match name {
            "Newexten" | "VarSet" => "dialplan,all",
            "DTMFBegin" | "DTMFEnd" => "dtmf,all",
            _ if name.starts_with("Queue") || name.starts_with("Agent") => "agent,all",
            _ => "call,all",
        };
        let (seconds, micros) = self.time();
        Outgoing::event(name)
            .header("Privilege", class)
            .header("Timestamp", format!("{seconds}.{micros:06}"))
    }

    /// Tells an event of a channel, with what stands behind its block.
    fn tell(&mut self, name: &str, id: &str, more: &[(&str, &str)]) {
        self.tell_two(name, &[("", id)], more);
    }

    /// Tells an event of several channels. One that is not there is left out, as Asterisk does with who makes a call by nobody.
    fn tell_two(&mut self, name: &str, channels: &[(&str, &str)], more: &[(&str, &str)]) {
        let mut event = self.event(name);
        for (prefix, id) in channels {
            if let Some(channel) = self.state.channels.get(*id) {
                event = channel.tell(event, prefix);
            }
        }
        let event = more.iter().fold(event, |event, (key, value)| event.header(key, value));
        self.told.push(event);
    }
}
