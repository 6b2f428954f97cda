//! CSTA (ECMA-269): its services and events, its two encodings, and both halves of a session, without sockets or clocks.
#![deny(missing_docs)]

pub(crate) mod ber;
pub mod client;
mod codec;
mod dialect;
mod error;
mod frame;
mod ids;
mod message;
mod recognize;
pub(crate) mod schema;
pub mod server;
pub(crate) mod session;
pub mod types;
pub(crate) mod xml;

pub use ber::{Acse, AssociationRequest, AssociationResponse, Phase};
pub use codec::{Codec, EncodeError, Encoding, Framing, Received, Style};
pub use dialect::{ApplicationSession, Association, Credentials, CredentialsAs, Dialect, Login, Supervision};
pub use error::{DecodeError, Problem};
pub use message::{Event, EventReport, Group, InvokeId, Message, RejectProblem, Request, Response};
pub use recognize::{Wire, recognize};
pub use schema::{Hex, Octets, Rest, Unknown};
pub use session::{Answer, Ask, AskedId, Failure};
