//! What may be asked of a connection, besides what its state allows: what the switch says of it (ECMA-269, servicesPermitted), and what can be
//! asked by the names that it told, of devices of which is heard.

use super::Normalizer;
use super::call::{Call, Leg};
use super::join::new_call;
use super::party::call_key;
use crate::model::{CallKey, ConnectionDirection, ConnectionKey, Fact, Kind, PermittedFact, Service, Services, Text};
use lineside_csta::Event;
use lineside_csta::types::{
    CallAssociatedServices as Associated, CallControlServices as Control, ConnectionId, LocalConnectionState as State,
    ServicesPermitted,
};
use std::collections::BTreeSet;

const SAYS: &str = "the switch says that it does not permit it now (servicesPermitted)";
const NAMELESS: &str = "the switch has not told by which name this connection could be asked for";
const LINE: &str = "a line is asked for nothing else: ask the connection of a telephone";
const UNHEARD: &str = "the telephone is not monitored, so nothing would show what comes of it";

/// The services in a list of the switch.
const CONTROL: &[(Service, Control)] = &[
    (Service::AnswerCall, Control::ANSWER_CALL),
    (Service::HoldCall, Control::HOLD_CALL),
    (Service::RetrieveCall, Control::RETRIEVE_CALL),
    (Service::ClearConnection, Control::CLEAR_CONNECTION),
    (Service::DeflectCall, Control::DEFLECT_CALL),
    (Service::SingleStepTransferCall, Control::SINGLE_STEP_TRANSFER),
    (Service::ConsultationCall, Control::CONSULTATION_CALL),
    (Service::TransferCall, Control::TRANSFER_CALL),
    (Service::ConferenceCall, Control::CONFERENCE_CALL),
    (Service::AlternateCall, Control::ALTERNATE_CALL),
    (Service::ReconnectCall, Control::RECONNECT_CALL),
    (Service::SingleStepConferenceCall, Control::SINGLE_STEP_CONFERENCE),
    (Service::ParkCall, Control::PARK_CALL),
    (Service::DirectedPickupCall, Control::DIRECTED_PICKUP_CALL),
];

/// Those of two connections of a device: switches list them at the one that is held, or at the other one.
const OF_TWO: &[Service] = &[
    Service::AlternateCall,
    Service::ReconnectCall,
    Service::TransferCall,
    Service::ConferenceCall,
];

/// What is left of all services where the switch permits these.
fn left(permitted: &ServicesPermitted) -> Services {
    let mut all = Services::ALL;
    if let Some(control) = permitted.call_control_services {
        let missing = CONTROL.iter().filter(|(_, flag)| !control.contains(*flag));
        all = missing.fold(all, |all, (service, _)| all.without(*service));
    }
    match permitted.call_associated_services {
        Some(associated) if !associated.contains(Associated::GENERATE_DIGITS) => all.without(Service::GenerateDigits),
        _ => all,
    }
}

/// The connection that an event is of, and what it says that may be asked of that of the monitored device in its call. `None`: it is none of
/// a connection.
pub(super) fn said(event: &Event) -> Option<(CallKey, Option<&ServicesPermitted>)> {
    let of = |connection: &ConnectionId| call_key(connection);
    macro_rules! said {
        ($($variant:ident.$connection:ident)*) => {
            match event {
                $(Event::$variant(event) => Some((of(&event.$connection), event.services_permitted.as_ref())),)*
                Event::Transferred(event) => {
                    let call = new_call(&event.transferred_connections).map(of);
                    Some((call.unwrap_or_else(|| of(&event.primary_old_call)), event.services_permitted.as_ref()))
                }
                Event::Conferenced(event) => {
                    let call = new_call(&event.conference_connections).map(of);
                    Some((call.unwrap_or_else(|| of(&event.primary_old_call)), event.services_permitted.as_ref()))
                }
                _ => None,
            }
        };
    }
    said! {
        ServiceInitiated.initiated_connection Originated.originated_connection NetworkReached.outbound_connection
        Offered.offered_connection Delivered.connection Queued.queued_connection Established.established_connection
        Failed.failed_connection Held.held_connection Retrieved.retrieved_connection Diverted.connection
        ConnectionCleared.dropped_connection CallInformation.connection
    }
}

impl Normalizer {
    /// States what may be asked of the connections of which an event told something.
    pub(super) fn permit(&mut self, event: &Event) {
        self.calls.note();
        let mut calls: BTreeSet<CallKey> = self.out.iter().filter_map(call_of).cloned().collect();
        let monitor = self.monitor.clone();
        if let Some((call, permitted)) = said(event) {
            let call = match self.calls.get(&call) {
                Some(_) => call,
                None => self.moved.call(&call).cloned().unwrap_or(call),
            };
            let own = monitor.as_ref().and_then(|device| self.calls.get(&call)?.at(device));
            let name = own.filter(|leg| leg.device == monitor).map(|leg| leg.name.clone());
            if let Some(name) = name {
                self.hear_permitted(&call, &name, permitted);
            }
            calls.insert(call);
        }
        if let Some(device) = monitor.filter(|device| self.permits && self.kind(device) == Kind::Station) {
            // What is said of one call of a telephone counts for its other ones, too.
            let others = self.calls.of_device(&device);
            calls.extend(others.map(|(key, _)| key.clone()));
        }
        let news = self.permitted_in(calls);
        self.out.extend(news.into_iter().map(Fact::Permitted));
    }

    /// What may be asked of the connections of these calls, where that is not what was told last.
    pub(super) fn permitted_in(&mut self, calls: BTreeSet<CallKey>) -> Vec<PermittedFact> {
        let mut all = Vec::new();
        for call in calls {
            let known = self.calls.get(&call);
            let legs = known
                .into_iter()
                .flat_map(|known| known.live().map(move |leg| (known, leg)));
            let news: Vec<_> = legs
                .filter_map(|(known, leg)| {
                    let (services, why) = self.permitted(known, leg);
                    (services != leg.told).then(|| (leg.name.clone(), leg.key.clone(), services, why))
                })
                .collect();
            for (name, connection, services, why) in news {
                if let Some(leg) = self.calls.get_mut(&call).and_then(|call| call.leg_mut(&name)) {
                    leg.told = services;
                }
                let why = Text::from(why);
                all.push(PermittedFact {
                    connection,
                    services,
                    why,
                });
            }
        }
        all
    }

    /// What the switch says of a connection; that it does not say anything counts, too.
    pub(super) fn hear_permitted(&mut self, call: &CallKey, name: &ConnectionKey, said: Option<&ServicesPermitted>) {
        self.permits |= said.is_some();
        if let Some(leg) = self.calls.get_mut(call).and_then(|call| call.leg_mut(name)) {
            leg.permitted = said.map(left);
        }
    }

    /// What may be asked of every connection, where that is not everything.
    pub(super) fn permitted_now(&mut self) -> Vec<PermittedFact> {
        self.calls.note();
        for call in self.calls.values_mut() {
            call.legs.iter_mut().for_each(|leg| leg.told = Services::ALL);
        }
        let all = self.calls.iter().map(|(key, _)| key.clone()).collect();
        self.permitted_in(all)
    }

    fn permitted(&self, call: &Call, leg: &Leg) -> (Services, &'static str) {
        let clears: Services = [Service::ClearConnection].into_iter().collect();
        if leg.native.is_none() {
            // By whose name that is asked for is all one where the call is nobody else's.
            let by_the_call =
                self.clears_calls && is_his_alone(call, leg) && call.live().any(|leg| leg.native.is_some());
            return (if by_the_call { clears } else { Services::NONE }, NAMELESS);
        }
        if leg.kind == Kind::Trunk {
            return (leg.permitted.map_or(clears, |said| said.and(clears)), LINE);
        }
        if let Some(mut said) = leg.permitted {
            for service in OF_TWO.iter().filter(|service| self.permits_beside(leg, **service)) {
                said.insert(*service);
            }
            return (said, SAYS);
        }
        if leg.kind == Kind::Station && !self.is_watched(leg) {
            return (Services::ALL.without(Service::ConsultationCall), UNHEARD);
        }
        (Services::ALL, "")
    }

    /// Is a service of two connections permitted at another one of the same telephone, or not said not to be?
    fn permits_beside(&self, leg: &Leg, service: Service) -> bool {
        let Some(device) = leg.device.as_ref().filter(|_| leg.kind == Kind::Station) else {
            return false;
        };
        let same = |other: &&Leg| other.device == leg.device && other.key != leg.key;
        let mut others = self
            .calls
            .of_device(device)
            .flat_map(|(_, call)| call.live())
            .filter(same);
        others.any(|other| other.permitted.is_none_or(|said| said.contains(service)))
    }
}

/// Does the call end with who calls? It waits, or rings, and nobody has answered yet.
fn is_his_alone(call: &Call, leg: &Leg) -> bool {
    let mut others = call.live().filter(|other| other.name != leg.name);
    leg.direction == ConnectionDirection::Outgoing
        && leg.state == State::Connected
        && others.all(|other| matches!(other.state, State::Alerting | State::Queued) && other.kind != Kind::Park)
}

/// The call that a fact is of, where it is of one.
fn call_of(fact: &Fact) -> Option<&CallKey> {
    match fact {
        Fact::Connection(fact) => Some(&fact.call),
        Fact::Renamed(fact) => Some(&fact.call.1),
        Fact::Supervise(fact) => Some(&fact.by.call),
        Fact::Call(fact) => Some(&fact.call),
        _ => None,
    }
}
