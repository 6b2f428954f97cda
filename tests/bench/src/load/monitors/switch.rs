//! A CSTA switch whose telephones the bridge monitors.

use super::traffic::{Traffic, due};
use crate::load::machine;
use bytes::BytesMut;
use lineside::bench::{Failure, idle_switch_answers, monitored};
use lineside_csta::server::{Event, Server, ServerConfig};
use lineside_csta::{Answer, Dialect, Request};
use lineside_wire::{Session as _, Tick};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The switch, shared by who answers and who tells.
#[derive(Clone)]
pub struct Switch {
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
}

struct State {
    server: Server,
    stream: Option<TcpStream>,
    start: Instant,
    traffic: Traffic,
    /// When each monitor was asked for that was placed.
    placed: Vec<Instant>,
    /// Telephones of which the bridge has everything that it asks for.
    known: usize,
}

impl Switch {
    /// Lets a bridge in that speaks so.
    ///
    /// # Errors
    /// There is no port.
    pub fn start(dialect: Dialect) -> Result<Self, Failure> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let state = Arc::new(Mutex::new(State {
            server: Server::new(Tick::ZERO, ServerConfig::new(dialect, None))?,
            stream: None,
            start: Instant::now(),
            traffic: Traffic::default(),
            placed: Vec::new(),
            known: 0,
        }));
        let switch = Switch { address, state };
        let served = switch.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Who goes just goes.
                let _gone = served.serve(stream);
            }
        });
        Ok(switch)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, mut stream: TcpStream) -> Result<(), Failure> {
        stream.set_nodelay(true)?;
        self.state().stream = Some(stream.try_clone()?);
        let (mut buffer, mut input) = (vec![0; 16 << 10], BytesMut::new());
        loop {
            let read = stream.read(&mut buffer)?;
            if read == 0 {
                return Ok(());
            }
            input.extend_from_slice(buffer.get(..read).unwrap_or_default());
            self.state().answer(&mut input)?;
        }
    }

    /// When each monitor was asked for that was placed.
    #[must_use]
    pub fn placed(&self) -> Vec<Instant> {
        self.state().placed.clone()
    }

    /// How many telephones the bridge knows all of.
    #[must_use]
    pub fn known(&self) -> usize {
        self.state().known
    }

    /// Tells of calls, one message every millisecond from `start` on, while `goes_on`. Gives by how much each was late, and how many telephones
    /// were not free when they were needed.
    ///
    /// # Errors
    /// The bridge is gone.
    pub fn tell(&self, start: Instant, goes_on: impl Fn() -> bool) -> Result<(Vec<Duration>, usize), Failure> {
        machine::wake_exactly()?;
        let (mut late, mut left_out) = (Vec::new(), 0);
        let mut number = 0;
        while goes_on() {
            let mut now = start.elapsed();
            if now < due(number) {
                thread::sleep(due(number) - now);
                now = start.elapsed();
            }
            let mut state = self.state();
            while due(number) <= now {
                match state.traffic.message(number) {
                    Some(report) => {
                        state.server.report(report)?;
                        late.push(now - due(number));
                    }
                    None => left_out += 1,
                }
                number += 1;
            }
            state.flush()?;
        }
        Ok((late, left_out))
    }
}

impl State {
    fn answer(&mut self, input: &mut BytesMut) -> Result<(), Failure> {
        let now = Tick::ZERO + self.start.elapsed();
        self.server.handle_bytes(now, input)?;
        while let Some(event) = self.server.poll_event() {
            let Event::Received { id, request } = event else {
                continue;
            };
            let answer = idle_switch_answers(&request);
            let is_done = matches!(answer, Answer::Done(_));
            self.server.respond(id, answer)?;
            match request {
                Request::MonitorStart(start) if is_done && monitored(&start).is_some() => {
                    self.placed.push(Instant::now());
                }
                // Nobody calls it before: so nobody talks there when it is asked for.
                Request::SnapshotDevice(snapshot) => {
                    self.traffic.join(snapshot.snapshot_object.number());
                    self.known += 1;
                }
                _ => {}
            }
        }
        self.flush()
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let Some(stream) = &mut self.stream else {
            return Ok(());
        };
        while let Some(transmit) = self.server.poll_transmit() {
            stream.write_all(&transmit.bytes)?;
        }
        Ok(())
    }
}
