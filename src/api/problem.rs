//! Errors: RFC 9457 problem documents, all from one place.

use crate::service::Refusal;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// What went wrong.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Problem {
    /// The code, as a URN.
    #[serde(rename = "type")]
    kind: String,
    /// What went wrong, in general.
    title: &'static str,
    /// The status of the answer.
    status: u16,
    /// What went wrong here, and what was expected.
    pub(super) detail: String,
    /// For programs.
    pub(super) code: &'static str,
    /// Which field is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Problem {
            kind: format!("urn:lineside:problem:{code}"),
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: detail.into(),
            code,
            field: None,
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    pub(super) fn invalid(field: &str, detail: impl Into<String>) -> Self {
        let problem = Problem::new(StatusCode::BAD_REQUEST, "invalidRequest", detail);
        Problem {
            field: Some(field.to_owned()),
            ..problem
        }
    }

    pub(super) fn unauthenticated(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
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

    pub(super) fn not_supported(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::NOT_IMPLEMENTED, "serviceNotSupported", detail)
    }

    pub(super) fn unavailable(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail)
    }

    /// The close code of a WebSocket that says the same.
    pub(super) const fn close_code(&self) -> u16 {
        match self.status {
            401 => 4001,
            403 => 4003,
            _ => 4000,
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            Refusal::Unauthenticated(_) => Problem::unauthenticated(detail),
            Refusal::MissingScope(_) | Refusal::OutOfSight(_) => Problem::forbidden(detail),
            Refusal::Invalid { field, .. } => Problem::invalid(&field, detail),
            Refusal::NoCall(_) => Problem::new(StatusCode::NOT_FOUND, "invalidCallID", detail),
            Refusal::NoDevice(_) | Refusal::NoAgent(_) | Refusal::NoQueue(_) => {
                Problem::new(StatusCode::NOT_FOUND, "invalidDeviceID", detail)
            }
            Refusal::NoSwitch(_) => Problem::new(StatusCode::NOT_FOUND, "notFound", detail),
            Refusal::NoTicket => Problem::new(StatusCode::TOO_MANY_REQUESTS, "tooManyRequests", detail),
            Refusal::Log(_) => {
                tracing::error!("{detail}");
                Problem::unavailable("the log cannot be read now")
            }
        }
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
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"lineside\""),
            );
        }
        response
    }
}
