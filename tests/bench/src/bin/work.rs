//! `lineside-bench-work WORK BYTES`: does one piece of work on so many bytes, and prints on how many messages it was.

use lineside::bench::Failure;
use lineside_bench::corpus::Corpus;
use lineside_bench::{csta, decode, permits, pipeline};
use std::env;
use std::hint::black_box;

/// So many calls, beside which one is told of with what the switch permits.
const FEW: usize = 20;
const MANY: usize = 400;
/// The bytes of such a message, roughly.
const PERMITTED: usize = 1000;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [work, bytes] = arguments.as_slice() else {
        return Err(
            "usage: lineside-bench-work [prepare-]csta-xml|[prepare-]csta-ber|[prepare-]few-calls|[prepare-]many-calls|\
             prepare|decode|link|stream|log BYTES"
                .into(),
        );
    };
    let bytes = bytes.parse()?;
    let events = match work.as_str() {
        "prepare-csta-xml" => deliveries(bytes, csta::xml, |_| Ok(0))?,
        "prepare-csta-ber" => deliveries(bytes, csta::ber, |_| Ok(0))?,
        "csta-xml" => deliveries(bytes, csta::xml, csta::from_xml)?,
        "csta-ber" => deliveries(bytes, csta::ber, csta::from_ber)?,
        "prepare-few-calls" => permits::toggling(FEW, 0)?,
        "prepare-many-calls" => permits::toggling(MANY, 0)?,
        "few-calls" => permits::toggling(FEW, bytes / PERMITTED)?,
        "many-calls" => permits::toggling(MANY, bytes / PERMITTED)?,
        work => other(work, bytes)?,
    };
    println!("{events}");
    Ok(())
}

/// What is done with so many bytes of events of CSTA. Gives how many events they are.
fn deliveries(
    bytes: usize,
    stream: fn(usize) -> Vec<u8>,
    read: fn(&[u8]) -> Result<usize, Failure>,
) -> Result<usize, Failure> {
    let count = bytes / stream(1).len();
    read(&black_box(stream(count)))?;
    Ok(count)
}

/// What is done with the recordings of the lab. Gives how many messages they are.
fn other(work: &str, bytes: usize) -> Result<usize, Failure> {
    let corpus = Corpus::of(bytes)?;
    match work {
        "prepare" => {}
        "decode" => drop(decode::ours(&corpus.bytes)?),
        "link" => drop(pipeline::link(&corpus.flows)?),
        "stream" => drop(pipeline::stream(&corpus.flows, false)?),
        "log" => drop(pipeline::stream(&corpus.flows, true)?),
        other => return Err(format!("no work is called {other}").into()),
    }
    Ok(corpus.messages)
}
