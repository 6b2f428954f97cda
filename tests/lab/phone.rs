//! A phone or an outside party: one SIPp process with one scenario, and what the person there saw.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    Outcome,
    ear::{EVENTS, Ear, Hears},
    switch::lab_dir,
    truth::Sight,
};

pub(crate) struct Phone {
    pub(crate) name: String,
    sipp: Child,
    log: PathBuf,
    errors: PathBuf,
    ear: Option<Ear>,
}

/// Where a phone is plugged in, and what it plays.
pub(crate) struct Plug<'a> {
    pub(crate) name: &'a str,
    pub(crate) net: &'a str,
    pub(crate) host: u8,
    pub(crate) port: u16,
    pub(crate) scenario: &'a str,
    pub(crate) blanks: &'a [(&'a str, String)],
    pub(crate) calls: u32,
    /// How many were plugged in before it.
    pub(crate) number: usize,
    /// Does somebody listen there, and for what?
    pub(crate) listens: Option<Hears>,
    /// A flow that hangs must end; a lab that is up may stay.
    pub(crate) minutes: u32,
}

impl Phone {
    /// Starts it; returns when it listens.
    pub(crate) fn start(plug: &Plug, directory: &Path) -> Outcome<Self> {
        let mut text = fs::read_to_string(lab_dir().join("sipp").join(plug.scenario).with_extension("xml"))?;
        for (blank, value) in plug.blanks {
            text = text.replace(&format!("@{blank}@"), value);
        }
        text = text.replace("@NET@", plug.net);
        let address = format!("{}.{}", plug.net, plug.host);
        let ear = plug
            .listens
            .map(|hears| Ear::start(hears, plug.name, &address))
            .transpose()?;
        text = text.replace("@MEDIA@", &media(ear.as_ref()));
        let stem = format!("{}-{}-{}-{}", plug.name, plug.host, plug.port, plug.number);
        let file = |kind: &str| directory.join(format!("{stem}.{kind}"));
        fs::write(file("xml"), text)?;
        let console = fs::File::create(file("out"))?;
        let (port, calls, limit) = (
            plug.port.to_string(),
            plug.calls.to_string(),
            format!("{}s", plug.minutes * 60),
        );
        let mut sipp = Command::new("sipp")
            .arg(format!("{}.1:5060", plug.net))
            .args([
                "-i", &address, "-mi", &address, "-p", &port, "-m", &calls, "-l", "4", "-r", "100",
            ])
            // Without an @, which would have to be escaped in Replaces.
            .args(["-cid_str", "lab-%u-%p"])
            .args(["-nostdin", "-aa", "-timeout", &limit, "-timeout_error", "-sf"])
            .arg(file("xml"))
            .args(["-trace_logs", "-log_file"])
            .arg(file("log"))
            .args(["-trace_err", "-error_file"])
            .arg(file("err"))
            .args(["-trace_msg", "-message_file"])
            .arg(file("msg"))
            .env("TERM", "dumb")
            .stdin(Stdio::null())
            .stdout(console.try_clone()?)
            .stderr(console)
            .spawn()?;
        wait_until_bound(&mut sipp, &address, plug.port)
            .map_err(|error| format!("{error}: {}", fs::read_to_string(file("out")).unwrap_or_default()))?;
        Ok(Self {
            name: plug.name.into(),
            sipp,
            log: file("log"),
            errors: file("err"),
            ear,
        })
    }

    /// What was seen so far.
    pub(crate) fn sights(&self) -> Vec<Sight> {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let line = |line: &str| {
            // SIPp's [timestamp] is a date, a time, and seconds since 1970.
            let mut words = line.split_whitespace().skip(2);
            let at: f64 = words.next()?.parse().ok()?;
            let what = words.next()?.to_owned();
            Some(Sight {
                at: at * 1000.0,
                phone: self.name.clone(),
                what,
                number: words.next().map(str::to_owned),
            })
        };
        let heard = self.ear.iter().flat_map(Ear::sights);
        log.lines().filter_map(line).chain(heard).collect()
    }

    /// Waits until the scenario has been played to its end.
    pub(crate) fn finish(&mut self, end: Instant) -> Outcome<()> {
        loop {
            match self.sipp.try_wait()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => {
                    let errors = fs::read_to_string(&self.errors).unwrap_or_default();
                    return Err(format!("the phone {} did not play as written ({status}): {errors}", self.name).into());
                }
                None if Instant::now() > end => {
                    let seen: Vec<_> = self.sights().into_iter().map(|sight| sight.what).collect();
                    return Err(format!("the phone {} still waits; it saw {seen:?}", self.name).into());
                }
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        }
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        // Ended already, mostly.
        let _ = self.sipp.kill();
        let _ = self.sipp.wait();
    }
}

/// What the phone says of its media. Without an ear it takes speech, which nobody hears, and no events: digits come by SIP INFO.
fn media(ear: Option<&Ear>) -> String {
    match ear {
        None => "m=audio [media_port] RTP/AVP 0\n      a=rtpmap:0 PCMU/8000".to_owned(),
        Some(ear) => format!(
            "m=audio {port} RTP/AVP 0 {EVENTS}\n      a=rtpmap:0 PCMU/8000\n      a=rtpmap:{EVENTS} telephone-event/8000",
            port = ear.port
        ),
    }
}

/// The kernel tells who listens: no datagram has to be sent for it.
fn wait_until_bound(sipp: &mut Child, address: &str, port: u16) -> Outcome<()> {
    let octets: Vec<u8> = address.split('.').filter_map(|octet| octet.parse().ok()).collect();
    let reversed: String = octets.iter().rev().map(|octet| format!("{octet:02X}")).collect();
    let wanted = format!("{reversed}:{port:04X}");
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        if fs::read_to_string("/proc/net/udp")?.contains(&wanted) {
            return Ok(());
        }
        if let Some(status) = sipp.try_wait()? {
            return Err(format!("SIPp ended at start ({status})").into());
        }
        if Instant::now() > end {
            return Err(format!("SIPp does not listen on {address}:{port}").into());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
