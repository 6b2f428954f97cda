//! The server half: plays the switch's part of a session, lets applications in, and hands their requests to its owner. It knows nothing
//! of calls: the owner is the switch.
//!
//! ```
//! use bytes::BytesMut;
//! use lineside_csta::server::{Event, Server, ServerConfig};
//! use lineside_csta::types::{MonitorStartResponse, UniversalFailure};
//! use lineside_csta::{Answer, Dialect, Encoding, Framing, Login, Octets, Request, Response, Style, Supervision};
//! use lineside_wire::{Session, Tick};
//!
//! let dialect = Dialect {
//!     framing: Framing::Annex,
//!     encoding: Encoding::Xml(Style::edition(4)),
//!     login: Login::None,
//!     supervision: Supervision::None,
//! };
//! let now = Tick::ZERO; // from the owner's clock
//! let mut server = Server::new(now, ServerConfig::new(dialect, None))?;
//!
//! let document = "<MonitorStart><monitorObject><deviceObject>2001</deviceObject></monitorObject></MonitorStart>";
//! let length = u16::try_from(8 + document.len())?;
//! let mut input = BytesMut::from(&[&[0, 0], &length.to_be_bytes()[..], b"0001", document.as_bytes()].concat()[..]);
//! server.handle_bytes(now, &mut input)?;
//! while let Some(event) = server.poll_event() {
//!     match event {
//!         Event::Received { id, request: Request::MonitorStart(_) } => {
//!             let started = MonitorStartResponse {
//!                 monitor_cross_ref_id: Octets::from("77"),
//!                 ..MonitorStartResponse::default()
//!             };
//!             server.respond(id, Answer::Done(Response::MonitorStart(Box::new(started))))?;
//!         }
//!         Event::Received { id, .. } => server.respond(id, Answer::Failed(UniversalFailure::Unspecified))?,
//!         _ => {}
//!     }
//! }
//! let sent = server.poll_transmit().expect("to be written to the socket");
//! assert!(sent.bytes.ends_with(b"<monitorCrossRefID>77</monitorCrossRefID></MonitorStartResponse>"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod config;
mod event;
mod incoming;
mod login;

pub use config::ServerConfig;
pub use event::Event;

use crate::codec::EncodeError;
use crate::dialect;
use crate::message::{EventReport, InvokeId, Message, Request, Response};
use crate::session::{Answer, Ask, AskedId, Asker, Duty, Failure, Link, Own, application, duty};
use crate::types::{DefinedTermReason, SystemStatus, SystemStatusValue};
use bytes::BytesMut;
use lineside_wire::{RequestId, Session, SubmitError, Tick, Timers, Transmit, WireError};
use std::collections::VecDeque;

/// So many events may wait for the owner: more than one read can bring.
const MOST_EVENTS: usize = 65_536;
/// So many requests may be under way, whatever the configuration says: fewer than there are invoke ids.
const MOST_UNDER_WAY: usize = 4096;

/// The server half of a session. See [`Session`] for how to drive it.
#[derive(Debug)]
pub struct Server {
    config: ServerConfig,
    link: Link,
    phase: Phase,
    timers: Timers<Timer>,
    events: VecDeque<Event>,
}

/// What the application is to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    /// To send `B`.
    Handshake,
    /// To ask for an association.
    Association,
    /// To answer our system status.
    Status {
        user: Option<String>,
    },
    /// To register for the system status.
    Registration,
    /// To start a session.
    Session,
    /// To say who it is, to a Zultys MX.
    Zultys,
    Up,
    Closed,
}

impl Phase {
    const fn awaited(&self) -> &'static str {
        match self {
            Phase::Handshake => "handshake",
            Phase::Association => "association request",
            Phase::Status { .. } => "answer to System Status",
            Phase::Registration => "System Register",
            Phase::Session => "Start Application Session",
            Phase::Zultys => "login",
            Phase::Up | Phase::Closed => "nothing",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    Login,
    /// The timer of the session is over.
    Session,
    Answer(InvokeId),
}

impl Server {
    /// A session on a connection that was just accepted.
    ///
    /// # Errors
    /// What the switch says first cannot be written in the encoding of the dialect.
    pub fn new(now: Tick, config: ServerConfig) -> Result<Self, EncodeError> {
        let link = Link::new(config.dialect.framing, config.dialect.encoding.clone());
        let mut server = Server {
            link,
            phase: Phase::Closed,
            timers: Timers::new(),
            events: VecDeque::new(),
            config,
        };
        server.timers.set(Timer::Login, now + server.config.login_within);
        match server.config.dialect.login.clone() {
            dialect::Login::None => server.up(None),
            dialect::Login::ApplicationSession(_) => server.phase = Phase::Session,
            dialect::Login::ServerFirst => server.tell_status(None)?,
            dialect::Login::Association(association) if association.handshake => server.phase = Phase::Handshake,
            dialect::Login::Association(_) => server.phase = Phase::Association,
            dialect::Login::Zultys { .. } => server.phase = Phase::Zultys,
        }
        Ok(server)
    }

    /// Answers a request that [`Event::Received`] told of.
    ///
    /// # Errors
    /// [`SubmitError::NotReady`] when the session is over; [`SubmitError::Misuse`] when the request has been answered, or the answer cannot
    /// be written. Nothing was sent.
    pub fn respond(&mut self, asked: AskedId, answer: Answer) -> Result<(), SubmitError> {
        if self.phase == Phase::Closed {
            return Err(SubmitError::NotReady);
        }
        match self.link.answer(asked, answer) {
            Ok(true) => Ok(()),
            Ok(false) => Err(SubmitError::Misuse(
                "nothing of that name waits for an answer".to_owned(),
            )),
            Err(error) => Err(misuse(&error)),
        }
    }

    /// Tells the application what happened.
    ///
    /// # Errors
    /// [`SubmitError::NotReady`] when the application has not been let in, or the session is over; [`SubmitError::Misuse`] when it cannot be
    /// written. Nothing was sent.
    pub fn report(&mut self, report: EventReport) -> Result<(), SubmitError> {
        if self.phase != Phase::Up {
            return Err(SubmitError::NotReady);
        }
        let report = Message::Event(report);
        self.link.tell(&report, false).map_err(|error| misuse(&error))
    }

    fn up(&mut self, user: Option<String>) {
        self.phase = Phase::Up;
        self.timers.stop(Timer::Login);
        self.events.push_back(Event::Up { user });
    }

    /// The switch tells that it is enabled, ahead of everything else.
    fn tell_status(&mut self, user: Option<String>) -> Result<(), EncodeError> {
        let status = SystemStatus {
            system_status: SystemStatusValue::Enabled,
            ..SystemStatus::default()
        };
        let request = Request::SystemStatus(Box::new(status));
        self.phase = Phase::Status { user };
        self.link.ask(Asker::Session(Own::Login), request, false).map(|_| ())
    }

    fn completed(&mut self, id: RequestId, result: Result<Response, Failure>) {
        self.events.push_back(Event::Completed { id, result });
    }

    fn stop(&mut self) {
        if self.phase == Phase::Closed {
            return;
        }
        self.phase = Phase::Closed;
        self.timers = Timers::new();
        for id in self.link.drain() {
            self.completed(id, Err(Failure::Lost));
        }
        self.events.push_back(Event::Closed);
    }

    fn guard(&mut self, outcome: Result<(), WireError>) -> Result<(), WireError> {
        if outcome.is_err() {
            self.stop();
        }
        outcome
    }

    fn expired(&mut self, timer: Timer) -> Result<(), WireError> {
        match timer {
            Timer::Login => {
                let awaited = self.phase.awaited();
                Err(WireError::PeerMisbehaved(format!("no {awaited} in time")))
            }
            Timer::Session => {
                self.terminate(DefinedTermReason::SessionTimerExpired);
                Err(WireError::PeerMisbehaved(
                    "the timer of the session was not reset".to_owned(),
                ))
            }
            Timer::Answer(id) => {
                if let Some(Asker::Owner(id)) = self.link.ended(id) {
                    self.completed(id, Err(Failure::Timeout));
                }
                Ok(())
            }
        }
    }

    /// Tells the application that its session is over (ECMA-354).
    fn terminate(&mut self, reason: DefinedTermReason) {
        if matches!(self.config.dialect.login, dialect::Login::ApplicationSession(_)) {
            // Whether it can be written or not: the session ends.
            let _ = self.link.notify(application::terminated(self.session_id(), reason));
        }
    }
}

fn misuse(error: &EncodeError) -> SubmitError {
    SubmitError::Misuse(error.to_string())
}

impl Session for Server {
    type Request = Ask;
    type Event = Event;

    fn handle_bytes(&mut self, now: Tick, input: &mut BytesMut) -> Result<(), WireError> {
        let outcome = self.read(now, input);
        if self.phase == Phase::Closed {
            input.clear();
        }
        self.guard(outcome)
    }

    fn handle_eof(&mut self, _now: Tick) -> Result<(), WireError> {
        self.stop();
        Ok(())
    }

    fn handle_timeout(&mut self, now: Tick) -> Result<(), WireError> {
        while let Some(timer) = self.timers.expired(now) {
            let outcome = self.expired(timer);
            self.guard(outcome)?;
        }
        Ok(())
    }

    /// Asks the application for something: tells it how the switch is, ends a monitor, sends a segment of a list.
    fn submit(&mut self, now: Tick, ask: Ask) -> Result<RequestId, SubmitError> {
        if self.phase != Phase::Up {
            return Err(SubmitError::NotReady);
        }
        let under_way = self.link.owners();
        if under_way >= self.config.window.min(MOST_UNDER_WAY) {
            return Err(SubmitError::WindowFull(under_way));
        }
        if duty(ask.request.name()) == Duty::Nobody {
            self.link.notify(ask.request).map_err(|error| misuse(&error))?;
            let id = self.link.number();
            self.completed(id, Ok(Response::Void));
            return Ok(id);
        }
        let (id, invoke) = self.link.submit(ask.request).map_err(|error| misuse(&error))?;
        let within = ask.within.unwrap_or(self.config.answer_within);
        self.timers.set(Timer::Answer(invoke), now + within);
        Ok(id)
    }

    fn close(&mut self, _now: Tick) {
        if self.phase == Phase::Up {
            self.terminate(DefinedTermReason::ResourceLimitation);
            if matches!(self.config.dialect.login, dialect::Login::Association(_)) {
                let release = Message::Association(crate::Acse::ReleaseRequest);
                // Whether it can be written or not: the session ends.
                let _ = self.link.tell(&release, false);
            }
        }
        self.stop();
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.link.poll_transmit()
    }

    fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    fn poll_timeout(&self) -> Option<Tick> {
        self.timers.next()
    }
}
