//! Who a member is, and at which telephone.

use super::{Key, MEMBERS};
use crate::model::{AgentId, DeviceId, Text};
use crate::normalize::asterisk::Normalizer;
use crate::normalize::asterisk::block::text;
use crate::normalize::legs::Nature;
use crate::profile::SiteAgent;
use lineside_ami::Message;
use std::collections::{BTreeMap, BTreeSet};

/// What a message says of a member.
pub(super) struct Told {
    pub(super) key: Key,
    pub(super) name: Option<Text>,
    pub(super) state_interface: Option<Text>,
}

impl Told {
    /// Names differ between the list (`Location`, `Name`) and the events (`Interface`, `MemberName`).
    pub(super) fn read(message: &Message) -> Option<Self> {
        let queue = text(message, "Queue")?;
        let interface = text(message, "Interface").or_else(|| text(message, "Location"))?;
        let name = text(message, "MemberName").or_else(|| text(message, "Name"));
        Some(Told {
            // A member that was given no name has that of its interface.
            name: name.filter(|name| *name != interface),
            state_interface: text(message, "StateInterface"),
            key: (queue, interface),
        })
    }

    /// The number of an agent of the pool: of `Agent/1001`, or of `Agent:1001`, whose state is that of a Local channel which asks for the
    /// agent.
    pub(super) fn pool(&self) -> Option<Text> {
        let number = |text: &Text, between| {
            let (technology, number) = text.split_once(between)?;
            technology.eq_ignore_ascii_case("Agent").then(|| Text::from(number))
        };
        let by_state = || number(self.state_interface.as_ref()?, ':');
        number(&self.key.1, '/').or_else(by_state)
    }
}

impl Normalizer {
    /// Of a name that several bear none is an agent.
    pub(super) fn name_once<'a>(&mut self, members: impl Iterator<Item = &'a Message>) {
        let mut bearers: BTreeMap<Text, BTreeSet<Text>> = BTreeMap::new();
        for told in members.filter_map(Told::read) {
            let place = self.place_of(&told, self.device_of(&told).as_ref());
            if let Some(name) = told.name {
                bearers.entry(name).or_default().insert(place);
            }
        }
        for (name, _) in bearers.into_iter().filter(|(_, places)| places.len() > 1) {
            self.members.named.entry(name).or_default();
        }
    }

    pub(super) fn place_of(&self, told: &Told, device: Option<&DeviceId>) -> Text {
        let pool = || told.pool();
        let device = device.map(|device| Text::from(device.key())).or_else(pool);
        device.unwrap_or_else(|| told.key.1.clone())
    }

    /// The phone of a member: that of which the queue watches the state, else that which the interface leads to.
    pub(super) fn device_of(&self, told: &Told) -> Option<DeviceId> {
        let interface = &told.key.1;
        let of = |text: &str| -> Option<DeviceId> {
            let (technology, behind) = text.split_once(['/', ':'])?;
            // `PJSIP/1002/sip:…`, `Local/1002@agents/n`
            let behind = behind.split_once('/').map_or(behind, |(first, _)| first);
            let is = |name: &str| technology.eq_ignore_ascii_case(name);
            if is("Custom") {
                return None;
            }
            let leads_on = is("hint") || self.nature(text) == Nature::Half;
            let key = match behind.split_once('@') {
                Some((number, _)) if leads_on => Some(number).filter(|number| self.is_station(number)),
                Some((_, endpoint)) => Some(endpoint).filter(|endpoint| self.is_station(endpoint)),
                None if leads_on => Some(behind).filter(|number| self.is_station(number)),
                None => Some(behind),
            };
            // A line to outside is at no desk.
            let key = key.filter(|key| !self.rules.is_trunk(key))?;
            Some(DeviceId::new(&self.switch, key))
        };
        if told.pool().is_some() {
            // Where the agent logged on.
            return None;
        }
        let state = told.state_interface.as_ref().filter(|state| *state != interface);
        state.and_then(|state| of(state)).or_else(|| of(interface))
    }

    /// Who a member is.
    pub(super) fn agent_of(&mut self, told: &Told, device: Option<&DeviceId>) -> AgentId {
        let interface = &told.key.1;
        let name = told.name.clone().unwrap_or_default();
        let key = (interface.clone(), name.clone());
        if let Some(known) = self.members.agents.get(&key) {
            return known.clone();
        }
        let place = self.place_of(told, device);
        let agents = || self.rules.agents.iter();
        // The name counts before the interface: somebody else may have logged on at an agent's usual telephone.
        let listed = agents().find(|agent| !name.is_empty() && agent.member() == &*name);
        let listed = listed.or_else(|| agents().find(|agent| agent.interface.as_deref() == Some(&**interface)));
        let id = if let Some(agent) = listed {
            Text::from(agent.id.as_str())
        } else if !name.is_empty() && self.members.named.get(&name).is_none_or(|bearer| *bearer == place) {
            if self.members.named.len() < MEMBERS {
                self.members.named.insert(name.clone(), place);
            }
            name
        } else {
            place
        };
        let agent = AgentId::new(&self.switch, &id);
        if self.members.agents.len() < MEMBERS {
            self.members.agents.insert(key, agent.clone());
        }
        agent
    }

    /// What the site says of an agent.
    pub(in crate::normalize::asterisk) fn employee(&self, agent: &AgentId) -> Option<&SiteAgent> {
        let same = |known: &&SiteAgent| AgentId::new(&self.switch, &known.id) == *agent;
        self.rules.agents.iter().find(same)
    }
}
