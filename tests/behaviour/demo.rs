//! `lineside demo`: a virtual switch, a real link, a real bridge, and calls to watch.
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};

/// A demo that runs, and where it can be reached.
pub struct Demo {
    child: Child,
    /// Open, so that what the demo says finds a reader.
    _errors: BufReader<ChildStderr>,
    pub url: String,
    pub token: String,
}

impl Demo {
    pub fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_lineside"))
            .args(["demo", "--json"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("lineside runs");
        let mut errors = BufReader::new(child.stderr.take().expect("its errors"));
        let (mut url, mut token, mut line) = (None, None, String::new());
        while url.is_none() || token.is_none() {
            line.clear();
            assert_ne!(
                errors.read_line(&mut line).expect("a line"),
                0,
                "the demo told no token"
            );
            match line.trim().split_once(' ') {
                Some(("URL", rest)) => url = Some(rest.trim().to_owned()),
                Some(("token", rest)) => token = Some(rest.trim().to_owned()),
                _ => {}
            }
        }
        let (url, token) = (url.expect("a URL"), token.expect("a token"));
        Demo {
            child,
            _errors: errors,
            url,
            token,
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_shows_calls_coming_and_going_and_ends_by_itself() {
    let out = Command::new(env!("CARGO_BIN_EXE_lineside"))
        .args(["demo", "--for", "12s", "--json"])
        .output()
        .expect("lineside runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let events: Vec<Value> = String::from_utf8_lossy(&out.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON on every line"))
        .collect();
    let of = |kind: &str| {
        events
            .iter()
            .filter(|event| event["type"] == format!("lineside.{kind}"))
            .collect::<Vec<_>>()
    };
    assert!(
        !of("call.delivered").is_empty() && !of("call.cleared").is_empty(),
        "{} events",
        events.len()
    );
    // Invented by nobody: what the dialplan attached before the telephone rang is in the first delivered.
    let delivered = of("call.delivered");
    assert_eq!(
        delivered[0]["data"]["call"]["userData"]["CUSTOMER"], "ACME-42",
        "{}",
        delivered[0]
    );
    let ids: Vec<&str> = events
        .iter()
        .map(|event| event["id"].as_str().expect("an id"))
        .collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
}

#[test]
fn a_tail_without_a_terminal_writes_a_line_for_each_event() {
    let demo = Demo::start();
    let mut tail = Command::new(env!("CARGO_BIN_EXE_lineside"))
        .args(["tail", "--url", &demo.url, "--token", &demo.token, "--type", "call.*"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("lineside runs");
    let lines = BufReader::new(tail.stdout.take().expect("its output")).lines();
    let delivered = lines
        .map_while(Result::ok)
        .find(|line| line.contains("call.delivered"))
        .expect("a call");
    assert!(delivered.contains(" alerting"), "{delivered}");
    tail.kill().expect("it runs");
    tail.wait().expect("it ends");
}

#[test]
fn a_wrong_token_is_told_and_ends_the_tail() {
    let demo = Demo::start();
    let out = Command::new(env!("CARGO_BIN_EXE_lineside"))
        .args(["tail", "--url", &demo.url, "--token", "not-the-token-of-anybody"])
        .output()
        .expect("lineside runs");
    assert_eq!(out.status.code(), Some(1));
    let told = String::from_utf8_lossy(&out.stderr);
    assert!(told.contains("4001") && told.contains("token"), "{told}");
}
