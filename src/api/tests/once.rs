//! What is to be done once is done once: twice asked, by two at a time, across a restart, and where the bridge was killed.

use super::client::within;
use super::services::with_a_call;
use super::*;
use crate::model::{Denial, Verdict};
use tempfile::TempDir;

const KEY: &str = "Idempotency-Key: k-17";

pub(super) async fn on_disk(directory: &TempDir) -> Bridge {
    let inner = TestBridge::on_disk(
        vec![TestToken::admin(TOKEN), TestToken::admin("another")],
        directory.path(),
    );
    start_with(config(), inner).await
}

fn nothing_more(bridge: &mut Bridge) {
    assert!(
        bridge.inner.commands.try_recv().is_err(),
        "nothing more was asked of the switch"
    );
}

#[tokio::test]
async fn the_same_again_is_answered_the_same_and_not_done_again_also_after_a_restart() {
    let directory = TempDir::new().unwrap();
    let (mut bridge, mut story) = with_a_call(on_disk(&directory).await).await;
    let path = format!("/v1/calls/{}", story.call.id);
    let asking = bridge.asking("DELETE", &path, &[KEY], "");
    let command = bridge.asked().await;
    assert_eq!(&*command.request_id, "k-17");
    bridge.prove(story.cleared(), &command, story.call.id).await;
    let first = within(asking).await.unwrap();
    assert_eq!((first.status, first.header("idempotency-replayed")), (200, None));
    for restarts in 0..2 {
        let again = bridge.request("DELETE", &path, &[AUTHORIZED, KEY], "").await;
        assert_eq!(again.status, 200, "{restarts}");
        assert_eq!(again.json(), first.json());
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(
            again.header("lineside-confirmed-by"),
            first.header("lineside-confirmed-by")
        );
        assert_eq!(again.header("request-id"), Some("k-17"));
        nothing_more(&mut bridge);
        bridge.stop().await;
        bridge = on_disk(&directory).await;
    }
}

#[tokio::test]
async fn what_went_wrong_at_the_switch_is_kept_too() {
    let (mut bridge, story) = with_a_call(start().await).await;
    let path = format!("/v1/calls/{}", story.call.id);
    let asking = bridge.asking("DELETE", &path, &[KEY], "");
    let command = bridge.asked().await;
    bridge.over(&command, Verdict::Ignored, story.call.id).await;
    let first = within(asking).await.unwrap();
    let again = bridge.request("DELETE", &path, &[AUTHORIZED, KEY], "").await;
    assert_eq!((first.status, again.status), (502, 502));
    assert_eq!(again.json(), first.json());
    nothing_more(&mut bridge);
}

#[tokio::test]
async fn a_key_is_for_one_request_of_one_token() {
    let (mut bridge, story) = with_a_call(start().await).await;
    let make = |number: &str| json!({ "callingDevice": "hq:1001", "calledNumber": number }).to_string();
    let quick = [AUTHORIZED, KEY, "Prefer: wait=0"];
    assert_eq!(
        bridge.request("POST", "/v1/calls", &quick, &make("1002")).await.status,
        202
    );
    bridge.asked().await;
    for (method, path, body) in [
        ("POST", "/v1/calls".to_owned(), make("1003")),
        ("DELETE", format!("/v1/calls/{}", story.call.id), String::new()),
    ] {
        let other = bridge.request(method, &path, &quick, &body).await;
        assert_eq!(
            (other.status, &other.json()["code"]),
            (422, &json!("idempotencyKeyReused")),
            "{path}"
        );
    }
    nothing_more(&mut bridge);
}

#[tokio::test]
async fn another_token_may_use_the_same_key() {
    let directory = TempDir::new().unwrap();
    let mut bridge = on_disk(&directory).await;
    for token in [AUTHORIZED, "Authorization: Bearer another"] {
        let body = json!({ "callingDevice": "hq:1001", "calledNumber": "1002" }).to_string();
        let answer = bridge
            .request("POST", "/v1/calls", &[token, KEY, "Prefer: wait=0"], &body)
            .await;
        assert_eq!((answer.status, answer.header("idempotency-replayed")), (202, None));
        bridge.asked().await;
    }
}

#[tokio::test]
async fn of_several_at_a_time_one_is_done_and_all_are_answered() {
    let (mut bridge, mut story) = with_a_call(start().await).await;
    let path = format!("/v1/calls/{}", story.call.id);
    let asking: Vec<_> = (0..5).map(|_| bridge.asking("DELETE", &path, &[KEY], "")).collect();
    let command = bridge.asked().await;
    bridge.prove(story.cleared(), &command, story.call.id).await;
    let mut first = 0;
    for answer in asking {
        let answer = within(answer).await.unwrap();
        assert_eq!(answer.status, 200);
        first += usize::from(answer.header("idempotency-replayed").is_none());
    }
    assert_eq!(first, 1);
    nothing_more(&mut bridge);
}

#[tokio::test]
async fn what_was_at_work_when_the_bridge_was_killed_is_unknown_and_not_sent_again() {
    let directory = TempDir::new().unwrap();
    let (mut bridge, story) = with_a_call(on_disk(&directory).await).await;
    let path = format!("/v1/calls/{}", story.call.id);
    let answer = bridge
        .request("DELETE", &path, &[AUTHORIZED, KEY, "Prefer: wait=0"], "")
        .await;
    assert_eq!(answer.status, 202);
    bridge.asked().await;
    // How it comes out nobody notes any more.
    bridge.stop().await;
    let mut bridge = on_disk(&directory).await;
    for _ in 0..2 {
        let answer = bridge.request("DELETE", &path, &[AUTHORIZED, KEY], "").await;
        let problem = answer.json();
        assert_eq!((answer.status, &problem["code"]), (504, &json!("outcomeUnknown")));
        assert_eq!(problem["outcome"], "unknown");
    }
    nothing_more(&mut bridge);
}

#[tokio::test]
async fn what_was_refused_before_anything_was_sent_may_be_asked_again() {
    let (mut bridge, mut story) = with_a_call(start().await).await;
    let path = format!("/v1/calls/{}/connections/hq:1009/clearConnection", story.call.id);
    assert_eq!(bridge.request("POST", &path, &[AUTHORIZED, KEY], "").await.status, 404);
    let path = format!("/v1/calls/{}", story.call.id);
    let asking = bridge.asking("DELETE", &path, &[KEY], "");
    let command = bridge.asked().await;
    bridge
        .over(
            &command,
            Verdict::Denied(Denial::Unreachable("down".into())),
            story.call.id,
        )
        .await;
    assert_eq!(within(asking).await.unwrap().status, 503);
    let asking = bridge.asking("DELETE", &path, &[KEY], "");
    let command = bridge.asked().await;
    bridge.prove(story.cleared(), &command, story.call.id).await;
    let answer = within(asking).await.unwrap();
    assert_eq!((answer.status, answer.header("idempotency-replayed")), (200, None));
}

#[tokio::test]
async fn where_a_key_cannot_be_kept_nothing_is_sent() {
    let directory = TempDir::new().unwrap();
    let (mut bridge, mut story) = with_a_call(on_disk(&directory).await).await;
    let path = format!("/v1/calls/{}", story.call.id);
    let blocker = crate::store::block(directory.path());
    let answer = bridge.request("DELETE", &path, &[AUTHORIZED, KEY], "").await;
    let problem = answer.json();
    assert_eq!((answer.status, &problem["code"]), (503, &json!("unavailable")));
    assert!(problem["detail"].as_str().unwrap().contains("stream.path"), "{problem}");
    nothing_more(&mut bridge);
    drop(blocker);
    let asking = bridge.asking("DELETE", &path, &[KEY], "");
    let command = bridge.asked().await;
    bridge.prove(story.cleared(), &command, story.call.id).await;
    assert_eq!(within(asking).await.unwrap().status, 200);
}

#[tokio::test]
async fn who_relies_on_keys_that_are_forgotten_has_nothing_done() {
    let (mut bridge, story) = with_a_call(start().await).await;
    let path = format!("/v1/calls/{}", story.call.id);
    let read = bridge.request("GET", &path, &[AUTHORIZED], "").await;
    let kept = read.header("lineside-keys").unwrap().to_owned();
    let other = [AUTHORIZED, KEY, "Lineside-Keys: of-an-earlier-start"];
    let answer = bridge.request("DELETE", &path, &other, "").await;
    assert_eq!((answer.status, &answer.json()["code"]), (409, &json!("conflict")));
    assert_eq!(answer.header("lineside-keys"), Some(&*kept));
    nothing_more(&mut bridge);
    let same = format!("Lineside-Keys: {kept}");
    let answer = bridge
        .request("DELETE", &path, &[AUTHORIZED, KEY, &same, "Prefer: wait=0"], "")
        .await;
    assert_eq!(answer.status, 202);
    bridge.asked().await;
}

#[tokio::test]
async fn who_may_see_less_than_then_is_not_shown_the_answer_of_then() {
    let directory = TempDir::new().unwrap();
    let (mut bridge, mut story) = with_a_call(on_disk(&directory).await).await;
    let path = format!("/v1/calls/{}", story.call.id);
    let asking = bridge.asking("DELETE", &path, &[KEY], "");
    let command = bridge.asked().await;
    bridge.prove(story.cleared(), &command, story.call.id).await;
    assert_eq!(within(asking).await.unwrap().status, 200);
    bridge.stop().await;
    for (device, status) in [("hq:1007", 403), ("hq:1001", 200)] {
        let token = TestToken::admin(TOKEN).devices(&[device]);
        let bridge = start_with(config(), TestBridge::on_disk(vec![token], directory.path())).await;
        let again = bridge.request("DELETE", &path, &[AUTHORIZED, KEY], "").await;
        assert_eq!(again.status, status, "{device}: {:?}", again.json());
        bridge.stop().await;
    }
}

#[tokio::test]
async fn where_there_is_no_room_for_a_key_it_is_said_when_to_come_again() {
    let (bridge, story) = with_a_call(start().await).await;
    let path = format!("/v1/calls/{}", story.call.id);
    let key = |name: String| crate::stream::OnceKey {
        owner: TOKEN.into(),
        name: name.as_str().into(),
    };
    let at = now().as_millis();
    for n in 0..2000 {
        let reservation = crate::stream::Reservation {
            key: key(format!("k{n}")),
            asked: [0; 32],
            at,
        };
        bridge.inner.keep(reservation).await;
    }
    let answer = bridge.request("DELETE", &path, &[AUTHORIZED, KEY], "").await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("60")));
}
