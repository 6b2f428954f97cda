//! What Asterisk has when the bridge comes, or comes back: the channels and, where they wait, the places. It cannot tell who holds,
//! who dialled whom, and who was called first; what is known from before stays.

use super::Normalizer;
use super::aside::is_ours;
use super::block::{Block, known, text};
use super::place::place_party;
use crate::model::{
    CallFact, CallKey, Cause, ConnectionDirection, ConnectionEvent, ConnectionFact, ConnectionKey, DeviceId, Fact,
    Kind, PartyFact, SnapshotFact, Text,
};
use crate::normalize::legs::{Leg, Nature, Phase, Place, Spot, Told};
use lineside_ami::Message;
use lineside_wire::Tick;
use std::collections::{BTreeMap, BTreeSet};

/// Fields of a connection that no list of AMI tells.
const UNCERTAIN: [&str; 4] = ["holdBy", "muted", "recording", "contact"];

impl Normalizer {
    /// A snapshot is asked for: what happens until it comes may make its lists old.
    pub(super) fn asked(&mut self) {
        let listening = std::mem::take(&mut self.listening).into_keys().map(|id| (id, false));
        self.holds = listening.collect();
        self.sees_dialplan(false);
        self.forget_devices();
        self.left = Some(BTreeSet::new());
    }

    /// Takes the lists of channels, of callers in queues and of parked calls; `None` where the switch did not give one. A snapshot is never
    /// older than the events that came before it, so a leg that it does not have is gone.
    pub(super) fn adopt(
        &mut self,
        channels: &[Message],
        queued: Option<&[Message]>,
        parked: Option<&[Message]>,
        now: Tick,
    ) {
        let present: BTreeSet<&str> = channels.iter().filter_map(|m| Block::read(m, "").id).collect();
        let gone: Vec<Text> = self
            .legs
            .iter()
            .filter(|leg| !present.contains(&*leg.id))
            .map(|leg| leg.id.clone())
            .collect();
        for id in gone {
            self.legs.remove(&id, now);
        }
        let mut before: BTreeMap<Text, Place> = BTreeMap::new();
        for leg in self.legs.iter_mut() {
            before.extend(leg.place.take().map(|place| (leg.id.clone(), place)));
        }
        for message in channels {
            let block = Block::read(message, "");
            self.meet(message, &block, None);
            let Some(leg) = block.id.and_then(|id| self.legs.get_mut(id)) else {
                continue;
            };
            if self.over.contains(&leg.id) {
                leg.told = Told::Over;
            }
            let bridge = text(message, "BridgeId");
            // It may be in another call, of which nobody heard.
            let moved = leg.pooled && leg.bridge != bridge;
            leg.bridge = bridge;
            if let Some(application) = message.get("Application") {
                leg.application = known(application);
            }
            let device = DeviceId::new(&self.switch, leg.endpoint());
            if leg
                .application
                .as_deref()
                .is_some_and(|name| name.eq_ignore_ascii_case("AgentLogin"))
                && let Some(data) = text(message, "ApplicationData")
            {
                // `AgentLogin(1001,s)`
                let agent = data.split_once(',').map_or(&*data, |(agent, _)| agent);
                self.pool_place(Text::from(agent), device);
                if let Some(id) = block.id {
                    self.legs.pool(id);
                    if moved {
                        self.legs.part(id);
                    }
                }
            }
        }
        self.over.clear();
        self.positions.clear();
        self.find_holding();
        self.find_met();
        let left = self.left.take().unwrap_or_default();
        self.transfers.clear();
        self.parkers.clear();
        self.lonely.clear();
        self.hung.clear();
        self.made.clear();
        self.supervising.clear();
        // What was missed meanwhile cannot be read: who records is known again by the next event of it.
        self.legs.iter_mut().for_each(|leg| leg.recordings = 0);
        self.pair_halves();
        for message in channels {
            if let Some(id) = Block::read(message, "").id {
                self.may_watch(id, message, "ApplicationData");
            }
        }
        let waits: Vec<(Kind, &Message, &str, &str)> = [
            (Kind::Queue, queued, "", "Queue"),
            (Kind::Park, parked, "Parkee", "ParkingSpace"),
        ]
        .into_iter()
        .flat_map(|(kind, list, prefix, key)| list.unwrap_or_default().iter().map(move |m| (kind, m, prefix, key)))
        .collect();
        self.unlisted = [(Kind::Queue, queued.is_none()), (Kind::Park, parked.is_none())]
            .into_iter()
            .filter_map(|(kind, missing)| missing.then_some(kind))
            .collect();
        // Who waits in a lot is in one bridge with all who wait there.
        let parkees = waits.iter().filter(|(kind, ..)| *kind == Kind::Park);
        let parkees = parkees.filter_map(|(_, message, prefix, _)| Block::read(message, prefix).id);
        let unlisted = |(_, place): &(&Text, &Place)| place.kind == Kind::Park && parked.is_none();
        let kept = before.iter().filter(unlisted).map(|(id, _)| &**id);
        for id in parkees.chain(kept) {
            if let Some(leg) = self.legs.get_mut(id) {
                leg.bridge = None;
            }
        }
        self.find_pooled();
        self.gather();
        self.find_asides();
        self.failed.retain(|call, _| self.legs.of(call).next().is_some());
        self.recalls.retain(|_, call| self.legs.of(call).next().is_some());
        for message in channels {
            self.adopt_place(message, &mut before);
        }
        for (kind, message, prefix, key) in waits {
            let id = Block::read(message, prefix).id;
            if let (Some(id), Some(name)) = (id.filter(|id| !left.contains(*id)), text(message, key)) {
                self.put(id, kind, &name, &mut before);
                self.waits_at(id, message);
            }
        }
        for (id, place) in before {
            let stays = self.unlisted.contains(&place.kind) && !left.contains(&id);
            if let Some(leg) = self.legs.get_mut(&id).filter(|leg| stays && leg.place.is_none()) {
                leg.place = Some(place);
            }
        }
        self.out.clear();
    }

    /// In which bridges do legs only wait? In those in which nobody does anything else.
    fn find_holding(&mut self) {
        let talks = |leg: &&Leg| !super::gather::waits(leg);
        let talking: BTreeSet<Text> = self
            .legs
            .iter()
            .filter(talks)
            .filter_map(|leg| leg.bridge.clone())
            .collect();
        for leg in self.legs.iter_mut() {
            leg.holding = leg.bridge.as_ref().is_some_and(|bridge| !talking.contains(bridge));
        }
    }

    /// Who was sent to somebody while nobody listened has met them, or will.
    fn find_met(&mut self) {
        let mut sent = Vec::new();
        for leg in self.legs.iter() {
            match leg.spot() {
                Spot::TalksTo { peer, .. } => {
                    self.awaited.insert(peer.clone(), leg.id.clone());
                    sent.push(leg.id.clone());
                }
                Spot::Room { .. } => sent.push(leg.id.clone()),
                _ => {}
            }
        }
        sent.iter().for_each(|id| self.meets_as_sent(id));
    }

    /// Who waits for a leg of another call is in the call that this put aside.
    fn find_asides(&mut self) {
        let waits = self
            .legs
            .iter()
            .filter_map(|leg| Some((leg.id.clone(), leg.waits_for()?.clone())));
        for (with, holder) in waits.collect::<Vec<_>>() {
            let call = self.legs.call_of(&with);
            let lacks = |leg: &&Leg| leg.is_party() && leg.aside().is_none() && leg.call.is_some() && leg.call != call;
            if self.legs.get(&holder).filter(lacks).is_some() {
                let peer = self
                    .legs
                    .peer(&holder)
                    .map_or_else(|| holder.clone(), |leg| leg.id.clone());
                self.legs.found_aside(&holder, &with, &peer);
            }
        }
        self.find_left();
        for leg in self
            .legs
            .iter_mut()
            .filter(|leg| *leg.spot() == Spot::Alone && leg.aside().is_none())
        {
            leg.rests = true;
        }
    }

    /// Who left a room of ours for another call is in the one that goes on there, too.
    fn find_left(&mut self) {
        let left = self.legs.iter().filter(|leg| leg.is_party() && leg.aside().is_none());
        let left = left.filter_map(|leg| match leg.spot() {
            Spot::Dials { from: Some(from), .. } => Some((leg.id.clone(), leg.call.clone()?, from.clone())),
            _ => None,
        });
        for (id, call, from) in left.collect::<Vec<_>>() {
            let is_there = |leg: &&Leg| matches!(leg.spot(), Spot::Room { room, .. } if *room == from);
            let there = self
                .legs
                .iter()
                .filter(is_there)
                .find(|leg| leg.call.as_ref().is_some_and(|of| *of != call));
            let Some(there) = there.map(|leg| leg.id.clone()) else {
                continue;
            };
            let peer = self.legs.peer(&id).map_or_else(|| id.clone(), |leg| leg.id.clone());
            self.legs.found_aside(&id, &there, &peer);
            // Nobody waits for it.
            if let Some(aside) = self.legs.get_mut(&id).and_then(|leg| leg.aside_mut()) {
                aside.with = None;
            }
        }
    }

    fn find_conferences(&mut self) {
        let calls: BTreeSet<CallKey> = self.legs.iter().filter_map(|leg| leg.call.clone()).collect();
        self.conferences = calls.into_iter().filter(|call| self.is_conference(call)).collect();
    }

    /// The halves of a Local channel bear one name with `;1` and `;2` behind it.
    fn pair_halves(&mut self) {
        let halves: BTreeMap<Text, Text> = self
            .legs
            .iter()
            .filter(|leg| leg.nature == Nature::Half)
            .map(|leg| (leg.name.clone(), leg.id.clone()))
            .collect();
        for leg in self
            .legs
            .iter_mut()
            .filter(|leg| leg.nature == Nature::Half && leg.pair.is_none())
        {
            let other = match leg.name.rsplit_once(';') {
                Some((name, "1")) => format!("{name};2"),
                Some((name, _)) => format!("{name};1"),
                None => continue,
            };
            leg.pair = halves.get(other.as_str()).cloned();
        }
    }

    /// A room and a voice unit show in what the leg executes.
    fn adopt_place(&mut self, message: &Message, before: &mut BTreeMap<Text, Place>) {
        let Some(id) = Block::read(message, "").id else { return };
        let Some(application) = text(message, "Application") else {
            return;
        };
        if is_room(&application) && !is_ours(&text(message, "ApplicationData").unwrap_or_default()) {
            let data = text(message, "ApplicationData").unwrap_or_default();
            let room = data.split_once(',').map_or(&*data, |(room, _)| room).to_owned();
            self.put(id, Kind::Conference, &room, before);
        } else if message.get("BridgeId").and_then(known).is_none() {
            let unit = self.profile.voice_unit(&application).map(|unit| unit.device.clone());
            if let Some(unit) = unit.filter(|_| self.legs.get(id).is_some_and(|leg| leg.phase == Phase::Up)) {
                self.put(id, Kind::VoiceUnit, &unit, before);
            }
        }
    }

    fn put(&mut self, id: &str, kind: Kind, key: &str, before: &mut BTreeMap<Text, Place>) {
        let device = DeviceId::new(&self.switch, key);
        let Some(leg) = self.legs.get_mut(id).filter(|leg| leg.told == Told::Live) else {
            return;
        };
        if let Some(place) = before
            .remove(id)
            .filter(|place| place.kind == kind && place.device == device)
        {
            leg.place = Some(place);
            return;
        }
        let connection = leg.next_key();
        leg.place = Some(Place {
            key: connection,
            device,
            kind,
            leaving: None,
        });
    }

    /// Everything that there is now, as one statement. Who is with whom may have changed since the lists were taken.
    pub(super) fn snapshot(&mut self, restarted: bool) -> Fact {
        self.gather();
        self.find_conferences();
        let mut calls: BTreeMap<&CallKey, Vec<ConnectionFact>> = BTreeMap::new();
        let mut hinted = BTreeSet::new();
        for leg in self.legs.consulting() {
            if let Some(aside) = leg.aside() {
                let fact = self.of_aside(leg, aside, ConnectionEvent::HeldBySwitch, Cause::Consultation);
                calls.entry(&aside.call).or_default().push(fact);
            }
        }
        for leg in self.legs.iter().filter(|leg| leg.told == Told::Live) {
            let (Some(call), Some(event)) = (&leg.call, event(leg)) else {
                continue;
            };
            let event = match (self.holds.get(&leg.id), leg.spot()) {
                _ if leg.second.is_some() => ConnectionEvent::Held,
                (Some(true), _) => ConnectionEvent::Held,
                (Some(false), _) => ConnectionEvent::Retrieved,
                (None, Spot::Alone) if leg.rests => ConnectionEvent::HeldBySwitch,
                // Where it went it does not hold by the switch.
                (None, Spot::TalksTo { .. } | Spot::Room { .. }) => ConnectionEvent::Retrieved,
                (None, _) => event,
            };
            let connections = calls.entry(call).or_default();
            connections.push(self.of_leg(leg, call.clone(), leg.key(), event, leg.cause));
            // Whether somebody still waits at a place that is not listed is for those to say who knew of it.
            let place = leg.place.as_ref().filter(|place| !self.unlisted.contains(&place.kind));
            connections.extend(place.map(|place| at_place(call, place)));
            if leg.hinted {
                hinted.insert(leg.key());
                hinted.extend(place.map(|place| place.key.clone()));
            }
        }
        for leg in self.legs.iter().filter(|leg| leg.told == Told::Live) {
            if let (Some(second), Some(fact)) = (&leg.second, self.second_fact(leg)) {
                calls.entry(&second.call).or_default().push(fact);
            }
        }
        for (call, failed) in &self.failed {
            if let Some(connections) = calls.get_mut(call) {
                connections.extend(failed.iter().map(|(key, cause)| has_failed(call, key, *cause)));
            }
        }
        let calls = calls
            .into_iter()
            .map(|(call, connections)| (self.call_fact(call), connections))
            .collect();
        let (queues, agents) = self.members_now();
        let fact = SnapshotFact {
            permitted: Vec::new(),
            restarted,
            part: false,
            more: false,
            calls,
            hinted,
            unlisted: std::mem::take(&mut self.unlisted),
            uncertain: UNCERTAIN.map(Text::from).to_vec(),
            positions: self.positions.clone(),
            queues,
            agents,
            desks: None,
            devices: self.devices(),
        };
        self.holds.clear();
        Fact::Snapshot(Box::new(fact))
    }

    fn call_fact(&self, call: &CallKey) -> CallFact {
        let caller = self.legs.of(call).find(|leg| leg.calls && leg.is_party());
        // Which of two calls of a leg consults about the other.
        let by_switch = self.legs.consulting().find_map(|leg| {
            let (aside, of) = (leg.aside()?, leg.call.as_ref()?);
            match aside.consulted {
                true if of == call => Some(aside.call.clone()),
                false if aside.call == *call => Some(of.clone()),
                _ => None,
            }
        });
        let consults = |leg: &&Leg| leg.second.as_ref().is_some_and(|second| second.call == *call);
        let by_phone = || self.legs.iter().find(consults).and_then(|leg| leg.call.clone());
        CallFact {
            conference: Some(self.conferences.contains(call)),
            consultation_of: by_switch.or_else(by_phone),
            native_id: caller.map(|leg| leg.hint.clone()),
            calling: caller.map(|leg| self.who(leg).party),
            ..CallFact::of(call.clone())
        }
    }
}

fn is_room(application: &str) -> bool {
    application.eq_ignore_ascii_case("ConfBridge")
}

/// The event that would have led to the state of a leg; none where nobody would have been told yet.
pub(super) fn event(leg: &Leg) -> Option<ConnectionEvent> {
    match (leg.nature, leg.phase) {
        // What runs after the hang-up of a leg runs in its name.
        _ if leg.exten.as_deref() == Some("h") => None,
        (Nature::Party(_), Phase::Up) if !leg.calls => Some(ConnectionEvent::Established),
        (Nature::Party(_), Phase::Up | Phase::Calling) if leg.calls => Some(ConnectionEvent::Originated),
        (Nature::Party(_), Phase::Ringing) if !leg.calls => Some(ConnectionEvent::Delivered),
        (Nature::Party(_), Phase::Ringing | Phase::Down) if leg.calls => Some(ConnectionEvent::ServiceInitiated),
        (Nature::Party(Kind::Trunk), Phase::Down) => Some(ConnectionEvent::NetworkReached),
        _ => None,
    }
}

fn at_place(call: &CallKey, place: &Place) -> ConnectionFact {
    let (event, cause) = match place.kind {
        Kind::Queue => (ConnectionEvent::Queued, Cause::EnteringDistribution),
        Kind::Park => (ConnectionEvent::Queued, Cause::Park),
        _ => (ConnectionEvent::Established, Cause::NewCall),
    };
    ConnectionFact {
        call: call.clone(),
        connection: place.key.clone(),
        event,
        cause,
        direction: ConnectionDirection::Incoming,
        who: place_party(place.device.clone(), place.kind, place.device.key()),
        new_destination: None,
        refused: false,
        uncertain: Vec::new(),
    }
}

/// Who could not be reached is still there as long as the caller is told so. The device keeps what was known of it.
fn has_failed(call: &CallKey, key: &ConnectionKey, cause: Cause) -> ConnectionFact {
    ConnectionFact {
        call: call.clone(),
        connection: key.clone(),
        event: ConnectionEvent::Failed,
        cause,
        direction: ConnectionDirection::Incoming,
        who: PartyFact::default(),
        new_destination: None,
        refused: false,
        uncertain: Vec::new(),
    }
}
