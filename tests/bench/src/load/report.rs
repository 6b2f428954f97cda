//! The tables.

use super::contender::Contender;
use super::latency::{Latencies, median};
use super::round::Outcome;
use serde_json::{Value, json};
use std::time::Duration;

/// More steal time than this makes a run noisy.
const NOISY: f64 = 0.02;
/// So does more of a processor than this for others on the same machine. The kernel's own work for sockets is a part of it.
const BUSY: f64 = 0.15;
/// Which latencies are told.
const PARTS: [(f64, &str); 3] = [(0.5, "p50"), (0.99, "p99"), (0.999, "p99.9")];

/// The heads of the columns of [`row`].
pub fn heads() {
    println!(
        "{:24} {:>8} {:>8} {:>8} {:>8} {:>9} {:>8} {:>7} {:>7} {:>7} {:>6}",
        "", "p50", "p99", "p99.9", "late", "events", "missing", "CPU", "theirs", "ours", "RSS"
    );
}

/// What came of some rounds of one contender under one load: latencies of all of them together, of other numbers the median.
pub fn row(contender: Contender, rate: f64, outcomes: &[Outcome]) -> Value {
    let of = |number: &dyn Fn(&Outcome) -> f64| median(outcomes.iter().map(number).collect());
    let all = Latencies::together(outcomes.iter().map(|outcome| &outcome.latencies));
    let [p50, p99, p999] = PARTS.map(|(part, _)| micros(all.at(part)));
    let late = micros(Latencies::together(outcomes.iter().map(|outcome| &outcome.late)).at(0.99));
    let events = all.len();
    let expected: usize = outcomes.iter().map(|outcome| outcome.expected).sum();
    let missing = i64::try_from(expected).unwrap_or(i64::MAX) - i64::try_from(events).unwrap_or(i64::MAX);
    let busy = of(&|outcome| outcome.busy_each.as_secs_f64() * 1000.0);
    let (theirs, ours) = (of(&|outcome| outcome.theirs), of(&|outcome| outcome.ours));
    let memory = of(&|outcome| outcome.memory as f64 / f64::from(1 << 20));
    let name = contender.name();
    println!(
        "{name:24} {p50:8.0} {p99:8.0} {p999:8.0} {late:8.0} {events:9} {missing:8} {busy:7.4} {:6.0}% {:6.0}% {memory:6.0}",
        100.0 * theirs,
        100.0 * ours
    );
    json!({
        "contender": name, "rate": rate, "microseconds": { "p50": p50, "p99": p99, "p99.9": p999 }, "generatorLateP99": late,
        "events": events, "missing": missing, "cpuSecondsAThousand": busy, "processorOfContender": theirs,
        "processorOfGenerator": ours, "mebibytes": memory, "stolen": of(&|outcome| outcome.stolen), "others": of(&|outcome| outcome.others),
        "rounds": outcomes.iter().map(|o| PARTS.map(|(part, _)| micros(o.latencies.at(part)))).collect::<Vec<_>>(),
    })
}

/// One contender in relation to another: of all rounds together, and the least and the most of one round.
pub fn ratios(contender: Contender, rate: f64, of: &[Outcome], to: &[Outcome]) -> Value {
    let ratio = |of: &Latencies, to: &Latencies, part| of.at(part).as_secs_f64() / to.at(part).as_secs_f64().max(1e-9);
    let together = |outcomes: &[Outcome]| Latencies::together(outcomes.iter().map(|outcome| &outcome.latencies));
    let (all_of, all_to) = (together(of), together(to));
    let mut told = serde_json::Map::new();
    print!("{:26}", format!("{} / relay", contender.name()));
    for (part, title) in PARTS {
        let rounds = of
            .iter()
            .zip(to)
            .map(|(of, to)| ratio(&of.latencies, &to.latencies, part));
        let (least, most) = rounds.fold((f64::MAX, 0.0_f64), |(least, most), ratio| {
            (least.min(ratio), most.max(ratio))
        });
        let all = ratio(&all_of, &all_to, part);
        print!("  {title} {all:.2} ({least:.2} to {most:.2})");
        told.insert(title.to_owned(), json!({ "all": all, "least": least, "most": most }));
    }
    println!();
    json!({ "contender": contender.name(), "rate": rate, "toRelay": told })
}

pub fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// What disturbed the worst round.
#[derive(Debug, Default)]
pub struct Noise {
    stolen: f64,
    others: f64,
}

impl Noise {
    pub fn add(&mut self, outcome: &Outcome) {
        self.note(outcome.stolen, outcome.others);
    }

    /// What was taken away from this machine, and what others had of its processors.
    pub const fn note(&mut self, stolen: f64, others: f64) {
        self.stolen = self.stolen.max(stolen);
        self.others = self.others.max(others);
    }

    /// Says it, and whether it is too much.
    #[must_use]
    pub fn tell(&self) -> Value {
        let (stolen, others) = (100.0 * self.stolen, 100.0 * self.others);
        println!(
            "in the worst round: steal time {stolen:.1} %, other work on this machine {others:.0} % of a processor"
        );
        let noisy = self.stolen > NOISY || self.others > BUSY;
        if noisy {
            println!(
                "noisy: more than {:.0} % or {:.0} %, so latencies from p99 on are not worth much",
                100.0 * NOISY,
                100.0 * BUSY
            );
        }
        json!({ "stolen": self.stolen, "others": self.others, "noisy": noisy })
    }
}
