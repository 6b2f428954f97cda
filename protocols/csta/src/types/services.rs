use super::{CommonArguments, ConnectionId, CstaObject, DeviceId};
use crate::ber::{self, Phase, Tag};
use crate::error::DecodeError;
use crate::schema::{Node, Octets, Schema, choice, enumeration, sequence};
use crate::xml;

/// The answer of a service that has nothing to say but that it was done: `NULL` in BER.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acknowledgement {
    /// What the vendor adds.
    pub extensions: Option<CommonArguments>,
}

impl Node for Acknowledgement {
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
        xml.children(|xml, name| match name {
            "extensions" => self.extensions.read_xml(xml),
            _ => xml.skip(),
        })
    }

    fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
        xml.element(name, |xml| self.extensions.write_xml(xml, "extensions"));
    }

    fn read_ber(&mut self, element: &ber::Element<'_>, phase: Phase) -> Result<(), DecodeError> {
        match element.tag == Tag::application(30) {
            true => self.extensions.read_ber(element, phase),
            false => Ok(()),
        }
    }

    fn write_ber(&self, ber: &mut ber::Writer, phase: Phase, _tag: Option<Tag>) {
        match &self.extensions {
            Some(extensions) => extensions.write_ber(ber, phase, Some(Tag::application(30))),
            None => ber.primitive(Tag::NULL, &[]),
        }
    }
}

impl Schema for Acknowledgement {
    fn fits(tag: Tag, _phase: Phase) -> bool {
        tag == Tag::NULL || tag == Tag::application(30)
    }
}

sequence! {
    /// Make Call (ECMA-269, 17.1.14).
    MakeCall {
        /// Who calls.
        calling_device: DeviceId = "callingDevice";
        /// What is dialled.
        called_directory_number: DeviceId = "calledDirectoryNumber";
    }
    /// The answer to Make Call.
    MakeCallResponse {
        /// The connection of who calls.
        calling_device: ConnectionId = "callingDevice";
    }
    /// Monitor Start (ECMA-269, 15.1.2).
    MonitorStart {
        /// What is to be monitored.
        monitor_object: CstaObject = "monitorObject";
    }
    /// The answer to Monitor Start.
    MonitorStartResponse {
        /// Names the monitor in everything that is told by it.
        monitor_cross_ref_id: Octets = "monitorCrossRefID".tagged(21);
    }
    /// Monitor Stop (ECMA-269, 15.1.3). A switch asks for it, too, of a monitor that it ends.
    MonitorStop {
        /// The monitor.
        monitor_cross_ref_id: Octets = "monitorCrossRefID".tagged(21);
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// System Status (ECMA-269, 14.2.5): the switch tells how it is, and wants an answer.
    SystemStatus {
        /// How it is.
        system_status: SystemStatusValue = "systemStatus";
    }
}

enumeration! {
    /// How a switch is (ECMA-269, 12.2.24).
    SystemStatusValue {
        Initializing = 0 "initializing",
        Enabled = 1 "enabled",
        Normal = 2 "normal",
        MessagesLost = 3 "messagesLost",
        Disabled = 4 "disabled",
        OverloadImminent = 5 "overloadImminent",
        OverloadReached = 6 "overloadReached",
        OverloadRelieved = 7 "overloadRelieved",
        PartiallyDisabled = 8 "partiallyDisabled",
    }
}

choice! {
    /// Why a service was not done (ECMA-269, 12.2.16; `CSTAErrorCode` in ECMA-323).
    UniversalFailure {
        /// What was asked for is wrong.
        Operation(OperationError) = "operation".explicit(0);
    }
}

enumeration! {
    /// What was asked for is wrong.
    OperationError {
        Generic = 1 "generic",
        InvalidDeviceId = 12 "invalidDeviceID",
    }
}
