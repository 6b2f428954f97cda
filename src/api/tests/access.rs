use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

#[tokio::test]
async fn without_a_token_or_with_a_wrong_one_nothing_is_shown() {
    let bridge = start().await;
    for head in [
        &[][..],
        &["Authorization: Bearer wrong"],
        &["Authorization: Basic YTpi"],
    ] {
        for path in ["/v1/calls", "/v1/events", "/v1/switches/hq"] {
            let answer = bridge.request("GET", path, head, "").await;
            assert_eq!(answer.status, 401, "{path} {head:?}");
            assert_eq!(answer.json()["code"], "unauthenticated");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"lineside\""));
        }
    }
    for token in [None, Some("wrong")] {
        let mut client = bridge.subscribe_as("/v1/events", token, &[]).await.unwrap();
        assert_eq!(client.closing().await["code"], 4001);
    }
}

#[tokio::test]
async fn a_browser_shows_its_token_as_a_subprotocol() {
    let bridge = start().await;
    let offered = format!("lineside.v1, bearer.{}", URL_SAFE_NO_PAD.encode(TOKEN));
    let mut client = bridge
        .subscribe_as("/v1/events", None, &[("sec-websocket-protocol", &offered)])
        .await
        .unwrap();
    assert_eq!(client.protocol.as_deref(), Some("lineside.v1"));
    client.control("hello").await;
}

#[tokio::test]
async fn a_ticket_opens_one_subscription() {
    let bridge = start().await;
    let answer = bridge.request("POST", "/v1/tickets", &[AUTHORIZED], "").await;
    assert_eq!(answer.status, 201);
    let path = format!("/v1/events?ticket={}", answer.json()["ticket"].as_str().unwrap());
    let mut client = bridge.subscribe_as(&path, None, &[]).await.unwrap();
    client.control("hello").await;
    let mut again = bridge.subscribe_as(&path, None, &[]).await.unwrap();
    assert_eq!(again.closing().await["code"], 4001);
}

#[tokio::test]
async fn a_token_does_what_its_scopes_say_and_sees_what_it_may() {
    let tokens = vec![
        TestToken::admin(TOKEN),
        TestToken::new("calls only", &["calls:read"]),
        TestToken::new("one device", &["events:read", "calls:read"])
            .switches(&["hq"])
            .devices(&["hq:1001"]),
    ];
    let bridge = start_with(config(), TestBridge::new(tokens)).await;
    let as_calls = ["Authorization: Bearer calls only"];
    let as_device = ["Authorization: Bearer one device"];
    let get = async |path: &str, head: &[&str]| {
        let answer = bridge.request("GET", path, head, "").await;
        (answer.status, answer.json())
    };
    for path in ["/v1/events", "/v1/agents", "/v1/queues"] {
        let (status, problem) = get(path, &as_calls).await;
        assert_eq!((status, &problem["code"]), (403, &json!("forbidden")), "{path}");
    }
    let mut client = bridge
        .subscribe_as("/v1/events", Some("calls only"), &[])
        .await
        .unwrap();
    assert_eq!(client.closing().await["code"], 4003);
    for filter in ["switch=branch", "device=hq:1002", "device=branch:1001", "queue=hq:500"] {
        assert_eq!(
            get(&format!("/v1/events?{filter}"), &as_device).await.0,
            403,
            "{filter}"
        );
    }
    let mut all = bridge.subscribe("/v1/events").await;
    let mut one = bridge
        .subscribe_as("/v1/events", Some("one device"), &[])
        .await
        .unwrap();
    one.control("hello").await;
    one.control("subscribed").await;
    let (mut mine, mut other) = (story(1, "1001", "1002"), story(2, "1003", "1004"));
    bridge
        .send([
            link_up("branch", now()),
            other.originated(),
            mine.originated(),
            mine.digits("42"),
        ])
        .await;
    assert_eq!(all.events(4).await[3]["data"]["digits"], "42");
    let seen = one.events(2).await;
    assert_eq!(types(&seen), ["originated", "digitsGenerated"]);
    assert_eq!(seen[1]["data"]["digits"], "xx");
    let (_, calls) = get("/v1/calls", &as_device).await;
    assert_eq!(calls["items"].as_array().unwrap().len(), 1);
    assert_eq!(get(&format!("/v1/calls/{}", mine.call.id), &as_device).await.0, 200);
    assert_eq!(get(&format!("/v1/calls/{}", other.call.id), &as_device).await.0, 404);
    assert_eq!(get("/v1/switches/branch", &as_device).await.0, 404);
}

#[tokio::test]
async fn pages_from_elsewhere_may_ask_only_where_the_configuration_names_them() {
    let named = ApiConfig {
        allowed_origins: vec!["https://crm.example.com".to_owned()],
        ..config()
    };
    let bridge = start_with(named, TestBridge::new(vec![TestToken::admin(TOKEN)])).await;
    let ask = async |origin: &str| {
        bridge
            .request("GET", "/v1/calls", &[AUTHORIZED, &format!("Origin: {origin}")], "")
            .await
    };
    let answer = ask("https://crm.example.com").await;
    assert_eq!(
        (answer.status, answer.header("access-control-allow-origin")),
        (200, Some("https://crm.example.com"))
    );
    let own = format!("http://{}", bridge.address);
    assert_eq!(ask(&own).await.status, 200, "a page of its own");
    let rebound = ["Host: evil.example.com", AUTHORIZED, "Origin: http://evil.example.com"];
    assert_eq!(
        bridge.request_as("GET", "/v1/calls", &rebound, "").await.status,
        403,
        "a name that leads here"
    );
    for origin in [
        "https://evil.example.com",
        "null",
        "https://crm.example.com.evil.example.com",
    ] {
        assert_eq!(ask(origin).await.status, 403, "{origin}");
        let refused = bridge
            .subscribe_as("/v1/events", Some(TOKEN), &[("origin", origin)])
            .await;
        assert!(refused.is_err(), "{origin}");
    }
    let preflight = ["Origin: https://crm.example.com", "Access-Control-Request-Method: GET"];
    let answer = bridge.request("OPTIONS", "/v1/calls", &preflight, "").await;
    assert_eq!(answer.status, 204);
    assert!(
        answer
            .header("access-control-allow-headers")
            .unwrap()
            .contains("authorization")
    );
}
