use super::*;

#[tokio::test]
async fn server_sent_events_carry_the_same_with_names_and_ids_and_go_on_after_the_last_one() {
    let bridge = start().await;
    let mut websocket = bridge.subscribe("/v1/events").await;
    let mut sse = bridge.sse("/v1/events?snapshot=true", "").await;
    for name in ["hello", "subscribed", "snapshot"] {
        assert_eq!(sse.next().await.event, name);
    }
    bridge.send(story(1, "1001", "1002").whole()).await;
    let events = websocket.events(6).await;
    let sent = sse.events(6).await;
    assert_eq!(sent.iter().map(|s| s.data.clone()).collect::<Vec<_>>(), events);
    assert_eq!(
        sent.iter().map(|s| s.id.clone().unwrap()).collect::<Vec<_>>(),
        ids(&events)
    );
    let mut again = bridge
        .sse("/v1/events", &format!("Last-Event-ID: {}\r\n", ids(&events)[1]))
        .await;
    let rest = again.events(4).await;
    assert_eq!(
        rest.iter().map(|s| s.id.clone().unwrap()).collect::<Vec<_>>(),
        ids(&events)[2..]
    );
}

#[tokio::test]
async fn stored_events_come_as_lines_and_then_the_end() {
    let bridge = start().await;
    let mut websocket = bridge.subscribe("/v1/events").await;
    bridge.send(story(1, "1001", "1002").whole()).await;
    let events = websocket.events(6).await;
    let lines = |path: String| {
        let bridge = &bridge;
        async move {
            bridge
                .request("GET", &path, &[AUTHORIZED, "Accept: application/x-ndjson"], "")
                .await
        }
    };
    let answer = lines("/v1/events".to_owned()).await;
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    assert_eq!(answer.lines(), events);
    let answer = lines(format!("/v1/events?since={}&type=call.cleared", ids(&events)[0])).await;
    assert_eq!(answer.lines(), events[5..]);
    let answer = lines("/v1/events?since=1000".to_owned()).await.lines();
    assert_eq!(
        (&answer[0]["type"], &answer[0]["reason"]),
        (&json!("gap"), &json!("otherLog"))
    );
    assert_eq!(answer[1..], events);
}

#[tokio::test]
async fn stored_events_come_page_by_page() {
    let bridge = start().await;
    let mut websocket = bridge.subscribe("/v1/events").await;
    bridge.send(story(1, "1001", "1002").whole()).await;
    let events = websocket.events(6).await;
    let mut path = "/v1/events?limit=4".to_owned();
    let mut got = Vec::new();
    loop {
        let page = bridge.get(&path).await.json();
        got.extend(page["items"].as_array().unwrap().clone());
        assert_eq!(page["sequence"], events[5]["id"]);
        assert_eq!(page["gap"], Value::Null);
        match page["next"].as_str() {
            Some(next) => path = format!("/v1/events?limit=4&since={next}"),
            None => break,
        }
    }
    assert_eq!(got, events);
    let page = bridge.get("/v1/events?since=9000000000000000").await.json();
    assert_eq!(page["gap"]["reason"], "lostTail");
    assert_eq!(page["items"], json!([]));
}

#[tokio::test]
async fn the_document_and_the_state_of_the_bridge_can_be_read_without_a_token() {
    let bridge = start().await;
    let mut websocket = bridge.subscribe("/v1/events").await;
    bridge.send([link_up("hq", now())]).await;
    websocket.events(1).await;
    assert_eq!(
        bridge.request("GET", "/v1/openapi.json", &[], "").await.json()["openapi"],
        "3.1.0"
    );
    assert_eq!(bridge.request("GET", "/healthz", &[], "").await.body, b"ok\n");
    let ready = bridge.request("GET", "/readyz", &[], "").await;
    assert_eq!(ready.status, 200);
    assert_eq!(
        ready.json(),
        json!({ "ready": true, "failing": null, "switches": { "hq": "up" } })
    );
    let metrics = bridge.request("GET", "/metrics", &[], "").await;
    let metrics = String::from_utf8(metrics.body).unwrap();
    assert!(
        metrics.contains("events_total 1") && metrics.contains("subscribers 1"),
        "{metrics}"
    );
}
