//! How the switch is, and who is told.

use super::CommonArguments;
use crate::schema::{Octets, enumeration, flags, sequence};

sequence! {
    /// System Register (ECMA-269, System Register): asks to be told how the switch is.
    SystemRegister {
        /// What of.
        request_types: RequestTypes = "requestTypes";
        /// What is not to be told.
        requested_status_filter: Option<StatusFilter> = "requestedStatusFilter";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to System Register.
    SystemRegisterResponse {
        /// Names the registration.
        sys_stat_register_id: Octets = "sysStatRegisterID";
        /// What is not told.
        actual_status_filter: Option<StatusFilter> = "actualStatusFilter";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// System Register Abort (ECMA-269, System Register Abort): the switch ends a registration, and wants no answer.
    SystemRegisterAbort {
        /// The registration.
        sys_stat_register_id: Octets = "sysStatRegisterID";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// System Register Cancel (ECMA-269, System Register Cancel).
    SystemRegisterCancel {
        /// The registration.
        sys_stat_register_id: Octets = "sysStatRegisterID";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Request System Status (ECMA-269, Request System Status). Either side asks it of the other.
    RequestSystemStatus {
        /// The registration, where there is one.
        sys_stat_register_id: Option<Octets> = "sysStatRegisterID";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Request System Status.
    RequestSystemStatusResponse {
        /// How it is.
        system_status: SystemStatusValue = "systemStatus";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// System Status (ECMA-269, 14.2.5): the switch tells how it is, and wants an answer.
    SystemStatus {
        /// The registration, where there is one.
        sys_stat_register_id: Option<Octets> = "sysStatRegisterID";
        /// How it is.
        system_status: SystemStatusValue = "systemStatus";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Change System Status Filter (ECMA-269, Change System Status Filter).
    ChangeSysStatFilter {
        /// The registration.
        sys_stat_register_id: Octets = "sysStatRegisterID";
        /// What is not to be told from now on.
        requested_status_filter: StatusFilter = "requestedStatusFilter";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Change System Status Filter.
    ChangeSysStatFilterResponse {
        /// What is not told from now on.
        actual_status_filter: StatusFilter = "actualStatusFilter";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
}

enumeration! {
    /// How a switch is (ECMA-269, 12.2.24).
    SystemStatusValue {
        /// It starts: monitors and registrations are gone.
        Initializing = 0 "initializing",
        /// It works again: monitors and registrations are gone.
        Enabled = 1 "enabled",
        /// It works, and did before.
        Normal = 2 "normal",
        /// It works, and what happened meanwhile was not told.
        MessagesLost = 3 "messagesLost",
        /// It does not work: monitors and registrations are gone.
        Disabled = 4 "disabled",
        /// It asks for less to do.
        OverloadImminent = 5 "overloadImminent",
        /// It refuses what is asked.
        OverloadReached = 6 "overloadReached",
        /// There may be as much to do as before.
        OverloadRelieved = 7 "overloadRelieved",
        /// Parts of it do not work.
        PartiallyDisabled = 8 "partiallyDisabled",
    }
}

flags! {
    /// What a registration tells of.
    RequestTypes {
        SYSTEM_STATUS = 0 "systemStatus",
        REQUEST_SYSTEM_STATUS = 1 "requestSystemStatus",
        SWITCHING_FUNCTION_CAPS_CHANGED = 2 "switchingFunctionCapsChanged",
        SWITCHING_FUNCTION_DEVICES_CHANGED = 3 "switchingFunctionDevicesChanged",
    }
    /// What a registration does not tell. The numbers are not those of the status.
    StatusFilter {
        INITIALIZING = 0 "initializing",
        ENABLED = 1 "enabled",
        NORMAL = 2 "normal",
        MESSAGE_LOST = 3 "messageLost",
        DISABLED = 4 "disabled",
        PARTIALLY_DISABLED = 5 "partiallyDisabled",
        OVERLOAD_IMMINENT = 6 "overloadImminent",
        OVERLOAD_REACHED = 7 "overloadReached",
        OVERLOAD_RELIEVED = 8 "overloadRelieved",
    }
}
