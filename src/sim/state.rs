use bytes::BytesMut;
use lineside_ami::server::Received;
use lineside_ami::{DecodeLimits, Decoder, Message, Outgoing};
use std::collections::BTreeMap;

/// The headers of a channel that a list of channels tells too.
const BLOCK: &[&str] = &[
    "Channel",
    "ChannelState",
    "ChannelStateDesc",
    "CallerIDNum",
    "CallerIDName",
    "ConnectedLineNum",
    "ConnectedLineName",
    "Language",
    "AccountCode",
    "Context",
    "Exten",
    "Priority",
    "Uniqueid",
    "Linkedid",
];

/// What is there now: folded from what is told, so that who asks hears the same as who listened.
#[derive(Debug, Default)]
pub(crate) struct State {
    channels: BTreeMap<String, Channel>,
    /// Callers in queues: by Uniqueid, the event with which they joined.
    waiting: BTreeMap<String, Message>,
    parked: BTreeMap<String, Message>,
}

#[derive(Debug, Default)]
struct Channel {
    block: BTreeMap<&'static str, String>,
    application: String,
    data: String,
    bridge: String,
}

impl State {
    /// Takes what is about to be told.
    pub(crate) fn fold(&mut self, event: &Outgoing) {
        let Some(message) = message(event) else { return };
        let name = message.name();
        for prefix in ["", "Dest"] {
            self.channel(&message, prefix);
        }
        let text = |key: &str| {
            message
                .get(key)
                .map(|value| value.text().text.into_owned())
                .unwrap_or_default()
        };
        let uniqueid = text("Uniqueid");
        if name.is("DialBegin") {
            self.dialled(&uniqueid, &text("DestUniqueid"));
        }
        if name.is("Hangup") {
            self.channels.remove(&uniqueid);
            self.waiting.remove(&uniqueid);
            self.parked.remove(&uniqueid);
        } else if name.is("QueueCallerJoin") {
            self.waiting.insert(uniqueid, message);
        } else if name.is("QueueCallerLeave") {
            self.waiting.remove(&uniqueid);
        } else if name.is("ParkedCall") {
            self.parked.insert(text("ParkeeUniqueid"), message);
        } else if name.is("UnParkedCall") || name.is("ParkedCallTimeOut") || name.is("ParkedCallGiveUp") {
            self.parked.remove(&text("ParkeeUniqueid"));
        } else if let Some(channel) = self.channels.get_mut(&uniqueid) {
            if name.is("Newexten") {
                (channel.application, channel.data) = (text("Application"), text("AppData"));
            } else if name.is("BridgeEnter") {
                channel.bridge = text("BridgeUniqueid");
            } else if name.is("BridgeLeave") {
                channel.bridge.clear();
            }
        }
    }

    fn channel(&mut self, message: &Message, prefix: &str) {
        let value = |key: &str| {
            message
                .get(&format!("{prefix}{key}"))
                .map(|v| v.text().text.into_owned())
        };
        let (Some(uniqueid), Some(_)) = (value("Uniqueid"), value("ChannelState")) else {
            return;
        };
        let channel = self.channels.entry(uniqueid).or_default();
        channel
            .block
            .extend(BLOCK.iter().filter_map(|key| Some((*key, value(key)?))));
    }

    /// The channels by Uniqueid: name, and the bridge that each is in, unless it only waits there or is in a room.
    #[cfg(test)]
    pub(crate) fn channels(&self) -> BTreeMap<String, (String, Option<String>)> {
        let seen = |(id, channel): (&String, &Channel)| {
            let name = channel.block.get("Channel").cloned().unwrap_or_default();
            let waits = channel.application == "ConfBridge" || self.parked.contains_key(id);
            let bridge = Some(channel.bridge.clone()).filter(|bridge| !bridge.is_empty() && !waits);
            (id.clone(), (name, bridge))
        };
        self.channels.iter().map(seen).collect()
    }

    /// What is dialled executes what dials it, as far as the list of channels goes (16 and 22).
    fn dialled(&mut self, by: &str, dest: &str) {
        let application = match self.channels.get(by).map(|channel| &*channel.application) {
            None => "AppDial2",
            Some("Queue") => "AppQueue",
            Some(_) => "AppDial",
        };
        if let Some(channel) = self.channels.get_mut(dest) {
            channel.application = application.to_owned();
            channel.data = "(Outgoing Line)".to_owned();
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.channels.is_empty()
    }

    pub(crate) fn show_channels(&self, action: &Received) -> Vec<Outgoing> {
        let items = self.channels.values().map(|channel| {
            let item = action.item("CoreShowChannel");
            let item = BLOCK.iter().fold(item, |item, key| match channel.block.get(key) {
                Some(value) => item.header(key, value),
                None => item,
            });
            item.header("Application", &channel.application)
                .header("ApplicationData", &channel.data)
                .header("Duration", "00:00:01")
                .header("BridgeId", &channel.bridge)
        });
        action.list("Channels will follow", items.collect(), "CoreShowChannelsComplete")
    }

    pub(crate) fn queue_status(&self, action: &Received) -> Vec<Outgoing> {
        let items = self
            .waiting
            .values()
            .map(|joined| copy(joined, action.item("QueueEntry")));
        action.list("Queue status will follow", items.collect(), "QueueStatusComplete")
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
