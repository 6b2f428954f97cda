use super::What;
use crate::cli::place::{self, NoPlace};
use crate::model::Sequence;
use futures_util::StreamExt as _;
use lineside_wire::Private;
use serde_json::Value;
use std::time::Duration;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode, header};
use tokio_tungstenite::tungstenite::{self, Message};

/// A subscriber that goes on where it was when its connection is cut.
#[derive(Debug)]
pub(in crate::cli) struct Client {
    /// Host and port.
    address: String,
    /// The filters of the subscription, as in a query.
    filters: String,
    /// The devices among them.
    devices: Vec<String>,
    token: Private<String>,
    /// Everything up to here was seen.
    since: Option<Sequence>,
}

/// What a subscriber hears.
#[derive(Debug)]
pub(super) enum Heard {
    /// An event or a control message.
    Message(Value),
    /// The connection is gone, why, and is made anew.
    Lost(String),
}

/// Why a subscription ended for good.
#[derive(Debug, Error)]
pub(in crate::cli) enum Ended {
    /// Not a place to subscribe at.
    #[error("{0}")]
    Place(#[from] NoPlace),
    /// The bridge said no.
    #[error("the bridge refuses the subscription: {0}")]
    Refused(String),
}

impl Client {
    pub(in crate::cli) fn new(url: &str, token: Private<String>, what: &What) -> Result<Self, Ended> {
        let address = place::address(url)?;
        let types = what.types.iter().map(|kind| format!("&type={}", encoded(kind)));
        let devices = what.devices.iter().map(|device| format!("&device={}", encoded(device)));
        Ok(Client {
            address,
            filters: types.chain(devices).collect(),
            devices: what.devices.clone(),
            token,
            since: None,
        })
    }

    /// The devices that the stream is narrowed to.
    pub(super) fn devices(&self) -> &[String] {
        &self.devices
    }

    /// Subscribes, again and again, and hands on what it hears until nobody listens.
    pub(super) async fn run(mut self, heard: mpsc::Sender<Heard>) -> Result<(), Ended> {
        const SOON: Duration = Duration::from_millis(500);
        const LATEST: Duration = Duration::from_secs(15);
        let mut wait = SOON;
        loop {
            let before = self.since;
            let lost = match self.listen(&heard).await {
                Ok(Closed {
                    code: Some(4000 | 4001 | 4003),
                    reason,
                }) => return Err(Ended::Refused(reason)),
                Ok(Closed { reason, .. }) => reason,
                Err(tungstenite::Error::Http(answer)) => {
                    let refused = refusal(&answer);
                    let again = answer.status().is_server_error() || answer.status() == StatusCode::TOO_MANY_REQUESTS;
                    if !again {
                        return Err(Ended::Refused(refused));
                    }
                    refused
                }
                Err(error) => error.to_string(),
            };
            if heard.send(Heard::Lost(lost)).await.is_err() {
                return Ok(());
            }
            wait = if self.since == before {
                LATEST.min(wait * 2)
            } else {
                SOON
            };
            tokio::time::sleep(wait).await;
        }
    }

    /// One connection, from its beginning to its end.
    async fn listen(&mut self, heard: &mpsc::Sender<Heard>) -> Result<Closed, tungstenite::Error> {
        // The first time what is there, later what was missed.
        let start = match self.since {
            None => "snapshot=true".to_owned(),
            Some(since) => format!("since={since}"),
        };
        let url = format!("ws://{}/v1/events?{start}{}", self.address, self.filters);
        let mut request = url.into_client_request()?;
        let bearer = HeaderValue::from_str(&format!("Bearer {}", *self.token))?;
        request.headers_mut().insert(header::AUTHORIZATION, bearer);
        let stream = TcpStream::connect(&self.address).await?;
        let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await?;
        while let Some(message) = socket.next().await {
            match message? {
                Message::Text(text) => {
                    let Ok(message) = serde_json::from_str::<Value>(&text) else {
                        continue;
                    };
                    let seen = position(&message);
                    if heard.send(Heard::Message(message)).await.is_err() {
                        return Ok(Closed::of("nobody listens"));
                    }
                    self.since = seen.or(self.since);
                }
                Message::Close(Some(close)) => {
                    let (code, reason) = (u16::from(close.code), close.reason);
                    return Ok(Closed {
                        code: Some(code),
                        reason: format!("{code} {reason}"),
                    });
                }
                Message::Close(None) => break,
                _ => {}
            }
        }
        Ok(Closed::of("the bridge closed the connection"))
    }
}

/// How a connection ended.
struct Closed {
    /// The code of the WebSocket: 4000, 4001 and 4003 will be the same the next time.
    code: Option<u16>,
    reason: String,
}

impl Closed {
    fn of(reason: &str) -> Self {
        Closed {
            code: None,
            reason: reason.to_owned(),
        }
    }
}

/// Up to where the reader knows everything after this message. A snapshot counts once all its parts are there.
fn position(message: &Value) -> Option<Sequence> {
    let text = |key: &str| message.get(key).and_then(Value::as_str);
    if text("specversion").is_some() {
        return text("id")?.parse().ok();
    }
    let whole = message.get("last").and_then(Value::as_bool);
    match text("type") {
        Some("snapshot") if whole != Some(true) => None,
        Some("bookmark" | "snapshot") => text("sequence")?.parse().ok(),
        _ => None,
    }
}

/// What the problem document says, else the status.
fn refusal(answer: &tungstenite::http::Response<Option<Vec<u8>>>) -> String {
    let body = answer.body().as_deref().unwrap_or_default();
    let problem: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let text = |key| problem.get(key).and_then(Value::as_str);
    match (text("title"), text("detail")) {
        (Some(title), Some(detail)) => format!("{} {title}: {detail}", answer.status().as_u16()),
        _ => answer.status().to_string(),
    }
}

/// Percent-encodes everything that may mean something in a query.
fn encoded(text: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || b"-._~*:".contains(&b);
    text.bytes()
        .map(|b| {
            if keep(b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}
