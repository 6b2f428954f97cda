use super::config::TlsConfig;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::PathBuf;
use std::sync::Arc;
use thiserror::Error;
use tokio_rustls::TlsAcceptor;

/// Why there is no TLS.
#[derive(Debug, Error)]
pub(crate) enum TlsError {
    #[error("cannot read {}: {source}", path.display())]
    File {
        path: PathBuf,
        source: rustls::pki_types::pem::Error,
    },
    #[error("{} holds no certificate: a file in PEM is expected, the bridge's own certificate first", path.display())]
    Empty { path: PathBuf },
    #[error("certificate {} and key {} do not serve: {source}", certificate.display(), key.display())]
    Unfit {
        certificate: PathBuf,
        key: PathBuf,
        source: rustls::Error,
    },
}

pub(super) fn acceptor(config: &TlsConfig) -> Result<TlsAcceptor, TlsError> {
    let unread = |path: &PathBuf| {
        let path = path.clone();
        move |source| TlsError::File { path, source }
    };
    let certificates = CertificateDer::pem_file_iter(&config.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(unread(&config.certificate))?;
    if certificates.is_empty() {
        return Err(TlsError::Empty {
            path: config.certificate.clone(),
        });
    }
    let key = PrivateKeyDer::from_pem_file(&config.key).map_err(unread(&config.key))?;
    let unfit = |source| TlsError::Unfit {
        certificate: config.certificate.clone(),
        key: config.key.clone(),
        source,
    };
    let mut server = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unfit)?
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .map_err(unfit)?;
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(server)))
}
