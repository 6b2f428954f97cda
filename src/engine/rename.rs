//! A call keeps its id, and so do its connections, whatever the switch calls them.

use super::{Engine, Group};
use crate::model::{CallId, CallKey, ConnectionKey, RenameFact};

impl Engine {
    /// Takes the new names. The old ones are free for other calls, as they are at the switch.
    pub(super) fn renamed(&mut self, fact: RenameFact, group: &mut Group) {
        let (from, to) = fact.call;
        if let Some(id) = self.by_call.get(&from).copied().filter(|_| from != to) {
            self.rename(&to, id, group);
            self.by_call.remove(&from);
            if let Some(held) = self.calls.get_mut(&id) {
                held.keys.retain(|key| *key != from);
            }
        }
        for (from, to) in fact.connections {
            self.rename_connection(&from, to, group);
        }
    }

    fn rename_connection(&mut self, from: &ConnectionKey, to: ConnectionKey, group: &mut Group) {
        // A name that is that of another connection already stays with it.
        if from == &to || self.by_connection.contains_key(&to) {
            return;
        }
        let Some((call, id)) = self.by_connection.remove(from) else {
            return;
        };
        self.by_connection.insert(to.clone(), (call, id));
        if let Some(held) = self.calls.get_mut(&call) {
            held.connections.insert(id, to);
            held.keys_changed = true;
            group.touched.insert(call);
        }
    }

    /// The switch's key of a call is that of the call `id`, and of no other, from now on.
    pub(super) fn rename(&mut self, key: &CallKey, id: CallId, group: &mut Group) {
        let before = self.by_call.insert(key.clone(), id);
        if before == Some(id) {
            return;
        }
        if let Some(held) = before.and_then(|before| self.calls.get_mut(&before)) {
            held.keys.retain(|known| known != key);
            held.keys_changed = true;
            group.touched.insert(held.call.id);
        }
        if let Some(held) = self.calls.get_mut(&id) {
            held.keys.push(key.clone());
            held.keys_changed = true;
            group.touched.insert(id);
        }
    }
}
