//! What is counted is what the log says, whenever it is read.

use super::*;
use crate::model::{Agent, Batch, Data, SwitchName};
use crate::stream::{Opened, StreamConfig};
use prometheus_client::registry::Registry;
use std::collections::BTreeSet;
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

struct Bridge {
    statistics: Statistics,
    stream: Stream,
    sender: mpsc::Sender<Batch>,
    sequencer: JoinHandle<()>,
}

fn open(directory: Option<&TempDir>, queue: usize) -> Bridge {
    let log = StreamConfig {
        path: directory.map(|directory| directory.path().to_owned()),
        client_queue_bytes: queue,
        ..StreamConfig::default()
    };
    let names: BTreeSet<SwitchName> = [switch_name("hq")].into();
    let opened = Stream::open(log, &names, &mut Registry::default()).unwrap();
    let Opened {
        stream,
        sender,
        sequencer,
        ..
    } = opened;
    Bridge {
        statistics: Statistics::start(stream.clone(), config()),
        stream,
        sender,
        sequencer,
    }
}

impl Bridge {
    /// Tells everything; the last word is on an agent, by which it is known when all of it was taken in.
    async fn send(&self, play: &Play) {
        for batch in play.batches() {
            self.sender.send(batch).await.unwrap();
        }
        let Data::Agent(last) = &play.groups.last().unwrap()[0].data else {
            panic!()
        };
        let is_last = |agent: &Arc<Agent>| agent.since == last.agent.since;
        self.until(|| self.stream.view().agents.get(&seven()).is_some_and(is_last))
            .await;
    }

    async fn until(&self, done: impl Fn() -> bool) {
        let waited = async {
            while !done() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waited)
            .await
            .expect("in time");
    }

    /// What is counted once everything that was logged is.
    async fn answers(&self, window: Window, now: Wall) -> (QueueStatistics, AgentStatistics) {
        let head = self.stream.view().head;
        let inner = &self.statistics.inner;
        self.until(|| inner.ready().is_ok() && inner.read().position == head)
            .await;
        let fold = inner.read();
        (
            fold.queue(&config(), &support(), window, now),
            fold.agent_statistics(&config(), &seven(), window, now),
        )
    }

    async fn close(self) {
        drop(self.sender);
        self.sequencer.await.unwrap();
    }
}

/// A day's work, ending now.
fn day(now: Wall) -> Play {
    Play::later(
        "07:00:00 link up
         07:00:00 agent 7 notReady lunch
         09:00:00 agent 7 ready
         09:01:00 c1 queued
         09:01:10 c1 answered 7
         09:01:10 agent 7 busy
         09:02:10 c1 cleared
         09:02:10 agent 7 workingAfterCall
         09:02:30 agent 7 ready
         09:03:00 c2 queued
         09:03:30 c2 abandoned
         09:04:00 c3 queued
         09:04:30 c4 queued
         09:05:00 link down
         09:06:00 link up
         09:06:00 found c4 cleared
         09:07:00 agent 7 notReady training",
        now.as_millis() - at("09:10:00").as_millis(),
    )
}

/// A moment of today, at the site.
fn today(time: &str) -> Wall {
    let days = wall_now().as_millis() / 86_400_000 - at("00:00:00").as_millis() / 86_400_000;
    Wall::from_millis(at(time).as_millis() + days * 86_400_000)
}

#[tokio::test]
async fn after_a_restart_the_numbers_are_the_same() {
    let directory = TempDir::new().unwrap();
    let now = wall_now();
    let play = day(now);
    let bridge = open(Some(&directory), 1 << 20);
    bridge.send(&play).await;
    let before = bridge.answers(Window::Hour, now).await;
    assert_eq!((before.0.offered, before.0.answered, before.0.unobserved), (4, 1, 1));
    assert_eq!((before.0.waiting_now, before.0.talk.average_ms), (1, Some(60_000)));
    bridge.close().await;
    let bridge = open(Some(&directory), 1 << 20);
    let after = bridge.answers(Window::Hour, now).await;
    assert_eq!(after, before);
    bridge.close().await;
}

#[tokio::test]
async fn a_log_that_says_nothing_since_yesterday_says_how_agents_have_been_since() {
    let directory = TempDir::new().unwrap();
    let (now, days) = (
        today("12:00:00"),
        today("00:00:00").as_millis() - at("00:00:00").as_millis(),
    );
    let three_days_ago = Play::later(
        "07:00:00 link up\n08:00:00 agent 7 notReady lunch",
        days - 3 * 86_400_000,
    );
    let bridge = open(Some(&directory), 1 << 20);
    bridge.send(&three_days_ago).await;
    bridge.send(&Play::later("07:00:00 agent 7 ready", days)).await;
    let (_, before) = bridge.answers(Window::Today, now).await;
    bridge.close().await;
    let bridge = open(Some(&directory), 1 << 20);
    let (_, after) = bridge.answers(Window::Today, now).await;
    assert_eq!(after, before);
    assert!(after.complete, "{after:#?}");
    bridge.close().await;
}

#[tokio::test]
async fn where_it_is_cut_for_being_slow_it_resumes_and_counts_everything_once() {
    let directory = TempDir::new().unwrap();
    let now = wall_now();
    // Room for no more than an event at a time.
    let bridge = open(Some(&directory), 4000);
    let play = day(now);
    bridge.send(&play).await;
    let (queue, agent) = bridge.answers(Window::Hour, now).await;
    let whole = play.fold();
    let expected = whole.queue(&config(), &support(), Window::Hour, now);
    assert_eq!(
        (queue.offered, queue.answered, queue.wait),
        (expected.offered, expected.answered, expected.wait)
    );
    let expected = whole.agent_statistics(&config(), &seven(), Window::Hour, now);
    assert_eq!(agent.intervals, expected.intervals);
    bridge.close().await;
}

#[tokio::test]
async fn without_a_log_what_was_before_the_start_is_unobserved() {
    let now = wall_now();
    let bridge = open(None, 1 << 20);
    let later = now.as_millis() - at("09:10:00").as_millis();
    let play = Play::later("09:09:00 link up\n09:09:00 agent 7 ready", later);
    bridge.send(&play).await;
    let (_, agent) = bridge.answers(Window::Hour, now).await;
    assert_eq!(agent.unobserved_ms, millis(agent.from, now) - 60_000);
    bridge.close().await;
}
