//! The whole bridge: which room gets what, and in which order they stop.

use crate::access::Access;
use crate::api::{ApiError, Listening};
use crate::config::{Config, SwitchConfig};
use crate::link::capture::{Capture, FORMAT, Header};
use crate::link::handle::Handle;
use crate::link::{Clock, Driver, MakeError, Settings, made_of};
use crate::model::{Batch, Restored, SwitchName};
use crate::projections::statistics::{Statistics, StatisticsConfig};
use crate::service::Service;
use crate::store::StoreError;
use crate::stream::Stream;
use prometheus_client::registry::Registry;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tracing::{error, info, warn};

#[cfg(test)]
mod tests;

/// Why the bridge cannot start.
#[derive(Debug, Error)]
pub(crate) enum AppError {
    #[error("the log of events: {0}")]
    Store(#[from] StoreError),
    #[error("{0}")]
    Api(#[from] ApiError),
    #[error("switch \"{0}\": capture: {1}: {2}")]
    Capture(SwitchName, PathBuf, std::io::Error),
    #[error("switch \"{0}\": {1}")]
    Machine(SwitchName, MakeError),
    #[error("the system gives no chance: {0}")]
    Entropy(#[from] getrandom::Error),
}

/// A bridge that runs.
pub(crate) struct Bridge {
    /// Where applications connect to.
    pub(crate) address: SocketAddr,
    links: JoinSet<()>,
    stop_links: CancellationToken,
    sequencer: JoinHandle<()>,
    api: JoinHandle<()>,
    stop_api: CancellationToken,
    _forgetting: AbortOnDropHandle<()>,
}

impl Bridge {
    /// Starts everything that `config` names.
    pub(crate) async fn start(config: Config) -> Result<Self, AppError> {
        let listening = Listening::bind(config.api).await?;
        let address = listening.address();
        if config.stream.path.is_none() {
            warn!(
                "[stream] has no path: events and Idempotency-Keys are kept in memory only, and a restart forgets them"
            );
        }
        let mut registry = Registry::with_prefix("lineside");
        let switches = config.switches.iter().map(|switch| switch.name.clone()).collect();
        let mut opened = Stream::open(config.stream, &switches, &mut registry)?;
        let sites = config
            .switches
            .iter()
            .map(|switch| (switch.name.clone(), switch.statistics.clone()));
        let sites = sites.collect();
        let statistics = Statistics::start(opened.stream.clone(), StatisticsConfig { sites });
        let stop_links = CancellationToken::new();
        let mut links = JoinSet::new();
        let mut handles = BTreeMap::new();
        for switch in &config.switches {
            let restored = opened.restored.remove(&switch.name).unwrap_or_default();
            let (handle, driver) = link(
                switch,
                config.link.give_up,
                restored,
                opened.sender.clone(),
                stop_links.clone(),
            )?;
            handles.insert(switch.name.clone(), handle);
            links.spawn(driver.run());
        }
        // From now on the links alone hold it: when the last of them has ended, so does the sequencer.
        drop(opened.sender);
        let stop_api = CancellationToken::new();
        let service = Arc::new(Service::new(
            opened.stream,
            Access::new(config.tokens, config.rates),
            handles,
            statistics,
        ));
        let forgetting = Arc::clone(&service);
        let forgetting = tokio::spawn(async move { forgetting.forgets().await });
        let api = tokio::spawn(listening.serve(service, Arc::new(registry), stop_api.clone()));
        info!(%address, switches = config.switches.len(), "the bridge is up");
        Ok(Bridge {
            address,
            links,
            stop_links,
            sequencer: opened.sequencer,
            api,
            stop_api,
            _forgetting: AbortOnDropHandle::new(forgetting),
        })
    }

    /// Ends when a link does, which none may: a bug. With the state of the log the next start goes on.
    pub(crate) async fn failed(&mut self) {
        match self.links.join_next().await {
            Some(ended) => error!(
                reason = ended.err().map(|error| error.to_string()),
                "a link ended by itself, which is a bug"
            ),
            None => std::future::pending().await,
        }
    }

    /// Stops: first the links, which say goodbye to their switches; then the sequencer, which writes what they still told; then
    /// the applications are told to come again.
    pub(crate) async fn stop(mut self) {
        const PATIENCE: Duration = Duration::from_secs(10);
        self.stop_links.cancel();
        let stopping = async {
            while self.links.join_next().await.is_some() {}
            let _ = (&mut self.sequencer).await;
            self.stop_api.cancel();
            let _ = (&mut self.api).await;
        };
        if tokio::time::timeout(PATIENCE, stopping).await.is_err() {
            warn!("not everything ended in time");
        }
    }
}

/// The driver of one switch, with a machine that goes on where the log ends, and where the switch is asked for something.
fn link(
    config: &SwitchConfig,
    give_up: Duration,
    restored: Restored,
    batches: mpsc::Sender<Batch>,
    stop: CancellationToken,
) -> Result<(Handle, Driver), AppError> {
    let clock = Clock::start();
    let now = clock.now();
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)?;
    let header = Header {
        lineside: "capture".to_owned(),
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        switch: config.name.clone(),
        profile: config.profile_name.clone(),
        profile_text: Some(config.profile_text.clone()),
        r#override: config.changes.clone(),
        site: config.site.clone(),
        username: config.username.clone(),
        seed,
        restored,
        give_up: give_up.as_secs(),
        tick: now.tick.as_micros(),
        wall: now.wall,
    };
    let capture = match &config.capture {
        None => None,
        Some(path) => {
            let failed = |error| AppError::Capture(config.name.clone(), path.clone(), error);
            warn!(switch = %config.name, path = %path.display(), "everything that the switch tells is captured, people's numbers too");
            Some(Capture::start(path, &header).map_err(failed)?)
        }
    };
    let machine = made_of(&header, config.secret.clone());
    let machine = machine.map_err(|error| AppError::Machine(config.name.clone(), error))?;
    let settings = Settings {
        records: config.records.clone(),
        ..Settings::new(config.name.clone(), config.address.clone())
    };
    let (handle, commands) = Handle::new();
    let driver = Driver::new(settings, machine, clock, capture, batches, commands, stop);
    Ok((handle, driver))
}
