//! What README.md and `--help` tell people to type does what they say.
use crate::demo::Demo;
use crate::manager::Manager;
use crate::running::Running;
use crate::services::{Watch, connection, lineside_call};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../../README.md");

/// The blocks of code that are marked as `language`.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    README
        .split(fence.as_str())
        .skip(1)
        .map(|rest| rest.split("```").next().expect("an end"))
        .collect()
}

/// Runs a program against a demo until it writes a line with `word` in it.
fn until(demo: &Demo, mut command: Command, word: &str) -> String {
    command
        .env("LINESIDE_URL", &demo.url)
        .env("LINESIDE_TOKEN", &demo.token);
    let (_running, mut lines) = Running::with_output(&mut command);
    let found = lines.find(|line| line.contains(word));
    found.unwrap_or_else(|| panic!("{command:?} ended without {word:?}"))
}

#[test]
fn the_javascript_example_tells_who_rings() {
    let demo = Demo::start();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("watch.mjs");
    let [example] = blocks("js")[..] else {
        panic!("one example")
    };
    std::fs::write(&file, example).expect("a file");
    let mut node = Command::new("node");
    node.arg(&file);
    node.env("LINESIDE_URL", &demo.url).env("LINESIDE_TOKEN", &demo.token);
    let (_running, mut lines) = Running::with_output(&mut node);
    // It listens once it tells of somebody, and what it told of first may be any call: that of ours comes behind it.
    lines.find(|line| line.contains(" rings: ")).expect("a call");
    let body = r#"{"callingDevice":"hq:1051","calledNumber":"1052","userData":{"CUSTOMER":"ACME-42"}}"#;
    let asked = Command::new("curl")
        .args(["-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", "POST"])
        .args(["-H", &format!("Authorization: Bearer {}", demo.token)])
        .args(["-H", "Content-Type: application/json", "-d", body])
        .arg(format!("{}/v1/calls", demo.url))
        .output()
        .expect("curl runs");
    assert_eq!(String::from_utf8_lossy(&asked.stdout), "201");
    let line = lines.find(|line| line.contains("1052 rings: ")).expect("our call");
    assert!(
        line.contains("1051 calls") && line.contains("CUSTOMER: 'ACME-42'"),
        "{line}"
    );
}

#[test]
fn the_python_example_tells_each_event() {
    let demo = Demo::start();
    let [example] = blocks("python")[..] else {
        panic!("one example")
    };
    let mut python = Command::new("python3");
    python.args(["-c", example]);
    let line = until(&demo, python, "lineside.call.delivered");
    assert!(line.ends_with(" alerting"), "{line}");
}

#[test]
fn the_curl_examples_tell_what_they_promise() {
    let demo = Demo::start();
    let examples: Vec<&str> = blocks("sh")
        .into_iter()
        .filter(|block| block.starts_with("curl") && !block.starts_with("curl -X"))
        .collect();
    let shell = |example: &str| {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("exec {example}")]);
        shell
    };
    let [live, log, calls] = examples[..] else {
        panic!("three examples: {examples:?}")
    };
    until(&demo, shell(live), "\"type\":\"lineside.call.delivered\"");
    until(&demo, shell(log), "\"type\":\"lineside.link.up\"");
    until(&demo, shell(calls), "\"state\":\"");
}

#[test]
fn the_examples_of_acting_make_transfer_and_end_calls() {
    let demo = Demo::start();
    let mut watch = Watch::start(&demo);
    let curls: Vec<&str> = blocks("sh")
        .into_iter()
        .filter(|block| block.starts_with("curl -X"))
        .collect();
    let [make, transfer, end] = curls[..] else {
        panic!("three examples: {curls:?}")
    };
    let curl = |example: &str, call: &str| {
        let out = Command::new("sh")
            .args(["-c", example])
            .env("LINESIDE_URL", &demo.url)
            .env("LINESIDE_TOKEN", &demo.token)
            .env("CALL", call)
            .output()
            .expect("curl runs");
        serde_json::from_slice::<Value>(&out.stdout).expect("an answer in JSON")
    };
    let made = curl(make, "");
    let id = made["id"].as_str().expect("a call");
    let talks = |call: &Value, of: &str| {
        let all = call["connections"].as_array().expect("connections");
        call["id"] == of && all.len() == 2 && all.iter().all(|c| c["state"] == "connected")
    };
    watch.until(|call| talks(call, id));
    let moved = curl(transfer, id);
    assert!(connection(&moved, "hq:1002", "alerting").is_some(), "{moved}");
    let ended = curl(end, id);
    assert!(ended["endedAt"].is_string(), "{ended}");

    let shell = blocks("sh")
        .into_iter()
        .find(|block| block.starts_with("lineside call"));
    let mut said = Vec::new();
    for example in shell.expect("three commands").lines() {
        // The calls of the demo's own people are those of 1001 to 1009.
        let example = example.replace("100", "104");
        let words: Vec<&str> = example.split_whitespace().skip(2).collect();
        let out = lineside_call(&demo, &words).output().expect("lineside runs");
        let out = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(out.starts_with("done: call "), "{example}: {out}");
        if said.is_empty() {
            let id = out.split_whitespace().nth(2).expect("an id");
            watch.until(|call| talks(call, id));
        }
        said.push(out);
    }
    assert!(
        said[1].contains("1042 alerting") && !said[2].contains("1042 alerting"),
        "{said:?}"
    );
}

/// A folder with the README's configuration, for a switch that has no calls, and the files that it names.
fn installed(folder: &Path) {
    let [toml] = blocks("toml")[..] else {
        panic!("one configuration")
    };
    let switch = Manager {
        secret: "change-me",
        actions: &[
            "CoreSettings",
            "CoreStatus",
            "CoreShowChannels",
            "QueueStatus",
            "ParkedCalls",
            "Setvar",
            "ListCommands",
        ],
        reads: &["all"],
        timestamps: true,
    };
    let toml = toml
        .replace("10.0.0.5:5038", &switch.listen().to_string())
        .replace("127.0.0.1:7080", "127.0.0.1:0");
    std::fs::write(folder.join("lineside.toml"), toml).expect("a file");
    std::fs::write(folder.join("hq.secret"), "change-me\n").expect("a file");
    std::fs::write(folder.join("crm.secret"), "0123456789abcdef\n").expect("a file");
}

fn lineside(folder: &Path, line: &str) -> Command {
    let mut words = line.split_whitespace();
    assert_eq!(words.next(), Some("lineside"), "{line}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_lineside"));
    command
        .args(words.map(|word| word.trim_matches('\'')))
        .current_dir(folder);
    command
}

#[test]
fn the_configuration_is_fine_and_the_three_commands_work_on_it() {
    let folder = tempfile::tempdir().expect("a folder");
    installed(folder.path());
    let three = blocks("sh")
        .into_iter()
        .find(|block| block.starts_with("lineside check"))
        .expect("the three commands");
    let [check, run, tail] = three.lines().collect::<Vec<_>>()[..] else {
        panic!("three commands: {three}")
    };
    let checked = lineside(folder.path(), check).output().expect("lineside runs");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));

    let (mut bridge, mut said) = Running::with_errors(&mut lineside(folder.path(), run));
    let up = said
        .find(|line| line.contains("the bridge is up"))
        .expect("it comes up");
    let address = up
        .split("address=")
        .nth(1)
        .and_then(|rest| rest.split_whitespace().next())
        .expect("its address");

    // The tail reads the address from the configuration, so that has to have the port that the system gave.
    let mut tail = lineside(folder.path(), tail);
    let (_tail, mut told) = Running::with_output(tail.env("LINESIDE_API__LISTEN", address).arg("--json"));
    let call = told
        .find(|line| line.contains("lineside.call.cleared"))
        .expect("a call");
    assert!(call.contains("\"switch\":\"hq\""), "{call}");
    bridge.terminate();
    assert!(bridge.wait().expect("it ends").success());
}

#[test]
fn the_manager_user_has_the_rights_that_the_check_asks_for() {
    let [ini] = blocks("ini")[..] else {
        panic!("one manager.conf")
    };
    for line in [
        "timestampevents = yes",
        "writetimeout = 5000",
        "read = call,agent,user,system,dialplan",
        "write = call,originate,agent,reporting",
    ] {
        assert!(ini.lines().any(|l| l.starts_with(line)), "{line}");
    }
}

#[test]
fn the_two_commands_are_there_and_no_command_is_without_its_test() {
    let commands: Vec<&str> = blocks("sh").into_iter().map(str::trim).collect();
    let (lineside, others): (Vec<&str>, Vec<&str>) = commands
        .into_iter()
        .filter(|block| !block.starts_with("curl "))
        .partition(|block| block.starts_with("lineside "));
    assert_eq!(others, ["cargo run -- demo", "tests/run"]);
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/run").is_file());
    let [three, replay, call] = lineside[..] else {
        panic!("{lineside:?}")
    };
    // They run in `the_examples_of_acting_make_transfer_and_end_calls`.
    assert!(call.starts_with("lineside call make"), "{call}");
    assert!(three.starts_with("lineside check"), "{three}");
    // The example of its help is the same, and is run with the others.
    assert_eq!(format!("{replay} --json"), help("replay"));
}

/// The example that the help of a command shows.
fn help(command: &str) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_lineside"))
        .args([command, "--help"])
        .output()
        .expect("lineside runs");
    let help = String::from_utf8_lossy(&out.stdout).into_owned();
    let (_, example) = help
        .split_once("Example:")
        .unwrap_or_else(|| panic!("{command} has no example"));
    example.trim().to_owned()
}

fn boxed(started: (Running, impl Iterator<Item = String> + 'static)) -> (Running, Box<dyn Iterator<Item = String>>) {
    (started.0, Box::new(started.1))
}

#[test]
fn every_example_of_the_help_is_understood_and_does_something() {
    let folder = tempfile::tempdir().expect("a folder");
    installed(folder.path());
    let capture = r#"{"lineside":"capture","format":1,"switch":"hq","profile":"asterisk/asterisk","wall":"2026-11-21T04:42:28.907Z"}
{"t":10,"w":1795236148907,"c":"events","failed":"refused"}
"#;
    std::fs::write(folder.path().join("hq.capture.ndjson"), capture).expect("a file");
    let mut examples = 0;
    for command in ["run", "check", "tail", "demo", "replay"] {
        let example = &help(command);
        examples += 1;
        let mut process = lineside(folder.path(), example);
        process.env("LINESIDE_API__LISTEN", "127.0.0.1:0");
        match command {
            "check" | "replay" => {
                let out = process.output().expect("lineside runs");
                assert!(out.status.success() && !out.stdout.is_empty(), "{example}");
            }
            _ => {
                // These go on: what they say first shows that they began. A tail without its bridge says that, and tries again.
                let said = match command {
                    "demo" => "A virtual Asterisk makes calls",
                    "tail" => "it is made anew",
                    _ => "the bridge is up",
                };
                let (_running, mut lines): (_, Box<dyn Iterator<Item = String>>) = match command {
                    "demo" => boxed(Running::with_output(&mut process)),
                    _ => boxed(Running::with_errors(&mut process)),
                };
                assert!(lines.any(|line| line.contains(said)), "{example} never said {said:?}");
            }
        }
    }
    assert_eq!(examples, 5);
}
