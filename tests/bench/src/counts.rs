//! What is allocated. Only a binary whose allocator is [`stats_alloc::INSTRUMENTED_SYSTEM`] sees anything but zero.

use crate::corpus::Corpus;
use crate::decode;
use lineside_wire::WireError;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, Stats};

/// What `work` allocated.
pub fn of<T>(work: impl FnOnce() -> T) -> (T, Stats) {
    let region = Region::new(&INSTRUMENTED_SYSTEM);
    let done = work();
    let stats = region.change();
    (done, stats)
}

/// Allocations and growths of allocations for each message that is decoded.
///
/// # Errors
/// The corpus is not AMI.
pub fn per_message(corpus: &Corpus) -> Result<f64, WireError> {
    // Twice the work less once the work: what is there once, like the buffer of the reader, does not count.
    let half = corpus.first_half();
    let (some, few) = of(|| decode::ours(half));
    let (all, many) = of(|| decode::ours(&corpus.bytes));
    let messages = all?.messages - some?.messages;
    let extra = (many.allocations + many.reallocations) - (few.allocations + few.reallocations);
    Ok(extra as f64 / messages as f64)
}
