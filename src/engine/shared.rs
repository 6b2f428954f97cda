//! Two connections may be served by one leg of the switch, each in a call of its own: in one of them the telephone talks, in the other
//! it holds. So it is when a telephone consults by a feature code, and when the switch has it consult. One of the two calls consults
//! about the other, always; which connections they are shows in what serves them. What may be asked of one depends on the other.
//!
//! On other switches each call of a telephone has a connection of its own (`LinkFact::Apart`): any call that is held stands beside any that
//! is not, and each can be asked for things by itself.

use super::call::Held;
use super::{Engine, Group, permit};
use crate::model::{CallId, Connection, ConnectionId, ConnectionState, Data, DeviceId, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// What of a call depends on where the switch keeps it, and with which others.
#[derive(Clone, Default)]
pub(super) struct Shared {
    /// The connections whose leg serves one of another call, too; or whose telephone has one there, of which one is held.
    pub(super) beside: BTreeMap<ConnectionId, Vec<Beside>>,
    /// Each call of a telephone has a connection of its own.
    pub(super) apart: bool,
    /// The telephones in the call, as they are in [`Lines`].
    pub(super) stations: BTreeSet<DeviceId>,
    /// It is a conference that the switch keeps: anybody may leave it for another call, and come back.
    pub(super) conference: bool,
}

impl Shared {
    /// What stands beside this connection.
    pub(super) fn beside(&self, connection: ConnectionId) -> &[Beside] {
        self.beside.get(&connection).map_or(&[], Vec::as_slice)
    }
}

/// The calls in which each telephone is, where each of them has a connection of its own.
#[derive(Default)]
pub(super) struct Lines(BTreeMap<DeviceId, BTreeSet<CallId>>);

/// The other connection that a leg serves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Beside {
    pub(super) connection: ConnectionId,
    pub(super) call: CallId,
    pub(super) hold: Hold,
    /// The other call is a conference that the switch keeps.
    pub(super) conference: bool,
}

/// Who holds, and which of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// The telephone itself holds one: nothing can be done to one of the two alone.
    ByPhone,
    /// The switch holds this one for it.
    This,
    /// The switch holds the other one for it.
    Other,
}

impl Engine {
    /// Looks which connections of a call are served together with one of another call, and brings what may be asked there up to date.
    pub(super) fn share(&mut self, id: CallId, group: &mut Group) {
        self.follow_lines(id);
        let Some(held) = self.calls.get(&id) else { return };
        let lines = held
            .shared
            .stations
            .iter()
            .filter_map(|device| self.lines.0.get(device));
        let lines = lines.flatten().copied().filter(|call| *call != id);
        let about = held.call.linkage.consultation_of;
        // A call that is consulted about learns of it from the one that consults.
        let partners: BTreeSet<CallId> = held
            .shared
            .beside
            .values()
            .flatten()
            .map(|beside| beside.call)
            .chain(about)
            .chain(lines)
            .collect();
        for partner in partners {
            let (mine, theirs) = match (self.calls.get(&id), self.calls.get(&partner)) {
                (Some(held), Some(other)) if self.offered.apart => (apart(held, other), apart(other, held)),
                (Some(held), Some(other)) => (together(held, other), together(other, held)),
                _ => Default::default(),
            };
            self.mark(id, partner, mine);
            if self.mark(partner, id, theirs) {
                self.permit_beside(partner, group);
            }
        }
    }

    /// Notes what a call shares with another one. Did it change?
    fn mark(&mut self, id: CallId, with: CallId, marks: BTreeMap<ConnectionId, Beside>) -> bool {
        let Some(held) = self.calls.get_mut(&id) else {
            return false;
        };
        let is_with = |beside: &Beside| beside.call == with;
        let shared = &mut held.shared.beside;
        let all = shared
            .iter()
            .flat_map(|(id, all)| all.iter().map(move |beside| (id, beside)));
        if all.filter(|(_, beside)| is_with(beside)).eq(marks.iter()) {
            return false;
        }
        shared.retain(|_, all| {
            all.retain(|beside| !is_with(beside));
            !all.is_empty()
        });
        for (id, beside) in marks {
            shared.entry(id).or_default().push(beside);
        }
        true
    }

    /// Brings up to date in which calls the telephones of this one are.
    fn follow_lines(&mut self, id: CallId) {
        let apart = self.offered.apart;
        let Some(held) = self.calls.get_mut(&id).filter(|_| apart) else {
            return;
        };
        held.shared.apart = apart;
        let stations = held.call.connections.iter().filter(|c| c.kind == Kind::Station);
        let now: BTreeSet<DeviceId> = stations.filter_map(|c| c.device.clone()).collect();
        if now == held.shared.stations {
            return;
        }
        let before = std::mem::replace(&mut held.shared.stations, now.clone());
        for gone in before.difference(&now) {
            if let Some(calls) = self.lines.0.get_mut(gone) {
                calls.remove(&id);
                if calls.is_empty() {
                    self.lines.0.remove(gone);
                }
            }
        }
        for device in now {
            self.lines.0.entry(device).or_default().insert(id);
        }
    }

    /// Whether the switch keeps a call as a conference: what may be asked of it depends on it, and of the calls of those who left it.
    pub(super) fn kept(&mut self, id: CallId, conference: bool, group: &mut Group) {
        let held = self
            .calls
            .get_mut(&id)
            .filter(|held| held.shared.conference != conference);
        let Some(held) = held else { return };
        held.shared.conference = conference;
        self.permit_beside(id, group);
        self.share(id, group);
    }

    /// What may be asked of a call changed by what the group tells of another one: where it tells of this one, too, it tells so there.
    pub(super) fn permit_beside(&mut self, id: CallId, group: &mut Group) {
        let Some(held) = self.calls.get_mut(&id).filter(|held| held.told) else {
            return;
        };
        if permit::refresh(&mut held.call, &self.offered, &held.shared) && !group.amend(&held.call) {
            group.informed.insert(id);
        }
    }
}

impl Group {
    /// Brings what the group tells last of a call up to date. False: it tells nothing of it.
    fn amend(&mut self, call: &crate::model::Call) -> bool {
        let told = self.events.iter_mut().rev().find_map(|event| match &mut event.data {
            Data::Call(data) if data.call.id == call.id => Some(data),
            _ => None,
        });
        let Some(told) = told else { return false };
        let shown = told.call.connections.iter_mut().chain(&mut told.connection);
        for connection in shown {
            if let Some(now) = call.connections.iter().find(|c| c.id == connection.id) {
                connection.services_permitted = now.services_permitted;
            }
        }
        true
    }
}

/// The connections among those of one call whose leg serves one of another, too.
fn together(held: &Held, with: &Held) -> BTreeMap<ConnectionId, Beside> {
    let (call, other) = (&held.call, &with.call);
    let beside = |c: &Connection| {
        let serves = |other: &&Connection| c.native_ids.iter().any(|id| other.native_ids.contains(id));
        let kept = with.shared.conference;
        let mut persons = other.connections.iter().filter(|other| other.kind.is_person());
        let with = persons.find(serves)?;
        let hold = match (is_held(c), is_held(with)) {
            (true, _) => Hold::This,
            (false, true) => Hold::Other,
            (false, false) => Hold::ByPhone,
        };
        Some(Beside {
            connection: with.id,
            call: other.id,
            hold,
            conference: kept,
        })
    };
    let persons = call.connections.iter().filter(|c| c.kind.is_person());
    persons.filter_map(|c| Some((c.id, beside(c)?))).collect()
}

/// The connections among those of one call whose telephone has one in another, where each is its own: of the two one is held, and the
/// other is not.
fn apart(held: &Held, with: &Held) -> BTreeMap<ConnectionId, Beside> {
    let beside = |c: &Connection| {
        let same =
            |other: &&Connection| other.kind == Kind::Station && other.device.is_some() && other.device == c.device;
        let with_call = with.call.id;
        let with = with.call.connections.iter().find(same)?;
        let talks = |c: &Connection| matches!(c.state, ConnectionState::Connected | ConnectionState::Initiated);
        let hold = match (is_held(c), is_held(with)) {
            (true, false) if talks(with) => Hold::This,
            (false, true) => Hold::Other,
            _ => return None,
        };
        Some(Beside {
            connection: with.id,
            call: with_call,
            hold,
            conference: false,
        })
    };
    let stations = held.call.connections.iter().filter(|c| c.kind == Kind::Station);
    stations.filter_map(|c| Some((c.id, beside(c)?))).collect()
}

/// Does the switch hold this one, so that whoever is there talks to nobody in that call?
pub(super) fn is_held(connection: &Connection) -> bool {
    connection.state == ConnectionState::Hold && connection.hold_by.as_deref() == Some("switch")
}
