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
        uncertain: Vec::new(),
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
    assert_eq!(stage.engine.take_missed(), None);
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

/// What an earlier run left, which heard the switch last at this time.
fn earlier(memos: Vec<Memo>, heard: i64) -> Restored {
    let Data::Link(link) = Stage::restored(Restored::default())
        .events([nothing()])
        .pop()
        .unwrap()
        .data
    else {
        panic!()
    };
    Restored {
        switch: Some(link.switch),
        memos,
        heard: Some(at(heard)),
        ..Restored::default()
    }
}

#[test]
fn what_happened_while_the_bridge_was_away_is_missed_as_soon_as_it_knows_what_the_switch_has() {
    let mut stage = Stage::restored(earlier(Vec::new(), 940_000));
    assert_eq!(stage.engine.take_missed(), None);
    stage.say([nothing()]);
    assert_eq!(stage.engine.take_missed(), Some((at(940_000), at(1_000_010))));
    assert_eq!(stage.engine.take_missed(), None);
}

#[test]
fn of_what_was_never_read_the_oldest_is_given_up() {
    let mut memos = Vec::new();
    let mut all = Vec::new();
    for start in 0..20 {
        let mut stage = Stage::restored(earlier(memos, 900_000 + start));
        stage.say([nothing()]);
        all.clear();
        all.extend(std::iter::from_fn(|| stage.engine.take_missed()));
        memos = stage.engine.notes();
    }
    let from: Vec<i64> = all.iter().map(|(from, _)| from.as_millis()).collect();
    assert_eq!(from, (900_004..900_020).collect::<Vec<_>>());
}
