//! Clients that watch one device each, and are cut by chance: each resumes, misses nothing, sees nothing twice, and in the end has no call
//! in its view.

use std::{
    collections::BTreeMap,
    fmt,
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio_tungstenite::tungstenite::{ClientRequestBuilder, Message, WebSocket, client};

use super::Chance;
use crate::{
    Outcome,
    application::{Application, TOKEN},
};

/// How long nothing has to come until nothing comes any more.
const QUIET: Duration = Duration::from_secs(2);

/// Everybody who watches.
pub(super) struct Clients(Vec<(String, JoinHandle<Outcome<Seen>>)>);

/// What one client saw.
struct Seen {
    /// The number from which on it watched.
    from: String,
    ids: Vec<String>,
    /// Calls that are in its view, by the last event.
    view: BTreeMap<String, String>,
    resumed: u32,
}

/// What all of them saw.
pub(super) struct Watched {
    clients: usize,
    events: usize,
    resumed: u32,
}

impl fmt::Display for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Watched {
            clients,
            events,
            resumed,
        } = self;
        write!(
            f,
            "{clients} clients with filters saw {events} events and resumed {resumed} times: as the log says, nothing left in any view"
        )
    }
}

impl Clients {
    pub(super) fn start(application: &Application, seed: u64, over: &Arc<AtomicBool>, calm: &Arc<AtomicBool>) -> Self {
        let devices = (1010..1070).step_by(3).map(|station| format!("lab:{station}"));
        let devices = devices.chain(["lab:trunk", "lab:support", "lab:1002"].map(str::to_owned));
        let watch = |(at, device): (u64, String)| {
            let (application, over, calm) = (application.clone(), Arc::clone(over), Arc::clone(calm));
            let (chance, of) = (Chance::new(seed, 1000 + at), device.clone());
            (
                device,
                thread::spawn(move || watch(&application, &of, chance, &over, &calm)),
            )
        };
        Self((0..).zip(devices).map(watch).collect())
    }

    /// Waits until all have seen all, and holds it against the log.
    pub(super) fn finish(self, application: &Application) -> Outcome<Watched> {
        let mut all = Watched {
            clients: 0,
            events: 0,
            resumed: 0,
        };
        for (device, client) in self.0 {
            let seen = client.join().map_err(|_| "a client broke")??;
            let path = format!("/v1/events?device={device}&since={}", seen.from);
            let id = |event: Value| Some(event.get("id")?.as_str()?.to_owned());
            let logged: Vec<_> = application.stored(&path)?.into_iter().filter_map(id).collect();
            if logged != seen.ids {
                let differs = logged.iter().zip(&seen.ids).position(|(a, b)| a != b);
                return Err(format!(
                    "who watched {device} from {} on saw {} events, the log has {} for it; the first that differs: {differs:?}",
                    seen.from,
                    seen.ids.len(),
                    logged.len()
                )
                .into());
            }
            if let Some((call, last)) = seen.view.first_key_value() {
                return Err(format!("who watched {device} still has {call} in view, last {last}").into());
            }
            all.clients += 1;
            all.events += seen.ids.len();
            all.resumed += seen.resumed;
        }
        Ok(all)
    }
}

fn watch(
    application: &Application,
    device: &str,
    mut chance: Chance,
    over: &AtomicBool,
    calm: &AtomicBool,
) -> Outcome<Seen> {
    let mut seen = Seen {
        from: String::new(),
        ids: Vec::new(),
        view: BTreeMap::new(),
        resumed: 0,
    };
    loop {
        let last = over.load(Ordering::Relaxed);
        let since = seen.ids.last().unwrap_or(&seen.from).clone();
        let mut socket = connect(application, device, &since)?;
        seen.resumed += u32::from(!since.is_empty());
        let cut = Instant::now() + chance.between(300, 8_000);
        let mut heard = Instant::now();
        loop {
            match socket.read() {
                Ok(Message::Text(text)) => {
                    let message: Value = serde_json::from_str(&text)?;
                    seen.take(&message, device)?;
                    if message.get("specversion").is_some() {
                        heard = Instant::now();
                    }
                }
                Ok(_) => {}
                // Nothing came for a while.
                Err(error) if is_timeout(&error) => {}
                Err(_) => break,
            }
            if last && heard.elapsed() > QUIET && calm.load(Ordering::Relaxed) {
                return Ok(seen);
            }
            if !last && (Instant::now() > cut || over.load(Ordering::Relaxed)) {
                break;
            }
        }
    }
}

impl Seen {
    fn take(&mut self, message: &Value, device: &str) -> Outcome<()> {
        let text = |key: &str| message.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        if message.get("specversion").is_none() {
            match text("type").as_str() {
                "hello" if self.from.is_empty() => self.from = text("sequence"),
                "gap" => return Err(format!("{device} missed events: {message}").into()),
                _ => {}
            }
            return Ok(());
        }
        let (id, kind, subject) = (text("id"), text("type"), text("subject"));
        if self.ids.last().is_some_and(|last| *last >= id) {
            return Err(format!("{device} saw {id} after {:?}", self.ids.last()).into());
        }
        self.ids.push(id.clone());
        if kind.starts_with("lineside.call.") {
            let left = message.pointer("/data/left").and_then(Value::as_array);
            let leaves = left.is_some_and(|left| left.iter().any(|gone| gone.as_str() == Some(device)));
            if leaves || kind == "lineside.call.cleared" {
                self.view.remove(&subject);
            } else {
                self.view.insert(subject, format!("{id} {kind}"));
            }
        }
        Ok(())
    }
}

fn connect(application: &Application, device: &str, since: &str) -> Outcome<WebSocket<TcpStream>> {
    let stream = TcpStream::connect(&application.listen)?;
    let patience = stream.try_clone()?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let since = if since.is_empty() {
        String::new()
    } else {
        format!("&since={since}")
    };
    let address = format!("ws://{}/v1/events?device={device}{since}", application.listen).parse()?;
    let request = ClientRequestBuilder::new(address).with_header("Authorization", format!("Bearer {TOKEN}"));
    let (socket, _) = client(request, stream).map_err(|error| format!("subscribing: {error}"))?;
    patience.set_read_timeout(Some(Duration::from_millis(200)))?;
    Ok(socket)
}

fn is_timeout(error: &tokio_tungstenite::tungstenite::Error) -> bool {
    use std::io::ErrorKind::{TimedOut, WouldBlock};
    matches!(error, tokio_tungstenite::tungstenite::Error::Io(error) if matches!(error.kind(), TimedOut | WouldBlock))
}
