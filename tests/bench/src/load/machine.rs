//! How busy the machine is, and which processor we are on.

use lineside::bench::Failure;
use rustix::thread::{CpuSet, sched_setaffinity, set_current_timer_slack};
use std::fs;
use std::num::NonZeroU64;

/// Since the start of the machine, in hundredths of a second.
#[derive(Clone, Debug, Default)]
pub struct Ticks {
    /// Of all processors: what passed, and what was taken away from this machine.
    all: Share,
    stolen: u64,
    /// What passed and was worked, of each processor.
    each: Vec<Share>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Share {
    passed: u64,
    busy: u64,
}

impl Ticks {
    /// From `/proc/stat`.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn now() -> Result<Self, Failure> {
        let text = fs::read_to_string("/proc/stat")?;
        let mut ticks = Ticks::default();
        for line in text.lines().filter(|line| line.starts_with("cpu")) {
            // user nice system idle iowait irq softirq steal; what follows is contained in them.
            let mut words = line.split_whitespace();
            let name = words.next().unwrap_or_default();
            let numbers: Vec<u64> = words.take(8).filter_map(|word| word.parse().ok()).collect();
            let [user, nice, system, idle, wait, irq, soft, steal] = numbers.as_slice() else {
                return Err(format!("/proc/stat: {line}").into());
            };
            let share = Share {
                passed: numbers.iter().sum(),
                busy: user + nice + system + irq + soft,
            };
            debug_assert!(share.passed >= idle + wait + steal);
            if name == "cpu" {
                (ticks.all, ticks.stolen) = (share, *steal);
            } else {
                ticks.each.push(share);
            }
        }
        Ok(ticks)
    }

    /// The part of the time since `earlier` in which somebody outside had our processors.
    #[must_use]
    pub fn stolen_since(&self, earlier: &Ticks) -> f64 {
        part(self.stolen - earlier.stolen, self.all.passed - earlier.all.passed)
    }

    /// The part of the time since `earlier` in which a processor worked, for whomever.
    #[must_use]
    pub fn busy_since(&self, earlier: &Ticks, processor: usize) -> f64 {
        let (Some(now), Some(then)) = (self.each.get(processor), earlier.each.get(processor)) else {
            return 0.0;
        };
        part(now.busy - then.busy, now.passed - then.passed)
    }
}

fn part(of: u64, all: u64) -> f64 {
    of as f64 / all.max(1) as f64
}

/// This thread, and those that it starts from now on, stay on this processor.
///
/// # Errors
/// There is no such processor.
pub fn stay_on(processor: usize) -> Result<(), Failure> {
    let mut set = CpuSet::new();
    set.set(processor);
    sched_setaffinity(None, &set)?;
    Ok(())
}

/// This thread is woken as exactly as the system can.
///
/// # Errors
/// The system refuses.
pub fn wake_exactly() -> Result<(), Failure> {
    set_current_timer_slack(NonZeroU64::new(1))?;
    Ok(())
}
