//! What the contexts do in which a bridge has legs wait, talk and meet (16 and 22, as the lab told them). The virtual site has them from
//! the start.
use super::super::channel::{Dial, NOBODY, RING, UP};
use super::super::state::Bridge;
use super::{Turn, World};

const HOLD: &str = "lineside-hold";
const DIAL: &str = "lineside-dial";
const LEAVE: &str = "lineside-leave";
const OUT: &str = "lineside-out";
const ALONE: &str = "lineside-alone";

impl World {
    /// The dialplan goes on with a channel in one of those contexts. False: it is in none.
    pub(super) fn goes_aside(&mut self, id: &str) -> bool {
        let Some(channel) = self.live(id) else { return false };
        let (context, exten) = (channel.get("Context").to_owned(), channel.get("Exten").to_owned());
        let Some(what) = context.strip_prefix("lineside-") else {
            return false;
        };
        self.change(id, |channel| channel.sent = false);
        match what {
            "hold" => self.waits(id, "lineside,participant,e(m)"),
            "alone" => self.waits(id, "lineside-alone,participant,e(s)"),
            "dial" => self.consults(id, &exten),
            "leave" => {
                let number = exten.split_once('*').map_or("", |(_, number)| number);
                self.consults(id, number);
            }
            "out" => {
                self.change(id, |channel| channel.set("Context", "internal"));
                self.goes(id);
            }
            "talk" | "turn" => self.fetches(id, &exten),
            "room" | "back" => self.joins_room(id, &format!("lineside-{exten}")),
            _ => return false,
        }
        true
    }

    fn waits(&mut self, id: &str, data: &str) {
        self.executes(id, "BridgeWait", data);
        let bridge = self.bridge_of("base", "holding_bridge");
        self.enter(&bridge, id);
    }

    fn bridge_of(&mut self, kind: &str, technology: &str) -> String {
        let id = self.create_bridge();
        let bridge = Bridge {
            kind: kind.to_owned(),
            technology: technology.to_owned(),
        };
        self.state.bridges.insert(id.clone(), bridge);
        id
    }

    /// A number is called through a Local channel that answers at once.
    fn consults(&mut self, id: &str, number: &str) {
        let data = format!("Local/{number}@{OUT},,g");
        self.executes(id, "Dial", &data);
        self.counters.channel += 1;
        let name = format!("Local/{number}@{OUT}-{:08x}", self.counters.channel);
        let (one, two) = (
            self.new_half(&format!("{name};1"), number, id),
            self.new_half(&format!("{name};2"), number, id),
        );
        self.change(&one, |half| half.pair = Some(two.clone()));
        self.change(&two, |half| half.pair = Some(one.clone()));
        self.tell_two("LocalBridge", &[("LocalOne", &one), ("LocalTwo", &two)], &[]);
        let channels = [("", id), ("Dest", &*one)];
        self.tell_two("DialBegin", &channels, &[("DialString", &format!("{number}@{OUT}"))]);
        for half in [&two, &one] {
            self.change(half, |half| half.set_state(UP));
            self.tell("Newstate", half, &[]);
        }
        self.change(&one, |half| half.dial = Dial::Answered(Some(id.to_owned())));
        self.tell_two("DialEnd", &channels, &[("DialStatus", "ANSWER")]);
        let bridge = self.create_bridge();
        self.enter(&bridge, &one);
        self.enter(&bridge, id);
        self.soon(Turn::Go(two));
    }

    fn new_half(&mut self, name: &str, number: &str, caller: &str) -> String {
        self.counters.uniqueid += 1;
        let id = format!("{}.{}", self.counters.boot, self.counters.uniqueid);
        let caller = self.state.channels.get(caller);
        let hint = caller.map_or(id.clone(), |caller| caller.get("Linkedid").to_owned());
        let from = caller.map_or(NOBODY.to_owned(), |caller| caller.endpoint().to_owned());
        let channel = self.state.add(&id);
        channel.set_state(RING);
        let block = [
            ("Channel", name),
            ("CallerIDNum", &*from),
            ("CallerIDName", NOBODY),
            ("ConnectedLineNum", NOBODY),
            ("ConnectedLineName", NOBODY),
            ("Language", "en"),
            ("AccountCode", ""),
            ("Context", OUT),
            ("Exten", number),
            ("Priority", "1"),
            ("Uniqueid", &*id),
            ("Linkedid", &*hint),
        ];
        block.iter().for_each(|(key, value)| channel.set(key, value));
        self.tell("Newchannel", &id, &[]);
        id
    }

    /// A channel goes to another one, and takes it from where it is.
    fn fetches(&mut self, id: &str, peer: &str) {
        if self.live(peer).is_none() {
            return self.comes_back(id);
        }
        self.executes(id, "Bridge", peer);
        let bridge = self.create_bridge();
        let left = self.dissolve(peer);
        self.enter(&bridge, peer);
        self.enter(&bridge, id);
        left.iter().for_each(|other| self.left_alone(other));
    }

    fn joins_room(&mut self, id: &str, room: &str) {
        self.executes(id, "ConfBridge", room);
        let is_there = |(other, channel): &(&String, &super::super::channel::Channel)| {
            **other != *id && channel.room.as_deref() == Some(room)
        };
        let there = self
            .state
            .channels
            .iter()
            .find(is_there)
            .and_then(|(_, channel)| channel.bridge.clone());
        let bridge = there.unwrap_or_else(|| self.bridge_of("base", "softmix"));
        self.change(id, |channel| channel.room = Some(room.to_owned()));
        self.tell("ConfbridgeJoin", id, &[("Conference", room), ("Admin", "No")]);
        self.enter(&bridge, id);
    }

    /// Who talked to nobody else any more: it goes on in the dialplan, or ends.
    pub(super) fn left_alone(&mut self, id: &str) {
        let context = self.live(id).map(|channel| channel.get("Context").to_owned());
        match context.as_deref() {
            Some(DIAL | LEAVE | "lineside-talk" | "lineside-turn") => self.comes_back(id),
            Some(_) => self.end(id, 16),
            None => {}
        }
    }

    /// Who comes back waits if somebody waits for it.
    fn comes_back(&mut self, id: &str) {
        if let Some(room) = self.left_room(id) {
            self.change(id, |channel| {
                channel.set("Context", "lineside-back");
                channel.set("Exten", &room);
            });
            return self.joins_room(id, &format!("lineside-{room}"));
        }
        if self.waiting_for(id).is_empty() {
            return self.ends_by_itself(id, 16);
        }
        self.change(id, |channel| {
            channel.set("Context", ALONE);
            channel.set("Exten", "s");
        });
        self.waits(id, "lineside-alone,participant,e(s)");
    }

    /// The room that a channel left for another call, where somebody is there still.
    fn left_room(&self, id: &str) -> Option<String> {
        let channel = self.live(id).filter(|channel| channel.get("Context") == LEAVE)?;
        let (room, _) = channel.get("Exten").split_once('*')?;
        let name = format!("lineside-{room}");
        let mut there = self.state.channels.values();
        there
            .any(|channel| channel.room.as_ref() == Some(&name))
            .then(|| room.to_owned())
    }

    /// Those who wait for a channel.
    pub(super) fn waiting_for(&self, id: &str) -> Vec<String> {
        let waits = |(other, channel): &(&String, &super::super::channel::Channel)| {
            let holding = channel
                .bridge
                .as_ref()
                .and_then(|bridge| self.state.bridges.get(bridge));
            !self.closing.contains(*other)
                && channel.get("Context") == HOLD
                && channel.get("Exten") == id
                && holding.is_none_or(|bridge| bridge.technology == "holding_bridge")
        };
        self.state
            .channels
            .iter()
            .filter(waits)
            .map(|(id, _)| id.clone())
            .collect()
    }

    /// Who waited alone for whom a channel waited.
    pub(super) fn waited_for(&self, id: &str) -> Option<String> {
        let channel = self
            .state
            .channels
            .get(id)
            .filter(|channel| channel.get("Context") == HOLD)?;
        let holder = channel.get("Exten").to_owned();
        let alone = self.live(&holder).is_some_and(|holder| holder.get("Context") == ALONE);
        alone.then_some(holder)
    }

    /// Two channels are sent on at once: neither is hung up for the other.
    pub(super) fn redirect_both(&mut self, one: (&str, &str, &str), other: (&str, &str, &str)) {
        let mut left = Vec::new();
        for (id, ..) in [one, other] {
            self.change(id, |channel| channel.sent = true);
            self.leaves_room(id);
            left.extend(self.dissolve(id));
            self.cancels(id);
            self.leaves_queue(id, None);
        }
        for id in left.iter().filter(|left| ***left != *one.0 && ***left != *other.0) {
            self.left_alone(id);
        }
        for (id, context, exten) in [one, other] {
            self.sent(id, context, exten);
        }
    }
}
