//! Errors: RFC 9457 problem documents, all from one place.

use crate::model::{CallId, Native};
use crate::service::{Code, Failure, Refusal};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// What went wrong.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Problem {
    /// The code, as a URN.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: Box<str>,
    /// What went wrong, in general.
    title: &'static str,
    /// The status of the answer.
    status: u16,
    /// What went wrong here, and what was expected.
    #[schema(value_type = String)]
    pub(super) detail: Box<str>,
    /// For programs.
    pub(super) code: &'static str,
    /// Which field is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    field: Option<Box<str>>,
    /// What the switch said, where it spoke.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Native>)]
    native: Option<Box<Native>>,
    /// The call that this one became part of.
    #[serde(rename = "mergedInto", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<CallId>)]
    merged_into: Option<Box<CallId>>,
    /// `unknown`: it may be done or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    /// After how many seconds to ask again, where that would help.
    #[serde(skip)]
    #[schema(ignore)]
    retry_after: u16,
}

/// The codes that only HTTP has.
const OF_HTTP: &[&str] = &["methodNotAllowed", "notAcceptable", "requestTimeout"];

impl Problem {
    /// Every code that there is.
    pub(super) fn codes() -> impl Iterator<Item = &'static str> {
        Code::ALL
            .iter()
            .map(|code| code.as_str())
            .chain(OF_HTTP.iter().copied())
    }

    fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Problem {
            kind: format!("urn:lineside:problem:{code}").into(),
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: detail.into().into(),
            code,
            field: None,
            native: None,
            merged_into: None,
            outcome: None,
            retry_after: 1,
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    pub(super) fn invalid(field: &str, detail: impl Into<String>) -> Self {
        let problem = Problem::new(StatusCode::BAD_REQUEST, "invalidRequest", detail);
        Problem {
            field: Some(field.into()),
            ..problem
        }
    }

    pub(super) fn forbidden(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    pub(super) fn no_such_path(path: &str) -> Self {
        let detail = format!("there is nothing at {path}: /v1/openapi.json says what there is");
        Problem::new(StatusCode::NOT_FOUND, "notFound", detail)
    }

    pub(super) fn method(method: &str, path: &str) -> Self {
        let detail = format!("{method} is not possible at {path}: /v1/openapi.json says what is");
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "methodNotAllowed", detail)
    }

    pub(super) fn not_acceptable(accept: &str) -> Self {
        let detail = format!(
            "events come as text/event-stream, application/x-ndjson or application/json, or over a WebSocket, not as {accept}"
        );
        Problem::new(StatusCode::NOT_ACCEPTABLE, "notAcceptable", detail)
    }

    pub(super) fn too_large(limit: usize) -> Self {
        let detail = format!("the body of a request has at most {limit} bytes");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "payloadTooLarge", detail)
    }

    pub(super) fn too_slow() -> Self {
        Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "requestTimeout",
            "the body of the request did not come in time",
        )
    }

    pub(super) fn other_keys() -> Self {
        let detail = "the bridge keeps other Idempotency-Keys than `Lineside-Keys` names: it was started anew without the log that had \
                      them, and what was asked under them may be done. Nothing was done now";
        Problem::new(StatusCode::CONFLICT, "conflict", detail)
    }

    pub(super) fn unavailable(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail)
    }

    /// The close code of a WebSocket that says the same.
    pub(super) const fn close_code(&self) -> u16 {
        match self.status {
            401 => 4001,
            403 => 4003,
            // Both pass: who is told to come again does, and who is told of a bad message does not.
            429 => 4008,
            503 => 4012,
            _ => 4000,
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (code, detail, retry_after) = (refusal.code(), refusal.to_string(), refusal.retry_after());
        match refusal {
            Refusal::Invalid { field, .. } => Problem::invalid(&field, detail),
            Refusal::Failed(failure) => Problem::from(*failure),
            Refusal::Log(_) => {
                tracing::error!("{detail}");
                Problem::unavailable("the log cannot be read now")
            }
            _ => Problem {
                retry_after,
                ..Problem::new(status(code), code.as_str(), detail)
            },
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let unknown = matches!(failure.code, Code::SwitchTimeout | Code::OutcomeUnknown);
        Problem {
            field: failure.field.map(Into::into),
            native: failure.native.map(Box::new),
            merged_into: failure.merged_into.map(Box::new),
            outcome: unknown.then_some("unknown"),
            ..Problem::new(status(failure.code), failure.code.as_str(), failure.detail)
        }
    }
}

/// What HTTP says for a code.
const fn status(code: Code) -> StatusCode {
    match code {
        Code::InvalidRequest => StatusCode::BAD_REQUEST,
        Code::PrivilegeViolation | Code::Forbidden => StatusCode::FORBIDDEN,
        Code::InvalidCallId | Code::InvalidDeviceId | Code::InvalidConnectionId | Code::NotFound => {
            StatusCode::NOT_FOUND
        }
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::InvalidConnectionState
        | Code::ResourceBusy
        | Code::NetworkBusy
        | Code::SwitchRefused
        | Code::AmbiguousConnection
        | Code::CallMerged
        | Code::CallEnded
        | Code::AgentAlreadyLoggedOn
        | Code::DeviceInUse
        | Code::Conflict => StatusCode::CONFLICT,
        Code::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::InvalidDestination | Code::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        Code::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        Code::ServiceNotSupported => StatusCode::NOT_IMPLEMENTED,
        Code::SwitchIgnored => StatusCode::BAD_GATEWAY,
        Code::SwitchUnreachable | Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::SwitchTimeout | Code::OutcomeUnknown => StatusCode::GATEWAY_TIMEOUT,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (self.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if self.status() == StatusCode::TOO_MANY_REQUESTS {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(self.retry_after));
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"lineside\""),
            );
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_websocket_is_told_to_come_again_where_that_would_help_and_only_there() {
        let too_often = Refusal::TooOften {
            what: "tokens",
            wait: std::time::Duration::from_secs(1),
        };
        for (problem, code) in [
            (Problem::from(too_often), 4008),
            (Problem::unavailable("stops"), 4012),
            (Problem::invalid("type", "wrong"), 4000),
            (Problem::from(Refusal::Unauthenticated("nobody")), 4001),
            (Problem::forbidden("no"), 4003),
        ] {
            assert_eq!(problem.close_code(), code, "{}", problem.detail);
        }
    }
}
