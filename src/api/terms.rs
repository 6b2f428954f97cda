//! How a caller wants a service to be served: the headers of the request.

use super::problem::Problem;
use crate::model::Text;
use crate::service::{Once, Terms};
use axum::http::{HeaderMap, Method, Uri};
use sha2::{Digest as _, Sha256};
use std::time::Duration;

/// The most characters of a name that a caller gives.
const NAME: usize = 128;

/// The terms of `headers`, for the request of `body`.
pub(super) fn of(method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Result<Terms, Problem> {
    let request_id = name(headers, "Request-Id")?;
    let once = name(headers, "Idempotency-Key")?.map(|key| Once {
        key,
        asked: digest(method, uri, body),
    });
    Ok(Terms {
        request_id,
        once,
        wait: wait(headers),
    })
}

/// What is asked, all of it.
fn digest(method: &Method, uri: &Uri, body: &[u8]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in [method.as_str(), "\n", uri.path(), "\n"] {
        digest.update(part);
    }
    digest.update(body);
    digest.finalize().into()
}

/// A name that the caller gave: visible ASCII.
fn name(headers: &HeaderMap, header: &str) -> Result<Option<Text>, Problem> {
    let Some(value) = headers.get(header) else {
        return Ok(None);
    };
    match value.to_str() {
        Ok(name) if (1..=NAME).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic()) => {
            Ok(Some(Text::from(name)))
        }
        _ => {
            let detail = format!("1 to {NAME} visible characters of ASCII, without blanks, were expected");
            Err(Problem::invalid(header, detail))
        }
    }
}

/// `Prefer: wait=N` (RFC 7240, 4.3). A preference that is not understood is none.
fn wait(headers: &HeaderMap) -> Option<Duration> {
    let preferences = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    preferences
        .flat_map(|value| value.split(','))
        .filter_map(|preference| preference.split(';').next()?.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("wait"))
        .and_then(|(_, seconds)| seconds.trim().trim_matches('"').parse().ok())
        .map(Duration::from_secs)
}
