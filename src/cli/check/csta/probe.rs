//! A session with a switch, which asks one thing after the other.

use super::super::rights::{Finding, Grade, finding};
use super::{advice, fits};
use crate::normalize::csta::dialect;
use crate::profile::{Csta, Login, Site};
use bytes::BytesMut;
use lineside_csta::avaya::GetThirdPartyDeviceId;
use lineside_csta::client::{Client, Event, Peer};
use lineside_csta::types::{DeviceCategory, DeviceId, MonitorStop, SwitchingFunctionDevices};
use lineside_csta::{Ask, Failure, Request, Response};
use lineside_wire::{RequestId, Session as _, SubmitError, Tick, WireError};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};

/// So much of what came first is kept, to see what it is.
const FIRST: usize = 2048;
/// A switch that says everything but the answer is not listened to for longer.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long what a monitor tells is listened to.
const LISTEN: Duration = Duration::from_millis(500);

pub(super) struct Probe<'a> {
    profile: &'a Csta,
    named: Vec<String>,
    /// What the server calls the switch.
    switch: String,
    /// By what the device is asked for that is monitored, where that is not its number.
    handle: Option<DeviceId>,
    client: Client,
    stream: TcpStream,
    start: Instant,
    /// The first bytes that came.
    first: Vec<u8>,
    /// The switch told how it is.
    status: bool,
    /// It did so before we were in.
    spoke: bool,
    up: bool,
    /// What is to be done yet.
    steps: VecDeque<Step>,
    asked: Option<(RequestId, Step)>,
    /// The list of devices is not whole: until then the rest may come.
    listing: Option<Instant>,
    listed: Vec<(String, bool)>,
    /// What was placed is stopped then.
    listening: Option<Instant>,
    findings: Vec<Finding>,
}

#[derive(Clone, Debug)]
enum Step {
    Status,
    List,
    Name,
    Monitor,
    Stop(MonitorStop),
}

impl<'a> Probe<'a> {
    pub(super) fn new(profile: &'a Csta, site: &Site, client: Client, stream: TcpStream) -> Self {
        let list = profile.monitors.list.then_some(Step::List);
        let name = profile.devices.named.is_some().then_some(Step::Name);
        Probe {
            profile,
            named: site.named_devices().iter().map(ToString::to_string).collect(),
            switch: site.switch_name.clone().unwrap_or_default(),
            handle: None,
            client,
            stream,
            start: Instant::now(),
            first: Vec::new(),
            status: false,
            spoke: false,
            up: false,
            steps: [Some(Step::Status), list, name, Some(Step::Monitor)]
                .into_iter()
                .flatten()
                .collect(),
            asked: None,
            listing: None,
            listed: Vec::new(),
            listening: None,
            findings: Vec::new(),
        }
    }

    pub(super) async fn run(mut self) -> Vec<Finding> {
        let end = match timeout(PATIENCE, self.talk()).await {
            Err(_) => Err(format!("not done within {} s", PATIENCE.as_secs())),
            Ok(end) => end,
        };
        if let Some(edition) = fits::edition(&self.first, self.profile) {
            self.tell(Grade::Less, edition);
        }
        match end {
            Ok(()) => self.goodbye().await,
            Err(why) => self.tell(Grade::Bad, why),
        }
        self.findings
    }

    fn tell(&mut self, grade: Grade, text: impl Into<String>) {
        self.findings.push(finding(grade, text));
    }

    /// Logs in, asks, and waits for the answers. The error is why that was not possible.
    async fn talk(&mut self) -> Result<(), String> {
        let mut input = BytesMut::new();
        loop {
            self.hear()?;
            self.go_on()?;
            self.send().await?;
            if self.up && self.steps.is_empty() && self.asked.is_none() && self.listening.is_none() {
                return Ok(());
            }
            let due = self.client.poll_timeout().map(|at| self.start + at.since(Tick::ZERO));
            let due = [due, self.listing, self.listening].into_iter().flatten().min();
            let now = |probe: &Self| Tick::ZERO + probe.start.elapsed();
            let result = tokio::select! {
                read = self.stream.read_buf(&mut input) => match read {
                    Ok(count @ 1..) => {
                        let room = FIRST.saturating_sub(self.first.len());
                        let new = input.iter().skip(input.len().saturating_sub(count));
                        self.first.extend(new.take(room));
                        self.client.handle_bytes(now(self), &mut input)
                    }
                    Ok(_) | Err(_) => match self.client.handle_eof(now(self)) {
                        Ok(()) => Err(WireError::PeerMisbehaved("the switch closed the connection".to_owned())),
                        error => error,
                    },
                },
                () = sleep_until(due.unwrap_or_else(|| self.start + PATIENCE)) => self.client.handle_timeout(now(self)),
            };
            if let Err(error) = result {
                // What ended it is told by the events, too, and better.
                self.hear()?;
                return Err(advice::broken(&error.to_string(), &self.first, self.profile));
            }
        }
    }

    async fn send(&mut self) -> Result<(), String> {
        while let Some(transmit) = self.client.poll_transmit() {
            let written = self.stream.write_all(&transmit.bytes).await;
            written.map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// Takes what the session has to tell.
    fn hear(&mut self) -> Result<(), String> {
        while let Some(event) = self.client.poll_event() {
            match event {
                Event::Up(peer) => self.is_up(&peer),
                Event::LoginFailed(why) => return Err(advice::login(&why, &self.first, self.spoke, self.profile)),
                Event::Ended(why) => return Err(advice::broken(&why.to_string(), &self.first, self.profile)),
                Event::Status { value, .. } => {
                    self.spoke |= !self.up;
                    self.status = true;
                    self.tell(Grade::Good, format!("the switch says that it is {}", value.as_str()));
                }
                Event::OtherPhase { announced, seen } => self.tell(
                    Grade::Bad,
                    format!(
                        "phase {} was agreed on, and the messages are of phase {}: they are read, and what is asked for is written so from \
                         now on; it fits {}",
                        fits::number(announced),
                        fits::number(seen),
                        fits::of_phase(seen, self.profile)
                    ),
                ),
                Event::Told(Request::SwitchingFunctionDevices(part)) => self.listed(&part),
                Event::Completed { id, result } => self.completed(id, result)?,
                Event::Unreadable { error, length, .. } => {
                    self.tell(Grade::Less, format!("a message of {length} bytes cannot be read: {error}"));
                }
                Event::Rejected(why) => self.tell(Grade::Less, format!("the switch rejected a message: {why:?}")),
                Event::Report(_) | Event::Asked { .. } | Event::Told(_) | Event::Stray(_) => {}
            }
        }
        Ok(())
    }

    fn is_up(&mut self, peer: &Peer) {
        self.up = true;
        if self.profile.login == Login::None {
            return self.tell(Grade::Note, "connected: the profile has no login");
        }
        let mut text = "logged in".to_owned();
        for (what, told) in [("system", &peer.system_version), ("protocol", &peer.protocol_version)] {
            if let Some(told) = told {
                text.push_str(&format!("; {what} {told}"));
            }
        }
        if let Some(phase) = peer.phase {
            text.push_str(&format!("; phase {}", fits::number(phase)));
        }
        self.tell(Grade::Good, text);
    }

    /// Asks for the next thing, if nothing is awaited.
    fn go_on(&mut self) -> Result<(), String> {
        let past = |at: Option<Instant>| at.is_some_and(|at| at <= Instant::now());
        if past(self.listing) {
            self.listing = None;
            self.tell(
                Grade::Less,
                "the list of devices has no end: the rest did not come in time",
            );
        }
        if past(self.listening) {
            self.listening = None;
        }
        while self.up && self.asked.is_none() && self.listing.is_none() && self.listening.is_none() {
            let Some(step) = self.steps.pop_front() else { break };
            let Some(request) = self.request(&step) else { continue };
            let name = request.name().to_owned();
            match self.client.submit(Tick::ZERO + self.start.elapsed(), Ask::new(request)) {
                Ok(id) => self.asked = Some((id, step)),
                Err(SubmitError::Misuse(_)) if matches!(step, Step::Status) => {}
                Err(error) => return Err(format!("{name} cannot be asked for: {error}")),
            }
        }
        Ok(())
    }

    fn request(&mut self, step: &Step) -> Option<Request> {
        Some(match step {
            // It may have told by itself.
            Step::Status if self.status => return None,
            Step::Status => Request::RequestSystemStatus(Box::default()),
            Step::List => Request::GetSwitchingFunctionDevices(Box::default()),
            Step::Name => dialect::ask_name(self.profile.devices.named.as_ref()?, &self.switch, &self.chosen()?),
            Step::Monitor => {
                let device = self.device()?;
                let handle = self.handle.clone().unwrap_or_else(|| DeviceId::dialled(&device));
                dialect::monitor_start(&self.profile.monitors.filter, handle)
            }
            Step::Stop(stop) => Request::MonitorStop(Box::new(stop.clone())),
        })
    }

    /// The device on which monitors are tried: the first that the site names, or a telephone of the list.
    fn device(&mut self) -> Option<String> {
        let device = self.chosen();
        if device.is_none() {
            self.tell(
                Grade::Bad,
                "no device is known, so nothing would be heard: name them by `devices` in [switch.site], such as devices = [\"1000-1999\"]",
            );
        }
        device
    }

    fn chosen(&self) -> Option<String> {
        let telephone = self.listed.iter().find(|(_, is_station)| *is_station);
        self.named.first().or(telephone.map(|(number, _)| number)).cloned()
    }

    fn completed(&mut self, id: RequestId, result: Result<Response, Failure>) -> Result<(), String> {
        let Some((_, step)) = self.asked.take_if(|(asked, _)| *asked == id) else {
            return Ok(());
        };
        // A session that needs no login has heard nothing yet.
        if matches!(result, Err(Failure::Timeout)) && self.first.is_empty() {
            return Err(advice::silence(self.profile));
        }
        match (step, result) {
            // Why it ended is told by itself.
            (_, Err(Failure::Lost)) => {}
            (Step::Status, Ok(Response::RequestSystemStatus(answer))) => {
                let status = answer.system_status.as_str();
                self.tell(Grade::Good, format!("the switch says that it is {status}"));
            }
            (Step::Status, Err(why)) => {
                let why = advice::refused(&why);
                self.tell(
                    Grade::Note,
                    format!("the switch does not say how it is (Request System Status): {why}"),
                );
            }
            (Step::List, Ok(Response::GetSwitchingFunctionDevices(_))) => {
                self.listing = Some(Instant::now() + Duration::from_millis(u64::from(self.profile.limits.answer)));
            }
            (Step::List, Err(why)) => {
                let why = advice::refused(&why);
                let todo = "list = false in [switch.override.monitors], and all `devices` in [switch.site]";
                self.tell(
                    Grade::Less,
                    format!("the switch does not list its devices (Get Switching Function Devices): {why}; {todo}"),
                );
            }
            (Step::Name, result) => self.is_named(result),
            (Step::Monitor, Ok(Response::MonitorStart(started))) => {
                let device = self.device().unwrap_or_default();
                self.tell(
                    Grade::Good,
                    format!("{device} can be monitored (Monitor Start); this monitor is ended again"),
                );
                self.budget();
                self.listening = Some(Instant::now() + LISTEN);
                self.steps.push_back(Step::Stop(MonitorStop {
                    monitor_cross_ref_id: started.monitor_cross_ref_id,
                    ..MonitorStop::default()
                }));
            }
            (Step::Monitor, Err(why)) => {
                let (device, why) = (self.device().unwrap_or_default(), advice::refused(&why));
                self.tell(
                    Grade::Bad,
                    format!("{device} cannot be monitored (Monitor Start): {why}"),
                );
            }
            (Step::Stop(_), Err(why)) => {
                let why = advice::refused(&why);
                self.tell(Grade::Less, format!("the monitor was not ended (Monitor Stop): {why}"));
            }
            (Step::Stop(_), Ok(_)) => {}
            (_, Ok(other)) => self.tell(
                Grade::Less,
                format!("the switch answered something else: {}", other.name()),
            ),
        }
        Ok(())
    }

    /// What the server calls the device that is to be monitored: without that nothing can be asked of it.
    fn is_named(&mut self, result: Result<Response, Failure>) {
        let device = self.chosen().unwrap_or_default();
        let told = result.map(|answer| GetThirdPartyDeviceId::answer(&answer));
        let why = match told {
            Ok(Some(Ok(handle))) => {
                self.tell(Grade::Good, format!("the server calls {device} {:?}", &**handle.text));
                self.handle = Some(handle);
                return;
            }
            Ok(Some(Err(why))) => why.to_string(),
            Ok(None) => "the switch answered something else".to_owned(),
            Err(why) => advice::refused(&why),
        };
        let (name, switch) = (GetThirdPartyDeviceId::NAME, &self.switch);
        let text = format!(
            "{device} has no name at the server ({name}): {why}; does it call its connection to the switch {switch:?}, as `switchName` in \
             [switch.site] has it?"
        );
        self.tell(Grade::Bad, text);
        self.steps.clear();
    }

    /// More devices than monitors, as far as that can be known without placing them.
    fn budget(&mut self) {
        let named = self.named.len();
        let most = self.profile.monitors.most.and_then(|most| usize::try_from(most).ok());
        match most.filter(|most| *most < named) {
            Some(most) => self.tell(
                Grade::Less,
                format!("the site names {named} devices, and the profile allows {most} monitors: the first {most} are heard (monitors.most)"),
            ),
            None if named > 1 => self.tell(
                Grade::Note,
                format!("whether the licence is enough for all {named} devices shows only when they are monitored: `monitors` in GET /v1/switches"),
            ),
            None => {}
        }
    }

    fn listed(&mut self, part: &SwitchingFunctionDevices) {
        let station = |category: Option<&DeviceCategory>| matches!(category, None | Some(DeviceCategory::Station));
        let devices = part.device_list.0.iter();
        let devices = devices.map(|one| (one.device_id.number().to_owned(), station(one.device_category.as_ref())));
        self.listed.extend(devices);
        if !part.last_segment {
            return;
        }
        self.listing = None;
        self.tell(Grade::Good, format!("the switch lists {} devices", self.listed.len()));
        let unknown = |name: &&String| !self.listed.iter().any(|(listed, _)| listed == *name);
        let missing: Vec<&str> = self.named.iter().filter(unknown).map(String::as_str).collect();
        if let (Some(first), count) = (missing.first(), missing.len()) {
            let text = format!("{count} of the `devices` in [switch.site] are not in its list, the first is {first}");
            self.tell(Grade::Less, text);
        }
    }

    /// Leaves as one should: a switch may have few places for applications.
    async fn goodbye(&mut self) {
        self.client.close(Tick::ZERO + self.start.elapsed());
        // It is over, whether it arrives or not.
        let _ = self.send().await;
        let _ = self.stream.shutdown().await;
    }
}
