use lineside_ami::{Message, Outgoing};
use std::collections::BTreeMap;

/// The headers of a channel that a list of channels tells too.
pub(super) const BLOCK: &[&str] = &[
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

/// The states of a channel, as Asterisk numbers them.
pub(super) const DOWN: u8 = 0;
pub(super) const RING: u8 = 4;
pub(super) const RINGING: u8 = 5;
pub(super) const UP: u8 = 6;

/// Where nobody is known Asterisk says so.
pub(super) const NOBODY: &str = "<unknown>";

/// How a channel came to be dialled, and how that stands. Who dialled it is nobody where an application had it rung.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Dial {
    /// It was not, or not yet.
    #[default]
    Not,
    Live(Option<String>),
    Answered(Option<String>),
}

/// One channel.
#[derive(Clone, Debug, Default)]
pub(super) struct Channel {
    block: BTreeMap<&'static str, String>,
    /// What `channelvars` of manager.conf puts behind its block.
    variable: String,
    /// The how-manieth it is, of all.
    pub(super) born: u64,
    pub(super) application: String,
    pub(super) data: String,
    pub(super) bridge: Option<String>,
    pub(super) dial: Dial,
    /// The other half of a Local channel.
    pub(super) pair: Option<String>,
    /// The queue in which it waits.
    pub(super) queue: Option<String>,
    /// The room in which it talks.
    pub(super) room: Option<String>,
    /// It is to end, or nobody is left for whom it would go on.
    pub(super) ending: bool,
    /// It was sent to its extension, and does not execute it yet.
    pub(super) sent: bool,
    /// It holds.
    pub(super) held: bool,
    /// Whom it listens to.
    pub(super) watches: Option<String>,
    /// The slot at which it is to be parked; empty where none was named.
    pub(super) slot: String,
    /// Its recording, and whether that leaves out what is said.
    pub(super) recording: Option<bool>,
}

impl Channel {
    pub(super) fn get(&self, key: &str) -> &str {
        self.block.get(key).map_or("", String::as_str)
    }

    pub(super) fn set(&mut self, key: &'static str, value: &str) {
        self.block.insert(key, value.to_owned());
    }

    pub(super) fn state(&self) -> u8 {
        self.get("ChannelState").parse().unwrap_or(DOWN)
    }

    pub(super) fn set_state(&mut self, state: u8) {
        let name = match state {
            RING => "Ring",
            RINGING => "Ringing",
            UP => "Up",
            _ => "Down",
        };
        self.set("ChannelState", &state.to_string());
        self.set("ChannelStateDesc", name);
    }

    /// `PJSIP/1001-0000002a` is of the endpoint `1001`.
    pub(super) fn endpoint(&self) -> &str {
        let behind = self.get("Channel").split_once('/').map_or("", |(_, behind)| behind);
        behind.rsplit_once('-').map_or(behind, |(endpoint, _)| endpoint)
    }

    pub(super) fn is_half(&self) -> bool {
        self.get("Channel").starts_with("Local/")
    }

    /// Takes what a message says of it: the last block counts.
    pub(super) fn fold(&mut self, message: &Message, prefix: &str) {
        let value = |key: &str| {
            let value = message.get(&format!("{prefix}{key}"));
            value.map(|value| value.text().text.into_owned())
        };
        self.block
            .extend(BLOCK.iter().filter_map(|key| Some((*key, value(key)?))));
        if let Some(variable) = value("ChanVariable") {
            self.variable = variable;
        }
    }

    /// Its block, as it stands in every event about it.
    pub(super) fn tell(&self, event: Outgoing, prefix: &str) -> Outgoing {
        let event = BLOCK.iter().fold(event, |event, key| {
            event.header(&format!("{prefix}{key}"), self.get(key))
        });
        let variable = match self.variable.as_str() {
            "" => "CALLERID(pres)=allowed_not_screened",
            variable => variable,
        };
        event.header(&format!("{prefix}ChanVariable"), variable)
    }

    /// The same as an item of a list of channels.
    pub(super) fn list(&self, item: Outgoing) -> Outgoing {
        let item = BLOCK.iter().fold(item, |item, key| match self.block.get(key) {
            Some(value) => item.header(key, value),
            None => item,
        });
        item.header("Application", &self.application)
            .header("ApplicationData", &self.data)
            .header("Duration", "00:00:01")
            .header("BridgeId", self.bridge.as_deref().unwrap_or_default())
    }
}
