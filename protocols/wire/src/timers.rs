use crate::Tick;
use std::collections::BTreeMap;

/// A table of named timers: one deadline per name, the earliest of them on demand.
///
/// `N` is the owner's own enumeration of what it waits for, so that a deadline says what passed and not only when.
#[derive(Clone, Debug)]
pub struct Timers<N> {
    at: BTreeMap<N, Tick>,
}

impl<N: Ord + Copy> Timers<N> {
    /// A table with no timer running.
    #[must_use]
    pub const fn new() -> Self {
        Timers { at: BTreeMap::new() }
    }

    /// Starts the timer `name`, or moves it.
    pub fn set(&mut self, name: N, at: Tick) {
        self.at.insert(name, at);
    }

    /// Stops the timer `name`, if it runs.
    pub fn stop(&mut self, name: N) {
        self.at.remove(&name);
    }

    /// When the timer `name` is due.
    #[must_use]
    pub fn get(&self, name: N) -> Option<Tick> {
        self.at.get(&name).copied()
    }

    /// The earliest deadline.
    #[must_use]
    pub fn next(&self) -> Option<Tick> {
        self.at.values().min().copied()
    }

    /// Takes one timer that is due at `now`, the earliest first, equal ones in the order of their names.
    pub fn expired(&mut self, now: Tick) -> Option<N> {
        let (name, _) = self
            .at
            .iter()
            .filter(|(_, at)| **at <= now)
            .min_by_key(|(name, at)| (**at, **name))?;
        let name = *name;
        self.at.remove(&name);
        Some(name)
    }
}

impl<N: Ord + Copy> Default for Timers<N> {
    fn default() -> Self {
        Self::new()
    }
}
