//! `--connect`: a session of its own with each switch, which asks and changes nothing.
use super::rights::{Finding, Grade, Seen, finding, findings};
use crate::config::SwitchConfig;
use crate::normalize::asterisk::contexts_question;
use crate::profile::{self, Asterisk, Product};
use bytes::BytesMut;
use lineside_ami::Action;
use lineside_ami::client::{Client, Config, Event, Failure, LoginFailure};
use lineside_wire::{RequestId, Session as _, Tick};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};

/// For everything together.
const PATIENCE: Duration = Duration::from_secs(15);
/// For our own event, once the switch has said that it will come.
const EVENT: Duration = Duration::from_secs(2);

/// Everything that can be found out about the link to one switch.
pub(super) async fn probe(switch: &SwitchConfig) -> Vec<Finding> {
    let profile = profile::load(&switch.profile_name, &switch.profile_text, Some(&switch.changes));
    match profile.map(|profile| profile.product) {
        Ok(Product::Csta(csta)) => super::csta::probe(switch, &csta).await,
        Ok(Product::Asterisk(asterisk)) => probe_manager(switch, *asterisk).await,
        Err(error) => vec![finding(Grade::Bad, error.to_string())],
    }
}

/// A connection to `address`, or why there is none. `off` says where to look if nothing listens.
pub(super) async fn open(address: &str, patience: Duration, off: &str) -> Result<TcpStream, String> {
    match timeout(patience, TcpStream::connect(address)).await {
        Err(_) => Err(format!(
            "{address} does not answer: is the address right, and does a firewall drop the connection?"
        )),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            Err(format!("nothing listens at {address}: {off}"))
        }
        Ok(Err(error)) => Err(format!("{address}: {error}")),
        Ok(Ok(stream)) => Ok(stream),
    }
}

async fn probe_manager(switch: &SwitchConfig, asterisk: Asterisk) -> Vec<Finding> {
    let bad = |text: String| vec![finding(Grade::Bad, text)];
    let off = "is `enabled = yes` in manager.conf, and `bindaddr` right?";
    let stream = match open(&switch.address, PATIENCE, off).await {
        Ok(stream) => stream,
        Err(why) => return bad(why),
    };
    let Ok(prefix) = getrandom::u32().map(|chance| format!("check-{chance:08x}")) else {
        return bad("the system gives no chance".to_owned());
    };
    let config = Config::new(&switch.username, &switch.secret, &prefix);
    match Client::new(Tick::ZERO, config) {
        Err(error) => bad(format!("username and secret cannot be sent: {error}")),
        Ok(client) => {
            let fence = format!("LINESIDE_CHECK_{prefix}");
            let (control, stations) = (asterisk.control, asterisk.stations);
            let obeyed = control
                .as_ref()
                .is_some_and(|control| !control.remote_control.is_empty());
            let hold = control.as_ref().map(|control| control.hold.clone()).unwrap_or_default();
            let contexts = control.as_ref().map(contexts_question);
            let context = control.map(|control| control.context);
            let probe = Probe {
                client,
                stream,
                start: Instant::now(),
                first: Vec::new(),
                findings: Vec::new(),
                seen: Seen {
                    obeyed,
                    stations,
                    hold,
                    ..Seen::default()
                },
                fence,
                context,
                contexts,
            };
            probe.run().await
        }
    }
}

struct Probe {
    client: Client,
    stream: TcpStream,
    start: Instant,
    /// The first bytes that came.
    first: Vec<u8>,
    findings: Vec<Finding>,
    seen: Seen,
    /// The variable that is set, to see whether that shows.
    fence: String,
    /// Where numbers are dialled.
    context: Option<String>,
    /// The question whether the contexts are there into which legs are sent.
    contexts: Option<String>,
}

/// What was asked.
struct Asked {
    settings: RequestId,
    commands: RequestId,
    fence: RequestId,
    context: Option<RequestId>,
    contexts: Option<RequestId>,
    /// Answers that have not come.
    open: usize,
    /// How long our own event is awaited.
    until: Option<Instant>,
}

impl Probe {
    async fn run(mut self) -> Vec<Finding> {
        let end = match timeout(PATIENCE, self.talk()).await {
            Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
            Ok(ended) => ended,
        };
        match end {
            Ok(()) => self.findings.extend(findings(&self.seen)),
            Err(reason) => {
                let csta = super::csta::csta_at_ami(&self.first);
                let reason = csta.map_or(reason.clone(), |csta| format!("{csta}; {reason}"));
                self.findings.push(finding(Grade::Bad, reason));
            }
        }
        self.findings
    }

    /// Logs in, asks, and waits for the answers. The error is why that was not possible.
    async fn talk(&mut self) -> Result<(), String> {
        let (mut input, mut asked) = (BytesMut::new(), None::<Asked>);
        loop {
            let mut failure = None;
            while let Some(event) = self.client.poll_event() {
                match event {
                    Event::Banner(banner) => {
                        let text = format!("connected: {}/{}", banner.name, banner.version);
                        self.findings.push(finding(Grade::Good, text));
                    }
                    Event::LoggedIn => {
                        self.findings.push(finding(Grade::Good, "logged in"));
                        asked = Some(self.ask().map_err(|error| error.to_string())?);
                    }
                    Event::LoginFailed(reason) => failure = Some(told(&reason)),
                    Event::FullyBooted(message) => {
                        self.seen.system = true;
                        self.seen.timestamps = Some(message.get("Timestamp").is_some());
                    }
                    Event::Message(message) => {
                        self.seen.timestamps = Some(message.get("Timestamp").is_some());
                        let ours = message.get("Variable").is_some_and(|name| name == self.fence.as_str());
                        self.seen.dialplan |= message.is_event("VarSet") && ours;
                    }
                    Event::Completed { id, result } => {
                        let Some(asked) = &mut asked else { continue };
                        asked.open = asked.open.saturating_sub(1);
                        if asked.context == Some(id) {
                            self.seen.lost = lost(result.as_ref().err(), self.context.as_deref());
                            continue;
                        }
                        let Ok(reply) = result else { continue };
                        let response = reply.response();
                        if id == asked.settings {
                            self.seen.version = response.get("AsteriskVersion").map(|v| v.text().text.into_owned());
                        } else if id == asked.commands {
                            self.seen.actions = response.headers().map(|h| h.key.text().text.into_owned()).collect();
                        } else if asked.contexts == Some(id) {
                            self.seen.no_contexts = response.get("Value").is_some_and(|value| value.is("0"));
                        } else if id == asked.fence {
                            asked.until = Some(Instant::now() + EVENT);
                        }
                    }
                    Event::Stray(_) => {}
                }
            }
            if let Some(failure) = failure {
                return Err(failure);
            }
            while let Some(transmit) = self.client.poll_transmit() {
                self.stream
                    .write_all(&transmit.bytes)
                    .await
                    .map_err(|error| error.to_string())?;
            }
            let until = match &asked {
                Some(Asked {
                    open: 0, until: None, ..
                }) => return Ok(()),
                Some(Asked { open: 0, .. }) if self.seen.dialplan => return Ok(()),
                Some(Asked { until, .. }) => *until,
                None => None,
            };
            // A session that cannot go on says why by its events.
            let over = tokio::select! {
                read = self.stream.read_buf(&mut input) => match read {
                    Ok(1..) => {
                        if self.first.is_empty() {
                            self.first.extend(input.iter().take(8));
                        }
                        self.client.handle_bytes(self.tick(), &mut input).is_err()
                    }
                    Ok(0) | Err(_) => self.client.handle_eof(self.tick()).is_err() || asked.is_none(),
                },
                () = sleep_until(until.unwrap_or_else(|| self.start + 2 * PATIENCE)) => return Ok(()),
            };
            if over {
                let failures = std::iter::from_fn(|| self.client.poll_event());
                let why = failures.filter_map(|event| match event {
                    Event::LoginFailed(reason) => Some(told(&reason)),
                    _ => None,
                });
                return Err(why
                    .last()
                    .unwrap_or_else(|| "the switch closed the connection".to_owned()));
            }
        }
    }

    fn ask(&mut self) -> Result<Asked, lineside_wire::SubmitError> {
        let now = self.tick();
        let set = Action::new("Setvar")
            .header("Variable", self.fence.as_str())
            .header("Value", "");
        // No dialplan has this number: a context that is there says so in one line, and one that is not says that.
        let look = |context: &String| {
            Action::new("ShowDialPlan")
                .header("Context", context.as_str())
                .header("Extension", "lineside-check")
        };
        let look = self.context.as_ref().map(look);
        let context = look.map(|look| self.client.submit(now, look)).transpose()?;
        let ask = |question: &String| Action::new("Getvar").header("Variable", question.as_str());
        let ask = self.contexts.as_ref().map(ask);
        let contexts = ask.map(|ask| self.client.submit(now, ask)).transpose()?;
        Ok(Asked {
            context,
            contexts,
            settings: self.client.submit(now, Action::new("CoreSettings"))?,
            commands: self.client.submit(now, Action::new("ListCommands"))?,
            fence: self.client.submit(now, set)?,
            open: 3 + usize::from(context.is_some()) + usize::from(contexts.is_some()),
            until: None,
        })
    }

    fn tick(&self) -> Tick {
        Tick::ZERO + self.start.elapsed()
    }
}

/// The context in which numbers are dialled, if the switch says that it has none such (16 and 22: `Did not find context NAME`).
fn lost(failure: Option<&Failure>, context: Option<&str>) -> Option<String> {
    match failure {
        Some(Failure::Refused(refusal)) if refusal.text.contains("find context") => context.map(str::to_owned),
        _ => None,
    }
}

/// Why the login failed, and what to do.
fn told(failure: &LoginFailure) -> String {
    format!("the login failed: {failure}")
}
