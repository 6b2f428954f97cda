//! The devices are found, and monitored one after the other; the link is up while that goes on.

use super::{COUNT, CstaAdapter, FIRST, Phase, answer};
use crate::model::{Fact, Kind, LinkFact, LinkRole, Now, SwitchState, Text};
use crate::normalize::csta::{Old, device as devices};
use lineside_csta::types::{GetSwitchingFunctionDevices, SnapshotDeviceInfo, SwitchingFunctionDevices};
use lineside_csta::{Ask, Request};
use lineside_wire::{Session as _, Tick};
use std::collections::BTreeSet;

impl CstaAdapter {
    /// Asks for everything. `anew`: nothing is monitored any more.
    pub(super) fn begin(&mut self, now: Now, anew: bool) {
        self.conclude_agents(now);
        self.role(SwitchState::Resyncing);
        self.doubt_all(now.tick, anew);
        self.anew = anew;
        self.meanwhile.clear();
        if anew {
            self.handles.forget();
        }
        if !self.profile.monitors.list {
            return self.place(now, Vec::new());
        }
        let ask = Ask::new(Request::GetSwitchingFunctionDevices(
            Box::<GetSwitchingFunctionDevices>::default(),
        ));
        let asked = self
            .client
            .as_mut()
            .and_then(|client| client.submit(now.tick, ask).ok());
        match asked {
            Some(id) => {
                let until = now.tick + answer(&self.profile);
                self.phase = Phase::Listing(Some(id), Vec::new(), until);
            }
            None => self.place(now, Vec::new()),
        }
    }

    /// Nothing is heard any more, or it is asked anew what there is.
    pub(super) fn doubt_all(&mut self, now: Tick, anew: bool) {
        let old = self.old();
        if old == Old::Gone {
            self.procedures.nothing_rings();
        }
        self.normalizer.begin(now, anew, old);
    }

    /// What becomes of the calls that are known, while it is asked how they are.
    const fn old(&self) -> Old {
        match (self.restarted, self.profile.monitors.snapshot) {
            (true, _) => Old::Gone,
            (false, true) => Old::Asked,
            // Nobody will say how they are.
            (false, false) => Old::Stay,
        }
    }

    /// The devices are known: those that the site names, or else all that the switch has.
    pub(super) fn place(&mut self, now: Now, listed: Vec<Text>) {
        let devices = match self.named.is_empty() {
            true => listed,
            false => self.named.clone(),
        };
        let mut seen = BTreeSet::new();
        let devices = devices.into_iter().filter(|device| seen.insert(device.clone()));
        self.phase = Phase::Placing(now.tick + FIRST);
        let normalizer = &self.normalizer;
        let devices = devices.map(|device| {
            let telephone = normalizer.kind(&device) == Kind::Station;
            (device, telephone)
        });
        self.monitors.begin(now.tick, devices, self.anew);
        self.settle(now.tick);
    }

    /// The link is up when everything is heard that is to be, as far as the switch lets us, or for long enough one device was asked after the
    /// other. Who is not asked by then is taken up by himself.
    pub(super) fn settle(&mut self, now: Tick) {
        let settled = self.monitors.is_settled();
        match self.phase {
            Phase::Placing(until) if settled || until <= now => self.is_up(now, settled),
            Phase::Up if settled => {
                if self.normalizer.is_asking() {
                    self.normalizer.conclude(now);
                    self.adopted(None);
                }
                self.count(now, true);
            }
            _ => {}
        }
    }

    /// Tells what there is.
    pub(super) fn is_up(&mut self, now: Tick, settled: bool) {
        if settled {
            self.normalizer.conclude(now);
        }
        let facts = self.normalizer.facts();
        self.happened(facts);
        self.phase = Phase::Up;
        self.counted = (now, false);
        let snapshot = self.normalizer.snapshot(std::mem::take(&mut self.restarted), !settled);
        let up = Fact::Link(LinkFact::Role {
            role: LinkRole::Events,
            state: SwitchState::Up,
        });
        let capabilities = Fact::Link(LinkFact::Capabilities(self.procedures.capabilities()));
        let monitors = Fact::Link(self.monitored());
        let apart = Fact::Link(LinkFact::Apart);
        let mut all = vec![up, apart, capabilities, monitors];
        all.extend(self.renamed.drain(..));
        all.push(snapshot);
        self.tell(all);
        self.facts.append(&mut self.meanwhile);
    }

    /// A device was asked for something, or all were, and it is known what came of it: told at once where the link is up.
    pub(super) fn adopted(&mut self, device: Option<&Text>) {
        if self.phase == Phase::Up {
            let facts = self.normalizer.part(device);
            self.tell(facts.facts);
        }
    }

    pub(super) fn monitored(&self) -> LinkFact {
        let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
        LinkFact::Monitors(crate::model::Monitors {
            placed: number(self.monitors.placed()),
            wanted: number(self.monitors.wanted()),
            refused: self.monitors.refused(),
        })
    }

    /// A part of the snapshot of a device. It may come ahead of the answer that says so.
    pub(super) fn part(&mut self, now: Now, name: &str, calls: &[SnapshotDeviceInfo], last: bool) {
        match self.monitors.part(now.tick, name, last) {
            Some(device) => {
                self.normalizer.adopt_part(&device, calls, last);
                if last {
                    self.adopted(Some(&device));
                }
            }
            None => self.monitors.is_early(now.tick, name, calls, last),
        }
    }

    /// Tells how many monitors are placed: seldom while that changes all the time.
    pub(super) fn count(&mut self, now: Tick, at_once: bool) {
        let (last, changed) = self.counted;
        if self.phase == Phase::Up && changed && (at_once || last + COUNT <= now) {
            self.counted = (now, false);
            let monitored = self.monitored();
            self.state(monitored);
        }
    }

    pub(super) fn listed(&mut self, now: Now, part: &SwitchingFunctionDevices) {
        let within = answer(&self.profile);
        let Phase::Listing(_, devices, until) = &mut self.phase else {
            return;
        };
        let mut found = Vec::new();
        for device in &part.device_list.0 {
            let number = Text::from(device.device_id.number());
            let kind = devices::kind_of(device.device_category.as_ref());
            found.push((number.clone(), kind));
            if devices::is_monitored(kind) {
                devices.push(number);
            }
        }
        *until = now.tick + within;
        let whole = part.last_segment.then(|| std::mem::take(devices));
        for (number, kind) in found {
            self.normalizer.learn(&number, kind);
        }
        if let Some(devices) = whole {
            self.place(now, devices);
        }
    }
}
