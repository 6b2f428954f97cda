//! What is set at devices, and what is said of calls besides where they are.
use super::call::{At, Caller};
use super::events::What;
use super::site::{Sort, When};
use super::world::{Fault, World};
use lineside_csta::Event;
use lineside_csta::types::*;
use lineside_wire::Private;

impl World {
    pub(crate) fn set_forwarding(&mut self, device: &str, when: When, to: Option<String>) {
        let event = ForwardingEvent {
            device: self.extended(device),
            forwarding_type: Some(forwarding_type(when)),
            forward_status: to.is_some(),
            forward_to: to.as_deref().map(|to| self.device_id(to)),
            ..ForwardingEvent::default()
        };
        let Some(found) = self.site.devices.get_mut(device) else {
            return;
        };
        match to {
            Some(to) => found.forwarding.insert(when, to),
            None => found.forwarding.remove(&when),
        };
        self.tell_device(device, &Event::Forwarding(Box::new(event)));
    }

    pub(crate) fn set_do_not_disturb(&mut self, device: &str, on: bool) {
        let Some(found) = self.site.devices.get_mut(device) else {
            return;
        };
        found.do_not_disturb = on;
        let event = DoNotDisturbEvent {
            device: self.extended(device),
            do_not_disturb_on: on,
            ..DoNotDisturbEvent::default()
        };
        self.tell_device(device, &Event::DoNotDisturb(Box::new(event)));
    }

    pub(crate) fn set_message_waiting(&mut self, device: &str, on: bool) {
        let Some(found) = self.site.devices.get_mut(device) else {
            return;
        };
        found.message_waiting = on;
        let event = MessageWaitingEvent {
            target_device: self.extended(device),
            message_waiting_on: on,
            ..MessageWaitingEvent::default()
        };
        self.tell_device(device, &Event::MessageWaiting(Box::new(event)));
    }

    /// A device works, or does not.
    pub(crate) fn set_service(&mut self, device: &str, in_service: bool) {
        let Some(found) = self.site.devices.get_mut(device) else {
            return;
        };
        found.in_service = in_service;
        let device_id = self.extended(device);
        let event = match in_service {
            true => Event::BackInService(Box::new(BackInServiceEvent {
                device: device_id,
                ..BackInServiceEvent::default()
            })),
            false => Event::OutOfService(Box::new(OutOfServiceEvent {
                device: device_id,
                ..OutOfServiceEvent::default()
            })),
        };
        self.tell_device(device, &event);
    }

    /// A call is offered to a device before it rings, on switches that say so.
    pub(super) fn offer(&mut self, at: &At, cause: EventCause) {
        if self.quirks.offered && self.sort(&at.device) == Some(Sort::Station) {
            self.say(What::Offered, at, cause);
        }
    }

    /// Somebody presses keys: each is told by itself.
    pub(crate) fn press(&mut self, at: &At, digits: &str) -> Result<(), Fault> {
        self.must_be(
            at,
            &[LocalConnectionState::Connected],
            StateError::InvalidConnectionState,
        )?;
        let connection = self.calls.get(&at.call).map(|call| self.connection(call, &at.device));
        for digit in digits.chars() {
            let event = DigitsGeneratedEvent {
                connection: connection.clone().unwrap_or_default(),
                digit_generated_list: Private::new(digit.to_string()),
                ..DigitsGeneratedEvent::default()
            };
            self.tell(&[at.call], &[], &Event::DigitsGenerated(Box::new(event)));
        }
        Ok(())
    }

    /// Late news of a call: who calls, and what an application attached.
    pub(crate) fn inform(&mut self, call: u32) {
        let Some(found) = self.calls.get_mut(&call) else { return };
        found.caller_told = true;
        let Some(found) = self.calls.get(&call) else { return };
        let trunk = match &found.calling {
            Caller::Outside { trunk, .. } => trunk.clone(),
            Caller::Device(_) => String::new(),
        };
        let devices: Vec<String> = found.live().map(|leg| leg.device.clone()).collect();
        for device in devices.iter().filter(|device| **device != trunk) {
            let Some(found) = self.calls.get(&call) else { return };
            let event = CallInformationEvent {
                connection: self.connection(found, device),
                device: self.extended(device),
                calling_device: Some(self.caller(found).calling),
                correlator_data: found.correlator.as_deref().map(super::tell::correlator),
                ..CallInformationEvent::default()
            };
            self.tell_device(device, &Event::CallInformation(Box::new(event)));
        }
    }
}

pub(super) const fn forwarding_type(when: When) -> ForwardingType {
    match when {
        When::Always => ForwardingType::ForwardImmediate,
        When::Busy => ForwardingType::ForwardBusy,
        When::NoAnswer => ForwardingType::ForwardNoAns,
    }
}
