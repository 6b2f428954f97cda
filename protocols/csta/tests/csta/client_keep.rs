//! How a session is kept alive, and noticed to be dead.

use crate::sessions::{Pair, application_link, dmcc, ecma_354, hipath, plain, system_status, zultys};
use crate::support::{Alone, framed};
use lineside_csta::client::{Config, Ending, Event};
use lineside_csta::types::{SystemStatusValue, UniversalFailure};
use lineside_csta::{Answer, Dialect, InvokeId, Message, Request, Response, Rest, Supervision};
use lineside_wire::WireError;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

fn started(seconds: u32) -> Alone {
    let mut alone = Alone::new(Config::new(ecma_354(), None));
    let document = format!(
        "<StartApplicationSessionPosResponse><sessionID>7</sessionID>\
         <actualSessionDuration>{seconds}</actualSessionDuration></StartApplicationSessionPosResponse>"
    );
    alone.says_bytes(&framed("0001", document)).unwrap();
    alone.events();
    alone.sent();
    alone
}

fn ending(events: &[Event]) -> Option<&Ending> {
    match events.last() {
        Some(Event::Ended(ending)) => Some(ending),
        _ => None,
    }
}

#[test]
fn the_timer_of_a_session_is_reset_at_half_of_its_time_again_and_again() {
    for dialect in [ecma_354(), dmcc()] {
        let mut pair = Pair::up(dialect);
        pair.sent.clear();
        pair.passes(MINUTE * 30);
        assert_eq!((&pair.client_error, &pair.server_error), (&None, &None));
        // 180 s are granted.
        assert_eq!(pair.sent.len(), 20);
        assert!(pair.told.is_empty(), "{:?}", pair.told);
    }
}

#[test]
fn the_reset_names_the_session_and_the_time_that_was_granted_last_counts() {
    let mut alone = started(100);
    alone.passes(Duration::from_secs(49)).unwrap();
    assert_eq!(alone.sent(), []);
    alone.passes(Duration::from_secs(1)).unwrap();
    let sent = alone.sent();
    assert!(
        matches!(&sent[..], [Message::Request { request: Request::ResetApplicationSessionTimer(reset), .. }]
        if reset.session_id.text() == "7" && reset.requested_session_duration == Some(180)),
        "{sent:?}"
    );
    let document = "<ResetApplicationSessionTimerPosResponse><actualSessionDuration>30</actualSessionDuration>\
                    </ResetApplicationSessionTimerPosResponse>";
    alone.says_bytes(&framed("0002", document)).unwrap();
    alone.passes(Duration::from_secs(15)).unwrap();
    assert_eq!(alone.sent().len(), 1);
}

#[test]
fn a_timer_that_is_not_reset_ends_the_session() {
    let mut alone = started(100);
    alone.passes(Duration::from_secs(50)).unwrap();
    let document = "<ResetApplicationSessionTimerNegResponse><errorCode><definedError>invalidSessionID</definedError>\
                    </errorCode></ResetApplicationSessionTimerNegResponse>";
    assert!(alone.says_bytes(&framed("0002", document)).is_err());
    let native = "invalidSessionID".to_owned();
    assert_eq!(ending(&alone.events()), Some(&Ending::TimerNotReset(native)));

    let mut silent = started(100);
    silent.passes(Duration::from_secs(59)).unwrap();
    assert!(silent.passes(Duration::from_secs(1)).is_err());
    assert!(matches!(ending(&silent.events()), Some(Ending::TimerNotReset(_))));
}

#[test]
fn a_session_that_the_server_terminates_ends_with_its_reason() {
    for id in ["0003", "9999"] {
        let mut alone = started(600);
        let document = "<ApplicationSessionTerminated><sessionID>7</sessionID><sessionTermReason>\
                        <definedTermReason>resourceLimitation</definedTermReason></sessionTermReason>\
                        </ApplicationSessionTerminated>";
        let native = "resourceLimitation".to_owned();
        let error = alone.says_bytes(&framed(id, document));
        assert_eq!(error, Err(WireError::Refused { native: native.clone() }));
        assert_eq!(ending(&alone.events()), Some(&Ending::Terminated(native)));
        assert_eq!(alone.sent(), []);
    }
}

#[test]
fn zultys_hears_of_us_every_25_seconds() {
    let mut pair = Pair::up(zultys());
    pair.sent.clear();
    pair.passes(MINUTE * 10);
    assert_eq!(pair.sent.len(), 24);
    let last = pair.sent.last().unwrap();
    assert!(last.bytes.ends_with(b"<keepalive/>"));
}

fn asking(dialect: Dialect) -> Dialect {
    let supervision = Supervision::Ask { every: MINUTE };
    Dialect { supervision, ..dialect }
}

#[test]
fn a_silent_switch_is_asked_how_it_is_and_goes_on_when_it_answers() {
    for dialect in [asking(plain()), asking(hipath())] {
        let mut pair = Pair::up(dialect);
        for _ in 0..5 {
            pair.passes(MINUTE);
            let received = pair.received();
            let [(id, Request::RequestSystemStatus(_))] = &received[..] else {
                panic!("{received:?}")
            };
            let status = lineside_csta::types::RequestSystemStatusResponse {
                system_status: SystemStatusValue::Normal,
                ..Default::default()
            };
            let answer = Response::RequestSystemStatus(Box::new(status));
            pair.server.respond(*id, Answer::Done(answer)).unwrap();
            pair.run();
        }
        assert_eq!((pair.client_error, pair.told), (None, vec![]));
    }
}

#[test]
fn where_the_phase_has_no_question_the_switch_is_told_how_we_are_and_any_answer_counts() {
    let mut alone = Alone::new(Config::new(asking(application_link()), None));
    alone.events();
    for id in 1..10 {
        alone.passes(MINUTE).unwrap();
        let sent = alone.sent();
        assert!(
            matches!(
                &sent[..],
                [Message::Request {
                    request: Request::SystemStatus(_),
                    ..
                }]
            ),
            "{sent:?}"
        );
        let error = UniversalFailure::Unspecified;
        alone
            .says(&Message::Error {
                id: InvokeId(id),
                error,
                rest: Rest::default(),
            })
            .unwrap();
    }
    assert_eq!(alone.events(), []);
}

#[test]
fn two_questions_without_an_answer_end_the_session() {
    let mut alone = Alone::new(Config::new(asking(plain()), None));
    alone.events();
    alone.passes(MINUTE * 3 - Duration::from_secs(1)).unwrap();
    assert_eq!(alone.sent().len(), 2);
    assert!(matches!(
        alone.passes(Duration::from_secs(1)),
        Err(WireError::PeerMisbehaved(_))
    ));
    assert!(matches!(ending(&alone.events()), Some(Ending::Dead(_))));
}

#[test]
fn whatever_is_heard_is_a_sign_of_life() {
    let mut alone = Alone::new(Config::new(asking(plain()), None));
    alone.events();
    for id in 1..100 {
        alone.passes(MINUTE - Duration::from_secs(1)).unwrap();
        let request = system_status(SystemStatusValue::Normal);
        alone
            .says(&Message::Request {
                id: InvokeId(id),
                request,
            })
            .unwrap();
    }
    let questions = alone.sent();
    assert!(
        questions
            .iter()
            .all(|message| matches!(message, Message::Response { .. }))
    );
}

#[test]
fn where_the_switch_is_to_tell_how_it_is_silence_is_the_end() {
    let supervision = Supervision::Expect { within: MINUTE };
    let mut alone = Alone::new(Config::new(Dialect { supervision, ..plain() }, None));
    alone.events();
    alone.passes(MINUTE / 2).unwrap();
    let request = system_status(SystemStatusValue::Normal);
    alone
        .says(&Message::Request {
            id: InvokeId(1),
            request,
        })
        .unwrap();
    alone.passes(MINUTE - Duration::from_secs(1)).unwrap();
    assert!(alone.passes(Duration::from_secs(1)).is_err());
    assert!(matches!(ending(&alone.events()), Some(Ending::Dead(_))));
}
