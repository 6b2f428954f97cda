//! How time is taken: all contenders in turn, many rounds, the best of each. Other work on the machine only ever adds time.

use std::time::{Duration, Instant};

/// A piece of work with its name. It gives what it saw, so that it cannot be left out.
pub struct Contender<'a, T> {
    pub name: &'static str,
    pub work: Box<dyn Fn() -> T + 'a>,
}

/// The best time of each contender, in their order, and what they saw in the last round.
#[must_use]
pub fn best_of<T>(rounds: u32, contenders: &[Contender<'_, T>]) -> Vec<(Duration, Option<T>)> {
    let mut results: Vec<(Duration, Option<T>)> = contenders.iter().map(|_| (Duration::MAX, None)).collect();
    for _ in 0..rounds {
        for (contender, (best, seen)) in contenders.iter().zip(&mut results) {
            let start = Instant::now();
            let saw = (contender.work)();
            *best = start.elapsed().min(*best);
            *seen = Some(saw);
        }
    }
    results
}
