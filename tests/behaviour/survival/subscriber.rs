//! A subscriber that lives longer than the bridge: on each transport it goes on behind the last id that it was given.
use super::ledger::{Event, Seen};
use super::picture::Picture;
use super::snapshot;
use crate::bridge::TOKEN;
use futures_util::StreamExt as _;
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

/// From one question for stored events to the next, and before a bridge that is there is tried again.
pub const PAUSE: Duration = Duration::from_millis(20);

/// Before the first event.
pub const BEGINNING: &str = "0000000000000000";

/// What carries the events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    WebSocket,
    ServerSentEvents,
    /// Stored events, asked for again and again.
    Lines,
}

/// Everything that one subscriber was given, in all lives of the bridge.
#[derive(Clone, Debug, Default)]
pub struct Given {
    pub seen: Vec<Seen>,
    /// What it knows by it.
    pub now: Picture,
    pub resyncs: usize,
    /// The reasons of the gaps that it was told of.
    pub gaps: Vec<String>,
    /// Where it went on behind the last of them, and how many events it had been given by then.
    pub anew: (String, usize),
}

/// Somebody who listens on wherever the bridge is.
pub struct Subscriber {
    pub transport: Transport,
    /// As it stands in the query.
    pub filter: &'static str,
    given: Arc<Mutex<Given>>,
    task: JoinHandle<()>,
}

impl Subscriber {
    /// Subscribes wherever the bridge is, for as long as this lives.
    pub fn start(transport: Transport, filter: &'static str, bridge: watch::Receiver<Option<SocketAddr>>) -> Self {
        let given = Arc::default();
        let hearing = Hearing {
            transport,
            filter,
            since: BEGINNING.to_owned(),
            given: Arc::clone(&given),
        };
        let task = tokio::spawn(hearing.run(bridge));
        Subscriber {
            transport,
            filter,
            given,
            task,
        }
    }

    /// How often it was told that a link knows again what its switch has.
    pub fn resyncs(&self) -> usize {
        self.given.lock().unwrap().resyncs
    }

    /// Ends once it was told so more often than `before`.
    pub async fn hears_resync(&self, before: usize) {
        while self.resyncs() <= before {
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Ends once it knows everything up to `last`, and gives what it was given.
    pub async fn until(self, last: &str, patience: Duration) -> Given {
        let given = async {
            while self.given.lock().unwrap().now.sequence != last {
                assert!(!self.task.is_finished(), "{:?} ended by itself", self.transport);
                tokio::time::sleep(PAUSE).await;
            }
        };
        let in_time = tokio::time::timeout(patience, given).await.is_ok();
        self.task.abort();
        let given = self.given.lock().unwrap().clone();
        assert!(
            in_time,
            "{:?} {} never got {last}; the last it got was {:?}",
            self.transport,
            self.filter,
            given.seen.last()
        );
        given
    }
}

struct Hearing {
    transport: Transport,
    filter: &'static str,
    /// The last id that was given, whatever with.
    since: String,
    given: Arc<Mutex<Given>>,
}

impl Hearing {
    async fn run(mut self, mut bridge: watch::Receiver<Option<SocketAddr>>) {
        loop {
            let address = *bridge
                .wait_for(Option::is_some)
                .await
                .expect("the test goes on")
                .as_ref()
                .expect("some");
            let listened = async {
                let stream = TcpStream::connect(address).await?;
                match self.transport {
                    Transport::WebSocket => self.web_socket(stream).await,
                    Transport::ServerSentEvents => self.server_sent(stream).await,
                    Transport::Lines => self.lines(stream).await,
                }
            };
            // However it ended, the same is done: ask again from where we are.
            let _: Result<(), std::io::Error> = listened.await;
            let _ = tokio::time::timeout(PAUSE, bridge.changed()).await;
        }
    }

    fn path(&self) -> String {
        format!("/v1/events?since={}{}", self.since, self.filter)
    }

    async fn web_socket(&mut self, stream: TcpStream) -> std::io::Result<()> {
        let mut request = format!("ws://localhost{}", self.path())
            .into_client_request()
            .expect("a request");
        let bearer = format!("Bearer {TOKEN}").parse().expect("a header");
        request.headers_mut().insert("authorization", bearer);
        let Ok((mut socket, _)) = tokio_tungstenite::client_async(request, stream).await else {
            return Ok(());
        };
        while let Some(Ok(message)) = socket.next().await {
            if let Message::Text(text) = message {
                self.take(&text);
            }
        }
        Ok(())
    }

    async fn server_sent(&mut self, stream: TcpStream) -> std::io::Result<()> {
        let mut body = ask(stream, &self.path(), "text/event-stream").await?;
        let (mut line, mut data) = (String::new(), String::new());
        // What has no empty line behind it was cut off, and does not count (HTML, 9.2.6).
        while body.read_line(&mut line).await? > 0 {
            if line == "\n" {
                self.take(&std::mem::take(&mut data));
            } else if let Some(text) = line.trim_end().strip_prefix("data: ") {
                data = text.to_owned();
            }
            line.clear();
        }
        Ok(())
    }

    async fn lines(&mut self, stream: TcpStream) -> std::io::Result<()> {
        let bridge = stream.peer_addr()?;
        let mut body = ask(stream, &self.path(), "application/x-ndjson").await?;
        let mut line = String::new();
        while body.read_line(&mut line).await? > 0 {
            // Half a line was cut off.
            let Some(whole) = line.strip_suffix('\n') else { break };
            if whole.starts_with("{\"type\":\"gap\"") {
                return self.begin_anew(whole, bridge).await;
            }
            self.take(whole);
            line.clear();
        }
        Ok(())
    }

    /// No snapshot comes with stored events behind a gap: it is asked for. Without one, it is the gap that is asked for again.
    async fn begin_anew(&mut self, gap: &str, bridge: SocketAddr) -> std::io::Result<()> {
        if let Some(now) = snapshot(bridge).await {
            self.take(gap);
            self.since.clone_from(&now.sequence);
            let mut given = self.given.lock().unwrap();
            given.anew = (now.sequence.clone(), given.seen.len());
            given.now = now;
        }
        Ok(())
    }

    fn take(&mut self, text: &str) {
        let message: Value = serde_json::from_str(text).expect("a whole message is JSON");
        let mut given = self.given.lock().unwrap();
        if message.get("specversion").is_some() {
            let seen = Event::new(text, &message).seen;
            self.since.clone_from(&seen.id);
            given.seen.push(seen);
            given.now.fold(&message);
            given.resyncs += usize::from(message["type"] == "lineside.link.resynced");
            return;
        }
        match message["type"].as_str().expect("a type") {
            "hello" | "subscribed" => {}
            "bookmark" => message["sequence"]
                .as_str()
                .expect("a sequence")
                .clone_into(&mut self.since),
            "gap" => given
                .gaps
                .push(message["reason"].as_str().expect("a reason").to_owned()),
            "snapshot" => {
                if given.now.take(&message) {
                    self.since.clone_from(&given.now.sequence);
                    given.anew = (self.since.clone(), given.seen.len());
                }
            }
            other => panic!("{:?} was told {other}: {message}", self.transport),
        }
    }
}

/// Asks, and gives the body of the answer as it comes.
pub async fn ask(mut stream: TcpStream, path: &str, accept: &str) -> std::io::Result<BufReader<TcpStream>> {
    let request =
        format!("GET {path} HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\nAccept: {accept}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = BufReader::new(stream);
    let mut line = String::new();
    answer.read_line(&mut line).await?;
    assert!(line.is_empty() || line.contains(" 200 "), "{path}: {line}");
    while !line.trim_end().is_empty() {
        line.clear();
        answer.read_line(&mut line).await?;
    }
    Ok(answer)
}
