//! The description of the interface, made from its types.

use super::described::Described;
use super::{events, health, read, services, ticket};
use crate::model::{Data, Envelope, EventType, Sequence, Wall};
use axum::Json;
use std::borrow::Cow;
use std::sync::LazyLock;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Ref, RefOr, Required, SecurityRequirement};
use utoipa::{Modify, OpenApi, PartialSchema, ToSchema};

#[derive(OpenApi)]
#[openapi(
    info(title = "Lineside", description = "One call model and one event stream over every telephone switch."),
    paths(
        events::events, ticket::issue, read::switches, read::switch, read::calls, read::call, read::devices, read::device,
        read::agents, read::agent, read::agent_statistics, read::queues, read::queue, read::queue_statistics,
        services::make_call, services::clear_call, services::connection, services::group_pickup, services::user_data, services::agent_state,
        services::do_not_disturb, services::forwarding, services::request, health::healthz, health::readyz, health::metrics,
    ),
    modifiers(&AllKeys, &BodyIfAny, &Bearer, &Described),
)]
struct Document;

/// Keys that are left out where they do not apply; all others are always there, null when unknown.
const SOMETIMES: &[&str] = &[
    "newDestination",
    "transferringDevice",
    "conferencingDevice",
    "connectionsBefore",
    "connectionsAfter",
    "digits",
];

/// What has keys that are left out, and says so itself.
const SAYS_ITSELF: &[&str] = &[
    "Problem",
    "MakeCallBody",
    "ServiceBody",
    "AgentStateBody",
    "ForwardingBody",
];

/// The derive takes a key that may be null for one that may be missing.
struct AllKeys;

impl Modify for AllKeys {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let schemas = document
            .components
            .iter_mut()
            .flat_map(|components| components.schemas.iter_mut())
            .filter(|(name, _)| !SAYS_ITSELF.contains(&name.as_str()));
        schemas.for_each(|(_, schema)| require_all(schema));
    }
}

fn require_all(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => {
            object.required = object
                .properties
                .keys()
                .filter(|key| !SOMETIMES.contains(&key.as_str()))
                .cloned()
                .collect();
        }
        Schema::AllOf(all) => all.items.iter_mut().for_each(require_all),
        Schema::OneOf(one) => one.items.iter_mut().for_each(require_all),
        _ => {}
    }
}

/// Most services on a connection take nothing: no body is as good as an empty one.
struct BodyIfAny;

impl Modify for BodyIfAny {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let connection = document
            .paths
            .paths
            .get_mut("/v1/calls/{call}/connections/{connection}/{service}");
        let body = connection
            .and_then(|path| path.post.as_mut())
            .and_then(|post| post.request_body.as_mut());
        if let Some(RefOr::T(body)) = body {
            body.required = Some(Required::False);
        }
    }
}

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("bearer", scheme);
        document.security = Some(vec![SecurityRequirement::new("bearer", Vec::<String>::new())]);
    }
}

/// What [`Envelope`] writes.
impl PartialSchema for Envelope<'_> {
    fn schema() -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let optional = || {
            text().schema_type(utoipa::openapi::schema::SchemaType::from_iter([
                Type::String,
                Type::Null,
            ]))
        };
        let named = |name: &str| Ref::from_schema_name(name);
        ObjectBuilder::new()
            .description(Some("An event: CloudEvents 1.0."))
            .property("specversion", text().enum_values(Some(["1.0"])))
            .required("specversion")
            .property("id", named("Sequence"))
            .required("id")
            .property("sequence", named("Sequence"))
            .required("sequence")
            .property(
                "source",
                text().description(Some("`/bridges/{bridge}`, and `/switches/{switch}` behind it.")),
            )
            .required("source")
            .property("type", named("EventType"))
            .required("type")
            .property(
                "subject",
                text().description(Some("The path of the entity below `/v1`.")),
            )
            .required("subject")
            .property("time", named("Wall"))
            .required("time")
            .property("receivedat", named("Wall"))
            .required("receivedat")
            .property("group", named("Sequence"))
            .required("group")
            .property("tenant", text())
            .required("tenant")
            .property("reconstructed", ObjectBuilder::new().schema_type(Type::Boolean))
            .required("reconstructed")
            .property("requestid", optional())
            .required("requestid")
            .property("data", named("Data"))
            .required("data")
            .into()
    }
}

impl ToSchema for Envelope<'_> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Event")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        fn add<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
            schemas.push((T::name().into_owned(), T::schema()));
            T::schemas(schemas);
        }
        add::<Sequence>(schemas);
        add::<Wall>(schemas);
        add::<EventType>(schemas);
        add::<Data>(schemas);
    }
}

static DOCUMENT: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(Document::openapi);

pub(super) async fn document() -> Json<&'static utoipa::openapi::OpenApi> {
    Json(&DOCUMENT)
}

#[cfg(test)]
pub(super) fn tests_document() -> &'static utoipa::openapi::OpenApi {
    &DOCUMENT
}
