//! Recordings, whoever began them. `MixMonitorStart`, `Stop` and `Mute` tell of them since 16.17 and 18.3.

use super::Normalizer;
use crate::model::{Fact, Recording};
use lineside_ami::Message;

impl Normalizer {
    pub(super) fn recording_starts(&mut self, id: &str) {
        if let Some(leg) = self.legs.get_mut(id) {
            leg.recordings = leg.recordings.saturating_add(1);
            leg.paused = false;
        }
        self.say_recording(id);
    }

    /// One recording less. Asterisk says so also where there was none (16 and 22).
    pub(super) fn recording_stops(&mut self, id: &str) {
        if let Some(leg) = self.legs.get_mut(id) {
            leg.recordings = leg.recordings.saturating_sub(1);
            leg.paused &= leg.recordings > 0;
        }
        self.say_recording(id);
    }

    /// Paused is who is heard in neither direction.
    pub(super) fn recording_pauses(&mut self, id: &str, message: &Message) {
        if !message.get("Direction").is_some_and(|direction| direction.is("both")) {
            return;
        }
        if let Some(leg) = self.legs.get_mut(id) {
            // Only a recording can be paused: who missed its start knows of it now.
            leg.recordings = leg.recordings.max(1);
            leg.paused = message.get("State").is_some_and(|state| state.is("1"));
        }
        self.say_recording(id);
    }

    /// Does a recording of the leg run?
    pub(super) fn is_recorded(&self, id: &str) -> bool {
        self.legs.get(id).is_some_and(|leg| leg.recordings > 0)
    }

    /// States how the recording of a leg is.
    pub(super) fn say_recording(&mut self, id: &str) {
        let Some(leg) = self.legs.get(id).filter(|leg| leg.is_party()) else {
            return;
        };
        let state = match (leg.recordings, leg.paused) {
            (0, _) => None,
            (_, true) => Some(Recording::Paused),
            (_, false) => Some(Recording::Recording),
        };
        self.out.push(Fact::Recording {
            connection: leg.key(),
            state,
        });
    }
}
