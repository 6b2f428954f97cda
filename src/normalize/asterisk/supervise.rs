//! Who listens in: `ChanSpy` and `ExtenSpy` hear, and are heard, beside the bridge of those who talk.

use super::Normalizer;
use super::block::{Block, text};
use crate::model::{
    Cause, ConnectionDirection, ConnectionEvent, ConnectionFact, ConnectionKey, Fact, Participation, PartyFact,
    SuperviseFact, Text,
};
use crate::normalize::legs::{Leg, Told};
use lineside_ami::Message;

impl Normalizer {
    /// A leg executes something. Whom it listens to is known from the event of that, where nobody missed it; how, only from here.
    pub(super) fn may_watch(&mut self, id: &str, message: &Message, key: &str) {
        let Some(leg) = self.legs.get(id).filter(|leg| spies(leg)) else {
            return;
        };
        let known = leg.watches.is_some();
        let data = text(message, key).unwrap_or_default();
        let (target, options) = data.split_once(',').unwrap_or((&data, ""));
        let is_target = |leg: &&Leg| *leg.id == *target || *leg.name == *target;
        let target = self.legs.iter().find(is_target).map(|leg| leg.id.clone());
        // A snapshot tells it in place of the event.
        let missed = target.filter(|_| !known && key == "ApplicationData");
        if let Some(leg) = self.legs.get_mut(id) {
            leg.participation = Some(participation(options));
            if let Some(target) = missed {
                leg.watches = Some(target);
                leg.watching = Some(ConnectionKey(leg.id.clone()));
            }
        }
    }

    /// `ChanSpyStart` (16 and 22: with both blocks, once the first sound was heard).
    pub(super) fn watches(&mut self, message: &Message, time: Option<i64>) {
        let (spyer, spyee) = (Block::read(message, "Spyer"), Block::read(message, "Spyee"));
        for block in [&spyer, &spyee] {
            self.meet(message, block, time);
            self.fold(message, block, time);
        }
        let (Some(id), Some(watched)) = (spyer.id, spyee.id) else {
            return;
        };
        let Some(call) = self.legs.call_of(watched) else { return };
        let asked = self.supervising.remove(id);
        let Some(leg) = self.legs.get_mut(id).filter(|leg| leg.is_party()) else {
            return;
        };
        // A message that is heard again says nothing again.
        if leg.watches.as_deref() == Some(watched) || time.is_some_and(|time| time <= leg.spied) {
            return;
        }
        leg.spied = time.unwrap_or(leg.spied);
        // Who was in a call already and left it comes to this one anew.
        let key = if leg.told == Told::Over {
            leg.places += 1;
            ConnectionKey(Text::from(format!("{id}/{}", leg.places)))
        } else {
            ConnectionKey(leg.id.clone())
        };
        leg.watches = Some(Text::from(watched));
        leg.watching = Some(key.clone());
        leg.told = if leg.told == Told::Over { Told::Over } else { Told::Live };
        leg.calls = true;
        leg.went = true;
        let participation = asked.or(leg.participation).unwrap_or(Participation::Silent);
        self.legs.assign(id, call.clone());
        let Some(leg) = self.legs.get(id) else { return };
        let by = ConnectionFact {
            call,
            connection: key,
            event: ConnectionEvent::Established,
            cause: Cause::Normal,
            direction: ConnectionDirection::Outgoing,
            who: self.who(leg),
            new_destination: None,
            refused: false,
            uncertain: Vec::new(),
        };
        self.out
            .push(Fact::Supervise(Box::new(SuperviseFact { by, participation })));
    }

    /// `ChanSpyStop`, which may lack who was listened to.
    pub(super) fn watches_not(&mut self, message: &Message) {
        let Some(id) = Block::read(message, "Spyer").id else {
            return;
        };
        if let (Some(leg), Some(time)) = (self.legs.get_mut(id), self.message_time) {
            if time < leg.spied {
                return;
            }
            leg.spied = time;
        }
        self.leaves_watched(id);
    }

    /// Who listened in leaves the call, and maybe waits for another one.
    pub(super) fn leaves_watched(&mut self, id: &str) {
        let Some(leg) = self.legs.get_mut(id) else { return };
        leg.watches = None;
        let (Some(key), Some(call)) = (leg.watching.take(), leg.call.clone()) else {
            return;
        };
        if *key.0 == *id {
            self.say(id, ConnectionEvent::ConnectionCleared, Cause::NormalClearing);
        } else {
            let who = PartyFact::default();
            self.say_of(
                &call,
                key,
                ConnectionEvent::ConnectionCleared,
                Cause::NormalClearing,
                who,
            );
        }
    }
}

fn spies(leg: &Leg) -> bool {
    let application = leg.application.as_deref().unwrap_or_default();
    ["ChanSpy", "ExtenSpy"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(application))
}

/// By the options: `B` talks to both, `w` and `W` to one, else to nobody. What stands in brackets belongs to an option.
fn participation(options: &str) -> Participation {
    let mut depth = 0_u32;
    let mut letters = options.chars().filter(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    });
    let letters: String = letters.by_ref().collect();
    match () {
        () if letters.contains('B') => Participation::Active,
        () if letters.contains(['w', 'W']) => Participation::Coach,
        () => Participation::Silent,
    }
}
