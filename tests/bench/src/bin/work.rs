//! `lineside-bench-work decode BYTES`: does one piece of work on so many bytes, and prints on how many messages it was.

use lineside_bench::{corpus, decode};
use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [what, bytes] = arguments.as_slice() else {
        return Err("usage: lineside-bench-work prepare|decode BYTES".into());
    };
    let corpus = corpus::tiled(bytes.parse()?)?;
    match what.as_str() {
        "prepare" => {}
        "decode" => drop(decode::ours(&corpus.bytes)?),
        other => return Err(format!("no work is called {other}").into()),
    }
    println!("{}", corpus.messages);
    Ok(())
}
