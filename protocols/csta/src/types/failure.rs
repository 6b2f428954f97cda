use super::{
    OperationError, PerformanceError, PrivateDataError, SecurityError, StateError, SubscribedResourceError,
    SystemResourceError,
};
use crate::ber::{self, Phase, Tag};
use crate::error::DecodeError;
use crate::schema::{Node, Schema, Unknown};
use crate::xml;
use std::fmt;

/// A line is `Variant(Type) = "nameInEcma323", tag in Phase III, tag in Phases I and II;`. Phase III has its tag around that of the
/// enumeration, the older ones have it in place of that.
macro_rules! failures {
    ($($(#[$doc:meta])* $variant:ident($type:ty) = $xml:literal, $iii:literal, $ii:tt;)*) => {
        /// Why a service was not done (ECMA-269, 12.2.16; `CSTAErrorCode` in ECMA-323).
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub enum UniversalFailure {
            $($(#[$doc])* $variant($type),)*
            /// For a reason of the vendor's own: XML only.
            PrivateErrorCode(String),
            /// For a reason that is not told.
            #[default]
            Unspecified,
            /// For a reason that this crate does not know.
            Other(Unknown),
            /// By an error that is none of CSTA (BER only, X.880).
            Code {
                /// Its code; `None`: a global one, which stands in front of the parameter.
                code: Option<i64>,
                /// What it says, as it came; empty where it says nothing.
                parameter: Unknown,
            },
        }

        impl UniversalFailure {
            /// The sort of reason, by its name in ECMA-323; of one that is not known, that of the element.
            #[must_use]
            pub fn category(&self) -> &str {
                match self {
                    $(UniversalFailure::$variant(_) => $xml,)*
                    UniversalFailure::PrivateErrorCode(_) => "privateErrorCode",
                    UniversalFailure::Unspecified => "unspecified",
                    UniversalFailure::Other(Unknown::Xml { name, .. }) => name,
                    UniversalFailure::Other(Unknown::Ber(_) | Unknown::Within(_)) | UniversalFailure::Code { .. } => "unknown",
                }
            }

            /// The reason itself, by its name in ECMA-323, where there is more to tell than its sort.
            #[must_use]
            pub fn reason(&self) -> Option<&str> {
                match self {
                    $(UniversalFailure::$variant(reason) => Some(reason.as_str()),)*
                    UniversalFailure::PrivateErrorCode(reason) => Some(reason),
                    UniversalFailure::Unspecified | UniversalFailure::Other(_) | UniversalFailure::Code { .. } => None,
                }
            }

            /// `None`: it is not known, and is not read yet.
            fn from_xml(xml: &mut xml::Reader<'_>, name: &str) -> Result<Option<Self>, DecodeError> {
                Ok(Some(match name {
                    $($xml => UniversalFailure::$variant(<$type>::from_word(xml.text()?.trim())),)*
                    // As it would be spelled if it were not for the standard.
                    "systemResourceAvailability" => {
                        UniversalFailure::SystemResource(SystemResourceError::from_word(xml.text()?.trim()))
                    }
                    "privateErrorCode" => UniversalFailure::PrivateErrorCode(xml.text()?.trim().to_owned()),
                    "unspecified" => {
                        xml.empty()?;
                        UniversalFailure::Unspecified
                    }
                    _ => return Ok(None),
                }))
            }

            fn from_ber(element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<Self, DecodeError> {
                let phase = ber.phase;
                $(if Some(element.tag) == failures!(@tag phase, $iii, $ii) {
                    let number = match element.constructed {
                        true => ber.inner(element)?.integer()?,
                        false => element.integer()?,
                    };
                    return Ok(UniversalFailure::$variant(<$type>::from_number(number)));
                })*
                if Some(element.tag) == failures!(@tag phase, 7, 6) {
                    return Ok(UniversalFailure::Unspecified);
                }
                Ok(UniversalFailure::Other(Unknown::ber(element)))
            }

            /// The tag and the number; the number is missing where there is only `NULL`.
            fn in_ber(&self, phase: Phase) -> (Option<Tag>, Option<i64>) {
                match self {
                    $(UniversalFailure::$variant(reason) => (failures!(@tag phase, $iii, $ii), reason.number()),)*
                    _ => (failures!(@tag phase, 7, 6), None),
                }
            }
        }
    };
    (@tag $phase:ident, $iii:literal, _) => {
        ($phase == Phase::III).then_some(Tag::context($iii))
    };
    (@tag $phase:ident, $iii:literal, $ii:literal) => {
        Some(Tag::context(if $phase == Phase::III { $iii } else { $ii }))
    };
}

failures! {
    /// What was asked for is wrong.
    Operation(OperationError) = "operation", 0, 1;
    /// Who asks is not trusted.
    Security(SecurityError) = "security", 1, _;
    /// It cannot be done as things are now.
    StateIncompatibility(StateError) = "stateIncompatibility", 2, 2;
    /// The switch has not got what it takes. The standard spells it like this.
    SystemResource(SystemResourceError) = "systemResourceAvailibility", 3, 3;
    /// What was bought is used up.
    SubscribedResource(SubscribedResourceError) = "subscribedResourceAvailability", 4, 4;
    /// Too much is asked for at a time.
    PerformanceManagement(PerformanceError) = "performanceManagement", 5, 5;
    /// The vendor's data is wrong.
    PrivateData(PrivateDataError) = "privateData", 6, _;
}

impl UniversalFailure {
    /// The reason in the words of ECMA-323, for people: `systemResourceAvailibility: overallMonitorLimitExceeded`.
    #[must_use]
    pub fn native(&self) -> String {
        let reason = self.reason().filter(|reason| !reason.is_empty());
        match (reason, self) {
            (Some(reason), _) => format!("{}: {reason}", self.category()),
            (None, UniversalFailure::Code { code: Some(code), .. }) => format!("{}: error {code}", self.category()),
            (None, _) => self.category().to_owned(),
        }
    }
}

impl fmt::Display for UniversalFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.native())
    }
}

impl std::error::Error for UniversalFailure {}

impl Node for UniversalFailure {
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
        let (depth, mut is_known, mut other) = (xml.depth(), false, None);
        xml.children(|xml, name| {
            match Self::from_xml(xml, name)? {
                Some(reason) => {
                    is_known = true;
                    *self = reason;
                }
                None if other.is_none() => other = Some((xml.mark(), xml.keep()?)),
                None => xml.stray()?,
            }
            Ok(())
        })?;
        // One that is known is the reason, whatever stands beside it.
        match other {
            Some((mark, other)) if is_known => xml.astray(mark, depth, other),
            Some((_, other)) => *self = UniversalFailure::Other(other),
            None => {}
        }
        Ok(())
    }

    fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
        xml.element(name, |xml| match (self, self.reason()) {
            (UniversalFailure::Other(unknown), _) => xml.unknown(unknown),
            (_, Some(reason)) => xml.leaf(self.category(), reason),
            (_, None) => xml.element(self.category(), |_| {}),
        });
    }

    fn read_ber(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
        *self = Self::from_ber(element, ber)?;
        Ok(())
    }

    #[cfg(test)]
    fn fill(&mut self, chance: &mut crate::schema::Chance) -> bool {
        let mut reason = StateError::default();
        reason.fill(chance);
        *self = UniversalFailure::StateIncompatibility(reason);
        true
    }

    /// What a phase has no word for is unspecified in it.
    fn write_ber(&self, ber: &mut ber::Writer, phase: Phase, _tag: Option<Tag>) {
        let unspecified = Tag::context(if phase == Phase::III { 7 } else { 6 });
        match (self, self.in_ber(phase)) {
            (UniversalFailure::Other(Unknown::Ber(bytes)), _) if !bytes.is_empty() => ber.raw(bytes),
            (UniversalFailure::Code { parameter, .. }, _) => parameter.write_ber(ber),
            (_, (Some(tag), Some(number))) if phase == Phase::III => {
                ber.constructed(tag, |ber| ber.integer(Tag::ENUMERATED, number));
            }
            (_, (Some(tag), Some(number))) => ber.integer(tag, number),
            _ if phase == Phase::III => ber.constructed(unspecified, |ber| ber.primitive(Tag::NULL, &[])),
            _ => ber.primitive(unspecified, &[]),
        }
    }
}

impl Schema for UniversalFailure {
    const REQUIRED: bool = true;

    fn fits(tag: Tag, _phase: Phase) -> bool {
        tag.class == ber::Class::Context && tag.number <= 7
    }
}
