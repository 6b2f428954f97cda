//! What it takes to hang up a call: over the bridge, and by the bare action.

use super::contender::{Contender, Places, TOKEN};
use super::latency::Latencies;
use super::plan::SWITCH;
use super::switch::{Switch, write};
use bytes::{Bytes, BytesMut};
use lineside::bench::{Failure, Talk, talks};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// How many calls there are; every other one is hung up by the bridge.
const CALLS: u32 = 500;
/// Until the bridge knows them all.
const PAUSE: Duration = Duration::from_secs(2);
/// From one to the next: people do not hang up all at once.
const PACE: Duration = Duration::from_millis(5);

/// Prints how long each takes.
///
/// # Errors
/// A call is not hung up.
pub fn command(places: &Places) -> Result<Value, Failure> {
    let talks = talks(CALLS)?;
    let endings = talks.iter().map(|talk| (talk.uniqueid.clone(), talk.end.clone()));
    let switch = Switch::with_calls(Arc::new(endings.collect()))?;
    let running = Contender::Bridge.start(places, &switch)?;
    thread::sleep(PAUSE);
    for talk in &talks {
        write(&running.outlet, &talk.beginning)?;
    }
    thread::sleep(PAUSE);
    let mut manager = Manager::login(switch.address)?;
    let mut api = Api::connect(running.target.address)?;
    let (mut answered, mut hung_up, mut proven) = (Vec::new(), Vec::new(), Vec::new());
    for pair in talks.chunks_exact(2) {
        let [bare, bridged] = pair else { continue };
        thread::sleep(PACE);
        let (answer, end) = manager.hang_up(bare)?;
        answered.push(answer);
        hung_up.push(end);
        let path = api.path(bridged)?;
        thread::sleep(PACE);
        let start = Instant::now();
        let (status, body) = api.ask("POST", &path)?;
        proven.push(start.elapsed());
        if status != 200 {
            return Err(format!("{path}: {status} {}", String::from_utf8_lossy(&body)).into());
        }
        // The bare connection heard of it too.
        manager.until_gone(bridged)?;
    }
    println!(
        "Hanging up one of two who talk, {} times each in turn, in microseconds",
        proven.len()
    );
    let rows = [
        ("AMI: Hangup was answered", answered),
        ("AMI: the channel was told to be gone", hung_up),
        ("Lineside: clearConnection was answered, proven", proven),
    ];
    println!("{:48} {:>8} {:>8}", "", "p50", "p99");
    let mut told = Vec::new();
    for (name, times) in rows {
        let times = Latencies::of(times);
        let [p50, p99] = [0.5, 0.99].map(|part| times.at(part).as_secs_f64() * 1e6);
        println!("{name:48} {p50:8.0} {p99:8.0}");
        told.push(json!({ "what": name, "microseconds": { "p50": p50, "p99": p99 } }));
    }
    Ok(json!(told))
}

/// A bare session with the manager.
struct Manager {
    stream: TcpStream,
    unread: BytesMut,
}

impl Manager {
    fn login(address: SocketAddr) -> Result<Self, Failure> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"Action: Login\r\nUsername: bench\r\nSecret: bench\r\n\r\n")?;
        let mut manager = Manager {
            stream,
            unread: BytesMut::new(),
        };
        manager.until(|message| message.contains("Event: FullyBooted"))?;
        Ok(manager)
    }

    /// How long it takes until the action is answered, and until the channel is told to be gone.
    fn hang_up(&mut self, talk: &Talk) -> Result<(Duration, Duration), Failure> {
        let action = format!(
            "Action: Hangup\r\nActionID: 1\r\nChannel: {}\r\nCause: 16\r\n\r\n",
            talk.uniqueid
        );
        let start = Instant::now();
        self.stream.write_all(action.as_bytes())?;
        self.until(|message| message.contains("Response: Success"))?;
        let answered = start.elapsed();
        self.until_gone(talk)?;
        Ok((answered, start.elapsed()))
    }

    fn until_gone(&mut self, talk: &Talk) -> Result<(), Failure> {
        let uniqueid = format!("Uniqueid: {}\r\n", talk.uniqueid);
        self.until(|message| message.contains("Event: Hangup\r\n") && message.contains(&uniqueid))
    }

    fn until(&mut self, is_it: impl Fn(&str) -> bool) -> Result<(), Failure> {
        loop {
            while let Some(end) = memchr::memmem::find(&self.unread, b"\r\n\r\n") {
                let message = self.unread.split_to(end + 4);
                if is_it(std::str::from_utf8(&message)?) {
                    return Ok(());
                }
            }
            read(&mut self.stream, &mut self.unread)?;
        }
    }
}

/// A connection to the bridge that stays.
struct Api {
    stream: TcpStream,
    unread: BytesMut,
}

impl Api {
    fn connect(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        Ok(Api {
            stream,
            unread: BytesMut::new(),
        })
    }

    /// Where the call is hung up.
    fn path(&mut self, talk: &Talk) -> Result<String, Failure> {
        let device = format!("{SWITCH}:{}", talk.telephone);
        let (_, calls) = self.ask("GET", &format!("/v1/calls?device={device}"))?;
        let calls: Value = serde_json::from_slice(&calls)?;
        let call = calls.pointer("/items/0/id").and_then(Value::as_str);
        let call = call.ok_or_else(|| format!("no call of {device}: {calls}"))?;
        Ok(format!("/v1/calls/{call}/connections/{device}/clearConnection"))
    }

    /// The status and the body of the answer.
    fn ask(&mut self, method: &str, path: &str) -> Result<(u16, Bytes), Failure> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: bridge\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 0\r\n\r\n"
        );
        self.stream.write_all(request.as_bytes())?;
        loop {
            if let Some(end) = memchr::memmem::find(&self.unread, b"\r\n\r\n") {
                let head = String::from_utf8_lossy(self.unread.get(..end).unwrap_or_default()).to_ascii_lowercase();
                let status = head.split_whitespace().nth(1).ok_or("no status")?.parse()?;
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                let length: usize = length.ok_or("an answer without a length")?.trim().parse()?;
                if self.unread.len() >= end + 4 + length {
                    let mut whole = self.unread.split_to(end + 4 + length).freeze();
                    return Ok((status, whole.split_off(end + 4)));
                }
            }
            read(&mut self.stream, &mut self.unread)?;
        }
    }
}

fn read(stream: &mut TcpStream, unread: &mut BytesMut) -> Result<(), Failure> {
    let mut buffer = [0; 16 << 10];
    match stream.read(&mut buffer)? {
        0 => Err("the other side has gone".into()),
        read => {
            unread.extend_from_slice(buffer.get(..read).unwrap_or_default());
            Ok(())
        }
    }
}
