//! The services and events of CSTA, each once for both encodings. Names are those of ECMA-323; what each means is in ECMA-269, whose
//! clause is named where the name does not say it.

mod acknowledgement;
mod call_associated;
mod call_control;
mod call_events;
mod call_state;
mod cause;
mod common;
mod conference_call;
mod failure;
mod failure_operation;
mod failure_other;
mod identifiers;
mod make_call;
mod monitor_filter;
mod monitoring;
mod new_destination;
mod redirect_call;
mod session;
mod session_info;
mod snapshot;
mod system;

pub use acknowledgement::Acknowledgement;
pub use call_associated::*;
pub use call_control::*;
pub use call_events::*;
pub use call_state::{CallState, CompoundCallState, SimpleCallState};
pub use cause::EventCause;
pub use common::*;
pub use conference_call::*;
pub use failure::UniversalFailure;
pub use failure_operation::OperationError;
pub use failure_other::*;
pub use identifiers::*;
pub use make_call::*;
pub use monitor_filter::*;
pub use monitoring::*;
pub use new_destination::NewDestination;
pub use redirect_call::*;
pub use session::*;
pub use session_info::{ApplicationSpecificInfo, SpecificInfo};
pub use snapshot::*;
pub use system::*;
