//! A CSTA switch on a stage: its events are said in few words, and what is told comes back in few words.

use crate::link::machine::Wish;
use crate::link::{Machine, MachineConfig};
use crate::model::*;
use crate::profile::{Site, embedded, load};
use bytes::BytesMut;
use lineside_csta::server::{self, Server, ServerConfig};
use lineside_csta::types as csta;
use lineside_csta::{
    Answer, Dialect, Encoding, Event as Said, EventReport, Framing, Octets, Request, Response, Style, Supervision,
};
use lineside_wire::{Private, Session as _, Tick};
use std::collections::BTreeMap;
use std::time::Duration;

pub(super) struct Stage {
    machine: Machine,
    server: Server,
    to_machine: BytesMut,
    to_server: BytesMut,
    tick: Tick,
    /// The monitors that were placed, by device.
    monitors: BTreeMap<String, Octets>,
    /// Why a device is not monitored.
    refuses: BTreeMap<String, csta::UniversalFailure>,
    told: Vec<Event>,
    calls: Vec<CallId>,
}

pub(super) fn dialect() -> Dialect {
    Dialect {
        framing: Framing::Annex,
        encoding: Encoding::Xml(Style {
            namespace: "http://www.ecma-international.org/standards/ecma-323/csta/ed5".to_owned(),
            prefix: None,
        }),
        login: lineside_csta::Login::None,
        supervision: Supervision::None,
    }
}

impl Stage {
    /// A switch whose devices 2001 to 2004 and queue 2100 are monitored, and nothing has happened yet.
    pub(super) fn new() -> Self {
        let mut stage = Self::down();
        stage.settle();
        let words = stage.words();
        assert_eq!(words.first().unwrap(), "link.up");
        assert_eq!(words.last().unwrap(), "link.resynced");
        stage
    }

    /// The same where the licence allows no monitor of `device`; and what the switch is told to be like then.
    pub(super) fn without(device: &str) -> (Self, Monitors) {
        let mut stage = Self::down();
        let why = csta::UniversalFailure::SystemResource(csta::SystemResourceError::OverallMonitorLimitExceeded);
        stage.refuses.insert(device.to_owned(), why);
        stage.settle();
        let told = stage.told.iter().rev().find_map(|event| match &event.data {
            Data::Link(data) => data.switch.monitors.clone(),
            _ => None,
        });
        (stage, told.unwrap())
    }

    fn down() -> Self {
        let changes: toml::Table =
            "[monitors]\nlist = false\nsnapshot = false\nperSecond = 1000\n[devices.kinds]\nqueue = [\"21XX\"]"
                .parse()
                .unwrap();
        let site = Site {
            devices: vec!["2001-2004".to_owned(), "2100".to_owned()],
            ..Site::default()
        };
        let name = "ecma/ecma-323-ed5";
        let config = MachineConfig {
            switch: SwitchName::try_from("hq").unwrap(),
            profile_name: name.to_owned(),
            profile: load(name, embedded(name).unwrap(), Some(&changes)).unwrap(),
            rules: site.rules().unwrap(),
            site,
            username: String::new(),
            secret: Private::new(String::new()),
            seed: [7; 32],
            restored: Restored::default(),
            give_up: Duration::from_secs(900),
        };
        let now = now(Tick::ZERO);
        Stage {
            machine: Machine::new(config, now),
            server: Server::new(Tick::ZERO, ServerConfig::new(dialect(), None)).unwrap(),
            to_machine: BytesMut::new(),
            to_server: BytesMut::new(),
            tick: Tick::ZERO,
            monitors: BTreeMap::new(),
            refuses: BTreeMap::new(),
            told: Vec::new(),
            calls: Vec::new(),
        }
    }

    /// The monitor of `device` tells `event`.
    pub(super) fn says(&mut self, device: &str, event: Said) -> &mut Self {
        let report = EventReport {
            monitor_cross_ref_id: self.monitors[device].clone(),
            event,
        };
        self.server.report(report).unwrap();
        self.settle();
        self
    }

    /// Some time passes.
    pub(super) fn waits(&mut self, seconds: u64) {
        self.tick += Duration::from_secs(seconds);
        self.settle();
    }

    /// What was told since it was asked last.
    pub(super) fn words(&mut self) -> Vec<String> {
        let told = std::mem::take(&mut self.told);
        let mut words: Vec<String> = told.iter().map(|event| word(&mut self.calls, event)).collect();
        // What may be asked of a call changes by what happens to another one.
        words.retain(|word| !word.ends_with("information") && !word.starts_with("queue.updated"));
        words
    }

    fn settle(&mut self) {
        let now = now(self.tick);
        self.machine.handle_timeout(now);
        loop {
            let mut went = false;
            while let Some(wish) = self.machine.poll_wish() {
                went = true;
                match wish {
                    Wish::Connect(role) => self.machine.handle_connected(now, role),
                    Wish::Transmit(_, transmit) => self.to_server.extend_from_slice(&transmit.bytes),
                    Wish::Disconnect(_) | Wish::Missed(..) => {}
                }
            }
            self.server.handle_bytes(self.tick, &mut self.to_server).unwrap();
            while let Some(event) = self.server.poll_event() {
                went = true;
                self.serve(event);
            }
            while let Some(transmit) = self.server.poll_transmit() {
                went = true;
                self.to_machine.extend_from_slice(&transmit.bytes);
            }
            let mut input = std::mem::take(&mut self.to_machine);
            if !input.is_empty() {
                self.machine.handle_bytes(now, LinkRole::Events, &mut input);
            }
            while let Some(batch) = self.machine.poll_batch() {
                self.told.extend(batch.events);
            }
            // Monitors are placed at a pace.
            if !went
                && self
                    .machine
                    .poll_timeout()
                    .is_some_and(|at| at <= self.tick + Duration::from_millis(200))
            {
                self.tick += Duration::from_millis(10);
                self.machine.handle_timeout(self::now(self.tick));
                went = true;
            }
            if !went {
                return;
            }
        }
    }

    fn serve(&mut self, event: server::Event) {
        let server::Event::Received { id, request } = event else {
            return;
        };
        let answer = match &request {
            Request::MonitorStart(start) => {
                let csta::CstaObject::Device(device) = &start.monitor_object else {
                    panic!("{start:?}")
                };
                let device = device.number().to_owned();
                match self.refuses.get(&device) {
                    Some(why) => Answer::Failed(why.clone()),
                    None => {
                        let name = Octets::from(format!("m{device}").as_str());
                        self.monitors.insert(device, name.clone());
                        Answer::Done(Response::MonitorStart(Box::new(csta::MonitorStartResponse {
                            monitor_cross_ref_id: name,
                            ..csta::MonitorStartResponse::default()
                        })))
                    }
                }
            }
            _ => return,
        };
        self.server.respond(id, answer).unwrap();
    }
}

/// An event in a few words; a call is its place among `calls`.
pub(super) fn word(calls: &mut Vec<CallId>, event: &Event) -> String {
    let kind = event.kind.as_str().trim_start_matches("lineside.");
    let Data::Call(data) = &event.data else {
        return kind.to_owned();
    };
    let number = number(calls, data.call.id);
    let mut words = format!("c{number} {}", kind.trim_start_matches("call."));
    if let Some(c) = data
        .connection
        .as_ref()
        .filter(|_| !words.ends_with("ferred") && !words.ends_with("ferenced"))
    {
        let who = c.device.as_ref().map(|d| d.key().to_owned());
        let who = who
            .or_else(|| c.number.as_ref().map(|n| String::from(&***n)))
            .unwrap_or_default();
        words += &format!(" {who}:{}", serde_json::to_value(c.state).unwrap().as_str().unwrap());
    }
    if let Some(cause) = data.cause {
        words += &format!(" {}", serde_json::to_value(cause).unwrap().as_str().unwrap());
    }
    for (word, devices) in [("left", &data.left), ("joined", &data.joined)] {
        if words.contains("ferred") || words.contains("ferenced") {
            devices
                .iter()
                .for_each(|device| words += &format!(" {word} {}", device.key()));
        }
    }
    if event.kind == EventType::Originated && data.call.linkage.consultation_of.is_some() {
        words += " consults";
    }
    words
}

fn number(calls: &mut Vec<CallId>, call: CallId) -> usize {
    let at = calls.iter().position(|known| *known == call);
    at.unwrap_or_else(|| {
        calls.push(call);
        calls.len() - 1
    }) + 1
}

pub(super) fn now(tick: Tick) -> Now {
    Now {
        tick,
        wall: Wall::from_millis(1_795_000_000_000 + i64::try_from(tick.as_micros() / 1000).unwrap()),
    }
}
