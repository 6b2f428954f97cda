//! What a subscriber wants and what it may see, held against the facets of an event.

use super::keys::Keys;
use crate::model::{Agent, AgentId, Call, CallId, Device, DeviceId, EventType, Queue, Switch};
use crate::store::Facets;
use std::collections::BTreeSet;

/// A key of an event or of a selection: what it is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key(Box<str>);

impl Key {
    pub(crate) fn call(id: &CallId) -> Self {
        Key(format!("c{id}").into())
    }

    pub(crate) fn device(id: &DeviceId) -> Self {
        Key(format!("d{id}").into())
    }

    pub(crate) fn agent(id: &AgentId) -> Self {
        Key(format!("a{id}").into())
    }

    pub(crate) fn queue(id: &DeviceId) -> Self {
        Key(format!("q{id}").into())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for Key {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// What a subscriber asked for: AND between the parts, OR within each; an empty part asks nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) types: BTreeSet<EventType>,
    pub(crate) switches: BTreeSet<String>,
    pub(crate) devices: BTreeSet<Key>,
    pub(crate) agents: BTreeSet<Key>,
    pub(crate) queues: BTreeSet<Key>,
    pub(crate) calls: BTreeSet<Key>,
}

/// What a subscriber may see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sight {
    /// Only these switches.
    pub(crate) switches: Option<BTreeSet<String>>,
    /// Only what one of these devices or queues takes part in.
    pub(crate) objects: Option<BTreeSet<Key>>,
    /// The digits that people press.
    pub(crate) digits: bool,
}

/// What a subscriber gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    pub(crate) filter: Filter,
    pub(crate) sight: Sight,
}

/// Events about the bridge and its links, which everybody gets who may see the switch.
pub(super) fn is_for_all(kind: &str) -> bool {
    kind.starts_with("lineside.link.") || kind.starts_with("lineside.bridge.")
}

impl Selection {
    pub(crate) fn matches(&self, facets: &Facets<'_>) -> bool {
        let types = &self.filter.types;
        let wanted = types.is_empty() || is_for_all(facets.kind) || types.iter().any(|t| t.as_str() == facets.kind);
        wanted && self.matches_but_type(facets)
    }

    /// The same for something that has the keys of an event and no type.
    fn matches_but_type(&self, facets: &Facets<'_>) -> bool {
        let Selection { filter, sight } = self;
        let seen = facets.switch.is_empty() || sight.switches.as_ref().is_none_or(|s| s.contains(facets.switch));
        if !seen || is_for_all(facets.kind) {
            return seen;
        }
        let one_of = |keys: &BTreeSet<Key>| facets.keys().any(|key| keys.contains(key));
        (filter.switches.is_empty() || filter.switches.contains(facets.switch)) && self.key_parts().all(one_of)
    }

    /// The parts that ask for a key.
    fn key_parts(&self) -> impl Iterator<Item = &BTreeSet<Key>> {
        let filter = &self.filter;
        [&filter.calls, &filter.devices, &filter.agents, &filter.queues]
            .into_iter()
            .filter(|part| !part.is_empty())
            .chain(&self.sight.objects)
    }

    /// The keys of which every event that matches has one, if there are such: the smallest part.
    pub(super) fn index_keys(&self) -> Option<&BTreeSet<Key>> {
        self.key_parts().min_by_key(|part| part.len())
    }

    pub(crate) fn shows_switch(&self, switch: &Switch) -> bool {
        self.shows("lineside.link.", switch.name.as_str(), |_| {})
    }

    pub(crate) fn shows_call(&self, call: &Call) -> bool {
        self.shows("lineside.call.", call.switch.as_str(), |keys| keys.of_call(call))
    }

    pub(crate) fn shows_device(&self, device: &Device) -> bool {
        self.shows("lineside.device.", device.id.switch(), |keys| keys.of_device(device))
    }

    pub(crate) fn shows_agent(&self, agent: &Agent) -> bool {
        self.shows("lineside.agent.", agent.id.switch(), |keys| keys.of_agent(agent))
    }

    pub(crate) fn shows_queue(&self, queue: &Queue) -> bool {
        self.shows("lineside.queue.", queue.id.switch(), |keys| keys.of_queue(queue))
    }

    /// Are the events of such an entity selected, whatever their type within the family?
    fn shows(&self, family: &str, switch: &str, add: impl FnOnce(&mut Keys)) -> bool {
        let types = &self.filter.types;
        let wanted = types.is_empty() || is_for_all(family) || types.iter().any(|t| t.as_str().starts_with(family));
        let mut keys = Keys::default();
        add(&mut keys);
        wanted
            && self.matches_but_type(&Facets {
                kind: family,
                switch,
                keys: keys.as_str(),
            })
    }
}
