//! Calls that nobody heard.

use super::stage::*;
use crate::model::*;
use ConnectionEvent as E;

/// The switch has nothing.
fn nothing() -> Fact {
    Fact::Snapshot(Box::default())
}

fn at(millis: i64) -> Wall {
    Wall::from_millis(millis)
}

fn moved(who: &str, event: E, cause: Cause, direction: ConnectionDirection) -> ConnectionFact {
    ConnectionFact {
        call: CallKey(Text::from("1.1")),
        connection: ConnectionKey(Text::from(who)),
        event,
        cause,
        direction,
        who: PartyFact {
            kind: Kind::Station,
            ..PartyFact::default()
        },
        new_destination: None,
        refused: false,
    }
}

fn past() -> Fact {
    let (out, into) = (ConnectionDirection::Outgoing, ConnectionDirection::Incoming);
    Fact::Past(Box::new(PastFact {
        call: CallFact::of(CallKey(Text::from("1.1"))),
        moves: vec![
            (at(1000), moved("A", E::Originated, Cause::NewCall, out)),
            (at(3000), moved("B", E::Established, Cause::NewCall, into)),
            (at(9000), moved("B", E::ConnectionCleared, Cause::NormalClearing, into)),
            (at(9000), moved("A", E::ConnectionCleared, Cause::NormalClearing, out)),
        ],
    }))
}

#[test]
fn a_call_that_nobody_heard_is_told_with_the_times_of_its_record() {
    let mut stage = Stage::new();
    let events = stage.events([past()]);
    let told: Vec<_> = events
        .iter()
        .map(|e| (e.kind, e.time.as_millis(), e.reconstructed))
        .collect();
    assert_eq!(
        told,
        [
            (EventType::Originated, 1000, true),
            (EventType::Established, 3000, true),
            (EventType::ConnectionCleared, 9000, true),
            (EventType::ConnectionCleared, 9000, true),
            (EventType::Cleared, 9000, true),
        ]
    );
    let Data::Call(last) = &events[4].data else { panic!() };
    let call = &last.call;
    assert_eq!(
        (call.started_at, call.answered_at, call.ended_at),
        (at(1000), Some(at(3000)), Some(at(9000)))
    );
    assert_eq!((call.outcome, call.history.len()), (Some(Outcome::Answered), 2));
    // Whatever comes next has its own time again, and was heard.
    let next = stage.events([nothing()]);
    assert!(next.iter().all(|event| event.time.as_millis() > 9000));
}

#[test]
fn what_is_missed_is_asked_for_once_and_only_where_the_link_was_lost() {
    let mut stage = Stage::new();
    stage.say([nothing()]);
    assert_eq!(stage.engine.take_missed(), None);
    let down = LinkFact::Down {
        reason: Text::from("cut"),
        heard: None,
    };
    let Data::Link(down) = stage.events([Fact::Link(down)]).remove(0).data else {
        panic!()
    };
    stage.say([nothing()]);
    let (from, to) = stage.engine.take_missed().unwrap();
    assert!(from == down.switch.since && from < to);
    assert_eq!(stage.engine.take_missed(), None);
}
