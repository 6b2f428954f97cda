//! Measures everything and prints it in one table. `lineside-bench FOLDER`: raw data go to `results.json` there.

use lineside::bench::Failure;
use lineside_bench::corpus::Corpus;
use lineside_bench::measure::{Contender, best_of};
use lineside_bench::{decode, pipeline, steps};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs, io};

fn main() -> Result<(), Failure> {
    let folder = env::args().nth(1).ok_or("usage: lineside-bench FOLDER")?;
    println!("{:48} {:>12} {:>14} {:>8}", "", "ns a message", "messages a s", "ratio");
    let mut times = decoding(&Corpus::of(32 << 20)?)?;
    println!();
    times.extend(pipelines(&Corpus::of(4 << 20)?)?);
    println!();
    let mut numbers = counts()?;
    numbers.extend(instructions()?);
    for (name, value) in &numbers {
        println!("{name:48} {:12.2}", value.as_f64().unwrap_or_default());
    }
    let results = json!({ "times": times, "numbers": numbers });
    fs::write(Path::new(&folder).join("results.json"), format!("{results:#}"))?;
    Ok(())
}

/// Every key and value visited, in relation to the bare scan.
fn decoding(corpus: &Corpus) -> Result<Vec<Value>, Failure> {
    let bytes = &corpus.bytes;
    let contenders = [
        Contender::new("decode: a bare memchr scan", || Ok(decode::bare_scan(bytes))),
        Contender::new("decode: lineside-ami", || Ok(decode::ours(bytes)?)),
        Contender::new("decode: asterisk-rs-ami 0.8.0", || Ok(decode::asterisk_rs_ami(bytes)?)),
    ];
    let results = best_of(15, &contenders)?;
    // That codec trims values, so it visits fewer bytes.
    let seen: Vec<_> = results.iter().map(|(_, seen)| (seen.messages, seen.headers)).collect();
    if seen.windows(2).any(|two| matches!(two, [one, other] if one != other)) {
        return Err(format!("the contenders did not see the same: {seen:?}").into());
    }
    let times: Vec<_> = results.iter().map(|(time, _)| *time).collect();
    Ok(rows(corpus, &contenders.map(|contender| contender.name), &times))
}

/// From bytes to events, in relation to decoding them.
fn pipelines(corpus: &Corpus) -> Result<Vec<Value>, Failure> {
    let flows = &corpus.flows;
    let contenders = [
        Contender::new("pipeline: decode alone", || Ok(decode::ours(&corpus.bytes)?.messages)),
        Contender::new("pipeline: bytes to events", || pipeline::link(flows)),
        Contender::new("pipeline: to encoded events, without log", || {
            pipeline::stream(flows, false)
        }),
        Contender::new("pipeline: to encoded events, with log", || {
            pipeline::stream(flows, true)
        }),
    ];
    let results = best_of(5, &contenders)?;
    let times: Vec<_> = results.iter().map(|(time, _)| *time).collect();
    let rows = rows(corpus, &contenders.map(|contender| contender.name), &times);
    if let [_, (_, events), (without, _), (with, _)] = results.as_slice() {
        let ratio = without.as_secs_f64() / with.as_secs_f64();
        let share = *events as f64 / corpus.messages as f64;
        println!(
            "{:48} {share:12.2} events a message, {ratio:.2} with the log of without",
            ""
        );
    }
    Ok(rows)
}

fn rows(corpus: &Corpus, names: &[&str], times: &[Duration]) -> Vec<Value> {
    let reference = times.first().map_or(0.0, Duration::as_secs_f64);
    let row = |(name, time): (&&str, &Duration)| {
        let each = time.as_secs_f64() / corpus.messages as f64;
        let ratio = reference / time.as_secs_f64();
        println!("{name:48} {:12.0} {:14.0} {ratio:8.3}", each * 1e9, 1.0 / each);
        json!({ "name": name, "messages": corpus.messages, "bytes": corpus.bytes.len(), "nanoseconds": each * 1e9, "ratio": ratio })
    };
    names.iter().zip(times).map(row).collect()
}

/// What is allocated, from the binary beside this one that counts it.
fn counts() -> Result<Map<String, Value>, Failure> {
    let out = Command::new(beside("lineside-bench-counts")?)
        .args(["1000", "20000"])
        .output()?;
    if !out.status.success() {
        return Err(String::from_utf8_lossy(&out.stderr).into());
    }
    Ok(serde_json::from_slice(&out.stdout)?)
}

fn instructions() -> Result<Map<String, Value>, Failure> {
    let mut numbers = Map::new();
    if !steps::valgrind_is_here() {
        eprintln!("valgrind is missing, so no instructions are counted (apt-get install valgrind)");
        return Ok(numbers);
    }
    for work in steps::WORKS {
        let each = steps::per_message(&beside("lineside-bench-work")?, work)?;
        numbers.insert(format!("instructions a message: {work}"), json!(each));
    }
    Ok(numbers)
}

fn beside(name: &str) -> io::Result<PathBuf> {
    Ok(env::current_exe()?.with_file_name(name))
}
