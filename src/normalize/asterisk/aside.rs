//! One leg in two calls: it talks in one, and somebody waits for it in another. The switch shows which by the contexts of its dialplan
//! into which we send legs ([`super::procedures`]): every block of a channel names its context, and the list of channels does. So it is known
//! also where it was not us who sent them, and after the link was down.

use super::Normalizer;
use super::block::Block;
use super::party::direction;
use super::procedures::context;
use crate::model::{
    CallFact, CallKey, Cause, ConnectionEvent, ConnectionFact, ConnectionKey, DeviceId, Fact, Kind, MergeReason, Text,
};
use crate::normalize::legs::{Asked, Leg, Nature, Spot, Told};

/// Is a room one that we made?
pub(super) fn is_ours(room: &str) -> bool {
    room.starts_with(context::OURS)
}

/// Takes from a block where we had a leg sent. Did that change?
pub(super) fn read(leg: &mut Leg, block: &Block<'_>) -> bool {
    let Some(name) = block.context else { return false };
    if !name.starts_with(context::OURS) && *leg.spot() == Spot::Nowhere {
        return false;
    }
    let exten = block.exten.and_then(super::known).unwrap_or_default();
    let spot = match name {
        context::DIAL => Spot::Dials {
            number: exten,
            from: None,
        },
        context::LEAVE => match exten.split_once(context::TO) {
            Some((room, number)) => Spot::Dials {
                number: Text::from(number),
                from: Some(Text::from(room)),
            },
            None => return false,
        },
        context::OUT => Spot::Out(exten),
        context::ALONE => Spot::Alone,
        context::HOLD => Spot::WaitsFor(exten),
        context::TALK | context::TURN => Spot::TalksTo {
            peer: exten,
            turns: name == context::TURN,
        },
        context::ROOM | context::BACK => Spot::Room {
            room: exten,
            back: name == context::BACK,
        },
        // On its way between two of them, or what runs in its name after its end.
        _ if name.starts_with(context::OURS) => return false,
        _ => Spot::Nowhere,
    };
    leg.set_spot(spot)
}

impl Normalizer {
    /// A leg was sent somewhere by us.
    pub(super) fn sent(&mut self, id: &str) {
        let call = self.legs.call_of(id);
        match self.legs.get(id).map(|leg| leg.spot().clone()) {
            Some(Spot::Dials { number, .. }) => self.consults_with(id, &number),
            Some(Spot::Alone) => self.is_alone(id),
            Some(Spot::WaitsFor(holder)) => self.waits_for(id, &holder),
            Some(Spot::TalksTo { peer, turns }) => {
                self.awaited.insert(peer, Text::from(id));
                if !turns {
                    self.drops(id);
                }
            }
            Some(Spot::Nowhere | Spot::Out(_) | Spot::Room { .. }) | None => {}
        }
        call.iter().for_each(|call| self.keeps(call));
    }

    /// A call may have become a conference in a room of ours, or be one no more: where a leg is in no bridge, that may be an old story.
    pub(super) fn keeps(&mut self, call: &CallKey) {
        let before = self.conferences.contains(call);
        let is_sent = |leg: &Leg| matches!(leg.spot(), Spot::Room { .. });
        let kept = if before {
            self.legs.of(call).any(is_sent)
        } else {
            self.is_conference(call)
        };
        if kept == before {
            return;
        }
        if kept {
            self.conferences.insert(call.clone());
        } else {
            self.conferences.remove(call);
        }
        self.out.push(Fact::Call(CallFact {
            conference: Some(kept),
            ..CallFact::of(call.clone())
        }));
    }

    /// Do several talk in a room of ours, or one for whom another one comes back? Those who wait there for whom they are to be joined with
    /// are none yet.
    pub(super) fn is_conference(&self, call: &CallKey) -> bool {
        let is_there = |leg: &&Leg| leg.bridge.is_some() && matches!(leg.spot(), Spot::Room { .. });
        let there: Vec<&Leg> = self.legs.of(call).filter(is_there).collect();
        let comes_back = |leg: &Leg| {
            leg.aside()
                .is_some_and(|aside| aside.call == *call && aside.with.is_none())
        };
        let enough = match there.len() {
            0 => false,
            1 => self.legs.consulting().any(comes_back),
            _ => true,
        };
        enough && there.iter().all(|leg| leg.aside().is_none())
    }

    /// A telephone puts its call aside and calls somebody else.
    fn consults_with(&mut self, id: &str, number: &Text) {
        let asked = self.asked_of(id).cloned();
        let Some(leg) = self
            .legs
            .get_mut(id)
            .filter(|leg| leg.is_party() && leg.told == Told::Live)
        else {
            return;
        };
        let Some(about) = leg.call.clone() else { return };
        let key = match asked {
            Some(Asked::Consult(key)) => key,
            _ => leg.next_key(),
        };
        let call = CallKey(key.0.clone());
        if let Some(aside) = leg.aside() {
            // It consults anew; what it consulted about before still waits.
            let about = aside.call.clone();
            self.drops(id);
            self.legs.assign(id, call.clone());
            if let Some(leg) = self.legs.get_mut(id) {
                leg.set_key(key);
                leg.told = Told::Live;
            }
            self.consultation(id, number, &call, about);
            return;
        }
        let waits = |other: &&Leg| matches!(other.spot(), Spot::WaitsFor(holder) if **holder == *id);
        let with = self.legs.of(&about).find(waits).map(|leg| leg.id.clone());
        self.consultation(id, number, &call, about);
        // The new call is known from here on: who is told that the old one is held can be told why.
        self.say(id, ConnectionEvent::HeldBySwitch, Cause::Consultation);
        self.legs.put_aside(id, key, call, with);
        self.say(id, ConnectionEvent::Originated, Cause::Consultation);
    }

    fn consultation(&mut self, id: &str, number: &Text, call: &CallKey, about: CallKey) {
        let Some(leg) = self.legs.get(id) else { return };
        let fact = CallFact {
            native_id: Some(leg.hint.clone()),
            calling: Some(self.who(leg).party),
            called: Some(self.called(number, leg.nature == Nature::Party(Kind::Station))),
            consultation_of: Some(about),
            ..CallFact::of(call.clone())
        };
        self.out.push(Fact::Call(fact));
    }

    /// A leg is alone: the others of its call wait for it, or it came back from a consultation that failed.
    fn is_alone(&mut self, id: &str) {
        let drops = self.asked_of(id) == Some(&Asked::Drop);
        let Some(leg) = self.legs.get_mut(id).filter(|leg| leg.is_party()) else {
            return;
        };
        if leg.aside().is_some() {
            if drops {
                self.drops(id);
                self.legs.take_back(id, false, None);
                if let Some(leg) = self.legs.get_mut(id) {
                    leg.rests = true;
                }
            }
        } else if leg.told == Told::Live && !leg.rests {
            leg.rests = true;
            self.say(id, ConnectionEvent::HeldBySwitch, Cause::Normal);
        }
    }

    /// A leg waits for another.
    fn waits_for(&mut self, id: &str, holder: &str) {
        let call = self.legs.call_of(id);
        let aside = self.legs.get_mut(holder).and_then(|leg| leg.aside_mut());
        if let Some(aside) = aside.filter(|aside| Some(&aside.call) == call.as_ref()) {
            aside.with = Some(Text::from(id));
        }
    }

    /// A leg leaves the call in which it talks, for the one that it put aside.
    pub(super) fn drops(&mut self, id: &str) {
        let Some(leg) = self.legs.get(id).filter(|leg| leg.aside().is_some()) else {
            return;
        };
        let call = leg.call.clone();
        self.say(id, ConnectionEvent::ConnectionCleared, Cause::NormalClearing);
        // Nobody is left there, if nobody was reached.
        if let Some(call) = call.filter(|call| self.legs.live(call).next().is_none()) {
            self.try_elsewhere(&call, None);
        }
    }

    /// A leg came into a bridge: it may be there to meet somebody.
    pub(super) fn meets_as_sent(&mut self, id: &str) {
        let Some(leg) = self.legs.get(id).filter(|leg| !leg.holding) else {
            return;
        };
        let sent = match leg.spot() {
            Spot::Room { room, .. } => {
                let room = room.clone();
                self.meets_in_room(id, &room);
                return self.legs.call_of(id).iter().for_each(|call| self.keeps(call));
            }
            Spot::TalksTo { peer, .. } => Some((leg.id.clone(), peer.clone())),
            _ => None,
        };
        let awaits = || self.awaited.get(id).map(|who| (who.clone(), leg.id.clone()));
        let Some((who, peer)) = sent.or_else(awaits) else {
            return;
        };
        let bridge = |id: &Text| self.legs.get(id).and_then(|leg| leg.bridge.as_ref());
        if bridge(&who).is_some() && bridge(&who) == bridge(&peer) {
            self.awaited.remove(&peer);
            self.met(&who, &peer);
        }
    }

    /// Who was sent to somebody talks to them now.
    fn met(&mut self, id: &str, peer: &str) {
        let call = self.legs.call_of(peer);
        let Some(leg) = self.legs.get_mut(id) else { return };
        let turns = matches!(leg.spot(), Spot::TalksTo { turns: true, .. });
        match leg.aside() {
            Some(aside) if Some(&aside.call) == call.as_ref() => {
                let waits = |other: &&Leg| matches!(other.spot(), Spot::WaitsFor(holder) if **holder == *id);
                let with = self.legs.get(id).and_then(|leg| {
                    let with = self.legs.of(leg.call.as_ref()?).find(waits);
                    with.map(|leg| leg.id.clone())
                });
                let cause = if turns {
                    self.say(id, ConnectionEvent::HeldBySwitch, Cause::Alternate);
                    Cause::Alternate
                } else {
                    self.drops(id);
                    Cause::Normal
                };
                self.legs.take_back(id, turns, with);
                self.say(id, ConnectionEvent::Retrieved, cause);
            }
            Some(_) => {}
            None if leg.rests && leg.call == call => {
                leg.rests = false;
                self.say(id, ConnectionEvent::Retrieved, Cause::Normal);
            }
            None => self.handed_over(id, peer),
        }
    }

    /// Who consulted ends. Who waited for it may be on the way to whom it consulted: the switch hangs it up first (seen on 16).
    pub(super) fn hands_over(&mut self, id: &str) {
        let Some((aside, call)) = self
            .legs
            .get(id)
            .and_then(|leg| Some((&leg.aside()?.call, leg.call.as_ref()?)))
        else {
            return;
        };
        let goes = |leg: &&Leg| match leg.spot() {
            Spot::TalksTo { peer, turns: false } => self.legs.call_of(peer).as_ref() == Some(call),
            _ => false,
        };
        let found = self.legs.of(aside).find(goes).and_then(|leg| match leg.spot() {
            Spot::TalksTo { peer, .. } => Some((leg.id.clone(), peer.clone())),
            _ => None,
        });
        if let Some((who, peer)) = found {
            self.handed_over(&who, &peer);
        }
    }

    /// Who waited talks to whom the one consulted for whom it waited.
    fn handed_over(&mut self, id: &str, peer: &str) {
        let (Some(one), Some(two)) = (self.legs.call_of(id), self.legs.call_of(peer)) else {
            return;
        };
        if one == two {
            return;
        }
        let consults =
            |leg: &&Leg| leg.aside().is_some_and(|aside| aside.call == one) && leg.call.as_ref() == Some(&two);
        let by = self.legs.consulting().find(consults).map(|leg| leg.id.clone());
        let (mut leaving, mut device) = (Vec::new(), None);
        if let Some(by) = by {
            leaving.extend(self.legs.forget_aside(&by).map(|aside| aside.key));
            if let Some(leg) = self.legs.get_mut(&by) {
                // What it dropped is over already.
                if leg.told == Told::Live {
                    leaving.push(leg.key());
                }
                leg.told = Told::Over;
                device = Some(DeviceId::new(&self.switch, leg.endpoint()));
            }
        }
        self.merge(one, two, MergeReason::Transfer, leaving, device);
    }

    /// Who is in one room of ours is one call.
    fn meets_in_room(&mut self, id: &str, room: &Text) {
        let bridge = self.legs.get(id).and_then(|leg| leg.bridge.clone());
        let is_here =
            |leg: &&Leg| leg.bridge == bridge && matches!(leg.spot(), Spot::Room { room: of, .. } if of == room);
        let here: Vec<(Text, Option<CallKey>)> = self
            .legs
            .iter()
            .filter(is_here)
            .map(|leg| (leg.id.clone(), self.legs.call_of(&leg.id)))
            .collect();
        let is_in = |call: &CallKey, but: &Text| here.iter().any(|(id, of)| id != but && of.as_ref() == Some(call));
        let joins = self.legs.consulting().find_map(|leg| {
            let (aside, call) = (leg.aside()?, leg.call.as_ref()?);
            let both = is_in(&aside.call, &leg.id) && is_in(call, &leg.id);
            both.then(|| (leg.id.clone(), aside.call.clone(), call.clone()))
        });
        if let Some((by, one, two)) = joins {
            let key = self.legs.get(&by).map(|leg| leg.key());
            let device = self
                .legs
                .get(&by)
                .map(|leg| DeviceId::new(&self.switch, leg.endpoint()));
            self.legs.take_back(&by, false, None);
            self.merge(one, two, MergeReason::Conference, key.into_iter().collect(), device);
            return;
        }
        // Nobody heard who took them there.
        let mut calls = here.iter().filter_map(|(_, of)| of.clone());
        let first = calls.next();
        let takes = |leg: &Leg| leg.aside().is_some() && here.iter().any(|(id, _)| *id == leg.id);
        if let (Some(one), Some(two)) = (first.clone(), calls.find(|of| Some(of) != first.as_ref()))
            && !self.legs.consulting().any(takes)
        {
            self.merge(one, two, MergeReason::Conference, Vec::new(), None);
            return;
        }
        // It comes back to those who talked on without it. Who takes somebody there may come first.
        let back = self.legs.get(id).and_then(|leg| {
            let alone = || {
                leg.call
                    .iter()
                    .flat_map(|call| self.legs.live(call))
                    .all(|other| other.id == leg.id)
            };
            if !matches!(leg.spot(), Spot::Room { back: true, .. }) && !alone() {
                return None;
            }
            let to = leg.aside().map_or(leg.call.as_ref(), |aside| Some(&aside.call))?;
            is_in(to, &leg.id).then_some(leg.aside().is_some())
        });
        match back {
            Some(true) => {
                self.drops(id);
                self.legs.take_back(id, false, None);
                self.say(id, ConnectionEvent::Retrieved, Cause::Normal);
            }
            Some(false) => {
                if let Some(leg) = self.legs.get_mut(id) {
                    leg.rests = false;
                }
                self.say(id, ConnectionEvent::Retrieved, Cause::Normal);
            }
            None => {}
        }
    }

    /// Somebody left a room of ours by hanging up. Who is left there alone, and waits for nobody to come back, is to be hung up, as of two
    /// who talk: a room does not do that (16 and 22).
    pub(super) fn left_in_room(&mut self, room: &Text) {
        let mut here = self
            .legs
            .iter()
            .filter(|leg| matches!(leg.spot(), Spot::Room { room: of, .. } if of == room));
        let (Some(only), None) = (here.next(), here.next()) else {
            return;
        };
        let call = self.legs.call_of(&only.id);
        let comes_back = |leg: &Leg| leg.aside().is_some_and(|aside| Some(&aside.call) == call.as_ref());
        if only.bridge.is_some() && !self.legs.consulting().any(comes_back) {
            let only = only.id.clone();
            self.hung.insert(only.clone());
            self.lonely.push(only);
        }
    }

    /// Nobody else is left in a call: who was to take them to a room, and is there already, is in that call only.
    pub(super) fn takes_nobody(&mut self, call: &CallKey) {
        let takes = |leg: &&Leg| {
            leg.call.as_ref() == Some(call)
                && leg.bridge.is_some()
                && matches!(leg.spot(), Spot::Room { back: false, .. })
        };
        let found = self.legs.consulting().find(takes);
        if let Some(id) = found.map(|leg| leg.id.clone()) {
            self.meets_as_sent(&id);
        }
    }

    /// Is it hung up already, because it was left alone?
    pub(super) fn is_hung(&self, id: &str) -> bool {
        self.hung.contains(id)
    }

    /// Who is to be hung up.
    pub(super) fn take_lonely(&mut self) -> Vec<Text> {
        std::mem::take(&mut self.lonely)
    }

    /// A call has nobody any more but those who put it aside.
    pub(super) fn lapses(&mut self, call: &CallKey) {
        let about = |leg: &&Leg| leg.aside().is_some_and(|aside| aside.call == *call);
        let all: Vec<Text> = self.legs.consulting().filter(about).map(|leg| leg.id.clone()).collect();
        all.iter().for_each(|id| self.lets_go(id));
    }

    /// A leg ends, and with it the connection to the call that it put aside.
    pub(super) fn lets_go(&mut self, id: &str) {
        let fact = self.legs.get(id).and_then(|leg| {
            let aside = leg.aside()?;
            Some(self.of_aside(leg, aside, ConnectionEvent::ConnectionCleared, Cause::NormalClearing))
        });
        if self.legs.forget_aside(id).is_some()
            && let Some(fact) = fact
        {
            self.out.push(Fact::Connection(Box::new(fact)));
        }
    }

    /// The connection of a leg to the call that it put aside.
    pub(super) fn of_aside(
        &self,
        leg: &Leg,
        aside: &crate::normalize::legs::Aside,
        event: ConnectionEvent,
        cause: Cause,
    ) -> ConnectionFact {
        ConnectionFact {
            direction: direction(aside.calls()),
            ..self.of_leg(leg, aside.call.clone(), aside.key.clone(), event, cause)
        }
    }

    /// The leg that serves a connection.
    pub(super) fn leg_of(&self, key: &ConnectionKey) -> Text {
        self.legs.owner(key).map_or_else(|| key.0.clone(), |leg| leg.id.clone())
    }
}
