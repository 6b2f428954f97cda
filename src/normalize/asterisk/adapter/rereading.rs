//! What is asked for again while the link is up: what changed in the database, the configuration of the queues, and, now and then,
//! whether the switch has channels of which nothing was heard.

use super::AsteriskAdapter;
use super::resync::items;
use crate::model::{Facts, LinkRole, Now};
use crate::normalize::Failure;
use crate::normalize::asterisk::block::text;
use crate::normalize::asterisk::device::Kept;
use lineside_ami::client::{Failure as Refused, Reply};
use lineside_ami::{Action, Message};
use lineside_wire::Session as _;
use std::time::Duration;

/// Why a link is given up on which nothing is heard though something happens.
pub(super) const DEAF: &str =
    "the switch has channels of which it told nothing: give the user `call` in `read` of manager.conf";

impl AsteriskAdapter {
    /// Reads in the database what changed, of which the switch tells no more than that.
    pub(super) fn read_changed(&mut self, now: Now) {
        let within = Duration::from_millis(u64::from(self.limits.snapshot));
        for device in self.normalizer.changed_forwardings() {
            for (kept, action) in self.normalizer.entries_of(&device) {
                let submitted = self
                    .events
                    .as_mut()
                    .map(|client| client.submit(now.tick, action.within(within)));
                // Where so much is asked that it does not fit, the next change or snapshot tells it.
                if let Some(Ok(id)) = submitted {
                    self.reading.insert(id, (device.clone(), kept));
                }
            }
        }
    }

    /// The queues have another configuration. 16 and 22 tell it of `module reload` and `core reload`; of `queue reload` they do not.
    pub(super) fn read_reloaded(&mut self, message: &Message, now: Now) {
        let of_queues = |module: &[u8]| module.eq_ignore_ascii_case(b"All") || module.starts_with(b"app_queue");
        let reloaded =
            message.is_event("Reload") && message.get("Module").is_some_and(|module| of_queues(module.as_bytes()));
        if !reloaded {
            return;
        }
        let Some((_, action)) = self.normalizer.queue_configuration() else {
            return;
        };
        let within = Duration::from_millis(u64::from(self.limits.snapshot));
        let client = self.events.as_mut();
        self.configuration = client.and_then(|client| client.submit(now.tick, action.within(within)).ok());
    }

    pub(super) fn read_entry(&mut self, device: &str, kept: Kept, result: Result<Reply, Refused>) {
        let value = match &result {
            Ok(reply) => items(reply, "DBGetResponse")
                .first()
                .and_then(|entry| text(entry, "Val")),
            Err(Refused::Refused(refusal)) if refusal.text.contains("not found") => None,
            // No word, or no right: that says nothing.
            Err(_) => return,
        };
        self.normalizer.adopt_entry(device, kept, value);
        self.tell_read();
    }

    /// What follows from what was read of a telephone; until the fence everything is folded silently.
    pub(super) fn tell_read(&mut self) {
        let facts = self.normalizer.told();
        if self.resync.is_none() && !facts.is_empty() {
            self.facts.push_back(Facts { time: None, facts });
        }
    }

    /// Asks for the channels of which something should have been heard.
    pub(super) fn audit(&mut self, now: Now) -> Result<(), Failure> {
        let within = Duration::from_millis(u64::from(self.limits.snapshot));
        let action = Action::new("CoreShowChannels").list().within(within);
        if let Some(Ok(id)) = self.events.as_mut().map(|client| client.submit(now.tick, action)) {
            self.audit.asks(id);
        }
        self.audit.heard(now.tick);
        self.drain(now, LinkRole::Events, Ok(()))
    }
}
