//! Calls that wait in a slot: who parks them, who takes them, and what becomes of them when nobody does.

use super::Normalizer;
use super::block::{Block, text};
use crate::model::{Cause, ConnectionEvent, ConnectionKey, Kind, MergeReason, PartyFact, Text};
use crate::normalize::legs::Told;
use lineside_ami::Message;

impl Normalizer {
    pub(super) fn parked(&mut self, id: &str, message: &Message) {
        if let Some(space) = text(message, "ParkingSpace") {
            self.transfers.remove(id);
            if let Some(leg) = self.legs.get_mut(id) {
                leg.next_cause = None;
            }
            if let Some((call, parker)) = self.parkers.remove(id) {
                self.say_of(
                    &call,
                    parker,
                    ConnectionEvent::Diverted,
                    Cause::Park,
                    PartyFact::default(),
                );
                self.sends_to(space.clone());
            }
            self.parker_leaves(id, message, &space);
            self.enter(id, Kind::Park, &space, ConnectionEvent::Queued, Cause::Park);
        }
    }

    /// A leg that was sent on came to where calls are parked: the slot is told next, and may be told after who parked it is gone (22 took
    /// 0.2 s for it).
    pub(super) fn comes_to_park(&mut self, id: &str, message: &Message) {
        if message.get("BridgeType").is_some_and(|kind| kind.is("parking"))
            && let Some(leg) = self.legs.get_mut(id)
        {
            leg.parks = true;
        }
    }

    /// Who sent somebody on to be parked, or parked somebody itself, ends: that is told with the slot. False: it did neither.
    pub(super) fn waits_for_slot(&mut self, by: &str) -> bool {
        let parks = |(transferee, sent): &(&Text, &super::transfer::Sent)| {
            let sender = &sent.by;
            **sender == *by && self.legs.get(transferee).is_some_and(|leg| leg.parks)
        };
        let sent = self.transfers.iter().find(parks).map(|(parkee, _)| parkee.clone());
        let Some(parkee) = sent.or_else(|| self.leaves_to_slot(by)) else {
            return false;
        };
        self.transfers.remove(&parkee);
        if let Some(leg) = self.legs.get_mut(by).filter(|leg| leg.told == Told::Live) {
            leg.told = Told::Over;
            let key = ConnectionKey(leg.id.clone());
            self.parkers.extend(leg.call.clone().map(|call| (parkee, (call, key))));
        }
        true
    }

    /// Whom `by` leaves where calls are parked, of which the slot is not told yet: it is the only other one (on 22 the `Hangup` of who parked
    /// came 16 µs before `ParkedCall`).
    fn leaves_to_slot(&self, by: &str) -> Option<Text> {
        let call = self.legs.get(by).filter(|leg| leg.is_party())?.call.as_ref()?;
        let mut others = self.legs.live(call).filter(|leg| *leg.id != *by);
        let only = others.next().filter(|_| others.next().is_none())?;
        (only.parks && !self.at(&only.id, Kind::Park)).then(|| only.id.clone())
    }

    /// Who was to be parked ends, and no slot was told.
    pub(super) fn parker_ends(&mut self, parkee: &str) {
        if let Some((call, parker)) = self.parkers.remove(parkee) {
            let cause = Cause::NormalClearing;
            self.say_of(
                &call,
                parker,
                ConnectionEvent::ConnectionCleared,
                cause,
                PartyFact::default(),
            );
        }
    }

    /// Who parked leaves the call to the slot.
    fn parker_leaves(&mut self, parkee: &str, message: &Message, space: &Text) {
        let Some(call) = self.legs.call_of(parkee) else { return };
        let parker = text(message, "ParkerDialString").unwrap_or_default();
        let endpoint = parker.split_once('/').map_or(&*parker, |(_, endpoint)| endpoint);
        let leg = self
            .legs
            .live(&call)
            .find(|leg| leg.endpoint() == endpoint && leg.id != *parkee);
        if let Some(id) = leg.map(|leg| leg.id.clone()) {
            self.say(&id, ConnectionEvent::Diverted, Cause::Park);
            self.sends_to(space.clone());
        }
    }

    /// Nobody came: the parkee goes back to who parked it, which may be dialled before it is told (16).
    pub(super) fn park_timeout(&mut self, id: &str) {
        if self.at(id, Kind::Park) {
            self.leave(id, ConnectionEvent::Diverted, Cause::Recall);
            self.parks_no_more(id);
            if let Some(leg) = self.legs.get_mut(id) {
                leg.next_cause = Some(Cause::Recall);
            }
        }
    }

    fn parks_no_more(&mut self, id: &str) {
        if let Some(leg) = self.legs.get_mut(id) {
            leg.parks = false;
        }
    }

    /// Somebody dialled the slot of a parked call.
    pub(super) fn unparked(&mut self, parkee: &str, message: &Message) {
        let retriever = Block::read(message, "Retriever");
        let Some(retriever) = retriever.id else { return };
        if self.at(parkee, Kind::Park) {
            self.leave(parkee, ConnectionEvent::Diverted, Cause::Park);
            self.parks_no_more(parkee);
        }
        if let (Some(one), Some(two)) = (self.legs.call_of(parkee), self.legs.call_of(retriever)) {
            self.merge(one, two, MergeReason::Retrieve, Vec::new(), None);
        }
    }
}
