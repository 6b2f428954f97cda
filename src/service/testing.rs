//! A bridge without switches and without an interface, for the tests of this room and of those above it.

use super::Service;
pub(crate) use crate::access::Rates;
use crate::access::{Access, Scope, TokenConfig, TokenSecret};
use crate::link::handle::Handle;
use crate::model::{Batch, Command, Pattern, SwitchName};
use crate::projections::statistics::{Statistics, StatisticsConfig};
use crate::stream::{Opened, Reservation, Stream, StreamConfig};
use prometheus_client::registry::Registry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tracing::Dispatch;

pub(crate) struct TestBridge {
    pub(crate) service: Arc<Service>,
    pub(crate) sender: mpsc::Sender<Batch>,
    pub(crate) metrics: Arc<Registry>,
    /// Ends once everything is written, when nobody has `sender` any more.
    pub(crate) sequencer: JoinHandle<()>,
    /// What the switch `hq` is asked for.
    pub(crate) commands: mpsc::Receiver<Command>,
}

#[derive(Clone)]
pub(crate) struct TestToken(TokenConfig);

impl TestToken {
    pub(crate) fn new(secret: &str, scopes: &[&str]) -> Self {
        TestToken(TokenConfig {
            name: secret.to_owned(),
            secret: TokenSecret::Plain(secret.to_owned().into()),
            scopes: scopes.iter().map(|name| Scope::from_name(name).unwrap()).collect(),
            switches: None,
            devices: None,
            queues: None,
            dial: None,
        })
    }

    pub(crate) fn admin(secret: &str) -> Self {
        TestToken::new(secret, &["admin"])
    }

    pub(crate) fn switches(mut self, names: &[&str]) -> Self {
        self.0.switches = Some(names.iter().map(|&name| name.to_owned()).collect());
        self
    }

    pub(crate) fn devices(mut self, ids: &[&str]) -> Self {
        self.0.devices = Some(ids.iter().map(|&id| id.to_owned()).collect());
        self
    }

    pub(crate) fn dial(mut self, patterns: &[&str]) -> Self {
        self.0.dial = Some(patterns.iter().map(|text| Pattern::parse(text).unwrap()).collect());
        self
    }
}

/// A callsite that is first reached while one subscriber only is there asks that of its own thread, and where that has none it is never
/// heard again by anybody. With two that stay every callsite asks all.
static LISTENERS: LazyLock<[Dispatch; 2]> =
    LazyLock::new(|| [(); 2].map(|()| Dispatch::new(tracing::subscriber::NoSubscriber::default())));

impl TestBridge {
    pub(crate) fn new(tokens: Vec<TestToken>) -> Self {
        TestBridge::with_queue(tokens, StreamConfig::default().client_queue_bytes)
    }

    /// `queue`: the most bytes that wait for one client.
    pub(crate) fn with_queue(tokens: Vec<TestToken>, queue: usize) -> Self {
        let config = StreamConfig {
            client_queue_bytes: queue,
            ..StreamConfig::default()
        };
        TestBridge::open(tokens, config, Rates::default())
    }

    /// With the log in `directory`.
    pub(crate) fn on_disk(tokens: Vec<TestToken>, directory: &Path) -> Self {
        let config = StreamConfig {
            path: Some(directory.to_owned()),
            ..StreamConfig::default()
        };
        TestBridge::open(tokens, config, Rates::default())
    }

    pub(crate) fn with_rates(tokens: Vec<TestToken>, rates: Rates) -> Self {
        TestBridge::open(tokens, StreamConfig::default(), rates)
    }

    /// Takes a key, as a request does.
    pub(crate) async fn keep(&self, reservation: Reservation) {
        self.service.stream.keys().reserve(reservation).await.unwrap();
    }

    fn open(tokens: Vec<TestToken>, config: StreamConfig, rates: Rates) -> Self {
        LazyLock::force(&LISTENERS);
        let mut registry = Registry::default();
        let hq = SwitchName::try_from("hq").unwrap();
        let Opened {
            stream,
            sender,
            sequencer,
            ..
        } = Stream::open(config, &BTreeSet::from([hq.clone()]), &mut registry).unwrap();
        let access = Access::new(tokens.into_iter().map(|token| token.0).collect(), rates);
        let (handle, commands) = Handle::new();
        let links = BTreeMap::from([(hq, handle)]);
        let statistics = Statistics::start(stream.clone(), StatisticsConfig::default());
        TestBridge {
            service: Arc::new(Service::new(stream, access, links, statistics)),
            commands,
            sender,
            sequencer,
            metrics: Arc::new(registry),
        }
    }
}
