//! Events of calls that few switches send.

use super::{
    CallCharacteristics, CallLinkageData, CommonArguments, ConnectionId, ConnectionInformation, CorrelatorData,
    DeviceHistory, DeviceId, EventCause, ExtendedDeviceId, LocalConnectionState, MediaCallCharacteristics, MessageInfo,
    NetworkCapability, Opaque, RedirectionDeviceId, ServicesPermitted, UserData,
};
use crate::schema::{enumeration, sequence};
use lineside_wire::Private;

sequence! {
    /// A call is offered to a device before it alerts there (ECMA-269, Offered).
    OfferedEvent {
        /// The connection that it is offered to.
        offered_connection: ConnectionId = "offeredConnection";
        /// The device.
        offered_device: ExtendedDeviceId = "offeredDevice".application(3);
        /// Who calls.
        calling_device: ExtendedDeviceId = "callingDevice".application(1);
        /// Who was called first.
        called_device: ExtendedDeviceId = "calledDevice".application(2);
        /// Who sent the call on last.
        last_redirection_device: RedirectionDeviceId = "lastRedirectionDevice".application(4);
        /// The connection of the network device by which the caller came.
        originating_nid_connection: Option<ConnectionId> = "originatingNIDConnection".iii();
        /// The state of the connection of the monitored device behind the event; call monitors do not tell it.
        local_connection_info: Option<LocalConnectionState> = "localConnectionInfo";
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".iii();
        /// What a user sent with the call.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What may be asked of the device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(0).iii();
        /// Who calls, as the network tells it.
        network_calling_device: Option<ExtendedDeviceId> = "networkCallingDevice".application(7).iii();
        /// Who was called, as the network tells it.
        network_called_device: Option<ExtendedDeviceId> = "networkCalledDevice".application(8).iii();
        /// The trunk by which the caller came, or who calls behind it.
        associated_calling_device: Option<ExtendedDeviceId> = "associatedCallingDevice".application(5).iii();
        /// The trunk by which the called party is reached, or the number that was dialled.
        associated_called_device: Option<ExtendedDeviceId> = "associatedCalledDevice".application(6).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(1).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(2).iii();
        /// The media of the connection.
        offered_connection_info: Option<ConnectionInformation> = "offeredConnectionInfo".context(3).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(4).iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(5).iii();
        /// The message that it carries.
        message_info: Option<MessageInfo> = "messageInfo".context(6).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(7).iii();
        /// Where it was before.
        device_history: Option<DeviceHistory> = "deviceHistory".context(8).iii();
        /// Where the caller is.
        location_info_list: Option<Opaque> = "locationInfoList".context(9).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// A device with an appearance of another one can come into its call (ECMA-269, Bridged).
    BridgedEvent {
        /// The connection of the appearance.
        bridged_connection: ConnectionId = "bridgedConnection";
        /// The appearance.
        bridged_appearance: ExtendedDeviceId = "bridgedAppearance".application(3);
        /// The state of the connection of the monitored device behind the event; call monitors do not tell it.
        local_connection_info: Option<LocalConnectionState> = "localConnectionInfo";
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(0).iii();
        /// What a user sent with the call.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What may be asked of the device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(1).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(2).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(3).iii();
        /// The media of the connection.
        bridged_connection_info: Option<ConnectionInformation> = "bridgedConnectionInfo".context(4).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(5).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(6).iii();
        /// Where the caller is.
        location_info_list: Option<Opaque> = "locationInfoList".context(7).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// A part of a number was dialled (ECMA-269, Digits Dialed).
    DigitsDialedEvent {
        /// The connection that dials.
        dialing_connection: ConnectionId = "dialingConnection";
        /// The device.
        dialing_device: ExtendedDeviceId = "dialingDevice".application(3);
        /// What was dialled.
        dialing_sequence: DeviceId = "dialingSequence";
        /// The state of the connection of the monitored device behind the event; call monitors do not tell it.
        local_connection_info: Option<LocalConnectionState> = "localConnectionInfo";
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(0).iii();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What may be asked of the device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(1).iii();
        /// Who calls, as the network tells it.
        network_calling_device: Option<ExtendedDeviceId> = "networkCallingDevice".application(7).iii();
        /// Who was called, as the network tells it.
        network_called_device: Option<ExtendedDeviceId> = "networkCalledDevice".application(8).iii();
        /// The trunk by which the caller came, or who calls behind it.
        associated_calling_device: Option<ExtendedDeviceId> = "associatedCallingDevice".application(5).iii();
        /// The trunk by which the called party is reached, or the number that was dialled.
        associated_called_device: Option<ExtendedDeviceId> = "associatedCalledDevice".application(6).iii();
        /// The media of the connection.
        dialing_connection_info: Option<ConnectionInformation> = "dialingConnectionInfo".context(2).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(3).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(4).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(5).iii();
        /// Where the caller is.
        location_info_list: Option<Opaque> = "locationInfoList".context(6).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// A call came into another network (ECMA-269, Network Capabilities Changed).
    NetworkCapabilitiesChangedEvent {
        /// The connection that leaves the switch.
        outbound_connection: ConnectionId = "outboundConnection";
        /// The trunk.
        network_interface_used: ExtendedDeviceId = "networkInterfaceUsed".application(3);
        /// Who was called first.
        called_device: ExtendedDeviceId = "calledDevice".application(2);
        /// What the network says of it.
        progress_indicator: Option<ProgressIndicator> = "progressIndicator".iii();
        /// The state of the connection of the monitored device behind the event; call monitors do not tell it.
        local_connection_info: Option<LocalConnectionState> = "localConnectionInfo";
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".iii();
        /// What a user sent with the call.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// What the network will tell of the call.
        network_capability: Option<NetworkCapability> = "networkCapability".context(0).iii();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What may be asked of the device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(1).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(2).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(3).iii();
        /// The media of the connection.
        outbound_connection_info: Option<ConnectionInformation> = "outboundConnectionInfo".context(4).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(5).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(6).iii();
        /// Where the caller is.
        location_info_list: Option<Opaque> = "locationInfoList".context(7).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// What a network says of the progress of a call.
    ProgressIndicator {
        /// Where.
        progress_location: ProgressLocation = "progressLocation";
        /// By what signalling.
        progress_description: ProgressDescription = "progressDescription";
    }
}

enumeration! {
    /// Where in the network.
    ProgressLocation {
        User = 0 "user",
        PrivateNetServingLocal = 1 "privateNetServingLocal",
        PublicNetServingLocal = 2 "publicNetServingLocal",
        TransitNetwork = 3 "transitNetwork",
        PublicNetServingRemote = 4 "publicNetServingRemote",
        PrivateNetServingRemote = 5 "privateNetServingRemote",
        LocalInterface = 6 "localInterface",
        InternationalNetwork = 7 "internationalNetwork",
        NetworkBeyondInterwk = 8 "networkBeyondInterwk",
        Elsewhere = 9 "other",
    }
    /// By what signalling.
    ProgressDescription {
        Isdn = 0 "iSDNProgressDesc",
        Qsig = 1 "qSIGProgressDesc",
        OtherSignalling = 2 "other",
    }
}
