use super::failure::{Code, Failure};
use crate::access::Scope;
use crate::stream::StoreError;
use std::time::Duration;
use thiserror::Error;

/// What a caller is told where it does not get what it asked for.
#[derive(Debug, Error)]
pub(crate) enum Refusal {
    #[error("{0}")]
    Unauthenticated(&'static str),
    #[error("the token has no scope {}", .0.as_str())]
    MissingScope(Scope),
    #[error("the token may not see {0}")]
    OutOfSight(String),
    #[error("{field}: {detail}")]
    Invalid { field: String, detail: String },
    #[error("there is no call {0}, or it ended more than ten minutes ago")]
    NoCall(String),
    #[error("there is no device {0}, or the switch did not tell of it yet")]
    NoDevice(String),
    #[error("there is no agent {0}, or the switch did not tell of it yet")]
    NoAgent(String),
    #[error("there is no queue {0}, or the switch did not tell of it yet")]
    NoQueue(String),
    #[error("there is no switch {0}, or it was never reached")]
    NoSwitch(String),
    #[error("{0} cannot be told yet: the log is still being read, ask again in a second")]
    NotYet(&'static str),
    #[error("no more tickets can be given out now: use those that are out, or wait a minute")]
    NoTicket,
    #[error("there is no request {0} of this token, or it was made more than ten minutes ago")]
    NoRequest(String),
    #[error("{what}: come again in {} s", seconds(.wait))]
    TooOften { what: &'static str, wait: Duration },
    #[error("{0}: /v1/openapi.json says what there is")]
    NoService(String),
    #[error("{0}")]
    TooMuchData(String),
    #[error("{}", .0.detail)]
    Failed(Box<Failure>),
    #[error(transparent)]
    Log(#[from] StoreError),
}

/// Whole seconds, at least one.
fn seconds(wait: &Duration) -> u16 {
    wait.as_millis().div_ceil(1000).max(1).try_into().unwrap_or(u16::MAX)
}

impl Refusal {
    /// After how many seconds it is worth to come again.
    pub(crate) fn retry_after(&self) -> u16 {
        match self {
            Refusal::TooOften { wait, .. } => seconds(wait),
            _ => 1,
        }
    }

    /// For programs.
    pub(crate) fn code(&self) -> Code {
        match self {
            Refusal::Unauthenticated(_) => Code::Unauthenticated,
            Refusal::MissingScope(_) | Refusal::OutOfSight(_) => Code::Forbidden,
            Refusal::Invalid { .. } => Code::InvalidRequest,
            Refusal::NoCall(_) => Code::InvalidCallId,
            Refusal::NoDevice(_) | Refusal::NoAgent(_) | Refusal::NoQueue(_) => Code::InvalidDeviceId,
            Refusal::NoSwitch(_) | Refusal::NoRequest(_) | Refusal::NoService(_) => Code::NotFound,
            Refusal::NoTicket | Refusal::TooOften { .. } => Code::TooManyRequests,
            Refusal::TooMuchData(_) => Code::PayloadTooLarge,
            Refusal::Failed(failure) => failure.code,
            Refusal::NotYet(_) | Refusal::Log(_) => Code::Unavailable,
        }
    }

    pub(super) fn invalid(field: &str, detail: impl Into<String>) -> Self {
        Refusal::Invalid {
            field: field.to_owned(),
            detail: detail.into(),
        }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Refusal::Failed(Box::new(failure))
    }
}
