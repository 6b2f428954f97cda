//! What Asterisk has when the bridge comes, or comes back: the channels and, where they wait, the places. It cannot tell who holds,
//! who dialled whom, and who was called first; what is known from before stays.

use super::Normalizer;
use super::block::{Block, known, text};
use super::place::place_party;
use crate::model::{
    CallFact, CallKey, Cause, ConnectionDirection, ConnectionEvent, ConnectionFact, ConnectionKey, DeviceId, Fact,
    Kind, SnapshotFact, Text,
};
use crate::normalize::legs::{Leg, Nature, Phase, Place, Told};
use lineside_ami::Message;
use lineside_wire::Tick;
use std::collections::{BTreeMap, BTreeSet};

/// Fields of a connection that no list of AMI tells.
const UNCERTAIN: [&str; 4] = ["holdBy", "muted", "recording", "contact"];

impl Normalizer {
    /// A snapshot is asked for: what happens until it comes may make its lists old.
    pub(super) fn asked(&mut self) {
        self.left = Some(BTreeSet::new());
    }

    /// Takes the lists of channels, of callers in queues and of parked calls. A snapshot is never older than the events that came before
    /// it, so a leg that it does not have is gone.
    pub(super) fn adopt(&mut self, channels: &[Message], queued: &[Message], parked: &[Message], now: Tick) {
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
        for message in channels {
            let block = Block::read(message, "");
            self.meet(message, &block, None);
            if let (Some(leg), Some(application)) = (
                block.id.and_then(|id| self.legs.get_mut(id)),
                message.get("Application"),
            ) {
                leg.application = known(application);
            }
        }
        let left = self.left.take().unwrap_or_default();
        self.transfers.clear();
        self.pair_halves();
        self.group(channels, parked);
        self.failed.retain(|call, _| self.legs.of(call).next().is_some());
        let mut before: BTreeMap<Text, Place> = BTreeMap::new();
        for leg in self.legs.iter_mut() {
            before.extend(leg.place.take().map(|place| (leg.id.clone(), place)));
        }
        for message in channels {
            self.adopt_place(message, &mut before);
        }
        for (message, prefix, key, kind) in queued
            .iter()
            .map(|m| (m, "", "Queue", Kind::Queue))
            .chain(parked.iter().map(|m| (m, "Parkee", "ParkingSpace", Kind::Park)))
        {
            let id = Block::read(message, prefix).id;
            if let (Some(id), Some(name)) = (id.filter(|id| !left.contains(*id)), text(message, key)) {
                self.put(id, kind, &name, &mut before);
            }
        }
        self.out.clear();
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

    /// Legs of which it is not known to which call they belong: to that of who is in one bridge with them, else of who bears the same
    /// `Linkedid`, which is a hint and no more.
    fn group(&mut self, channels: &[Message], parked: &[Message]) {
        let waiting: BTreeSet<&str> = parked.iter().filter_map(|m| Block::read(m, "Parkee").id).collect();
        let bridge_of =
            |message: &Message| Some((Text::from(Block::read(message, "").id?), text(message, "BridgeId")?));
        let bridges: BTreeMap<Text, Text> = channels
            .iter()
            .filter_map(bridge_of)
            .filter(|(id, _)| !waiting.contains(&**id))
            .collect();
        let mut by_hint: BTreeMap<Text, CallKey> = BTreeMap::new();
        let mut by_bridge: BTreeMap<Text, CallKey> = BTreeMap::new();
        for leg in self.legs.iter() {
            if let Some(call) = &leg.call {
                by_hint.entry(leg.hint.clone()).or_insert_with(|| call.clone());
                if let Some(bridge) = bridges.get(&leg.id).filter(|_| !in_room(leg)) {
                    by_bridge.entry(bridge.clone()).or_insert_with(|| call.clone());
                }
            }
        }
        let unknown = self
            .legs
            .iter()
            .filter(|leg| leg.call.is_none() && leg.nature != Nature::Hidden);
        for id in unknown.map(|leg| leg.id.clone()).collect::<Vec<_>>() {
            let Some(leg) = self.legs.get_mut(&id) else { continue };
            let bridge = bridges.get(&id).filter(|_| !in_room(leg));
            let known = bridge
                .and_then(|bridge| by_bridge.get(bridge))
                .or_else(|| by_hint.get(&leg.hint));
            let call = known.cloned().unwrap_or_else(|| CallKey(leg.hint.clone()));
            by_hint.entry(leg.hint.clone()).or_insert_with(|| call.clone());
            if let Some(bridge) = bridge {
                by_bridge.entry(bridge.clone()).or_insert_with(|| call.clone());
            }
            let executes = |names: &[&str]| {
                leg.application
                    .as_deref()
                    .is_some_and(|a| names.iter().any(|n| n.eq_ignore_ascii_case(a)))
            };
            // What the switch dialled for somebody, and what it rang first because an application makes a call.
            let (dialled, originated) = (executes(&["AppDial", "AppQueue"]), executes(&["AppDial2"]));
            leg.calls = !dialled && (leg.id == leg.hint || originated);
            if originated && leg.phase != Phase::Up {
                leg.cause = Cause::MakeCall;
            }
            leg.went = true;
            leg.begins = false;
            self.legs.assign(&id, call);
        }
        for leg in self
            .legs
            .iter_mut()
            .filter(|leg| leg.told == Told::Nothing && event(leg).is_some())
        {
            leg.told = Told::Live;
        }
    }

    /// A room and a voice unit show in what the leg executes.
    fn adopt_place(&mut self, message: &Message, before: &mut BTreeMap<Text, Place>) {
        let Some(id) = Block::read(message, "").id else { return };
        let Some(application) = text(message, "Application") else {
            return;
        };
        if is_room(&application) {
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
        leg.places += 1;
        let connection = ConnectionKey(format!("{id}/{}", leg.places).into());
        leg.place = Some(Place {
            key: connection,
            device,
            kind,
            leaving: None,
        });
    }

    /// Everything that there is now, as one statement.
    pub(super) fn snapshot(&self, restarted: bool) -> Fact {
        let mut calls: BTreeMap<&CallKey, Vec<ConnectionFact>> = BTreeMap::new();
        for leg in self.legs.iter().filter(|leg| leg.told == Told::Live) {
            let (Some(call), Some(event)) = (&leg.call, event(leg)) else {
                continue;
            };
            let connections = calls.entry(call).or_default();
            connections.push(ConnectionFact {
                call: call.clone(),
                connection: ConnectionKey(leg.id.clone()),
                event,
                cause: leg.cause,
                direction: if leg.calls {
                    ConnectionDirection::Outgoing
                } else {
                    ConnectionDirection::Incoming
                },
                who: self.who(leg),
                new_destination: None,
                refused: false,
            });
            connections.extend(leg.place.as_ref().map(|place| at_place(call, place)));
        }
        let calls = calls
            .into_iter()
            .map(|(call, connections)| (self.call_fact(call), connections))
            .collect();
        Fact::Snapshot(Box::new(SnapshotFact {
            restarted,
            calls,
            uncertain: UNCERTAIN.map(Text::from).to_vec(),
        }))
    }

    fn call_fact(&self, call: &CallKey) -> CallFact {
        let caller = self.legs.of(call).find(|leg| leg.calls && leg.is_party());
        CallFact {
            native_id: caller.map(|leg| leg.hint.clone()),
            calling: caller.map(|leg| self.who(leg).party),
            ..CallFact::of(call.clone())
        }
    }
}

/// Rooms join people, not calls.
fn in_room(leg: &Leg) -> bool {
    leg.application.as_deref().is_some_and(is_room)
}

fn is_room(application: &str) -> bool {
    application.eq_ignore_ascii_case("ConfBridge")
}

/// The event that would have led to the state of a leg; none where nobody would have been told yet.
fn event(leg: &Leg) -> Option<ConnectionEvent> {
    match (leg.nature, leg.phase) {
        (Nature::Party(_), Phase::Up) if leg.held => Some(ConnectionEvent::Held),
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
    }
}
