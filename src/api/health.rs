//! For who looks after the bridge: is it alive, is it ready, what does it count. No token is needed; no call is shown.

use super::App;
use super::problem::Problem;
use crate::model::SwitchState;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text::encode;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The program runs.
#[utoipa::path(get, path = "/healthz", tag = "bridge", responses((status = 200, description = "The program runs.")))]
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// Is everything as it should be?
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Readiness {
    /// Events are logged, and clients served.
    ready: bool,
    /// Why not.
    failing: Option<String>,
    /// The switches.
    switches: BTreeMap<String, SwitchState>,
}

/// Ready to serve, and every event goes to the disk.
#[utoipa::path(
    get, path = "/readyz", tag = "bridge",
    responses((status = 200, body = Readiness), (status = 503, body = Readiness)),
)]
pub(super) async fn readyz(State(app): State<Arc<App>>) -> (StatusCode, Json<Readiness>) {
    let failing = if app.shutdown.is_cancelled() {
        Some("going away".to_owned())
    } else {
        app.service.failing()
    };
    let switches = app.service.all_switches();
    let switches = switches
        .iter()
        .map(|switch| (switch.name.to_string(), switch.state))
        .collect();
    let status = if failing.is_none() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (
        status,
        Json(Readiness {
            ready: failing.is_none(),
            failing,
            switches,
        }),
    )
}

/// What the bridge counts, for Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "bridge",
    responses((status = 200, content_type = "application/openmetrics-text", body = String)),
)]
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let mut text = String::new();
    encode(&mut text, &app.metrics).map_err(|_| Problem::unavailable("the metrics cannot be written"))?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}
