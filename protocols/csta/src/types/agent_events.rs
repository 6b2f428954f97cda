//! Events of agents.

use super::{AgentId, CommonArguments, DeviceId, EventCause, ExtendedDeviceId, PendingAgentState};
use crate::schema::{Hex, enumeration, sequence};

sequence! {
    /// An agent logged on (ECMA-269, Agent Logged On).
    AgentLoggedOnEvent {
        /// The device of the agent.
        agent_device: ExtendedDeviceId = "agentDevice".application(3);
        /// The agent.
        agent_id: Option<AgentId> = "agentID".context(2).older_context(10);
        /// The group; missing: every one.
        acd_group: Option<DeviceId> = "acdGroup";
        /// The agent's password.
        agent_password: Option<Hex> = "agentPassword".context(3).older_context(11);
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// An agent logged off (ECMA-269, Agent Logged Off).
    AgentLoggedOffEvent {
        /// The device of the agent.
        agent_device: ExtendedDeviceId = "agentDevice".application(3);
        /// The agent.
        agent_id: Option<AgentId> = "agentID".context(2).older_context(10);
        /// The group; missing: every one.
        acd_group: Option<DeviceId> = "acdGroup";
        /// The agent's password.
        agent_password: Option<Hex> = "agentPassword".context(3).older_context(11);
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// An agent takes no calls (ECMA-269, Agent Not Ready).
    AgentNotReadyEvent {
        /// The device of the agent.
        agent_device: ExtendedDeviceId = "agentDevice".application(3);
        /// The agent.
        agent_id: Option<AgentId> = "agentID".older_context(10);
        /// The group; missing: every one.
        acd_group: Option<DeviceId> = "acdGroup";
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// An agent takes calls (ECMA-269, Agent Ready).
    AgentReadyEvent {
        /// The device of the agent.
        agent_device: ExtendedDeviceId = "agentDevice".application(3);
        /// The agent.
        agent_id: Option<AgentId> = "agentID".older_context(10);
        /// The group; missing: every one.
        acd_group: Option<DeviceId> = "acdGroup";
        /// Why.
        cause: Option<EventCause> = "cause";
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// An agent has a call (ECMA-269, Agent Busy).
    AgentBusyEvent {
        /// The device of the agent.
        agent_device: ExtendedDeviceId = "agentDevice".application(3);
        /// The agent.
        agent_id: Option<AgentId> = "agentID".older_context(10);
        /// The group; missing: every one.
        acd_group: Option<DeviceId> = "acdGroup";
        /// What follows by itself.
        pending_agent_state: Option<PendingAgentState> = "pendingAgentState".context(2).iii();
        /// Why.
        cause: Option<EventCause> = "cause".context(3).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
    /// An agent works after a call (ECMA-269, Agent Working After Call).
    AgentWorkingAfterCallEvent {
        /// The device of the agent.
        agent_device: ExtendedDeviceId = "agentDevice".application(3);
        /// The agent.
        agent_id: Option<AgentId> = "agentID".older_context(10);
        /// The group; missing: every one.
        acd_group: Option<DeviceId> = "acdGroup";
        /// What follows by itself.
        pending_agent_state: Option<PendingAfterCall> = "pendingAgentState".context(2).iii();
        /// Why.
        cause: Option<EventCause> = "cause".context(3).iii();
        /// What the vendor adds.
        extensions: Option<CommonArguments> = "extensions".tagged(30).iii();
    }
}

enumeration! {
    /// How an agent will be after the work after a call.
    PendingAfterCall {
        NotReady = 0 "notReady",
        Ready = 1 "ready",
        Null = 2 "null",
    }
}
