//! What lies between the bridge and its switch, and breaks: a relay that can cut, refuse, and swallow what is said.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use crate::Outcome;

pub(crate) struct Proxy {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    refuses: bool,
    /// Those that are open: both ends.
    open: Vec<(TcpStream, TcpStream)>,
    /// Connections of an earlier generation are swallowed: nothing of them arrives any more, and nobody is told.
    generation: u32,
    over: bool,
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Proxy {
    /// Relays whoever connects to `target`.
    pub(crate) fn start(target: String) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                if lock(&shared).over {
                    return;
                }
                // A switch that is down refuses, and so does whoever stands before it.
                let _ = relay(near, &target, &shared);
            }
        });
        Ok(Self { address, state })
    }

    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// Cuts what is open.
    pub(crate) fn cut(&self) {
        let mut state = lock(&self.state);
        state.open.drain(..).for_each(|(near, far)| close(&near, &far));
    }

    /// Cuts what is open, and lets nobody in until it is taken back.
    pub(crate) fn refuse(&self, refuses: bool) {
        lock(&self.state).refuses = refuses;
        self.cut();
    }

    /// Swallows from now on what is said on the connections that are open. New ones are relayed.
    pub(crate) fn swallow(&self) {
        lock(&self.state).generation += 1;
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        lock(&self.state).over = true;
        self.cut();
        // Whoever waits for the next connection is given one.
        let _ = TcpStream::connect(self.address);
    }
}

fn close(near: &TcpStream, far: &TcpStream) {
    // What is closed already is as it should be.
    let _ = near.shutdown(Shutdown::Both);
    let _ = far.shutdown(Shutdown::Both);
}

fn relay(near: TcpStream, target: &str, shared: &Arc<Mutex<State>>) -> Outcome<()> {
    if lock(shared).refuses {
        return Ok(());
    }
    let far = TcpStream::connect(target)?;
    let mut state = lock(shared);
    state.open.push((near.try_clone()?, far.try_clone()?));
    for (from, to) in [(near.try_clone()?, far.try_clone()?), (far, near)] {
        let (generation, shared) = (state.generation, Arc::clone(shared));
        thread::spawn(move || pump(from, to, generation, &shared));
    }
    Ok(())
}

fn pump(mut from: TcpStream, mut to: TcpStream, generation: u32, shared: &Mutex<State>) {
    let mut buffer = [0; 16_384];
    loop {
        let read = from.read(&mut buffer).unwrap_or(0);
        if lock(shared).generation != generation {
            // Somebody vanished: the end of it arrives as little as the rest.
            if read == 0 {
                return;
            }
            continue;
        }
        let bytes = buffer.get(..read).unwrap_or_default();
        if read == 0 || to.write_all(bytes).is_err() {
            close(&from, &to);
            return;
        }
    }
}
