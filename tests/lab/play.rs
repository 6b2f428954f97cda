//! One flow being played: the phones, the lab's eye, and the truth at the end.

#[path = "breaks.rs"]
pub(crate) mod breaks;

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use crate::{
    Outcome,
    agree::agree,
    ami::Client,
    application::Application,
    bridge::Bridge,
    case::Case,
    ear::Hears,
    flows::Flow,
    phone::{Phone, Plug},
    services, survive,
    switch::{Switch, lab_dir},
    truth::{self, Sight},
    watchers::Watchers,
};

const PATIENCE: Duration = Duration::from_secs(60);
/// The variable that is set when all is over.
const LAST: &str = "LAB_OVER";

/// What a phone that is called does.
#[derive(Clone)]
pub(crate) struct Callee {
    pub(crate) ring_ms: u32,
    pub(crate) then: &'static str,
    pub(crate) target: &'static str,
    pub(crate) consults: Consults,
    /// What it presses; a comma is half a second.
    pub(crate) keys: &'static str,
    pub(crate) pause_ms: u32,
    pub(crate) talk_ms: u32,
    pub(crate) calls: u32,
    /// What comes to its ear is part of the truth.
    pub(crate) listens: Option<Hears>,
}

/// What a phone that consults does with its second call when that rings, and when it is answered: labels of `sipp/parts/consult.xml`.
#[derive(Clone, Copy)]
pub(crate) struct Consults {
    pub(crate) rings: &'static str,
    pub(crate) answered: &'static str,
}

/// Joins the two calls when the second is answered.
pub(crate) const JOINS: Consults = Consults {
    rings: "c_await",
    answered: "c_join",
};

/// Answers after 400 ms, waits for the other side to hang up.
pub(crate) const ANSWERS: Callee = Callee {
    ring_ms: 400,
    then: "talk",
    target: "-",
    consults: JOINS,
    keys: "",
    pause_ms: 400,
    talk_ms: 30_000,
    calls: 1,
    listens: None,
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
    /// Whom it sends the other side on to, or consults.
    pub(crate) asked: &'static str,
    pub(crate) consults: Consults,
    pub(crate) keys: &'static str,
    /// What it does having held: `retrieve`, or `talk` where it goes on holding.
    pub(crate) held: &'static str,
}

/// Waits for an answer, hangs up after 600 ms of talk.
pub(crate) const CALLS: Caller = Caller {
    patience_ms: 30_000,
    then: "talk",
    digit: "-",
    pause_ms: 400,
    talk_ms: 600,
    restricted: false,
    asked: "-",
    consults: JOINS,
    keys: "",
    held: "retrieve",
};
/// As `CALLS`, but the other side ends it.
pub(crate) const CALLS_AND_LISTENS: Caller = Caller {
    talk_ms: 30_000,
    ..CALLS
};

pub(crate) struct Play<'a> {
    pub(crate) switch: &'a Switch,
    application: Option<Application>,
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
            application: None,
            directory: tempfile::Builder::new().prefix("lineside-lab-").tempdir()?,
            phones: Vec::new(),
            next_port: 5070,
            actions: Client::connect(&switch.host(), "lab", "lab-secret")?,
            end: Instant::now() + PATIENCE,
            minutes,
        })
    }

    /// The phone `name` (a station, or a number outside) is there and behaves so when called.
    pub(crate) fn answers(&mut self, name: &str, callee: &Callee) -> Outcome<()> {
        let blanks = [
            ("PART", part(callee.then, callee.keys)?),
            ("MINE", "[$local]".to_owned()),
            ("AUDIO", "media_port".to_owned()),
            ("ASKED", callee.target.to_owned()),
            ("TARGET", callee.target.to_owned()),
            ("EARLY", callee.consults.rings.to_owned()),
            ("LATE", callee.consults.answered.to_owned()),
            ("PHONE", name.to_owned()),
            ("RING", callee.ring_ms.to_string()),
            ("THEN", callee.then.to_owned()),
            ("PAUSE", callee.pause_ms.to_string()),
            ("TALK", callee.talk_ms.to_string()),
        ];
        let scenario = if callee.then == "obey" { "obey" } else { "answer" };
        self.plug_in(name, 5060, scenario, &blanks, callee.calls, callee.listens)
    }

    /// The phone refuses with this SIP code: at once, or after it rang a little.
    pub(crate) fn refuses(&mut self, name: &str, code: u16, reason: &str, rings: bool) -> Outcome<()> {
        self.declines(name, [&code.to_string(), reason, "rejected", "-"], rings)
    }

    /// The phone answers every call with a 302 to `target`.
    pub(crate) fn forwards(&mut self, name: &str, target: &str) -> Outcome<()> {
        self.declines(name, ["302", "Moved Temporarily", "forwarded", target], false)
    }

    /// The same, having rung for a while.
    pub(crate) fn rings_and_forwards(&mut self, name: &str, target: &str) -> Outcome<()> {
        self.declines(name, ["302", "Moved Temporarily", "forwarded", target], true)
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
        self.plug_in(name, 5060, "reject", &blanks, 1, None)
    }

    /// The phone `name` calls `target` and behaves so.
    pub(crate) fn calls(&mut self, name: &str, target: &str, caller: &Caller) -> Outcome<()> {
        let named = format!("\"Caller {name}\" <sip:{name}@@NET@.1>");
        // RFC 3325: a trusted provider asserts who calls also where the caller asks to be hidden.
        let (from, privacy) = if caller.restricted {
            ("\"Anonymous\" <sip:anonymous@anonymous.invalid>".to_owned(), "id")
        } else {
            (named.clone(), "none")
        };
        let speech = self.directory.path().join("speech.ulaw");
        fs::write(&speech, [0x55; 8_000])?;
        let blanks = [
            ("PART", part(caller.then, caller.keys)?),
            ("MINE", from.clone()),
            ("AUDIO", "rtpstream_audio_port".to_owned()),
            ("ASKED", caller.asked.to_owned()),
            ("EARLY", caller.consults.rings.to_owned()),
            ("LATE", caller.consults.answered.to_owned()),
            ("PHONE", name.to_owned()),
            ("TARGET", target.to_owned()),
            ("FROM", from),
            ("IDENTITY", named),
            ("PRIVACY", privacy.to_owned()),
            ("SPEECH", speech.display().to_string()),
            ("PATIENCE", caller.patience_ms.to_string()),
            ("THEN", caller.then.to_owned()),
            ("DIGIT", caller.digit.to_owned()),
            ("HELD", caller.held.to_owned()),
            ("PAUSE", caller.pause_ms.to_string()),
            ("TALK", caller.talk_ms.to_string()),
        ];
        self.next_port += 1;
        self.plug_in(name, self.next_port, "call", &blanks, 1, None)
    }

    fn plug_in(
        &mut self,
        name: &str,
        port: u16,
        scenario: &str,
        blanks: &[(&str, String)],
        calls: u32,
        listens: Option<Hears>,
    ) -> Outcome<()> {
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
            number: self.phones.len(),
            listens,
            minutes: self.minutes,
        };
        self.phones.push(Phone::start(&plug, self.directory.path())?);
        Ok(())
    }

    /// The application that the bridge serves.
    pub(crate) fn application(&self) -> Outcome<&Application> {
        Ok(self.application.as_ref().ok_or("no bridge is there to be asked")?)
    }

    /// What must be so soon; gives what it becomes.
    pub(crate) fn soon<T>(&self, what: &str, mut look: impl FnMut() -> Outcome<Option<T>>) -> Outcome<T> {
        loop {
            if let Some(seen) = look()? {
                return Ok(seen);
            }
            if Instant::now() > self.end {
                return Err(format!("{what} was never so; seen: {}", truth::told(&self.truth())).into());
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until somebody at the phone has seen this (`rang`, `answered`, …) so many times.
    pub(crate) fn until(&self, name: &str, what: &str, times: usize) -> Outcome<()> {
        loop {
            let seen = self.truth();
            let fits = |sight: &&Sight| sight.phone == name && sight.what == what;
            if seen.iter().filter(fits).count() >= times {
                return Ok(());
            }
            if Instant::now() > self.end {
                return Err(format!("{name} never saw {what}; seen: {}", truth::told(&seen)).into());
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// All that was seen, in the order of time.
    pub(crate) fn truth(&self) -> Vec<Sight> {
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
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

/// The part of a scenario that says how something is done which not every phone does.
fn part(then: &str, keys: &str) -> Outcome<String> {
    let read = |name: &str| fs::read_to_string(lab_dir().join("sipp/parts").join(name).with_extension("xml"));
    if !matches!(then, "refer" | "consult" | "press") {
        return Ok(String::new());
    }
    let press = read("digit")?;
    let digits = keys.chars().zip(301..).map(|(key, number): (char, u32)| match key {
        ',' => "  <pause milliseconds=\"500\"/>\n".to_owned(),
        key => press
            .replace("@KEY@", &key.to_string())
            .replace("@CSEQ@", &number.to_string()),
    });
    Ok(read(then)?.replace("@DIGITS@", &digits.collect::<String>()))
}

/// What is done with a flow beside playing it.
#[derive(Clone, Copy)]
pub(crate) struct How {
    /// Keep the capture and the truth as the case of the flow.
    pub(crate) record: bool,
    /// Kill the bridge in the middle and start it again.
    pub(crate) kill: bool,
}

/// Plays one flow under the bridge's eyes, and holds what the bridge told against the story and against what was seen.
pub(crate) fn play(switch: &Switch, name: &str, flow: Flow, how: How, run: u32) -> Outcome<()> {
    let mut play = Play::new(switch, 1)?;
    let mut bridge = Bridge::start(switch, play.directory.path(), &services::site(name))?;
    play.application = Some(bridge.application());
    let case = Case::of(name, &switch.major);
    let devices = case.roles()?.into_keys().filter(|_| !how.kill);
    let watchers = Watchers::start(&mut bridge, devices)?;
    let played = thread::scope(|scope| {
        let killed = how.kill.then(|| {
            scope.spawn(|| {
                thread::sleep(survive::moment(run));
                bridge.kill_and_start_again()
            })
        });
        let played = flow(&mut play).and_then(|()| play.finish());
        let killed = killed.map_or(Ok(()), |thread| {
            thread.join().unwrap_or_else(|_| Err("the lab itself broke".into()))
        });
        played.and(killed)
    });
    let seen = play.truth();
    let held = played.and_then(|()| {
        // A global variable is announced on the way of all events: what came before it is complete.
        play.actions.ask("Setvar", &[("Variable", LAST), ("Value", name)])?;
        let mut events = bridge.finish(LAST, play.end)?;
        let told = serde_json::to_vec_pretty(&events)?;
        fs::write(play.directory.path().join("events.json"), told)?;
        survive::check(&events)?;
        if !how.record {
            case.compare(&seen)?;
        }
        if how.kill {
            return Ok(());
        }
        // A message without a version is about the stream itself.
        events.retain(|message| message.get("specversion").is_some());
        bridge.compare_replay(&events)?;
        agree(&seen, &events)?;
        watchers.check(&events)?;
        case.hold(&events)?;
        if how.record {
            case.record(&bridge.capture, &switch.version, &seen)
        } else {
            Ok(())
        }
    });
    held.map_err(|error| {
        // The next flow has the switch for itself.
        let _ = play.actions.ask("Hangup", &[("Channel", "/./")]);
        // What the phones and the bridge wrote stays, to be looked at.
        play.directory.disable_cleanup(true);
        let kept = play.directory.path().display();
        format!("{error}\n     seen: {}\n     files: {kept}", truth::told(&seen)).into()
    })
}
