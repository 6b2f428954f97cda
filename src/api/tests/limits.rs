use super::*;
use crate::service::testing::Rates;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

/// A client with a small receive buffer, that says what it wants and then reads nothing.
async fn deaf(bridge: &Bridge, accept: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut socket = socket.connect(bridge.address).await.unwrap();
    let request = format!("GET /v1/events HTTP/1.1\r\nHost: bridge.test\r\n{AUTHORIZED}\r\n{accept}\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut first = [0; 12];
    socket.read_exact(&mut first).await.unwrap();
    socket
}

const WEBSOCKET: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

#[tokio::test]
async fn a_client_that_never_reads_is_cut_and_reset_and_others_do_not_notice() {
    let config = ApiConfig {
        closing_timeout: Duration::from_millis(200),
        ..config()
    };
    let inner = TestBridge::with_queue(vec![TestToken::admin(TOKEN)], 256 * 1024);
    let bridge = start_with(config, inner).await;
    let mut deaf = [
        deaf(&bridge, WEBSOCKET).await,
        deaf(&bridge, "Accept: text/event-stream").await,
    ];
    let mut quick = bridge.subscribe("/v1/events").await;
    quick.control("hello").await;
    quick.control("subscribed").await;
    let mut seen = 0;
    let metric = || async {
        let text = String::from_utf8(bridge.request("GET", "/metrics", &[], "").await.body).unwrap();
        let line = text
            .lines()
            .find(|line| line.starts_with("clients_cut_total "))
            .unwrap()
            .to_owned();
        line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()
    };
    while metric().await < 2 {
        for _ in 0..20 {
            bridge.send(story(seen, "1001", "1002").whole()).await;
            assert_eq!(quick.events(6).await.len(), 6);
            seen += 1;
        }
        assert!(seen < 20_000, "never cut");
    }
    for socket in &mut deaf {
        // What was in the buffers can still be read; then the reset shows.
        let mut rest = Vec::new();
        let error = client::within(socket.read_to_end(&mut rest)).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    }
}

#[tokio::test]
async fn a_slow_websocket_is_told_that_it_was_cut_and_resumes_without_loss() {
    let inner = TestBridge::with_queue(vec![TestToken::admin(TOKEN)], 64 * 1024);
    let bridge = start_with(config(), inner).await;
    let mut slow = bridge.subscribe("/v1/events").await;
    let mut quick = bridge.subscribe("/v1/events").await;
    quick.control("hello").await;
    let mut all = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for n in 0.. {
        bridge.send(story(n, "1001", "1002").whole()).await;
        all.extend(
            quick
                .events(6)
                .await
                .iter()
                .map(|event| event["id"].as_str().unwrap().to_owned()),
        );
        let cut = String::from_utf8(bridge.request("GET", "/metrics", &[], "").await.body).unwrap();
        if cut.contains("clients_cut_total 1") {
            break;
        }
    }
    let closing = loop {
        let message = slow.next().await;
        if message["type"] == "closing" {
            break message;
        }
        if let Some(id) = message["id"].as_str() {
            seen.push(id.to_owned());
        }
    };
    assert_eq!(closing["code"], 4008);
    assert_eq!(seen, all[..seen.len()]);
    let since = seen
        .last()
        .map_or_else(|| closing["sequence"].as_str().unwrap().to_owned(), Clone::clone);
    assert_eq!(closing["sequence"], since, "where it may go on");
    let mut again = bridge.subscribe(&format!("/v1/events?since={since}")).await;
    let rest = again.events(all.len() - seen.len()).await;
    assert_eq!(ids(&rest), all[seen.len()..]);
}

#[tokio::test]
async fn a_client_that_never_finishes_its_request_is_let_go() {
    let config = ApiConfig {
        request_timeout: Duration::from_millis(100),
        ..config()
    };
    let bridge = start_with(config, TestBridge::new(vec![TestToken::admin(TOKEN)])).await;
    let mut socket = TcpStream::connect(bridge.address).await.unwrap();
    socket.write_all(b"GET /v1/calls HTTP/1.1\r\nHost: ").await.unwrap();
    let mut answer = Vec::new();
    let _ = client::within(socket.read_to_end(&mut answer)).await;
    let mut socket = TcpStream::connect(bridge.address).await.unwrap();
    let head = format!("POST /v1/tickets HTTP/1.1\r\nHost: x\r\n{AUTHORIZED}\r\nContent-Length: 10\r\n\r\nhal");
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = client::within(socket.read_to_end(&mut answer)).await;
    assert!(
        answer.starts_with(b"HTTP/1.1 408"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
}

#[tokio::test]
async fn more_connections_than_there_may_be_wait_for_a_place() {
    let config = ApiConfig {
        max_connections: 2,
        ..config()
    };
    let bridge = start_with(config, TestBridge::new(vec![TestToken::admin(TOKEN)])).await;
    let mut first = bridge.subscribe("/v1/events").await;
    first.control("hello").await;
    let second = bridge.subscribe("/v1/events").await;
    let third = bridge.get("/v1/calls");
    tokio::pin!(third);
    assert!(futures_util::poll!(third.as_mut()).is_pending());
    first.say(r#"{"type":"ping"}"#).await;
    first.control("subscribed").await;
    first.control("pong").await;
    assert!(futures_util::poll!(third.as_mut()).is_pending());
    drop(second);
    assert_eq!(third.await.status, 200);
}

#[tokio::test]
async fn a_token_that_asks_too_often_is_told_when_to_come_again_and_others_are_served() {
    let rates = Rates {
        services_per_second: 2,
        ..Rates::default()
    };
    let tokens = vec![TestToken::admin(TOKEN), TestToken::admin("another")];
    let bridge = start_with(config(), TestBridge::with_rates(tokens, rates)).await;
    let nobody = "/v1/calls/019a9c1e-8b5e-7c3a-9d52-3f0c6a1b2d4e";
    let mut refused = 0;
    for _ in 0..20 {
        let answer = bridge.request("DELETE", nobody, &[AUTHORIZED], "").await;
        if answer.status == 429 {
            refused += 1;
            assert_eq!(answer.json()["code"], "tooManyRequests");
            assert_eq!(answer.header("retry-after"), Some("1"));
        } else {
            assert_eq!(answer.status, 404);
        }
    }
    assert!(refused > 0);
    let other = bridge
        .request("DELETE", nobody, &["Authorization: Bearer another"], "")
        .await;
    assert_eq!(other.status, 404);
    assert_eq!(bridge.get("/v1/calls").await.status, 200, "reading is not a service");
}

#[tokio::test]
async fn who_guesses_tokens_is_slowed_down_and_a_token_in_use_is_not() {
    let rates = Rates {
        wrong_tokens_per_minute: 3,
        ..Rates::default()
    };
    let tokens = vec![TestToken::admin(TOKEN), TestToken::admin("another")];
    let bridge = start_with(config(), TestBridge::with_rates(tokens, rates)).await;
    assert_eq!(bridge.get("/v1/calls").await.status, 200);
    let mut statuses = Vec::new();
    for guess in 0..20 {
        let guess = format!("Authorization: Bearer guess {guess}");
        statuses.push(bridge.request("GET", "/v1/calls", &[&guess], "").await.status);
    }
    assert_eq!(statuses[..3], [401; 3]);
    assert!(statuses.contains(&429));
    assert_eq!(bridge.get("/v1/calls").await.status, 200);
}
