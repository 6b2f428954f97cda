//! Any bytes at a client session of any dialect, before its login or behind it: every request ends exactly once, and the end is the
//! end.

mod dialects;

use super::{choice, csta_ber, csta_xml, pieces};
use bytes::BytesMut;
use lineside_csta::client::{Client, Config, Event};
use lineside_csta::server::{Server, ServerConfig};
use lineside_csta::types::{CstaObject, DeviceId, MonitorStart, RequestSystemStatus, SnapshotDevice, UniversalFailure};
use lineside_csta::{Answer, Ask, AskedId, Credentials, Encoding, Request};
use lineside_wire::{RequestId, Session, Tick, WireError};
use std::collections::BTreeMap;
use std::time::Duration;

/// The first byte says which dialect, and in its bits: is the session up when the bytes come, are they one whole frame, does time pass,
/// is the session closed in between.
pub(crate) fn run(data: &[u8]) {
    let (dialect, data) = choice(data);
    let (flags, data) = choice(data);
    let dialect = dialects::of(dialect);
    let framed = match (flags & 2, &dialect.encoding) {
        (0, _) => data.to_vec(),
        (_, Encoding::Xml(_)) => csta_xml::frame(dialect.framing, data),
        (_, Encoding::Ber(_)) => csta_ber::frame(dialect.framing, data),
    };
    let mut config = Config::new(dialect.clone(), Some(Credentials::new("crm", "secret")));
    config.window = 4;
    let Ok(client) = Client::new(Tick::ZERO, config) else {
        return;
    };
    let mut driven = Driven {
        client,
        now: Tick::ZERO,
        open: BTreeMap::new(),
        asked: Vec::new(),
        ends: 0,
    };
    if flags & 1 != 0 {
        driven.log_in(ServerConfig::new(dialect, None));
    }
    if driven.play(&framed, flags).is_ok() {
        let _told_in_events_too = driven.client.handle_eof(driven.now);
        driven.drain();
    }
    let once = driven.open.values().all(|completions| *completions == 1);
    assert!(once, "{:?}", driven.open);
    assert!(driven.ends <= 1);
    assert_eq!(driven.client.poll_timeout(), None);
    assert!(driven.client.submit(driven.now, status()).is_err());
}

struct Driven {
    client: Client,
    now: Tick,
    /// How often each request completed.
    open: BTreeMap<RequestId, usize>,
    /// What the switch asked for.
    asked: Vec<AskedId>,
    /// How often the session failed or ended.
    ends: usize,
}

impl Driven {
    /// Lets a server of the dialect take the login, until neither side has anything to say.
    fn log_in(&mut self, config: ServerConfig) {
        let Ok(mut server) = Server::new(self.now, config) else {
            return;
        };
        let (mut there, mut back) = (BytesMut::new(), BytesMut::new());
        loop {
            while let Some(transmit) = self.client.poll_transmit() {
                there.extend_from_slice(&transmit.bytes);
            }
            assert!(server.handle_bytes(self.now, &mut there).is_ok());
            while let Some(transmit) = server.poll_transmit() {
                back.extend_from_slice(&transmit.bytes);
            }
            if back.is_empty() {
                break;
            }
            assert!(self.client.handle_bytes(self.now, &mut back).is_ok());
        }
        let told: Vec<_> = std::iter::from_fn(|| self.client.poll_event()).collect();
        assert!(matches!(told.last(), Some(Event::Up(_))), "{told:?}");
    }

    fn play(&mut self, data: &[u8], flags: u8) -> Result<(), WireError> {
        let mut input = BytesMut::new();
        for (count, piece) in pieces(data).into_iter().enumerate() {
            self.ask(count);
            input.extend_from_slice(piece);
            let read = self.client.handle_bytes(self.now, &mut input);
            self.drain();
            read?;
            self.answer();
            if flags & 4 != 0 {
                self.now += Duration::from_millis(700);
                let waited = self.client.handle_timeout(self.now);
                self.drain();
                waited?;
            }
            if flags & 8 != 0 && piece.len() % 16 == 3 {
                self.client.close(self.now);
                self.drain();
            }
        }
        Ok(())
    }

    /// One request ahead of each piece, as far as the window lets it.
    fn ask(&mut self, count: usize) {
        let device = DeviceId::dialled("100");
        let ask = match count % 3 {
            0 => Ask::new(Request::MonitorStart(Box::new(MonitorStart {
                monitor_object: CstaObject::Device(device),
                ..MonitorStart::default()
            }))),
            1 => Ask::new(Request::SnapshotDevice(Box::new(SnapshotDevice {
                snapshot_object: device,
                ..SnapshotDevice::default()
            })))
            .within(Duration::from_secs(3)),
            _ => status(),
        };
        if let Ok(id) = self.client.submit(self.now, ask) {
            self.open.insert(id, 0);
        }
        self.drain();
    }

    /// Every other question of the switch is refused, the others wait for ever.
    fn answer(&mut self) {
        for asked in self.asked.drain(..).filter(|asked| asked.0 % 2 == 0) {
            let answer = Answer::Failed(UniversalFailure::default());
            let _closed_or_answered = self.client.answer(asked, answer);
        }
    }

    fn drain(&mut self) {
        while let Some(transmit) = self.client.poll_transmit() {
            assert!(!transmit.bytes.is_empty());
        }
        while let Some(event) = self.client.poll_event() {
            match event {
                Event::Completed { id, .. } => *self.open.entry(id).or_default() += 1,
                Event::Asked { id, .. } => self.asked.push(id),
                Event::LoginFailed(_) | Event::Ended(_) => self.ends += 1,
                _ => {}
            }
        }
    }
}

fn status() -> Ask {
    Ask::new(Request::RequestSystemStatus(Box::<RequestSystemStatus>::default()))
}
