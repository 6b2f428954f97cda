//! Who asks: a bearer token in the header, in a subprotocol, or a ticket in the query.

use super::App;
use super::connection::Connection;
use super::problem::Problem;
use crate::service::{Caller, Refusal, Service};
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::Arc;

/// The subprotocol of the WebSocket; a second one may carry the token.
pub(super) const SUBPROTOCOL: &str = "lineside.v1";

/// What stands behind `?`, name by name.
pub(super) struct Pairs(Vec<(String, String)>);

impl Pairs {
    pub(super) fn of(uri: &Uri) -> Result<Self, Problem> {
        let Query(pairs) = Query::try_from_uri(uri)
            .map_err(|_| Problem::invalid("query", "names and values are expected behind the ?"))?;
        Ok(Pairs(pairs))
    }

    fn ticket(&self) -> Option<&str> {
        self.0
            .iter()
            .find(|(name, _)| name == "ticket")
            .map(|(_, value)| value.as_str())
    }

    /// All but the ticket.
    pub(super) fn asked(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter(|(name, _)| name != "ticket")
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// `bearer.<base64url>` among the subprotocols.
fn in_subprotocol(headers: &HeaderMap) -> Option<String> {
    let offered = headers
        .get_all(header::SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let encoded = offered
        .flat_map(|value| value.split(','))
        .find_map(|name| name.trim().strip_prefix("bearer."))?;
    let token = URL_SAFE_NO_PAD.decode(encoded.trim_end_matches('=')).ok()?;
    String::from_utf8(token).ok()
}

pub(super) fn caller(
    service: &Service,
    connection: &Connection,
    headers: &HeaderMap,
    pairs: &Pairs,
) -> Result<Caller, Refusal> {
    let from = connection.peer();
    if let Some(token) = bearer(headers) {
        service.authenticate(token, from)
    } else if let Some(token) = in_subprotocol(headers) {
        service.authenticate(&token, from)
    } else if let Some(ticket) = pairs.ticket() {
        service.redeem_ticket(ticket, from)
    } else {
        Err(Refusal::Unauthenticated(
            "a token is needed: Authorization: Bearer …, or ?ticket= from POST /v1/tickets",
        ))
    }
}

/// A request of somebody who may ask, and what it asks for.
pub(super) struct Asking {
    pub(super) caller: Caller,
    pub(super) pairs: Pairs,
}

impl FromRequestParts<Arc<App>> for Asking {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let pairs = Pairs::of(&parts.uri)?;
        let connection = parts.extensions.get::<Connection>();
        let connection = connection.ok_or_else(|| Problem::unavailable("nobody knows where the request came from"))?;
        let caller = caller(&app.service, connection, &parts.headers, &pairs)?;
        Ok(Asking { caller, pairs })
    }
}
