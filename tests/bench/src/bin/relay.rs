//! `lineside-bench-relay ERRANDS CLIENTS`: the null relay, between these two addresses.

use lineside::bench::Failure;
use lineside_bench::load::relay;
use std::env;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [errands, clients] = arguments.as_slice() else {
        return Err("usage: lineside-bench-relay ERRANDS CLIENTS".into());
    };
    // The runtime of the bridge.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(relay::serve(errands.parse()?, clients.parse()?))
}
