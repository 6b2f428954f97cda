//! What is allocated. Only a binary whose allocator is [`stats_alloc::INSTRUMENTED_SYSTEM`] sees anything but zero.

use crate::corpus::Corpus;
use crate::{csta, decode, pipeline};
use lineside::bench::{Failure, Flow, Link, Monitoring, stations, talking};
use lineside::model::EventType;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, Stats};
use std::collections::BTreeMap;

/// What `work` allocated, and what it made, still there.
fn of<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<(T, Stats), Failure> {
    let region = Region::new(&INSTRUMENTED_SYSTEM);
    let done = work()?;
    Ok((done, region.change()))
}

/// Bytes that are in use now. A block that grew counts as allocated by so much more, and among `bytes_reallocated` again.
#[must_use]
pub fn live() -> isize {
    held(INSTRUMENTED_SYSTEM.stats())
}

const fn held(stats: Stats) -> isize {
    stats.bytes_allocated as isize - stats.bytes_deallocated as isize
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

/// Allocations for each `DeliveredEvent` of CSTA that is decoded from XML.
///
/// # Errors
/// The event cannot be read.
pub fn csta_xml() -> Result<f64, Failure> {
    csta_slope(csta::xml, csta::from_xml)
}

/// Allocations for each `DeliveredEvent` of CSTA that is decoded from BER.
///
/// # Errors
/// The event cannot be read.
pub fn csta_ber() -> Result<f64, Failure> {
    csta_slope(csta::ber, csta::from_ber)
}

fn csta_slope(stream: fn(usize) -> Vec<u8>, work: fn(&[u8]) -> Result<usize, Failure>) -> Result<f64, Failure> {
    let [small, large] = [1_000, 3_000].map(stream);
    let (few, some) = of(|| work(&small))?;
    let (many, all) = of(|| work(&large))?;
    let allocated = |stats: Stats| stats.allocations + stats.reallocations;
    Ok((allocated(all) - allocated(some)) as f64 / (many - few) as f64)
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

/// Bytes that a link holds for each call that is up, between `few` and `many` of them. Of the telephones it knows before: what it
/// holds of those is theirs, whether they talk or not, and is [`telephone`].
///
/// # Errors
/// The virtual switch fails, or the link does not see all the calls.
pub fn live_call(few: usize, many: usize) -> Result<f64, Failure> {
    let holding = |calls: usize| -> Result<isize, Failure> {
        let (before, flows) = (stations(calls)?, talking(calls)?);
        let (told, held) = holding(&before, &flows)?;
        let [established, cleared] = [EventType::Established, EventType::Cleared].map(|kind| told.get(&kind).copied());
        if established.is_none_or(|established| established < calls) || cleared.is_some() {
            return Err(format!("{calls} calls, and {told:?}").into());
        }
        Ok(held)
    };
    Ok((holding(many)? - holding(few)?) as f64 / (many - few) as f64)
}

/// Bytes that a link holds for each telephone that it knows, between `few` and `many` of them.
///
/// # Errors
/// The virtual switch fails, or the link does not see all the telephones.
pub fn telephone(few: usize, many: usize) -> Result<f64, Failure> {
    let holding = |telephones: usize| -> Result<isize, Failure> {
        // A call has two.
        let (told, held) = holding(&[], &stations(telephones / 2)?)?;
        if told.get(&EventType::BackInService) != Some(&telephones) {
            return Err(format!("{telephones} telephones, and {told:?}").into());
        }
        Ok(held)
    };
    Ok((holding(many)? - holding(few)?) as f64 / (many - few) as f64)
}

/// Bytes that a CSTA link holds for each device that it monitors, between `few` and `many` of them: the monitor, and the device itself.
///
/// # Errors
/// The link does not come up.
pub fn monitor(few: usize, many: usize) -> Result<f64, Failure> {
    let holding = |devices: usize| -> Result<isize, Failure> {
        let (_link, stats) = of(|| Monitoring::of(devices))?;
        Ok(held(stats))
    };
    Ok((holding(many)? - holding(few)?) as f64 / (many - few) as f64)
}

/// What a link tells of `flows`, by its type, and how many bytes it holds for them that it did not hold `before`.
fn holding(before: &[Flow], flows: &[Flow]) -> Result<(BTreeMap<EventType, usize>, isize), Failure> {
    let mut link = Link::up()?;
    for flow in before {
        link.hear(flow, |_| {})?;
    }
    let mut all = BTreeMap::new();
    let (_, stats) = of(|| {
        for flow in flows {
            link.hear(flow, |told| {
                for event in told.into_events() {
                    *all.entry(event.kind).or_default() += 1;
                }
            })?;
        }
        Ok(())
    })?;
    // `all` has an entry for each type, whatever the number of calls.
    Ok((all, held(stats)))
}
