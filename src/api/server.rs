//! Sockets: accepting, TLS, limits, and the end.

use super::config::ApiConfig;
use super::connection::{Connection, Io, Transport};
use super::{App, router, tls};
use crate::service::Service;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use prometheus_client::registry::Registry;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

/// How long to wait where the system has no more sockets.
const PAUSE: Duration = Duration::from_millis(100);
/// The most bytes of the head of a request.
const HEAD: usize = 32 * 1024;

/// Why the bridge cannot be reached.
#[derive(Debug, Error)]
pub(crate) enum ApiError {
    #[error("cannot listen on {address}: {source}")]
    Listen { address: SocketAddr, source: io::Error },
    #[error(transparent)]
    Tls(#[from] tls::TlsError),
}

/// A socket that listens.
pub(crate) struct Listening {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    config: ApiConfig,
}

impl Listening {
    /// Listens, so that whoever starts the bridge knows at once if it cannot.
    pub(crate) async fn bind(config: ApiConfig) -> Result<Self, ApiError> {
        let tls = config.tls.as_ref().map(tls::acceptor).transpose()?;
        let listener = TcpListener::bind(config.listen)
            .await
            .map_err(|source| ApiError::Listen {
                address: config.listen,
                source,
            })?;
        Ok(Listening { listener, tls, config })
    }

    /// Where it listens, also if the configuration left the port to the system.
    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap_or(self.config.listen)
    }

    /// Serves until `shutdown`, and then until every client was told and is gone, or its time is over.
    pub(crate) async fn serve(self, service: Arc<Service>, metrics: Arc<Registry>, shutdown: CancellationToken) {
        let Listening { listener, tls, config } = self;
        let most = config.max_connections;
        let patience = config.closing_timeout * 2;
        let places = Arc::new(Semaphore::new(most));
        let app = Arc::new(App {
            service,
            metrics,
            shutdown: shutdown.clone(),
            config,
        });
        let router = router::router(Arc::clone(&app));
        loop {
            let accepted = async {
                let place = Arc::clone(&places).acquire_owned().await.ok()?;
                Some((place, listener.accept().await))
            };
            let accepted = tokio::select! {
                () = shutdown.cancelled() => break,
                accepted = accepted => accepted,
            };
            match accepted {
                Some((place, Ok((socket, peer)))) => {
                    let client = Client {
                        tls: tls.clone(),
                        router: router.clone(),
                        app: Arc::clone(&app),
                        peer: peer.ip(),
                    };
                    tokio::spawn(client.serve(socket, place));
                }
                Some((_, Err(error))) => {
                    tracing::warn!("cannot accept a connection: {error}");
                    tokio::time::sleep(PAUSE).await;
                }
                None => break,
            }
        }
        drop(listener);
        let all = u32::try_from(most).unwrap_or(u32::MAX);
        let _ = tokio::time::timeout(patience, places.acquire_many(all)).await;
    }
}

struct Client {
    tls: Option<TlsAcceptor>,
    router: Router,
    app: Arc<App>,
    peer: IpAddr,
}

impl Client {
    async fn serve(self, socket: TcpStream, place: OwnedSemaphorePermit) {
        // Events are small and wanted at once.
        let _ = socket.set_nodelay(true);
        let timeout = self.app.config.request_timeout;
        let transport = match &self.tls {
            None => Transport::Plain(socket),
            Some(tls) => match tokio::time::timeout(timeout, tls.accept(socket)).await {
                Ok(Ok(stream)) => Transport::Tls(Box::new(stream)),
                Ok(Err(error)) => {
                    tracing::debug!("a client did not speak TLS as it should: {error}");
                    return;
                }
                Err(_) => return,
            },
        };
        let connection = Connection::new(self.peer);
        let io = TokioIo::new(Io::new(transport, connection.clone(), place));
        let router = self.router.layer(Extension(connection.clone()));
        let serving = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(timeout)
            .max_buf_size(HEAD)
            .serve_connection(io, TowerToHyperService::new(router))
            .with_upgrades();
        tokio::pin!(serving);
        let ended = tokio::select! {
            result = &mut serving => result,
            () = connection.ended().cancelled() => return,
            () = self.app.shutdown.cancelled() => {
                serving.as_mut().graceful_shutdown();
                tokio::select! {
                    result = &mut serving => result,
                    () = connection.ended().cancelled() => return,
                }
            }
        };
        if let Err(error) = ended {
            tracing::debug!("a connection ended early: {error}");
        }
    }
}
