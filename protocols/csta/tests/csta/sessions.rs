//! A client and a server in memory, in every dialect.

pub use crate::dialects::*;

use bytes::BytesMut;
use lineside_csta::client::{self, Client, Config};
use lineside_csta::server::{self, Server, ServerConfig};
use lineside_csta::types::{
    CstaObject, DeviceId, MonitorStart, MonitorStartResponse, MonitorStop, ServiceInitiatedEvent, SystemStatus,
    SystemStatusValue,
};
use lineside_csta::{Answer, Ask, AskedId, Dialect, Event, EventReport, Octets, Request, Response};
use lineside_wire::{Session, Tick, Transmit, WireError};
use std::time::Duration;

/// Both halves, and the connection between them.
pub struct Pair {
    pub client: Client,
    pub server: Server,
    pub now: Tick,
    to_client: BytesMut,
    to_server: BytesMut,
    /// In pieces of so many bytes.
    piece: usize,
    pub told: Vec<client::Event>,
    pub heard: Vec<server::Event>,
    pub sent: Vec<Transmit>,
    /// What the server wrote.
    pub written: Vec<u8>,
    pub client_error: Option<WireError>,
    pub server_error: Option<WireError>,
}

impl Pair {
    pub fn new(config: Config, server: ServerConfig) -> Self {
        Self::in_pieces(config, server, usize::MAX)
    }

    pub fn in_pieces(config: Config, server: ServerConfig, piece: usize) -> Self {
        let mut pair = Pair {
            client: Client::new(Tick::ZERO, config).unwrap(),
            server: Server::new(Tick::ZERO, server).unwrap(),
            now: Tick::ZERO,
            to_client: BytesMut::new(),
            to_server: BytesMut::new(),
            piece,
            told: Vec::new(),
            heard: Vec::new(),
            sent: Vec::new(),
            written: Vec::new(),
            client_error: None,
            server_error: None,
        };
        pair.run();
        pair
    }

    /// Up, with nothing left to tell.
    pub fn up(dialect: Dialect) -> Self {
        let config = Config::new(dialect.clone(), Some(crm()));
        let mut pair = Pair::new(config, ServerConfig::new(dialect, Some(crm())));
        assert!(
            matches!(pair.told.last(), Some(client::Event::Up(_))),
            "{:?}",
            pair.told
        );
        assert!(
            matches!(pair.heard.last(), Some(server::Event::Up { .. })),
            "{:?}",
            pair.heard
        );
        pair.told.clear();
        pair.heard.clear();
        pair
    }

    /// Everything that is to be sent is read, until nobody has anything to say.
    pub fn run(&mut self) {
        loop {
            let mut quiet = true;
            while let Some(transmit) = self.client.poll_transmit() {
                quiet = false;
                for piece in transmit.bytes.chunks(self.piece) {
                    self.to_server.extend_from_slice(piece);
                    let read = self.server.handle_bytes(self.now, &mut self.to_server);
                    self.server_error = self.server_error.take().or(read.err());
                }
                self.sent.push(transmit);
            }
            while let Some(transmit) = self.server.poll_transmit() {
                quiet = false;
                self.written.extend_from_slice(&transmit.bytes);
                for piece in transmit.bytes.chunks(self.piece) {
                    self.to_client.extend_from_slice(piece);
                    let read = self.client.handle_bytes(self.now, &mut self.to_client);
                    self.client_error = self.client_error.take().or(read.err());
                }
            }
            self.told.extend(std::iter::from_fn(|| self.client.poll_event()));
            self.heard.extend(std::iter::from_fn(|| self.server.poll_event()));
            if quiet {
                return;
            }
        }
    }

    /// Lets time pass, timer by timer.
    pub fn passes(&mut self, time: Duration) {
        let end = self.now + time;
        loop {
            let next = [self.client.poll_timeout(), self.server.poll_timeout()];
            let Some(next) = next.into_iter().flatten().min().filter(|next| *next <= end) else {
                break;
            };
            self.now = next;
            let outcome = self.client.handle_timeout(next);
            self.client_error = self.client_error.take().or(outcome.err());
            let outcome = self.server.handle_timeout(next);
            self.server_error = self.server_error.take().or(outcome.err());
            self.run();
        }
        self.now = end;
    }

    /// The requests that the server's owner has to answer.
    pub fn received(&mut self) -> Vec<(AskedId, Request)> {
        let heard = std::mem::take(&mut self.heard);
        let received = heard.into_iter().filter_map(|event| match event {
            server::Event::Received { id, request } => Some((id, request)),
            _ => None,
        });
        received.collect()
    }
}

pub fn monitor_start(device: &str) -> Request {
    Request::MonitorStart(Box::new(MonitorStart {
        monitor_object: CstaObject::Device(DeviceId::dialled(device)),
        ..MonitorStart::default()
    }))
}

pub fn monitor_started(cross_ref: &str) -> Response {
    Response::MonitorStart(Box::new(MonitorStartResponse {
        monitor_cross_ref_id: Octets::from(cross_ref),
        ..MonitorStartResponse::default()
    }))
}

pub fn monitor_stop(cross_ref: &str) -> Request {
    Request::MonitorStop(Box::new(MonitorStop {
        monitor_cross_ref_id: Octets::from(cross_ref),
        ..MonitorStop::default()
    }))
}

pub fn system_status(value: SystemStatusValue) -> Request {
    Request::SystemStatus(Box::new(SystemStatus {
        system_status: value,
        ..SystemStatus::default()
    }))
}

pub fn report(cross_ref: &str) -> EventReport {
    EventReport {
        monitor_cross_ref_id: Octets::from(cross_ref),
        event: Event::ServiceInitiated(Box::<ServiceInitiatedEvent>::default()),
    }
}

/// The monitors of the reports in `events`, in order.
pub fn reports(events: &[client::Event]) -> Vec<String> {
    let reports = events.iter().filter_map(|event| match event {
        client::Event::Report(report) => Some(report.monitor_cross_ref_id.text()),
        _ => None,
    });
    reports.collect()
}

/// The whole life of a session; what the owners were told.
fn life(dialect: &Dialect, piece: usize) -> (Vec<client::Event>, Vec<server::Event>) {
    let pair = lived(dialect, piece);
    (pair.told, pair.heard)
}

fn lived(dialect: &Dialect, piece: usize) -> Pair {
    let config = Config::new(dialect.clone(), Some(crm()));
    let mut pair = Pair::in_pieces(config, ServerConfig::new(dialect.clone(), Some(crm())), piece);
    pair.client.submit(pair.now, Ask::new(monitor_start("2001"))).unwrap();
    pair.client.submit(pair.now, Ask::new(monitor_start("2002"))).unwrap();
    pair.run();
    let mut asked: Vec<_> = pair.heard.clone();
    asked.retain(|event| matches!(event, server::Event::Received { .. }));
    let ids = asked.into_iter().filter_map(|event| match event {
        server::Event::Received { id, .. } => Some(id),
        _ => None,
    });
    let ids: Vec<_> = ids.collect();
    // The first report is ahead of the answer to the monitor that it came by.
    pair.server.report(report("71")).unwrap();
    pair.server
        .respond(ids[0], Answer::Done(monitor_started("71")))
        .unwrap();
    pair.server
        .respond(ids[1], Answer::Done(monitor_started("72")))
        .unwrap();
    pair.server.report(report("72")).unwrap();
    let status = system_status(SystemStatusValue::Normal);
    pair.server.submit(pair.now, Ask::new(status)).unwrap();
    pair.run();
    pair.server.submit(pair.now, Ask::new(monitor_stop("72"))).unwrap();
    pair.server.report(report("71")).unwrap();
    pair.run();
    assert_eq!((&pair.client_error, &pair.server_error), (&None, &None));
    pair.client.close(pair.now);
    pair.run();
    pair
}

#[test]
fn in_every_dialect_a_session_begins_is_used_and_ends() {
    for (name, dialect) in all() {
        let (told, heard) = life(&dialect, usize::MAX);
        assert!(
            told.iter().any(|event| matches!(event, client::Event::Up(_))),
            "{name}: {told:?}"
        );
        assert_eq!(reports(&told), ["71", "72", "71"], "{name}");
        let answered = told.iter().filter_map(|event| match event {
            client::Event::Completed {
                result: Ok(Response::MonitorStart(started)),
                ..
            } => Some(started.monitor_cross_ref_id.text()),
            _ => None,
        });
        assert_eq!(answered.collect::<Vec<_>>(), ["71", "72"], "{name}");
        let stopped = |event: &client::Event| matches!(event, client::Event::Told(Request::MonitorStop(_)));
        assert!(told.iter().any(stopped), "{name}: {told:?}");
        let done = |event: &&server::Event| matches!(event, server::Event::Completed { result: Ok(_), .. });
        assert_eq!(heard.iter().filter(done).count(), 2, "{name}: {heard:?}");
    }
}

#[test]
fn however_the_bytes_are_cut_the_owners_are_told_the_same() {
    for (name, dialect) in all() {
        let whole = life(&dialect, usize::MAX);
        for piece in [1, 2, 3, 5, 7, 11, 64] {
            assert_eq!(life(&dialect, piece), whole, "{name} in pieces of {piece}");
        }
    }
}

#[test]
fn what_holds_a_password_is_marked_and_shows_it_to_nobody() {
    for (name, dialect) in all() {
        let config = Config::new(dialect.clone(), Some(crm()));
        let pair = Pair::new(config, ServerConfig::new(dialect, Some(crm())));
        for transmit in &pair.sent {
            let text = String::from_utf8_lossy(&transmit.bytes);
            // The digest of the password, as Zultys has it.
            let holds = text.contains("secret") || text.contains("5en6G6MezRroT3XKqkdPOmY/BfQ=");
            assert_eq!(transmit.secret, holds, "{name}: {text}");
        }
        assert!(
            !format!("{:?}{:?}", pair.client, pair.server).contains("secret\""),
            "{name}"
        );
    }
}

/// What the client tells when it hears `bytes`, and asks for two monitors as soon as it may.
fn hears(dialect: &Dialect, bytes: &[u8]) -> Vec<client::Event> {
    let mut client = Client::new(Tick::ZERO, Config::new(dialect.clone(), Some(crm()))).unwrap();
    let (mut input, mut told) = (BytesMut::new(), Vec::new());
    let (mut asked, mut over) = (Vec::new(), false);
    for byte in bytes {
        told.extend(std::iter::from_fn(|| client.poll_event()));
        if asked.is_empty() && told.iter().any(|event| matches!(event, client::Event::Up(_))) {
            for device in ["2001", "2002"] {
                asked.extend(client.submit(Tick::ZERO, Ask::new(monitor_start(device))).ok());
            }
        }
        input.extend_from_slice(&[*byte]);
        over |= client.handle_bytes(Tick::ZERO, &mut input).is_err();
        if over {
            break;
        }
    }
    let ended = client.handle_eof(Tick::ZERO);
    assert!(ended.is_ok() || !over, "a session ends once");
    told.extend(std::iter::from_fn(|| client.poll_event()));
    let completed = told.iter().filter_map(|event| match event {
        client::Event::Completed { id, .. } => Some(*id),
        _ => None,
    });
    let mut completed: Vec<_> = completed.collect();
    completed.sort_unstable();
    assert_eq!(completed, asked, "each request ends once");
    assert_eq!(client.poll_timeout(), None);
    told
}

#[test]
fn any_byte_may_be_wrong_and_every_request_still_ends_once() {
    for (name, dialect) in all() {
        let written = lived(&dialect, usize::MAX).written;
        assert_eq!(reports(&hears(&dialect, &written)), ["71", "72", "71"], "{name}");
        for at in 0..written.len() {
            for flip in [0x01, 0x20, 0x80, 0xff] {
                let mut bytes = written.clone();
                bytes[at] ^= flip;
                hears(&dialect, &bytes);
            }
        }
    }
}
