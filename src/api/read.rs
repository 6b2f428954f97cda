//! REST: reading the view. A list holds what the caller may see, ordered by id, page by page.

use super::App;
use super::auth::Asking;
use super::path::Path;
use super::problem::Problem;
use crate::model::{Agent, AgentStatistics, Call, Device, Queue, QueueStatistics, Switch, Window};
use crate::service::{Caller, List, ListAsked, Refusal, Service};
use axum::Json;
use axum::extract::State;
use std::sync::Arc;

type Answer<T> = Result<Json<T>, Problem>;

fn list<T: utoipa::ToSchema>(
    app: &App,
    asking: &Asking,
    read: impl FnOnce(&Service, &Caller, &ListAsked) -> Result<List<T>, Refusal>,
) -> Answer<List<T>> {
    let asked = app.service.ask_list(&asking.caller, asking.pairs.asked())?;
    Ok(Json(read(&app.service, &asking.caller, &asked)?))
}

macro_rules! reads {
    ($($list:ident $list_path:literal, $one:ident $one_path:literal, $object:ty, $id:literal, $what:literal;)*) => {$(
        #[utoipa::path(
            get, path = $list_path, tag = $what,
            params(
                ("after" = Option<String>, Query, description = "`next` of the page before."),
                ("limit" = Option<u32>, Query, description = "The most items, 1 to 1000; 100 without it."),
                ("switch" = Option<String>, Query, description = "Only of this switch; several mean one of them."),
                ("device" = Option<String>, Query, description = "Only with this device."),
                ("agent" = Option<String>, Query, description = "Only with this agent."),
                ("queue" = Option<String>, Query, description = "Only with this queue."),
            ),
            responses((status = 200, body = List<$object>), (status = "default", body = Problem)),
        )]
        pub(super) async fn $list(State(app): State<Arc<App>>, asking: Asking) -> Answer<List<$object>> {
            list(&app, &asking, Service::$list)
        }

        #[utoipa::path(
            get, path = $one_path, tag = $what,
            params(($id = String, Path, description = "Its id.")),
            responses((status = 200, body = $object), (status = "default", body = Problem)),
        )]
        pub(super) async fn $one(
            State(app): State<Arc<App>>,
            Path(id): Path<String>,
            asking: Asking,
        ) -> Answer<Arc<$object>> {
            Ok(Json(app.service.$one(&asking.caller, &id)?))
        }
    )*};
}

reads! {
    switches "/v1/switches", switch "/v1/switches/{switch}", Switch, "switch", "switches";
    calls "/v1/calls", call "/v1/calls/{call}", Call, "call", "calls";
    devices "/v1/devices", device "/v1/devices/{device}", Device, "device", "devices";
    agents "/v1/agents", agent "/v1/agents/{agent}", Agent, "agent", "agents";
    queues "/v1/queues", queue "/v1/queues/{queue}", Queue, "queue", "queues";
}

macro_rules! statistics {
    ($($one:ident $path:literal, $answer:ty, $id:literal, $what:literal;)*) => {$(
        #[utoipa::path(
            get, path = $path, tag = $what,
            params(
                ($id = String, Path, description = "Its id."),
                ("window" = Option<Window>, Query, description = "Up to now; the last 15 minutes without it."),
            ),
            responses((status = 200, body = $answer), (status = "default", body = Problem)),
        )]
        pub(super) async fn $one(State(app): State<Arc<App>>, Path(id): Path<String>, asking: Asking) -> Answer<$answer> {
            Ok(Json(app.service.$one(&asking.caller, &id, asking.pairs.asked())?))
        }
    )*};
}

statistics! {
    queue_statistics "/v1/queues/{queue}/statistics", QueueStatistics, "queue", "queues";
    agent_statistics "/v1/agents/{agent}/statistics", AgentStatistics, "agent", "agents";
}
