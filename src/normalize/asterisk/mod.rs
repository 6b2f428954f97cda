//! Asterisk by AMI, 13 and later. What happens to legs is folded event by event; what follows for calls is stated as facts.
//!
//! Where a line relies on what a real Asterisk does, it says which version was seen to do it (recordings in
//! `vendor-profiles/asterisk/asterisk/cases`).

mod adapter;
mod aside;
mod audit;
mod block;
mod consult;
mod data;
mod device;
mod dial;
mod end;
mod forward;
mod gather;
mod hold;
mod member;
mod missed;
mod own;
mod park;
mod party;
mod pickup;
mod place;
mod pool;
mod procedures;
mod record;
mod redirect;
mod snapshot;
mod supervise;
mod transfer;

#[cfg(test)]
mod tests;

pub(crate) use adapter::{AsteriskAdapter, AsteriskConfig};
pub(crate) use procedures::{ADD_CONTEXTS, NEEDS, NO_CONTEXTS, NOBODY_OBEYS, contexts_question, no_means};

use crate::model::{
    CallFact, CallKey, Cause, ConnectionEvent, ConnectionKey, Fact, Facts, Kind, Participation, Presentation,
    SwitchName, Text, Wall,
};
use crate::normalize::legs::{Leg, Legs, Nature, Phase, Told};
use crate::profile::{Asterisk, Rules};
use block::{Block, known, known_name, timestamp};
use device::Telephones;
use lineside_ami::Message;
use lineside_wire::Tick;
use member::{Members, Membership};
use std::collections::{BTreeMap, BTreeSet};

/// How far the events of a busy switch may lag behind its state, microseconds.
const BACKLOG: i64 = 30_000_000;

/// The fold over the events of one Asterisk.
pub(super) struct Normalizer {
    switch: SwitchName,
    profile: Asterisk,
    rules: Rules,
    /// Names of variables that go along with a call, as the site wrote them, by their upper-case form.
    user_data: BTreeMap<String, Text>,
    digits: bool,
    legs: Legs,
    /// Legs of which an earlier run told the end, until it is known which of them the switch still has.
    over: BTreeSet<Text>,
    /// Connections that could not get through: they end with the call, or when it is tried elsewhere.
    failed: BTreeMap<CallKey, Vec<(ConnectionKey, Cause)>>,
    /// Transfers that are to be told with what the transferee does next, by transferee.
    transfers: BTreeMap<Text, transfer::Sent>,
    /// Who listens again, where it is open whether that is a transfer.
    listening: BTreeMap<Text, hold::Listening>,
    /// Who joined two calls before the second was answered, by device: it is called back when nobody answers.
    recalls: BTreeMap<Text, CallKey>,
    /// Who parked somebody and is gone, where the slot is not told yet: by who is parked.
    parkers: BTreeMap<Text, (CallKey, ConnectionKey)>,
    /// Who is alone in a room of ours.
    lonely: Vec<Text>,
    /// Who was, and is hung up for that.
    hung: BTreeSet<Text>,
    /// The calls that are in a room of ours.
    conferences: BTreeSet<CallKey>,
    /// Legs to which others were sent to talk to them: who, by whom they are to meet.
    awaited: BTreeMap<Text, Text>,
    /// Calls that we asked for, of which the switch has not told yet: by leg, the number that is to be called.
    made: BTreeMap<Text, Text>,
    /// Who listens again because of a transfer that we asked for, which was not told: by leg, until when that may still come.
    unheld: BTreeMap<Text, Tick>,
    /// Legs that we asked for and that will supervise: how.
    supervising: BTreeMap<Text, Participation>,
    /// While a snapshot is under way: who left a queue since it was asked for.
    left: Option<BTreeSet<Text>>,
    /// Since then also: who was heard to hold, or to listen again. Of all others it is not known.
    holds: BTreeMap<Text, bool>,
    /// Kinds of places of which the last snapshot has no list.
    unlisted: BTreeSet<Kind>,
    members: Members,
    /// The places of those who wait in queues, as the switch told them last.
    positions: BTreeMap<ConnectionKey, u32>,
    /// When the message that is being folded came.
    tick: Tick,
    /// The latest time of the switch, microseconds.
    clock: i64,
    /// The time of the message that is being folded.
    message_time: Option<i64>,
    telephones: Telephones,
    out: Vec<Fact>,
}

impl Normalizer {
    pub(super) fn new(switch: SwitchName, profile: Asterisk, rules: Rules, user_data: &[String], digits: bool) -> Self {
        Normalizer {
            switch,
            profile,
            rules,
            user_data: user_data
                .iter()
                .map(|name| (name.to_ascii_uppercase(), Text::from(name.as_str())))
                .collect(),
            digits,
            legs: Legs::new(),
            over: BTreeSet::new(),
            failed: BTreeMap::new(),
            transfers: BTreeMap::new(),
            listening: BTreeMap::new(),
            recalls: BTreeMap::new(),
            parkers: BTreeMap::new(),
            lonely: Vec::new(),
            hung: BTreeSet::new(),
            conferences: BTreeSet::new(),
            awaited: BTreeMap::new(),
            made: BTreeMap::new(),
            unheld: BTreeMap::new(),
            supervising: BTreeMap::new(),
            left: None,
            holds: BTreeMap::new(),
            unlisted: BTreeSet::new(),
            members: Members::default(),
            positions: BTreeMap::new(),
            tick: Tick::ZERO,
            clock: 0,
            message_time: None,
            telephones: Telephones::default(),
            out: Vec::new(),
        }
    }

    /// Folds one event, and states what follows.
    pub(super) fn event(&mut self, message: &Message, now: Tick) -> Facts {
        let time = timestamp(message);
        let block = Block::read(message, "");
        self.tick = now;
        self.follow_clock(time);
        self.message_time = time;
        // The end of a leg is news whatever the clock says: it may have been set back.
        if message.is_event("MessageWaiting") {
            self.message_waiting(message);
        }
        let over = message.is_event("Hangup") || message.is_event("HangupRequest");
        if block
            .id
            .is_none_or(|id| over && !self.legs.is_gone(id) || self.is_news(id, time))
        {
            self.dispatch(message, &block, time, now);
        }
        // It comes behind the end of the legs that it is about.
        if message.is_event("AgentComplete") {
            self.member_served(message);
        }
        self.wrap_up_served();
        Facts {
            time: time.map(|micros| Wall::from_millis(micros.div_euclid(1000))),
            facts: std::mem::take(&mut self.out),
        }
    }

    /// A clock that was set back by more than any backlog explains counts from where it is now.
    fn follow_clock(&mut self, time: Option<i64>) {
        let Some(time) = time else { return };
        if time < self.clock.saturating_sub(BACKLOG) {
            self.legs
                .iter_mut()
                .for_each(|leg| (leg.last, leg.toggled, leg.spied) = (0, 0, 0));
            self.members_anew();
            self.devices_anew();
            self.clock = time;
        }
        self.clock = self.clock.max(time);
    }

    /// An event of a leg that is older than what was folded in already says nothing new: it was heard before, or the snapshot
    /// was ahead of it.
    fn is_news(&self, id: &str, time: Option<i64>) -> bool {
        !self.legs.is_gone(id) && self.legs.get(id).is_none_or(|leg| leg.is_news(time))
    }

    fn dispatch(&mut self, message: &Message, block: &Block<'_>, time: Option<i64>, now: Tick) {
        // The documentation writes `NewExten`, the wire `Newexten`: names are compared without regard to case.
        let name = message.name().as_bytes();
        let mut buffer = [0; 24];
        let Some(lower) = buffer.get_mut(..name.len()) else {
            self.fold(message, block, time);
            return;
        };
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        match &*lower {
            b"newchannel" => self.new_channel(message, block, time),
            b"newstate" => self.fold_then(message, block, time, Self::new_state),
            b"newcallerid" => self.fold_then(message, block, time, |this, id| this.caller_id(id, message)),
            b"newexten" => {
                self.sees_dialplan(true);
                self.fold_then(message, block, time, |this, id| this.new_exten(id, message));
            }
            b"hold" => self.fold_then(message, block, time, |this, id| this.hold(id, true)),
            b"unhold" => self.fold_then(message, block, time, |this, id| this.hold(id, false)),
            b"dialbegin" => self.dial_begin(message, block, time),
            b"dialstate" => self.dial_state(message, time),
            b"dialend" => self.dial_end(message, time),
            b"localbridge" => self.local_bridge(message),
            b"hangup" => self.hangup(message, block, now),
            b"hanguprequest" => self.fold_then(message, block, time, |this, id| this.hangup_request(id, message)),
            b"softhanguprequest" => self.fold_then(message, block, time, Self::is_ended),
            b"queuecallerjoin" => self.fold_then(message, block, time, |this, id| this.queue_join(id, message)),
            b"queuecallerleave" => {
                if let (Some(left), Some(id)) = (&mut self.left, block.id) {
                    left.insert(Text::from(id));
                }
                self.fold_then(message, block, time, Self::queue_leave);
            }
            b"bridgeenter" => self.fold_then(message, block, time, |this, id| this.bridged(id, message)),
            b"bridgemerge" => self.bridges_merge(message),
            b"bridgeleave" => self.fold_then(message, block, time, |this, id| this.unbridged(id, message)),
            b"agentconnect" => self.fold_then(message, block, time, |this, id| {
                this.agent_answered(id, message);
                this.member_serves(id, message);
            }),
            b"agentlogin" => self.fold_then(message, block, time, |this, id| this.pool_login(id, message)),
            b"agentlogoff" => self.pool_logoff(message),
            b"queuememberadded" => self.member_added(message),
            b"queuememberremoved" => self.member_removed(message),
            b"queuememberpause" | b"queuememberpenalty" | b"queuememberstatus" => self.member_changed(message),
            b"confbridgejoin" => self.fold_then(message, block, time, |this, id| this.room_join(id, message)),
            b"confbridgeleave" => self.fold_then(message, block, time, Self::room_leave),
            b"parkedcall" => self.fold_parkee(message, time, Self::parked),
            b"unparkedcall" => self.fold_parkee(message, time, |this, id, message| this.unparked(id, message)),
            b"parkedcalltimeout" => self.fold_parkee(message, time, |this, id, _| this.park_timeout(id)),
            b"blindtransfer" => self.blind_transfer(message),
            b"attendedtransfer" => self.attended_transfer(message),
            b"pickup" => self.pickup(message, block),
            b"chanspystart" => self.watches(message, time),
            b"chanspystop" => self.watches_not(message),
            b"mixmonitorstart" => self.fold_then(message, block, time, Self::recording_starts),
            b"mixmonitorstop" => self.fold_then(message, block, time, Self::recording_stops),
            b"mixmonitormute" => self.fold_then(message, block, time, |this, id| this.recording_pauses(id, message)),
            b"devicestatechange" => self.device_changed(message),
            b"varset" => self.fold_then(message, block, time, |this, id| this.var_set(id, message)),
            b"userevent" => self.fold_then(message, block, time, |this, id| this.user_event(id, message)),
            b"dtmfend" if self.digits => self.fold_then(message, block, time, |this, id| this.dtmf(id, message)),
            // Every other event of a channel carries its block, too.
            _ => {
                self.fold(message, block, time);
            }
        }
    }

    fn fold_then(
        &mut self,
        message: &Message,
        block: &Block<'_>,
        time: Option<i64>,
        then: impl FnOnce(&mut Self, &str),
    ) {
        if let Some(id) = self.fold(message, block, time) {
            then(self, id);
        }
    }

    /// The same for events of parking, which name the leg `Parkee`.
    fn fold_parkee(&mut self, message: &Message, time: Option<i64>, then: impl FnOnce(&mut Self, &str, &Message)) {
        let parkee = Block::read(message, "Parkee");
        if parkee.id.is_some_and(|id| self.is_news(id, time))
            && let Some(id) = self.fold(message, &parkee, time)
        {
            then(self, id, message);
        }
    }

    /// Folds the block of a channel that is known: the last block wins.
    fn fold<'a>(&mut self, message: &Message, block: &Block<'a>, time: Option<i64>) -> Option<&'a str> {
        let id = block.id?;
        let leg = self.legs.get_mut(id)?;
        let sent = fold(leg, message, block, time);
        self.tell_begun(id);
        if sent {
            self.sent(id);
        }
        Some(id)
    }

    /// A leg that is heard of for the first time is made, whatever the event: the bridge may have come late.
    fn meet(&mut self, message: &Message, block: &Block<'_>, time: Option<i64>) -> bool {
        let (Some(id), Some(name)) = (block.id, block.name.and_then(known)) else {
            return false;
        };
        if self.legs.is_gone(id) {
            return false;
        }
        if let Some(leg) = self.legs.get_mut(id) {
            if leg.is_news(time) && fold(leg, message, block, time) {
                self.sent(id);
            }
            return false;
        }
        let mut leg = Leg::new(Text::from(id), name.clone(), self.nature(&name));
        fold(&mut leg, message, block, time);
        self.legs.insert(leg);
        true
    }

    /// A leg begins. One that rings back in a dialplan (state Ring) with a number to go to was made by who sits at its end; a leg that the
    /// switch makes begins Down (16 and 22).
    fn new_channel(&mut self, message: &Message, block: &Block<'_>, time: Option<i64>) {
        if !self.meet(message, block, time) {
            return;
        }
        if let Some(leg) = block.id.and_then(|id| self.legs.get_mut(id)) {
            leg.begins = leg.is_party() && leg.phase >= Phase::Calling && leg.hint == leg.id;
        }
    }

    /// Tells of a call that begins. Not with its first message: whether the caller asked to be hidden is known from the second on
    /// (16 and 22: `CALLERID(pres)` is not set yet in `Newchannel`), and somebody hidden must not be shown even once.
    fn tell_begun(&mut self, id: &str) {
        if let Some(leg) = self.legs.get_mut(id).filter(|leg| leg.begins) {
            leg.begins = false;
            self.begin(id, ConnectionEvent::Originated, Cause::NewCall);
        }
    }

    /// A leg makes a call of its own.
    pub(super) fn begin(&mut self, id: &str, event: ConnectionEvent, cause: Cause) {
        self.begin_as(id, CallKey(Text::from(id)), event, cause);
    }

    /// The same, as a call that has its key already.
    pub(super) fn begin_as(&mut self, id: &str, key: CallKey, event: ConnectionEvent, cause: Cause) {
        let Some(leg) = self.legs.get_mut(id) else { return };
        leg.calls = true;
        leg.cause = cause;
        self.legs.assign(id, key.clone());
        let Some(leg) = self.legs.get(id) else { return };
        let party = self.who(leg).party;
        let made = self.made.remove(id);
        let exten = leg
            .exten
            .as_ref()
            .filter(|exten| exten.len() > 1 || exten.bytes().all(|b| b.is_ascii_digit()));
        let called = made.as_ref().or(exten);
        let consults = self.consults(leg);
        let fact = CallFact {
            native_id: Some(leg.hint.clone()),
            calling: Some(party),
            called: called.map(|exten| self.called(exten, leg.nature == Nature::Party(Kind::Station))),
            consultation_of: consults.clone(),
            ..CallFact::of(key)
        };
        self.out.push(Fact::Call(fact));
        let cause = if consults.is_some() && cause == Cause::NewCall {
            Cause::Consultation
        } else {
            cause
        };
        self.say(id, event, cause);
    }

    /// The call that somebody holds who makes another one.
    fn consults(&self, leg: &Leg) -> Option<CallKey> {
        if leg.nature != Nature::Party(Kind::Station) {
            return None;
        }
        let mine = |other: &&Leg| other.told == Told::Live && other.id != leg.id && other.endpoint() == leg.endpoint();
        self.legs.holding().find(mine).and_then(|other| other.call.clone())
    }

    /// A leg moved between the states of a channel.
    fn new_state(&mut self, id: &str) {
        match self.legs.get(id).map(|leg| leg.phase) {
            // Analogue phones lift first and are given a number to go to later.
            Some(Phase::Calling) => self.calls_at_last(id),
            Some(Phase::Ringing) => self.rings(id),
            Some(Phase::Up) => self.is_up(id),
            _ => {}
        }
    }

    fn calls_at_last(&mut self, id: &str) {
        let begins =
            |leg: &&Leg| leg.is_party() && leg.call.is_none() && leg.dialled_by.is_none() && leg.hint == leg.id;
        if self.legs.get(id).filter(begins).is_some() {
            self.begin(id, ConnectionEvent::Originated, Cause::NewCall);
        }
    }

    fn caller_id(&mut self, id: &str, message: &Message) {
        let Some(leg) = self.legs.get_mut(id) else { return };
        if let Some(presentation) = message
            .get("CID-CallingPres")
            .and_then(|value| presentation(&value.text().text))
        {
            leg.presentation = presentation;
        }
    }
}

/// Folds a block into a leg. Nothing is copied that is known already. Was it sent somewhere by us, as the block shows?
fn fold(leg: &mut Leg, message: &Message, block: &Block<'_>, time: Option<i64>) -> bool {
    // Where it was sent before says nothing of where it is.
    let late = time.is_some_and(|time| time < leg.last);
    leg.last = leg.last.max(time.unwrap_or(0));
    if let Some(state) = block.state {
        leg.phase = match state {
            4 => Phase::Calling,
            5 => Phase::Ringing,
            6 => Phase::Up,
            _ => Phase::Down,
        };
    }
    let event = message.name();
    for (value, key, known_value) in [
        (block.number, "CallerIDNum", &mut leg.number),
        (block.caller_name, "CallerIDName", &mut leg.caller_name),
        (block.exten, "Exten", &mut leg.exten),
    ] {
        let Some(value) = value else { continue };
        if known_value.as_deref().map(str::as_bytes) != Some(value.as_bytes())
            && let Some(text) = known_name(event.as_bytes(), key, value)
        {
            *known_value = Some(text);
        }
    }
    let first = message.is_event("Newchannel");
    if let Some(hint) = block.hint.filter(|hint| *hint != &*leg.hint && !hint.is_empty()) {
        leg.hint = Text::from(hint);
    }
    if !first {
        let told = block.variables.presentation.and_then(presentation);
        leg.presentation = told.unwrap_or(leg.presentation);
        forward::redirecting(leg, &block.variables);
    }
    // What is told of a room comes ahead of what led there (16 and 22): what follows shows the leg where it was before.
    let ahead = ["ConfbridgeJoin", "ConfbridgeLeave"]
        .iter()
        .any(|name| message.is_event(name));
    !late && !ahead && aside::read(leg, block)
}

/// `35 (Presentation Prohibited, Not Screened)` in an event, `prohib_not_screened` as a variable.
fn presentation(text: &str) -> Option<Presentation> {
    // It is behind every block, so no copy is made of it.
    let says = |word: &str| {
        let mut parts = text.as_bytes().windows(word.len());
        parts.any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    if says("prohib") {
        Some(Presentation::Restricted)
    } else if says("allowed") {
        Some(Presentation::Allowed)
    } else if says("unavailable") {
        Some(Presentation::NotKnown)
    } else {
        None
    }
}
