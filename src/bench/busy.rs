//! A switch on which many telephones are busy at once: what it says, when, and what the bridge should tell of it.

use super::{EPOCH, Failure, Link, calls, counters};
use crate::model::Batch;
use crate::sim::{Cast, Scene, recast};
use crate::stream::{Next, Selection, Start, Stream, StreamConfig, Subscription};
use bytes::Bytes;
use lineside_ami::Message;
use prometheus_client::registry::Registry;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::sync::mpsc;

/// The telephones: so many, from 1000 on.
const TELEPHONES: u32 = 1000;

/// A message of the switch.
pub struct Said {
    /// When, from the start.
    pub at: Duration,
    /// What.
    pub bytes: Bytes,
}

/// An event of the bridge.
pub struct Telling {
    /// Which message of the switch led to it: the number of that message.
    pub by: usize,
    /// The event as clients get it.
    pub body: Bytes,
}

/// A call that is being played.
struct Playing<'a> {
    cast: Cast,
    start: Duration,
    scene: &'a Scene,
    at: usize,
    /// When each of its events was told, from the first one on.
    offsets: Vec<Duration>,
}

/// What a switch says on which so many messages a second are told, on average, for so long: the recorded flows begin at random,
/// between telephones 1000 to 1999 that are in no other call, and go on as they did in the lab, to the microsecond. It breaks
/// off in the middle of those that still go on at the end.
///
/// The `Timestamp` of message number n is n milliseconds after the same moment in every run. So it can be told from what anybody
/// makes of a message which one it was.
///
/// # Errors
/// A recording cannot be written again, or there are not enough telephones.
pub fn busy(rate: f64, length: Duration, seed: u64) -> Result<Vec<Said>, Failure> {
    let scenes = calls();
    let events: usize = scenes.iter().map(|scene| scene.recording.events.len()).sum();
    let flows = rate * length.as_secs_f64() * scenes.len() as f64 / events as f64;
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let mut starts: Vec<Duration> = (0..flows.round() as u64)
        .map(|_| length.mul_f64(f64::from(chance.next_u32()) / f64::from(u32::MAX)))
        .collect();
    starts.sort_unstable();
    let mut free_at: Vec<Duration> = vec![Duration::ZERO; TELEPHONES as usize];
    let mut playing = Vec::new();
    for (start, scene) in starts.into_iter().zip(scenes.iter().cycle()) {
        let offsets = offsets(scene);
        let end = start + offsets.last().copied().unwrap_or_default();
        let mut numbers = BTreeMap::new();
        for words in scene.stations.values() {
            let telephone = draw(&mut chance, &mut free_at, start, end)?;
            recast(words, &format!("{telephone:03}"), &mut numbers);
        }
        for words in scene.outside.values() {
            recast(words, &format!("{:02}", chance.next_u32() % 100), &mut numbers);
        }
        let cast = Cast::new(numbers);
        let at = 0;
        playing.push(Playing {
            cast,
            start,
            scene,
            at,
            offsets,
        });
    }
    let mut due: BTreeSet<(Duration, usize)> = playing.iter().map(|p| p.start).zip(0..).collect();
    let mut counters = counters();
    let mut said = Vec::new();
    while let Some((at, index)) = due.pop_first().filter(|(at, _)| *at < length) {
        let Some(call) = playing.get_mut(index) else { break };
        let Some((_, message)) = call.scene.recording.events.get(call.at) else {
            continue;
        };
        let micros = EPOCH + 1000 * i64::try_from(said.len())?;
        let time = (micros / 1_000_000, u32::try_from(micros % 1_000_000)?);
        let bytes = call.cast.play(message, time, &mut counters).encode()?;
        said.push(Said { at, bytes });
        call.at += 1;
        if let Some(offset) = call.offsets.get(call.at) {
            due.insert((call.start + *offset, index));
        }
    }
    Ok(said)
}

/// When the switch says that it told each message of a recording, where it went on in order.
fn offsets(scene: &Scene) -> Vec<Duration> {
    let micros = |message: &Message| {
        let (seconds, micros) = message.get("Timestamp")?.as_str()?.split_once('.')?;
        Some(1_000_000 * seconds.parse::<u64>().ok()? + micros.parse::<u64>().ok()?)
    };
    let mut first = None;
    let mut last = 0;
    let events = scene.recording.events.iter();
    events
        .map(|(_, message)| {
            last = micros(message).unwrap_or(last).max(last);
            Duration::from_micros(last - *first.get_or_insert(last))
        })
        .collect()
}

/// A telephone that is free from `start` on, and then not until `end`.
fn draw(chance: &mut ChaCha8Rng, free_at: &mut [Duration], start: Duration, end: Duration) -> Result<u32, Failure> {
    for _ in 0..20 * TELEPHONES {
        let telephone = chance.next_u32() % TELEPHONES;
        if let Some(free) = free_at.get_mut(telephone as usize).filter(|free| **free <= start) {
            *free = end + Duration::from_millis(1);
            return Ok(telephone);
        }
    }
    Err("all telephones are busy: a lower rate, please".into())
}

/// What a bridge tells of it whose switch is called `switch` and has this `site`, to who may see everything but digits.
///
/// # Errors
/// The link does not come up, or the stream fails.
pub async fn tellings(said: &[Said], switch: &str, site: &str) -> Result<Vec<Telling>, Failure> {
    let opened = Stream::open(StreamConfig::default(), &BTreeSet::new(), &mut Registry::default())?;
    let since = Some(opened.stream.view().head);
    let start = Start { since, snapshot: false };
    let mut subscription = opened.stream.subscribe(Selection::default(), start);
    let mut link = Link::up_as(switch, site)?;
    let up = link.tick;
    let mut tellings = Vec::new();
    for (by, message) in said.iter().enumerate() {
        let mut batches = Vec::new();
        link.pass(up + message.at, |told| batches.push(told.0))?;
        link.read(&message.bytes, |told| batches.push(told.0));
        for batch in batches {
            let bodies = through(&opened.sender, &mut subscription, batch).await?;
            tellings.extend(bodies.into_iter().map(|body| Telling { by, body }));
        }
    }
    Ok(tellings)
}

/// Sends a batch through the stream.
async fn through(
    sender: &mpsc::Sender<Batch>,
    subscription: &mut Subscription,
    batch: Batch,
) -> Result<Vec<Bytes>, Failure> {
    let count = batch.events.len();
    let mut bodies = Vec::new();
    sender.send(batch).await?;
    while bodies.len() < count {
        match subscription.next().await {
            Next::Frame(frame) if frame.name == "message" => bodies.push(frame.body),
            Next::Frame(_) => {}
            Next::Cut => return Err("the subscription was cut".into()),
        }
    }
    Ok(bodies)
}
