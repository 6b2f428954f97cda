//! When windows begin.

use super::*;
use jiff::tz::TimeZone;

fn berlin() -> SiteStatistics {
    SiteStatistics {
        zone: TimeZone::get("Europe/Berlin").unwrap(),
        ..SiteStatistics::default()
    }
}

fn hours(site: &SiteStatistics, now: &str) -> f64 {
    let now: Wall = now.parse().unwrap();
    millis(site.from(Window::Today, now), now) as f64 / 3_600_000.0
}

#[test]
fn today_begins_at_midnight_of_the_site() {
    assert_eq!(
        berlin()
            .from(Window::Today, "2026-11-20T22:59:59.999Z".parse().unwrap())
            .to_string(),
        "2026-11-19T23:00:00.000Z"
    );
    assert_eq!(hours(&berlin(), "2026-11-20T23:00:00Z"), 0.0);
}

#[test]
fn a_day_on_which_the_clocks_change_has_23_or_25_hours() {
    // One moment before the next midnight in Berlin.
    let hour = 1.0 / 3_600_000.0;
    assert_eq!(hours(&berlin(), "2026-03-29T21:59:59.999Z"), 23.0 - hour);
    assert_eq!(hours(&berlin(), "2026-10-25T22:59:59.999Z"), 25.0 - hour);
    assert_eq!(hours(&berlin(), "2026-10-26T22:59:59.999Z"), 24.0 - hour);
}

#[test]
fn the_short_windows_are_as_long_as_they_say_also_across_midnight() {
    let now: Wall = "2026-11-20T23:05:00Z".parse().unwrap();
    assert_eq!(millis(berlin().from(Window::Quarter, now), now), 15 * 60_000);
    assert_eq!(millis(berlin().from(Window::Hour, now), now), 60 * 60_000);
    assert_eq!(berlin().horizon(now), berlin().from(Window::Hour, now));
}

#[test]
fn a_zone_in_which_midnight_is_skipped_begins_its_day_when_it_begins() {
    let site = SiteStatistics {
        zone: TimeZone::get("America/Santiago").unwrap(),
        ..SiteStatistics::default()
    };
    // On the night to the 6th of September 2026 the clocks go from 00:00 to 01:00.
    let begins = site.from(Window::Today, "2026-09-06T12:00:00Z".parse().unwrap());
    assert_eq!(begins.to_string(), "2026-09-06T04:00:00.000Z");
}
