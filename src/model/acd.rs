//! Facts about agents and queues.

use super::{AgentId, AgentState, DeviceId, SetBy, Text, Wall};

/// What an agent did (ECMA-269, logical device events). That the agent is in a call follows from the calls and is no fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AgentEvent {
    /// Came to a queue. Whether the agent takes calls there is told next.
    LoggedOn,
    /// Left a queue.
    LoggedOff,
    /// Takes calls. A wrap-up that ran is over.
    Ready,
    /// Takes no calls, for the reason that is told. A wrap-up that ran is over.
    NotReady,
    /// Takes no calls because of a wrap-up, or for a reason that is one.
    WorkingAfterCall,
    /// None of these; something else is told.
    Updated,
}

/// An agent in one queue, or in all of them. To state any of `Ready`, `NotReady` and `WorkingAfterCall` states also that the agent is logged
/// on there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentFact {
    /// Who.
    pub agent: AgentId,
    /// The name that the switch shows.
    pub name: Option<Text>,
    /// Where the agent is.
    pub device: Option<DeviceId>,
    /// In which queue; `None` is in all in which the agent is, and at the switch itself where that is none.
    pub queue: Option<DeviceId>,
    /// What happened.
    pub event: AgentEvent,
    /// Why not ready.
    pub reason: Option<Text>,
    /// The higher, the later this agent is asked there.
    pub penalty: Option<u32>,
    /// Who did it, where that is certain.
    pub set_by: Option<SetBy>,
    /// Since when, where it is found out later and the switch tells.
    pub since: Option<Wall>,
    /// What follows by itself at the end of the call or of the work after it, where the switch tells. It is void with the next thing that the
    /// agent does there.
    pub then: Option<AgentState>,
}

impl AgentFact {
    /// An agent did something in a queue, of which nothing else is known.
    #[must_use]
    pub const fn of(agent: AgentId, queue: Option<DeviceId>, event: AgentEvent) -> Self {
        AgentFact {
            agent,
            name: None,
            device: None,
            queue,
            event,
            reason: None,
            penalty: None,
            set_by: None,
            since: None,
            then: None,
        }
    }
}

/// There is a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueFact {
    /// Which.
    pub queue: DeviceId,
    /// The name that the switch shows.
    pub name: Option<Text>,
}
