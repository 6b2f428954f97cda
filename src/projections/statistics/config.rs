use crate::model::{DeviceId, SwitchName, Wall, Window};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::time::Duration;

/// What is soon enough for an answer, where nothing else is said.
pub(crate) const SERVICE_LEVEL: Duration = Duration::from_secs(20);
/// Who gives up earlier than this is a short abandon, where nothing else is said.
pub(crate) const SHORT_ABANDON: Duration = Duration::from_secs(5);

/// The longest window that is counted back from now, in milliseconds.
const HOUR: i64 = 3_600_000;

/// How statistics are made, switch by switch.
#[derive(Clone, Debug, Default)]
pub(crate) struct StatisticsConfig {
    pub(crate) sites: BTreeMap<SwitchName, SiteStatistics>,
}

/// What is true of one site.
#[derive(Clone, Debug)]
pub(crate) struct SiteStatistics {
    /// Where its days begin.
    pub(crate) zone: TimeZone,
    /// For the queues that say nothing themselves.
    pub(crate) thresholds: Thresholds,
    /// For those that do.
    pub(crate) queues: BTreeMap<DeviceId, Thresholds>,
}

/// What is soon in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Thresholds {
    /// An answer within this time is soon enough.
    pub(crate) service_level: Duration,
    /// Who gives up within this time hardly called.
    pub(crate) short_abandon: Duration,
}

impl Default for Thresholds {
    fn default() -> Self {
        Thresholds {
            service_level: SERVICE_LEVEL,
            short_abandon: SHORT_ABANDON,
        }
    }
}

impl Default for SiteStatistics {
    fn default() -> Self {
        SiteStatistics {
            zone: TimeZone::UTC,
            thresholds: Thresholds::default(),
            queues: BTreeMap::new(),
        }
    }
}

impl SiteStatistics {
    pub(super) fn thresholds(&self, queue: &DeviceId) -> Thresholds {
        self.queues.get(queue).copied().unwrap_or(self.thresholds)
    }

    /// When a window begins that ends `now`.
    pub(super) fn from(&self, window: Window, now: Wall) -> Wall {
        let before = |millis| Wall::from_millis(now.as_millis().saturating_sub(millis));
        match window {
            Window::Quarter => before(HOUR / 4),
            Window::Hour => before(HOUR),
            Window::Today => self.midnight(now).unwrap_or_else(|| before(24 * HOUR)),
        }
    }

    /// The first moment of the day: where the clocks skip midnight, that is not 00:00.
    fn midnight(&self, now: Wall) -> Option<Wall> {
        let now = Timestamp::from_millisecond(now.as_millis()).ok()?;
        let day = now.to_zoned(self.zone.clone()).start_of_day().ok()?;
        Some(Wall::from_millis(day.timestamp().as_millisecond()))
    }

    /// What ended before is in no window any more.
    pub(super) fn horizon(&self, now: Wall) -> Wall {
        self.from(Window::Today, now).min(self.from(Window::Hour, now))
    }
}

impl StatisticsConfig {
    pub(super) fn site(&self, switch: &str) -> SiteStatistics {
        let found = self.sites.iter().find(|(name, _)| name.as_str() == switch);
        found.map(|(_, site)| site.clone()).unwrap_or_default()
    }

    /// What ended before is in no window of any site any more.
    pub(super) fn horizon(&self, now: Wall) -> Wall {
        let horizons = self.sites.values().map(|site| site.horizon(now));
        horizons.min().unwrap_or_else(|| SiteStatistics::default().horizon(now))
    }
}
