//! The canonical stories: what is told when this happens to people, whatever the switch. One file a flow; here they are read,
//! and held against what a bridge told.
//!
//! A story is a list. A string is an event in the notation of [`teller`]. A list of strings is a group: events of one native
//! fact. `{"anyOrder": […]}` are events, and groups of them, that may come in any order. In a flow that is `interleaved` only the order within each
//! call is part of the story. A flow may have a second list, `agents`: what is told of them besides what was found when the bridge came.

pub mod teller;

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use teller::Teller;

/// Where the stories are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/flows")
}

/// The names of all flows.
pub fn names() -> Vec<String> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let json = files.filter(|path| path.extension().is_some_and(|ending| ending == "json"));
    let mut names: Vec<String> = json
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// One canonical story.
pub struct Story {
    /// What is told, in order.
    pub parts: Vec<Value>,
    /// Only the order within each call counts.
    pub interleaved: bool,
    /// What is told of agents.
    pub agents: Option<Vec<Value>>,
}

impl Story {
    /// The story of `flow`.
    pub fn of(flow: &str) -> Story {
        let file = folder().join(format!("{flow}.json"));
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let json: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        Story {
            parts: json["story"].as_array().unwrap().clone(),
            interleaved: json["interleaved"] == true,
            agents: json["agents"].as_array().cloned(),
        }
    }

    /// Holds events against the story. `roles` says which device and which agent is who. Events of neither calls nor agents are left out.
    pub fn hold<'a>(
        &self,
        events: impl IntoIterator<Item = &'a Value>,
        roles: &BTreeMap<String, String>,
    ) -> Result<(), String> {
        self.hold_by(events, roles, str::to_owned)
    }

    /// The same, each line put as `say` puts it.
    pub fn hold_by<'a>(
        &self,
        events: impl IntoIterator<Item = &'a Value>,
        roles: &BTreeMap<String, String>,
        say: impl Fn(&str) -> String,
    ) -> Result<(), String> {
        let events: Vec<&Value> = events.into_iter().collect();
        self.hold_agents(&events, roles)?;
        let mut teller = Teller::default();
        let calls = events
            .into_iter()
            .filter(|event| event["type"].as_str().is_some_and(|t| t.starts_with("lineside.call.")));
        let told: Vec<Told> = calls
            .map(|event| Told {
                line: say(&cast(&teller.tell(event), roles)),
                group: event["group"].as_str().unwrap_or_default().to_owned(),
            })
            .collect();
        let differ = |what: String| {
            let told = told
                .iter()
                .map(|told| format!("  {}", told.line))
                .collect::<Vec<_>>()
                .join("\n");
            let story = self
                .parts
                .iter()
                .map(|part| format!("  {part}"))
                .collect::<Vec<_>>()
                .join("\n");
            Err(format!("{what}\ntold:\n{told}\nstory:\n{story}"))
        };
        let result = if self.interleaved {
            self.per_call(&told)
        } else {
            self.in_order(&told)
        };
        result.or_else(differ)
    }

    fn hold_agents(&self, events: &[&Value], roles: &BTreeMap<String, String>) -> Result<(), String> {
        let Some(story) = &self.agents else { return Ok(()) };
        let told = events.iter().filter_map(|event| teller::tell_agent(event));
        let told: Vec<String> = told.map(|line| cast(&line, roles)).collect();
        if told.iter().eq(story.iter().filter_map(Value::as_str)) {
            Ok(())
        } else {
            Err(format!("of agents was told {told:#?}, the story is {story:#?}"))
        }
    }

    fn in_order(&self, told: &[Told]) -> Result<(), String> {
        let mut told = told.iter();
        for part in &self.parts {
            match part {
                Value::String(line) => {
                    let next = told.next().map(|told| told.line.as_str());
                    if next != Some(line) {
                        return Err(format!("instead of {line:?} comes {next:?}"));
                    }
                }
                Value::Array(group) => {
                    let next: Vec<&Told> = told.by_ref().take(group.len()).collect();
                    is_group(group, &next)?;
                }
                Value::Object(any) => {
                    let any = any["anyOrder"].as_array().unwrap();
                    let mut lines: Vec<&str> = any.iter().flat_map(lines).collect();
                    let all: Vec<&Told> = told.by_ref().take(lines.len()).collect();
                    let mut next: Vec<&str> = all.iter().map(|told| told.line.as_str()).collect();
                    lines.sort_unstable();
                    next.sort_unstable();
                    if lines != next {
                        return Err(format!("instead of {lines:?} in any order come {next:?}"));
                    }
                    for group in any.iter().filter_map(Value::as_array) {
                        let at = all.iter().position(|told| group[0] == told.line.as_str());
                        let next: Vec<&Told> = all.iter().skip(at.unwrap()).take(group.len()).copied().collect();
                        is_group(group, &next)?;
                    }
                }
                other => return Err(format!("{other} is no part of a story")),
            }
        }
        told.next()
            .map_or(Ok(()), |more| Err(format!("after the end comes {:?}", more.line)))
    }

    fn per_call(&self, told: &[Told]) -> Result<(), String> {
        let by_call = |lines: Vec<&str>| {
            let mut calls: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for line in lines {
                let (call, rest) = line.split_once(' ').unwrap_or((line, ""));
                calls.entry(call.to_owned()).or_default().push(rest.to_owned());
            }
            calls
        };
        let flat = self.parts.iter().flat_map(lines);
        let (story, told) = (
            by_call(flat.collect()),
            by_call(told.iter().map(|told| told.line.as_str()).collect()),
        );
        if story == told {
            Ok(())
        } else {
            Err("a call differs".to_owned())
        }
    }
}

/// The events of a part of a story, which is one or a group.
pub fn lines(part: &Value) -> Vec<&str> {
    match part {
        Value::Array(group) => group.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

fn is_group(group: &[Value], next: &[&Told]) -> Result<(), String> {
    if !group.iter().eq(next.iter().map(|told| told.line.as_str())) {
        return Err(format!("instead of the group {group:?} comes {next:?}"));
    }
    if next.iter().any(|told| told.group != next[0].group) {
        return Err(format!("{group:?} is not one group"));
    }
    Ok(())
}

#[derive(Debug)]
struct Told {
    line: String,
    group: String,
}

/// Names devices by who they are in the story.
pub fn cast(line: &str, roles: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut word = String::new();
    let flush = |word: &mut String, out: &mut String| {
        out.push_str(roles.get(word.as_str()).map_or(word.as_str(), String::as_str));
        word.clear();
    };
    for c in line.chars() {
        if "(:,; )".contains(c) {
            flush(&mut word, &mut out);
            out.push(c);
        } else {
            word.push(c);
        }
    }
    flush(&mut word, &mut out);
    out
}
