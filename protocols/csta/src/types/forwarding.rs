//! Forwarding, and not being disturbed.

use super::{CommonArguments, DeviceId, ExtendedDeviceId};
use crate::schema::{enumeration, flags, list, sequence};

sequence! {
    /// Get Do Not Disturb (ECMA-269, Get Do Not Disturb).
    GetDoNotDisturb {
        /// The device.
        device: DeviceId = "device";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Get Do Not Disturb.
    GetDoNotDisturbResponse {
        /// Is it on?
        do_not_disturb_on: bool = "doNotDisturbOn";
        /// For which calls.
        call_origination: Option<CallOrigination> = "callOrigination";
        /// For calls from these devices only.
        calling_device_list: Option<CallingDeviceList> = "callingDeviceList";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Set Do Not Disturb (ECMA-269, Set Do Not Disturb).
    SetDoNotDisturb {
        /// The device.
        device: DeviceId = "device";
        /// Is it to be on?
        do_not_disturb_on: bool = "doNotDisturbOn";
        /// For which calls.
        call_origination: Option<CallOrigination> = "callOrigination";
        /// For calls from these devices only.
        calling_device_list: Option<CallingDeviceList> = "callingDeviceList";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Do not disturb was switched (ECMA-269, Do Not Disturb).
    DoNotDisturbEvent {
        /// The device.
        device: ExtendedDeviceId = "device".application(3);
        /// Is it on?
        do_not_disturb_on: bool = "doNotDisturbOn";
        /// For which calls.
        call_origination: Option<CallOrigination> = "callOrigination".iii();
        /// For calls from these devices only.
        calling_device_list: Option<CallingDeviceList> = "callingDeviceList".iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// Get Forwarding (ECMA-269, Get Forwarding).
    GetForwarding {
        /// The device.
        device: DeviceId = "device";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Get Forwarding.
    GetForwardingResponse {
        /// Every forwarding of the device.
        forwarding_list: ForwardList = "forwardingList";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Set Forwarding (ECMA-269, Set Forwarding).
    SetForwarding {
        /// The device.
        device: DeviceId = "device";
        /// When calls are forwarded; missing: as the switch has it.
        forwarding_type: Option<ForwardingType> = "forwardingType";
        /// Is it to be on?
        activate_forward: bool = "activateForward";
        /// Where they go; missing: as the switch has it.
        forward_dn: Option<DeviceId> = "forwardDN";
        /// After how many rings, from 1 to 100.
        ring_count: Option<i64> = "ringCount";
        /// After how long, in seconds.
        ring_duration: Option<i64> = "ringDuration".context(3).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// A forwarding.
    ForwardListItem {
        /// When calls are forwarded.
        forwarding_type: Option<ForwardingType> = "forwardingType";
        /// Is it on?
        forward_status: bool = "forwardStatus";
        /// Where they go.
        forward_dn: Option<DeviceId> = "forwardDN";
        /// What of it the switch has by itself.
        forward_default: Option<ForwardDefault> = "forwardDefault";
        /// After how long, in seconds.
        ring_duration: Option<i64> = "ringDuration".context(0).iii();
        /// After how many rings, from 1 to 100.
        ring_count: Option<i64> = "ringCount".ahead();
    }
    /// A forwarding was switched (ECMA-269, Forwarding).
    ForwardingEvent {
        /// The device.
        device: ExtendedDeviceId = "device".application(3);
        /// When calls are forwarded.
        forwarding_type: Option<ForwardingType> = "forwardingType";
        /// Is it on?
        forward_status: bool = "forwardStatus";
        /// Where they go.
        forward_to: Option<DeviceId> = "forwardTo";
        /// What of it the switch has by itself.
        forward_default: Option<ForwardDefault> = "forwardDefault".iii();
        /// After how many rings, from 1 to 100.
        ring_count: Option<i64> = "ringCount".iii();
        /// After how long, in seconds.
        ring_duration: Option<i64> = "ringDuration".context(4).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
}

list! {
    /// Every forwarding of a device.
    ForwardList of ForwardListItem = "forwardListItem";
    /// Devices that call.
    CallingDeviceList of DeviceId = "callingDevice";
}

flags! {
    /// Where calls come from.
    CallOrigination {
        INTERNAL = 0 "internal",
        EXTERNAL = 1 "external",
    }
}

enumeration! {
    /// When calls are forwarded. Phase I has other numbers: pairs of on and off.
    ForwardingType {
        ForwardImmediate = 0 "forwardImmediate",
        ForwardBusy = 1 "forwardBusy",
        ForwardNoAns = 2 "forwardNoAns",
        ForwardDnd = 9 "forwardDND",
        ForwardBusyInt = 3 "forwardBusyInt",
        ForwardBusyExt = 4 "forwardBusyExt",
        ForwardNoAnsInt = 5 "forwardNoAnsInt",
        ForwardNoAnsExt = 6 "forwardNoAnsExt",
        ForwardImmInt = 7 "forwardImmInt",
        ForwardImmExt = 8 "forwardImmExt",
        ForwardDndInt = 10 "forwardDNDInt",
        ForwardDndExt = 11 "forwardDNDExt",
    }
    /// What of a forwarding the switch has by itself.
    ForwardDefault {
        ForwardingTypeAndForwardDn = 0 "forwardingTypeAndForwardDN",
        ForwardingType = 1 "forwardingType",
        ForwardDn = 2 "forwardDN",
    }
}
