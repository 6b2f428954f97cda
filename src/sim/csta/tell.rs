//! Every monitor that something concerns is told of it: a copy for each, with the state of its own device in it.
use super::call::{At, Call, Leg};
use super::monitors::Object;
use super::world::World;
use lineside_csta::types::{
    CallAssociatedServices, CallControlServices, CallLinkageData, CallLinkageDataList, CorrelatorData, GlobalCallData,
    GlobalCallLinkageId, LocalConnectionState as State, ServicesPermitted,
};
use lineside_csta::{Event, EventReport, Hex, Octets};
use lineside_wire::Private;

/// What a copy has of its own.
struct Copy {
    local: Option<State>,
    services: Option<ServicesPermitted>,
    correlator: Option<CorrelatorData>,
    linkage: Option<CallLinkageData>,
    causes: bool,
}

macro_rules! copy {
    ($copy:ident, $event:ident; $($variant:ident)*; $($joining:ident)*) => {
        match $event {
            $(Event::$variant(event) => {
                event.local_connection_info = $copy.local;
                event.services_permitted = $copy.services;
                event.correlator_data = $copy.correlator;
                event.call_linkage_data = $copy.linkage;
                event.cause = event.cause.take().filter(|_| $copy.causes);
            })*
            $(Event::$joining(event) => {
                event.local_connection_info = $copy.local;
                event.services_permitted = $copy.services;
                event.correlator_data = $copy.correlator;
                event.call_linkage_data_list = $copy.linkage.map(|linkage| CallLinkageDataList {
                    new_call_linkage_data: Some(linkage),
                    ..CallLinkageDataList::default()
                });
                event.cause = event.cause.take().filter(|_| $copy.causes);
            })*
            Event::CallCleared(event) => {
                event.correlator_data = $copy.correlator;
                event.call_linkage_data = $copy.linkage;
                event.cause = event.cause.take().filter(|_| $copy.causes);
            }
            _ => {}
        }
    };
}

impl Copy {
    fn put_into(self, event: &mut Event) {
        copy! {
            self, event;
            ServiceInitiated Originated NetworkReached Offered Delivered Queued Established Failed Held Retrieved Diverted ConnectionCleared;
            Transferred Conferenced
        }
    }
}

impl World {
    /// Tells all who are in one of these calls, and those who are just leaving (`leaving`). The first is the call that it is now.
    pub(super) fn tell(&mut self, calls: &[u32], leaving: &[&str], event: &Event) {
        self.tell_unless(calls, leaving, event, |_| false);
    }

    /// The same, but for monitors of devices that `kept_from` holds for.
    pub(super) fn tell_unless(
        &mut self,
        calls: &[u32],
        leaving: &[&str],
        event: &Event,
        kept_from: impl Fn(&str) -> bool,
    ) {
        for index in 0..self.monitors.len() {
            let Some(monitor) = self.monitors.get(index) else {
                continue;
            };
            let (local, own) = match &monitor.object {
                Object::Call(call) if calls.contains(call) => (None, None),
                Object::Call(_) => continue,
                Object::Device(device) if kept_from(device) => continue,
                Object::Device(device) => match self.seen_by(device, calls, leaving) {
                    Some(at) => (Some(self.state(&at)), Some(at)),
                    None => continue,
                },
            };
            let call = own.as_ref().map_or_else(|| calls.first().copied(), |at| Some(at.call));
            let mut event = event.clone();
            if let Some(own) = &own {
                self.narrow(&mut event, own);
            }
            let copy = self.copy(call.and_then(|call| self.calls.get(&call)), local);
            copy.put_into(&mut event);
            self.send(index, event);
        }
    }

    /// Something of a device, and of no call.
    pub(super) fn tell_device(&mut self, device: &str, event: &Event) {
        for index in 0..self.monitors.len() {
            if self.monitors.get(index).and_then(|monitor| monitor.device()) == Some(device) {
                self.send(index, event.clone());
            }
        }
    }

    fn send(&mut self, index: usize, event: Event) {
        if let Some(monitor) = self.monitors.get(index).filter(|monitor| monitor.lets(&event)) {
            let report = EventReport {
                monitor_cross_ref_id: monitor.cross_ref(),
                event,
            };
            self.told.push((index, report));
        }
    }

    /// The connection by which a device is concerned.
    fn seen_by(&self, device: &str, calls: &[u32], leaving: &[&str]) -> Option<At> {
        let at = |call: u32| At {
            call,
            device: device.to_owned(),
        };
        // A device that a call could not come to hears of it on few switches.
        let hears = |leg: &Leg| leg.is_live() && (leg.state != State::Fail || self.quirks.failed_at_busy);
        let in_call = |call: &Call, live: bool| call.leg(device).is_some_and(|leg| !live || hears(leg));
        let known = || calls.iter().filter_map(|call| self.calls.get(call));
        let live = known().find(|call| in_call(call, true));
        let left = || {
            known()
                .find(|call| in_call(call, false))
                .filter(|_| leaving.contains(&device))
        };
        live.or_else(left).map(|call| at(call.id))
    }

    fn copy(&self, call: Option<&Call>, local: Option<State>) -> Copy {
        let permitted = |state: &State| self.quirks.services_permitted.then(|| services(state));
        Copy {
            services: local.as_ref().and_then(permitted),
            local,
            correlator: call.and_then(|call| call.correlator.as_deref()).map(correlator),
            linkage: call.filter(|_| self.quirks.linkage).map(linkage),
            causes: self.quirks.causes,
        }
    }

    /// Where a switch tells each monitor only what its device was in, the names before are left out of the others.
    fn narrow(&self, event: &mut Event, own: &At) {
        if self.quirks.whole_lists {
            return;
        }
        let list = match event {
            Event::Transferred(event) => &mut event.transferred_connections,
            Event::Conferenced(event) => &mut event.conference_connections,
            _ => return,
        };
        let new = self.calls.get(&own.call).map(|call| self.connection(call, &own.device));
        // Who joined the two was in both.
        let Some(own) = list.0.iter().find(|item| item.new_connection == new) else {
            return;
        };
        let Some(call) = own.old_connection.as_ref().map(|old| old.call_id.clone()) else {
            return;
        };
        for item in &mut list.0 {
            item.old_connection = item.old_connection.take().filter(|old| old.call_id == call);
        }
    }
}

pub(super) fn correlator(data: &[u8]) -> CorrelatorData {
    CorrelatorData::from(Hex(Private::new(data.into())))
}

pub(super) fn linkage(call: &Call) -> CallLinkageData {
    let mut id = [0_u8; 16];
    if let Some(end) = id.last_chunk_mut() {
        *end = call.linkage.to_be_bytes();
    }
    let global = GlobalCallData {
        global_call_linkage_id: Some(GlobalCallLinkageId::GloballyUnique(Octets(id.into()))),
        ..GlobalCallData::default()
    };
    CallLinkageData {
        global_call_data: Some(global),
        ..CallLinkageData::default()
    }
}

/// What may be asked of a connection in this state.
pub(super) fn services(state: &State) -> ServicesPermitted {
    use CallControlServices as S;
    let flags: &[S] = match state {
        State::Initiated => &[S::CLEAR_CONNECTION, S::DIAL_DIGITS],
        State::Alerting => &[S::ANSWER_CALL, S::DEFLECT_CALL, S::DIRECTED_PICKUP_CALL],
        State::Connected => &[
            S::CLEAR_CONNECTION,
            S::HOLD_CALL,
            S::CONSULTATION_CALL,
            S::SINGLE_STEP_TRANSFER,
            S::TRANSFER_CALL,
            S::CONFERENCE_CALL,
            S::PARK_CALL,
        ],
        State::Hold => &[
            S::RETRIEVE_CALL,
            S::ALTERNATE_CALL,
            S::RECONNECT_CALL,
            S::CLEAR_CONNECTION,
            S::SINGLE_STEP_TRANSFER,
        ],
        State::Queued | State::Fail => &[S::CLEAR_CONNECTION],
        State::Null | State::Other(_) => &[],
    };
    let flags = flags.iter().fold(S::default(), |services, flag| services.with(*flag));
    // In BER both lists are always there: what is not in them is not permitted.
    let associated = match state {
        State::Connected => CallAssociatedServices::GENERATE_DIGITS,
        _ => CallAssociatedServices::default(),
    };
    ServicesPermitted {
        call_control_services: Some(flags),
        call_associated_services: Some(associated),
        ..ServicesPermitted::default()
    }
}
