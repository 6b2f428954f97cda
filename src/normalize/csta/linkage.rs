//! The names of calls that outlive a transfer (ECMA-269, call linkage data): by them a call is found again where the switch does not say what it
//! calls it from now on, or called it before.

use super::party::call_key;
use super::{Call, Normalizer};
use crate::model::{CallFact, CallKey, Fact, Text};
use lineside_csta::Event;
use lineside_csta::types::{
    CallLinkageData, CallLinkageDataList, ConnectionId, ConnectionList, ConnectionListItem, GlobalCallLinkageId,
    LocalDeviceId, SnapshotDeviceInfo,
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

/// Is it one of a call that there was before?
const fn goes_on(event: &Event) -> bool {
    matches!(
        event,
        Event::Established(_) | Event::Held(_) | Event::Retrieved(_) | Event::Diverted(_) | Event::ConnectionCleared(_)
    )
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
        // One that is only doubted may go on by its name, and this be another one of its linkage: a consultation of who is in it still.
        let static_device = match &connection.device_id {
            Some(LocalDeviceId::Static(device)) => Some(device.number()),
            _ => None,
        };
        let tells = [static_device, self.monitor.as_deref()];
        let is_in = |known: &Call| tells.iter().flatten().any(|device| known.at(device).is_some());
        let may = |_: &CallKey, known: &Call| known.nameless || goes_on(event) && !is_in(known);
        if let Some(old) = self.linked_as(&global, may) {
            self.is_called(&old, connection);
        }
    }

    /// Before a call is taken that a device shows, beside these: one that was known before the link broke may be called so now. By which name it
    /// outlives transfers.
    pub(super) fn tie_shown(&mut self, info: &SnapshotDeviceInfo, shown: &[SnapshotDeviceInfo]) -> Option<Text> {
        let global = info.call_linkage_data.as_ref().and_then(global)?;
        let connection = &info.connection_identifier;
        let call = call_key(connection);
        if self.calls.get(&call).is_none() && self.moved.call(&call).is_none() {
            let beside = |key: &CallKey| shown.iter().any(|other| call_key(&other.connection_identifier) == *key);
            if let Some(old) = self.linked_as(&global, |key, _| !beside(key)) {
                self.is_called(&old, connection);
            }
        }
        Some(global)
    }

    /// The one call of this linkage that waits to be called otherwise, or of which it is not known how it goes on.
    fn linked_as(&self, global: &Text, may: impl Fn(&CallKey, &Call) -> bool) -> Option<CallKey> {
        let waits = |key: &CallKey, known: &Call| known.nameless || self.doubts.contains_key(key);
        let is = |(key, known): &(&CallKey, &Call)| {
            known.linkage.as_ref() == Some(global) && waits(key, known) && may(key, known)
        };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SwitchName;
    use crate::profile::Site;
    use lineside_csta::Octets;
    use lineside_csta::types::{CallState, CompoundCallState, DeviceId, GlobalCallData, LocalConnectionState as State};
    use lineside_wire::Tick;
    use std::time::Duration;

    #[test]
    fn a_call_that_is_shown_by_the_name_that_it_had_before_leaves_no_empty_one_behind() {
        let switch = SwitchName::try_from("hq").unwrap();
        let rules = Site::default().rules().unwrap();
        let mut calls = Normalizer::new(switch, rules, Duration::from_secs(900));
        let [old, new] = ["c1", "c3"].map(|name| CallKey(Text::from(name)));
        calls.moved.add(Tick::ZERO, &old, &new, &[]);
        let linkage = GlobalCallLinkageId::GloballyUnique(Octets::from("g1"));
        let info = SnapshotDeviceInfo {
            connection_identifier: ConnectionId {
                call_id: Some(Octets::from("c1")),
                device_id: Some(LocalDeviceId::Static(DeviceId::dialled("2001"))),
            },
            local_call_state: CallState::Compound(CompoundCallState(vec![State::Connected])),
            call_linkage_data: Some(CallLinkageData {
                global_call_data: Some(GlobalCallData {
                    global_call_linkage_id: Some(linkage),
                    ..GlobalCallData::default()
                }),
                ..CallLinkageData::default()
            }),
            ..SnapshotDeviceInfo::default()
        };
        calls.adopt(&Text::from("2001"), &[info]);
        assert!(calls.calls.get(&old).is_none());
        let linkage = calls.calls.get(&new).and_then(|known| known.linkage.clone());
        assert_eq!(linkage.as_deref(), Some("g1"));
    }
}
