//! Lineside: a PBX CTI bridge.
//!
//! On one side stand telephone switches, each with a protocol of its own; on the other applications that want one call model,
//! one event stream and one way to ask. Between them runs a pipeline of small steps:
//!
//! ```text
//!  socket ─bytes─▶ [ protocols/<p> ▶ normalize ▶ engine ] ─Batch─▶ stream: number, log, fold, fan out ─▶ service ─▶ api
//!                  [     one pure Machine per switch     ]          (store beneath)
//!                                link drives it
//! ```
//!
//! Three kinds of task: one **link** per switch, with a reader per socket; one **sequencer** per bridge; one **client** per
//! subscriber. An event makes three hand-overs, each a bounded queue, each in one direction. State has one owner: the machine
//! owns what the switch told, the sequencer owns numbers and the **view**, which is the fold of the events and nothing else. Who
//! reads, reads the view; nothing above the stream asks a link for state.
//!
//! | room | what it knows | what it must not know |
//! |---|---|---|
//! | `protocols/wire` | the contract of a session, ticks, timers, errors that say whose fault it was, `Private` | any protocol |
//! | `protocols/<p>` | the wire of one protocol: both halves of a session on one codec | sockets, clocks, async, the model |
//! | [`model`] | what applications are told; facts, which adapters assert | everything else |
//! | `profile` | a vendor's product and a site, as data | wires |
//! | `normalize` | native messages of one protocol; legs, dial edges, Local pairs | ids of calls, JSON, sockets |
//! | `engine` | the laws of calls and connections; native key ↔ our id | legs, channels, vendors |
//! | `link` | `machine`: session + normalizer + engine, pure; `driver`: sockets, clock, entropy; captures | the stream, HTTP |
//! | `store` | one SQLite file | what it means |
//! | `stream` | the sequencer, the view, the hub, subscriptions and resuming | protocols, HTTP |
//! | `projections` | further folds of the stream: statistics | links, the engine, HTTP |
//! | `access`, `service` | tokens; who may see and do what | HTTP |
//! | `api` | `/v1` over HTTP | links, the store |
//! | `sim` | virtual switches on the server half of a protocol | links, the stream |
//! | `cli`, `config`, `telemetry`, `app` | commands, configuration, logs, wiring | – |
//!
//! `tests/architecture` holds this against every path in the code. What is pure reads nothing but its inputs: time comes with each
//! of them, chance from one seed per start of a link, and maps are ordered. So a **capture** of a machine's inputs replays to the
//! same events, ids included, bit for bit ([`replay`]); live traffic, replay, the cases of the profiles, fuzzing, benchmarks
//! and the demo all drive this one machine.
//!
//! The laws: the vocabulary is CSTA Phase III. A call has one id for life. Events have one order, and who resumes misses nothing
//! and sees nothing twice. Every event carries the whole entity after the change. The truth is the switch: when a link drops we say
//! so, when it returns we correct, marked; never a ghost call, nothing invented.
#![cfg_attr(not(test), warn(unreachable_pub))]

mod access;
mod api;
mod app;
#[doc(hidden)]
pub mod bench;
pub mod cli;
mod config;
mod engine;
mod link;
#[doc(hidden)]
pub mod load;
pub mod model;
mod normalize;
#[doc(hidden)]
pub mod play;
mod profile;
mod projections;
pub mod replay;
mod service;
mod sim;
mod store;
mod stream;
mod telemetry;
