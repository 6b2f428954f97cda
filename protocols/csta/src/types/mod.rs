//! The services and events of CSTA, each once for both encodings. Names are those of ECMA-323; what each means is in ECMA-269, whose
//! clause is named where the name does not say it.

mod call_events;
mod cause;
mod common;
mod identifiers;
mod services;

pub use call_events::*;
pub use cause::EventCause;
pub use common::*;
pub use identifiers::*;
pub use services::*;
