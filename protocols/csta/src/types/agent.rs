//! Agents: what can be asked for.

use super::{CommonArguments, DeviceId};
use crate::schema::{Hex, Octets, enumeration, list, sequence};
use lineside_wire::Private;

sequence! {
    /// Get Agent State (ECMA-269, Get Agent State).
    GetAgentState {
        /// The device.
        device: DeviceId = "device";
        /// The group; missing: every one.
        acd_group: Option<DeviceId> = "acdGroup".iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Get Agent State.
    GetAgentStateResponse {
        /// The agents of the device.
        agent_state_list: AgentStateList = "agentStateList";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// Set Agent State (ECMA-269, Set Agent State).
    SetAgentState {
        /// The device.
        device: DeviceId = "device";
        /// What is asked for.
        requested_agent_state: ReqAgentState = "requestedAgentState";
        /// The agent.
        agent_id: Option<AgentId> = "agentID".context(2).iii();
        /// The agent's password.
        password: Option<Hex> = "password".context(3).iii();
        /// The group; missing: every one.
        group: Option<DeviceId> = "group";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// The answer to Set Agent State.
    SetAgentStateResponse {
        /// What the state will be when the call is over; missing: it is so already.
        pending_agent_state: Option<PendingAgentState> = "pendingAgentState";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30);
    }
    /// An agent of a device.
    AgentStateEntry {
        /// The agent.
        agent_id: Option<AgentId> = "agentID";
        /// Is the agent logged on?
        logged_on_state: bool = "loggedOnState";
        /// How it is in each group.
        agent_info: Option<AgentInfoList> = "agentInfo";
    }
    /// How an agent is in a group.
    AgentInfo {
        /// The group; missing: every one.
        acd_group: Option<DeviceId> = "acdGroup";
        /// How.
        agent_state: AgentState = "agentState";
        /// What follows by itself.
        pending_agent_state: Option<PendingAgentState> = "pendingAgentState".context(0).iii();
        /// Why.
        agent_state_condition: Option<AgentStateCondition> = "agentStateCondition".context(1).iii();
    }
}

list! {
    /// The agents of a device.
    AgentStateList of AgentStateEntry = "agentStateEntry";
    /// How an agent is in each group.
    AgentInfoList of AgentInfo = "agentInfoItem";
}

/// Who an agent is: as text in XML, octets in BER.
pub type AgentId = Private<Octets>;

enumeration! {
    /// How an agent is to be.
    ReqAgentState {
        LoggedOn = 0 "loggedOn",
        LoggedOff = 1 "loggedOff",
        NotReady = 2 "notReady",
        Ready = 3 "ready",
        WorkingAfterCall = 4 "workingAfterCall",
    }
    /// How an agent is.
    AgentState {
        AgentNotReady = 0 "agentNotReady",
        /// Not logged on.
        AgentNull = 1 "agentNull",
        AgentReady = 2 "agentReady",
        /// In a call.
        AgentBusy = 3 "agentBusy",
        AgentWorkingAfterCall = 4 "agentWorkingAfterCall",
    }
    /// How an agent will be.
    PendingAgentState {
        AgentNotReady = 0 "agentNotReady",
        AgentNull = 1 "agentNull",
        AgentReady = 2 "agentReady",
        AgentWorkingAfterCall = 3 "agentWorkingAfterCall",
    }
    /// Why an agent is like this.
    AgentStateCondition {
        ForcedPause = 0 "forcedPause",
        OtherReason = 1 "other",
    }
}
