//! What is set at devices.
use super::call::At;
use super::site::When;
use super::world::World;
use lineside_csta::types::EventCause;

impl World {
    pub(crate) fn set_forwarding(&mut self, device: &str, when: When, to: Option<String>) {
        let Some(found) = self.site.devices.get_mut(device) else {
            return;
        };
        match to {
            Some(to) => found.forwarding.insert(when, to),
            None => found.forwarding.remove(&when),
        };
    }

    pub(crate) fn set_service(&mut self, device: &str, in_service: bool) {
        if let Some(found) = self.site.devices.get_mut(device) {
            found.in_service = in_service;
        }
    }

    /// A call is offered to a device before it rings, on switches that say so.
    pub(super) fn offer(&mut self, _at: &At, _cause: EventCause) {}
}
