//! The time of an agent, state by state, is the window and nothing else.

use super::*;

fn is_whole(told: &AgentStatistics) {
    let window = millis(told.from, told.to);
    let states: u64 = told.states.iter().map(|state| state.duration_ms).sum();
    assert_eq!(states + told.unobserved_ms, window, "{told:#?}");
    let mut at = told.from;
    for interval in &told.intervals {
        assert_eq!(interval.from, at, "{told:#?}");
        at = interval.to;
    }
    assert_eq!(at, told.to, "{told:#?}");
    assert_eq!(told.complete, told.unobserved_ms == 0);
}

fn durations(told: &AgentStatistics) -> Vec<(String, u64)> {
    let shown = |state: &crate::model::StateTime| {
        let reason = state
            .reason
            .as_ref()
            .map(|reason| format!(" {reason}"))
            .unwrap_or_default();
        (format!("{:?}{reason}", state.state), state.duration_ms / 1000)
    };
    told.states.iter().map(shown).collect()
}

#[test]
fn a_new_reason_in_the_same_state_is_a_new_interval() {
    let play = Play::of(
        "08:00:00 link up
         08:00:00 agent 7 ready
         08:50:00 agent 7 notReady lunch
         08:52:00 agent 7 notReady training
         08:55:00 agent 7 ready
         08:56:00 agent 7 notReady lunch",
    );
    let told = agent(&play, "09:00:00");
    is_whole(&told);
    let expected = [("Ready", 360), ("NotReady lunch", 360), ("NotReady training", 180)];
    assert_eq!(durations(&told), expected.map(|(state, time)| (state.to_owned(), time)));
    assert_eq!(told.states.iter().map(|s| s.times).collect::<Vec<_>>(), [2, 2, 1]);
}

#[test]
fn while_nobody_heard_the_state_is_not_known() {
    let play = Play::of(
        "08:00:00 link up
         08:00:00 agent 7 ready
         08:50:00 link down
         08:52:00 link up
         08:52:00 found agent 7 busy",
    );
    let told = agent(&play, "09:00:00");
    is_whole(&told);
    assert_eq!(told.unobserved_ms, 120_000);
    let states: Vec<_> = told.intervals.iter().map(|interval| interval.state).collect();
    use crate::model::AgentState::{Busy, Ready};
    assert_eq!(states, [Some(Ready), None, Some(Busy)]);
}

#[test]
fn before_an_agent_was_told_of_its_state_is_not_known() {
    let play = Play::of(
        "08:00:00 link up
         08:57:00 agent 7 ready",
    );
    let told = agent(&play, "09:00:00");
    is_whole(&told);
    assert_eq!(
        (told.unobserved_ms, durations(&told)),
        (720_000, vec![("Ready".to_owned(), 180)])
    );
}

#[test]
fn whatever_happens_the_durations_are_exactly_the_window() {
    let states = [
        "loggedOff",
        "notReady lunch",
        "notReady training",
        "ready",
        "busy",
        "workingAfterCall",
    ];
    // A small generator of our own: the same run every time.
    let mut chance: u64 = 11;
    let mut pick = |of: u64| {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (chance >> 33) % of
    };
    for _ in 0..300 {
        let mut lines = String::new();
        let mut second = 0;
        for _ in 0..pick(40) {
            second += pick(90);
            let time = format!(
                "{:02}:{:02}:{:02}.{:03}",
                8 + second / 3600,
                second / 60 % 60,
                second % 60,
                pick(1000)
            );
            let what = match pick(8) {
                0 => "link down".to_owned(),
                1 | 2 => "link up".to_owned(),
                _ => format!("agent 7 {}", states[pick(6) as usize]),
            };
            lines.push_str(&format!("{time} {what}\n"));
        }
        let play = Play::of(&lines);
        let end = format!("08:{:02}:{:02}.{:03}", pick(60), pick(60), pick(1000));
        for window in Window::ALL {
            is_whole(&play.fold().agent_statistics(&config(), &seven(), *window, at(&end)));
        }
    }
}

#[test]
fn what_is_in_no_window_any_more_is_forgotten_and_changes_no_answer() {
    let play = Play::of(
        "08:00:00 link up
         08:00:00 agent 7 ready
         09:00:00 c1 queued
         09:00:10 c1 answered 7
         09:01:00 c1 cleared",
    );
    let mut fold = play.fold();
    // Two days later: today began at midnight.
    let later = Wall::from_millis(at("09:00:00").as_millis() + 2 * 86_400_000);
    let before = fold.agent_statistics(&config(), &seven(), Window::Today, later);
    fold.forget(&config(), later);
    assert_eq!(fold.agent_statistics(&config(), &seven(), Window::Today, later), before);
    is_whole(&before);
    assert_eq!(durations(&before), [("Ready".to_owned(), 9 * 3600)]);
    assert_eq!(fold.queues[&support()].since(Wall::from_millis(0)).count(), 0);
}
