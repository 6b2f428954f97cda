//! The model: what Lineside tells applications, in the words of CSTA Phase III (ECMA-269), spelled as in ECMA-323.
//!
//! These are the wire types of `/v1`; there is no second set. The model knows nothing else of the house. Every public
//! item says what it means, in which units and ranges, and where the standard says so.

mod acd;
mod agent;
mod ask_agent;
mod batch;
mod call;
mod cause;
mod command;
mod connection;
mod device;
mod event;
mod fact;
mod id;
#[cfg(test)]
pub(crate) mod page;
mod party;
mod pattern;
mod queue;
#[cfg(test)]
pub(crate) mod sample;
mod service;
mod statistics;
mod switch;
mod task;
mod text;
mod time;
mod verdict;

pub use acd::{AgentEvent, AgentFact, QueueFact};
pub use agent::{Agent, AgentQueue, AgentState, SetBy};
pub use ask_agent::{AgentOrder, AgentTask, REASONS, RequestedState, is_reason};
pub use batch::{Batch, Entity, Memo, Restored};
pub use call::{Call, CallDirection, CallState, Linkage};
pub use cause::Cause;
pub use command::{Command, CommandId, Deed, Feature, NewCall, Order};
pub use connection::{Connection, ConnectionDirection, ConnectionState, Kind, Outcome, Participation, Recording};
pub use device::{Device, Forwarding, ForwardingType};
pub use event::{AgentData, BridgeData, CallData, Data, DeviceData, Envelope, Event, EventType, LinkData, QueueData};
pub use fact::{
    CallFact, CallKey, ConnectionEvent, ConnectionFact, ConnectionKey, DeviceFact, Fact, Facts, LinkFact, MergeFact,
    MergeReason, PartyFact, PastFact, PermittedFact, RenameFact, SnapshotFact, SplitFact, SuperviseFact, TransferFact,
};
pub use id::{AgentId, CallId, ConnectionId, DeviceId, SwitchName, SwitchNameError};
pub use party::{Party, Presentation};
pub use pattern::Pattern;
pub use queue::{Queue, QueueMember, WaitingCall};
pub use service::{Service, Services};
pub use statistics::{
    AgentStatistics, Durations, Occupancy, QueueStatistics, Redirected, ServiceLevel, StateInterval, StateTime, Window,
};
pub use switch::{Capability, LinkRole, LinkState, Monitors, Switch, SwitchState};
pub use task::{Ask, Meaning, Native, Progress, Task};
pub use text::Text;
pub use time::{Now, Sequence, Wall};
pub use verdict::{Contradiction, Denial, Settled, Verdict};
