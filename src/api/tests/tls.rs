use super::*;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use std::path::PathBuf;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("src/api/tests/data")
        .join(name)
}

fn with_tls() -> ApiConfig {
    let tls = TlsConfig {
        certificate: data("localhost.pem"),
        key: data("localhost.key"),
    };
    ApiConfig {
        tls: Some(tls),
        ..config()
    }
}

#[tokio::test]
async fn two_files_give_tls() {
    let bridge = start_with(with_tls(), TestBridge::new(vec![TestToken::admin(TOKEN)])).await;
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(data("localhost.pem")).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(client));
    let socket = tokio::net::TcpStream::connect(bridge.address).await.unwrap();
    let mut socket = connector
        .connect(ServerName::try_from("localhost").unwrap(), socket)
        .await
        .unwrap();
    let request = format!("GET /v1/calls HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{AUTHORIZED}\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = client::within(socket.read_to_end(&mut answer)).await;
    assert!(
        answer.starts_with(b"HTTP/1.1 200"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
}

#[tokio::test]
async fn files_that_do_not_serve_are_told_by_name() {
    let bind = async |certificate: &str, key: &str| {
        let tls = TlsConfig {
            certificate: data(certificate),
            key: data(key),
        };
        Listening::bind(ApiConfig {
            tls: Some(tls),
            ..config()
        })
        .await
        .err()
        .unwrap()
        .to_string()
    };
    assert!(bind("missing.pem", "localhost.key").await.contains("missing.pem"));
    assert!(
        bind("localhost.key", "localhost.key")
            .await
            .contains("holds no certificate")
    );
    assert!(bind("localhost.pem", "localhost.pem").await.contains("localhost.pem"));
}
