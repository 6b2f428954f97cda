//! The lab: real Asterisks, real SIP phones, real people's mistakes. `tests/lab/run --asterisk 16,22 --repeat N` plays every
//! flow on each switch and fails if a phone saw something else than what was meant to happen.
//!
//! A switch is an Asterisk in a chroot on a loopback network of its own (`switch`), its configuration in `etc/`. A phone is a
//! SIPp process (`phone`), its scenario in `sipp/`; what it logs is the truth of a flow. A flow is one function (`flows`).

mod agree;
mod ami;
mod application;
mod bridge;
mod case;
mod chaos;
mod codes;
mod database;
mod ear;
mod flows;
mod phone;
mod places;
mod play;
mod proxy;
mod services;
#[cfg(test)]
#[path = "../flows/mod.rs"]
mod story;
mod survive;
mod switch;
mod transfers;
mod truth;
mod up;
mod watchers;

use std::{
    collections::VecDeque,
    process::ExitCode,
    sync::{Mutex, PoisonError},
    thread,
};

use flows::Flow;
use play::{How, breaks};
use switch::Switch;

/// Switches of each major that play side by side. A flow has its switch for itself, and mostly waits.
const SWITCHES: usize = 2;

/// A failure is told to a person: one sentence, nothing to match on.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

struct Args {
    majors: Vec<String>,
    repeat: u32,
    only: Vec<String>,
    how: How,
    up: Option<String>,
    /// How long chaos lasts on each switch, in seconds; 0: none.
    chaos: u64,
}

/// Chaos in a run of everything.
const CHAOS_SECONDS: u64 = 30;

const USAGE: &str = "usage: tests/lab/run [--asterisk 16,22] [--repeat N] [--only FLOW,FLOW] [--record | --kill]
       tests/lab/run [--asterisk 16,22] --chaos SECONDS
       tests/lab/up [16|22]";

fn parse() -> Outcome<Args> {
    let mut args = Args {
        majors: vec!["16".into(), "22".into()],
        repeat: 1,
        only: Vec::new(),
        how: How {
            record: false,
            kill: false,
        },
        up: None,
        chaos: 0,
    };
    let mut given = std::env::args().skip(1);
    while let Some(flag) = given.next() {
        let mut value = || given.next().ok_or_else(|| format!("{flag} needs a value\n{USAGE}"));
        match flag.as_str() {
            "--asterisk" => args.majors = value()?.split(',').map(str::to_owned).collect(),
            "--repeat" => {
                args.repeat = value()?
                    .parse()
                    .map_err(|_| format!("--repeat needs a number\n{USAGE}"))?
            }
            "--only" => args.only = value()?.split(',').map(str::to_owned).collect(),
            "--chaos" => {
                args.chaos = value()?
                    .parse()
                    .map_err(|_| format!("--chaos needs seconds\n{USAGE}"))?
            }
            "--up" => args.up = Some(value()?),
            "--record" => args.how.record = true,
            "--kill" => args.how.kill = true,
            _ => return Err(format!("unknown argument {flag}\n{USAGE}").into()),
        }
    }
    let known = |name: &str| flow_names().contains(&name) || break_names().contains(&name);
    if let Some(unknown) = args.only.iter().find(|name| !known(name)) {
        return Err(format!("there is no flow {unknown}; there are: {}", flow_names().join(" ")).into());
    }
    Ok(args)
}

/// A story that is not played proves nothing, and a flow without a story neither.
fn every_story_is_played() -> Outcome<()> {
    let (mut played, stories) = (flow_names(), story::names());
    played.sort_unstable();
    if played == stories {
        return Ok(());
    }
    Err(format!("the lab plays {played:?}, the stories are {stories:?}").into())
}

fn break_names() -> Vec<&'static str> {
    breaks::BREAKS.iter().map(|(name, _)| *name).collect()
}

fn all_flows() -> impl Iterator<Item = &'static (&'static str, Flow)> {
    flows::all()
        .chain(transfers::FLOWS)
        .chain(codes::FLOWS)
        .chain(places::FLOWS)
        .chain(services::FLOWS)
}

fn flow_names() -> Vec<&'static str> {
    all_flows().map(|(name, _)| *name).collect()
}

/// Those that are asked for. Nobody can ask a bridge that is killed.
fn wanted(args: &Args) -> Vec<&'static (&'static str, Flow)> {
    let wanted = |name: &str| args.only.is_empty() || args.only.iter().any(|only| only == name);
    all_flows()
        .filter(|(name, _)| wanted(name) && !(args.how.kill && services::asks(name)))
        .collect()
}

/// What of those breaks. The link of a bridge that is killed, or recorded, is left alone.
fn broken(args: &Args) -> Vec<&'static str> {
    let wanted = |name: &str| args.only.is_empty() || args.only.iter().any(|only| only == name);
    let whole = args.how.kill || args.how.record;
    break_names()
        .into_iter()
        .filter(|name| wanted(name) && !whole)
        .collect()
}

/// What is still to be played on one major: which run, and which flow.
type Rest = Mutex<VecDeque<(u32, &'static (&'static str, Flow))>>;

/// What came of the flows or breaks that were played on one switch.
#[derive(Default)]
struct Played {
    passed: usize,
    /// The names of those that failed.
    failed: Vec<&'static str>,
}

/// So many failures of a run are perhaps chance: real telephones and a real switch on a machine with other things to do.
const CHANCE: usize = 3;

/// Plays what is left on a switch of its own, one flow after the other; says each result as it comes.
fn play_on(major: &str, rest: &Rest, args: &Args) -> Outcome<Played> {
    let switch = Switch::start(major)?;
    println!("lab: Asterisk {} on {}", switch.version, switch.host());
    let mut played = Played::default();
    let next = || rest.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    while let Some((run, (name, flow))) = next() {
        match play::play(&switch, name, *flow, args.how, run) {
            Ok(()) => {
                played.passed += 1;
                println!("ok   {major} {name}");
            }
            Err(error) => {
                played.failed.push(name);
                println!("FAIL {major} {name}: {error}");
            }
        }
    }
    Ok(played)
}

/// Plays once more what failed, now that everything else is over. Whoever reads the summary finds its name there.
fn play_again(major: &str, name: &'static str, args: &Args) -> Outcome<Played> {
    println!("lab: once more {name} on {major}");
    if break_names().contains(&name) {
        return breaks::play_all(major, 1, &[name]);
    }
    let flows = all_flows().filter(|(flow, _)| *flow == name);
    play_on(
        major,
        &flows.map(|flow| (0, flow)).collect::<VecDeque<_>>().into(),
        args,
    )
}

/// Chaos on one switch after the other. Another chance each time, unless LINESIDE_SEED tells one.
fn chaos_on_all(majors: &[String], seconds: u64) -> Outcome<bool> {
    let told = std::env::var("LINESIDE_SEED")
        .ok()
        .map(|seed| seed.parse())
        .transpose()?;
    let now = || u64::from(std::time::UNIX_EPOCH.elapsed().map_or(0, |age| age.subsec_nanos()));
    let mut passed = true;
    for major in majors {
        passed &= chaos::play(major, seconds, told.unwrap_or_else(now))?;
    }
    Ok(passed)
}

fn run() -> Outcome<bool> {
    let args = parse()?;
    if let Some(major) = &args.up {
        return up::stay(major).map(|()| true);
    }
    if args.chaos > 0 {
        return chaos_on_all(&args.majors, args.chaos);
    }
    every_story_is_played()?;
    let flows = wanted(&args);
    let all = || (0..args.repeat).flat_map(|run| flows.iter().map(move |flow| (run, *flow)));
    let majors: Vec<(&String, Rest)> = args
        .majors
        .iter()
        .map(|major| (major, all().collect::<VecDeque<_>>().into()))
        .collect();
    let switches = SWITCHES.min(all().count());
    let results: Vec<_> = thread::scope(|scope| {
        let running: Vec<_> = majors
            .iter()
            .flat_map(|of| std::iter::repeat_n(of, switches))
            .map(|(major, rest)| (*major, scope.spawn(|| play_on(major, rest, &args))))
            .chain(args.majors.iter().map(|major| {
                let breaks = || breaks::play_all(major, args.repeat, &broken(&args));
                (major, scope.spawn(breaks))
            }))
            .collect();
        running
            .into_iter()
            .map(|(major, thread)| {
                let broke = |_| Err("the lab itself broke".into());
                thread.join().unwrap_or_else(broke).map(|played| (major, played))
            })
            .collect::<Outcome<_>>()
    })?;
    let mut passed: usize = results.iter().map(|(_, played)| played.passed).sum();
    let named = |(major, played): &(&String, Played)| {
        let failed = played.failed.iter();
        failed.map(|name| ((*major).clone(), *name)).collect::<Vec<_>>()
    };
    let mut failed: Vec<(String, &'static str)> = results.iter().flat_map(named).collect();
    let mut second = Vec::new();
    if failed.len() <= CHANCE && !args.how.record {
        for (major, name) in std::mem::take(&mut failed) {
            let again = play_again(&major, name, &args)?;
            let into = if again.failed.is_empty() {
                &mut second
            } else {
                &mut failed
            };
            into.push((major, name));
        }
        passed += second.len();
    }
    let mut failures = failed.len();
    if args.only.is_empty() && !args.how.record && !args.how.kill {
        failures += usize::from(!chaos_on_all(&args.majors, CHAOS_SECONDS)?);
    }
    println!("{passed} passed, {failures} failed");
    let mut summary = format!(
        "lab: {} flows and {} breaks x {} switches x {} = {passed} passed",
        flows.len(),
        broken(&args).len(),
        args.majors.len(),
        args.repeat
    );
    for (major, name) in &second {
        summary += &format!(", {name} on {major} at the second try");
    }
    if failures > 0 {
        summary += &format!(", {failures} failed");
    }
    println!("{summary}");
    Ok(failures == 0)
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("lab: {error}");
            ExitCode::FAILURE
        }
    }
}
