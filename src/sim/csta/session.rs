//! The switch as an application meets it: bytes in, bytes out, in any dialect.
use super::switch::{Out, Switch};
use bytes::BytesMut;
use lineside_csta::server::{Event, Server, ServerConfig};
use lineside_csta::{Answer, Ask, AskedId, EncodeError};
use lineside_wire::{Session as _, Tick, Transmit, WireError};

/// The number of a request whose answer the session gives by itself.
const ANSWERED: u64 = u64::MAX;

/// A connection of one application. Its monitors end with it.
#[derive(Debug)]
pub(crate) struct Connection {
    server: Server,
    up: bool,
}

impl Connection {
    pub(crate) fn new(now: Tick, config: ServerConfig) -> Result<Self, EncodeError> {
        Ok(Connection {
            server: Server::new(now, config)?,
            up: false,
        })
    }

    /// The application sent something.
    pub(crate) fn handle_bytes(
        &mut self,
        now: Tick,
        switch: &mut Switch,
        input: &mut BytesMut,
    ) -> Result<(), WireError> {
        let read = self.server.handle_bytes(now, input);
        self.pass_on(now, switch);
        read
    }

    /// The application is gone, and its monitors with it.
    pub(crate) fn handle_eof(&mut self, now: Tick, switch: &mut Switch) {
        // The end of the session is all that comes of it.
        let _ = self.server.handle_eof(now);
        self.pass_on(now, switch);
        switch.world.is_left();
    }

    /// What is due by now happens, in the session and in the switch.
    pub(crate) fn handle_timeout(&mut self, now: Tick, switch: &mut Switch) -> Result<(), WireError> {
        let due = self.server.handle_timeout(now);
        switch.handle_timeout(now);
        self.pass_on(now, switch);
        due
    }

    /// Sends what the switch has to say, besides what it says in answer to bytes and with time.
    pub(crate) fn pass_on(&mut self, now: Tick, switch: &mut Switch) {
        while let Some(event) = self.server.poll_event() {
            match event {
                Event::Up { .. } => self.up = true,
                Event::Received { id, request } => switch.handle_request(now, id.0, &request),
                Event::Told(request) => switch.handle_request(now, ANSWERED, &request),
                Event::Closed => {
                    self.up = false;
                    switch.world.is_left();
                }
                _ => {}
            }
        }
        while let Some(out) = switch.poll() {
            // Nobody hears what is told while nobody is there, and who is slow hears less.
            let _ = match out {
                Out::Response { asked: ANSWERED, .. } | Out::Error { asked: ANSWERED, .. } => Ok(()),
                Out::Response { asked, response } => self.server.respond(AskedId(asked), Answer::Done(response)),
                Out::Error { asked, error } => self.server.respond(AskedId(asked), Answer::Failed(error)),
                Out::Report(report) => self.server.report(report),
                Out::Request(request) => self.server.submit(now, Ask::new(request)).map(|_| ()),
            };
        }
        // What was asked of the application is answered, or not: nothing waits for it.
        while self.server.poll_event().is_some() {}
    }

    pub(crate) fn poll_transmit(&mut self) -> Option<Transmit> {
        self.server.poll_transmit()
    }

    pub(crate) fn poll_timeout(&self, switch: &Switch) -> Option<Tick> {
        self.server
            .poll_timeout()
            .into_iter()
            .chain(switch.poll_timeout())
            .min()
    }

    #[cfg(test)]
    pub(crate) const fn is_up(&self) -> bool {
        self.up
    }
}
