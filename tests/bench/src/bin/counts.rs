//! `lineside-bench-counts FEW MANY`: prints what is allocated as JSON, for live calls between so few and so many of them, and for half as many telephones.

use lineside::bench::Failure;
use lineside_bench::counts;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;
use std::env;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [few, many] = arguments.as_slice() else {
        return Err("usage: lineside-bench-counts FEW MANY".into());
    };
    let (few, many) = (few.parse()?, many.parse()?);
    let counted = serde_json::json!({
        "allocations a message: decode": counts::decoding()?,
        "allocations a DeliveredEvent: CSTA XML": counts::csta_xml()?,
        "allocations a DeliveredEvent: CSTA BER": counts::csta_ber()?,
        "allocations a message: link": counts::link()?,
        "allocations an event: link and stream": counts::stream()?,
        "bytes a live call": counts::live_call(few, many)?,
        // The link knows 20,000 telephones at most, and does not need so many to show what one takes.
        "bytes a telephone": counts::telephone(few / 2, many / 2)?,
        "bytes a monitor": counts::monitor(500, 2_000)?,
        "bytes a monitor: 500 to 1,000": counts::monitor(500, 1_000)?,
        "bytes a monitor: 1,000 to 1,500": counts::monitor(1_000, 1_500)?,
        "bytes a monitor: 1,500 to 2,000": counts::monitor(1_500, 2_000)?,
    });
    println!("{counted:#}");
    Ok(())
}
