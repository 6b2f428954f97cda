//! What the virtual Asterisk can play: flows that a real one told in the lab.
use super::recording::Recording;
use lineside_ami::Message;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// The telephones of the virtual site.
pub(crate) const STATIONS: RangeInclusive<u32> = 1001..=1009;

/// The lab's numbers: telephones, their direct numbers, and people outside. All but the end of each is the same for all of a kind.
/// The ranges are kept free for films by the Bundesnetzagentur.
const STATION: &str = "100";
const DIRECT: &str = "49302312500";
const OUTSIDE: &str = "17139200";

macro_rules! scenes {
    ($($flow:literal)*) => {
        &[$(($flow, include_str!(concat!(
            "../../vendor-profiles/asterisk/asterisk/cases/", $flow, "/asterisk-22.capture.ndjson"
        )))),*]
    };
}

/// In the order in which they are played.
const FLOWS: &[(&str, &str)] = scenes! {
    "inbound_data" "internal" "queue_answered" "outbound" "hold_retrieve" "parallel_ring" "blind_transfer" "ivr" "busy"
    "click_to_dial" "caller_gives_up" "inbound" "forwarded_302" "voicemail" "queue_refused" "rejected"
};

/// What an application may ask for, with what Asterisk says about it.
pub(crate) const COMMANDS: &[(&str, &str)] = &[
    (
        "BlindTransfer",
        "Blind transfer channel(s) to the given destination (Priv: call,all)",
    ),
    ("BridgeList", "Get a list of bridges in the system. (Priv: <none>)"),
    (
        "CoreSettings",
        "Show PBX core settings (version etc). (Priv: system,reporting,all)",
    ),
    (
        "CoreShowChannels",
        "List currently active channels. (Priv: system,reporting,all)",
    ),
    (
        "CoreStatus",
        "Show PBX core status variables. (Priv: system,reporting,all)",
    ),
    ("DBDel", "Delete DB entry. (Priv: system,all)"),
    ("DBGet", "Get DB Entry. (Priv: system,reporting,all)"),
    (
        "DBGetTree",
        "Get DB entries, optionally at a particular family/key (Priv: system,reporting,all)",
    ),
    ("DBPut", "Put DB entry. (Priv: system,all)"),
    (
        "DeviceStateList",
        "List the current known device states. (Priv: call,reporting,all)",
    ),
    (
        "Getvar",
        "Gets a channel variable or function value. (Priv: call,reporting,all)",
    ),
    ("Hangup", "Hangup channel. (Priv: system,call,all)"),
    ("ListCommands", "List available manager commands. (Priv: <none>)"),
    (
        "MixMonitor",
        "Record a call and mix the audio during the recording. (Priv: system,all)",
    ),
    (
        "MixMonitorMute",
        "Mute / unMute a Mixmonitor recording. (Priv: system,call,all)",
    ),
    ("MuteAudio", "Mute an audio stream. (Priv: system,all)"),
    ("Originate", "Originate a call. (Priv: originate,all)"),
    ("Park", "Park a channel. (Priv: call,all)"),
    ("ParkedCalls", "List parked calls. (Priv: <none>)"),
    ("Parkinglots", "Get a list of parking lots (Priv: <none>)"),
    (
        "PJSIPNotify",
        "Send a NOTIFY to either an endpoint, an arbitrary URI, or inside a SIP dialog. (Priv: system,all)",
    ),
    ("PlayDTMF", "Play DTMF signal on a specific channel. (Priv: call,all)"),
    ("QueueAdd", "Add interface to queue. (Priv: agent,all)"),
    (
        "QueuePause",
        "Makes a queue member temporarily unavailable. (Priv: agent,all)",
    ),
    ("QueuePenalty", "Set the penalty for a queue member. (Priv: agent,all)"),
    ("QueueRemove", "Remove interface from queue. (Priv: agent,all)"),
    ("QueueStatus", "Show queue status. (Priv: <none>)"),
    ("Redirect", "Redirect (transfer) a call. (Priv: call,all)"),
    ("Setvar", "Sets a channel variable or function value. (Priv: call,all)"),
    (
        "StopMixMonitor",
        "Stop recording a call through MixMonitor, and free the recording's file handle. (Priv: system,call,all)",
    ),
];

/// A flow, and the words in it that may be others.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub(crate) flow: &'static str,
    pub(crate) recording: Recording,
    /// By the number of a telephone of the lab, the words that have it in them.
    pub(crate) stations: BTreeMap<String, BTreeSet<String>>,
    /// By the end of an outside number, the words that have it in them.
    pub(crate) outside: BTreeMap<String, BTreeSet<String>>,
}

/// All scenes, as fast as the lab played them.
pub(crate) fn all() -> Vec<Scene> {
    FLOWS
        .iter()
        .map(|(flow, capture)| Scene::new(flow, Recording::read(capture)))
        .collect()
}

impl Scene {
    pub(crate) fn new(flow: &'static str, recording: Recording) -> Self {
        let mut scene = Scene {
            flow,
            recording,
            stations: BTreeMap::new(),
            outside: BTreeMap::new(),
        };
        let words: BTreeSet<String> = scene
            .recording
            .events
            .iter()
            .flat_map(|(_, message)| words(message))
            .collect();
        for word in words {
            let digits = word.trim_start_matches('+');
            let station = digits.strip_prefix(STATION).or_else(|| digits.strip_prefix(DIRECT));
            if let Some(last) = station.filter(|last| last.len() == 1 && *last != "0") {
                scene
                    .stations
                    .entry(format!("{STATION}{last}"))
                    .or_default()
                    .insert(word.clone());
            } else if let Some((_, end)) = digits.split_once(OUTSIDE).filter(|(_, end)| end.len() == 2) {
                scene.outside.entry(end.to_owned()).or_default().insert(word.clone());
            }
        }
        scene
    }
}

/// What stands for the words of one of the scene's people: the same with another end.
pub(crate) fn recast(words: &BTreeSet<String>, end: &str, numbers: &mut BTreeMap<String, String>) {
    for word in words {
        let kept = word.len().saturating_sub(end.len());
        let start = word.get(..kept).unwrap_or_default();
        numbers.insert(word.clone(), format!("{start}{end}"));
    }
}

/// The digits and pluses that stand in a message as numbers of their own.
fn words(message: &Message) -> Vec<String> {
    let mut found = Vec::new();
    for header in message.headers() {
        let value = header.value.text().text;
        found.extend(
            value
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '+' && c != '.')
                .filter(|word| word.len() >= 4)
                .map(str::to_owned),
        );
    }
    found
}
