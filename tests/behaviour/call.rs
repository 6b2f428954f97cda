//! `lineside call`: what a shell asks, and how it comes out.
use crate::demo::Demo;
use crate::services::{Watch, connection, lineside_call};
use serde_json::Value;
use std::process::Command;

/// Exit code, output and errors.
fn ran(mut command: Command) -> (i32, String, String) {
    let out = command.output().expect("lineside runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        out.status.code().expect("it ends by itself"),
        text(&out.stdout),
        text(&out.stderr),
    )
}

#[test]
fn a_call_is_made_transferred_and_hung_up_by_the_devices_in_it() {
    let demo = Demo::start();
    let mut watch = Watch::start(&demo);
    let (code, said, errors) = ran(lineside_call(&demo, &["make", "1030", "1031", "--data", "TICKET=4711"]));
    assert_eq!(code, 0, "{errors}");
    assert!(
        said.starts_with("done: call ") && said.contains("1030 initiated") && said.contains("TICKET=4711"),
        "{said}"
    );
    watch.until(|call| connection(call, "hq:1031", "connected").is_some());

    let (code, said, errors) = ran(lineside_call(&demo, &["list"]));
    let line = said.lines().find(|line| line.contains("hq:1030 connected: "));
    assert!(
        code == 0 && line.is_some_and(|line| line.contains("singleStepTransferCall")),
        "{said}{errors}"
    );

    let (code, said, errors) = ran(lineside_call(&demo, &["transfer", "1030", "1032"]));
    assert!(code == 0 && said.contains("1032 "), "{said}{errors}");
    watch.until(|call| connection(call, "hq:1032", "connected").is_some());

    let (code, said, errors) = ran(lineside_call(&demo, &["hang-up", "hq:1032", "--json"]));
    assert_eq!(code, 0, "{errors}");
    let call: Value = serde_json::from_str(&said).expect("the call");
    assert_eq!(connection(&call, "hq:1032", "connected"), None, "{call}");
}

#[test]
fn what_is_not_possible_says_what_where_and_what_to_do() {
    let demo = Demo::start();
    let mut watch = Watch::start(&demo);
    let (code, _, errors) = ran(lineside_call(&demo, &["make", "1033", "1034"]));
    assert_eq!(code, 0, "{errors}");
    watch.until(|call| connection(call, "hq:1034", "connected").is_some());
    let (code, said, errors) = ran(lineside_call(&demo, &["deflect", "1034", "1035"]));
    assert_eq!((code, said.as_str()), (1, ""));
    for part in [
        "409 invalidConnectionState",
        "must be alerting",
        "permitted: holdCall, clearConnection, singleStepTransferCall, consultationCall, singleStepConferenceCall, parkCall",
        "/deflectCall",
        "call list",
    ] {
        assert!(errors.contains(part), "{part}: {errors}");
    }

    let (code, _, errors) = ran(lineside_call(&demo, &["hang-up", "1999"]));
    assert!(code == 2 && errors.contains("1999"), "{errors}");

    let mut stranger = lineside_call(&demo, &["make", "1033", "1034"]);
    stranger.env("LINESIDE_TOKEN", "not-the-token-of-anybody");
    let (code, _, errors) = ran(stranger);
    assert!(
        code == 1 && errors.contains("401 unauthenticated") && errors.contains("[[token]]"),
        "{errors}"
    );
}

#[test]
fn asked_twice_with_one_key_it_is_one_call() {
    let demo = Demo::start();
    // From the first event on the switch is known.
    drop(Watch::start(&demo));
    let make = || {
        let arguments = [
            "make",
            "1036",
            "1037",
            "--json",
            "--idempotency-key",
            "once-and-no-more",
        ];
        let (code, said, errors) = ran(lineside_call(&demo, &arguments));
        assert_eq!(code, 0, "{errors}");
        let call: Value = serde_json::from_str(&said).expect("a call");
        call["id"].as_str().expect("an id").to_owned()
    };
    assert_eq!(make(), make());
}

#[test]
fn the_examples_of_the_help_do_what_they_say() {
    let demo = Demo::start();
    let mut watch = Watch::start(&demo);
    let (_, help, _) = ran(lineside_call(&demo, &["--help"]));
    let examples = help
        .split("Examples:\n")
        .nth(1)
        .and_then(|rest| rest.split("\n\n").next())
        .expect("examples");
    let mut done = 0;
    for example in examples.lines() {
        // The calls of the demo are those of 1001 to 1009, and what the configuration tells is in the environment.
        let example = example.replace(" --config lineside.toml", "").replace("100", "104");
        let words: Vec<&str> = example.split_whitespace().collect();
        let ["lineside", "call", arguments @ ..] = words.as_slice() else {
            panic!("{example}")
        };
        let (code, said, errors) = ran(lineside_call(&demo, arguments));
        assert!(code == 0 && !said.is_empty(), "{example}: {errors}");
        done += 1;
        if arguments[0] == "make" {
            watch.until(|call| {
                let all = call["connections"].as_array().expect("connections");
                connection(call, "hq:1041", "connected").is_some()
                    && all.len() == 2
                    && all.iter().all(|c| c["state"] == "connected")
            });
        }
    }
    assert_eq!(done, 4);
}
