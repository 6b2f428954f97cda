//! A session that is up: requests and their answers.

use crate::sessions::{
    Pair, application_link, crm, ecma_354, hipath, monitor_start, monitor_started, nul, plain, report, reports,
    system_status,
};
use crate::support::{Alone, framed};
use lineside_csta::client::{Config, Event};
use lineside_csta::types::{OperationError, SystemStatusValue, UniversalFailure};
use lineside_csta::{Acse, Answer, Ask, Dialect, Failure, InvokeId, Message, RejectProblem, Request, Response, Rest};
use lineside_wire::{RequestId, Session, SubmitError};
use std::time::Duration;

pub fn up(dialect: Dialect) -> Alone {
    let mut alone = Alone::new(Config::new(dialect, None));
    alone.events();
    alone.sent();
    alone
}

/// HiPath, of which the whole login is played.
pub fn associated() -> Alone {
    let mut alone = Alone::new(Config::new(hipath(), Some(crm())));
    alone
        .says(&Message::Association(Acse::Response(Default::default())))
        .unwrap();
    let (id, request) = (InvokeId(1), system_status(SystemStatusValue::Enabled));
    alone.says(&Message::Request { id, request }).unwrap();
    assert!(matches!(alone.events().last(), Some(Event::Up(_))));
    alone.sent();
    alone
}

pub fn ask(alone: &mut Alone, device: &str) -> RequestId {
    alone.client.submit(alone.now, monitor_start(device).into()).unwrap()
}

pub fn completions(events: &[Event]) -> Vec<(RequestId, Result<Response, Failure>)> {
    let completed = events.iter().filter_map(|event| match event {
        Event::Completed { id, result } => Some((*id, result.clone())),
        _ => None,
    });
    completed.collect()
}

pub fn answer(id: i64, cross_ref: &str) -> Message {
    let response = monitor_started(cross_ref);
    Message::Response {
        id: InvokeId(id),
        response,
    }
}

pub fn invalid_device() -> UniversalFailure {
    UniversalFailure::Operation(OperationError::InvalidDeviceId)
}

#[test]
fn answers_find_their_requests_in_any_order() {
    let mut alone = up(plain());
    let (first, second) = (ask(&mut alone, "2001"), ask(&mut alone, "2002"));
    alone.says(&answer(2, "b")).unwrap();
    alone.says(&answer(1, "a")).unwrap();
    let expected = [(second, Ok(monitor_started("b"))), (first, Ok(monitor_started("a")))];
    assert_eq!(completions(&alone.events()), expected);
}

#[test]
fn reports_are_handed_on_in_order_before_and_after_the_answer_and_twice() {
    let mut alone = up(plain());
    ask(&mut alone, "2001");
    for _ in 0..2 {
        alone.says(&Message::Event(report("a"))).unwrap();
    }
    alone.says(&answer(1, "a")).unwrap();
    alone.says(&Message::Event(report("a"))).unwrap();
    let events = alone.events();
    assert!(matches!(
        &events[..],
        [
            Event::Report(_),
            Event::Report(_),
            Event::Completed { .. },
            Event::Report(_)
        ]
    ));
}

#[test]
fn reports_that_come_before_the_login_is_done_are_not_lost() {
    let mut alone = Alone::new(Config::new(ecma_354(), Some(crm())));
    alone.says(&Message::Event(report("old"))).unwrap();
    assert_eq!(reports(&alone.events()), ["old"]);
}

#[test]
fn a_refusal_carries_the_reason_of_the_switch() {
    for dialect in [plain(), application_link()] {
        let mut alone = up(dialect);
        let id = ask(&mut alone, "2001");
        let error = invalid_device();
        alone
            .says(&Message::Error {
                id: InvokeId(1),
                error,
                rest: Rest::default(),
            })
            .unwrap();
        let failure = Failure::Refused(invalid_device());
        assert!(failure.to_string().contains("invalidDevice"), "{failure}");
        assert_eq!(completions(&alone.events()), [(id, Err(failure))]);
    }
}

#[test]
fn a_reject_that_names_nothing_is_for_the_only_request_or_for_none() {
    let nameless = Message::Reject {
        id: None,
        problem: RejectProblem::General(0),
    };
    let mut alone = up(application_link());
    alone.says(&nameless).unwrap();
    assert_eq!(alone.events(), [Event::Rejected(RejectProblem::General(0))]);
    let id = ask(&mut alone, "2001");
    alone.says(&nameless).unwrap();
    let failure = Failure::Rejected(RejectProblem::General(0));
    assert_eq!(completions(&alone.events()), [(id, Err(failure))]);
    ask(&mut alone, "2001");
    let second = ask(&mut alone, "2002");
    alone.says(&nameless).unwrap();
    assert_eq!(alone.events(), [Event::Rejected(RejectProblem::General(0))]);
    let problem = RejectProblem::Invoke(2);
    let id = Some(InvokeId(3));
    alone.says(&Message::Reject { id, problem }).unwrap();
    assert_eq!(
        completions(&alone.events()),
        [(second, Err(Failure::Rejected(problem)))]
    );
}

#[test]
fn an_answer_that_cannot_be_read_is_still_the_answer() {
    let mut alone = up(plain());
    let id = ask(&mut alone, "2001");
    alone.says_bytes(&framed("0001", "<MonitorStartResponse/>")).unwrap();
    let events = alone.events();
    assert!(matches!(&events[..], [Event::Completed { id: done, result: Err(Failure::Unreadable(_)) }] if *done == id));
    alone.says_bytes(&framed("9999", "<DeliveredEvent>")).unwrap();
    assert!(matches!(&alone.events()[..], [Event::Unreadable { length: 16, .. }]));
    ask(&mut alone, "2001");
    alone.says(&answer(2, "a")).unwrap();
    assert_eq!(alone.events().len(), 1, "the session goes on");
}

#[test]
fn a_request_that_cannot_be_read_answers_none_of_ours_with_the_same_id() {
    let mut alone = up(plain());
    let id = ask(&mut alone, "2001");
    alone.says_bytes(&framed("0001", "<MonitorStop/>")).unwrap();
    assert!(matches!(&alone.events()[..], [Event::Unreadable { .. }]));
    alone.says(&answer(1, "a")).unwrap();
    assert_eq!(completions(&alone.events()), [(id, Ok(monitor_started("a")))]);
}

#[test]
fn late_second_and_foreign_answers_are_stray() {
    let mut alone = up(plain());
    let asked = Ask::new(monitor_start("2001")).within(Duration::from_secs(3));
    let id = alone.client.submit(alone.now, asked).unwrap();
    alone.passes(Duration::from_secs(3)).unwrap();
    assert_eq!(completions(&alone.events()), [(id, Err(Failure::Timeout))]);
    for id in [1, 1, 77, 9999] {
        alone.says(&answer(id, "a")).unwrap();
        assert!(matches!(&alone.events()[..], [Event::Stray(_)]), "{id}");
    }
    let error = invalid_device();
    alone
        .says(&Message::Error {
            id: InvokeId(1),
            error,
            rest: Rest::default(),
        })
        .unwrap();
    assert!(matches!(&alone.events()[..], [Event::Stray(_)]));
}

#[test]
fn without_invoke_ids_a_late_answer_is_taken_for_no_other() {
    let mut pair = Pair::up(nul());
    let patient = Ask::new(monitor_start("2001")).within(Duration::from_secs(1));
    let first = pair.client.submit(pair.now, patient).unwrap();
    pair.run();
    pair.passes(Duration::from_secs(1));
    let second = pair.client.submit(pair.now, monitor_start("2002").into()).unwrap();
    pair.run();
    let received = pair.received();
    for ((id, _), cross_ref) in received.into_iter().zip(["a", "b"]) {
        pair.server
            .respond(id, Answer::Done(monitor_started(cross_ref)))
            .unwrap();
    }
    pair.run();
    assert_eq!(
        completions(&pair.told),
        [(first, Err(Failure::Timeout)), (second, Ok(monitor_started("b")))]
    );
}

#[test]
fn a_deadline_is_that_of_the_configuration_unless_the_request_has_its_own() {
    let mut alone = up(plain());
    let usual = ask(&mut alone, "2001");
    let own = Ask::new(monitor_start("2002")).within(Duration::from_secs(2));
    let own = alone.client.submit(alone.now, own).unwrap();
    alone.passes(Duration::from_secs(2)).unwrap();
    assert_eq!(completions(&alone.events()), [(own, Err(Failure::Timeout))]);
    alone.passes(Duration::from_secs(7)).unwrap();
    assert_eq!(alone.events(), []);
    alone.passes(Duration::from_secs(1)).unwrap();
    assert_eq!(completions(&alone.events()), [(usual, Err(Failure::Timeout))]);
    assert_eq!(alone.client.poll_timeout(), None);
}

#[test]
fn invoke_ids_wrap_before_that_of_events_and_pass_over_those_under_way() {
    let mut alone = up(plain());
    let stays = alone
        .client
        .submit(
            alone.now,
            Ask::new(monitor_start("2001")).within(Duration::from_secs(3600)),
        )
        .unwrap();
    alone.sent_bytes();
    for round in 0..9998_i64 {
        ask(&mut alone, "2002");
        let sent = alone.sent_bytes();
        let id: i64 = std::str::from_utf8(&sent[4..8]).unwrap().parse().unwrap();
        assert_eq!(id, if round < 9997 { round + 2 } else { 2 });
        alone.says(&answer(id, "b")).unwrap();
        assert_eq!(completions(&alone.events()).len(), 1);
    }
    alone.says(&answer(1, "a")).unwrap();
    assert_eq!(completions(&alone.events()), [(stays, Ok(monitor_started("a")))]);
}

#[test]
fn the_window_is_bounded() {
    let mut config = Config::new(plain(), None);
    config.window = 2;
    let mut alone = Alone::new(config);
    ask(&mut alone, "2001");
    ask(&mut alone, "2002");
    let third = alone.client.submit(alone.now, monitor_start("2003").into());
    assert_eq!(third, Err(SubmitError::WindowFull(2)));
    alone.says(&answer(1, "a")).unwrap();
    ask(&mut alone, "2003");
}

#[test]
fn a_request_that_the_encoding_does_not_have_is_the_callers_mistake() {
    let mut alone = up(application_link());
    let snapshot = Request::SnapshotDeviceData(Box::default());
    let other = Request::SystemRegister(Box::default());
    for request in [snapshot, other] {
        let refused = alone.client.submit(alone.now, request.into());
        assert!(matches!(refused, Err(SubmitError::Misuse(_))), "{refused:?}");
    }
    assert_eq!((alone.sent_bytes(), alone.events()), (vec![], vec![]));
}
