//! Prints what is allocated as JSON.

use lineside_bench::{corpus, counts};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;
use std::error::Error;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> Result<(), Box<dyn Error>> {
    let corpus = corpus::tiled(4 << 20)?;
    let counted = serde_json::json!({
        "allocations for each message: decode": counts::per_message(&corpus)?,
    });
    println!("{counted:#}");
    Ok(())
}
