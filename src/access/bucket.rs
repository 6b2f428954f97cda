//! How often somebody may do something: so much at once, and then so much a second.

use dashmap::DashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

/// The most of whom it is known how often they did it.
const KNOWN: usize = 10_000;

/// A rate for each of many.
#[derive(Debug)]
pub(crate) struct Buckets<K: Eq + Hash> {
    burst: f64,
    per_second: f64,
    levels: DashMap<K, Level>,
}

/// How much of the burst was used, and when that was so.
#[derive(Clone, Copy, Debug)]
struct Level {
    used: f64,
    at: Instant,
}

impl<K: Eq + Hash> Buckets<K> {
    pub(crate) fn new(burst: u32, per_second: u32) -> Self {
        Buckets {
            burst: f64::from(burst.max(1)),
            per_second: f64::from(per_second.max(1)),
            levels: DashMap::new(),
        }
    }

    /// Once more. `Err`: after how long.
    pub(crate) fn take(&self, who: K, now: Instant) -> Result<(), Duration> {
        if self.levels.len() >= KNOWN {
            self.forget(now);
        }
        if self.levels.len() >= KNOWN && !self.levels.contains_key(&who) {
            return Err(Duration::from_secs(1));
        }
        let mut level = self.levels.entry(who).or_insert(Level { used: 0.0, at: now });
        let used = self.left(&level, now);
        *level = Level { used, at: now };
        if used + 1.0 > self.burst {
            return Err(Duration::from_secs_f64((used + 1.0 - self.burst) / self.per_second));
        }
        level.used += 1.0;
        Ok(())
    }

    /// Could it be done once more?
    pub(crate) fn is_full(&self, who: &K, now: Instant) -> Option<Duration> {
        let level = *self.levels.get(who)?;
        let over = self.left(&level, now) + 1.0 - self.burst;
        (over > 0.0).then(|| Duration::from_secs_f64(over / self.per_second))
    }

    /// Forgets those who have the whole burst again.
    pub(crate) fn forget(&self, now: Instant) {
        self.levels.retain(|_, level| self.left(level, now) > 0.0);
    }

    /// What is still used of the burst.
    fn left(&self, level: &Level, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(level.at).as_secs_f64();
        (level.used - passed * self.per_second).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_free_and_then_it_goes_at_its_rate() {
        let buckets = Buckets::new(3, 2);
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(buckets.is_full(&"a", start), None);
            assert_eq!(buckets.take("a", start), Ok(()));
        }
        assert_eq!(buckets.take("a", start), Err(Duration::from_millis(500)));
        assert_eq!(buckets.is_full(&"a", start), Some(Duration::from_millis(500)));
        assert_eq!(buckets.take("b", start), Ok(()), "others are not concerned");
        let later = start + Duration::from_millis(500);
        assert_eq!(buckets.take("a", later), Ok(()));
        assert!(buckets.take("a", later).is_err());
    }

    #[test]
    fn only_so_many_are_remembered() {
        let buckets = Buckets::new(1, 1);
        let start = Instant::now();
        for who in 0..20_000 {
            let taken = buckets.take(who, start);
            assert_eq!(taken.is_ok(), who < KNOWN);
        }
        assert_eq!(buckets.take(20_000, start + Duration::from_secs(2)), Ok(()));
        assert_eq!(buckets.levels.len(), 1);
        buckets.forget(start + Duration::from_secs(3));
        assert!(buckets.levels.is_empty());
    }
}
