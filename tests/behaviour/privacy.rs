//! What belongs to a person is told to applications and written to files that were asked for, never to the log of the program.
use crate::manager::{CALLER, Manager};
use crate::running::Running;
use std::process::Command;
use std::sync::mpsc::channel;

#[test]
fn numbers_reach_the_subscribers_and_no_line_of_the_most_talkative_log() {
    const TOKEN: &str = "0123456789abcdef";
    let folder = tempfile::tempdir().expect("a folder");
    let actions = &[
        "CoreSettings",
        "CoreStatus",
        "CoreShowChannels",
        "QueueStatus",
        "ParkedCalls",
        "Setvar",
    ];
    let switch = Manager {
        secret: "amp111-amp111",
        actions,
        reads: &["all"],
        timestamps: true,
    }
    .listen();
    let text = format!(
        "[log]\nlevel = \"trace\"\n[api]\nlisten = \"127.0.0.1:0\"\n[[switch]]\nname = \"hq\"\nprofile = \"asterisk/asterisk\"\n\
         address = \"{switch}\"\nusername = \"lineside\"\nsecret = \"amp111-amp111\"\ncapture = \"hq.ndjson\"\n\
         [[token]]\nname = \"crm\"\nsecret = \"{TOKEN}\"\nscopes = [\"events:read\"]\n"
    );
    std::fs::write(folder.path().join("lineside.toml"), text).expect("a file");
    let lineside = |command: &str| {
        let mut lineside = Command::new(env!("CARGO_BIN_EXE_lineside"));
        lineside
            .args([command, "--config", "lineside.toml"])
            .current_dir(folder.path());
        lineside
    };
    let (mut bridge, mut said) = Running::with_errors(&mut lineside("run"));
    let mut log: Vec<String> = Vec::new();
    let address = loop {
        let line = said.next().expect("it comes up");
        let address = line
            .split("the bridge is up address=")
            .nth(1)
            .and_then(|rest| rest.split(' ').next());
        let address = address.map(str::to_owned);
        log.push(line);
        if let Some(address) = address {
            break address;
        }
    };
    let (lines, rest) = channel();
    std::thread::spawn(move || said.for_each(|line| drop(lines.send(line))));

    let mut tail = lineside("tail");
    let (_tail, mut told) = Running::with_output(tail.env("LINESIDE_API__LISTEN", address).arg("--json"));
    let call = told
        .find(|line| line.contains("lineside.call.cleared"))
        .expect("a call");
    assert!(call.contains(CALLER), "an application is told who called: {call}");
    bridge.terminate();
    bridge.wait().expect("it ends");
    log.extend(rest);
    assert!(log.len() > 5, "{log:?}");
    for line in &log {
        for secret in [CALLER, "amp111-amp111", TOKEN] {
            assert!(!line.contains(secret), "{line}");
        }
    }
    let capture = std::fs::read_to_string(folder.path().join("hq.ndjson")).expect("the capture");
    assert!(
        capture.contains(CALLER) && !capture.contains("amp111-amp111"),
        "a capture holds numbers, and no password"
    );
}
