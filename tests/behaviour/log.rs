//! The log of events, with a real process and a real file system.
use crate::bridge::{Bridge, configure, ids};
use crate::exchange::Exchange;
use serde_json::Value;
use std::process::Command;
use tempfile::TempDir;

const BEGINNING: &str = "0000000000000000";

#[test]
fn a_client_resumes_after_kill_9_and_misses_nothing_and_sees_nothing_twice() {
    let directory = TempDir::new().expect("a directory");
    let mut exchange = Exchange::listen();
    let config = configure(directory.path(), &exchange);
    let bridge = Bridge::run(&config);
    let mut client = bridge.subscribe(BEGINNING);
    let mut got = client.until("link.resynced");
    for _ in 0..20 {
        exchange.call();
    }
    while got
        .iter()
        .filter(|event| event["type"] == "lineside.call.cleared")
        .count()
        < 10
    {
        got.push(client.next().expect("an event"));
    }
    bridge.kill();
    while let Some(event) = client.next() {
        got.push(event);
    }
    let last = got.last().expect("an event")["id"].as_str().expect("an id").to_owned();

    let bridge = Bridge::run(&config);
    let mut client = bridge.subscribe(&last);
    got.extend(client.until("link.resynced"));
    exchange.call();
    got.extend(client.until("call.cleared"));
    let whole = ids(&got);
    assert!(whole.is_sorted_by(|a, b| a < b), "{whole:?}");
    assert_eq!(ids(&bridge.stored(BEGINNING)), whole, "what was told is what is stored");
}

#[test]
fn a_second_process_on_the_same_log_says_who_has_it_and_ends() {
    let directory = TempDir::new().expect("a directory");
    let exchange = Exchange::listen();
    let config = configure(directory.path(), &exchange);
    let bridge = Bridge::run(&config);
    let second = Command::new(env!("CARGO_BIN_EXE_lineside"))
        .args(["run", "--config"])
        .arg(&config)
        .output()
        .expect("lineside runs");
    assert!(!second.status.success());
    let told = String::from_utf8_lossy(&[second.stdout, second.stderr].concat()).into_owned();
    assert!(
        told.contains(&format!("in use by process {}", bridge.child.id())),
        "{told}"
    );
    bridge.subscribe(BEGINNING).until("link.resynced");
}

#[test]
fn a_full_disk_is_told_and_survived_and_nothing_is_missing_once_there_is_room() {
    let directory = TempDir::new().expect("a directory");
    let mut exchange = Exchange::listen();
    let config = configure(directory.path(), &exchange);
    // A limit to the size of files stands for the end of the disk: a write beyond it fails, as there.
    let mut limited = Command::new("sh");
    let script = r#"trap "" XFSZ; exec prlimit --fsize=300000:unlimited "$0" "$@""#;
    limited.args(["-c", script, env!("CARGO_BIN_EXE_lineside")]);
    let bridge = Bridge::run_by(limited, &config);
    let mut client = bridge.subscribe(BEGINNING);
    let mut got = client.until("link.resynced");
    let degraded = |got: &[Value]| got.iter().any(|event| event["type"] == "lineside.bridge.degraded");
    while !degraded(&got) {
        exchange.call();
        got.extend(client.until("call.cleared"));
        assert!(got.len() < 10_000, "the disk never filled");
    }
    assert_eq!(bridge.get("/readyz", "*/*").0, 503);
    for _ in 0..5 {
        exchange.call();
        got.extend(client.until("call.cleared"));
    }
    let roomy = Command::new("prlimit")
        .args(["--fsize=unlimited:unlimited", "--pid", &bridge.child.id().to_string()])
        .status()
        .expect("prlimit runs");
    assert!(roomy.success());
    if got.iter().all(|event| event["type"] != "lineside.bridge.recovered") {
        got.extend(client.until("bridge.recovered"));
    }
    assert_eq!(bridge.get("/readyz", "*/*").0, 200);
    assert!(ids(&got).is_sorted_by(|a, b| a < b));
    assert_eq!(ids(&bridge.stored(BEGINNING)), ids(&got));
    bridge.kill();
    let bridge = Bridge::run(&config);
    assert_eq!(
        ids(&bridge.stored(BEGINNING))[..got.len()],
        ids(&got),
        "all of it is on the disk"
    );
}
