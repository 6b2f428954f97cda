//! A switch on paper: messages are written in few words, and what is told comes back in few.

use crate::engine::{Engine, Ids, over};
use crate::model::*;
use crate::normalize::asterisk::Normalizer;
use crate::profile::{Site, embedded, load};
use bytes::BytesMut;
use lineside_ami::{DecodeLimits, Decoder, Message};
use lineside_wire::Tick;
use std::time::Duration;

pub(super) fn msg(text: &str) -> Message {
    let text: String = text
        .trim()
        .split('|')
        .map(|l| format!("{}\r\n", l.trim()))
        .collect::<String>()
        + "\r\n";
    Decoder::new(DecodeLimits::default())
        .next(&mut BytesMut::from(text.as_bytes()))
        .unwrap()
        .unwrap()
}

/// `ev name`, channel block `id=name/state[/hint[/exten]]`.
pub(super) fn block(prefix: &str, spec: &str) -> String {
    let mut p = spec.split(' ');
    let id = p.next().unwrap();
    let name = p.next().unwrap();
    let state = p.next().unwrap();
    let hint = p.next().unwrap_or(id);
    let exten = p.next().unwrap_or("1001");
    format!(
        "|{prefix}Channel: {name}|{prefix}ChannelState: {state}|{prefix}CallerIDNum: 0|{prefix}Exten: {exten}|{prefix}Uniqueid: {id}|{prefix}Linkedid: {hint}"
    )
}

pub(super) struct World {
    pub(super) n: Normalizer,
    pub(super) e: Engine,
    pub(super) secs: u64,
    pub(super) stamps: bool,
    pub(super) all: Vec<Event>,
}

pub(super) fn site() -> Site {
    toml::from_str("country = 'DE'\narea='30'\nextensions = '10XX'\nuserData = ['CUSTOMER']").unwrap()
}

pub(super) fn normalizer() -> Normalizer {
    normalizer_of(false)
}

/// One of a site that reads the digits that people press.
pub(super) fn with_digits() -> Normalizer {
    normalizer_of(true)
}

fn normalizer_of(digits: bool) -> Normalizer {
    let profile = load("asterisk/asterisk", embedded("asterisk/asterisk").unwrap(), None)
        .unwrap()
        .asterisk()
        .unwrap();
    Normalizer::new(
        SwitchName::try_from("hq").unwrap(),
        profile,
        site().rules().unwrap(),
        &site().user_data,
        digits,
    )
}

impl World {
    pub(super) fn new() -> Self {
        Self::with(Restored::default())
    }

    pub(super) fn with(restored: Restored) -> Self {
        let e = Engine::new(
            SwitchName::try_from("hq").unwrap(),
            Text::from("p"),
            Ids::new([1; 32]),
            Duration::from_secs(900),
            restored,
            Self::at(0),
        );
        let mut w = World {
            n: normalizer(),
            e,
            secs: 1,
            stamps: true,
            all: vec![],
        };
        w.facts(Facts {
            time: None,
            facts: vec![Fact::Snapshot(Box::default())],
        });
        w
    }

    pub(super) fn bare(restored: Restored) -> Self {
        let mut n = normalizer();
        n.over = over(&restored);
        let e = Engine::new(
            SwitchName::try_from("hq").unwrap(),
            Text::from("p"),
            Ids::new([1; 32]),
            Duration::from_secs(900),
            restored,
            Self::at(0),
        );
        World {
            n,
            e,
            secs: 1,
            stamps: true,
            all: vec![],
        }
    }

    pub(super) fn at(secs: u64) -> Now {
        Now {
            tick: Tick::ZERO + Duration::from_secs(secs),
            wall: Wall::from_millis(1_795_000_000_000 + secs as i64 * 1000),
        }
    }

    pub(super) fn facts(&mut self, facts: Facts) -> Vec<String> {
        let b = self.e.reduce(facts, Self::at(self.secs));
        let evs = b.map(|b| b.events).unwrap_or_default();
        let out = evs.iter().map(told).collect();
        self.all.extend(evs);
        out
    }

    pub(super) fn raw(&mut self, text: String) -> Vec<String> {
        self.secs += 1;
        let text = if self.stamps {
            format!("{text}|Timestamp: {}.000000", 1_795_000_000 + self.secs)
        } else {
            text
        };
        let f = self.n.event(&msg(&text), Self::at(self.secs).tick);
        self.facts(f)
    }

    pub(super) fn ev(&mut self, name: &str, spec: &str, more: &str) -> Vec<String> {
        let b = if spec.is_empty() {
            String::new()
        } else {
            block("", spec)
        };
        self.raw(format!(
            "Event: {name}{b}{}{more}",
            if more.is_empty() { "" } else { "|" }
        ))
    }

    pub(super) fn dial(&mut self, kind: &str, caller: &str, dest: &str, more: &str) -> Vec<String> {
        let c = if caller.is_empty() {
            String::new()
        } else {
            block("", caller)
        };
        self.raw(format!(
            "Event: {kind}{c}{}|DialString: x{}{more}",
            block("Dest", dest),
            if more.is_empty() { "" } else { "|" }
        ))
    }

    /// link breaks; `channels` etc. is what is there on return
    pub(super) fn down(&mut self) {
        let f = Facts {
            time: None,
            facts: vec![Fact::Link(LinkFact::Down {
                reason: Text::from("x"),
                heard: None,
            })],
        };
        self.facts(f);
    }

    pub(super) fn resync(&mut self, channels: &[String], queued: &[&str], parked: &[&str]) -> Vec<String> {
        self.secs += 1;
        let ch: Vec<Message> = channels
            .iter()
            .map(|c| msg(&format!("Event: CoreShowChannel{c}")))
            .collect();
        let q: Vec<Message> = queued.iter().map(|c| msg(&format!("Event: QueueEntry|{c}"))).collect();
        let p: Vec<Message> = parked.iter().map(|c| msg(&format!("Event: ParkedCall|{c}"))).collect();
        self.n.adopt(&ch, Some(&q), Some(&p), Self::at(self.secs).tick);
        let s = self.n.snapshot(false);
        self.facts(Facts {
            time: None,
            facts: vec![s],
        })
    }

    pub(super) fn restored(&self) -> Restored {
        let calls: Vec<Call> = self.e.calls().cloned().collect();
        let mut restored = Restored {
            memos: self.e.notes(),
            ..Restored::default()
        };
        let ended = self.all.iter().filter(|event| event.kind == EventType::Cleared);
        let ended = ended.filter_map(|event| match &event.data {
            Data::Call(data) => Some(data.call.clone()),
            _ => None,
        });
        calls.into_iter().chain(ended).for_each(|call| restored.take(call));
        restored
    }

    pub(super) fn live(&self) -> Vec<String> {
        self.e.calls().map(show).collect()
    }
}

pub(super) fn ch(spec: &str, app: &str, data: &str, bridge: &str) -> String {
    format!(
        "{}|Application: {app}|ApplicationData: {data}|BridgeId: {bridge}",
        block("", spec)
    )
}

pub(super) fn show(c: &Call) -> String {
    let cs: Vec<_> = c
        .connections
        .iter()
        .map(|c| format!("{}:{:?}", c.device.as_ref().map_or("-", |d| d.key()), c.state))
        .collect();
    format!(
        "{:?} {:?} calling={:?} [{}]",
        c.state,
        c.outcome,
        c.calling_device.device.as_ref().map(|d| d.key().to_owned()),
        cs.join(" ")
    )
}

pub(super) fn told(e: &Event) -> String {
    match &e.data {
        Data::Call(d) => format!(
            "{}{} {} {:?} out={:?} | call ..{} {}",
            if e.reconstructed { "R " } else { "" },
            e.kind.as_str().trim_start_matches("lineside.call."),
            d.connection.as_ref().map_or(String::new(), |c| format!(
                "{}:{:?}",
                c.device.as_ref().map_or("-", |d| d.key()),
                c.state
            )),
            d.cause,
            d.connection.as_ref().and_then(|c| c.outcome),
            d.call.id.to_string().split_off(30),
            show(&d.call)
        ),
        _ => e.kind.as_str().to_owned(),
    }
}

pub(super) const T: &str = "t PJSIP/trunk-1 4 t 4930";
pub(super) const TU: &str = "t PJSIP/trunk-1 6 t 4930";

pub(super) fn inbound(w: &mut World) {
    w.ev("Newchannel", T, "");
    w.ev("NewCallerid", T, "");
}

pub(super) fn queue(w: &mut World) {
    inbound(w);
    w.ev("Newstate", TU, "");
    w.ev("QueueCallerJoin", TU, "Queue: support");
}
