//! A bridge that places monitors as fast as the profile lets it, while the switch tells a thousand messages a second of those that it
//! has placed; and then, at the same rate of messages, places none. Once in XML and once in BER.

pub mod switch;
pub mod traffic;

use super::client::{Clients, Target};
use super::contender::{Places, TOKEN};
use super::latency::Latencies;
use super::machine::Ticks;
use super::process::{Process, free_address, wait_for};
use super::report::{Noise, micros};
use super::{OURS, THEIRS};
use crate::measure;
use lineside::bench::{Failure, dialect};
use serde_json::{Value, json};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use switch::Switch;

/// With so many the calls begin: all of them talk within a second.
const FIRST: usize = 400;
/// So many in the end.
const ALL: usize = 2_000;
/// By the book, and with an association.
const PROFILES: [(&str, &str); 2] = [("XML", "ecma/ecma-323"), ("BER", "unify/hipath-3000")];
/// The number of the first telephone.
const FROM: usize = 1_000;
/// What a bridge may place in a second.
const PER_SECOND: f64 = 20.0;
/// How long it goes on when all are placed.
const AFTER: Duration = Duration::from_secs(30);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(20);
/// Longer than any of it may take.
const PATIENCE: Duration = Duration::from_secs(150);

/// A time in which the same went on.
struct Part {
    name: &'static str,
    from: Instant,
    until: Instant,
    busy: Duration,
}

/// Where a run has come to.
struct Mark {
    when: Instant,
    busy: Duration,
}

/// Prints how long placing takes, and what it costs the events meanwhile.
///
/// # Errors
/// The bridge does not start, or does not place them.
pub fn monitors(places: &Places, noise: &mut Noise) -> Result<Value, Failure> {
    let runs = PROFILES.map(|(encoding, profile)| {
        println!("\nMonitors in {encoding}, at {PER_SECOND:.0} a second");
        Ok((encoding.to_owned(), run(profile, places, noise)?))
    });
    let runs: Result<serde_json::Map<String, Value>, Failure> = runs.into_iter().collect();
    Ok(runs?.into())
}

fn run(profile: &str, places: &Places, noise: &mut Noise) -> Result<Value, Failure> {
    let switch = Switch::start(dialect(profile)?)?;
    let folder = tempfile::tempdir_in(&places.work)?;
    let address = free_address()?;
    let file = folder.path().join("lineside.toml");
    fs::write(
        &file,
        config(profile, address, switch.address, &folder.path().join("log")),
    )?;
    let arguments = ["run".to_owned(), "--config".to_owned(), file.display().to_string()];
    let log = places.work.join("monitors.log");
    let process = Process::start(&places.programs.join("lineside"), &arguments, &[], &log)?;
    wait_for(address)?;
    let target = Target {
        address,
        path: |_| "/v1/events?type=call.*".to_owned(),
        token: Some(TOKEN),
        begins: Some("\"subscribed\""),
        number: traffic::number,
    };
    let clients = Clients::connect(target, 0, 1)?;
    let mark = || -> Result<Mark, Failure> {
        let (when, busy) = (Instant::now(), process.busy()?);
        Ok(Mark { when, busy })
    };
    until("the first monitors are placed", || switch.known() >= FIRST)?;
    let (ticks, own, began) = (Ticks::now()?, measure::busy(), mark()?);
    let goes_on = Arc::new(AtomicBool::new(true));
    let telling = {
        let (switch, goes_on, start) = (switch.clone(), Arc::clone(&goes_on), began.when);
        thread::spawn(move || switch.tell(start, || goes_on.load(Ordering::Relaxed)))
    };
    // The calls that are there when it starts are none.
    thread::sleep(Duration::from_secs(2));
    let settled = mark()?;
    until("all are placed", || switch.known() >= ALL)?;
    let done = mark()?;
    thread::sleep(AFTER);
    let end = mark()?;
    goes_on.store(false, Ordering::Relaxed);
    let told = telling.join().map_err(|_| "the switch broke")?;
    let (late, left_out) = told?;
    let (ticks, own) = ((Ticks::now()?, ticks), measure::busy() - own);
    // What is still under way.
    thread::sleep(Duration::from_secs(1));
    let [theirs, ours] = [THEIRS, OURS].map(|processor| ticks.0.busy_since(&ticks.1, processor));
    let worked = (end.busy - began.busy + own).as_secs_f64() / (end.when - began.when).as_secs_f64();
    noise.note(ticks.0.stolen_since(&ticks.1), (theirs + ours - worked).max(0.0));
    let part = |name, from: &Mark, until: &Mark| Part {
        name,
        from: from.when,
        until: until.when,
        busy: until.busy - from.busy,
    };
    let parts = [
        part("2,000 monitors, none is placed", &done, &end),
        part("400 to 2,000 are placed", &settled, &done),
    ];
    let placing = placing(&switch.placed());
    println!(
        "\nby the switch: {left_out} messages left out, late by {:.0} µs at p99; RSS {:.0} MiB",
        micros(Latencies::of(late).at(0.99)),
        process.memory()? as f64 / f64::from(1 << 20)
    );
    Ok(json!({ "placing": placing, "delays": delays(&parts, began.when, &clients) }))
}

/// How long the monitors took, in relation to what a bridge may.
fn placing(placed: &[Instant]) -> Value {
    let took = placed
        .first()
        .zip(placed.last())
        .map_or(Duration::ZERO, |(first, last)| *last - *first);
    let ideal = (placed.len().saturating_sub(1)) as f64 / PER_SECOND;
    let took = took.as_secs_f64();
    println!(
        "{:6} placed in {took:7.2} s, at best {ideal:7.2} s: {:.3}",
        placed.len(),
        took / ideal
    );
    json!({ "monitors": placed.len(), "seconds": took, "ideal": ideal })
}

/// From when the switch was to tell something to when a client had it.
fn delays(parts: &[Part], start: Instant, clients: &Clients) -> Vec<Value> {
    println!(
        "\n{:30} {:>8} {:>8} {:>8} {:>9} {:>8} {:>7}",
        "", "p50", "p99", "p99.9", "events", "missing", "CPU"
    );
    let got = clients.got();
    let within = |part: &Part, number: usize| (part.from..part.until).contains(&(start + traffic::due(number)));
    let mut rows = Vec::new();
    let mut first: Option<[f64; 3]> = None;
    for part in parts {
        let taken = got.iter().filter(|got| within(part, got.number));
        let taken = taken.map(|got| got.when.saturating_duration_since(start + traffic::due(got.number)));
        let delays = Latencies::of(taken.collect());
        let messages = (0..).skip_while(|number| start + traffic::due(*number) < part.from);
        let messages: Vec<usize> = messages.take_while(|number| within(part, *number)).collect();
        let expected = messages.iter().filter(|number| traffic::is_looked_at(**number)).count();
        let missing = expected as f64 - delays.len() as f64;
        let busy = part.busy.as_secs_f64() / messages.len().max(1) as f64 * 1000.0;
        let found = [0.5, 0.99, 0.999].map(|at| micros(delays.at(at)));
        let [p50, p99, p999] = found;
        let events = delays.len();
        println!(
            "{:30} {p50:8.0} {p99:8.0} {p999:8.0} {events:9} {missing:8.0} {busy:7.4}",
            part.name
        );
        if let Some([half, hundredth, thousandth]) = first {
            println!(
                "{:30} {:8.2} {:8.2} {:8.2}",
                "  to the first",
                p50 / half,
                p99 / hundredth,
                p999 / thousandth
            );
        }
        first.get_or_insert(found);
        rows.push(json!({
            "part": part.name, "microseconds": { "p50": p50, "p99": p99, "p99.9": p999 }, "events": events, "missing": missing,
            "cpuSecondsAThousand": busy,
        }));
    }
    rows
}

fn until(what: &str, is_so: impl Fn() -> bool) -> Result<(), Failure> {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        if Instant::now() > end {
            return Err(format!("it takes too long until {what}, see monitors.log in target/bench").into());
        }
        thread::sleep(LOOK);
    }
    Ok(())
}

fn config(profile: &str, listen: SocketAddr, switch: SocketAddr, log: &Path) -> String {
    let last = FROM + ALL - 1;
    format!(
        r#"
[api]
listen = "{listen}"
[stream]
path = {log:?}
[log]
level = "warn"
[[switch]]
name = "hq"
profile = "{profile}"
username = "bench"
secret = "bench"
address = "{switch}"
[switch.site]
extensions = "XXXX"
devices = ["{FROM}-{last}"]
[switch.override.monitors]
list = false
states = []
perSecond = {PER_SECOND}
[[token]]
name = "bench"
secret = "{TOKEN}"
scopes = ["events:read", "calls:read"]
"#
    )
}
