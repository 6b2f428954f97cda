//! `lineside-fuzz <body> [FILE…]` runs inputs, from standard input if no file is named; `lineside-fuzz <body> --seconds N
//! [--seed S]` searches.

use lineside_fuzz::{BODIES, Body, Chance, mutated};
use std::io::{self, Read};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fs, panic};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let found = arguments
        .first()
        .and_then(|name| BODIES.iter().find(|body| body.name == name));
    let Some(body) = found else {
        let names: Vec<_> = BODIES.iter().map(|body| body.name).collect();
        eprintln!(
            "usage: lineside-fuzz <body> [FILE…] | <body> --seconds N [--seed S]\nbodies: {}",
            names.join(" ")
        );
        return ExitCode::from(2);
    };
    let number = |flag: &str| {
        let at = arguments.iter().position(|argument| argument == flag)?;
        arguments.get(at + 1)?.parse::<u64>().ok()
    };
    let outcome = match number("--seconds") {
        Some(seconds) => search(body, Duration::from_secs(seconds), number("--seed").unwrap_or(1)),
        None => replay(body, arguments.get(1..).unwrap_or_default()),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn replay(body: &Body, files: &[String]) -> io::Result<ExitCode> {
    if files.is_empty() {
        let mut input = Vec::new();
        io::stdin().read_to_end(&mut input)?;
        (body.run)(&input);
    }
    for file in files {
        (body.run)(&fs::read(file)?);
    }
    Ok(ExitCode::SUCCESS)
}

/// Mutates the corpus until the time is up or an input fails; that input is kept in the folder where this runs.
fn search(body: &Body, time: Duration, seed: u64) -> io::Result<ExitCode> {
    let corpus = body.corpus()?;
    let mut chance = Chance::new(seed);
    let end = Instant::now() + time;
    let mut runs = 0_u64;
    while Instant::now() < end {
        let input = chance.one_of(&corpus).cloned().unwrap_or_default();
        let other = chance.one_of(&corpus).cloned().unwrap_or_default();
        let input = mutated(&input, &other, &mut chance);
        runs += 1;
        if panic::catch_unwind(|| (body.run)(&input)).is_err() {
            let file = format!("{}-{seed}-{runs}", body.name);
            fs::write(&file, &input)?;
            eprintln!("failed on run {runs}; the input is in {file}");
            return Ok(ExitCode::FAILURE);
        }
    }
    println!("{}: {runs} runs, none failed", body.name);
    Ok(ExitCode::SUCCESS)
}
