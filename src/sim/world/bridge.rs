//! Who talks to whom.
use super::super::channel::Dial;
use super::super::state::Bridge;
use super::{Turn, World};

impl World {
    /// A new bridge for two who talk.
    pub(super) fn create_bridge(&mut self) -> String {
        self.counters.bridge += 1;
        let id = format!(
            "{:08x}-0000-4000-8000-{:012x}",
            self.counters.boot, self.counters.bridge
        );
        let bridge = Bridge {
            kind: "basic".to_owned(),
            technology: "simple_bridge".to_owned(),
        };
        self.state.bridges.insert(id.clone(), bridge);
        self.tell_bridge("BridgeCreate", &id, None);
        id
    }

    pub(super) fn members(&self, bridge: &str) -> Vec<String> {
        let members = self.state.channels.iter();
        let members = members.filter(|(_, channel)| channel.bridge.as_deref() == Some(bridge));
        members.map(|(id, _)| id.clone()).collect()
    }

    /// Is it for two who talk, and over when one leaves? A room and a place to wait are not.
    pub(super) fn is_for_two(&self, bridge: &str) -> bool {
        let kind = self.state.bridges.get(bridge).map(|bridge| bridge.kind.as_str());
        kind.is_none_or(|kind| kind == "basic")
    }

    pub(super) fn enter(&mut self, bridge: &str, id: &str) {
        self.change(id, |channel| channel.bridge = Some(bridge.to_owned()));
        self.tell_bridge("BridgeEnter", bridge, Some(id));
    }

    /// A channel leaves its bridge. Says which, and who is left there.
    pub(super) fn leave(&mut self, id: &str) -> Option<(String, Vec<String>)> {
        let bridge = self.state.channels.get_mut(id)?.bridge.take()?;
        self.tell_bridge("BridgeLeave", &bridge, Some(id));
        let left = self.members(&bridge);
        if left.is_empty() {
            self.tell_bridge("BridgeDestroy", &bridge, None);
            self.state.bridges.remove(&bridge);
        }
        Some((bridge, left))
    }

    /// The same; of two who talked the other leaves, too. Says who that is.
    pub(super) fn dissolve(&mut self, id: &str) -> Vec<String> {
        match self.leave(id) {
            Some((bridge, left)) if left.len() == 1 && self.is_for_two(&bridge) => {
                left.iter().for_each(|other| drop(self.leave(other)));
                left
            }
            _ => Vec::new(),
        }
    }

    /// Who was dialled and answered joins whom it was dialled for.
    pub(super) fn meets(&mut self, id: &str) {
        let Some(channel) = self.live(id) else { return };
        let Dial::Answered(Some(caller)) = channel.dial.clone() else {
            return;
        };
        let Some(other) = self.live(&caller) else { return };
        let bridge = match (channel.bridge.clone(), other.bridge.clone()) {
            (Some(_), Some(_)) => return,
            (Some(bridge), None) | (None, Some(bridge)) => bridge,
            (None, None) => self.create_bridge(),
        };
        for id in [id, &caller] {
            if self.live(id).is_some_and(|channel| channel.bridge.is_none()) {
                self.enter(&bridge, id);
            }
        }
        self.later(self.pace.talk, Turn::HangUp(caller));
        self.later(self.pace.talk * 2, Turn::HangUp(id.to_owned()));
    }

    /// Who is left alone where two are to talk ends.
    pub(super) fn ends_alone(&mut self, id: &str) {
        let alone = |bridge: &str| self.members(bridge).len() < 2;
        let bridge = self.live(id).and_then(|channel| channel.bridge.as_deref());
        if bridge.is_some_and(alone) {
            self.end(id, 16);
        }
    }

    pub(super) fn tell_bridge(&mut self, name: &str, bridge: &str, id: Option<&str>) {
        let members = self.members(bridge).len().to_string();
        let (kind, technology) = match self.state.bridges.get(bridge) {
            Some(known) => (known.kind.clone(), known.technology.clone()),
            None => ("basic".to_owned(), "simple_bridge".to_owned()),
        };
        let event = self
            .event(name)
            .header("BridgeUniqueid", bridge)
            .header("BridgeType", kind)
            .header("BridgeTechnology", technology)
            .header("BridgeCreator", "<unknown>")
            .header("BridgeName", "<unknown>")
            .header("BridgeNumChannels", members)
            .header("BridgeVideoSourceMode", "none");
        let event = match id.and_then(|id| self.state.channels.get(id)) {
            Some(channel) => channel.tell(event, ""),
            None => event,
        };
        self.told.push(event);
    }
}
