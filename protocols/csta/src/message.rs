//! What is sent in one piece, and the tables of what there is to send.

use crate::schema::{Node, Octets, Rest, Unknown};
use crate::types::*;

/// Ties a response to its request. In XML four digits of the header, `9999` on events (ECMA-323, annex J.2); in BER any integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InvokeId(pub i64);

/// One message, in whatever encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A service is asked for.
    Request {
        /// To be repeated in the answer.
        id: InvokeId,
        /// What is asked for.
        request: Request,
    },
    /// It was done.
    Response {
        /// That of the request.
        id: InvokeId,
        /// What came of it.
        response: Response,
    },
    /// It was not done.
    Error {
        /// That of the request.
        id: InvokeId,
        /// Why.
        error: UniversalFailure,
        /// What else the peer sent there, as it came.
        rest: Rest,
    },
    /// What was sent is no message that the peer understands: BER only (X.880, Reject).
    Reject {
        /// That of what was sent, where the peer could read it.
        id: Option<InvokeId>,
        /// Why.
        problem: RejectProblem,
    },
    /// Something happened.
    Event(EventReport),
    /// An association begins or ends: BER only.
    Association(crate::ber::Acse),
}

/// Why a message was rejected (X.880, 9.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectProblem {
    /// It is no message at all: 0 unrecognized, 1 mistyped, 2 badly structured.
    General(i64),
    /// It asks for something wrongly: 0 duplicate, 1 unrecognized operation, 2 mistyped argument, 3 resource limitation, 4 releasing.
    Invoke(i64),
    /// It is a wrong result: 0 unrecognized invocation, 1 unexpected, 2 mistyped.
    ReturnResult(i64),
    /// It is a wrong error: 0 unrecognized invocation, 1 unexpected, 2 unrecognized, 3 unexpected error, 4 mistyped.
    ReturnError(i64),
}

/// One table for all services: `Variant(Request) -> Response = "NameInEcma323", operation code in Phase III, the same in I and II;`. A
/// missing code (`_`) says that BER does not have it; in Phases I and II some have one that they share with others (`ber::older`). Behind `!` is an answer that says no in an element of its own (ECMA-354).
macro_rules! services {
    (@code _) => { None };
    (@code $code:literal) => { Some($code) };
    (
        $($variant:ident($request:ident) -> $response:ident = $xml:literal, $iii:tt, $ii:tt;)*
        $(!$refused:ident($refusal:ident) = $refused_xml:literal;)*
    ) => {
        /// A service that is asked for, in the words of ECMA-269.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Request {
            $(#[doc = concat!("`", $xml, "`.")] $variant(Box<$request>),)*
            /// A service that this crate does not know.
            Other {
                /// Its operation code, in BER.
                code: Option<i64>,
                /// It, as it came.
                content: Unknown,
            },
        }

        /// What came of a service.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Response {
            $(#[doc = concat!("Of `", $xml, "`.")] $variant(Box<$response>),)*
            $(#[doc = concat!("`", $refused_xml, "Response`.")] $refused(Box<$refusal>),)*
            /// Done, without a word of what (BER only).
            Void,
            /// Of a service that this crate does not know.
            Other {
                /// Its operation code, in BER.
                code: Option<i64>,
                /// It, as it came.
                content: Unknown,
            },
        }

        /// The name in ECMA-323, and the operation codes in Phase III and before.
        pub(crate) const SERVICES: &[(&str, Option<i64>, Option<i64>)] =
            &[$(($xml, services!(@code $iii), services!(@code $ii))),*];

        impl Request {
            /// Its name in ECMA-323; of one that is not known, where it came in XML.
            #[must_use]
            pub fn name(&self) -> &str {
                match self {
                    $(Request::$variant(_) => $xml,)*
                    Request::Other { content: Unknown::Xml { name, .. }, .. } => name,
                    Request::Other { .. } => "",
                }
            }

            /// Its element in ECMA-323.
            pub(crate) const fn element(&self) -> Option<&'static str> {
                match self {
                    $(Request::$variant(_) => Some($xml),)*
                    Request::Other { .. } => None,
                }
            }

            /// A request called `name` with nothing in it yet.
            pub(crate) fn named(name: &str) -> Option<Self> {
                match name {
                    $($xml => Some(Request::$variant(Box::default())),)*
                    _ => None,
                }
            }

            pub(crate) fn node_mut(&mut self) -> Option<&mut dyn Node> {
                match self {
                    $(Request::$variant(request) => Some(&mut **request),)*
                    Request::Other { .. } => None,
                }
            }

            pub(crate) fn node(&self) -> Option<&dyn Node> {
                match self {
                    $(Request::$variant(request) => Some(&**request),)*
                    Request::Other { .. } => None,
                }
            }
        }

        impl Response {
            /// The name of the service in ECMA-323; of one that is not known, that of the element, where it came in XML.
            #[must_use]
            pub fn name(&self) -> &str {
                match self {
                    $(Response::$variant(_) => $xml,)*
                    $(Response::$refused(_) => $refused_xml,)*
                    Response::Other { content: Unknown::Xml { name, .. }, .. } => name,
                    Response::Other { .. } | Response::Void => "",
                }
            }

            /// Its element in ECMA-323, and in ECMA-354 for the services of a session.
            pub(crate) fn element(&self) -> Option<&'static str> {
                match self {
                    $(Response::$variant(_) if $xml.contains("ApplicationSession") => Some(concat!($xml, "PosResponse")),
                    Response::$variant(_) => Some(concat!($xml, "Response")),)*
                    $(Response::$refused(_) => Some(concat!($refused_xml, "Response")),)*
                    Response::Void | Response::Other { .. } => None,
                }
            }

            /// A response to the service called `name` with nothing in it yet.
            pub(crate) fn named(name: &str) -> Option<Self> {
                match name {
                    $($xml => Some(Response::$variant(Box::default())),)*
                    $($refused_xml => Some(Response::$refused(Box::default())),)*
                    _ => None,
                }
            }

            pub(crate) fn node_mut(&mut self) -> Option<&mut dyn Node> {
                match self {
                    $(Response::$variant(response) => Some(&mut **response),)*
                    $(Response::$refused(response) => Some(&mut **response),)*
                    Response::Void | Response::Other { .. } => None,
                }
            }

            pub(crate) fn node(&self) -> Option<&dyn Node> {
                match self {
                    $(Response::$variant(response) => Some(&**response),)*
                    $(Response::$refused(response) => Some(&**response),)*
                    Response::Void | Response::Other { .. } => None,
                }
            }
        }
    };
}

services! {
    // Call control (ECMA-269, clause 17).
    AcceptCall(AcceptCall) -> Acknowledgement = "AcceptCall", 214, _;
    AlternateCall(AlternateCall) -> Acknowledgement = "AlternateCall", 1, 1;
    AnswerCall(AnswerCall) -> Acknowledgement = "AnswerCall", 2, 2;
    CallBack(CallBack) -> CallBackResponse = "CallBack", 215, _;
    ClearCall(ClearCall) -> Acknowledgement = "ClearCall", 4, 4;
    ClearConnection(ClearConnection) -> Acknowledgement = "ClearConnection", 5, 5;
    ConferenceCall(ConferenceCall) -> ConferenceCallResponse = "ConferenceCall", 6, 6;
    ConsultationCall(ConsultationCall) -> ConsultationCallResponse = "ConsultationCall", 7, 7;
    DeflectCall(DeflectCall) -> Acknowledgement = "DeflectCall", 218, _;
    DialDigits(DialDigits) -> Acknowledgement = "DialDigits", 219, _;
    DirectedPickupCall(DirectedPickupCall) -> DirectedPickupCallResponse = "DirectedPickupCall", 220, _;
    GroupPickupCall(GroupPickupCall) -> GroupPickupCallResponse = "GroupPickupCall", 221, _;
    HoldCall(HoldCall) -> Acknowledgement = "HoldCall", 9, 9;
    IntrudeCall(IntrudeCall) -> IntrudeCallResponse = "IntrudeCall", 222, _;
    JoinCall(JoinCall) -> JoinCallResponse = "JoinCall", 223, _;
    MakeCall(MakeCall) -> MakeCallResponse = "MakeCall", 10, 10;
    MakePredictiveCall(MakePredictiveCall) -> MakePredictiveCallResponse = "MakePredictiveCall", 11, 11;
    ParkCall(ParkCall) -> ParkCallResponse = "ParkCall", 18, _;
    ReconnectCall(ReconnectCall) -> Acknowledgement = "ReconnectCall", 13, 13;
    RetrieveCall(RetrieveCall) -> Acknowledgement = "RetrieveCall", 14, 14;
    SingleStepConferenceCall(SingleStepConferenceCall) -> SingleStepConferenceCallResponse = "SingleStepConferenceCall", 20, _;
    SingleStepTransferCall(SingleStepTransferCall) -> SingleStepTransferCallResponse = "SingleStepTransferCall", 50, _;
    TransferCall(TransferCall) -> TransferCallResponse = "TransferCall", 16, 16;
    // What belongs to a call.
    AssociateData(AssociateData) -> Acknowledgement = "AssociateData", 230, _;
    GenerateDigits(GenerateDigits) -> Acknowledgement = "GenerateDigits", 232, _;
    SendUserInformation(SendUserInformation) -> Acknowledgement = "SendUserInformation", 234, _;
    // Monitoring and snapshot.
    MonitorStart(MonitorStart) -> MonitorStartResponse = "MonitorStart", 71, 71;
    ChangeMonitorFilter(ChangeMonitorFilter) -> ChangeMonitorFilterResponse = "ChangeMonitorFilter", 72, 72;
    MonitorStop(MonitorStop) -> Acknowledgement = "MonitorStop", 73, 73;
    SnapshotDevice(SnapshotDevice) -> SnapshotDeviceResponse = "SnapshotDevice", 74, 74;
    SnapshotCall(SnapshotCall) -> SnapshotCallResponse = "SnapshotCall", 75, 75;
    SnapshotCallData(SnapshotCallData) -> Acknowledgement = "SnapshotCallData", 76, _;
    SnapshotDeviceData(SnapshotDeviceData) -> Acknowledgement = "SnapshotDeviceData", 77, _;
    // The switch itself.
    SystemRegister(SystemRegister) -> SystemRegisterResponse = "SystemRegister", 207, _;
    SystemRegisterAbort(SystemRegisterAbort) -> Acknowledgement = "SystemRegisterAbort", 208, _;
    SystemRegisterCancel(SystemRegisterCancel) -> Acknowledgement = "SystemRegisterCancel", 209, _;
    RequestSystemStatus(RequestSystemStatus) -> RequestSystemStatusResponse = "RequestSystemStatus", 210, _;
    SystemStatus(SystemStatus) -> Acknowledgement = "SystemStatus", 211, 52;
    ChangeSysStatFilter(ChangeSysStatFilter) -> ChangeSysStatFilterResponse = "ChangeSysStatFilter", _, _;
    SwFunctionCapsChanged(SwFunctionCapsChanged) -> Acknowledgement = "SwFunctionCapsChanged", 212, _;
    SwFunctionDevicesChanged(SwFunctionDevicesChanged) -> Acknowledgement = "SwFunctionDevicesChanged", 213, _;
    // What there is, and what it can do.
    GetLogicalDeviceInformation(GetLogicalDeviceInformation) -> GetLogicalDeviceInformationResponse =
        "GetLogicalDeviceInformation", 201, _;
    GetPhysicalDeviceInformation(GetPhysicalDeviceInformation) -> GetPhysicalDeviceInformationResponse =
        "GetPhysicalDeviceInformation", 202, _;
    GetSwitchingFunctionCaps(GetSwitchingFunctionCaps) -> GetSwitchingFunctionCapsResponse =
        "GetSwitchingFunctionCaps", 203, _;
    GetSwitchingFunctionDevices(GetSwitchingFunctionDevices) -> GetSwitchingFunctionDevicesResponse =
        "GetSwitchingFunctionDevices", 204, _;
    SwitchingFunctionDevices(SwitchingFunctionDevices) -> Acknowledgement = "SwitchingFunctionDevices", 205, _;
    GetCstaFeatures(GetCstaFeatures) -> GetCstaFeaturesResponse = "GetCSTAFeatures", _, _;
    // Devices, and who sits there.
    GetAgentState(GetAgentState) -> GetAgentStateResponse = "GetAgentState", 304, _;
    GetAutoWorkMode(GetAutoWorkMode) -> GetAutoWorkModeResponse = "GetAutoWorkMode", 306, _;
    GetDoNotDisturb(GetDoNotDisturb) -> GetDoNotDisturbResponse = "GetDoNotDisturb", 308, _;
    GetForwarding(GetForwarding) -> GetForwardingResponse = "GetForwarding", 309, _;
    SetAgentState(SetAgentState) -> SetAgentStateResponse = "SetAgentState", 312, _;
    SetAutoWorkMode(SetAutoWorkMode) -> Acknowledgement = "SetAutoWorkMode", 314, _;
    SetDoNotDisturb(SetDoNotDisturb) -> Acknowledgement = "SetDoNotDisturb", 316, _;
    SetForwarding(SetForwarding) -> Acknowledgement = "SetForwarding", 317, _;
    GetMessageWaitingIndicator(GetMessageWaitingIndicator) -> GetMessageWaitingIndicatorResponse =
        "GetMessageWaitingIndicator", 267, _;
    SetMessageWaitingIndicator(SetMessageWaitingIndicator) -> Acknowledgement = "SetMessageWaitingIndicator", 277, _;
    SetDisplay(SetDisplay) -> Acknowledgement = "SetDisplay", 274, _;
    // Routing.
    RouteRequest(RouteRequest) -> Acknowledgement = "RouteRequest", 31, 31;
    ReRoute(ReRoute) -> Acknowledgement = "ReRoute", 32, 32;
    RouteSelect(RouteSelect) -> Acknowledgement = "RouteSelect", 33, 33;
    RouteUsed(RouteUsed) -> Acknowledgement = "RouteUsed", 34, 34;
    RouteEnd(RouteEnd) -> Acknowledgement = "RouteEnd", 35, 35;
    RouteReject(RouteReject) -> Acknowledgement = "RouteReject", 36, _;
    RouteRegister(RouteRegister) -> RouteRegisterResponse = "RouteRegister", 248, _;
    RouteRegisterAbort(RouteRegisterAbort) -> Acknowledgement = "RouteRegisterAbort", 249, _;
    RouteRegisterCancel(RouteRegisterCancel) -> Acknowledgement = "RouteRegisterCancel", 250, _;
    // The vendor's own.
    Escape(Escape) -> Acknowledgement = "Escape", 51, 51;
    // Sessions (ECMA-354).
    StartApplicationSession(StartApplicationSession) -> StartApplicationSessionPosResponse = "StartApplicationSession", _, _;
    ResetApplicationSessionTimer(ResetApplicationSessionTimer) -> ResetApplicationSessionTimerPosResponse =
        "ResetApplicationSessionTimer", _, _;
    StopApplicationSession(StopApplicationSession) -> StopApplicationSessionPosResponse = "StopApplicationSession", _, _;
    ApplicationSessionTerminated(ApplicationSessionTerminated) -> Acknowledgement = "ApplicationSessionTerminated", _, _;
    !StartApplicationSessionRefused(StartApplicationSessionNegResponse) = "StartApplicationSessionNeg";
    !ResetApplicationSessionTimerRefused(ResetApplicationSessionTimerNegResponse) = "ResetApplicationSessionTimerNeg";
    !StopApplicationSessionRefused(StopApplicationSessionNegResponse) = "StopApplicationSessionNeg";
}

/// The groups of events, by their tag in Phase III (ECMA-285, event reports).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the groups of ECMA-269, clauses 17 to 25")]
pub enum Group {
    CallControl,
    CallAssociated,
    MediaAttachment,
    PhysicalDevice,
    LogicalDevice,
    Maintenance,
    VoiceUnit,
    VendorSpecific,
}

/// One table for all events: `Variant(Type) = "NameInEcma323", Group, tag in the group, type in Phase I;`. A missing type (`_`) says that
/// Phase I does not have it, nor Phase II, whose groups and tags follow from it.
macro_rules! events {
    (@code _) => { None };
    (@code $code:literal) => { Some($code) };
    ($($variant:ident($type:ident) = $xml:literal, $group:ident, $number:literal, $i:tt;)*) => {
        /// Something that happened, in the words of ECMA-269.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Event {
            $(#[doc = concat!("`", $xml, "`.")] $variant(Box<$type>),)*
            /// An event that this crate does not know.
            Other(Unknown),
        }

        /// The name in ECMA-323, the group and tag in Phase III, and the type in Phase I.
        pub(crate) const EVENTS: &[(&str, Group, u32, Option<i64>)] =
            &[$(($xml, Group::$group, $number, events!(@code $i))),*];

        impl Event {
            /// Its name in ECMA-323; of one that is not known, where it came in XML.
            #[must_use]
            pub fn name(&self) -> &str {
                match self {
                    $(Event::$variant(_) => $xml,)*
                    Event::Other(Unknown::Xml { name, .. }) => name,
                    Event::Other(Unknown::Ber(_) | Unknown::Within(_)) => "",
                }
            }

            /// Its element in ECMA-323.
            pub(crate) const fn element(&self) -> Option<&'static str> {
                match self {
                    $(Event::$variant(_) => Some($xml),)*
                    Event::Other(_) => None,
                }
            }

            /// An event called `name` with nothing in it yet.
            pub(crate) fn named(name: &str) -> Option<Self> {
                match name {
                    $($xml => Some(Event::$variant(Box::default())),)*
                    _ => None,
                }
            }

            pub(crate) fn node_mut(&mut self) -> Option<&mut dyn Node> {
                match self {
                    $(Event::$variant(event) => Some(&mut **event),)*
                    Event::Other(_) => None,
                }
            }

            pub(crate) fn node(&self) -> Option<&dyn Node> {
                match self {
                    $(Event::$variant(event) => Some(&**event),)*
                    Event::Other(_) => None,
                }
            }
        }
    };
}

events! {
    Bridged(BridgedEvent) = "BridgedEvent", CallControl, 0, _;
    CallCleared(CallClearedEvent) = "CallClearedEvent", CallControl, 1, 1;
    Conferenced(ConferencedEvent) = "ConferencedEvent", CallControl, 2, 2;
    ConnectionCleared(ConnectionClearedEvent) = "ConnectionClearedEvent", CallControl, 3, 3;
    Delivered(DeliveredEvent) = "DeliveredEvent", CallControl, 4, 4;
    DigitsDialed(DigitsDialedEvent) = "DigitsDialedEvent", CallControl, 5, _;
    Diverted(DivertedEvent) = "DivertedEvent", CallControl, 6, 5;
    Established(EstablishedEvent) = "EstablishedEvent", CallControl, 7, 6;
    Failed(FailedEvent) = "FailedEvent", CallControl, 8, 7;
    Held(HeldEvent) = "HeldEvent", CallControl, 9, 8;
    NetworkCapabilitiesChanged(NetworkCapabilitiesChangedEvent) = "NetworkCapabilitiesChangedEvent", CallControl, 10, _;
    NetworkReached(NetworkReachedEvent) = "NetworkReachedEvent", CallControl, 11, 9;
    Offered(OfferedEvent) = "OfferedEvent", CallControl, 12, _;
    Originated(OriginatedEvent) = "OriginatedEvent", CallControl, 13, 10;
    Queued(QueuedEvent) = "QueuedEvent", CallControl, 14, 11;
    Retrieved(RetrievedEvent) = "RetrievedEvent", CallControl, 15, 12;
    ServiceInitiated(ServiceInitiatedEvent) = "ServiceInitiatedEvent", CallControl, 16, 13;
    Transferred(TransferredEvent) = "TransferedEvent", CallControl, 17, 14;
    CallInformation(CallInformationEvent) = "CallInformationEvent", CallAssociated, 0, 101;
    Charging(ChargingEvent) = "ChargingEvent", CallAssociated, 1, _;
    DigitsGenerated(DigitsGeneratedEvent) = "DigitsGeneratedEvent", CallAssociated, 2, _;
    TelephonyTonesGenerated(TelephonyTonesGeneratedEvent) = "TelephonyTonesGeneratedEvent", CallAssociated, 3, _;
    ServiceCompletionFailure(ServiceCompletionFailureEvent) = "ServiceCompletionFailureEvent", CallAssociated, 4, _;
    MediaAttached(MediaAttachedEvent) = "MediaAttachedEvent", MediaAttachment, 0, _;
    MediaDetached(MediaDetachedEvent) = "MediaDetachedEvent", MediaAttachment, 1, _;
    ButtonInformation(ButtonInformationEvent) = "ButtonInformationEvent", PhysicalDevice, 0, _;
    ButtonPress(ButtonPressEvent) = "ButtonPressEvent", PhysicalDevice, 1, _;
    DisplayUpdated(DisplayUpdatedEvent) = "DisplayUpdatedEvent", PhysicalDevice, 2, _;
    Hookswitch(HookswitchEvent) = "HookswitchEvent", PhysicalDevice, 3, _;
    LampMode(LampModeEvent) = "LampModeEvent", PhysicalDevice, 4, _;
    MessageWaiting(MessageWaitingEvent) = "MessageWaitingEvent", PhysicalDevice, 5, 104;
    MicrophoneGain(MicrophoneGainEvent) = "MicrophoneGainEvent", PhysicalDevice, 6, _;
    MicrophoneMute(MicrophoneMuteEvent) = "MicrophoneMuteEvent", PhysicalDevice, 7, _;
    RingerStatus(RingerStatusEvent) = "RingerStatusEvent", PhysicalDevice, 8, _;
    SpeakerMute(SpeakerMuteEvent) = "SpeakerMuteEvent", PhysicalDevice, 9, _;
    SpeakerVolume(SpeakerVolumeEvent) = "SpeakerVolumeEvent", PhysicalDevice, 10, _;
    AgentBusy(AgentBusyEvent) = "AgentBusyEvent", LogicalDevice, 0, _;
    AgentLoggedOn(AgentLoggedOnEvent) = "AgentLoggedOnEvent", LogicalDevice, 1, 201;
    AgentLoggedOff(AgentLoggedOffEvent) = "AgentLoggedOffEvent", LogicalDevice, 2, 202;
    AgentNotReady(AgentNotReadyEvent) = "AgentNotReadyEvent", LogicalDevice, 3, 203;
    AgentReady(AgentReadyEvent) = "AgentReadyEvent", LogicalDevice, 4, 204;
    AgentWorkingAfterCall(AgentWorkingAfterCallEvent) = "AgentWorkingAfterCallEvent", LogicalDevice, 5, 205;
    AutoAnswer(AutoAnswerEvent) = "AutoAnswerEvent", LogicalDevice, 6, _;
    AutoWorkMode(AutoWorkModeEvent) = "AutoWorkModeEvent", LogicalDevice, 7, _;
    CallBack(CallBackEvent) = "CallBackEvent", LogicalDevice, 8, _;
    CallBackMessage(CallBackMessageEvent) = "CallBackMessageEvent", LogicalDevice, 9, _;
    CallerIdStatus(CallerIdStatusEvent) = "CallerIDStatusEvent", LogicalDevice, 10, _;
    DoNotDisturb(DoNotDisturbEvent) = "DoNotDisturbEvent", LogicalDevice, 11, 102;
    Forwarding(ForwardingEvent) = "ForwardingEvent", LogicalDevice, 12, 103;
    Routeing(RouteingEvent) = "RouteingEvent", LogicalDevice, 13, _;
    BackInService(BackInServiceEvent) = "BackInServiceEvent", Maintenance, 0, 301;
    DeviceCapsChanged(DeviceCapsChangedEvent) = "DeviceCapsChangedEvent", Maintenance, 1, _;
    OutOfService(OutOfServiceEvent) = "OutOfServiceEvent", Maintenance, 2, 302;
    PartiallyInService(PartiallyInServiceEvent) = "PartiallyInServiceEvent", Maintenance, 3, _;
    Private(PrivateEvent) = "PrivateEvent", VendorSpecific, 0, 401;
}

/// An event, and the monitor by which it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventReport {
    /// The monitor.
    pub monitor_cross_ref_id: Octets,
    /// What happened.
    pub event: Event,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn unique<T: Ord>(all: impl Iterator<Item = T> + Clone) -> bool {
        all.clone().count() == all.collect::<BTreeSet<T>>().len()
    }

    #[test]
    fn no_two_services_share_a_name_or_a_code() {
        assert!(unique(SERVICES.iter().map(|(name, ..)| name)));
        assert!(unique(SERVICES.iter().filter_map(|(_, code, _)| code.as_ref())));
        assert!(unique(SERVICES.iter().filter_map(|(_, _, code)| code.as_ref())));
    }

    #[test]
    fn no_two_events_share_a_name_or_a_tag() {
        assert!(unique(EVENTS.iter().map(|(name, ..)| name)));
        assert!(unique(EVENTS.iter().map(|(_, group, tag, _)| (group, tag))));
        assert!(unique(EVENTS.iter().filter_map(|(_, _, _, kind)| kind.as_ref())));
    }

    #[test]
    fn whatever_is_in_the_tables_is_found_by_its_name() {
        for (name, ..) in SERVICES {
            assert_eq!(Request::named(name).as_ref().map(Request::name), Some(*name));
            assert_eq!(Response::named(name).as_ref().map(Response::name), Some(*name));
        }
        for (name, ..) in EVENTS {
            assert_eq!(Event::named(name).as_ref().map(Event::name), Some(*name));
        }
    }
}
