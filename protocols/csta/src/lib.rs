//! CSTA (ECMA-269): its services and events, its two encodings, and both halves of a session, without sockets or clocks.
//!
//! - [`types`] has every service and event once, with its name in XML and its tag in BER; [`Request`], [`Response`] and [`Event`] hold them.
//! - [`Codec`] reads and writes them: CSTA XML (ECMA-323), and BER in all three phases (ECMA-180, ECMA-218, ECMA-285). [`recognize`] says
//!   what the first bytes of a connection look like.
//! - [`Dialect`] says as data how a switch is spoken with: framing, encoding, login, supervision.
//! - [`client::Client`] begins the session and keeps it, matches answers to requests, keeps deadlines, and answers the switch.
//! - [`avaya`] has what one vendor's servers ask for besides the standard.
//! - [`server::Server`] plays the switch's part of all this, and hands the requests to its owner.
//!
//! Bytes and time go in, bytes and events come out; who owns the session owns the socket and the clock.
//!
//! ```
//! use bytes::BytesMut;
//! use lineside_csta::client::{Client, Config, Event};
//! use lineside_csta::types::{CstaObject, DeviceId, MonitorStart};
//! use lineside_csta::{Ask, Dialect, Encoding, Framing, Login, Request, Style, Supervision};
//! use lineside_wire::{Session, Tick};
//! use std::time::Duration;
//!
//! let dialect = Dialect {
//!     framing: Framing::Annex,
//!     encoding: Encoding::Xml(Style::edition(4)),
//!     login: Login::None,
//!     supervision: Supervision::Ask { every: Duration::from_secs(60) },
//! };
//! let now = Tick::ZERO; // from the owner's clock
//! let mut client = Client::new(now, Config::new(dialect, None))?;
//! assert!(matches!(client.poll_event(), Some(Event::Up(_))));
//!
//! let monitor = MonitorStart {
//!     monitor_object: CstaObject::Device(DeviceId::dialled("2001")),
//!     ..MonitorStart::default()
//! };
//! let asked = client.submit(now, Ask::new(Request::MonitorStart(Box::new(monitor))))?;
//! let sent = client.poll_transmit().expect("to be written to the socket");
//! assert_eq!(&sent.bytes[4..8], b"0001");
//!
//! // What a read from the socket gave. What is left in `input` is the start of a message: read on behind it.
//! let document = "<MonitorStartResponse><monitorCrossRefID>77</monitorCrossRefID></MonitorStartResponse>";
//! let length = u16::try_from(8 + document.len())?;
//! let mut input = BytesMut::from(&[&[0, 0], &length.to_be_bytes()[..], b"0001", document.as_bytes()].concat()[..]);
//! client.handle_bytes(now, &mut input)?;
//! while let Some(event) = client.poll_event() {
//!     match event {
//!         Event::Completed { id, result } => {
//!             assert_eq!(id, asked);
//!             assert!(result.is_ok());
//!         }
//!         Event::Report(report) => println!("{}: {}", report.monitor_cross_ref_id.text(), report.event.name()),
//!         Event::Status { value, meaning } => println!("the switch is {}: {meaning:?}", value.as_str()),
//!         _ => {}
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]

pub mod avaya;
pub(crate) mod ber;
pub mod client;
mod codec;
mod dialect;
mod error;
#[cfg(test)]
mod every;
mod frame;
mod ids;
mod message;
mod recognize;
pub(crate) mod schema;
pub mod server;
pub(crate) mod session;
pub mod types;
pub(crate) mod xml;

pub use ber::{Acse, AssociationRequest, AssociationResponse, ContextName, Phase};
pub use codec::{Codec, EncodeError, Encoding, Framing, Received, Style};
pub use dialect::{ApplicationSession, Association, Credentials, CredentialsAs, Dialect, Login, Supervision};
pub use error::{DecodeError, Problem};
pub use message::{Event, EventReport, Group, InvokeId, Message, RejectProblem, Request, Response};
pub use recognize::{Wire, recognize};
pub use schema::{Hex, Octets, Rest, Step, Unknown, Within};
pub use session::{Answer, Ask, AskedId, Failure};
