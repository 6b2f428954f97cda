//! From the first byte to a session that may be used, or a clear reason why not.

use crate::sessions::{
    ED4, Pair, all, crm, dmcc, ecma_354, hipath, nul, omnipcx, openscape_voice, plain, system_status, zultys,
};
use crate::support::Alone;
use lineside_csta::client::{Config, Event, LoginFailure, StatusMeaning};
use lineside_csta::server::{self, ServerConfig};
use lineside_csta::types::SystemStatusValue;
use lineside_csta::{
    Acse, AssociationResponse, ContextName, Credentials, Dialect, InvokeId, Login, Message, Phase, Request,
};
use lineside_wire::{Session, SubmitError, WireError};
use std::time::Duration;

fn with_login(dialect: Dialect, change: impl FnOnce(&mut Login)) -> Dialect {
    let mut login = dialect.login;
    change(&mut login);
    Dialect { login, ..dialect }
}

fn failure(events: &[Event]) -> LoginFailure {
    let failures = events.iter().filter_map(|event| match event {
        Event::LoginFailed(failure) => Some(failure.clone()),
        _ => None,
    });
    let failures: Vec<_> = failures.collect();
    assert_eq!(failures.len(), 1, "{events:?}");
    failures[0].clone()
}

fn has_login(dialect: &Dialect) -> bool {
    !matches!(dialect.login, Login::None)
}

#[test]
fn where_there_is_no_login_requests_may_go_at_once() {
    let mut alone = Alone::new(Config::new(plain(), None));
    assert!(matches!(&alone.events()[..], [Event::Up(_)]));
    let request = crate::sessions::monitor_start("2001");
    assert!(alone.client.submit(alone.now, request.into()).is_ok());
}

#[test]
fn before_it_is_let_in_nothing_may_be_asked() {
    for (name, dialect) in all().into_iter().filter(|(_, dialect)| has_login(dialect)) {
        let mut alone = Alone::new(Config::new(dialect, Some(crm())));
        let request = crate::sessions::monitor_start("2001");
        let refused = alone.client.submit(alone.now, request.into());
        assert_eq!(refused, Err(SubmitError::NotReady), "{name}");
    }
}

#[test]
fn wrong_credentials_are_refused_in_the_own_way_of_each_dialect() {
    let native = [
        (ecma_354(), "invalidApplicationInfo"),
        (dmcc(), "invalidApplicationInfo"),
        (nul(), "invalidApplicationInfo"),
        (hipath(), "result 1, diagnostic 1:13 (authentication failed)"),
        (omnipcx(), "result 1, diagnostic 1:13 (authentication failed)"),
        (zultys(), "code 1: Login failed"),
    ];
    for (dialect, native) in native {
        let config = Config::new(dialect.clone(), Some(Credentials::new("crm", "wrong")));
        let pair = Pair::new(config, ServerConfig::new(dialect, Some(crm())));
        let native = native.to_owned();
        assert_eq!(failure(&pair.told), LoginFailure::Credentials(native.clone()));
        assert_eq!(pair.client_error, Some(WireError::Refused { native }));
        assert!(matches!(
            pair.heard[..],
            [server::Event::Refused { .. }, server::Event::Closed]
        ));
        assert_eq!(pair.client.poll_timeout(), None);
    }
}

#[test]
fn versions_that_do_not_meet_are_named_on_both_sides() {
    let other = with_login(ecma_354(), |login| {
        if let Login::ApplicationSession(session) = login {
            session.protocol_versions = vec!["3.0".to_owned()];
        }
    });
    let pair = Pair::new(
        Config::new(other, Some(crm())),
        ServerConfig::new(ecma_354(), Some(crm())),
    );
    let LoginFailure::Version { ours, theirs } = failure(&pair.told) else {
        panic!("{:?}", pair.told)
    };
    assert_eq!(
        (ours.as_str(), theirs.contains("requestedProtocolVersionNotSupported")),
        ("3.0", true)
    );
    assert!(matches!(pair.client_error, Some(WireError::PeerIncompatible(_))));

    let older = with_login(hipath(), |login| {
        if let Login::Association(association) = login {
            association.versions = 0b1;
        }
    });
    let pair = Pair::new(
        Config::new(hipath(), Some(crm())),
        ServerConfig::new(older, Some(crm())),
    );
    let Some(WireError::PeerIncompatible(text)) = &pair.client_error else {
        panic!("{:?}", pair.client_error)
    };
    assert!(text.contains("ECMA-180") && text.contains("ECMA-285"), "{text}");
}

#[test]
fn an_answer_with_another_version_than_any_that_was_asked_for_ends_the_login() {
    let mut alone = Alone::new(Config::new(omnipcx(), None));
    alone.says_bytes(b"P").unwrap();
    let accepted = AssociationResponse {
        versions: 0b1,
        ..AssociationResponse::default()
    };
    let error = alone.says(&Message::Association(Acse::Response(accepted))).unwrap_err();
    assert!(
        matches!(&error, WireError::PeerIncompatible(text)
        if text.contains("the switch speaks ECMA-180, and we asked for ECMA-218")),
        "{error}"
    );
}

#[test]
fn the_phase_that_was_agreed_on_is_the_one_that_is_spoken() {
    let both = with_login(omnipcx(), |login| {
        if let Login::Association(association) = login {
            association.versions = 0b11;
        }
    });
    let mut alone = Alone::new(Config::new(both, None));
    alone.says_bytes(b"P").unwrap();
    let accepted = AssociationResponse {
        versions: 0b1,
        system_version: Some("R9".to_owned()),
        ..AssociationResponse::default()
    };
    alone.says(&Message::Association(Acse::Response(accepted))).unwrap();
    let events = alone.events();
    assert!(
        matches!(&events[..], [Event::Up(peer)] if peer.phase == Some(Phase::I)
        && peer.protocol_version.as_deref() == Some("ECMA-180")),
        "{events:?}"
    );
}

#[test]
fn silence_ends_the_login_and_says_what_was_awaited() {
    let awaited = [
        (ecma_354(), "answer to Start Application Session"),
        (nul(), "answer to Start Application Session"),
        (openscape_voice(), "system status"),
        (hipath(), "answer to the association request"),
        (omnipcx(), "answer to the handshake"),
        (zultys(), "answer to the login"),
    ];
    for (dialect, awaited) in awaited {
        let mut alone = Alone::new(Config::new(dialect.clone(), Some(crm())));
        alone.passes(Duration::from_secs(14)).unwrap();
        let error = alone.passes(Duration::from_secs(1)).unwrap_err();
        assert!(error.to_string().contains(awaited), "{error}");
        assert_eq!(failure(&alone.events()), LoginFailure::Timeout(awaited));

        let mut alone = Alone::new(Config::new(dialect, Some(crm())));
        assert!(alone.client.handle_eof(alone.now).is_err());
        assert_eq!(failure(&alone.events()), LoginFailure::Closed(awaited));
        assert_eq!(alone.client.poll_timeout(), None);
    }
}

#[test]
fn openscape_voice_tells_how_it_is_and_is_registered_for_with_the_invoke_id_0() {
    let mut alone = Alone::new(Config::new(openscape_voice(), None));
    assert_eq!(alone.sent(), [], "the switch speaks first");
    let (id, request) = (InvokeId(17), system_status(SystemStatusValue::Enabled));
    alone.says(&Message::Request { id, request }).unwrap();
    let sent = alone.sent();
    assert!(
        matches!(&sent[..], [
        Message::Response { id: InvokeId(17), .. },
        Message::Request { id: InvokeId(0), request: Request::SystemRegister(register) },
    ] if register.request_types.names().collect::<Vec<_>>() == ["systemStatus"]),
        "{sent:?}"
    );
    alone
        .says_bytes(&crate::support::framed(
            "0000",
            include_str!("vectors/xml/osv_SystemRegisterResponse.xml"),
        ))
        .unwrap();
    assert!(matches!(
        &alone.events()[..],
        [
            Event::Status {
                value: SystemStatusValue::Enabled,
                meaning: StatusMeaning::Gone
            },
            Event::Up(_),
        ]
    ));
}

#[test]
fn a_switch_that_is_not_enabled_is_answered_and_waited_for() {
    for value in [SystemStatusValue::Initializing, SystemStatusValue::Disabled] {
        let mut alone = Alone::new(Config::new(openscape_voice(), None));
        let (id, request) = (InvokeId(1), system_status(value.clone()));
        alone.says(&Message::Request { id, request }).unwrap();
        assert!(matches!(&alone.sent()[..], [Message::Response { .. }]));
        let error = alone.passes(Duration::from_secs(15)).unwrap_err();
        assert!(error.to_string().contains(value.as_str()), "{error}");
        assert_eq!(
            failure(&alone.events()),
            LoginFailure::NotEnabled(value.as_str().to_owned())
        );
    }
}

#[test]
fn a_real_answer_without_a_namespace_begins_a_session() {
    let mut alone = Alone::new(Config::new(ecma_354(), Some(crm())));
    let document = include_str!("vectors/xml/osv_StartApplicationSessionPosResponse.xml");
    alone.says_bytes(&crate::support::framed("0001", document)).unwrap();
    let events = alone.events();
    assert!(
        matches!(&events[..], [Event::Up(peer)]
        if peer.session.as_ref().is_some_and(|id| id.text() == "009968951")
        && peer.duration == Some(Duration::from_secs(600))
        && peer.protocol_version.as_deref() == Some(ED4)),
        "{events:?}"
    );
}

#[test]
fn another_edition_than_the_one_asked_for_is_read_all_the_same_and_another_protocol_is_not() {
    let answer = |version: &str| {
        format!(
            "<StartApplicationSessionPosResponse><sessionID>7</sessionID><actualProtocolVersion>{version}\
             </actualProtocolVersion></StartApplicationSessionPosResponse>"
        )
    };
    let mut alone = Alone::new(Config::new(ecma_354(), None));
    let ed5 = answer("http://www.ecma-international.org/standards/ecma-323/csta/ed5/priv2");
    alone.says_bytes(&crate::support::framed("0001", ed5)).unwrap();
    assert!(matches!(&alone.events()[..], [Event::Up(_)]));
    let mut alone = Alone::new(Config::new(ecma_354(), None));
    assert!(
        alone
            .says_bytes(&crate::support::framed("0001", answer("3.0")))
            .is_err()
    );
    assert!(matches!(failure(&alone.events()), LoginFailure::Version { theirs, .. } if theirs == "3.0"));
}

#[test]
fn a_server_without_room_says_to_wait() {
    for why in ["serverResourcesBusy", "maxNumberSessions"] {
        let mut alone = Alone::new(Config::new(ecma_354(), Some(crm())));
        let document = format!(
            "<StartApplicationSessionNegResponse><errorCode><definedError>{why}</definedError></errorCode>\
             </StartApplicationSessionNegResponse>"
        );
        assert!(alone.says_bytes(&crate::support::framed("0001", document)).is_err());
        assert_eq!(failure(&alone.events()), LoginFailure::Busy(why.to_owned()));
    }
    let mut alone = Alone::new(Config::new(hipath(), Some(crm())));
    let rejected = AssociationResponse {
        result: 2,
        diagnostic: Some((1, 1)),
        ..AssociationResponse::default()
    };
    assert!(alone.says(&Message::Association(Acse::Response(rejected))).is_err());
    let native = "result 2, diagnostic 1:1 (no reason given)".to_owned();
    assert_eq!(failure(&alone.events()), LoginFailure::Busy(native));
}

#[test]
fn an_association_is_asked_for_in_the_context_that_the_dialect_says() {
    let context = |name: &str| {
        let mut dialect = hipath();
        if let Login::Association(association) = &mut dialect.login {
            association.context_name = ContextName::parse(name).unwrap();
        }
        dialect
    };
    let of_285 = context("1.3.12.0.285");
    let (config, server) = (
        Config::new(of_285.clone(), Some(crm())),
        ServerConfig::new(of_285.clone(), Some(crm())),
    );
    let pair = Pair::new(config, server);
    assert!(matches!(&pair.told[..], [.., Event::Up(_)]), "{:?}", pair.told);
    let of_218 = ServerConfig::new(context("1.3.12.0.218"), Some(crm()));
    let pair = Pair::new(Config::new(of_285, Some(crm())), of_218);
    let native = "result 1, diagnostic 1:2 (the context is not supported)".to_owned();
    assert_eq!(failure(&pair.told), LoginFailure::Refused(native));
}

#[test]
fn an_abort_in_the_middle_of_the_login_is_told() {
    let mut alone = Alone::new(Config::new(hipath(), Some(crm())));
    assert!(alone.says(&Message::Association(Acse::Abort(1))).is_err());
    assert!(matches!(failure(&alone.events()), LoginFailure::Refused(_)));
}

#[test]
fn a_peer_that_is_something_else_is_named_by_what_it_said() {
    let said: [(&[u8], &str); 4] = [
        (b"HTTP/1.1 400 Bad Request\r\n", "HTTP"),
        (b"\x15\x03\x01\x00\x02\x02\x46\x00\x00\x00\x00\x00", "TLS"),
        (b"\x00\x00\x00\x3d9999<?xml version=\"1.0\"?>", "XML"),
        (b"\x26\x80\x03\xa1\x01\x02\x00\x00\x00", "HiPath"),
    ];
    for (bytes, named) in said {
        for (name, dialect) in [("ECMA-354", ecma_354()), ("HiPath", hipath())] {
            if named == name || (named == "XML" && name == "ECMA-354") {
                continue;
            }
            let mut alone = Alone::new(Config::new(dialect, Some(crm())));
            let error = alone.says_bytes(bytes).unwrap_err();
            let WireError::PeerIncompatible(text) = &error else {
                panic!("{name}: {error:?}")
            };
            assert!(text.contains(named), "{name}: {text}");
            assert_eq!(failure(&alone.events()), LoginFailure::NotThisDialect(error));
        }
    }
    let mut alone = Alone::new(Config::new(omnipcx(), None));
    assert!(matches!(alone.says_bytes(b"X"), Err(WireError::PeerIncompatible(_))));
}

#[test]
fn zultys_gets_the_digest_of_the_password_and_a_line_feed() {
    let mut alone = Alone::new(Config::new(zultys(), Some(crm())));
    let sent = alone.client.poll_transmit().unwrap();
    assert!(sent.secret);
    let text = String::from_utf8_lossy(&sent.bytes).into_owned();
    // printf secret | openssl sha1 -binary | base64
    let pwd = "<userName>crm</userName><pwd>5en6G6MezRroT3XKqkdPOmY/BfQ=&#xA;</pwd>";
    assert!(text.contains(pwd), "{text}");
    let welcome = "<loginResponce Code=\"0\" sn=\"631HC\" apiversion=\"11\" ext=\"273\" >Login OK</loginResponce>";
    alone.says_bytes(&crate::support::framed("0001", welcome)).unwrap();
    assert!(matches!(&alone.events()[..], [Event::Up(_)]));
}
