//! A crowded virtual Asterisk, for tests that end the bridge and not its switch. It is no interface for others, and changes as they do.

use crate::sim::{Asterisk, Listener};
use std::io;
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A switch that plays until it is dropped.
#[derive(Debug)]
pub struct Switch {
    address: SocketAddr,
    closing: CancellationToken,
    over: Option<oneshot::Receiver<()>>,
    playing: JoinHandle<()>,
}

impl Switch {
    /// Listens on the loopback for a user of this name and secret. Calls begin at once.
    ///
    /// # Errors
    /// The system gives no socket.
    pub async fn start(username: &str, secret: &str, seed: u64) -> io::Result<Self> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let epoch = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
        let listener = Listener::bind(Asterisk::crowded(epoch, seed), username, secret).await?;
        let address = listener.address()?;
        let closing = CancellationToken::new();
        let (tell, over) = oneshot::channel();
        // Perhaps nobody waits for it.
        let tell = move || {
            let _ = tell.send(());
        };
        let playing = tokio::spawn(listener.run_until(closing.clone().cancelled_owned(), tell));
        Ok(Switch {
            address,
            closing,
            over: Some(over),
            playing,
        })
    }

    /// Where its manager interface is.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Has no call begin any more, and waits for the end of the last one. It goes on to answer who asks.
    pub async fn close(&mut self) {
        self.closing.cancel();
        if let Some(over) = self.over.take() {
            let _ = over.await;
        }
    }
}

impl Drop for Switch {
    fn drop(&mut self) {
        self.playing.abort();
    }
}
