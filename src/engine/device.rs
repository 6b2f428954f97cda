//! The devices of a switch: whether they can be reached, and what they do with calls by themselves. Told on change, each time the whole
//! device; one that is met for the first time is told once, with all that is known of it.

use super::{Engine, Group};
use crate::model::{Data, Device, DeviceData, DeviceFact, DeviceId, EventType, Forwarding, Sequence};
use std::collections::{BTreeMap, BTreeSet};

/// The most devices of a switch.
const MOST: usize = 20_000;

impl Engine {
    /// Something is known of a device.
    pub(super) fn device(&mut self, fact: DeviceFact, group: &mut Group) {
        let Some(device) = self.devices.get_mut(&fact.device) else {
            return self.meet_device(fact, group);
        };
        describe(device, &fact);
        let changes = [
            (EventType::BackInService, set(&mut device.in_service, fact.in_service)),
            (
                EventType::DoNotDisturb,
                set(&mut device.do_not_disturb, fact.do_not_disturb),
            ),
            (EventType::Forwarding, forward(&mut device.forwarding, fact.forwarding)),
            (
                EventType::MessageWaiting,
                set(&mut device.message_waiting, fact.message_waiting),
            ),
        ];
        let changed = changes
            .into_iter()
            .filter_map(|(kind, changed)| changed.then_some(kind));
        let told = device.clone();
        changed.for_each(|kind| tell(kind, told.clone(), group));
    }

    fn meet_device(&mut self, fact: DeviceFact, group: &mut Group) {
        if self.devices.len() >= MOST {
            return;
        }
        let mut device = Device {
            id: fact.device.clone(),
            kind: fact.kind,
            number: None,
            e164: None,
            name: None,
            in_service: fact.in_service,
            agent: self.agents.at(&fact.device).next().cloned(),
            do_not_disturb: fact.do_not_disturb,
            forwarding: Vec::new(),
            message_waiting: fact.message_waiting,
            capabilities: BTreeMap::new(),
            sequence: Sequence::ZERO,
        };
        describe(&mut device, &fact);
        let forwards = forward(&mut device.forwarding, fact.forwarding);
        let kind = match &device {
            device if device.in_service.is_some() => EventType::BackInService,
            device if device.do_not_disturb.is_some() => EventType::DoNotDisturb,
            device if device.message_waiting.is_some() => EventType::MessageWaiting,
            _ if forwards => EventType::Forwarding,
            // There is nothing to tell of it.
            _ => return,
        };
        tell(kind, device.clone(), group);
        self.devices.insert(fact.device, device);
    }

    /// Everything that the switch lists. What it does not list any more cannot be reached.
    pub(super) fn find_devices(&mut self, listed: Vec<DeviceFact>, group: &mut Group) {
        let present: BTreeSet<DeviceId> = listed.iter().map(|fact| fact.device.clone()).collect();
        for fact in listed {
            self.device(fact, group);
        }
        for device in self.devices.values_mut().filter(|device| !present.contains(&device.id)) {
            if set(&mut device.in_service, Some(false)) {
                tell(EventType::BackInService, device.clone(), group);
            }
        }
    }

    /// Tells who is logged on at the devices where that changed.
    pub(super) fn tell_desks(&mut self, group: &mut Group) {
        for id in self.agents.take_moved() {
            let Some(device) = self.devices.get_mut(&id) else {
                continue;
            };
            let agent = self.agents.at(&id).next().cloned();
            if device.agent != agent {
                device.agent = agent;
                tell(EventType::DeviceUpdated, device.clone(), group);
            }
        }
    }

    /// Takes up the devices that were told before a restart.
    pub(super) fn restore_devices(&mut self, devices: Vec<Device>) {
        let devices = devices.into_iter().map(|device| (device.id.clone(), device));
        self.devices = devices.take(MOST).collect();
    }
}

fn describe(device: &mut Device, fact: &DeviceFact) {
    device.number = fact.number.clone().or(device.number.take());
    device.name = fact.name.clone().or(device.name.take());
}

/// Says whether that is another value. What is not known says nothing.
fn set(known: &mut Option<bool>, told: Option<bool>) -> bool {
    let changed = told.is_some() && *known != told;
    if changed {
        *known = told;
    }
    changed
}

/// The same for forwardings: of each type there is one.
fn forward(known: &mut Vec<Forwarding>, told: Vec<Forwarding>) -> bool {
    let before = known.clone();
    for forwarding in told {
        known.retain(|other| other.kind != forwarding.kind);
        known.push(forwarding);
    }
    known.sort_by_key(|forwarding| forwarding.kind);
    *known != before
}

/// Tells the device; `BackInService` stands for either event of its service.
fn tell(kind: EventType, device: Device, group: &mut Group) {
    let kind = match kind {
        EventType::BackInService if device.in_service == Some(false) => EventType::OutOfService,
        kind => kind,
    };
    let time = group.time;
    group.push(
        kind,
        time,
        Data::Device(Box::new(DeviceData {
            requested_by: None,
            device,
        })),
    );
}
