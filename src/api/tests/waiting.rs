//! Callers who do not wait, or not for long.

use super::client::{Answer, within};
use super::services::with_a_call;
use super::*;
use crate::model::{Denial, Verdict};

/// Asks until the request is settled.
async fn settled(bridge: &Bridge, path: &str) -> Value {
    let asking = async {
        loop {
            let state = bridge.get(path).await.json();
            if state["state"] != "pending" {
                return state;
            }
            tokio::task::yield_now().await;
        }
    };
    within(asking).await
}

fn location(answer: &Answer) -> String {
    answer.header("location").unwrap().to_owned()
}

#[tokio::test]
async fn who_does_not_wait_is_told_where_to_ask_how_it_came_out() {
    let (mut bridge, mut story) = with_a_call(start().await).await;
    let path = format!("/v1/calls/{}", story.call.id);
    let answer = bridge
        .request("DELETE", &path, &[AUTHORIZED, "Prefer: wait=0", "Request-Id: r-1"], "")
        .await;
    assert_eq!((answer.status, &answer.json()["state"]), (202, &json!("pending")));
    assert_eq!(answer.json()["requestId"], "r-1");
    let request = location(&answer);
    let command = bridge.asked().await;
    assert_eq!(bridge.get(&request).await.json()["state"], "pending");
    bridge.prove(story.cleared(), &command, story.call.id).await;
    let state = settled(&bridge, &request).await;
    assert_eq!(
        (&state["state"], &state["status"], &state["confirmed"]),
        (&json!("done"), &json!(200), &json!(true))
    );
    assert_eq!(state["call"], bridge.get(&path).await.json());
    assert_eq!(state["confirmedBy"], state["call"]["sequence"]);
}

#[tokio::test]
async fn a_request_that_failed_later_has_its_problem() {
    let (mut bridge, story) = with_a_call(start().await).await;
    let path = format!("/v1/calls/{}", story.call.id);
    let answer = bridge
        .request("DELETE", &path, &[AUTHORIZED, "Prefer: wait=0"], "")
        .await;
    let command = bridge.asked().await;
    bridge
        .over(&command, Verdict::Denied(Denial::Busy("another".into())), story.call.id)
        .await;
    let state = settled(&bridge, &location(&answer)).await;
    assert_eq!((&state["state"], &state["status"]), (&json!("failed"), &json!(409)));
    assert_eq!(state["problem"]["code"], "conflict");
}

#[tokio::test]
async fn a_command_goes_on_where_its_caller_goes_away() {
    use tokio::io::AsyncWriteExt as _;
    let (mut bridge, mut story) = with_a_call(start().await).await;
    let mut client = bridge.subscribe("/v1/events").await;
    let mut socket = tokio::net::TcpStream::connect(bridge.address).await.unwrap();
    let path = format!("/v1/calls/{}", story.call.id);
    let request =
        format!("DELETE {path} HTTP/1.1\r\nHost: bridge.test\r\n{AUTHORIZED}\r\nIdempotency-Key: k-1\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let command = bridge.asked().await;
    drop(socket);
    bridge.prove(story.cleared(), &command, story.call.id).await;
    assert_eq!(client.events(3).await[2]["requestid"], "k-1");
    // Its answer waits for whoever asks again.
    let answer = bridge
        .request("DELETE", &path, &[AUTHORIZED, "Idempotency-Key: k-1"], "")
        .await;
    assert_eq!(
        (answer.status, answer.header("idempotency-replayed")),
        (200, Some("true"))
    );
}

#[tokio::test]
async fn a_request_is_nobody_elses() {
    let tokens = vec![TestToken::admin(TOKEN), TestToken::admin("another")];
    let (bridge, story) = with_a_call(start_with(config(), TestBridge::new(tokens)).await).await;
    let path = format!("/v1/calls/{}", story.call.id);
    let answer = bridge
        .request("DELETE", &path, &[AUTHORIZED, "Prefer: respond-async, WAIT=0"], "")
        .await;
    assert_eq!(answer.status, 202);
    let other = bridge
        .request("GET", &location(&answer), &["Authorization: Bearer another"], "")
        .await;
    assert_eq!((other.status, &other.json()["code"]), (404, &json!("notFound")));
}

#[tokio::test]
async fn who_waits_while_the_bridge_stops_is_told_that_nobody_knows() {
    let (mut bridge, story) = with_a_call(start().await).await;
    let asking = bridge.asking("DELETE", &format!("/v1/calls/{}", story.call.id), &[], "");
    bridge.asked().await;
    // The links are gone, and with them the sequencer.
    drop(bridge.inner.sender);
    let answer = within(asking).await.unwrap();
    assert_eq!((answer.status, &answer.json()["code"]), (504, &json!("outcomeUnknown")));
}
