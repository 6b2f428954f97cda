//! `lineside run`, as a process of its own, and what an application sees of it.
use crate::exchange::{SECRET, USERNAME};
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub const TOKEN: &str = "a token for the behaviour tests";

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(20);

/// Writes a configuration for a bridge to the switch at `address` that keeps its log in `directory`.
pub fn configure(directory: &Path, address: SocketAddr) -> PathBuf {
    let path = directory.join("lineside.toml");
    let text = format!(
        r#"
[api]
listen = "127.0.0.1:0"
[log]
format = "json"
[stream]
path = "{directory}/log"
[[switch]]
name = "hq"
profile = "asterisk/asterisk"
address = "{address}"
username = "{USERNAME}"
secret = "{SECRET}"
[switch.site]
extensions = "10XX"
[[token]]
name = "tests"
secret = "{TOKEN}"
scopes = ["admin"]
"#,
        directory = directory.display(),
    );
    fs::write(&path, text).expect("a configuration");
    path
}

pub struct Bridge {
    pub child: Child,
    pub address: SocketAddr,
}

impl Bridge {
    pub fn run(config: &Path) -> Self {
        Bridge::run_by(Command::new(env!("CARGO_BIN_EXE_lineside")), config)
    }

    /// `command` runs lineside with what stands behind it.
    pub fn run_by(mut command: Command, config: &Path) -> Self {
        command.arg("run").arg("--config").arg(config);
        let mut child = command
            .stderr(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("lineside runs");
        let (errors, output) = (
            child.stderr.take().expect("its errors"),
            child.stdout.take().expect("its output"),
        );
        let (told, lines) = std::sync::mpsc::channel();
        for stream in [Box::new(errors) as Box<dyn std::io::Read + Send>, Box::new(output)] {
            let told = told.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let _ = told.send(line);
                }
            });
        }
        let mut seen = String::new();
        let address = loop {
            let Ok(line) = lines.recv_timeout(PATIENCE) else {
                panic!("it never came up:\n{seen}")
            };
            seen.push_str(&line);
            seen.push('\n');
            let address = serde_json::from_str::<Value>(&line)
                .ok()
                .and_then(|line| line["address"].as_str()?.parse().ok());
            if let Some(address) = address
                && line.contains("the bridge is up")
            {
                break address;
            }
        };
        Bridge { child, address }
    }

    /// As a crash would: no chance to say or write anything.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    fn ask(&self, path: &str, accept: &str) -> TcpStream {
        let mut socket = TcpStream::connect(self.address).expect("it listens");
        socket.set_read_timeout(Some(PATIENCE)).expect("a time");
        let request = format!(
            "GET {path} HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\nAccept: {accept}\r\n\r\n"
        );
        socket.write_all(request.as_bytes()).expect("sent");
        socket
    }

    /// The status and the body of an answer.
    pub fn get(&self, path: &str, accept: &str) -> (u16, String) {
        let mut answer = String::new();
        self.ask(path, accept).read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("head and body");
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .expect("a status");
        (status, body.to_owned())
    }

    /// Every event that is stored after `since`.
    pub fn stored(&self, since: &str) -> Vec<Value> {
        let (status, body) = self.get(&format!("/v1/events?since={since}"), "application/x-ndjson");
        assert_eq!(status, 200, "{body}");
        body.lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }

    pub fn subscribe(&self, since: &str) -> Subscription {
        let socket = self.ask(&format!("/v1/events?since={since}"), "text/event-stream");
        Subscription {
            lines: BufReader::new(socket),
        }
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Server-Sent Events, the events alone.
pub struct Subscription {
    lines: BufReader<TcpStream>,
}

impl Subscription {
    /// The next event; `None` once the bridge is gone.
    pub fn next(&mut self) -> Option<Value> {
        let mut line = String::new();
        let start = Instant::now();
        loop {
            line.clear();
            assert!(start.elapsed() < PATIENCE, "nothing happens any more");
            if self.lines.read_line(&mut line).unwrap_or(0) == 0 {
                return None;
            }
            let Some(data) = line.strip_prefix("data: ") else {
                continue;
            };
            // Half a line is what a crash leaves.
            let event: Value = serde_json::from_str(data).ok()?;
            if event.get("specversion").is_some() {
                return Some(event);
            }
        }
    }

    /// The events up to and with the first of this type.
    pub fn until(&mut self, kind: &str) -> Vec<Value> {
        let mut events = Vec::new();
        while let Some(event) = self.next() {
            let found = event["type"] == format!("lineside.{kind}");
            events.push(event);
            if found {
                return events;
            }
        }
        panic!("no {kind} among {events:#?}");
    }
}

pub fn ids(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event["id"].as_str().expect("an id"))
        .collect()
}
