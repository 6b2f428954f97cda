//! `lineside check --connect` tries the links and says what the manager user lacks.
use crate::manager::Manager;
use std::net::SocketAddr;
use std::process::{Command, Output};

const ALL: &[&str] = &[
    "CoreSettings",
    "CoreShowChannels",
    "Setvar",
    "Originate",
    "PJSIPNotify",
    "Park",
    "Hangup",
    "Redirect",
    "BlindTransfer",
    "PlayDTMF",
    "MuteAudio",
    "QueuePause",
    "MixMonitor",
    "StopMixMonitor",
    "MixMonitorMute",
    "ListCommands",
];

fn check(address: SocketAddr) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("lineside.toml");
    let text = format!(
        "[[switch]]\nname = \"hq\"\nprofile = \"asterisk/asterisk\"\naddress = \"{address}\"\nusername = \"lineside\"\n\
         secret = \"amp111\"\n"
    );
    std::fs::write(&file, text).expect("a file");
    Command::new(env!("CARGO_BIN_EXE_lineside"))
        .args(["check", "--connect", "--config"])
        .arg(&file)
        .output()
        .expect("lineside runs")
}

fn told(out: &Output) -> String {
    String::from_utf8_lossy(&out.stdout).into_owned()
}

#[test]
fn a_link_that_lacks_nothing_is_good() {
    let address = Manager {
        secret: "amp111",
        actions: ALL,
        reads: &["all"],
        timestamps: true,
    }
    .listen();
    let out = check(address);
    assert!(out.status.success(), "{}", told(&out));
    assert!(told(&out).contains("Asterisk 22.10.1"), "{}", told(&out));
    assert!(!told(&out).contains("less "), "{}", told(&out));
}

#[test]
fn each_right_that_the_user_lacks_is_told_with_what_it_would_give() {
    let actions = &["CoreSettings", "CoreShowChannels", "Setvar", "ListCommands"];
    let address = Manager {
        secret: "amp111",
        actions,
        reads: &["call", "agent"],
        timestamps: false,
    }
    .listen();
    let out = check(address);
    let told = told(&out);
    assert!(out.status.success(), "{told}");
    for words in [
        &["less", "makeCall", "`originate`"],
        &[
            "less",
            "singleStepTransferCall. the user may not send BlindTransfer",
            "`call`",
        ],
        &["less", "startRecording. the user may not send MixMonitor:", "`system`"],
        &["less", "`dialplan` to `read`", "userData"],
        &["less", "`system` to `read`", "starts and stops"],
        &["less", "times are those of arrival", "timestampevents = yes"],
        &["note", "writetimeout = 5000", "cannot be seen"],
    ] {
        assert!(
            told.lines().any(|line| words.iter().all(|word| line.contains(word))),
            "{words:?}\n{told}"
        );
    }
}

#[test]
fn a_right_that_nothing_works_without_fails_the_check() {
    let address = Manager {
        secret: "amp111",
        actions: &["Setvar"],
        reads: &["all"],
        timestamps: true,
    }
    .listen();
    let out = check(address);
    assert_eq!(out.status.code(), Some(1));
    assert!(
        told(&out)
            .lines()
            .any(|l| l.contains("WRONG") && l.contains("`reporting`")),
        "{}",
        told(&out)
    );
}

#[test]
fn a_wrong_password_is_told_with_where_to_look() {
    let address = Manager {
        secret: "another",
        actions: ALL,
        reads: &["all"],
        timestamps: true,
    }
    .listen();
    let out = check(address);
    assert_eq!(out.status.code(), Some(1));
    assert!(
        told(&out).contains("Authentication failed") && told(&out).contains("manager.conf"),
        "{}",
        told(&out)
    );
}

#[test]
fn a_switch_that_is_not_there_is_told_with_what_to_look_at() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let out = check(address);
    assert_eq!(out.status.code(), Some(1));
    assert!(
        told(&out).contains("nothing listens") && told(&out).contains("enabled = yes"),
        "{}",
        told(&out)
    );
}
