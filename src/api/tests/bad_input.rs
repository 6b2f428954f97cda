use super::*;

#[tokio::test]
async fn a_wrong_filter_is_told_with_its_name_and_what_was_expected() {
    let bridge = start().await;
    for (query, field, told) in [
        ("devise=hq:1001", "devise", "did you mean `device`"),
        ("type=call.deliverd", "type", "did you mean `call.delivered`"),
        ("type=calls.*", "type", "did you mean `call.*`"),
        ("device=1001", "device", "hq:1001"),
        ("call=17", "call", "the id of a call"),
        ("since=yesterday", "since", "16 digits"),
        ("snapshot=yes", "snapshot", "true or false"),
        ("limit=0", "limit", "1 to 1000"),
        ("switch=HQ", "switch", "a-z"),
    ] {
        let answer = bridge.get(&format!("/v1/events?{query}")).await;
        let problem = answer.json();
        assert_eq!(
            (answer.status, &problem["code"]),
            (400, &json!("invalidRequest")),
            "{query}"
        );
        assert_eq!(problem["field"], field);
        assert!(problem["detail"].as_str().unwrap().contains(told), "{query}: {problem}");
        let mut client = bridge.subscribe(&format!("/v1/events?{query}")).await;
        let closing = client.closing().await;
        assert_eq!(closing["code"], 4000);
        assert!(closing["detail"].as_str().unwrap().contains(told), "{closing}");
    }
    let answer = bridge.get("/v1/calls?type=call.*").await;
    assert_eq!((answer.status, &answer.json()["field"]), (400, &json!("type")));
    assert_eq!(bridge.get("/v1/calls?after=x").await.status, 400);
}

#[tokio::test]
async fn a_bad_message_closes_the_websocket_and_says_why() {
    let bridge = start().await;
    for (message, told) in [
        ("{", "not JSON at line 1, column 1"),
        (r#"{"type":"subscrib"}"#, "subscrib"),
        (r#"{"type":"subscribe","filters":{}}"#, "unknown field `filters`"),
        (
            r#"{"type":"subscribe","filter":{"devise":"hq:1"}}"#,
            "did you mean `device`",
        ),
        (r#"{"type":"subscribe","since":17}"#, "string"),
    ] {
        let mut client = bridge.subscribe("/v1/events").await;
        client.say(message).await;
        let closing = client.closing().await;
        assert_eq!(closing["code"], 4000, "{message}");
        assert!(
            closing["detail"].as_str().unwrap().contains(told),
            "{message}: {closing}"
        );
    }
    let mut client = bridge.subscribe("/v1/events").await;
    client.say(&"x".repeat(100_000)).await;
    assert_eq!(client.closing().await["code"], 4000);
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_document_too() {
    let bridge = start().await;
    for (method, path, status, code) in [
        ("GET", "/v2/calls", 404, "notFound"),
        (
            "GET",
            "/v1/calls/019a9c1e-8b5e-7c3a-9d52-3f0c6a1b2d4e",
            404,
            "invalidCallID",
        ),
        ("GET", "/v1/calls/17", 404, "invalidCallID"),
        ("GET", "/v1/calls/%ff", 400, "invalidRequest"),
        ("POST", "/v1/calls/a/connections/%ff/mute", 400, "invalidRequest"),
        ("GET", "/v1/devices/hq:1001", 404, "invalidDeviceID"),
        ("GET", "/v1/agents/hq:1", 404, "invalidDeviceID"),
        ("GET", "/v1/switches/nowhere", 404, "notFound"),
        ("POST", "/v1/switches", 405, "methodNotAllowed"),
        ("DELETE", "/healthz", 405, "methodNotAllowed"),
        ("POST", "/v1/calls", 400, "invalidRequest"),
        (
            "POST",
            "/v1/calls/a/connections/b/conferenceCall",
            400,
            "invalidRequest",
        ),
        ("PUT", "/v1/agents/hq:1/state", 400, "invalidRequest"),
        ("PUT", "/v1/devices/hq:1/forwarding", 400, "invalidRequest"),
        ("PUT", "/v1/devices/hq:1/do-not-disturb", 400, "invalidRequest"),
    ] {
        let answer = bridge.request(method, path, &[AUTHORIZED], "").await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (status, &json!(code)),
            "{method} {path}"
        );
    }
    let answer = bridge
        .request("GET", "/v1/events", &[AUTHORIZED, "Accept: image/png"], "")
        .await;
    assert_eq!(answer.status, 406);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_and_others_are_served() {
    let bridge = start().await;
    let answer = bridge
        .request("POST", "/v1/tickets", &[AUTHORIZED], &"x".repeat(70_000))
        .await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (413, &json!("payloadTooLarge"))
    );
    assert_eq!(
        bridge.request("POST", "/v1/tickets", &[AUTHORIZED], "{}").await.status,
        201
    );
}

#[tokio::test]
async fn bytes_that_are_no_http_end_the_connection_and_nothing_else() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let bridge = start().await;
    for garbage in [&b"\x16\x03\x01\x02\x00\x01"[..], b"GET\r\n\r\n", &[0xff; 4096]] {
        let mut socket = tokio::net::TcpStream::connect(bridge.address).await.unwrap();
        let _ = socket.write_all(garbage).await;
        let _ = socket.write_all(b"\r\n\r\n").await;
        let mut answer = Vec::new();
        let _ = client::within(socket.read_to_end(&mut answer)).await;
        assert!(
            answer.is_empty() || answer.starts_with(b"HTTP/1.1 400"),
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }
    assert_eq!(bridge.get("/v1/calls").await.status, 200);
}
