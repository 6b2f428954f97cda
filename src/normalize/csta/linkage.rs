//! The names of calls that outlive a transfer (ECMA-269, call linkage data): by them a call is found again where the switch does not say what it
//! calls it from now on, or called it before.

use super::party::call_key;
use super::{Call, Normalizer};
use crate::model::{CallFact, CallKey, Fact, Text};
use lineside_csta::Event;
use lineside_csta::types::{
    CallLinkageData, CallLinkageDataList, ConnectionId, ConnectionList, ConnectionListItem, GlobalCallLinkageId,
    SnapshotDeviceInfo,
};

/// The connection that an event is about, and the linkage of its call.
fn linked(event: &Event) -> Option<(&ConnectionId, &CallLinkageData)> {
    let (connection, data) = match event {
        Event::ServiceInitiated(event) => (&event.initiated_connection, &event.call_linkage_data),
        Event::Originated(event) => (&event.originated_connection, &event.call_linkage_data),
        Event::NetworkReached(event) => (&event.outbound_connection, &event.call_linkage_data),
        Event::Delivered(event) => (&event.connection, &event.call_linkage_data),
        Event::Queued(event) => (&event.queued_connection, &event.call_linkage_data),
        Event::Established(event) => (&event.established_connection, &event.call_linkage_data),
        Event::Failed(event) => (&event.failed_connection, &event.call_linkage_data),
        Event::Held(event) => (&event.held_connection, &event.call_linkage_data),
        Event::Retrieved(event) => (&event.retrieved_connection, &event.call_linkage_data),
        Event::Diverted(event) => (&event.connection, &event.call_linkage_data),
        Event::ConnectionCleared(event) => (&event.dropped_connection, &event.call_linkage_data),
        _ => return None,
    };
    Some((connection, data.as_ref()?))
}

/// The name in it.
fn global(data: &CallLinkageData) -> Option<Text> {
    let id = data.global_call_data.as_ref()?.global_call_linkage_id.as_ref()?;
    let octets = match id {
        GlobalCallLinkageId::SubDomain(octets) | GlobalCallLinkageId::GloballyUnique(octets) => octets,
        GlobalCallLinkageId::Other(_) => return None,
    };
    (!octets.0.is_empty()).then(|| Text::from(octets.text()))
}

impl Normalizer {
    /// Before an event is folded: a call that waits to be called otherwise may be the one.
    pub(super) fn tie(&mut self, event: &Event) {
        let Some((connection, data)) = linked(event) else {
            return;
        };
        let (call, Some(global)) = (call_key(connection), global(data)) else {
            return;
        };
        if self.calls.get(&call).is_some() || self.moved.call(&call).is_some() {
            return;
        }
        if let Some(old) = self.linked_as(&global, |_| true) {
            self.is_called(&old, connection);
        }
    }

    /// Before a call is taken that a device shows, beside these: one that was known before the link broke may be called so now.
    pub(super) fn tie_shown(&mut self, info: &SnapshotDeviceInfo, shown: &[SnapshotDeviceInfo]) {
        let Some(global) = info.call_linkage_data.as_ref().and_then(global) else {
            return;
        };
        let connection = &info.connection_identifier;
        let call = call_key(connection);
        if self.calls.get(&call).is_none() && self.moved.call(&call).is_none() {
            let beside = |key: &CallKey| shown.iter().any(|other| call_key(&other.connection_identifier) == *key);
            if let Some(old) = self.linked_as(&global, |key| !beside(key)) {
                self.is_called(&old, connection);
            }
        }
        self.calls.entry(&call).linkage = Some(global);
    }

    /// The one call of this linkage that waits to be called otherwise, or of which it is not known how it goes on.
    fn linked_as(&self, global: &Text, may: impl Fn(&CallKey) -> bool) -> Option<CallKey> {
        let waits = |key: &CallKey, known: &Call| known.nameless || self.doubts.contains_key(key);
        let is =
            |(key, known): &(&CallKey, &Call)| known.linkage.as_ref() == Some(global) && waits(key, known) && may(key);
        let mut found = self.calls.iter().filter(is);
        let (only, another) = (found.next(), found.next());
        only.filter(|_| another.is_none()).map(|(key, _)| key.clone())
    }

    /// A call is called as this connection says from now on.
    fn is_called(&mut self, old: &CallKey, connection: &ConnectionId) {
        let call = call_key(connection);
        let named = ConnectionListItem {
            new_connection: Some(connection.clone()),
            ..ConnectionListItem::default()
        };
        self.rename(std::slice::from_ref(old), &call, &ConnectionList(vec![named]));
        if let Some(known) = self.calls.get_mut(&call) {
            known.nameless = false;
        }
    }

    /// Behind it: by which name the call outlives what comes.
    pub(super) fn link(&mut self, event: &Event) {
        let Some((connection, data)) = linked(event) else {
            return;
        };
        if let Some(global) = global(data) {
            let call = call_key(connection);
            let call = self.moved.call(&call).cloned().unwrap_or(call);
            self.is_linked(&call, global);
        }
    }

    fn is_linked(&mut self, call: &CallKey, global: Text) {
        let Some(known) = self.calls.get_mut(call) else { return };
        if known.linkage.as_ref() == Some(&global) {
            return;
        }
        known.linkage = Some(global.clone());
        let fact = Fact::Call(CallFact {
            global_id: Some(global),
            ..CallFact::of(call.clone())
        });
        // It is told with what happens, but where the call is called otherwise by that.
        let renames = |fact: &Fact| matches!(fact, Fact::Renamed(_) | Fact::Merge(_));
        if self.out.iter().any(renames) {
            self.out.push(fact);
        } else {
            self.out.insert(0, fact);
        }
    }

    /// The call that was linked so before a transfer, where it is not known by the name that the transfer tells.
    pub(super) fn linked_before(&self, told: Option<&CallLinkageDataList>) -> Option<CallKey> {
        let old = global(told?.old_call_linkage_data.as_ref()?)?;
        let is = |known: &Call| known.linkage.as_ref() == Some(&old);
        self.calls
            .iter()
            .find(|(_, known)| is(known))
            .map(|(key, _)| key.clone())
    }

    /// What a call is linked as from now on; `named`: the switch said how it calls it, too.
    pub(super) fn linked_now(&mut self, call: &CallKey, told: Option<&CallLinkageDataList>, named: bool) {
        let new = told
            .and_then(|told| told.new_call_linkage_data.as_ref())
            .and_then(global);
        if let Some(new) = new {
            self.is_linked(call, new);
        }
        if let Some(known) = self.calls.get_mut(call) {
            known.nameless = !named;
        }
    }
}
