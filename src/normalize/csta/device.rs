//! What the devices of a switch are, and what they do with calls by themselves.

use super::Normalizer;
use super::party::number;
use crate::model::{DeviceFact, DeviceId, Fact, Forwarding, ForwardingType as When, Kind, Text};
use lineside_csta::types::{
    DeviceCategory, DoNotDisturbEvent, ExtendedDeviceId, ForwardingEvent, ForwardingType, MessageWaitingEvent,
};
use lineside_wire::Private;

/// Is it worth a monitor?
pub(super) const fn is_monitored(kind: Kind) -> bool {
    matches!(kind, Kind::Station | Kind::Queue | Kind::Group | Kind::Park)
}

/// What a device is that the switch lists.
pub(super) fn kind_of(category: Option<&DeviceCategory>) -> Kind {
    match category {
        None | Some(DeviceCategory::Station) => Kind::Station,
        Some(DeviceCategory::Acd) => Kind::Queue,
        Some(DeviceCategory::Group) => Kind::Group,
        Some(DeviceCategory::NetworkInterface) => Kind::Trunk,
        Some(DeviceCategory::Park) => Kind::Park,
        Some(DeviceCategory::RouteingDevice) => Kind::Route,
        Some(DeviceCategory::Conference) => Kind::Conference,
        Some(DeviceCategory::OtherSort | DeviceCategory::Other(_)) => Kind::Other,
        Some(_) => Kind::VoiceUnit,
    }
}

impl Normalizer {
    pub(super) fn do_not_disturb(&mut self, event: &DoNotDisturbEvent) {
        self.of_device(&event.device, |fact| {
            fact.do_not_disturb = Some(event.do_not_disturb_on)
        });
    }

    pub(super) fn message_waiting(&mut self, event: &MessageWaitingEvent) {
        self.of_device(&event.target_device, |fact| {
            fact.message_waiting = Some(event.message_waiting_on)
        });
    }

    pub(super) fn in_service(&mut self, device: &ExtendedDeviceId, on: bool) {
        self.of_device(device, |fact| fact.in_service = Some(on));
    }

    pub(super) fn forwarding(&mut self, event: &ForwardingEvent) {
        let to = event
            .forward_to
            .as_ref()
            .map(|to| Private::new(Text::from(to.number())));
        // Without a type it is all of them (ECMA-269, Forwarding).
        let kinds: &[When] = match &event.forwarding_type {
            None => &[When::Immediate, When::Busy, When::NoAnswer],
            Some(kind) => match when(kind) {
                Some(When::Immediate) => &[When::Immediate],
                Some(When::Busy) => &[When::Busy],
                Some(When::NoAnswer) => &[When::NoAnswer],
                None => &[],
            },
        };
        let one = |kind: &When| Forwarding {
            kind: *kind,
            active: event.forward_status,
            to: to.clone(),
        };
        let all: Vec<Forwarding> = kinds.iter().map(one).collect();
        if !all.is_empty() {
            self.of_device(&event.device, |fact| fact.forwarding = all);
        }
    }

    fn of_device(&mut self, device: &ExtendedDeviceId, say: impl FnOnce(&mut DeviceFact)) {
        let Some(number) = number(device) else { return };
        let kind = self.kind(number);
        let mut fact = DeviceFact::of(DeviceId::new(&self.switch, number), kind);
        say(&mut fact);
        self.out.push(Fact::Device(Box::new(fact)));
    }
}

/// Forwarding of inside or outside calls only is told as that of all: the model has one.
const fn when(kind: &ForwardingType) -> Option<When> {
    Some(match kind {
        ForwardingType::ForwardImmediate | ForwardingType::ForwardImmInt | ForwardingType::ForwardImmExt => {
            When::Immediate
        }
        ForwardingType::ForwardBusy | ForwardingType::ForwardBusyInt | ForwardingType::ForwardBusyExt => When::Busy,
        ForwardingType::ForwardNoAns | ForwardingType::ForwardNoAnsInt | ForwardingType::ForwardNoAnsExt => {
            When::NoAnswer
        }
        _ => return None,
    })
}
