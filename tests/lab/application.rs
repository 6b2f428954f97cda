//! The application: asks the bridge for services over HTTP, as a CRM does.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

use crate::Outcome;

pub(crate) const TOKEN: &str = "lab-token-lab-token-lab-token";
/// The bridge answers a service after 5 s at the latest.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Clone)]
pub(crate) struct Application {
    pub(crate) listen: String,
}

/// What the bridge answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: String,
    pub(crate) body: Value,
}

impl Application {
    /// One request, one connection, one answer.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Outcome<Answer> {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let kind = match method {
            "PATCH" => "application/merge-patch+json",
            _ => "application/json",
        };
        let mut text = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n\
             Content-Length: {}\r\n",
            self.listen,
            body.len()
        );
        if !body.is_empty() {
            text.push_str(&format!("Content-Type: {kind}\r\n"));
        }
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("\r\n{body}"));
        let mut socket = TcpStream::connect(&self.listen)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.write_all(text.as_bytes())?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer)?;
        let (headers, body) = answer.split_once("\r\n\r\n").ok_or("the bridge answered nothing")?;
        let status = headers
            .split_whitespace()
            .nth(1)
            .and_then(|status| status.parse().ok())
            .ok_or("the bridge answered without a status")?;
        Ok(Answer {
            status,
            headers: headers.to_owned(),
            // Metrics are no JSON.
            body: serde_json::from_str(body).unwrap_or_else(|_| body.into()),
        })
    }

    /// The events that are stored behind this path.
    pub(crate) fn stored(&self, path: &str) -> Outcome<Vec<Value>> {
        let mut socket = TcpStream::connect(&self.listen)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        let host = &self.listen;
        write!(
            socket,
            "GET {path} HTTP/1.0\r\nHost: {host}\r\nAuthorization: Bearer {TOKEN}\r\nAccept: application/x-ndjson\r\n\r\n"
        )?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer)?;
        // By HTTP/1.0 there are no chunks: each event is a line.
        let events = answer.lines().filter(|line| line.starts_with("{\"specversion\""));
        events.map(|line| Ok(serde_json::from_str(line)?)).collect()
    }

    /// What the bridge says of itself in `/metrics`, a number.
    pub(crate) fn metric(&self, name: &str) -> Outcome<u64> {
        let answer = self.ask("GET", "/metrics", &[], &Value::Null)?.is(200)?;
        let value = |line: &str| line.strip_prefix(name)?.trim().parse().ok();
        let value = answer.body.as_str().and_then(|text| text.lines().find_map(value));
        Ok(value.ok_or_else(|| format!("/metrics tells no {name}"))?)
    }

    /// Does it know any call, be it one that is over?
    pub(crate) fn remembers_calls(&self) -> Outcome<bool> {
        let answer = self.ask("GET", "/v1/calls?limit=1", &[], &Value::Null)?.is(200)?;
        let items = answer.body.get("items").and_then(Value::as_array);
        Ok(!items.ok_or("a list without items")?.is_empty())
    }

    /// All calls that are not over.
    pub(crate) fn calls(&self) -> Outcome<Vec<Value>> {
        let (mut calls, mut after) = (Vec::new(), String::new());
        loop {
            let answer = self.ask("GET", &format!("/v1/calls?limit=1000{after}"), &[], &Value::Null)?;
            let items = answer.body.get("items").and_then(Value::as_array);
            let items =
                items.ok_or_else(|| format!("GET /v1/calls was answered with {}: {}", answer.status, answer.body))?;
            let live = |call: &&Value| call.get("state").and_then(Value::as_str) != Some("ended");
            calls.extend(items.iter().filter(live).cloned());
            match answer.text("next") {
                "" => return Ok(calls),
                next => after = format!("&after={next}"),
            }
        }
    }
}

impl Answer {
    /// The answer, if it has this status.
    pub(crate) fn is(self, status: u16) -> Outcome<Self> {
        if self.status == status {
            return Ok(self);
        }
        Err(format!("answered with {} instead of {status}: {}", self.status, self.body).into())
    }

    /// The answer, if it is this problem.
    pub(crate) fn refuses(self, status: u16, code: &str) -> Outcome<Self> {
        let answer = self.is(status)?;
        if answer.text("code") == code {
            return Ok(answer);
        }
        Err(format!("refused with something else than {code}: {}", answer.body).into())
    }

    /// A field of the body.
    pub(crate) fn text(&self, key: &str) -> &str {
        self.body.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// A header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let of = |line: &'_ str| {
            line.split_once(':')
                .is_some_and(|(key, _)| key.eq_ignore_ascii_case(name))
        };
        let line = self.headers.lines().find(|line| of(line))?;
        line.split_once(':').map(|(_, value)| value.trim())
    }
}
