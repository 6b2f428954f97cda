//! The switch that everybody connects to.

use lineside::bench::{Endings, Failure, Manager};
use std::io::{self, Read as _, Write as _};
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

/// Everybody who wants to hear of calls.
type Listeners = Arc<Mutex<Vec<Shared>>>;

impl Switch {
    /// Lets in whoever comes, and answers them, until the program ends.
    ///
    /// # Errors
    /// There is no port.
    pub fn start() -> Result<Self, Failure> {
        Self::with_calls(Endings::default())
    }

    /// The same with calls that can be hung up.
    ///
    /// # Errors
    /// There is no port.
    pub fn with_calls(endings: Endings) -> Result<Self, Failure> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let (wants, listening) = channel();
        let listeners = Listeners::default();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (wants, endings, listeners) = (wants.clone(), Arc::clone(&endings), Arc::clone(&listeners));
                thread::spawn(move || {
                    // Who goes just goes.
                    let _gone = serve(stream, endings, &listeners, &wants);
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

fn serve(
    mut stream: TcpStream,
    endings: Endings,
    listeners: &Listeners,
    wants: &Sender<Shared>,
) -> Result<(), Failure> {
    stream.set_nodelay(true)?;
    let start = Instant::now();
    let shared = Arc::new(Mutex::new(stream.try_clone()?));
    let mut manager = Manager::new(endings)?;
    let mut told = false;
    let mut buffer = vec![0; 16 << 10];
    let mut read = 0;
    loop {
        let bytes = buffer.get(..read).unwrap_or_default();
        let reaction = manager.hear(start.elapsed(), bytes)?;
        write(&shared, &reaction.answer)?;
        for event in reaction.events {
            for listener in listeners.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                // Who has gone hears nothing.
                let _gone = write(listener, &event);
            }
        }
        if !told && manager.wants_events() {
            listeners
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(Arc::clone(&shared));
            wants.send(Arc::clone(&shared))?;
            told = true;
        }
        read = stream.read(&mut buffer)?;
        if read == 0 {
            return Ok(());
        }
    }
}

/// Writes whole messages, between those of others.
///
/// # Errors
/// The other side has gone.
pub fn write(to: &Shared, bytes: &[u8]) -> io::Result<()> {
    to.lock().unwrap_or_else(PoisonError::into_inner).write_all(bytes)
}
