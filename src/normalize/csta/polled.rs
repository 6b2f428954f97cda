//! Agents of whom the switch tells nothing by itself: their telephones are asked again and again, and what is otherwise than before has
//! happened since.

use super::Normalizer;
use super::agent::{Desk, Does, Seen};
use crate::model::{AgentEvent, AgentFact, AgentId, DeviceId, Fact, Facts, SetBy, Text};
use lineside_csta::types::AgentStateEntry;
use lineside_wire::Tick;
use std::collections::BTreeMap;

impl Normalizer {
    /// What a device says of its agents now.
    pub(super) fn agents_now(&mut self, now: Tick, device: &Text, told: &[AgentStateEntry]) -> Facts {
        self.tick = now;
        let before = self.desks.clone();
        let seen = self.agents_at(device, told);
        self.are_gone(device, &before, &seen);
        for seen in seen {
            let now = seen.does();
            let Seen {
                agent,
                group,
                fact,
                busy,
            } = seen;
            // What follows is told in a moment.
            if self.fresh.contains_key(&agent) {
                continue;
            }
            let known = before.get(&agent);
            let here = known.filter(|desk| desk.device == *device);
            let was = here.and_then(|desk| was(desk, &group, now));
            if let Some(was) = was.filter(|was| busy || *was == now) {
                self.does(&agent, group, was);
                continue;
            }
            self.does(&agent, group.clone(), now);
            if known.is_some() && here.is_none() {
                self.says(&agent, None, AgentEvent::LoggedOff);
            }
            let set_by = self.asked_agents.remove(&agent).map(|_| SetBy::Bridge);
            if was.is_none() && (here.is_none() || group.is_some()) {
                let comes = AgentFact {
                    event: AgentEvent::LoggedOn,
                    then: None,
                    set_by,
                    ..fact.clone()
                };
                self.out.push(Fact::Agent(comes));
            }
            self.out.push(Fact::Agent(AgentFact { set_by, ..fact }));
        }
        self.facts()
    }

    /// Was something asked for an agent at this device, and is not seen yet? Who logs on may be at none yet.
    pub(super) fn awaits_agent(&self, device: &Text) -> bool {
        let here = |agent| self.desks.get(agent).is_none_or(|desk| desk.device == *device);
        self.asked_agents.keys().any(here)
    }

    /// Who was at a device and is not any more is logged off there.
    fn are_gone(&mut self, device: &Text, before: &BTreeMap<Text, Desk>, seen: &[Seen]) {
        for (agent, desk) in before.iter().filter(|(_, desk)| desk.device == *device) {
            if self.fresh.contains_key(agent) {
                // That is known from the switch itself, which tells.
                self.desks.entry(agent.clone()).or_insert_with(|| desk.clone());
                continue;
            }
            if !self.desks.contains_key(agent) {
                self.says(agent, None, AgentEvent::LoggedOff);
                continue;
            }
            let mut groups = desk.duties.keys().flatten();
            let stays = |group: &&Text| {
                seen.iter()
                    .any(|seen| seen.agent == *agent && seen.group.as_ref() == Some(group))
            };
            let left: Vec<Text> = groups.by_ref().filter(|group| !stays(group)).cloned().collect();
            for group in left {
                self.says(agent, Some(&group), AgentEvent::LoggedOff);
            }
        }
    }

    fn says(&mut self, agent: &Text, group: Option<&Text>, event: AgentEvent) {
        let queue = group.map(|group| DeviceId::new(&self.switch, group));
        let set_by = self.asked_agents.remove(agent).map(|_| SetBy::Bridge);
        self.out.push(Fact::Agent(AgentFact {
            set_by,
            ..AgentFact::of(AgentId::new(&self.switch, agent), queue, event)
        }));
    }
}

/// What an agent did in a group before; where none is named, in any.
fn was(desk: &Desk, group: &Option<Text>, now: Does) -> Option<Does> {
    let mut any = desk.duties.values().filter(|_| group.is_none());
    let same = any.clone().find(|was| **was == now);
    desk.duties.get(group).or(same).or_else(|| any.next()).copied()
}
