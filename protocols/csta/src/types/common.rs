use crate::ber::{self, Phase, Tag};
use crate::error::DecodeError;
use crate::schema::{Hex, Node, Octets, Rest, Schema, Unknown, choice, enumeration, flags, sequence};
use crate::xml;

/// A part of a message that this crate hands on as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opaque(pub Rest);

impl Node for Opaque {
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
        xml.children(|xml, _| xml.unknown(&mut self.0))
    }

    fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
        xml.element(name, |xml| xml.rest(&self.0, xml.content_at()));
    }

    fn read_ber(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
        for inner in element.elements() {
            ber.keep(&mut self.0, &inner?)?;
        }
        Ok(())
    }

    fn write_ber(&self, ber: &mut ber::Writer, _phase: Phase, tag: Option<Tag>) {
        ber.constructed(tag.unwrap_or(Tag::SEQUENCE), |ber| self.0.write_ber(ber, ber.len()));
    }
}

impl Schema for Opaque {
    fn fits(tag: Tag, _phase: Phase) -> bool {
        tag == Tag::SEQUENCE
    }
}

/// An element that this crate hands on as it came, with its text and all that is in it: in XML only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept(pub Unknown);

impl Node for Kept {
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
        self.0 = xml.keep()?;
        Ok(())
    }

    fn write_xml(&self, xml: &mut xml::Writer, _name: &'static str) {
        xml.unknown(&self.0);
    }

    fn read_ber(&mut self, _element: &ber::Element<'_>, _ber: &mut ber::Reader) -> Result<(), DecodeError> {
        Ok(())
    }

    fn write_ber(&self, _ber: &mut ber::Writer, _phase: Phase, _tag: Option<Tag>) {}
}

impl Schema for Kept {
    fn fits(_tag: Tag, _phase: Phase) -> bool {
        false
    }
}

sequence! {
    /// What a vendor adds to a message (ECMA-269, 12.2.7).
    CommonArguments {
        /// Who vouches for the message.
        security: Option<SecurityData> = "security".context(0);
        /// The vendor's own data.
        private_data: PrivateDataList = "privateData".context(1);
    }
    /// When a message was sent, and which it is (ECMA-269, 12.2.15).
    SecurityData {
        /// Its number among those that were sent.
        message_sequence_number: Option<i64> = "messageSequenceNumber".context(0);
        /// When.
        time_stamp: Option<String> = "timeStamp".xml();
    }
    /// The names of a call that outlive a transfer (ECMA-269, 12.2.4).
    CallLinkageData {
        /// That of the call.
        global_call_data: Option<GlobalCallData> = "globalCallData";
        /// That of its thread: calls that follow from one another.
        thread_data: Option<ThreadData> = "threadData";
    }
    /// The names of a call as it is and as it was (ECMA-269, 12.2.5).
    CallLinkageDataList {
        /// As it is.
        new_call_linkage_data: Option<CallLinkageData> = "newCallLinkageData";
        /// As it was.
        old_call_linkage_data: Option<CallLinkageData> = "oldCallLinkageData";
    }
    /// The name of a call that outlives a transfer.
    GlobalCallData {
        /// The part of the network that gave it.
        global_call_switching_sub_domain_name: Option<String> = "globalCallSwitchingSubDomainName";
        /// The name.
        global_call_linkage_id: Option<GlobalCallLinkageId> = "globalCallLinkageID";
        /// When it was given.
        call_linkage_id_timestamp: Option<String> = "callLinkageIDTimestamp".xml();
    }
    /// The name of a thread.
    ThreadData {
        /// The part of the network that gave it.
        thread_switching_sub_domain_name: Option<String> = "threadSwitchingSubDomainName";
        /// The name.
        thread_linkage_id: Option<ThreadLinkageId> = "threadLinkageID";
        /// When it was given.
        thread_id_time_stamp: Option<String> = "threadIDTimeStamp".xml();
    }
}

choice! {
    /// The name of a call that outlives a transfer: opaque.
    GlobalCallLinkageId {
        /// Unique in its part of the network.
        SubDomain(Octets) = "subDomainCallLinkageID".context(0);
        /// Unique everywhere.
        GloballyUnique(Octets) = "globallyUniqueCallLinkageID".context(1);
    }
    /// The name of a thread: opaque.
    ThreadLinkageId {
        /// Unique in its part of the network.
        SubDomain(Octets) = "subDomainThreadID".context(0);
        /// Unique everywhere.
        GloballyUnique(Octets) = "globallyUniqueThreadID".context(1);
    }
}

/// Octets of an application or a user: within `string` in XML, an `OCTET STRING` in BER; or something of a vendor's own.
macro_rules! carried {
    ($($(#[$meta:meta])* $name:ident = $tag:expr;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name {
            /// The octets.
            pub data: Hex,
            /// In XML, what stood there instead, `private`, or besides.
            pub rest: Rest,
        }

        impl From<Hex> for $name {
            fn from(data: Hex) -> Self {
                $name {
                    data,
                    rest: Rest::default(),
                }
            }
        }

        impl Node for $name {
            fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
                xml.children(|xml, name| match name {
                    "string" => self.data.read_xml(xml),
                    _ => xml.unknown(&mut self.rest),
                })
            }

            fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
                xml.element(name, |xml| {
                    // One or the other (ECMA-323, `CorrelatorData`).
                    if self.rest.0.is_empty() || !self.data.0.is_empty() {
                        self.data.write_xml(xml, "string");
                    }
                    xml.rest(&self.rest, xml.content_at());
                });
            }

            fn read_ber(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
                // `[APPLICATION 29] EXPLICIT`, or a tag in place of the own one: an octet string in one part is like it.
                self.data.read_ber(element, ber)
            }

            #[cfg(test)]
            fn fill(&mut self, chance: &mut crate::schema::Chance) -> bool {
                self.data.fill(chance)
            }

            fn write_ber(&self, ber: &mut ber::Writer, phase: Phase, tag: Option<Tag>) {
                self.data.write_ber(ber, phase, tag);
            }
        }

        impl Schema for $name {
            fn fits(tag: Tag, _phase: Phase) -> bool {
                tag == $tag
            }
        }
    )*};
}

carried! {
    /// What an application attached to a call (ECMA-269, 12.2.6).
    CorrelatorData = Tag::OCTET_STRING;
    /// What a user sent along with a call (ECMA-269, 12.2.19).
    UserData = Tag::OCTET_STRING;
}

/// What a vendor sends of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrivateDataList(pub Rest);

impl Node for PrivateDataList {
    fn read_xml(&mut self, xml: &mut xml::Reader<'_>) -> Result<(), DecodeError> {
        xml.children(|xml, _| xml.unknown(&mut self.0))
    }

    fn write_xml(&self, xml: &mut xml::Writer, name: &'static str) {
        xml.element(name, |xml| xml.rest(&self.0, xml.content_at()));
    }

    fn read_ber(&mut self, element: &ber::Element<'_>, ber: &mut ber::Reader) -> Result<(), DecodeError> {
        for inner in element.elements() {
            ber.keep(&mut self.0, &inner?)?;
        }
        Ok(())
    }

    fn write_ber(&self, ber: &mut ber::Writer, _phase: Phase, tag: Option<Tag>) {
        ber.constructed(tag.unwrap_or(Tag::SEQUENCE), |ber| self.0.write_ber(ber, ber.len()));
    }

    fn is_absent(&self) -> bool {
        self.0.0.is_empty()
    }
}

impl Schema for PrivateDataList {
    fn fits(tag: Tag, _phase: Phase) -> bool {
        tag == Tag::SEQUENCE
    }
}

sequence! {
    /// What may be asked of a device now (ECMA-269, 12.2.21).
    ServicesPermitted {
        /// Services that change calls.
        call_control_services: Option<CallControlServices> = "callControlServices".bits();
        /// Services that add to calls.
        call_associated_services: Option<CallAssociatedServices> = "callAssociatedServices".bits();
        /// Services for the media of a call.
        media_attachment_services: Option<MediaAttachmentServices> = "mediaAttachementServices".bits();
        /// Services that say where calls go.
        routeing_services: Option<RouteingServices> = "routeingServices".bits();
        /// Services of a voice unit.
        voice_services: Option<VoiceServices> = "voiceServices".bits();
    }
    /// The media of a call (ECMA-269, 12.2.12).
    MediaCallCharacteristics {
        /// Of what sort they are.
        media_class: Option<MediaClass> = "mediaClass";
        /// How fast, in bits per second.
        connection_rate: Option<i64> = "connectionRate".context(0);
        /// Does the rate change?
        bit_rate: Option<BitRate> = "bitRate".context(1);
        /// What delay is borne, in milliseconds.
        delay_tolerance: Option<i64> = "delayTolerance".context(2);
        /// By what rules the next field is written.
        switching_sub_domain_ccie_type: Option<CcieType> = "switchingSubDomainCCIEType".context(3);
        /// What the network says of the media.
        switching_sub_domain_information_elements: Option<Hex> = "switchingSubDomainInformationElements";
    }
    /// The media of a connection (ECMA-269, 12.2.8).
    ConnectionInformation {
        /// Which way they flow.
        flow_direction: Option<FlowDirection> = "flowDirection";
        /// How many channels there are; missing: one.
        number_of_channels: Option<i64> = "numberOfChannels";
        /// The session that carries them.
        media_session_info: Option<String> = "mediaSessionInfo";
    }
}

enumeration! {
    /// Does the rate of media change?
    BitRate {
        Constant = 0 "constant",
        Variable = 1 "variable",
    }
    /// By what rules a network describes media.
    CcieType {
        Isdn = 0 "isdn",
        Atm = 1 "atm",
        IsoEthernet = 2 "isoEthernet",
        Rsvp = 3 "rsvp",
        OtherRules = 4 "other",
        Sip = 5 "sip",
    }
    /// Which way media flow, seen from the device.
    FlowDirection {
        Transmit = 0 "transmit",
        Receive = 1 "receive",
        TransmitAndReceive = 2 "transmitAndReceive",
        None = 3 "none",
    }
}

flags! {
    /// Services that change calls.
    CallControlServices {
        ACCEPT_CALL = 0 "acceptCall",
        ALTERNATE_CALL = 1 "alternateCall",
        ANSWER_CALL = 2 "answerCall",
        CALL_BACK = 3 "callBack",
        CALL_BACK_MESSAGE = 4 "callBackMessage",
        CAMP_ON_CALL = 5 "campOnCall",
        CLEAR_CALL = 6 "clearCall",
        CLEAR_CONNECTION = 7 "clearConnection",
        CONFERENCE_CALL = 8 "conferenceCall",
        CONSULTATION_CALL = 9 "consultationCall",
        DEFLECT_CALL = 10 "deflectCall",
        DIAL_DIGITS = 11 "dialDigits",
        DIRECTED_PICKUP_CALL = 12 "directedPickupCall",
        GROUP_PICKUP_CALL = 13 "groupPickupCall",
        HOLD_CALL = 14 "holdCall",
        INTRUDE_CALL = 15 "intrudeCall",
        JOIN_CALL = 16 "joinCall",
        MAKE_CALL = 17 "makeCall",
        MAKE_PREDICTIVE_CALL = 18 "makePredictiveCall",
        PARK_CALL = 19 "parkCall",
        RECONNECT_CALL = 20 "reconnectCall",
        RETRIEVE_CALL = 21 "retrieveCall",
        SEND_MESSAGE = 26 "sendMessage",
        SINGLE_STEP_CONFERENCE = 22 "singleStepConference",
        SINGLE_STEP_TRANSFER = 23 "singleStepTransfer",
        TRANSFER_CALL = 24 "transferCall",
        MAKE_CONNECTION = 25 "makeConnection",
    }
    /// Services that add to calls.
    CallAssociatedServices {
        ASSOCIATE_DATA = 0 "associateData",
        CANCEL_TELEPHONY_TONES = 1 "cancelTelephonyTones",
        GENERATE_DIGITS = 2 "generateDigits",
        GENERATE_TELEPHONY_TONES = 3 "generateTelephonyTones",
        SEND_USER_INFORMATION = 4 "sendUserInformation",
        CHANGE_CONNECTION_INFORMATION = 5 "changeConnectionInformation",
    }
    /// Services for the media of a call.
    MediaAttachmentServices {
        ATTACH_MEDIA_SERVICE = 0 "attachMediaService",
        DETACH_MEDIA_SERVICE = 1 "detachMediaService",
    }
    /// Services that say where calls go.
    RouteingServices {
        ROUTE_REGISTER = 0 "routeRegister",
        ROUTE_REGISTER_CANCEL = 1 "routeRegisterCancel",
        ROUTE_REGISTER_ABORT = 2 "routeRegisterAbort",
        RE_ROUTE = 3 "reRoute",
        ROUTE_END = 4 "routeEnd",
        ROUTE_REJECT = 5 "routeReject",
        ROUTE_REQUEST = 6 "routeRequest",
        ROUTE_SELECT = 7 "routeSelect",
        ROUTE_USED = 8 "routeUsed",
    }
    /// Services of a voice unit.
    VoiceServices {
        ACTIVATE = 12 "activate",
        CLEAR = 13 "clear",
        DEACTIVATE = 14 "deactivate",
        CONCATENATE_MESSAGE = 0 "concatenateMessage",
        DELETE_MESSAGE = 1 "deleteMessage",
        PLAY_MESSAGE = 2 "playMessage",
        QUERY_VOICE_ATTRIBUTE = 3 "queryVoiceAttribute",
        RECORD_MESSAGE = 4 "recordMessage",
        REPOSITION = 5 "reposition",
        RESUME = 6 "resume",
        REVIEW = 7 "review",
        SET_VOICE_ATTRIBUTE = 8 "setVoiceAttribute",
        STOP = 9 "stop",
        SUSPEND = 10 "suspend",
        SYNTHESIZE_MESSAGE = 11 "synthesizeMessage",
    }
    /// The sort of media.
    MediaClass {
        VOICE = 0 "voice",
        DATA = 1 "data",
        IMAGE = 2 "image",
        AUDIO = 4 "audio",
        OTHER = 3 "other",
        NOT_KNOWN = 5 "notKnown",
        CHAT = 6 "chat",
        EMAIL = 7 "email",
        MESSAGE = 8 "message",
        IM = 9 "im",
        SMS = 10 "sms",
        MMS = 11 "mms",
    }
    /// The sort of a call (ECMA-269, 12.2.3).
    CallCharacteristics {
        ACD_CALL = 0 "acdCall",
        LOW_PRIORITY_CALL = 11 "lowPriorityCall",
        PRIORITY_CALL = 1 "priorityCall",
        HIGH_PRIORITY_CALL = 12 "highPriorityCall",
        MAINTENANCE_CALL = 2 "maintainanceCall",
        DIRECT_AGENT = 3 "directAgent",
        ASSIST_CALL = 4 "assistCall",
        VOICE_UNIT_CALL = 5 "voiceUnitCall",
        PRIVATE_CALL = 6 "privateCall",
        PERSONAL_CALL = 7 "personalCall",
        SENSITIVE_CALL = 8 "sensitiveCall",
        CONFIDENTIAL_CALL = 9 "confidentialCall",
        ENCRYPTED_CALL = 10 "encryptedCall",
    }
}
