//! What a device or a switch can do.

use super::{
    Acknowledgement, CommonArguments, DeviceCategory, DeviceId, DeviceIdList, GroupDeviceAttributes, Kept, MediaClass,
    MonitorFilter, NamedDeviceType, Opaque,
};
use crate::schema::{enumeration, list, sequence};

sequence! {
    /// Get Logical Device Information (ECMA-269, Get Logical Device Information): what can be done with a device.
    GetLogicalDeviceInformation {
        /// The device.
        device: DeviceId = "device";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Get Logical Device Information.
    GetLogicalDeviceInformationResponse {
        /// Of what sort it is; missing: a station.
        device_category: Option<DeviceCategory> = "deviceCategory".context(0).iii();
        /// What sort of group it is.
        group_device_attributes: Option<GroupDeviceAttributes> = "groupDeviceAttributes".context(1).iii();
        /// What it is called.
        named_device_types: Option<NamedDeviceType> = "namedDeviceTypes".context(2).iii();
        /// Its shorter name.
        short_form_device_id: Option<DeviceId> = "shortFormDeviceID".explicit(3).iii();
        /// Can it be seen and touched?
        has_physical_element: bool = "hasPhysicalElement";
        /// How queues are shown.
        acd_models: Option<Opaque> = "acdModels".xml();
        /// How agents log on.
        agent_log_on_models: Option<Opaque> = "agentLogOnModels".xml();
        /// Can each of its appearances be addressed?
        appearance_addressable: bool = "appearanceAddressable";
        /// How its appearances share calls.
        appearance_type: Option<AppearanceType> = "appearanceType";
        /// Its appearances.
        appearance_list: Option<AppearanceList> = "appearanceList".context(5).iii();
        /// The devices that can be seen and touched of it.
        other_physical_device_list: Option<DeviceIdList> = "otherPhysicalDeviceList".context(6).iii();
        /// How it is monitored.
        misc_monitor_caps: Option<Opaque> = "miscMonitorCaps".xml();
        /// The groups that it belongs to.
        associated_group_list: Option<DeviceIdList> = "associatedGroupList".context(8).iii();
        /// How many calls back it may wait for.
        max_callbacks: Option<i64> = "maxCallbacks".context(9).iii();
        /// After how many rings it answers by itself, at most.
        max_auto_answer_rings: Option<i64> = "maxAutoAnswerRings".context(10).iii();
        /// How many calls it may talk in.
        max_active_calls: Option<i64> = "maxActiveCalls".context(11).iii();
        /// How many calls it may hold.
        max_held_calls: Option<i64> = "maxHeldCalls".context(12).iii();
        /// How many forwardings it may have.
        max_fwd_settings: Option<i64> = "maxFwdSettings".context(13).iii();
        /// How many devices its conferences may have.
        max_devices_in_conf: Option<i64> = "maxDevicesInConf".context(14).iii();
        /// How its transfers and conferences are made.
        trans_and_conf_setup: Option<Opaque> = "transAndConfSetup".xml();
        /// What a monitor of the device of type device does not tell.
        device_on_device_monitor_filter: Option<MonitorFilter> = "deviceOnDeviceMonitorFilter".context(16).iii();
        /// What a monitor of a call of type device does not tell.
        device_on_connection_monitor_filter: Option<MonitorFilter> = "deviceOnConnectionMonitorFilter".context(17).iii();
        /// What a monitor of the device of type call does not tell.
        call_on_device_monitor_filter: Option<MonitorFilter> = "callOnDeviceMonitorFilter".context(18).iii();
        /// What a monitor of a call of type call does not tell.
        call_on_connection_monitor_filter: Option<MonitorFilter> = "callOnConnectionMonitorFilter".context(19).iii();
        /// The media that it can do.
        media_class_support: Option<MediaClass> = "mediaClassSupport".context(20).iii();
        /// The media services that it can do.
        media_service_caps_list: Option<Opaque> = "mediaServiceCapsList".context(21).iii();
        /// The rates that it can do.
        connection_rate_list: Option<Opaque> = "connectionRateList".context(22).iii();
        /// The delays that it bears.
        delay_tolerance_list: Option<Opaque> = "delayToleranceList".context(23).iii();
        /// How many channels it has.
        number_of_channels: Option<i64> = "numberOfChannels".context(24).iii();
        /// How many of them a call may take.
        max_channel_bind: Option<i64> = "maxChannelBind".context(25).iii();
        /// The services of routing that it can do.
        routeing_serv_list: Option<Opaque> = "routeingServList".context(26).iii();
        /// The services that it can do.
        log_dev_serv_list: Option<Opaque> = "logDevServList".context(27).iii();
        /// The events that it can send.
        log_dev_evts_list: Option<Opaque> = "logDevEvtsList".context(28).iii();
        /// The events of maintenance that it can send.
        device_maint_evts_list: Option<Opaque> = "deviceMaintEvtsList".context(29).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Get Physical Device Information (ECMA-269, Get Physical Device Information): what there is to see and touch.
    GetPhysicalDeviceInformation {
        /// The device.
        device: DeviceId = "device";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Get Physical Device Information.
    GetPhysicalDeviceInformationResponse {
        /// Of what sort it is; missing: a station.
        device_category: Option<DeviceCategory> = "deviceCategory".context(0).iii();
        /// What sort of group it is.
        group_device_attributes: Option<GroupDeviceAttributes> = "groupDeviceAttributes".context(1).iii();
        /// What it is called.
        named_device_types: Option<NamedDeviceType> = "namedDeviceTypes".context(2).iii();
        /// Can it have calls?
        has_logical_element: bool = "hasLogicalElement";
        /// The devices of it that can have calls.
        other_logical_device_list: Option<DeviceIdList> = "otherLogicalDeviceList".context(3).iii();
        /// Its model.
        device_model_name: Option<String> = "deviceModelName".context(4).iii();
        /// What a monitor of the device of type device does not tell.
        device_on_device_monitor_filter: Option<MonitorFilter> = "deviceOnDeviceMonitorFilter".context(5).iii();
        /// What a monitor of a call of type device does not tell.
        device_on_connection_monitor_filter: Option<MonitorFilter> = "deviceOnConnectionMonitorFilter".context(6).iii();
        /// What a monitor of the device of type call does not tell.
        call_on_device_monitor_filter: Option<MonitorFilter> = "callOnDeviceMonitorFilter".context(7).iii();
        /// What a monitor of a call of type call does not tell.
        call_on_connection_monitor_filter: Option<MonitorFilter> = "callOnConnectionMonitorFilter".context(8).iii();
        /// How many displays it has.
        max_displays: Option<i64> = "maxDisplays".context(9).iii();
        /// How many buttons it has.
        max_buttons: Option<i64> = "maxButtons".context(10).iii();
        /// How many lamps it has.
        max_lamps: Option<i64> = "maxLamps".context(11).iii();
        /// In how many patterns it can ring.
        max_ring_patterns: Option<i64> = "maxRingPatterns".context(12).iii();
        /// The services that it can do.
        phys_dev_serv_list: Option<Opaque> = "physDevServList".context(13).iii();
        /// The events that it can send.
        phys_dev_evts_list: Option<Opaque> = "physDevEvtsList".context(14).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Get Switching Function Capabilities. What is kept here in XML is in `rest` in BER.
    GetSwitchingFunctionCapsResponse {
        /// The part of the network that it is.
        switching_sub_domain_name: String = "switchingSubDomainName";
        /// Who made it.
        manufacturer_name: String = "manufacturerName";
        /// The profiles of ECMA-269 that it follows.
        profiles: Option<Kept> = "profiles".xml();
        /// How it names devices.
        device_id_format: Option<Kept> = "deviceIDFormat".xml();
        /// What it does of itself.
        sw_domain_features: Option<Kept> = "swDomainFeatures".xml();
        /// Whether appearances can be addressed.
        sw_appearance_addressability: Option<Kept> = "swAppearanceAddressability".xml();
        /// How appearances share calls.
        sw_appearance_types: Option<Kept> = "swAppearanceTypes".xml();
        /// Whether what it does not know is passed over.
        ignore_unsupported_parameters: Option<Kept> = "ignoreUnsupportedParameters".xml();
        /// The sorts of calls that it knows.
        call_characteristics_supported: Option<Kept> = "callCharacteristicsSupported".xml();
        /// The media that it can do.
        media_class_support: Option<Kept> = "mediaClassSupport".xml();
        /// How many channels there are.
        number_of_channels: Option<Kept> = "numberOfChannels".xml();
        /// How many of them a call may take.
        max_channel_bind: Option<Kept> = "maxChannelBind".xml();
        /// What else there is of media.
        misc_media_call_characteristics: Option<Kept> = "miscMediaCallCharacteristics".xml();
        /// The rates that it can do.
        connection_rate_list: Option<Kept> = "connectionRateList".xml();
        /// The delays that it bears.
        delay_tolerance_list: Option<Kept> = "delayToleranceList".xml();
        /// How long a comma pauses, in milliseconds.
        pause_time: Option<Kept> = "pauseTime".xml();
        /// The time that it has.
        current_time: Option<Kept> = "currentTime".xml();
        /// In which messages it numbers them.
        message_seq_numbers: Option<Kept> = "messageSeqNumbers".xml();
        /// Which messages have the time.
        time_stamp_mode: Option<Kept> = "timeStampMode".xml();
        /// Where it vouches for messages.
        security_mode: Option<Kept> = "securityMode".xml();
        /// How.
        security_format: Option<Kept> = "securityFormat".xml();
        /// How vendors' own data is written.
        private_data_format: Option<Kept> = "privateDataFormat".xml();
        /// How transfers and conferences are made.
        trans_and_conf_setup: Option<Kept> = "transAndConfSetup".xml();
        /// What its monitors may tell.
        monitor_filter_items: Option<Kept> = "monitorFilterItems".xml();
        /// How it is monitored.
        misc_monitor_caps: Option<Kept> = "miscMonitorCaps".xml();
        /// Can applications attach data to calls?
        correlator_data_supported: Option<bool> = "correlatorDataSupported".context(17).iii();
        /// What features change while it runs.
        dynamic_feature_supported: Option<Kept> = "dynamicFeatureSupported".xml();
        /// Which names of calls outlive transfers.
        call_linkage_options: Option<Kept> = "callLinkageOptions".xml();
        /// How queues are shown.
        acd_models: Option<Kept> = "aCDModels".xml();
        /// How agents log on.
        agent_log_on_models: Option<Kept> = "agentLogOnModels".xml();
        /// How agents change.
        agent_state_models: Option<Kept> = "agentStateModels".xml();
        /// Whose connections are told of.
        connection_view: Option<Kept> = "connectionView".xml();
        /// How long names may be.
        max_length_parameters: Option<Kept> = "maxLengthParameters".xml();
        /// How long further names may be.
        max_length_parameters_cont: Option<Kept> = "maxLengthParametersCont".xml();
        /// The services and events that it has.
        serv_evts_list: Option<Kept> = "servEvtsList".xml();
        /// The versions of the vendor's own data.
        private_data_version_list: Option<Kept> = "privateDataVersionList".xml();
        /// How often it tells how it is, in seconds, up to 180.
        system_status_timer: Option<i64> = "systemStatusTimer".context(24).iii();
        /// How many requests per second it takes.
        simple_threshold: Option<i64> = "simpleThreshold".context(25).iii();
        /// When it passes over what it cannot do in time.
        filter_threshold: Option<Kept> = "filterThreshold".xml();
        /// The media services that it can do.
        media_service_caps_list: Option<Kept> = "mediaServiceCapsList".xml();
        /// The same as edition 3 spells it.
        max_device_history_entries_in_edition_3: Option<Kept> = "MaxDeviceHistoryEntries".xml();
        /// How many devices a history may have.
        max_device_history_entries: Option<i64> = "maxDeviceHistoryEntries".context(29).iii();
        /// To how many devices a call may be deflected at once.
        max_destination_devices_for_deflect: Option<i64> = "maxDestinationDevicesForDeflect".context(30).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
}

list! {
    /// The appearances of a device.
    AppearanceList of String = "appearance";
}

enumeration! {
    /// How the appearances of a device share calls.
    AppearanceType {
        SelectedStandard = 0 "selectedStandard",
        BasicStandard = 1 "basicStandard",
        BasicBridged = 2 "basicBridged",
        ExclusiveBridged = 3 "exclusiveBridged",
        IndependentSharedBridged = 4 "independentSharedBridged",
        InterdependentSharedBridged = 5 "interdependentSharedBridged",
    }
}

/// Get Switching Function Capabilities (ECMA-269): what the switch is and can do. There is nothing to say but that it is asked for.
pub type GetSwitchingFunctionCaps = Acknowledgement;
