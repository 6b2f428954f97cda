//! Where a leg waits, or is spoken to by a machine: queues, rooms, voice units. Park slots are in [`super::park`].

use super::Normalizer;
use super::aside::is_ours;
use super::block::{Block, text};
use super::forward::Onward;
use crate::model::{CallKey, Cause, ConnectionEvent, ConnectionKey, DeviceId, Fact, Kind, Party, PartyFact, Text};
use crate::normalize::legs::{Coming, Phase, Place, Told};
use lineside_ami::Message;
use lineside_wire::Private;

impl Normalizer {
    pub(super) fn queue_join(&mut self, id: &str, message: &Message) {
        if let Some(queue) = text(message, "Queue") {
            if let Some(leg) = self.legs.get_mut(id) {
                leg.queue = None;
            }
            self.enter(
                id,
                Kind::Queue,
                &queue,
                ConnectionEvent::Queued,
                Cause::EnteringDistribution,
            );
            self.know_queue(&queue);
            self.waits_at(id, message);
        }
    }

    /// The switch tells the place of a caller among those who wait.
    pub(super) fn waits_at(&mut self, id: &str, message: &Message) {
        let position = message.get("Position").and_then(|text| text.as_str()?.parse().ok());
        let place = self.legs.get(id).and_then(|leg| leg.place.as_ref());
        if let (Some(position), Some(place)) = (position, place.filter(|place| place.kind == Kind::Queue)) {
            let connection = place.key.clone();
            self.positions.insert(connection.clone(), position);
            self.out.push(Fact::Position { connection, position });
        }
    }

    /// The caller leaves the queue. Why, is told next: the variable QUEUESTATUS, or the end of the leg. `QueueCallerAbandon`
    /// comes for every way but an answer and tells nothing (16 and 22).
    pub(super) fn queue_leave(&mut self, id: &str) {
        self.leaves(id, Kind::Queue, Cause::Redirected);
    }

    /// QUEUESTATUS, set when the application Queue returns to the dialplan.
    pub(super) fn queue_status(&mut self, id: &str, status: &str) {
        let cause = match status {
            "TIMEOUT" => Cause::QueueTimeOverflow,
            "FULL" | "JOINEMPTY" | "LEAVEEMPTY" | "JOINUNAVAIL" | "LEAVEUNAVAIL" => Cause::NoAvailableAgents,
            "WITHDRAW" => Cause::QueueCleared,
            _ => return,
        };
        let entered = self.legs.get(id).map_or(0, |leg| leg.entered);
        if self.message_time.is_some_and(|time| time < entered) {
            return;
        }
        if self.at(id, Kind::Queue) {
            self.leave(id, ConnectionEvent::Diverted, cause);
        } else if cause == Cause::NoAvailableAgents {
            self.turned_away(id, cause);
        }
    }

    /// The queue did not take the caller: nothing but the variable tells it (16 and 22), and which queue it was is what the dialplan
    /// executes.
    fn turned_away(&mut self, id: &str, cause: Cause) {
        let Some(leg) = self.legs.get_mut(id).filter(|leg| leg.told == Told::Live) else {
            return;
        };
        let (Some(queue), Some(call)) = (leg.queue.take(), leg.call.clone()) else {
            return;
        };
        // A message that is heard again says nothing again.
        if self.message_time.is_some_and(|time| time <= leg.entered) {
            return;
        }
        leg.entered = self.message_time.unwrap_or(0);
        leg.places += 1;
        let connection = ConnectionKey(format!("{id}/{}", leg.places).into());
        let party = place_party(DeviceId::new(&self.switch, &queue), Kind::Queue, &queue);
        self.say_of(&call, connection, ConnectionEvent::Diverted, cause, party);
    }

    /// An agent answered; or what rang there was picked up, which is told next, and is the better word (22).
    pub(super) fn agent_answered(&mut self, id: &str, message: &Message) {
        let agent = Block::read(message, "Dest").id;
        let other = agent.and_then(|agent| self.legs.get(agent)?.call.clone());
        if other.is_none() || other == self.legs.call_of(id) {
            self.leave_queue(id);
        }
    }

    /// The caller waits no more.
    pub(super) fn leave_queue(&mut self, id: &str) {
        if self.at(id, Kind::Queue) {
            self.leave(id, ConnectionEvent::Diverted, Cause::Distributed);
        }
    }

    pub(super) fn room_join(&mut self, id: &str, message: &Message) {
        // A room of ours is no place: those in it are one call.
        if let Some(room) = text(message, "Conference").filter(|room| !is_ours(room)) {
            self.enter(
                id,
                Kind::Conference,
                &room,
                ConnectionEvent::Established,
                Cause::NewCall,
            );
        }
    }

    /// The leg leaves the room: to hang up or to go on, which is told next (22 tells it before the request to hang up, or after).
    pub(super) fn room_leave(&mut self, id: &str) {
        self.leaves(id, Kind::Conference, Cause::NormalClearing);
    }

    /// The dialplan executes something for a leg.
    pub(super) fn new_exten(&mut self, id: &str, message: &Message) {
        self.sent_on(id);
        self.settle(id);
        let application = text(message, "Application");
        let queues = application.as_deref() == Some("Queue");
        let queue = text(message, "AppData").filter(|_| queues);
        let queue = queue.and_then(|data| data.split(',').next().map(Text::from));
        if let Some(leg) = self.legs.get_mut(id) {
            leg.application = application;
            leg.queue = queue;
            (leg.rung, leg.tried) = (0, 0);
        }
        self.may_watch(id, message, "AppData");
        self.goes_alone(id);
        self.spoken_to(id);
    }

    /// A leg that is up and executes an application which speaks or listens is with a voice unit.
    pub(super) fn spoken_to(&mut self, id: &str) {
        let Some(leg) = self
            .legs
            .get(id)
            .filter(|leg| leg.phase == Phase::Up && leg.is_party() && leg.exten.as_deref() != Some("h"))
        else {
            return;
        };
        let Some(unit) = leg
            .application
            .as_deref()
            .and_then(|name| self.profile.voice_unit(name))
        else {
            return;
        };
        let (device, mailbox) = (unit.device.clone(), unit.mailbox);
        // A mailbox takes the calls of who does not; what tells that somebody is busy does not take them.
        let onward = self.onward(id, Text::from(device.as_str())).filter(|_| mailbox);
        let cause = onward.as_ref().map_or(Cause::NewCall, |(cause, _)| *cause);
        self.enter_onward(
            id,
            Kind::VoiceUnit,
            &device,
            ConnectionEvent::Established,
            cause,
            onward,
        );
    }

    /// A leg is with others now: whatever spoke to it has ended.
    pub(super) fn bridged(&mut self, id: &str, message: &Message) {
        if let Some(leg) = self.legs.get_mut(id) {
            leg.bridge = text(message, "BridgeUniqueid");
            leg.talked = true;
            leg.holding = message
                .get("BridgeTechnology")
                .is_some_and(|kind| kind.is("holding_bridge"));
        }
        let fetched = self.is_fetched(id);
        if self.at(id, Kind::VoiceUnit) {
            self.leave(id, ConnectionEvent::Diverted, Cause::Redirected);
        }
        self.comes_to_park(id, message);
        self.meets(id, fetched, message);
        self.comes_home(id);
        self.meets_as_sent(id);
        self.serves(id);
    }

    pub(super) fn unbridged(&mut self, id: &str, message: &Message) {
        if let Some(leg) = self.legs.get_mut(id) {
            leg.bridge = None;
            leg.parks = false;
            leg.holding = false;
        }
        self.goes_first(id);
        self.parts(id, message);
        self.served(id);
    }

    /// A leg goes on to somebody else: the voice unit is left. A queue is left only when somebody answers.
    pub(super) fn goes_on(&mut self, id: &str) {
        let path: Vec<Text> = self.legs.back(id).iter().map(|leg| leg.id.clone()).collect();
        for id in path {
            self.sent_on(&id);
            self.settle(&id);
            if self.at(&id, Kind::VoiceUnit) {
                self.leave(&id, ConnectionEvent::Diverted, Cause::Redirected);
            }
            if let Some(leg) = self.legs.get_mut(&id) {
                leg.went = true;
            }
        }
    }

    pub(super) fn at(&self, id: &str, kind: Kind) -> bool {
        self.legs
            .get(id)
            .and_then(|leg| leg.place.as_ref())
            .is_some_and(|place| place.kind == kind)
    }

    fn leaves(&mut self, id: &str, kind: Kind, cause: Cause) {
        if let Some(place) = self
            .legs
            .get_mut(id)
            // What was told before it came here is about where it was before, and heard again.
            .filter(|leg| self.message_time.is_none_or(|time| leg.entered <= time))
            .and_then(|leg| leg.place.as_mut())
            .filter(|place| place.kind == kind)
        {
            place.leaving = Some((cause, self.message_time));
        }
    }

    /// A leg that was leaving a place goes on in the dialplan: it has left.
    fn settle(&mut self, id: &str) {
        let place = self.legs.get(id).and_then(|leg| leg.place.as_ref());
        let Some(((cause, left), kind)) = place.and_then(|place| Some((place.leaving?, place.kind))) else {
            return;
        };
        // What happened before it left says nothing of where it went.
        if self.message_time < left {
            return;
        }
        let event = if kind == Kind::Conference {
            ConnectionEvent::ConnectionCleared
        } else {
            ConnectionEvent::Diverted
        };
        self.leave(id, event, cause);
    }

    /// Does whom it talked to still seem to be there? Then a transfer has not been told yet (seen on 22, which told of the IVR first).
    fn is_being_sent(&self, id: &str) -> bool {
        let Some(leg) = self.legs.get(id).filter(|leg| leg.talked) else {
            return false;
        };
        let Some(call) = &leg.call else { return false };
        self.legs.live(call).any(|other| {
            let dialled = other.dialled_by.as_ref() == Some(&leg.id) || leg.dialled_by.as_ref() == Some(&other.id);
            dialled && other.talked && other.phase == Phase::Up && other.requested.is_none()
        })
    }

    /// Whom it talked to has left, one way or the other: where a leg arrived meanwhile is told now.
    pub(super) fn arrive(&mut self, call: &CallKey) {
        let coming = self.legs.of(call).filter(|leg| leg.coming.is_some());
        let coming: Vec<Text> = coming.map(|leg| leg.id.clone()).collect();
        for id in coming {
            let coming = self.legs.get_mut(&id).and_then(|leg| leg.coming.take());
            if let Some(Coming {
                kind,
                key,
                event,
                cause,
            }) = coming.map(|coming| *coming)
            {
                self.enter(&id, kind, &key, event, cause);
            }
        }
    }

    /// A leg comes to a place, and leaves the one where it was.
    pub(super) fn enter(&mut self, id: &str, kind: Kind, key: &str, event: ConnectionEvent, cause: Cause) {
        self.enter_onward(id, kind, key, event, cause, None);
    }

    fn enter_onward(&mut self, id: &str, kind: Kind, key: &str, event: ConnectionEvent, cause: Cause, onward: Onward) {
        self.sent_on(id);
        if self.is_being_sent(id) {
            if let Some(leg) = self.legs.get_mut(id) {
                let key = Text::from(key);
                leg.coming = Some(Box::new(Coming {
                    kind,
                    key,
                    event,
                    cause,
                }));
            }
            return;
        }
        let device = DeviceId::new(&self.switch, key);
        let Some(leg) = self.legs.get_mut(id).filter(|leg| leg.told == Told::Live) else {
            return;
        };
        if let Some(place) = leg
            .place
            .as_mut()
            .filter(|place| place.kind == kind && place.device == device)
        {
            place.leaving = None;
            return;
        }
        // A message that is heard again says nothing again.
        if self.message_time.is_some_and(|time| time <= leg.entered) {
            return;
        }
        let Some(call) = leg.call.clone() else { return };
        // Who was sent on comes there for that reason; whom a queue rings then, it rings by its own rules.
        let sent = leg.next_cause == Some(Cause::SingleStepTransfer);
        if sent && kind != Kind::VoiceUnit {
            leg.next_cause = None;
        }
        let cause = if sent && cause == Cause::NewCall {
            Cause::SingleStepTransfer
        } else {
            cause
        };
        leg.entered = self.message_time.unwrap_or(0);
        leg.went = true;
        let connection = leg.next_key();
        self.try_elsewhere(&call, onward);
        self.forgets_forward(id);
        self.leave(id, ConnectionEvent::Diverted, Cause::Redirected);
        if let Some(leg) = self.legs.get_mut(id) {
            leg.place = Some(Place {
                key: connection.clone(),
                device: device.clone(),
                kind,
                leaving: None,
            });
        }
        self.say_of(&call, connection, event, cause, place_party(device, kind, key));
    }

    /// A leg leaves the place where it is, if it is at one.
    pub(super) fn leave(&mut self, id: &str, event: ConnectionEvent, cause: Cause) {
        let Some(leg) = self.legs.get_mut(id) else { return };
        let (Some(place), Some(call)) = (leg.place.take(), leg.call.clone()) else {
            return;
        };
        if let Some(left) = &mut self.left {
            left.insert(Text::from(id));
        }
        self.positions.remove(&place.key);
        self.say_of(
            &call,
            place.key,
            event,
            cause,
            PartyFact {
                kind: place.kind,
                ..PartyFact::default()
            },
        );
    }
}

/// A place as a party of the call.
pub(super) fn place_party(device: DeviceId, kind: Kind, key: &str) -> PartyFact {
    let number = matches!(kind, Kind::Queue | Kind::Conference | Kind::Park).then(|| Private::new(Text::from(key)));
    PartyFact {
        party: Party {
            device: Some(device),
            number,
            ..Party::default()
        },
        kind,
        native_id: None,
    }
}
