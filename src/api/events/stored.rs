//! Stored events: as lines until the newest one, or as pages.

use super::super::App;
use super::super::problem::Problem;
use crate::model::{Envelope, Sequence};
use crate::service::{Budget, Control, EventsAsked, Refusal, Stored};
use axum::Json;
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::stream;
use serde::Serialize;
use serde_json::value::RawValue;
use std::sync::Arc;

/// What is read at a time.
const LINES: Budget = Budget {
    entries: 512,
    bytes: 256 * 1024,
};
/// The most bytes of a page.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// How often one request looks further where nothing matched.
const LOOKS: usize = 16;

/// A page of stored events.
#[derive(Serialize, utoipa::ToSchema)]
pub(in crate::api) struct Page {
    /// The newest event when the page was read.
    sequence: Sequence,
    /// The events, in order; there may be none though `next` says that there is more.
    #[schema(value_type = Vec<Envelope>)]
    items: Vec<Box<RawValue>>,
    /// Ask for the next page with `since=` this; null on the last one.
    next: Option<Sequence>,
    /// What is missing before the first event, if something is.
    gap: Option<Control>,
}

pub(super) async fn page(app: Arc<App>, asked: EventsAsked) -> Result<Json<Page>, Problem> {
    let budget = Budget {
        entries: asked.limit,
        bytes: PAGE_BYTES,
    };
    let mut stored = app.service.stored(asked).await?;
    let mut page = app.service.next_page(&mut stored, budget).await?;
    for _ in 1..LOOKS {
        // Without events a page may only mean that none matched so far.
        if page.end || !page.entries.is_empty() {
            break;
        }
        page = app.service.next_page(&mut stored, budget).await?;
    }
    let items = page.entries.into_iter().filter_map(|entry| {
        let text = String::from_utf8(entry.body.into()).ok()?;
        RawValue::from_string(text).ok()
    });
    let next = (!page.end).then_some(page.through);
    Ok(Json(Page {
        sequence: stored.upto,
        items: items.collect(),
        next,
        gap: stored.gap,
    }))
}

pub(super) async fn lines(app: Arc<App>, asked: EventsAsked) -> Response {
    let stored = match app.service.stored(asked).await {
        Ok(stored) => stored,
        Err(refusal) => return Problem::from(refusal).into_response(),
    };
    let state = Some((app, stored));
    let pieces = stream::unfold(state, async |state| {
        let (app, mut stored) = state?;
        match next_lines(&app, &mut stored).await {
            Ok((lines, true)) => Some((Ok(lines), None)),
            Ok((lines, false)) => Some((Ok(lines), Some((app, stored)))),
            Err(refusal) => Some((Err(refusal), None)),
        }
    });
    (
        [(header::CONTENT_TYPE, "application/x-ndjson")],
        Body::from_stream(pieces),
    )
        .into_response()
}

/// The next lines, and if they are the last.
async fn next_lines(app: &App, stored: &mut Stored) -> Result<(Bytes, bool), Refusal> {
    let mut lines = Vec::new();
    let page = app.service.next_page(stored, LINES).await?;
    let mut line = |body: &[u8]| {
        lines.extend_from_slice(body);
        lines.push(b'\n');
    };
    if let Some(gap) = stored.gap.take() {
        line(&gap.frame().body);
    }
    page.entries.iter().for_each(|entry| line(&entry.body));
    Ok((lines.into(), page.end))
}
