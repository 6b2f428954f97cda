//! A manager interface over which somebody else tells what happens, and over which calls can be hung up.

use super::{EPOCH, Failure, counters};
use crate::sim::{Asterisk, Cast, recast};
use bytes::{Bytes, BytesMut};
use lineside_ami::Outgoing;
use lineside_ami::server::{Config, Event, Received, Request, Server, User};
use lineside_wire::{Session as _, Tick};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// A call between two telephones.
pub struct Talk {
    /// What the switch says up to when both talk.
    pub beginning: Vec<u8>,
    /// The number of the telephone that hangs up.
    pub telephone: u32,
    /// Its channel, as an action may name it.
    pub uniqueid: String,
    /// What the switch says when it hangs up.
    pub end: Bytes,
}

/// So many calls, each between two telephones of its own, from 1000 on.
///
/// # Errors
/// The recording cannot be written again.
pub fn talks(calls: u32) -> Result<Vec<Talk>, Failure> {
    let scenes = super::calls();
    let scene = scenes.iter().find(|scene| scene.flow == "internal");
    let scene = scene.ok_or("no internal call")?;
    let mut counters = counters();
    let mut talks = Vec::new();
    for number in 0..calls {
        let mut numbers = BTreeMap::new();
        for (words, telephone) in scene.stations.values().zip(2 * number..) {
            recast(words, &format!("{telephone:03}"), &mut numbers);
        }
        let mut cast = Cast::new(numbers);
        let (mut beginning, mut end) = (Vec::new(), Vec::new());
        let mut hung_up = None;
        for (_, event) in &scene.recording.events {
            let message = cast.play(event, (EPOCH / 1_000_000 + i64::from(number), 0), &mut counters);
            let bytes = message.encode()?;
            if hung_up.is_none() && event.is_event("HangupRequest") {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).map(str::to_owned);
                let telephone = value("Channel: PJSIP/").and_then(|name| name.split_once('-')?.0.parse().ok());
                hung_up = telephone.zip(value("Uniqueid: "));
            }
            if hung_up.is_none() { &mut beginning } else { &mut end }.extend_from_slice(&bytes);
        }
        let (telephone, uniqueid) = hung_up.ok_or("nobody hangs up")?;
        let end = end.into();
        talks.push(Talk {
            beginning,
            telephone,
            uniqueid,
            end,
        });
    }
    Ok(talks)
}

/// What the switch says at the end of each call, by the channel that hangs up.
pub type Endings = Arc<BTreeMap<String, Bytes>>;

/// A session of the manager of a switch on which nothing happens but what its owner says. The user is `bench`, the secret too.
pub struct Manager {
    server: Server,
    asterisk: Asterisk,
    endings: Endings,
    unread: BytesMut,
}

/// What comes of what a client said.
#[derive(Debug, Default)]
pub struct Reaction {
    /// To be written to it.
    pub answer: Vec<u8>,
    /// To be told to everybody who wants events.
    pub events: Vec<Bytes>,
}

impl Manager {
    /// A session on a connection that was just accepted.
    ///
    /// # Errors
    /// None that is known.
    pub fn new(endings: Endings) -> Result<Self, Failure> {
        let config = Config::new(vec![User::new("bench", "bench")], "123456789");
        let mut asterisk = Asterisk::playing(Vec::new(), EPOCH, 1);
        asterisk.close();
        Ok(Manager {
            server: Server::new(Tick::ZERO, config)?,
            asterisk,
            endings,
            unread: BytesMut::new(),
        })
    }

    /// Takes what came at `at`, and reacts; before anything came, with the greeting.
    ///
    /// # Errors
    /// What came is not of the protocol.
    pub fn hear(&mut self, at: Duration, bytes: &[u8]) -> Result<Reaction, Failure> {
        let now = Tick::ZERO + at;
        let mut reaction = Reaction::default();
        self.unread.extend_from_slice(bytes);
        self.server.handle_bytes(now, &mut self.unread)?;
        while let Some(event) = self.server.poll_event() {
            match event {
                Event::LoggedIn { .. } => {
                    let booted = Outgoing::event("FullyBooted").header("Privilege", "system,all");
                    self.server
                        .submit(now, Request::Event(booted.header("Status", "Fully Booted")))?;
                }
                Event::Action(action) if action.name().is("Hangup") => {
                    let end = self.ending(&action);
                    let answer = match &end {
                        Some(_) => action.response("Success").header("Message", "Channel Hungup"),
                        None => action.error("No such channel"),
                    };
                    self.server.submit(now, Request::Answer(vec![answer]))?;
                    reaction.events.extend(end);
                }
                Event::Action(action) => {
                    let (answer, happened) = self.asterisk.handle_action(now, &action);
                    self.server.submit(now, Request::Answer(answer))?;
                    if let Some(event) = happened {
                        self.server.submit(now, Request::Event(event))?;
                    }
                }
                Event::Refused | Event::Sent(_) | Event::Closed => {}
            }
        }
        let transmits = std::iter::from_fn(|| self.server.poll_transmit());
        reaction.answer = transmits.flat_map(|transmit| transmit.bytes).collect();
        Ok(reaction)
    }

    fn ending(&self, action: &Received) -> Option<Bytes> {
        let channel = action.message().get("Channel")?.text().text.into_owned();
        self.endings.get(&channel).cloned()
    }

    /// Does the client want to hear of calls?
    #[must_use]
    pub fn wants_events(&self) -> bool {
        self.server.reads(b"Event: Hangup\r\nPrivilege: call,all\r\n")
    }
}
