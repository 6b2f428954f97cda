use super::switch::Asterisk;
use bytes::{Bytes, BytesMut};
use lineside_ami::Outgoing;
use lineside_ami::server::{Config, Event, Received, Request, Server, User};
use lineside_wire::{Session as _, Tick};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// A virtual Asterisk that listens on a loopback socket.
#[derive(Debug)]
pub(crate) struct Listener {
    listener: TcpListener,
    asterisk: Asterisk,
    user: User,
    start: Instant,
    sessions: BTreeMap<u64, Session>,
    last: u64,
    /// Who is told what the switch was asked for.
    overhears: Option<mpsc::UnboundedSender<Received>>,
}

/// One client.
#[derive(Debug)]
struct Session {
    server: Server,
    input: BytesMut,
    output: mpsc::Sender<Bytes>,
}

/// What a client's socket gave; `None` at its end.
type Arrival = (u64, Option<Bytes>);

impl Listener {
    /// How many messages may wait for a client. Who reads more slowly is cut off, as the real one does.
    const UNSENT: usize = 4096;

    /// Listens on a free port of the loopback, for a user of the name and secret.
    pub(crate) async fn bind(asterisk: Asterisk, username: &str, secret: &str) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let user = User::new(username, secret);
        Ok(Listener {
            listener,
            asterisk,
            user,
            start: Instant::now(),
            sessions: BTreeMap::new(),
            last: 0,
            overhears: None,
        })
    }

    /// Tells everything that the switch is asked for to somebody else too.
    pub(crate) fn overheard_by(self, who: mpsc::UnboundedSender<Received>) -> Self {
        Listener {
            overhears: Some(who),
            ..self
        }
    }

    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Plays until it is dropped.
    pub(crate) async fn run(self) {
        self.run_until(std::future::pending(), || {}).await;
    }

    /// Plays; begins no new call once `closing` has ended, and says so when the last one is over. It answers who asks until it is
    /// dropped.
    pub(crate) async fn run_until(mut self, closing: impl Future<Output = ()>, over: impl FnOnce()) {
        let mut closing = pin!(closing);
        let (mut closed, mut over) = (false, Some(over));
        let (arriving, mut arrivals) = mpsc::channel(64);
        loop {
            let now = Tick::ZERO + self.start.elapsed();
            let sessions = self
                .sessions
                .values()
                .filter_map(|session| session.server.poll_timeout());
            let due = sessions.chain(self.asterisk.poll_timeout()).min();
            let timer = async {
                match due {
                    Some(due) => tokio::time::sleep_until(self.start + due.since(Tick::ZERO)).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                accepted = self.listener.accept() => {
                    if let Ok((stream, _)) = accepted {
                        self.accept(now, stream, arriving.clone());
                    }
                }
                Some((id, bytes)) = arrivals.recv() => self.arrived(id, bytes),
                () = timer => {}
                () = &mut closing, if !closed => {
                    closed = true;
                    self.asterisk.close();
                }
            }
            self.tick();
            if closed
                && self.asterisk.is_idle()
                && let Some(over) = over.take()
            {
                over();
            }
        }
    }

    fn accept(&mut self, now: Tick, stream: TcpStream, arriving: mpsc::Sender<Arrival>) {
        self.last += 1;
        let id = self.last;
        let challenge = format!("{}", 100_000_000 + id * 7_919);
        let Ok(server) = Server::new(now, Config::new(vec![self.user.clone()], &challenge)) else {
            return;
        };
        let (output, unsent) = mpsc::channel(Self::UNSENT);
        tokio::spawn(serve(id, stream, unsent, arriving));
        self.sessions.insert(
            id,
            Session {
                server,
                input: BytesMut::new(),
                output,
            },
        );
    }

    fn arrived(&mut self, id: u64, bytes: Option<Bytes>) {
        let now = Tick::ZERO + self.start.elapsed();
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        // A session that cannot go on says so by its last event.
        let _ = match bytes {
            Some(bytes) => {
                session.input.extend_from_slice(&bytes);
                session.server.handle_bytes(now, &mut session.input)
            }
            None => session.server.handle_eof(now),
        };
    }

    /// Does what is due, and hands on what came of it.
    fn tick(&mut self) {
        let now = Tick::ZERO + self.start.elapsed();
        for event in self.asterisk.handle_timeout(now) {
            self.broadcast(now, &event);
        }
        let ids: Vec<u64> = self.sessions.keys().copied().collect();
        for id in ids {
            self.serve_session(now, id);
        }
        self.sessions.retain(|_, session| session.flush());
    }

    fn broadcast(&mut self, now: Tick, event: &Outgoing) {
        for session in self.sessions.values_mut() {
            // One that is not logged in yet hears nothing.
            let _ = session.server.submit(now, Request::Event(event.clone()));
        }
    }

    fn serve_session(&mut self, now: Tick, id: u64) {
        while let Some(session) = self.sessions.get_mut(&id) {
            if session.server.poll_timeout().is_some_and(|due| due <= now) {
                // As above: its last event says it.
                let _ = session.server.handle_timeout(now);
            }
            match session.server.poll_event() {
                None => return,
                Some(Event::LoggedIn { .. }) => {
                    let booted = Outgoing::event("FullyBooted")
                        .header("Privilege", "system,all")
                        .header("Status", "Fully Booted");
                    let _ = session.server.submit(now, Request::Event(booted));
                }
                Some(Event::Action(action)) => {
                    let (answer, set) = self.asterisk.handle_action(now, &action);
                    let _ = session.server.submit(now, Request::Answer(answer));
                    if let Some(set) = set {
                        self.broadcast(now, &set);
                    }
                    if let Some(who) = &self.overhears {
                        // Perhaps nobody listens any more.
                        let _ = who.send(action);
                    }
                }
                Some(Event::Closed) => {
                    session.flush();
                    self.sessions.remove(&id);
                }
                Some(Event::Refused | Event::Sent(_)) => {}
            }
        }
    }
}

impl Session {
    /// Hands what is to be written to the writer; `false` if it takes no more.
    fn flush(&mut self) -> bool {
        while let Some(transmit) = self.server.poll_transmit() {
            if self.output.try_send(transmit.bytes).is_err() {
                return false;
            }
        }
        true
    }
}

/// Reads from and writes to one client, until either side ends it.
async fn serve(id: u64, stream: TcpStream, mut unsent: mpsc::Receiver<Bytes>, arriving: mpsc::Sender<Arrival>) {
    let (mut from, mut to) = stream.into_split();
    let write = async move {
        while let Some(bytes) = unsent.recv().await {
            if to.write_all(&bytes).await.is_err() {
                break;
            }
        }
        // The other side may be gone already.
        let _ = to.shutdown().await;
    };
    let read = async {
        let mut buffer = BytesMut::with_capacity(8192);
        while let Ok(1..) = from.read_buf(&mut buffer).await {
            if arriving.send((id, Some(buffer.split().freeze()))).await.is_err() {
                return;
            }
        }
    };
    tokio::select! { () = write => {}, () = read => {} }
    // Nobody listens any more when the whole switch is gone.
    let _ = arriving.send((id, None)).await;
}
