//! Events of what belongs to a call.

use super::{
    CallCharacteristics, CallLinkageDataList, ChargingInfo, CommonArguments, ConnectionId, ConnectionInformation,
    CorrelatorData, DeviceId, EventCause, ExtendedDeviceId, LocalConnectionState, MediaCallCharacteristics,
    ServicesPermitted, UserData,
};
use crate::schema::{Hex, Octets, enumeration, list, sequence};
use lineside_wire::Private;

sequence! {
    /// Something about a call is known now that was not before (ECMA-269, Call Information): mostly who calls.
    CallInformationEvent {
        /// The connection.
        connection: ConnectionId = "connection";
        /// The device.
        device: ExtendedDeviceId = "device".application(3);
        /// Who calls.
        calling_device: Option<ExtendedDeviceId> = "callingDevice".application(1);
        /// The account that the call goes on.
        account_info: Option<Hex> = "accountInfo".context(0).iii();
        /// What allowed the call.
        auth_code: Option<Hex> = "authCode".context(1).iii();
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(2).iii();
        /// What may be asked of the device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(3).iii();
        /// What a user sent with the call.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// What the call came to.
        call_qualifying_data: Option<Hex> = "callQualifyingData".context(4).iii();
        /// The media of the connection.
        connection_info: Option<ConnectionInformation> = "connectionInfo".iii();
        /// The names of the call as it is and as it was.
        call_linkage_data_list: Option<CallLinkageDataList> = "callLinkageDataList".context(5).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(6).iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(7).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(8).iii();
        /// What is told of the device.
        device_info: Option<DeviceId> = "deviceInfo".context(9).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// What a call costs (ECMA-269, Charging).
    ChargingEvent {
        /// The connection.
        connection: ConnectionId = "connection";
        /// Who pays.
        charged_device: DeviceId = "chargedDevice";
        /// What it cost.
        charging_info: ChargingInfo = "chargingInfo";
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// Tones were sent in a call (ECMA-269, Digits Generated).
    DigitsGeneratedEvent {
        /// The connection.
        connection: ConnectionId = "connection";
        /// The digits.
        digit_generated_list: Private<String> = "digitGeneratedList";
        /// How long each was, in milliseconds.
        digit_duration_list: Option<DigitDurations> = "digitDurationList".context(0).iii();
        /// How long each pause was, in milliseconds.
        pause_duration_list: Option<PauseDurations> = "pauseDurationList".context(1).iii();
        /// The media of the connection.
        connection_info: Option<ConnectionInformation> = "connectionInfo".iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A tone was sent in a call (ECMA-269, Telephony Tones Generated).
    TelephonyTonesGeneratedEvent {
        /// The connection.
        connection: ConnectionId = "connection";
        /// Which.
        tone_generated: Option<TelephonyTone> = "toneGenerated";
        /// Its frequency, in hertz.
        tone_frequency: Option<i64> = "toneFrequency".context(0).iii();
        /// How long it was, in milliseconds.
        tone_duration: Option<i64> = "toneDuration".context(1).iii();
        /// How long the pause was, in milliseconds.
        pause_duration: Option<i64> = "pauseDuration".context(2).iii();
        /// The media of the connection.
        connection_info: Option<ConnectionInformation> = "connectionInfo".iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A service that seemed to be done was not (ECMA-269, Service Completion Failure).
    ServiceCompletionFailureEvent {
        /// The call that it was asked for.
        primary_call: FailedCall = "primaryCall";
        /// The other one.
        secondary_call: Option<FailedCall> = "secondaryCall".context(0).iii();
        /// The other devices of the first.
        other_devs_primary_call_list: Option<OtherPrimaryCalls> = "otherDevsPrimaryCallList".context(1).iii();
        /// The other devices of the second.
        other_devs_secondary_call_list: Option<OtherSecondaryCalls> = "otherDevsSecondaryCallList".context(2).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(3).iii();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A connection of a call for which a service was not done.
    FailedCall {
        /// The device.
        device_id: DeviceId = "deviceID";
        /// Its connection.
        connection_id: ConnectionId = "connectionID";
        /// How that is.
        local_connection_state: Option<LocalConnectionState> = "localConnectionState";
        /// The media of the connection.
        connection_info: Option<ConnectionInformation> = "connectionInfo".iii();
    }
    /// A media service came into a call (ECMA-269, Media Attached).
    MediaAttachedEvent {
        /// Its connection.
        media_connection: ConnectionId = "mediaConnection";
        /// Its device.
        media_device: ExtendedDeviceId = "mediaDevice".application(3);
        /// Of what sort it is.
        media_service_type: Option<String> = "mediaServiceType".xml();
        /// Of which version.
        media_service_version: Option<i64> = "mediaServiceVersion";
        /// Which it is.
        media_service_instance_id: Option<Octets> = "mediaServiceInstanceID".context(0).iii();
        /// Which stream.
        media_stream_id: Option<Octets> = "mediaStreamID".context(1).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(2).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".iii();
        /// The state of the connection of the monitored device behind the event; call monitors do not tell it.
        local_connection_info: Option<LocalConnectionState> = "localConnectionInfo";
        /// The media of the connection.
        media_connection_info: Option<ConnectionInformation> = "mediaConnectionInfo".context(3).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A media service left a call (ECMA-269, Media Detached).
    MediaDetachedEvent {
        /// Its connection.
        media_connection: ConnectionId = "mediaConnection";
        /// Its device.
        media_device: ExtendedDeviceId = "mediaDevice".application(3);
        /// Of what sort it is.
        media_service_type: Option<String> = "mediaServiceType".xml();
        /// Of which version.
        media_service_version: Option<i64> = "mediaServiceVersion";
        /// Which it is.
        media_service_instance_id: Option<Octets> = "mediaServiceInstanceID".context(0).iii();
        /// Which stream.
        media_stream_id: Option<Octets> = "mediaStreamID".context(1).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(2).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".iii();
        /// The state of the connection of the monitored device behind the event; call monitors do not tell it.
        local_connection_info: Option<LocalConnectionState> = "localConnectionInfo";
        /// The media of the connection.
        media_connection_info: Option<ConnectionInformation> = "mediaConnectionInfo".context(3).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
}

list! {
    /// How long each digit was, in milliseconds.
    DigitDurations of i64 = "digitDuration";
    /// How long each pause was, in milliseconds.
    PauseDurations of i64 = "pauseDuration";
    /// The other devices of the call that a service was asked for.
    OtherPrimaryCalls of FailedCall = "otherDevsPrimaryCall";
    /// The other devices of the other call.
    OtherSecondaryCalls of FailedCall = "otherDevsSecondaryCall";
}

enumeration! {
    /// A tone of a switch. The switch's own ones, `switchSpec0` to `switchSpec100`, are `Other` here.
    TelephonyTone {
        Beep = 0 "beep",
        Billing = 1 "billing",
        Busy = 2 "busy",
        Carrier = 3 "carrier",
        Confirmation = 4 "confirmation",
        Dial = 5 "dial",
        FaxCNG = 6 "faxCNG",
        Hold = 7 "hold",
        Howler = 8 "howler",
        Intrusion = 9 "intrusion",
        ModemCNG = 10 "modemCNG",
        Park = 11 "park",
        RecordWarning = 12 "recordWarning",
        Reorder = 13 "reorder",
        Ringback = 14 "ringback",
        Silence = 15 "silence",
        SitVC = 16 "sitVC",
        SitIC = 17 "sitIC",
        SitRO = 18 "sitRO",
        SitNC = 19 "sitNC",
    }
}
