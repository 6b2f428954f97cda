//! What is asked for of calls as a whole, and what every order has to pass first: the switch is heard, it offers that, and nobody else is at
//! work there.

use super::{AT_ONCE, Entries, No, Pending, Target, pending, settled};
use crate::engine::call::Held;
use crate::engine::prove;
use crate::engine::{Engine, Group, permit};
use crate::model::{
    Ask, Batch, CallId, Command, Connection, ConnectionId, ConnectionKey, Data, Denial, DeviceId, NewCall, Now, Order,
    Service, Settled, SwitchState, Text, Verdict,
};
use std::collections::BTreeSet;

impl Engine {
    /// The service, where the switch is heard and offers it.
    pub(super) fn allowed(&self, order: &Order) -> Result<Service, No> {
        if let Some(why) = self.stops {
            return Err((Denial::Unreachable(Text::from(why)), None));
        }
        if self.switch.state != SwitchState::Up || self.rereads {
            let why = self
                .reason
                .as_deref()
                .unwrap_or("it is being read what it has, ask again in a moment");
            let why = format!("the switch {} is not heard: {why}", self.switch.name);
            return Err((Denial::Unreachable(Text::from(why)), None));
        }
        let Some(service) = order.service() else {
            return Err((Denial::NotSupported(Text::from("no switch is asked for it")), None));
        };
        let capability = self.switch.capabilities.get(service.as_str());
        match capability {
            Some(capability) if capability.available && prove::row(service).is_some() => {}
            capability => {
                let why = capability
                    .and_then(|c| c.why.as_deref())
                    .unwrap_or("the switch does not offer it");
                return Err((Denial::NotSupported(Text::from(why)), None));
            }
        }
        if self.commands.at_work().count() >= AT_ONCE {
            return Err((Denial::TooMany(AT_ONCE), None));
        }
        Ok(service)
    }

    pub(super) fn make(&self, new: &NewCall) -> Result<(Ask, Pending), No> {
        self.rung(&new.calling)?;
        let mut pending = pending(Service::MakeCall, Target::Birth)?;
        pending.rings = Some(new.calling.clone());
        let entries = new
            .user_data
            .iter()
            .map(|(name, value)| (name.clone(), Some(value.clone())));
        pending.user_data = entries.collect();
        Ok((Ask::MakeCall(Box::new(new.clone())), pending))
    }

    /// Is nobody else having the telephone rung? Two who do would not know whose call is answered.
    pub(super) fn rung(&self, device: &DeviceId) -> Result<(), No> {
        let same = |pending: &Pending| pending.rings.as_ref() == Some(device);
        if self.commands.at_work().any(same) {
            let why = format!("a call of {device} is being made");
            return Err((Denial::Busy(Text::from(why)), None));
        }
        Ok(())
    }

    /// Takes to a device what rings in its group. Which that is the switch knows; that nothing rings anywhere is known here.
    pub(super) fn group_pickup(&self, by: &DeviceId) -> Result<(Ask, Pending), No> {
        let rings = |held: &Held| {
            let mut all = held.call.connections.iter();
            all.any(|c| permit::why_not(Service::DirectedPickupCall, &held.call, c, &held.shared).is_none())
        };
        if !self.calls.values().any(rings) {
            return Err((Denial::State(Text::from("no telephone rings")), None));
        }
        self.rung(by)?;
        let mut pending = pending(Service::GroupPickupCall, Target::Birth)?;
        pending.rings = Some(by.clone());
        let ask = Ask::Pickup {
            by: by.clone(),
            target: None,
        };
        Ok((ask, pending))
    }

    pub(super) fn clear_call(&self, id: CallId) -> Result<(Ask, Pending), No> {
        let held = self.calls.get(&id).ok_or((Denial::NoCall, Some(id)))?;
        let why_not = |c: &Connection| permit::why_not(Service::ClearConnection, &held.call, c, &held.shared);
        let clearable = |c: &&Connection| why_not(c).is_none();
        let acts_on: BTreeSet<ConnectionId> = held.call.connections.iter().filter(clearable).map(|c| c.id).collect();
        let keys: Vec<ConnectionKey> = acts_on
            .iter()
            .filter_map(|id| held.connections.get(id).cloned())
            .collect();
        if keys.is_empty() {
            let why = Text::from("nobody is in the call whom the switch could be asked to clear");
            return Err((Denial::State(why), Some(id)));
        }
        self.free(&acts_on, id)?;
        let mut pending = pending(Service::ClearCall, Target::Call(acts_on.clone()))?;
        pending.call = Some(id);
        pending.acts_on = acts_on;
        Ok((Ask::Clear(keys), pending))
    }

    /// Is nobody else at work on these connections? Two who act on one would not know whose deed they see.
    pub(super) fn free(&self, acts_on: &BTreeSet<ConnectionId>, call: CallId) -> Result<(), No> {
        match self
            .commands
            .at_work()
            .find(|pending| !pending.acts_on.is_disjoint(acts_on))
        {
            None => Ok(()),
            Some(other) => {
                let why = format!(
                    "{} is at work there: see how it comes out, then ask again",
                    other.row.service.as_str()
                );
                Err((Denial::Busy(Text::from(why)), Some(call)))
            }
        }
    }

    /// Attaches data for an application: the bridge's own deed, which no switch has a say in.
    pub(super) fn attach(&mut self, command: &Command, call: CallId, entries: Entries, now: Now) -> Batch {
        let Some(held) = self.calls.get(&call) else {
            return self.over(command.id, Verdict::Denied(Denial::NoCall), Some(call));
        };
        if let Err(size) = held.holds(&entries) {
            return self.over(command.id, Verdict::Denied(Denial::TooMuchData(size)), Some(call));
        }
        let Some(key) = held.keys.first().cloned() else {
            return self.over(command.id, Verdict::Denied(Denial::NoCall), Some(call));
        };
        let mut group = Group::new(now, None);
        self.user_data(&key, entries, &mut group);
        for event in &mut group.events {
            event.request_id = Some(command.request_id.clone());
            if let Data::Call(data) = &mut event.data {
                data.requested_by = Some(command.requested_by.clone());
            }
        }
        let proof = group.events.len().checked_sub(1);
        group.settled.push(Settled {
            proof,
            ..settled(command.id, Verdict::Done, Some(call))
        });
        match self.batch(group) {
            Some(batch) => batch,
            None => self.over(command.id, Verdict::Done, Some(call)),
        }
    }
}
