use bytes::Bytes;
use std::time::Duration;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc::Receiver;

/// A peer that takes nothing for so long does not live.
const STALLED: Duration = Duration::from_secs(10);

/// Writes what it is given until there is no more, or until the peer takes no more: the reader then sees the end.
pub(super) async fn write(mut to: impl AsyncWrite + Unpin, mut waiting: Receiver<Bytes>) {
    while let Some(bytes) = waiting.recv().await {
        match tokio::time::timeout(STALLED, to.write_all(&bytes)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) => break,
        }
    }
    // The end is told to the peer; if it cannot be, the peer knows already.
    let _ = to.shutdown().await;
}
