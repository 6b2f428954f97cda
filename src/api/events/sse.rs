//! Server-Sent Events: the same messages, with their names and ids beside them.

use super::super::App;
use super::super::connection::Connection;
use super::hello;
use crate::service::{Control, EventsAsked, Frame, Next, Subscription};
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::stream;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::Arc;
use tokio_util::sync::{CancellationToken, DropGuard};

/// About how much is put together into one piece of the body.
const PIECE: usize = 16 * 1024;

struct Client {
    app: Arc<App>,
    subscription: Subscription,
    /// What stands before everything else.
    greeting: Option<Bytes>,
    over: bool,
    _alive: DropGuard,
}

pub(super) fn serve(app: Arc<App>, connection: Connection, asked: EventsAsked) -> Response {
    let mut greeting = Vec::new();
    let controls = [
        hello(&app.service),
        Control::Subscribed {
            sequence: app.service.head(),
        },
    ];
    controls
        .iter()
        .for_each(|control| write(&mut greeting, &control.frame()));
    let subscription = app.service.subscribe(asked);
    let gone = CancellationToken::new();
    watch(&app, connection, &subscription, gone.clone());
    let client = Client {
        app,
        subscription,
        greeting: Some(greeting.into()),
        over: false,
        _alive: gone.drop_guard(),
    };
    let pieces = stream::unfold(client, async |mut client| {
        let piece = client.next().await?;
        Some((Ok::<_, Infallible>(piece), client))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, Body::from_stream(pieces)).into_response()
}

/// While a client takes nothing, nobody asks for the next piece; so somebody else must see that it is cut.
fn watch(app: &App, connection: Connection, subscription: &Subscription, gone: CancellationToken) {
    let cut = subscription.cut();
    let patience = app.config.closing_timeout;
    tokio::spawn(async move {
        tokio::select! {
            () = gone.cancelled() => return,
            () = cut.cancelled() => {}
        }
        if tokio::time::timeout(patience, gone.cancelled()).await.is_err() {
            connection.reset();
        }
    });
}

impl Client {
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(greeting) = self.greeting.take() {
            return Some(greeting);
        }
        if self.over {
            return None;
        }
        let next = tokio::select! {
            next = self.subscription.next() => next,
            () = self.app.shutdown.cancelled() => {
                return Some(self.close(4012, "the bridge goes away; go on with Last-Event-ID where it comes back"));
            }
        };
        let Next::Frame(frame) = next else {
            return Some(self.close(4008, "too slow: what waits for this client is more than it may be"));
        };
        let mut piece = Vec::with_capacity(frame.body.len() + 64);
        write(&mut piece, &frame);
        while piece.len() < PIECE
            && let Some(frame) = self.subscription.try_next()
        {
            write(&mut piece, &frame);
        }
        Some(piece.into())
    }

    fn close(&mut self, code: u16, detail: &str) -> Bytes {
        self.over = true;
        let mut piece = Vec::new();
        let closing = Control::Closing {
            code,
            sequence: self.subscription.position(),
            detail: detail.to_owned(),
        };
        write(&mut piece, &closing.frame());
        piece.into()
    }
}

/// JSON on one line needs no further care (HTML, 9.2.5).
fn write(piece: &mut Vec<u8>, frame: &Frame) {
    let mut head = String::with_capacity(48);
    // Writing to a String cannot fail.
    let _ = writeln!(head, "event: {}", frame.name);
    if let Some(position) = frame.position {
        let _ = writeln!(head, "id: {position}");
    }
    head.push_str("data: ");
    piece.extend_from_slice(head.as_bytes());
    piece.extend_from_slice(&frame.body);
    piece.extend_from_slice(b"\n\n");
}
