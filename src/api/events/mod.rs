//! `GET /v1/events`: one question, four ways to be answered.

mod sse;
mod stored;
mod websocket;

use super::App;
use super::auth::{self, Pairs, SUBPROTOCOL};
use super::connection::Connection;
use super::guard::BODY;
use super::problem::Problem;
use crate::service::{Caller, Control, EventsAsked, Service};
use axum::Extension;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;
pub(super) use stored::Page;

/// The buffers of a WebSocket: one for each client, so small.
const BUFFER: usize = 4 * 1024;

/// Where events begin, told by whoever lost the connection: Server-Sent Events, 9.2.4.
const LAST_EVENT_ID: &str = "last-event-id";

/// Subscribe, or read stored events: over a WebSocket, or as `Accept` says.
///
/// `text/event-stream`: live. `application/x-ndjson`: stored events, then the end. `application/json`: stored events, page
/// by page. A `gap` in these two tells what the log lacks. Filters: several values of one name mean one of them, several names mean all of them.
#[utoipa::path(
    get, path = "/v1/events", tag = "events",
    params(
        ("type" = Option<String>, Query, description = "`call.delivered`, `call.*`."),
        ("device" = Option<String>, Query, description = "From the event in which the device joins a call through the one in which it leaves."),
        ("agent" = Option<String>, Query, description = "Calls of this agent, and the agent."),
        ("queue" = Option<String>, Query, description = "Calls that wait in or came through this queue, and the queue."),
        ("call" = Option<String>, Query, description = "This call."),
        ("switch" = Option<String>, Query, description = "Of this switch."),
        ("since" = Option<String>, Query, description = "Everything after this event, in order, then live."),
        ("snapshot" = Option<bool>, Query, description = "First everything that is, then every event after it."),
        ("limit" = Option<u32>, Query, description = "The most events of a page, 1 to 1000; 100 without it."),
        ("ticket" = Option<String>, Query, description = "From `POST /v1/tickets`."),
    ),
    responses(
        (status = 200, content(
            (Page = "application/json"), (String = "text/event-stream"), (String = "application/x-ndjson"),
        )),
        (status = 101, description = "A WebSocket: each message an Event or a Control."),
        (status = "default", body = Problem),
    ),
)]
pub(super) async fn events(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Connection>,
    headers: HeaderMap,
    uri: Uri,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let asked = ask(&app.service, &connection, &headers, &uri);
    let wants_websocket = headers
        .get(header::UPGRADE)
        .is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket"));
    if wants_websocket {
        let upgrade = match upgrade {
            Ok(upgrade) => upgrade,
            Err(error) => return Problem::invalid("upgrade", error.to_string()).into_response(),
        };
        // Also who is refused: a browser sees the close code, but not the status of an answer.
        return upgrade
            .protocols([SUBPROTOCOL])
            .read_buffer_size(BUFFER)
            .write_buffer_size(BUFFER)
            .max_message_size(BODY)
            .max_frame_size(BODY)
            .on_upgrade(move |socket| websocket::serve(socket, app, connection, asked));
    }
    let (_, asked) = match asked {
        Ok(asked) => asked,
        Err(problem) => return problem.into_response(),
    };
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or("*/*");
    let accepts = |kind: &str| {
        accept
            .split(',')
            .any(|one| one.split(';').next().is_some_and(|one| one.trim() == kind))
    };
    if accepts("text/event-stream") {
        sse::serve(app, connection, asked)
    } else if accepts("application/x-ndjson") {
        stored::lines(app, asked).await
    } else if ["application/json", "application/*", "*/*"].into_iter().any(accepts) {
        stored::page(app, asked).await.into_response()
    } else {
        Problem::not_acceptable(accept).into_response()
    }
}

fn ask(
    service: &Service,
    connection: &Connection,
    headers: &HeaderMap,
    uri: &Uri,
) -> Result<(Caller, EventsAsked), Problem> {
    let pairs = Pairs::of(uri)?;
    let caller = auth::caller(service, connection, headers, &pairs)?;
    let seen = headers
        .get(LAST_EVENT_ID)
        .and_then(|id| id.to_str().ok())
        .filter(|id| !id.is_empty());
    // Behind `since` of the query: a browser that reconnects asks for the same address again, and knows better.
    let asked = service.ask_events(&caller, pairs.asked().chain(seen.map(|id| ("since", id))))?;
    Ok((caller, asked))
}

fn hello(service: &Service) -> Control {
    let bridge = service.bridge().to_owned();
    Control::Hello {
        sequence: service.head(),
        bridge,
        version: env!("CARGO_PKG_VERSION"),
    }
}
