//! Queues: who waits in which order, who answers, and how often it is told.

use super::stage::*;
use crate::model::*;

use ConnectionEvent as E;

fn device(key: &str) -> DeviceId {
    DeviceId::new(&switch(), key)
}

fn last(events: &[Event]) -> Option<Queue> {
    let queue = |event: &Event| match &event.data {
        Data::Queue(data) => Some(data.queue.clone()),
        _ => None,
    };
    events.iter().filter_map(queue).next_back()
}

/// The call `n` comes to wait in Q; the switch says at which place.
fn comes(stage: &mut Stage, n: u32, position: u32) -> Option<Queue> {
    let (of, caller, place) = (n.to_string(), format!("T{n}"), format!("Q{}", "'".repeat(n as usize)));
    stage.say([moved(&of, &caller, E::Originated, Cause::NewCall)]);
    let events = stage.events([
        moved(&of, &place, E::Queued, Cause::EnteringDistribution),
        Fact::Position {
            connection: leg(&place),
            position,
        },
    ]);
    last(&events)
}

fn goes(stage: &mut Stage, n: u32) -> Option<Queue> {
    let place = format!("Q{}", "'".repeat(n as usize));
    last(&stage.events([moved("?", &place, E::Diverted, Cause::Distributed)]))
}

/// Lets the time pass until something is due.
fn later(stage: &mut Stage) -> Option<Queue> {
    stage.millis = i64::try_from(stage.engine.poll_timeout().unwrap().as_micros()).unwrap() / 1000;
    let now = stage.now();
    last(&stage.engine.handle_timeout(now)?.events)
}

fn callers(queue: &Queue, stage: &Stage) -> Vec<String> {
    let caller = |w: &WaitingCall| {
        let call = stage.engine.calls().find(|call| call.id == w.call).unwrap();
        format!("{} {}", w.position, call.calling_device.device.as_ref().unwrap().key())
    };
    queue.waiting.iter().map(caller).collect()
}

#[test]
fn the_first_change_is_told_at_once_and_the_last_when_a_second_is_over() {
    let mut stage = Stage::new();
    assert_eq!(comes(&mut stage, 1, 1).unwrap().waiting.len(), 1);
    assert_eq!(comes(&mut stage, 2, 2), None);
    assert_eq!(comes(&mut stage, 3, 3), None);
    assert_eq!(later(&mut stage).unwrap().waiting.len(), 3);
    assert_eq!(stage.engine.poll_timeout(), None);
    stage.millis += 2000;
    assert_eq!(goes(&mut stage, 1).unwrap().waiting.len(), 2);
}

#[test]
fn what_changed_and_changed_back_within_the_second_is_not_told() {
    let mut stage = Stage::new();
    comes(&mut stage, 1, 1);
    comes(&mut stage, 2, 2);
    goes(&mut stage, 2);
    assert_eq!(later(&mut stage), None);
    assert_eq!(stage.engine.poll_timeout(), None);
}

#[test]
fn who_waits_stands_where_the_switch_said_and_moves_up() {
    let mut stage = Stage::new();
    comes(&mut stage, 1, 1);
    comes(&mut stage, 2, 2);
    comes(&mut stage, 3, 1);
    let queue = later(&mut stage).unwrap();
    assert_eq!(callers(&queue, &stage), ["1 T3", "2 T1", "3 T2"]);
    goes(&mut stage, 1);
    let queue = later(&mut stage).unwrap();
    assert_eq!(callers(&queue, &stage), ["1 T3", "2 T2"]);
}

#[test]
fn the_order_survives_a_restart() {
    let mut stage = Stage::new();
    comes(&mut stage, 1, 1);
    comes(&mut stage, 2, 1);
    let queue = later(&mut stage).unwrap();
    let restored = Restored {
        calls: stage.engine.calls().cloned().collect(),
        queues: vec![queue.clone()],
        memos: stage.engine.notes(),
        ..Restored::default()
    };
    let mut stage = Stage::restored(restored);
    let queue = comes(&mut stage, 3, 3).unwrap();
    assert_eq!(callers(&queue, &stage), ["1 T2", "2 T1", "3 T3"]);
}

#[test]
fn the_bridge_stops_with_everything_told() {
    let mut stage = Stage::new();
    comes(&mut stage, 1, 1);
    comes(&mut stage, 2, 2);
    let now = stage.now();
    let batch = stage.engine.shutdown(now).unwrap();
    assert_eq!(last(&batch.events).unwrap().waiting.len(), 2);
}

#[test]
fn the_members_of_a_queue_are_its_agents_as_they_are_there() {
    let mut stage = Stage::new();
    let fact = |event| AgentFact {
        device: Some(device("A")),
        penalty: Some(3),
        ..AgentFact::of(AgentId::new(&switch(), "ann"), Some(device("Q")), event)
    };
    let name = QueueFact {
        queue: device("Q"),
        name: Some(Text::from("Sales")),
    };
    let queue = last(&stage.events([Fact::Queue(name), Fact::Agent(fact(AgentEvent::Ready))])).unwrap();
    assert_eq!(queue.name, Some(Text::from("Sales")));
    let [member] = &queue.members[..] else {
        panic!("{queue:?}")
    };
    assert_eq!((member.state, member.penalty), (AgentState::Ready, 3));
    stage.talk("1", "B", "A");
    assert_eq!(later(&mut stage).unwrap().members[0].state, AgentState::Busy);
    stage.millis += 1000;
    assert!(
        last(&stage.events([Fact::Agent(fact(AgentEvent::LoggedOff))]))
            .unwrap()
            .members
            .is_empty()
    );
}
