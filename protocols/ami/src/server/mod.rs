//! The server half: lets clients in, hands their actions to its owner, and tells them what happens. It knows nothing of
//! calls: the owner is the switch.
//!
//! ```
//! use bytes::BytesMut;
//! use lineside_ami::Outgoing;
//! use lineside_ami::server::{Config, Event, Request, Server, User};
//! use lineside_wire::{Session, Tick};
//!
//! let now = Tick::ZERO; // from the owner's clock
//! let mut server = Server::new(now, Config::new(vec![User::new("crm", "secret")], "840415273"))?;
//! let mut input = BytesMut::from(
//!     "Action: Login\r\nUsername: crm\r\nSecret: secret\r\n\r\nAction: CoreStatus\r\nActionID: 1\r\n\r\n",
//! );
//! server.handle_bytes(now, &mut input)?;
//! while let Some(event) = server.poll_event() {
//!     match event {
//!         Event::Action(action) if action.name().is("CoreStatus") => {
//!             let answer = action.response("Success").header("CoreCurrentCalls", "0");
//!             server.submit(now, Request::Answer(vec![answer]))?;
//!         }
//!         Event::Action(action) => {
//!             server.submit(now, Request::Answer(vec![action.error("Invalid/unknown command")]))?;
//!         }
//!         _ => {}
//!     }
//! }
//! let hangup = Outgoing::event("Hangup").header("Privilege", "call,all").header("Cause", "16");
//! server.submit(now, Request::Event(hangup))?;
//! let written: Vec<u8> = std::iter::from_fn(|| server.poll_transmit()).flat_map(|sent| sent.bytes).collect();
//! assert!(written.starts_with(b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n"));
//! assert!(written.ends_with(b"Event: Hangup\r\nPrivilege: call,all\r\nCause: 16\r\n\r\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod config;
mod received;

pub use config::{Config, User};
pub use received::Received;

use crate::client::login::md5_key;
use crate::decode::Decoder;
use crate::encode::{EncodeError, Outgoing};
use crate::message::Message;
use bytes::{Bytes, BytesMut};
use lineside_wire::{RequestId, Session, SubmitError, Tick, Timers, Transmit, WireError};
use std::collections::VecDeque;

/// What the owner of a server session sends.
#[derive(Clone, Debug)]
pub enum Request {
    /// Something that happened: written if the user may read, and asked for, every class of its `Privilege` header.
    Event(Outgoing),
    /// The answer to an action: one response, or a whole list ([`Received::list`]), written in one go.
    Answer(Vec<Outgoing>),
}

/// What a server session tells its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A client logged in. Send it `FullyBooted` if the switch is.
    LoggedIn {
        /// The name of the user.
        user: String,
    },
    /// A login was refused; the end of the session follows.
    Refused,
    /// A client asks for something: answer it. Login, logoff, pings and the event mask are answered already.
    Action(Received),
    /// A request was written, or left out because the client does not read its class.
    Sent(RequestId),
    /// The session is over: write what is left and close the connection.
    Closed,
}

/// The server half of a session. See [`Session`] for how to drive it.
#[derive(Debug)]
pub struct Server {
    config: Config,
    decoder: Decoder,
    phase: Phase,
    timers: Timers<Timer>,
    last_id: u64,
    transmits: VecDeque<Transmit>,
    events: VecDeque<Event>,
}

#[derive(Debug)]
enum Phase {
    /// Not logged in; the challenge was given out or not.
    Stranger {
        challenged: bool,
    },
    /// A failed login waits for its answer.
    Refusing(Bytes),
    LoggedIn {
        read: Classes,
        asked: Classes,
    },
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    Login,
    Refusal,
}

/// A set of classes of events.
#[derive(Clone, Debug)]
enum Classes {
    All,
    Only(Vec<String>),
}

impl Classes {
    fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let names: Vec<String> = names.map(|name| name.trim().to_ascii_lowercase()).collect();
        match names
            .iter()
            .any(|name| matches!(name.as_str(), "all" | "on" | "yes" | "true"))
        {
            true => Classes::All,
            false => Classes::Only(names),
        }
    }

    fn has(&self, class: &str) -> bool {
        match self {
            Classes::All => true,
            Classes::Only(names) => names.iter().any(|name| name == class),
        }
    }
}

impl Server {
    /// A session on a connection that was just accepted.
    ///
    /// # Errors
    /// The configuration holds what cannot be sent.
    pub fn new(now: Tick, config: Config) -> Result<Self, EncodeError> {
        Outgoing::response("Success")
            .header("Challenge", &config.challenge)
            .encode()?;
        let mut timers = Timers::new();
        timers.set(Timer::Login, now + config.login_within);
        let banner = format!("{}/{}\r\n", config.banner.name, config.banner.version);
        let mut server = Server {
            decoder: Decoder::new(config.limits),
            phase: Phase::Stranger { challenged: false },
            timers,
            last_id: 0,
            transmits: VecDeque::new(),
            events: VecDeque::new(),
            config,
        };
        server.send(banner.into());
        Ok(server)
    }

    fn action(&mut self, now: Tick, message: Message) {
        let action = Received::new(message);
        if let Some(text) = action.unreadable() {
            // Nothing of the message was read, so the answer cannot name it.
            return self.write(Outgoing::response("Error").header("Message", text));
        }
        let name = action.name();
        if name.is("Logoff") {
            let goodbye = action.response("Goodbye").header("Message", "Thanks for all the fish.");
            self.write(goodbye);
            return self.stop();
        }
        match &mut self.phase {
            Phase::Stranger { challenged } => {
                if name.is("Challenge") {
                    *challenged = true;
                    let challenge = action.response("Success").header("Challenge", &self.config.challenge);
                    self.write(challenge);
                } else if name.is("Login") {
                    self.login(now, &action);
                } else {
                    self.write(action.error("Permission denied"));
                }
            }
            Phase::LoggedIn { asked, .. } => {
                if name.is("Ping") {
                    let (seconds, micros) = (now.as_micros() / 1_000_000, now.as_micros() % 1_000_000);
                    let pong = action.response("Success").header("Ping", "Pong");
                    self.write(pong.header("Timestamp", format!("{seconds}.{micros:06}")));
                } else if name.is("Events") {
                    *asked = mask(&action, "EventMask");
                    let off = matches!(asked, Classes::Only(names) if names.iter().all(|name| name == "off"));
                    let word = if off { "Off" } else { "On" };
                    self.write(action.response("Success").header("Events", word));
                } else {
                    self.events.push_back(Event::Action(action));
                }
            }
            Phase::Refusing(_) | Phase::Closed => {}
        }
    }

    fn login(&mut self, now: Tick, action: &Received) {
        let Some(user) = self.authenticate(action) else {
            let refused = action.error("Authentication failed");
            self.phase = Phase::Refusing(refused.encode().unwrap_or_default());
            self.timers = Timers::new();
            self.timers.set(Timer::Refusal, now + self.config.refuse_after);
            return self.events.push_back(Event::Refused);
        };
        let (name, read) = (user.name.clone(), Classes::new(user.read.iter().map(String::as_str)));
        let asked = mask(action, "Events");
        self.phase = Phase::LoggedIn { read, asked };
        self.timers.stop(Timer::Login);
        self.write(action.response("Success").header("Message", "Authentication accepted"));
        self.events.push_back(Event::LoggedIn { user: name });
    }

    fn authenticate(&self, action: &Received) -> Option<&User> {
        let value = |key| action.message().get(key);
        let name = value("Username")?;
        let user = self.config.users.iter().find(|user| name == user.name.as_str())?;
        let proven = if value("AuthType").is_some_and(|kind| kind.is("MD5")) {
            let challenged = matches!(self.phase, Phase::Stranger { challenged: true });
            let key = md5_key(self.config.challenge.as_bytes(), user.secret.as_bytes());
            challenged && value("Key").is_some_and(|given| given == key.as_str())
        } else {
            value("Secret").is_some_and(|given| given == user.secret.as_str())
        };
        proven.then_some(user)
    }

    /// Would this event be written: is the client logged in, and may it read, and did it ask for, every class of the
    /// `Privilege` that follows the first line?
    #[must_use]
    pub fn reads(&self, event: &[u8]) -> bool {
        let Phase::LoggedIn { read, asked } = &self.phase else {
            return false;
        };
        let line = event.split(|byte| *byte == b'\n').nth(1).unwrap_or_default();
        let classes = line
            .strip_prefix(b"Privilege: ")
            .and_then(|line| std::str::from_utf8(line).ok());
        // `all` stands in every such line and means nothing.
        let mut classes = classes
            .unwrap_or_default()
            .trim_end()
            .split(',')
            .filter(|class| !matches!(*class, "all" | ""));
        classes.all(|class| read.has(class) && asked.has(class))
    }

    fn write(&mut self, message: Outgoing) {
        // What the server makes itself can be written: its words are fixed, and what it echoes came in a line.
        if let Ok(bytes) = message.encode() {
            self.send(bytes);
        }
    }

    fn send(&mut self, bytes: Bytes) {
        let secret = false;
        self.transmits.push_back(Transmit { bytes, secret });
    }

    fn stop(&mut self) {
        if !matches!(self.phase, Phase::Closed) {
            self.phase = Phase::Closed;
            self.timers = Timers::new();
            self.events.push_back(Event::Closed);
        }
    }
}

/// The classes that the client asks for, all of them if it does not say.
fn mask(action: &Received, key: &str) -> Classes {
    let mask = action.message().get(key).and_then(|mask| mask.as_str());
    mask.map_or(Classes::All, |mask| Classes::new(mask.split(',')))
}

impl Session for Server {
    type Request = Request;
    type Event = Event;

    fn handle_bytes(&mut self, now: Tick, input: &mut BytesMut) -> Result<(), WireError> {
        while !matches!(self.phase, Phase::Closed) {
            match self.decoder.next(input) {
                Ok(Some(message)) => self.action(now, message),
                Ok(None) => return Ok(()),
                Err(error) => {
                    self.stop();
                    return Err(error);
                }
            }
        }
        input.clear();
        Ok(())
    }

    fn handle_eof(&mut self, _now: Tick) -> Result<(), WireError> {
        self.stop();
        Ok(())
    }

    fn handle_timeout(&mut self, now: Tick) -> Result<(), WireError> {
        while let Some(timer) = self.timers.expired(now) {
            match (timer, &mut self.phase) {
                (Timer::Refusal, Phase::Refusing(answer)) => {
                    let answer = std::mem::take(answer);
                    self.send(answer);
                    self.stop();
                }
                (Timer::Login, Phase::Stranger { .. }) => {
                    self.stop();
                    return Err(WireError::PeerMisbehaved("no login in time".to_owned()));
                }
                (Timer::Login | Timer::Refusal, _) => {}
            }
        }
        Ok(())
    }

    fn submit(&mut self, _now: Tick, request: Request) -> Result<RequestId, SubmitError> {
        if !matches!(self.phase, Phase::LoggedIn { .. }) {
            return Err(SubmitError::NotReady);
        }
        let misuse = |error: EncodeError| SubmitError::Misuse(error.to_string());
        match request {
            Request::Event(event) => {
                let bytes = event.encode().map_err(misuse)?;
                if self.reads(&bytes) {
                    self.send(bytes);
                }
            }
            Request::Answer(messages) => {
                let encoded: Result<Vec<Bytes>, _> = messages.into_iter().map(Outgoing::encode).collect();
                for bytes in encoded.map_err(misuse)? {
                    self.send(bytes);
                }
            }
        }
        self.last_id += 1;
        let id = RequestId(self.last_id);
        self.events.push_back(Event::Sent(id));
        Ok(id)
    }

    fn close(&mut self, _now: Tick) {
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
