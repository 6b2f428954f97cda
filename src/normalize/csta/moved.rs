//! Names that calls and connections had before a transfer or a conference. Another monitor may still tell of them.

use crate::model::{CallKey, ConnectionKey, Text};
use lineside_wire::Tick;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// For how long an old name is understood. A switch does not give it to another call so soon.
const STAND: Duration = Duration::from_secs(20);
/// How many are kept at most.
const MOST: usize = 16_384;

#[derive(Debug, Default)]
pub(super) struct Moved {
    calls: BTreeMap<CallKey, CallKey>,
    connections: BTreeMap<ConnectionKey, (CallKey, ConnectionKey)>,
    order: VecDeque<(Tick, CallKey, Vec<ConnectionKey>)>,
}

impl Moved {
    /// From now on a call and its connections have other names.
    pub(super) fn add(
        &mut self,
        now: Tick,
        from: &CallKey,
        to: &CallKey,
        connections: &[(ConnectionKey, ConnectionKey)],
    ) {
        if self.order.len() >= MOST {
            self.drop_first();
        }
        if from != to {
            self.calls.insert(from.clone(), to.clone());
        }
        for (old, new) in connections {
            self.connections.remove(new);
            self.connections.insert(old.clone(), (to.clone(), new.clone()));
        }
        let names = connections.iter().map(|(old, _)| old.clone()).collect();
        self.order.push_back((now, from.clone(), names));
    }

    /// A call has this name now, whatever it was before: so names never lead back to where they came from.
    pub(super) fn is_now(&mut self, to: &CallKey) {
        self.calls.remove(to);
        let elsewhere = |name: &ConnectionKey, now: &CallKey| is_of(name, to) && now != to;
        self.connections.retain(|name, (now, _)| !elsewhere(name, now));
    }

    /// What such a connection is called now.
    pub(super) fn now(&self, call: &CallKey, connection: &ConnectionKey) -> Option<(CallKey, ConnectionKey)> {
        let mut found = self.next(call, connection)?;
        // It may have moved again meanwhile.
        while let Some(next) = self.next(&found.0, &found.1) {
            found = next;
        }
        Some(found)
    }

    fn next(&self, call: &CallKey, connection: &ConnectionKey) -> Option<(CallKey, ConnectionKey)> {
        if let Some(told) = self.connections.get(connection) {
            return Some(told.clone());
        }
        let to = self.calls.get(call)?;
        let device = connection.0.split_once('/').map_or("", |(_, device)| device);
        Some((to.clone(), ConnectionKey(Text::from(format!("{}/{device}", to.0)))))
    }

    /// A name is that of another call now.
    pub(super) fn free(&mut self, call: &CallKey) {
        self.calls.remove(call);
        self.connections.retain(|name, _| !is_of(name, call));
    }

    /// What such a call is called now.
    pub(super) fn call(&self, call: &CallKey) -> Option<&CallKey> {
        self.calls.get(call)
    }

    /// Forgets names that are old enough.
    pub(super) fn forget(&mut self, now: Tick) {
        while self.order.front().is_some_and(|(set, ..)| *set + STAND <= now) {
            self.drop_first();
        }
    }

    fn drop_first(&mut self) {
        if let Some((_, call, connections)) = self.order.pop_front() {
            self.calls.remove(&call);
            for connection in connections {
                self.connections.remove(&connection);
            }
        }
    }
}

/// Is it the name of a connection of this call?
fn is_of(name: &ConnectionKey, call: &CallKey) -> bool {
    name.0.strip_prefix(&*call.0).is_some_and(|rest| rest.starts_with('/'))
}
