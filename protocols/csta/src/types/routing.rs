//! Calls whose way an application chooses.

use super::{
    CallCharacteristics, CallLinkageData, CommonArguments, ConnectionId, ConnectionInformation, CorrelatorData,
    DeviceHistory, DeviceId, ExtendedDeviceId, MediaCallCharacteristics, MediaClass, MessageInfo, UniversalFailure,
};
use crate::schema::{Octets, choice, enumeration, list, sequence};
use lineside_wire::Private;

sequence! {
    /// Route Register (ECMA-269, Route Register): an application says where calls go.
    RouteRegister {
        /// The device that asks; missing: every one.
        routeing_device: Option<DeviceId> = "routeingDevice";
        /// Only calls with these media.
        requested_routeing_media_class: Option<MediaClass> = "requestedRouteingMediaClass";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Route Register.
    RouteRegisterResponse {
        /// Names the registration.
        route_register_req_id: Octets = "routeRegisterReqID";
        /// The media of the calls that it is asked for.
        actual_routeing_media_class: Option<MediaClass> = "actualRouteingMediaClass";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Route Register Cancel (ECMA-269, Route Register Cancel).
    RouteRegisterCancel {
        /// The registration.
        route_register_req_id: Octets = "routeRegisterReqID";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Route Register Abort (ECMA-269, Route Register Abort): the switch ends a registration, and wants no answer.
    RouteRegisterAbort {
        /// The registration.
        route_register_req_id: Octets = "routeRegisterReqID";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Route Request (ECMA-269, Route Request): where is this call to go? The answer is Route Select.
    RouteRequest {
        /// Names the call in everything about its way.
        cross_ref_identifier: Octets = "crossRefIdentifier".tagged(24);
        /// The registration.
        route_register_req_id: Option<Octets> = "routeRegisterReqID".context(0).iii();
        /// Where it goes by itself.
        current_route: ExtendedDeviceId = "currentRoute".application(2);
        /// Who calls.
        calling_device: Option<ExtendedDeviceId> = "callingDevice".application(1);
        /// Where it is now.
        routeing_device: Option<ExtendedDeviceId> = "routeingDevice".application(3);
        /// Its connection there.
        routed_call: Option<ConnectionId> = "routedCall";
        /// How a way is to be chosen.
        route_sel_algorithm: Option<SelectValue> = "routeSelAlgorithm".context(1).iii();
        /// The trunk by which the caller came, or who calls behind it.
        associated_calling_device: Option<ExtendedDeviceId> = "associatedCallingDevice".application(5).iii();
        /// The trunk by which the called party is reached, or the number that was dialled.
        associated_called_device: Option<ExtendedDeviceId> = "associatedCalledDevice".application(6).iii();
        /// Is it urgent?
        priority: Option<bool> = "priority".context(2).iii();
        /// For how long the switch waits, in milliseconds.
        reply_timeout: Option<i64> = "replyTimeout".context(3).iii();
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(4).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(5).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(6).iii();
        /// The media of the connection.
        route_call_info: Option<ConnectionInformation> = "routeCallInfo".context(7).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(8).iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(9).iii();
        /// The message that it carries.
        message_info: Option<MessageInfo> = "messageInfo".context(10).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(11).iii();
        /// Where it was before.
        device_history: Option<DeviceHistory> = "deviceHistory".context(12).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Route Select (ECMA-269, Route Select): where a call is to go.
    RouteSelect {
        /// Names the call in everything about its way.
        cross_ref_identifier: Octets = "crossRefIdentifier".tagged(24);
        /// The registration.
        route_register_req_id: Option<Octets> = "routeRegisterReqID".context(0).iii();
        /// Where.
        route_selected: DeviceId = "routeSelected".explicit(1);
        /// Where else, if it cannot go there.
        alternate_routes: Option<DeviceIdList> = "alternateRoutes".context(2).iii();
        /// How often the switch may ask again.
        remain_retries: Option<RetryValue> = "remainRetries".explicit(3).iii();
        /// Is the switch to say where it went?
        route_used_req: Option<bool> = "routeUsedReq".context(4).iii();
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(5).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Re-Route (ECMA-269, Re-Route): the switch asks for another way.
    ReRoute {
        /// Names the call in everything about its way.
        cross_ref_identifier: Octets = "crossRefIdentifier".tagged(24);
        /// The registration.
        route_register_req_id: Option<Octets> = "routeRegisterReqID".context(0).iii();
        /// For how long the switch waits, in milliseconds.
        reply_timeout: Option<i64> = "replyTimeout".context(1).iii();
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(2).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(3).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Route Used (ECMA-269, Route Used): where a call went.
    RouteUsed {
        /// Names the call in everything about its way.
        cross_ref_identifier: Octets = "crossRefIdentifier".tagged(24);
        /// The registration.
        route_register_req_id: Option<Octets> = "routeRegisterReqID".context(0).iii();
        /// Where.
        route_used: ExtendedDeviceId = "routeUsed".application(2);
        /// Who calls.
        calling_device: Option<ExtendedDeviceId> = "callingDevice".application(1);
        /// Did it leave the part of the network that the switch knows?
        domain: Option<bool> = "domain";
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(1).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(2).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Route End (ECMA-269, Route End): nobody asks about this call any more.
    RouteEnd {
        /// Names the call in everything about its way.
        cross_ref_identifier: Octets = "crossRefIdentifier".tagged(24);
        /// The registration.
        route_register_req_id: Option<Octets> = "routeRegisterReqID".context(0).iii();
        /// Why, where something went wrong.
        error_value: Option<UniversalFailure> = "errorValue".explicit(1).iii();
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(2).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Route Reject (ECMA-269, Route Reject): an application sends a call back.
    RouteReject {
        /// Names the call in everything about its way.
        cross_ref_identifier: Octets = "crossRefIdentifier".tagged(24);
        /// The registration.
        route_register_req_id: Option<Octets> = "routeRegisterReqID".context(0).iii();
        /// Why.
        reject_cause: Option<RejectCause> = "rejectCause".context(1).iii();
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(2).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
}

choice! {
    /// How often a switch may ask again.
    RetryValue {
        /// There is no list of ways.
        NoListAvailable(bool) = "noListAvailable".context(0);
        /// Nobody knows.
        NoCountAvailable(bool) = "noCountAvailable".context(1);
        /// So often.
        RetryCount(i64) = "retryCount".context(2);
    }
}

list! {
    /// Devices.
    DeviceIdList of DeviceId = "deviceID";
}

enumeration! {
    /// How a way is to be chosen.
    SelectValue {
        Normal = 0 "normal",
        LeastCost = 1 "leastCost",
        Emergency = 2 "emergency",
        Acd = 3 "aCD",
        UserDefined = 4 "userDefined",
    }
    /// Why a call is sent back.
    RejectCause {
        BusyOverflow = 1 "busyOverflow",
        QueueTimeOverflow = 2 "queueTimeOverflow",
        CapacityOverflow = 3 "capacityOverflow",
        CalendarOverflow = 4 "calendarOverflow",
        UnknownOverflow = 5 "unknownOverflow",
    }
}
