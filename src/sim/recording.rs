use bytes::BytesMut;
use lineside_ami::{DecodeLimits, Decoder, Kind, Message};
use serde::Deserialize;
use std::time::Duration;

/// What one flow made the switch tell, each message with its time from the start of the flow.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recording {
    pub(crate) events: Vec<(Duration, Message)>,
}

/// The part of a capture's line that is of use here.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    t: u64,
    #[serde(default)]
    c: Option<String>,
    #[serde(default, rename = "in")]
    text: Option<String>,
}

impl Recording {
    /// Reads a capture of an otherwise idle switch. Only what happened counts, not what was asked for, and of that not what
    /// Debian's build tells its own test suite.
    pub(crate) fn read(capture: &str) -> Self {
        let mut decoder = Decoder::new(DecodeLimits::default());
        let mut input = BytesMut::new();
        let mut events: Vec<(Duration, Message)> = Vec::new();
        for line in capture.lines() {
            let Ok(Line {
                t,
                c: Some(role),
                text: Some(text),
            }) = serde_json::from_str(line)
            else {
                continue;
            };
            if role != "events" {
                continue;
            }
            // The greeting is a line of its own, which no decoder of messages takes.
            let text = match text.split_once("\r\n") {
                Some((banner, rest)) if banner.starts_with("Asterisk Call Manager/") => rest,
                _ => &text,
            };
            input.extend_from_slice(text.as_bytes());
            while let Ok(Some(message)) = decoder.next(&mut input) {
                if happened(&message) {
                    events.push((Duration::from_micros(t), message));
                }
            }
        }
        let start = events.first().map_or(Duration::ZERO, |(at, _)| *at);
        for (at, _) in &mut events {
            *at = at.saturating_sub(start);
        }
        Recording { events }
    }

    /// The same in less time.
    pub(crate) fn faster(mut self, times: u32) -> Self {
        self.events.iter_mut().for_each(|(at, _)| *at /= times);
        self
    }

    /// The same with the pauses of people: who plays a phone in the lab needs less time than a person.
    pub(crate) fn in_human_time(mut self) -> Self {
        const PAUSE: Duration = Duration::from_millis(150);
        const SLOWER: u32 = 7;
        const LONGEST: Duration = Duration::from_secs(9);
        let (mut before, mut shift) = (Duration::ZERO, Duration::ZERO);
        for (at, _) in &mut self.events {
            let gap = at.saturating_sub(before);
            before = *at;
            if gap > PAUSE {
                shift += (gap * SLOWER).min(LONGEST.max(gap)) - gap;
            }
            *at += shift;
        }
        self
    }
}

fn happened(message: &Message) -> bool {
    let global = message.get("Channel").is_some_and(|channel| channel == "none");
    message.kind() == Kind::Event
        && message.get("Privilege").is_some()
        && !message.is_event("FullyBooted")
        && !message.is_event("TestEvent")
        && !global
}
