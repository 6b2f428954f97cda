//! Services over HTTP, with a link that does what the test says.

use super::*;
use crate::model::{Command, Data, Deed, Denial, EventType, Order, Settled, Verdict};

/// What the link is asked for next.
async fn asked(bridge: &mut Bridge) -> Command {
    client::within(bridge.inner.commands.recv()).await.unwrap()
}

/// How `command` came out, in a batch of its own or with what proves it.
fn settled(command: &Command, verdict: Verdict, story: &Story) -> Settled {
    Settled {
        id: command.id,
        verdict,
        call: Some(story.call.id),
        proof: None,
    }
}

fn over(command: &Command, verdict: Verdict, story: &Story) -> Batch {
    Batch {
        settled: vec![settled(command, verdict, story)],
        ..crate::model::sample::batch("hq", Vec::new())
    }
}

/// The batch with the proof that `command` was done, which is its last event.
fn proving(mut batch: Batch, command: &Command, story: &Story) -> Batch {
    for event in &mut batch.events {
        event.request_id = Some(command.request_id.clone());
        if let Data::Call(data) = &mut event.data {
            data.requested_by = Some(command.requested_by.clone());
        }
    }
    batch.settled = vec![Settled {
        proof: batch.events.len().checked_sub(1),
        ..settled(command, Verdict::Done, story)
    }];
    batch
}

async fn with_a_call() -> (Bridge, Story) {
    let bridge = start().await;
    let mut story = story(1, "1001", "1002");
    let mut client = bridge.subscribe("/v1/events").await;
    bridge
        .send([
            link_up("hq", now()),
            story.originated(),
            story.delivered(),
            story.established(),
        ])
        .await;
    client.events(4).await;
    (bridge, story)
}

#[tokio::test]
async fn a_service_is_answered_with_the_call_after_the_event_that_proves_it() {
    let (mut bridge, mut story) = with_a_call().await;
    let mut client = bridge.subscribe("/v1/events").await;
    let path = format!("/v1/calls/{}/connections/hq:1002/clearConnection", story.call.id);
    let address = bridge.address;
    let asking =
        tokio::spawn(async move { client::ask(address, "POST", &path, &[AUTHORIZED, "Request-Id: r-17"], "").await });
    let command = asked(&mut bridge).await;
    assert_eq!(&*command.request_id, "r-17");
    let Order::Connection {
        connection,
        deed: Deed::Clear,
        ..
    } = &command.order
    else {
        panic!("{command:?}")
    };
    assert_eq!(*connection, story.call.connections[1].id);
    bridge.send([proving(story.cleared(), &command, &story)]).await;
    let answer = asking.await.unwrap();
    let events = client.events(3).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json(), events[2]["data"]["call"]);
    assert_eq!(answer.header("lineside-confirmed-by"), events[2]["id"].as_str());
    assert_eq!(events[2]["requestid"], "r-17");
    assert_eq!(answer.header("request-id"), Some("r-17"));
}

#[tokio::test]
async fn what_the_engine_denies_is_a_problem() {
    let (mut bridge, story) = with_a_call().await;
    let path = format!("/v1/calls/{}", story.call.id);
    let address = bridge.address;
    let asking = tokio::spawn(async move { client::ask(address, "DELETE", &path, &[AUTHORIZED], "").await });
    let command = asked(&mut bridge).await;
    let denial = Verdict::Denied(Denial::State("nobody is there".into()));
    bridge.send([over(&command, denial, &story)]).await;
    let answer = asking.await.unwrap();
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (409, &json!("invalidConnectionState"))
    );
    let _ = EventType::ALL;
}
