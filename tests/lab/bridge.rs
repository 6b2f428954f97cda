//! The program under test, as a user runs it: `lineside run` against the lab's switch, and a subscriber to its stream.

use std::{
    collections::BTreeSet,
    fs,
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio_tungstenite::tungstenite::{ClientRequestBuilder, Message, client};

use crate::{
    Outcome,
    application::{Application, TOKEN},
    switch::Switch,
};

const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Bridge {
    lineside: Child,
    listen: String,
    config: PathBuf,
    log: PathBuf,
    weighed: bool,
    pub(crate) capture: PathBuf,
    stream: Receiver<Value>,
    events: Vec<Value>,
}

/// What a flow has in the configuration that others have not.
pub(crate) struct Site {
    /// Lines of `[switch.site]`.
    pub(crate) lines: &'static str,
    /// The telephones that obey remote control, as a list.
    pub(crate) obey: &'static str,
    /// Who holds.
    pub(crate) hold: &'static str,
    /// What the dialplan keeps of telephones, and where: lines of `[switch.override.stations.database]`.
    pub(crate) keeps: &'static str,
    /// Lines of `[switch.cdr]`.
    pub(crate) records: String,
    /// It runs with an allocator that gives back what is not in use, so that its memory says what is.
    pub(crate) weighed: bool,
}

/// In no flow is 1006 asked to do anything; but the service is there.
impl Default for Site {
    fn default() -> Self {
        Site {
            lines: "",
            obey: r#"["1006"]"#,
            hold: r#""phone""#,
            keeps: "",
            records: String::new(),
            weighed: false,
        }
    }
}

impl Bridge {
    /// Starts it with the capture on and `site` in the configuration, and returns when it has the switch's state.
    pub(crate) fn start(switch: &Switch, directory: &Path, site: &Site) -> Outcome<Self> {
        Self::start_at(switch, &switch.manager(), directory, site)
    }

    /// The same, where the switch is to be found at `address`.
    pub(crate) fn start_at(switch: &Switch, address: &str, directory: &Path, site: &Site) -> Outcome<Self> {
        // On the network of the switch nobody else listens; a free port of the machine is not always free a moment later.
        let listen = format!("{}:7080", switch.host());
        let config = directory.join("lineside.toml");
        let (log, capture) = (directory.join("lineside.log"), directory.join("capture.ndjson"));
        let events = directory.join("events");
        fs::write(&config, configuration(address, site, &listen, &capture, &events))?;
        let lineside = spawn(&config, &log, site.weighed)?;
        let (_, stream) = channel();
        let mut bridge = Self {
            lineside,
            listen,
            config,
            log,
            weighed: site.weighed,
            capture,
            stream,
            events: Vec::new(),
        };
        bridge.stream = bridge.subscribe("snapshot=true")?;
        bridge.until("link.resynced", Instant::now() + PATIENCE, |events| {
            events.iter().any(is_ready)
        })?;
        Ok(bridge)
    }

    /// Kills it as a power cut does, starts it again on the same log, and goes on behind the last event that was delivered.
    pub(crate) fn kill_and_start_again(&mut self) -> Outcome<()> {
        self.kill()?;
        self.start_again()
    }

    /// Kills it as a power cut does.
    pub(crate) fn kill(&mut self) -> Outcome<()> {
        self.lineside.kill()?;
        self.lineside.wait()?;
        self.events.extend(self.stream.iter());
        Ok(())
    }

    /// Starts one that was killed again on the same log, and goes on behind the last event that was delivered.
    pub(crate) fn start_again(&mut self) -> Outcome<()> {
        let before = self.events.len();
        self.lineside = spawn(&self.config, &self.log, self.weighed)?;
        self.resume()?;
        self.until("link.resynced after the restart", Instant::now() + PATIENCE, |events| {
            events.iter().skip(before).any(is_ready)
        })
    }

    /// What `lineside check --connect` says with some of its configuration replaced.
    pub(crate) fn check_with(&self, replace: &str, by: &str) -> Outcome<String> {
        let config = self.config.with_file_name("check.toml");
        fs::write(&config, fs::read_to_string(&self.config)?.replace(replace, by))?;
        let output = lineside()
            .args(["check", "--connect", "--config"])
            .arg(&config)
            .output()?;
        Ok(String::from_utf8(output.stdout)? + &String::from_utf8(output.stderr)?)
    }

    /// Waits until it has written these words into its own log.
    pub(crate) fn until_logged(&self, words: &str, end: Instant) -> Outcome<()> {
        while !self.log().contains(words) {
            if Instant::now() > end {
                return Err(format!("lineside never says {words:?}:\n{}", self.log()).into());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// A hand that asks it for services.
    pub(crate) fn application(&self) -> Application {
        Application {
            listen: self.listen.clone(),
        }
    }

    /// Goes on behind the last event that was delivered.
    fn resume(&mut self) -> Outcome<()> {
        let number = |message: &Value| Some(message.get("id").or(message.get("sequence"))?.as_str()?.to_owned());
        let last = self.events.iter().filter_map(number).max().unwrap_or_default();
        self.stream = self.subscribe(&format!("since={last}"))?;
        Ok(())
    }

    /// A further subscriber.
    pub(crate) fn subscribe(&mut self, from: &str) -> Outcome<Receiver<Value>> {
        let (listen, end) = (self.listen.clone(), Instant::now() + PATIENCE);
        let socket = loop {
            if let Ok(socket) = TcpStream::connect(&listen) {
                break socket;
            }
            if Instant::now() > end || self.lineside.try_wait()?.is_some() {
                return Err(format!("lineside does not listen on {listen}:\n{}", self.log()).into());
            }
            thread::sleep(Duration::from_millis(10));
        };
        let address = format!("ws://{listen}/v1/events?{from}").parse()?;
        let request = ClientRequestBuilder::new(address).with_header("Authorization", format!("Bearer {TOKEN}"));
        let (mut socket, _) =
            client(request, socket).map_err(|error| format!("subscribing: {error}; lineside says:\n{}", self.log()))?;
        let (tell, told) = channel();
        thread::spawn(move || {
            while let Ok(message) = socket.read() {
                let Message::Text(text) = message else { continue };
                let Ok(event) = serde_json::from_str(&text) else {
                    continue;
                };
                if tell.send(event).is_err() {
                    return;
                }
            }
        });
        Ok(told)
    }

    /// Waits until the switch has told `last` and the stream that every call is over; stops the bridge; gives all messages.
    pub(crate) fn finish(&mut self, last: &str, end: Instant) -> Outcome<Vec<Value>> {
        while !self.heard(last)? {
            if Instant::now() > end {
                return Err(format!("the bridge never heard of {last}; it says:\n{}", self.log()).into());
            }
            thread::sleep(Duration::from_millis(10));
        }
        self.until("the end of every call", end, |events| {
            let calls = |wanted: &str| -> BTreeSet<&str> {
                let of = events.iter().filter(|event| kind(event).starts_with(wanted));
                of.filter_map(|event| event.get("subject")?.as_str()).collect()
            };
            let all = calls("lineside.call.");
            !all.is_empty() && all == calls("lineside.call.cleared")
        })?;
        Command::new("kill").arg(self.lineside.id().to_string()).status()?;
        let status = self.lineside.wait()?;
        if !status.success() {
            return Err(format!("lineside ended with {status}:\n{}", self.log()).into());
        }
        // What was told behind the end of the last call that was looked for belongs to it, too.
        self.events.extend(self.stream.iter());
        Ok(std::mem::take(&mut self.events))
    }

    /// Takes what has been told, until nothing more comes.
    pub(crate) fn hear_out(&mut self) {
        const QUIET: Duration = Duration::from_millis(300);
        while let Ok(message) = self.stream.recv_timeout(QUIET) {
            self.events.push(message);
        }
    }

    /// Has the switch told it this?
    pub(crate) fn heard(&self, what: &str) -> Outcome<bool> {
        Ok(fs::read_to_string(&self.capture)?.contains(what))
    }

    /// Takes what is told within this time.
    pub(crate) fn hear_for(&mut self, time: Duration) -> Outcome<()> {
        let end = Instant::now() + time;
        loop {
            match self.stream.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(message) => self.events.push(message),
                Err(RecvTimeoutError::Timeout) => return Ok(()),
                // On a machine that is too busy to read what it is told the bridge lets go, and one resumes.
                Err(RecvTimeoutError::Disconnected) => self.resume()?,
            }
        }
    }

    /// The memory that it has now, in KiB, without the pages of its program, which the system keeps in memory as far as they ran once.
    pub(crate) fn memory(&self) -> Outcome<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.lineside.id()))?;
        let resident = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        let number = resident.and_then(|line| line.split_whitespace().next()?.parse().ok());
        Ok(number.ok_or("the bridge is gone")?)
    }

    /// Waits until the link was down so many times and is back.
    pub(crate) fn until_back(&mut self, downs: usize, end: Instant) -> Outcome<()> {
        self.until("that the link is back", end, |events| {
            let of_link = |wanted: &str| events.iter().rposition(|event| kind(event) == wanted);
            let down = events
                .iter()
                .filter(|event| kind(event) == "lineside.link.down")
                .count();
            down >= downs && of_link("lineside.link.resynced") > of_link("lineside.link.down")
        })
    }

    /// Waits until an event of this type was told.
    pub(crate) fn until_told(&mut self, wanted: &str, end: Instant) -> Outcome<()> {
        self.until(wanted, end, |events| events.iter().any(|event| kind(event) == wanted))
    }

    /// Waits until the link was told to be down for a reason with these words.
    pub(crate) fn until_reason(&mut self, words: &str, end: Instant) -> Outcome<()> {
        self.until(words, end, |events| {
            let downs = events.iter().filter(|event| kind(event) == "lineside.link.down");
            downs
                .filter_map(|event| event.pointer("/data/reason")?.as_str())
                .any(|reason| reason.contains(words))
        })
    }

    fn until(&mut self, what: &str, end: Instant, done: impl Fn(&[Value]) -> bool) -> Outcome<()> {
        while !done(&self.events) {
            match self.stream.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(message) => self.events.push(message),
                Err(_) => return Err(format!("the stream never told {what}; lineside says:\n{}", self.log()).into()),
            }
        }
        Ok(())
    }

    /// What was captured replays to what was told.
    pub(crate) fn compare_replay(&self, events: &[Value]) -> Outcome<()> {
        let output = lineside().args(["replay", "--json"]).arg(&self.capture).output()?;
        let lines = String::from_utf8(output.stdout)?;
        let replayed: Vec<Value> = lines.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
        let (told, replayed) = (unnumbered(events), unnumbered(&replayed));
        for (at, event) in told.iter().enumerate() {
            let again = replayed.get(at);
            if again != Some(event) {
                return Err(format!("told:\n{event}\nbut the capture replays to:\n{again:?}").into());
            }
        }
        if replayed.len() == told.len() {
            Ok(())
        } else {
            Err("the capture replays to more than was told".into())
        }
    }

    /// The end of what it logged.
    fn log(&self) -> String {
        const LINES: usize = 20;
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines
            .get(lines.len().saturating_sub(LINES)..)
            .unwrap_or_default()
            .join("\n")
    }

    /// What was told so far.
    pub(crate) fn events(&self) -> &[Value] {
        &self.events
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        // Ended already, mostly.
        let _ = self.lineside.kill();
        let _ = self.lineside.wait();
    }
}

fn kind(event: &Value) -> &str {
    event.get("type").and_then(Value::as_str).unwrap_or_default()
}

/// The switch is up: told as it comes up, or in the snapshot by which a subscription begins.
fn is_ready(message: &Value) -> bool {
    let switches = message.get("switches").and_then(Value::as_array);
    let up = |switch: &Value| switch.get("state").and_then(Value::as_str) == Some("up");
    kind(message) == "lineside.link.resynced" || switches.is_some_and(|switches| switches.iter().any(up))
}

fn spawn(config: &Path, log: &Path, weighed: bool) -> Outcome<Child> {
    let output = fs::File::options().create(true).append(true).open(log)?;
    let command = &mut lineside();
    let command = command.args(["run", "--config"]).arg(config).stdin(Stdio::null());
    if weighed {
        command.env("LD_PRELOAD", "libjemalloc.so.2");
        command.env("MALLOC_CONF", "dirty_decay_ms:1000,muzzy_decay_ms:0");
    }
    Ok(command.stdout(output.try_clone()?).stderr(output).spawn()?)
}

fn lineside() -> Command {
    Command::new(env!("CARGO_BIN_EXE_lineside"))
}

/// The events of calls without their numbers, which the log gives.
fn unnumbered(events: &[Value]) -> Vec<Value> {
    let of_calls = events.iter().filter(|event| kind(event).starts_with("lineside.call."));
    let mut events: Vec<Value> = of_calls.cloned().collect();
    events.iter_mut().for_each(without_numbers);
    events
}

fn without_numbers(value: &mut Value) {
    if let Some(object) = value.as_object_mut() {
        for number in ["id", "sequence", "group", "source", "receivedat"] {
            // The ids of calls and connections are no numbers, and stay.
            if number != "id" || object.contains_key("specversion") {
                object.remove(number);
            }
        }
        object.values_mut().for_each(without_numbers);
    }
}

fn configuration(address: &str, site: &Site, listen: &str, capture: &Path, events: &Path) -> String {
    format!(
        r#"
        [api]
        listen = "{listen}"

        [stream]
        path = "{events}"

        [[switch]]
        name = "lab"
        profile = "asterisk/asterisk"
        address = "{address}"
        username = "bridge"
        secret = "bridge-secret"
        capture = "{capture}"

        [switch.site]
        country = "DE"
        area = "30"
        trunkPrefix = "0"
        extensions = "10XX"
        userData = ["CUSTOMER", "ACCOUNT"]
        {lines}

        [switch.cdr]
        {records}

        [switch.override.control]
        context = "internal"
        remoteControl = {obey}
        hold = {hold}

        [switch.override.stations.database]
        {keeps}

        [[token]]
        name = "lab"
        secret = "{TOKEN}"
        scopes = ["events:read", "calls:read", "agents:read", "agents:control", "calls:control", "calls:supervise", "calls:record", "userdata:write", "digits:read", "devices:control"]
        "#,
        lines = site.lines,
        records = site.records,
        obey = site.obey,
        hold = site.hold,
        keeps = site.keeps,
        capture = capture.display(),
        events = events.display(),
    )
}
