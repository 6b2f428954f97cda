use super::DeviceId;
use crate::ber::{self, Phase, Tag};
use crate::error::DecodeError;
#[cfg(test)]
use crate::schema::Chance;
use crate::schema::{Node, Schema};
use crate::xml;

/// Macro for the two that say of a device only that it is not told; in phases before `since`, that is all they can say of it.
macro_rules! extended {
    ($($(#[$meta:meta])* $name:ident = $device:literal since $since:path { $($(#[$doc:meta])* $variant:ident = $number:literal $xml:literal,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub enum $name {
            /// This one.
            Device(DeviceId),
            $($(#[$doc])* $variant,)*
        }

        impl $name {
            /// The device, where it is told.
            #[must_use]
            pub const fn device(&self) -> Option<&DeviceId> {
                match self {
                    $name::Device(device) => Some(device),
                    _ => None,
                }
            }
        }

        impl From<DeviceId> for $name {
            fn from(device: DeviceId) -> Self {
                $name::Device(device)
            }
        }

        impl Node for $name {
            fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
                xml.children(|xml, name| {
                    match name {
                        $device => {
                            let mut device = DeviceId::default();
                            device.read_xml(xml)?;
                            *self = $name::Device(device);
                            return Ok(());
                        }
                        $($xml => *self = $name::$variant,)*
                        _ => return xml.stray(),
                    }
                    xml.empty()
                })
            }

            fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
                xml.element(name, |xml| match self {
                    $name::Device(device) => device.write_xml(xml, $device),
                    $($name::$variant => xml.element($xml, |_| {}),)*
                });
            }

            fn read_ber(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
                *self = match element.tag {
                    // What older phases say of a party beyond that it is not known says no more of who it is.
                    tag if ber.phase < $since && tag.class == ber::Class::Context && tag.number > 7 => $name::NotKnown,
                    $(tag if tag == Tag::context($number) => $name::$variant,)*
                    tag if tag.class == ber::Class::Context && tag.number > 6 => {
                        ber.stray(element)?;
                        $name::NotKnown
                    }
                    _ => {
                        let mut device = DeviceId::default();
                        device.read_ber(element, ber)?;
                        $name::Device(device)
                    }
                };
                Ok(())
            }

            #[cfg(test)]
            fn fill(&mut self, chance: &mut Chance) -> bool {
                let untold = chance.one_of(&[$($name::$variant),*]).cloned();
                *self = untold.filter(|_| chance.below(3) == 0).unwrap_or_else(|| {
                    let mut device = DeviceId::default();
                    device.fill(chance);
                    $name::Device(device)
                });
                true
            }

            fn write_ber(&self, ber: &mut ber::Writer, phase: Phase, tag: Option<Tag>) {
                let write = |ber: &mut ber::Writer| match self {
                    $name::Device(device) => device.write_ber(ber, phase, None),
                    _ if phase < $since => ber.primitive(Tag::context(7), &[]),
                    $($name::$variant => ber.primitive(Tag::context($number), &[]),)*
                };
                match tag {
                    Some(tag) => ber.constructed(tag, write),
                    None => write(ber),
                }
            }
        }

        impl Schema for $name {
            fn fits(tag: Tag, phase: Phase) -> bool {
                DeviceId::fits(tag, phase) || tag.class == ber::Class::Context && tag.number <= 10
            }
        }
    )*};
}

extended! {
    /// A party, where it is told (ECMA-269, 12.3.9, 12.3.10, 12.3.27). One that is missing counts as not known.
    ExtendedDeviceId = "deviceIdentifier" since Phase::III {
        /// The switch does not know it.
        #[default]
        NotKnown = 7 "notKnown",
        /// The party does not want it told. In Phases I and II the same number says that it is not required.
        Restricted = 8 "restricted",
    }
    /// Who sent the call on last, where it is told (ECMA-269, 12.3.24).
    RedirectionDeviceId = "numberDialed" since Phase::I {
        /// The switch does not know it.
        #[default]
        NotKnown = 7 "notKnown",
        /// Nobody did.
        NotRequired = 8 "notRequired",
        /// The switch does not say whether anybody did.
        NotSpecified = 9 "notSpecified",
        /// The party does not want it told.
        Restricted = 10 "restricted",
    }
}
