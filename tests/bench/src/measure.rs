//! How time is taken: all contenders in turn, many rounds, the best of each. Other work on the machine only ever adds time.

use lineside::bench::Failure;
use std::time::{Duration, Instant};

/// A piece of work with its name. It gives what it saw, so that it cannot be left out.
pub struct Contender<'a, T> {
    pub name: &'static str,
    work: Box<dyn Fn() -> Result<T, Failure> + 'a>,
}

impl<'a, T> Contender<'a, T> {
    pub fn new(name: &'static str, work: impl Fn() -> Result<T, Failure> + 'a) -> Self {
        let work = Box::new(work);
        Contender { name, work }
    }
}

/// The best time of each contender, in their order, with what they saw.
///
/// # Errors
/// One of them failed.
pub fn best_of<T>(rounds: u32, contenders: &[Contender<'_, T>]) -> Result<Vec<(Duration, T)>, Failure> {
    let timed = |contender: &Contender<'_, T>| {
        let start = Instant::now();
        let saw = (contender.work)()?;
        Ok((start.elapsed(), saw))
    };
    let mut best: Vec<(Duration, T)> = contenders.iter().map(timed).collect::<Result<_, Failure>>()?;
    for _ in 1..rounds {
        for (contender, best) in contenders.iter().zip(&mut best) {
            let (time, saw) = timed(contender)?;
            *best = (time.min(best.0), saw);
        }
    }
    Ok(best)
}
