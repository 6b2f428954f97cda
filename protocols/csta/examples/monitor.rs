//! An application that monitors one telephone, and the switch that it does this at: both halves of the crate over a loopback socket.
//!
//! `cargo run -p lineside-csta --example monitor`

use bytes::BytesMut;
use lineside_csta::client::{self, Client, Config};
use lineside_csta::server::{self, Server, ServerConfig};
use lineside_csta::types::{
    ConnectionId, CstaObject, DeliveredEvent, DeviceId, EventCause, LocalConnectionState, LocalDeviceId, MonitorStart,
    MonitorStartResponse, UniversalFailure,
};
use lineside_csta::{
    Answer, Ask, Dialect, Encoding, Event, EventReport, Framing, Login, Octets, Request, Response, Style, Supervision,
};
use lineside_wire::{Session, Tick};
use std::error::Error;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// CSTA XML of edition 5 behind the header of annex J.2, without a login.
fn dialect() -> Dialect {
    Dialect {
        framing: Framing::Annex,
        encoding: Encoding::Xml(Style::edition(5)),
        login: Login::None,
        supervision: Supervision::None,
    }
}

/// A socket, and the clock that sessions count by.
struct Line {
    stream: TcpStream,
    input: BytesMut,
    start: Instant,
}

impl Line {
    fn new(stream: TcpStream) -> Outcome<Self> {
        stream.set_read_timeout(Some(Duration::from_millis(50)))?;
        Ok(Line {
            stream,
            input: BytesMut::new(),
            start: Instant::now(),
        })
    }

    fn now(&self) -> Tick {
        Tick::ZERO + self.start.elapsed()
    }

    /// Writes what a session wants written, and hands it what comes. Whether the connection is still there.
    fn turn(&mut self, session: &mut impl Session) -> Outcome<bool> {
        while let Some(transmit) = session.poll_transmit() {
            self.stream.write_all(&transmit.bytes)?;
        }
        let mut bytes = [0; 4096];
        match self.stream.read(&mut bytes) {
            Ok(0) => {
                session.handle_eof(self.now())?;
                return Ok(false);
            }
            Ok(count) => {
                self.input.extend_from_slice(bytes.get(..count).unwrap_or_default());
                session.handle_bytes(self.now(), &mut self.input)?;
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(error) => return Err(error.into()),
        }
        // Requests have deadlines, sessions have timers.
        if session.poll_timeout().is_some_and(|due| due <= self.now()) {
            session.handle_timeout(self.now())?;
        }
        Ok(true)
    }
}

fn main() -> Outcome<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let switch = thread::spawn(move || switch(&listener));
    application(TcpStream::connect(address)?)?;
    switch.join().map_err(|_| "the switch broke down")?
}

fn application(stream: TcpStream) -> Outcome<()> {
    let mut line = Line::new(stream)?;
    let mut client = Client::new(line.now(), Config::new(dialect(), None))?;
    loop {
        while let Some(event) = client.poll_event() {
            match event {
                client::Event::Up(_) => {
                    let start = MonitorStart {
                        monitor_object: CstaObject::Device(DeviceId::dialled("2001")),
                        ..MonitorStart::default()
                    };
                    let ask = Ask::new(Request::MonitorStart(Box::new(start))).within(Duration::from_secs(5));
                    client.submit(line.now(), ask)?;
                }
                client::Event::Completed { result, .. } => match result? {
                    Response::MonitorStart(started) => println!("the monitor is {:?}", started.monitor_cross_ref_id),
                    other => println!("an answer to {}", other.name()),
                },
                client::Event::Report(report) => {
                    println!(
                        "{:?} tells {}: {:?}",
                        report.monitor_cross_ref_id,
                        report.event.name(),
                        report.event
                    );
                    client.close(line.now());
                    line.turn(&mut client)?;
                    return Ok(());
                }
                client::Event::Ended(why) => return Err(why.into()),
                other => println!("{other:?}"),
            }
        }
        if !line.turn(&mut client)? {
            return Err("the switch closed the connection".into());
        }
    }
}

/// A telephone rings as soon as it is monitored.
fn switch(listener: &TcpListener) -> Outcome<()> {
    let (stream, _) = listener.accept()?;
    let mut line = Line::new(stream)?;
    let mut server = Server::new(line.now(), ServerConfig::new(dialect(), None))?;
    while line.turn(&mut server)? {
        while let Some(event) = server.poll_event() {
            let server::Event::Received { id, request } = event else {
                continue;
            };
            let Request::MonitorStart(start) = request else {
                server.respond(id, Answer::Failed(UniversalFailure::Unspecified))?;
                continue;
            };
            let monitor = Octets::from("77");
            let started = MonitorStartResponse {
                monitor_cross_ref_id: monitor.clone(),
                ..MonitorStartResponse::default()
            };
            server.respond(id, Answer::Done(Response::MonitorStart(Box::new(started))))?;
            if let CstaObject::Device(device) = start.monitor_object {
                server.report(rings(monitor, device))?;
            }
        }
    }
    Ok(())
}

fn rings(monitor_cross_ref_id: Octets, device: DeviceId) -> EventReport {
    let delivered = DeliveredEvent {
        connection: ConnectionId {
            call_id: Some(Octets::from("1")),
            device_id: Some(LocalDeviceId::Static(device.clone())),
        },
        alerting_device: device.clone().into(),
        calling_device: DeviceId::dialled("030123456").into(),
        called_device: device.into(),
        local_connection_info: Some(LocalConnectionState::Alerting),
        cause: Some(EventCause::NewCall),
        ..DeliveredEvent::default()
    };
    EventReport {
        monitor_cross_ref_id,
        event: Event::Delivered(Box::new(delivered)),
    }
}
