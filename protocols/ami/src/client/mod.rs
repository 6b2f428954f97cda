//! The client half: logs in, matches answers to requests, tells what happens.

mod config;
mod event;
pub(crate) mod login;
mod pending;

pub use config::{Auth, Config};
pub use event::{Event, Failure, List, LoginFailure, Refusal, Reply};

use crate::action::Action;
use crate::banner::{self, Banner};
use crate::decode::Decoder;
use crate::encode::{EncodeError, Outgoing};
use crate::message::{Kind, Message};
use bytes::{Bytes, BytesMut};
use lineside_wire::{RequestId, Session, SubmitError, Tick, Timers, Transmit, WireError};
use login::{AwaitBanner, Login};
use pending::{Matched, Pending};
use std::collections::VecDeque;

/// The client half of a session. See [`Session`] for how to drive it, and the crate for an example.
///
/// When a call returns an error the session is over: what was pending has completed, so drain the events once more.
#[derive(Debug)]
pub struct Client {
    config: Config,
    decoder: Decoder,
    phase: Phase,
    pending: Pending,
    timers: Timers<Timer>,
    /// Numbers ActionIDs, those of requests and our own alike.
    last_id: u64,
    /// Pings with no message after them.
    unanswered: u32,
    transmits: VecDeque<Transmit>,
    events: VecDeque<Event>,
}

#[derive(Debug)]
enum Phase {
    Login(Login),
    Up,
    Closed,
}

/// What the session waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    Login,
    Ping,
    Request(RequestId),
}

/// So many pings in a row without a sign of life are the end.
const MISSED_PINGS: u32 = 2;

impl Client {
    /// A session on a connection that was just opened.
    ///
    /// # Errors
    /// The configuration holds what cannot be sent.
    pub fn new(now: Tick, config: Config) -> Result<Self, EncodeError> {
        // Whatever the number, the ActionID stays within its bound; and the login can be written.
        Outgoing::action("Login", &action_id(&config.action_id_prefix, u64::MAX))
            .header("Username", &config.username)
            .header("Secret", config.secret.as_bytes())
            .header("Events", &config.events)
            .encode()?;
        let mut timers = Timers::new();
        timers.set(Timer::Login, now + config.login_within);
        Ok(Client {
            decoder: Decoder::new(config.limits),
            phase: Phase::Login(Login::Banner(AwaitBanner::default())),
            pending: Pending::new(config.list),
            timers,
            last_id: 0,
            unanswered: 0,
            transmits: VecDeque::new(),
            events: VecDeque::new(),
            config,
        })
    }

    /// The request that `message` names by its ActionID, also when that has completed long ago: `OriginateResponse` comes
    /// after the response to its action.
    #[must_use]
    pub fn request_of(&self, message: &Message) -> Option<RequestId> {
        let id = message.get("ActionID")?.as_str()?;
        let number = id.strip_prefix(&self.config.action_id_prefix)?.strip_prefix('-')?;
        number.parse().ok().map(RequestId)
    }

    fn next_action_id(&mut self) -> String {
        self.last_id += 1;
        self.last_action_id()
    }

    fn last_action_id(&self) -> String {
        action_id(&self.config.action_id_prefix, self.last_id)
    }

    fn read(&mut self, now: Tick, input: &mut BytesMut) -> Result<(), Fault> {
        if let Phase::Login(Login::Banner(state)) = &mut self.phase {
            let before = input.len();
            let Some(banner) = Banner::take(input)? else {
                state.seen = Bytes::copy_from_slice(input);
                return Ok(());
            };
            self.decoder.skipped(before - input.len());
            self.greeted(banner)?;
        }
        while let Some(message) = self.decoder.next(input)? {
            self.unanswered = 0;
            if matches!(self.phase, Phase::Up) {
                self.message(message);
            } else {
                self.login_message(now, message)?;
            }
        }
        Ok(())
    }

    fn greeted(&mut self, banner: Banner) -> Result<(), Fault> {
        self.events.push_back(Event::Banner(banner));
        let action_id = self.next_action_id();
        let sent = login::greeted(&self.config, &action_id);
        let (login, transmit) = sent.map_err(|error| WireError::PeerIncompatible(error.to_string()))?;
        self.phase = Phase::Login(login);
        self.transmits.push_back(transmit);
        Ok(())
    }

    /// Messages that do not answer the login are kept as stray: a proxy may send events at once.
    fn login_message(&mut self, now: Tick, message: Message) -> Result<(), Fault> {
        if !login::is_answer(&message, &self.last_action_id()) {
            self.events.push_back(Event::Stray(message));
            return Ok(());
        }
        match std::mem::replace(&mut self.phase, Phase::Closed) {
            Phase::Login(Login::Challenge(state)) => {
                let action_id = self.next_action_id();
                let (state, transmit) = state.challenged(&message, &self.config, &action_id)?;
                self.transmits.push_back(transmit);
                self.phase = Phase::Login(Login::Answer(state));
            }
            Phase::Login(Login::Answer(state)) => {
                state.answered(&message)?;
                self.phase = Phase::Up;
                self.timers.stop(Timer::Login);
                self.timers.set(Timer::Ping, now + self.config.ping_every);
                self.events.push_back(Event::LoggedIn);
            }
            phase @ (Phase::Login(Login::Banner(_)) | Phase::Up | Phase::Closed) => self.phase = phase,
        }
        Ok(())
    }

    fn message(&mut self, message: Message) {
        let matched = match message.kind() {
            Kind::Event => {
                // Everything that happens says in its second line who may see it; items of lists do not.
                let live = message.key_at(1).is_some_and(|key| key.is("Privilege"));
                if live && !self.pending.list_is_open() {
                    return self.happened(message);
                }
                self.item(message)
            }
            Kind::Response => {
                let id = self.request_of(&message);
                let nameless = message.get("ActionID").is_none();
                // A pong without a name is for a ping of ours and for no request.
                if id.is_some() || (nameless && message.get("Ping").is_none()) {
                    self.pending.response(id, message)
                } else {
                    Matched::No(message)
                }
            }
            Kind::Action | Kind::Other => Matched::No(message),
        };
        match matched {
            Matched::Completed(id, result) => self.completed(id, result),
            Matched::Kept => {}
            // The answer to a ping has done its work by coming. `ListCommands` knows a header `Ping`, too.
            Matched::No(message) if message.get("Ping").is_some_and(|answer| answer.is("Pong")) => {}
            Matched::No(message) => self.events.push_back(Event::Stray(message)),
        }
    }

    /// An event that may be an item of a list.
    fn item(&mut self, message: Message) -> Matched {
        let id = self.request_of(&message);
        if id.is_some_and(|id| self.pending.is_collecting(id)) {
            return self.pending.item(id, message);
        }
        let live = message.get("Privilege").is_some();
        let foreign = id.is_none() && message.get("ActionID").is_some();
        let nobodys = id.is_none() && !self.pending.list_is_open();
        if live || foreign || nobodys {
            self.happened(message);
            return Matched::Kept;
        }
        self.pending.item(id, message)
    }

    fn happened(&mut self, message: Message) {
        self.events.push_back(if message.is_event("FullyBooted") {
            Event::FullyBooted(message)
        } else {
            Event::Message(message)
        });
    }

    fn completed(&mut self, id: RequestId, result: Result<Reply, Failure>) {
        self.timers.stop(Timer::Request(id));
        self.events.push_back(Event::Completed { id, result });
    }

    fn ping(&mut self, now: Tick) -> Result<(), Fault> {
        if self.unanswered >= MISSED_PINGS {
            return Err(WireError::PeerMisbehaved(format!("{MISSED_PINGS} pings and no answer")).into());
        }
        self.unanswered += 1;
        self.timers.set(Timer::Ping, now + self.config.ping_every);
        self.send_own("Ping");
        Ok(())
    }

    fn send_own(&mut self, action: &str) {
        let own = Outgoing::action(action, &self.next_action_id());
        // What `Client::new` has checked can be written.
        if let Ok(bytes) = own.encode() {
            self.send(bytes);
        }
    }

    fn send(&mut self, bytes: Bytes) {
        let secret = false;
        self.transmits.push_back(Transmit { bytes, secret });
    }

    /// A fault ends the session: nothing stays pending, and a login that was under way has failed.
    fn guard(&mut self, outcome: Result<(), Fault>) -> Result<(), WireError> {
        let Err(fault) = outcome else { return Ok(()) };
        let in_login = matches!(self.phase, Phase::Login(_));
        self.stop();
        let failure = match fault {
            Fault::Login(failure) => failure,
            Fault::Wire(error) if !in_login => return Err(error),
            Fault::Wire(error @ WireError::PeerIncompatible(_)) => LoginFailure::NotAManager(error),
            Fault::Wire(error) => LoginFailure::Wire(error),
        };
        self.events.push_back(Event::LoginFailed(failure.clone()));
        Err(failure.into())
    }

    fn stop(&mut self) {
        self.phase = Phase::Closed;
        self.timers = Timers::new();
        for id in self.pending.drain() {
            let result = Err(Failure::Lost);
            self.events.push_back(Event::Completed { id, result });
        }
    }
}

impl Session for Client {
    type Request = Action;
    type Event = Event;

    fn handle_bytes(&mut self, now: Tick, input: &mut BytesMut) -> Result<(), WireError> {
        if matches!(self.phase, Phase::Closed) {
            input.clear();
            return Ok(());
        }
        let outcome = self.read(now, input);
        self.guard(outcome)
    }

    /// The end of the connection is an error in mid-login and in mid-message: a switch that cuts off a slow reader does so
    /// within an event.
    fn handle_eof(&mut self, _now: Tick) -> Result<(), WireError> {
        let outcome = match &self.phase {
            Phase::Login(Login::Banner(state)) if state.seen.is_empty() => Err(LoginFailure::ClosedBeforeBanner.into()),
            Phase::Login(Login::Banner(state)) => Err(banner::not_a_manager(&state.seen).into()),
            Phase::Login(_) => Err(LoginFailure::Closed.into()),
            Phase::Up if self.decoder.in_message() => Err(Fault::Wire(WireError::Malformed {
                what: "message",
                at: self.decoder.position(),
                detail: "the connection ended in its middle, the part that came is discarded".to_owned(),
            })),
            Phase::Up | Phase::Closed => {
                self.stop();
                Ok(())
            }
        };
        self.guard(outcome)
    }

    fn handle_timeout(&mut self, now: Tick) -> Result<(), WireError> {
        while let Some(timer) = self.timers.expired(now) {
            let outcome = match (timer, &self.phase) {
                (Timer::Request(id), _) => {
                    if self.pending.remove(id) {
                        self.completed(id, Err(Failure::Timeout));
                    }
                    Ok(())
                }
                (Timer::Login, Phase::Login(login)) => Err(LoginFailure::Timeout(login.awaited()).into()),
                (Timer::Ping, Phase::Up) => self.ping(now),
                (Timer::Login | Timer::Ping, _) => Ok(()),
            };
            self.guard(outcome)?;
        }
        Ok(())
    }

    fn submit(&mut self, now: Tick, request: Action) -> Result<RequestId, SubmitError> {
        if !matches!(self.phase, Phase::Up) {
            return Err(SubmitError::NotReady);
        }
        if self.pending.len() >= self.config.window {
            return Err(SubmitError::WindowFull(self.pending.len()));
        }
        let action_id = self.next_action_id();
        let bytes = request
            .encode(&action_id)
            .map_err(|error| SubmitError::Misuse(error.to_string()))?;
        let id = RequestId(self.last_id);
        self.pending.insert(id, request.is_list());
        self.timers.set(Timer::Request(id), now + request.timeout());
        self.send(bytes);
        Ok(id)
    }

    fn close(&mut self, _now: Tick) {
        if matches!(self.phase, Phase::Up) {
            self.send_own("Logoff");
        }
        self.stop();
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
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
    Wire(WireError),
}

impl From<LoginFailure> for Fault {
    fn from(failure: LoginFailure) -> Self {
        Fault::Login(failure)
    }
}

impl From<WireError> for Fault {
    fn from(error: WireError) -> Self {
        Fault::Wire(error)
    }
}

fn action_id(prefix: &str, number: u64) -> String {
    format!("{prefix}-{number}")
}
