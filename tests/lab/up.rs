//! `tests/lab/up`: one Asterisk and phones that answer, to play with.

use std::{io::BufRead, sync::mpsc, thread};

use crate::{
    Outcome,
    play::{ANSWERS, CALLS, Callee, Caller, Play},
    switch::Switch,
};

/// A day: longer than anybody plays.
const MINUTES: u32 = 24 * 60;

enum Told {
    Line(String),
    Stop,
}

pub(crate) fn stay(major: &str) -> Outcome<()> {
    let switch = Switch::start(major)?;
    let mut play = Play::new(&switch, MINUTES)?;
    let answers = Callee {
        ring_ms: 2000,
        talk_ms: 600_000,
        calls: 100_000,
        ..ANSWERS
    };
    for phone in ["1001", "1002", "1003", "1004", "1005", "01713920099"] {
        play.answers(phone, &answers)?;
    }
    println!("{}", greeting(&switch));
    let (tell, told) = mpsc::channel();
    let lines = tell.clone();
    thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            let _ = lines.send(Told::Line(line));
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    thread::spawn(move || {
        runtime.block_on(async {
            let _ = tokio::signal::ctrl_c().await;
        });
        let _ = tell.send(Told::Stop);
    });
    while let Ok(Told::Line(line)) = told.recv() {
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            [] => {}
            [from, to] => match play.calls(
                from,
                to,
                &Caller {
                    talk_ms: 20_000,
                    ..CALLS
                },
            ) {
                Ok(()) => println!("{from} calls {to}, and hangs up 20 s after the answer"),
                Err(error) => println!("{error}"),
            },
            _ => println!("type who calls whom, for example: 1001 1002"),
        }
    }
    println!("stopping");
    Ok(())
}

fn greeting(switch: &Switch) -> String {
    format!(
        r#"Asterisk {version} is up at {host}:5038 (AMI). Phones 1001 to 1005 and the outside number 01713920099 answer.

Point `lineside run --config FILE` at it with:

    [api]
    listen = "127.0.0.1:7080"
    [[switch]]
    name = "lab"
    profile = "asterisk/asterisk"
    address = "{host}:5038"
    username = "bridge"
    secret = "bridge-secret"
    [switch.site]
    country = "DE"
    area = "30"
    trunkPrefix = "0"
    extensions = "10XX"
    userData = ["CUSTOMER", "ACCOUNT"]
    [switch.override.control]
    context = "internal"
    remoteControl = ["100X"]
    [[token]]
    name = "me"
    secret = "lab-token-lab-token"
    scopes = ["events:read", "calls:read", "calls:control", "calls:record", "userdata:write"]

Make a call by typing who calls whom: `1001 1002` inside, `1001 001713920099` outwards, `+491713920001 493023125001` inwards
(…101 with customer data, …110 IVR, …120 queue, …130 group: tests/lab/etc/extensions.conf). Ctrl-C stops everything."#,
        version = switch.version,
        host = switch.host(),
    )
}
