//! A virtual CSTA switch: what an application asks for happens, and what happens is told. It knows no socket, no clock and no encoding.
use super::call::At;
use super::company::Company;
use super::flows;
use super::quirks::Quirks;
use super::script;
use super::site::{Cast, Site, Sort};
use super::world::{Fault, World};
use lineside_csta::types::{
    EventCause, LocalConnectionState as State, PerformanceError, SystemStatusValue, UniversalFailure,
};
use lineside_csta::{EventReport, Request, Response};
use lineside_wire::Tick;
use std::collections::BTreeMap;
use std::time::Duration;

/// What goes out to the application.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Out {
    /// It was done; `asked` is the number that the request came with.
    Response { asked: u64, response: Response },
    /// It was not.
    Error { asked: u64, error: Fault },
    /// Something happened.
    Report(EventReport),
    /// The switch asks, or tells of itself.
    Request(Request),
}

/// So many steps that failed are remembered.
const MOST_FAILED: usize = 100;

/// How fast virtual people are. `None`: they do nothing by themselves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// Who is prompted lifts.
    pub(crate) lifts: Option<Duration>,
    pub(crate) answers: Option<Duration>,
    pub(crate) talks: Option<Duration>,
    /// From one step of a story to the next.
    pub(crate) step: Duration,
}

impl Pace {
    /// People only lift for the calls that are made for them.
    pub(crate) const STILL: Pace = Pace {
        lifts: Some(Duration::from_secs(1)),
        answers: None,
        talks: None,
        step: Duration::from_secs(1),
    };
    /// They answer, talk and hang up.
    pub(crate) const LIVELY: Pace = Pace {
        lifts: Some(Duration::from_secs(1)),
        answers: Some(Duration::from_secs(3)),
        talks: Some(Duration::from_secs(20)),
        step: Duration::from_secs(2),
    };
}

/// Something that is going to happen. Whether it still can is seen then.
#[derive(Clone, Debug)]
pub(super) enum Turn {
    Lift(At),
    Answer(At),
    HangUp(At),
    /// A company comes together and begins the next story.
    Begins(usize),
    /// A step of the story of a company.
    Scene(usize, &'static str),
}

#[derive(Debug)]
pub(crate) struct Switch {
    pub(crate) world: World,
    pub(crate) pace: Pace,
    /// Who play one story after the other.
    companies: Vec<Company>,
    agenda: BTreeMap<(Tick, u64), Turn>,
    out: BTreeMap<(Tick, u64), Out>,
    turns: u64,
    pub(super) now: Tick,
    /// Who is told how the switch is.
    pub(super) registrations: Vec<u32>,
    pub(super) status: SystemStatusValue,
    /// What is sent behind the response.
    pub(super) behind: Vec<Request>,
    /// Steps of stories that could not be done.
    failed: Vec<String>,
}

impl Switch {
    pub(crate) fn new(site: Site, quirks: Quirks, seed: u32) -> Self {
        Switch {
            world: World::new(site, quirks, seed),
            pace: Pace::STILL,
            companies: Vec::new(),
            agenda: BTreeMap::new(),
            out: BTreeMap::new(),
            turns: 0,
            now: Tick::ZERO,
            registrations: Vec::new(),
            status: SystemStatusValue::Normal,
            behind: Vec::new(),
            failed: Vec::new(),
        }
    }

    /// An application asks for something. The answer and what follows from it are in [`Self::poll`].
    pub(crate) fn handle_request(&mut self, now: Tick, asked: u64, request: &Request) {
        self.now = now;
        let answer = match self.status == SystemStatusValue::OverloadReached && !request.name().starts_with("System") {
            true => Err(UniversalFailure::PerformanceManagement(
                PerformanceError::PerformanceLimitExceeded,
            )),
            false => self.answer(request),
        };
        let answer = match answer {
            Ok(response) => Out::Response { asked, response },
            Err(error) => Out::Error { asked, error },
        };
        self.flush(Some(answer));
        for request in std::mem::take(&mut self.behind) {
            self.send(self.now, Out::Request(request));
        }
    }

    /// Something happens, as `what` does it.
    #[cfg(test)]
    pub(crate) fn act<T>(&mut self, now: Tick, what: impl FnOnce(&mut World) -> Result<T, Fault>) -> Result<T, Fault> {
        self.now = now;
        let done = what(&mut self.world);
        self.flush(None);
        done
    }

    /// What is due by now happens.
    pub(crate) fn handle_timeout(&mut self, now: Tick) {
        while let Some(entry) = self.agenda.first_entry().filter(|entry| entry.key().0 <= now) {
            self.now = entry.key().0.max(self.now);
            let turn = entry.remove();
            self.happens(turn);
            self.flush(None);
        }
        self.now = now;
    }

    /// What is to be sent now.
    pub(crate) fn poll(&mut self) -> Option<Out> {
        let entry = self.out.first_entry().filter(|entry| entry.key().0 <= self.now)?;
        Some(entry.remove())
    }

    pub(crate) fn poll_timeout(&self) -> Option<Tick> {
        let due = |key: Option<&(Tick, u64)>| key.map(|(at, _)| *at);
        let (turn, out) = (due(self.agenda.keys().next()), due(self.out.keys().next()));
        turn.into_iter().chain(out).min()
    }

    /// The stories that it can play, with their steps.
    pub(crate) fn flows() -> impl Iterator<Item = (&'static str, &'static str)> {
        flows::FLOWS.iter().copied()
    }

    /// These people play one story after the other, side by side and for ever. All others do what people do by themselves.
    pub(crate) fn open(&mut self, now: Tick, casts: Vec<Cast>) {
        for (number, cast) in casts.into_iter().enumerate() {
            self.companies.push(Company::new(cast, number));
            self.later(now + self.pace.step, Turn::Begins(number));
        }
    }

    fn begins(&mut self, number: usize) {
        if self.world.monitors.is_empty() {
            // Nobody would hear of it.
            return self.later(self.now + self.pace.step, Turn::Begins(number));
        }
        let Some(company) = self.companies.get_mut(number) else {
            return;
        };
        let mut at = self.now;
        for (pause, step) in company.next_story(&mut self.world, self.pace.step) {
            at += pause;
            self.later(at, Turn::Scene(number, step));
        }
        self.later(at + Company::rest(self.pace.step), Turn::Begins(number));
    }

    fn note(&mut self, step: &str, done: Result<(), script::Stuck>) {
        if let Err(why) = done
            && self.failed.len() < MOST_FAILED
        {
            self.failed.push(format!("{step}: {why}"));
        }
    }

    /// The steps of a story.
    #[cfg(test)]
    pub(crate) fn steps(story: &'static str) -> impl Iterator<Item = &'static str> {
        flows::steps(story)
    }

    /// The steps of a story that it can play, before a bridge comes and behind that.
    pub(crate) fn parts_of(flow: &str) -> Option<(Vec<&'static str>, Vec<&'static str>)> {
        let (_, story) = flows::FLOWS.iter().find(|(name, _)| *name == flow)?;
        let (before, behind) = flows::parts(story);
        Some((before.collect(), behind.collect()))
    }

    /// Has everybody heard of everything?
    pub(crate) fn is_quiet(&self) -> bool {
        self.out.is_empty()
    }

    /// One step of a story. `false`: it cannot be done; why is among what [`Self::failed`].
    pub(crate) fn perform(&mut self, now: Tick, step: &str) -> bool {
        self.now = now;
        let done = script::perform(&mut self.world, step);
        self.flush(None);
        let goes_on = done.is_ok();
        self.note(step, done);
        goes_on
    }

    /// Steps of stories that could not be done, and why: the first of them.
    pub(crate) fn failed(&self) -> &[String] {
        &self.failed
    }

    /// Everything goes down and comes up: nothing is known any more.
    #[cfg(test)]
    pub(crate) fn restart(&mut self, now: Tick) {
        self.now = now;
        self.tell_status(SystemStatusValue::Disabled);
        self.world.forget();
        self.agenda.clear();
        self.registrations.clear();
        self.tell_status(SystemStatusValue::Enabled);
        self.status = SystemStatusValue::Normal;
    }

    /// The switch says how it is: `OverloadReached` refuses all until `OverloadRelieved`.
    #[cfg(test)]
    pub(crate) fn becomes(&mut self, now: Tick, status: SystemStatusValue) {
        self.now = now;
        if status != SystemStatusValue::MessagesLost {
            self.status = status.clone();
        }
        self.tell_status(status);
    }

    /// The switch stops a monitor by itself.
    #[cfg(test)]
    pub(crate) fn drop_monitor(&mut self, now: Tick, device: &str) {
        self.now = now;
        let (gone, kept) = std::mem::take(&mut self.world.monitors)
            .into_iter()
            .partition::<Vec<_>, _>(|monitor| monitor.device() == Some(device));
        self.world.monitors = kept;
        for monitor in gone {
            let stop = lineside_csta::types::MonitorStop {
                monitor_cross_ref_id: monitor.cross_ref(),
                ..Default::default()
            };
            self.send(now, Out::Request(Request::MonitorStop(Box::new(stop))));
        }
    }

    #[cfg(test)]
    fn tell_status(&mut self, status: SystemStatusValue) {
        let told = lineside_csta::types::SystemStatus {
            system_status: status,
            ..lineside_csta::types::SystemStatus::default()
        };
        self.send(self.now, Out::Request(Request::SystemStatus(Box::new(told))));
    }

    pub(super) fn later(&mut self, at: Tick, turn: Turn) {
        self.turns += 1;
        self.agenda.insert((at, self.turns), turn);
    }

    fn send(&mut self, at: Tick, out: Out) {
        self.turns += 1;
        self.out.insert((at, self.turns), out);
    }

    /// What was told goes out, to each monitor in its time; `answer` before or behind.
    fn flush(&mut self, answer: Option<Out>) {
        self.world.agents_follow();
        let first = self.world.quirks.response_first;
        let (before, behind) = if first { (answer, None) } else { (None, answer) };
        before.into_iter().for_each(|answer| self.send(self.now, answer));
        let mut last = self.now;
        for (index, report) in std::mem::take(&mut self.world.told) {
            let at = self.now + self.world.quirks.spread * u32::try_from(index).unwrap_or(0);
            last = last.max(at);
            self.send(at, Out::Report(report));
        }
        behind.into_iter().for_each(|answer| self.send(last, answer));
        for (at, state) in std::mem::take(&mut self.world.moved) {
            self.people(at, &state);
        }
    }

    /// What people do by themselves when this happens to them.
    fn people(&mut self, at: At, state: &State) {
        if self.plays(&at) {
            return;
        }
        let station = self.world.sort(&at.device) == Some(Sort::Station);
        match (state, self.pace.answers, self.pace.talks) {
            (State::Alerting, Some(after), _) => self.later(self.now + after, Turn::Answer(at)),
            (State::Connected, _, Some(after)) if station => self.later(self.now + after, Turn::HangUp(at)),
            _ => {}
        }
    }

    /// Does somebody of a company do what the story says there?
    fn plays(&self, at: &At) -> bool {
        let outside = self.world.leg(at).and_then(|leg| leg.outside.as_ref());
        let number = outside.map_or(&at.device, |outside| &outside.number);
        self.companies.iter().any(|company| company.has(number))
    }

    fn happens(&mut self, turn: Turn) {
        // What cannot be done any more is not done.
        let _ = match turn {
            Turn::Lift(at) => self.world.lifts(&at),
            Turn::Answer(at) => match self.world.sort(&at.device) {
                Some(Sort::Trunk) => self.world.answers_outside(&at),
                _ => self.world.answer(&at, EventCause::NewCall),
            },
            Turn::HangUp(at) if self.world.at(&at.device, &[State::Connected]) == Some(at.clone()) => {
                self.world.hang_up(&at)
            }
            Turn::HangUp(_) => Ok(()),
            Turn::Begins(company) => {
                self.begins(company);
                Ok(())
            }
            Turn::Scene(company, step) => {
                let done = self
                    .companies
                    .get_mut(company)
                    .map(|company| company.perform(&mut self.world, step));
                self.note(step, done.unwrap_or(Ok(())));
                Ok(())
            }
        };
    }
}
