//! `lineside demo`: a virtual switch, a real link, a real bridge, and calls to watch.
use crate::running::Running;
use serde_json::Value;
use std::process::{Command, Stdio};

/// A demo that runs, and where it can be reached.
pub struct Demo {
    _running: Running,
    /// Open, so that what the demo says finds a reader.
    errors: Box<dyn Iterator<Item = String>>,
    pub url: String,
    pub token: String,
}

impl Demo {
    pub fn start() -> Self {
        Self::of(&[])
    }

    /// A demo with these arguments besides.
    pub fn of(arguments: &[&str]) -> Self {
        let mut demo = Command::new(env!("CARGO_BIN_EXE_lineside"));
        let demo = demo.args(["demo", "--json"]).args(arguments).stdout(Stdio::null());
        let (running, mut errors) = Running::with_errors(demo);
        let mut said = |key: &str| {
            let value = errors.find_map(|line| Some(line.trim().strip_prefix(key)?.trim().to_owned()));
            value.unwrap_or_else(|| panic!("the demo told no {key}"))
        };
        let (url, token) = (said("URL"), said("token"));
        Demo {
            _running: running,
            errors: Box::new(errors),
            url,
            token,
        }
    }
}

/// What such a demo tells until it ends.
fn told_by(arguments: &str) -> Vec<Value> {
    let out = Command::new(env!("CARGO_BIN_EXE_lineside"))
        .args(arguments.split(' '))
        .output()
        .expect("lineside runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON on every line"))
        .collect()
}

#[test]
fn it_shows_calls_coming_and_going_and_ends_by_itself() {
    let events = told_by("demo --for 12s --json");
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
fn a_csta_switch_shows_calls_queues_and_agents_in_xml_and_in_every_phase_of_ber() {
    let profiles = [
        "",
        " --profile unify/openscape-voice",
        " --profile avaya/dmcc",
        " --profile zultys/mx",
        " --profile unify/hipath-3000",
        " --profile alcatel/omnipcx-enterprise",
        " --profile alcatel/omnipcx-office",
    ];
    let told = |profile: &str| told_by(&format!("demo --switch csta --for 25s --json{profile}"));
    std::thread::scope(|scope| {
        let demos = profiles.map(|profile| (profile, scope.spawn(move || told(profile))));
        for (profile, demo) in demos {
            let events = demo.join().expect("a demo");
            for kind in [
                "call.delivered",
                "call.queued",
                "call.cleared",
                "queue.updated",
                "agent.ready",
            ] {
                let kind = format!("lineside.{kind}");
                let found = events.iter().any(|event| event["type"] == kind);
                assert!(found, "{kind} is missing in {} events{profile}", events.len());
            }
        }
    });
}

#[test]
fn a_profile_of_no_csta_switch_is_refused_with_those_that_are() {
    for (arguments, named) in [
        ("demo --switch csta --profile asterisk/asterisk", "ecma/ecma-323"),
        ("demo --profile ecma/ecma-323", "--switch csta"),
    ] {
        let out = Command::new(env!("CARGO_BIN_EXE_lineside"))
            .args(arguments.split(' '))
            .output()
            .expect("lineside runs");
        let told = String::from_utf8_lossy(&out.stderr);
        assert!(!out.status.success() && told.contains(named), "{told}");
    }
}

/// What a line of the shell writes, as JSON.
fn told(line: &str) -> Value {
    let out = Command::new("sh").args(["-c", line]).output().expect("a shell");
    let text = String::from_utf8_lossy(&out.stdout);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{line}: {error}: {text}"))
}

#[test]
fn an_application_makes_a_call_as_the_demo_shows_it_and_hangs_up_in_it() {
    makes_a_call_and_hangs_up(Demo::start(), "hq:1011");
}

#[test]
fn a_csta_switch_is_asked_for_calls_by_the_same_lines() {
    makes_a_call_and_hangs_up(Demo::of(&["--switch", "csta"]), "hq:1031");
}

fn makes_a_call_and_hangs_up(mut demo: Demo, calling: &str) {
    let mut next = |word: &str| {
        let line = demo.errors.find(|line| line.contains(word)).expect("an example");
        line.trim().replace("curl ", "curl -sS ")
    };
    let (make, hang_up) = (next("calledNumber"), next("clearConnection"));
    // Another client asks first whether the link is up: it is when a call is seen.
    let mut tail = Command::new(env!("CARGO_BIN_EXE_lineside"));
    tail.args(["tail", "--url", &demo.url, "--token", &demo.token, "--type", "call.*"]);
    let (_tail, mut lines) = Running::with_output(&mut tail);
    lines.next().expect("a call");
    let call = told(&make);
    let connection = &call["connections"][0];
    assert_eq!(connection["device"], calling, "{call}");
    let id = |of: &Value| of["id"].as_str().expect("an id").to_owned();
    let hang_up = hang_up
        .replace("CONNECTION", &id(connection))
        .replace("CALL", &id(&call));
    let over = told(&hang_up);
    assert_eq!(over["state"], "ended", "{over}");
    assert_eq!(over["history"][0]["device"], calling, "{over}");
}

#[test]
fn a_tail_without_a_terminal_writes_a_line_for_each_event() {
    let demo = Demo::start();
    let mut tail = Command::new(env!("CARGO_BIN_EXE_lineside"));
    tail.args(["tail", "--url", &demo.url, "--token", &demo.token, "--type", "call.*"]);
    let (_tail, mut lines) = Running::with_output(&mut tail);
    let delivered = lines.find(|line| line.contains("call.delivered")).expect("a call");
    assert!(delivered.contains(" alerting"), "{delivered}");
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
