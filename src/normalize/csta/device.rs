//! What the devices of a switch are, and what they do with calls by themselves.

use super::Normalizer;
use super::party::number;
use crate::model::{DeviceFact, DeviceId, Fact, Forwarding, ForwardingType as When, Kind, Text};
use lineside_csta::types::{
    DeviceCategory, DoNotDisturbEvent, ExtendedDeviceId, ForwardListItem, ForwardingEvent, ForwardingType,
    MessageWaitingEvent,
};
use lineside_wire::Private;

/// What a device says that it is set to, when it is asked.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) do_not_disturb: Option<bool>,
    pub(super) forwarding: Vec<Forwarding>,
    pub(super) message_waiting: Option<bool>,
}

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

    /// What a device is set to, as it says when it is asked.
    pub(super) fn settings(&mut self, device: &Text) -> &mut Settings {
        self.settings.entry(device.clone()).or_default()
    }

    pub(super) fn in_service(&mut self, device: &ExtendedDeviceId, on: bool) {
        if let Some(number) = number(device).map(Text::from) {
            if on {
                self.out_of_service.remove(&number);
            } else {
                self.out_of_service.insert(number);
            }
        }
        self.of_device(device, |fact| fact.in_service = Some(on));
    }

    pub(super) fn forwarding(&mut self, event: &ForwardingEvent) {
        let to = event
            .forward_to
            .as_ref()
            .map(|to| Private::new(Text::from(to.number())));
        let one = |kind: &When| Forwarding {
            kind: *kind,
            active: event.forward_status,
            to: to.clone(),
        };
        let all: Vec<Forwarding> = kinds(event.forwarding_type.as_ref()).iter().map(one).collect();
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

/// What a device says of all that it forwards: what it does not name it does not do.
pub(super) fn forwardings(told: &[ForwardListItem]) -> Vec<Forwarding> {
    let of = |kind: &When| {
        let mut named = told
            .iter()
            .filter(|item| kinds(item.forwarding_type.as_ref()).contains(kind));
        let active = named.clone().find(|item| item.forward_status);
        let to = active
            .or_else(|| named.next())
            .and_then(|item| item.forward_dn.as_ref());
        Forwarding {
            kind: *kind,
            active: active.is_some(),
            to: to.map(|to| Private::new(Text::from(to.number()))),
        }
    };
    ALL.iter().map(of).collect()
}

const ALL: &[When] = &[When::Immediate, When::Busy, When::NoAnswer];

/// Without a type it is all of them (ECMA-269, Forwarding).
const fn kinds(told: Option<&ForwardingType>) -> &'static [When] {
    let Some(kind) = told else { return ALL };
    match when(kind) {
        Some(When::Immediate) => &[When::Immediate],
        Some(When::Busy) => &[When::Busy],
        Some(When::NoAnswer) => &[When::NoAnswer],
        None => &[],
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
