//! The switch that everybody connects to.

use lineside::bench::{Failure, Manager};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long it may take until somebody has logged in.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection that is written to from two sides, each whole messages at a time.
pub type Shared = Arc<Mutex<TcpStream>>;

/// A manager interface on the loopback.
pub struct Switch {
    pub address: SocketAddr,
    listening: Receiver<Shared>,
}

impl Switch {
    /// Lets in whoever comes, and answers them, until the program ends.
    ///
    /// # Errors
    /// There is no port.
    pub fn start() -> Result<Self, Failure> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let (wants, listening) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let wants = wants.clone();
                thread::spawn(move || {
                    // Who goes just goes.
                    let _gone = serve(stream, &wants);
                });
            }
        });
        Ok(Switch { address, listening })
    }

    /// The next connection whose client wants to hear of calls: to be told them over it.
    ///
    /// # Errors
    /// Nobody comes.
    pub fn listener(&self) -> Result<Shared, Failure> {
        let waited = self.listening.recv_timeout(PATIENCE);
        waited.map_err(|_| "nobody logged in to the manager interface".into())
    }
}

fn serve(mut stream: TcpStream, wants: &Sender<Shared>) -> Result<(), Failure> {
    stream.set_nodelay(true)?;
    let start = Instant::now();
    let shared = Arc::new(Mutex::new(stream.try_clone()?));
    let mut manager = Manager::new()?;
    let mut told = false;
    let mut buffer = vec![0; 16 << 10];
    let mut read = 0;
    loop {
        let bytes = buffer.get(..read).unwrap_or_default();
        let answer = manager.hear(start.elapsed(), bytes)?;
        shared
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write_all(&answer)?;
        if !told && manager.wants_events() {
            wants.send(Arc::clone(&shared))?;
            told = true;
        }
        read = stream.read(&mut buffer)?;
        if read == 0 {
            return Ok(());
        }
    }
}
