//! The lab's own hand on a switch: a small AMI client, to ask for calls and to know when all are over. It is not the client
//! under test.

use std::{
    cell::RefCell,
    io::{Read, Write},
    net::TcpStream,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use crate::Outcome;

pub(crate) const MARK: &str = "ModuleCheck";

#[derive(Clone, Debug, Default)]
pub(crate) struct Message(Vec<(String, String)>);

impl Message {
    pub(crate) fn get(&self, key: &str) -> &str {
        self.0
            .iter()
            .find(|(name, _)| name == key)
            .map_or("", |(_, value)| value)
    }

    pub(crate) fn is(&self, key: &str, value: &str) -> bool {
        self.get(key) == value
    }
}

#[derive(Default)]
struct Seen {
    rest: String,
    messages: Vec<Message>,
    closed: bool,
}

pub(crate) struct Client {
    socket: TcpStream,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    /// Messages up to here have been waited for.
    read_to: usize,
    next_id: u32,
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Client {
    pub(crate) fn connect(host: &str, user: &str, secret: &str) -> Outcome<Self> {
        let socket = TcpStream::connect((host, 5038))?;
        let seen = Arc::new((Mutex::new(Seen::default()), Condvar::new()));
        let (mut reader, keep) = (socket.try_clone()?, Arc::clone(&seen));
        thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            loop {
                let got = reader.read(&mut buffer).unwrap_or(0);
                let mut seen = lock(&keep.0);
                seen.take_in(buffer.get(..got).unwrap_or_default());
                keep.1.notify_all();
                if got == 0 {
                    return;
                }
            }
        });
        let mut client = Self {
            socket,
            seen,
            read_to: 0,
            next_id: 0,
        };
        client.ask("Login", &[("Username", user), ("Secret", secret)])?;
        Ok(client)
    }

    /// Sends an action and waits for its response.
    pub(crate) fn ask(&mut self, action: &str, fields: &[(&str, &str)]) -> Outcome<Message> {
        self.next_id += 1;
        let id = format!("lab-{}", self.next_id);
        let mut text = format!("Action: {action}\r\nActionID: {id}\r\n");
        for (key, value) in fields {
            text.push_str(&format!("{key}: {value}\r\n"));
        }
        text.push_str("\r\n");
        self.socket.write_all(text.as_bytes())?;
        let response = self.wait(action, Instant::now() + Duration::from_secs(5), |message| {
            message.is("ActionID", &id) && !message.get("Response").is_empty()
        })?;
        if response.is("Response", "Error") {
            return Err(format!("AMI {action}: {}", response.get("Message")).into());
        }
        Ok(response)
    }

    /// Leaves a mark among the actions that the switch logs: the bridge never asks this.
    pub(crate) fn mark(&mut self) -> Outcome<()> {
        self.ask(MARK, &[("Module", "manager")]).map(drop)
    }

    /// Waits for the next message that fits. Messages before it are passed over.
    pub(crate) fn wait(&mut self, what: &str, end: Instant, fits: impl Fn(&Message) -> bool) -> Outcome<Message> {
        let (seen, changed) = &*self.seen;
        let mut seen = lock(seen);
        loop {
            while let Some(message) = seen.messages.get(self.read_to) {
                self.read_to += 1;
                if fits(message) {
                    return Ok(message.clone());
                }
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || seen.closed {
                let why = if seen.closed {
                    "the AMI connection was closed"
                } else {
                    "time is up"
                };
                return Err(format!("waiting for {what}: {why}").into());
            }
            seen = changed
                .wait_timeout(seen, left)
                .map_or_else(|error| error.into_inner().0, |(seen, _)| seen);
        }
    }

    /// The name of the channel that begins so.
    pub(crate) fn channel(&mut self, prefix: &str) -> Outcome<String> {
        self.ask("CoreShowChannels", &[])?;
        let end = Instant::now() + Duration::from_secs(5);
        let found = RefCell::new(None);
        self.wait("the list of channels", end, |message| {
            let name = message.get("Channel");
            if message.is("Event", "CoreShowChannel") && name.starts_with(prefix) {
                found.replace(Some(name.to_owned()));
            }
            message.is("Event", "CoreShowChannelsComplete")
        })?;
        found
            .into_inner()
            .ok_or_else(|| format!("there is no channel {prefix}").into())
    }

    /// How many channels there are now.
    pub(crate) fn channels(&mut self) -> Outcome<u32> {
        self.ask("CoreShowChannels", &[])?;
        let end = Instant::now() + Duration::from_secs(5);
        let last = self.wait("the list of channels", end, |message| {
            message.is("Event", "CoreShowChannelsComplete")
        })?;
        Ok(last.get("ListItems").parse()?)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.socket.shutdown(std::net::Shutdown::Both);
    }
}

impl Seen {
    fn take_in(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            self.closed = true;
            return;
        }
        self.rest.push_str(&String::from_utf8_lossy(bytes));
        if let Some(banner) = self
            .rest
            .find("\r\n")
            .filter(|_| self.rest.starts_with("Asterisk Call Manager"))
        {
            self.rest.drain(..banner + 2);
        }
        while let Some(end) = self.rest.find("\r\n\r\n") {
            let text: String = self.rest.drain(..end + 4).collect();
            let pairs = text.lines().filter_map(|line| line.split_once(':'));
            self.messages.push(Message(
                pairs.map(|(key, value)| (key.into(), value.trim().into())).collect(),
            ));
        }
    }
}
