//! What an Asterisk is asked for a command, in which steps. Each task ends in one progress: acknowledged, unshown, refused, not sent or
//! lost. Whether the switch does what it said yes to shows in its events, which the engine holds against the command.

mod agents;
mod answer;
mod consult;
pub(super) mod context;
mod features;
mod plan;
mod refusal;
mod rights;
mod work;

pub(crate) use context::question as contexts_question;
pub(crate) use rights::{ADD as ADD_CONTEXTS, NEEDS, NO_CONTEXTS, NOBODY_OBEYS, no_means};

use super::Normalizer;
use crate::model::{Ask, Capability, CommandId, Facts, Meaning, Progress, Task, Text};
use crate::profile::{Control, Stations};
use lineside_ami::{Action, Message};
use lineside_wire::{RequestId, Tick};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use refusal::{native, refused};
use rights::Rights;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use work::{Birth, Check, Doing, Plan, Step, Stop, Work};

/// How long a command waits, and how much longer for each digit: then the engine gives it up.
const WAITED: Duration = Duration::from_secs(5);
const WAITED_FOR_DIGIT: Duration = Duration::from_millis(250);
/// From one digit to the next: a tone and a pause behind it.
const DIGIT: Duration = Duration::from_millis(160);
/// How long the first event of a new call may stay behind the word that it failed, which overtakes it (protocol page, finding 7).
const OVERTAKEN: Duration = Duration::from_secs(1);
/// How long a call that we asked for is waited for: longer than its command.
const BIRTH: Duration = Duration::from_secs(10);

/// The tasks at work.
pub(super) struct Procedures {
    control: Option<Control>,
    stations: Option<Stations>,
    /// The site reads the digits that people press.
    digits: bool,
    chance: ChaCha12Rng,
    rights: Rights,
    rights_asked: Option<RequestId>,
    at_work: BTreeMap<CommandId, Work>,
    asked: BTreeMap<RequestId, (CommandId, Step)>,
    /// To be sent now.
    out: VecDeque<(CommandId, Step)>,
    /// Calls that were asked for and not heard of yet.
    births: BTreeMap<Text, Birth>,
    /// Recordings that we began: by leg, what Asterisk calls them.
    recorders: BTreeMap<Text, Text>,
    /// Those of them that are being ended, by leg.
    stops: BTreeMap<Text, Stop>,
    progress: VecDeque<(CommandId, Progress)>,
    facts: VecDeque<Facts>,
}

impl Procedures {
    pub(super) fn new(control: Option<Control>, stations: Option<Stations>, digits: bool, seed: [u8; 32]) -> Self {
        let mut chance = ChaCha12Rng::from_seed(seed);
        chance.set_stream(4);
        Procedures {
            control,
            stations,
            digits,
            chance,
            rights: Rights::default(),
            rights_asked: None,
            at_work: BTreeMap::new(),
            asked: BTreeMap::new(),
            out: VecDeque::new(),
            births: BTreeMap::new(),
            recorders: BTreeMap::new(),
            stops: BTreeMap::new(),
            progress: VecDeque::new(),
            facts: VecDeque::new(),
        }
    }

    /// The question what may be asked, for a session that begins. None where the profile says nothing of commands.
    pub(super) fn ask_rights(&mut self) -> Option<Action> {
        self.rights.forget();
        // The list is long, and the first word of the link waits for it.
        let ask = || Action::new("ListCommands").within(Duration::from_secs(3));
        self.control.is_some().then(ask)
    }

    /// What is to be asked behind the answer: whether the contexts are there that the user may not make.
    pub(super) fn ask_contexts(&mut self) -> Option<Action> {
        let question = context::question(self.control.as_ref()?);
        let asks = self.rights_asked.is_none() && self.rights.wants_contexts();
        asks.then(|| Action::new("Getvar").header("Variable", question).within(plan::CHECK))
    }

    pub(super) const fn rights_asked(&mut self, request: RequestId) {
        self.rights_asked = Some(request);
    }

    pub(super) fn version(&mut self, version: &str) {
        self.rights.version(version);
    }

    /// Every service, whether it can be asked for, and why not. `connected`: there is a connection for actions.
    pub(super) fn capabilities(&self, connected: bool) -> BTreeMap<Text, Capability> {
        let mut all = self.rights.capabilities(self.control.as_ref(), self.stations.as_ref());
        for capability in all.values_mut().filter(|capability| capability.available && !connected) {
            capability.available = false;
            capability.why = Some(Text::from(
                "the connection for actions is down; it is opened again by itself",
            ));
        }
        all
    }

    /// A task begins.
    pub(super) fn start(&mut self, now: Tick, task: &Task, normalizer: &mut Normalizer) {
        let unique = format!("{:016x}{:016x}", self.chance.next_u64(), self.chance.next_u64());
        let checks = self.rights.may("Getvar");
        let plan = match &task.ask {
            Ask::SetFeature { device, feature } => features::plan(device, feature, self.stations.as_ref(), normalizer),
            ask => plan::plan(ask, self.control.as_ref(), normalizer, &unique, checks),
        };
        let plan = match plan {
            Ok(plan) => plan,
            Err(progress) => return self.tell(task.id, progress),
        };
        if let Some(expect) = plan.expect {
            self.tell(task.id, expect);
        }
        let digits = u32::try_from(plan.steps.len()).unwrap_or(u32::MAX);
        let more = if matches!(plan.doing, Doing::Digits) {
            WAITED_FOR_DIGIT * digits
        } else {
            Duration::ZERO
        };
        let mut work = Work {
            within: WAITED + more,
            began: None,
            doing: plan.doing,
            steps: plan.steps,
            due: None,
            unanswered: 0,
            acknowledged: 0,
            refused: None,
            unsent: None,
            silent: false,
            shown: false,
        };
        if let Doing::Stop(leg) = &work.doing {
            // What the dialplan records is not ours to end, if we know which is ours.
            let ours = self.recorders.get(leg).cloned();
            if let (Some(ours), Some(step)) = (ours, work.steps.front_mut()) {
                step.action = step.action.clone().header("MixMonitorID", ours.as_bytes());
                let stop = Stop {
                    command: task.id,
                    acknowledged: false,
                    seen: false,
                    until: now + WAITED,
                };
                self.stops.insert(leg.clone(), stop);
            }
        }
        if let Doing::Make(leg) = &work.doing {
            // Also where the action is never answered the call is waited for no longer than this.
            let birth = Birth {
                command: task.id,
                until: now + plan::WITHIN + BIRTH,
                failed: false,
            };
            self.births.insert(leg.clone(), birth);
        }
        let at_once = if plan.at_once { work.steps.len() } else { 1 };
        for _ in 0..at_once {
            let Some(step) = work.steps.pop_front() else { break };
            work.unanswered += 1;
            self.out.push_back((task.id, step));
        }
        self.at_work.insert(task.id, work);
        self.go_on(task.id, None, normalizer);
    }

    /// The next action to send; each is answered by [`Self::sent`] or [`Self::not_sent`].
    pub(super) fn poll_action(
        &mut self,
        now: Tick,
        normalizer: &mut Normalizer,
    ) -> Option<(CommandId, Action, Sending)> {
        let (id, step) = self.out.pop_front()?;
        if let Some(work) = self.at_work.get_mut(&id) {
            work.began.get_or_insert(now);
        }
        if let Some(asked) = &step.asked {
            normalizer.asks(&step.leg, asked.clone(), now);
        }
        Some((id, step.action.clone(), Sending(step)))
    }

    /// An action of a task was sent.
    pub(super) fn sent(&mut self, id: CommandId, request: RequestId, sending: Sending) {
        self.asked.insert(request, (id, sending.0));
    }

    /// As many actions are under way as may be: this one is sent when there is room.
    pub(super) fn put_back(&mut self, id: CommandId, sending: Sending, normalizer: &mut Normalizer) {
        unmark(&sending.0, normalizer);
        self.out.push_front((id, sending.0));
    }

    /// An action of a task could not be sent.
    pub(super) fn not_sent(&mut self, id: CommandId, sending: &Sending, why: Text, normalizer: &mut Normalizer) {
        unmark(&sending.0, normalizer);
        if let Some(work) = self.at_work.get_mut(&id) {
            work.unanswered = work.unanswered.saturating_sub(1);
            work.unsent = Some(why);
            work.steps.clear();
        }
        self.go_on(id, None, normalizer);
    }

    /// Sends the next step of a task, or ends it.
    fn go_on(&mut self, id: CommandId, now: Option<Tick>, normalizer: &mut Normalizer) {
        let Some(work) = self.at_work.get_mut(&id).filter(|work| work.unanswered == 0) else {
            return;
        };
        if let Some(next) = work.steps.front() {
            match now.filter(|_| next.after > Duration::ZERO) {
                Some(now) => work.due = Some(now + next.after),
                None => self.next_step(id),
            }
            return;
        }
        let Some(work) = self.at_work.remove(&id) else { return };
        let (digits, clears) = (matches!(work.doing, Doing::Digits), matches!(work.doing, Doing::Clear));
        let all = matches!(work.doing, Doing::Several);
        let some = work.acknowledged > 0;
        let progress = match (work.refused, work.unsent) {
            // Of several hang-ups some may have come by themselves; of several steps each counts.
            (Some(native), _) if !some || !clears => Progress::Refused(native),
            (_, Some(why)) if !some => Progress::NotSent(why),
            // Pressed in part: nobody may take that for pressed.
            (_, Some(_)) if digits || all => Progress::Lost,
            _ if !some || work.silent && (digits || all) => return,
            _ if digits && !self.digits => Progress::Unshown,
            _ if work.shown => Progress::Shown,
            _ => Progress::Acknowledged,
        };
        if let (Doing::Make(leg), Progress::Refused(_) | Progress::NotSent(_) | Progress::Denied(_)) =
            (&work.doing, &progress)
        {
            normalizer.makes_not(leg);
            self.births.remove(leg);
        }
        self.tell(id, progress);
    }

    /// `MixMonitorStop`: a recording of the leg ended.
    pub(super) fn recording_ended(&mut self, leg: &str, normalizer: &Normalizer) {
        if let Some(stop) = self.stops.get_mut(leg) {
            stop.seen = true;
            self.stopped(leg, normalizer);
        }
    }

    /// Ours ended, as the switch said and showed. Where the dialplan's goes on beside it, nothing that is told changes by that.
    fn stopped(&mut self, leg: &str, normalizer: &Normalizer) {
        let over = |stop: &&Stop| stop.acknowledged && stop.seen;
        let Some(command) = self.stops.get(leg).filter(over).map(|stop| stop.command) else {
            return;
        };
        self.stops.remove(leg);
        if normalizer.is_recorded(leg) {
            self.tell(command, Progress::Shown);
        }
    }

    fn next_step(&mut self, id: CommandId) {
        let Some(work) = self.at_work.get_mut(&id) else { return };
        work.due = None;
        if let Some(step) = work.steps.pop_front() {
            work.unanswered += 1;
            self.out.push_back((id, step));
        }
    }

    /// `OriginateResponse`, which every session with the class `call` is told. That a call failed which nobody heard of means that there
    /// was no such telephone, or that it cannot be reached (16 and 22: Reason 0, and no channel). Of all others the channel tells more.
    pub(super) fn originated(&mut self, message: &Message, now: Tick, normalizer: &Normalizer) {
        let failed = message.get("Response").is_some_and(|response| response.is("Failure"));
        let Some(leg) = message.get("Uniqueid").and_then(|id| id.as_str()) else {
            return;
        };
        let made = |work: &Work| matches!(&work.doing, Doing::Make(made) if **made == *leg);
        let command = match self.births.get(leg) {
            Some(birth) => Some(birth.command),
            // It may come before the action is answered, since it does on another connection.
            None => self.at_work.iter().find(|(_, work)| made(work)).map(|(id, _)| *id),
        };
        let Some(command) = command else { return };
        if failed && !normalizer.knows(leg) {
            let birth = Birth {
                command,
                until: now + OVERTAKEN,
                failed: true,
            };
            self.births.insert(Text::from(leg), birth);
        } else {
            self.births.remove(leg);
        }
    }

    /// A deadline has come.
    pub(super) fn handle_timeout(&mut self, now: Tick, normalizer: &mut Normalizer) {
        let due = self
            .at_work
            .iter()
            .filter(|(_, work)| work.due.is_some_and(|at| at <= now));
        for id in due.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.next_step(id);
        }
        self.stops.retain(|_, stop| stop.until > now);
        let over = self.births.iter().filter(|(_, birth)| birth.until <= now);
        for leg in over.map(|(leg, _)| leg.clone()).collect::<Vec<_>>() {
            let Some(birth) = self.births.remove(&leg) else {
                continue;
            };
            if birth.failed && !normalizer.knows(&leg) {
                let why = "Failure, and no channel: there is no such telephone, or it cannot be reached";
                self.tell(
                    birth.command,
                    Progress::Refused(refused("Originate", why, Meaning::Device)),
                );
            }
            normalizer.makes_not(&leg);
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Tick> {
        let digits = self.at_work.values().filter_map(|work| work.due);
        let births = self.births.values().map(|birth| birth.until);
        let stops = self.stops.values().map(|stop| stop.until);
        digits.chain(births).chain(stops).min()
    }

    /// The connection is gone, and each action on it was told lost: what was between two steps is lost, too.
    pub(super) fn closed(&mut self, normalizer: &mut Normalizer) {
        self.rights_asked = None;
        for id in self.at_work.keys().copied().collect::<Vec<_>>() {
            self.give_up(id, normalizer);
            self.tell(id, Progress::Lost);
        }
        self.asked.clear();
        self.out.clear();
    }

    fn give_up(&mut self, id: CommandId, normalizer: &mut Normalizer) {
        self.at_work.remove(&id);
        for (_, step) in self.asked.values().filter(|(of, _)| *of == id) {
            unmark(step, normalizer);
        }
        self.asked.retain(|_, (of, _)| *of != id);
        self.out.retain(|(of, _)| *of != id);
    }

    fn tell(&mut self, id: CommandId, progress: Progress) {
        self.progress.push_back((id, progress));
    }

    /// How a task goes on.
    pub(super) fn poll(&mut self) -> Option<(CommandId, Progress)> {
        self.progress.pop_front()
    }

    /// What a yes says that no event tells.
    pub(super) fn poll_facts(&mut self) -> Option<Facts> {
        self.facts.pop_front()
    }
}

/// An action on its way out.
pub(super) struct Sending(Step);

/// What was not done is not what happens next.
fn unmark(step: &Step, normalizer: &mut Normalizer) {
    if step.asked.is_some() {
        normalizer.asks_not(&step.leg);
    }
}
