//! When a switch was heard, and when not: what happened meanwhile is not known, and nothing is made up for it.

use super::millis;
use crate::model::Wall;
use std::collections::VecDeque;

/// The most gaps that are told apart; the oldest of more are joined.
const GAPS: usize = 4096;
/// Before everything.
const EVER: Wall = Wall::from_millis(i64::MIN);

/// How well a switch was heard.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    hearing: Hearing,
    /// When it last told something.
    heard: Wall,
    /// Since when everything was read that it told; none where the log itself begins later.
    begun: Option<Wall>,
    /// From when until when it was not heard; in order.
    gaps: VecDeque<(Wall, Wall)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hearing {
    /// Nothing was read of it yet.
    Unknown,
    Up,
    /// Not heard since.
    Down(Wall),
}

impl Watch {
    /// A switch of which everything since `begun` will be told.
    pub(super) fn new(begun: Option<Wall>) -> Self {
        Watch {
            hearing: Hearing::Unknown,
            heard: begun.unwrap_or(EVER),
            begun,
            gaps: VecDeque::new(),
        }
    }

    /// It told something else than that its link changed: so it is heard.
    pub(super) fn hear(&mut self, now: Wall) {
        if self.hearing == Hearing::Unknown {
            self.gap(EVER, now);
            self.hearing = Hearing::Up;
        }
        self.heard = self.heard.max(now);
    }

    /// The link is lost. `since`: from when on the switch counts as it does now, which is earlier where a line died unnoticed, and where a bridge
    /// that has just begun does not reach the switch: then the bridge before it heard the switch last. Which of the two, is told
    /// by [`Watch::resynced`].
    pub(super) fn down(&mut self, now: Wall, since: Wall) {
        let lost = since >= now;
        let from = match self.hearing {
            Hearing::Down(_) => return,
            Hearing::Up if lost => now,
            Hearing::Up => self.heard,
            // What is lost was there.
            Hearing::Unknown if lost => {
                self.gap(EVER, self.begun.unwrap_or(now));
                now
            }
            Hearing::Unknown => EVER,
        };
        self.hearing = Hearing::Down(from);
    }

    /// The link stands. Where nobody said that it had been lost the bridge itself was gone, at the latest since the last event.
    pub(super) fn up(&mut self, now: Wall) {
        match self.hearing {
            Hearing::Unknown => self.gap(EVER, now),
            Hearing::Up => self.gap(self.heard, now),
            Hearing::Down(from) => self.gap(from, now),
        }
        self.hearing = Hearing::Up;
        self.heard = self.heard.max(now);
    }

    /// The bridge knows everything again, and tells since when it did not.
    pub(super) fn resynced(&mut self, unobserved_from: Wall) {
        if let Some((from, to)) = self.gaps.back_mut()
            && *from > EVER
            && unobserved_from < *to
        {
            *from = unobserved_from.max(*from);
        }
    }

    /// Events are missing up to `now`: nothing is known since the last one.
    pub(super) fn lose(&mut self, now: Wall, up: bool) {
        if up {
            self.up(now);
        } else {
            self.down(now, EVER);
        }
    }

    fn gap(&mut self, from: Wall, to: Wall) {
        if from >= to {
            return;
        }
        self.gaps.push_back((from, to));
        if self.gaps.len() > GAPS
            && let Some((from, _)) = self.gaps.pop_front()
            && let Some(second) = self.gaps.front_mut()
        {
            second.0 = from;
        }
    }

    /// The gaps between `from` and `to`, in order, none touching another.
    pub(super) fn unobserved(&self, from: Wall, to: Wall) -> Vec<(Wall, Wall)> {
        let open = match self.hearing {
            Hearing::Unknown => Some((EVER, to)),
            Hearing::Up => None,
            Hearing::Down(since) => Some((since, to)),
        };
        let mut found: Vec<(Wall, Wall)> = Vec::new();
        for (start, end) in self.gaps.iter().copied().chain(open) {
            let (start, end) = (start.max(from), end.min(to));
            match found.last_mut() {
                _ if start >= end => {}
                // Clocks may jump: what overlaps is one.
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => found.push((start, end)),
            }
        }
        found
    }

    /// Was it heard all the time?
    pub(super) fn is_observed(&self, from: Wall, to: Wall) -> bool {
        self.unobserved(from, to).is_empty()
    }

    pub(super) fn forget(&mut self, horizon: Wall) {
        // What is before the horizon is in no window: all of it may be one gap, or none.
        while self.gaps.front().is_some_and(|(_, to)| *to < horizon) {
            self.gaps.pop_front();
        }
    }
}

/// The sum of some gaps.
pub(super) fn total(gaps: &[(Wall, Wall)]) -> u64 {
    gaps.iter().map(|(from, to)| millis(*from, *to)).sum()
}

/// How much of the time from `from` to `to` lies in no gap.
pub(super) fn observed(gaps: &[(Wall, Wall)], from: Wall, to: Wall) -> u64 {
    let missing = gaps
        .iter()
        .map(|(start, end)| millis((*start).max(from), (*end).min(to)));
    millis(from, to).saturating_sub(missing.sum())
}
