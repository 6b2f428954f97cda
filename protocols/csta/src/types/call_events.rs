use super::{
    CallCharacteristics, CallLinkageData, CallLinkageDataList, ChargingInfo, CommonArguments, ConnectionId,
    ConnectionInformation, ConnectionList, CorrelatorData, DeviceHistory, DeviceId, EventCause, ExtendedDeviceId,
    LocalConnectionState, MediaCallCharacteristics, MessageInfo, NetworkCapability, Opaque, RedirectionDeviceId,
    ServicesPermitted, UserData,
};
use crate::schema::sequence;
use lineside_wire::Private;

sequence! {
    /// A device went off-hook, or is prompted to (ECMA-269, 17.2.18).
    ServiceInitiatedEvent {
        /// The connection of the device that goes off-hook.
        initiated_connection: ConnectionId = "initiatedConnection";
        /// The device.
        initiating_device: ExtendedDeviceId = "initiatingDevice".application(3);
        /// Who was called first.
        called_device: Option<ExtendedDeviceId> = "calledDevice".application(2);
        /// The state of the connection of the monitored device behind the event; call monitors do not tell it.
        local_connection_info: Option<LocalConnectionState> = "localConnectionInfo";
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(0).iii();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What may be asked of the monitored device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(1).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(2).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(3).iii();
        /// The media of the connection.
        initiated_connection_info: Option<ConnectionInformation> = "initiatedConnectionInfo".context(4).iii();
        /// Who calls, as the network tells it.
        network_calling_device: Option<ExtendedDeviceId> = "networkCallingDevice".application(7).iii();
        /// Who was called, as the network tells it.
        network_called_device: Option<ExtendedDeviceId> = "networkCalledDevice".application(8).iii();
        /// The trunk by which the caller came, or who calls behind it.
        associated_calling_device: Option<ExtendedDeviceId> = "associatedCallingDevice".application(5).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(5).iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(7).iii();
        /// The message that it carries.
        message_info: Option<MessageInfo> = "messageInfo".context(8).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(9).iii();
        /// Where the caller is.
        location_info_list: Option<Opaque> = "locationInfoList".context(10).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A device makes a call (ECMA-269, 17.2.14).
    OriginatedEvent {
        /// The connection of who calls.
        originated_connection: ConnectionId = "originatedConnection";
        /// Who calls.
        calling_device: ExtendedDeviceId = "callingDevice".application(3);
        /// Who was called first.
        called_device: ExtendedDeviceId = "calledDevice".application(2);
        /// The device from which the call is made, where that is another than who calls.
        originating_device: Option<DeviceId> = "originatingDevice".iii();
        /// The state of the connection of the monitored device behind the event; call monitors do not tell it.
        local_connection_info: Option<LocalConnectionState> = "localConnectionInfo";
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(2).iii();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What may be asked of the monitored device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(3).iii();
        /// Who calls, as the network tells it.
        network_calling_device: Option<ExtendedDeviceId> = "networkCallingDevice".application(7).iii();
        /// Who was called, as the network tells it.
        network_called_device: Option<ExtendedDeviceId> = "networkCalledDevice".application(8).iii();
        /// The trunk by which the caller came, or who calls behind it.
        associated_calling_device: Option<ExtendedDeviceId> = "associatedCallingDevice".application(5).iii();
        /// The trunk by which the called party is reached, or the number that was dialled.
        associated_called_device: Option<ExtendedDeviceId> = "associatedCalledDevice".application(6).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(4).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(5).iii();
        /// The media of the connection.
        originated_connection_info: Option<ConnectionInformation> = "originatedConnectionInfo".context(6).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(7).iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(8).iii();
        /// The message that it carries.
        message_info: Option<MessageInfo> = "messageInfo".context(9).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(10).iii();
        /// Where the caller is.
        location_info_list: Option<Opaque> = "locationInfoList".context(11).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A call left the switch (ECMA-269, 17.2.12).
    NetworkReachedEvent {
        /// The connection that leaves the switch.
        outbound_connection: ConnectionId = "outboundConnection";
        /// The trunk.
        network_interface_used: ExtendedDeviceId = "networkInterfaceUsed".application(3);
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
        correlator_data: Option<CorrelatorData> = "correlatorData".context(0).iii();
        /// What a user sent with the call.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// What the network will tell of the call.
        network_capability: Option<NetworkCapability> = "networkCapability".context(1);
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What may be asked of the monitored device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(2).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(3).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(4).iii();
        /// The media of the connection.
        outbound_connection_info: Option<ConnectionInformation> = "outboundConnectionInfo".context(5).iii();
        /// Who calls, as the network tells it.
        network_calling_device: Option<ExtendedDeviceId> = "networkCallingDevice".application(7).iii();
        /// Who was called, as the network tells it.
        network_called_device: Option<ExtendedDeviceId> = "networkCalledDevice".application(8).iii();
        /// The trunk by which the caller came, or who calls behind it.
        associated_calling_device: Option<ExtendedDeviceId> = "associatedCallingDevice".application(5).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(6).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(7).iii();
        /// Where it was before.
        device_history: Option<DeviceHistory> = "deviceHistory".context(8).iii();
        /// Where the caller is.
        location_info_list: Option<Opaque> = "locationInfoList".context(9).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A device alerts (ECMA-269, 17.2.5).
    DeliveredEvent {
        /// The connection.
        connection: ConnectionId = "connection";
        /// The device that alerts.
        alerting_device: ExtendedDeviceId = "alertingDevice".application(3);
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
        correlator_data: Option<CorrelatorData> = "correlatorData".context(0).iii();
        /// What a user sent with the call.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What may be asked of the monitored device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(1).iii();
        /// Who calls, as the network tells it.
        network_calling_device: Option<ExtendedDeviceId> = "networkCallingDevice".application(7).iii();
        /// Who was called, as the network tells it.
        network_called_device: Option<ExtendedDeviceId> = "networkCalledDevice".application(8).iii();
        /// The trunk by which the caller came, or who calls behind it.
        associated_calling_device: Option<ExtendedDeviceId> = "associatedCallingDevice".application(5).iii();
        /// The trunk by which the called party is reached, or the number that was dialled.
        associated_called_device: Option<ExtendedDeviceId> = "associatedCalledDevice".application(6).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(2).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(3).iii();
        /// The media of the connection.
        connection_info: Option<ConnectionInformation> = "connectionInfo".context(4).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(5).iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(6).iii();
        /// The message that it carries.
        message_info: Option<MessageInfo> = "messageInfo".context(7).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(8).iii();
        /// Where it was before.
        device_history: Option<DeviceHistory> = "deviceHistory".context(9).iii();
        /// Where the caller is.
        location_info_list: Option<Opaque> = "locationInfoList".context(10).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A call waits (ECMA-269, 17.2.15).
    QueuedEvent {
        /// The connection that waits.
        queued_connection: ConnectionId = "queuedConnection";
        /// Where it waits.
        queue: ExtendedDeviceId = "queue".application(3);
        /// Who calls.
        calling_device: ExtendedDeviceId = "callingDevice".application(1);
        /// Who was called first.
        called_device: ExtendedDeviceId = "calledDevice".application(2);
        /// Who sent the call on last.
        last_redirection_device: RedirectionDeviceId = "lastRedirectionDevice".application(4);
        /// How many wait there.
        number_queued: Option<i64> = "numberQueued".context(0).older_own();
        /// How many are before it.
        calls_in_front: Option<i64> = "callsInFront".context(1);
        /// The state of the connection of the monitored device behind the event; call monitors do not tell it.
        local_connection_info: Option<LocalConnectionState> = "localConnectionInfo";
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(2).iii();
        /// What a user sent with the call.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What may be asked of the monitored device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(3).iii();
        /// Who calls, as the network tells it.
        network_calling_device: Option<ExtendedDeviceId> = "networkCallingDevice".application(7).iii();
        /// Who was called, as the network tells it.
        network_called_device: Option<ExtendedDeviceId> = "networkCalledDevice".application(8).iii();
        /// The trunk by which the caller came, or who calls behind it.
        associated_calling_device: Option<ExtendedDeviceId> = "associatedCallingDevice".application(5).iii();
        /// The trunk by which the called party is reached, or the number that was dialled.
        associated_called_device: Option<ExtendedDeviceId> = "associatedCalledDevice".application(6).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(4).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(5).iii();
        /// The media of the connection.
        queued_connection_info: Option<ConnectionInformation> = "queuedConnectionInfo".context(6).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(7).iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(8).iii();
        /// The message that it carries.
        message_info: Option<MessageInfo> = "messageInfo".context(9).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(10).iii();
        /// Where it was before.
        device_history: Option<DeviceHistory> = "deviceHistory".context(11).iii();
        /// Where the caller is.
        location_info_list: Option<Opaque> = "locationInfoList".context(12).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A device answered (ECMA-269, 17.2.8).
    EstablishedEvent {
        /// The connection that was answered.
        established_connection: ConnectionId = "establishedConnection";
        /// The device that answered.
        answering_device: ExtendedDeviceId = "answeringDevice".application(3);
        /// Who calls.
        calling_device: ExtendedDeviceId = "callingDevice".application(1);
        /// Who was called first.
        called_device: ExtendedDeviceId = "calledDevice".application(2);
        /// Who sent the call on last.
        last_redirection_device: RedirectionDeviceId = "lastRedirectionDevice".application(4);
        /// The connection of the network device by which the caller came.
        originating_nid_connection: Option<ConnectionId> = "originatinNIDConnection".iii();
        /// The state of the connection of the monitored device behind the event; call monitors do not tell it.
        local_connection_info: Option<LocalConnectionState> = "localConnectionInfo";
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(1).iii();
        /// What a user sent with the call.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What may be asked of the monitored device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(2).iii();
        /// Who calls, as the network tells it.
        network_calling_device: Option<ExtendedDeviceId> = "networkCallingDevice".application(7).iii();
        /// Who was called, as the network tells it.
        network_called_device: Option<ExtendedDeviceId> = "networkCalledDevice".application(8).iii();
        /// The trunk by which the caller came, or who calls behind it.
        associated_calling_device: Option<ExtendedDeviceId> = "associatedCallingDevice".application(5).iii();
        /// The trunk by which the called party is reached, or the number that was dialled.
        associated_called_device: Option<ExtendedDeviceId> = "associatedCalledDevice".application(6).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(3).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(4).iii();
        /// The media of the connection.
        established_connection_info: Option<ConnectionInformation> = "establishedConnectionInfo".context(5).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(6).iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(7).iii();
        /// The message that it carries.
        message_info: Option<MessageInfo> = "messageInfo".context(8).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(9).iii();
        /// Where it was before.
        device_history: Option<DeviceHistory> = "deviceHistory".context(10).iii();
        /// Where the caller is.
        location_info_list: Option<Opaque> = "locationInfoList".context(11).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A call cannot get through (ECMA-269, 17.2.9).
    FailedEvent {
        /// The connection that could not get through.
        failed_connection: ConnectionId = "failedConnection";
        /// The device that could not be reached.
        failing_device: ExtendedDeviceId = "failingDevice".application(3);
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
        correlator_data: Option<CorrelatorData> = "correlatorData".context(0).iii();
        /// What a user sent with the call.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What may be asked of the monitored device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(1).iii();
        /// Who calls, as the network tells it.
        network_calling_device: Option<ExtendedDeviceId> = "networkCallingDevice".application(7).iii();
        /// Who was called, as the network tells it.
        network_called_device: Option<ExtendedDeviceId> = "networkCalledDevice".application(8).iii();
        /// The trunk by which the caller came, or who calls behind it.
        associated_calling_device: Option<ExtendedDeviceId> = "associatedCallingDevice".application(5).iii();
        /// The trunk by which the called party is reached, or the number that was dialled.
        associated_called_device: Option<ExtendedDeviceId> = "associatedCalledDevice".application(6).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(2).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(3).iii();
        /// The media of the connection.
        failed_connection_info: Option<ConnectionInformation> = "failedConnectionInfo".context(4).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(5).iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(6).iii();
        /// The message that it carries.
        message_info: Option<MessageInfo> = "messageInfo".context(7).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(8).iii();
        /// Where it was before.
        device_history: Option<DeviceHistory> = "deviceHistory".context(9).iii();
        /// Where the caller is.
        location_info_list: Option<Opaque> = "locationInfoList".context(10).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A device holds (ECMA-269, 17.2.10).
    HeldEvent {
        /// The connection that is held.
        held_connection: ConnectionId = "heldConnection";
        /// The device that holds.
        holding_device: ExtendedDeviceId = "holdingDevice".application(3);
        /// The state of the connection of the monitored device behind the event; call monitors do not tell it.
        local_connection_info: Option<LocalConnectionState> = "localConnectionInfo";
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(0).iii();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What may be asked of the monitored device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(1).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(2).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(3).iii();
        /// The media of the connection.
        held_connection_info: Option<ConnectionInformation> = "heldConnectionInfo".context(4).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(5).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(6).iii();
        /// Where the caller is.
        location_info_list: Option<Opaque> = "locationInfoList".context(7).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A device listens again (ECMA-269, 17.2.16).
    RetrievedEvent {
        /// The connection that is taken back.
        retrieved_connection: ConnectionId = "retrievedConnection";
        /// The device that listens again.
        retrieving_device: ExtendedDeviceId = "retrievingDevice".application(3);
        /// The state of the connection of the monitored device behind the event; call monitors do not tell it.
        local_connection_info: Option<LocalConnectionState> = "localConnectionInfo";
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(0).iii();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What may be asked of the monitored device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(1).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(2).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(3).iii();
        /// The media of the connection.
        retrieved_connection_info: Option<ConnectionInformation> = "retrievedConnectionInfo".context(4).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(5).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(6).iii();
        /// Where the caller is.
        location_info_list: Option<Opaque> = "locationInfoList".context(7).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A call left a device and goes on elsewhere (ECMA-269, 17.2.7).
    DivertedEvent {
        /// The connection.
        connection: ConnectionId = "connection".older_optional();
        /// The device from which the call went on.
        diverting_device: ExtendedDeviceId = "divertingDevice".application(3);
        /// Where it went on to.
        new_destination: ExtendedDeviceId = "newDestination".application(3).older_application(2);
        /// Who calls.
        calling_device: Option<ExtendedDeviceId> = "callingDevice".application(1);
        /// Who was called first.
        called_device: Option<ExtendedDeviceId> = "calledDevice".application(2);
        /// Who sent the call on last.
        last_redirection_device: RedirectionDeviceId = "lastRedirectionDevice".application(4);
        /// The state of the connection of the monitored device behind the event; call monitors do not tell it.
        local_connection_info: Option<LocalConnectionState> = "localConnectionInfo";
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(0).iii();
        /// What a user sent with the call.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What may be asked of the monitored device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(1).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(2).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(3).iii();
        /// The media of the connection.
        connection_info: Option<ConnectionInformation> = "connectionInfo".context(4).iii();
        /// Who calls, as the network tells it.
        network_calling_device: Option<ExtendedDeviceId> = "networkCallingDevice".application(7).iii();
        /// Who was called, as the network tells it.
        network_called_device: Option<ExtendedDeviceId> = "networkCalledDevice".application(8).iii();
        /// The trunk by which the caller came, or who calls behind it.
        associated_calling_device: Option<ExtendedDeviceId> = "associatedCallingDevice".application(5).iii();
        /// The trunk by which the called party is reached, or the number that was dialled.
        associated_called_device: Option<ExtendedDeviceId> = "associatedCalledDevice".application(6).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(5).iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(6).iii();
        /// The message that it carries.
        message_info: Option<MessageInfo> = "messageInfo".context(7).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(8).iii();
        /// Where it was before.
        device_history: Option<DeviceHistory> = "deviceHistory".context(9).iii();
        /// Where the caller is.
        location_info_list: Option<Opaque> = "locationInfoList".context(10).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// Two calls became one, or a device came to a call (ECMA-269, 17.2.3).
    ConferencedEvent {
        /// The call from which it was done: the held one, or the only one.
        primary_old_call: ConnectionId = "primaryOldCall";
        /// The other call, where there was one.
        secondary_old_call: Option<ConnectionId> = "secondaryOldCall";
        /// Who did it.
        conferencing_device: ExtendedDeviceId = "conferencingDevice".application(3);
        /// Who came to the call by it.
        added_party: ExtendedDeviceId = "addedParty".application(3);
        /// Every connection before and after it.
        conference_connections: ConnectionList = "conferenceConnections";
        /// The state of the connection of the monitored device behind the event; call monitors do not tell it.
        local_connection_info: Option<LocalConnectionState> = "localConnectionInfo";
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(1).iii();
        /// What a user sent with the call.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What may be asked of the monitored device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(2).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(3).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(4).iii();
        /// The same of the call as it is and as it was.
        call_linkage_data_list: Option<CallLinkageDataList> = "callLinkageDataList".context(6).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(7).iii();
        /// Where it was before.
        device_history: Option<DeviceHistory> = "deviceHistory".context(8).iii();
        /// Where the caller is.
        location_info_list: Option<Opaque> = "locationInfoList".context(9).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".context(5).iii();
    }
    /// Two calls became one without the device that did it, or a call was sent on (ECMA-269, 17.2.19).
    TransferredEvent {
        /// The call from which it was done: the held one, or the only one.
        primary_old_call: ConnectionId = "primaryOldCall";
        /// The other call, where there was one.
        secondary_old_call: Option<ConnectionId> = "secondaryOldCall".context(0).older_own();
        /// Who did it, and left.
        transferring_device: ExtendedDeviceId = "transferringDevice".application(3);
        /// Who came to the call by it.
        transferred_to_device: ExtendedDeviceId = "transferredToDevice".application(3);
        /// Every connection before and after it.
        transferred_connections: ConnectionList = "transferredConnections".context(1).older_own();
        /// The state of the connection of the monitored device behind the event; call monitors do not tell it.
        local_connection_info: Option<LocalConnectionState> = "localConnectionInfo";
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(2).iii();
        /// What a user sent with the call.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// What it cost.
        charging_info: Option<ChargingInfo> = "chargingInfo".context(3).iii();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What may be asked of the monitored device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(4).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(5).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(6).iii();
        /// The same of the call as it is and as it was.
        call_linkage_data_list: Option<CallLinkageDataList> = "callLinkageDataList".context(7).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(8).iii();
        /// Where it was before.
        device_history: Option<DeviceHistory> = "deviceHistory".context(9).iii();
        /// Where the caller is.
        location_info_list: Option<Opaque> = "locationInfoList".context(10).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A device left a call (ECMA-269, 17.2.4).
    ConnectionClearedEvent {
        /// The connection that ended.
        dropped_connection: ConnectionId = "droppedConnection";
        /// The device that left.
        releasing_device: ExtendedDeviceId = "releasingDevice".application(3);
        /// The state of the connection of the monitored device behind the event; call monitors do not tell it.
        local_connection_info: Option<LocalConnectionState> = "localConnectionInfo";
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(0).iii();
        /// What a user sent with the call.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// What it cost.
        charging_info: Option<ChargingInfo> = "chargingInfo".context(1).iii();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What may be asked of the monitored device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(2).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(3).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(4).iii();
        /// The media of the connection.
        dropped_connection_info: Option<ConnectionInformation> = "droppedConnectionInfo".context(5).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(6).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(7).iii();
        /// Where it was before.
        device_history: Option<DeviceHistory> = "deviceHistory".context(8).iii();
        /// Where the caller is.
        location_info_list: Option<Opaque> = "locationInfoList".context(9).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A call ended (ECMA-269, 17.2.2).
    CallClearedEvent {
        /// The call that ended.
        cleared_call: ConnectionId = "clearedCall";
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(1).iii();
        /// What a user sent with the call.
        user_data: Option<UserData> = "userData".application(29).iii();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(2).iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".context(3).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(4).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(5).iii();
        /// Where the caller is.
        location_info_list: Option<Opaque> = "locationInfoList".context(6).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
}
