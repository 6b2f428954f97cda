//! A log in which a disk changed something: readers are told up to there, and then what is missing.

use super::client::within;
use super::once::on_disk;
use super::*;
use std::fs;
use tempfile::TempDir;

#[tokio::test]
async fn a_reader_of_a_damaged_log_is_given_what_stands_before_the_damage_and_then_the_gap() {
    let directory = TempDir::new().unwrap();
    let bridge = on_disk(&directory).await;
    let mut websocket = bridge.subscribe("/v1/events").await;
    bridge.send(story(1, "1001", "1002").whole()).await;
    let events = websocket.events(6).await;
    let (ids, last) = (ids(&events), ids(&events)[5]);
    drop(websocket);
    within(bridge.stop()).await;

    let file = directory.path().join("lineside.db");
    let mut bytes = fs::read(&file).unwrap();
    let body = format!("{{\"specversion\":\"1.0\",\"id\":\"{}\"", ids[3]);
    let at = bytes
        .windows(body.len())
        .position(|part| part == body.as_bytes())
        .unwrap();
    bytes[at..at + 4].fill(0);
    fs::write(&file, bytes).unwrap();

    let bridge = on_disk(&directory).await;
    let gap = json!({ "type": "gap", "from": ids[2], "to": last, "reason": "lostTail" });
    let path = format!("/v1/events?since={}", ids[0]);
    let head = [AUTHORIZED, "Accept: application/x-ndjson"];
    let lines = bridge.request("GET", &path, &head, "").await.lines();
    assert_eq!(lines, [&events[1..3], std::slice::from_ref(&gap)].concat());

    let first = bridge.get(&path).await.json();
    assert_eq!((&first["items"], &first["gap"]), (&json!(events[1..3]), &Value::Null));
    let next = format!("/v1/events?since={}", first["next"].as_str().unwrap());
    let second = bridge.get(&next).await.json();
    assert_eq!((&second["items"], &second["gap"]), (&json!([]), &gap));
    assert_eq!(second["next"], Value::Null);

    let mut again = bridge.subscribe(&path).await;
    let told: Vec<Value> = again.events(2).await;
    assert_eq!(told, events[1..3]);
    assert_eq!(again.control("gap").await["reason"], "lostTail");
    assert_eq!(again.control("snapshot").await["type"], "snapshot");
}
