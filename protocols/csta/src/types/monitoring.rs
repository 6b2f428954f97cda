//! Monitors: what events are sent by.

use super::{
    CallAssociatedEvents, CallControlEvents, CommonArguments, CstaObject, DeviceMaintenanceEvents,
    LogicalDeviceFeatureEvents, MediaAttachmentEvents, MediaClass, PhysicalDeviceFeatureEvents, VendorSpecEvents,
    VoiceEvents,
};
use crate::schema::{Octets, enumeration, sequence};

sequence! {
    /// Monitor Start (ECMA-269, 15.1.2).
    MonitorStart {
        /// What is to be monitored.
        monitor_object: CstaObject = "monitorObject";
        /// What is not to be told; missing: everything is.
        requested_monitor_filter: Option<MonitorFilter> = "requestedMonitorFilter".context(0).iii();
        /// Does it follow the call, or stay with the device?
        monitor_type: Option<MonitorType> = "monitorType".iii();
        /// Only calls with these media.
        requested_monitor_media_class: Option<MediaClass> = "requestedMonitorMediaClass".context(1).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Monitor Start.
    MonitorStartResponse {
        /// Names the monitor in everything that is told by it.
        monitor_cross_ref_id: Octets = "monitorCrossRefID".tagged(21);
        /// What is not told.
        actual_monitor_filter: Option<MonitorFilter> = "actualMonitorFilter".context(0).iii();
        /// The media of the calls that are told of.
        actual_monitor_media_class: Option<MediaClass> = "actualMonitorMediaClass".context(1).iii();
        /// Are calls told of that were there before the monitor?
        monitor_existing_calls: Option<bool> = "monitorExistingCalls".iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Change Monitor Filter (ECMA-269, Change Monitor Filter).
    ChangeMonitorFilter {
        /// The monitor.
        monitor_cross_ref_id: Octets = "monitorCrossRefID".tagged(21);
        /// What is not to be told from now on.
        requested_filter_list: MonitorFilter = "requestedFilterList";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Change Monitor Filter.
    ChangeMonitorFilterResponse {
        /// What is not told from now on.
        actual_filter_list: Option<MonitorFilter> = "actualFilterList".iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Monitor Stop (ECMA-269, 15.1.3). A switch asks for it, too, of a monitor that it ends.
    MonitorStop {
        /// The monitor.
        monitor_cross_ref_id: Octets = "monitorCrossRefID".tagged(21);
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// What a monitor does not tell (ECMA-269, Monitor Filter): a bit that is set suppresses its event, and none set is not the same everywhere as none sent. Avaya turns the meaning round, by private data.
    MonitorFilter {
        /// Events of calls.
        call_control: Option<CallControlEvents> = "callcontrol".context(0).iii();
        /// Events of what belongs to calls.
        call_associated: Option<CallAssociatedEvents> = "callAssociated".context(6).iii();
        /// Events of media services.
        media_attachment: Option<MediaAttachmentEvents> = "mediaAttachment".context(7).iii();
        /// Events of what can be seen and touched.
        physical_device_feature: Option<PhysicalDeviceFeatureEvents> = "physicalDeviceFeature".context(8).iii();
        /// Events of features and agents.
        logical_device_feature: Option<LogicalDeviceFeatureEvents> = "logicalDeviceFeature".context(9).iii();
        /// Events of devices that come and go.
        maintenance: Option<DeviceMaintenanceEvents> = "maintenance".context(3).iii();
        /// Events of voice units.
        voice: Option<VoiceEvents> = "voice".context(5).iii();
        /// Events of the vendor's own.
        vendor: Option<VendorSpecEvents> = "private".context(4).iii();
    }
}

enumeration! {
    /// What a monitor stays with.
    MonitorType {
        /// With the call, wherever it goes.
        Call = 0 "call",
        /// With the device, whatever calls it is in.
        Device = 1 "device",
    }
}
