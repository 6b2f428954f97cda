//! What is heard: digits, recordings, muting.
use super::Turn;
use super::World;
use std::time::Duration;

impl World {
    /// A digit begins, and ends after so many milliseconds.
    pub(super) fn presses(&mut self, id: &str, digit: &str, millis: u32, received: bool) {
        self.tell("DTMFBegin", id, &[("Digit", digit), ("Direction", direction(received))]);
        let ends = Turn::Digit(id.to_owned(), digit.to_owned(), millis, received);
        self.later(Duration::from_millis(u64::from(millis)), ends);
    }

    pub(super) fn pressed(&mut self, id: &str, digit: &str, millis: u32, received: bool) {
        if self.live(id).is_some() {
            let millis = millis.to_string();
            let more = [
                ("Digit", digit),
                ("DurationMs", &*millis),
                ("Direction", direction(received)),
            ];
            self.tell("DTMFEnd", id, &more);
        }
    }

    pub(super) fn records(&mut self, id: &str) -> String {
        self.change(id, |channel| channel.recording = Some(false));
        self.tell("MixMonitorStart", id, &[]);
        let born = self.state.channels.get(id).map_or(0, |channel| channel.born);
        format!("0x7f00{born:08x}")
    }

    /// False if there is no recording that could end.
    pub(super) fn stops_recording(&mut self, id: &str) -> bool {
        let mut was = false;
        self.change(id, |channel| was = channel.recording.take().is_some());
        if was {
            self.tell("MixMonitorStop", id, &[]);
        }
        was
    }

    /// False if there is no recording that could leave anything out.
    pub(super) fn leaves_out(&mut self, id: &str, direction: &str, on: bool) -> bool {
        let mut was = false;
        self.change(id, |channel| {
            was = channel.recording.as_mut().map(|out| *out = on).is_some()
        });
        if was {
            let state = if on { "1" } else { "0" };
            self.tell("MixMonitorMute", id, &[("Direction", direction), ("State", state)]);
        }
        was
    }
}

const fn direction(received: bool) -> &'static str {
    if received { "Received" } else { "Sent" }
}
