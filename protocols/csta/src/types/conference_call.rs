//! Services that bring several devices into a call.

use super::{
    AutoOriginate, CallLinkageDataList, CommonArguments, ConnectionId, ConnectionInformation, ConnectionList,
    CorrelatorData, DeviceId, ParticipationType, UserData,
};
use crate::schema::{Hex, sequence};
use lineside_wire::Private;

sequence! {
    /// Conference Call (ECMA-269, Conference Call): makes one of two calls.
    ConferenceCall {
        /// The connection that is held.
        held_call: ConnectionId = "heldCall";
        /// The other one.
        active_call: ConnectionId = "activeCall";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Conference Call.
    ConferenceCallResponse {
        /// The call from now on.
        conference_call: ConnectionId = "conferenceCall";
        /// Every connection before and after it.
        connections: Option<ConnectionList> = "connections".context(0).older_own();
        /// The media of the call.
        conference_call_info: Option<ConnectionInformation> = "conferenceCallInfo".context(1).iii();
        /// The names of the call as it is and as it was.
        call_linkage_data_list: Option<CallLinkageDataList> = "callLinkageDataList".context(2).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Intrude Call (ECMA-269, Intrude Call): comes into a call of a device that is busy.
    IntrudeCall {
        /// The connection of the device that comes in.
        intrude: ConnectionId = "intrude";
        /// How far the new device takes part.
        participation_type: Option<ParticipationType> = "participationType".iii();
        /// What a user sends with it.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Intrude Call.
    IntrudeCallResponse {
        /// The connection of the new device.
        conferenced_call: Option<ConnectionId> = "conferencedCall".iii();
        /// The media of that connection.
        conferenced_call_info: Option<ConnectionInformation> = "conferencedCallInfo".iii();
        /// The names of the call as it is and as it was.
        call_linkage_data_list: Option<CallLinkageDataList> = "callLinkageDataList".context(1).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Join Call (ECMA-269, Join Call): comes into a call.
    JoinCall {
        /// The call.
        active_call: ConnectionId = "activeCall";
        /// The device that comes in.
        joining_device: DeviceId = "joiningDevice";
        /// Is the device prompted first?
        auto_originate: Option<AutoOriginate> = "autoOriginate".context(0).iii();
        /// How far the new device takes part.
        participation_type: Option<ParticipationType> = "participationType".context(1).iii();
        /// The account that the call goes on.
        account_code: Option<Hex> = "accountCode".context(2).iii();
        /// What allows the call.
        auth_code: Option<Hex> = "authCode".context(3).iii();
        /// What an application attaches to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(4).iii();
        /// What a user sends with it.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Join Call.
    JoinCallResponse {
        /// The connection of the new device.
        conferenced_call: ConnectionId = "conferencedCall";
        /// The media of that connection.
        conferenced_call_info: Option<ConnectionInformation> = "conferencedCallInfo".iii();
        /// The names of the call as it is and as it was.
        call_linkage_data_list: Option<CallLinkageDataList> = "callLinkageDataList".context(1).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Single Step Conference Call (ECMA-269, Single Step Conference Call): brings a device into a call.
    SingleStepConferenceCall {
        /// The connection of a device in the call.
        active_call: ConnectionId = "activeCall";
        /// The device that comes in.
        device_to_join: DeviceId = "deviceToJoin";
        /// How far the new device takes part.
        participation_type: Option<ParticipationType> = "participationType".iii();
        /// The account that the call goes on.
        account_code: Option<Hex> = "accountCode".context(0).iii();
        /// What allows the call.
        auth_code: Option<Hex> = "authCode".context(1).iii();
        /// What an application attaches to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(2).iii();
        /// What a user sends with it.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(3).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(4).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Single Step Conference Call.
    SingleStepConferenceCallResponse {
        /// The connection of the new device.
        conferenced_call: ConnectionId = "conferencedCall";
        /// The media of that connection.
        conferenced_call_info: Option<ConnectionInformation> = "conferencedCallInfo".iii();
        /// The names of the call as it is and as it was.
        call_linkage_data_list: Option<CallLinkageDataList> = "callLinkageDataList".context(1).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
}
