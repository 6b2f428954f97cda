use crate::model::Text;
use std::path::PathBuf;
use std::time::Duration;

/// The `[stream]` section: where the log is and how much it keeps.
#[derive(Clone, Debug)]
pub(crate) struct StreamConfig {
    /// The name of this bridge in `source`.
    pub(crate) bridge: Text,
    /// The directory of the log; without it events are in memory only.
    pub(crate) path: Option<PathBuf>,
    /// How long events are kept.
    pub(crate) retention: Duration,
    /// The most bytes that wait for one client before it is cut.
    pub(crate) client_queue_bytes: usize,
    /// The most bytes of events in memory: all there is without a `path`, else what waits while the disk fails.
    pub(crate) memory_bytes: usize,
    /// How long a subscription may be quiet before it is told where it stands.
    pub(crate) bookmark_interval: Duration,
}

impl Default for StreamConfig {
    fn default() -> Self {
        StreamConfig {
            bridge: Text::from("lineside"),
            path: None,
            retention: Duration::from_secs(7 * 24 * 3600),
            client_queue_bytes: 1 << 20,
            memory_bytes: 64 << 20,
            bookmark_interval: Duration::from_secs(10),
        }
    }
}
