//! One flow being played: the phones, the lab's eye, and the truth at the end.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant, UNIX_EPOCH},
};

use serde_json::json;

use crate::{
    Outcome,
    ami::{Client, Input},
    flows::Flow,
    phone::{Phone, Plug, Sight},
    switch::Switch,
};

const PATIENCE: Duration = Duration::from_secs(40);

/// What a phone that is called does.
#[derive(Clone)]
pub(crate) struct Callee {
    pub(crate) ring_ms: u32,
    pub(crate) then: &'static str,
    pub(crate) target: &'static str,
    pub(crate) pause_ms: u32,
    pub(crate) talk_ms: u32,
    pub(crate) calls: u32,
}

/// Answers after 400 ms, waits for the other side to hang up.
pub(crate) const ANSWERS: Callee = Callee {
    ring_ms: 400,
    then: "talk",
    target: "-",
    pause_ms: 400,
    talk_ms: 30_000,
    calls: 1,
};
/// Rings until the caller has had enough.
pub(crate) const NEVER_ANSWERS: Callee = Callee {
    ring_ms: 30_000,
    ..ANSWERS
};

/// What a phone that calls does.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) patience_ms: u32,
    pub(crate) then: &'static str,
    pub(crate) digit: &'static str,
    pub(crate) pause_ms: u32,
    pub(crate) talk_ms: u32,
    pub(crate) restricted: bool,
}

/// Waits for an answer, hangs up after 600 ms of talk.
pub(crate) const CALLS: Caller = Caller {
    patience_ms: 30_000,
    then: "talk",
    digit: "-",
    pause_ms: 400,
    talk_ms: 600,
    restricted: false,
};
/// As `CALLS`, but the other side ends it.
pub(crate) const CALLS_AND_LISTENS: Caller = Caller {
    talk_ms: 30_000,
    ..CALLS
};

pub(crate) struct Play<'a> {
    switch: &'a Switch,
    directory: tempfile::TempDir,
    phones: Vec<Phone>,
    next_port: u16,
    pub(crate) actions: Client,
    end: Instant,
    minutes: u32,
}

impl<'a> Play<'a> {
    pub(crate) fn new(switch: &'a Switch, minutes: u32) -> Outcome<Self> {
        Ok(Self {
            switch,
            directory: tempfile::Builder::new().prefix("lineside-lab-").tempdir()?,
            phones: Vec::new(),
            next_port: 5070,
            actions: Client::connect(&switch.host(), "bridge", "bridge-secret")?,
            end: Instant::now() + PATIENCE,
            minutes,
        })
    }

    /// The phone `name` (a station, or a number outside) is there and behaves so when called.
    pub(crate) fn answers(&mut self, name: &str, callee: &Callee) -> Outcome<()> {
        let blanks = [
            ("PHONE", name.to_owned()),
            ("RING", callee.ring_ms.to_string()),
            ("THEN", callee.then.to_owned()),
            ("TARGET", callee.target.to_owned()),
            ("PAUSE", callee.pause_ms.to_string()),
            ("TALK", callee.talk_ms.to_string()),
        ];
        self.plug_in(
            name,
            5060,
            if callee.then == "consult" { "consult" } else { "answer" },
            &blanks,
            callee.calls,
        )
    }

    /// The phone refuses with this SIP code: at once, or after it rang a little.
    pub(crate) fn refuses(&mut self, name: &str, code: u16, reason: &str, rings: bool) -> Outcome<()> {
        self.declines(name, [&code.to_string(), reason, "rejected", "-"], rings)
    }

    /// The phone answers every call with a 302 to `target`.
    pub(crate) fn forwards(&mut self, name: &str, target: &str) -> Outcome<()> {
        self.declines(name, ["302", "Moved Temporarily", "forwarded", target], false)
    }

    fn declines(&mut self, name: &str, [code, reason, verb, target]: [&str; 4], rings: bool) -> Outcome<()> {
        let blanks = [
            ("PHONE", name.to_owned()),
            ("RING", "400".to_owned()),
            ("THEN", if rings { "ring" } else { "refuse" }.to_owned()),
            ("CODE", code.to_owned()),
            ("REASON", reason.to_owned()),
            ("VERB", verb.to_owned()),
            ("TARGET", target.to_owned()),
        ];
        self.plug_in(name, 5060, "reject", &blanks, 1)
    }

    /// The phone `name` calls `target` and behaves so.
    pub(crate) fn calls(&mut self, name: &str, target: &str, caller: &Caller) -> Outcome<()> {
        // RFC 3323: a provider that keeps its promise asserts no identity then.
        let (from, identity) = if caller.restricted {
            (
                "\"Anonymous\" <sip:anonymous@anonymous.invalid>".to_owned(),
                "Privacy: id".to_owned(),
            )
        } else {
            let from = format!("\"Caller {name}\" <sip:{name}@@NET@.1>");
            (from.clone(), format!("P-Asserted-Identity: {from}"))
        };
        let speech = self.directory.path().join("speech.ulaw");
        fs::write(&speech, [0x55; 8_000])?;
        let blanks = [
            ("PHONE", name.to_owned()),
            ("TARGET", target.to_owned()),
            ("FROM", from),
            ("IDENTITY", identity),
            ("SPEECH", speech.display().to_string()),
            ("PATIENCE", caller.patience_ms.to_string()),
            ("THEN", caller.then.to_owned()),
            ("DIGIT", caller.digit.to_owned()),
            ("PAUSE", caller.pause_ms.to_string()),
            ("TALK", caller.talk_ms.to_string()),
        ];
        self.next_port += 1;
        self.plug_in(name, self.next_port, "call", &blanks, 1)
    }

    fn plug_in(&mut self, name: &str, port: u16, scenario: &str, blanks: &[(&str, String)], calls: u32) -> Outcome<()> {
        let host = match name {
            "1006-second" => 116,
            _ => name
                .strip_prefix("100")
                .and_then(|station| station.parse::<u8>().ok())
                .map_or(200, |n| 100 + n),
        };
        let plug = Plug {
            name,
            net: &self.switch.net,
            host,
            port,
            scenario,
            blanks,
            calls,
            minutes: self.minutes,
        };
        self.phones.push(Phone::start(&plug, self.directory.path())?);
        Ok(())
    }

    /// Waits until somebody at the phone has seen this (`rang`, `answered`, …) so many times.
    pub(crate) fn until(&self, name: &str, what: &str, times: usize) -> Outcome<()> {
        loop {
            let seen = self.truth();
            let fits = |sight: &&Sight| sight.phone == name && sight.what.split(' ').next() == Some(what);
            if seen.iter().filter(fits).count() >= times {
                return Ok(());
            }
            if Instant::now() > self.end {
                return Err(format!("{name} never saw {what}; seen: {:?}", told(&seen)).into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// All that was seen, in the order of time.
    fn truth(&self) -> Vec<Sight> {
        let mut truth: Vec<_> = self.phones.iter().flat_map(Phone::sights).collect();
        truth.sort_by(|a, b| a.at.total_cmp(&b.at));
        truth
    }

    fn finish(&mut self) -> Outcome<()> {
        for phone in &mut self.phones {
            phone.finish(self.end)?;
        }
        while self.actions.channels()? > 0 {
            if Instant::now() > self.end {
                return Err("channels are left over".into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

fn told(truth: &[Sight]) -> Vec<String> {
    truth
        .iter()
        .map(|sight| format!("{} {}", sight.phone, sight.what))
        .collect()
}

/// Plays one flow with the recorder on, and writes what it recorded.
pub(crate) fn play(switch: &Switch, name: &str, flow: Flow, raw: Option<&Path>) -> Outcome<()> {
    let mut events = Client::connect(&switch.host(), "bridge", "bridge-secret")?;
    for action in ["CoreSettings", "CoreStatus", "CoreShowChannels"] {
        events.ask(action, &[])?;
    }
    let started = events.started;
    let mut play = Play::new(switch, 1)?;
    let played = flow(&mut play).and_then(|()| play.finish());
    let truth = play.truth();
    if let Err(error) = played {
        let kept = play.directory.keep();
        return Err(format!(
            "{error}\n     seen: {:?}\n     SIPp's files: {}",
            told(&truth),
            kept.display()
        )
        .into());
    }
    // A global variable is announced on the same way as all channel events: what came before it is complete.
    play.actions
        .ask("Setvar", &[("Variable", "LAB_FENCE"), ("Value", name)])?;
    events.wait("the fence", play.end, |message| {
        message.is("Variable", "LAB_FENCE") && message.is("Value", name)
    })?;
    let inputs = events.close();
    if let Some(raw) = raw {
        let wall_ms = started.duration_since(UNIX_EPOCH)?.as_millis();
        let directory = raw.join(&switch.major);
        fs::create_dir_all(&directory)?;
        fs::write(
            directory.join(format!("{name}.capture.ndjson")),
            capture(switch, wall_ms, &inputs)?,
        )?;
        fs::write(
            directory.join(format!("{name}.truth.json")),
            truth_file(&truth, wall_ms),
        )?;
    }
    Ok(())
}

fn capture(switch: &Switch, wall_ms: u128, inputs: &[Input]) -> Outcome<String> {
    let wall = jiff::Timestamp::from_millisecond(i64::try_from(wall_ms)?)?;
    let header = json!({
        "lineside": "capture", "format": 1, "switch": "lab", "profile": "asterisk/asterisk",
        "asterisk": switch.version, "wall": wall.to_string(),
    });
    let mut text = format!("{header}\n");
    for input in inputs {
        let (tick, wall) = (u64::try_from(input.tick_us)?, u64::try_from(input.wall_ms)?);
        // A read may end within a character: then the bytes are kept as Latin-1 escapes would lose them.
        let bytes = std::str::from_utf8(&input.bytes).map_err(|_| "the switch sent bytes that are not UTF-8")?;
        text.push_str(&format!(
            "{}\n",
            json!({ "t": tick, "w": wall, "c": "events", "in": bytes })
        ));
    }
    Ok(text)
}

fn truth_file(truth: &[Sight], wall_ms: u128) -> String {
    let lines = truth.iter().map(|sight| {
        let at = (sight.at - wall_ms as f64).round();
        let (what, detail) = sight.what.split_once(' ').unwrap_or((&sight.what, ""));
        let mut line = json!({ "at": at, "phone": sight.phone, "what": what });
        if let (Some(line), false) = (line.as_object_mut(), detail.is_empty()) {
            line.insert("number".into(), detail.into());
        }
        format!("  {line}")
    });
    format!("[\n{}\n]\n", lines.collect::<Vec<_>>().join(",\n"))
}
