//! Who holds, and who listens again.

use super::Normalizer;
use crate::model::{Cause, ConnectionEvent, Facts, Text, Wall};
use crate::normalize::legs::{Asked, Told};
use lineside_wire::Tick;
use std::time::Duration;

/// How long it is left open whether who listens again takes the other side back, or sends it on: a REFER is told as `Unhold`, with
/// which nobody pressed a key, and 1 to 3 ms behind it as a transfer (16 and 22; some phones also retrieve just before it).
const OPEN: Duration = Duration::from_millis(150);

/// Somebody listens again, which was not told yet.
pub(super) struct Listening {
    /// By the switch's clock, microseconds.
    time: Option<i64>,
    due: Tick,
}

impl Normalizer {
    /// Somebody put the other side on hold, or took it back. Asterisk says so also where nothing changed.
    pub(super) fn hold(&mut self, id: &str, held: bool) {
        let time = self.message_time.unwrap_or(i64::MAX);
        let Some(leg) = self.legs.get_mut(id).filter(|leg| leg.toggled <= time) else {
            return;
        };
        leg.toggled = self.message_time.unwrap_or(leg.toggled);
        let held_before = leg.held && leg.told == Told::Live;
        self.legs.hold(id, held);
        if self.left.is_some() {
            self.holds.insert(Text::from(id), held);
        }
        // Who transfers takes nobody back: the action takes the other party off hold before it sends it on (16 and 22).
        self.unheld.remove(id);
        if !held && self.asked_of(id) == Some(&Asked::Transfer) {
            let until = self.legs.get(id).and_then(|leg| Some(leg.asked.as_ref()?.1));
            self.unheld.insert(Text::from(id), until.unwrap_or(self.tick));
            return;
        }
        if held {
            self.listening.remove(id);
            self.say(id, ConnectionEvent::Held, Cause::Normal);
        } else if held_before {
            let listening = Listening {
                time: self.message_time,
                due: self.tick + OPEN,
            };
            self.listening.insert(Text::from(id), listening);
        } else if !self.listening.contains_key(id) {
            self.say(id, ConnectionEvent::Retrieved, Cause::Normal);
        }
    }

    /// Something happens in the call of a leg that is no transfer: who listened again before it took the other side back.
    pub(super) fn took_back(&mut self, id: &str) {
        let (call, time) = (self.legs.call_of(id), self.message_time);
        let mine = |other: &Text| self.legs.call_of(other) == call;
        let earlier = |listening: &Listening| listening.time < time;
        let open = self
            .listening
            .iter()
            .filter(|(id, listening)| earlier(listening) && mine(id));
        let open: Vec<Text> = open.map(|(id, _)| id.clone()).collect();
        for id in open {
            self.listening.remove(&id);
            self.say(&id, ConnectionEvent::Retrieved, Cause::Normal);
        }
    }

    /// Until when it is open whether somebody takes the other side back.
    pub(super) fn open_until(&self) -> Option<Tick> {
        self.listening.values().map(|listening| listening.due).min()
    }

    /// No transfer came: who listens again took the other side back.
    pub(super) fn open_over(&mut self, now: Tick) -> Vec<Facts> {
        let due = self.listening.extract_if(.., |_, listening| listening.due <= now);
        let due: Vec<(Text, Listening)> = due.collect();
        let mut all = Vec::new();
        for (id, listening) in due {
            self.say(&id, ConnectionEvent::Retrieved, Cause::Normal);
            all.push(Facts {
                time: listening.time.map(|micros| Wall::from_millis(micros.div_euclid(1000))),
                facts: std::mem::take(&mut self.out),
            });
        }
        all
    }
}
