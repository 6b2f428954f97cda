//! What devices are set to, whether they work, and the vendor's own.

use super::{CommonArguments, DeviceId, EventCause, ExtendedDeviceId, PrivateData, SecurityData};
use crate::schema::{Octets, sequence};

sequence! {
    /// Get Auto Work Mode (ECMA-269, Get Auto Work Mode): do agents work after each call?
    GetAutoWorkMode {
        /// The device.
        device: DeviceId = "device";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Get Auto Work Mode.
    GetAutoWorkModeResponse {
        /// Do they?
        auto_work_on: bool = "autoWorkOn";
        /// For how long, in seconds.
        auto_work_interval: Option<i64> = "autoWorkInterval";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Set Auto Work Mode (ECMA-269, Set Auto Work Mode).
    SetAutoWorkMode {
        /// The device.
        device: DeviceId = "device";
        /// Is it to be on?
        auto_work_on: bool = "autoWorkOn";
        /// For how long, in seconds, up to 6000.
        auto_work_interval: Option<i64> = "autoWorkInterval";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Answering by itself was switched (ECMA-269, Auto Answer).
    AutoAnswerEvent {
        /// The device.
        invoking_device: ExtendedDeviceId = "invokingDevice".application(3);
        /// Is it on?
        auto_answer_on: bool = "autoAnswerOn";
        /// After how many rings.
        number_of_rings: Option<i64> = "numberOfRings";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// Work after each call was switched (ECMA-269, Auto Work Mode).
    AutoWorkModeEvent {
        /// The device.
        invoking_device: ExtendedDeviceId = "invokingDevice".application(3);
        /// Is it on?
        auto_work_on: bool = "autoWorkOn";
        /// For how long, in seconds.
        auto_work_interval: i64 = "autoWorkInterval";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A call back was set or cancelled (ECMA-269, Call Back).
    CallBackEvent {
        /// Who will be called back.
        originating_device: ExtendedDeviceId = "originatingDevice".application(3);
        /// The device that is waited for.
        target_device: ExtendedDeviceId = "targetDevice".application(3);
        /// Was it set?
        call_back_set_canceled: bool = "callBackSetCanceled";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A message that asks for a call was left or cancelled (ECMA-269, Call Back Message).
    CallBackMessageEvent {
        /// Who left it.
        originating_device: ExtendedDeviceId = "originatingDevice".application(3);
        /// For whom.
        target_device: ExtendedDeviceId = "targetDevice".application(3);
        /// Was it left?
        call_back_msg_set_canceled: bool = "callBackMsgSetCanceled";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// Showing one's own number was switched (ECMA-269, Caller ID Status).
    CallerIdStatusEvent {
        /// The device.
        device: DeviceId = "device";
        /// Is it shown?
        caller_id_provided: bool = "callerIDProvided";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// Routing by applications was switched (ECMA-269, Routeing Mode).
    RouteingEvent {
        /// The device.
        device: ExtendedDeviceId = "device".application(3);
        /// Is it on?
        routeing_mode: bool = "routeingMode";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A device works again (ECMA-269, Back In Service).
    BackInServiceEvent {
        /// The device.
        device: ExtendedDeviceId = "device".application(3).older_own();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A device does not work any more (ECMA-269, Out Of Service).
    OutOfServiceEvent {
        /// The device.
        device: ExtendedDeviceId = "device".application(3).older_own();
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A part of a device does not work (ECMA-269, Partially In Service).
    PartiallyInServiceEvent {
        /// The device.
        device: ExtendedDeviceId = "device".application(3);
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// A device can do other things than before (ECMA-269, Device Capabilities Changed).
    DeviceCapsChangedEvent {
        /// The device.
        device: ExtendedDeviceId = "device".application(3);
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// An event of the vendor's own (ECMA-269, Private Event).
    PrivateEvent {
        /// Who vouches for it.
        security: Option<SecurityData> = "security".followed();
        /// What it says.
        private_data: PrivateData = "privateData";
    }
    /// Escape (ECMA-269, Escape): a service of the vendor's own.
    Escape {
        /// The registration.
        escape_register_id: Option<Octets> = "escapeRegisterID".explicit(0).iii();
        /// Who vouches for it.
        security: Option<SecurityData> = "security".followed();
        /// What is asked for.
        private_data: PrivateData = "privateData";
    }
}
