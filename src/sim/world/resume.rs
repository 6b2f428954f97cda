//! Channels of a recording go on by the world's rules, as they stand.
use super::super::channel::{Channel, DOWN, Dial, RING, RINGING, UP};
use super::{Turn, World};
use lineside_wire::Tick;
use std::collections::{BTreeMap, BTreeSet};

impl World {
    /// The recording in which these channels play stops here.
    pub(in super::super) fn resume(&mut self, now: Tick, channels: &BTreeSet<String>) {
        self.now = now;
        self.pair_halves();
        self.complete_halves(channels);
        let mut live: Vec<(u64, String)> = channels
            .iter()
            .filter_map(|id| Some((self.state.channels.get(id)?.born, id.clone())))
            .collect();
        live.sort();
        for (_, id) in live {
            self.resume_one(&id);
        }
        // What the switch was in the midst of it does first.
        for turn in std::mem::take(&mut self.at_once) {
            self.happens(turn);
        }
    }

    fn resume_one(&mut self, id: &str) {
        let Some(channel) = self.live(id) else { return };
        let id = id.to_owned();
        if channel.ending {
            return self.at_once.push(Turn::End(id));
        }
        if let Some(bridge) = channel.bridge.clone() {
            let alone = self.is_for_two(&bridge) && self.members(&bridge).len() < 2;
            if !alone {
                return self.later(self.pace.talk, Turn::HangUp(id));
            }
            let other = self.answered_for(&id).unwrap_or(id.clone());
            self.at_once.push(Turn::Meet(other));
            return self.later(self.pace.answer, Turn::Alone(id));
        }
        if channel.sent {
            return self.soon(Turn::Go(id));
        }
        match channel.dial.clone() {
            Dial::Live(_) => self.resume_dialled(&id),
            Dial::Answered(Some(_)) => {
                self.at_once.push(Turn::Meet(id.clone()));
                self.later(self.pace.talk, Turn::HangUp(id));
            }
            Dial::Not if self.answered_for(&id).is_some() => self.later(self.pace.talk, Turn::HangUp(id)),
            Dial::Not if channel.state() == DOWN => self.resume_born(&id),
            Dial::Not | Dial::Answered(None) => self.resume_caller(&id),
        }
    }

    /// Who was dialled for `id` and answered.
    fn answered_for(&self, id: &str) -> Option<String> {
        let for_it =
            |channel: &Channel| matches!(&channel.dial, Dial::Answered(Some(by)) if by == id) && !channel.ending;
        let mut channels = self.state.channels.iter();
        channels.find(|(_, channel)| for_it(channel)).map(|(id, _)| id.clone())
    }

    fn resume_dialled(&mut self, id: &str) {
        let Some(channel) = self.live(id) else { return };
        let number = channel.endpoint().to_owned();
        match (channel.is_half(), channel.state()) {
            (_, UP) => self.at_once.push(Turn::Answer(id.to_owned())),
            // What is behind it says what becomes of it.
            (true, _) => {}
            (false, RINGING) => self.picks_up(id, &number),
            (false, _) => self.later(self.pace.ring, Turn::Ring(id.to_owned())),
        }
    }

    /// It is made, and was not told yet to be dialled: by who is the last to dial for the same.
    fn resume_born(&mut self, id: &str) {
        let Some(channel) = self.live(id) else { return };
        let hint = channel.get("Linkedid").to_owned();
        let dials = |other: &Channel| {
            let application = other.application.as_str();
            other.get("Linkedid") == hint && matches!(application, "Dial" | "Queue") && other.born < channel.born
        };
        let callers = self.state.channels.iter().filter(|(_, other)| dials(other));
        let caller = callers
            .max_by_key(|(_, other)| other.born)
            .map(|(caller, _)| caller.clone());
        let string = channel.endpoint().to_owned();
        let is_half = channel.is_half();
        self.change(id, |channel| channel.dial = Dial::Live(caller.clone()));
        let by = caller.unwrap_or_default();
        self.tell_two("DialBegin", &[("", &by), ("Dest", id)], &[("DialString", &string)]);
        if !is_half {
            self.later(self.pace.ring, Turn::Ring(id.to_owned()));
        }
    }

    /// It calls, waits or listens.
    fn resume_caller(&mut self, id: &str) {
        let Some(channel) = self.live(id) else { return };
        let waits = channel.state() == UP && channel.application != "Dial";
        if self.dialled(id).next().is_some() {
            // It waits for whom it dialled; a caller in a queue does not wait for ever.
            self.later(self.pace.talk, Turn::HangUp(id.to_owned()));
        } else if waits || channel.queue.is_some() {
            self.later(self.pace.talk, Turn::HangUp(id.to_owned()));
        } else {
            self.later(self.pace.ring, Turn::Go(id.to_owned()));
        }
    }

    /// The halves of a Local channel bear one name with `;1` and `;2` behind it; which are one is told a little later.
    fn pair_halves(&mut self) {
        let halves: BTreeMap<String, String> = self
            .state
            .channels
            .iter()
            .filter(|(_, channel)| channel.is_half() && channel.pair.is_none())
            .map(|(id, channel)| (channel.get("Channel").to_owned(), id.clone()))
            .collect();
        for (name, id) in &halves {
            let other = match name.rsplit_once(';') {
                Some((name, "1")) => format!("{name};2"),
                Some((name, _)) => format!("{name};1"),
                None => continue,
            };
            let pair = halves.get(&other).cloned();
            self.change(id, |channel| channel.pair = pair);
        }
    }

    /// Of a Local channel both halves are made at once, and told one after the other (16 and 22): where only the first was told yet, the
    /// other comes, and the dialplan goes on with it.
    fn complete_halves(&mut self, channels: &BTreeSet<String>) {
        let first = |(id, channel): &(&String, &Channel)| {
            let is_new = channel.pair.is_none() && channel.dial == Dial::Not && channel.state() == DOWN;
            channels.contains(*id) && channel.is_half() && is_new && !channel.ending
        };
        let halves: Vec<(String, Channel)> = self
            .state
            .channels
            .iter()
            .filter(first)
            .map(|(id, channel)| (id.clone(), channel.clone()))
            .collect();
        for (one, half) in halves {
            let Some(name) = half.get("Channel").strip_suffix(";1").map(|name| format!("{name};2")) else {
                continue;
            };
            self.counters.uniqueid += 1;
            let two = format!("{}.{}", self.counters.boot, self.counters.uniqueid);
            let born = self.state.add(&two).born;
            self.change(&two, |channel| {
                *channel = half;
                channel.born = born;
                channel.pair = Some(one.clone());
                channel.set("Channel", &name);
                channel.set("Uniqueid", &two);
                channel.set_state(RING);
            });
            self.change(&one, |channel| channel.pair = Some(two.clone()));
            self.tell("Newchannel", &two, &[]);
            self.tell_two("LocalBridge", &[("LocalOne", &one), ("LocalTwo", &two)], &[]);
            self.later(self.pace.ring, Turn::Go(two));
        }
    }
}
