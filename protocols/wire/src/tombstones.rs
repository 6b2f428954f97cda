use crate::Tick;
use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

/// Names of what is over, remembered for a while so that a message that comes late cannot bring it back to life.
///
/// Remembering and forgetting cost the logarithm of what is remembered, whatever its age.
#[derive(Clone, Debug)]
pub struct Tombstones<K> {
    stand: Duration,
    names: BTreeSet<K>,
    /// In the order in which they were set, which is that of time.
    order: VecDeque<(Tick, K)>,
}

impl<K: Ord + Clone> Tombstones<K> {
    /// No names yet; each will be remembered for `stand`.
    #[must_use]
    pub const fn new(stand: Duration) -> Self {
        Tombstones {
            stand,
            names: BTreeSet::new(),
            order: VecDeque::new(),
        }
    }

    /// Remembers `name` from `now` on, and forgets what was remembered long enough.
    pub fn set(&mut self, name: K, now: Tick) {
        self.forget(now);
        if self.names.insert(name.clone()) {
            self.order.push_back((now, name));
        }
    }

    /// Is `name` remembered?
    pub fn contains<Q: Ord + ?Sized>(&self, name: &Q) -> bool
    where
        K: std::borrow::Borrow<Q>,
    {
        self.names.contains(name)
    }

    /// Forgets what was remembered long enough.
    pub fn forget(&mut self, now: Tick) {
        while let Some((set, _)) = self.order.front() {
            if *set + self.stand > now {
                return;
            }
            if let Some((_, name)) = self.order.pop_front() {
                self.names.remove(&name);
            }
        }
    }
}
