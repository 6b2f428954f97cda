//! Holds what clients get against the OpenAPI document: every event and answer that a test sees is as it is described, and
//! has no key that is not.

use super::client::Answer;
use super::*;
use crate::model::sample::{agent, batch, event, queue, telephone};
use crate::model::{BridgeData, Data, Event, EventType, Text};
use std::collections::BTreeSet;
use std::sync::LazyLock;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(openapi::tests_document()).unwrap());

/// Says more about a value than it asks of it.
const ANNOTATIONS: &[&str] = &[
    "description",
    "title",
    "example",
    "examples",
    "format",
    "default",
    "deprecated",
];

/// Headers that any answer may have.
const ORDINARY: &[&str] = &[
    "content-type",
    "content-length",
    "transfer-encoding",
    "connection",
    "cache-control",
    "date",
    "allow",
    "vary",
    "access-control-allow-origin",
    "access-control-expose-headers",
];

pub(super) fn check(name: &str, value: &Value) {
    let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
    if let Err(what) = fits(&schema, value, true) {
        panic!("not a {name}: {what}\n{value:#}");
    }
}

/// The answer to a request that the document knows.
pub(super) fn check_answer(method: &str, path: &str, answer: &Answer) {
    let path = path.split('?').next().unwrap();
    let fits_template = |template: &str| {
        let (want, have): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        want.len() == have.len() && want.iter().zip(have).all(|(w, h)| w.starts_with('{') || *w == h)
    };
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let operation = paths
        .iter()
        .find(|(template, _)| fits_template(template))
        .map(|(_, item)| &item[method.to_lowercase()]);
    let kind = answer.header("content-type").unwrap_or("").to_owned();
    if let Some(operation) = operation.filter(|operation| operation.is_object()) {
        let responses = &operation["responses"];
        let described = responses
            .get(answer.status.to_string())
            .unwrap_or(&responses["default"]);
        for (name, _) in &answer.headers {
            let known = |header: &str| header.eq_ignore_ascii_case(name);
            let described = described["headers"].as_object().into_iter().flatten();
            assert!(
                ORDINARY.iter().any(|header| known(header)) || described.map(|(header, _)| header).any(|h| known(h)),
                "{method} {path} does not describe the header {name} of its {}",
                answer.status
            );
        }
    }
    if answer.status >= 400 && kind == "application/problem+json" {
        return check("Problem", &answer.json());
    }
    assert!(
        answer.status < 400 || path == "/readyz",
        "an error without a problem document: {answer:?}"
    );
    if kind == "application/json"
        && let Some(operation) = operation.filter(|operation| operation.is_object())
    {
        let schema = &operation["responses"][answer.status.to_string()]["content"]["application/json"]["schema"];
        assert!(
            schema.is_object(),
            "{method} {path} does not describe its {}",
            answer.status
        );
        if let Err(what) = fits(schema, &answer.json(), true) {
            panic!("{method} {path}: {what}\n{:#}", answer.json());
        }
    }
}

fn resolve(schema: &Value) -> &Value {
    match schema.get("$ref") {
        Some(reference) => {
            let pointer = reference.as_str().unwrap().trim_start_matches('#');
            resolve(
                DOCUMENT
                    .pointer(pointer)
                    .unwrap_or_else(|| panic!("{pointer} leads nowhere")),
            )
        }
        None => schema,
    }
}

/// The keys that an object may have, `None` where it may have any.
fn keys(schema: &Value) -> Option<BTreeSet<String>> {
    let schema = resolve(schema);
    let mut all = BTreeSet::new();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        all.extend(keys(part)?);
    }
    if schema.get("additionalProperties").is_some() || schema.get("oneOf").is_some() {
        return None;
    }
    all.extend(
        schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| key.clone()),
    );
    Some(all)
}

fn fits(schema: &Value, value: &Value, strict: bool) -> Result<(), String> {
    let schema = resolve(schema);
    let Some(rules) = schema.as_object() else { return Ok(()) };
    for (rule, wanted) in rules {
        match rule.as_str() {
            "type" => type_fits(wanted, value)?,
            "enum" => ensure(wanted.as_array().unwrap().contains(value), || {
                format!("{value} is none of {wanted}")
            })?,
            "const" => ensure(wanted == value, || format!("{value} is not {wanted}"))?,
            "pattern" => pattern_fits(wanted.as_str().unwrap(), value)?,
            "minimum" => ensure(value.is_null() || value.as_f64() >= wanted.as_f64(), || {
                format!("{value} is below {wanted}")
            })?,
            "required" => {
                for key in wanted.as_array().unwrap() {
                    ensure(value.get(key.as_str().unwrap()).is_some(), || {
                        format!("{key} is missing")
                    })?;
                }
            }
            "properties" => {
                for (key, schema) in wanted.as_object().unwrap() {
                    if let Some(value) = value.get(key) {
                        fits(schema, value, true).map_err(|what| format!("{key}: {what}"))?;
                    }
                }
            }
            "additionalProperties" => {
                for (key, value) in value.as_object().into_iter().flatten() {
                    fits(wanted, value, true).map_err(|what| format!("{key}: {what}"))?;
                }
            }
            "items" => {
                for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                    fits(wanted, value, true).map_err(|what| format!("{index}: {what}"))?;
                }
            }
            "propertyNames" => {}
            "allOf" => wanted
                .as_array()
                .unwrap()
                .iter()
                .try_for_each(|part| fits(part, value, false))?,
            "oneOf" => {
                let results: Vec<_> = wanted
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|part| fits(part, value, true))
                    .collect();
                let fitting = results.iter().filter(|result| result.is_ok()).count();
                ensure(fitting == 1, || {
                    format!("fits {fitting} of {} ways: {results:?}", results.len())
                })?;
            }
            other => assert!(
                ANNOTATIONS.contains(&other),
                "this check does not know the rule {other:?}"
            ),
        }
    }
    if strict
        && let Some(object) = value.as_object()
        && let Some(known) = keys(schema)
    {
        for key in object.keys() {
            ensure(known.contains(key), || format!("{key} is not described"))?;
        }
    }
    Ok(())
}

fn ensure(fits: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if fits { Ok(()) } else { Err(what()) }
}

fn type_fits(wanted: &Value, value: &Value) -> Result<(), String> {
    let one = |name: &Value| match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        other => panic!("{other:?} is no type"),
    };
    let fits = wanted
        .as_array()
        .map_or_else(|| one(wanted), |types| types.iter().any(one));
    ensure(fits, || format!("{value} is not of type {wanted}"))
}

fn pattern_fits(pattern: &str, value: &Value) -> Result<(), String> {
    let text = value.as_str().unwrap_or_default();
    let fits = match pattern {
        "^[0-9]{16}$" => text.len() == 16 && text.bytes().all(|b| b.is_ascii_digit()),
        "^[a-z0-9-]{1,32}$" => (1..=32).contains(&text.len()),
        other => panic!("this check does not know the pattern {other:?}"),
    };
    ensure(fits, || format!("{value} is not as {pattern}"))
}

#[test]
fn the_document_is_openapi_3_1_and_names_nothing_that_it_does_not_have() {
    assert_eq!(DOCUMENT["openapi"], "3.1.0");
    fn walk(value: &Value) {
        resolve(value);
        match value {
            Value::Object(object) => object.values().for_each(walk),
            Value::Array(items) => items.iter().for_each(walk),
            _ => {}
        }
    }
    walk(&DOCUMENT);
    for path in ["/v1/events", "/v1/calls/{call}", "/v1/tickets", "/readyz"] {
        assert!(DOCUMENT["paths"][path].is_object(), "{path}");
    }
    let make_call = &DOCUMENT["paths"]["/v1/calls"]["post"];
    let parameters = make_call["parameters"].as_array().unwrap();
    assert!(
        parameters
            .iter()
            .any(|p| p["name"] == "Idempotency-Key" && p["in"] == "header")
    );
    assert!(make_call["responses"]["default"]["content"]["application/problem+json"].is_object());
    let codes = DOCUMENT["components"]["schemas"]["Problem"]["properties"]["code"]["description"].as_str();
    assert!(codes.unwrap().contains("switchIgnored, "));
}

#[test]
fn this_check_refuses_what_is_not_described() {
    let event = json!({ "sequence": "1795179684000123", "type": "bookmark" });
    check("Control", &event);
    for wrong in [
        json!({ "sequence": "12", "type": "bookmark" }),
        json!({ "type": "bookmark" }),
        json!({ "type": "pong", "more": 1 }),
    ] {
        assert!(
            fits(&json!({ "$ref": "#/components/schemas/Control" }), &wrong, true).is_err(),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn every_type_of_event_and_every_object_is_as_it_is_described() {
    let bridge = start().await;
    let mut client = bridge.subscribe("/v1/events").await;
    let mut moved = story(1, "1001", "1002").originated().events.remove(0);
    let Data::Call(data) = &mut moved.data else { panic!() };
    let device = data.call.connections[0].device.clone();
    data.new_destination = Some(Text::from("1003").into());
    data.transferring_device.clone_from(&device);
    data.conferencing_device = device;
    data.connections_before = Some(vec![data.call.connections[0].id]);
    data.connections_after = Some(Vec::new());
    data.digits = Some(Text::from("1").into());
    data.call.last_redirection_device = Some(data.call.calling_device.clone());
    let bridge_data = BridgeData {
        what: "log".into(),
        reason: "full".into(),
    };
    let events: Vec<Event> = EventType::ALL
        .iter()
        .map(|kind| {
            let data = match kind.as_str().split('.').nth(1).unwrap() {
                "call" => moved.data.clone(),
                "agent" => agent("hq", "7"),
                "device" => telephone("hq", "1001"),
                "queue" => queue("hq", "500"),
                "link" => link_up("hq", now()).events.remove(0).data,
                "bridge" => Data::Bridge(bridge_data.clone()),
                family => panic!("events of {family} have no data"),
            };
            event(*kind, now(), data)
        })
        .collect();
    bridge.send([batch("hq", events)]).await;
    // The client holds each message against the document.
    let told = client.events(EventType::ALL.len()).await;
    let types: Vec<_> = told.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(
        types,
        EventType::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>()
    );
    for path in [
        "/v1/devices/hq:1001",
        "/v1/agents/hq:7",
        "/v1/queues/hq:500",
        "/v1/switches/hq",
    ] {
        assert_eq!(bridge.get(path).await.status, 200, "{path}");
    }
    for list in ["devices", "agents", "queues", "switches", "calls"] {
        assert_eq!(
            bridge.get(&format!("/v1/{list}")).await.json()["items"]
                .as_array()
                .unwrap()
                .len(),
            1,
            "{list}"
        );
    }
}

#[tokio::test]
async fn what_a_service_takes_is_what_is_described() {
    let bridge = start().await;
    let answer = bridge.request("POST", "/v1/calls", &[AUTHORIZED], r#"{"?":1}"#).await;
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    let (_, taken) = detail.split_once("there are ").unwrap();
    let taken: BTreeSet<_> = taken.split(", ").map(str::to_owned).collect();
    assert_eq!(
        Some(taken),
        keys(&json!({ "$ref": "#/components/schemas/MakeCallBody" }))
    );
}
