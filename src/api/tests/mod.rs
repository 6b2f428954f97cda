mod access;
mod agents;
mod audit;
mod bad_input;
mod client;
mod damaged;
mod features;
mod http;
mod limits;
mod many;
mod once;
mod pages;
mod reads;
mod rights;
mod schema;
mod services;
mod services_input;
mod statistics;
mod tls;
mod waiting;
mod websocket;

use super::*;
use crate::model::sample::{Story, link_up};
use crate::model::{Batch, Wall};
use crate::service::testing::{TestBridge, TestToken};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::task::JoinHandle;

/// May do everything.
const TOKEN: &str = "a token that may do everything";
const AUTHORIZED: &str = "Authorization: Bearer a token that may do everything";

/// A bridge that listens on loopback.
struct Bridge {
    address: SocketAddr,
    inner: TestBridge,
    shutdown: CancellationToken,
    serving: JoinHandle<()>,
}

fn config() -> ApiConfig {
    ApiConfig {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        ..ApiConfig::default()
    }
}

async fn start() -> Bridge {
    start_with(config(), TestBridge::new(vec![TestToken::admin(TOKEN)])).await
}

async fn start_with(config: ApiConfig, inner: TestBridge) -> Bridge {
    let listening = Listening::bind(config).await.unwrap();
    let address = listening.address();
    let shutdown = CancellationToken::new();
    let metrics = Arc::clone(&inner.metrics);
    let serving = tokio::spawn(listening.serve(Arc::clone(&inner.service), metrics, shutdown.clone()));
    Bridge {
        address,
        inner,
        shutdown,
        serving,
    }
}

impl Bridge {
    async fn send(&self, batches: impl IntoIterator<Item = Batch>) {
        for batch in batches {
            self.inner.sender.send(batch).await.unwrap();
        }
    }

    /// Stops it, as far as that goes while commands are at work.
    async fn stop(self) {
        self.shutdown.cancel();
        self.serving.await.unwrap();
        drop(self.inner.sender);
        self.inner.sequencer.await.unwrap();
    }
}

fn now() -> Wall {
    Wall::from_millis(jiff::Timestamp::now().as_millisecond())
}

fn story(n: u64, from: &str, to: &str) -> Story {
    Story::new("hq", n, from, to, now())
}

fn types(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|e| e["type"].as_str().unwrap().trim_start_matches("lineside.call."))
        .collect()
}

fn ids(events: &[Value]) -> Vec<&str> {
    events.iter().map(|e| e["id"].as_str().unwrap()).collect()
}
