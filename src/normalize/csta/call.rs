//! What is known of the calls of a CSTA switch: as much as it takes to understand the next event.

use crate::model::{CallKey, Cause, ConnectionDirection, ConnectionKey, Kind, Party, Services, Text};
use lineside_csta::types::{ConnectionId, LocalConnectionState as State};
use lineside_wire::Tick;
use std::collections::{BTreeMap, BTreeSet};

/// A connection.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    /// Its name, which follows from what the switch calls it.
    pub(super) name: ConnectionKey,
    /// The same made unique: a device that comes back to a call has its old name there.
    pub(super) key: ConnectionKey,
    /// What the switch calls it, to be given back as it came. `None`: nobody told.
    pub(super) native: Option<ConnectionId>,
    /// The key of the device, where it is one of the switch.
    pub(super) device: Option<Text>,
    pub(super) kind: Kind,
    pub(super) party: Party,
    pub(super) state: State,
    pub(super) direction: ConnectionDirection,
    /// Who told that it is over.
    pub(super) over: Option<Over>,
    /// Why it rang.
    pub(super) rung: Option<Cause>,
    /// What may be asked of it, as the switch says; `None`: it does not.
    pub(super) permitted: Option<Services>,
    /// What was told of that last.
    pub(super) told: Services,
    /// It waits in a queue, and the switch sent it on to somebody who rings: it leaves when somebody answers.
    pub(super) leaves: Option<Cause>,
    /// It has to be there, though nobody told of it.
    pub(super) assumed: bool,
    /// It was known when it was asked anew what there is, and nobody has said since that it is there.
    pub(super) doubted: bool,
    /// Its own monitor told that it began the call.
    pub(super) begun: bool,
    /// It was concluded that it was there and is no more: until when its own monitor may tell that late.
    pub(super) late: Option<Tick>,
    /// It was asked for that it ends: until when that is because of it.
    pub(super) ends: Option<Tick>,
}

impl Leg {
    /// Is it that of this device, or of somebody outside with this number?
    pub(super) fn is_at(&self, number: &str) -> bool {
        let own = || self.party.number.as_ref().is_some_and(|own| &***own == number);
        self.device.as_deref() == Some(number) || own()
    }

    /// Somebody or something is still there.
    pub(super) fn is_live(&self) -> bool {
        self.state != State::Null
    }
}

/// A connection ended.
#[derive(Clone, Debug)]
pub(super) struct Over {
    /// The device whose monitor told.
    pub(super) told_by: Option<Text>,
}

/// A call.
#[derive(Clone, Debug, Default)]
pub(super) struct Call {
    pub(super) legs: Vec<Leg>,
    /// What was told of it as a whole.
    pub(super) calling: Option<Party>,
    pub(super) called: Option<Party>,
    pub(super) user_data: BTreeMap<Text, Text>,
    /// Who made it was told of, though he may have left.
    pub(super) has_caller: bool,
    /// How often a device came back to it.
    pub(super) returns: u32,
    /// Its name was that of another call a while ago: which time that is.
    pub(super) nth: u32,
    /// By this name it outlives transfers.
    pub(super) linkage: Option<Text>,
    /// It was asked who is in it.
    pub(super) asked: bool,
    /// The queue to which it was transferred, which may tell of it later than who is rung by it.
    pub(super) sent_to: Option<Text>,
    /// It was transferred, and the switch did not say how it calls it now.
    pub(super) nameless: bool,
}

impl Call {
    /// Somebody comes to it.
    pub(super) fn add(&mut self, leg: Leg) {
        let key = self.key(&leg.name, 0);
        self.legs.push(Leg { key, ..leg });
    }

    /// The name of a connection, made unique: the switch may have had it before.
    pub(super) fn key(&self, name: &ConnectionKey, returns: u32) -> ConnectionKey {
        match (self.nth, returns) {
            (0, 0) => name.clone(),
            (0, returns) => ConnectionKey(Text::from(format!("{}#{returns}", name.0))),
            (nth, returns) => ConnectionKey(Text::from(format!("{}#{nth}.{returns}", name.0))),
        }
    }

    pub(super) fn leg(&self, name: &ConnectionKey) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.name == *name)
    }

    pub(super) fn leg_mut(&mut self, name: &ConnectionKey) -> Option<&mut Leg> {
        self.legs.iter_mut().find(|leg| leg.name == *name)
    }

    pub(super) fn live(&self) -> impl Iterator<Item = &Leg> {
        self.legs.iter().filter(|leg| leg.is_live())
    }

    /// The connection of a device, or of somebody outside with this number.
    pub(super) fn at(&self, number: &str) -> Option<&Leg> {
        self.live().find(|leg| leg.is_at(number))
    }

    /// Who made the call.
    pub(super) fn caller(&self) -> Option<&Leg> {
        self.live().find(|leg| leg.direction == ConnectionDirection::Outgoing)
    }
}

/// All calls, by the names that the switch has for them now.
#[derive(Debug, Default)]
pub(super) struct Calls {
    all: BTreeMap<CallKey, Call>,
    /// Those in which each device is, and the other way round: what is told of one device must not cost by the calls of the others.
    of_device: BTreeMap<Text, BTreeSet<CallKey>>,
    devices: BTreeMap<CallKey, BTreeSet<Text>>,
    /// Calls that may have changed since that was written down.
    stale: BTreeSet<CallKey>,
}

impl Calls {
    pub(super) fn get(&self, key: &CallKey) -> Option<&Call> {
        self.all.get(key)
    }

    pub(super) fn get_mut(&mut self, key: &CallKey) -> Option<&mut Call> {
        let call = self.all.get_mut(key)?;
        self.stale.insert(key.clone());
        Some(call)
    }

    pub(super) fn entry(&mut self, key: &CallKey) -> &mut Call {
        self.stale.insert(key.clone());
        self.all.entry(key.clone()).or_default()
    }

    pub(super) fn remove(&mut self, key: &CallKey) -> Option<Call> {
        let call = self.all.remove(key)?;
        self.stale.insert(key.clone());
        Some(call)
    }

    pub(super) fn insert(&mut self, key: CallKey, call: Call) {
        self.stale.insert(key.clone());
        self.all.insert(key, call);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&CallKey, &Call)> {
        self.all.iter()
    }

    /// All of them. Who is in which stays as it is.
    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut Call> {
        self.all.values_mut()
    }

    /// The same with their names.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&CallKey, &mut Call)> {
        self.all.iter_mut()
    }

    pub(super) fn clear(&mut self) {
        *self = Calls::default();
    }

    /// Brings what [`Calls::of_device`] knows up to date.
    pub(super) fn note(&mut self) {
        while let Some(key) = self.stale.pop_first() {
            for device in self.devices.remove(&key).into_iter().flatten() {
                if let Some(calls) = self.of_device.get_mut(&device) {
                    calls.remove(&key);
                    if calls.is_empty() {
                        self.of_device.remove(&device);
                    }
                }
            }
            let live = self.all.get(&key).into_iter().flat_map(Call::live);
            let devices: BTreeSet<Text> = live.filter_map(|leg| leg.device.clone()).collect();
            for device in &devices {
                self.of_device.entry(device.clone()).or_default().insert(key.clone());
            }
            if !devices.is_empty() {
                self.devices.insert(key, devices);
            }
        }
    }

    /// The calls in which a device was when that was noted last.
    pub(super) fn of_device(&self, device: &str) -> impl Iterator<Item = (&CallKey, &Call)> {
        let calls = self.of_device.get(device).into_iter().flatten();
        calls.filter_map(|key| self.all.get_key_value(key))
    }

    /// The call in which a device holds, other than `but`.
    pub(super) fn held_by(&self, device: &str, but: &CallKey) -> Option<&CallKey> {
        let holds = |call: &Call| {
            call.live()
                .any(|leg| leg.device.as_deref() == Some(device) && leg.state == State::Hold)
        };
        let mut others = self.all.iter().filter(|(key, _)| *key != but);
        others.find(|(_, call)| holds(call)).map(|(key, _)| key)
    }
}
