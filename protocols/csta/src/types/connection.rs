use super::{ConnectionInformation, DeviceId};
use crate::ber::{self, Phase, Tag};
use crate::error::DecodeError;
#[cfg(test)]
use crate::schema::Chance;
use crate::schema::{Node, Octets, Schema, choice, enumeration, sequence};
use crate::xml;

/// The device of a connection (ECMA-269, 12.3.8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LocalDeviceId {
    /// By its own identifier.
    Static(DeviceId),
    /// By one that is good for this connection only.
    Dynamic(Octets),
}

impl Default for LocalDeviceId {
    fn default() -> Self {
        LocalDeviceId::Static(DeviceId::default())
    }
}

impl Node for LocalDeviceId {
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
        let mut device = DeviceId::default();
        *self = match device.choice_xml(xml)? {
            true => LocalDeviceId::Dynamic(Octets::from(device.text.as_str())),
            false => LocalDeviceId::Static(device),
        };
        Ok(())
    }

    fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
        match self {
            LocalDeviceId::Static(device) => device.write_xml(xml, name),
            LocalDeviceId::Dynamic(octets) => {
                xml.attribute("typeOfNumber", "dynamic");
                octets.write_xml(xml, name);
            }
        }
    }

    fn read_ber(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
        let dynamic = element.tag == Tag::context(3) && !element.constructed;
        *self = if dynamic {
            LocalDeviceId::Dynamic(Octets(element.octets()?.into()))
        } else {
            let mut device = DeviceId::default();
            device.read_ber(element, ber)?;
            LocalDeviceId::Static(device)
        };
        Ok(())
    }

    #[cfg(test)]
    fn fill(&mut self, chance: &mut Chance) -> bool {
        let mut device = DeviceId::default();
        device.fill(chance);
        *self = match chance.below(2) {
            0 => LocalDeviceId::Dynamic(Octets::from(chance.digits().as_str())),
            _ => LocalDeviceId::Static(device),
        };
        true
    }

    fn write_ber(&self, ber: &mut ber::Writer, phase: Phase, _tag: Option<Tag>) {
        match self {
            LocalDeviceId::Static(device) => device.write_ber(ber, phase, None),
            LocalDeviceId::Dynamic(octets) => ber.primitive(Tag::context(3), &octets.0),
        }
    }
}

impl Schema for LocalDeviceId {
    fn fits(tag: Tag, phase: Phase) -> bool {
        DeviceId::fits(tag, phase) || tag == Tag::context(3)
    }
}

/// A connection, a call, or a device in a call (ECMA-269, 12.3.8). What a switch gave is given back to it as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectionId {
    /// The call.
    pub call_id: Option<Octets>,
    /// The device.
    pub device_id: Option<LocalDeviceId>,
}

impl ConnectionId {
    pub(super) const TAG: Tag = Tag::application(11);

    fn take(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
        if element.tag.class != ber::Class::Context {
            return ber.stray(element);
        }
        match (ber.phase, element.tag.number) {
            // Phases I and II: the call is [2] and comes first, and the device stands behind it without a tag of its own.
            (Phase::I | Phase::II, 2) if self.call_id.is_none() => self.call_id.read_ber(element, ber),
            (Phase::I | Phase::II, _) if LocalDeviceId::fits(element.tag, ber.phase) && self.device_id.is_none() => {
                self.device_id.read_ber(element, ber)
            }
            (Phase::III, 0) => self.call_id.read_ber(element, ber),
            (Phase::III, 1) => self.device_id.read_ber(&ber.inner(element)?, ber),
            _ => ber.stray(element),
        }
    }

    fn read_parts(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
        for element in element.elements() {
            let element = element?;
            match element.tag {
                Tag::SEQUENCE => ber.phase = Phase::III,
                tag if tag == Tag::context(2) && !element.constructed => ber.phase = ber.phase.min(Phase::II),
                _ => {}
            }
            if element.tag == Tag::SEQUENCE {
                for part in element.elements() {
                    self.take(&part?, ber)?;
                }
            } else {
                self.take(&element, ber)?;
            }
        }
        Ok(())
    }
}

impl Node for ConnectionId {
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
        xml.children(|xml, name| match name {
            "callID" => self.call_id.read_xml(xml),
            "deviceID" => self.device_id.read_xml(xml),
            _ => xml.stray(),
        })
    }

    fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
        xml.element(name, |xml| {
            self.call_id.write_xml(xml, "callID");
            self.device_id.write_xml(xml, "deviceID");
        });
    }

    /// Some layouts can be of one phase only, whichever is spoken: a call that is `[2]`, or a sequence around call and device.
    fn read_ber(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
        ber.in_phase(ber.phase, |ber| self.read_parts(element, ber))
    }

    #[cfg(test)]
    fn fill(&mut self, chance: &mut Chance) -> bool {
        let which = chance.below(3);
        self.call_id = (which != 1).then(|| Octets::from(chance.digits().as_str()));
        self.device_id = (which != 2).then(|| {
            let mut device = LocalDeviceId::default();
            device.fill(chance);
            device
        });
        true
    }

    fn write_ber(&self, ber: &mut ber::Writer, phase: Phase, tag: Option<Tag>) {
        let tag = tag.unwrap_or(Self::TAG);
        let call = |ber: &mut ber::Writer, number| self.call_id.write_ber(ber, phase, Some(Tag::context(number)));
        let device = |ber: &mut ber::Writer| {
            if let Some(device) = &self.device_id {
                ber.constructed(Tag::context(1), |ber| device.write_ber(ber, phase, None));
            }
        };
        ber.constructed(tag, |ber| match (phase, &self.call_id, &self.device_id) {
            (Phase::I | Phase::II, ..) => {
                call(ber, 2);
                self.device_id.write_ber(ber, phase, None);
            }
            (Phase::III, Some(_), Some(_)) => ber.constructed(Tag::SEQUENCE, |ber| {
                call(ber, 0);
                device(ber);
            }),
            (Phase::III, ..) => {
                call(ber, 0);
                device(ber);
            }
        });
    }
}

impl Schema for ConnectionId {
    const REQUIRED: bool = true;

    fn fits(tag: Tag, _phase: Phase) -> bool {
        tag == Self::TAG
    }
}

enumeration! {
    /// The state of a connection (ECMA-269, 12.3.5).
    LocalConnectionState application 14 {
        Null = 0 "null",
        Initiated = 1 "initiated",
        Alerting = 2 "alerting",
        Connected = 3 "connected",
        Hold = 4 "hold",
        Queued = 5 "queued",
        Fail = 6 "fail",
    }
}

choice! {
    /// The far device of a connection, where it is told.
    ConnectionEndpoint {
        /// This one.
        Device(DeviceId) = "deviceID";
        /// The switch does not know it.
        NotKnown(()) = "notKnown";
        /// The party does not want it told.
        Restricted(()) = "restricted".explicit(1);
    }
    /// The trunk of a connection, where it is told.
    AssociatedNid {
        /// This one.
        Device(DeviceId) = "deviceID";
        /// The switch does not know it.
        NotKnown(()) = "notKnown";
    }
    /// A device or a call that is to be monitored.
    CstaObject {
        /// A device.
        Device(DeviceId) = "deviceObject";
        /// A call, or a device in it.
        Call(ConnectionId) = "callObject";
    }
}

sequence! {
    /// One connection before and after a transfer or conference (ECMA-269, 12.3.7).
    ConnectionListItem {
        /// The connection from now on; missing for the device that left.
        new_connection: Option<ConnectionId> = "newConnection".explicit(0);
        /// The connection until now, where it was told of.
        old_connection: Option<ConnectionId> = "oldConnection".explicit(1);
        /// The far device.
        endpoint: Option<ConnectionEndpoint> = "endpoint".explicit(2).iii();
        /// The trunk by which the far device is reached, where it is not of this switch.
        associated_nid: Option<AssociatedNid> = "associatedNID".explicit(3).iii();
        /// The media of the connection.
        resulting_connection_info: Option<ConnectionInformation> = "resultingConnectionInfo".iii();
    }
}
