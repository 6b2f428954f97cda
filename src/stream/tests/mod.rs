mod filters;
mod fold;
mod memory;
mod resume;
mod slow;

use super::*;
use crate::model::sample::{Story, batch, device, event, link_up, switch_name, telephone};
use crate::model::{Data, EventType, Services, SwitchState, Text};
use serde_json::Value;
use tempfile::TempDir;

/// A stream over a directory, with what is needed to close it.
struct Bridge {
    stream: Stream,
    sender: mpsc::Sender<Batch>,
    restored: BTreeMap<SwitchName, Restored>,
    sequencer: JoinHandle<()>,
}

fn config(directory: Option<&TempDir>) -> StreamConfig {
    StreamConfig {
        path: directory.map(|d| d.path().to_owned()),
        ..StreamConfig::default()
    }
}

fn open(config: StreamConfig) -> Bridge {
    let Opened {
        stream,
        sender,
        restored,
        sequencer,
    } = Stream::open(config, &[switch_name("hq")].into(), &mut Registry::default()).unwrap();
    Bridge {
        stream,
        sender,
        restored,
        sequencer,
    }
}

impl Bridge {
    async fn send(&self, batches: impl IntoIterator<Item = Batch>) {
        for batch in batches {
            self.sender.send(batch).await.unwrap();
        }
    }

    fn subscribe(&self, since: Option<Sequence>, snapshot: bool) -> Subscription {
        self.stream.subscribe(everything(), Start { since, snapshot })
    }

    async fn close(self) {
        drop(self.sender);
        self.sequencer.await.unwrap();
    }
}

fn everything() -> Selection {
    Selection {
        filter: Filter::default(),
        sight: Sight {
            digits: true,
            ..Sight::default()
        },
    }
}

fn now() -> Wall {
    Wall::from_millis(i64::try_from(sequencer::micros_now() / 1000).unwrap())
}

fn story(n: u64, from: &str, to: &str) -> Story {
    Story::new("hq", n, from, to, now())
}

async fn next(subscription: &mut Subscription) -> Frame {
    match tokio::time::timeout(Duration::from_secs(20), subscription.next())
        .await
        .expect("a message within 20 s")
    {
        Next::Frame(frame) => frame,
        Next::Cut => panic!("cut"),
    }
}

fn json(frame: &Frame) -> Value {
    serde_json::from_slice(&frame.body).unwrap()
}

/// The next `count` events; control messages between them are passed over.
async fn events(subscription: &mut Subscription, count: usize) -> Vec<Value> {
    let mut events = Vec::new();
    while events.len() < count {
        let frame = next(subscription).await;
        if frame.name == "message" {
            events.push(json(&frame));
        }
    }
    events
}

fn ids(events: &[Value]) -> Vec<String> {
    events.iter().map(|e| e["id"].as_str().unwrap().to_owned()).collect()
}

fn types(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|e| e["type"].as_str().unwrap().trim_start_matches("lineside.call."))
        .collect()
}

fn sequence(event: &Value) -> Sequence {
    event["id"].as_str().unwrap().parse().unwrap()
}
