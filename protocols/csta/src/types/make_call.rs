//! Services that make a call.

use super::{
    AutoOriginate, CallCharacteristics, CallLinkageData, CommonArguments, ConnectionId, ConnectionInformation,
    ConsultOptions, CorrelatorData, DeviceId, EventCause, MediaCallCharacteristics, UserData,
};
use crate::schema::{Hex, enumeration, list, sequence};
use lineside_wire::Private;

sequence! {
    /// Make Call (ECMA-269, 17.1.14).
    MakeCall {
        /// Who calls.
        calling_device: DeviceId = "callingDevice";
        /// What is dialled.
        called_directory_number: DeviceId = "calledDirectoryNumber".older_application(2);
        /// The account that the call goes on.
        account_code: Option<Hex> = "accountCode".context(0).iii();
        /// What allows the call.
        auth_code: Option<Hex> = "authCode".context(1).iii();
        /// Is the device prompted first?
        auto_originate: Option<AutoOriginate> = "autoOriginate".context(3).iii();
        /// What an application attaches to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(2).iii();
        /// What a user sends with it.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(4).iii();
        /// The media of the connection of who calls.
        calling_connection_info: Option<ConnectionInformation> = "callingConnectionInfo".context(5).iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(6).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(7).iii();
        /// Why.
        reason: Option<EventCause> = "reason".context(8).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Make Call.
    MakeCallResponse {
        /// The connection of who calls.
        calling_device: ConnectionId = "callingDevice";
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(0).iii();
        /// The media of that connection.
        initiated_call_info: Option<ConnectionInformation> = "initiatedCallInfo".context(1).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(2).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Consultation Call (ECMA-269, Consultation Call): holds a call and makes another one.
    ConsultationCall {
        /// The connection that is to be held.
        existing_call: ConnectionId = "existingCall".context(0).older_own();
        /// What is dialled.
        consulted_device: DeviceId = "consultedDevice".explicit(1).older_application(2);
        /// The line is kept for the call that is held.
        connection_reservation: Option<bool> = "connectionReservation".context(2).iii();
        /// The account that the call goes on.
        account_code: Option<Hex> = "accountCode".context(3).iii();
        /// What allows the call.
        auth_code: Option<Hex> = "authCode".context(4).iii();
        /// What an application attaches to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(5).iii();
        /// What a user sends with it.
        user_data: Option<UserData> = "userData".explicit(6).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(7).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(8).iii();
        /// The media of the new connection.
        calling_connection_info: Option<ConnectionInformation> = "callingConnectionInfo".context(9).iii();
        /// What is to come of it.
        consult_options: Option<ConsultOptions> = "consultOptions".context(10).iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(11).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(12).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Consultation Call.
    ConsultationCallResponse {
        /// The connection of who asked for it in the new call.
        initiated_call: ConnectionId = "initiatedCall";
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(0).iii();
        /// The media of that connection.
        initiated_call_info: Option<ConnectionInformation> = "initiatedCallInfo".context(1).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(2).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Make Predictive Call (ECMA-269, Make Predictive Call): calls a device first, and connects it with another when it answers.
    MakePredictiveCall {
        /// On whose behalf.
        calling_device: DeviceId = "callingDevice";
        /// What is dialled.
        called_directory_number: DeviceId = "calledDirectoryNumber".older_application(2);
        /// What is done by what the network signals.
        signalling_detection: Option<SignallingDetection> = "signallingDetection".context(0).iii();
        /// What is done by who answers.
        destination_detection: Option<DestinationDetection> = "destinationDetection".context(1).iii();
        /// What is done if none of these is the case.
        default_action: Option<DetectionAction> = "defaultAction".context(2).iii();
        /// The account that the call goes on.
        account_code: Option<Hex> = "accountCode".context(3).iii();
        /// What allows the call.
        auth_code: Option<Hex> = "authCode".context(4).iii();
        /// Is the device prompted first?
        auto_originate: Option<AutoOriginate> = "autoOriginate".context(5).iii();
        /// For how long it may alert, in seconds.
        alert_time: Option<i64> = "alertTime".context(6).iii();
        /// What an application attaches to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(7).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(8).iii();
        /// What a user sends with it.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(9).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(10).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Make Predictive Call.
    MakePredictiveCallResponse {
        /// The new call.
        initiated_call: ConnectionId = "initiatedCall";
        /// The media of the connection.
        initiated_call_info: Option<ConnectionInformation> = "initiatedCallInfo".iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(1).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// What is done by what the network signals.
    SignallingDetection {
        /// When.
        signalling_condition: SignallingCondition = "signallingCondition";
        /// What is done then.
        signalling_conditions_action: SignallingConditionsAction = "signallingConditionsAction";
    }
    /// What is done if somebody like this answers.
    DetectionItem {
        /// Who.
        destination_condition: DestinationCondition = "destinationCondition";
        /// What is done then.
        detection_action: DetectionAction = "detectionAction";
    }
}

list! {
    /// What is done by who answers.
    DestinationDetection of DetectionItem = "detectionItem";
}

enumeration! {
    /// What the network signals.
    SignallingCondition {
        CallDelivered = 0 "callDelivered",
        CallEstablished = 1 "callEstablished",
    }
    /// What is done by what the network signals.
    SignallingConditionsAction {
        /// Who answers is found out.
        DestinationDetection = 0 "destinationDetection",
        RemainConnected = 1 "remainConnected",
    }
    /// Who answers.
    DestinationCondition {
        HumanVoice = 0 "humanVoice",
        AnsweringMachine = 1 "answeringMachine",
        FacsimileMachine = 2 "facsimileMachine",
    }
    /// What is done by who answers.
    DetectionAction {
        ClearCalledConnection = 0 "clearCalledConnection",
        RemainConnected = 1 "remainConnected",
    }
}
