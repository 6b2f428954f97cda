//! Whom the switch lets in.

use super::{Event, Phase, Server, Timer};
use crate::ber::{Acse, AssociationRequest, AssociationResponse};
use crate::dialect::{ApplicationSession, Association, Credentials};
use crate::message::{InvokeId, Message, Response};
use crate::schema::Octets;
use crate::session::{Answer, application, zultys};
use crate::types::{
    ResetApplicationSessionTimer, ResetApplicationSessionTimerNegResponse, ResetApplicationSessionTimerPosResponse,
    ResetSessionError, ResetSessionFailure, StartApplicationSession, StartApplicationSessionNegResponse,
    StartApplicationSessionPosResponse, StartSessionError, StartSessionFailure, StopApplicationSessionNegResponse,
    StopSessionError, StopSessionFailure,
};
use lineside_wire::{Tick, WireError};
use std::time::Duration;

/// What is wrong with an association: by X.227, 7.2.
const AUTHENTICATION_FAILED: (u32, i64) = (1, 13);
const NO_REASON: (u32, i64) = (1, 1);
const CONTEXT_NOT_SUPPORTED: (u32, i64) = (1, 2);

impl Server {
    /// Are these the credentials that are asked for?
    fn takes(&self, said: Option<&Credentials>) -> bool {
        match &self.config.credentials {
            None => true,
            Some(wanted) => said == Some(wanted),
        }
    }

    /// An application was not let in: the session is over.
    fn refused(&mut self, native: &str) {
        let native = native.to_owned();
        self.events.push_back(Event::Refused { native });
        self.stop();
    }

    pub(super) fn associate(
        &mut self,
        request: AssociationRequest,
        association: &Association,
    ) -> Result<(), WireError> {
        let said = request
            .credentials
            .map(|(user, password)| Credentials { user, password });
        let common = request.versions & association.versions;
        let (diagnostic, native) = if request.context_name != association.context_name {
            (Some(CONTEXT_NOT_SUPPORTED), "another context is asked for")
        } else if !self.takes(said.as_ref()) {
            (Some(AUTHENTICATION_FAILED), "authentication failed")
        } else if common == 0 && request.versions != 0 {
            (Some(NO_REASON), "no common version")
        } else {
            (None, "")
        };
        // Of several the newest; to one who wants none of ours all that we have, which is what helps.
        let newest = common.checked_ilog2().map(|bit| 1 << bit);
        let answer = AssociationResponse {
            context_name: association.context_name.clone(),
            result: i64::from(diagnostic.is_some()),
            diagnostic,
            versions: newest.unwrap_or(association.versions),
            system_version: self.config.system_version.clone(),
            ..AssociationResponse::default()
        };
        self.say(&Message::Association(Acse::Response(answer)))?;
        if diagnostic.is_some() {
            self.refused(native);
            return Ok(());
        }
        let user = said.map(|said| said.user);
        match association.status_follows {
            true => self.tell_status(user).map_err(super::incoming::unwritten),
            false => {
                self.up(user);
                Ok(())
            }
        }
    }

    pub(super) fn start_session(
        &mut self,
        now: Tick,
        id: InvokeId,
        start: &StartApplicationSession,
        session: &ApplicationSession,
    ) -> Result<(), WireError> {
        let (ours, theirs) = (&session.protocol_versions, &start.requested_protocol_versions.0);
        let common = theirs.iter().find(|version| ours.is_empty() || ours.contains(version));
        let info = start.application_info.application_specific_info.as_ref();
        let said = info.and_then(application::credentials);
        let why = match common {
            _ if !self.takes(said.as_ref()) => Some(StartSessionError::InvalidApplicationInfo),
            None if !theirs.is_empty() => Some(StartSessionError::RequestedProtocolVersionNotSupported),
            _ => None,
        };
        if let Some(why) = why {
            self.not_started(id, why.clone())?;
            self.refused(why.as_str());
            return Ok(());
        }
        let wanted = application::duration(start.requested_session_duration);
        let started = StartApplicationSessionPosResponse {
            session_id: self.session_id(),
            actual_protocol_version: common.cloned(),
            actual_session_duration: Some(self.grant(now, wanted)),
            ..StartApplicationSessionPosResponse::default()
        };
        self.reply(id, Answer::Done(Response::StartApplicationSession(Box::new(started))))?;
        self.up(said.map(|said| said.user));
        Ok(())
    }

    pub(super) fn not_started(&mut self, id: InvokeId, why: StartSessionError) -> Result<(), WireError> {
        let refused = StartApplicationSessionNegResponse {
            error_code: StartSessionFailure::Defined(why),
            ..StartApplicationSessionNegResponse::default()
        };
        self.reply(
            id,
            Answer::Done(Response::StartApplicationSessionRefused(Box::new(refused))),
        )
    }

    /// Starts the timer of the session, and says for how many seconds.
    fn grant(&mut self, now: Tick, wanted: Option<Duration>) -> i64 {
        let granted = wanted.unwrap_or(self.config.longest).min(self.config.longest);
        self.timers.set(Timer::Session, now + granted);
        application::seconds(granted)
    }

    pub(super) fn session_id(&self) -> Octets {
        Octets::from(self.config.session.as_str())
    }

    pub(super) fn zultys_login(&mut self, id: InvokeId, said: &Credentials) -> Result<(), WireError> {
        let wanted = self.config.credentials.as_ref();
        let good =
            wanted.is_none_or(|wanted| wanted.user == said.user && zultys::digest(&wanted.password) == *said.password);
        let (code, text) = match good {
            true => (0, "Login OK"),
            false => (1, "Login failed"),
        };
        let content = zultys::login_answer(code, text);
        self.reply(id, Answer::Done(Response::Other { code: None, content }))?;
        match good {
            true => self.up(Some(said.user.clone())),
            false => self.refused(text),
        }
        Ok(())
    }

    /// Resets the timer of the session.
    pub(super) fn reset_timer(
        &mut self,
        now: Tick,
        id: InvokeId,
        reset: &ResetApplicationSessionTimer,
    ) -> Result<(), WireError> {
        if reset.session_id != self.session_id() || self.phase != Phase::Up {
            let refused = ResetApplicationSessionTimerNegResponse {
                error_code: ResetSessionFailure::Defined(ResetSessionError::InvalidSessionId),
                ..ResetApplicationSessionTimerNegResponse::default()
            };
            let refused = Response::ResetApplicationSessionTimerRefused(Box::new(refused));
            return self.reply(id, Answer::Done(refused));
        }
        let wanted = application::duration(reset.requested_session_duration);
        let done = ResetApplicationSessionTimerPosResponse {
            actual_session_duration: Some(self.grant(now, wanted)),
            ..ResetApplicationSessionTimerPosResponse::default()
        };
        self.reply(id, Answer::Done(Response::ResetApplicationSessionTimer(Box::new(done))))
    }

    /// Ends the session as the application wishes.
    pub(super) fn stop_session(&mut self, id: InvokeId, session: &Octets) -> Result<(), WireError> {
        if *session != self.session_id() || self.phase != Phase::Up {
            let refused = StopApplicationSessionNegResponse {
                error_code: StopSessionFailure::Defined(StopSessionError::InvalidSessionId),
                ..StopApplicationSessionNegResponse::default()
            };
            let refused = Response::StopApplicationSessionRefused(Box::new(refused));
            return self.reply(id, Answer::Done(refused));
        }
        let stopped = Response::StopApplicationSession(Box::default());
        self.reply(id, Answer::Done(stopped))?;
        self.stop();
        Ok(())
    }
}
