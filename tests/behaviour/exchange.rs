//! A switch on whose telephones the test makes calls: it answers the bridge's questions, and tells a recorded call again.
use bytes::BytesMut;
use lineside_ami::server::{Config, Event, Received, Request, Server, User};
use lineside_ami::{DecodeLimits, Decoder, Message, Outgoing};
use lineside_wire::{Session as _, Tick};
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub const USERNAME: &str = "lineside";
pub const SECRET: &str = "the secret of the exchange";

/// A call between two telephones as a real switch told it; what names it is made new each time.
const CALL: &str = include_str!("../../vendor-profiles/asterisk/asterisk/cases/internal/asterisk-22.capture.ndjson");

pub struct Exchange {
    pub address: SocketAddr,
    sessions: Arc<Mutex<Vec<Sender<Outgoing>>>>,
    call: Vec<Message>,
    calls: u64,
}

impl Exchange {
    /// Listens until the test program ends.
    pub fn listen() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let sessions = Arc::new(Mutex::new(Vec::<Sender<Outgoing>>::new()));
        let joined = Arc::clone(&sessions);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (sender, events) = channel();
                joined.lock().expect("sessions").push(sender);
                std::thread::spawn(move || serve(stream, &events));
            }
        });
        Exchange {
            address,
            sessions,
            call: recorded(),
            calls: 0,
        }
    }

    /// A whole call, from the first event to the last.
    pub fn call(&mut self) {
        self.calls += 1;
        let calls = self.calls;
        for message in &self.call {
            let mut event = Outgoing::event(&message.get("Event").expect("a name").text().text);
            for header in message.headers().skip(1) {
                let key = header.key.text().text;
                let mut value = header.value.text().text.into_owned();
                // The times stay those of the recording; only names are made new.
                if key != "Timestamp" {
                    value = value.replace("1795238513.", &format!("{}.", 1_800_000_000 + calls));
                    value = value.replace("-000000", &format!("-{calls:06x}"));
                }
                event = event.header(&key, value.as_bytes());
            }
            self.sessions
                .lock()
                .expect("sessions")
                .retain(|session| session.send(event.clone()).is_ok());
        }
    }
}

/// The events of the recording from the first channel to the last hang-up.
fn recorded() -> Vec<Message> {
    let mut input = BytesMut::new();
    for line in CALL.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        if line["c"] == "events"
            && let Some(text) = line["in"].as_str()
        {
            let banner = text.starts_with("Asterisk Call Manager/");
            input.extend_from_slice(
                if banner {
                    text.split_once("\r\n").expect("a line").1
                } else {
                    text
                }
                .as_bytes(),
            );
        }
    }
    let mut decoder = Decoder::new(DecodeLimits::default());
    let mut messages = Vec::new();
    while let Ok(Some(message)) = decoder.next(&mut input) {
        messages.push(message);
    }
    let is = |message: &Message, name: &str| message.get("Event").is_some_and(|event| event.text().text == name);
    let first = messages
        .iter()
        .position(|m| is(m, "Newchannel"))
        .expect("a call begins");
    let last = messages.iter().rposition(|m| is(m, "Hangup")).expect("a call ends");
    messages.drain(first..=last).collect()
}

fn serve(mut stream: TcpStream, events: &Receiver<Outgoing>) {
    let mut server =
        Server::new(Tick::ZERO, Config::new(vec![User::new(USERNAME, SECRET)], "840415273")).expect("a server");
    let (start, mut input, mut buffer) = (Instant::now(), BytesMut::new(), [0; 4096]);
    // Short, so that what is due is done.
    stream.set_read_timeout(Some(Duration::from_millis(2))).expect("a time");
    let mut logged_in = false;
    loop {
        while let Some(event) = server.poll_event() {
            match event {
                Event::LoggedIn { .. } => {
                    logged_in = true;
                    let booted = Outgoing::event("FullyBooted")
                        .header("Privilege", "system,all")
                        .header("Status", "Fully Booted");
                    server.submit(Tick::ZERO, Request::Event(booted)).expect("sent");
                }
                Event::Action(action) => answer(&mut server, &action),
                _ => {}
            }
        }
        for event in events.try_iter().take(if logged_in { 64 } else { 0 }) {
            server.submit(Tick::ZERO, Request::Event(event)).expect("sent");
        }
        while let Some(transmit) = server.poll_transmit() {
            if stream.write_all(&transmit.bytes).is_err() {
                return;
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) => return,
            Ok(read) => input.extend_from_slice(&buffer[..read]),
            Err(_) => {}
        }
        let now = Tick::ZERO + start.elapsed();
        if server.handle_bytes(now, &mut input).is_err() || server.handle_timeout(now).is_err() {
            return;
        }
    }
}

fn answer(server: &mut Server, action: &Received) {
    let answer = match action.name().text().text.as_ref() {
        "CoreSettings" => vec![action.response("Success").header("AsteriskVersion", "22.10.1")],
        "CoreShowChannels" => action.list("Channels will follow", Vec::new(), "CoreShowChannelsComplete"),
        _ => vec![action.response("Success")],
    };
    server.submit(Tick::ZERO, Request::Answer(answer)).expect("answered");
}
