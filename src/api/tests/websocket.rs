use super::*;

#[tokio::test]
async fn a_subscriber_is_greeted_and_gets_every_event_in_order() {
    let bridge = start().await;
    let mut client = bridge.subscribe("/v1/events").await;
    let hello = client.control("hello").await;
    assert_eq!(hello["bridge"], "lineside");
    assert_eq!(hello["version"], env!("CARGO_PKG_VERSION"));
    client.control("subscribed").await;
    client.say(r#"{"type":"ping"}"#).await;
    client.control("pong").await;
    bridge.send([link_up("hq", now())]).await;
    bridge.send(story(1, "1001", "1002").whole()).await;
    let events = client.events(7).await;
    let expected = [
        "originated",
        "delivered",
        "established",
        "connectionCleared",
        "connectionCleared",
        "cleared",
    ];
    assert_eq!(types(&events)[1..], expected);
    assert!(ids(&events).is_sorted());
    assert_eq!(events[4]["group"], events[6]["group"], "one fact, one group");
    assert_eq!(events[1]["source"], "/bridges/lineside/switches/hq");
}

#[tokio::test]
async fn a_snapshot_comes_first_where_asked_for_and_events_follow_it() {
    let bridge = start().await;
    let (mut call, mut other) = (story(1, "1001", "1002"), story(2, "1003", "1004"));
    let mut first = bridge.subscribe("/v1/events").await;
    bridge
        .send([link_up("hq", now()), call.originated(), other.originated()])
        .await;
    let last = first.events(3).await[2]["id"].clone();
    let mut client = bridge.subscribe("/v1/events?snapshot=true&device=hq:1001").await;
    client.control("hello").await;
    client.control("subscribed").await;
    let snapshot = client.control("snapshot").await;
    assert_eq!(snapshot["sequence"], last);
    assert_eq!((&snapshot["part"], &snapshot["last"]), (&json!(1), &json!(true)));
    assert_eq!(snapshot["calls"].as_array().unwrap().len(), 1);
    bridge.send([other.delivered(), call.delivered()]).await;
    assert_eq!(client.events(1).await[0]["subject"], format!("calls/{}", call.call.id));
}

#[tokio::test]
async fn a_client_may_ask_anew_and_resume_where_it_was() {
    let bridge = start().await;
    let mut client = bridge.subscribe("/v1/events").await;
    bridge.send(story(1, "1001", "1002").whole()).await;
    let seen = client.events(6).await;
    let ask = json!({
        "type": "subscribe",
        "filter": { "type": ["call.delivered", "call.cleared"], "device": "hq:1001" },
        "since": seen[0]["id"],
    });
    client.say(&ask.to_string()).await;
    client.control("subscribed").await;
    assert_eq!(client.events(1).await[0], seen[1]);
    client
        .say(&json!({ "type": "subscribe", "since": seen[3]["id"] }).to_string())
        .await;
    client.control("subscribed").await;
    assert_eq!(client.events(2).await, seen[4..]);
}

#[tokio::test]
async fn a_client_whose_id_cannot_be_placed_gets_gap_and_snapshot() {
    let bridge = start().await;
    let mut client = bridge.subscribe("/v1/events?since=9000000000000000").await;
    client.control("hello").await;
    client.control("subscribed").await;
    let gap = client.control("gap").await;
    assert_eq!(
        (&gap["from"], &gap["reason"]),
        (&json!("9000000000000000"), &json!("lostTail"))
    );
    let snapshot = client.control("snapshot").await;
    assert_eq!(snapshot["sequence"], gap["to"]);
}

#[tokio::test]
async fn everybody_is_told_when_the_bridge_goes_away() {
    let bridge = start().await;
    let mut client = bridge.subscribe("/v1/events").await;
    bridge.send([story(1, "1001", "1002").originated()]).await;
    let last = client.events(1).await[0]["id"].clone();
    let mut sse = bridge.sse("/v1/events", "").await;
    assert_eq!(sse.next().await.event, "hello");
    bridge.shutdown.cancel();
    let closing = client.closing().await;
    assert_eq!((&closing["code"], &closing["sequence"]), (&json!(4012), &last));
    assert_eq!(sse.next().await.event, "subscribed");
    assert_eq!(sse.next().await.data["code"], 4012);
    drop((client, sse));
    client::within(bridge.serving).await.unwrap();
}
