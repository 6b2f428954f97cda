//! Calls in which somebody has no name are asked who is in them: one at a time, at the pace at which monitors are placed.

use super::{CstaAdapter, Phase};
use crate::model::{CallKey, Text};
use lineside_csta::types::{SnapshotCall, SnapshotCallData, SnapshotCallResult};
use lineside_csta::{Ask, Failure, Request, Response};
use lineside_wire::{RequestId, Session as _, Tick};
use std::time::Duration;

/// What is under way.
#[derive(Debug, Default)]
pub(super) struct Naming {
    asked: Option<(RequestId, CallKey)>,
    /// The answer comes in parts of this name.
    parts: Option<(Text, CallKey)>,
    /// The next one is asked then.
    next: Tick,
}

impl CstaAdapter {
    /// Asks the next call, if it is time.
    pub(super) fn ask_names(&mut self, now: crate::model::Now) {
        let due = self.phase == Phase::Up && self.naming.asked.is_none() && self.naming.next <= now.tick;
        let Some(client) = self.client.as_mut().filter(|_| due) else {
            return;
        };
        let Some((call, snapshot_object)) = self.normalizer.poll_unnamed() else {
            return;
        };
        let request = Request::SnapshotCall(Box::new(SnapshotCall {
            snapshot_object,
            ..SnapshotCall::default()
        }));
        // Where there is no room for it now nobody is learnt: it is no more than that.
        self.naming.asked = client.submit(now.tick, Ask::new(request)).ok().map(|id| (id, call));
        self.naming.next = now.tick + Duration::from_secs(1) / self.profile.monitors.per_second.max(1);
    }

    /// An answer, if it is that of a call.
    pub(super) fn named(&mut self, id: RequestId, result: &Result<Response, Failure>) -> bool {
        let Some((_, call)) = self.naming.asked.take_if(|(asked, _)| *asked == id) else {
            return false;
        };
        match result {
            Ok(Response::SnapshotCall(answer)) => match &answer.cross_ref_id_or_snapshot_data {
                SnapshotCallResult::Data(list) => {
                    let facts = self.normalizer.names(&call, &list.0, answer.calling_device.as_ref());
                    self.happened(facts);
                }
                SnapshotCallResult::CrossRefId(name) => self.naming.parts = Some((Text::from(name.text()), call)),
                SnapshotCallResult::Other(_) => {}
            },
            Ok(_) | Err(Failure::Rejected(_) | Failure::Timeout) => self.normalizer.asks_no_calls(),
            Err(Failure::Refused(why)) if why.native().contains("otSupported") => self.normalizer.asks_no_calls(),
            Err(_) => {}
        }
        true
    }

    pub(super) fn named_part(&mut self, part: &SnapshotCallData) {
        let name = part.service_cross_ref_id.text();
        let Some((_, call)) = self.naming.parts.as_ref().filter(|(awaited, _)| **awaited == *name) else {
            return;
        };
        let facts = self.normalizer.names(&call.clone(), &part.snapshot_data.0, None);
        self.happened(facts);
        if part.last_segment {
            self.naming.parts = None;
        }
    }

    /// When the next one can be asked.
    pub(super) fn naming_due(&self) -> Option<Tick> {
        let waits = self.phase == Phase::Up && self.naming.asked.is_none() && self.normalizer.has_unnamed();
        waits.then_some(self.naming.next)
    }
}
