//! Who hangs up, who was hung up on, and what ends with it.

use super::Normalizer;
use super::block::Block;
use super::forward::Onward;
use crate::model::{
    CallKey, Cause, ConnectionDirection, ConnectionEvent, ConnectionFact, ConnectionKey, Fact, Kind, PartyFact,
};
use crate::normalize::legs::{Nature, Phase, Spot, Told};
use lineside_ami::Message;
use lineside_wire::Tick;

impl Normalizer {
    /// The far end of a leg asked for its end: this party hung up first. The `Hangup`s that follow come in the order in which the
    /// switch tidies up (16 and 22: the called leg before the calling one), which is not the order in which people hung up.
    pub(super) fn hangup_request(&mut self, id: &str, message: &Message) {
        let cause = self.cause(message);
        self.took_back(id);
        self.sender_ends(id);
        let Some(leg) = self.legs.get_mut(id) else { return };
        // A Local pair that a queue gave up asks for its own end with no cause (22), after that was told.
        if leg.nature != Nature::Half || leg.requested != Some(Cause::CallNotAnswered) {
            leg.requested = Some(cause);
        }
        if leg.second.is_some() {
            self.leaves_consultation(id);
            return;
        }
        if leg.told == Told::Live && leg.is_party() && (leg.calls || leg.phase == Phase::Up) {
            if leg.calls && leg.cause == Cause::MakeCall && leg.phase != Phase::Up {
                self.not_lifted(id, cause);
            } else {
                self.finish(id, Cause::NormalClearing);
            }
        }
    }

    /// The phone for which a call was being made did not lift: it was busy or could not be reached, which it says before it rings, or
    /// it rang and nobody came, or somebody there said no.
    pub(super) fn not_lifted(&mut self, id: &str, native: Cause) {
        let Some(leg) = self.legs.get(id) else { return };
        let (rang, refused) = (leg.phase == Phase::Ringing, leg.requested.is_some());
        let normal = matches!(native, Cause::NormalClearing | Cause::Normal);
        // Answered, and then nothing to talk with: no codec in common, say (58, behind a 200 that offers none; 22).
        let broke = matches!(native, Cause::ResourcesNotAvailable | Cause::IncompatibleDestination);
        let unanswered = normal || rang && !broke;
        let cause = if unanswered { Cause::CallNotAnswered } else { native };
        self.sent_on(id);
        self.say_refused(id, ConnectionEvent::ConnectionCleared, cause, rang && refused);
    }

    /// A leg is gone.
    pub(super) fn hangup(&mut self, message: &Message, block: &Block<'_>, now: Tick) {
        let Some(id) = block.id else { return };
        self.tell_begun(id);
        self.waits_no_more(id);
        self.sender_ends(id);
        self.hands_over(id);
        let native = self.cause(message);
        let rang = self.legs.get(id).is_some_and(|leg| leg.phase == Phase::Ringing);
        if self.ends_as_asked(id, rang) {
            self.over(id, now);
            return;
        }
        if let Some(leg) = self.legs.get(id).filter(|leg| leg.told == Told::Live) {
            let cause = match leg.phase {
                // Who had to lift first did not: 16 tells no cause then, 22 tells 19.
                phase if leg.calls && leg.cause == Cause::MakeCall && phase != Phase::Up => Cause::CallNotAnswered,
                _ if leg.calls => native,
                Phase::Up => Cause::NormalClearing,
                _ => Cause::CallCancelled,
            };
            // Who had to lift first and did not called nobody yet.
            let lifted = leg.cause != Cause::MakeCall || leg.phase == Phase::Up;
            if leg.calls && !leg.went && lifted {
                self.nowhere(id, native);
            }
            // The switch ends it, not the party: what spoke to it was first to go.
            if !self.at(id, Kind::Queue) && !self.at(id, Kind::Park) {
                self.leave(id, ConnectionEvent::ConnectionCleared, Cause::NormalClearing);
            }
            self.finish(id, cause);
        }
        self.over(id, now);
    }

    fn over(&mut self, id: &str, now: Tick) {
        // A place outlives its leg no more than the leg its end, whoever told that the leg was over.
        self.leave(id, ConnectionEvent::ConnectionCleared, Cause::NormalClearing);
        self.leaves_watched(id);
        let call = self.legs.get(id).and_then(|leg| leg.call.clone());
        self.end_second(id);
        self.transfers.remove(id);
        self.listening.remove(id);
        self.parker_ends(id);
        self.lets_go(id);
        self.hung.remove(id);
        self.awaited.retain(|peer, who| **peer != *id && **who != *id);
        if let Some(Spot::Room { room, .. }) = self.legs.remove(id, now).map(|leg| leg.spot().clone()) {
            self.left_in_room(&room);
        }
        if let Some(call) = &call {
            self.takes_nobody(call);
            self.keeps(call);
        }
        call.iter().for_each(|call| self.nobody_is_sent(call));
        if let Some(call) = call.filter(|call| self.legs.of(call).next().is_none()) {
            self.recalls.retain(|_, recalled| *recalled != call);
            self.try_elsewhere(&call, None);
            self.lapses(&call);
        }
    }

    /// The connection of a leg ends, and with it the place where it waited and, if it was the last, what had failed.
    pub(super) fn finish(&mut self, id: &str, cause: Cause) {
        self.sent_on(id);
        self.end_second(id);
        self.say(id, ConnectionEvent::ConnectionCleared, cause);
        self.lets_go(id);
        self.leaves_watched(id);
        let waits = self.at(id, Kind::Queue) || self.at(id, Kind::Park);
        self.leave(
            id,
            ConnectionEvent::ConnectionCleared,
            if waits {
                Cause::CallCancelled
            } else {
                Cause::NormalClearing
            },
        );
        let call = self.legs.call_of(id);
        if let Some(call) = &call {
            self.left_alone(call);
            self.arrive(call);
        }
        if let Some(call) = call.filter(|call| self.legs.live(call).next().is_none()) {
            self.try_elsewhere(&call, None);
            self.lapses(&call);
        }
    }

    /// What had failed is over: the call ends, or goes elsewhere, which it may do from there.
    pub(super) fn try_elsewhere(&mut self, call: &CallKey, onward: Onward) {
        for (key, cause) in self.failed.remove(call).unwrap_or_default() {
            let (event, cause) = match &onward {
                Some((cause, _)) => (ConnectionEvent::Diverted, *cause),
                None => (ConnectionEvent::ConnectionCleared, cause),
            };
            self.say_of(call, key, event, cause, PartyFact::default());
            if let Some((_, to)) = &onward {
                self.sends_to(to.clone());
            }
        }
    }

    /// The caller got nowhere at all, and the switch ended the call with a cause: that is the failure of whom it was for.
    fn nowhere(&mut self, id: &str, cause: Cause) {
        let Some(call) = self.legs.get(id).and_then(|leg| leg.call.clone()) else {
            return;
        };
        let called = self
            .legs
            .get(id)
            .and_then(|leg| leg.exten.clone())
            .map(|exten| self.called(&exten, true));
        if matches!(cause, Cause::NormalClearing | Cause::Normal) {
            return;
        }
        let key = ConnectionKey(format!("nowhere/{id}").into());
        let who = PartyFact {
            party: called.unwrap_or_default(),
            kind: Kind::Other,
            native_id: None,
        };
        self.say_of(&call, key.clone(), ConnectionEvent::Failed, cause, who);
        self.failed.entry(call).or_default().push((key, cause));
    }

    /// States that a connection moved which is not that of a leg.
    pub(super) fn say_of(
        &mut self,
        call: &CallKey,
        key: ConnectionKey,
        event: ConnectionEvent,
        cause: Cause,
        who: PartyFact,
    ) {
        self.out.push(Fact::Connection(Box::new(ConnectionFact {
            call: call.clone(),
            connection: key,
            event,
            cause,
            direction: ConnectionDirection::Incoming,
            who,
            new_destination: None,
            refused: false,
            uncertain: Vec::new(),
        })));
    }

    /// The cause of a message in terms of CSTA, by the profile. No cause (0) is a normal end.
    fn cause(&self, message: &Message) -> Cause {
        let code = message
            .get("Cause")
            .and_then(|value| value.as_str())
            .and_then(|code| code.parse::<u16>().ok());
        match code {
            None | Some(0) => Cause::NormalClearing,
            Some(code) => self.profile.causes.get(&code).copied().unwrap_or(Cause::Normal),
        }
    }
}
