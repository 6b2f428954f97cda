//! Any bytes at a client in any phase: every request completes once, bytes out stay within the rules, and the end is the end.

use super::{choice, pieces};
use bytes::BytesMut;
use lineside_ami::Action;
use lineside_ami::client::{Auth, Client, Config, Event};
use lineside_wire::{RequestId, Session, Tick, WireError};
use std::collections::BTreeMap;
use std::time::Duration;

/// Where the session stands when the bytes come.
const PHASES: [&[u8]; 4] = [
    b"",
    b"Asterisk Call Manager/11.0.0\r\n",
    b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\nActionID: t-1\r\nChallenge: 1\r\n\r\n",
    b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\nActionID: t-1\r\nChallenge: 1\r\n\r\n\
      Response: Success\r\nActionID: t-2\r\n\r\n",
];

pub(crate) fn run(data: &[u8]) {
    let (first, data) = choice(data);
    let mut config = Config::new("crm", "secret", "t");
    config.limits.message = 2000;
    config.limits.lines = 100;
    config.list = 3000;
    config.window = 4;
    let start = PHASES.get(usize::from(first) % 4).copied().unwrap_or_default();
    if first & 4 != 0 && start.len() < 40 {
        config.auth = Auth::Plain;
    }
    let Ok(client) = Client::new(Tick::ZERO, config) else {
        return;
    };
    let mut driven = Driven {
        client,
        now: Tick::ZERO,
        open: BTreeMap::new(),
        failed_logins: 0,
    };
    let outcome = driven.play(start, data, first);
    if outcome.is_ok() {
        let _told_in_events_too = driven.client.handle_eof(driven.now);
        driven.drain();
    }
    assert!(
        driven.open.values().all(|completions| *completions == 1),
        "{:?}",
        driven.open
    );
    assert!(driven.failed_logins <= 1);
    assert_eq!(driven.client.poll_timeout(), None);
    assert!(driven.client.submit(driven.now, Action::new("Ping")).is_err());
}

struct Driven {
    client: Client,
    now: Tick,
    /// How often each request completed.
    open: BTreeMap<RequestId, usize>,
    failed_logins: usize,
}

impl Driven {
    fn play(&mut self, start: &[u8], data: &[u8], first: u8) -> Result<(), WireError> {
        let mut input = BytesMut::from(start);
        let begun = self.client.handle_bytes(self.now, &mut input);
        self.drain();
        begun?;
        let list = Action::new("CoreShowChannels").list();
        for action in [list, Action::new("CoreStatus").within(Duration::from_secs(3))] {
            if let Ok(id) = self.client.submit(self.now, action) {
                self.open.insert(id, 0);
            }
        }
        for piece in pieces(data) {
            input.extend_from_slice(piece);
            let read = self.client.handle_bytes(self.now, &mut input);
            self.drain();
            read?;
            if first & 8 != 0 {
                self.now += Duration::from_millis(700);
                let waited = self.client.handle_timeout(self.now);
                self.drain();
                waited?;
            }
            if first & 16 != 0 && piece.len() % 16 == 3 {
                self.client.close(self.now);
                self.drain();
            }
        }
        Ok(())
    }

    fn drain(&mut self) {
        while let Some(transmit) = self.client.poll_transmit() {
            assert!(transmit.bytes.starts_with(b"Action: ") && transmit.bytes.ends_with(b"\r\n\r\n"));
            let secret = transmit.bytes.starts_with(b"Action: Login");
            assert_eq!(transmit.secret, secret);
        }
        while let Some(event) = self.client.poll_event() {
            match event {
                Event::Completed { id, .. } => {
                    let known = self.open.get_mut(&id);
                    assert!(known.is_some(), "{id:?} was never asked for");
                    known.into_iter().for_each(|completions| *completions += 1);
                }
                Event::LoginFailed(_) => self.failed_logins += 1,
                _ => {}
            }
        }
    }
}
