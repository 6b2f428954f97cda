//! A CSTA switch that lets all its devices be monitored, and tells nothing of them: what a bridge holds for that.

use super::{Failure, now};
use crate::link::{Machine, MachineConfig, Wish};
use crate::model::{EventType, LinkRole, Restored, SwitchName};
use crate::normalize::csta::dialect_of;
use crate::profile::{Product, Site, embedded, load};
use bytes::BytesMut;
use lineside_csta::server::{Event, Server, ServerConfig};
use lineside_csta::types::{
    CstaObject, DeviceId, MonitorStart, MonitorStartResponse, SnapshotDeviceList, SnapshotDeviceResponse,
    SnapshotDeviceResult, UniversalFailure,
};
use lineside_csta::{Answer, Dialect, EventReport, Octets, Request, Response};
use lineside_wire::{Private, Session as _, Tick};
use std::time::Duration;

/// By the book.
const PROFILE: &str = "ecma/ecma-323";
/// A link that has not placed its monitors by then has a fault.
const LONGEST: Duration = Duration::from_secs(3600);

/// What the answer to a request is, on a switch where nobody talks; its monitors are named like their devices.
#[must_use]
pub fn idle_switch_answers(request: &Request) -> Answer {
    Answer::Done(match request {
        Request::MonitorStart(start) => Response::MonitorStart(Box::new(MonitorStartResponse {
            monitor_cross_ref_id: Octets::from(monitored(start).map_or("", DeviceId::number)),
            ..MonitorStartResponse::default()
        })),
        Request::SnapshotDevice(_) => Response::SnapshotDevice(Box::new(SnapshotDeviceResponse {
            cross_ref_id_or_snapshot_data: SnapshotDeviceResult::Data(SnapshotDeviceList::default()),
            ..SnapshotDeviceResponse::default()
        })),
        Request::RequestSystemStatus(_) => Response::RequestSystemStatus(Box::default()),
        _ => return Answer::Failed(UniversalFailure::Unspecified),
    })
}

/// How a switch speaks that one of the built-in profiles is for.
///
/// # Errors
/// There is no such profile, or it is not for CSTA.
pub fn dialect(name: &str) -> Result<Dialect, Failure> {
    let profile = load(name, embedded(name).ok_or("no profile")?, None)?;
    match &profile.product {
        Product::Csta(csta) => Ok(dialect_of(csta)),
        Product::Asterisk(_) => Err("no CSTA switch".into()),
    }
}

/// The device that is to be monitored.
#[must_use]
pub fn monitored(start: &MonitorStart) -> Option<&DeviceId> {
    match &start.monitor_object {
        CstaObject::Device(device) => Some(device),
        _ => None,
    }
}

/// A link that monitors devices.
pub struct Monitoring {
    machine: Machine,
    server: Server,
    to_switch: BytesMut,
    to_bridge: BytesMut,
    tick: Tick,
    placed: usize,
    told: usize,
    events: usize,
}

impl Monitoring {
    /// A link that is up and monitors so many devices, from 10000 on, as fast as the profile lets it.
    ///
    /// # Errors
    /// The link does not come up, or not with all of them.
    pub fn of(devices: usize) -> Result<Self, Failure> {
        let site = format!("extensions = 'XXXXX'\ndevices = ['10000-{}']", 9_999 + devices);
        let site: Site = toml::from_str(&site)?;
        let profile = load(PROFILE, embedded(PROFILE).ok_or("no profile")?, None)?;
        let server = ServerConfig::new(dialect(PROFILE)?, None);
        let config = MachineConfig {
            switch: SwitchName::try_from("bench").map_err(|error| error.to_string())?,
            profile_name: PROFILE.to_owned(),
            profile,
            rules: site.rules().map_err(|errors| format!("{errors:?}"))?,
            site,
            username: String::new(),
            secret: Private::new(String::new()),
            seed: [7; 32],
            restored: Restored::default(),
            give_up: crate::link::GIVE_UP,
        };
        let mut link = Monitoring {
            machine: Machine::new(config, now(Tick::ZERO)),
            server: Server::new(Tick::ZERO, server)?,
            to_switch: BytesMut::new(),
            to_bridge: BytesMut::new(),
            tick: Tick::ZERO,
            placed: 0,
            told: 0,
            events: 0,
        };
        let end = Tick::ZERO + LONGEST;
        while link.told < devices && link.tick < end {
            link.settle()?;
            let due = [link.machine.poll_timeout(), link.server.poll_timeout()];
            link.tick = due.into_iter().flatten().min().unwrap_or(end).max(link.tick);
            link.machine.handle_timeout(now(link.tick));
        }
        match link.placed {
            placed if placed == devices => Ok(link),
            placed => Err(format!("{placed} monitors of {devices}").into()),
        }
    }

    /// The switch tells this. Gives how many events came of it.
    ///
    /// # Errors
    /// The link ends, or the switch cannot say it.
    pub fn hear(&mut self, report: EventReport) -> Result<usize, Failure> {
        let before = self.events;
        self.server.report(report)?;
        self.settle()?;
        Ok(self.events - before)
    }

    fn settle(&mut self) -> Result<(), Failure> {
        loop {
            let mut quiet = true;
            while let Some(wish) = self.machine.poll_wish() {
                quiet = false;
                match wish {
                    Wish::Connect(role) => self.machine.handle_connected(now(self.tick), role),
                    Wish::Transmit(_, transmit) => self.to_switch.extend_from_slice(&transmit.bytes),
                    Wish::Disconnect(_) => return Err("the link ended".into()),
                    Wish::Missed(..) => {}
                }
            }
            self.server.handle_bytes(self.tick, &mut self.to_switch)?;
            while let Some(event) = self.server.poll_event() {
                if let Event::Received { id, request } = event {
                    self.placed += usize::from(matches!(request, Request::MonitorStart(_)));
                    self.server.respond(id, idle_switch_answers(&request))?;
                }
            }
            while let Some(transmit) = self.server.poll_transmit() {
                quiet = false;
                self.to_bridge.extend_from_slice(&transmit.bytes);
            }
            if !self.to_bridge.is_empty() {
                self.machine
                    .handle_bytes(now(self.tick), LinkRole::Events, &mut self.to_bridge);
            }
            while let Some(batch) = self.machine.poll_batch() {
                self.events += batch.events.len();
                let devices = batch
                    .events
                    .iter()
                    .filter(|event| event.kind == EventType::BackInService);
                self.told += devices.count();
            }
            if quiet {
                return Ok(());
            }
        }
    }
}
