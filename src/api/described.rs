//! What many paths have in common, described once: the headers of services and of their answers, and problems.

use super::problem::Problem;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{Header, OpenApi, PathItem, RefOr, Required, Response};
use utoipa::{Modify, ToSchema as _};

/// The tag of what a switch is asked for.
const SERVICES: &str = "services";
/// The tags of what has nothing to do with calls.
const OTHERS: &[&str] = &["bridge", "events"];

/// What a service can be told in headers.
const ASKED: &[(&str, &str)] = &[
    (
        "Request-Id",
        "What the events that it causes carry as `requestid`: 1 to 128 visible characters of ASCII.",
    ),
    (
        "Idempotency-Key",
        "The same request under the same key is done once within 24 hours, and answered the same; 1 to 128 visible characters of ASCII.",
    ),
    (
        "Lineside-Keys",
        "Do it only where the bridge keeps these Idempotency-Keys, as an answer of it named them: else `conflict`.",
    ),
    (
        "Prefer",
        "`wait=N`: answer with 202 after N seconds where it is not settled by then.",
    ),
];

/// What an answer to a service has in headers where it was done, or is at work.
const ANSWERED: &[(&str, &str)] = &[
    ("Request-Id", "What the events that it caused carry as `requestid`."),
    ("Lineside-Confirmed-By", "The event that proves that the switch did it."),
    ("Location", "The new call, or the request that is at work."),
    (
        "Idempotency-Replayed",
        "`true`: it was done before, under the same key; this is the answer again.",
    ),
];

/// What every answer has in headers that tells of calls, devices and the like.
const KEPT: &[(&str, &str)] = &[(
    "Lineside-Keys",
    "Which Idempotency-Keys the bridge keeps: another name says that those of before are forgotten.",
)];

/// What an answer with a problem has in headers, where they apply.
const FAILED: &[(&str, &str)] = &[
    ("WWW-Authenticate", "With 401: a token is needed."),
    ("Retry-After", "With 429: after how many seconds to ask again."),
];

pub(super) struct Described;

impl Modify for Described {
    fn modify(&self, document: &mut OpenApi) {
        let operations = document.paths.paths.values_mut().flat_map(operations);
        operations.for_each(describe);
        let schemas = document.components.iter_mut().map(|components| &mut components.schemas);
        for problem in schemas.filter_map(|schemas| schemas.get_mut(&*Problem::name())) {
            name_codes(problem);
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.post,
        &mut item.put,
        &mut item.patch,
        &mut item.delete,
    ]
    .into_iter()
    .flatten()
}

fn describe(operation: &mut Operation) {
    let service = operation.tags.iter().flatten().any(|tag| tag == SERVICES);
    if service {
        let parameters = ASKED.iter().map(|(name, what)| RefOr::T(parameter(name, what)));
        operation.parameters.get_or_insert_default().extend(parameters);
    }
    let other = operation
        .tags
        .iter()
        .flatten()
        .any(|tag| OTHERS.contains(&tag.as_str()));
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        if !other {
            add(response, KEPT);
        }
        if status == "default" {
            if let Some(content) = response.content.shift_remove("application/json") {
                response.content.insert("application/problem+json".to_owned(), content);
            }
            "Why it was not done.".clone_into(&mut response.description);
            add(response, FAILED);
        }
        if service {
            add(response, ANSWERED);
        }
    }
}

fn add(response: &mut Response, headers: &[(&str, &str)]) {
    for (name, what) in headers {
        response.headers.insert((*name).to_owned(), RefOr::T(header(what)));
    }
}

fn header(what: &str) -> Header {
    HeaderBuilder::new()
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .description(Some(what))
        .build()
}

fn parameter(name: &str, what: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(what))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

/// There may be more of them one day: so they are told, and not asked for.
fn name_codes(problem: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(problem)) = problem else {
        return;
    };
    if let Some(RefOr::T(Schema::Object(code))) = problem.properties.get_mut("code") {
        let codes: Vec<&str> = Problem::codes().collect();
        code.description = Some(format!("For programs: {}; more may come.", codes.join(", ")));
    }
}
