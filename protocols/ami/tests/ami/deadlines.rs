//! Time: deadlines of requests, and pings.

use crate::support::Peer;
use lineside_ami::Action;
use lineside_ami::client::{Event, Failure};
use lineside_wire::{Session, WireError};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_request_without_an_answer_ends_at_its_own_deadline() {
    let mut peer = Peer::logged_in();
    let slow = peer
        .client
        .submit(peer.now, Action::new("Slow").within(8 * SECOND))
        .unwrap();
    let quick = peer
        .client
        .submit(peer.now, Action::new("Quick").within(3 * SECOND))
        .unwrap();
    peer.passes(Duration::from_millis(2999)).unwrap();
    assert_eq!(peer.events(), []);
    let timeout = |id| Event::Completed {
        id,
        result: Err(Failure::Timeout),
    };
    peer.passes(SECOND).unwrap();
    assert_eq!(peer.events(), [timeout(quick)]);
    peer.passes(Duration::from_millis(4001)).unwrap();
    assert_eq!(peer.events(), [timeout(slow)]);
    peer.says(b"Response: Success\r\nActionID: t-3\r\n\r\n").unwrap();
    assert!(matches!(&peer.events()[..], [Event::Stray(_)]), "too late");
}

#[test]
fn an_answer_stops_the_deadline() {
    let mut peer = Peer::logged_in();
    peer.client
        .submit(peer.now, Action::new("A").within(3 * SECOND))
        .unwrap();
    peer.says(b"Response: Success\r\nActionID: t-3\r\n\r\n").unwrap();
    assert_eq!(peer.events().len(), 1);
    peer.passes(10 * SECOND).unwrap();
    assert_eq!(peer.events(), []);
}

#[test]
fn a_ping_goes_out_every_twelve_seconds_and_its_answer_is_not_shown() {
    let mut peer = Peer::logged_in();
    peer.passes(Duration::from_millis(11_999)).unwrap();
    assert_eq!(peer.sent(), "");
    for number in 3..20 {
        peer.passes(Duration::from_millis(if number == 3 { 1 } else { 12_000 }))
            .unwrap();
        assert_eq!(peer.sent(), format!("Action: Ping\r\nActionID: t-{number}\r\n\r\n"));
        let pong = format!("Response: Success\r\nActionID: t-{number}\r\nPing: Pong\r\nTimestamp: 1.0\r\n\r\n");
        peer.says(pong.as_bytes()).unwrap();
        assert_eq!(peer.events(), []);
    }
}

#[test]
fn two_pings_without_an_answer_are_the_end() {
    let mut peer = Peer::logged_in();
    let id = peer
        .client
        .submit(peer.now, Action::new("A").within(100 * SECOND))
        .unwrap();
    peer.passes(24 * SECOND).unwrap();
    assert_eq!(peer.sent().matches("Action: Ping").count(), 2);
    assert!(matches!(peer.passes(12 * SECOND), Err(WireError::PeerMisbehaved(_))));
    let result = Err(Failure::Lost);
    assert_eq!(peer.events(), [Event::Completed { id, result }]);
    assert_eq!((peer.sent().as_str(), peer.client.poll_timeout()), ("", None));
}

#[test]
fn any_message_is_a_sign_of_life() {
    let mut peer = Peer::logged_in();
    for _ in 0..10 {
        peer.passes(20 * SECOND).unwrap();
        peer.says(b"Event: Hangup\r\nPrivilege: call,all\r\n\r\n").unwrap();
    }
    peer.passes(35 * SECOND).unwrap_err();
}
