//! The client half: begins the session and keeps it, matches answers to requests, answers the switch, tells what happens.

mod config;
mod event;
mod failure;
mod incoming;
mod keep;
mod login;

pub use config::Config;
pub use event::{Event, Peer, StatusMeaning};
pub use failure::{Ending, LoginFailure};

use crate::codec::EncodeError;
use crate::dialect;
use crate::message::InvokeId;
use crate::session::{Answer, Ask, AskedId, Asker, Duty, Failure, Link, Own, duty};
use bytes::{Buf as _, BytesMut};
use lineside_wire::{RequestId, Session, SubmitError, Tick, Timers, Transmit, WireError};
use login::{AwaitHandshake, AwaitStatus, Login};
use std::collections::VecDeque;

/// So many events may wait for the owner: more than one read can bring.
const MOST_EVENTS: usize = 65_536;
/// So many requests may be under way, whatever the configuration says: fewer than there are invoke ids.
const MOST_UNDER_WAY: usize = 4096;

/// The client half of a session. See [`Session`] for how to drive it, and the crate for an example.
///
/// When a call returns an error the session is over: what was pending has completed, so drain the events once more.
#[derive(Debug)]
pub struct Client {
    config: Config,
    link: Link,
    phase: Phase,
    timers: Timers<Timer>,
    /// What the switch said of itself.
    peer: Peer,
    /// A frame of the dialect came.
    recognized: bool,
    /// The start of a frame came, and not its end.
    in_frame: bool,
    /// The phase that was agreed on, until another one came.
    announced: Option<crate::Phase>,
    /// Questions to a silent peer with no word after them.
    unanswered: u32,
    events: VecDeque<Event>,
}

#[derive(Debug)]
enum Phase {
    Login(Login),
    Up,
    /// We said goodbye, and the switch is to answer.
    Closing,
    Closed,
}

/// What the session waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    Login,
    Close,
    /// Something is to be heard of the peer.
    Watch,
    /// The timer of the session is to be reset.
    Reset,
    Keepalive,
    Answer(InvokeId),
}

impl Client {
    /// A session on a connection that was just opened.
    ///
    /// # Errors
    /// The login cannot be written in the encoding of the dialect.
    pub fn new(now: Tick, config: Config) -> Result<Self, EncodeError> {
        let link = Link::new(config.dialect.framing, config.dialect.encoding.clone());
        let link_phase = link.phase();
        let mut client = Client {
            link,
            phase: Phase::Closed,
            timers: Timers::new(),
            peer: Peer::default(),
            recognized: false,
            in_frame: false,
            announced: link_phase,
            unanswered: 0,
            events: VecDeque::new(),
            config,
        };
        client.timers.set(Timer::Login, now + client.config.login_within);
        client.begin(now)?;
        Ok(client)
    }

    fn begin(&mut self, now: Tick) -> Result<(), EncodeError> {
        match self.config.dialect.login.clone() {
            dialect::Login::None => self.up(now, Peer::default()),
            dialect::Login::ServerFirst => {
                self.phase = Phase::Login(Login::Status(AwaitStatus::new(Peer::default(), true)));
            }
            dialect::Login::Association(association) if association.handshake => {
                self.link.raw(b"B");
                self.phase = Phase::Login(Login::Handshake(AwaitHandshake));
            }
            dialect::Login::Association(association) => {
                let (state, message) = login::associate(&self.config, &association);
                self.link.tell(&message, self.config.credentials.is_some())?;
                self.phase = Phase::Login(Login::Association(state));
            }
            dialect::Login::ApplicationSession(session) => {
                let (state, request) = login::start_session(&self.config, &session);
                let secret = self.config.credentials.is_some();
                self.link.ask(Asker::Session(Own::Login), request, secret)?;
                self.phase = Phase::Login(Login::Session(state));
            }
            dialect::Login::Zultys { platform, version } => {
                let (state, request) = login::zultys_login(&self.config, &platform, &version);
                self.link.ask(Asker::Session(Own::Login), request, true)?;
                self.phase = Phase::Login(Login::Welcome(state));
            }
        }
        Ok(())
    }

    /// Answers a request of the switch that [`Event::Asked`] told of.
    ///
    /// # Errors
    /// [`SubmitError::NotReady`] when the session is over; [`SubmitError::Misuse`] when the request has been answered, or the answer cannot
    /// be written. Nothing was sent.
    pub fn answer(&mut self, asked: AskedId, answer: Answer) -> Result<(), SubmitError> {
        if matches!(self.phase, Phase::Closing | Phase::Closed) {
            return Err(SubmitError::NotReady);
        }
        match self.link.answer(asked, answer) {
            Ok(true) => Ok(()),
            Ok(false) => Err(SubmitError::Misuse(
                "nothing of that name waits for an answer".to_owned(),
            )),
            Err(error) => Err(SubmitError::Misuse(error.to_string())),
        }
    }

    fn read(&mut self, now: Tick, input: &mut BytesMut) -> Result<(), Fault> {
        if matches!(self.phase, Phase::Login(Login::Handshake(_))) && !self.handshake(input)? {
            return Ok(());
        }
        while !matches!(self.phase, Phase::Closed) {
            if self.leaves(input) {
                return Err(Ending::Released.into());
            }
            let read = self.link.read(input).map_err(|error| self.not_this_dialect(error))?;
            let Some(received) = read else {
                break;
            };
            self.recognized = true;
            self.heard(now);
            self.other_phase();
            self.received(now, received)?;
            if self.events.len() > MOST_EVENTS {
                return Err(WireError::TooLarge {
                    what: "number of events that nobody took",
                    limit: MOST_EVENTS,
                }
                .into());
            }
        }
        Ok(())
    }

    /// What is wrong with the first bytes is not their form, but who sends them.
    fn not_this_dialect(&self, error: WireError) -> WireError {
        match error {
            WireError::Malformed { detail, .. } if !self.recognized => WireError::PeerIncompatible(detail),
            error => error,
        }
    }

    /// Reads the answer to `B`. Whether it came.
    fn handshake(&mut self, input: &mut BytesMut) -> Result<bool, Fault> {
        let Some(first) = input.first().copied() else {
            return Ok(false);
        };
        if first != b'P' {
            let seen = first.escape_ascii();
            let text = format!("expected P in answer to B, and found {seen}: it is no OmniPCX, or has no link left");
            return Err(LoginFailure::NotThisDialect(WireError::PeerIncompatible(text)).into());
        }
        input.advance(1);
        if let dialect::Login::Association(association) = &self.config.dialect.login {
            let (state, message) = AwaitHandshake.shaken(&self.config, association);
            self.link.tell(&message, self.config.credentials.is_some())?;
            self.phase = Phase::Login(Login::Association(state));
        }
        Ok(true)
    }

    /// Does the switch leave by `EXIT`, which stands in no frame?
    fn leaves(&self, input: &BytesMut) -> bool {
        let dialect::Login::Association(association) = &self.config.dialect.login else {
            return false;
        };
        association.release_exit && input.starts_with(b"EXIT")
    }

    /// Tells once that the messages are of another phase than the one that was agreed on.
    fn other_phase(&mut self) {
        if let (Some(announced), Some(seen)) = (self.announced, self.link.phase())
            && announced != seen
        {
            self.announced = None;
            self.events.push_back(Event::OtherPhase { announced, seen });
        }
    }

    fn completed(&mut self, id: RequestId, result: Result<crate::Response, Failure>) {
        self.events.push_back(Event::Completed { id, result });
    }

    /// A fault ends the session: nothing stays pending, and a login that was under way has failed.
    fn guard(&mut self, outcome: Result<(), Fault>) -> Result<(), WireError> {
        let Err(fault) = outcome else { return Ok(()) };
        let in_login = matches!(self.phase, Phase::Login(_));
        let closing = matches!(self.phase, Phase::Closing);
        self.stop();
        if closing {
            return Ok(());
        }
        let failure = match fault {
            Fault::Login(failure) => failure,
            Fault::Ending(ending) if in_login => match ending {
                Ending::Wire(error @ WireError::PeerIncompatible(_)) => LoginFailure::NotThisDialect(error),
                Ending::Wire(error) => LoginFailure::Wire(error),
                ending => LoginFailure::Refused(ending.to_string()),
            },
            Fault::Ending(ending) => {
                self.events.push_back(Event::Ended(ending.clone()));
                return Err(ending.into());
            }
        };
        self.events.push_back(Event::LoginFailed(failure.clone()));
        Err(failure.into())
    }

    fn stop(&mut self) {
        self.phase = Phase::Closed;
        self.timers = Timers::new();
        for id in self.link.drain() {
            self.completed(id, Err(Failure::Lost));
        }
    }
}

impl Session for Client {
    type Request = Ask;
    type Event = Event;

    fn handle_bytes(&mut self, now: Tick, input: &mut BytesMut) -> Result<(), WireError> {
        let outcome = match self.phase {
            Phase::Closed => Ok(()),
            _ => self.read(now, input),
        };
        self.in_frame = !input.is_empty();
        if matches!(self.phase, Phase::Closed) {
            input.clear();
        }
        self.guard(outcome)
    }

    /// The end of the connection is an error in mid-login and in mid-message.
    fn handle_eof(&mut self, _now: Tick) -> Result<(), WireError> {
        let outcome = match &self.phase {
            Phase::Login(login) => Err(LoginFailure::Closed(login.awaited()).into()),
            Phase::Up if self.in_frame => {
                let text = "the connection ended in the middle of a frame".to_owned();
                Err(WireError::PeerMisbehaved(text).into())
            }
            Phase::Up | Phase::Closing | Phase::Closed => {
                self.stop();
                Ok(())
            }
        };
        self.guard(outcome)
    }

    fn handle_timeout(&mut self, now: Tick) -> Result<(), WireError> {
        while let Some(timer) = self.timers.expired(now) {
            let outcome = self.expired(now, timer);
            self.guard(outcome)?;
        }
        Ok(())
    }

    fn submit(&mut self, now: Tick, ask: Ask) -> Result<RequestId, SubmitError> {
        if !matches!(self.phase, Phase::Up) {
            return Err(SubmitError::NotReady);
        }
        let under_way = self.link.owners();
        if under_way >= self.config.window.min(MOST_UNDER_WAY) {
            return Err(SubmitError::WindowFull(under_way));
        }
        let misuse = |error: EncodeError| SubmitError::Misuse(error.to_string());
        if duty(ask.request.name()) == Duty::Nobody {
            // It is done with being sent.
            self.link.notify(ask.request).map_err(misuse)?;
            let id = self.link.number();
            self.completed(id, Ok(crate::Response::Void));
            return Ok(id);
        }
        let (id, invoke) = self.link.submit(ask.request).map_err(misuse)?;
        let within = ask.within.unwrap_or(self.config.answer_within);
        self.timers.set(Timer::Answer(invoke), now + within);
        Ok(id)
    }

    /// Says goodbye; where the switch answers that, the session waits for it, and for nothing else.
    fn close(&mut self, now: Tick) {
        let up = matches!(self.phase, Phase::Up);
        let done = matches!(self.phase, Phase::Closing | Phase::Closed);
        if done {
            return;
        }
        self.stop();
        if up && self.goodbye() {
            self.phase = Phase::Closing;
            self.timers.set(Timer::Close, now + self.config.close_within);
        }
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

/// Why a session ends before its owner wished it.
#[derive(Debug)]
enum Fault {
    Login(LoginFailure),
    Ending(Ending),
}

impl From<LoginFailure> for Fault {
    fn from(failure: LoginFailure) -> Self {
        Fault::Login(failure)
    }
}

impl From<Ending> for Fault {
    fn from(ending: Ending) -> Self {
        Fault::Ending(ending)
    }
}

impl From<WireError> for Fault {
    fn from(error: WireError) -> Self {
        Fault::Ending(Ending::Wire(error))
    }
}

/// What the session itself says cannot be written: the dialect is not what it says.
impl From<EncodeError> for Fault {
    fn from(error: EncodeError) -> Self {
        WireError::PeerIncompatible(error.to_string()).into()
    }
}
