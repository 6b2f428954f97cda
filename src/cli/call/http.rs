//! One request to a bridge, and its answer.

use hyper::body::{Body as _, Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use lineside_wire::Private;
use serde_json::Value;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// Where requests go.
#[derive(Debug)]
pub(super) struct Bridge {
    /// Host and port.
    address: String,
    token: Private<String>,
    /// Which Idempotency-Keys it keeps, as its first answer said.
    keys: OnceLock<String>,
    /// For how long it is tried again after a connection was lost.
    pub(super) patience: Duration,
}

/// A request that changes something.
#[derive(Debug)]
pub(super) struct Wish<'a> {
    pub(super) method: &'static str,
    pub(super) path: &'a str,
    /// The bridge does what carries the same key once, however often it is asked.
    pub(super) key: String,
    pub(super) body: Option<Value>,
}

/// What a bridge answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Where a command that is still at work can be asked for.
    pub(super) location: Option<String>,
    /// Which Idempotency-Keys the bridge keeps.
    pub(super) keys: Option<String>,
    /// JSON; null where there was none.
    pub(super) body: Value,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub(super) enum NoAnswer {
    #[error("no bridge answers at {address}: {why}; is `lineside run` at work there?")]
    NotThere { address: String, why: String },
    #[error("the connection to {address} broke: {why}")]
    Lost { address: String, why: String },
    #[error("the bridge was started anew, and forgot what it had been asked")]
    Anew,
    #[error(
        "{last}; no answer came, and it may be done or not. See `lineside call list`; asking again with --idempotency-key \
         {key} does it at most once, unless the bridge was restarted and keeps no log (`stream.path`)"
    )]
    Unknown { last: Box<NoAnswer>, key: String },
}

/// Says which keys a bridge keeps, and which are meant.
const KEYS: HeaderName = HeaderName::from_static("lineside-keys");

/// How long a connection may take.
const CONNECTING: Duration = Duration::from_secs(5);
/// How long an answer may take: the bridge gives every command up after 5 s.
const ANSWERING: Duration = Duration::from_secs(15);
/// Longer than a bridge takes to start anew.
const TRYING: Duration = Duration::from_secs(30);
/// The longest answer: a page of a thousand calls.
const LONGEST: usize = 64 * 1024 * 1024;

impl Bridge {
    pub(super) const fn new(address: String, token: Private<String>) -> Self {
        Bridge {
            address,
            token,
            keys: OnceLock::new(),
            patience: TRYING,
        }
    }

    pub(super) async fn get(&self, path: &str) -> Result<Answer, NoAnswer> {
        self.once("GET", path, None, None).await
    }

    /// Asks, and asks again with the same key where the connection is lost before the answer, until the bridge is seen gone. A bridge that
    /// forgot the key would do it again: it is told which keys are meant, and one that does not say which it keeps is not asked again.
    pub(super) async fn act(&self, wish: &Wish<'_>) -> Result<Answer, NoAnswer> {
        let mut wait = Duration::from_millis(200);
        let mut begun: Option<Instant> = None;
        if self.keys.get().is_none() {
            self.get("/v1/switches?limit=1").await?;
        }
        loop {
            let key = Some(wish.key.as_str());
            let last = match self.once(wish.method, wish.path, key, wish.body.as_ref()).await {
                Ok(answer) if self.keeps_others(&answer) && begun.is_some() => {
                    let (last, key) = (Box::new(NoAnswer::Anew), wish.key.clone());
                    return Err(NoAnswer::Unknown { last, key });
                }
                Err(NoAnswer::Lost { address, why }) => NoAnswer::Lost { address, why },
                // Nothing was sent so far: nothing is unknown.
                Err(not_there) if begun.is_none() => return Err(not_there),
                // It may come back as a bridge that forgot its keys, and would do it again.
                Err(last) => {
                    let (last, key) = (Box::new(last), wish.key.clone());
                    return Err(NoAnswer::Unknown { last, key });
                }
                done => return done,
            };
            let out_of_patience = begun.get_or_insert_with(Instant::now).elapsed() + wait > self.patience;
            if out_of_patience || self.keys.get().is_none() {
                let (last, key) = (Box::new(last), wish.key.clone());
                return Err(NoAnswer::Unknown { last, key });
            }
            sleep(wait).await;
            wait = (wait * 2).min(Duration::from_secs(5));
        }
    }

    /// Does it keep other keys than those that were meant?
    fn keeps_others(&self, answer: &Answer) -> bool {
        answer.keys.is_some() && answer.keys.as_ref() != self.keys.get()
    }

    async fn once(
        &self,
        method: &str,
        path: &str,
        key: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Answer, NoAnswer> {
        let not_there = |why: String| NoAnswer::NotThere {
            address: self.address.clone(),
            why,
        };
        let lost = |why: String| NoAnswer::Lost {
            address: self.address.clone(),
            why,
        };
        let request = self
            .request(method, path, key, body)
            .map_err(|error| not_there(error.to_string()))?;
        let stream = timeout(CONNECTING, TcpStream::connect(&self.address))
            .await
            .map_err(|_| not_there(format!("no connection within {} s", CONNECTING.as_secs())))?
            .map_err(|error| not_there(error.to_string()))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| not_there(error.to_string()))?;
        // It ends with its sender; what goes wrong on it is told to whoever waits for the answer.
        tokio::spawn(connection);
        let answer = timeout(ANSWERING, async { read(sender.send_request(request).await?).await })
            .await
            .map_err(|_| lost(format!("no answer within {} s", ANSWERING.as_secs())))?;
        let answer = answer.map_err(|error: hyper::Error| lost(error.to_string()))?;
        if let Some(keys) = &answer.keys {
            self.keys.get_or_init(|| keys.clone());
        }
        Ok(answer)
    }

    fn request(
        &self,
        method: &str,
        path: &str,
        key: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Request<String>, hyper::http::Error> {
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", *self.token))?;
        bearer.set_sensitive(true);
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.address)
            .header(header::AUTHORIZATION, bearer);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
            if let Some(keys) = self.keys.get() {
                request = request.header(KEYS, keys);
            }
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        request.body(body.map(Value::to_string).unwrap_or_default())
    }
}

async fn read(response: Response<Incoming>) -> Result<Answer, hyper::Error> {
    let (head, mut body) = response.into_parts();
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let data = frame?.into_data().unwrap_or_else(|_| Bytes::new());
        if bytes.len() + data.len() > LONGEST {
            break;
        }
        bytes.extend_from_slice(&data);
    }
    let header = |name: HeaderName| Some(head.headers.get(name)?.to_str().ok()?.to_owned());
    Ok(Answer {
        status: head.status.as_u16(),
        location: header(header::LOCATION),
        keys: header(KEYS),
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
    })
}
