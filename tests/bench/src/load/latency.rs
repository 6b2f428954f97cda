//! Percentiles.

use std::time::Duration;

/// How long each of many things took.
#[derive(Clone, Debug, Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    #[must_use]
    pub fn of(mut taken: Vec<Duration>) -> Self {
        taken.sort_unstable();
        Latencies(taken)
    }

    /// Of several rounds together.
    pub fn together<'a>(rounds: impl Iterator<Item = &'a Latencies>) -> Self {
        Latencies::of(rounds.flat_map(|round| round.0.iter().copied()).collect())
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What such a part of them did not exceed: 0.5 gives the median. Zero where there are none.
    #[must_use]
    pub fn at(&self, part: f64) -> Duration {
        let rank = (self.0.len() as f64 * part).ceil() as usize;
        self.0.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    }
}

/// The middle one of some numbers; zero where there are none.
#[must_use]
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    let upper = numbers.get(middle).copied().unwrap_or_default();
    match (
        numbers.len() % 2,
        middle.checked_sub(1).and_then(|lower| numbers.get(lower)),
    ) {
        (0, Some(lower)) => f64::midpoint(*lower, upper),
        _ => upper,
    }
}
