//! From the first byte to a session that may be used, or a clear reason why not.

use crate::support::{BANNER, Peer, config};
use lineside_ami::Action;
use lineside_ami::client::{Auth, Client, Event, LoginFailure};
use lineside_wire::{Private, Session, SubmitError, Tick, WireError};
use std::time::Duration;

fn failure(peer: &mut Peer) -> LoginFailure {
    let failed = peer.events().into_iter().filter_map(|event| match event {
        Event::LoginFailed(failure) => Some(failure),
        _ => None,
    });
    let failures: Vec<_> = failed.collect();
    assert_eq!(failures.len(), 1);
    assert_eq!(peer.client.poll_timeout(), None);
    failures[0].clone()
}

fn plain() -> Peer {
    let mut config = config();
    config.auth = Auth::Plain;
    config.events = "call,agent".to_owned();
    Peer::new(config)
}

#[test]
fn md5_login_answers_the_challenge_in_lower_case_and_never_shows_the_secret() {
    let mut peer = Peer::new(config());
    assert_eq!(
        peer.client.submit(peer.now, Action::new("Ping")),
        Err(SubmitError::NotReady)
    );
    peer.says(BANNER).unwrap();
    assert_eq!(
        peer.sent(),
        "Action: Challenge\r\nActionID: t-1\r\nAuthType: MD5\r\n\r\n"
    );
    peer.says(b"Response: Success\r\nActionID: t-1\r\nChallenge: 840415273\r\n\r\n")
        .unwrap();
    let login = peer.client.poll_transmit().unwrap();
    assert!(login.secret, "a digest can be tried offline");
    let text = String::from_utf8(login.bytes.to_vec()).unwrap();
    // printf '840415273secret' | md5sum
    let key = "Key: 81c3ab5534a432bec402f6d988ee45b4\r\n";
    assert_eq!(
        text,
        format!("Action: Login\r\nActionID: t-2\r\nUsername: crm\r\nEvents: on\r\nAuthType: MD5\r\n{key}\r\n")
    );
    assert_eq!(
        peer.client.submit(peer.now, Action::new("Ping")),
        Err(SubmitError::NotReady)
    );
    peer.says(b"Response: Success\r\nActionID: t-2\r\nMessage: Authentication accepted\r\n\r\n")
        .unwrap();
    let events = peer.events();
    assert!(matches!(&events[..], [Event::Banner(banner), Event::LoggedIn]
        if banner.name == "Asterisk Call Manager" && banner.version == "11.0.0"));
    assert!(peer.client.submit(peer.now, Action::new("Ping")).is_ok());
}

#[test]
fn plain_login_sends_the_secret_marked_as_one() {
    let mut peer = plain();
    peer.says(BANNER).unwrap();
    let login = peer.client.poll_transmit().unwrap();
    assert!(login.secret);
    let text = String::from_utf8(login.bytes.to_vec()).unwrap();
    assert_eq!(
        text,
        "Action: Login\r\nActionID: t-1\r\nUsername: crm\r\nEvents: call,agent\r\nSecret: secret\r\n\r\n"
    );
    peer.says(b"Response: Success\r\nMessage: Authentication accepted\r\n\r\n")
        .unwrap();
    assert_eq!(peer.events().last(), Some(&Event::LoggedIn), "also without an ActionID");
}

#[test]
fn the_login_works_however_its_bytes_are_cut() {
    let mut peer = Peer::new(config());
    let script: [&[u8]; 3] = [
        BANNER,
        b"Response: Success\r\nActionID: t-1\r\nChallenge: 77\r\n\r\n",
        b"Response: Success\r\nActionID: t-2\r\n\r\nEvent: FullyBooted\r\nPrivilege: system,all\r\nUptime: 5\r\n\r\n",
    ];
    for byte in script.concat() {
        peer.says(&[byte]).unwrap();
    }
    let events = peer.events();
    assert!(
        matches!(&events[..], [Event::Banner(_), Event::LoggedIn, Event::FullyBooted(booted)]
        if booted.get("Uptime").unwrap() == "5")
    );
}

#[test]
fn a_switch_that_is_not_booted_lets_us_in_and_says_so_later() {
    let mut peer = Peer::logged_in();
    let id = peer.client.submit(peer.now, Action::new("QueueStatus").list()).unwrap();
    peer.says(b"Response: Error\r\nActionID: t-3\r\nMessage: Invalid/unknown command\r\n\r\n")
        .unwrap();
    assert!(matches!(&peer.events()[..], [Event::Completed { id: done, result: Err(_) }] if *done == id));
    peer.says(b"Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n")
        .unwrap();
    assert!(matches!(&peer.events()[..], [Event::FullyBooted(_)]));
}

#[test]
fn banners_of_proxies_and_forks_are_taken() {
    let names = [
        "Asterisk Call Manager Proxy",
        "Asterisk Manager Proxy",
        "OpenPBX Call Manager",
        "CallWeaver Call Manager",
    ];
    for name in names {
        let mut peer = Peer::new(config());
        peer.says(format!("{name}/1.0\n").as_bytes()).unwrap();
        assert!(
            matches!(&peer.events()[..], [Event::Banner(banner)] if banner.name == name && banner.version == "1.0")
        );
    }
}

#[test]
fn a_wrong_password_is_refused_in_the_words_of_the_switch() {
    let mut peer = plain();
    peer.says(BANNER).unwrap();
    let refused = peer.says(b"Response: Error\r\nActionID: t-1\r\nMessage: Authentication failed\r\n\r\n");
    let native = "Authentication failed".to_owned();
    assert_eq!(refused, Err(WireError::Refused { native: native.clone() }));
    assert_eq!(failure(&mut peer), LoginFailure::Authentication(native));
    peer.sent();
    peer.client.handle_eof(peer.now).unwrap();
    peer.says(b"Event: X\r\n\r\n").unwrap();
    assert_eq!(peer.sent(), "", "nothing is tried again");
    assert_eq!(peer.events(), []);
}

#[test]
fn login_already_in_use_is_told_apart_also_at_the_challenge() {
    let refused: &[u8] = b"Response: Error\r\nActionID: t-1\r\nMessage: Login Already In Use\r\n\r\n";
    for mut peer in [plain(), Peer::new(config())] {
        peer.says(BANNER).unwrap();
        assert!(matches!(peer.says(refused), Err(WireError::Refused { .. })));
        assert_eq!(
            failure(&mut peer),
            LoginFailure::AlreadyInUse("Login Already In Use".to_owned())
        );
    }
}

#[test]
fn a_peer_without_md5_is_told_apart() {
    for answer in [
        "Response: Error\r\nMessage: Must specify AuthType\r\n\r\n",
        "Response: Success\r\nActionID: t-1\r\n\r\n",
    ] {
        let mut peer = Peer::new(config());
        peer.says(BANNER).unwrap();
        assert!(matches!(
            peer.says(answer.as_bytes()),
            Err(WireError::PeerIncompatible(_))
        ));
        assert!(matches!(failure(&mut peer), LoginFailure::NoChallenge(_)));
    }
}

#[test]
fn a_close_before_the_banner_is_not_a_wrong_password() {
    let mut peer = Peer::new(config());
    assert!(matches!(
        peer.client.handle_eof(peer.now),
        Err(WireError::PeerMisbehaved(_))
    ));
    assert_eq!(failure(&mut peer), LoginFailure::ClosedBeforeBanner);
}

#[test]
fn a_close_in_the_middle_of_the_login_is_told() {
    let mut peer = plain();
    peer.says(BANNER).unwrap();
    assert!(peer.client.handle_eof(peer.now).is_err());
    assert_eq!(failure(&mut peer), LoginFailure::Closed);
}

#[test]
fn a_peer_that_is_not_asterisk_is_named_by_what_it_said() {
    let long = "x".repeat(100_000);
    let cases = [
        ("HTTP/1.1 400 Bad Request\r\n", "HTTP/1.1 400"),
        ("SIP/2.0 400 Bad\r\n", "SIP/2.0"),
        ("SSH-2.0-OpenSSH_9.6\r\n", "SSH-2.0"),
        ("220 mail.example.org ESMTP\r\n", "220 mail"),
        ("\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}\u{46}", "\\x15\\x03\\x01"),
        ("\r\n", "\"\""),
        ("/1.0\r\n", "/1.0"),
        (long.as_str(), "xxxx"),
    ];
    for (said, named) in cases {
        for size in [1, said.len()] {
            let mut peer = Peer::new(config());
            let error = said.as_bytes().chunks(size).find_map(|piece| peer.says(piece).err());
            let Some(WireError::PeerIncompatible(text)) = &error else {
                panic!("{said:.20?}: {error:?}")
            };
            let seen = if size == 1 {
                named.split("\\x03").next().unwrap()
            } else {
                named
            };
            assert!(text.contains(seen) && text.len() < 400, "{text}");
            assert_eq!(failure(&mut peer), LoginFailure::NotAManager(error.unwrap()));
        }
    }
    let mut peer = Peer::new(config());
    peer.says(b"garbage").unwrap();
    let Err(WireError::PeerIncompatible(text)) = peer.client.handle_eof(peer.now) else {
        panic!()
    };
    assert!(text.contains("garbage"), "{text}");
}

#[test]
fn silence_ends_the_login_and_says_what_was_awaited() {
    let mut peer = Peer::new(config());
    assert!(matches!(
        peer.passes(Duration::from_secs(15)),
        Err(WireError::PeerMisbehaved(_))
    ));
    assert_eq!(failure(&mut peer), LoginFailure::Timeout("banner"));

    let mut peer = Peer::new(config());
    peer.says(BANNER).unwrap();
    peer.passes(Duration::from_secs(14)).unwrap();
    assert!(peer.passes(Duration::from_secs(1)).is_err());
    assert_eq!(failure(&mut peer), LoginFailure::Timeout("answer to Challenge"));

    let mut peer = plain();
    peer.says(BANNER).unwrap();
    assert!(peer.passes(Duration::from_secs(60)).is_err());
    assert_eq!(failure(&mut peer), LoginFailure::Timeout("answer to Login"));
}

#[test]
fn events_before_the_answer_to_the_login_do_not_answer_it() {
    let mut peer = plain();
    peer.says(BANNER).unwrap();
    peer.says(b"Event: Hangup\r\n\r\nResponse: Success\r\nActionID: other\r\n\r\n")
        .unwrap();
    assert!(matches!(
        &peer.events()[..],
        [Event::Banner(_), Event::Stray(_), Event::Stray(_)]
    ));
    peer.says(b"Response: Success\r\nActionID: t-1\r\n\r\n").unwrap();
    assert_eq!(peer.events(), [Event::LoggedIn]);
}

#[test]
fn a_configuration_that_cannot_be_sent_is_refused_at_once() {
    let mut injected = config();
    injected.username = "crm\r\nAction: Originate".to_owned();
    let mut secret = config();
    secret.secret = Private::new("a\nb".to_owned());
    let mut prefix = config();
    prefix.action_id_prefix = "p".repeat(28);
    for config in [injected, secret, prefix] {
        assert!(Client::new(Tick::ZERO, config).is_err());
    }
    let mut longest = config();
    longest.action_id_prefix = "p".repeat(27);
    assert!(Client::new(Tick::ZERO, longest).is_ok());
}

#[test]
fn neither_the_secret_nor_what_is_said_shows_in_debug_output() {
    let mut peer = plain();
    peer.says(BANNER).unwrap();
    let shown = format!("{:?}", peer.client);
    assert!(!shown.contains("\"secret\"") && !shown.contains("Secret: "), "{shown}");
    peer.says(b"Response: Success\r\nActionID: t-1\r\n\r\n").unwrap();
    let action = Action::new("Originate").header("Channel", "PJSIP/4711");
    peer.client.submit(peer.now, action).unwrap();
    peer.says(b"Event: Newchannel\r\nPrivilege: call,all\r\nCallerIDNum: 4711\r\n\r\n")
        .unwrap();
    let shown = format!("{:?}", peer.client);
    assert!(!shown.contains("4711"), "{shown}");
}
