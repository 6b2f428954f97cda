//! Monitors are placed one after the other: as fast as the switch bears it, as many as its licence allows, the most important first.

use crate::model::Text;
use crate::profile::Monitors as Terms;
use lineside_csta::types::UniversalFailure;
use lineside_wire::{RequestId, Tick};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// After so long what was refused is tried again.
const AGAIN: Duration = Duration::from_secs(60);
/// So often, after the switch said that it has too much to do.
const PATIENCE: u32 = 30;
/// For so long nothing is placed after the switch said that it has too much to do.
const OVERLOAD: Duration = Duration::from_secs(10);

/// What is under way for a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Monitor Start.
    Monitor,
    /// Snapshot Device.
    Snapshot,
}

/// The monitors of a switch.
#[derive(Debug)]
pub(super) struct Monitors {
    terms: Terms,
    /// What is to be done, in order.
    waiting: VecDeque<(Text, Step)>,
    asked: BTreeMap<RequestId, (Text, Step)>,
    /// Segments of an answer that are still to come, by the name of the answer.
    segments: BTreeMap<Text, Text>,
    /// The monitors that there are, by device.
    placed: BTreeMap<Text, Text>,
    /// Devices that are not monitored, and why, in the switch's own words.
    refused: BTreeMap<Text, Text>,
    /// The next one goes out at this time.
    next: Option<Tick>,
    /// What was refused is tried again at this time.
    again: Option<Tick>,
    /// So often one more is tried after the switch said that it has too much to do, before the link goes on without.
    patience: u32,
}

impl Monitors {
    pub(super) const fn new(terms: Terms) -> Self {
        Monitors {
            terms,
            waiting: VecDeque::new(),
            asked: BTreeMap::new(),
            segments: BTreeMap::new(),
            placed: BTreeMap::new(),
            refused: BTreeMap::new(),
            next: None,
            again: None,
            patience: PATIENCE,
        }
    }

    /// The link is anew: nothing is monitored. These devices are to be, the most important first.
    pub(super) fn begin(&mut self, now: Tick, devices: impl Iterator<Item = Text>) {
        *self = Monitors::new(self.terms.clone());
        let most = self
            .terms
            .most
            .map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
        for (at, device) in devices.enumerate() {
            if at < most {
                self.waiting.push_back((device, Step::Monitor));
            } else {
                let why = format!("the licence of the profile allows {most} monitors (monitors.most)");
                self.refused.insert(device, Text::from(why));
            }
        }
        self.next = Some(now);
    }

    /// Has everything been tried that is to be?
    pub(super) fn is_settled(&self) -> bool {
        self.waiting.is_empty() && self.asked.is_empty() && self.segments.is_empty()
    }

    /// The next thing to ask for, if it is time.
    pub(super) fn poll(&mut self, now: Tick) -> Option<(Text, Step)> {
        if self.again.is_some_and(|again| again <= now) {
            self.again = None;
            self.patience = PATIENCE;
            let again = std::mem::take(&mut self.refused).into_keys();
            self.waiting.extend(again.map(|device| (device, Step::Monitor)));
            self.next = Some(now);
        }
        let due = self.next.is_some_and(|next| next <= now);
        if !due || self.asked.len() >= self.terms.at_once {
            return None;
        }
        let next = self.waiting.pop_front()?;
        // A snapshot costs the switch little beside a monitor, and is asked for where one was just placed.
        if next.1 == Step::Monitor {
            let pause = Duration::from_secs(1) / self.terms.per_second.max(1);
            self.next = Some(now + pause);
        }
        Some(next)
    }

    pub(super) fn asked(&mut self, id: RequestId, device: Text, step: Step) {
        self.asked.insert(id, (device, step));
    }

    /// It could not be sent now.
    pub(super) fn put_back(&mut self, device: Text, step: Step) {
        self.waiting.push_front((device, step));
    }

    /// What a request was for.
    pub(super) fn take(&mut self, id: RequestId) -> Option<(Text, Step)> {
        self.asked.remove(&id)
    }

    /// A monitor was placed.
    pub(super) fn is_placed(&mut self, device: &Text, monitor: Text) {
        self.refused.remove(device);
        self.placed.insert(device.clone(), monitor);
        if self.terms.snapshot {
            self.waiting.push_front((device.clone(), Step::Snapshot));
        }
    }

    /// A monitor was refused. Where the licence is used up the others are not even asked for.
    pub(super) fn is_refused(&mut self, now: Tick, device: Text, why: &UniversalFailure) {
        let words = Text::from(why.native());
        let spent = [
            "overallMonitorLimitExceeded",
            "objectMonitorLimitExceeded",
            "outstandingReqLimitExceeded",
        ];
        if spent.iter().any(|word| words.contains(word)) {
            for (device, _) in std::mem::take(&mut self.waiting) {
                self.refused.insert(device, words.clone());
            }
        }
        if words.contains("performance") && self.patience > 0 {
            self.patience -= 1;
            self.next = Some(now + OVERLOAD);
            self.waiting.push_back((device, Step::Monitor));
            return;
        }
        self.refused.insert(device, words);
        self.again.get_or_insert(now + AGAIN);
    }

    /// A request had no answer.
    pub(super) fn is_lost(&mut self, now: Tick, device: Text, step: Step, why: &str) {
        if step == Step::Monitor {
            self.refused.insert(device, Text::from(why));
            self.again.get_or_insert(now + AGAIN);
        }
    }

    /// The switch ended a monitor: the device it was for is monitored again after a while.
    pub(super) fn is_stopped(&mut self, now: Tick, monitor: &str) -> Option<Text> {
        let device = self
            .placed
            .iter()
            .find(|(_, name)| &***name == monitor)
            .map(|(device, _)| device.clone())?;
        self.placed.remove(&device);
        self.refused
            .insert(device.clone(), Text::from("the switch ended the monitor"));
        self.again.get_or_insert(now + AGAIN);
        Some(device)
    }

    /// The switch has too much to do, or has not any more.
    pub(super) fn hold_back(&mut self, now: Tick) {
        self.next = Some(now + OVERLOAD);
    }

    /// The answer to a snapshot of a device follows in parts, under this name.
    pub(super) fn follows(&mut self, name: Text, device: Text) {
        self.segments.insert(name, device);
    }

    /// A part of an answer: of which device. The last one ends it.
    pub(super) fn part(&mut self, name: &str, last: bool) -> Option<Text> {
        if last {
            self.segments.remove(name)
        } else {
            self.segments.get(name).cloned()
        }
    }

    /// Devices that are not monitored, and why.
    pub(super) const fn refused(&self) -> &BTreeMap<Text, Text> {
        &self.refused
    }

    /// How many are.
    pub(super) fn placed(&self) -> usize {
        self.placed.len()
    }

    /// When [`Monitors::poll`] has something.
    pub(super) fn poll_timeout(&self) -> Option<Tick> {
        let next = self
            .next
            .filter(|_| !self.waiting.is_empty() && self.asked.len() < self.terms.at_once);
        [next, self.again].into_iter().flatten().min()
    }
}
