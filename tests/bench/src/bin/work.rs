//! `lineside-bench-work WORK BYTES`: does one piece of work on so many bytes, and prints on how many messages it was.

use lineside::bench::Failure;
use lineside_bench::corpus::Corpus;
use lineside_bench::{decode, pipeline};
use std::env;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [work, bytes] = arguments.as_slice() else {
        return Err("usage: lineside-bench-work prepare|decode|link|stream|log BYTES".into());
    };
    let corpus = Corpus::of(bytes.parse()?)?;
    match work.as_str() {
        "prepare" => {}
        "decode" => drop(decode::ours(&corpus.bytes)?),
        "link" => drop(pipeline::link(&corpus.flows)?),
        "stream" => drop(pipeline::stream(&corpus.flows, false)?),
        "log" => drop(pipeline::stream(&corpus.flows, true)?),
        other => return Err(format!("no work is called {other}").into()),
    }
    println!("{}", corpus.messages);
    Ok(())
}
