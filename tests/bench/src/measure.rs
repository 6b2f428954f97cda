//! How time is taken: all contenders in turn, many rounds, the best of each. Other work on the machine only ever adds time.

use lineside::bench::Failure;
use rustix::time::{ClockId, clock_gettime};
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

/// What a piece of work took at best, and what it saw.
pub struct Taken<T> {
    /// From its start to its end.
    pub time: Duration,
    /// Of all processors together: without what it waited for, be it the disk or other work on the machine.
    pub busy: Duration,
    pub saw: T,
}

/// What each contender took, in their order.
///
/// # Errors
/// One of them failed.
pub fn best_of<T>(rounds: u32, contenders: &[Contender<'_, T>]) -> Result<Vec<Taken<T>>, Failure> {
    let mut best: Vec<Taken<T>> = contenders.iter().map(take).collect::<Result<_, Failure>>()?;
    for _ in 1..rounds {
        for (contender, best) in contenders.iter().zip(&mut best) {
            let taken = take(contender)?;
            *best = Taken {
                time: taken.time.min(best.time),
                busy: taken.busy.min(best.busy),
                saw: taken.saw,
            };
        }
    }
    Ok(best)
}

fn take<T>(contender: &Contender<'_, T>) -> Result<Taken<T>, Failure> {
    let (start, busy) = (Instant::now(), busy());
    let saw = (contender.work)()?;
    Ok(Taken {
        time: start.elapsed(),
        busy: self::busy().saturating_sub(busy),
        saw,
    })
}

/// What all processors together did for this process so far.
pub(crate) fn busy() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}
