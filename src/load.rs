//! A crowded virtual Asterisk, for tests that end the bridge and not its switch. It is no interface for others, and changes as they do.

use crate::sim::{Asterisk, Listener};
use lineside_ami::server::Received;
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A switch that plays until it is dropped.
#[derive(Debug)]
pub struct Switch {
    address: SocketAddr,
    closing: CancellationToken,
    over: Option<oneshot::Receiver<()>>,
    overheard: mpsc::UnboundedReceiver<Received>,
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
        let (overhear, overheard) = mpsc::unbounded_channel();
        let listener = Listener::bind(Asterisk::crowded(epoch, seed), username, secret).await?;
        let listener = listener.overheard_by(overhear);
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
            overheard,
            playing,
        })
    }

    /// Where its manager interface is.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// How often each channel was asked to be hung up, since this was asked last.
    pub fn hang_ups(&mut self) -> BTreeMap<String, usize> {
        let mut asked = BTreeMap::new();
        while let Ok(action) = self.overheard.try_recv() {
            if action.name().is("Hangup")
                && let Some(channel) = action.message().get("Channel")
            {
                *asked.entry(channel.text().text.into_owned()).or_default() += 1;
            }
        }
        asked
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
