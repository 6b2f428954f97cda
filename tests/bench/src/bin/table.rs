//! Measures everything and prints it in one table. `lineside-bench FOLDER`: raw data go to `results.json` there.

use lineside_bench::corpus::{self, Corpus};
use lineside_bench::decode::{self, Seen};
use lineside_bench::measure::{Contender, best_of};
use lineside_bench::steps;
use serde_json::{Map, Value, json};
use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::{env, fs, io};

const ROUNDS: u32 = 15;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).ok_or("usage: lineside-bench FOLDER")?;
    let corpus = corpus::tiled(32 << 20)?;
    let size = corpus.bytes.len() / corpus.messages;
    println!(
        "{} messages of {size} bytes, the best of {ROUNDS} rounds\n",
        corpus.messages
    );
    println!("{:48} {:>12} {:>14} {:>8}", "", "ns a message", "messages a s", "ratio");
    let mut times = Vec::new();
    decoding(&corpus, &mut times)?;
    let mut numbers = counts()?;
    numbers.extend(instructions()?);
    println!();
    for (name, value) in &numbers {
        println!("{name:48} {:12.2}", value.as_f64().unwrap_or_default());
    }
    let results =
        json!({ "messages": corpus.messages, "bytes": corpus.bytes.len(), "times": times, "numbers": numbers });
    fs::write(Path::new(&folder).join("results.json"), format!("{results:#}"))?;
    Ok(())
}

/// Every key and value visited, in relation to the bare scan.
fn decoding(corpus: &Corpus, rows: &mut Vec<Value>) -> Result<(), Box<dyn Error>> {
    let bytes = &corpus.bytes;
    let contender = |name, work: fn(&[u8]) -> Seen| Contender {
        name,
        work: Box::new(move || work(bytes)),
    };
    let contenders = [
        contender("decode: a bare memchr scan", decode::bare_scan),
        contender("decode: lineside-ami", |bytes| decode::ours(bytes).unwrap_or_default()),
        contender("decode: asterisk-rs-ami 0.8.0", |bytes| {
            decode::asterisk_rs_ami(bytes).unwrap_or_default()
        }),
    ];
    let results = best_of(ROUNDS, &contenders);
    let (reference, saw) = results.first().ok_or("no result")?;
    if results.iter().any(|(_, seen)| seen != saw) {
        return Err("the contenders did not see the same".into());
    }
    for (contender, (best, _)) in contenders.iter().zip(&results) {
        let each = best.as_secs_f64() / corpus.messages as f64;
        let ratio = reference.as_secs_f64() / best.as_secs_f64();
        println!(
            "{:48} {:12.0} {:14.0} {ratio:8.2}",
            contender.name,
            each * 1e9,
            1.0 / each
        );
        rows.push(json!({ "name": contender.name, "nanoseconds": each * 1e9, "ratio": ratio }));
    }
    Ok(())
}

/// What is allocated, from the binary beside this one that counts it.
fn counts() -> Result<Map<String, Value>, Box<dyn Error>> {
    let out = Command::new(beside("lineside-bench-counts")?).output()?;
    if !out.status.success() {
        return Err(String::from_utf8_lossy(&out.stderr).into());
    }
    Ok(serde_json::from_slice(&out.stdout)?)
}

fn instructions() -> Result<Map<String, Value>, Box<dyn Error>> {
    let mut numbers = Map::new();
    if !steps::valgrind_is_here() {
        eprintln!("valgrind is missing, so no instructions are counted (apt-get install valgrind)");
        return Ok(numbers);
    }
    for work in steps::WORKS {
        let each = steps::per_message(&beside("lineside-bench-work")?, work)?;
        numbers.insert(format!("instructions for each message: {work}"), json!(each));
    }
    Ok(numbers)
}

fn beside(name: &str) -> io::Result<std::path::PathBuf> {
    Ok(env::current_exe()?.with_file_name(name))
}
