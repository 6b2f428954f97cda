//! The lab: real Asterisks, real SIP phones, real people's mistakes. `tests/lab/run --asterisk 16,22 --repeat N` plays every
//! flow on each switch and fails if a phone saw something else than what was meant to happen.
//!
//! A switch is an Asterisk in a chroot on a loopback network of its own (`switch`), its configuration in `etc/`. A phone is a
//! SIPp process (`phone`), its scenario in `sipp/`; what it logs is the truth of a flow. A flow is one function (`flows`).

mod agree;
mod ami;
mod bridge;
mod case;
mod flows;
mod phone;
mod play;
#[cfg(test)]
#[path = "../flows/mod.rs"]
mod story;
mod survive;
mod switch;
mod truth;
mod up;

use std::{process::ExitCode, thread};

use flows::FLOWS;
use play::How;
use switch::Switch;

/// A failure is told to a person: one sentence, nothing to match on.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

struct Args {
    majors: Vec<String>,
    repeat: u32,
    only: Vec<String>,
    how: How,
    up: Option<String>,
}

const USAGE: &str = "usage: tests/lab/run [--asterisk 16,22] [--repeat N] [--only FLOW,FLOW] [--record | --kill]
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
            "--up" => args.up = Some(value()?),
            "--record" => args.how.record = true,
            "--kill" => args.how.kill = true,
            _ => return Err(format!("unknown argument {flag}\n{USAGE}").into()),
        }
    }
    if let Some(unknown) = args
        .only
        .iter()
        .find(|name| !FLOWS.iter().any(|(flow, _)| flow == name))
    {
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

fn flow_names() -> Vec<&'static str> {
    FLOWS.iter().map(|(name, _)| *name).collect()
}

/// Plays every flow on one switch; says each result as it comes.
fn play_all(major: &str, args: &Args) -> Outcome<(u32, u32)> {
    let switch = Switch::start(major)?;
    println!("lab: Asterisk {} on {}", switch.version, switch.host());
    let (mut passed, mut failed) = (0, 0);
    for run in 0..args.repeat {
        for (name, flow) in FLOWS {
            if !args.only.is_empty() && !args.only.iter().any(|only| only == name) {
                continue;
            }
            match play::play(&switch, name, *flow, args.how, run) {
                Ok(()) => {
                    passed += 1;
                    println!("ok   {major} {name}");
                }
                Err(error) => {
                    failed += 1;
                    println!("FAIL {major} {name}: {error}");
                }
            }
        }
    }
    Ok((passed, failed))
}

fn run() -> Outcome<bool> {
    let args = parse()?;
    if let Some(major) = &args.up {
        return up::stay(major).map(|()| true);
    }
    every_story_is_played()?;
    let results: Vec<_> = thread::scope(|scope| {
        let running: Vec<_> = args
            .majors
            .iter()
            .map(|major| scope.spawn(|| play_all(major, &args)))
            .collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err("the lab itself broke".into())))
            .collect()
    });
    let (mut passed, mut failed) = (0, 0);
    for result in results {
        let (more, less) = result?;
        passed += more;
        failed += less;
    }
    println!("{passed} passed, {failed} failed");
    let flows = if args.only.is_empty() {
        FLOWS.len()
    } else {
        args.only.len()
    };
    let summary = format!("lab: {flows} flows x {} switches x {}", args.majors.len(), args.repeat);
    if failed == 0 {
        println!("{summary} = {passed} passed");
    } else {
        println!("{summary} = {passed} passed, {failed} failed");
    }
    Ok(failed == 0)
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
