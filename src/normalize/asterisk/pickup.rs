//! What rings at one device is taken at another.

use super::Normalizer;
use super::block::Block;
use crate::model::{Cause, ConnectionEvent, DeviceId, MergeReason, Text};
use lineside_ami::Message;

impl Normalizer {
    /// Somebody takes over a phone that rings elsewhere. The leg of who picks up lives on, the one that rang ends.
    pub(super) fn pickup(&mut self, message: &Message, picker: &Block<'_>) {
        let target = Block::read(message, "Target");
        let (Some(picker), Some(target)) = (picker.id, target.id) else {
            return;
        };
        let (Some(one), Some(two)) = (self.legs.call_of(target), self.legs.call_of(picker)) else {
            return;
        };
        let by = self.legs.get(picker).map(|leg| Text::from(leg.endpoint()));
        self.say(target, ConnectionEvent::Diverted, Cause::CallPickup);
        if let Some(by) = &by {
            self.sends_to(by.clone());
        }
        let dialler = self.legs.get(target).and_then(|leg| leg.dialled_by.clone());
        if let Some(leg) = self.legs.get_mut(picker) {
            leg.calls = false;
            leg.dialled_by = dialler;
        }
        // Who waits in a queue of this call waits no more.
        let waiting: Vec<Text> = self.legs.of(&one).map(|leg| leg.id.clone()).collect();
        waiting.iter().for_each(|id| self.leave_queue(id));
        self.merge(
            one,
            two,
            MergeReason::Pickup,
            Vec::new(),
            by.map(|by| DeviceId::new(&self.switch, &by)),
        );
    }
}
