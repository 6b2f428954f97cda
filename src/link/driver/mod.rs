//! What a machine has none of: sockets, clocks, chance. One task for a switch, and one that only reads for each socket, since a
//! switch cuts off who reads too slowly (Asterisk after 100 ms by default).
//!
//! The driver hands each batch to a bounded queue. While that is full the driver waits; the readers read on, into queues that
//! are bounded in bytes.

mod clock;
mod connect;
mod reader;
mod socket;
mod writer;

#[cfg(test)]
mod tests;

pub(crate) use clock::Clock;

use super::capture::Capture;
use super::input::{Feed, Input};
use super::{Machine, Wish};
use crate::model::{Batch, Command, LinkRole, Now, SwitchName};
use reader::Arrival;
use socket::Socket;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// What a driver needs besides its machine.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The switch, for people.
    pub(crate) switch: SwitchName,
    /// Host and port.
    pub(crate) address: String,
    /// Bytes that may wait to be understood, for each connection.
    pub(crate) waiting: usize,
    /// How long a connection may take to be made.
    pub(crate) connect_within: Duration,
}

impl Settings {
    /// The settings for the switch at `address`.
    pub(crate) fn new(switch: SwitchName, address: String) -> Self {
        Settings {
            switch,
            address,
            waiting: 64 << 20,
            connect_within: Duration::from_secs(10),
        }
    }
}

/// Runs one switch until `stop`, or until nobody takes its batches.
pub(crate) struct Driver {
    settings: Settings,
    machine: Machine,
    clock: Clock,
    capture: Option<Capture>,
    batches: mpsc::Sender<Batch>,
    /// What the switch is asked for.
    commands: mpsc::Receiver<Command>,
    stop: CancellationToken,
    feed: Feed,
    sockets: BTreeMap<LinkRole, Socket>,
    /// What the sockets tell. Each of them bounds what it has in it.
    arrivals: mpsc::UnboundedReceiver<Arrival>,
    arriving: mpsc::UnboundedSender<Arrival>,
    /// Numbers connections: what an earlier one of the same role still tells is not heard.
    connections: u64,
    last: Now,
}

impl Driver {
    pub(crate) fn new(
        settings: Settings,
        machine: Machine,
        clock: Clock,
        capture: Option<Capture>,
        batches: mpsc::Sender<Batch>,
        commands: mpsc::Receiver<Command>,
        stop: CancellationToken,
    ) -> Self {
        let (arriving, arrivals) = mpsc::unbounded_channel();
        let last = clock.now();
        Driver {
            settings,
            machine,
            clock,
            capture,
            batches,
            commands,
            stop,
            feed: Feed::default(),
            sockets: BTreeMap::new(),
            arrivals,
            arriving,
            connections: 0,
            last,
        }
    }

    pub(crate) async fn run(mut self) {
        if self.serve_wishes().await.is_err() {
            return;
        }
        while let Some((now, input)) = self.next_input().await {
            let last = input == Input::Shutdown;
            self.tell(now, input);
            if self.serve_wishes().await.is_err() || last {
                break;
            }
        }
        for (_, socket) in std::mem::take(&mut self.sockets) {
            socket.finish().await;
        }
    }

    /// What the machine is to be told next. What has been read comes before a deadline that has passed meanwhile: the answer that
    /// the machine waits for may be in it.
    async fn next_input(&mut self) -> Option<(Now, Input)> {
        loop {
            let timer = sleep_until(&self.clock, self.machine.poll_timeout());
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return Some((self.clock.now(), Input::Shutdown)),
                arrival = self.arrivals.recv() => {
                    if let Some(told) = self.understand(arrival?) {
                        return Some(told);
                    }
                }
                Some(command) = self.commands.recv() => return Some((self.clock.now(), Input::Command(Box::new(command)))),
                () = timer => return Some((self.clock.now(), Input::Timeout)),
            }
        }
    }

    /// What an arrival means for the machine; nothing if its connection has been given up.
    fn understand(&mut self, arrival: Arrival) -> Option<(Now, Input)> {
        let Arrival {
            role,
            connection,
            now,
            what,
        } = arrival;
        let socket = self
            .sockets
            .get_mut(&role)
            .filter(|socket| socket.connection() == connection)?;
        let switch = &self.settings.switch;
        let input = match what {
            reader::What::Connected(stream) => {
                socket.start(stream, &self.clock, self.settings.waiting, &self.arriving);
                info!(%switch, role = role.as_str(), "connected");
                Input::Connected(role)
            }
            reader::What::Failed(reason) => {
                self.sockets.remove(&role);
                warn!(%switch, role = role.as_str(), address = self.settings.address, reason, "cannot connect");
                Input::ConnectFailed(role, reason)
            }
            reader::What::Bytes(bytes) => {
                socket.taken(bytes.len());
                Input::Bytes(role, bytes)
            }
            reader::What::Closed(reason) => {
                self.sockets.remove(&role);
                warn!(%switch, role = role.as_str(), reason = reason.as_deref().unwrap_or("closed by the switch"), "disconnected");
                Input::Eof(role, reason)
            }
        };
        Some((now, input))
    }

    fn tell(&mut self, now: Now, input: Input) {
        // The tick may not run back: what was read before a deadline passed can be told after it.
        let now = Now {
            tick: now.tick.max(self.last.tick),
            wall: now.wall,
        };
        self.last = now;
        if let Some(capture) = &mut self.capture {
            capture.input(now, &input);
        }
        self.feed.tell(&mut self.machine, now, input);
    }

    /// Does what the machine wishes, and hands on what it found out. `Err`: nobody takes that any more.
    async fn serve_wishes(&mut self) -> Result<(), mpsc::error::SendError<Batch>> {
        loop {
            while let Some(wish) = self.machine.poll_wish() {
                self.serve(wish);
            }
            match self.machine.poll_batch() {
                Some(batch) => self.batches.send(batch).await?,
                None => return Ok(()),
            }
        }
    }

    fn serve(&mut self, wish: Wish) {
        match wish {
            Wish::Connect(role) => {
                self.connections += 1;
                let socket = Socket::connect(role, self.connections, &self.settings, &self.clock, &self.arriving);
                self.sockets.insert(role, socket);
            }
            Wish::Disconnect(role) => {
                if let Some(socket) = self.sockets.remove(&role) {
                    tokio::spawn(socket.finish());
                }
            }
            Wish::Transmit(role, transmit) => {
                if let Some(socket) = self.sockets.get_mut(&role) {
                    socket.send(transmit.bytes);
                }
            }
        }
    }
}

async fn sleep_until(clock: &Clock, tick: Option<lineside_wire::Tick>) {
    match tick {
        Some(tick) => tokio::time::sleep_until(clock.instant(tick)).await,
        None => std::future::pending().await,
    }
}
