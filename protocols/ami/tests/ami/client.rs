//! A session that is up: what happens, and answers to requests.

use crate::support::{Peer, text};
use lineside_ami::Action;
use lineside_ami::client::{Event, Failure, Reply};
use lineside_wire::{RequestId, Session, SubmitError, WireError};

fn completions(events: &[Event]) -> Vec<RequestId> {
    let done = events.iter().filter_map(|event| match event {
        Event::Completed { id, .. } => Some(*id),
        _ => None,
    });
    done.collect()
}

#[test]
fn an_answer_is_matched_by_its_action_id_in_any_order() {
    let mut peer = Peer::logged_in();
    let first = peer.client.submit(peer.now, Action::new("CoreSettings")).unwrap();
    let second = peer.client.submit(peer.now, Action::new("CoreStatus")).unwrap();
    assert!(
        peer.sent()
            .starts_with("Action: CoreSettings\r\nActionID: t-3\r\n\r\nAction: CoreStatus\r\nActionID: t-4\r\n")
    );
    peer.says(b"Response: Success\r\nActionID: t-4\r\nX: 2\r\n\r\nResponse: Success\r\nActionID: t-3\r\nX: 1\r\n\r\n")
        .unwrap();
    let events = peer.events();
    assert_eq!(completions(&events), [second, first]);
    let Event::Completed {
        result: Ok(reply @ Reply::Response(_)),
        ..
    } = &events[0]
    else {
        panic!()
    };
    assert_eq!(text(reply.response(), "X").unwrap(), "2");
    assert_eq!(reply.items(), []);
}

#[test]
fn a_refusal_carries_the_words_of_the_switch() {
    let mut peer = Peer::logged_in();
    let id = peer.client.submit(peer.now, Action::new("BridgeInfo")).unwrap();
    peer.says(b"Response: Error\r\nActionID: t-3\r\nMessage: Could not get channel snapshot\n\r\n\r\n")
        .unwrap();
    let events = peer.events();
    let [
        Event::Completed {
            id: done,
            result: Err(Failure::Refused(refusal)),
        },
    ] = &events[..]
    else {
        panic!()
    };
    assert_eq!(*done, id);
    assert_eq!(refusal.text, "Could not get channel snapshot");
    assert!(refusal.response.name().is("error"));
}

#[test]
fn a_second_answer_to_one_action_is_stray() {
    let mut peer = Peer::logged_in();
    peer.client.submit(peer.now, Action::new("Park")).unwrap();
    peer.says(b"Response: Error\r\nActionID: t-3\r\nMessage: a\r\n\r\nResponse: Success\r\nActionID: t-3\r\n\r\n")
        .unwrap();
    assert!(matches!(&peer.events()[..], [Event::Completed { .. }, Event::Stray(_)]));
}

#[test]
fn an_answer_without_an_action_id_is_for_the_only_request_or_for_none() {
    let mut peer = Peer::logged_in();
    let nameless = b"Response: Error\r\nMessage: Failed to parse message: line too long\r\n\r\n";
    peer.says(nameless).unwrap();
    assert!(matches!(&peer.events()[..], [Event::Stray(_)]));
    let only = peer.client.submit(peer.now, Action::new("A")).unwrap();
    peer.says(nameless).unwrap();
    assert_eq!(completions(&peer.events()), [only]);
    peer.client.submit(peer.now, Action::new("B")).unwrap();
    peer.says(b"Response: Success\r\nPing: Pong\r\n\r\n").unwrap();
    assert_eq!(peer.events(), [], "the answer to a ping answers nothing else");
    peer.client.submit(peer.now, Action::new("C")).unwrap();
    peer.says(nameless).unwrap();
    assert!(
        matches!(&peer.events()[..], [Event::Stray(_)]),
        "it could be for either"
    );
}

#[test]
fn an_answer_to_another_session_is_stray() {
    let mut peer = Peer::logged_in();
    peer.client.submit(peer.now, Action::new("A")).unwrap();
    for id in ["u-3", "t3", "t-", "t-3x", "xt-3", "t-99"] {
        peer.says(format!("Response: Success\r\nActionID: {id}\r\n\r\n").as_bytes())
            .unwrap();
        assert!(matches!(&peer.events()[..], [Event::Stray(_)]), "{id}");
    }
}

/// `UserEvent` is broadcast with the ActionID of the session that sent it.
#[test]
fn an_event_with_an_action_id_is_still_an_event() {
    let mut peer = Peer::logged_in();
    let id = peer.client.submit(peer.now, Action::new("Originate")).unwrap();
    peer.says(b"Event: UserEvent\r\nPrivilege: user,all\r\nActionID: u-3\r\nUserEvent: x\r\n\r\n")
        .unwrap();
    peer.says(b"Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: t-3\r\nResponse: Failure\r\n\r\n")
        .unwrap();
    peer.says(b"Event: Hangup\r\nUniqueid: 1\r\n\r\n").unwrap();
    let events = peer.events();
    let messages = events.iter().filter_map(|event| match event {
        Event::Message(message) => Some(peer.client.request_of(message)),
        _ => None,
    });
    assert_eq!(messages.collect::<Vec<_>>(), [None, Some(id), None]);
}

#[test]
fn text_without_a_header_harms_nothing() {
    let mut peer = Peer::logged_in();
    peer.says(b"sales has 0 calls\r\n   No Callers\r\n\r\nEvent: Hangup\r\nPrivilege: call,all\r\n\r\n")
        .unwrap();
    assert!(matches!(&peer.events()[..], [Event::Stray(_), Event::Message(_)]));
}

#[test]
fn the_window_is_bounded() {
    let mut config = crate::support::config();
    config.window = 2;
    let mut peer = Peer::logged_in_with(config);
    peer.client.submit(peer.now, Action::new("A")).unwrap();
    peer.client.submit(peer.now, Action::new("B")).unwrap();
    assert_eq!(
        peer.client.submit(peer.now, Action::new("C")),
        Err(SubmitError::WindowFull(2))
    );
    peer.says(b"Response: Success\r\nActionID: t-3\r\n\r\n").unwrap();
    assert!(peer.client.submit(peer.now, Action::new("C")).is_ok());
}

#[test]
fn a_request_that_cannot_be_written_is_the_callers_mistake() {
    let mut peer = Peer::logged_in();
    let injected = Action::new("Originate").header("Exten", "1\r\nAction: Command");
    assert!(matches!(
        peer.client.submit(peer.now, injected),
        Err(SubmitError::Misuse(_))
    ));
    assert_eq!(peer.sent(), "");
    peer.client.handle_eof(peer.now).unwrap();
    assert_eq!(peer.events(), []);
}

#[test]
fn at_the_end_of_the_connection_every_request_is_lost_once_and_none_is_sent_again() {
    let mut peer = Peer::logged_in();
    let ids: Vec<_> = ["A", "B"]
        .map(|name| peer.client.submit(peer.now, Action::new(name)).unwrap())
        .into();
    peer.sent();
    peer.client.handle_eof(peer.now).unwrap();
    let events = peer.events();
    assert_eq!(completions(&events), ids);
    assert!(events.iter().all(|event| matches!(
        event,
        Event::Completed {
            result: Err(Failure::Lost),
            ..
        }
    )));
    peer.client.handle_eof(peer.now).unwrap();
    peer.client.close(peer.now);
    peer.says(b"Response: Success\r\nActionID: t-3\r\n\r\n").unwrap();
    assert_eq!(
        (peer.events(), peer.sent().as_str(), peer.client.poll_timeout()),
        (vec![], "", None)
    );
    assert_eq!(
        peer.client.submit(peer.now, Action::new("A")),
        Err(SubmitError::NotReady)
    );
}

#[test]
fn a_connection_cut_in_mid_event_says_so_and_gives_no_part_of_it() {
    let mut peer = Peer::logged_in();
    let id = peer.client.submit(peer.now, Action::new("A")).unwrap();
    peer.says(b"Event: Hangup\r\nPrivilege: call,all\r\nUniqueid: 17000")
        .unwrap();
    let error = peer.client.handle_eof(peer.now).unwrap_err();
    assert!(matches!(error, WireError::Malformed { what: "message", .. }), "{error}");
    assert_eq!(completions(&peer.events()), [id]);
}

#[test]
fn a_message_over_the_limit_ends_the_session_and_what_was_pending() {
    let mut config = crate::support::config();
    config.limits.message = 200;
    let mut peer = Peer::logged_in_with(config);
    let id = peer.client.submit(peer.now, Action::new("A")).unwrap();
    assert!(matches!(
        peer.says(&[b'x'; 300]),
        Err(WireError::TooLarge { limit: 200, .. })
    ));
    assert_eq!(completions(&peer.events()), [id]);
    assert_eq!(peer.client.poll_timeout(), None);
}

#[test]
fn closing_says_goodbye_and_loses_what_is_pending() {
    let mut peer = Peer::logged_in();
    let id = peer.client.submit(peer.now, Action::new("A")).unwrap();
    peer.sent();
    peer.client.close(peer.now);
    assert_eq!(peer.sent(), "Action: Logoff\r\nActionID: t-4\r\n\r\n");
    assert_eq!(completions(&peer.events()), [id]);
    peer.says(b"Response: Goodbye\r\nActionID: t-4\r\n\r\nEvent: Hangup\r\n\r\n")
        .unwrap();
    peer.client.handle_eof(peer.now).unwrap();
    assert_eq!(peer.events(), []);
}
