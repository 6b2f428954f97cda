//! Somebody puts others together, and leaves.
use crate::sim::csta::call::{At, Caller, Leg};
use crate::sim::csta::world::{Fault, World, refuse, wrong_state};
use lineside_csta::Event;
use lineside_csta::types::{
    AssociatedNid, ConnectionEndpoint, ConnectionId, ConnectionList, ConnectionListItem, EventCause,
    LocalConnectionState as State, OperationError, StateError, TransferredEvent,
};

/// Two calls that have become one.
pub(in crate::sim::csta) struct Joined {
    pub(in crate::sim::csta) call: u32,
    pub(in crate::sim::csta) connections: ConnectionList,
    /// What the two were called at the device that joined them.
    pub(in crate::sim::csta) old: (ConnectionId, ConnectionId),
    /// Who is in it and was in the active call.
    pub(in crate::sim::csta) added: Option<String>,
}

impl World {
    /// The held and the active call become one, without the one who had both. Says who was transferred to.
    pub(crate) fn transfer(&mut self, held: &At, active: &At) -> Result<At, Fault> {
        self.two(held, active)?;
        let failed = |leg: &Leg| leg.is_live() && leg.state == State::Fail;
        if self
            .calls
            .get(&active.call)
            .is_none_or(|call| call.legs.iter().any(failed))
        {
            return Err(wrong_state(StateError::InvalidActiveConnectionState));
        }
        let by = held.device.clone();
        let joined = self.merge(held, active, false);
        let to = joined.added.clone().unwrap_or_default();
        let Some(call) = self.calls.get(&joined.call) else {
            return Err(refuse(OperationError::InvalidCallId));
        };
        let event = Event::Transferred(Box::new(TransferredEvent {
            primary_old_call: joined.old.0,
            secondary_old_call: Some(joined.old.1),
            transferring_device: self.extended(&by),
            transferred_to_device: self.who(call, &to),
            transferred_connections: joined.connections,
            cause: Some(EventCause::Transfer),
            ..TransferredEvent::default()
        }));
        self.tell(&[joined.call, held.call, active.call], &[&by], &event);
        self.drop_merged(joined.call, &[held.call, active.call], &by);
        Ok(At {
            call: joined.call,
            device: to,
        })
    }

    /// All connections of two calls come to one, which is a new one or goes on by the name of the held one. The one who had both stays,
    /// or is left in what they were until they are dropped.
    pub(in crate::sim::csta) fn merge(&mut self, held: &At, active: &At, stays: bool) -> Joined {
        let mut connections = Vec::new();
        let name = |world: &Self, at: &At| {
            let call = world.calls.get(&at.call);
            call.map(|call| world.connection(call, &at.device)).unwrap_or_default()
        };
        let old = (name(self, held), name(self, active));
        let target = match self.quirks.new_call_ids {
            true => {
                let first = self.calls.get(&held.call);
                let calling = first.map_or_else(|| Caller::Device(held.device.clone()), |call| call.calling.clone());
                let called = first.map(|call| call.called.clone()).unwrap_or_default();
                self.new_call(calling, &called)
            }
            false => held.call,
        };
        let added = self.calls.get(&active.call).and_then(|call| call.other(&active.device));
        let added = added.map(|leg| leg.device.clone());
        for from in [held, active] {
            let Some(call) = self.calls.get(&from.call) else {
                continue;
            };
            let (linkage, correlator) = (call.linkage, call.correlator.clone());
            let moving = call.live().filter(|leg| leg.device != from.device).cloned();
            let mut moving: Vec<(Option<ConnectionId>, Leg)> = moving
                .map(|leg| (Some(self.connection_of(from.call, &leg)), leg))
                .collect();
            if let (true, true, Some(leg)) = (stays, from == held, call.leg(&from.device)) {
                let mut leg = leg.clone();
                leg.state = State::Connected;
                moving.insert(0, (Some(self.connection_of(from.call, &leg)), leg));
            }
            for (old_connection, leg) in moving {
                connections.push(self.item(target, &leg, old_connection));
                self.put(target, leg);
            }
            if let Some(call) = self.calls.get_mut(&target) {
                if from == held {
                    call.linkage = linkage;
                }
                call.correlator = call.correlator.take().or(correlator);
            }
            if !stays {
                self.set(from, State::Null);
            }
        }
        if !stays {
            for from in [&old.0, &old.1] {
                connections.push(ConnectionListItem {
                    old_connection: Some(from.clone()),
                    ..ConnectionListItem::default()
                });
            }
        }
        Joined {
            call: target,
            connections: ConnectionList(connections),
            old,
            added,
        }
    }

    /// What a list says of a connection: as it is and as it was, and who is there where the names do not say it.
    pub(in crate::sim::csta) fn item(
        &self,
        call: u32,
        leg: &Leg,
        old_connection: Option<ConnectionId>,
    ) -> ConnectionListItem {
        let there = leg.outside.as_ref().map_or(&leg.device, |outside| &outside.number);
        let endpoint = ConnectionEndpoint::Device(self.device_id(there));
        let trunk = leg
            .outside
            .as_ref()
            .map(|_| AssociatedNid::Device(self.device_id(&leg.device)));
        ConnectionListItem {
            new_connection: Some(self.connection_of(call, leg)),
            old_connection,
            endpoint: self.quirks.dynamic_devices.then_some(endpoint),
            associated_nid: trunk.filter(|_| self.quirks.dynamic_devices),
            ..ConnectionListItem::default()
        }
    }

    /// A connection comes from another call.
    fn put(&mut self, call: u32, leg: Leg) {
        if let Some(call) = self.calls.get_mut(&call) {
            call.legs.retain(|other| other.device != leg.device);
            call.legs.push(leg);
        }
    }

    /// Calls that became another one are gone. What watches them watches that one.
    pub(in crate::sim::csta) fn drop_merged(&mut self, into: u32, calls: &[u32], by: &str) {
        use crate::sim::csta::monitors::Object;
        for old in calls.iter().filter(|old| **old != into) {
            self.calls.remove(old);
            for monitor in &mut self.monitors {
                if monitor.object == Object::Call(*old) {
                    monitor.object = Object::Call(into);
                }
            }
        }
        if let Some(call) = self.calls.get_mut(&into) {
            call.legs.retain(|leg| leg.is_live() || leg.device != by);
        }
    }

    /// A call is sent on in one step: who had it leaves, and the other one is rung. Says where it rings.
    pub(crate) fn transfer_to(&mut self, at: &At, number: &str) -> Result<At, Fault> {
        self.must_be(
            at,
            &[State::Connected, State::Hold],
            StateError::InvalidActiveConnectionState,
        )?;
        if self.sort(number).is_none() && !number.starts_with(crate::sim::csta::site::OUTSIDE) {
            return Err(refuse(OperationError::InvalidDestination));
        }
        let Some(call) = self.calls.get(&at.call) else {
            return Err(refuse(OperationError::InvalidCallId));
        };
        let old = self.connection(call, &at.device);
        let (calling, called, linkage) = (call.calling.clone(), call.called.clone(), call.linkage);
        let correlator = call.correlator.clone();
        let target = match self.quirks.new_call_ids {
            true => self.new_call(calling, &called),
            false => at.call,
        };
        let moving = self.calls.get(&at.call).into_iter().flat_map(|call| call.live());
        let moving: Vec<Leg> = moving.filter(|leg| leg.device != at.device).cloned().collect();
        let mut connections = Vec::new();
        for leg in moving {
            let old = Some(self.connection_of(at.call, &leg));
            connections.push(self.item(target, &leg, old));
            self.put(target, leg);
        }
        connections.push(ConnectionListItem {
            old_connection: Some(old.clone()),
            ..ConnectionListItem::default()
        });
        if let Some(call) = self.calls.get_mut(&target) {
            (call.linkage, call.correlator) = (linkage, correlator);
        }
        self.set(at, State::Null);
        let event = Event::Transferred(Box::new(TransferredEvent {
            primary_old_call: old,
            transferring_device: self.extended(&at.device),
            transferred_to_device: self.extended(number),
            transferred_connections: ConnectionList(connections),
            cause: Some(EventCause::SingleStepTransfer),
            ..TransferredEvent::default()
        }));
        self.tell(&[target, at.call], &[&at.device], &event);
        self.drop_merged(target, &[at.call], &at.device);
        self.redirected(target, &at.device);
        self.route(target, number, EventCause::SingleStepTransfer);
        Ok(At {
            call: target,
            device: number.to_owned(),
        })
    }
}
