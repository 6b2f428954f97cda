//! A consultation by a feature code (`*2` of features.conf, the action `Atxfer`): the phone has one line and one leg, which serves two
//! connections, one that holds and one of the call that it makes.
//!
//! What 16 and 22 tell: `Hold` of the leg; a Local pair that nobody dials, with ATTENDEDTRANSFER on its first half; that half and
//! the leg go into a bridge of their own, while behind the other half the dialplan dials. Going back, the leg returns to the bridge where the
//! other party waits. Hanging up, or making it a conference, is `BridgeMerge` and then `AttendedTransfer`, in which both transferring
//! channels are the one leg.

use super::Normalizer;
use super::block::Block;
use super::gather::{executes, talks_in};
use super::transfer::joined_as;
use crate::model::{
    CallFact, CallKey, Cause, ConnectionDirection, ConnectionEvent, ConnectionFact, ConnectionKey, DeviceId, Fact,
    PartyFact, Text,
};
use crate::normalize::legs::{Leg, Nature, Phase, Second, Spot, Told};
use lineside_ami::Message;
use std::collections::BTreeMap;

impl Normalizer {
    /// The first half of a pair is told for whom it consults.
    pub(super) fn half_consults(&mut self, half: &str, by: &str) {
        // A bridge that came just before took it for a part of the call of its hint.
        let is_free = |leg: &&Leg| {
            let guessed = || leg.hinted && self.behind(half).all(|leg| leg.told == Told::Nothing);
            is_first_half(leg) && (leg.call.is_none() || guessed())
        };
        if self.legs.get(half).filter(is_free).is_none() {
            return;
        }
        let consults = |leg: &&Leg| *leg.name == *by && may_consult(leg);
        let by = self.legs.iter().find(consults).map(|leg| leg.id.clone());
        if let Some(by) = by {
            self.consults_by(&by, half);
        }
    }

    /// Without the class `dialplan` nobody says so: nobody dialled the pair, all of its hint talk or wait in bridges, where nobody can
    /// dial, and one of them holds.
    pub(super) fn holds_meanwhile(&self, half: &Leg) -> Option<Text> {
        if half.nature != Nature::Half || half.originated || half.dialled_by.is_some() {
            return None;
        }
        let of_hint = || {
            let legs = self.legs.iter();
            legs.filter(|leg| {
                leg.hint == half.hint && leg.is_party() && leg.told == Told::Live && leg.phase == Phase::Up
            })
        };
        let mut holding = of_hint().filter(|leg| leg.held && may_consult(leg));
        let by = holding.next()?;
        (holding.next().is_none() && of_hint().all(|leg| leg.bridge.is_some())).then(|| by.id.clone())
    }

    /// A leg calls somebody else by a half of a Local pair, while it holds.
    pub(super) fn consults_by(&mut self, by: &str, half: &str) {
        let (call, key) = (CallKey(Text::from(half)), second_key(half));
        let Some(leg) = self.legs.get_mut(by) else { return };
        let (home, held) = (leg.bridge.clone(), leg.held);
        leg.second = Some(Box::new(Second {
            call: call.clone(),
            key: key.clone(),
            half: Text::from(half),
            home,
            joining: false,
        }));
        if !held {
            self.legs.hold(by, true);
            self.say(by, ConnectionEvent::Held, Cause::Consultation);
        }
        self.has_consultation(half, &call);
        let Some(leg) = self.legs.get(by) else { return };
        let who = self.who(leg);
        let exten = self.legs.get(half).and_then(|half| half.exten.clone());
        self.out.push(Fact::Call(CallFact {
            calling: Some(who.party.clone()),
            called: exten.map(|exten| self.called(&exten, true)),
            consultation_of: leg.call.clone(),
            ..CallFact::of(call.clone())
        }));
        self.out.push(Fact::Connection(Box::new(originated(call, key, who))));
    }

    /// A half, and who is behind it, is the call in which somebody consults.
    fn has_consultation(&mut self, half: &str, call: &CallKey) {
        let behind: Vec<Text> = self.behind(half).map(|leg| leg.id.clone()).collect();
        self.legs.assign(half, call.clone());
        if let Some(leg) = self.legs.get_mut(half) {
            leg.hinted = false;
        }
        for id in behind {
            self.legs.assign(&id, call.clone());
        }
    }

    /// The legs in the call of a half that came of what it called.
    fn behind(&self, half: &str) -> impl Iterator<Item = &Leg> {
        let call = self.legs.get(half).and_then(|half| half.call.as_ref());
        let of_half = |leg: &&Leg| *leg.id != *half && self.legs.back(&leg.id).iter().any(|leg| *leg.id == *half);
        call.into_iter().flat_map(|call| self.legs.of(call)).filter(of_half)
    }

    /// The second connection of a leg as the event that leads to it.
    pub(super) fn second_fact(&self, leg: &Leg) -> Option<ConnectionFact> {
        let second = leg.second.as_ref()?;
        Some(originated(second.call.clone(), second.key.clone(), self.who(leg)))
    }

    /// A leg that consulted is back with whom it held.
    pub(super) fn comes_home(&mut self, id: &str) {
        let at_home = |leg: &&Leg| {
            let second = leg.second.as_ref();
            second.is_some_and(|second| !second.joining && second.home.is_some() && second.home == leg.bridge)
        };
        if self.legs.get(id).filter(at_home).is_some() {
            self.end_second(id);
        }
    }

    /// What a leg consulted about is over, or the leg is.
    pub(super) fn end_second(&mut self, id: &str) {
        let Some(second) = self.legs.get_mut(id).and_then(|leg| leg.second.take()) else {
            return;
        };
        // Who was rung and said no has the better cause.
        let failed = self.failed.get(&second.call).and_then(|failed| failed.first());
        let cause = failed.map_or(Cause::NormalClearing, |(_, cause)| *cause);
        let event = ConnectionEvent::ConnectionCleared;
        self.say_of(&second.call, second.key, event, cause, PartyFact::default());
        self.try_elsewhere(&second.call, None);
    }

    /// Two bridges become one: two calls are about to.
    pub(super) fn bridges_merge(&mut self, message: &Message) {
        let of = |key: &str| super::block::text(message, key);
        let both = [of("ToBridgeUniqueid"), of("FromBridgeUniqueid")];
        for second in self.legs.iter_mut().filter_map(|leg| leg.second.as_mut()) {
            second.joining |= second.home.is_some() && both.contains(&second.home);
        }
    }

    /// Who consults hangs up. That joins the two; where nobody waits any more it is the end of it.
    pub(super) fn leaves_consultation(&mut self, id: &str) {
        if self.legs.get(id).is_some_and(|leg| leg.told == Told::Over) {
            self.end_second(id);
        }
    }

    /// Whoever was held has gone: who consults is with the other one only.
    pub(super) fn left_alone(&mut self, call: &CallKey) {
        let mut live = self.legs.live(call);
        let only = live.next().filter(|leg| leg.second.is_some()).map(|leg| leg.id.clone());
        if let (Some(id), None) = (only, live.next()) {
            drop(live);
            self.say(&id, ConnectionEvent::ConnectionCleared, Cause::NormalClearing);
            self.legs.goes_over(&id);
        }
    }

    /// `AttendedTransfer` of one leg: what it held and what it called become one.
    pub(super) fn joins_by_one_leg(&mut self, id: &str, message: &Message, stays: bool, by: Option<DeviceId>) {
        let call_at = |prefix: &str| self.legs.call_of(Block::read(message, prefix).id?);
        let second = self.legs.get(id).and_then(|leg| leg.second.clone());
        let (one, two) = match &second {
            Some(second) => (self.legs.call_of(id), Some(second.call.clone())),
            // The bridge came while it consulted.
            None => (call_at("Transferee"), call_at("TransferTarget")),
        };
        let (Some(one), Some(two)) = (one, two) else { return };
        let mut leaving: Vec<ConnectionKey> = second.iter().map(|second| second.key.clone()).collect();
        self.listening.remove(id);
        self.legs.hold(id, false);
        if let Some(leg) = self.legs.get_mut(id) {
            leg.second = None;
            if !stays {
                leg.told = Told::Over;
                leaving.insert(0, leg.key());
                let endpoint = Text::from(leg.endpoint());
                if self.legs.of(&two).all(|leg| !leg.is_party() || leg.phase != Phase::Up) {
                    self.recalls.insert(endpoint, one.clone());
                }
            }
        }
        self.merge(one, two, joined_as(stays), leaving, by);
    }

    /// Is it rung because nobody answered to whom it had transferred?
    pub(super) fn is_recalled(&self, id: &str) -> bool {
        let recalled = |leg: &Leg| self.recalls.contains_key(leg.endpoint()) && !self.made.contains_key(id);
        self.legs.get(id).is_some_and(recalled)
    }

    pub(super) fn recalled(&mut self, id: &str) {
        let Some(leg) = self.legs.get_mut(id) else { return };
        leg.cause = Cause::RecallNoAnswer;
        let call = self.recalls.get(leg.endpoint()).cloned();
        call.into_iter().for_each(|call| self.legs.assign(id, call));
    }

    /// Nobody listened as the switch began to call it back.
    pub(super) fn find_recalled(&mut self) {
        let unknown = |leg: &&Leg| leg.call.is_none() && leg.is_party() && executes(leg, &["AppDial2"]);
        let found = self.legs.iter().filter(unknown).map(|leg| leg.id.clone());
        for id in found.collect::<Vec<_>>() {
            if self.is_recalled(&id) {
                self.recalled(&id);
            }
        }
        let answered = |leg: &&Leg| leg.cause == Cause::RecallNoAnswer && leg.phase == Phase::Up;
        let answered = self.legs.iter().filter(answered).filter_map(|leg| leg.call.clone());
        for call in answered.collect::<Vec<_>>() {
            self.recalls.retain(|_, recalled| *recalled != call);
        }
    }

    /// Did the switch give up somebody for whom nobody waits but who was transferred to it?
    pub(super) fn is_given_up(&self, rung: &Leg) -> bool {
        let of_recall = rung
            .call
            .as_ref()
            .filter(|call| self.recalls.values().any(|recalled| recalled == *call));
        of_recall.is_some_and(|call| self.legs.live(call).any(|leg| leg.id != rung.id))
    }

    /// When nobody listened as it began: somebody waits alone in a bridge, and another one of its hint is in a bridge with the first half of a
    /// Local pair that nobody dialled.
    pub(super) fn find_consultations(&mut self) {
        let mut found = Vec::new();
        let unknown = |leg: &&Leg| is_first_half(leg) && (leg.call.is_none() || leg.hinted);
        for half in self.legs.iter().filter(unknown) {
            let with = |bridge: &Text| {
                self.legs
                    .iter()
                    .filter(|leg| leg.bridge.as_ref() == Some(bridge))
                    .collect::<Vec<_>>()
            };
            let Some(bridge) = &half.bridge else { continue };
            let mut others = with(bridge).into_iter().filter(|leg| leg.id != half.id);
            let (Some(by), None) = (
                others
                    .next()
                    .filter(|leg| leg.is_party() && leg.second.is_none() && *leg.spot() == Spot::Nowhere),
                others.next(),
            ) else {
                continue;
            };
            let waits = |leg: &&Leg| {
                let alone = || leg.bridge.as_ref().is_some_and(|bridge| with(bridge).len() == 1);
                leg.is_party() && leg.hint == half.hint && leg.id != by.id && talks_in(leg).is_some() && alone()
            };
            if let Some(home) = self.legs.iter().find(waits).and_then(|leg| leg.bridge.clone()) {
                found.push((by.id.clone(), half.id.clone(), home));
            }
        }
        found.extend(self.begun());
        for (by, half, home) in found {
            let call = CallKey(half.clone());
            self.legs.hold(&by, true);
            self.has_consultation(&half, &call);
            let key = second_key(&half);
            let second = Second {
                call,
                key,
                half,
                home: Some(home),
                joining: false,
            };
            if let Some(leg) = self.legs.get_mut(&by) {
                leg.second = Some(Box::new(second));
            }
        }
    }

    /// Who is about to consult still talks in a bridge: the second half bears its number as that of who calls, and the first one executes
    /// nothing and does not ring (16 and 22). Answers them with the half and the bridge.
    fn begun(&self) -> Vec<(Text, Text, Text)> {
        let halves = self.legs.iter().filter(|leg| is_first_half(leg) && has_begun(leg));
        let unknown = halves.filter(|leg| (leg.call.is_none() || leg.hinted) && leg.application.is_none());
        let begun = unknown.filter_map(|half| {
            let number = self.legs.get(half.pair.as_ref()?)?.number.as_ref()?;
            let talks = |leg: &&Leg| {
                let free =
                    leg.is_party() && leg.second.is_none() && leg.aside().is_none() && *leg.spot() == Spot::Nowhere;
                free && leg.hint == half.hint && leg.number.as_ref() == Some(number)
            };
            let mut calling = self.legs.iter().filter(talks);
            let (by, None) = (calling.next()?, calling.next()) else {
                return None;
            };
            let apart = half.bridge != by.bridge && self.legs.peer(&by.id).is_some();
            let home = talks_in(by).filter(|_| apart)?;
            Some((by.id.clone(), half.id.clone(), home.clone()))
        });
        begun.collect()
    }

    /// When nobody listened as it hung up: somebody is in a bridge with the first half of a Local pair that nobody dialled, behind which it
    /// still rings; or is there alone, where that was given up and who joined the two is called back. The leg of who joined the two is listed,
    /// in no bridge, until somebody answers (16 and 22): it is over. Answers who those are, by who was transferred.
    pub(super) fn find_gone(&mut self) -> Vec<(Text, Text)> {
        let mut found = Vec::new();
        let mut bridges: BTreeMap<&Text, Vec<&Leg>> = BTreeMap::new();
        for leg in self.legs.iter().filter(|leg| leg.nature != Nature::Hidden) {
            leg.bridge
                .iter()
                .for_each(|bridge| bridges.entry(bridge).or_default().push(leg));
        }
        for members in bridges.values() {
            let (halves, others): (Vec<&Leg>, Vec<&Leg>) = members.iter().partition(|leg| is_first_half(leg));
            let ([waits], [] | [_]) = (&*others, &*halves) else {
                continue;
            };
            let half = halves.first();
            let rings = half.is_none_or(|half| half.phase != Phase::Up && half.hint == waits.hint);
            if !rings || !waits.is_party() || waits.phase != Phase::Up || talks_in(waits).is_none() {
                continue;
            }
            let left = |leg: &&Leg| {
                let elsewhere = leg.bridge.is_none() && leg.place.is_none();
                let consulted = |half: &&Leg| leg.second.as_ref().is_some_and(|second| second.half == half.id);
                let consulted = half.map_or(leg.second.is_some(), consulted);
                let may_have_left = leg.told != Told::Live || consulted;
                leg.phase == Phase::Up && elsewhere && may_have_left && executes(leg, &["AppDial"])
            };
            let of_hint = || self.legs.iter().filter(|leg| leg.is_party() && leg.hint == waits.hint);
            let others_wait = half.is_none() && of_hint().any(|leg| leg.bridge.is_some() && leg.id != waits.id);
            let mut gone = of_hint().filter(left);
            if let (false, Some(gone), None) = (others_wait, gone.next(), gone.next())
                && (half.is_some() || self.legs.iter().any(|leg| self.may_call_back(leg, gone.endpoint())))
            {
                found.push((waits.id.clone(), gone.id.clone()));
            }
        }
        for (waits, gone) in &found {
            self.legs.hold(gone, false);
            let Some(leg) = self.legs.get_mut(gone) else { continue };
            leg.told = Told::Over;
            let endpoint = leg.endpoint().to_owned();
            self.is_called_back(&endpoint, waits);
        }
        found
    }

    /// Is the leg rung at this telephone by nobody, and for nobody that is known?
    fn may_call_back(&self, leg: &Leg, endpoint: &str) -> bool {
        let unknown = leg.call.is_none() && leg.dialled_by.is_none() && !self.made.contains_key(&leg.id);
        unknown && leg.phase != Phase::Up && leg.endpoint() == endpoint && executes(leg, &["AppDial2"])
    }

    /// Who transferred and is rung meanwhile is rung for whom it transferred: by a leg of its own hint, which nobody dials (16 and 22).
    fn is_called_back(&mut self, endpoint: &str, waits: &Text) {
        let rung = self.legs.iter().filter(|leg| self.may_call_back(leg, endpoint));
        for id in rung.map(|leg| leg.id.clone()).collect::<Vec<_>>() {
            if let Some(leg) = self.legs.get_mut(&id) {
                leg.dialled_by = Some(waits.clone());
                leg.cause = Cause::RecallNoAnswer;
            }
        }
    }

    /// Whom the switch calls back when nobody answers, now that the calls are known.
    pub(super) fn recall(&mut self, gone: Vec<(Text, Text)>) {
        for (waits, gone) in gone {
            let endpoint = self.legs.get(&gone).map(|leg| Text::from(leg.endpoint()));
            self.recalls.extend(endpoint.zip(self.legs.call_of(&waits)));
        }
    }

    /// What nobody listened to may have ended a consultation.
    pub(super) fn drop_ended_consultations(&mut self) {
        let goes_on = |leg: &Leg| {
            leg.second.as_ref().is_none_or(|second| {
                let half = self.legs.get(&second.half);
                let went = second.home != leg.bridge;
                half.is_some_and(|half| half.bridge != second.home && (went || has_begun(half)))
            })
        };
        let ended = self.legs.iter().filter(|leg| !goes_on(leg)).map(|leg| leg.id.clone());
        for id in ended.collect::<Vec<_>>() {
            if let Some(leg) = self.legs.get_mut(&id) {
                leg.second = None;
            }
        }
    }
}

/// May the leg call somebody else besides?
fn may_consult(leg: &Leg) -> bool {
    leg.is_party() && leg.told == Told::Live && leg.phase == Phase::Up && leg.second.is_none()
}

/// Local halves are named alike, with `;1` and `;2` behind.
fn is_first_half(leg: &Leg) -> bool {
    // Those by which we have somebody consult are told otherwise.
    let ours = *leg.spot() != Spot::Nowhere;
    leg.nature == Nature::Half && leg.dialled_by.is_none() && !leg.originated && !ours && leg.name.ends_with(";1")
}

/// Does nobody talk by the half yet? It rings once the leg that consults is with it (16 and 22).
fn has_begun(half: &Leg) -> bool {
    half.phase == Phase::Down
}

fn second_key(half: &str) -> ConnectionKey {
    ConnectionKey(Text::from(format!("{half}/by")))
}

fn originated(call: CallKey, connection: ConnectionKey, who: PartyFact) -> ConnectionFact {
    ConnectionFact {
        call,
        connection,
        event: ConnectionEvent::Originated,
        cause: Cause::Consultation,
        direction: ConnectionDirection::Outgoing,
        who,
        new_destination: None,
        refused: false,
        uncertain: Vec::new(),
    }
}
