//! How a command came out, for people.

use super::http::Answer;
use crate::cli::story;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::Write as _;

/// What the bridge answered, and to what.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) answer: Answer,
    /// Method and path.
    pub(super) asked: String,
}

impl Outcome {
    pub(super) const fn is_good(&self) -> bool {
        matches!(self.answer.status, 200..=299)
    }

    /// One line where it is good; else what, where, and what to do.
    pub(super) fn for_people(&self) -> String {
        let body = &self.answer.body;
        match self.answer.status {
            202 => self.accepted(),
            200..=299 => format!("done: {}", whole(body)),
            _ => self.problem(),
        }
    }

    fn accepted(&self) -> String {
        let body = &self.answer.body;
        if body.get("confirmed") == Some(&Value::Bool(false)) {
            let call = body.get("call").filter(|call| call.is_object()).unwrap_or(body);
            return format!("sent; the switch does not show whether it did it: {}", whole(call));
        }
        let place = self.answer.location.as_deref().unwrap_or("the event stream");
        format!("at work; how it ends tells {place}")
    }

    fn problem(&self) -> String {
        let body = &self.answer.body;
        let (title, code) = (story::text(body, "/title"), story::text(body, "/code"));
        let status = self.answer.status;
        if code.is_empty() {
            return format!("not done: {status}, and no word why\n  asked: {}", self.asked);
        }
        let mut text = format!("not done: {title} ({status} {code}): {}", story::text(body, "/detail"));
        // Writing to a String cannot fail.
        let _ = write!(text, "\n  asked: {}", self.asked);
        if body.get("native").is_some_and(Value::is_object) {
            let (request, message) = (
                story::text(body, "/native/request"),
                story::text(body, "/native/message"),
            );
            let _ = write!(text, "\n  the switch was asked {request} and said: {message}");
        }
        if let Some(hint) = what_to_do(code) {
            let _ = write!(text, "\n  {hint}");
        }
        text
    }
}

/// What helps, where the detail of a problem does not say so itself.
fn what_to_do(code: &str) -> Option<&'static str> {
    match code {
        "unauthenticated" => Some("the token is wrong: see [[token]] in the configuration of the bridge"),
        "forbidden" | "privilegeViolationSpecifiedDevice" => {
            Some("the token may not do this: see its scopes and lists in the configuration of the bridge")
        }
        "invalidConnectionState" | "callEnded" | "callMerged" | "ambiguousConnection" => {
            Some("`lineside call list` shows what may be asked of whom now")
        }
        "outcomeUnknown" | "switchTimeout" | "switchIgnored" => {
            Some("look at `lineside call list` before you ask again: it may have happened all the same")
        }
        _ => None,
    }
}

fn whole(call: &Value) -> String {
    format!("call {} {}", story::text(call, "/id"), story::parties(call))
}

/// A call and its connections, each with its id and what may be asked of it; none of one that is over.
pub(super) fn call(call: &Value) -> Option<String> {
    let connections = call.get("connections").and_then(Value::as_array)?;
    if connections.is_empty() {
        return None;
    }
    let mut text = whole(call);
    for connection in connections {
        let permitted = connection.get("servicesPermitted").and_then(Value::as_array);
        let permitted: Vec<&str> = permitted.into_iter().flatten().filter_map(Value::as_str).collect();
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n  {}  {} {}: {}",
            story::text(connection, "/id"),
            match story::text(connection, "/device") {
                "" => story::who(connection),
                device => device,
            },
            story::text(connection, "/state"),
            if permitted.is_empty() {
                "nothing".to_owned()
            } else {
                permitted.join(", ")
            }
        );
    }
    Some(text)
}

/// Whoever does not want to read it closes the pipe.
pub(super) fn write(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
