use super::DeviceId;
use crate::ber::{self, Phase, Tag};
use crate::error::DecodeError;
#[cfg(test)]
use crate::schema::Chance;
use crate::schema::{Node, Schema, bounded};
use crate::xml;

/// Where a call is deflected to. Up to edition 3 of ECMA-323 it is one device, later a list of them, and either is refused by a switch
/// that expects the other: which it is, is written as it is said here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewDestination {
    /// One device.
    Device(DeviceId),
    /// One device or more, all of which are called.
    List(Vec<DeviceId>),
}

impl NewDestination {
    /// The devices.
    #[must_use]
    pub fn devices(&self) -> &[DeviceId] {
        match self {
            NewDestination::Device(device) => std::slice::from_ref(device),
            NewDestination::List(devices) => devices,
        }
    }
}

impl Default for NewDestination {
    fn default() -> Self {
        NewDestination::List(Vec::new())
    }
}

impl From<DeviceId> for NewDestination {
    fn from(device: DeviceId) -> Self {
        NewDestination::Device(device)
    }
}

impl Node for NewDestination {
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
        let (mut alone, mut devices) = (DeviceId::default(), Vec::new());
        alone.read_attributes(xml);
        let text = xml.mixed(|xml, name| {
            if name != "device" {
                return xml.stray();
            }
            bounded(devices.len())?;
            xml.nth(devices.len());
            let mut device = DeviceId::default();
            device.read_xml(xml)?;
            devices.push(device);
            Ok(())
        })?;
        *self = if devices.is_empty() {
            *alone.text = text.trim().to_owned();
            NewDestination::Device(alone)
        } else {
            NewDestination::List(devices)
        };
        Ok(())
    }

    fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
        match self {
            NewDestination::Device(device) => device.write_xml(xml, name),
            NewDestination::List(devices) => xml.element(name, |xml| {
                for device in devices {
                    device.write_xml(xml, "device");
                }
            }),
        }
    }

    fn read_ber(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
        let mut device = DeviceId::default();
        device.read_ber(element, ber)?;
        *self = NewDestination::Device(device);
        Ok(())
    }

    #[cfg(test)]
    fn fill(&mut self, chance: &mut Chance) -> bool {
        let mut device = DeviceId::default();
        device.fill(chance);
        *self = NewDestination::Device(device);
        true
    }

    /// The first device, and behind it the list of the others (`addNewDestinationsList`).
    fn write_ber(&self, ber: &mut ber::Writer, phase: Phase, tag: Option<Tag>) {
        let mut devices = self.devices().iter();
        if let Some(first) = devices.next() {
            first.write_ber(ber, phase, tag);
        }
        if devices.len() > 0 && phase == Phase::III {
            ber.constructed(Tag::SEQUENCE, |ber| {
                devices.for_each(|device| device.write_ber(ber, phase, None))
            });
        }
    }
}

impl Schema for NewDestination {
    const REQUIRED: bool = true;

    fn fits(tag: Tag, phase: Phase) -> bool {
        DeviceId::fits(tag, phase)
    }
}
