//! A client on the other side of a real socket.

use super::schema::check_answer;
use super::*;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) async fn within<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what).await.expect("in time")
}

#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.body)))
    }

    pub(super) fn lines(&self) -> Vec<Value> {
        let text = std::str::from_utf8(&self.body).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// One request to the bridge at `address`; `head` is further lines of its head.
pub(super) async fn ask(address: SocketAddr, method: &str, path: &str, head: &[&str], body: &str) -> Answer {
    let host = format!("Host: {address}");
    ask_as(address, method, path, &[&[host.as_str()], head].concat(), body).await
}

async fn ask_as(address: SocketAddr, method: &str, path: &str, head: &[&str], body: &str) -> Answer {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let head: String = head.iter().map(|line| format!("{line}\r\n")).collect();
    let length = body.len();
    let request =
        format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {length}\r\n{head}\r\n{body}");
    // Who refuses a request may close before it has read all of it.
    let _ = socket.write_all(request.as_bytes()).await;
    let answer = within(read_answer(socket)).await;
    check_answer(method, path, &answer);
    answer
}

impl Bridge {
    /// One request; `head` is further lines of its head.
    pub(super) async fn request(&self, method: &str, path: &str, head: &[&str], body: &str) -> Answer {
        ask(self.address, method, path, head, body).await
    }

    /// One request; `head` says which host is meant, too.
    pub(super) async fn request_as(&self, method: &str, path: &str, head: &[&str], body: &str) -> Answer {
        ask_as(self.address, method, path, head, body).await
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.request("GET", path, &[AUTHORIZED], "").await
    }

    pub(super) async fn subscribe(&self, path: &str) -> Client {
        self.subscribe_as(path, Some(TOKEN), &[]).await.unwrap()
    }

    pub(super) async fn subscribe_as(
        &self,
        path: &str,
        token: Option<&str>,
        head: &[(&'static str, &str)],
    ) -> Result<Client, Error> {
        let mut request = format!("ws://{}{path}", self.address).into_client_request().unwrap();
        if let Some(token) = token {
            request
                .headers_mut()
                .insert("authorization", format!("Bearer {token}").parse().unwrap());
        }
        for (name, value) in head {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let socket = TcpStream::connect(self.address).await.unwrap();
        let (socket, response) = within(tokio_tungstenite::client_async(request, socket)).await?;
        let protocol = response
            .headers()
            .get("sec-websocket-protocol")
            .map(|p| p.to_str().unwrap().to_owned());
        Ok(Client { socket, protocol })
    }
}

async fn read_answer(mut socket: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let _ = socket.read_to_end(&mut bytes).await;
    let end = bytes
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .expect("the head of an answer");
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<_> = lines
        .map(|line| {
            line.split_once(": ")
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .unwrap()
        })
        .collect();
    let mut answer = Answer {
        status,
        headers,
        body: bytes[end + 4..].to_vec(),
    };
    if answer.header("transfer-encoding") == Some("chunked") {
        answer.body = unchunk(&answer.body);
    }
    answer
}

/// RFC 9112, 7.1.
fn unchunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|w| w == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        if length == 0 {
            break;
        }
        body.extend_from_slice(&bytes[end + 2..end + 2 + length]);
        bytes = &bytes[end + 4 + length..];
    }
    body
}

/// Over a WebSocket.
pub(super) struct Client {
    pub(super) socket: WebSocketStream<TcpStream>,
    /// The subprotocol that the bridge chose.
    pub(super) protocol: Option<String>,
}

impl Client {
    /// The next message, which is as the interface describes it.
    pub(super) async fn next(&mut self) -> Value {
        let message = within(self.socket.next()).await.expect("a message").unwrap();
        let value: Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
        schema::check(
            if value.get("specversion").is_some() {
                "Event"
            } else {
                "Control"
            },
            &value,
        );
        value
    }

    pub(super) async fn control(&mut self, kind: &str) -> Value {
        let message = self.next().await;
        assert_eq!(message["type"], kind, "{message}");
        message
    }

    /// The next `count` events; control messages are passed over.
    pub(super) async fn events(&mut self, count: usize) -> Vec<Value> {
        let mut events = Vec::new();
        while events.len() < count {
            let message = self.next().await;
            if message.get("specversion").is_some() {
                events.push(message);
            }
        }
        events
    }

    pub(super) async fn say(&mut self, text: &str) {
        within(self.socket.send(Message::text(text))).await.unwrap();
    }

    /// `closing`, and the close frame with the same code.
    pub(super) async fn closing(&mut self) -> Value {
        loop {
            let message = self.next().await;
            if message["type"] == "closing" {
                let Some(Ok(Message::Close(Some(CloseFrame { code, .. })))) = within(self.socket.next()).await else {
                    panic!("a close frame follows")
                };
                assert_eq!(u16::from(code), message["code"].as_u64().unwrap() as u16);
                return message;
            }
        }
    }
}

/// Server-Sent Events.
pub(super) struct Sse {
    lines: BufReader<TcpStream>,
}

/// One of them.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Sent {
    pub(super) event: String,
    pub(super) id: Option<String>,
    pub(super) data: Value,
}

impl Bridge {
    pub(super) async fn sse(&self, path: &str, head: &str) -> Sse {
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: bridge.test\r\n{AUTHORIZED}\r\nAccept: text/event-stream\r\n{head}\r\n"
        );
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut sse = Sse {
            lines: BufReader::new(socket),
        };
        assert_eq!(sse.line().await.as_deref(), Some("HTTP/1.1 200 OK"));
        while sse.line().await.is_some_and(|line| !line.is_empty()) {}
        sse
    }
}

impl Sse {
    async fn line(&mut self) -> Option<String> {
        use tokio::io::AsyncBufReadExt as _;
        let mut line = String::new();
        within(self.lines.read_line(&mut line))
            .await
            .ok()
            .filter(|length| *length > 0)?;
        Some(line.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// The next message; the lengths of chunks between the lines are passed over.
    pub(super) async fn next(&mut self) -> Sent {
        let mut sent = Sent::default();
        loop {
            let line = self.line().await.expect("a line");
            match line.split_once(": ") {
                Some(("event", name)) => name.clone_into(&mut sent.event),
                Some(("id", id)) => sent.id = Some(id.to_owned()),
                Some(("data", data)) => {
                    sent.data = serde_json::from_str(data).unwrap();
                    schema::check(if sent.event == "message" { "Event" } else { "Control" }, &sent.data);
                    return sent;
                }
                _ => {}
            }
        }
    }

    pub(super) async fn events(&mut self, count: usize) -> Vec<Sent> {
        let mut events = Vec::new();
        while events.len() < count {
            let sent = self.next().await;
            if sent.event == "message" {
                events.push(sent);
            }
        }
        events
    }
}
