//! The page of each flow: what happens, its story, and the events as a subscriber gets them, made from the same story and recording that
//! the tests hold against each other.

use crate::stories::{captures, flows, replay, roles};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const HEAD: &str = "What is told when this happens to people, whatever the switch: a page for each story, with the events as a subscriber \
gets them. The tests hold every recording of a real Asterisk against the story on its page; the pages are made from both. After a change: \
`LINESIDE_PAGES=write cargo test --test behaviour pages`.\n\nThe events are shortened: ids are names (`c1` the first call, `n1` the first connection), and of calls and connections only \
stands what changes. The whole of both is in `/v1/openapi.json`. Events of one fact of the switch have the same `group`.\n\n\
In a story stands the event, then `device:state`, the cause, and behind the semicolon how it came out; `by` says that a request of that \
name caused it.\n";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/model/docs/flows")
}

/// Names instead of ids, numbered as they come.
#[derive(Default)]
struct Names(BTreeMap<String, String>, usize, usize);

impl Names {
    fn call(&mut self, id: &Value) -> Value {
        let Names(names, calls, _) = self;
        let Some(id) = id.as_str() else { return Value::Null };
        json!(names.entry(id.to_owned()).or_insert_with(|| {
            *calls += 1;
            format!("c{calls}")
        }))
    }

    fn connection(&mut self, id: &Value) -> Value {
        let Names(names, _, connections) = self;
        let Some(id) = id.as_str() else { return Value::Null };
        json!(names.entry(id.to_owned()).or_insert_with(|| {
            *connections += 1;
            format!("n{connections}")
        }))
    }
}

fn some(whole: &Value, fields: &[&str]) -> Map<String, Value> {
    let told = |field: &&&str| !whole[**field].is_null() && whole[**field] != json!([]);
    fields
        .iter()
        .filter(told)
        .map(|field| ((*field).to_owned(), whole[*field].clone()))
        .collect()
}

fn connection(whole: &Value, names: &mut Names) -> Value {
    let mut short = Map::new();
    short.insert("id".into(), names.connection(&whole["id"]));
    short.extend(some(
        whole,
        &[
            "device",
            "number",
            "state",
            "cause",
            "outcome",
            "holdBy",
            "recording",
            "agent",
        ],
    ));
    for (field, usual) in [("muted", json!(false)), ("participation", json!("active"))] {
        if whole[field] != usual {
            short.insert(field.into(), whole[field].clone());
        }
    }
    Value::Object(short)
}

fn call(whole: &Value, names: &mut Names) -> Value {
    let mut short = Map::new();
    short.insert("id".into(), names.call(&whole["id"]));
    short.extend(some(whole, &["direction", "state", "outcome", "queue"]));
    for party in ["callingDevice", "calledDevice", "lastRedirectionDevice"] {
        let number = &whole[party]["number"];
        if !number.is_null() {
            short.insert(party.into(), json!({ "number": number }));
        }
    }
    let all: Vec<Value> = whole["connections"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| json!({ "id": names.connection(&one["id"]), "device": one["device"], "state": one["state"] }))
        .collect();
    short.insert("connections".into(), all.into());
    let linkage = &whole["linkage"];
    let mut links = Map::new();
    for link in ["consultationOf", "mergedInto", "splitFrom", "continues"] {
        if linkage[link].is_string() {
            links.insert(link.into(), names.call(&linkage[link]));
        }
    }
    if !links.is_empty() {
        short.insert("linkage".into(), links.into());
    }
    Value::Object(short)
}

/// An event with what matters of it.
fn shortened(event: &Value, group: usize, start: &str, names: &mut Names) -> String {
    let data = &event["data"];
    let mut short = Map::new();
    for field in [
        "cause",
        "newDestination",
        "transferringDevice",
        "conferencingDevice",
        "digits",
    ] {
        short.extend(some(data, &[field]));
    }
    if data["connection"].is_object() {
        short.insert("connection".into(), connection(&data["connection"], names));
    }
    short.extend(some(data, &["joined", "left"]));
    for field in ["connectionsBefore", "connectionsAfter"] {
        if let Some(ids) = data[field].as_array() {
            let ids: Vec<Value> = ids.iter().map(|id| names.connection(id)).collect();
            short.insert(field.into(), ids.into());
        }
    }
    if data["call"].is_object() {
        short.insert("call".into(), call(&data["call"], names));
    }
    for entity in ["agent", "queue", "device"] {
        if data[entity].is_object() {
            let mut whole = data[entity].as_object().cloned().unwrap_or_default();
            whole.remove("sequence");
            whole.remove("capabilities");
            for waiting in whole
                .get_mut("waiting")
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                waiting["call"] = names.call(&waiting["call"]);
            }
            short.insert(entity.into(), whole.into());
        }
    }
    let requested = event["requestid"]
        .as_str()
        .map_or_else(String::new, |id| format!("\"requestid\":\"{id}\","));
    let at = milliseconds(start, &event["time"]);
    // The type stands first: that is what one looks for.
    format!(
        "{{\"type\":{},\"group\":{group},\"atMs\":{at},{requested}\"data\":{}}}",
        event["type"],
        Value::Object(short)
    )
}

fn milliseconds(start: &str, time: &Value) -> i64 {
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
    at(time.as_str().unwrap()) - at(start)
}

fn page(flow: &str) -> String {
    let story: Value =
        serde_json::from_slice(&std::fs::read(flows::folder().join(format!("{flow}.json"))).unwrap()).unwrap();
    let mut page = format!("# {flow}\n\n{}\n\n", story["tells"].as_str().unwrap());
    let who: Vec<String> = roles(flow)
        .iter()
        .map(|(device, who)| format!("{who} is `{device}`"))
        .collect();
    writeln!(page, "{}.\n\n```text", who.join(", ")).unwrap();
    let lists = ["story", "agents"].iter().filter_map(|list| story[*list].as_array());
    for part in lists.flatten() {
        match part {
            Value::String(line) => writeln!(page, "{line}").unwrap(),
            Value::Array(group) => {
                for (at, line) in group.iter().filter_map(Value::as_str).enumerate() {
                    writeln!(page, "{} {line}", if at == 0 { "┌" } else { "│" }).unwrap();
                }
            }
            any => {
                let parts = any["anyOrder"].as_array().into_iter().flatten();
                for line in parts.flat_map(flows::lines) {
                    writeln!(page, "↕ {line}").unwrap();
                }
            }
        }
    }
    page.push_str("```\n\nOn Asterisk 22:\n\n```json\n");
    let captures = captures(flow);
    let capture = captures
        .iter()
        .rev()
        .find(|path| path.file_name().unwrap().to_string_lossy().starts_with("asterisk-22"));
    let events: Vec<Value> = replay(capture.or(captures.last()).unwrap());
    // What was found when the bridge came is no part of the story, nor are agents and devices where it is not about them.
    let of: &[&str] = match () {
        () if story["agents"].is_array() => &["call", "agent", "queue"],
        () if flow.starts_with("device_") || flow.starts_with("set_") => &["call", "device"],
        () => &["call"],
    };
    let found = events
        .iter()
        .position(|event| event["type"] == "lineside.link.resynced");
    let told: Vec<&Value> = events
        .iter()
        .skip(found.map_or(0, |at| at + 1))
        .filter(|event| of.iter().any(|of| event["data"][*of].is_object()))
        .collect();
    let start = told
        .first()
        .and_then(|event| event["time"].as_str())
        .unwrap_or_default();
    let (mut names, mut groups) = (Names::default(), Vec::new());
    for event in &told {
        if groups.last() != Some(&&event["group"]) {
            groups.push(&event["group"]);
        }
        let short = shortened(event, groups.len(), start, &mut names);
        writeln!(page, "{short}").unwrap();
    }
    page.push_str("```\n");
    page
}

fn contents() -> String {
    let mut page = format!("# Stories\n\n{HEAD}\n");
    for flow in flows::names() {
        let story: Value =
            serde_json::from_slice(&std::fs::read(flows::folder().join(format!("{flow}.json"))).unwrap()).unwrap();
        writeln!(page, "- [{flow}]({flow}.md): {}", story["tells"].as_str().unwrap()).unwrap();
    }
    page
}

#[test]
fn every_story_has_its_page_as_the_recordings_tell_it() {
    let mut pages: BTreeMap<String, String> = flows::names()
        .iter()
        .map(|flow| (format!("{flow}.md"), page(flow)))
        .collect();
    pages.insert("README.md".into(), contents());
    if std::env::var("LINESIDE_PAGES").is_ok_and(|what| what == "write") {
        std::fs::create_dir_all(folder()).unwrap();
        for (name, text) in &pages {
            std::fs::write(folder().join(name), text).unwrap();
        }
    }
    let there: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    let wrong: Vec<&String> = pages
        .iter()
        .filter(|(name, text)| std::fs::read_to_string(folder().join(name)).ok().as_ref() != Some(text))
        .map(|(name, _)| name)
        .chain(there.iter().filter(|name| !pages.contains_key(*name)))
        .collect();
    assert!(
        wrong.is_empty(),
        "LINESIDE_PAGES=write cargo test --test behaviour pages makes these anew: {wrong:?}"
    );
}
