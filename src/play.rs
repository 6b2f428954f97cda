//! The shared stories, played by a virtual CSTA switch: the same people do the same things as in the lab, in any dialect, and what a bridge
//! tells of it comes out. The link, its session and the bytes between them are real; there is no socket, and time passes as fast as it can.

mod application;

use crate::link::{Machine, MachineConfig, Wish};
use crate::model::{Batch, LinkRole, Now, Restored, Service, SwitchName, Wall};
use crate::normalize::csta::dialect_of;
use crate::profile::{Filter, Product, Site, embedded, load, names};
use crate::sim::csta::{
    BY_REQUEST, CallIds, CallerTold, Connection, QueueLeaves, QueueTold, Quirks, SWITCH_NAME, Switch,
};
use application::Application;
use bytes::BytesMut;
use lineside_csta::server::ServerConfig;
use lineside_wire::{Private, Tick};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// When every story begins: 2026-11-21 04:42:28 UTC.
const EPOCH: i64 = 1_795_236_148_000;
/// So long a story may take, and what it leads to.
const LONGEST: Duration = Duration::from_secs(600);
/// After so long without anything having happened it is over: longer than a parked call of which nobody tells is waited for.
const QUIET: Duration = Duration::from_secs(200);

/// The stories that the switch can play: the name of the flow, and what people do in it.
pub fn flows() -> impl Iterator<Item = (&'static str, &'static str)> {
    Switch::flows()
}

/// The names of the profiles of CSTA switches: each can tell every story.
pub fn profiles() -> impl Iterator<Item = &'static str> {
    let of_csta = |name: &&str| {
        let profile = embedded(name).map(|text| load(name, text, None));
        profile.is_some_and(|profile| profile.is_ok_and(|profile| matches!(profile.product, Product::Csta(_))))
    };
    names().filter(of_csta)
}

/// Flows in which somebody else plays a part: of the lab in `consult_by_caller` T has a telephone there.
const PLAYED_BY: &[(&str, char, char)] = &[("consult_by_caller", 'D', 'T')];

/// Which letter of the story of a flow stands for which device or number.
#[must_use]
pub fn roles(flow: &str) -> BTreeMap<String, String> {
    let site = crate::sim::csta::Site::default();
    let role = |letter: &char| match letter {
        // Whoever is outside is the line to there, also where nobody tells which.
        'T' | 'U' | 'W' | 'X' | '0'..='9' => 'T'.to_string(),
        // The stories call a slot S, and every voice unit V.
        'L' => 'S'.to_string(),
        'I' => 'V'.to_string(),
        letter => {
            let mut played = PLAYED_BY.iter().filter(|(of, by, _)| *of == flow && by == letter);
            played.next().map_or(*letter, |(_, _, part)| *part).to_string()
        }
    };
    let cast = site.cast.iter().map(|(letter, number)| (number.clone(), role(letter)));
    cast.chain([("?".to_owned(), "T".to_owned())]).collect()
}

/// Ways in which switches tell the same differently, by name.
fn manner(name: &str) -> Option<Quirks> {
    let standard = Quirks::default();
    Some(match name {
        "standard" => standard,
        // Each monitor tells a while after the one before, and the answer to a request comes behind what it led to.
        "late" => Quirks {
            spread: Duration::from_millis(300),
            response_first: false,
            ..standard
        },
        // Names are opaque octets.
        "opaque" => Quirks {
            call_ids: CallIds::Octets,
            dynamic_devices: true,
            ..standard
        },
        // A group is delivered to, and tells that a call left it when somebody answers.
        "groups" => Quirks {
            queue: QueueTold::Delivered,
            queue_leaves: QueueLeaves::Answered,
            ..standard
        },
        // Nobody hears of having lifted, and the lists of a transfer name only what each was in.
        "brief" => Quirks {
            call_ids: CallIds::Hex,
            service_initiated: false,
            whole_lists: false,
            ..standard
        },
        // Who calls from outside stands where the network puts it.
        "network" => Quirks {
            caller: CallerTold::Network,
            ..standard
        },
        "behind" => Quirks {
            caller: CallerTold::Associated,
            ..standard
        },
        "afterwards" => Quirks {
            caller: CallerTold::Later,
            ..standard
        },
        // Everything there is is monitored, and tells: lines and slots, too, and who is busy of calls that did not get there.
        LINES => Quirks {
            slots_monitored: true,
            failed_at_busy: true,
            ..standard
        },
        _ => return None,
    })
}

/// The names of the ways in which switches tell the same differently.
pub const MANNERS: &[&str] = &[
    "standard",
    "late",
    "opaque",
    "groups",
    "brief",
    "network",
    "behind",
    "afterwards",
    LINES,
];
const LINES: &str = "lines";

/// What a bridge tells of a story that a switch of `profile` plays and tells in one of the manners, from the first connection on.
///
/// # Errors
/// There is no such story, profile or manner ([`MANNERS`]), or the switch could not play it: what went wrong.
pub fn play(flow: &str, profile: &str, manners: &str) -> Result<Vec<Batch>, String> {
    let quirks = manner(manners).ok_or_else(|| format!("no switch tells in the manner {manners:?}"))?;
    let (before, steps) = Switch::parts_of(flow).ok_or_else(|| format!("there is no story {flow:?}"))?;
    let lines = manners == LINES;
    let mut stage = Stage::new(profile, quirks, lines)?;
    for step in before {
        stage.performs(step)?;
    }
    stage.settle()?;
    stage.steps = steps.into();
    stage.run()?;
    match stage.application.failed() {
        None => Ok(stage.batches),
        Some(failed) => Err(failed),
    }
}

struct Stage {
    machine: Machine,
    switch: Switch,
    connection: Connection,
    to_switch: BytesMut,
    to_bridge: BytesMut,
    tick: Tick,
    batches: Vec<Batch>,
    application: Application,
    /// What is left of the story.
    steps: VecDeque<&'static str>,
}

impl Stage {
    /// `lines`: those to the outside are monitored, too.
    fn new(name: &str, quirks: Quirks, lines: bool) -> Result<Self, String> {
        let text = embedded(name).ok_or_else(|| format!("there is no profile {name:?}"))?;
        let mut changes: toml::Table = CHANGES.parse().map_err(|error| format!("{error}"))?;
        // What the dialect has a word for the switch offers.
        let all = Service::ALL.iter().map(|service| service.as_str().into());
        changes.insert("services".to_owned(), toml::Value::Array(all.collect()));
        let profile = load(name, text, Some(&changes)).map_err(|error| error.to_string())?;
        let Product::Csta(csta) = &profile.product else {
            return Err(format!("{name} is no CSTA switch"));
        };
        let server = ServerConfig::new(dialect_of(csta), None);
        let quirks = Quirks {
            named_devices: csta.devices.named.is_some(),
            inverted_filters: csta.monitors.filter != Filter::None,
            ..quirks
        };
        let devices = ["1001-1007", "2001-2002", "2101", "3001-3002", "7001", "9001-9008"];
        let devices = if lines { &devices[..] } else { &devices[..5] };
        let site = Site {
            country: Some("DE".to_owned()),
            area: Some("30".to_owned()),
            trunk_prefix: Some("0".to_owned()),
            extensions: Some(crate::profile::OneOrMany::One("10XX".to_owned())),
            trunks: vec!["90XX".to_owned()],
            switch_name: Some(SWITCH_NAME.to_owned()),
            devices: devices.iter().map(|range| (*range).to_owned()).collect(),
            ..Site::default()
        };
        let config = MachineConfig {
            switch: SwitchName::try_from("hq").map_err(|error| error.to_string())?,
            profile_name: name.to_owned(),
            profile: profile.clone(),
            rules: site.rules().map_err(|errors| format!("{errors:?}"))?,
            site,
            username: String::new(),
            secret: Private::new(String::new()),
            seed: [7; 32],
            restored: Restored::default(),
            give_up: Duration::from_secs(900),
        };
        let there = crate::sim::csta::Site::default();
        let application = Application::new(config.switch.clone(), there.cast.clone());
        let mut switch = Switch::new(there, quirks, 1);
        // Who lifts is said in the story.
        switch.pace.lifts = None;
        Ok(Stage {
            machine: Machine::new(config, now(Tick::ZERO)),
            switch,
            connection: Connection::new(Tick::ZERO, server).map_err(|error| error.to_string())?,
            to_switch: BytesMut::new(),
            to_bridge: BytesMut::new(),
            tick: Tick::ZERO,
            batches: Vec::new(),
            application,
            steps: VecDeque::new(),
        })
    }

    /// The next step of the story is done, by whoever does it. An application that asks for something has heard of all that was before.
    fn goes_on(&mut self) -> Result<(), String> {
        let quiet = self.switch.is_quiet();
        let waits = |step: &&'static str| !quiet && step.ends_with(BY_REQUEST);
        let Some(step) = self.steps.pop_front_if(|step| !waits(step)) else {
            return Ok(());
        };
        if let Some(asked) = step.strip_suffix(BY_REQUEST) {
            let command = self.application.asks(asked)?;
            self.machine.handle_command(now(self.tick), command);
            self.settle()?;
            if !self.application.cannot() {
                return Ok(());
            }
        }
        self.performs(step)?;
        self.settle()
    }

    fn performs(&mut self, step: &'static str) -> Result<(), String> {
        match self.switch.perform(self.tick, step) {
            true => Ok(()),
            false => {
                let failed = self.switch.failed().iter().cloned();
                let all: Vec<String> = self.application.failed().into_iter().chain(failed).collect();
                Err(all.join("; "))
            }
        }
    }

    /// Time passes until nothing happens any more.
    fn run(&mut self) -> Result<(), String> {
        let end = self.tick + LONGEST;
        let mut last = (self.batches.len(), self.tick);
        let mut next = self.tick + self.switch.pace.step;
        while self.tick < end && (!self.steps.is_empty() || last.1 + QUIET > self.tick) {
            self.settle()?;
            if next <= self.tick {
                self.goes_on()?;
                next = self.tick + self.switch.pace.step;
            }
            if self.batches.len() != last.0 {
                last = (self.batches.len(), self.tick);
            }
            let due = [self.machine.poll_timeout(), self.connection.poll_timeout(&self.switch)];
            let due = due.into_iter().chain([Some(next)]).flatten();
            let due = due.filter(|at| *at > self.tick).min();
            self.tick = due.unwrap_or(end).min(self.tick + Duration::from_secs(1));
        }
        Ok(())
    }

    /// What is due at this time happens, and everybody hears of it.
    fn settle(&mut self) -> Result<(), String> {
        let now = now(self.tick);
        self.machine.handle_timeout(now);
        let read = |error: lineside_wire::WireError| error.to_string();
        self.connection
            .handle_timeout(self.tick, &mut self.switch)
            .map_err(read)?;
        loop {
            let mut went = false;
            while let Some(wish) = self.machine.poll_wish() {
                went = true;
                match wish {
                    Wish::Connect(role) => self.machine.handle_connected(now, role),
                    Wish::Transmit(_, transmit) => self.to_switch.extend_from_slice(&transmit.bytes),
                    Wish::Disconnect(_) => return Err("the bridge gave up".to_owned()),
                    Wish::Missed(..) => {}
                }
            }
            if !self.to_switch.is_empty() {
                let mut input = std::mem::take(&mut self.to_switch);
                self.connection
                    .handle_bytes(self.tick, &mut self.switch, &mut input)
                    .map_err(read)?;
                self.to_switch = input;
            }
            while let Some(transmit) = self.connection.poll_transmit() {
                went = true;
                self.to_bridge.extend_from_slice(&transmit.bytes);
            }
            if went && !self.to_bridge.is_empty() {
                let mut input = std::mem::take(&mut self.to_bridge);
                self.machine.handle_bytes(now, LinkRole::Events, &mut input);
                self.to_bridge = input;
            }
            while let Some(batch) = self.machine.poll_batch() {
                self.application.hear(&batch);
                self.batches.push(batch);
            }
            if !went {
                return Ok(());
            }
        }
    }
}

/// What the virtual switch has, and the profiles leave to the site.
const CHANGES: &str = r#"
[devices.kinds]
queue = ["200X"]
group = ["21XX"]
park = ["70XX"]
voiceUnit = ["30XX"]
[monitors]
perSecond = 1000
list = false
states = ["getAgentState", "getDoNotDisturb", "getForwarding", "getMessageWaitingIndicator"]
"#;

fn now(tick: Tick) -> Now {
    let millis = i64::try_from(tick.as_micros() / 1000).unwrap_or(i64::MAX);
    Now {
        tick,
        wall: Wall::from_millis(EPOCH.saturating_add(millis)),
    }
}
