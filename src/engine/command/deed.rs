//! What is asked of one connection: by its state and that of the others in the call, in the keys of the switch.

use super::{Entries, No, Pending, Target, pending};
use crate::engine::call::Held;
use crate::engine::shared::Hold;
use crate::engine::{Engine, permit};
use crate::model::{
    Ask, CallId, Connection, ConnectionId, ConnectionKey, ConnectionState, Deed, Denial, Service, Text,
};
use std::collections::BTreeSet;

impl Engine {
    pub(super) fn connection_deed(
        &self,
        call: CallId,
        id: ConnectionId,
        deed: &Deed,
        service: Service,
    ) -> Result<(Ask, Pending), No> {
        // A merge may have moved it while the command was on its way.
        let has = |held: &&Held| held.connections.contains_key(&id);
        let held = self
            .calls
            .get(&call)
            .filter(has)
            .or_else(|| self.calls.values().find(has));
        let Some(held) = held else {
            let was = |held: &Held| held.call.history.iter().any(|c| c.id == id);
            let denial = match self.calls.get(&call) {
                None => Denial::CallEnded,
                Some(held) if was(held) => Denial::State(Text::from("the connection ended; the call goes on")),
                Some(_) => Denial::NoConnection,
            };
            return Err((denial, Some(call)));
        };
        let call = held.call.id;
        let connection = held.call.connections.iter().find(|c| c.id == id);
        let (Some(connection), Some(key)) = (connection, held.connections.get(&id).cloned()) else {
            return Err((Denial::NoConnection, Some(call)));
        };
        let why = permit::why_not(service, &held.call, connection, &held.shared);
        if let Some(why) = why.or_else(|| self.offered.why_not(service, connection)) {
            let permitted: Vec<&str> = connection.services_permitted.iter().map(Service::as_str).collect();
            let why = format!(
                "{} is not possible now: {why}; permitted: {}",
                service.as_str(),
                if permitted.is_empty() {
                    "nothing".to_owned()
                } else {
                    permitted.join(", ")
                }
            );
            return Err((Denial::State(Text::from(why)), Some(call)));
        }
        let mut acts_on = BTreeSet::from([id]);
        let (mut missing, mut slot, mut rings) = (0, None, None);
        let mut user_data = Entries::new();
        let mut wanted = Vec::new();
        let mut about = call;
        let beside = held
            .shared
            .beside(id)
            .iter()
            .filter(|beside| beside.hold == Hold::Other);
        let two = || -> Result<(ConnectionId, CallId, ConnectionKey), No> {
            let named = match deed {
                Deed::Alternate { held } | Deed::Reconnect { held } => *held,
                Deed::Transfer { held } | Deed::Conference { held } => Some(*held),
                _ => None,
            };
            let mut all = beside.filter(|beside| named.is_none_or(|named| named == beside.connection));
            let beside = all.next().ok_or_else(|| {
                let why = "heldConnection is not the one that the switch holds for this telephone";
                (Denial::State(Text::from(why)), Some(call))
            })?;
            if all.next().is_some() {
                let why = "several calls are held for this telephone: the id of one of their connections was expected";
                return Err((Denial::Field("heldConnection", Text::from(why)), Some(call)));
            }
            let other = self.calls.get(&beside.call);
            let key = other.and_then(|other| other.connections.get(&beside.connection));
            let key = key.ok_or((Denial::NoConnection, Some(call)))?;
            Ok((beside.connection, beside.call, key.clone()))
        };
        let ask = match deed {
            Deed::Answer => Ask::Answer(key),
            Deed::Consult { to, user_data: data } => {
                let entries = data.iter().map(|(name, value)| (name.clone(), Some(value.clone())));
                user_data.extend(entries);
                acts_on.extend(permit::other(&held.call, connection).map(|c| c.id));
                Ask::Consult {
                    connection: key,
                    to: to.clone(),
                }
            }
            Deed::Alternate { .. } | Deed::Reconnect { .. } | Deed::Transfer { .. } | Deed::Conference { .. } => {
                let (other, of, held_key) = two()?;
                acts_on.extend(held.call.connections.iter().map(|c| c.id));
                let others = self.calls.get(&of).into_iter().flat_map(|held| &held.call.connections);
                acts_on.extend(others.map(|c| c.id));
                about = of;
                let (active, held) = (key, held_key);
                match deed {
                    Deed::Alternate { .. } => {
                        wanted = vec![(id, ConnectionState::Hold), (other, ConnectionState::Connected)];
                        Ask::Alternate { active, held }
                    }
                    Deed::Reconnect { .. } => {
                        wanted = vec![(id, ConnectionState::Null), (other, ConnectionState::Connected)];
                        Ask::Reconnect { active, held }
                    }
                    Deed::Transfer { .. } => Ask::Transfer { active, held },
                    _ => Ask::Conference { active, held },
                }
            }
            Deed::Clear => Ask::Clear(vec![key]),
            Deed::Hold | Deed::Retrieve => {
                let other = permit::other(&held.call, connection);
                acts_on.extend(other.map(|c| c.id));
                let other = other.and_then(|c| held.connections.get(&c.id).cloned());
                match deed {
                    Deed::Hold => Ask::Hold { connection: key, other },
                    _ => Ask::Retrieve { connection: key, other },
                }
            }
            Deed::Deflect { to } => Ask::Deflect {
                connection: key,
                to: to.clone(),
            },
            Deed::SingleStepTransfer { to } => {
                let Some((other, id)) = other_of(held, connection) else {
                    return Err((Denial::NoConnection, Some(call)));
                };
                acts_on.insert(id);
                Ask::SingleStepTransfer {
                    connection: key,
                    other,
                    to: to.clone(),
                }
            }
            Deed::DirectedPickup { by } => {
                if connection.device.as_ref() == Some(by) {
                    let why = "it rings at this device already: answer it there";
                    return Err((Denial::State(Text::from(why)), Some(call)));
                }
                rings = Some(by.clone());
                Ask::Pickup {
                    by: by.clone(),
                    target: Some(key),
                }
            }
            Deed::SingleStepConference { device, participation } => {
                if held.call.connections.iter().any(|c| c.device.as_ref() == Some(device)) {
                    let why = "the device takes part in the call already";
                    return Err((Denial::State(Text::from(why)), Some(call)));
                }
                // The call goes on as it is, whatever others do there.
                acts_on.clear();
                rings = Some(device.clone());
                Ask::Supervise {
                    device: device.clone(),
                    watched: key,
                    participation: *participation,
                }
            }
            Deed::Park { to } => {
                let Some((other, id)) = other_of(held, connection) else {
                    return Err((Denial::NoConnection, Some(call)));
                };
                acts_on.insert(id);
                slot = to.as_ref().map(|to| Text::from(to.as_str()));
                Ask::Park {
                    connection: key,
                    other,
                    to: to.clone(),
                }
            }
            Deed::GenerateDigits { digits } => {
                missing = digits.len();
                Ask::GenerateDigits {
                    connection: key,
                    digits: digits.clone(),
                }
            }
            Deed::Mute | Deed::Unmute => Ask::Mute {
                connection: key,
                on: *deed == Deed::Mute,
            },
            Deed::StartRecording | Deed::StopRecording | Deed::PauseRecording | Deed::ResumeRecording => Ask::Record {
                connection: key,
                call,
                service,
            },
        };
        self.free(&acts_on, call)?;
        if let Some(device) = &rings {
            self.rung(device)?;
        }
        // A new call is what a consultation makes.
        let target = match deed {
            Deed::Consult { .. } => Target::Birth,
            _ => Target::Connection(id),
        };
        let mut pending = pending(service, target)?;
        pending.rings = rings;
        pending.call = Some(about);
        pending.user_data = user_data;
        pending.wanted = wanted;
        pending.known = held
            .call
            .connections
            .iter()
            .chain(&held.call.history)
            .map(|c| c.id)
            .collect();
        pending.acts_on = acts_on;
        pending.missing = missing;
        pending.slot = slot;
        Ok((ask, pending))
    }
}

/// The one other person who takes part.
fn other_of(held: &Held, connection: &Connection) -> Option<(ConnectionKey, ConnectionId)> {
    let other = permit::other(&held.call, connection)?;
    Some((held.connections.get(&other.id)?.clone(), other.id))
}
