//! The rules for the edges: what counts when the bridge did not see it all, and when calls come back or become one.

use super::*;

const OPEN: &str = "
    08:00:00 link up
    08:00:00 agent 7 ready
";

fn play(lines: &str) -> Play {
    Play::of(&format!("{OPEN}{lines}"))
}

fn sum(told: &QueueStatistics) -> u32 {
    let redirected = &told.redirected;
    told.answered
        + told.abandoned
        + told.short_abandoned
        + told.timed_out
        + redirected.emptied
        + redirected.withdrawn
        + redirected.elsewhere
        + told.unobserved
        + told.waiting
}

#[test]
fn who_entered_in_one_window_and_is_answered_in_the_next_counts_where_he_entered() {
    let play = play(
        "08:40:00 c1 queued
         08:50:00 c1 answered 7",
    );
    let told = queue(&play, "08:54:00");
    assert_eq!((told.offered, told.answered), (1, 1));
    let told = queue(&play, "09:00:00");
    assert_eq!((told.offered, told.answered), (0, 0));
    let told = play.fold().queue(&config(), &support(), Window::Hour, at("09:00:00"));
    assert_eq!((told.offered, told.answered), (1, 1));
}

#[test]
fn who_waits_since_before_the_window_is_waiting_now_and_not_offered() {
    let play = play("08:10:00 c1 queued");
    let told = queue(&play, "09:00:00");
    assert_eq!((told.offered, told.waiting, told.waiting_now), (0, 0, 1));
    assert_eq!(told.longest_waiting_now_ms, Some(50 * 60_000));
}

#[test]
fn every_way_to_leave_is_told_apart_and_all_of_them_are_what_was_offered() {
    let play = play(
        "08:50:00 c1 queued
         08:50:01 c2 queued
         08:50:02 c3 queued
         08:50:03 c4 queued
         08:50:04 c5 queued
         08:50:05 c6 queued
         08:50:06 c7 queued
         08:50:07 c8 queued
         08:50:10 c1 answered 7
         08:50:06 c2 abandoned
         08:50:06 c3 abandoned
         08:51:00 c4 diverted queueTimeOverflow
         08:51:00 c5 diverted noAvailableAgents
         08:51:00 c6 diverted queueCleared
         08:51:00 c7 diverted redirected",
    );
    let told = queue(&play, "09:00:00");
    assert_eq!((told.offered, told.answered, told.abandoned), (8, 1, 1));
    assert_eq!((told.short_abandoned, told.timed_out, told.waiting), (1, 1, 1));
    let redirected = told.redirected;
    assert_eq!(
        (redirected.emptied, redirected.withdrawn, redirected.elsewhere),
        (1, 1, 1)
    );
    assert_eq!(sum(&told), told.offered);
    assert!(told.complete);
}

#[test]
fn who_gives_up_at_the_threshold_is_no_short_abandon() {
    let play = play(
        "08:50:00 c1 queued
         08:50:05 c1 abandoned
         08:50:10 c2 queued
         08:50:14.999 c2 abandoned",
    );
    let told = queue(&play, "09:00:00");
    assert_eq!((told.abandoned, told.short_abandoned, told.service_level.of), (1, 1, 1));
}

#[test]
fn who_is_answered_at_the_threshold_is_answered_soon_enough() {
    let play = play(
        "08:50:00 c1 queued
         08:50:20 c1 answered 7
         08:51:00 c2 queued
         08:51:20.001 c2 answered 7",
    );
    let level = queue(&play, "09:00:00").service_level;
    assert_eq!((level.answered_within, level.of, level.percent), (1, 2, Some(50.0)));
}

#[test]
fn a_queue_has_the_thresholds_that_are_configured_for_it() {
    let play = play(
        "08:50:00 c1 queued
         08:50:25 c1 answered 7",
    );
    let own = Thresholds {
        service_level: Duration::from_secs(30),
        ..Thresholds::default()
    };
    let site = SiteStatistics {
        queues: [(support(), own)].into(),
        ..SiteStatistics::default()
    };
    let config = StatisticsConfig {
        sites: [(switch_name("hq"), site)].into(),
    };
    let told = play.fold().queue(&config, &support(), Window::Quarter, at("09:00:00"));
    assert_eq!(
        (told.service_level.threshold_ms, told.service_level.answered_within),
        (30_000, 1)
    );
}

#[test]
fn a_call_that_comes_back_is_offered_twice() {
    let play = play(
        "08:50:00 c1 queued
         08:50:10 c1 answered 7
         08:51:10 c1 leaves 7
         08:51:10 c1 queued
         08:51:30 c1 answered 7
         08:52:00 c1 cleared",
    );
    let told = queue(&play, "09:00:00");
    assert_eq!((told.offered, told.answered), (2, 2));
    assert_eq!((told.talk.count, told.talk.average_ms), (2, Some(45_000)));
}

#[test]
fn the_agent_talks_until_it_leaves_and_a_transfer_by_it_ends_that() {
    let mut play = play(
        "08:50:00 c1 queued
         08:50:10 c1 answered 7
         08:51:10 c1 held 7",
    );
    play.transfer("08:51:40", "c2", "c1", "7");
    let told = queue(&play, "09:00:00");
    assert_eq!(
        (told.talk.average_ms, told.hold.average_ms),
        (Some(60_000), Some(30_000))
    );
}

#[test]
fn who_waits_stays_the_same_visit_when_two_calls_become_one() {
    let mut play = play("08:50:00 c1 queued");
    play.transfer("08:50:10", "c2", "c1", "9");
    let told = queue(&play, "08:50:20");
    assert_eq!((told.offered, told.waiting_now), (1, 1));
    play.line("08:50:30 c2 abandoned");
    let told = queue(&play, "09:00:00");
    assert_eq!(
        (told.offered, told.abandoned, told.wait.longest_ms),
        (1, 1, Some(30_000))
    );
}

#[test]
fn what_ended_while_nobody_heard_is_unobserved_and_its_wait_is_not_counted() {
    let play = play(
        "08:50:00 c1 queued
         08:50:30 link down
         08:51:30 link up
         08:51:30 found c1 abandoned",
    );
    let told = queue(&play, "09:00:00");
    assert_eq!((told.offered, told.unobserved, told.abandoned), (1, 1, 0));
    assert_eq!((told.wait.count, told.service_level.of), (0, 0));
    assert_eq!((told.complete, told.unobserved_ms), (false, 60_000));
    assert_eq!(sum(&told), told.offered);
}

#[test]
fn who_was_found_waiting_is_offered_and_his_wait_is_not_counted() {
    let play = play(
        "08:50:30 link down
         08:51:30 link up
         08:51:30 found c1 queued
         08:52:00 c1 answered 7",
    );
    let told = queue(&play, "09:00:00");
    assert_eq!(
        (told.offered, told.answered, told.wait.count, told.service_level.of),
        (1, 1, 0, 0)
    );
    assert!(!told.complete);
}

#[test]
fn who_waited_while_nobody_heard_and_is_answered_later_has_waited_all_the_time() {
    let play = play(
        "08:50:00 c1 queued
         08:50:30 link down
         08:51:30 link up
         08:52:00 c1 answered 7",
    );
    let told = queue(&play, "09:00:00");
    assert_eq!((told.wait.average_ms, told.answered), (Some(120_000), 1));
}

#[test]
fn a_talk_in_which_nobody_heard_for_a_while_is_not_averaged() {
    let play = play(
        "08:50:00 c1 queued
         08:50:10 c1 answered 7
         08:50:30 link down
         08:51:30 link up
         08:52:00 c1 cleared",
    );
    let told = queue(&play, "09:00:00");
    assert_eq!((told.answered, told.talk.count), (1, 0));
}

#[test]
fn while_the_link_is_down_the_time_that_nobody_hears_grows() {
    let play = play("08:59:00 link down");
    assert_eq!(queue(&play, "09:00:00").unobserved_ms, 60_000);
    assert_eq!(queue(&play, "09:01:00").unobserved_ms, 120_000);
}

#[test]
fn a_bridge_that_was_gone_did_not_hear_since_its_last_event() {
    let started = play(
        "08:50:00 c1 queued
         08:52:00 link up",
    );
    assert_eq!(queue(&started, "09:00:00").unobserved_ms, 120_000);
    let unreached = play(
        "08:50:00 c1 queued
         08:52:00 link unreached
         08:53:00 link up",
    );
    assert_eq!(queue(&unreached, "09:00:00").unobserved_ms, 180_000);
}

#[test]
fn a_line_that_died_unnoticed_was_heard_until_the_bridge_says() {
    let died = play(
        "08:50:00 c1 queued
         08:52:00 link died
         08:53:00 link up
         08:53:00 link resynced 08:51:59",
    );
    assert_eq!(queue(&died, "09:00:00").unobserved_ms, 61_000);
    // Whatever the bridge says: what it logged, it heard.
    let killed = play(
        "08:50:00 c1 queued
         08:52:00 link up
         08:52:00 link resynced 08:30:00",
    );
    assert_eq!(queue(&killed, "09:00:00").unobserved_ms, 120_000);
    let new = Play::of(
        "08:55:00 link up
         08:55:00 link resynced 08:54:59",
    );
    assert_eq!(queue(&new, "09:00:00").unobserved_ms, 10 * 60_000);
}

#[test]
fn before_the_first_event_nothing_was_observed() {
    let play = Play::of("08:55:00 link up");
    let told = queue(&play, "09:00:00");
    assert_eq!((told.unobserved_ms, told.complete), (10 * 60_000, false));
}

#[test]
fn the_work_after_a_call_is_that_of_the_agent_who_answered_and_of_the_last_call() {
    let play = play(
        "08:50:00 c1 queued
         08:50:00 agent 7 busy
         08:50:10 c1 answered 7
         08:51:00 agent 7 workingAfterCall
         08:51:00 c1 cleared
         08:51:20 agent 7 ready
         08:52:00 agent 7 workingAfterCall
         08:53:00 agent 7 ready",
    );
    let told = queue(&play, "09:00:00");
    assert_eq!((told.wrap_up.count, told.wrap_up.average_ms), (1, Some(20_000)));
}

#[test]
fn an_agent_who_is_not_ready_or_logged_off_is_not_staffed() {
    let play = play(
        "08:48:00 agent 7 notReady lunch
         08:54:00 agent 7 busy
         08:57:00 agent 7 loggedOff",
    );
    let occupancy = queue(&play, "09:00:00").occupancy;
    assert_eq!((occupancy.busy_ms, occupancy.staffed_ms), (3 * 60_000, 6 * 60_000));
    assert_eq!((occupancy.percent, occupancy.agents), (Some(50.0), 1));
}

#[test]
fn a_queue_that_took_more_than_is_remembered_says_that_it_is_not_complete() {
    let mut line = visit::Line::default();
    let first = line.enter(at("09:00:00"), true);
    for _ in 0..visit::VISITS {
        line.enter(at("09:00:01"), true);
    }
    assert!(line.visit(first).is_none() && line.visit(first + 1).is_some());
    assert_eq!(line.dropped, Some(at("09:00:00")));
    line.forget(at("09:00:02"));
    assert_eq!((line.since(at("08:00:00")).count(), line.dropped), (0, None));
}
