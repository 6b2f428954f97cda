//! Who is at the end of a connection.

use super::Normalizer;
use super::call::Leg;
use super::permitted::said;
use crate::model::{CallKey, ConnectionDirection, ConnectionKey, DeviceId, Kind, Party, PartyFact, Presentation, Text};
use lineside_csta::types::{ConnectionId, DeviceId as Device, ExtendedDeviceId, LocalDeviceId, RedirectionDeviceId};
use lineside_csta::{Event, Octets};
use lineside_wire::Private;

/// Stands before what is in hexadecimal digits, and before the name of a device that is no number.
const MARK: char = '~';

/// The name of a call.
pub(super) fn call_key(connection: &ConnectionId) -> CallKey {
    let id = connection.call_id.as_ref().map(spelled);
    CallKey(Text::from(id.unwrap_or_default()))
}

/// The name of a connection: its call, and its device as the switch names it there.
pub(super) fn connection_key(connection: &ConnectionId, subject: &ExtendedDeviceId) -> ConnectionKey {
    let device = match &connection.device_id {
        Some(LocalDeviceId::Static(device)) => device.number().to_owned(),
        Some(LocalDeviceId::Dynamic(octets)) => format!("{MARK}{}", spelled(octets)),
        None => subject
            .device()
            .map(|device| device.number().to_owned())
            .unwrap_or_default(),
    };
    ConnectionKey(Text::from(format!("{}/{device}", call_key(connection).0)))
}

/// Octets so that they can be given back: as they are where they can be read, else in hexadecimal digits behind the mark.
fn spelled(octets: &Octets) -> String {
    let text = octets.text();
    match text.as_bytes() == &*octets.0 && !text.starts_with(MARK) {
        true => text,
        false => octets
            .0
            .iter()
            .fold(MARK.to_string(), |text, byte| text + &format!("{byte:02X}")),
    }
}

fn octets(spelled: &str) -> Option<Octets> {
    let Some(digits) = spelled.strip_prefix(MARK) else {
        return Some(Octets::from(spelled));
    };
    let digit = |digit: &u8| {
        char::from(*digit)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    digits.as_bytes().chunks(2).map(byte).collect::<Option<_>>().map(Octets)
}

/// What the switch calls a connection of this name. A device that it names by its number may be written in more words, which the name does not have:
/// the number stands for it, and where the switch gives out names for numbers that name is written when it is asked.
pub(super) fn native(name: &ConnectionKey) -> Option<ConnectionId> {
    let (call, device) = name.0.split_once('/').filter(|(call, _)| !call.is_empty())?;
    let device = match device.strip_prefix(MARK) {
        Some(dynamic) => LocalDeviceId::Dynamic(octets(dynamic)?),
        None if device.is_empty() || device == "?" => return None,
        None => LocalDeviceId::Static(Device::dialled(device)),
    };
    Some(ConnectionId {
        call_id: Some(octets(call)?),
        device_id: Some(device),
    })
}

/// A name as it is shown.
pub(super) fn shown(name: &Text) -> Text {
    name.strip_prefix(MARK).map_or_else(|| name.clone(), Text::from)
}

/// A connection that nobody named, by who is at it.
pub(super) fn assumed_key(call: &CallKey, number: Option<&str>) -> ConnectionKey {
    ConnectionKey(Text::from(format!("{}/{}", call.0, number.unwrap_or("?"))))
}

/// Of somebody who may be named in two ways, the better one: what the network tells of who is outside is more than the name of a trunk.
pub(super) struct Named<'a> {
    pub(super) device: &'a ExtendedDeviceId,
    pub(super) network: Option<&'a ExtendedDeviceId>,
    /// The trunk, where it is told.
    pub(super) associated: Option<&'a ExtendedDeviceId>,
}

impl<'a> Named<'a> {
    pub(super) const fn of(
        device: &'a ExtendedDeviceId,
        network: Option<&'a ExtendedDeviceId>,
        associated: Option<&'a ExtendedDeviceId>,
    ) -> Self {
        Named {
            device,
            network,
            associated,
        }
    }

    pub(super) const fn by(device: &'a ExtendedDeviceId) -> Self {
        Named {
            device,
            network: None,
            associated: None,
        }
    }
}

impl Normalizer {
    /// What sort of device a number is.
    pub(super) fn kind(&self, number: &str) -> Kind {
        if let Some(kind) = self.devices.get(number) {
            return *kind;
        }
        if self.rules.is_extension(number) {
            Kind::Station
        } else {
            Kind::Trunk
        }
    }

    /// Does the site say that it is a line to the outside?
    pub(super) fn is_line(&self, device: &str) -> bool {
        self.rules.is_trunk(device)
    }

    /// Who that is.
    pub(super) fn who(&self, named: &Named<'_>) -> PartyFact {
        let own = named.device.device();
        let inside =
            own.filter(|device| self.kind(device.number()) != Kind::Trunk || self.rules.is_trunk(device.number()));
        let network = named.network.and_then(ExtendedDeviceId::device);
        let told = match inside {
            Some(device) if self.kind(device.number()) != Kind::Trunk => Some(device),
            // The trunk itself says nothing of who is behind it.
            Some(_) => network,
            None => network.or(own),
        };
        let number = told.map(|device| device.number()).filter(|number| !number.is_empty());
        let kind = inside.map_or(Kind::Trunk, |device| self.kind(device.number()));
        let trunk = named
            .associated
            .and_then(ExtendedDeviceId::device)
            .filter(|_| kind == Kind::Trunk);
        let device = inside
            .or(trunk)
            .map(|device| DeviceId::new(&self.switch, device.number()));
        let e164 = number
            .filter(|_| kind == Kind::Trunk)
            .and_then(|number| self.rules.numbers.e164(number, false));
        let presentation = match (named.device, told) {
            (ExtendedDeviceId::Restricted, _) => Presentation::Restricted,
            (_, Some(_)) => Presentation::Allowed,
            (_, None) => Presentation::NotKnown,
        };
        PartyFact {
            party: Party {
                device,
                number: number.map(|number| Private::new(Text::from(number))),
                e164: e164.map(|number| Private::new(Text::from(number))),
                name: own
                    .or(told)
                    .and_then(Device::name)
                    .map(|name| Private::new(Text::from(name))),
                presentation,
                contact: None,
            },
            kind,
            native_id: None,
        }
    }

    /// Who has this number.
    pub(super) fn who_is(&self, number: &str) -> PartyFact {
        self.who(&Named::by(&ExtendedDeviceId::Device(Device::dialled(number))))
    }

    /// What the monitor of a line tells of a call that somebody outside made comes in by that line.
    pub(super) fn comes_by(&mut self, event: &Event) {
        let Some(line) = self.monitor.clone().filter(|monitor| self.kind(monitor) == Kind::Trunk) else {
            return;
        };
        let Some((call, _)) = said(event) else { return };
        let there = |leg: &Leg| leg.device.as_ref() == Some(&line);
        if self.calls.get(&call).is_none_or(|known| known.legs.iter().any(there)) {
            return;
        }
        let device = DeviceId::new(&self.switch, &line);
        let Some(known) = self.calls.get_mut(&call) else { return };
        let calls = |leg: &Leg| leg.is_live() && leg.direction == ConnectionDirection::Outgoing;
        let outside = |leg: &&mut Leg| calls(leg) && leg.kind == Kind::Trunk && leg.device.is_none();
        let mut all = known.legs.iter_mut().filter(outside);
        if let (Some(leg), None) = (all.next(), all.next()) {
            leg.party.device = Some(device);
            leg.device = Some(line);
        }
    }

    /// Who was called, by what was dialled.
    pub(super) fn called(&self, device: &ExtendedDeviceId) -> Option<Party> {
        let number = device
            .device()
            .map(Device::number)
            .filter(|number| !number.is_empty())?;
        let outside = self.kind(number) == Kind::Trunk;
        let e164 = if outside {
            self.rules.numbers.e164(number, true)
        } else {
            None
        };
        Some(Party {
            device: (!outside).then(|| DeviceId::new(&self.switch, number)),
            number: Some(Private::new(Text::from(number))),
            e164: e164.map(|number| Private::new(Text::from(number))),
            name: device
                .device()
                .and_then(Device::name)
                .map(|name| Private::new(Text::from(name))),
            presentation: Presentation::Allowed,
            contact: None,
        })
    }

    /// What is told of the end of a connection. All calls of a telephone are carried by it.
    pub(super) fn at(leg: &Leg) -> PartyFact {
        PartyFact {
            party: leg.party.clone(),
            kind: leg.kind,
            native_id: leg.device.clone().or_else(|| Some(shown(&leg.name.0))),
        }
    }
}

/// The number of who sent a call on.
pub(super) fn redirected_by(device: &RedirectionDeviceId) -> Option<&str> {
    device.device().map(Device::number).filter(|number| !number.is_empty())
}

/// The number of a device that is told.
pub(super) fn number(device: &ExtendedDeviceId) -> Option<&str> {
    device.device().map(Device::number).filter(|number| !number.is_empty())
}

/// One of our devices, to be asked for.
pub(super) fn dialled(device: &DeviceId) -> Device {
    Device::dialled(device.key())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_switch_calls_a_connection_follows_from_its_name() {
        let calls: [&[u8]; 6] = [b"c1", b"3132", &[0xC5, 0x7A], &[0x12, 0x34], b"~C57A", &[0; 16]];
        let devices = [
            LocalDeviceId::Static(Device::dialled("2001")),
            LocalDeviceId::Dynamic(Octets::from("d7")),
            LocalDeviceId::Dynamic(Octets(Box::new([0, 255]))),
        ];
        for call in calls {
            for device in &devices {
                let told = ConnectionId {
                    call_id: Some(Octets(call.into())),
                    device_id: Some(device.clone()),
                };
                let name = connection_key(&told, &ExtendedDeviceId::NotKnown);
                assert_eq!(native(&name), Some(told), "{name:?}");
            }
        }
        for nobody in ["c1/", "c1/?", "/2001", "c1", "~C5Z/2001", "~C/2001"] {
            assert_eq!(native(&ConnectionKey(Text::from(nobody))), None, "{nobody}");
        }
    }
}
