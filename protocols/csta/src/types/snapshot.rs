//! How things are now.

use super::{
    CallCharacteristics, CallLinkageData, CallState, CommonArguments, ConnectionId, CorrelatorData, DeviceHistory,
    DeviceId, ExtendedDeviceId, LocalConnectionState, MediaCallCharacteristics, MessageInfo, Opaque, ServicesPermitted,
};
use crate::schema::{Octets, choice, list, sequence};
use lineside_wire::Private;

sequence! {
    /// Snapshot Device (ECMA-269, Snapshot Device): what calls a device is in.
    SnapshotDevice {
        /// The device.
        snapshot_object: DeviceId = "snapshotObject";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Snapshot Device.
    SnapshotDeviceResponse {
        /// The calls, or under which name they follow.
        cross_ref_id_or_snapshot_data: SnapshotDeviceResult = "crossRefIDorSnapshotData";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Snapshot Device Data (ECMA-269, Snapshot Device Data): a part of the answer, sent by the switch. It is not answered in BER.
    SnapshotDeviceData {
        /// Names the answer of which this is a part.
        service_cross_ref_id: Octets = "serviceCrossRefID";
        /// The number of this part, from 1.
        segment_id: Option<i64> = "segmentID";
        /// Is this the last part?
        last_segment: bool = "lastSegment";
        /// The calls.
        snapshot_data: SnapshotDeviceList = "snapshotData";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// A call that a device is in.
    SnapshotDeviceInfo {
        /// The connection of the device.
        connection_identifier: ConnectionId = "connectionIdentifier";
        /// The other device, where there is one.
        endpoint_device: Option<ExtendedDeviceId> = "endpointDevice".explicit(3).iii();
        /// How the call is.
        local_call_state: CallState = "localCallState";
        /// What may be asked of the device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(0).iii();
        /// The media services of the call.
        media_service_info_list: Option<Opaque> = "mediaServiceInfoList".context(1).iii();
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".context(2).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(4).iii();
    }
    /// Snapshot Call (ECMA-269, Snapshot Call): what devices are in a call.
    SnapshotCall {
        /// The call.
        snapshot_object: ConnectionId = "snapshotObject";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Snapshot Call.
    SnapshotCallResponse {
        /// The devices, or under which name they follow.
        cross_ref_id_or_snapshot_data: SnapshotCallResult = "crossRefIDorSnapshotData";
        /// The media of the call.
        media_call_characteristics: Option<MediaCallCharacteristics> = "mediaCallCharacteristics".iii();
        /// What sort of call it is.
        call_characteristics: Option<CallCharacteristics> = "callCharacteristics".iii();
        /// Who calls.
        calling_device: Option<ExtendedDeviceId> = "callingDevice".application(1).iii();
        /// Who was called first.
        called_device: Option<ExtendedDeviceId> = "calledDevice".application(2).iii();
        /// The trunk by which the caller came, or who calls behind it.
        associated_calling_device: Option<ExtendedDeviceId> = "associatedCallingDevice".application(5).iii();
        /// The trunk by which the called party is reached, or the number that was dialled.
        associated_called_device: Option<ExtendedDeviceId> = "associatedCalledDevice".application(6).iii();
        /// What an application attached to the call.
        correlator_data: Option<CorrelatorData> = "correlatorData".context(1).iii();
        /// The names of the call and of its thread that outlive transfers.
        call_linkage_data: Option<CallLinkageData> = "callLinkageData".context(2).iii();
        /// What the call is about.
        subject_of_call: Option<Private<String>> = "subjectOfCall".context(3).iii();
        /// The message that it carries.
        message_info: Option<MessageInfo> = "messageInfo".context(4).iii();
        /// Languages that the caller speaks.
        language_preferences: Option<String> = "languagePreferences".context(5).iii();
        /// Where it was before.
        device_history: Option<DeviceHistory> = "deviceHistory".context(6).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Snapshot Call Data (ECMA-269, Snapshot Call Data): a part of the answer, sent by the switch. It is not answered in BER.
    SnapshotCallData {
        /// Names the answer of which this is a part.
        service_cross_ref_id: Octets = "serviceCrossRefID";
        /// The number of this part, from 1.
        segment_id: Option<i64> = "segmentID";
        /// Is this the last part?
        last_segment: bool = "lastSegment";
        /// The devices.
        snapshot_data: SnapshotCallList = "snapshotData";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// A device that is in a call.
    SnapshotCallInfo {
        /// The device.
        device_on_call: ExtendedDeviceId = "deviceOnCall".application(3);
        /// Its connection.
        call_identifier: Option<ConnectionId> = "callIdentifier";
        /// How that is.
        local_connection_info: Option<LocalConnectionState> = "localConnectionInfo";
        /// What may be asked of the device now.
        services_permitted: Option<ServicesPermitted> = "servicesPermitted".context(0).iii();
        /// Its media services.
        media_service_info_list: Option<Opaque> = "mediaServiceInfoList".context(1).iii();
        /// Where it is.
        location_info: Option<Opaque> = "locationInfo".context(2).iii();
    }
}

choice! {
    /// The calls of a device, or under which name they follow.
    SnapshotDeviceResult {
        /// They follow under this name, as Snapshot Device Data.
        CrossRefId(Octets) = "serviceCrossRefID";
        /// They are here.
        Data(SnapshotDeviceList) = "snapshotData";
    }
    /// The devices of a call, or under which name they follow.
    SnapshotCallResult {
        /// They follow under this name, as Snapshot Call Data.
        CrossRefId(Octets) = "serviceCrossRefID".context(0);
        /// They are here.
        Data(SnapshotCallList) = "snapshotData";
    }
}

list! {
    /// The calls that a device is in.
    SnapshotDeviceList application 22 of SnapshotDeviceInfo = "snapshotDeviceResponseInfo";
    /// The devices that are in a call.
    SnapshotCallList application 23 of SnapshotCallInfo = "snapshotCallResponseInfo";
}
