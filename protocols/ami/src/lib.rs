//! The Asterisk Manager Interface: its wire format, and both halves of a session, without sockets or clocks.
//!
//! - [`Decoder`] cuts [`Message`]s out of bytes, liberal in what it takes: every format that Asterisk 1.8 to 23 is known to
//!   send. One allocation a message.
//! - [`Outgoing`] and [`Action`] write them, strict in what they send.
//! - [`client::Client`] logs in, matches answers and lists to requests, keeps deadlines and pings.
//! - [`server::Server`] lets clients in and hands their actions to its owner, who plays the switch.
//! - [`escape`] knows which values carry C escapes; nothing is unescaped unasked.
//!
//! Bytes and time go in, bytes and events come out; who owns the session owns the socket and the clock.
//!
//! ```
//! use bytes::BytesMut;
//! use lineside_ami::client::{Client, Config, Event};
//! use lineside_ami::Action;
//! use lineside_wire::{Session, Tick};
//!
//! let mut now = Tick::ZERO; // from the owner's clock
//! let mut client = Client::new(now, Config::new("crm", "secret", "x7Gt2"))?;
//!
//! // What a read from the socket gave. What is left in `input` is the start of a message: read on behind it.
//! let mut input = BytesMut::from("Asterisk Call Manager/11.0.0\r\n");
//! client.handle_bytes(now, &mut input)?;
//! let challenge = client.poll_transmit().expect("to be written to the socket");
//! assert!(challenge.bytes.starts_with(b"Action: Challenge\r\nActionID: x7Gt2-1\r\n"));
//!
//! input.extend_from_slice(b"Response: Success\r\nActionID: x7Gt2-1\r\nChallenge: 840415273\r\n\r\n");
//! client.handle_bytes(now, &mut input)?;
//! assert!(client.poll_transmit().is_some_and(|login| login.secret));
//!
//! input.extend_from_slice(b"Response: Success\r\nActionID: x7Gt2-2\r\nMessage: Authentication accepted\r\n\r\n");
//! input.extend_from_slice(b"Event: Hangup\r\nPrivilege: call,all\r\nUniqueid: 1700000000.7\r\nCause: 16\r\n\r\n");
//! client.handle_bytes(now, &mut input)?;
//! while let Some(event) = client.poll_event() {
//!     match event {
//!         Event::LoggedIn => {
//!             client.submit(now, Action::new("CoreShowChannels").list())?;
//!         }
//!         Event::Message(message) if message.is_event("Hangup") => {
//!             assert_eq!(message.get("Cause").and_then(|cause| cause.as_str()), Some("16"));
//!         }
//!         Event::Completed { id, result } => println!("{id:?}: {result:?}"),
//!         _ => {}
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]

mod action;
mod banner;
pub mod client;
mod decode;
mod encode;
pub mod escape;
mod line;
mod message;
mod scan;
pub mod server;
mod value;
mod variable;

pub use action::Action;
pub use banner::Banner;
pub use decode::{DecodeLimits, Decoder};
pub use encode::{EncodeError, EncodeLimits, LONGEST_ACTION_ID, Outgoing, is_action_id};
pub use message::{Header, Kind, Line, Lines, Message};
pub use value::{Text, Value};
pub use variable::variables;
