use super::*;
use crate::model::sample::{agent, batch, event};
use crate::model::{ConnectionState, Data, Event, EventType, Kind};

/// Somebody waits in the queue 500.
fn queued() -> Event {
    let mut told = story(1, "trunk", "500").delivered().events.remove(0);
    told.kind = EventType::Queued;
    let Data::Call(data) = &mut told.data else { panic!() };
    let queue = &mut data.call.connections[1];
    (queue.kind, queue.state) = (Kind::Queue, ConnectionState::Queued);
    data.connection = Some(queue.clone());
    told
}

/// A bridge in which that and an agent were told of, and counted.
async fn with_a_queue(tokens: Vec<TestToken>) -> Bridge {
    let bridge = start_with(config(), TestBridge::new(tokens)).await;
    let mut client = bridge.subscribe("/v1/events").await;
    let told = vec![queued(), event(EventType::AgentNotReady, now(), agent("hq", "7"))];
    bridge.send([link_up("hq", now()), batch("hq", told)]).await;
    let last = client.events(3).await[2]["id"].clone();
    let counted = async { while bridge.get("/v1/agents/hq:7/statistics").await.json()["sequence"] != last {} };
    client::within(counted).await;
    bridge
}

#[tokio::test]
async fn a_queue_has_statistics_for_each_window_as_they_are_described() {
    let bridge = with_a_queue(vec![TestToken::admin(TOKEN)]).await;
    for window in ["15m", "60m", "today"] {
        let path = format!("/v1/queues/hq:500/statistics?window={window}");
        let told = bridge.get(&path).await;
        assert_eq!(told.status, 200, "{told:?}");
        let told = told.json();
        assert_eq!((&told["queue"], &told["window"]), (&json!("hq:500"), &json!(window)));
        assert_eq!((&told["waitingNow"], &told["complete"]), (&json!(1), &json!(false)));
    }
    let usual = bridge.get("/v1/queues/hq:500/statistics").await.json();
    assert_eq!((&usual["window"], &usual["offered"]), (&json!("15m"), &json!(1)));
}

#[tokio::test]
async fn an_agent_has_statistics_that_add_up_to_the_window() {
    let bridge = with_a_queue(vec![TestToken::admin(TOKEN)]).await;
    let told = bridge.get("/v1/agents/hq:7/statistics?window=60m").await.json();
    let states = told["states"].as_array().unwrap();
    assert_eq!(
        (&states[0]["state"], &states[0]["reason"]),
        (&json!("notReady"), &json!("lunch"))
    );
    let known: u64 = states.iter().map(|state| state["durationMs"].as_u64().unwrap()).sum();
    assert_eq!(known + told["unobservedMs"].as_u64().unwrap(), 3_600_000);
}

#[tokio::test]
async fn what_is_asked_wrongly_or_is_not_there_is_said() {
    let bridge = with_a_queue(vec![TestToken::admin(TOKEN)]).await;
    for (path, status, word) in [
        ("queues/hq:500/statistics?window=1h", 400, "15m, 60m or today"),
        ("queues/hq:500/statistics?windw=15m", 400, "did you mean `window`?"),
        ("queues/hq:501/statistics", 404, "hq:501"),
        ("agents/hq:8/statistics", 404, "hq:8"),
    ] {
        let answer = bridge.get(&format!("/v1/{path}")).await;
        assert_eq!(answer.status, status, "{path}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(word), "{path}: {detail}");
    }
}

#[tokio::test]
async fn who_may_not_see_a_queue_has_no_statistics_of_it() {
    let all = ["agents:read"];
    let bridge = with_a_queue(vec![
        TestToken::admin(TOKEN),
        TestToken::new("without the scope", &["calls:read"]),
        TestToken::new("another device", &all).devices(&["hq:1002"]),
        TestToken::new("another switch", &all).switches(&["branch"]),
        TestToken::new("all", &all),
    ])
    .await;
    for path in ["/v1/queues/hq:500/statistics", "/v1/agents/hq:7/statistics"] {
        for (token, status) in [
            ("without the scope", 403),
            ("another device", 404),
            ("another switch", 404),
            ("all", 200),
        ] {
            let head = format!("Authorization: Bearer {token}");
            let answer = bridge.request("GET", path, &[&head], "").await;
            assert_eq!(answer.status, status, "{path} as {token}");
        }
    }
}
