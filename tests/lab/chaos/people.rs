//! Who telephones: outside callers, each with a number of its own, and stations that do one thing each, often.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    Outcome,
    ami::Client,
    switch::{More, Switch, lab_dir},
};

/// Sections that are added to the lab's configuration: stations 1010 to 1069, ten of a sort at one address.
pub(super) const CONFIGURATION: &[More] = &[("pjsip.conf", stations), ("extensions.conf", dialplan)];

/// What is put into the blanks of a scenario.
type Blanks = &'static [(&'static str, &'static str)];

/// Each sort of station: the last number of its address, what it does (a scenario and its blanks).
const SORTS: &[(u8, &str, Blanks)] = &[
    (150, "answer", &[("RING", "400"), ("THEN", "talk"), ("TALK", "30000")]),
    (151, "answer", &[("RING", "1500"), ("THEN", "talk"), ("TALK", "2500")]),
    (152, "answer", &[("RING", "200"), ("THEN", "talk"), ("TALK", "12000")]),
    (
        153,
        "answer",
        &[
            ("RING", "600"),
            ("THEN", "refer"),
            ("TARGET", "1012"),
            ("PAUSE", "900"),
            ("TALK", "5000"),
        ],
    ),
    (
        154,
        "reject",
        &[
            ("RING", "400"),
            ("THEN", "refuse"),
            ("CODE", "486"),
            ("REASON", "Busy Here"),
            ("VERB", "rejected"),
        ],
    ),
    (155, "answer", &[("RING", "30000"), ("THEN", "talk"), ("TALK", "30000")]),
    // Agents of the queues.
    (102, "answer", &[("RING", "700"), ("THEN", "talk"), ("TALK", "6000")]),
    (103, "answer", &[("RING", "300"), ("THEN", "talk"), ("TALK", "3000")]),
    // The outside, as it is called.
    (200, "answer", &[("RING", "500"), ("THEN", "talk"), ("TALK", "5000")]),
];

/// Each sort of caller: how many of twenty a second, how long it waits, what it does when answered, how long it talks.
const CALLERS: &[(u32, &str, &str, &str)] = &[
    (4, "20000", "talk", "3000"),
    (6, "20000", "talk", "9000"),
    (4, "20000", "talk", "25000"),
    (4, "20000", "hold", "8000"),
    (2, "1200", "talk", "4000"),
];

/// What callers dial: stations of each sort, the groups, queues, rooms and chains of the lab.
const DIALLED: &[&str] = &[
    "493023125120",
    "493023125121",
    "493023125122",
    "493023125130",
    "493023125140",
    "493023125150",
    "493023125151",
    "493023125170",
    "493023125110",
];
/// Those of them that answer before anybody does.
const MACHINES: &[&str] = &[
    "493023125110",
    "493023125120",
    "493023125121",
    "493023125122",
    "493023125170",
];
const STATIONS: std::ops::Range<u32> = 1010..1070;

fn stations(net: &str) -> String {
    let station = |number: u32| {
        let host = 150 + (number - STATIONS.start) / 10;
        format!(
            "\n[{number}](station)\naors = {number}\ncallerid = \"Phone {number}\" <{number}>\n\n[{number}]\ntype = aor\ncontact = sip:{number}@{net}.{host}:5060\n"
        )
    };
    STATIONS.map(station).collect()
}

fn dialplan(_: &str) -> String {
    "\n[stations](+)\nexten => _10[1-6]X,1,Dial(PJSIP/${EXTEN},20)\n same => n,Hangup(${HANGUPCAUSE})\n\n\
     [from-trunk](+)\nexten => _4930231210XX,1,Goto(stations,${EXTEN:8},1)\n"
        .into()
}

/// All of them.
pub(super) struct People {
    all: Vec<Child>,
    logs: Vec<(u32, PathBuf)>,
}

/// What one caller saw: when it dialled, when it was connected, when it was over, in milliseconds since 1970.
#[derive(Clone, Debug, Default)]
pub(super) struct Life {
    pub(super) dialled: f64,
    /// It dialled somewhere that answers and may be nobody: a queue, an IVR, a room.
    pub(super) machine: bool,
    pub(super) connected: Option<f64>,
    pub(super) over: Option<f64>,
}

impl People {
    pub(super) fn start(switch: &Switch, directory: &Path, time: Duration) -> Outcome<Self> {
        let mut people = People {
            all: Vec::new(),
            logs: Vec::new(),
        };
        for (host, scenario, blanks) in SORTS {
            let common = [
                ("PHONE", "station"),
                ("TARGET", "-"),
                ("PAUSE", "400"),
                ("TALK", "30000"),
            ];
            let all = blanks.iter().chain(&common);
            let blanks: Vec<_> = all.map(|(blank, value)| (*blank, (*value).to_owned())).collect();
            let place = Place {
                switch,
                directory,
                host: *host,
                port: 5060,
            };
            people.plug_in(&place, scenario, &blanks, &["-l", "400"])?;
        }
        let dialled: Vec<String> = STATIONS
            .map(|station| format!("49302312{station}"))
            .chain(DIALLED.iter().map(|number| (*number).to_owned()))
            .collect();
        let numbers = directory.join("dialled.csv");
        fs::write(&numbers, format!("RANDOM\n{}\n", dialled.join("\n")))?;
        let speech = directory.join("speech.ulaw");
        fs::write(&speech, [0x55; 8_000])?;
        for (sort, (rate, patience, then, talk)) in (0_u32..).zip(CALLERS) {
            let from = format!("<sip:{}[call_number]@{}.1>", prefix(sort), switch.net);
            let blanks = [
                ("PHONE", "outside".to_owned()),
                ("TARGET", "[field0]".to_owned()),
                ("FROM", from.clone()),
                ("IDENTITY", from),
                ("PRIVACY", "none".to_owned()),
                ("SPEECH", speech.display().to_string()),
                ("PATIENCE", (*patience).to_owned()),
                ("THEN", (*then).to_owned()),
                ("DIGIT", "-".to_owned()),
                ("HELD", "retrieve".to_owned()),
                ("PAUSE", "700".to_owned()),
                ("TALK", (*talk).to_owned()),
            ];
            let port = 5070 + u16::try_from(sort)?;
            let calls = (u64::from(*rate) * time.as_secs()).to_string();
            let (rate, inf) = (rate.to_string(), numbers.display().to_string());
            let place = Place {
                switch,
                directory,
                host: 200,
                port,
            };
            let log = people.plug_in(
                &place,
                "call",
                &blanks,
                &["-l", "400", "-r", &rate, "-m", &calls, "-inf", &inf],
            )?;
            people.logs.push((sort, log));
        }
        Ok(people)
    }

    fn plug_in(
        &mut self,
        place: &Place<'_>,
        scenario: &str,
        blanks: &[(&str, String)],
        more: &[&str],
    ) -> Outcome<PathBuf> {
        let net = &place.switch.net;
        let mut text = fs::read_to_string(lab_dir().join("sipp").join(scenario).with_extension("xml"))?;
        for (blank, value) in blanks {
            text = text.replace(&format!("@{blank}@"), value);
        }
        let media = "m=audio [media_port] RTP/AVP 0\n      a=rtpmap:0 PCMU/8000";
        text = text.replace("@NET@", net).replace("@MEDIA@", media);
        // Many call at once: each line says of whom it is.
        text = text.replace("message=\"[timestamp] ", "message=\"[timestamp] [call_number] ");
        let file = |kind: &str| place.directory.join(format!("{}-{}.{kind}", place.host, place.port));
        fs::write(file("xml"), text)?;
        let console = fs::File::create(file("out"))?;
        let address = format!("{net}.{}", place.host);
        let sipp = Command::new("sipp")
            .arg(format!("{net}.1:5060"))
            .args(["-i", &address, "-mi", &address, "-p", &place.port.to_string()])
            .args(["-nostdin", "-aa", "-timeout", "600s", "-sf"])
            .arg(file("xml"))
            .args(more)
            .args(["-trace_logs", "-log_file"])
            .arg(file("log"))
            .args(["-trace_err", "-error_file"])
            .arg(file("err"))
            .env("TERM", "dumb")
            .stdin(Stdio::null())
            .stdout(console.try_clone()?)
            .stderr(console)
            .spawn()?;
        self.all.push(sipp);
        Ok(file("log"))
    }

    /// Waits until nobody telephones any more; whoever still does near the end is hung up.
    pub(super) fn go_home(&mut self, actions: &mut Client, end: Instant) -> Outcome<()> {
        let enough = Instant::now() + Duration::from_secs(35);
        while actions.channels()? > 0 {
            if Instant::now() > end {
                return Err("channels are left over".into());
            }
            if Instant::now() > enough {
                actions.ask("Hangup", &[("Channel", "/./")])?;
            }
            thread::sleep(Duration::from_millis(300));
        }
        Ok(())
    }

    /// What each caller saw, by its number.
    pub(super) fn truth(&self) -> Outcome<BTreeMap<String, Life>> {
        let mut lives: BTreeMap<String, Life> = BTreeMap::new();
        for (sort, log) in &self.logs {
            for line in fs::read_to_string(log)?.lines() {
                let mut words = line.split_whitespace().skip(2);
                let (Some(at), Some(number), Some(what)) = (words.next(), words.next(), words.next()) else {
                    continue;
                };
                let at = at.parse::<f64>()? * 1000.0;
                let life = lives.entry(format!("{}{number}", prefix(*sort))).or_default();
                match what {
                    "dialled" => {
                        life.dialled = at;
                        life.machine = words.next().is_some_and(|to| MACHINES.contains(&to));
                    }
                    "connected" => life.connected = Some(at),
                    "hungUp" | "hungUpOn" | "gaveUp" | "refused" => life.over = Some(at),
                    _ => {}
                }
            }
        }
        Ok(lives)
    }
}

impl Drop for People {
    fn drop(&mut self) {
        for sipp in &mut self.all {
            // Ended already, some of them.
            let _ = sipp.kill();
            let _ = sipp.wait();
        }
    }
}

struct Place<'a> {
    switch: &'a Switch,
    directory: &'a Path,
    host: u8,
    port: u16,
}

/// What the numbers of one sort of callers begin with.
fn prefix(sort: u32) -> String {
    format!("+49151{sort}000")
}
