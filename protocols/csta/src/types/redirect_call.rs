//! Services that send a call elsewhere.

use super::{
    CallCharacteristics, CallLinkageData, CallLinkageDataList, CommonArguments, ConnectionId, ConnectionInformation,
    ConnectionList, CorrelatorData, DeviceId, EventCause, NewDestination, UserData,
};
use crate::schema::{Hex, sequence};
use lineside_wire::Private;

sequence! {
    /// Deflect Call (ECMA-269, Deflect Call): sends a call on that alerts here.
    DeflectCall {
        /// The connection that alerts.
        call_to_be_diverted: ConnectionId = "callToBeDiverted";
        /// Where it is sent.
        new_destination: NewDestination = "newDestination".older_application(2);
        /// What an application attaches to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".iii();
        /// What a user sends with it.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(0).iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(1).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(2).iii();
        /// Why.
        reason: Option<EventCause> = "reason".context(3).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Directed Pickup Call (ECMA-269, Directed Pickup Call): answers here what alerts there.
    DirectedPickupCall {
        /// The connection that alerts.
        call_to_be_picked_up: ConnectionId = "callToBePickedUp";
        /// The device that answers.
        requesting_device: DeviceId = "requestingDevice";
        /// What an application attaches to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".iii();
        /// What a user sends with it.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Directed Pickup Call.
    DirectedPickupCallResponse {
        /// The connection of the device that answered.
        picked_call: Option<ConnectionId> = "pickedCall".iii();
        /// The media of that connection.
        picked_call_info: Option<ConnectionInformation> = "pickedCallInfo".iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(1).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Group Pickup Call (ECMA-269, Group Pickup Call): answers here what alerts in a group.
    GroupPickupCall {
        /// The device that answers.
        new_destination: DeviceId = "newDestination";
        /// The group; missing: that of the device.
        pick_group: Option<DeviceId> = "pickGroup".iii();
        /// What an application attaches to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".iii();
        /// What a user sends with it.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Group Pickup Call.
    GroupPickupCallResponse {
        /// The connection of the device that answered.
        picked_call: Option<ConnectionId> = "pickedCall".iii();
        /// The media of that connection.
        picked_call_info: Option<ConnectionInformation> = "pickedCallInfo".iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(1).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Park Call (ECMA-269, Park Call).
    ParkCall {
        /// The connection that parks.
        parking: ConnectionId = "parking";
        /// Where the call is parked.
        park_to: DeviceId = "parkTo";
        /// What an application attaches to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(0).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(1).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Park Call.
    ParkCallResponse {
        /// The connection of the place where the call is parked.
        parked_to: Option<ConnectionId> = "parkedTo".iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(1).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Single Step Transfer Call (ECMA-269, Single Step Transfer Call): sends a call on that is talking here.
    SingleStepTransferCall {
        /// The connection that leaves.
        active_call: ConnectionId = "activeCall";
        /// Where the call goes.
        transferred_to: DeviceId = "transferredTo";
        /// The account that the call goes on.
        account_code: Option<Hex> = "accountCode".context(0).iii();
        /// What allows the call.
        auth_code: Option<Hex> = "authCode".context(1).iii();
        /// What an application attaches to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(2).iii();
        /// What a user sends with it.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(3).iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(4).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(5).iii();
        /// Why.
        reason: Option<EventCause> = "reason".context(6).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Single Step Transfer Call.
    SingleStepTransferCallResponse {
        /// The call from now on.
        transferred_call: ConnectionId = "transferredCall";
        /// Every connection before and after it.
        connections: Option<ConnectionList> = "connections".context(0).older_own();
        /// The media of the call.
        transferred_call_info: Option<ConnectionInformation> = "transferredCallInfo".context(1).iii();
        /// The names of the call as it is and as it was.
        call_linkage_data_list: Option<CallLinkageDataList> = "callLinkageDataList".context(2).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Transfer Call (ECMA-269, Transfer Call): makes one of two calls, without the device that asks.
    TransferCall {
        /// The connection that is held.
        held_call: ConnectionId = "heldCall";
        /// The other one.
        active_call: ConnectionId = "activeCall";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Transfer Call.
    TransferCallResponse {
        /// The call from now on.
        transferred_call: ConnectionId = "transferredCall";
        /// Every connection before and after it.
        connections: Option<ConnectionList> = "connections".context(0).older_own();
        /// The media of the call.
        transferred_call_info: Option<ConnectionInformation> = "transferredCallInfo".context(1).iii();
        /// The names of the call as it is and as it was.
        call_linkage_data_list: Option<CallLinkageDataList> = "callLinkageDataList".context(2).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
}
