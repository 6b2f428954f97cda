//! What is asked of agents.

use super::{AgentId, DeviceId, Text};
use serde::{Deserialize, Serialize};

/// What an agent is to do (ECMA-269, Set Agent State, requestedAgentState).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RequestedState {
    /// Come to work at a device.
    LoggedOn,
    /// Leave work.
    LoggedOff,
    /// Take no calls.
    NotReady,
    /// Take calls.
    Ready,
    /// Write up the last call, and take no calls meanwhile.
    WorkingAfterCall,
}

impl RequestedState {
    /// Every one of them, in the order of the contract.
    pub const ALL: &'static [RequestedState] = &[
        RequestedState::LoggedOn,
        RequestedState::LoggedOff,
        RequestedState::Ready,
        RequestedState::NotReady,
        RequestedState::WorkingAfterCall,
    ];

    /// The name, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            RequestedState::LoggedOn => "loggedOn",
            RequestedState::LoggedOff => "loggedOff",
            RequestedState::NotReady => "notReady",
            RequestedState::Ready => "ready",
            RequestedState::WorkingAfterCall => "workingAfterCall",
        }
    }
}

/// ECMA-269, Set Agent State: what is asked of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentOrder {
    /// Who.
    pub agent: AgentId,
    /// What to do.
    pub state: RequestedState,
    /// Why not ready.
    pub reason: Option<Text>,
    /// Where to log on; where the agent usually works if none is named.
    pub device: Option<DeviceId>,
    /// In which queues; in all in which the agent works if none is named.
    pub queues: Vec<DeviceId>,
    /// Whoever stands in the way of logging on is logged off first.
    pub force: bool,
}

/// What an adapter is to have done about an agent. It knows by its own facts where everybody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentTask {
    /// Who.
    pub agent: AgentId,
    /// What to do.
    pub state: RequestedState,
    /// Why not ready; understood and allowed.
    pub reason: Option<Text>,
    /// Where to log on.
    pub device: Option<DeviceId>,
    /// In which queues: to log on to each of them; else none is all in which the agent is.
    pub queues: Vec<DeviceId>,
    /// Who is to be logged off everywhere before that.
    pub off: Vec<AgentId>,
}

/// The longest reason, in bytes: Asterisk keeps no more (16 to 22: 80 with the end).
const REASON: usize = 79;

/// What a reason may be, for people.
pub const REASONS: &str = "a reason is 1 to 79 letters, digits, blanks and - _ . + / & ' ( )";

/// May `text` be a reason why somebody is not ready? It is shown to people and told to switches, so it has no signs that would mean more
/// there: no ends of lines, which begin another header, and none of those that separate what a switch keeps (`;` and `|` of Asterisk).
#[must_use]
pub fn is_reason(text: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "-_.+/&'() ".contains(c);
    (1..=REASON).contains(&text.len()) && text.trim() == text && text.chars().all(plain)
}
