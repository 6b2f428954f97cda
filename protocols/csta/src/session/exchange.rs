use crate::error::DecodeError;
use crate::message::{RejectProblem, Request, Response};
use crate::types::{SystemResourceError, UniversalFailure};
use std::time::Duration;
use thiserror::Error;

/// What is asked of the peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The service.
    pub request: Request,
    /// How long the answer may take; `None`: as long as the configuration of the session says.
    pub within: Option<Duration>,
}

impl Ask {
    /// Asks for `request`, with the deadline of the configuration.
    #[must_use]
    pub const fn new(request: Request) -> Self {
        let within = None;
        Ask { request, within }
    }

    /// The same, with a deadline of its own.
    #[must_use]
    pub fn within(self, within: Duration) -> Self {
        let within = Some(within);
        Ask { within, ..self }
    }
}

impl From<Request> for Ask {
    fn from(request: Request) -> Self {
        Ask::new(request)
    }
}

/// Names one request of the peer that is to be answered. Unique within the session, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AskedId(pub u64);

/// What becomes of a request of the peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was done.
    Done(Response),
    /// It was not done.
    Failed(UniversalFailure),
    /// It is none that is understood: BER only.
    Rejected(RejectProblem),
}

/// Why a request has no answer, or none that was wished for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Failure {
    /// The peer said no.
    #[error("refused: {}", .0.native())]
    Refused(UniversalFailure),
    /// The peer did not understand it (BER only). It was not done.
    #[error("rejected: {0:?}")]
    Rejected(RejectProblem),
    /// No answer within the time that was given. It may have been done nevertheless.
    #[error("no answer in time")]
    Timeout,
    /// The session ended. It may have been done nevertheless.
    #[error("the session ended before the answer came")]
    Lost,
    /// An answer came that cannot be read. It may have been done nevertheless.
    #[error("the answer cannot be read: {0}")]
    Unreadable(DecodeError),
}

/// Who answers a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duty {
    /// The session, since there is nothing to decide.
    Session,
    /// The owner.
    Owner,
    /// Nobody: ECMA-269 has no answer to it.
    Nobody,
}

/// Who answers the service called `name` in ECMA-323.
pub(crate) fn duty(name: &str) -> Duty {
    match name {
        "SystemStatus"
        | "RequestSystemStatus"
        | "MonitorStop"
        | "SwFunctionCapsChanged"
        | "SwFunctionDevicesChanged" => Duty::Session,
        "SnapshotDeviceData"
        | "SnapshotCallData"
        | "SwitchingFunctionDevices"
        | "MonitorInfo"
        | "RegistrationInfo"
        | "ApplicationSessionTerminated"
        | "SystemRegisterAbort"
        | "EscapeRegisterAbort"
        | "IORegisterAbort"
        | "RouteRegisterAbort"
        | "RouteRequest"
        | "RouteSelect"
        | "RouteEnd"
        | "RouteReject"
        | "RouteUsed"
        | "ReRoute" => Duty::Nobody,
        _ => Duty::Owner,
    }
}

/// The answer to one request too many.
pub(crate) const fn too_much() -> UniversalFailure {
    UniversalFailure::SystemResource(SystemResourceError::ResourceBusy)
}
