//! The program under test, as a user runs it: `lineside run` against the lab's switch, and a subscriber to its stream.

use std::{
    collections::BTreeSet,
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{Outcome, switch::Switch};
use serde_json::Value;

const TOKEN: &str = "lab-token-lab-token-lab-token";
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Bridge {
    lineside: Child,
    log: PathBuf,
    pub(crate) capture: PathBuf,
}

impl Bridge {
    /// Starts it with the capture on, and returns when it has the switch's state.
    pub(crate) fn start(switch: &Switch, directory: &Path) -> Outcome<Self> {
        let listen = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let config = directory.join("lineside.toml");
        let (log, capture) = (directory.join("lineside.log"), directory.join("capture.ndjson"));
        fs::write(&config, configuration(switch, &listen, &capture))?;
        let output = fs::File::create(&log)?;
        let lineside = lineside()
            .args(["run", "--config"])
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        let mut bridge = Self { lineside, log, capture };
        bridge.until("link.resynced", Instant::now() + PATIENCE, |events| {
            events.iter().any(|event| kind(event) == "lineside.link.resynced")
        })?;
        Ok(bridge)
    }

    /// Waits until the switch has told `last` and the stream that every call is over; stops the bridge; gives the events.
    pub(crate) fn finish(mut self, last: &str, end: Instant) -> Outcome<Vec<Value>> {
        while !fs::read_to_string(&self.capture)?.contains(last) {
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
        self.replay()
    }

    fn until(&mut self, what: &str, end: Instant, done: impl Fn(&[Value]) -> bool) -> Outcome<()> {
        while !done(&self.replay()?) {
            if Instant::now() > end || self.lineside.try_wait()?.is_some() {
                return Err(format!("the bridge never told {what}; it says:\n{}", self.log()).into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// What was told so far, from the capture.
    fn replay(&self) -> Outcome<Vec<Value>> {
        if !self.capture.exists() {
            return Ok(Vec::new());
        }
        let output = lineside().args(["replay", "--json"]).arg(&self.capture).output()?;
        let lines = String::from_utf8(output.stdout)?;
        Ok(lines
            .lines()
            .map_while(|line| serde_json::from_str(line).ok())
            .collect())
    }

    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
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

fn lineside() -> Command {
    Command::new(env!("CARGO_BIN_EXE_lineside"))
}

fn configuration(switch: &Switch, listen: &str, capture: &Path) -> String {
    format!(
        r#"
        [api]
        listen = "{listen}"

        [[switch]]
        name = "lab"
        profile = "asterisk/asterisk"
        address = "{host}:5038"
        username = "bridge"
        secret = "bridge-secret"
        capture = "{capture}"

        [switch.site]
        country = "DE"
        area = "30"
        trunkPrefix = "0"
        extensions = "10XX"
        userData = ["CUSTOMER", "ACCOUNT"]

        [[token]]
        name = "lab"
        secret = "{TOKEN}"
        scopes = ["events:read", "calls:read"]
        "#,
        host = switch.host(),
        capture = capture.display(),
    )
}
