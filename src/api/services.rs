//! Services: what a switch is asked for, and how it came out.

use super::App;
use super::auth::Asking;
use super::path::Path;
use super::problem::Problem;
use super::terms;
use crate::model::{Agent, AgentState, Call, Device, ForwardingType, RequestedState, Sequence};
use crate::service::{Done, Outcome, Performed, Request, Whole, Wish};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use std::sync::Arc;

/// What the events that a request caused carry as `requestid`.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
/// The event that proves that the switch did it.
const CONFIRMED_BY: HeaderName = HeaderName::from_static("lineside-confirmed-by");

/// It was done before: this is the answer again.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What the switch said yes to and does not show.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Unconfirmed {
    /// The call, as it is.
    #[serde(flatten)]
    #[schema(value_type = Call)]
    call: Arc<Call>,
    /// The switch does not show whether it did it.
    confirmed: bool,
}

/// How far a request is.
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum Progress {
    /// The switch is at it.
    Pending,
    /// It was done.
    Done,
    /// It was not done, or nobody knows.
    Failed,
}

/// A request, and how it came out.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestState {
    /// Its id, for `GET /v1/requests/{request}`.
    id: String,
    /// What the events that it caused carry as `requestid`.
    request_id: String,
    /// How far it is.
    state: Progress,
    /// The status that its answer has.
    status: Option<u16>,
    /// The switch showed that it did it.
    confirmed: Option<bool>,
    /// The event that proves it.
    confirmed_by: Option<Sequence>,
    /// The call, once it was done.
    #[schema(value_type = Option<Call>)]
    call: Option<Arc<Call>>,
    /// The agent, once it was done, where it was about one.
    #[schema(value_type = Option<Agent>)]
    agent: Option<Arc<Agent>>,
    /// The device, once it was done, where it was about what one does with calls by itself.
    #[schema(value_type = Option<Device>)]
    device: Option<Arc<Device>>,
    /// What went wrong.
    problem: Option<Problem>,
}

/// What `POST /v1/calls` takes.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "the description of what the service reads field by field")]
pub(super) struct MakeCallBody {
    /// The device that is rung first and calls then; this or `agent`.
    #[schema(example = "hq:1001")]
    calling_device: Option<String>,
    /// The agent at whose telephone the call is made.
    agent: Option<String>,
    /// Digits as dialled, E.164 with blanks, dots, dashes and brackets, or a `tel:` URI.
    #[schema(example = "+49 30 123456")]
    called_number: String,
    /// What the call carries from its first event on.
    user_data: Option<std::collections::BTreeMap<String, String>>,
    /// What the called party is shown, where the switch allows it.
    presented_number: Option<String>,
    /// The calling telephone is asked to answer by itself.
    auto_answer: Option<bool>,
    /// How long the calling telephone may ring; 30 where nothing is said.
    #[schema(minimum = 1, maximum = 120)]
    timeout_seconds: Option<u16>,
}

/// What a service on a connection takes: `deflectCall` and `singleStepTransferCall` take `to`, `parkCall` may, `consultationCall` takes
/// `to` and `userData`, `transferCall` and `conferenceCall` `heldConnection`, which `alternateCall` and `reconnectCall` may; `generateDigits`
/// takes `digits`, `directedPickupCall` `by`, `singleStepConferenceCall` `device` and `participation`, the others nothing.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "the description of what the service reads field by field")]
pub(super) struct ServiceBody {
    /// Where to, written as a `calledNumber`; of `parkCall` the slot.
    to: Option<String>,
    /// What to press: 0-9, *, #, A-D.
    digits: Option<String>,
    /// The device that takes the call.
    #[schema(example = "hq:1001")]
    by: Option<String>,
    /// The device that comes to the call.
    #[schema(example = "hq:1001")]
    device: Option<String>,
    /// How it takes part: `active`, `silent` or `coach`; `silent` where nothing is said.
    participation: Option<String>,
    /// What the consultation carries besides what the held call does.
    user_data: Option<std::collections::BTreeMap<String, String>>,
    /// The connection that is held.
    held_connection: Option<String>,
}

/// What `PUT /v1/agents/{agent}/state` takes.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "the description of what the service reads field by field")]
pub(super) struct AgentStateBody {
    /// What the agent is to do.
    state: RequestedState,
    /// Why not ready, from the site's catalogue; with `notReady`.
    reason: Option<String>,
    /// Where to log on; where the site says that the agent works if none is named.
    #[schema(example = "hq:1001")]
    device: Option<String>,
    /// In which queues; in all of the agent's if none is named.
    queues: Option<Vec<String>>,
    /// For switches that ask agents for one.
    password: Option<String>,
    /// Log off first whoever stands in the way of logging on.
    force: Option<bool>,
}

/// What `PUT /v1/devices/{device}/do-not-disturb` takes.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "the description of what the service reads field by field")]
pub(super) struct DoNotDisturbBody {
    /// Refuse calls?
    do_not_disturb: bool,
}

/// What `PUT /v1/devices/{device}/forwarding` takes: one type of forwarding; the others stay as they are.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "the description of what the service reads field by field")]
pub(super) struct ForwardingBody {
    /// When.
    #[schema(rename = "type")]
    kind: ForwardingType,
    /// Is it to be on?
    active: bool,
    /// Where to, written as a `calledNumber`; with `"active":true`.
    #[schema(example = "+49 30 123456")]
    to: Option<String>,
}

/// All that a request says.
pub(super) struct Said {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

impl FromRequest<Arc<App>> for Said {
    type Rejection = Problem;
    async fn from_request(request: axum::extract::Request, app: &Arc<App>) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let (method, uri, headers) = (parts.method.clone(), parts.uri.clone(), parts.headers.clone());
        let whole = axum::extract::Request::from_parts(parts, body);
        // It was read and measured before.
        let body = Bytes::from_request(whole, app)
            .await
            .map_err(|_| Problem::invalid("body", "the body of the request cannot be read"))?;
        Ok(Said {
            method,
            uri,
            headers,
            body,
        })
    }
}

/// Make a call (ECMA-269, Make Call): the calling device rings, and calls when it is answered.
#[utoipa::path(
    post, path = "/v1/calls", tag = "services",
    request_body = MakeCallBody,
    responses(
        (status = 201, body = Call), (status = 202, body = Accepted), (status = "default", body = Problem),
    ),
)]
pub(super) async fn make_call(State(app): State<Arc<App>>, asking: Asking, said: Said) -> Result<Response, Problem> {
    perform(&app, asking, Wish::MakeCall, said).await
}

/// End a call for everybody (ECMA-269, Clear Call).
#[utoipa::path(
    delete, path = "/v1/calls/{call}", tag = "services",
    params(("call" = String, Path, description = "Its id.")),
    responses(
        (status = 200, body = Call), (status = 202, body = Accepted), (status = "default", body = Problem),
    ),
)]
pub(super) async fn clear_call(
    State(app): State<Arc<App>>,
    Path(call): Path<String>,
    asking: Asking,
    said: Said,
) -> Result<Response, Problem> {
    perform(&app, asking, Wish::ClearCall { call }, said).await
}

/// Ask for a service on a connection, by the standard's name of it.
#[utoipa::path(
    post, path = "/v1/calls/{call}/connections/{connection}/{service}", tag = "services",
    params(
        ("call" = String, Path, description = "The id of the call."),
        ("connection" = String, Path, description = "The id of the connection, or of a device that has only one in the call."),
        ("service" = String, Path, description = "One of `servicesPermitted`."),
    ),
    request_body = ServiceBody,
    responses(
        (status = 200, body = Call), (status = 201, body = Call), (status = 202, body = Accepted), (status = "default", body = Problem),
    ),
)]
pub(super) async fn connection(
    State(app): State<Arc<App>>,
    Path((call, connection, service)): Path<(String, String, String)>,
    asking: Asking,
    said: Said,
) -> Result<Response, Problem> {
    let wish = Wish::Connection {
        call,
        connection,
        service,
    };
    perform(&app, asking, wish, said).await
}

/// Take a call that rings in the pickup group of a device (ECMA-269, Group Pickup Call): its telephone is rung, and has the call when it is
/// answered.
#[utoipa::path(
    post, path = "/v1/devices/{device}/groupPickupCall", tag = "services",
    params(("device" = String, Path, description = "Its id.")),
    responses(
        (status = 200, body = Call), (status = 202, body = Accepted), (status = "default", body = Problem),
    ),
)]
pub(super) async fn group_pickup(
    State(app): State<Arc<App>>,
    Path(device): Path<String>,
    asking: Asking,
    said: Said,
) -> Result<Response, Problem> {
    perform(&app, asking, Wish::GroupPickup { device }, said).await
}

/// Attach data to a call: a merge patch (RFC 7396), null takes an entry away.
#[utoipa::path(
    patch, path = "/v1/calls/{call}/user-data", tag = "services",
    params(("call" = String, Path, description = "Its id.")),
    request_body = std::collections::BTreeMap<String, Option<String>>,
    responses(
        (status = 200, body = Call), (status = 202, body = Accepted), (status = "default", body = Problem),
    ),
)]
pub(super) async fn user_data(
    State(app): State<Arc<App>>,
    Path(call): Path<String>,
    asking: Asking,
    said: Said,
) -> Result<Response, Problem> {
    perform(&app, asking, Wish::UserData { call }, said).await
}

/// Have an agent log on or off, take calls or not (ECMA-269, Set Agent State). `202` with the agent: it follows at the end of the call.
#[utoipa::path(
    put, path = "/v1/agents/{agent}/state", tag = "services",
    params(("agent" = String, Path, description = "The id of the agent.")),
    request_body = AgentStateBody,
    responses(
        (status = 200, body = Agent), (status = 202, body = AgentAccepted), (status = "default", body = Problem),
    ),
)]
pub(super) async fn agent_state(
    State(app): State<Arc<App>>,
    Path(agent): Path<String>,
    asking: Asking,
    said: Said,
) -> Result<Response, Problem> {
    perform(&app, asking, Wish::AgentState { agent }, said).await
}

/// Have a device refuse calls, or not (ECMA-269, Set Do Not Disturb).
#[utoipa::path(
    put, path = "/v1/devices/{device}/do-not-disturb", tag = "services",
    params(("device" = String, Path, description = "Its id.")),
    request_body = DoNotDisturbBody,
    responses(
        (status = 200, body = Device), (status = 202, body = RequestState), (status = "default", body = Problem),
    ),
)]
pub(super) async fn do_not_disturb(
    State(app): State<Arc<App>>,
    Path(device): Path<String>,
    asking: Asking,
    said: Said,
) -> Result<Response, Problem> {
    perform(&app, asking, Wish::DoNotDisturb { device }, said).await
}

/// Have a device forward calls, or not (ECMA-269, Set Forwarding): one type of forwarding at a time.
#[utoipa::path(
    put, path = "/v1/devices/{device}/forwarding", tag = "services",
    params(("device" = String, Path, description = "Its id.")),
    request_body = ForwardingBody,
    responses(
        (status = 200, body = Device), (status = 202, body = RequestState), (status = "default", body = Problem),
    ),
)]
pub(super) async fn forwarding(
    State(app): State<Arc<App>>,
    Path(device): Path<String>,
    asking: Asking,
    said: Said,
) -> Result<Response, Problem> {
    perform(&app, asking, Wish::Forwarding { device }, said).await
}

/// How a request came out, for the token that asked, for ten minutes.
#[utoipa::path(
    get, path = "/v1/requests/{request}", tag = "requests",
    params(("request" = String, Path, description = "From `Location`.")),
    responses((status = 200, body = RequestState), (status = "default", body = Problem)),
)]
pub(super) async fn request(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    asking: Asking,
) -> Result<Json<RequestState>, Problem> {
    let request = app.service.request(&asking.caller, &id)?;
    Ok(Json(state(&request)))
}

async fn perform(app: &App, asking: Asking, wish: Wish, said: Said) -> Result<Response, Problem> {
    let Said {
        method,
        uri,
        headers,
        body,
    } = said;
    let terms = terms::of(&method, &uri, &headers, &body)?;
    let named = terms.request_id.clone();
    let Performed { request, again } = match app.service.perform(&asking.caller, wish, &body, terms).await {
        Ok(performed) => performed,
        Err(refusal) => return Ok(called(Problem::from(refusal).into_response(), named.as_deref())),
    };
    let mut response = match request.outcome() {
        Some(outcome) => settled(&outcome),
        None => accepted(&request),
    };
    if again {
        response
            .headers_mut()
            .insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// What was done, or what went wrong.
fn settled(outcome: &Outcome) -> Response {
    let response = match &outcome.result {
        Err(failure) => Problem::from(failure.clone()).into_response(),
        Ok(done) => self::done(done),
    };
    called(response, Some(&outcome.request_id))
}

/// Says how the request is called.
fn called(mut response: Response, request_id: Option<&str>) -> Response {
    if let Some(id) = request_id.and_then(|id| HeaderValue::from_str(id).ok()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

fn status(done: &Done) -> StatusCode {
    match done {
        // What was asked of somebody in a call follows at its end.
        Done {
            whole: Whole::Agent(agent),
            ..
        } if agent.state == AgentState::Busy => StatusCode::ACCEPTED,
        Done { confirmed: false, .. } => StatusCode::ACCEPTED,
        Done { new: true, .. } => StatusCode::CREATED,
        Done { .. } => StatusCode::OK,
    }
}

fn done(done: &Done) -> Response {
    let status = status(done);
    let confirmed = done.confirmed;
    let (location, mut response) = match &done.whole {
        Whole::Call(call) => {
            let location = format!("/v1/calls/{}", call.id);
            let call = Arc::clone(call);
            let response = match confirmed {
                true => (status, Json(call)).into_response(),
                false => (status, Json(Unconfirmed { call, confirmed })).into_response(),
            };
            (location, response)
        }
        Whole::Agent(agent) => {
            let location = format!("/v1/agents/{}", agent.id);
            (location, (status, Json(Arc::clone(agent))).into_response())
        }
        Whole::Device(device) => {
            let location = format!("/v1/devices/{}", device.id);
            (location, (status, Json(Arc::clone(device))).into_response())
        }
    };
    let headers = response.headers_mut();
    if let Some(proof) = done.proof
        && let Ok(proof) = HeaderValue::from_str(&proof.to_string())
    {
        headers.insert(CONFIRMED_BY, proof);
    }
    if done.new
        && let Ok(location) = HeaderValue::from_str(&location)
    {
        headers.insert(header::LOCATION, location);
    }
    response
}

/// It is at work, and the caller did not want to wait any longer.
fn accepted(request: &Request) -> Response {
    let mut response = (StatusCode::ACCEPTED, Json(state(request))).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("/v1/requests/{}", request.id)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    called(response, Some(&request.request_id()))
}

fn state(request: &Request) -> RequestState {
    let outcome = request.outcome();
    let mut state = RequestState {
        id: request.id.to_string(),
        request_id: request.request_id().to_string(),
        state: Progress::Pending,
        status: None,
        confirmed: None,
        confirmed_by: None,
        call: None,
        agent: None,
        device: None,
        problem: None,
    };
    match outcome.as_ref().map(|outcome| &outcome.result) {
        None => {}
        Some(Ok(done)) => {
            state.state = Progress::Done;
            state.status = Some(status(done).as_u16());
            state.confirmed = Some(done.confirmed);
            state.confirmed_by = done.proof;
            match &done.whole {
                Whole::Call(call) => state.call = Some(Arc::clone(call)),
                Whole::Agent(agent) => state.agent = Some(Arc::clone(agent)),
                Whole::Device(device) => state.device = Some(Arc::clone(device)),
            }
        }
        Some(Err(failure)) => {
            let problem = Problem::from(failure.clone());
            state.state = Progress::Failed;
            state.status = Some(problem.status().as_u16());
            state.problem = Some(problem);
        }
    }
    state
}

/// Not settled yet, or settled by a switch that does not show what it did.
#[derive(utoipa::ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "the description of two answers with one status")]
pub(super) enum Accepted {
    /// The caller did not wait until it was settled.
    Request(Box<RequestState>),
    /// The switch does not show whether it did it.
    Call(Box<Unconfirmed>),
}

/// Not settled yet, or it follows at the end of the agent's call.
#[derive(utoipa::ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "the description of two answers with one status")]
pub(super) enum AgentAccepted {
    /// The caller did not wait until it was settled.
    Request(Box<RequestState>),
    /// What was asked for is the `pendingState` of the agent.
    Agent(Box<Agent>),
}
