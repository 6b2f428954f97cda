//! What is there, whoever tells it: what is played is folded in, and the world acts on it.
#[cfg(test)]
use super::channel::UP;
use super::channel::{Channel, Dial};
use super::features::Features;
use super::members::Members;
use bytes::BytesMut;
use lineside_ami::server::Received;
use lineside_ami::{DecodeLimits, Decoder, Message, Outgoing};
use std::collections::BTreeMap;

/// What is there now, so that who asks hears the same as who listened.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(super) channels: BTreeMap<String, Channel>,
    pub(super) bridges: BTreeMap<String, Bridge>,
    /// Callers in queues: by Uniqueid, the event with which they joined.
    waiting: BTreeMap<String, Message>,
    parked: BTreeMap<String, Message>,
    pub(super) members: Members,
    pub(super) features: Features,
    born: u64,
}

/// One bridge.
#[derive(Clone, Debug)]
pub(super) struct Bridge {
    pub(super) kind: String,
    pub(super) technology: String,
}

impl State {
    /// Takes what is about to be told. Says of which channels it told.
    pub(crate) fn fold(&mut self, event: &Outgoing) -> Vec<String> {
        let Some(message) = message(event) else {
            return Vec::new();
        };
        let name = message.name();
        let text = |key: &str| {
            message
                .get(key)
                .map(|value| value.text().text.into_owned())
                .unwrap_or_default()
        };
        let named = |prefix: &str| text(&format!("{prefix}Uniqueid"));
        let uniqueid = named("");
        if name.is("Newchannel") && !uniqueid.is_empty() {
            self.add(&uniqueid);
        }
        let keys = message.headers().map(|header| header.key.text().text);
        let prefixes = keys.filter_map(|key| key.strip_suffix("Uniqueid").map(str::to_owned));
        let mut about = Vec::new();
        for prefix in prefixes.filter(|prefix| prefix != "Swap" && prefix != "Bridge") {
            let id = named(&prefix);
            if let Some(channel) = self.channels.get_mut(&id) {
                channel.fold(&message, &prefix);
                about.push(id);
            }
        }
        let known = |text: String| Some(text).filter(|text| !text.is_empty());
        if name.is("BridgeCreate") {
            let bridge = Bridge {
                kind: text("BridgeType"),
                technology: text("BridgeTechnology"),
            };
            self.bridges.insert(text("BridgeUniqueid"), bridge);
        } else if name.is("BridgeDestroy") {
            self.bridges.remove(&text("BridgeUniqueid"));
        } else if name.is("ParkedCall") {
            self.parked.insert(named("Parkee"), message);
        } else if name.is("UnParkedCall") || name.is("ParkedCallTimeOut") || name.is("ParkedCallGiveUp") {
            self.parked.remove(&named("Parkee"));
        } else if name.is("Hangup") {
            self.remove(&uniqueid);
        } else if [
            "QueueMemberAdded",
            "QueueMemberRemoved",
            "QueueMemberPause",
            "QueueMemberPenalty",
            "QueueMemberStatus",
        ]
        .into_iter()
        .any(|of_member| name.is(of_member))
        {
            self.members.fold(&message);
        } else if name.is("DeviceStateChange") {
            self.features.fold(&message);
        } else if name.is("QueueCallerJoin") {
            let queue = known(text("Queue"));
            self.change(&uniqueid, |channel| channel.queue = queue);
            self.waiting.insert(uniqueid, message);
        } else if name.is("QueueCallerLeave") {
            self.waiting.remove(&uniqueid);
            self.change(&uniqueid, |channel| channel.queue = None);
        } else if name.is("Newexten") {
            self.change(&uniqueid, |channel| {
                (channel.application, channel.data) = (text("Application"), text("AppData"));
                channel.ending |= channel.application == "Hangup";
                // A transfer shows first where it goes, with the application that is left.
                channel.sent &= channel.bridge.is_some();
            });
        } else if name.is("BridgeEnter") {
            self.change(&uniqueid, |channel| channel.bridge = known(text("BridgeUniqueid")));
            self.change(&named("Swap"), |swapped| swapped.ending = true);
        } else if name.is("BridgeLeave") {
            self.change(&uniqueid, |channel| channel.bridge = None);
        } else if name.is("ConfbridgeJoin") {
            self.change(&uniqueid, |channel| channel.room = known(text("Conference")));
        } else if name.is("ConfbridgeLeave") {
            self.change(&uniqueid, |channel| channel.room = None);
        } else if name.is("HangupRequest") || name.is("SoftHangupRequest") {
            self.change(&uniqueid, |channel| channel.ending = true);
        } else if name.is("DialBegin") {
            let dest = named("Dest");
            self.dialled(&uniqueid, &dest);
            self.change(&dest, |dest| dest.dial = Dial::Live(known(uniqueid)));
        } else if name.is("DialEnd") {
            let answered = text("DialStatus") == "ANSWER";
            self.change(&named("Dest"), |dest| match answered {
                true => dest.dial = Dial::Answered(known(uniqueid)),
                false => dest.ending = true,
            });
        } else if name.is("Hold") || name.is("Unhold") {
            let held = name.is("Hold");
            self.change(&uniqueid, |channel| channel.held = held);
        } else if name.is("MixMonitorStart") {
            self.change(&uniqueid, |channel| channel.recording = Some(false));
        } else if name.is("MixMonitorStop") {
            self.change(&uniqueid, |channel| channel.recording = None);
        } else if name.is("LocalBridge") {
            let (one, two) = (named("LocalOne"), named("LocalTwo"));
            self.change(&one, |half| half.pair = known(two.clone()));
            self.change(&two, |half| half.pair = known(one));
        } else if name.is("BlindTransfer") && text("Result") == "Success" {
            let (context, exten) = (text("Context"), text("Extension"));
            self.change(&named("Transferer"), |channel| channel.ending = true);
            self.change(&named("Transferee"), |channel| {
                channel.set("Context", &context);
                channel.set("Exten", &exten);
                channel.sent = true;
            });
        } else if name.is("AttendedTransfer") && text("Result") == "Success" && text("DestType") != "Threeway" {
            if text("DestType") == "App" {
                self.takes_place(&named("SecondTransferer"), &named("Transferee"));
            }
            for prefix in ["OrigTransferer", "SecondTransferer"] {
                self.change(&named(prefix), |channel| channel.ending = true);
            }
        } else if name.is("Pickup") {
            let target = named("Target");
            let dial = self.channels.get(&target).map(|target| target.dial.clone());
            self.change(&target, |target| (target.ending, target.dial) = (true, Dial::Not));
            let caller = match dial {
                Some(Dial::Live(caller) | Dial::Answered(caller)) => caller,
                _ => None,
            };
            self.change(&uniqueid, |picker| picker.dial = Dial::Answered(caller));
        }
        about
    }

    /// A channel that is there from now on.
    pub(super) fn add(&mut self, id: &str) -> &mut Channel {
        self.born += 1;
        let channel = self.channels.entry(id.to_owned()).or_default();
        channel.born = self.born;
        channel
    }

    /// One channel executes from now on what another did: it waits in its queue, and is whom its phones ring for.
    fn takes_place(&mut self, of: &str, id: &str) {
        let Some(before) = self.channels.get(of).cloned() else {
            return;
        };
        self.change(id, |channel| {
            (channel.application, channel.data) = (before.application, before.data);
            channel.queue = before.queue;
        });
        if let Some(joined) = self.waiting.remove(of) {
            self.waiting.insert(id.to_owned(), joined);
        }
        for dial in self.channels.values_mut().map(|channel| &mut channel.dial) {
            if let Dial::Live(Some(by)) | Dial::Answered(Some(by)) = dial
                && by == of
            {
                *by = id.to_owned();
            }
        }
    }

    /// A channel that is there no more.
    pub(super) fn remove(&mut self, id: &str) -> Option<Channel> {
        self.waiting.remove(id);
        self.parked.remove(id);
        self.channels.remove(id)
    }

    /// A caller waits in its queue no more.
    pub(super) fn left_queue(&mut self, id: &str) {
        self.waiting.remove(id);
    }

    /// Is the channel parked?
    pub(super) fn is_parked(&self, id: &str) -> bool {
        self.parked.contains_key(id)
    }

    /// The slots at which somebody is parked.
    pub(super) fn slots(&self) -> impl Iterator<Item = String> {
        let slot = |parked: &Message| Some(parked.get("ParkingSpace")?.text().text.into_owned());
        self.parked.values().filter_map(slot)
    }

    fn change(&mut self, id: &str, change: impl FnOnce(&mut Channel)) {
        if let Some(channel) = self.channels.get_mut(id) {
            change(channel);
        }
    }

    /// The channels by Uniqueid: name, and the bridge that each is in, unless it only waits there or is in a room.
    #[cfg(test)]
    pub(crate) fn channels(&self) -> BTreeMap<String, (String, Option<String>)> {
        let seen = |(id, channel): (&String, &Channel)| {
            let waits = channel.application == "ConfBridge" || self.parked.contains_key(id);
            let bridge = channel.bridge.clone().filter(|_| !waits);
            (id.clone(), (channel.get("Channel").to_owned(), bridge))
        };
        self.channels.iter().map(seen).collect()
    }

    /// Is it in the midst of something: a channel is on its way out, or two have answered and do not talk yet? That takes a real switch
    /// milliseconds, in which it refuses what it would do before and after.
    #[cfg(test)]
    pub(crate) fn is_between(&self) -> bool {
        let rung = |id: &String| {
            let mut channels = self.channels.values();
            channels.any(|other| other.dial == Dial::Live(Some(id.clone())) && other.state() != UP)
        };
        let meets = |(id, channel): (&String, &Channel)| {
            let joins = ["Dial", "AppDial", "AppDial2", "AppQueue", "ParkedCall"];
            let joins = joins.contains(&&*channel.application);
            joins && channel.state() == UP && channel.bridge.is_none() && !rung(id)
        };
        self.channels.values().any(|channel| channel.ending) || self.channels.iter().any(meets)
    }

    #[cfg(test)]
    pub(crate) fn has(&self, id: &str) -> bool {
        self.channels.contains_key(id)
    }

    /// What is dialled executes what dials it, as far as the list of channels goes (16 and 22).
    fn dialled(&mut self, by: &str, dest: &str) {
        let application = match self.channels.get(by).map(|channel| &*channel.application) {
            None => "AppDial2",
            Some("Queue") => "AppQueue",
            Some(_) => "AppDial",
        };
        self.change(dest, |channel| {
            channel.application = application.to_owned();
            channel.data = "(Outgoing Line)".to_owned();
        });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.channels.is_empty()
    }

    pub(crate) fn show_channels(&self, action: &Received) -> Vec<Outgoing> {
        let items = self
            .channels
            .values()
            .map(|channel| channel.list(action.item("CoreShowChannel")));
        action.list("Channels will follow", items.collect(), "CoreShowChannelsComplete")
    }

    pub(crate) fn queue_status(&self, action: &Received) -> Vec<Outgoing> {
        let mut items = self.members.list(action);
        let waiting = self.waiting.values();
        items.extend(waiting.map(|joined| copy(joined, action.item("QueueEntry"))));
        action.list("Queue status will follow", items, "QueueStatusComplete")
    }

    pub(crate) fn parked_calls(&self, action: &Received) -> Vec<Outgoing> {
        let items = self
            .parked
            .values()
            .map(|parked| copy(parked, action.item("ParkedCall")));
        action.list("Parked calls will follow", items.collect(), "ParkedCallsComplete")
    }
}

/// The headers of an event as those of an item of a list.
fn copy(event: &Message, item: Outgoing) -> Outgoing {
    let own = |key: &str| matches!(key, "Event" | "Privilege" | "Timestamp");
    event.headers().fold(item, |item, header| match header.key.text().text {
        key if own(&key) => item,
        key => item.header(&key, header.value.as_bytes()),
    })
}

fn message(event: &Outgoing) -> Option<Message> {
    let mut bytes = BytesMut::from(event.clone().encode().ok()?);
    Decoder::new(DecodeLimits::default()).next(&mut bytes).ok()?
}
