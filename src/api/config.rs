use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// The `[api]` section: where applications connect, and what they may.
#[derive(Clone, Debug)]
pub(crate) struct ApiConfig {
    /// Where to listen.
    pub(crate) listen: SocketAddr,
    /// TLS, where wanted.
    pub(crate) tls: Option<TlsConfig>,
    /// The web pages (`https://crm.example.com`) that may use the bridge from a browser, besides its own address.
    pub(crate) allowed_origins: Vec<String>,
    /// The most connections at a time; more wait.
    pub(crate) max_connections: usize,
    /// How long a client may take for the head of a request, and for its body.
    pub(crate) request_timeout: Duration,
    /// How long a client that is being closed may take to read what is on its way.
    pub(crate) closing_timeout: Duration,
}

/// Two files in PEM.
#[derive(Clone, Debug)]
pub(crate) struct TlsConfig {
    /// The certificate, and those between it and the root.
    pub(crate) certificate: PathBuf,
    /// Its private key.
    pub(crate) key: PathBuf,
}

impl Default for ApiConfig {
    fn default() -> Self {
        ApiConfig {
            listen: SocketAddr::from(([127, 0, 0, 1], 7080)),
            tls: None,
            allowed_origins: Vec::new(),
            // Below the 1,024 files that a process may usually have open.
            max_connections: 900,
            request_timeout: Duration::from_secs(10),
            closing_timeout: Duration::from_secs(5),
        }
    }
}
