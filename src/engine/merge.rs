//! Which call survives when two become one: the call that the other consults about; else the only one with an outside party;
//! else the earlier, then the smaller id. The other ends in the same group and names the survivor.

use super::outcome::Passed;
use super::supervise;
use super::{Engine, Group, Said};
use crate::model::{
    Call, CallId, Cause, Connection, ConnectionDirection, ConnectionId, ConnectionKey, ConnectionState, DeviceId,
    EventType, MergeFact, MergeReason, Text, TransferFact,
};

/// A connection that leaves because its device joined the others leaves for a good reason.
const LEAVES: Passed = Passed {
    diverted: false,
    refused: false,
    reached: true,
    others: None,
};

impl Engine {
    /// A party was sent on in one step: the device that did it leaves, the call goes on.
    pub(super) fn transfer(&mut self, fact: &TransferFact, group: &mut Group) {
        let Some((call, id)) = self.by_connection.get(&fact.by).copied() else {
            return;
        };
        let before = self.ids_of(call);
        let cause = Cause::SingleStepTransfer;
        let Some(ended) = self.release(call, id, cause, &LEAVES, group) else {
            return;
        };
        let said = Said {
            cause: Some(cause),
            new_destination: fact.to.clone(),
            transferring_device: ended.device.clone(),
            connection: Some(ended),
            before: Some(before),
            after: Some(self.ids_of(call)),
            ..Said::default()
        };
        self.tell(call, EventType::Transferred, said, group);
    }

    /// Two calls became one.
    pub(super) fn merge(&mut self, fact: &MergeFact, group: &mut Group) {
        let call = |key| self.by_call.get(key).copied();
        let (Some(one), Some(two)) = (call(&fact.calls.0), call(&fact.calls.1)) else {
            return;
        };
        if one == two {
            // They had become one before, while nobody listened; who leaves, leaves.
            for by in &fact.leaving {
                let sent = TransferFact {
                    by: by.clone(),
                    to: None,
                };
                self.transfer(&sent, group);
            }
            return;
        }
        if let Some((survivor, other)) = self.survivor(one, two) {
            self.unite(survivor, other, fact.reason, &fact.leaving, fact.by.clone(), group);
        }
    }

    /// `other` ends, and goes on as `survivor`.
    pub(super) fn unite(
        &mut self,
        survivor: CallId,
        other: CallId,
        reason: MergeReason,
        leaving: &[ConnectionKey],
        by: Option<DeviceId>,
        group: &mut Group,
    ) {
        let cause = match reason {
            MergeReason::Transfer => Cause::Transfer,
            MergeReason::Conference => Cause::Conference,
            MergeReason::Pickup => Cause::CallPickup,
            MergeReason::Retrieve => Cause::Park,
            MergeReason::Supervision(participation) => supervise::cause(participation),
        };
        let before = self.ids_of(survivor);
        for key in leaving {
            self.leave(key, cause, group);
        }
        let takes = matches!(reason, MergeReason::Pickup | MergeReason::Retrieve);
        let moved = self.move_all(other, survivor, takes, by.as_ref(), group);
        let after = Some(self.ids_of(survivor));
        match reason {
            MergeReason::Transfer | MergeReason::Conference | MergeReason::Supervision(_) => {
                let transfers = reason == MergeReason::Transfer;
                let kind = if transfers {
                    EventType::Transferred
                } else {
                    EventType::Conferenced
                };
                let said = Said {
                    connection: moved.first().cloned(),
                    cause: Some(cause),
                    transferring_device: by.clone().filter(|_| transfers),
                    conferencing_device: by.filter(|_| !transfers),
                    before: Some(before),
                    after,
                    ..Said::default()
                };
                self.tell(survivor, kind, said, group);
            }
            MergeReason::Pickup | MergeReason::Retrieve => {
                for connection in moved {
                    let said = Said {
                        connection: Some(connection),
                        cause: Some(cause),
                        ..Said::default()
                    };
                    self.tell(survivor, EventType::Established, said, group);
                }
            }
        }
        if let Some(held) = self.calls.get_mut(&other) {
            held.call.linkage.merged_into = Some(survivor);
        }
        let keys = self.calls.get(&other).map(|held| held.keys.clone()).unwrap_or_default();
        self.clear(other, Some(cause), group);
        if let Some(held) = self.calls.get_mut(&survivor) {
            self.by_call.extend(keys.iter().map(|key| (key.clone(), survivor)));
            held.keys.extend(keys);
            held.keys_changed = true;
        }
    }

    pub(super) fn survivor(&self, one: CallId, two: CallId) -> Option<(CallId, CallId)> {
        let (a, b) = (self.calls.get(&one)?, self.calls.get(&two)?);
        let first = match () {
            () if b.call.linkage.consultation_of == Some(one) => true,
            () if a.call.linkage.consultation_of == Some(two) => false,
            () if a.has_outside() != b.has_outside() => a.has_outside(),
            () => (a.call.started_at, one) <= (b.call.started_at, two),
        };
        Some(if first { (one, two) } else { (two, one) })
    }

    fn leave(&mut self, key: &ConnectionKey, cause: Cause, group: &mut Group) {
        if let Some((call, id)) = self.by_connection.get(key).copied() {
            self.release(call, id, cause, &LEAVES, group);
        }
    }

    /// Moves the live connections of one call to another; they keep their ids. Who joined them (`by`) listens again. Who took the call over
    /// (`takes`) is one whom it came to.
    fn move_all(
        &mut self,
        from: CallId,
        to: CallId,
        takes: bool,
        by: Option<&DeviceId>,
        group: &mut Group,
    ) -> Vec<Connection> {
        let Some(source) = self.calls.get_mut(&from) else {
            return Vec::new();
        };
        let mut moved = std::mem::take(&mut source.call.connections);
        let keys = std::mem::take(&mut source.connections);
        let data = std::mem::take(&mut source.call.user_data);
        let natives = source.call.native_ids.clone();
        let (queue, queued_at) = (source.call.queue.clone(), source.call.queued_at);
        let mut ancestors = source.call.linkage.merged_from.clone();
        ancestors.push(from);
        for (id, key) in &keys {
            self.by_connection.insert(key.clone(), (to, *id));
        }
        let Some(target) = self.calls.get_mut(&to) else {
            return Vec::new();
        };
        let time = target.time(group);
        for connection in moved.iter_mut().filter(|_| takes) {
            connection.direction = ConnectionDirection::Incoming;
            connection.connected_at = Some(time);
            if group.reconstructed {
                connection.uncertain = ["since", "connectedAt"].map(Text::from).to_vec();
            }
        }
        for connection in target.call.connections.iter_mut().chain(&mut moved) {
            if connection.state == ConnectionState::Hold && connection.device.as_ref() == by {
                connection.state = ConnectionState::Connected;
                connection.since = time;
                connection.hold_by = None;
            }
        }
        target.connections.extend(keys);
        target.keys_changed = true;
        for native in natives {
            if !target.call.native_ids.contains(&native) {
                target.call.native_ids.push(native);
            }
        }
        target.call.queue = queue.or(target.call.queue.take());
        target.call.queued_at = target.call.queued_at.or(queued_at);
        for (name, value) in data {
            target.call.user_data.entry(name).or_insert(value);
        }
        target.call.linkage.merged_from.extend(ancestors);
        target.call.connections.extend(moved.iter().cloned());
        group.touched.insert(to);
        moved
    }

    fn ids_of(&self, call: CallId) -> Vec<ConnectionId> {
        let connections = |call: &Call| call.connections.iter().map(|c| c.id).collect();
        self.calls
            .get(&call)
            .map(|held| connections(&held.call))
            .unwrap_or_default()
    }
}
