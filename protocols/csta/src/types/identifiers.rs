use super::ConnectionInformation;
use crate::ber::{self, Phase, Tag};
use crate::error::DecodeError;
#[cfg(test)]
use crate::schema::Chance;
use crate::schema::{Node, Octets, Rest, Schema, choice, enumeration, sequence};
use crate::xml;
use lineside_wire::Private;

/// The sort of number that a device identifier is (ECMA-269, 12.3.11; ECMA-323, `DeviceID/@typeOfNumber`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TypeOfNumber {
    /// As dialled. The default.
    #[default]
    DialingNumber,
    /// A number of the switch's own, which nobody dials.
    DeviceNumber,
    /// Public, of a sort that is not told.
    ImplicitPublic,
    /// Public, of this sort.
    ExplicitPublic(PublicNumber),
    /// Private, of a sort that is not told.
    ImplicitPrivate,
    /// Private, of this sort.
    ExplicitPrivate(PrivateNumber),
    /// Something else: opaque.
    Other,
}

/// The sort of a public number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the words are those of ECMA-323")]
pub enum PublicNumber {
    Unknown,
    International,
    National,
    NetworkSpecific,
    Subscriber,
    Abbreviated,
}

/// The sort of a private number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the words are those of ECMA-323")]
pub enum PrivateNumber {
    Unknown,
    Level3Regional,
    Level2Regional,
    Level1Regional,
    PtnSpecific,
    Local,
    Abbreviated,
}

use PrivateNumber as In;
use PublicNumber as Out;

impl TypeOfNumber {
    /// Each with its name in ECMA-323, and its tags in BER: the outer one, and the one within that.
    const TABLE: &'static [(TypeOfNumber, &'static str, u32, Option<u32>)] = &[
        (TypeOfNumber::DialingNumber, "dialingNumber", 0, None),
        (TypeOfNumber::DeviceNumber, "deviceNumber", 1, None),
        (TypeOfNumber::ImplicitPublic, "implicitPublic", 2, None),
        (
            TypeOfNumber::ExplicitPublic(Out::Unknown),
            "explicitPublic:unknown",
            3,
            Some(0),
        ),
        (
            TypeOfNumber::ExplicitPublic(Out::International),
            "explicitPublic:international",
            3,
            Some(1),
        ),
        (
            TypeOfNumber::ExplicitPublic(Out::National),
            "explicitPublic:national",
            3,
            Some(2),
        ),
        (
            TypeOfNumber::ExplicitPublic(Out::NetworkSpecific),
            "explicitPublic:networkspecific",
            3,
            Some(3),
        ),
        (
            TypeOfNumber::ExplicitPublic(Out::Subscriber),
            "explicitPublic:subscriber",
            3,
            Some(4),
        ),
        (
            TypeOfNumber::ExplicitPublic(Out::Abbreviated),
            "explicitPublic:abbreviated",
            3,
            Some(5),
        ),
        (TypeOfNumber::ImplicitPrivate, "implicitPrivate", 4, None),
        (
            TypeOfNumber::ExplicitPrivate(In::Unknown),
            "explicitPrivate:unknown",
            5,
            Some(0),
        ),
        (
            TypeOfNumber::ExplicitPrivate(In::Level3Regional),
            "explicitPrivate:level3RegionalNumber",
            5,
            Some(1),
        ),
        (
            TypeOfNumber::ExplicitPrivate(In::Level2Regional),
            "explicitPrivate:level2RegionalNumber",
            5,
            Some(2),
        ),
        (
            TypeOfNumber::ExplicitPrivate(In::Level1Regional),
            "explicitPrivate:level1RegionalNumber",
            5,
            Some(3),
        ),
        (
            TypeOfNumber::ExplicitPrivate(In::PtnSpecific),
            "explicitPrivate:pTNSpecificNumber",
            5,
            Some(4),
        ),
        (
            TypeOfNumber::ExplicitPrivate(In::Local),
            "explicitPrivate:localNumber",
            5,
            Some(5),
        ),
        (
            TypeOfNumber::ExplicitPrivate(In::Abbreviated),
            "explicitPrivate:abbreviated",
            5,
            Some(6),
        ),
        (TypeOfNumber::Other, "other", 6, None),
    ];

    fn tags(self) -> (u32, Option<u32>) {
        let found = Self::TABLE.iter().find(|(kind, ..)| *kind == self);
        found.map_or((0, None), |(_, _, outer, inner)| (*outer, *inner))
    }
}

/// A device (ECMA-269, 12.3.11).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceId {
    /// What sort of number it is.
    pub type_of_number: TypeOfNumber,
    /// The number as the switch writes it; octets that are no text as Latin-1. Some switches write the Switching Function Representation
    /// (`N<2001>Smith`, ECMA-269, 12.3.11.3): [`DeviceId::number`] and [`DeviceId::name`] read it.
    pub text: Private<String>,
    /// In BER, what came besides.
    pub rest: Rest,
}

impl DeviceId {
    /// The device that is dialled by `number`.
    #[must_use]
    pub fn dialled(number: &str) -> Self {
        DeviceId {
            text: Private::new(number.to_owned()),
            ..DeviceId::default()
        }
    }

    /// The number in it.
    #[must_use]
    pub fn number(&self) -> &str {
        let text: &str = &self.text;
        let within = text.strip_prefix("N<").and_then(|rest| rest.split_once('>'));
        // A terminal of its user stands behind an exclamation mark (MiVoice Office 400).
        within.map_or(text, |(number, _)| {
            number.split_once('!').map_or(number, |(number, _)| number)
        })
    }

    /// The name behind the number.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        let (_, behind) = self.text.strip_prefix("N<")?.split_once('>')?;
        let name = behind.split_once(';').map_or(behind, |(name, _)| name);
        (!name.is_empty()).then_some(name)
    }

    fn choice_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<bool, DecodeError> {
        let kind = xml.attribute("typeOfNumber");
        let known = TypeOfNumber::TABLE
            .iter()
            .find(|(_, name, ..)| Some(*name) == kind.as_deref());
        self.type_of_number = known.map(|(kind, ..)| *kind).unwrap_or_default();
        *self.text = xml.text()?.trim().to_owned();
        Ok(kind.as_deref() == Some("dynamic"))
    }

    /// The number alone, which is all of it in Phases I and II.
    fn read_choice(&mut self, element: &ber::Element<'_>) -> Result<(), DecodeError> {
        let outer = element.tag.number;
        let (inner, content) = match outer {
            3 | 5 => {
                let inner = element.inner()?;
                (Some(inner.tag.number), inner)
            }
            _ => (None, *element),
        };
        let known = TypeOfNumber::TABLE
            .iter()
            .find(|(_, _, first, second)| (*first, *second) == (outer, inner));
        let Some((kind, ..)) = known else {
            return Err(DecodeError::malformed(format!("a device with the tag {outer}")));
        };
        self.type_of_number = *kind;
        *self.text = match kind {
            TypeOfNumber::DeviceNumber => content.integer()?.to_string(),
            _ => content.text()?,
        };
        Ok(())
    }

    fn write_choice(&self, ber: &mut ber::Writer) {
        let (outer, inner) = self.type_of_number.tags();
        let outer = Tag::context(outer);
        match inner {
            Some(inner) => ber.constructed(outer, |ber| ber.primitive(Tag::context(inner), self.text.as_bytes())),
            None => match (self.type_of_number, self.text.parse()) {
                (TypeOfNumber::DeviceNumber, Ok(number)) => ber.integer(outer, number),
                _ => ber.primitive(outer, self.text.as_bytes()),
            },
        }
    }
}

/// A sequence in Phase III, a choice of its first field in I and II.
impl Node for DeviceId {
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
        self.choice_xml(xml).map(|_| ())
    }

    fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
        if self.type_of_number != TypeOfNumber::default() {
            let known = TypeOfNumber::TABLE
                .iter()
                .find(|(kind, ..)| *kind == self.type_of_number);
            xml.attribute("typeOfNumber", known.map_or("other", |(_, name, ..)| name));
        }
        xml.leaf(name, &self.text);
    }

    fn read_ber(&mut self, element: &ber::Element<'_>, phase: Phase) -> Result<(), DecodeError> {
        let explicit = phase < Phase::III && matches!(element.tag.number, 3 | 5);
        if element.tag.class == ber::Class::Context && (explicit || !element.constructed) {
            return self.read_choice(element);
        }
        let mut elements = element.elements();
        match elements.next() {
            Some(choice) => self.read_choice(&choice?)?,
            None => return Err(DecodeError::malformed("a device without a number")),
        }
        for other in elements {
            self.rest.keep_ber(&other?);
        }
        Ok(())
    }

    #[cfg(test)]
    fn fill(&mut self, chance: &mut Chance) -> bool {
        let kind = chance.one_of(TypeOfNumber::TABLE);
        self.type_of_number = kind.map(|(kind, ..)| *kind).unwrap_or_default();
        *self.text = chance.digits();
        true
    }

    fn write_ber(&self, ber: &mut ber::Writer, phase: Phase, tag: Option<Tag>) {
        if phase < Phase::III {
            // A choice has no tag that another could stand in place of: it is put around.
            return match tag {
                Some(tag) => ber.constructed(tag, |ber| self.write_choice(ber)),
                None => self.write_choice(ber),
            };
        }
        ber.constructed(tag.unwrap_or(Tag::SEQUENCE), |ber| {
            self.write_choice(ber);
            self.rest.write_ber(ber);
        });
    }
}

impl Schema for DeviceId {
    const REQUIRED: bool = true;

    fn fits(tag: Tag, phase: Phase) -> bool {
        tag == Tag::SEQUENCE || phase < Phase::III && tag.class == ber::Class::Context && tag.number <= 6
    }
}

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
                        _ => {}
                    }
                    xml.skip()
                })
            }

            fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
                xml.element(name, |xml| match self {
                    $name::Device(device) => device.write_xml(xml, $device),
                    $($name::$variant => xml.element($xml, |_| {}),)*
                });
            }

            fn read_ber(&mut self, element: &ber::Element<'_>, phase: Phase) -> Result<(), DecodeError> {
                *self = match element.tag {
                    // What older phases say of a party beyond that it is not known says no more of who it is.
                    tag if phase < $since && tag.class == ber::Class::Context && tag.number > 7 => $name::NotKnown,
                    $(tag if tag == Tag::context($number) => $name::$variant,)*
                    tag if tag.class == ber::Class::Context && tag.number > 6 => $name::NotKnown,
                    _ => {
                        let mut device = DeviceId::default();
                        device.read_ber(element, phase)?;
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

    fn read_ber(&mut self, element: &ber::Element<'_>, phase: Phase) -> Result<(), DecodeError> {
        let dynamic = element.tag == Tag::context(3) && !element.constructed;
        *self = if dynamic {
            LocalDeviceId::Dynamic(Octets(element.octets()?.into()))
        } else {
            let mut device = DeviceId::default();
            device.read_ber(element, phase)?;
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
            // Phases I and II say of what sort it is elsewhere only: [2] is the call here.
            LocalDeviceId::Static(device) if phase < Phase::III => {
                ber.primitive(Tag::context(0), device.text.as_bytes())
            }
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
    const TAG: Tag = Tag::application(11);

    fn take(&mut self, element: &ber::Element<'_>, phase: Phase) -> Result<(), DecodeError> {
        if element.tag.class != ber::Class::Context {
            return Ok(());
        }
        match (phase, element.tag.number) {
            // Phases I and II: the call is [2], and the device stands beside it without a tag of its own.
            (Phase::I | Phase::II, 2) => self.call_id.read_ber(element, phase),
            (Phase::I | Phase::II, _) => self.device_id.read_ber(element, phase),
            (Phase::III, 0) => self.call_id.read_ber(element, phase),
            (Phase::III, 1) => self.device_id.read_ber(&element.inner()?, phase),
            (Phase::III, _) => Ok(()),
        }
    }
}

impl Node for ConnectionId {
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
        xml.children(|xml, name| match name {
            "callID" => self.call_id.read_xml(xml),
            "deviceID" => self.device_id.read_xml(xml),
            _ => xml.skip(),
        })
    }

    fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
        xml.element(name, |xml| {
            self.call_id.write_xml(xml, "callID");
            self.device_id.write_xml(xml, "deviceID");
        });
    }

    fn read_ber(&mut self, element: &ber::Element<'_>, phase: Phase) -> Result<(), DecodeError> {
        for element in element.elements() {
            let element = element?;
            if element.tag == Tag::SEQUENCE {
                for part in element.elements() {
                    self.take(&part?, phase)?;
                }
            } else {
                self.take(&element, phase)?;
            }
        }
        Ok(())
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
        associated_nid: Option<ConnectionEndpoint> = "associatedNID".explicit(3).iii();
        /// The media of the connection.
        resulting_connection_info: Option<ConnectionInformation> = "resultingConnectionInfo".iii();
    }
}
