//! The server half: whom it lets in, and what it tells of.

use crate::sessions::{
    Pair, crm, ecma_354, hipath, monitor_start, monitor_stop, omnipcx, openscape_voice, plain, report, zultys,
};
use crate::support::framed;
use bytes::BytesMut;
use lineside_csta::client::{self, Config, Ending};
use lineside_csta::server::{Event, Server, ServerConfig};
use lineside_csta::types::UniversalFailure;
use lineside_csta::{Answer, Ask, Failure, Request, Response};
use lineside_wire::{Session, SubmitError, Tick, WireError};
use std::time::Duration;

fn alone(dialect: lineside_csta::Dialect) -> Server {
    Server::new(Tick::ZERO, ServerConfig::new(dialect, Some(crm()))).unwrap()
}

fn events(server: &mut Server) -> Vec<Event> {
    std::iter::from_fn(|| server.poll_event()).collect()
}

#[test]
fn nothing_is_told_to_who_was_not_let_in() {
    for dialect in [ecma_354(), openscape_voice(), hipath(), omnipcx(), zultys()] {
        let mut server = alone(dialect);
        assert_eq!(server.report(report("a")), Err(SubmitError::NotReady));
        let refused = server.submit(Tick::ZERO, Ask::new(monitor_stop("a")));
        assert_eq!(refused, Err(SubmitError::NotReady));
    }
}

#[test]
fn a_client_that_does_not_log_in_is_turned_out() {
    for dialect in [ecma_354(), openscape_voice(), hipath(), omnipcx(), zultys()] {
        let mut server = alone(dialect);
        let end = Tick::ZERO + Duration::from_secs(30);
        assert_eq!(server.poll_timeout(), Some(end));
        assert!(matches!(server.handle_timeout(end), Err(WireError::PeerMisbehaved(_))));
        assert_eq!(events(&mut server), [Event::Closed]);
    }
}

#[test]
fn requests_ahead_of_the_login_reach_nobody() {
    let mut server = alone(ecma_354());
    let early = framed(
        "0001",
        "<MonitorStop><monitorCrossRefID>1</monitorCrossRefID></MonitorStop>",
    );
    server
        .handle_bytes(Tick::ZERO, &mut BytesMut::from(&early[..]))
        .unwrap();
    assert!(matches!(&events(&mut server)[..], [Event::Stray(_)]));
}

#[test]
fn a_session_whose_timer_is_not_reset_is_terminated() {
    let mut server = Server::new(Tick::ZERO, ServerConfig::new(ecma_354(), None)).unwrap();
    let start = "<StartApplicationSession><applicationInfo><applicationID>x</applicationID></applicationInfo>\
                 <requestedProtocolVersions><protocolVersion>http://www.ecma-international.org/standards/ecma-323/csta/ed4\
                 </protocolVersion></requestedProtocolVersions>\
                 <requestedSessionDuration>60</requestedSessionDuration></StartApplicationSession>";
    server
        .handle_bytes(Tick::ZERO, &mut BytesMut::from(&framed("0001", start)[..]))
        .unwrap();
    assert_eq!(events(&mut server), [Event::Up { user: None }]);
    let end = Tick::ZERO + Duration::from_secs(60);
    assert_eq!(server.poll_timeout(), Some(end));
    assert!(server.handle_timeout(end).is_err());
    assert_eq!(events(&mut server), [Event::Closed]);
    let sent = std::iter::from_fn(|| server.poll_transmit()).last().unwrap();
    let text = String::from_utf8_lossy(&sent.bytes).into_owned();
    assert!(
        text.contains("ApplicationSessionTerminated") && text.contains("sessionTimerExpired"),
        "{text}"
    );
}

#[test]
fn a_server_that_closes_a_session_tells_the_client_so() {
    let mut pair = Pair::up(ecma_354());
    pair.server.close(pair.now);
    pair.run();
    let ended = client::Event::Ended(Ending::Terminated("resourceLimitation".to_owned()));
    assert_eq!(pair.told, [ended]);
    let mut pair = Pair::up(hipath());
    pair.server.close(pair.now);
    pair.run();
    assert_eq!(pair.told, [client::Event::Ended(Ending::Released)]);
}

#[test]
fn who_logs_in_is_told_by_name_where_the_dialect_has_names() {
    for (dialect, user) in [
        (ecma_354(), Some("crm")),
        (hipath(), Some("crm")),
        (zultys(), Some("crm")),
        (plain(), None),
    ] {
        let config = Config::new(dialect.clone(), Some(crm()));
        let pair = Pair::new(config, ServerConfig::new(dialect, Some(crm())));
        let user = user.map(str::to_owned);
        assert_eq!(pair.heard, [Event::Up { user }]);
    }
}

#[test]
fn requests_are_answered_once_well_or_not() {
    let mut pair = Pair::up(plain());
    pair.client.submit(pair.now, monitor_start("2001").into()).unwrap();
    pair.run();
    let received = pair.received();
    let [(id, Request::MonitorStart(_))] = &received[..] else {
        panic!("{received:?}")
    };
    pair.server
        .respond(*id, Answer::Failed(UniversalFailure::Unspecified))
        .unwrap();
    pair.run();
    let refused = Failure::Refused(UniversalFailure::Unspecified);
    assert!(matches!(&pair.told[..], [client::Event::Completed { result: Err(failure), .. }] if *failure == refused));
    assert!(matches!(
        pair.server.respond(*id, Answer::Done(Response::Void)),
        Err(SubmitError::Misuse(_))
    ));
}

#[test]
fn requests_of_the_switch_end_in_one_completion_also_when_nobody_answers() {
    let mut server = Server::new(Tick::ZERO, ServerConfig::new(plain(), None)).unwrap();
    events(&mut server);
    let late = server.submit(Tick::ZERO, Ask::new(monitor_stop("a"))).unwrap();
    server.handle_timeout(Tick::ZERO + Duration::from_secs(10)).unwrap();
    let lost = server.submit(Tick::ZERO, Ask::new(monitor_stop("b"))).unwrap();
    server.handle_eof(Tick::ZERO).unwrap();
    assert_eq!(
        events(&mut server),
        [
            Event::Completed {
                id: late,
                result: Err(Failure::Timeout)
            },
            Event::Completed {
                id: lost,
                result: Err(Failure::Lost)
            },
            Event::Closed,
        ]
    );
}

#[test]
fn what_has_no_answer_is_done_with_being_sent() {
    let mut pair = Pair::up(plain());
    let data = Request::SystemRegisterAbort(Box::new(lineside_csta::types::SystemRegisterAbort {
        sys_stat_register_id: lineside_csta::Octets::from("1"),
        ..Default::default()
    }));
    let id = pair.server.submit(pair.now, Ask::new(data.clone())).unwrap();
    pair.run();
    assert_eq!(
        pair.heard,
        [Event::Completed {
            id,
            result: Ok(Response::Void)
        }]
    );
    assert_eq!(pair.told, [client::Event::Told(data)]);
}

#[test]
fn a_second_session_on_one_connection_is_refused() {
    let mut pair = Pair::up(ecma_354());
    let start = framed(
        "0099",
        "<StartApplicationSession><applicationInfo/><requestedProtocolVersions/></StartApplicationSession>",
    );
    pair.server
        .handle_bytes(pair.now, &mut BytesMut::from(&start[..]))
        .unwrap();
    let sent = std::iter::from_fn(|| pair.server.poll_transmit()).last().unwrap();
    assert!(String::from_utf8_lossy(&sent.bytes).contains("maxNumberSessions"));
}
