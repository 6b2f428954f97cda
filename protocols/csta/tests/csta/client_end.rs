//! How a session that was up ends.

use crate::client::{answer, ask, associated, completions, up};
use crate::sessions::{Pair, all, crm, ecma_354, hipath, monitor_start, omnipcx, plain, report};
use lineside_csta::client::{Client, Config, Ending, Event};
use lineside_csta::server::{self, ServerConfig};
use lineside_csta::{Acse, Failure, Message};
use lineside_wire::{Session, SubmitError, WireError};
use std::time::Duration;

#[test]
fn at_the_end_of_the_connection_every_request_is_lost_once_and_none_is_sent_again() {
    let mut alone = up(plain());
    let ids = [ask(&mut alone, "2001"), ask(&mut alone, "2002")];
    alone.sent_bytes();
    alone.client.handle_eof(alone.now).unwrap();
    let lost = ids.map(|id| (id, Err(Failure::Lost)));
    assert_eq!(completions(&alone.events()), lost);
    alone.client.handle_eof(alone.now).unwrap();
    alone.client.close(alone.now);
    alone.says(&answer(1, "a")).unwrap();
    assert_eq!(
        (alone.events(), alone.sent_bytes(), alone.client.poll_timeout()),
        (vec![], vec![], None)
    );
    let refused = alone.client.submit(alone.now, monitor_start("2001").into());
    assert_eq!(refused, Err(SubmitError::NotReady));
}

#[test]
fn a_connection_cut_in_the_middle_of_a_frame_says_so() {
    let mut alone = up(plain());
    let id = ask(&mut alone, "2001");
    alone.says_bytes(b"\0\0\0\x40").unwrap();
    assert!(matches!(
        alone.client.handle_eof(alone.now),
        Err(WireError::PeerMisbehaved(_))
    ));
    let events = alone.events();
    assert_eq!(completions(&events), [(id, Err(Failure::Lost))]);
    assert!(matches!(events.last(), Some(Event::Ended(Ending::Wire(_)))));
}

#[test]
fn closing_says_goodbye_and_loses_what_is_pending() {
    for (name, dialect) in all() {
        let mut pair = Pair::up(dialect);
        let id = pair.client.submit(pair.now, monitor_start("2001").into()).unwrap();
        pair.client.close(pair.now);
        pair.run();
        assert_eq!(completions(&pair.told), [(id, Err(Failure::Lost))], "{name}");
        assert_eq!(pair.client.poll_timeout(), None, "{name}");
        assert_eq!(pair.client_error, None, "{name}");
        let refused = pair.client.submit(pair.now, monitor_start("2001").into());
        assert_eq!(refused, Err(SubmitError::NotReady), "{name}");
    }
}

#[test]
fn an_omnipcx_link_is_released_and_ends_with_exit() {
    let mut pair = Pair::up(omnipcx());
    pair.client.close(pair.now);
    pair.run();
    assert_eq!(pair.sent.last().map(|transmit| &transmit.bytes[..]), Some(&b"EXIT"[..]));
    assert!(matches!(pair.heard.last(), Some(server::Event::Closed)));
}

#[test]
fn a_switch_that_does_not_answer_the_goodbye_is_not_waited_for_long() {
    let mut alone = associated();
    alone.client.close(alone.now);
    assert!(matches!(
        &alone.sent()[..],
        [Message::Association(Acse::ReleaseRequest)]
    ));
    alone.says(&Message::Event(report("a"))).unwrap();
    assert_eq!(alone.events(), [], "nobody wants it any more");
    alone.passes(Duration::from_secs(2)).unwrap();
    assert_eq!((alone.events(), alone.client.poll_timeout()), (vec![], None));
}

#[test]
fn an_abort_or_a_release_of_the_switch_ends_the_session() {
    let endings = [
        (Acse::Abort(0), Ending::Aborted(0)),
        (Acse::Abort(1), Ending::Aborted(1)),
        (Acse::ReleaseRequest, Ending::Released),
    ];
    for (said, ending) in endings {
        let mut alone = associated();
        let id = ask(&mut alone, "2001");
        assert!(alone.says(&Message::Association(said)).is_err());
        let events = alone.events();
        assert_eq!(completions(&events), [(id, Err(Failure::Lost))]);
        assert_eq!(events.last(), Some(&Event::Ended(ending)));
    }
}

#[test]
fn neither_half_shows_who_is_called() {
    let mut pair = Pair::new(Config::new(plain(), None), ServerConfig::new(plain(), None));
    pair.client.submit(pair.now, monitor_start("4711").into()).unwrap();
    pair.run();
    let shown = format!("{:?}{:?}{:?}", pair.client, pair.server, pair.heard);
    assert!(!shown.contains("4711"), "{shown}");
}

#[test]
fn a_dialect_whose_login_its_encoding_does_not_have_is_refused_at_once() {
    let mut dialect = ecma_354();
    dialect.encoding = hipath().encoding;
    assert!(Client::new(lineside_wire::Tick::ZERO, Config::new(dialect, Some(crm()))).is_err());
}
