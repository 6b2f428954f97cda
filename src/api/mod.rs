//! The interface for applications: `/v1` over HTTP.
//!
//! # Subscribing
//!
//! `GET /v1/events` is one question with four ways to be answered: a WebSocket, Server-Sent Events
//! (`Accept: text/event-stream`), lines of stored events (`application/x-ndjson`), pages of them (`application/json`).
//!
//! - Filters: `type=call.*`, `device=hq:1001`, `agent=`, `queue=`, `call=`, `switch=`. Several values of one name mean one of
//!   them, several names mean all of them. `link.*` and `bridge.*` always pass.
//! - `since=<id>` (with Server-Sent Events also `Last-Event-ID`) gives everything after that event, then goes on live.
//!   `snapshot=true` gives first everything that is. Without either it begins with what happens next.
//! - What has `specversion` is an event. What has not is a control message: `hello`, `subscribed`, `snapshot`, `bookmark`,
//!   `gap`, `pong`, `closing`. Keep the last id or bookmark seen; go on from there.
//! - Over a WebSocket the subscription of the address begins at once. `{"type":"subscribe","filter":{"device":"hq:1001"}}`
//!   replaces it: what belongs to the new one follows `subscribed`. `{"type":"ping"}` is answered by `pong`.
//! - A WebSocket ends with `closing` and a code: 4000 bad message, 4001 no or a wrong token, 4003 forbidden, 4008 too slow or too often
//!   and 4012 the bridge goes away or cannot answer now: come again.
//!
//! # Access
//!
//! `Authorization: Bearer <token>`. A browser's WebSocket offers the subprotocols `lineside.v1, bearer.<token in base64url>`,
//! or takes a ticket: `POST /v1/tickets`, then `?ticket=`. Pages from elsewhere may ask only where `api.allowedOrigins` names
//! them. Who shows tokens that nobody has is slowed down (429, `api.wrongTokensPerMinute`), and locks out nobody who was there
//! before from the same address.
//!
//! # Services
//!
//! `POST /v1/calls`, `DELETE /v1/calls/{call}`, `PATCH /v1/calls/{call}/user-data` and
//! `POST /v1/calls/{call}/connections/{connection}/{service}` are answered with what the switch did: the call, after the event
//! that proves it was delivered, or a problem. `Request-Id`, `Idempotency-Key` and `Prefer: wait=N` say how; `/v1/requests/{id}`
//! tells how a request came out on which nobody waited. The pages beside the service say it all.

mod auth;
mod config;
mod connection;
mod described;
mod events;
mod guard;
mod health;
mod openapi;
mod path;
mod problem;
mod read;
mod router;
mod server;
mod services;
mod terms;
mod ticket;
mod tls;

#[cfg(test)]
mod tests;

pub(crate) use config::{ApiConfig, TlsConfig};
pub(crate) use server::{ApiError, Listening};

use crate::service::Service;
use prometheus_client::registry::Registry;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// What every request may need.
struct App {
    service: Arc<Service>,
    metrics: Arc<Registry>,
    shutdown: CancellationToken,
    config: ApiConfig,
}
