//! Agents: what follows of what they do in their queues and of the calls at their phones.

use super::stage::*;
use crate::model::*;

use AgentEvent as A;
use AgentState as S;
use ConnectionEvent as E;

fn agent(key: &str) -> AgentId {
    AgentId::new(&switch(), key)
}

fn device(key: &str) -> DeviceId {
    DeviceId::new(&switch(), key)
}

/// Ann is at phone A.
fn ann(queue: &str, event: AgentEvent) -> AgentFact {
    AgentFact {
        device: Some(device("A")),
        ..AgentFact::of(agent("ann"), Some(device(queue)), event)
    }
}

fn not_ready(queue: &str, reason: &str) -> AgentFact {
    AgentFact {
        reason: Some(Text::from(reason)),
        set_by: Some(SetBy::Application),
        ..ann(queue, A::NotReady)
    }
}

/// The agents of the events, each as `type state`.
fn lines(events: &[Event]) -> Vec<String> {
    let line = |event: &Event| match &event.data {
        Data::Agent(data) => {
            let kind = event.kind.as_str().trim_start_matches("lineside.agent.");
            let reason = data.agent.reason.as_ref().map(|r| format!(" {r}")).unwrap_or_default();
            Some(format!("{kind} {:?}{reason}", data.agent.state))
        }
        _ => None,
    };
    events.iter().filter_map(line).collect()
}

fn says(stage: &mut Stage, facts: impl IntoIterator<Item = AgentFact>) -> Vec<String> {
    lines(&stage.events(facts.into_iter().map(Fact::Agent)))
}

fn moves(stage: &mut Stage, call: &str, key: &str, event: ConnectionEvent) -> Vec<String> {
    lines(&stage.events([moved(call, key, event, Cause::NewCall)]))
}

fn the(stage: &Stage) -> Agent {
    stage.engine.agents().find(|a| a.id == agent("ann")).unwrap().clone()
}

/// Ann takes calls in the queue Q1.
fn ready() -> Stage {
    let mut stage = Stage::new();
    says(&mut stage, [ann("Q1", A::LoggedOn), ann("Q1", A::Ready)]);
    stage
}

#[test]
fn who_logs_on_is_told_with_what_comes_of_it() {
    let mut stage = Stage::new();
    let told = says(&mut stage, [ann("Q1", A::LoggedOn), ann("Q1", A::Ready)]);
    assert_eq!(told, ["loggedOn Ready", "ready Ready"]);
    assert_eq!(the(&stage).device, Some(device("A")));
    assert_eq!(says(&mut stage, [ann("Q1", A::Ready)]), [""; 0], "said again");
}

#[test]
fn a_second_queue_changes_no_state() {
    let mut stage = ready();
    assert_eq!(says(&mut stage, [ann("Q2", A::Ready)]), ["updated Ready"]);
    let queues: Vec<_> = the(&stage).queues.into_iter().map(|q| (q.queue, q.state)).collect();
    assert_eq!(queues, [(device("Q1"), S::Ready), (device("Q2"), S::Ready)]);
}

#[test]
fn not_ready_is_who_takes_calls_nowhere_for_the_newest_reason() {
    let mut stage = ready();
    says(&mut stage, [ann("Q2", A::Ready)]);
    assert_eq!(says(&mut stage, [not_ready("Q1", "lunch")]), ["updated Ready"]);
    assert_eq!(
        says(&mut stage, [not_ready("Q2", "break")]),
        ["notReady NotReady break"]
    );
    assert_eq!(the(&stage).set_by, Some(SetBy::Application));
    assert_eq!(says(&mut stage, [ann("Q1", A::Ready)]), ["ready Ready"]);
    assert_eq!(the(&stage).queues[1].reason, Some(Text::from("break")));
    assert_eq!(the(&stage).set_by, None, "nobody told who");
}

#[test]
fn a_new_reason_in_the_same_state_is_a_new_event_and_a_new_interval() {
    let mut stage = ready();
    says(&mut stage, [not_ready("Q1", "lunch")]);
    let before = the(&stage).since;
    assert_eq!(says(&mut stage, [not_ready("Q1", "lunch")]), [""; 0]);
    assert_eq!(
        says(&mut stage, [not_ready("Q1", "meeting")]),
        ["notReady NotReady meeting"]
    );
    assert!(the(&stage).since > before);
}

#[test]
fn who_is_logged_off_everywhere_is_logged_off_and_has_left_its_places() {
    let mut stage = ready();
    says(&mut stage, [ann("Q2", A::Ready)]);
    assert_eq!(says(&mut stage, [ann("Q1", A::LoggedOff)]), ["updated Ready"]);
    let events = stage.events([Fact::Agent(ann("Q2", A::LoggedOff))]);
    assert_eq!(lines(&events), ["loggedOff LoggedOff"]);
    let Data::Agent(data) = &events[0].data else {
        panic!("{events:?}")
    };
    assert_eq!(data.left, [device("A"), device("Q2")]);
    assert_eq!((data.agent.device.clone(), data.agent.queues.len()), (None, 0));
}

#[test]
fn who_calls_or_is_called_is_busy_until_the_end_of_the_call() {
    let mut stage = ready();
    // Her own call is one from its first moment on.
    assert_eq!(moves(&mut stage, "1", "A", E::ServiceInitiated), ["busy Busy"]);
    assert_eq!(moves(&mut stage, "1", "A", E::Originated), [""; 0]);
    assert_eq!(the(&stage).queues[0].state, S::Busy);
    assert_eq!(moves(&mut stage, "1", "A", E::ConnectionCleared), ["ready Ready"]);
    // Who is only rung is not busy.
    assert_eq!(moves(&mut stage, "2", "B", E::Originated), [""; 0]);
    assert_eq!(moves(&mut stage, "2", "A'", E::Delivered), [""; 0]);
    assert_eq!(moves(&mut stage, "2", "A'", E::Established), ["busy Busy"]);
    assert_eq!(moves(&mut stage, "2", "A'", E::Held), [""; 0]);
    assert_eq!(moves(&mut stage, "2", "A'", E::ConnectionCleared), ["ready Ready"]);
}

#[test]
fn two_calls_of_an_agent_are_one_time_of_being_busy() {
    let mut stage = ready();
    stage.talk("1", "B", "A");
    moves(&mut stage, "1", "A", E::Held);
    assert_eq!(moves(&mut stage, "2", "A'", E::Originated), [""; 0]);
    assert_eq!(moves(&mut stage, "1", "A", E::ConnectionCleared), [""; 0]);
    assert_eq!(moves(&mut stage, "2", "A'", E::ConnectionCleared), ["ready Ready"]);
}

#[test]
fn a_wrap_up_follows_the_call_and_then_what_was_before() {
    let mut stage = ready();
    stage.talk("1", "B", "A");
    let facts = [
        moved("1", "A", E::ConnectionCleared, Cause::NormalClearing),
        Fact::Agent(ann("Q1", A::WorkingAfterCall)),
    ];
    assert_eq!(lines(&stage.events(facts)), ["workingAfterCall WorkingAfterCall"]);
    assert_eq!(says(&mut stage, [ann("Q1", A::Ready)]), ["ready Ready"]);
}

#[test]
fn what_is_set_in_a_call_waits_for_its_end() {
    let mut stage = ready();
    stage.talk("1", "B", "A");
    assert_eq!(the(&stage).pending_state, None);
    assert_eq!(says(&mut stage, [not_ready("Q1", "lunch")]), ["updated Busy"]);
    let pending = the(&stage);
    assert_eq!(
        (pending.pending_state, pending.pending_reason),
        (Some(S::NotReady), Some(Text::from("lunch")))
    );
    assert_eq!(pending.queues[0].state, S::NotReady, "no next call comes from there");
    assert_eq!(
        moves(&mut stage, "1", "A", E::ConnectionCleared),
        ["notReady NotReady lunch"]
    );
    assert_eq!(
        (the(&stage).pending_state, the(&stage).set_by),
        (None, Some(SetBy::Application))
    );
}

#[test]
fn the_connections_of_an_agent_name_it_for_as_long_as_they_last() {
    let mut stage = ready();
    stage.talk("1", "B", "A");
    let of_a = |stage: &Stage| {
        let call = stage.the_call();
        call.connections
            .iter()
            .find(|c| c.device == Some(device("A")))
            .unwrap()
            .agent
            .clone()
    };
    assert_eq!(of_a(&stage), Some(agent("ann")));
    says(&mut stage, [ann("Q1", A::LoggedOff)]);
    moves(&mut stage, "1", "A", E::Held);
    assert_eq!(of_a(&stage), Some(agent("ann")));
}

#[test]
fn the_intervals_of_an_agent_meet_and_never_run_back() {
    let mut stage = ready();
    stage.switch_clock = Some(2_000_000);
    let mut events = stage.events([Fact::Agent(not_ready("Q1", "lunch"))]);
    stage.switch_clock = Some(1_999_000);
    events.extend(stage.events([Fact::Agent(ann("Q1", A::Ready))]));
    stage.switch_clock = Some(2_000_500);
    events.extend(stage.events([Fact::Agent(not_ready("Q1", "break"))]));
    let times: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.data {
            Data::Agent(data) => Some((event.time.as_millis(), data.agent.since.as_millis())),
            _ => None,
        })
        .collect();
    assert_eq!(
        times,
        [(2_000_000, 2_000_000), (2_000_000, 2_000_000), (2_000_500, 2_000_500)]
    );
}

fn listed(agents: Vec<AgentFact>) -> Fact {
    Fact::Snapshot(Box::new(SnapshotFact {
        agents: Some(agents),
        queues: Some(Vec::new()),
        ..SnapshotFact::default()
    }))
}

fn down() -> Fact {
    Fact::Link(LinkFact::Down {
        reason: Text::from("cut"),
        heard: None,
    })
}

#[test]
fn what_changed_while_the_link_was_down_is_corrected_and_marked_since_when_it_was() {
    let mut stage = ready();
    stage.say([down()]);
    stage.millis = 10_000;
    let found = AgentFact {
        since: Some(Wall::from_millis(1_004_000)),
        ..not_ready("Q1", "lunch")
    };
    let events = stage.events([listed(vec![found])]);
    assert_eq!(lines(&events), ["notReady NotReady lunch"]);
    let kinds: Vec<_> = events.iter().map(|e| (e.kind.as_str(), e.reconstructed)).collect();
    assert_eq!(
        kinds,
        [
            ("lineside.link.up", false),
            ("lineside.agent.notReady", true),
            ("lineside.queue.updated", true),
            ("lineside.link.resynced", false)
        ]
    );
    assert_eq!(the(&stage).since, Wall::from_millis(1_004_000));
}

#[test]
fn an_agent_that_the_switch_does_not_list_is_logged_off_and_without_a_list_stays() {
    let mut stage = ready();
    stage.say([down()]);
    assert_eq!(lines(&stage.events([Fact::Snapshot(Box::default())])), [""; 0]);
    stage.say([down()]);
    assert_eq!(lines(&stage.events([listed(Vec::new())])), ["loggedOff LoggedOff"]);
    assert_eq!(moves(&mut stage, "1", "A", E::Originated), [""; 0]);
}

#[test]
fn a_state_that_lasts_over_a_restart_keeps_its_since() {
    let mut stage = ready();
    says(&mut stage, [ann("Q2", A::Ready), not_ready("Q2", "paperwork")]);
    stage.talk("1", "B", "A");
    says(&mut stage, [not_ready("Q1", "lunch")]);
    let before = the(&stage);
    let restored = Restored {
        calls: vec![stage.the_call()],
        agents: vec![before.clone()],
        memos: stage.engine.notes(),
        ..Restored::default()
    };
    let mut stage = Stage::restored(restored);
    stage.millis = 60_000;
    assert_eq!(says(&mut stage, [not_ready("Q1", "lunch")]), [""; 0]);
    assert_eq!(the(&stage), before);
    // And what waited for the end of the call comes, though nobody says it again.
    assert_eq!(
        moves(&mut stage, "1", "A", E::ConnectionCleared),
        ["notReady NotReady lunch"]
    );
}

#[test]
fn an_agent_without_queues_is_one_of_the_switch_itself() {
    let mut stage = Stage::new();
    let all = |event| AgentFact {
        device: Some(device("A")),
        ..AgentFact::of(agent("ann"), None, event)
    };
    assert_eq!(
        says(&mut stage, [all(A::LoggedOn), all(A::Ready)]),
        ["loggedOn Ready", "ready Ready"]
    );
    assert_eq!(says(&mut stage, [all(A::LoggedOff)]), ["loggedOff LoggedOff"]);
    // One that is logged on nowhere is known, too.
    let bob = AgentFact::of(agent("bob"), None, A::Updated);
    assert_eq!(says(&mut stage, [bob]), ["updated LoggedOff"]);
}
