use crate::model::{Now, Wall};
use lineside_wire::Tick;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// The two clocks of one link. The tick counts from the start of the link.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    start: Instant,
}

impl Clock {
    /// A clock that starts now.
    pub(crate) fn start() -> Self {
        Clock { start: Instant::now() }
    }

    /// Both clocks, now.
    pub(crate) fn now(&self) -> Now {
        let millis = |since: Duration| i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, millis);
        Now {
            tick: Tick::ZERO + self.start.elapsed(),
            wall: Wall::from_millis(wall),
        }
    }

    /// When the tick will be `tick`.
    pub(super) fn instant(&self, tick: Tick) -> Instant {
        // As far away as a clock of the machine can tell.
        const FAR: Duration = Duration::from_secs(86_400);
        self.start
            .checked_add(tick.since(Tick::ZERO))
            .unwrap_or_else(|| self.start + FAR)
    }
}
