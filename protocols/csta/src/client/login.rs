//! The login, a type per phase: what may come next is what the type has a method for.
//!
//! Application session: `AwaitSession` → up. Server first: `AwaitStatus` → `AwaitRegistration` → up. Association: (`AwaitHandshake` →)
//! `AwaitAssociation` → (`AwaitStatus` →) up. Zultys: `AwaitWelcome` → up. Failures end it; nothing is tried twice.

use super::config::Config;
use super::event::Peer;
use super::failure::LoginFailure;
use crate::ber::{Acse, AssociationRequest, AssociationResponse, Phase};
use crate::dialect::{ApplicationSession, Association, version_names};
use crate::message::{Message, Request, Response};
use crate::session::{application, zultys};
use crate::types::{
    ApplicationInfo, ProtocolVersions, StartApplicationSession, StartSessionError, StartSessionFailure,
    SystemStatusValue,
};

/// The phase that a login is in.
#[derive(Debug)]
pub(super) enum Login {
    Handshake(AwaitHandshake),
    Association(AwaitAssociation),
    Status(AwaitStatus),
    Registration(AwaitRegistration),
    Session(AwaitSession),
    Welcome(AwaitWelcome),
}

impl Login {
    /// What is awaited, for the words of an error.
    pub(super) const fn awaited(&self) -> &'static str {
        match self {
            Login::Handshake(_) => "answer to the handshake",
            Login::Association(_) => "answer to the association request",
            Login::Status(_) => "system status",
            Login::Registration(_) => "answer to System Register",
            Login::Session(_) => "answer to Start Application Session",
            Login::Welcome(_) => "answer to the login",
        }
    }

    /// The deadline of the login is over.
    pub(super) fn timeout(&self) -> LoginFailure {
        match self {
            Login::Status(AwaitStatus { told: Some(status), .. }) => {
                LoginFailure::NotEnabled(status.as_str().to_owned())
            }
            login => LoginFailure::Timeout(login.awaited()),
        }
    }
}

/// `B` was sent.
#[derive(Debug)]
pub(super) struct AwaitHandshake;

impl AwaitHandshake {
    pub(super) fn shaken(self, config: &Config, association: &Association) -> (AwaitAssociation, Message) {
        associate(config, association)
    }
}

/// AARQ was sent.
#[derive(Debug)]
pub(super) struct AwaitAssociation {
    versions: u64,
}

/// Asks for an association.
pub(super) fn associate(config: &Config, association: &Association) -> (AwaitAssociation, Message) {
    let versions = association.versions;
    let credentials = config.credentials.clone();
    let request = AssociationRequest {
        context_name: association.context_name.clone(),
        credentials: credentials.map(|credentials| (credentials.user, credentials.password)),
        versions,
        ..AssociationRequest::default()
    };
    (
        AwaitAssociation { versions },
        Message::Association(Acse::Request(request)),
    )
}

impl AwaitAssociation {
    pub(super) fn associated(self, answer: AssociationResponse) -> Result<Peer, LoginFailure> {
        let theirs = answer.versions;
        if theirs != 0 && theirs & self.versions == 0 {
            return Err(LoginFailure::Version {
                ours: version_names(self.versions),
                theirs: version_names(theirs),
            });
        }
        if answer.result != 0 {
            return Err(rejected(&answer));
        }
        Ok(Peer {
            protocol_version: (theirs != 0).then(|| version_names(theirs)),
            system_version: answer.system_version,
            phase: phase(theirs & self.versions),
            ..Peer::default()
        })
    }
}

/// The phase that the newest version in `versions` is of.
fn phase(versions: u64) -> Option<Phase> {
    match versions {
        0 => None,
        1 => Some(Phase::I),
        2 | 3 => Some(Phase::II),
        _ => Some(Phase::III),
    }
}

/// X.227, 7.2 (Associate-source-diagnostic).
fn rejected(answer: &AssociationResponse) -> LoginFailure {
    let said = match answer.diagnostic {
        Some((1, 2)) => "the context is not supported",
        Some((1, 3..=6)) => "the calling application is not recognized",
        Some((1, 7..=10)) => "the called application is not recognized",
        Some((1, 11 | 12)) => "the way of authentication is not recognized",
        Some((1, 13)) => "authentication failed",
        Some((1, 14)) => "authentication is required",
        Some((2, 2)) => "no common version",
        Some(_) => "no reason given",
        None => "without a reason",
    };
    let (result, diagnostic) = (answer.result, answer.diagnostic);
    let code = diagnostic.map_or(String::new(), |(source, code)| format!(", diagnostic {source}:{code}"));
    let native = format!("result {result}{code} ({said})");
    match diagnostic {
        Some((1, 11..=14)) => LoginFailure::Credentials(native),
        _ if answer.result == 2 => LoginFailure::Busy(native),
        _ => LoginFailure::Refused(native),
    }
}

/// The switch is to tell how it is.
#[derive(Debug)]
pub(super) struct AwaitStatus {
    peer: Peer,
    /// The application registers for that.
    register: bool,
    /// What the switch told, as long as it is not enabled.
    told: Option<SystemStatusValue>,
}

/// What follows a system status.
pub(super) enum AfterStatus {
    Wait(AwaitStatus),
    Register(AwaitRegistration),
    Up(Peer),
}

impl AwaitStatus {
    pub(super) const fn new(peer: Peer, register: bool) -> Self {
        let told = None;
        AwaitStatus { peer, register, told }
    }

    pub(super) fn told(mut self, status: &SystemStatusValue) -> AfterStatus {
        if matches!(status, SystemStatusValue::Disabled | SystemStatusValue::Initializing) {
            self.told = Some(status.clone());
            return AfterStatus::Wait(self);
        }
        match self.register {
            true => AfterStatus::Register(AwaitRegistration { peer: self.peer }),
            false => AfterStatus::Up(self.peer),
        }
    }
}

/// System Register was sent.
#[derive(Debug)]
pub(super) struct AwaitRegistration {
    peer: Peer,
}

impl AwaitRegistration {
    pub(super) fn registered(self) -> Peer {
        self.peer
    }
}

/// Start Application Session was sent.
#[derive(Debug)]
pub(super) struct AwaitSession {
    versions: Vec<String>,
}

/// Asks for a session.
pub(super) fn start_session(config: &Config, session: &ApplicationSession) -> (AwaitSession, Request) {
    let versions = session.protocol_versions.clone();
    let credentials = config.credentials.as_ref();
    let application_info = ApplicationInfo {
        application_id: Some(session.application_id.clone()),
        application_specific_info: credentials
            .and_then(|credentials| application::specific_info(&session.credentials, credentials)),
        ..ApplicationInfo::default()
    };
    let start = StartApplicationSession {
        application_info,
        requested_protocol_versions: ProtocolVersions(versions.clone()),
        requested_session_duration: Some(application::seconds(session.duration)),
        ..StartApplicationSession::default()
    };
    (
        AwaitSession { versions },
        Request::StartApplicationSession(Box::new(start)),
    )
}

impl AwaitSession {
    pub(super) fn answered(self, answer: &Response) -> Result<Peer, LoginFailure> {
        let ours = self.versions;
        match answer {
            Response::StartApplicationSession(started) => {
                let version = started.actual_protocol_version.as_deref().map(str::trim);
                let version = version.filter(|version| !version.is_empty()).map(str::to_owned);
                // Every edition of ECMA-323 is read, whichever was asked for.
                let is_read = |theirs: &String| theirs.contains("ecma-323") || ours.contains(theirs);
                if let Some(theirs) = version.as_ref().filter(|theirs| !is_read(theirs)) {
                    let (ours, theirs) = (ours.join(", "), theirs.clone());
                    return Err(LoginFailure::Version { ours, theirs });
                }
                Ok(Peer {
                    protocol_version: version,
                    session: Some(started.session_id.clone()),
                    duration: application::duration(started.actual_session_duration),
                    ..Peer::default()
                })
            }
            Response::StartApplicationSessionRefused(refused) => {
                let why = application::why_not_started(&refused.error_code);
                Err(match &refused.error_code {
                    StartSessionFailure::Defined(StartSessionError::InvalidApplicationInfo) => {
                        LoginFailure::Credentials(why)
                    }
                    StartSessionFailure::Defined(StartSessionError::RequestedProtocolVersionNotSupported) => {
                        LoginFailure::Version {
                            ours: ours.join(", "),
                            theirs: format!("others ({why})"),
                        }
                    }
                    StartSessionFailure::Defined(
                        StartSessionError::ServerResourcesBusy | StartSessionError::MaxNumberSessions,
                    ) => LoginFailure::Busy(why),
                    _ => LoginFailure::Refused(why),
                })
            }
            other => Err(LoginFailure::Refused(format!("an answer to {}", other.name()))),
        }
    }
}

/// The credentials were sent.
#[derive(Debug)]
pub(super) struct AwaitWelcome;

impl AwaitWelcome {
    pub(super) fn answered(self, code: &str, text: String) -> Result<Peer, LoginFailure> {
        match code {
            "0" => Ok(Peer::default()),
            _ => Err(LoginFailure::Credentials(format!("code {code}: {text}"))),
        }
    }
}

/// Asks to be let in.
pub(super) fn zultys_login(config: &Config, platform: &str, version: &str) -> (AwaitWelcome, Request) {
    let credentials = config.credentials.clone().unwrap_or_default();
    let content = zultys::login_request(&credentials, platform, version);
    (AwaitWelcome, Request::Other { code: None, content })
}
