//! What is there: devices, calls, monitors. What happens to them is in [`super::acts`]; what is told of it, in [`super::tell`].
use super::agents::Agent;
use super::call::{At, Call, Caller, Leg};
use super::monitors::Monitor;
use super::quirks::Quirks;
use super::site::{Outside, Site, Sort};
use lineside_csta::EventReport;
use lineside_csta::types::{LocalConnectionState as State, OperationError, StateError, UniversalFailure};
use std::collections::{BTreeMap, BTreeSet};

/// Why something cannot be done, as the switch says it.
pub(crate) type Fault = UniversalFailure;

/// What is asked for makes no sense.
pub(super) const fn refuse(error: OperationError) -> Fault {
    UniversalFailure::Operation(error)
}

/// It cannot be done now.
pub(super) const fn wrong_state(error: StateError) -> Fault {
    UniversalFailure::StateIncompatibility(error)
}

/// What a telephone that rings for its own user is to do.
#[derive(Clone, Debug)]
pub(super) enum Prompt {
    Dial(String),
    /// It takes what rings there.
    PickUp(At),
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) quirks: Quirks,
    pub(crate) site: Site,
    pub(crate) calls: BTreeMap<u32, Call>,
    pub(crate) monitors: Vec<Monitor>,
    /// The names of devices that were given out.
    pub(super) given: BTreeSet<String>,
    /// Who is logged on, by the number of the telephone.
    pub(crate) agents: BTreeMap<String, Agent>,
    /// What telephones that ring to make a call, or to take one, do when they are lifted: by that call.
    pub(super) prompts: BTreeMap<u32, Prompt>,
    last_call: u32,
    last_leg: u32,
    pub(super) last_name: u32,
    /// What was told, with the place of the monitor among all.
    pub(super) told: Vec<(usize, EventReport)>,
    /// Devices that were rung or answered, for those who play them.
    pub(super) moved: Vec<(At, State)>,
}

impl World {
    pub(crate) fn new(site: Site, quirks: Quirks, seed: u32) -> Self {
        World {
            quirks,
            site,
            calls: BTreeMap::new(),
            monitors: Vec::new(),
            given: BTreeSet::new(),
            agents: BTreeMap::new(),
            prompts: BTreeMap::new(),
            last_call: seed % 0x4000,
            last_leg: seed,
            last_name: seed % 100,
            told: Vec::new(),
            moved: Vec::new(),
        }
    }

    /// A call that nobody is in yet. In two octets names come again, but not soon.
    pub(super) fn new_call(&mut self, calling: Caller, called: &str) -> u32 {
        loop {
            self.last_call = self.last_call % 0xfffe + 1;
            if !self.calls.contains_key(&self.last_call) {
                break;
            }
        }
        let id = self.last_call;
        let call = Call {
            id,
            linkage: id,
            calling,
            called: called.to_owned(),
            redirected_by: None,
            legs: Vec::new(),
            correlator: None,
            caller_told: false,
            consults: None,
        };
        self.calls.insert(id, call);
        id
    }

    /// A device comes to a call, or comes back.
    pub(super) fn join(&mut self, call: u32, device: &str, state: State, outside: Option<Outside>) -> At {
        self.last_leg = self.last_leg.wrapping_add(1);
        let leg = Leg {
            device: device.to_owned(),
            state: state.clone(),
            dynamic: self.last_leg,
            outside,
            listens_to: None,
            queue: None,
            failed: None,
        };
        let at = At {
            call,
            device: device.to_owned(),
        };
        if let Some(call) = self.calls.get_mut(&call) {
            call.legs.retain(|leg| leg.device != device);
            call.legs.push(leg);
        }
        self.moved.push((at.clone(), state));
        at
    }

    pub(super) fn set(&mut self, at: &At, state: State) {
        if let Some(leg) = self.leg_mut(at) {
            leg.state = state.clone();
        }
        self.moved.push((at.clone(), state));
    }

    pub(super) fn leg(&self, at: &At) -> Option<&Leg> {
        self.calls.get(&at.call)?.leg(&at.device)
    }

    pub(super) fn leg_mut(&mut self, at: &At) -> Option<&mut Leg> {
        self.calls.get_mut(&at.call)?.leg_mut(&at.device)
    }

    pub(super) fn state(&self, at: &At) -> State {
        self.leg(at).map_or(State::Null, |leg| leg.state.clone())
    }

    /// Holds unless the connection is in one of these states.
    pub(super) fn must_be(&self, at: &At, states: &[State], else_say: StateError) -> Result<(), Fault> {
        match states.contains(&self.state(at)) {
            true => Ok(()),
            false => Err(wrong_state(else_say)),
        }
    }

    /// The connections of a device, oldest call first.
    pub(crate) fn connections(&self, device: &str) -> Vec<(At, State)> {
        let mut found = Vec::new();
        for call in self.calls.values() {
            for leg in call.live().filter(|leg| leg.device == device) {
                let at = At {
                    call: call.id,
                    device: device.to_owned(),
                };
                found.push((at, leg.state.clone()));
            }
        }
        found
    }

    /// The newest connection of a device that is in one of these states.
    pub(crate) fn at(&self, device: &str, states: &[State]) -> Option<At> {
        let connections = self.connections(device).into_iter();
        connections
            .rev()
            .find(|(_, state)| states.contains(state))
            .map(|(at, _)| at)
    }

    /// The newest connection of somebody outside.
    pub(crate) fn at_outside(&self, number: &str) -> Option<At> {
        let is = |leg: &&Leg| leg.outside.as_ref().is_some_and(|outside| outside.number == number);
        self.calls.values().rev().find_map(|call| {
            call.live().rfind(is).map(|leg| At {
                call: call.id,
                device: leg.device.clone(),
            })
        })
    }

    /// Can a device take no more calls?
    pub(super) fn is_busy(&self, device: &str) -> bool {
        self.site.devices.get(device).is_some_and(|device| device.engaged) || !self.connections(device).is_empty()
    }

    /// A channel to the outside that is free.
    pub(super) fn free_trunk(&self) -> Option<String> {
        let trunks = self
            .site
            .devices
            .iter()
            .filter(|(_, device)| device.sort == Sort::Trunk && device.in_service);
        let mut free = trunks.filter(|(number, _)| self.connections(number).is_empty());
        free.next().map(|(number, _)| number.clone())
    }

    /// The application is gone, and what it had with it.
    pub(crate) fn is_left(&mut self) {
        self.monitors.clear();
        self.given.clear();
    }

    /// Everything is gone.
    #[cfg(test)]
    pub(super) fn forget(&mut self) {
        self.calls.clear();
        self.prompts.clear();
        self.is_left();
        self.told.clear();
        self.moved.clear();
    }
}
