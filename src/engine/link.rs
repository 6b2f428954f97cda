use super::{Down, Engine, Group, permit};
use crate::model::{
    Data, EventType, LinkData, LinkFact, LinkRole, LinkState, Now, Restored, Sequence, Switch, SwitchName, SwitchState,
    Text, Wall,
};
use std::collections::BTreeMap;

/// The switch before it was ever heard, or as it was known before a restart: not heard yet, nor `since`.
pub(super) fn initial(name: SwitchName, profile: Text, restored: Option<Switch>, since: Wall) -> Switch {
    let known = restored.filter(|switch| switch.name == name);
    Switch {
        version: known.as_ref().and_then(|s| s.version.clone()),
        capabilities: known.map(|s| s.capabilities).unwrap_or_default(),
        ..Switch {
            name,
            profile,
            version: None,
            state: SwitchState::Down,
            since,
            links: Vec::new(),
            capabilities: BTreeMap::new(),
            monitors: None,
            lag_ms: None,
            sequence: Sequence::ZERO,
        }
    }
}

/// Since when nobody listened, where an earlier run did: since the link was down, or since the last thing that was logged.
pub(super) fn unheard_since(name: &SwitchName, restored: &Restored, now: Now) -> Wall {
    let known = restored.switch.as_ref().filter(|switch| switch.name == *name);
    let since = match known {
        Some(switch) if switch.state == SwitchState::Down => switch.since,
        Some(_) => restored.heard.unwrap_or(now.wall),
        None => now.wall,
    };
    since.min(now.wall)
}

/// An event of the link, with nothing to say but the switch.
pub(super) fn data(switch: &Switch, reason: Option<Text>) -> LinkData {
    LinkData {
        reason,
        added: 0,
        corrected: 0,
        closed: 0,
        unobserved_from: None,
        unobserved_to: None,
        complete: true,
        switch: switch.clone(),
    }
}

impl Engine {
    /// The link changed. That it is down, and that other devices are heard than before, are events of their own; the rest shows in the next
    /// one.
    pub(super) fn link(&mut self, fact: LinkFact, group: &mut Group) {
        match fact {
            LinkFact::Role { role, state } => {
                self.switch.links.retain(|link| link.role != role);
                self.switch.links.push(LinkState { role, state });
                self.switch.links.sort_by_key(|link| link.role);
                if role == LinkRole::Events && state == SwitchState::Resyncing && self.switch.state == SwitchState::Up {
                    self.rereads = true;
                    self.unheard();
                }
            }
            LinkFact::Version(version) => self.switch.version = Some(version),
            LinkFact::Capabilities(capabilities) => {
                self.switch.capabilities = capabilities;
                self.offered.learn(&self.switch);
                if self.switch.state == SwitchState::Up {
                    self.permit_anew(group);
                }
            }
            LinkFact::Apart => self.offered.apart = true,
            LinkFact::Monitors(monitors) => {
                let before = self.switch.monitors.replace(monitors);
                if self.switch.state == SwitchState::Up && !self.rereads && before != self.switch.monitors {
                    let changed = data(&self.switch, None);
                    group.push(EventType::LinkMonitored, group.now.wall, Data::Link(Box::new(changed)));
                }
            }
            LinkFact::Lag(millis) => self.switch.lag_ms = Some(millis),
            LinkFact::Down { reason, heard } => self.lost(reason, heard, group),
        }
    }

    /// What may be asked of the calls may have changed without anything having happened to them: they are told anew where it did.
    pub(super) fn permit_anew(&mut self, group: &mut Group) {
        for id in self.calls.keys().copied().collect::<Vec<_>>() {
            self.share(id, group);
        }
        for (id, held) in self.calls.iter_mut().filter(|(_, held)| held.told) {
            if permit::refresh(&mut held.call, &self.offered, &held.shared) {
                group.informed.insert(*id);
            }
        }
    }

    /// The switch is not heard any more, since it was heard last: a line that died is found out later.
    fn lost(&mut self, reason: Text, heard: Option<Wall>, group: &mut Group) {
        let was_up = self.switch.state == SwitchState::Up;
        self.switch.state = SwitchState::Down;
        self.rereads = false;
        if was_up {
            self.cut = true;
            let wall = heard.map_or(group.now.wall, |heard| heard.min(group.now.wall));
            self.down = Some(Down {
                wall,
                due: group.now.tick + self.give_up,
            });
            self.switch.since = wall;
        } else if self.reason.as_ref() == Some(&reason) {
            return;
        }
        self.reason = Some(reason.clone());
        self.switch.lag_ms = None;
        let down = data(&self.switch, Some(reason));
        group.push(EventType::LinkDown, group.now.wall, Data::Link(Box::new(down)));
        self.abandon_commands(group);
    }
}
