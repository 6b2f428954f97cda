//! Channels are sent elsewhere.
use super::super::channel::{Dial, UP};
use super::{Turn, World};

impl World {
    /// A channel goes to an extension, from wherever it is: what it dialled is cancelled, whom it talked to is left.
    pub(super) fn redirect(&mut self, id: &str, context: &str, exten: &str) {
        self.change(id, |channel| channel.sent = true);
        self.leaves_room(id);
        let others = self.dissolve(id);
        self.cancels(id);
        self.leaves_queue(id, None);
        self.sent(id, context, exten);
        others.iter().for_each(|other| self.left_alone(other));
    }

    /// Whom a channel dialled rings no more.
    pub(super) fn cancels(&mut self, id: &str) {
        for other in self.dialled(id).cloned().collect::<Vec<_>>() {
            self.tell_two("DialEnd", &[("", id), ("Dest", &other)], &[("DialStatus", "CANCEL")]);
            self.change(&other, |other| other.dial = Dial::Not);
            self.end(&other, 0);
        }
    }

    /// Who talks to `by` goes to an extension, and `by` leaves. False where there is nobody.
    pub(super) fn transfer(&mut self, by: &str, context: &str, exten: &str) -> bool {
        let bridge = self.live(by).and_then(|channel| channel.bridge.clone());
        let Some(bridge) = bridge else { return false };
        let others: Vec<String> = self.members(&bridge).into_iter().filter(|id| *id != *by).collect();
        let Some(other) = others.first().filter(|_| others.len() == 1).cloned() else {
            return false;
        };
        let event = self.event("BlindTransfer").header("Result", "Success");
        let channels = &self.state.channels;
        let event = channels
            .get(by)
            .map_or(event.clone(), |channel| channel.tell(event, "Transferer"));
        let event = channels
            .get(&other)
            .map_or(event.clone(), |channel| channel.tell(event, "Transferee"));
        let event = event
            .header("BridgeUniqueid", &bridge)
            .header("BridgeType", "basic")
            .header("BridgeTechnology", "simple_bridge")
            .header("BridgeCreator", "<unknown>")
            .header("BridgeName", "<unknown>")
            .header("BridgeNumChannels", "2")
            .header("BridgeVideoSourceMode", "none")
            .header("IsExternal", "Yes")
            .header("Context", context)
            .header("Extension", exten);
        self.told.push(event);
        self.leave(&other);
        self.leave(by);
        self.sent(&other, context, exten);
        self.end(by, 16);
        true
    }

    pub(super) fn sent(&mut self, id: &str, context: &str, exten: &str) {
        self.change(id, |channel| {
            channel.set("Context", context);
            channel.set("Exten", exten);
            channel.set("Priority", "1");
            // Who was dialled is a caller now.
            if channel.state() == UP {
                channel.dial = Dial::Not;
            }
            channel.sent = true;
        });
        self.soon(Turn::Go(id.to_owned()));
    }
}
