//! What comes from the switch, and what it means to the session.

use super::event::StatusMeaning;
use super::login::{AfterStatus, AwaitStatus, Login};
use super::{Client, Ending, Event, Fault, LoginFailure, Phase, Timer};
use crate::ber::Acse;
use crate::codec::{Encoding, Received};
use crate::dialect;
use crate::error::DecodeError;
use crate::message::{Event as Happened, InvokeId, Message, RejectProblem, Request, Response};
use crate::schema::Unknown;
use crate::session::{Answer, Asker, Duty, Failure, Own, application, duty, too_much, zultys};
use crate::types::{RequestSystemStatusResponse, RequestTypes, SystemRegister, SystemStatusValue};
use lineside_wire::{Tick, WireError};

/// The invoke id of System Register at OpenScape Voice.
const REGISTER: InvokeId = InvokeId(0);

impl Client {
    pub(super) fn received(&mut self, now: Tick, received: Received) -> Result<(), Fault> {
        match received {
            Received::Message(message) => self.message(now, message),
            Received::Unreadable { id, error, length } => match id
                .filter(|_| self.may_be_answer(&error))
                .and_then(|id| self.answered(id))
            {
                Some(asker) => self.ended(now, asker, Err(Failure::Unreadable(error))),
                None if matches!(self.phase, Phase::Closing) => Ok(()),
                None => {
                    // A system status is answered whatever it says: without an answer the switch ends the link.
                    if let (Some(id), Some(&"SystemStatus")) = (id, error.path.first()) {
                        self.link
                            .reply(id, Answer::Done(Response::SystemStatus(Box::default())))?;
                    }
                    self.events.push_back(Event::Unreadable { id, error, length });
                    Ok(())
                }
            },
        }
    }

    /// A request of the switch may have the same id as one of ours. In XML the name of what cannot be read tells which it is, as far as it
    /// could be read.
    fn may_be_answer(&self, error: &DecodeError) -> bool {
        let in_xml = matches!(self.config.dialect.encoding, Encoding::Xml(_));
        let is_request = error.path.first().is_some_and(|name| Request::named(name).is_some());
        !in_xml || !is_request
    }

    fn message(&mut self, now: Tick, message: Message) -> Result<(), Fault> {
        if let Some(content) = unknown(&message)
            && self.document(now, content)?
        {
            return Ok(());
        }
        let goodbye = matches!(
            message,
            Message::Association(_) | Message::Response { .. } | Message::Error { .. }
        );
        if matches!(self.phase, Phase::Closing) && !goodbye {
            return Ok(());
        }
        match message {
            Message::Request { id, request } => self.asked(now, id, request),
            Message::Response { id, response } => match self.answered(id).or_else(|| self.start(&response)) {
                Some(asker) => self.ended(now, asker, Ok(response)),
                None => self.stray(Message::Response { id, response }),
            },
            Message::Error { id, error, rest } => match self.answered(id) {
                Some(asker) => self.ended(now, asker, Err(Failure::Refused(error))),
                None => self.stray(Message::Error { id, error, rest }),
            },
            Message::Reject { id, problem } => self.rejected(now, id, problem),
            Message::Event(report) => {
                self.events.push_back(Event::Report(report));
                Ok(())
            }
            Message::Association(acse) => self.association(now, acse),
        }
    }

    /// An answer with this id came: who made the request, if there is one.
    fn answered(&mut self, id: InvokeId) -> Option<Asker> {
        self.timers.stop(Timer::Answer(id));
        self.link.ended(id)
    }

    fn stray(&mut self, message: Message) -> Result<(), Fault> {
        if matches!(self.phase, Phase::Closing) {
            return Ok(());
        }
        self.events.push_back(Event::Stray(message));
        Ok(())
    }

    fn rejected(&mut self, now: Tick, id: Option<InvokeId>, problem: RejectProblem) -> Result<(), Fault> {
        // One that names nothing can be for the only request alone.
        let id = id.or_else(|| self.link.only());
        match id.and_then(|id| self.answered(id)) {
            Some(asker) => self.ended(now, asker, Err(Failure::Rejected(problem))),
            None => {
                self.events.push_back(Event::Rejected(problem));
                Ok(())
            }
        }
    }

    /// The answer to Start Application Session counts whatever its id.
    fn start(&mut self, response: &Response) -> Option<Asker> {
        let awaited = matches!(self.phase, Phase::Login(Login::Session(_)));
        let start = matches!(
            response,
            Response::StartApplicationSession(_) | Response::StartApplicationSessionRefused(_)
        );
        (awaited && start).then(|| {
            self.link.ended_own(Own::Login);
            Asker::Session(Own::Login)
        })
    }

    /// A request has its answer.
    fn ended(&mut self, now: Tick, asker: Asker, result: Result<Response, Failure>) -> Result<(), Fault> {
        match (asker, result) {
            (Asker::Owner(id), result) => self.completed(id, result),
            (Asker::Session(Own::Login), Ok(response)) => return self.login_answered(now, &response),
            (Asker::Session(Own::Login), Err(Failure::Unreadable(error))) => {
                return Err(LoginFailure::Wire(unreadable(&error)).into());
            }
            (Asker::Session(Own::Login), Err(failure)) => return Err(LoginFailure::Refused(failure.to_string()).into()),
            (Asker::Session(Own::ResetTimer), result) => return self.timer_answered(now, result),
            (Asker::Session(Own::Stop), _) => self.stop(),
            // A refusal is a sign of life, too.
            (Asker::Session(Own::Heartbeat), _) => {}
        }
        Ok(())
    }

    fn login_answered(&mut self, now: Tick, response: &Response) -> Result<(), Fault> {
        let peer = match self.take_login() {
            Some(Login::Registration(state)) => state.registered(),
            Some(Login::Session(state)) => state.answered(response)?,
            Some(login) => {
                self.phase = Phase::Login(login);
                return Ok(());
            }
            None => return Ok(()),
        };
        self.up(now, peer);
        Ok(())
    }

    fn timer_answered(&mut self, now: Tick, result: Result<Response, Failure>) -> Result<(), Fault> {
        let why = match result {
            Ok(Response::ResetApplicationSessionTimer(reset)) => {
                let granted = application::duration(reset.actual_session_duration);
                self.peer.duration = granted.or(self.peer.duration);
                self.reset_timer_in(now, self.peer.duration);
                return Ok(());
            }
            Ok(Response::ResetApplicationSessionTimerRefused(refused)) => {
                application::why_not_reset(&refused.error_code)
            }
            Ok(other) => format!("an answer to {}", other.name()),
            Err(failure) => failure.to_string(),
        };
        Err(Ending::TimerNotReset(why).into())
    }

    /// The switch wants something.
    fn asked(&mut self, now: Tick, id: InvokeId, request: Request) -> Result<(), Fault> {
        if let Request::ApplicationSessionTerminated(terminated) = &request {
            let why = application::why_terminated(&terminated.session_term_reason);
            return match self.phase {
                Phase::Login(_) => Err(LoginFailure::Refused(why).into()),
                _ => Err(Ending::Terminated(why).into()),
            };
        }
        let answer = match (&request, duty(request.name())) {
            (Request::SystemStatus(_), _) => Response::SystemStatus(Box::default()),
            (Request::RequestSystemStatus(_), _) => {
                let status = RequestSystemStatusResponse {
                    system_status: SystemStatusValue::Normal,
                    ..RequestSystemStatusResponse::default()
                };
                Response::RequestSystemStatus(Box::new(status))
            }
            (_, Duty::Session) => self.acknowledgement(&request),
            (_, Duty::Nobody) => {
                self.events.push_back(Event::Told(request));
                return Ok(());
            }
            (_, Duty::Owner) => return self.asked_owner(id, request),
        };
        self.link.reply(id, Answer::Done(answer))?;
        match request {
            Request::SystemStatus(told) => self.status(now, told.system_status),
            request => {
                self.events.push_back(Event::Told(request));
                Ok(())
            }
        }
    }

    /// The answer that says nothing but that it was done.
    fn acknowledgement(&self, request: &Request) -> Response {
        match (request, &self.config.dialect.encoding) {
            (Request::MonitorStop(_), _) => Response::MonitorStop(Box::default()),
            (_, Encoding::Xml(style)) => {
                let name = format!("{}Response", request.name());
                let document = format!("<{name} xmlns=\"{}\"/>", style.namespace).into();
                let (name, code) = (name.into(), None);
                let content = Unknown::Xml { name, document };
                Response::Other { code, content }
            }
            (_, Encoding::Ber(_)) => Response::Void,
        }
    }

    fn asked_owner(&mut self, id: InvokeId, request: Request) -> Result<(), Fault> {
        match self.link.asked(id) {
            Some(id) => self.events.push_back(Event::Asked { id, request }),
            // The owner is behind with its answers.
            None => {
                self.link.reply(id, Answer::Failed(too_much()))?;
                return self.stray(Message::Request { id, request });
            }
        }
        Ok(())
    }

    fn status(&mut self, now: Tick, value: SystemStatusValue) -> Result<(), Fault> {
        let meaning = StatusMeaning::of(&value);
        let told = value.clone();
        self.events.push_back(Event::Status { value, meaning });
        match self.take_login() {
            Some(Login::Status(state)) => match state.told(&told) {
                AfterStatus::Wait(state) => self.phase = Phase::Login(Login::Status(state)),
                AfterStatus::Up(peer) => self.up(now, peer),
                AfterStatus::Register(state) => {
                    let register = SystemRegister {
                        request_types: RequestTypes::SYSTEM_STATUS,
                        ..SystemRegister::default()
                    };
                    let request = Request::SystemRegister(Box::new(register));
                    self.phase = Phase::Login(Login::Registration(state));
                    self.link.ask_as(REGISTER, Asker::Session(Own::Login), request, false)?;
                }
            },
            Some(login) => self.phase = Phase::Login(login),
            None => {}
        }
        Ok(())
    }

    fn association(&mut self, now: Tick, acse: Acse) -> Result<(), Fault> {
        match (acse, &self.phase) {
            (Acse::Response(answer), Phase::Login(Login::Association(_))) => self.associated(now, answer),
            (Acse::Abort(by), Phase::Login(_)) => Err(LoginFailure::Refused(Ending::Aborted(by).to_string()).into()),
            (Acse::Abort(by), _) => Err(Ending::Aborted(by).into()),
            (Acse::ReleaseResponse, Phase::Closing) => {
                self.released();
                Ok(())
            }
            (Acse::ReleaseRequest, phase) => {
                let closing = matches!(phase, Phase::Closing);
                self.link.tell(&Message::Association(Acse::ReleaseResponse), false)?;
                match closing {
                    true => Ok(()),
                    false => Err(Ending::Released.into()),
                }
            }
            (acse, _) => self.stray(Message::Association(acse)),
        }
    }

    fn associated(&mut self, now: Tick, answer: crate::AssociationResponse) -> Result<(), Fault> {
        let Some(Login::Association(state)) = self.take_login() else {
            return Ok(());
        };
        let peer = state.associated(answer)?;
        if let (Some(agreed), Encoding::Ber(phase)) = (peer.phase, &self.config.dialect.encoding)
            && agreed != *phase
        {
            self.link.speak(Encoding::Ber(agreed));
            self.announced = Some(agreed);
        }
        match &self.config.dialect.login {
            dialect::Login::Association(association) if association.status_follows => {
                self.phase = Phase::Login(Login::Status(AwaitStatus::new(peer, false)));
            }
            _ => self.up(now, peer),
        }
        Ok(())
    }

    /// A document of Zultys. Whether it was one.
    fn document(&mut self, now: Tick, content: &Unknown) -> Result<bool, Fault> {
        if !matches!(self.config.dialect.login, dialect::Login::Zultys { .. }) {
            return Ok(false);
        }
        match zultys::Document::read(content) {
            Some(Ok(zultys::Document::Answer { code, text })) => self.welcomed(now, &code, text).map(|()| true),
            Some(Ok(_)) => Ok(true),
            None => Ok(false),
            Some(Err(error)) => Err(unreadable(&error).into()),
        }
    }

    fn welcomed(&mut self, now: Tick, code: &str, text: String) -> Result<(), Fault> {
        self.link.ended_own(Own::Login);
        match self.take_login() {
            Some(Login::Welcome(state)) => {
                let peer = state.answered(code, text)?;
                self.up(now, peer);
            }
            Some(login) => self.phase = Phase::Login(login),
            None => {}
        }
        Ok(())
    }
}

/// What the tables of services and events do not know of a message.
fn unknown(message: &Message) -> Option<&Unknown> {
    match message {
        Message::Request {
            request: Request::Other { content, .. },
            ..
        }
        | Message::Response {
            response: Response::Other { content, .. },
            ..
        } => Some(content),
        Message::Event(report) => match &report.event {
            Happened::Other(content) => Some(content),
            _ => None,
        },
        _ => None,
    }
}

fn unreadable(error: &DecodeError) -> WireError {
    WireError::PeerMisbehaved(format!("a message of the session cannot be read: {error}"))
}
