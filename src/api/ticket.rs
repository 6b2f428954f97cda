use super::App;
use super::auth::Asking;
use super::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use std::sync::Arc;

/// Stands for a token once, within a minute.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ticket {
    /// To be put behind `?ticket=`.
    ticket: String,
    /// How long it serves.
    expires_in_seconds: u32,
}

/// A ticket for a browser, whose WebSocket cannot carry a token in a header.
#[utoipa::path(
    post, path = "/v1/tickets", tag = "events",
    responses((status = 201, body = Ticket), (status = "default", body = Problem)),
)]
pub(super) async fn issue(State(app): State<Arc<App>>, asking: Asking) -> Result<(StatusCode, Json<Ticket>), Problem> {
    let ticket = app.service.issue_ticket(&asking.caller)?;
    Ok((
        StatusCode::CREATED,
        Json(Ticket {
            ticket,
            expires_in_seconds: 60,
        }),
    ))
}
