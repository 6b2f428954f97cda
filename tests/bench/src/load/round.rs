//! One contender under one load.

use super::client::Clients;
use super::contender::{Contender, Places};
use super::latency::Latencies;
use super::machine::Ticks;
use super::plan::Plan;
use super::switch::Switch;
use super::{CLIENTS, OURS, THEIRS, outlet};
use crate::measure;
use lineside::bench::Failure;
use std::thread;
use std::time::{Duration, Instant};

/// Until what began has settled.
const PAUSE: Duration = Duration::from_millis(300);
/// How long it may be quiet while something is still missing.
const GRACE: Duration = Duration::from_secs(1);

/// What came of it.
pub struct Outcome {
    /// From when an event could have been there to when all of it was there, at the client.
    pub latencies: Latencies,
    /// How many events should have come.
    pub expected: usize,
    /// By how much the generator was late: it is part of the latency.
    pub late: Latencies,
    /// What the contender worked for each message of the switch.
    pub busy_each: Duration,
    /// The memory of the contender at the end, in bytes.
    pub memory: u64,
    /// How busy the processors were: that of the contender, and that of generator and clients.
    pub theirs: f64,
    pub ours: f64,
    /// The part of the time that other machines took away from this one.
    pub stolen: f64,
    /// What others on this machine had of the two processors: 0.5 is half of one.
    pub others: f64,
    /// Clients that were disconnected.
    pub lost: usize,
}

impl Outcome {
    /// Did everything come, within a tenth of a second but for one in a hundred?
    #[must_use]
    pub fn is_sustained(&self) -> bool {
        self.latencies.len() == self.expected && self.latencies.at(0.99) <= Duration::from_millis(100)
    }
}

/// Starts the contender, connects the clients, plays the load and ends the contender.
///
/// # Errors
/// It does not start, or ends early.
pub fn round(contender: Contender, places: &Places, plan: &Plan) -> Result<Outcome, Failure> {
    let switch = Switch::start()?;
    let running = contender.start(places, &switch)?;
    let clients = Clients::connect(running.target.clone(), 0, CLIENTS)?;
    thread::sleep(PAUSE);
    let (ticks, busy, own, start) = (Ticks::now()?, running.process.busy()?, measure::busy(), Instant::now());
    let late = if contender == Contender::Relay {
        outlet::say(plan.errands(), start, &running.outlet)?
    } else {
        let said = plan.said.iter().map(|said| (said.at, &said.bytes));
        outlet::say(said, start, &running.outlet)?
    };
    let said = late.len();
    let (busy, own) = (running.process.busy()? - busy, measure::busy() - own);
    let (ticks, passed) = ((Ticks::now()?, ticks), start.elapsed());
    let [theirs, ours] = [THEIRS, OURS].map(|processor| ticks.0.busy_since(&ticks.1, processor));
    let expected = match contender.is_gateway() {
        true => plan.gateway_expected(),
        false => plan.bridge_expected(),
    };
    let due = |number| match contender.is_gateway() {
        true => plan.gateway_due(number),
        false => plan.bridge_due(number),
    };
    let counted = || -> Vec<Duration> {
        let got = clients.got();
        got.iter()
            .filter_map(|got| Some(got.when.saturating_duration_since(start + due(got.number)?)))
            .collect()
    };
    let (mut before, mut quiet_since) = (0, Instant::now());
    while counted().len() < expected && quiet_since.elapsed() < GRACE {
        if clients.count() != before {
            (before, quiet_since) = (clients.count(), Instant::now());
        }
        thread::sleep(PAUSE);
    }
    Ok(Outcome {
        latencies: Latencies::of(counted()),
        expected,
        late: Latencies::of(late),
        busy_each: busy
            / u32::try_from(if contender == Contender::Relay {
                plan.said.len()
            } else {
                said.max(1)
            })?,
        memory: running.process.memory()?,
        theirs,
        ours,
        others: (theirs + ours - (busy + own).as_secs_f64() / passed.as_secs_f64()).max(0.0),
        stolen: ticks.0.stolen_since(&ticks.1),
        lost: clients.lost(),
    })
}
