//! What a subscriber sees when the bridge dies and comes back: everything, once, in order.
use crate::manager::Manager;
use crate::running::Running;
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};

const TOKEN: &str = "0123456789abcdef";

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("an address")
}

/// A configuration with a log on disk, for a switch where calls come and go.
fn configure(folder: &Path, listen: SocketAddr) {
    let switch = Manager {
        secret: "amp111",
        actions: &[
            "CoreSettings",
            "CoreStatus",
            "CoreShowChannels",
            "QueueStatus",
            "ParkedCalls",
            "Setvar",
        ],
        reads: &["all"],
        timestamps: false,
    };
    let text = format!(
        r#"
[api]
listen = "{listen}"
[stream]
path = "log"
[[switch]]
name = "hq"
profile = "asterisk/asterisk"
address = "{}"
username = "lineside"
secret = "amp111"
[[token]]
name = "crm"
secret = "{TOKEN}"
scopes = ["events:read", "calls:read"]
"#,
        switch.listen()
    );
    std::fs::write(folder.join("lineside.toml"), text).expect("a file");
}

fn lineside(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lineside"));
    command
        .args(arguments)
        .args(["--config", "lineside.toml"])
        .current_dir(folder);
    command
}

/// A bridge that is up.
fn run(folder: &Path) -> Running {
    let (running, mut said) = Running::with_errors(&mut lineside(folder, &["run"]));
    said.find(|line| line.contains("the bridge is up"))
        .expect("it comes up");
    // Its errors are read to the end, so that it never waits for a reader.
    std::thread::spawn(move || said.for_each(drop));
    running
}

/// The events that the log has, from the oldest on.
fn log(listen: SocketAddr) -> Vec<Value> {
    let out = Command::new("curl")
        .args([
            "-s",
            "-H",
            "Accept: application/x-ndjson",
            "-H",
            &format!("Authorization: Bearer {TOKEN}"),
        ])
        .arg(format!("http://{listen}/v1/events?since=0000000000000000"))
        .output()
        .expect("curl runs");
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let values = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect::<Vec<Value>>();
    values
        .into_iter()
        .filter(|event| event.get("specversion").is_some())
        .collect()
}

fn id(event: &Value) -> String {
    event["id"].as_str().expect("an id").to_owned()
}

#[test]
fn after_a_kill_9_a_subscriber_resumes_and_sees_every_event_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let listen = free_address();
    configure(folder.path(), listen);
    let mut bridge = run(folder.path());
    let (_tail, told) = Running::with_output(&mut lineside(folder.path(), &["tail", "--json"]));
    let mut told = told.map(|line| serde_json::from_str::<Value>(&line).expect("JSON"));
    let mut seen: Vec<Value> = told.by_ref().take(20).collect();

    bridge.kill().expect("it runs");
    bridge.wait().expect("it is gone");
    let _bridge = run(folder.path());

    let up_again = |event: &Value| event["type"] == "lineside.link.resynced";
    for event in told.by_ref() {
        let resynced = up_again(&event);
        seen.push(event);
        if resynced {
            break;
        }
    }
    seen.extend(told.take(20));
    let ids: Vec<String> = seen.iter().map(id).collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
    // All that the log has between the first and the last that were seen was seen, before the end and after it alike.
    let logged: Vec<String> = log(listen)
        .iter()
        .map(id)
        .filter(|id| *id >= ids[0] && id <= ids.last().unwrap())
        .collect();
    assert_eq!(ids, logged);
}

#[test]
fn a_second_bridge_on_the_same_log_is_told_who_holds_it_and_harms_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let listen = free_address();
    configure(folder.path(), listen);
    let bridge = run(folder.path());
    let second = lineside(folder.path(), &["run"])
        .env("LINESIDE_API__LISTEN", "127.0.0.1:0")
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(1), "{said}");
    assert!(said.contains(&bridge.id().to_string()), "{said}");
    let (_tail, mut told) = Running::with_output(&mut lineside(folder.path(), &["tail", "--json"]));
    assert!(
        told.any(|line| line.contains("lineside.call.cleared")),
        "the first goes on"
    );
}

#[test]
fn when_the_bridge_stops_its_clients_are_told_to_come_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let listen = free_address();
    configure(folder.path(), listen);
    let mut bridge = run(folder.path());
    let mut tail = lineside(folder.path(), &["tail", "--json"]);
    let (mut tail, mut told) = Running::with_output(tail.stderr(Stdio::piped()));
    let errors = BufReader::new(tail.stderr.take().expect("its errors"));
    told.next().expect("it listens");
    bridge.terminate();
    assert!(bridge.wait().expect("it ends").success());
    let said = errors
        .lines()
        .map_while(Result::ok)
        .find(|line| line.contains("connection lost"))
        .expect("it says so");
    assert!(said.contains("4012"), "{said}");
}
