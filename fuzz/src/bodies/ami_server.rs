//! Any bytes at a server, from a stranger and from a user: what it writes can be read, and its end comes once.

use super::{choice, pieces};
use bytes::BytesMut;
use lineside_ami::Decoder;
use lineside_ami::server::{Config, Event, Request, Server, User};
use lineside_wire::{Session, Tick};
use std::time::Duration;

const LOGIN: &[u8] = b"Action: Login\r\nActionID: 1\r\nUsername: crm\r\nSecret: secret\r\n\r\n";

pub(crate) fn run(data: &[u8]) {
    let (first, data) = choice(data);
    let mut config = Config::new(vec![User::new("crm", "secret")], "123");
    config.limits.message = 3000;
    let mut now = Tick::ZERO;
    let Ok(mut server) = Server::new(now, config) else {
        return;
    };
    let mut input = BytesMut::from(if first & 1 == 0 { LOGIN } else { b"" });
    let mut written = BytesMut::new();
    let mut closed = 0;
    for piece in pieces(data) {
        input.extend_from_slice(piece);
        let mut over = server.handle_bytes(now, &mut input).is_err();
        if first & 2 != 0 {
            now += Duration::from_millis(900);
            over |= server.handle_timeout(now).is_err();
        }
        while let Some(event) = server.poll_event() {
            match event {
                Event::Action(action) => {
                    assert!(action.variables().len() <= action.message().as_bytes().len());
                    let list = action.list("follows", vec![action.item("Item")], "ItemsComplete");
                    let _refused_after_the_end = server.submit(now, Request::Answer(list));
                }
                Event::Closed => closed += 1,
                Event::LoggedIn { .. } | Event::Refused | Event::Sent(_) => {}
            }
        }
        while let Some(transmit) = server.poll_transmit() {
            written.extend_from_slice(&transmit.bytes);
        }
        if over {
            break;
        }
    }
    let _ends_here = server.handle_eof(now);
    closed += std::iter::from_fn(|| server.poll_event())
        .filter(|event| *event == Event::Closed)
        .count();
    assert_eq!(closed, 1);
    assert_eq!(server.poll_timeout(), None);
    read_back(&mut written);
}

fn read_back(written: &mut BytesMut) {
    let banner = written.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let _banner = written.split_to(banner);
    let mut decoder = Decoder::default();
    while let Ok(Some(message)) = decoder.next(written) {
        assert!(
            message
                .headers()
                .next()
                .is_some_and(|header| header.key.is("Response") || header.key.is("Event"))
        );
    }
    assert!(written.is_empty());
}
