//! The log of events where the disk is full.
use crate::bridge::{Bridge, configure, ids};
use crate::exchange::Exchange;
use serde_json::Value;
use std::process::Command;
use tempfile::TempDir;

const BEGINNING: &str = "0000000000000000";

#[test]
fn a_full_disk_is_told_and_survived_and_nothing_is_missing_once_there_is_room() {
    let directory = TempDir::new().expect("a directory");
    let mut exchange = Exchange::listen();
    let config = configure(directory.path(), exchange.address);
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
