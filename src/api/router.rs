use super::{App, events, guard, health, openapi, read, services, ticket};
use crate::api::problem::Problem;
use axum::Router;
use axum::http::{Method, Uri};
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, patch, post, put};
use std::sync::Arc;

pub(super) fn router(app: Arc<App>) -> Router {
    let read = Router::new()
        .route("/v1/switches", get(read::switches))
        .route("/v1/switches/{switch}", get(read::switch))
        .route("/v1/calls", get(read::calls))
        .route("/v1/calls/{call}", get(read::call))
        .route("/v1/devices", get(read::devices))
        .route("/v1/devices/{device}", get(read::device))
        .route("/v1/agents", get(read::agents))
        .route("/v1/agents/{agent}", get(read::agent))
        .route("/v1/queues", get(read::queues))
        .route("/v1/queues/{queue}", get(read::queue))
        .route("/v1/queues/{queue}/statistics", get(read::queue_statistics))
        .route("/v1/agents/{agent}/statistics", get(read::agent_statistics));
    let services = Router::new()
        .route("/v1/calls", post(services::make_call))
        .route("/v1/calls/{call}", delete(services::clear_call))
        .route("/v1/calls/{call}/user-data", patch(services::user_data))
        .route(
            "/v1/calls/{call}/connections/{connection}/{service}",
            post(services::connection),
        )
        .route("/v1/devices/{device}/groupPickupCall", post(services::group_pickup))
        .route("/v1/requests/{request}", get(services::request))
        .route("/v1/agents/{agent}/state", put(services::agent_state))
        .route("/v1/devices/{device}/do-not-disturb", put(services::do_not_disturb))
        .route("/v1/devices/{device}/forwarding", put(services::forwarding));
    Router::new()
        .merge(
            read.merge(services)
                .layer(from_fn_with_state(Arc::clone(&app), guard::keys)),
        )
        .route("/v1/events", get(events::events))
        .route("/v1/tickets", post(ticket::issue))
        .route("/v1/openapi.json", get(openapi::document))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .fallback(async |uri: Uri| Problem::no_such_path(uri.path()))
        .method_not_allowed_fallback(async |method: Method, uri: Uri| Problem::method(method.as_str(), uri.path()))
        .layer(from_fn_with_state(Arc::clone(&app), guard::body))
        .layer(from_fn_with_state(Arc::clone(&app), guard::origin))
        .with_state(app)
}
