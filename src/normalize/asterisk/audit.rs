//! Is the link deaf? A user whose right to read `call` was taken away logs in as before, is shown the channels, and hears nothing of
//! them (16 and 22: `manager reload` leaves sessions that stand as they are; what it changed counts from the next login on). Nothing
//! tells it but that the list of channels is another one than was heard of. So it is asked for when it is quiet.

use super::Normalizer;
use super::block::Block;
use crate::normalize::legs::{Nature, Told};
use lineside_ami::Message;
use lineside_wire::{RequestId, Tick};
use std::collections::BTreeSet;
use std::time::Duration;

/// So long nothing must have been heard of any channel.
const QUIET: Duration = Duration::from_secs(60);

/// When to ask, and what was asked.
#[derive(Debug, Default)]
pub(super) struct Audit {
    due: Option<Tick>,
    asked: Option<RequestId>,
}

impl Audit {
    /// Something of a channel was heard, or the link just came up.
    pub(super) fn heard(&mut self, now: Tick) {
        self.due = Some(now + QUIET);
    }

    /// The link is gone.
    pub(super) fn stop(&mut self) {
        *self = Self::default();
    }

    pub(super) const fn due(&self) -> Option<Tick> {
        self.due
    }

    /// The list is asked for.
    pub(super) const fn asks(&mut self, id: RequestId) {
        self.asked = Some(id);
    }

    /// Is this the answer?
    pub(super) fn is_answered(&mut self, id: RequestId) -> bool {
        self.asked.take_if(|asked| *asked == id).is_some()
    }
}

impl Normalizer {
    /// Are there parties of which nothing was heard, or none where some were?
    pub(super) fn is_deaf(&self, listed: &[Message]) -> bool {
        let ids: BTreeSet<&str> = listed
            .iter()
            .filter_map(|message| Block::read(message, "").id)
            .collect();
        let unheard = listed.iter().any(|message| {
            let block = Block::read(message, "");
            let party = block
                .name
                .is_some_and(|name| matches!(self.nature(&name.text().text), Nature::Party(_)));
            party
                && block
                    .id
                    .is_some_and(|id| self.legs.get(id).is_none() && !self.legs.is_gone(id))
        });
        unheard
            || self
                .legs
                .iter()
                .any(|leg| leg.told == Told::Live && !ids.contains(&*leg.id))
    }
}
