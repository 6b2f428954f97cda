//! The shared stories, played by a virtual CSTA switch: the same people do the same things as in the lab, in any dialect, and what a bridge
//! tells of it comes out. The link, its session and the bytes between them are real; there is no socket, and time passes as fast as it can.

use crate::link::{Machine, MachineConfig, Wish};
use crate::model::{Batch, LinkRole, Now, Restored, SwitchName, Wall};
use crate::normalize::csta::dialect_of;
use crate::profile::{Product, Site, embedded, load, names};
use crate::sim::csta::{CallIds, CallerTold, Connection, QueueLeaves, QueueTold, Quirks, Switch};
use bytes::BytesMut;
use lineside_csta::server::ServerConfig;
use lineside_wire::{Private, Tick};
use std::collections::BTreeMap;
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

/// Which letter of the stories stands for which device or number.
#[must_use]
pub fn roles() -> BTreeMap<String, String> {
    let site = crate::sim::csta::Site::default();
    let role = |letter: &char| match letter {
        // Whoever is outside is the line to there, also where nobody tells which.
        'T' | 'U' | 'W' | 'X' | '0'..='9' => 'T'.to_string(),
        // The stories call a slot S, too.
        'L' => 'S'.to_string(),
        letter => letter.to_string(),
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
];

/// What a bridge tells of a story that a switch of `profile` plays and tells in one of the manners, from the first connection on.
///
/// # Errors
/// There is no such story, profile or manner ([`MANNERS`]), or the switch could not play it: what went wrong.
pub fn play(flow: &str, profile: &str, manners: &str) -> Result<Vec<Batch>, String> {
    let quirks = manner(manners).ok_or_else(|| format!("no switch tells in the manner {manners:?}"))?;
    let mut stage = Stage::new(profile, quirks)?;
    stage.settle()?;
    if !stage.switch.play(stage.tick, flow) {
        return Err(format!("there is no story {flow:?}"));
    }
    stage.run()?;
    match stage.switch.failed() {
        [] => Ok(stage.batches),
        failed => Err(failed.join("; ")),
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
}

impl Stage {
    fn new(name: &str, quirks: Quirks) -> Result<Self, String> {
        let text = embedded(name).ok_or_else(|| format!("there is no profile {name:?}"))?;
        let changes = CHANGES.parse().map_err(|error| format!("{error}"))?;
        let profile = load(name, text, Some(&changes)).map_err(|error| error.to_string())?;
        let Product::Csta(csta) = &profile.product else {
            return Err(format!("{name} is no CSTA switch"));
        };
        let server = ServerConfig::new(dialect_of(csta), None);
        let site = Site {
            country: Some("DE".to_owned()),
            area: Some("30".to_owned()),
            trunk_prefix: Some("0".to_owned()),
            extensions: Some(crate::profile::OneOrMany::One("10XX".to_owned())),
            trunks: vec!["90XX".to_owned()],
            devices: vec![
                "1001-1007".to_owned(),
                "2001-2002".to_owned(),
                "2101".to_owned(),
                "3001-3002".to_owned(),
                "7001".to_owned(),
            ],
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
        Ok(Stage {
            machine: Machine::new(config, now(Tick::ZERO)),
            switch: Switch::new(crate::sim::csta::Site::default(), quirks, 1),
            connection: Connection::new(Tick::ZERO, server).map_err(|error| error.to_string())?,
            to_switch: BytesMut::new(),
            to_bridge: BytesMut::new(),
            tick: Tick::ZERO,
            batches: Vec::new(),
        })
    }

    /// Time passes until nothing happens any more.
    fn run(&mut self) -> Result<(), String> {
        let end = self.tick + LONGEST;
        let mut last = (self.batches.len(), self.tick);
        while self.tick < end && last.1 + QUIET > self.tick {
            self.settle()?;
            if self.batches.len() != last.0 {
                last = (self.batches.len(), self.tick);
            }
            let due = [self.machine.poll_timeout(), self.connection.poll_timeout(&self.switch)];
            let next = due.into_iter().flatten().filter(|at| *at > self.tick).min();
            self.tick = next.unwrap_or(end).min(self.tick + Duration::from_secs(1));
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
"#;

fn now(tick: Tick) -> Now {
    let millis = i64::try_from(tick.as_micros() / 1000).unwrap_or(i64::MAX);
    Now {
        tick,
        wall: Wall::from_millis(EPOCH.saturating_add(millis)),
    }
}
