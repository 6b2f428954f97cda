//! What devices there are, and what a switch can do.

use super::{CommonArguments, DeviceId, Opaque};
use crate::schema::{Octets, enumeration, flags, list, sequence};

sequence! {
    /// Get Switching Function Devices (ECMA-269, Get Switching Function Devices): which devices there are.
    GetSwitchingFunctionDevices {
        /// This one only.
        requested_device_id: Option<DeviceId> = "requestedDeviceID";
        /// Those of this sort only.
        requested_device_category: Option<ReqDeviceCategory> = "requestedDeviceCategory";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Get Switching Function Devices: the devices follow as Switching Function Devices.
    GetSwitchingFunctionDevicesResponse {
        /// Names what follows.
        service_cross_ref_id: Octets = "serviceCrossRefID";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Switching Function Devices (ECMA-269, Switching Function Devices): a part of the list, sent by the switch.
    SwitchingFunctionDevices {
        /// Names the answer of which this is a part.
        service_cross_ref_id: Octets = "serviceCrossRefID";
        /// The number of this part, from 1.
        segment_id: Option<i64> = "segmentID";
        /// Is this the last part?
        last_segment: bool = "lastSegment";
        /// The devices.
        device_list: DeviceInfoList = "deviceList";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// A device of a switch.
    DeviceInfo {
        /// Which.
        device_id: DeviceId = "deviceID";
        /// Of what sort it is; missing: a station.
        device_category: Option<DeviceCategory> = "deviceCategory".context(0).iii();
        /// What it is called.
        named_device_types: Option<NamedDeviceType> = "namedDeviceTypes".context(1).iii();
        /// What it can be besides.
        device_attributes: Option<DeviceAttributes> = "deviceAttributes";
        /// Its model.
        device_model_name: Option<String> = "deviceModelName";
        /// The group of trunks that it belongs to.
        nid_group: Option<DeviceId> = "nidGroup";
    }
    /// Switching Function Capabilities Changed (ECMA-269): the switch can do other things than before.
    SwFunctionCapsChanged {
        /// The registration.
        sys_stat_register_id: Option<Octets> = "sysStatRegisterID";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Switching Function Devices Changed (ECMA-269): there are other devices than before.
    SwFunctionDevicesChanged {
        /// The registration.
        sys_stat_register_id: Option<Octets> = "sysStatRegisterID";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Get CSTA Features (ECMA-269, Get CSTA Features): what the switch can do. XML only.
    GetCstaFeatures {
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Get CSTA Features.
    GetCstaFeaturesResponse {
        /// A list of services of each sort.
        supported_services: Option<Opaque> = "supportedServices".xml();
        /// A list of events of each sort.
        supported_events: Option<Opaque> = "supportedEvents".xml();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
}

list! {
    /// The devices of a switch.
    DeviceInfoList of DeviceInfo = "device";
}

flags! {
    /// What a device can be besides.
    DeviceAttributes {
        MEDIA_ACCESS_DEVICE = 0 "mediaAccessDevice",
        ROUTEING_DEVICE = 1 "routeingDevice",
        GROUP_ACD = 2 "groupACD",
        GROUP_HUNT = 3 "groupHunt",
        GROUP_PICK = 4 "groupPick",
        /// Editions of ECMA-323 have it; the modules of ECMA-285 end before it.
        GROUP_USER = 5 "groupUser",
    }
    /// What sort of group a device is.
    GroupDeviceAttributes {
        ACD = 0 "acd",
        HUNT = 1 "hunt",
        PICK = 2 "pick",
        USER = 4 "user",
        AGENT = 5 "agent",
        OTHER = 3 "other",
    }
}

enumeration! {
    /// The sort of devices that is asked for.
    ReqDeviceCategory {
        Acd = 0 "acd",
        GroupAcd = 1 "groupACD",
        GroupHunt = 2 "groupHunt",
        GroupPick = 3 "groupPick",
        GroupUser = 14 "groupUser",
        GroupOther = 4 "groupOther",
        NetworkInterface = 5 "networkInterface",
        Park = 6 "park",
        RouteingDevice = 7 "routeingDevice",
        Station = 8 "station",
        VoiceUnit = 9 "voiceUnit",
        GenericIv = 13 "genericIV",
        ListenerIv = 15 "listenerIV",
        DtmfIv = 12 "dtmfIV",
        PromptIv = 17 "promptIV",
        PromptQueue = 18 "promptQueue",
        MessageIv = 16 "messageIV",
        Conference = 11 "conference",
        OtherSort = 10 "other",
    }
    /// The sort of a device. Its numbers are not those that are asked for.
    DeviceCategory {
        Acd = 0 "acd",
        Group = 1 "group",
        NetworkInterface = 2 "networkInterface",
        Park = 3 "park",
        RouteingDevice = 4 "routeingDevice",
        Station = 5 "station",
        VoiceUnit = 6 "voiceUnit",
        GenericInteractiveVoice = 8 "genericInteractiveVoice",
        ListenerInteractiveVoice = 9 "listenerInteractiveVoice",
        DtmfInteractiveVoice = 10 "dtmfInteractiveVoice",
        PromptInteractiveVoice = 11 "promptInteractiveVoice",
        PromptQueueInteractiveVoice = 12 "promptQueueInteractiveVoice",
        MessageInteractiveVoice = 13 "messageInteractiveVoice",
        Conference = 14 "conference",
        OtherSort = 7 "other",
    }
    /// What a device is called.
    NamedDeviceType {
        Acd = 0 "acd",
        AcdGroup = 1 "acdGroup",
        Button = 2 "button",
        ButtonGroup = 3 "buttonGroup",
        ConferenceBridge = 4 "conferenceBridge",
        Line = 5 "line",
        LineGroup = 6 "lineGroup",
        Operator = 7 "operator",
        OperatorGroup = 8 "operatorGroup",
        ParkingDevice = 9 "parkingDevice",
        Station = 10 "station",
        StationGroup = 11 "stationGroup",
        Trunk = 12 "trunk",
        TrunkGroup = 13 "trunkGroup",
        OtherSort = 14 "other",
        OtherGroup = 15 "otherGroup",
    }
}
