use super::{AgentId, DeviceId, Sequence, Text, Wall};
use serde::{Deserialize, Serialize};

/// What an agent does (ECMA-269, agent states).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum AgentState {
    /// Not at work.
    LoggedOff,
    /// At work, takes no calls.
    NotReady,
    /// Takes calls.
    Ready,
    /// In a call.
    Busy,
    /// Writes up the last call.
    WorkingAfterCall,
}

/// Who set an agent's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum SetBy {
    /// The agent or somebody else, through this bridge; or the bridge, when the time for work after a call was over.
    Bridge,
    /// The agent, at the phone.
    Phone,
    /// The switch by itself.
    Switch,
    /// Another application.
    Application,
}

/// An agent in one queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgentQueue {
    /// The queue.
    #[schema(value_type = String)]
    pub queue: DeviceId,
    /// The state there.
    pub state: AgentState,
    /// Why not ready, from the site's catalogue.
    #[schema(value_type = Option<String>)]
    pub reason: Option<Text>,
    /// The higher, the later this agent is asked.
    pub penalty: u32,
}

/// An agent (ECMA-269, switching function objects).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Agent {
    /// Unique on the bridge.
    #[schema(value_type = String)]
    pub id: AgentId,
    /// The name that the switch shows.
    #[schema(value_type = Option<String>)]
    pub name: Option<Text>,
    /// Where the agent is logged on.
    #[schema(value_type = Option<String>)]
    pub device: Option<DeviceId>,
    /// The state over all queues.
    pub state: AgentState,
    /// Why not ready, from the site's catalogue.
    #[schema(value_type = Option<String>)]
    pub reason: Option<Text>,
    /// Since when the state.
    pub since: Wall,
    /// The state that follows at the end of the call.
    pub pending_state: Option<AgentState>,
    /// The reason that follows.
    #[schema(value_type = Option<String>)]
    pub pending_reason: Option<Text>,
    /// Who set the state.
    pub set_by: Option<SetBy>,
    /// The agent in each queue.
    pub queues: Vec<AgentQueue>,
    /// The event up to which this picture is true.
    pub sequence: Sequence,
}
