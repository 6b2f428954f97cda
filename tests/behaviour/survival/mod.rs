//! A bridge that is killed at random moments while much happens on its switch, and what its subscribers and its log make of it.
//!
//! `LINESIDE_KILLS` says how often (20 without it; `tests/run` sets 200), `LINESIDE_SEED` begins the same moments again: a failure
//! names its seed.
mod cut;
mod ledger;
mod life;
mod picture;
mod requester;
mod subscriber;

use crate::bridge::configure;
use crate::exchange::{SECRET, USERNAME};
use ledger::{Ledger, Seen};
use life::Life;
use lineside::load::Switch;
use picture::Picture;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use requester::{Answered, Requester};
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use subscriber::{BEGINNING, Subscriber, Transport, ask};
use tempfile::TempDir;
use tokio::io::AsyncBufReadExt as _;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(30);

/// What one subscriber is narrowed to.
const ONE_TELEPHONE: &str = "&device=hq:1003";

fn number_from(name: &str, otherwise: u64) -> u64 {
    let Ok(text) = std::env::var(name) else {
        return otherwise;
    };
    text.parse()
        .unwrap_or_else(|_| panic!("{name} is {text:?}, which is no number"))
}

fn seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock");
    number_from("LINESIDE_SEED", u64::from(since.subsec_nanos()))
}

/// When a bridge dies.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// So long after its start, whatever it is doing.
    Starting(Duration),
    /// So long after it was up: it meets its switch then, and its subscribers come back.
    Meeting(Duration),
    /// So long after it has asked its switch what is there: the answers and what it tells of them come then.
    Resyncing(Duration),
    /// So long after it knew what its switch has: it is at work.
    Working(Duration),
}

impl Moment {
    fn draw(chance: &mut ChaCha8Rng) -> Self {
        let kind = chance.next_u32() % 6;
        let mut millis = |among: u64| Duration::from_micros(chance.next_u64() % (among * 1000));
        match kind {
            0 => Moment::Starting(millis(150)),
            1 => Moment::Meeting(millis(120)),
            2 => Moment::Resyncing(millis(15)),
            // Long enough for the write-ahead log to be brought home.
            3 if millis(8) < Duration::from_millis(1) => Moment::Working(Duration::from_millis(1000) + millis(2000)),
            _ => Moment::Working(millis(700)),
        }
    }
}

async fn up(address: &mut watch::Receiver<Option<SocketAddr>>) -> SocketAddr {
    let up = timeout(PATIENCE, address.wait_for(Option::is_some)).await;
    up.expect("it comes up").expect("the test goes on").expect("some")
}

/// Everything that is, as a client is told now; nothing where the bridge dies meanwhile.
async fn snapshot(address: SocketAddr) -> Option<Picture> {
    let stream = TcpStream::connect(address).await.ok()?;
    let mut body = ask(stream, "/v1/events?snapshot=true", "text/event-stream")
        .await
        .ok()?;
    let mut snapshot = Picture::default();
    let mut line = String::new();
    while body.read_line(&mut line).await.ok()? > 0 {
        if let Some(part) = line.strip_prefix("data: {\"type\":\"snapshot\"") {
            // Half a line is what a kill leaves.
            let part: Value = serde_json::from_str(&format!("{{\"type\":\"snapshot\"{part}")).ok()?;
            if snapshot.take(&part) {
                return Some(snapshot);
            }
        }
        line.clear();
    }
    None
}

/// The lines that the log gives to who asks for `filter`.
async fn log(address: SocketAddr, filter: &str) -> Vec<String> {
    let stream = TcpStream::connect(address).await.expect("it listens");
    let path = format!("/v1/events?since={BEGINNING}{filter}");
    let mut lines = ask(stream, &path, "application/x-ndjson")
        .await
        .expect("an answer")
        .lines();
    let mut log = Vec::new();
    while let Some(line) = lines.next_line().await.expect("a line") {
        log.push(line);
    }
    log
}

/// Everything that is, by these events.
fn fold(lines: &[String]) -> Picture {
    let mut picture = Picture::default();
    for line in lines {
        picture.fold(&serde_json::from_str(line).expect("JSON"));
    }
    picture
}

fn seen(lines: &[String]) -> Vec<Seen> {
    let seen = |line: &String| {
        let message: Value = serde_json::from_str(line).expect("JSON");
        ledger::Event::new(line, &message).seen
    };
    lines.iter().map(seen).collect()
}

/// What somebody was given that is not what it should be, or the other way round.
fn difference(named: &str, given: &[Seen], expected: &[Seen]) -> Option<String> {
    let first = given
        .iter()
        .zip(expected)
        .position(|(given, expected)| given != expected);
    let same = first.is_none() && given.len() == expected.len();
    let (first, had) = (first.unwrap_or(given.len().min(expected.len())), given.len());
    (!same).then(|| {
        format!(
            "{named} was given {had} events, and {} it should have been; from {first} on {:?} instead of {:?}",
            expected.len(),
            given.get(first),
            expected.get(first)
        )
    })
}

/// A request with a key reaches the switch once, however often it is repeated over however many lives of the bridge.
fn wrong_with_requests(answered: &[Answered], sent: &BTreeMap<String, usize>) -> Vec<String> {
    let twice = sent.iter().filter(|(_, many)| **many > 1);
    let twice = twice.map(|(channel, many)| format!("{channel} was to be hung up {many} times"));
    // Nothing was sent for what the bridge itself refuses, and the next one may see it otherwise.
    let known = |status: u16| matches!(status, 200 | 202 | 404 | 409 | 501 | 502 | 503 | 504);
    let stays = |answered: &Answered| !matches!(answered.status, 200 | 502 | 504) || answered.again == answered.status;
    let other = answered
        .iter()
        .filter(|answered| !known(answered.status) || !known(answered.again) || !stays(answered));
    let other = other.map(|answered| {
        let Answered {
            path, status, again, ..
        } = answered;
        format!("{path} was answered {status}, and {again} when it was asked again")
    });
    twice.chain(other).collect()
}

/// Waits until no call is left.
async fn until_quiet(address: SocketAddr) {
    let quiet = async {
        while !snapshot(address).await.is_some_and(|now| now.has_no_call()) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    if timeout(PATIENCE, quiet).await.is_err() {
        panic!("there are ghosts: {:#?}", snapshot(address).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bridge_that_is_killed_again_and_again_loses_nothing_and_tells_nothing_twice() {
    let kills = number_from("LINESIDE_KILLS", 20);
    let seed = seed();
    eprintln!("LINESIDE_KILLS={kills} LINESIDE_SEED={seed}");
    let mut chance = ChaCha8Rng::seed_from_u64(seed);

    let folder = TempDir::new().expect("a folder");
    let mut switch = Switch::start(USERNAME, SECRET, seed).await.expect("a switch");
    let config = configure(folder.path(), switch.address());
    let (tell, mut address) = watch::channel(None);
    let subscribers = [
        (Transport::WebSocket, ""),
        (Transport::ServerSentEvents, ""),
        (Transport::Lines, ""),
        (Transport::WebSocket, ONE_TELEPHONE),
    ]
    .map(|(transport, filter)| Subscriber::start(transport, filter, address.clone()));

    let requester = Requester::start(address.clone());
    let mut snapshots = Vec::new();
    for kill in 0..kills {
        let moment = Moment::draw(&mut chance);
        let resyncs = subscribers[0].resyncs();
        let mut life = Life::begin(&config, &tell);
        let after = match moment {
            Moment::Starting(after) => after,
            Moment::Meeting(after) => {
                up(&mut address).await;
                after
            }
            Moment::Resyncing(after) => {
                let met = timeout(PATIENCE, life.met.wait_for(|met| *met)).await;
                met.expect("it meets its switch").expect("it lives");
                after
            }
            Moment::Working(after) => {
                let heard = timeout(PATIENCE, subscribers[0].hears_resync(resyncs)).await;
                heard.expect("it knows what its switch has");
                after
            }
        };
        let address = *address.borrow();
        let looking = async {
            match address {
                Some(address) => timeout(after, snapshot(address)).await.ok().flatten(),
                None => None,
            }
        };
        let (taken, ()) = tokio::join!(looking, tokio::time::sleep(after));
        snapshots.extend(taken);
        let said = life.end(&tell);
        let fault = said
            .iter()
            .find(|line| line.contains("\"ERROR\"") || line.contains("panicked"));
        assert!(fault.is_none(), "kill {kill} at {moment:?}: {said:#?}");
    }

    let life = Life::begin(&config, &tell);
    let last = up(&mut address).await;
    let mut sent = BTreeMap::new();
    let something = async {
        while sent.is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
            sent = switch.hang_ups();
        }
    };
    timeout(PATIENCE, something)
        .await
        .expect("something that is asked for reaches the switch");
    timeout(PATIENCE, switch.close()).await.expect("the last call ends");
    until_quiet(last).await;
    snapshots.extend(snapshot(last).await);

    let answered = requester.end(PATIENCE).await;
    let lines = log(last, "").await;
    let mut ledger = Ledger::default();
    snapshots.sort_by(|a, b| a.sequence.cmp(&b.sequence));
    let mut ahead = snapshots.iter().peekable();
    lines.iter().for_each(|line| ledger.take(line, &mut ahead));
    ledger.close(&mut ahead);
    for (channel, many) in switch.hang_ups() {
        *sent.entry(channel).or_default() += many;
    }
    eprintln!(
        "{} events, {} resyncs, {} snapshots; {} requests, {} over more than one life, {} sent",
        ledger.log.len(),
        ledger.resyncs,
        snapshots.len(),
        answered.len(),
        answered.iter().filter(|answered| answered.attempts > 1).count(),
        sent.len()
    );
    for subscriber in subscribers {
        let subscriber_knows_all = subscriber.filter.is_empty();
        let named = format!("{:?} {}", subscriber.transport, subscriber.filter);
        // A queue may still tell of its last second: what was told by now is read once, for both.
        let lines = log(last, subscriber.filter).await;
        let expected = seen(&lines);
        let given = subscriber.until(&expected.last().expect("an event").id, PATIENCE).await;
        ledger.wrong.extend(difference(&named, &given.seen, &expected));
        ledger.wrong.extend(
            given
                .gaps
                .iter()
                .map(|reason| format!("{named} was told of a gap: {reason}")),
        );
        if subscriber_knows_all && given.now.entities != fold(&lines).entities {
            ledger.wrong.push(format!("{named} knows at the end {:#?}", given.now));
        }
    }
    ledger.wrong.extend(wrong_with_requests(&answered, &sent));
    life.end(&tell);
    assert!(
        ledger.wrong.is_empty(),
        "LINESIDE_SEED={seed}: {}",
        ledger.wrong.join("\n")
    );
}
