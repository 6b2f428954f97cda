//! Calls begin, ring, wait and are answered.

use super::party::{Named, number, redirected_by};
use super::reuse::Begins;
use super::{Move, Normalizer, cause};
use crate::model::{CallKey, Cause, ConnectionDirection, ConnectionEvent as E, ConnectionKey, Kind, Text};
use lineside_csta::types::{
    ConnectionId, DeliveredEvent, EstablishedEvent, ExtendedDeviceId, LocalConnectionState as State,
    NetworkReachedEvent, OriginatedEvent, QueuedEvent, RedirectionDeviceId, ServiceInitiatedEvent,
};
use std::time::Duration;

/// For so long the monitor of one device may tell later than those of others.
const LATE: Duration = Duration::from_secs(10);

impl Normalizer {
    /// A device goes off-hook, or is rung to make a call.
    pub(super) fn service_initiated(&mut self, event: &ServiceInitiatedEvent) {
        self.renew(&Begins::by(&event.initiated_connection, &event.initiating_device));
        let named = Named::by(&event.initiating_device);
        let (call, key) = self.subject(&event.initiated_connection, &named, ConnectionDirection::Outgoing);
        let consults = self.consults(&call, &event.initiating_device);
        let cause = match cause::of(event.cause.as_ref()) {
            _ if self.is_making(&event.initiating_device) => Cause::MakeCall,
            Some(Cause::MakeCall) => Cause::MakeCall,
            _ if consults.is_some() => Cause::Consultation,
            _ => Cause::NewCall,
        };
        let calling = Some(self.who(&named).party);
        let called = event.called_device.as_ref().and_then(|called| self.called(called));
        self.know(&call, calling, called, consults);
        if let Some(leg) = self.calls.get_mut(&call).and_then(|known| known.leg_mut(&key)) {
            leg.rung = (cause == Cause::MakeCall).then_some(cause);
        }
        self.begins(number(&event.initiating_device), &call, &key);
        self.say(&call, &key, Move::of(E::ServiceInitiated, cause));
    }

    pub(super) fn originated(&mut self, event: &OriginatedEvent) {
        self.renew(&Begins::by(&event.originated_connection, &event.calling_device));
        let named = Named::of(
            &event.calling_device,
            event.network_calling_device.as_ref(),
            event.associated_calling_device.as_ref(),
        );
        let (call, key) = self.subject(&event.originated_connection, &named, ConnectionDirection::Outgoing);
        let consults = self.consults(&call, &event.calling_device);
        let leg = self.calls.get(&call).and_then(|known| known.leg(&key));
        let prompted = leg.is_some_and(|leg| leg.rung == Some(Cause::MakeCall));
        let cause = match cause::of(event.cause.as_ref()) {
            _ if self.is_making(&event.calling_device) => Cause::MakeCall,
            Some(Cause::MakeCall) => Cause::MakeCall,
            _ if prompted => Cause::MakeCall,
            _ if consults.is_some() => Cause::Consultation,
            _ => Cause::NewCall,
        };
        let calling = Some(self.who(&named).party);
        let called = self.called(&event.called_device);
        self.know(&call, calling, called, consults);
        self.begins(number(&event.calling_device), &call, &key);
        self.say(&call, &key, Move::of(E::Originated, cause));
        let own = number(&event.calling_device) == self.monitor.as_deref();
        if let Some(leg) = self.calls.get_mut(&call).and_then(|known| known.leg_mut(&key)) {
            leg.begun |= own;
        }
        if let Some(device) = number(&event.calling_device) {
            self.making.remove(device);
        }
    }

    /// The call left the switch: somebody outside is asked for, and does not ring yet as far as anybody knows.
    pub(super) fn network_reached(&mut self, event: &NetworkReachedEvent) {
        let named = Named::of(
            &event.network_interface_used,
            Some(&event.called_device),
            Some(&event.network_interface_used),
        );
        let (call, key) = self.subject(&event.outbound_connection, &named, ConnectionDirection::Incoming);
        let calling = Named::by(&event.calling_device);
        self.tell_call(&call, &calling, &event.called_device, &key);
        let cause = self.rings_because(&call, cause::of(event.cause.as_ref()));
        if let Some(leg) = self.calls.get_mut(&call).and_then(|known| known.leg_mut(&key)) {
            leg.rung = Some(cause);
        }
        self.say(&call, &key, Move::of(E::NetworkReached, cause));
    }

    pub(super) fn delivered(&mut self, event: &DeliveredEvent) {
        let calling = Named::of(
            &event.calling_device,
            event.network_calling_device.as_ref(),
            event.associated_calling_device.as_ref(),
        );
        let told = cause::of(event.cause.as_ref());
        self.renew(&Begins {
            connection: &event.connection,
            device: &event.alerting_device,
            parties: Some((&calling, &event.called_device)),
            cause: told.or(redirected_by(&event.last_redirection_device).map(|_| Cause::Redirected)),
        });
        if self.is_told_late(&event.connection, &event.alerting_device) {
            return;
        }
        let own =
            number(&event.alerting_device).is_some() && number(&event.alerting_device) == number(&event.calling_device);
        let (call, name) = self.name(&event.connection, &event.alerting_device);
        let known = self.calls.get(&call).and_then(|known| known.leg(&name));
        let left = known.is_some_and(|leg| leg.over.is_some());
        if own && !left {
            // A telephone that is rung to make a call is not called; one that left the call that it made is, where that comes back to it.
            let (call, key) = self.subject(&event.connection, &calling, ConnectionDirection::Outgoing);
            self.know(
                &call,
                Some(self.who(&calling).party),
                self.called(&event.called_device),
                None,
            );
            return self.say(&call, &key, Move::of(E::ServiceInitiated, Cause::MakeCall));
        }
        let outside = |kind| kind == Kind::Trunk;
        let network = number(&event.alerting_device).is_none_or(|device| outside(self.kind(device)));
        let named = Named::of(
            &event.alerting_device,
            network.then_some(&event.called_device),
            event.associated_called_device.as_ref(),
        );
        let (call, key) = self.subject(&event.connection, &named, ConnectionDirection::Incoming);
        self.comes_back(&call, &key);
        self.tell_call(&call, &calling, &event.called_device, &key);
        self.attached(&call, event.correlator_data.as_ref());
        let leg = self.calls.get_mut(&call).and_then(|known| known.leg_mut(&key));
        let kind = leg.map(|leg| {
            // Only what distributes calls is entered so, whatever the site knows of it (ECMA-269, event causes).
            if told == Some(Cause::EnteringDistribution) && leg.kind.is_person() {
                leg.kind = Kind::Queue;
            }
            leg.kind
        });
        match kind {
            Some(Kind::Queue | Kind::Group | Kind::Route) => {
                self.waits(&call, &key, told);
            }
            Some(Kind::Trunk) => {
                let cause = self.rings_because(&call, told);
                self.say(&call, &key, Move::of(E::NetworkReached, cause));
                self.say(&call, &key, Move::of(E::Delivered, Cause::NetworkSignal));
            }
            _ => {
                self.came_by(&call, &event.alerting_device, &event.last_redirection_device, told);
                let cause = self.rings_because(&call, told);
                let sent_to = self.calls.get(&call).and_then(|known| known.sent_to.clone());
                self.waited(&call, sent_to.as_deref(), told);
                self.waited(&call, redirected_by(&event.last_redirection_device), told);
                self.waited(&call, number(&event.called_device), told);
                self.comes_from(&call, &key, &event.last_redirection_device, cause);
                if matches!(cause, Cause::Recall | Cause::RecallNoAnswer) {
                    self.leave_slot(&call, cause);
                }
                if let Some(leg) = self.calls.get_mut(&call).and_then(|known| known.leg_mut(&key)) {
                    leg.rung = Some(cause);
                }
                self.say(&call, &key, Move::of(E::Delivered, cause));
            }
        }
    }

    pub(super) fn queued(&mut self, event: &QueuedEvent) {
        let calling = Named::of(
            &event.calling_device,
            event.network_calling_device.as_ref(),
            event.associated_calling_device.as_ref(),
        );
        self.renew(&Begins {
            connection: &event.queued_connection,
            device: &event.queue,
            parties: Some((&calling, &event.called_device)),
            cause: Some(Cause::EnteringDistribution),
        });
        if self.is_told_late(&event.queued_connection, &event.queue) {
            return;
        }
        let (call, key) = self.subject(
            &event.queued_connection,
            &Named::by(&event.queue),
            ConnectionDirection::Incoming,
        );
        // That it waited is told late where somebody has it by now.
        let talks = |leg: &super::Leg| leg.direction == ConnectionDirection::Incoming && leg.state == State::Connected;
        let over =
            |known: &super::Call| known.leg(&key).is_some_and(|leg| leg.over.is_some()) && known.live().any(talks);
        if self.calls.get(&call).is_some_and(over) {
            return;
        }
        self.comes_back(&call, &key);
        self.tell_call(&call, &calling, &event.called_device, &key);
        let told = cause::of(event.cause.as_ref());
        let parks = told == Some(Cause::Park);
        if let Some(leg) = self.calls.get_mut(&call).and_then(|known| known.leg_mut(&key)) {
            let place = if parks { Kind::Park } else { Kind::Queue };
            if leg.kind.is_person() {
                leg.kind = place;
            }
        }
        if parks {
            return self.say(&call, &key, Move::of(E::Queued, Cause::Park));
        }
        self.waits(&call, &key, told);
        if self.has_it(&call, redirected_by(&event.last_redirection_device)) {
            self.leave_queues(&call, &super::assumed_key(&call, None));
            return;
        }
        if let Some(front) = event.calls_in_front.and_then(|front| u32::try_from(front).ok()) {
            // A device that came back has another key than name.
            let Some(leg) = self.calls.get(&call).and_then(|known| known.leg(&key)) else {
                return;
            };
            self.out.push(crate::model::Fact::Position {
                connection: leg.key.clone(),
                position: front.saturating_add(1),
            });
        }
    }

    pub(super) fn established(&mut self, event: &EstablishedEvent) {
        let calling = Named::of(
            &event.calling_device,
            event.network_calling_device.as_ref(),
            event.associated_calling_device.as_ref(),
        );
        let network = number(&event.answering_device).is_none_or(|device| self.kind(device) == Kind::Trunk);
        let named = Named::of(
            &event.answering_device,
            network.then_some(&event.called_device),
            event.associated_called_device.as_ref(),
        );
        if self.is_told_late(&event.established_connection, &event.answering_device) {
            return;
        }
        let known = self.name(&event.established_connection, &event.answering_device);
        let caller = self.calls.get(&known.0).and_then(|call| call.leg(&known.1));
        let direction = caller.map_or(ConnectionDirection::Incoming, |leg| leg.direction);
        let (call, key) = self.subject(&event.established_connection, &named, direction);
        self.comes_back(&call, &key);
        self.tell_call(&call, &calling, &event.called_device, &key);
        self.attached(&call, event.correlator_data.as_ref());
        let told = cause::of(event.cause.as_ref());
        let takes = told.filter(|told| matches!(told, Cause::CallPickup | Cause::Park));
        self.has_come(number(&event.answering_device), &call, &key);
        let from_queue = self.leave_queues(&call, &key);
        if let Some(told) = takes
            && self.takes(&call, &key, &event.last_redirection_device, told)
        {
            return;
        }
        let leg = self.calls.get(&call).and_then(|known| known.leg(&key));
        let (rung, outside, new) = leg.map_or((None, false, true), |leg| {
            (leg.rung, leg.kind == Kind::Trunk, leg.state == State::Null)
        });
        let cause = match told {
            // What the network says of how somebody outside answers is not why the call came to him.
            _ if outside => rung.unwrap_or(Cause::NewCall),
            Some(told @ (Cause::CallPickup | Cause::Park)) => told,
            _ if from_queue => Cause::Distributed,
            told if new => self.rings_because(&call, told),
            _ => rung.unwrap_or(Cause::NewCall),
        };
        self.say(&call, &key, Move::of(E::Established, cause));
    }

    /// Who calls whom, as every event of a call tells it.
    pub(super) fn tell_call(
        &mut self,
        call: &CallKey,
        calling: &Named<'_>,
        called: &ExtendedDeviceId,
        but: &ConnectionKey,
    ) {
        let told = number(calling.device).is_some()
            || matches!(calling.device, ExtendedDeviceId::Restricted)
            || calling.network.is_some();
        let calling_party = told.then(|| self.who(calling).party);
        let called = self.called(called);
        self.know(call, calling_party, called, None);
        self.assume_caller(call, calling, but);
    }

    /// Why a telephone rings, in the words of the stories: what led to the call is told where it began.
    fn rings_because(&self, call: &CallKey, told: Option<Cause>) -> Cause {
        let queued = self
            .calls
            .get(call)
            .is_some_and(|known| known.live().any(|leg| leg.state == State::Queued));
        match told {
            Some(told) if cause::is_forwarding(told) => told,
            Some(
                told @ (Cause::Distributed
                | Cause::SingleStepTransfer
                | Cause::Transfer
                | Cause::Recall
                | Cause::RecallBusy
                | Cause::RecallForwarded
                | Cause::RecallNoAnswer
                | Cause::CallPickup
                | Cause::CallBack
                | Cause::Park),
            ) => told,
            _ if queued => Cause::Distributed,
            _ => Cause::NewCall,
        }
    }

    /// A call waits. While it rings somewhere it waits on, until somebody answers: switches tell that it left when it rings.
    fn waits(&mut self, call: &CallKey, key: &ConnectionKey, told: Option<Cause>) {
        if let Some(leg) = self.calls.get_mut(call).and_then(|known| known.leg_mut(key)) {
            leg.leaves = None;
            if leg.kind == Kind::Group {
                leg.kind = Kind::Queue;
            }
        }
        let cause = match told {
            Some(Cause::NoAvailableAgents) | None => Cause::EnteringDistribution,
            Some(told) if cause::is_forwarding(told) => told,
            Some(_) => Cause::EnteringDistribution,
        };
        self.say(call, key, Move::of(E::Queued, cause));
    }

    /// Who rings because a queue rings for him was called by way of it, though it is told of later, or not at all.
    fn waited(&mut self, call: &CallKey, by: Option<&str>, told: Option<Cause>) {
        let queue = by.filter(|_| told == Some(Cause::Distributed));
        let Some(queue) = queue
            .filter(|queue| matches!(self.kind(queue), Kind::Queue | Kind::Group))
            .map(Text::from)
        else {
            return;
        };
        if self.calls.get(call).is_none_or(|known| {
            known
                .legs
                .iter()
                .any(|leg| leg.is_at(&queue) || leg.state == State::Queued)
        }) {
            return;
        }
        let name = self.assume(call, Some(&queue), self.who_is(&queue), ConnectionDirection::Incoming);
        self.waits(call, &name, None);
    }

    /// It rings, and not because a queue rings: a queue or a voice unit that sent it on, and whose monitor tells later than that of who is rung, had
    /// it and has it no more. Why it left nobody has told yet.
    fn came_by(&mut self, call: &CallKey, rings: &ExtendedDeviceId, by: &RedirectionDeviceId, told: Option<Cause>) {
        let tells = |by: &&str| told == Some(Cause::NewCall) && self.watched.contains(*by);
        let Some(by) = redirected_by(by).filter(tells).map(Text::from) else {
            return;
        };
        let kind = self.kind(&by);
        let was_there = |known: &super::Call| known.legs.iter().any(|leg| leg.is_at(&by));
        if !matches!(kind, Kind::Queue | Kind::VoiceUnit) || self.calls.get(call).is_none_or(was_there) {
            return;
        }
        let name = self.assume(call, Some(&by), self.who_is(&by), ConnectionDirection::Incoming);
        self.may_tell_late(call, &name);
        match kind {
            Kind::VoiceUnit => self.say(call, &name, Move::of(E::Established, Cause::NewCall)),
            _ => self.waits(call, &name, None),
        }
        let how = Move {
            to: number(rings).map(Text::from),
            ..Move::of(E::Diverted, Cause::Redirected)
        };
        self.say(call, &name, how);
    }

    /// A device that is concluded to have had a call, and not to have it any more, may be about to tell that it has: the monitors of others were faster.
    fn may_tell_late(&mut self, call: &CallKey, name: &ConnectionKey) {
        let until = self.tick + LATE;
        if let Some(leg) = self.calls.get_mut(call).and_then(|known| known.leg_mut(name)) {
            leg.late = Some(until);
        }
    }

    /// Does a device tell late that a call is there, of which it was concluded that it was, and is no more? It is told once.
    fn is_told_late(&mut self, connection: &ConnectionId, device: &ExtendedDeviceId) -> bool {
        let Some(own) = number(device).filter(|device| self.monitor.as_deref() == Some(device)) else {
            return false;
        };
        let (call, name) = self.name(connection, device);
        let legs = self.calls.get_mut(&call).into_iter().flat_map(|known| &mut known.legs);
        let now = self.tick;
        let mut gone =
            legs.filter(|leg| leg.assumed && leg.over.is_some() && leg.late.is_some_and(|until| until > now));
        let Some(leg) = gone.find(|leg| leg.device.as_deref() == Some(own)) else {
            return false;
        };
        (leg.assumed, leg.late) = (false, None);
        (leg.native, leg.name) = (Some(connection.clone()), name);
        true
    }

    /// Has somebody the call who was rung by a queue, and did not send it on to another one?
    fn has_it(&self, call: &CallKey, by: Option<&str>) -> bool {
        let has = |leg: &super::Leg| {
            leg.state == State::Connected && leg.rung == Some(Cause::Distributed) && !by.is_some_and(|by| leg.is_at(by))
        };
        self.calls.get(call).is_some_and(|known| known.live().any(has))
    }

    /// What was parked too long comes back to who parked it.
    fn leave_slot(&mut self, call: &CallKey, cause: Cause) {
        let slot = |leg: &&super::Leg| leg.kind == Kind::Park && leg.state == State::Queued;
        let waited = self
            .calls
            .get(call)
            .and_then(|known| known.live().find(slot))
            .map(|leg| leg.name.clone());
        if let Some(name) = waited {
            self.say(call, &name, Move::of(E::Diverted, cause));
        }
    }

    /// Somebody answered: where the call waited it waits no more.
    fn leave_queues(&mut self, call: &CallKey, but: &ConnectionKey) -> bool {
        let waiting = |known: &super::Call| -> Vec<ConnectionKey> {
            let all = known
                .live()
                .filter(|leg| leg.state == State::Queued && leg.name != *but);
            all.map(|leg| leg.name.clone()).collect()
        };
        let queues = self.calls.get(call).map(waiting).unwrap_or_default();
        for key in &queues {
            let kind = self
                .calls
                .get(call)
                .and_then(|known| known.leg(key))
                .map(|leg| leg.kind);
            let cause = if kind == Some(Kind::Park) {
                Cause::Park
            } else {
                Cause::Distributed
            };
            self.say(call, key, Move::of(E::Diverted, cause));
        }
        !queues.is_empty()
    }

    /// The call was sent on by somebody who was not told of, or not told to have left.
    fn comes_from(&mut self, call: &CallKey, key: &ConnectionKey, by: &RedirectionDeviceId, cause: Cause) {
        let Some(by) = redirected_by(by)
            .filter(|_| cause::is_forwarding(cause))
            .map(Text::from)
        else {
            return;
        };
        let Some(known) = self.calls.get(call) else { return };
        let to = known
            .leg(key)
            .and_then(|leg| leg.party.number.clone())
            .map(lineside_wire::Private::into_inner);
        let gone = known
            .legs
            .iter()
            .any(|leg| leg.device.as_ref() == Some(&by) && !leg.is_live());
        let there = known
            .at(&by)
            .filter(|leg| leg.direction == ConnectionDirection::Incoming && leg.name != *key);
        let from = match there {
            Some(leg) => leg.name.clone(),
            None if gone || self.kind(&by) == Kind::Trunk => return,
            None => {
                let name = self.assume(call, Some(&by), self.who_is(&by), ConnectionDirection::Incoming);
                if self.watched.contains(&by) {
                    self.may_tell_late(call, &name);
                }
                name
            }
        };
        let how = Move {
            to,
            ..Move::of(E::Diverted, cause)
        };
        self.say(call, &from, how);
    }

    /// The call about which a device consults, where it makes another one while it holds.
    fn consults(&self, call: &CallKey, device: &ExtendedDeviceId) -> Option<CallKey> {
        let device = number(device).filter(|device| self.kind(device) == Kind::Station)?;
        self.calls.held_by(device, call).cloned()
    }

    fn is_making(&self, device: &ExtendedDeviceId) -> bool {
        number(device).is_some_and(|device| matches!(self.making.get(device), Some((true, _))))
    }
}
