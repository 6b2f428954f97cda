//! What the fold says when it is asked: of a queue or an agent, within a window.

use super::config::{SiteStatistics, StatisticsConfig};
use super::fold::Fold;
use super::millis;
use super::visit::{End, Visit};
use super::watch::{observed, total};
use crate::model::{
    AgentId, AgentState, AgentStatistics, DeviceId, Durations, Occupancy, QueueStatistics, Redirected, ServiceLevel,
    StateTime, Wall, Window,
};

/// A number of things as it is told.
fn count<T>(things: impl Iterator<Item = T>) -> u32 {
    u32::try_from(things.count()).unwrap_or(u32::MAX)
}

fn whole(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn durations(of: impl Iterator<Item = u64>) -> Durations {
    let (mut count, mut sum, mut longest) = (0_u32, 0_u64, None);
    for duration in of {
        count = count.saturating_add(1);
        sum = sum.saturating_add(duration);
        longest = longest.max(Some(duration));
    }
    Durations {
        count,
        average_ms: (count > 0).then(|| (sum + u64::from(count) / 2) / u64::from(count)),
        longest_ms: longest,
    }
}

/// A share in percent, with one decimal.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts and milliseconds of a day are far below 2^52"
)]
fn percent(part: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| (part as f64 * 1000.0 / of as f64).round() / 10.0)
}

impl Fold {
    fn gaps(&self, switch: &str, from: Wall, to: Wall) -> Vec<(Wall, Wall)> {
        let watch = self.watches.iter().find(|(name, _)| name.as_str() == switch);
        watch.map_or_else(|| vec![(from, to)], |(_, watch)| watch.unobserved(from, to))
    }

    pub(super) fn queue(
        &self,
        config: &StatisticsConfig,
        queue: &DeviceId,
        window: Window,
        now: Wall,
    ) -> QueueStatistics {
        let site = config.site(queue.switch());
        let from = site.from(window, now);
        let gaps = self.gaps(queue.switch(), from, now);
        let line = self.queues.get(queue);
        let visits: Vec<&Visit> = line.iter().flat_map(|line| line.since(from)).collect();
        let ended = |end: End| {
            visits
                .iter()
                .filter(move |visit| visit.left.is_some_and(|(_, e)| e == end))
        };
        let level = level(&site, queue, &visits);
        let is_short = |visit: &&&Visit| visit.wait().is_some_and(|wait| wait < level.short_abandon_ms);
        let short = count(ended(End::Abandoned).filter(is_short));
        let unobserved = count(ended(End::Unobserved));
        let waiting: Vec<Wall> = self
            .following
            .waiting()
            .filter(|(visit, _)| visit.queue == *queue)
            .map(|(_, entered)| entered)
            .collect();
        let seen = visits.iter().all(|visit| visit.seen);
        let kept = line.is_none_or(|line| line.dropped.is_none_or(|dropped| dropped < from));
        QueueStatistics {
            queue: queue.clone(),
            window,
            from,
            to: now,
            sequence: self.position,
            complete: gaps.is_empty() && unobserved == 0 && seen && kept,
            unobserved_ms: total(&gaps),
            offered: count(visits.iter()),
            answered: count(ended(End::Answered)),
            abandoned: count(ended(End::Abandoned)) - short,
            short_abandoned: short,
            timed_out: count(ended(End::TimedOut)),
            redirected: Redirected {
                emptied: count(ended(End::Emptied)),
                withdrawn: count(ended(End::Withdrawn)),
                elsewhere: count(ended(End::Elsewhere)),
            },
            unobserved,
            waiting: count(visits.iter().filter(|visit| visit.left.is_none())),
            waiting_now: count(waiting.iter()),
            longest_waiting_now_ms: waiting.iter().min().map(|entered| millis(*entered, now)),
            wait: durations(visits.iter().filter_map(|visit| visit.wait())),
            service_level: level,
            talk: durations(visits.iter().filter_map(|visit| Some(visit.talked?.0))),
            hold: durations(visits.iter().filter_map(|visit| Some(visit.talked?.1))),
            wrap_up: durations(visits.iter().filter_map(|visit| visit.wrapped_up)),
            occupancy: self.occupancy(queue, from, now, &gaps),
        }
    }

    fn occupancy(&self, queue: &DeviceId, from: Wall, to: Wall, gaps: &[(Wall, Wall)]) -> Occupancy {
        let mut occupancy = Occupancy::default();
        for shift in self.agents.values() {
            let before = occupancy.staffed_ms;
            for (state, start, end) in shift.within(queue, from, to) {
                let time = observed(gaps, start, end);
                match state {
                    AgentState::Ready => occupancy.staffed_ms += time,
                    AgentState::Busy | AgentState::WorkingAfterCall => {
                        occupancy.staffed_ms += time;
                        occupancy.busy_ms += time;
                    }
                    AgentState::LoggedOff | AgentState::NotReady => {}
                }
            }
            occupancy.agents += u32::from(occupancy.staffed_ms > before);
        }
        occupancy.percent = percent(occupancy.busy_ms, occupancy.staffed_ms);
        occupancy
    }

    pub(super) fn agent_statistics(
        &self,
        config: &StatisticsConfig,
        agent: &AgentId,
        window: Window,
        now: Wall,
    ) -> AgentStatistics {
        let from = config.site(agent.switch()).from(window, now);
        let gaps = self.gaps(agent.switch(), from, now);
        let shift = self.agents.get(agent).cloned().unwrap_or_default();
        let intervals = shift.intervals(from, now, &gaps);
        let mut states: Vec<StateTime> = Vec::new();
        let mut unobserved_ms = 0;
        for interval in &intervals {
            let duration_ms = millis(interval.from, interval.to);
            let Some(state) = interval.state else {
                unobserved_ms += duration_ms;
                continue;
            };
            let known = states
                .iter_mut()
                .find(|s| (s.state, &s.reason) == (state, &interval.reason));
            if let Some(known) = known {
                known.times = known.times.saturating_add(1);
                known.duration_ms += duration_ms;
            } else {
                states.push(StateTime {
                    state,
                    reason: interval.reason.clone(),
                    times: 1,
                    duration_ms,
                });
            }
        }
        AgentStatistics {
            agent: agent.clone(),
            window,
            from,
            to: now,
            sequence: self.position,
            complete: unobserved_ms == 0,
            unobserved_ms,
            states,
            intervals,
        }
    }
}

fn level(site: &SiteStatistics, queue: &DeviceId, visits: &[&Visit]) -> ServiceLevel {
    let thresholds = site.thresholds(queue);
    let (threshold_ms, short_abandon_ms) = (whole(thresholds.service_level), whole(thresholds.short_abandon));
    let mut level = ServiceLevel {
        threshold_ms,
        short_abandon_ms,
        ..ServiceLevel::default()
    };
    for visit in visits {
        match (visit.left, visit.wait()) {
            (Some((_, End::Answered)), Some(wait)) => {
                level.of += 1;
                level.answered_within += u32::from(wait <= threshold_ms);
            }
            (Some((_, End::Abandoned)), Some(wait)) if wait < short_abandon_ms => {}
            (Some(_), Some(_)) => level.of += 1,
            _ => {}
        }
    }
    level.percent = percent(level.answered_within.into(), level.of.into());
    level
}
