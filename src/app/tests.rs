//! What only the whole bridge shows: recordings of a switch, told to machine, stream and statistics.

use super::*;
use crate::model::{Data, DeviceId, EventType, Kind, QueueStatistics, Wall, Window};
use crate::replay::Replay;
use crate::stream::StreamConfig;
use std::path::Path;

/// The recordings of a flow.
fn captures(flow: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vendor-profiles/asterisk/asterisk/cases");
    let files = std::fs::read_dir(folder.join(flow)).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.to_string_lossy().ends_with(".capture.ndjson"))
        .collect()
}

/// What is counted of the queue of a recording, at its end.
async fn counted(capture: &Path) -> QueueStatistics {
    let text = std::fs::read(capture).unwrap();
    let replay = Replay::start(text.as_slice()).unwrap();
    let switches = [replay.switch().clone()].into();
    let mut registry = Registry::default();
    let opened = Stream::open(StreamConfig::default(), &switches, &mut registry).unwrap();
    let statistics = Statistics::start(opened.stream.clone(), StatisticsConfig::default());
    let (mut queue, mut end): (Option<DeviceId>, Wall) = (None, replay.wall());
    for batch in replay.flat_map(Result::unwrap) {
        for event in &batch.events {
            end = event.time;
            if let Data::Call(data) = &event.data
                && event.kind == EventType::Queued
            {
                let entered = data.connection.as_ref().filter(|c| c.kind == Kind::Queue);
                queue = entered.and_then(|c| c.device.clone()).or(queue);
            }
        }
        opened.sender.send(batch).await.unwrap();
    }
    drop(opened.sender);
    opened.sequencer.await.unwrap();
    let queue = queue.expect("somebody is queued");
    // The last that is told of a call is that it ended.
    let last = opened.stream.view().calls.values().map(|call| call.sequence).max();
    let told = async {
        loop {
            match statistics.queue(&queue, Window::Quarter, end) {
                Ok(told) if Some(told.sequence) >= last => return told,
                _ => tokio::task::yield_now().await,
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), told)
        .await
        .expect("in time")
}

#[tokio::test]
async fn what_happened_in_the_queues_of_recordings_is_counted_as_it_was() {
    for (flow, answered, gave_up, timed_out) in [
        ("queue_answered", 1, 0, 0),
        ("queue_refused", 1, 0, 0),
        ("queue_waiting", 1, 0, 0),
        ("queue_abandoned", 0, 1, 0),
        ("queue_timed_out", 0, 0, 1),
    ] {
        for capture in captures(flow) {
            let told = counted(&capture).await;
            let shown = format!("{}: {told:#?}", capture.display());
            assert_eq!((told.offered, told.waiting_now, told.unobserved), (1, 0, 0), "{shown}");
            assert_eq!((told.answered, told.timed_out), (answered, timed_out), "{shown}");
            assert_eq!(told.abandoned + told.short_abandoned, gave_up, "{shown}");
            assert_eq!((told.talk.count, told.wait.count), (answered, 1), "{shown}");
        }
    }
}
