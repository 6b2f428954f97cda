//! The server half, and both halves over a pipe in memory.

use crate::support::{Chance, config};
use bytes::BytesMut;
use lineside_ami::client::{self, Auth, Client, LoginFailure, Reply};
use lineside_ami::server::{self, Request, Server, User};
use lineside_ami::{Action, Outgoing};
use lineside_wire::{Session, SubmitError, Tick};
use std::time::Duration;

/// A client and a server, joined.
struct Pipe {
    client: Client,
    server: Server,
    now: Tick,
    to_client: BytesMut,
    to_server: BytesMut,
    chance: Chance,
}

impl Pipe {
    fn new(client: client::Config, server: server::Config) -> Self {
        Pipe {
            client: Client::new(Tick::ZERO, client).unwrap(),
            server: Server::new(Tick::ZERO, server).unwrap(),
            now: Tick::ZERO,
            to_client: BytesMut::new(),
            to_server: BytesMut::new(),
            chance: Chance::new(7),
        }
    }

    fn logged_in(server: server::Config) -> Self {
        let mut pipe = Pipe::new(config(), server);
        let (client, server) = pipe.run();
        assert_eq!(client.last(), Some(&client::Event::LoggedIn));
        assert_eq!(server, [server::Event::LoggedIn { user: "crm".to_owned() }]);
        pipe
    }

    /// Carries bytes in pieces of random size until nobody has more to say.
    fn run(&mut self) -> (Vec<client::Event>, Vec<server::Event>) {
        let mut to_client: Vec<u8> = Vec::new();
        let mut to_server: Vec<u8> = Vec::new();
        loop {
            to_client.extend(std::iter::from_fn(|| self.server.poll_transmit()).flat_map(|sent| sent.bytes));
            to_server.extend(std::iter::from_fn(|| self.client.poll_transmit()).flat_map(|sent| sent.bytes));
            if to_client.is_empty() && to_server.is_empty() {
                break;
            }
            let piece = |bytes: &mut Vec<u8>, size: usize| bytes.drain(..size.min(bytes.len())).collect::<Vec<_>>();
            self.to_client.extend(piece(&mut to_client, 1 + self.chance.below(30)));
            self.to_server.extend(piece(&mut to_server, 1 + self.chance.below(30)));
            let _refused_login_is_an_event_too = self.client.handle_bytes(self.now, &mut self.to_client);
            self.server.handle_bytes(self.now, &mut self.to_server).unwrap();
        }
        (
            std::iter::from_fn(|| self.client.poll_event()).collect(),
            std::iter::from_fn(|| self.server.poll_event()).collect(),
        )
    }

    /// The action that the server's owner gets for `action`.
    fn asks(&mut self, action: Action) -> server::Received {
        self.client.submit(self.now, action).unwrap();
        match self.run().1.remove(0) {
            server::Event::Action(received) => received,
            other => panic!("{other:?}"),
        }
    }
}

fn served() -> server::Config {
    server::Config::new(vec![User::new("crm", "secret")], "123456789")
}

#[test]
fn a_client_logs_in_by_challenge_and_by_secret() {
    Pipe::logged_in(served());
    let mut plain = config();
    plain.auth = Auth::Plain;
    let mut pipe = Pipe::new(plain, served());
    assert_eq!(pipe.run().0.last(), Some(&client::Event::LoggedIn));
}

#[test]
fn a_wrong_secret_or_user_is_refused_after_a_second_and_closed() {
    for auth in [Auth::Md5, Auth::Plain] {
        for (user, secret) in [("crm", "wrong"), ("nobody", "secret"), ("crm", "")] {
            let mut wrong = client::Config::new(user, secret, "t");
            wrong.auth = auth;
            let mut pipe = Pipe::new(wrong, served());
            let (client, server) = pipe.run();
            assert_eq!(client.len(), 1, "the banner, and no answer yet");
            assert_eq!(server, [server::Event::Refused]);
            pipe.now = pipe.server.poll_timeout().unwrap();
            assert_eq!(pipe.now, Tick::ZERO + Duration::from_secs(1));
            pipe.server.handle_timeout(pipe.now).unwrap();
            let (client, server) = pipe.run();
            let failure = LoginFailure::Authentication("Authentication failed".to_owned());
            assert_eq!(client, [client::Event::LoginFailed(failure)]);
            assert_eq!(server, [server::Event::Closed]);
        }
    }
}

#[test]
fn nothing_but_a_login_is_answered_to_a_stranger() {
    let mut server = Server::new(Tick::ZERO, served()).unwrap();
    server.poll_transmit();
    let mut input = BytesMut::from("Action: CoreShowChannels\r\nActionID: 1\r\n\r\n");
    server.handle_bytes(Tick::ZERO, &mut input).unwrap();
    let answer = server.poll_transmit().unwrap().bytes;
    assert_eq!(
        answer,
        "Response: Error\r\nActionID: 1\r\nMessage: Permission denied\r\n\r\n"
    );
    assert_eq!(server.poll_event(), None);
    assert_eq!(
        server.submit(Tick::ZERO, Request::Answer(vec![])),
        Err(SubmitError::NotReady)
    );
    let late = server.poll_timeout().unwrap();
    assert!(server.handle_timeout(late).is_err());
    assert_eq!(server.poll_event(), Some(server::Event::Closed));
}

#[test]
fn an_action_comes_whole_and_its_answer_goes_back() {
    let mut pipe = Pipe::logged_in(served());
    let originate = Action::new("Originate")
        .header("Exten", "4711")
        .variable("A", "x,\"y\"")
        .variable("B", "");
    let received = pipe.asks(originate);
    assert!(received.name().is("originate"));
    assert_eq!(received.message().get("Exten").unwrap(), "4711");
    let variables = received.variables();
    assert_eq!(
        variables,
        [(b"A".to_vec(), b"x,\"y\"".to_vec()), (b"B".to_vec(), Vec::new())]
    );
    let answer = received
        .response("Success")
        .header("Message", "Originate successfully queued");
    pipe.server.submit(pipe.now, Request::Answer(vec![answer])).unwrap();
    let (client, server) = pipe.run();
    let [
        client::Event::Completed {
            result: Ok(Reply::Response(response)),
            ..
        },
    ] = &client[..]
    else {
        panic!()
    };
    assert_eq!(response.get("Message").unwrap(), "Originate successfully queued");
    assert!(matches!(server[..], [server::Event::Sent(_)]));
}

#[test]
fn a_list_and_the_output_of_a_command_come_whole() {
    let mut pipe = Pipe::logged_in(served());
    let received = pipe.asks(Action::new("CoreShowChannels").list());
    let items = (0..3)
        .map(|n| received.item("CoreShowChannel").header("Uniqueid", n.to_string()))
        .collect();
    let list = received.list("Channels will follow", items, "CoreShowChannelsComplete");
    pipe.server.submit(pipe.now, Request::Answer(list)).unwrap();
    let client = pipe.run().0;
    let [
        client::Event::Completed {
            result: Ok(Reply::List(list)),
            ..
        },
    ] = &client[..]
    else {
        panic!()
    };
    assert_eq!(list.items.len(), 3);
    assert_eq!(list.end.get("ListItems").unwrap(), "3");

    let received = pipe.asks(Action::new("Command").header("Command", "core show uptime"));
    let output = received.output(&["System uptime: 1 day", "", "Last reload: never"]);
    pipe.server.submit(pipe.now, Request::Answer(vec![output])).unwrap();
    let client = pipe.run().0;
    let [client::Event::Completed { result: Ok(reply), .. }] = &client[..] else {
        panic!()
    };
    assert_eq!(reply.response().output().count(), 3);
}

#[test]
fn events_go_to_those_who_may_read_and_asked_for_their_class() {
    let reader = || vec![User::new("crm", "secret").reads(&["call", "system"])];
    let mut pipe = Pipe::logged_in(server::Config::new(reader(), "1"));
    let send = |pipe: &mut Pipe, name: &str, privilege: &str| {
        let event = Outgoing::event(name).header("Privilege", privilege).header("X", "1");
        pipe.server.submit(pipe.now, Request::Event(event)).unwrap();
        let (client, server) = pipe.run();
        assert!(matches!(server[..], [server::Event::Sent(_)]));
        client.len() == 1
    };
    assert!(send(&mut pipe, "Hangup", "call,all"));
    assert!(send(&mut pipe, "FullyBooted", "system,all"));
    assert!(!send(&mut pipe, "VarSet", "dialplan,all"));
    assert!(!send(&mut pipe, "Both", "call,agent,all"));

    pipe.client
        .submit(pipe.now, Action::new("Events").header("EventMask", "off"))
        .unwrap();
    let client = pipe.run().0;
    let [client::Event::Completed { result: Ok(reply), .. }] = &client[..] else {
        panic!()
    };
    assert_eq!(reply.response().get("Events").unwrap(), "Off");
    assert!(!send(&mut pipe, "Hangup", "call,all"));

    let mut masked = config();
    masked.events = "call".to_owned();
    let mut pipe = Pipe::new(masked, server::Config::new(reader(), "1"));
    pipe.run();
    assert!(send(&mut pipe, "Hangup", "call,all"));
    assert!(!send(&mut pipe, "FullyBooted", "system,all"));
}

#[test]
fn pings_and_the_goodbye_are_answered_by_the_session_itself() {
    let mut pipe = Pipe::logged_in(served());
    for _ in 0..5 {
        pipe.now += Duration::from_secs(12);
        pipe.client.handle_timeout(pipe.now).unwrap();
        assert_eq!(pipe.run(), (vec![], vec![]));
    }
    pipe.client.close(pipe.now);
    assert_eq!(pipe.run().1, [server::Event::Closed]);
    assert_eq!(
        pipe.server.submit(pipe.now, Request::Answer(vec![])),
        Err(SubmitError::NotReady)
    );
}

#[test]
fn what_asterisk_would_not_read_is_answered_as_asterisk_does() {
    let mut pipe = Pipe::logged_in(served());
    let ask = |pipe: &mut Pipe, action: Vec<u8>| {
        pipe.to_server.extend_from_slice(&action);
        pipe.server.handle_bytes(pipe.now, &mut pipe.to_server).unwrap();
        String::from_utf8(pipe.server.poll_transmit().unwrap().bytes.to_vec()).unwrap()
    };
    let long = [
        b"Action: A\r\nActionID: 1\r\nX: ",
        "x".repeat(1100).as_bytes(),
        b"\r\n\r\n",
    ]
    .concat();
    let answer = "Response: Error\r\nMessage: Failed to parse message: line too long\r\n\r\n";
    assert_eq!(ask(&mut pipe, long), answer);
    let many = [b"Action: A\r\n".as_slice(), &b"X: 1\r\n".repeat(128), b"\r\n"].concat();
    assert!(ask(&mut pipe, many).contains("Too many lines"));
}

#[test]
fn what_the_owner_cannot_write_is_its_mistake() {
    let mut pipe = Pipe::logged_in(served());
    let event = Outgoing::event("UserEvent").header("Text", "a\r\nEvent: Hangup");
    assert!(matches!(
        pipe.server.submit(pipe.now, Request::Event(event)),
        Err(SubmitError::Misuse(_))
    ));
    assert_eq!(pipe.run(), (vec![], vec![]));
}

#[test]
fn bytes_without_end_from_a_client_end_its_session() {
    let mut server = Server::new(Tick::ZERO, served()).unwrap();
    let mut input = BytesMut::from(&vec![b'x'; 300 << 10][..]);
    assert!(server.handle_bytes(Tick::ZERO, &mut input).is_err());
    assert_eq!(server.poll_event(), Some(server::Event::Closed));
    server.handle_eof(Tick::ZERO).unwrap();
    assert_eq!(server.poll_event(), None);
}
