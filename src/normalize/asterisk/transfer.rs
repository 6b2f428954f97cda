//! Transfers, and two calls that become one.

use super::Normalizer;
use super::block::{Block, text};
use crate::model::{CallKey, Cause, ConnectionKey, DeviceId, Fact, MergeFact, MergeReason, Text, TransferFact};
use crate::normalize::legs::{Leg, Phase, Told, Waits};
use lineside_ami::Message;
use lineside_wire::Private;

/// A party that was sent on.
pub(super) struct Sent {
    pub(super) by: Text,
    to: Option<Text>,
    /// By the switch's clock, microseconds.
    time: Option<i64>,
}

impl Normalizer {
    /// Somebody sent the other side on and leaves. `Success` says that the dialplan goes on there, not that anybody was reached; nor is it a
    /// transfer where it goes on to a park slot, which is told before or after (both seen on 22). So it is told with what comes next.
    pub(super) fn blind_transfer(&mut self, message: &Message) {
        if !message.get("Result").is_some_and(|result| result.is("Success")) {
            return;
        }
        let (by, transferee) = (Block::read(message, "Transferer"), Block::read(message, "Transferee"));
        let Some(leg) = by
            .id
            .and_then(|id| self.legs.get(id))
            .filter(|leg| leg.told == Told::Live)
        else {
            return;
        };
        let (by, call) = (leg.id.clone(), leg.call.clone());
        self.listening.remove(&by);
        let to = text(message, "Extension");
        if let Some(leg) = transferee.id.and_then(|id| self.legs.get_mut(id)) {
            leg.next_cause = Some(Cause::SingleStepTransfer);
            let transferee = leg.id.clone();
            let sent = Sent {
                by,
                to,
                time: self.message_time,
            };
            self.transfers.insert(transferee.clone(), sent);
            if self.legs.get(&transferee).is_some_and(|leg| leg.coming.is_some()) {
                self.send_on(&transferee);
                call.iter().for_each(|call| self.arrive(call));
            }
            self.dialled_already(&transferee);
            call.iter().for_each(|call| self.nobody_is_sent(call));
        } else {
            // More than one other party: whoever goes on, goes on by this transfer.
            let others = self
                .legs
                .iter_mut()
                .filter(|leg| leg.told == Told::Live && leg.call == call);
            others.for_each(|leg| leg.next_cause = Some(Cause::SingleStepTransfer));
            self.tell_transfer(by, to);
            call.iter().for_each(|call| self.nobody_is_sent(call));
        }
    }

    /// The dialplan may be told to dial for who was sent on before the transfer is told (seen on 16 and 22): then it dialled for that, or the
    /// queue did to which it was sent.
    fn dialled_already(&mut self, transferee: &Text) {
        let cause = self.rung_for(transferee);
        let dialled = |leg: &&mut Leg| leg.dialled_by.as_ref() == Some(transferee) && leg.told == Told::Nothing;
        let mut went_on = false;
        for leg in self.legs.iter_mut().filter(dialled) {
            leg.cause = cause;
            went_on = true;
        }
        if went_on {
            self.send_on(transferee);
        }
    }

    /// The switch marks who is sent on, before it dials for it (`BLINDTRANSFER`, 16 and 22), and lets the mark go.
    pub(super) fn is_sent(&mut self, id: &str, sent: bool) {
        if let Some(leg) = self.legs.get_mut(id) {
            leg.sent = sent;
        }
    }

    /// What is dialled for who is marked so, and may ring, before the transfer is told (seen on 16, once in forty): why is not known yet.
    pub(super) fn waits(&mut self, id: &str, early: bool) -> bool {
        let for_that = |leg: &&Leg| leg.sent || leg.waits != Waits::Nothing;
        let waits = early || self.legs.back(id).iter().any(for_that);
        if let Some(leg) = self.legs.get_mut(id).filter(|_| waits) {
            leg.waits = Waits::Dialled;
        }
        waits
    }

    /// A leg of which something waits to be told goes on, or it is known why it was dialled.
    pub(super) fn waits_no_more(&mut self, id: &str) {
        let waited = self
            .legs
            .get_mut(id)
            .map(|leg| std::mem::replace(&mut leg.waits, Waits::Nothing));
        if matches!(waited, Some(Waits::Dialled | Waits::Rings)) {
            self.rung_late(id);
            self.reaches_outside(id);
        }
        if waited == Some(Waits::Rings) {
            self.rings(id);
        }
    }

    /// Nothing tells any more why the legs of a call were dialled.
    pub(super) fn nobody_is_sent(&mut self, call: &CallKey) {
        let of: Vec<Text> = self.legs.of(call).map(|leg| leg.id.clone()).collect();
        for id in &of {
            self.is_sent(id, false);
            self.waits_no_more(id);
        }
    }

    /// Who was sent on goes on. What happened before it was sent on, and is heard of again, says nothing of that.
    pub(super) fn sent_on(&mut self, transferee: &str) {
        let sent = self.transfers.get(transferee);
        if sent.is_some_and(|sent| self.message_time.is_none_or(|time| Some(time) > sent.time)) {
            self.send_on(transferee);
        }
    }

    fn send_on(&mut self, transferee: &str) {
        if let Some(Sent { by, to, .. }) = self.transfers.remove(transferee) {
            self.tell_transfer(by, to);
        }
    }

    /// Who sent somebody on ends.
    pub(super) fn sender_ends(&mut self, by: &str) {
        if self.waits_for_slot(by) {
            return;
        }
        let sent = self
            .transfers
            .iter()
            .find(|(_, sent)| *sent.by == *by)
            .map(|(transferee, _)| transferee.clone());
        sent.into_iter().for_each(|transferee| self.sent_on(&transferee));
    }

    fn tell_transfer(&mut self, by: Text, to: Option<Text>) {
        let Some(leg) = self.legs.get_mut(&by).filter(|leg| leg.told == Told::Live) else {
            return;
        };
        leg.told = Told::Over;
        let key = leg.key();
        self.legs.hold(&by, false);
        self.out.push(Fact::Transfer(TransferFact {
            by: key,
            to: to.map(Private::new),
        }));
    }

    /// Two calls of one party are joined, and the party leaves or, in a conference of three, stays.
    pub(super) fn attended_transfer(&mut self, message: &Message) {
        if !message.get("Result").is_some_and(|result| result.is("Success")) {
            return;
        }
        let (first, second) = (
            Block::read(message, "OrigTransferer"),
            Block::read(message, "SecondTransferer"),
        );
        let (Some(first), Some(second)) = (first.id, second.id) else {
            return;
        };
        let stays = message.get("DestType").is_some_and(|kind| kind.is("Threeway"));
        let by = self
            .legs
            .get(first)
            .map(|leg| DeviceId::new(&self.switch, leg.endpoint()));
        if first == second {
            self.joins_by_one_leg(first, message, stays, by);
            return;
        }
        let (Some(one), Some(two)) = (self.legs.call_of(first), self.legs.call_of(second)) else {
            return;
        };
        if !stays {
            self.hand_over(second, first, &one);
            self.hand_over(first, second, &two);
        }
        let mut leaving = Vec::new();
        for id in [first, second] {
            self.listening.remove(id);
            if let Some(leg) = self.legs.get_mut(id).filter(|_| !stays) {
                leg.told = Told::Over;
                leaving.push(leg.key());
            }
        }
        self.merge(one, two, joined_as(stays), leaving, by);
    }

    /// Who transfers was waiting somewhere itself, or had somebody rung: the party at its other end waits there now, and is whom the others
    /// ring for.
    fn hand_over(&mut self, from: &str, other: &str, call: &CallKey) {
        let heir = self
            .legs
            .live(call)
            .find(|leg| leg.id != *other && leg.id != *from && leg.phase == Phase::Up && leg.place.is_none());
        let Some(heir) = heir.map(|leg| leg.id.clone()) else {
            return;
        };
        let place = self.legs.get_mut(from).and_then(|leg| leg.place.take());
        if let Some(leg) = self.legs.get_mut(&heir) {
            leg.place = place;
            leg.went = true;
        }
        let rung = |leg: &&mut Leg| leg.dialled_by.as_deref() == Some(from) && leg.phase != Phase::Up;
        self.legs
            .iter_mut()
            .filter(rung)
            .for_each(|leg| leg.dialled_by = Some(heir.clone()));
    }

    pub(super) fn merge(
        &mut self,
        one: CallKey,
        two: CallKey,
        reason: MergeReason,
        leaving: Vec<ConnectionKey>,
        by: Option<DeviceId>,
    ) {
        if one == two {
            leaving
                .into_iter()
                .for_each(|by| self.out.push(Fact::Transfer(TransferFact { by, to: None })));
            return;
        }
        if let Some(failed) = self.failed.remove(&two) {
            self.failed.entry(one.clone()).or_default().extend(failed);
        }
        self.conferences.remove(&two);
        self.legs.merge(&one, &two);
        self.out.push(Fact::Merge(MergeFact {
            calls: (one, two),
            reason,
            leaving,
            by,
        }));
    }
}

/// Two calls that are joined are transferred, or a conference where the one who joined them stays.
pub(super) const fn joined_as(stays: bool) -> MergeReason {
    if stays {
        MergeReason::Conference
    } else {
        MergeReason::Transfer
    }
}
