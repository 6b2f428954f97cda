//! What is allocated. Only a binary whose allocator is [`stats_alloc::INSTRUMENTED_SYSTEM`] sees anything but zero.

use crate::corpus::Corpus;
use crate::{decode, pipeline};
use lineside::bench::{Failure, Link, talking};
use lineside::model::EventType;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, Stats};

/// What `work` allocated, and what it made, still there.
fn of<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<(T, Stats), Failure> {
    let region = Region::new(&INSTRUMENTED_SYSTEM);
    let done = work()?;
    Ok((done, region.change()))
}

/// Allocations for each unit of work: of so much work less those of a third of it, so that what is there once does not count.
fn slope(work: impl Fn(&Corpus) -> Result<usize, Failure>) -> Result<f64, Failure> {
    let (small, large) = (Corpus::of(400_000)?, Corpus::of(800_000)?);
    let (few, some) = of(|| work(&small))?;
    let (many, all) = of(|| work(&large))?;
    let allocated = |stats: Stats| stats.allocations + stats.reallocations;
    Ok((allocated(all) - allocated(some)) as f64 / (many - few) as f64)
}

/// Allocations for each message that is decoded.
///
/// # Errors
/// The corpus is not AMI.
pub fn decoding() -> Result<f64, Failure> {
    slope(|corpus| Ok(decode::ours(&corpus.bytes)?.messages))
}

/// Allocations for each message that the link takes in, the messages themselves among them.
///
/// # Errors
/// The virtual switch fails.
pub fn link() -> Result<f64, Failure> {
    slope(|corpus| pipeline::link(&corpus.flows).map(|_| corpus.messages))
}

/// Allocations for each event that comes out encoded, all that led to it among them.
///
/// # Errors
/// The virtual switch fails.
pub fn stream() -> Result<f64, Failure> {
    slope(|corpus| Ok(pipeline::stream(&corpus.flows, false)?.events()))
}

/// Bytes that a link holds for each call that is up, between `few` and `many` of them.
///
/// # Errors
/// The virtual switch fails, or the link does not see all the calls.
pub fn live_call(few: usize, many: usize) -> Result<f64, Failure> {
    Ok((holding(many)? - holding(few)?) as f64 / (many - few) as f64)
}

fn holding(calls: usize) -> Result<usize, Failure> {
    let flows = talking(calls)?;
    let (mut established, mut cleared) = (0, 0);
    // The link lives until what it holds was counted.
    let (_link, stats) = of(|| {
        let mut link = Link::up()?;
        for flow in &flows {
            link.hear(flow, |told| {
                established += told.events_of(EventType::Established);
                cleared += told.events_of(EventType::Cleared);
            })?;
        }
        Ok(link)
    })?;
    if established < calls || cleared > 0 {
        return Err(format!("{calls} calls, of which {established} were established and {cleared} cleared").into());
    }
    let held = stats.bytes_allocated as isize + stats.bytes_reallocated - stats.bytes_deallocated as isize;
    Ok(usize::try_from(held)?)
}
