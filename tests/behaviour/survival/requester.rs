//! Somebody who asks for things, each under a key of its own, and asks again where the bridge died before it answered.
use super::subscriber::PAUSE;
use crate::bridge::TOKEN;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How one request was answered.
#[derive(Clone, Debug)]
pub struct Answered {
    pub path: String,
    pub status: u16,
    /// How often it was asked until somebody answered.
    pub attempts: usize,
    /// How it was answered when it was asked once more.
    pub again: u16,
}

pub struct Requester {
    answered: Arc<Mutex<Vec<Answered>>>,
    ending: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Requester {
    pub fn start(bridge: watch::Receiver<Option<SocketAddr>>) -> Self {
        let (ending, end) = watch::channel(false);
        let answered = Arc::default();
        let asking = Asking {
            bridge,
            asked: BTreeSet::new(),
            answered: Arc::clone(&answered),
        };
        Requester {
            answered,
            ending,
            task: tokio::spawn(asking.run(end)),
        }
    }

    /// Ends with the answer to the last request, and gives all answers.
    pub async fn end(self, patience: Duration) -> Vec<Answered> {
        self.ending.send_replace(true);
        let ended = tokio::time::timeout(patience, self.task).await;
        ended
            .expect("the last request is answered")
            .expect("it asks to the end");
        let answered = self.answered.lock().unwrap();
        answered.clone()
    }
}

struct Asking {
    bridge: watch::Receiver<Option<SocketAddr>>,
    /// The connections that were to be cleared, each asked for once.
    asked: BTreeSet<String>,
    answered: Arc<Mutex<Vec<Answered>>>,
}

impl Asking {
    async fn run(mut self, end: watch::Receiver<bool>) {
        while !*end.borrow() {
            if let Some(path) = self.choose().await {
                let (status, attempts) = self.ask(&path).await;
                let (again, _) = self.ask(&path).await;
                self.answered.lock().unwrap().push(Answered {
                    path,
                    status,
                    attempts,
                    again,
                });
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// A connection that may be cleared and that nobody asked for anything yet.
    async fn choose(&mut self) -> Option<String> {
        let (_, body) = send(self.address().await, "GET", "/v1/calls", "none").await.ok()?;
        let list: Value = serde_json::from_str(&body).ok()?;
        for call in list["items"].as_array()? {
            for connection in call["connections"].as_array()? {
                let may = connection["servicesPermitted"].as_array()?;
                let (call, connection) = (call["id"].as_str()?, connection["id"].as_str()?);
                if may.contains(&Value::from("clearConnection")) && self.asked.insert(connection.to_owned()) {
                    return Some(format!("/v1/calls/{call}/connections/{connection}/clearConnection"));
                }
            }
        }
        None
    }

    async fn address(&mut self) -> SocketAddr {
        let up = self.bridge.wait_for(Option::is_some).await;
        up.expect("the test goes on").expect("some")
    }

    /// Asks until there is an answer.
    async fn ask(&mut self, path: &str) -> (u16, usize) {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let address = self.address().await;
            // A key is a word.
            let key = path.replace('/', "-");
            if let Ok((status, _)) = send(address, "POST", path, &key).await {
                return (status, attempts);
            }
            let _ = tokio::time::timeout(PAUSE, self.bridge.changed()).await;
        }
    }
}

/// The status and the body of a whole answer.
async fn send(address: SocketAddr, method: &str, path: &str, key: &str) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "{method} {path} HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\nIdempotency-Key: {key}\r\n\
         Content-Length: 0\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let cut = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(cut)?;
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    if length.is_some_and(|length: usize| length != body.len()) {
        return Err(cut());
    }
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok((status.ok_or_else(cut)?, body.to_owned()))
}
