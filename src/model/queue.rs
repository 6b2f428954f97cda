use super::{AgentId, AgentState, CallId, DeviceId, Sequence, Text, Wall};
use serde::{Deserialize, Serialize};

/// A call that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaitingCall {
    /// Which.
    pub call: CallId,
    /// Since when.
    pub since: Wall,
    /// Its place, the first is 1.
    pub position: u32,
}

/// A member of a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueueMember {
    /// The agent, where known.
    #[schema(value_type = Option<String>)]
    pub agent: Option<AgentId>,
    /// The device that is rung.
    #[schema(value_type = Option<String>)]
    pub device: Option<DeviceId>,
    /// The state in this queue.
    pub state: AgentState,
    /// Why not ready.
    #[schema(value_type = Option<String>)]
    pub reason: Option<Text>,
    /// The higher, the later this member is asked.
    pub penalty: u32,
}

/// A queue (ECMA-269, ACD), whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Queue {
    /// Unique on the bridge; a queue is a device too.
    #[schema(value_type = String)]
    pub id: DeviceId,
    /// The name that the switch shows.
    #[schema(value_type = Option<String>)]
    pub name: Option<Text>,
    /// Who waits, in order.
    pub waiting: Vec<WaitingCall>,
    /// Who answers.
    pub members: Vec<QueueMember>,
    /// The event up to which this picture is true.
    pub sequence: Sequence,
}
