//! Two connections may be served by one leg of the switch: one that holds, and one of the call that consults. What was asked of one would be
//! done to the other, so nothing is offered of either until one of them ends.

use super::{Engine, Group, permit};
use crate::model::{CallId, Connection, ConnectionId};
use std::collections::BTreeSet;

impl Engine {
    /// Looks which connections of a call are served together with one of the call that it consults about, or that consults about it.
    pub(super) fn share(&mut self, id: CallId, group: &mut Group) {
        let Some(held) = self.calls.get(&id) else { return };
        let of = held.call.linkage.consultation_of;
        if of.is_none() && held.shared.is_empty() {
            return;
        }
        let consulting = || {
            let mut calls = self.calls.values();
            calls.find(|other| other.call.linkage.consultation_of == Some(id))
        };
        let Some(other) = of.and_then(|of| self.calls.get(&of)).or_else(consulting) else {
            self.calls.entry(id).and_modify(|held| held.shared.clear());
            return;
        };
        let partner = other.call.id;
        let mine = together(&held.call.connections, &other.call.connections);
        let theirs = together(&other.call.connections, &held.call.connections);
        if let Some(held) = self.calls.get_mut(&id) {
            held.shared = mine;
        }
        // What is not shared any more is offered again with the next event of that call.
        if let Some(other) = self.calls.get_mut(&partner)
            && !theirs.is_subset(&other.shared)
        {
            other.shared.extend(theirs);
            if permit::refresh(&mut other.call, &self.offered, &other.shared) && other.told {
                group.informed.insert(partner);
            }
        }
    }
}

/// The connections among `of` whose leg serves one of `with`, too.
fn together(of: &[Connection], with: &[Connection]) -> BTreeSet<ConnectionId> {
    let serves = |c: &&Connection| {
        with.iter()
            .any(|other| c.native_ids.iter().any(|id| other.native_ids.contains(id)))
    };
    of.iter().filter(serves).map(|c| c.id).collect()
}
