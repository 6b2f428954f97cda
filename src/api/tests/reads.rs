use super::*;

async fn bridge_with_calls(count: u64) -> (Bridge, Vec<Story>) {
    let bridge = start().await;
    let mut websocket = bridge.subscribe("/v1/events").await;
    let mut calls: Vec<_> = (1..=count).map(|n| story(n, "1001", "1002")).collect();
    bridge.send([link_up("hq", now())]).await;
    bridge.send(calls.iter_mut().map(Story::originated)).await;
    websocket.events(calls.len() + 1).await;
    (bridge, calls)
}

#[tokio::test]
async fn a_call_is_read_whole_with_its_history_also_when_it_ended() {
    let (bridge, mut calls) = bridge_with_calls(1).await;
    let mut websocket = bridge.subscribe("/v1/events").await;
    let path = format!("/v1/calls/{}", calls[0].call.id);
    assert_eq!(bridge.get(&path).await.json()["state"], "initiated");
    bridge.send([calls[0].cleared()]).await;
    let cleared = &websocket.events(3).await[2];
    let call = bridge.get(&path).await.json();
    assert_eq!(call, cleared["data"]["call"]);
    assert_eq!(
        (&call["state"], call["history"].as_array().unwrap().len()),
        (&json!("ended"), 2)
    );
    assert_eq!(call["sequence"], cleared["id"]);
}

#[tokio::test]
async fn lists_come_in_pages_that_are_true_for_their_sequence() {
    let (bridge, calls) = bridge_with_calls(25).await;
    let mut path = "/v1/calls?limit=10".to_owned();
    let (mut got, mut pages) = (Vec::new(), 0);
    loop {
        let page = bridge.get(&path).await.json();
        pages += 1;
        got.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|call| call["id"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => path = format!("/v1/calls?limit=10&after={next}"),
            None => break,
        }
    }
    assert_eq!(pages, 3);
    assert_eq!(
        got,
        calls.iter().map(|story| story.call.id.to_string()).collect::<Vec<_>>()
    );
    let none = bridge.get("/v1/calls?device=hq:9999").await.json();
    assert_eq!((&none["items"], &none["next"]), (&json!([]), &Value::Null));
    assert_eq!(
        bridge.get("/v1/calls?device=hq:1001").await.json()["items"]
            .as_array()
            .unwrap()
            .len(),
        25
    );
}

#[tokio::test]
async fn switches_devices_agents_and_queues_have_lists_too() {
    let (bridge, _) = bridge_with_calls(1).await;
    assert_eq!(bridge.get("/v1/switches").await.json()["items"][0]["name"], "hq");
    assert_eq!(bridge.get("/v1/switches/hq").await.json()["state"], "up");
    for list in ["devices", "agents", "queues"] {
        assert_eq!(
            bridge.get(&format!("/v1/{list}")).await.json()["items"],
            json!([]),
            "{list}"
        );
    }
}
