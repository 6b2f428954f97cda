//! What every request passes: which web pages may ask at all, and how much a request may say.

use super::App;
use super::problem::Problem;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::net::IpAddr;
use std::sync::Arc;

/// The most bytes of the body of a request, and of a message from a client.
pub(super) const BODY: usize = 64 * 1024;

/// Which keys the bridge keeps; asked with it, for which keys a request is.
pub(super) const KEYS: HeaderName = HeaderName::from_static("lineside-keys");

/// A page from elsewhere may ask only if `allowedOrigins` names it. What is no browser sends no Origin.
pub(super) async fn origin(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(header::ORIGIN).cloned() else {
        return next.run(request).await;
    };
    let named = origin
        .to_str()
        .is_ok_and(|origin| app.config.allowed_origins.iter().any(|allowed| allowed == origin));
    if !named && !is_own(&origin, request.headers()) {
        let shown = String::from_utf8_lossy(origin.as_bytes());
        let detail = format!("pages from {shown} may not use this bridge: `api.allowedOrigins` names those that may");
        return Problem::forbidden(detail).into_response();
    }
    let preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if preflight {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    if preflight {
        let methods = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        let allowed = "authorization, content-type, idempotency-key, last-event-id, lineside-keys, prefer, request-id";
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(allowed));
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    }
    let shown = "location, lineside-confirmed-by, lineside-keys, request-id, idempotency-replayed, retry-after, www-authenticate";
    let shown = HeaderValue::from_static(shown);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, shown);
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::VARY, HeaderValue::from_static("origin"));
    response
}

/// Says which Idempotency-Keys the bridge keeps, and does nothing for who relies on others: a bridge that forgot them may have done it.
pub(super) async fn keys(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let kept = app.service.keys();
    let relied = request.headers().get(&KEYS);
    let mut response = match relied {
        Some(relied) if relied.as_bytes() != kept.as_bytes() => Problem::other_keys().into_response(),
        _ => next.run(request).await,
    };
    if let Ok(kept) = HeaderValue::from_str(kept) {
        response.headers_mut().insert(KEYS, kept);
    }
    response
}

/// Is it a page of the bridge's own address? Only where that is no name: a name may lead here and belong to somebody else.
fn is_own(origin: &HeaderValue, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    let (Some(host), Some((_, own))) = (host, origin) else {
        return false;
    };
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let nobodys = name == "localhost" || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    nobodys && host.eq_ignore_ascii_case(own)
}

/// Reads the body before anything else, within its size and time.
pub(super) async fn body(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let told = parts
        .headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if told.is_some_and(|length| length > BODY) {
        return Problem::too_large(BODY).into_response();
    }
    if parts.method == Method::GET || parts.method == Method::HEAD {
        return next.run(Request::from_parts(parts, body)).await;
    }
    match tokio::time::timeout(app.config.request_timeout, to_bytes(body, BODY)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Ok(Err(_)) => Problem::too_large(BODY).into_response(),
        Err(_) => Problem::too_slow().into_response(),
    }
}
