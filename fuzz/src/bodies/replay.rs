//! Any bytes as a capture: an error with its line or the same events twice.

use lineside::model::Event;
use lineside::replay::Replay;

pub(crate) fn run(data: &[u8]) {
    assert_eq!(told(data), told(data));
}

/// The events, and the error if the capture ends in one.
fn told(capture: &[u8]) -> (Vec<Event>, Option<String>) {
    let mut events = Vec::new();
    let replay = match Replay::start(capture) {
        Ok(replay) => replay,
        Err(error) => return (events, Some(error.to_string())),
    };
    for step in replay {
        match step {
            Ok(batches) => events.extend(batches.into_iter().flat_map(|batch| batch.events)),
            Err(error) => return (events, Some(error.to_string())),
        }
    }
    (events, None)
}
