//! Monitors are placed one after the other: as fast as the switch bears it, as many as its licence allows, the most important first.

use crate::model::Text;
use crate::profile::{Asked, Monitors as Terms};
use lineside_csta::Failure;
use lineside_csta::types::SnapshotDeviceInfo;
use lineside_wire::{RequestId, Tick};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

/// After so long what was refused is tried again.
const AGAIN: Duration = Duration::from_secs(60);
/// The same of a monitor that the switch ended, for the first time.
const SOON: Duration = Duration::from_secs(5);
/// So often, after the switch said that it has too much to do.
const PATIENCE: u32 = 30;
/// For so long nothing is placed after the switch said that it has too much to do.
const OVERLOAD: Duration = Duration::from_secs(10);

/// So long after something was asked for an agent it is looked what came of it, and so long after that again.
const LOOK: Duration = Duration::from_secs(1);
/// What could not be sent is tried again after so long.
const SHORTLY: Duration = Duration::from_millis(100);

/// So many answers may come in parts ahead of the word that they do.
const EARLY: usize = 64;
/// With so many calls each.
const EARLY_CALLS: usize = 1024;

/// What is under way for a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// By what it is asked for.
    Name,
    /// Monitor Start.
    Monitor,
    /// Snapshot Device.
    Snapshot,
    /// What it is set to, and who sits there.
    State(Asked),
    /// Who sits there now, asked again and again.
    Agents,
}

impl Step {
    /// Is a device without a monitor to have one by it?
    const fn leads_to_monitor(self) -> bool {
        matches!(self, Step::Name | Step::Monitor)
    }
}

/// An answer that comes in parts.
#[derive(Debug)]
struct Parts {
    device: Text,
    /// What came so far is all, when nothing more came by then.
    until: Tick,
}

/// Parts of an answer that was not there yet.
#[derive(Debug)]
struct Early {
    calls: Vec<SnapshotDeviceInfo>,
    /// They are all.
    whole: bool,
    /// The answer that names them does not come any more.
    until: Tick,
}

/// The monitors of a switch.
#[derive(Debug)]
pub(super) struct Monitors {
    terms: Terms,
    /// How long an answer may take.
    answer: Duration,
    /// What a device is called has to be asked for first.
    named: bool,
    /// All devices that are to be monitored, the most important first.
    wanted: Vec<Text>,
    /// What is to be done, in order.
    waiting: VecDeque<(Text, Step)>,
    asked: BTreeMap<RequestId, (Text, Step)>,
    /// Segments of an answer that are still to come, by the name of the answer.
    segments: BTreeMap<Text, Parts>,
    /// Parts that came ahead of the answer that names them.
    early: BTreeMap<Text, Early>,
    /// The monitors that there are, by device.
    placed: BTreeMap<Text, Text>,
    /// Devices that are not monitored, and why, in the switch's own words.
    refused: BTreeMap<Text, Text>,
    /// Devices beyond what the profile says that the licence allows.
    beyond: BTreeMap<Text, Text>,
    /// Devices whose monitor the switch ended before.
    stopped: BTreeSet<Text>,
    /// Telephones whose agents are asked for again, and when: the next one first.
    polled: VecDeque<(Tick, Text)>,
    /// Those of whose agents something was just asked, each once.
    looks: VecDeque<(Tick, Text)>,
    /// What the switch does not offer, as it turned out.
    lacks: BTreeSet<Asked>,
    /// The next one goes out at this time.
    next: Option<Tick>,
    /// What was refused is tried again at this time.
    again: Option<Tick>,
    /// So often one more is tried after the switch said that it has too much to do, before the link goes on without.
    patience: u32,
}

impl Monitors {
    pub(super) const fn new(terms: Terms, answer: Duration, named: bool) -> Self {
        Monitors {
            terms,
            answer,
            named,
            wanted: Vec::new(),
            waiting: VecDeque::new(),
            asked: BTreeMap::new(),
            segments: BTreeMap::new(),
            early: BTreeMap::new(),
            placed: BTreeMap::new(),
            refused: BTreeMap::new(),
            beyond: BTreeMap::new(),
            stopped: BTreeSet::new(),
            polled: VecDeque::new(),
            looks: VecDeque::new(),
            lacks: BTreeSet::new(),
            next: None,
            again: None,
            patience: PATIENCE,
        }
    }

    /// These devices are to be monitored, the most important first, of which some are telephones. `anew`: nothing is any more; else what there is
    /// is asked how it is.
    pub(super) fn begin(&mut self, now: Tick, devices: impl Iterator<Item = (Text, bool)>, anew: bool) {
        let before = std::mem::replace(self, Monitors::new(self.terms.clone(), self.answer, self.named));
        let most = self
            .terms
            .most
            .map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
        for (at, (device, telephone)) in devices.enumerate() {
            self.wanted.push(device.clone());
            if at >= most {
                let why = format!("the licence of the profile allows {most} monitors (monitors.most)");
                self.beyond.insert(device, Text::from(why));
            } else if let Some(monitor) = before.placed.get(&device).filter(|_| !anew) {
                self.placed.insert(device.clone(), monitor.clone());
                self.waiting.extend(self.steps(&device, telephone));
                self.polls(now, &device, telephone);
            } else {
                self.waiting.push_back((device, self.first()));
            }
        }
        self.next = Some(now);
    }

    /// What a device that is not monitored is asked first.
    const fn first(&self) -> Step {
        match self.named {
            true => Step::Name,
            false => Step::Monitor,
        }
    }

    /// What is asked of a device that is monitored.
    fn steps(&self, device: &Text, telephone: bool) -> Vec<(Text, Step)> {
        let snapshot = self.terms.snapshot.then_some(Step::Snapshot);
        let states = self.terms.states.iter().filter(|asked| !self.lacks.contains(asked));
        let states = states.filter(|_| telephone).map(|asked| Step::State(*asked));
        snapshot
            .into_iter()
            .chain(states)
            .map(|step| (device.clone(), step))
            .collect()
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
            // They count as refused until the switch says otherwise. Some may not have had their turn since the last time.
            let waiting = self.waiting.iter().chain(self.asked.values());
            let waiting = waiting.filter(|(_, step)| step.leads_to_monitor());
            let waiting: BTreeSet<Text> = waiting.map(|(device, _)| device.clone()).collect();
            let is_due = |device: &&Text| self.refused.contains_key(*device) && !waiting.contains(*device);
            let again = self.wanted.iter().filter(is_due);
            let first = self.first();
            self.waiting.extend(again.map(|device| (device.clone(), first)));
            self.next = Some(now);
        }
        let due = self.next.is_some_and(|next| next <= now);
        if !due || self.asked.len() >= self.terms.at_once {
            return None;
        }
        let look = self.looks.pop_front_if(|(due, _)| *due <= now);
        let next = match look
            .map(|(_, device)| (device, Step::Agents))
            .or_else(|| self.waiting.pop_front())
        {
            Some(next) => next,
            None => self.poll_agents(now)?,
        };
        // A snapshot costs the switch little beside a monitor, and is asked for where one was just placed; a monitor belongs to the name that
        // was asked for before it.
        if next.1 == self.first() || next.1 == Step::Agents {
            let pause = Duration::from_secs(1) / self.terms.per_second.max(1);
            self.next = Some(now + pause);
        }
        Some(next)
    }

    pub(super) fn asked(&mut self, id: RequestId, device: Text, step: Step) {
        self.asked.insert(id, (device, step));
    }

    /// It could not be sent now.
    pub(super) fn put_back(&mut self, now: Tick, device: Text, step: Step) {
        self.waiting.push_front((device, step));
        self.next = Some(now + SHORTLY);
    }

    /// What a request was for.
    pub(super) fn take(&mut self, id: RequestId) -> Option<(Text, Step)> {
        self.asked.remove(&id)
    }

    /// So long it is from asking for the agents of a telephone to asking again; `None`: they are not asked for.
    fn every(&self) -> Option<Duration> {
        let every = Duration::from_secs(u64::from(self.terms.agents_every));
        Some(every).filter(|every| !every.is_zero() && !self.lacks.contains(&Asked::AgentState))
    }

    /// The agents of a telephone that is monitored are asked for from now on.
    fn polls(&mut self, now: Tick, device: &Text, telephone: bool) {
        if let Some(every) = self.every().filter(|_| telephone) {
            self.polled.push_back((now + every, device.clone()));
        }
    }

    /// The telephone whose agents are to be asked for, if it is time. One is asked after the other.
    fn poll_agents(&mut self, now: Tick) -> Option<(Text, Step)> {
        let every = self.every().filter(|_| self.asked.is_empty())?;
        let (_, device) = self.polled.pop_front_if(|(due, _)| *due <= now)?;
        self.polled.push_back((now + every, device.clone()));
        Some((device, Step::Agents))
    }

    /// Something was asked for an agent at a device, and is not seen yet: it is looked soon what came of it.
    pub(super) fn looks_soon(&mut self, now: Tick, device: &str) {
        let looks = self.looks.iter().any(|(_, looked)| &**looked == device);
        if self.every().is_some() && self.placed.contains_key(device) && !looks {
            self.looks.push_back((now + LOOK, Text::from(device)));
        }
    }

    /// What a device is called is known: it can be monitored, before others are named, and behind those that were named before.
    pub(super) fn is_named(&mut self, device: Text) {
        let mut all = self.waiting.iter();
        let at = all.position(|(_, step)| *step == Step::Name);
        let at = at.unwrap_or(self.waiting.len());
        self.waiting.insert(at, (device, Step::Monitor));
    }

    /// A monitor was placed.
    pub(super) fn is_placed(&mut self, now: Tick, device: &Text, monitor: Text, telephone: bool) {
        self.refused.remove(device);
        self.polls(now, device, telephone);
        self.placed.insert(device.clone(), monitor);
        for step in self.steps(device, telephone).into_iter().rev() {
            self.waiting.push_front(step);
        }
    }

    /// Something was not done. Where the licence is used up the others are not even asked for.
    pub(super) fn is_refused(&mut self, now: Tick, device: Text, step: Step, why: &Failure) {
        let words = match why {
            Failure::Refused(why) => Text::from(why.native()),
            why => Text::from(why.to_string()),
        };
        let busy = ["performance", "outstandingReqLimitExceeded"];
        let busy = busy.iter().any(|word| words.contains(word));
        if step == Step::Agents {
            // Their turn comes again anyhow.
            if busy {
                self.next = Some(now + OVERLOAD);
            }
            return self.is_lacking(Asked::AgentState, why, &words);
        }
        if busy && self.patience > 0 {
            self.patience -= 1;
            self.next = Some(now + OVERLOAD);
            let step = if step.leads_to_monitor() { self.first() } else { step };
            self.waiting.push_back((device, step));
            return;
        }
        match step {
            Step::Name | Step::Monitor => {}
            Step::Snapshot | Step::Agents => return,
            Step::State(asked) => return self.is_lacking(asked, why, &words),
        }
        if words.contains("overallMonitorLimitExceeded") {
            let (monitors, others): (Vec<_>, Vec<_>) = std::mem::take(&mut self.waiting)
                .into_iter()
                .partition(|(_, step)| step.leads_to_monitor());
            self.waiting.extend(others);
            for (device, _) in monitors {
                self.refused.insert(device, words.clone());
            }
        }
        self.refused.insert(device, words);
        self.again.get_or_insert(now + AGAIN);
    }

    /// A state was not told. That is no error; what the switch does not have at all (`serviceNotSupported`, `notSupported`) it is not asked for
    /// again.
    fn is_lacking(&mut self, asked: Asked, why: &Failure, words: &str) {
        let asked_again = asked == Asked::AgentState && self.terms.agents_every > 0;
        let lacks = match why {
            Failure::Rejected(_) => true,
            // Whoever is asked again and again may miss one.
            Failure::Timeout => !asked_again,
            _ => words.contains("otSupported"),
        };
        if lacks {
            self.lacks.insert(asked);
            self.waiting.retain(|(_, step)| *step != Step::State(asked));
            if asked_again {
                self.polled.clear();
                self.looks.clear();
            }
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
        self.waiting.retain(|(waits, _)| *waits != device);
        self.polled.retain(|(_, polled)| *polled != device);
        self.looks.retain(|(_, looked)| *looked != device);
        self.refused
            .insert(device.clone(), Text::from("the switch ended the monitor"));
        let again = now
            + if self.stopped.insert(device.clone()) {
                SOON
            } else {
                AGAIN
            };
        self.again = Some(self.again.map_or(again, |due| due.min(again)));
        Some(device)
    }

    /// The switch has too much to do.
    pub(super) fn hold_back(&mut self, now: Tick) {
        self.next = Some(now + OVERLOAD);
    }

    /// It has not any more.
    pub(super) const fn go_on(&mut self, now: Tick) {
        self.next = Some(now);
    }

    /// The answer to a snapshot of a device follows in parts, under this name: those that came already, and whether they are all.
    pub(super) fn follows(&mut self, now: Tick, name: Text, device: Text) -> Option<(Vec<SnapshotDeviceInfo>, bool)> {
        self.early.retain(|_, early| early.until > now);
        let early = self.early.remove(&name);
        let until = now + self.answer;
        self.segments.insert(name, Parts { device, until });
        early.map(|early| (early.calls, early.whole))
    }

    /// A part of something that was not named yet. What is never named is some other client's.
    pub(super) fn is_early(&mut self, now: Tick, name: &str, calls: &[SnapshotDeviceInfo], last: bool) {
        self.early.retain(|_, early| early.until > now);
        let awaited = self.asked.values().any(|(_, step)| *step == Step::Snapshot);
        if !awaited || self.early.len() >= EARLY && !self.early.contains_key(name) {
            return;
        }
        let early = self.early.entry(Text::from(name)).or_insert_with(|| Early {
            calls: Vec::new(),
            whole: false,
            until: now + self.answer,
        });
        let room = EARLY_CALLS.saturating_sub(early.calls.len());
        early.calls.extend(calls.iter().take(room).cloned());
        early.whole |= last;
    }

    /// A part of an answer: of which device. The last one ends it.
    pub(super) fn part(&mut self, now: Tick, name: &str, last: bool) -> Option<Text> {
        if last {
            return self.segments.remove(name).map(|parts| parts.device);
        }
        let parts = self.segments.get_mut(name)?;
        parts.until = now + self.answer;
        Some(parts.device.clone())
    }

    /// A device whose answer broke off.
    pub(super) fn broke_off(&mut self, now: Tick) -> Option<Text> {
        let due = |(name, parts): (&Text, &Parts)| (parts.until <= now).then(|| name.clone());
        let name = self.segments.iter().find_map(due)?;
        self.segments.remove(&name).map(|parts| parts.device)
    }

    /// Devices that are not monitored, and why.
    pub(super) fn refused(&self) -> BTreeMap<Text, Text> {
        let all = self.beyond.iter().chain(&self.refused);
        all.map(|(device, why)| (device.clone(), why.clone())).collect()
    }

    /// How many are.
    pub(super) fn placed(&self) -> usize {
        self.placed.len()
    }

    /// How many are to be.
    pub(super) const fn wanted(&self) -> usize {
        self.wanted.len()
    }

    /// When [`Monitors::poll`] has something.
    pub(super) fn poll_timeout(&self) -> Option<Tick> {
        let next = self
            .next
            .filter(|_| !self.waiting.is_empty() && self.asked.len() < self.terms.at_once);
        let asks = self.every().is_some() && self.waiting.is_empty() && self.asked.is_empty();
        let polled = self.polled.front().filter(|_| asks);
        let looks = self.looks.front().filter(|_| self.asked.len() < self.terms.at_once);
        let polled = [polled, looks].into_iter().flatten().map(|(due, _)| *due).min();
        let polled = polled.map(|due| self.next.map_or(due, |next| next.max(due)));
        [next, self.again, polled].into_iter().flatten().min()
    }

    /// When [`Monitors::broke_off`] has something.
    pub(super) fn breaks_off(&self) -> Option<Tick> {
        self.segments.values().map(|parts| parts.until).min()
    }
}
