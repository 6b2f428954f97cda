//! What comes from the application, and what it means to the session.

use super::{Event, MOST_EVENTS, Phase, Server, Timer};
use crate::ber::Acse;
use crate::codec::{EncodeError, Encoding, Received};
use crate::dialect;
use crate::message::{InvokeId, Message, RejectProblem, Request, Response};
use crate::session::{Answer, Asker, Duty, Failure, Own, duty, too_much, zultys};
use crate::types::{StartSessionError, SystemRegisterResponse};
use bytes::{Buf as _, BytesMut};
use lineside_wire::{Tick, WireError};

/// X.880: an argument that cannot be read.
const MISTYPED_ARGUMENT: RejectProblem = RejectProblem::Invoke(2);

impl Server {
    pub(super) fn read(&mut self, now: Tick, input: &mut BytesMut) -> Result<(), WireError> {
        if self.phase == Phase::Handshake {
            let Some(first) = input.first().copied() else {
                return Ok(());
            };
            if first != b'B' {
                let text = format!("expected B, and found {}", first.escape_ascii());
                return Err(WireError::PeerIncompatible(text));
            }
            input.advance(1);
            self.link.raw(b"P");
            self.phase = Phase::Association;
        }
        while self.phase != Phase::Closed {
            match self.link.read(input)? {
                Some(Received::Message(message)) => self.message(now, message)?,
                Some(Received::Unreadable { id, error, .. }) => {
                    if let (Encoding::Ber(_), Some(id)) = (&self.config.dialect.encoding, id) {
                        self.reply(id, Answer::Rejected(MISTYPED_ARGUMENT))?;
                    }
                    self.events.push_back(Event::Unreadable { id, error });
                }
                None => break,
            }
            if self.events.len() > MOST_EVENTS {
                return Err(WireError::TooLarge {
                    what: "number of events that nobody took",
                    limit: MOST_EVENTS,
                });
            }
        }
        Ok(())
    }

    fn message(&mut self, now: Tick, message: Message) -> Result<(), WireError> {
        match message {
            Message::Request { id, request } => self.request(now, id, request),
            Message::Association(acse) => self.association(acse),
            Message::Reject { id, problem } => {
                let id = id.or_else(|| self.link.only());
                match id.and_then(|id| self.ended(id)) {
                    Some(asker) => self.answered(asker, Err(Failure::Rejected(problem))),
                    None => self.events.push_back(Event::Rejected(problem)),
                }
                Ok(())
            }
            Message::Response { id, response } => {
                match self.ended(id) {
                    Some(asker) => self.answered(asker, Ok(response)),
                    None => self.events.push_back(Event::Stray(Message::Response { id, response })),
                }
                Ok(())
            }
            Message::Error { id, error, rest } => {
                match self.ended(id) {
                    Some(asker) => self.answered(asker, Err(Failure::Refused(error))),
                    None => self.events.push_back(Event::Stray(Message::Error { id, error, rest })),
                }
                Ok(())
            }
            Message::Event(_) => {
                self.events.push_back(Event::Stray(message));
                Ok(())
            }
        }
    }

    /// An answer with this id came: who made the request, if there is one.
    fn ended(&mut self, id: InvokeId) -> Option<Asker> {
        self.timers.stop(Timer::Answer(id));
        self.link.ended(id)
    }

    fn answered(&mut self, asker: Asker, result: Result<Response, Failure>) {
        match asker {
            Asker::Owner(id) => self.completed(id, result),
            Asker::Session(Own::Login) => {
                if let Phase::Status { user } = self.phase.clone() {
                    match self.config.dialect.login {
                        dialect::Login::ServerFirst => self.phase = Phase::Registration,
                        _ => self.up(user),
                    }
                }
            }
            Asker::Session(_) => {}
        }
    }

    fn request(&mut self, now: Tick, id: InvokeId, request: Request) -> Result<(), WireError> {
        match (self.config.dialect.login.clone(), &request) {
            (dialect::Login::ApplicationSession(session), Request::StartApplicationSession(start)) => {
                return match self.phase {
                    Phase::Session => self.start_session(now, id, start, &session),
                    _ => self.not_started(id, StartSessionError::MaxNumberSessions),
                };
            }
            (dialect::Login::ApplicationSession(_), Request::ResetApplicationSessionTimer(reset)) => {
                return self.reset_timer(now, id, reset);
            }
            (dialect::Login::ApplicationSession(_), Request::StopApplicationSession(stop)) => {
                return self.stop_session(id, &stop.session_id);
            }
            (dialect::Login::Zultys { .. }, Request::Other { content, .. }) => {
                if let Some(Ok(document)) = zultys::Document::read(content) {
                    return self.zultys_document(id, &document);
                }
            }
            _ => {}
        }
        match (&self.phase, &request) {
            (Phase::Up, _) if duty(request.name()) == Duty::Nobody => self.events.push_back(Event::Told(request)),
            (Phase::Up, _) => match self.link.asked(id) {
                Some(id) => self.events.push_back(Event::Received { id, request }),
                None => {
                    self.reply(id, Answer::Failed(too_much()))?;
                    self.events.push_back(Event::Stray(Message::Request { id, request }));
                }
            },
            (Phase::Registration, Request::SystemRegister(_)) => {
                let response = SystemRegisterResponse {
                    sys_stat_register_id: self.session_id(),
                    ..SystemRegisterResponse::default()
                };
                self.reply(id, Answer::Done(Response::SystemRegister(Box::new(response))))?;
                self.up(None);
            }
            (_, _) => self.events.push_back(Event::Stray(Message::Request { id, request })),
        }
        Ok(())
    }

    fn zultys_document(&mut self, id: InvokeId, document: &zultys::Document) -> Result<(), WireError> {
        match document {
            zultys::Document::Login(said) if self.phase == Phase::Zultys => self.zultys_login(id, said),
            zultys::Document::Logout => {
                self.stop();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn association(&mut self, acse: Acse) -> Result<(), WireError> {
        let login = self.config.dialect.login.clone();
        match (acse, login, &self.phase) {
            (Acse::Request(request), dialect::Login::Association(association), Phase::Association) => {
                self.associate(request, &association)
            }
            (Acse::ReleaseRequest, _, _) => {
                self.say(&Message::Association(Acse::ReleaseResponse))?;
                self.stop();
                Ok(())
            }
            (Acse::Abort(_), _, _) => {
                self.stop();
                Ok(())
            }
            (acse, _, _) => {
                self.events.push_back(Event::Stray(Message::Association(acse)));
                Ok(())
            }
        }
    }

    pub(super) fn reply(&mut self, id: InvokeId, answer: Answer) -> Result<(), WireError> {
        self.link.reply(id, answer).map_err(unwritten)
    }

    pub(super) fn say(&mut self, message: &Message) -> Result<(), WireError> {
        self.link.tell(message, false).map_err(unwritten)
    }
}

/// What the session itself says cannot be written: the dialect is not what it says.
pub(super) fn unwritten(error: EncodeError) -> WireError {
    WireError::PeerIncompatible(error.to_string())
}
