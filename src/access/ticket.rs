//! Tickets: for a browser, whose WebSocket cannot carry a header. One use, one minute.

use super::{Grant, sha256};
use dashmap::DashMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

const LIFE: Duration = Duration::from_secs(60);
/// The most tickets that are out at a time.
const OUT: usize = 10_000;

/// The tickets that are out, by their SHA-256.
#[derive(Debug, Default)]
pub(super) struct Tickets(DashMap<[u8; 32], (Instant, Arc<Grant>)>);

impl Tickets {
    /// None: too many are out, or the system gives no random bytes.
    pub(super) fn issue(&self, grant: &Arc<Grant>) -> Option<String> {
        self.issue_until(grant, Instant::now() + LIFE)
    }

    pub(super) fn issue_until(&self, grant: &Arc<Grant>, end: Instant) -> Option<String> {
        let now = Instant::now();
        if self.0.len() >= OUT {
            self.forget(now);
        }
        if self.0.len() >= OUT {
            return None;
        }
        let mut random = [0_u8; 24];
        getrandom::fill(&mut random).ok()?;
        let mut ticket = String::with_capacity(48);
        for byte in random {
            // Writing to a String cannot fail.
            let _ = write!(ticket, "{byte:02x}");
        }
        self.0.insert(sha256(&ticket), (end, Arc::clone(grant)));
        Some(ticket)
    }

    /// Forgets those that cannot be used any more.
    pub(super) fn forget(&self, now: Instant) {
        self.0.retain(|_, (end, _)| *end > now);
    }

    /// Whose ticket it is. It can still be used.
    pub(super) fn holder(&self, ticket: &str) -> Option<Arc<Grant>> {
        let entry = self.0.get(&sha256(ticket))?;
        let (end, grant) = entry.value();
        (*end > Instant::now()).then(|| Arc::clone(grant))
    }

    pub(super) fn redeem(&self, ticket: &str) -> Option<Arc<Grant>> {
        let (_, (end, grant)) = self.0.remove(&sha256(ticket))?;
        (end > Instant::now()).then_some(grant)
    }
}
