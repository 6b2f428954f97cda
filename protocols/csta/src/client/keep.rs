//! How a session is kept alive, noticed to be dead, and ended.

use super::event::Peer;
use super::login::Login;
use super::{Client, Ending, Event, Fault, Phase, Timer};
use crate::ber::{self, Acse};
use crate::dialect::{self, Supervision};
use crate::message::{InvokeId, Message, Request};
use crate::session::{Asker, Failure, Own, application, zultys};
use crate::types::{ResetApplicationSessionTimer, SystemStatus, SystemStatusValue};
use lineside_wire::Tick;
use std::time::Duration;

/// So many questions in a row without a sign of life are the end.
const MOST_UNANSWERED: u32 = 2;

impl Client {
    /// The switch let us in.
    pub(super) fn up(&mut self, now: Tick, peer: Peer) {
        self.phase = Phase::Up;
        self.timers.stop(Timer::Login);
        self.peer = peer.clone();
        self.reset_timer_in(now, peer.duration);
        if matches!(self.config.dialect.login, dialect::Login::Zultys { .. }) {
            self.timers.set(Timer::Keepalive, now + zultys::KEEPALIVE);
        }
        self.heard(now);
        self.events.push_back(Event::Up(peer));
    }

    /// Something came.
    pub(super) fn heard(&mut self, now: Tick) {
        self.unanswered = 0;
        if !matches!(self.phase, Phase::Up) {
            return;
        }
        match self.config.dialect.supervision {
            Supervision::None => {}
            Supervision::Ask { every } => self.timers.set(Timer::Watch, now + every),
            Supervision::Expect { within } => self.timers.set(Timer::Watch, now + within),
        }
    }

    /// The timer of the session is reset well inside its time: at half of it.
    pub(super) fn reset_timer_in(&mut self, now: Tick, duration: Option<Duration>) {
        if let Some(duration) = duration {
            self.timers.set(Timer::Reset, now + duration / 2);
        }
    }

    pub(super) fn expired(&mut self, now: Tick, timer: Timer) -> Result<(), Fault> {
        match (timer, &self.phase) {
            (Timer::Login, Phase::Login(login)) => Err(login.timeout().into()),
            (Timer::Answer(id), _) => match self.link.ended(id) {
                Some(asker) => self.unanswered_in_time(asker),
                None => Ok(()),
            },
            (Timer::Watch, Phase::Up) => self.watch(now),
            (Timer::Reset, Phase::Up) => self.reset_timer(now),
            (Timer::Keepalive, Phase::Up) => {
                self.timers.set(Timer::Keepalive, now + zultys::KEEPALIVE);
                let content = zultys::empty("keepalive");
                Ok(self.link.notify(Request::Other { code: None, content })?)
            }
            (Timer::Close, _) => {
                self.stop();
                Ok(())
            }
            (Timer::Login | Timer::Watch | Timer::Reset | Timer::Keepalive, _) => Ok(()),
        }
    }

    fn unanswered_in_time(&mut self, asker: Asker) -> Result<(), Fault> {
        match asker {
            Asker::Owner(id) => {
                self.completed(id, Err(Failure::Timeout));
                Ok(())
            }
            Asker::Session(Own::ResetTimer) => Err(Ending::TimerNotReset("no answer in time".to_owned()).into()),
            // The watch counts what is not answered.
            Asker::Session(Own::Heartbeat | Own::Login | Own::Stop) => Ok(()),
        }
    }

    fn watch(&mut self, now: Tick) -> Result<(), Fault> {
        let Supervision::Ask { every } = self.config.dialect.supervision else {
            return Err(Ending::Dead("no system status when one was due").into());
        };
        if self.unanswered >= MOST_UNANSWERED {
            return Err(Ending::Dead("two questions for its status, and no answer").into());
        }
        self.unanswered += 1;
        self.timers.set(Timer::Watch, now + every);
        // One question is under way at a time: of one that was not answered nothing is expected any more.
        if let Some(id) = self.link.ended_own(Own::Heartbeat) {
            self.timers.stop(Timer::Answer(id));
        }
        let request = match self.link.phase() {
            // They have no such question, but tell each other how they are.
            Some(ber::Phase::I | ber::Phase::II) => Request::SystemStatus(Box::new(SystemStatus {
                system_status: SystemStatusValue::Normal,
                ..SystemStatus::default()
            })),
            Some(ber::Phase::III) | None => Request::RequestSystemStatus(Box::default()),
        };
        self.ask(now, Own::Heartbeat, request).map(|_| ())
    }

    fn reset_timer(&mut self, now: Tick) -> Result<(), Fault> {
        let dialect::Login::ApplicationSession(wanted) = &self.config.dialect.login else {
            return Ok(());
        };
        let reset = ResetApplicationSessionTimer {
            session_id: self.peer.session.clone().unwrap_or_default(),
            requested_session_duration: Some(application::seconds(wanted.duration)),
            ..ResetApplicationSessionTimer::default()
        };
        let id = self.ask(
            now,
            Own::ResetTimer,
            Request::ResetApplicationSessionTimer(Box::new(reset)),
        )?;
        // No later than the session itself would end.
        let left = self.peer.duration.unwrap_or_default() / 2;
        let within = self.config.answer_within.min(left);
        self.timers.set(Timer::Answer(id), now + within);
        Ok(())
    }

    pub(super) fn ask(&mut self, now: Tick, own: Own, request: Request) -> Result<InvokeId, Fault> {
        let id = self.link.ask(Asker::Session(own), request, false)?;
        self.timers.set(Timer::Answer(id), now + self.config.answer_within);
        Ok(id)
    }

    /// Says goodbye where the protocol has a word for it. Whether the switch answers that.
    pub(super) fn goodbye(&mut self) -> bool {
        // Whether it can be written or not: the session ends.
        match &self.config.dialect.login {
            dialect::Login::Association(_) => {
                let release = Message::Association(Acse::ReleaseRequest);
                self.link.tell(&release, false).is_ok()
            }
            dialect::Login::ApplicationSession(_) => {
                let request = application::stop(self.peer.session.clone().unwrap_or_default());
                self.link.ask(Asker::Session(Own::Stop), request, false).is_ok()
            }
            dialect::Login::Zultys { .. } => {
                let content = zultys::empty("logout");
                let logout = Request::Other { code: None, content };
                // The switch closes the connection.
                let _ = self.link.notify(logout);
                false
            }
            dialect::Login::None | dialect::Login::ServerFirst => false,
        }
    }

    /// The association was released.
    pub(super) fn released(&mut self) {
        if let dialect::Login::Association(association) = &self.config.dialect.login
            && association.release_exit
        {
            self.link.raw(b"EXIT");
        }
        self.stop();
    }

    /// The phase of the login, to be replaced by the next one.
    pub(super) fn take_login(&mut self) -> Option<Login> {
        match std::mem::replace(&mut self.phase, Phase::Closed) {
            Phase::Login(login) => Some(login),
            phase => {
                self.phase = phase;
                None
            }
        }
    }
}
