//! What a machine has none of: sockets, clocks, chance. One task for a switch, and one that only reads for each socket, since a
//! switch cuts off who reads too slowly (Asterisk after 100 ms by default).
//!
//! The driver hands each batch to a bounded queue. While that is full the driver waits; the readers read on, into queues that
//! are bounded in bytes.

mod clock;
mod connect;
mod missing;
mod reader;
mod records;
mod socket;
mod writer;

#[cfg(test)]
mod tests;

pub(crate) use clock::Clock;
pub(crate) use records::{Database, Place, RecordSource, is_name};

use super::capture::Capture;
use super::input::{Feed, Input};
use super::{Machine, Wish};
use crate::model::{Batch, Command, LinkRole, Now, SwitchName};
use missing::Missing;
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
    /// Where the switch's records can be read.
    pub(crate) records: Option<RecordSource>,
}

impl Settings {
    /// The settings for the switch at `address`.
    pub(crate) fn new(switch: SwitchName, address: String) -> Self {
        Settings {
            switch,
            address,
            waiting: 64 << 20,
            connect_within: Duration::from_secs(10),
            records: None,
        }
    }
}

/// Who had a turn since the last arrival was understood: each has one, however much arrives.
#[derive(Clone, Copy, Debug, Default)]
struct Had {
    command: bool,
    timeout: bool,
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
    /// What arrived first of that.
    next: Option<Arrival>,
    /// Whose turn is over while something waits to be understood.
    had: Had,
    /// Numbers connections: what an earlier one of the same role still tells is not heard.
    connections: u64,
    last: Now,
    missing: Missing,
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
        let missing = Missing::of(&settings);
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
            next: None,
            had: Had::default(),
            connections: 0,
            last,
            missing,
        }
    }

    pub(crate) async fn run(mut self) {
        if self.serve_wishes().await.is_err() {
            return;
        }
        while let Some((now, input)) = self.next_input().await {
            let last = input == Input::Shutdown;
            self.tell(now, input);
            if self.serve_wishes().await.is_err() {
                return;
            }
            if last {
                break;
            }
        }
        self.refuse_commands().await;
        for (_, socket) in std::mem::take(&mut self.sockets) {
            socket.finish().await;
        }
    }

    /// What was asked for and not begun when the bridge stopped: a machine that stops says so of each.
    async fn refuse_commands(&mut self) {
        self.commands.close();
        while let Some(command) = self.commands.recv().await {
            self.tell(self.clock.now(), Input::Command(Box::new(command)));
            if self.serve_wishes().await.is_err() {
                return;
            }
        }
    }

    /// What the machine is to be told next. What was read before a deadline passed comes before it: the answer that the machine waits
    /// for may be in it. What was read later comes behind it, and between two arrivals one command has its turn.
    async fn next_input(&mut self) -> Option<(Now, Input)> {
        loop {
            // What waits is taken without waiting: others on this thread have their turn, too.
            tokio::task::coop::consume_budget().await;
            if self.stop.is_cancelled() {
                return Some((self.clock.now(), Input::Shutdown));
            }
            if self.next.is_none() {
                self.next = self.arrivals.try_recv().ok();
                self.had = Had::default();
            }
            let due = self.machine.poll_timeout();
            if let Some(arrival) = &self.next {
                let now = arrival.now;
                if due.is_some_and(|due| due < now.tick) && !std::mem::replace(&mut self.had.timeout, true) {
                    return Some((now, Input::Timeout));
                }
                if !std::mem::replace(&mut self.had.command, true)
                    && let Ok(command) = self.commands.try_recv()
                {
                    return Some((self.clock.now(), Input::Command(Box::new(command))));
                }
                if let Some(told) = self.next.take().and_then(|arrival| self.understand(arrival)) {
                    return Some(told);
                }
                continue;
            }
            let timer = sleep_until(&self.clock, due);
            tokio::select! {
                () = self.stop.cancelled() => {}
                arrival = self.arrivals.recv() => self.next = Some(arrival?),
                Some(command) = self.commands.recv() => return Some((self.clock.now(), Input::Command(Box::new(command)))),
                missed = self.missing.read() => return Some((self.clock.now(), Input::Missed(missed))),
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
            Wish::Missed(from, to) => {
                if let Some(missed) = self.missing.ask(from, to) {
                    self.tell(self.clock.now(), Input::Missed(missed));
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
