use super::live::Live;
use crate::cli::story;
use crate::model::Wall;
use crate::replay::{Replay, Writer};
use serde_json::Value;

/// What a subscriber got of the recorded call from outside to 1001.
fn events() -> Vec<Value> {
    let capture =
        include_str!("../../../vendor-profiles/asterisk/asterisk/cases/inbound_data/asterisk-22.capture.ndjson");
    let replay = Replay::start(capture.as_bytes()).unwrap();
    let mut writer = Writer::new("test", replay.wall());
    let events = replay.flat_map(Result::unwrap).flat_map(|batch| writer.write(batch));
    events.map(|event| serde_json::from_str(&event).unwrap()).collect()
}

fn until(kind: &str) -> (Live, Wall) {
    let mut live = Live::default();
    for event in events() {
        live.hear(&event);
        if event["type"] == format!("lineside.{kind}") {
            return (live, event["time"].as_str().unwrap().parse().unwrap());
        }
    }
    panic!("there is no {kind}");
}

#[test]
fn a_call_is_shown_with_its_parties_their_states_and_how_long_they_last() {
    let (live, then) = until("call.delivered");
    let screen = live.screen(Wall::from_millis(then.as_millis() + 65_000), 24);
    let line = |word: &str| {
        screen
            .lines()
            .find(|line| line.contains(word))
            .unwrap_or_else(|| panic!("{word}: {screen}"))
    };
    assert!(
        line("→").contains("+491713920001") && line("→").contains("CUSTOMER=ACME-42"),
        "{screen}"
    );
    assert!(
        line("Phone 1001").contains("alerting") && line("Phone 1001").contains("01:05"),
        "{screen}"
    );
}

#[test]
fn a_call_that_ended_is_still_shown_for_a_moment_with_its_outcome() {
    let (mut live, then) = until("call.cleared");
    live.forget();
    let screen = live.screen(then, 24);
    assert!(
        screen.contains("ended, answered") && screen.contains("0 calls"),
        "{screen}"
    );
}

#[test]
fn what_does_not_fit_on_the_terminal_is_counted() {
    let (live, then) = until("call.established");
    let screen = live.screen(then, 4);
    assert!(
        screen.contains("lines more") && screen.matches('\n').count() <= 4,
        "{screen}"
    );
}

#[test]
fn an_event_is_one_line_that_says_what_happened_to_whom() {
    let lines: Vec<String> = events().iter().map(story::line).collect();
    let delivered = lines.iter().find(|line| line.contains("call.delivered")).unwrap();
    assert!(
        delivered.contains("1001 alerting") && delivered.contains("+491713920001 →"),
        "{delivered}"
    );
    assert!(lines.iter().all(|line| !line.contains('\n')));
}

#[test]
fn a_call_that_a_watched_device_has_left_is_shown_no_more() {
    let capture =
        include_str!("../../../vendor-profiles/asterisk/asterisk/cases/parallel_ring/asterisk-22.capture.ndjson");
    let replay = Replay::start(capture.as_bytes()).unwrap();
    let mut writer = Writer::new("test", replay.wall());
    let mut live = Live::of(vec!["lab:1002".to_owned()]);
    for event in replay.flat_map(Result::unwrap).flat_map(|batch| writer.write(batch)) {
        let event: Value = serde_json::from_str(&event).unwrap();
        live.hear(&event);
        let left = event["data"]["left"]
            .as_array()
            .is_some_and(|left| left.contains(&"lab:1002".into()));
        if left && event["data"]["call"]["endedAt"].is_null() {
            let screen = live.screen(event["time"].as_str().unwrap().parse().unwrap(), 24);
            assert!(screen.contains("no calls"), "{screen}");
            return;
        }
    }
    panic!("1002 never left");
}

/// An event that tells something of somebody.
fn event(kind: &str, data: &crate::model::Data) -> Value {
    serde_json::json!({ "specversion": "1.0", "type": kind, "time": "2026-11-21T04:42:28.928Z", "data": data })
}

#[test]
fn queues_are_shown_with_who_waits_and_agents_with_what_they_do_and_why() {
    let mut live = Live::default();
    let agent = crate::model::sample::agent("hq", "alice");
    live.hear(&event("lineside.agent.notReady", &agent));
    live.hear(&event(
        "lineside.queue.updated",
        &crate::model::sample::queue("hq", "500"),
    ));
    let crate::model::Data::Agent(data) = &agent else {
        panic!("{agent:?}")
    };
    let now = Wall::from_millis(data.agent.since.as_millis() + 65_000);
    let screen = live.screen(now, 24);
    let line = |word: &str| {
        screen
            .lines()
            .find(|line| line.contains(word))
            .unwrap_or_else(|| panic!("{screen}"))
    };
    let agent = line("agent Agent");
    for word in ["1001", "notReady (lunch)", "01:05", "then loggedOff", "500"] {
        assert!(agent.contains(word), "{word}: {agent}");
    }
    assert!(line("queue 500").contains("1 waiting"), "{screen}");
    assert!(
        line("1. ").contains('?'),
        "of a call that nobody told the number is not known: {screen}"
    );
    assert!(line("Lineside").contains("1 agents, 0 ready"), "{screen}");
}

#[test]
fn an_agent_who_left_the_watched_device_is_shown_no_more() {
    let mut live = Live::of(vec!["hq:1001".to_owned()]);
    let mut told = event("lineside.agent.updated", &crate::model::sample::agent("hq", "alice"));
    live.hear(&told);
    assert!(live.screen(Wall::default(), 24).contains("agent Agent"));
    told["data"]["agent"]["device"] = "hq:1002".into();
    live.hear(&told);
    assert!(!live.screen(Wall::default(), 24).contains("agent Agent"));
}

#[test]
fn an_event_of_an_agent_or_a_queue_is_a_line_that_says_why_and_by_whom() {
    let agent = story::line(&event(
        "lineside.agent.notReady",
        &crate::model::sample::agent("hq", "alice"),
    ));
    assert!(
        agent.contains("hq:alice notReady (lunch) then loggedOff by phone"),
        "{agent}"
    );
    let queue = story::line(&event(
        "lineside.queue.updated",
        &crate::model::sample::queue("hq", "500"),
    ));
    assert!(
        queue.contains("hq:500 1 waiting, ") && queue.contains(" ready"),
        "{queue}"
    );
}
