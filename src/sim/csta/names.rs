//! How devices, calls and connections are called, and who is meant by such a name.
use super::call::{At, Call, Caller, Leg};
use super::quirks::{CallIds, CallerTold};
use super::site::{Outside, Shown, Sort};
use super::world::{Fault, World, refuse};
use lineside_csta::Octets;
use lineside_csta::avaya::device;
use lineside_csta::types::{
    ConnectionId, DeviceId, ExtendedDeviceId, LocalDeviceId, OperationError, RedirectionDeviceId,
};

/// What the server of an application calls the switch, where devices are asked for by that.
pub(crate) const SWITCH_NAME: &str = "pbx";

/// Who calls, in all the places where that may stand.
pub(super) struct CallerNames {
    pub(super) calling: ExtendedDeviceId,
    pub(super) network: Option<ExtendedDeviceId>,
    pub(super) associated: Option<ExtendedDeviceId>,
}

impl World {
    pub(super) fn call_id(&self, call: u32) -> Octets {
        match self.quirks.call_ids {
            CallIds::Octets => Octets(u16::try_from(call % 0xffff).unwrap_or(0).to_be_bytes().into()),
            CallIds::Decimal => Octets::from(call.to_string().as_str()),
            CallIds::Hex => Octets::from(format!("{:032x}", 0xc57a_0000_u64 << 32 | u64::from(call)).as_str()),
        }
    }

    pub(super) fn device_id(&self, number: &str) -> DeviceId {
        match self.site.devices.get(number) {
            Some(device) if self.quirks.names_in_ids => DeviceId::dialled(&format!("N<{number}>{}", device.name)),
            _ => self.number_id(number),
        }
    }

    /// A device that has nothing but its number, as those outside.
    pub(super) fn number_id(&self, number: &str) -> DeviceId {
        match self.quirks.named_devices {
            true => device(&format!("{number}:{SWITCH_NAME}::0")),
            false => DeviceId::dialled(number),
        }
    }

    pub(super) fn extended(&self, number: &str) -> ExtendedDeviceId {
        ExtendedDeviceId::Device(self.device_id(number))
    }

    pub(super) fn connection_of(&self, call: u32, leg: &Leg) -> ConnectionId {
        let device = match self.quirks.dynamic_devices {
            true => LocalDeviceId::Dynamic(Octets(leg.dynamic.to_be_bytes().into())),
            false => LocalDeviceId::Static(self.device_id(&leg.device)),
        };
        ConnectionId {
            call_id: Some(self.call_id(call)),
            device_id: Some(device),
        }
    }

    pub(super) fn connection(&self, call: &Call, device: &str) -> ConnectionId {
        match call.leg(device) {
            Some(leg) => self.connection_of(call.id, leg),
            None => ConnectionId {
                call_id: Some(self.call_id(call.id)),
                device_id: None,
            },
        }
    }

    /// Who is at the end of a connection, as far as it is known.
    pub(super) fn who(&self, call: &Call, device: &str) -> ExtendedDeviceId {
        let Some(outside) = call.leg(device).and_then(|leg| leg.outside.as_ref()) else {
            return self.extended(device);
        };
        match &call.calling {
            Caller::Outside { trunk, .. } if trunk == device => match (self.quirks.caller, outside.shown) {
                (CallerTold::Calling, Shown::Known) => ExtendedDeviceId::Device(self.number_id(&outside.number)),
                (CallerTold::Calling, Shown::Restricted) => ExtendedDeviceId::Restricted,
                _ => self.extended(device),
            },
            _ => ExtendedDeviceId::Device(self.number_id(&outside.number)),
        }
    }

    pub(super) fn caller(&self, call: &Call) -> CallerNames {
        let (mut network, mut associated) = (None, None);
        let number = |who: &Outside| ExtendedDeviceId::Device(self.number_id(&who.number));
        let calling = match &call.calling {
            Caller::Device(device) => self.extended(device),
            Caller::Outside { who, .. } if who.shown == Shown::Restricted => ExtendedDeviceId::Restricted,
            Caller::Outside { who, .. } if who.shown == Shown::Unknown => ExtendedDeviceId::NotKnown,
            Caller::Outside { trunk, who } => match self.quirks.caller {
                CallerTold::Calling => number(who),
                CallerTold::Later if call.caller_told => number(who),
                CallerTold::Later => ExtendedDeviceId::NotKnown,
                CallerTold::Network => {
                    network = Some(number(who));
                    ExtendedDeviceId::NotKnown
                }
                CallerTold::Associated => {
                    associated = Some(number(who));
                    self.extended(trunk)
                }
            },
        };
        CallerNames {
            calling,
            network,
            associated,
        }
    }

    pub(super) fn redirected_by(&self, call: &Call) -> RedirectionDeviceId {
        match &call.redirected_by {
            Some(device) => RedirectionDeviceId::Device(self.device_id(device)),
            None => RedirectionDeviceId::NotRequired,
        }
    }

    /// The device that an application names.
    pub(super) fn known(&self, device: &DeviceId) -> Option<String> {
        let number = self.meant(device).ok()?;
        self.site.devices.contains_key(number).then(|| number.to_owned())
    }

    /// The number that an application means. Where names are given out it has to be one of those.
    pub(super) fn meant<'a>(&self, device: &'a DeviceId) -> Result<&'a str, Fault> {
        match self.quirks.named_devices && !self.given.contains(&**device.text) {
            true => Err(refuse(OperationError::InvalidDeviceId)),
            false => Ok(device.number()),
        }
    }

    pub(super) fn sort(&self, number: &str) -> Option<Sort> {
        self.site.devices.get(number).map(|device| device.sort)
    }

    /// The call of such a name.
    pub(super) fn find_call(&self, connection: &ConnectionId) -> Result<u32, Fault> {
        // Octets that are no text come back as text where they went out as that.
        let told = connection.call_id.as_ref().map(Octets::text);
        let named = |call: &&u32| told == Some(self.call_id(**call).text());
        let found = self.calls.keys().find(named).copied();
        found.ok_or_else(|| refuse(OperationError::InvalidCallId))
    }

    /// The connection of such a name. Where only a call is named, and one device is in it, that is meant.
    pub(super) fn find(&self, connection: &ConnectionId) -> Result<At, Fault> {
        let id = self.find_call(connection)?;
        let call = self
            .calls
            .get(&id)
            .ok_or_else(|| refuse(OperationError::InvalidCallId))?;
        let named = |leg: &&Leg| match &connection.device_id {
            Some(LocalDeviceId::Static(device)) if self.quirks.named_devices => {
                self.device_id(&leg.device).text == device.text
            }
            Some(LocalDeviceId::Static(device)) => leg.device == device.number(),
            Some(LocalDeviceId::Dynamic(octets)) => octets.text() == Octets(leg.dynamic.to_be_bytes().into()).text(),
            None => false,
        };
        let leg = call.live().find(named);
        let leg = leg.ok_or_else(|| refuse(OperationError::InvalidConnectionId))?;
        Ok(At {
            call: id,
            device: leg.device.clone(),
        })
    }
}
