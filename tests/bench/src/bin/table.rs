//! Measures everything and prints it in one table. `lineside-bench FOLDER`: raw data go to `results.json` there.

use lineside::bench::Failure;
use lineside_bench::corpus::Corpus;
use lineside_bench::measure::{Contender, Taken, best_of};
use lineside_bench::{decode, pipeline, steps};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs, io};

fn main() -> Result<(), Failure> {
    let folder = env::args().nth(1).ok_or("usage: lineside-bench FOLDER")?;
    let corpus = Corpus::of(32 << 20)?;
    let size = corpus.bytes.len() / corpus.messages;
    println!(
        "{} messages of {size} bytes; nanoseconds a message, ratios to the first of a group",
        corpus.messages
    );
    println!("{:44} {:>9} {:>7} {:>9} {:>7}", "", "elapsed", "ratio", "busy", "ratio");
    let mut times = decoding(&corpus)?;
    println!();
    times.extend(pipelines(&corpus)?);
    println!();
    let mut numbers = counts()?;
    numbers.extend(instructions()?);
    for (name, value) in &numbers {
        println!("{name:44} {:9.2}", value.as_f64().unwrap_or_default());
    }
    let results =
        json!({ "messages": corpus.messages, "bytes": corpus.bytes.len(), "times": times, "numbers": numbers });
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
    let seen: Vec<_> = results
        .iter()
        .map(|taken| (taken.saw.messages, taken.saw.headers))
        .collect();
    if seen.windows(2).any(|two| matches!(two, [one, other] if one != other)) {
        return Err(format!("the contenders did not see the same: {seen:?}").into());
    }
    Ok(rows(corpus, &contenders, &results))
}

/// From bytes to events, in relation to decoding them.
fn pipelines(corpus: &Corpus) -> Result<Vec<Value>, Failure> {
    let flows = &corpus.flows;
    // The log is closed when the time has been taken.
    let streamed = |logged| {
        let streamed = pipeline::stream(flows, logged)?;
        Ok((streamed.events(), Some(streamed)))
    };
    let contenders = [
        Contender::new("pipeline: decode alone", || {
            Ok((decode::ours(&corpus.bytes)?.messages, None))
        }),
        Contender::new("pipeline: bytes to events", || Ok((pipeline::link(flows)?, None))),
        Contender::new("pipeline: to encoded events, without log", || streamed(false)),
        Contender::new("pipeline: to encoded events, with log", || streamed(true)),
    ];
    let results = best_of(7, &contenders)?;
    let rows = rows(corpus, &contenders, &results);
    if let [_, link, without, with] = results.as_slice() {
        let each = link.saw.0 as f64 / corpus.messages as f64;
        let elapsed = without.time.as_secs_f64() / with.time.as_secs_f64();
        let busy = without.busy.as_secs_f64() / with.busy.as_secs_f64();
        println!(
            "with the log, in relation to without: {elapsed:.2} elapsed, {busy:.2} busy; {each:.2} events a message"
        );
    }
    Ok(rows)
}

fn rows<T>(corpus: &Corpus, contenders: &[Contender<'_, T>], results: &[Taken<T>]) -> Vec<Value> {
    let each = |time: Duration| time.as_secs_f64() * 1e9 / corpus.messages as f64;
    let (first_time, first_busy) = results
        .first()
        .map_or((0.0, 0.0), |first| (each(first.time), each(first.busy)));
    let row = |(contender, taken): (&Contender<'_, T>, &Taken<T>)| {
        let (name, time, busy) = (contender.name, each(taken.time), each(taken.busy));
        let (ratio, busy_ratio) = (first_time / time, first_busy / busy);
        println!("{name:44} {time:9.0} {ratio:7.3} {busy:9.0} {busy_ratio:7.3}");
        json!({ "name": name, "elapsed": time, "busy": busy, "ratio": ratio, "busyRatio": busy_ratio })
    };
    contenders.iter().zip(results).map(row).collect()
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
