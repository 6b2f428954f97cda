//! What `tests/bench` and `fuzz` drive: the bridge from the bytes of a switch to encoded events, without sockets. It is no
//! interface for others, and changes as they do.

mod busy;
mod csta;
mod manager;
mod rounds;

pub use busy::{Said, Telling, busy, tellings};
pub use csta::{Monitoring, dialect, idle_switch_answers, monitored};
pub use manager::{Endings, Manager, Reaction, Talk, talks};
pub use rounds::{Round, Rounds};

use crate::link::{Machine, MachineConfig, Missed, Wish};
use crate::model::{Batch, Event as ModelEvent, LinkRole, Now, Restored, SwitchName, Wall};
use crate::profile::{Site, embedded, load};
use crate::sim::{Asterisk, Cast, Counters, Scene, scenes};
use crate::stream::{Opened, Stream, StreamConfig};
use bytes::BytesMut;
use lineside_ami::server::{Config, Event, Request, Server, User};
use lineside_ami::{Message, Outgoing};
use lineside_wire::{Private, Session as _, Tick};
use prometheus_client::registry::Registry;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

/// Whatever goes wrong ends the measurement.
pub type Failure = Box<dyn Error + Send + Sync>;

/// Microseconds since 1970 when the virtual clock starts.
const EPOCH: i64 = 1_795_236_000_000_000;
/// The same in milliseconds.
pub const EPOCH_MILLIS: usize = (EPOCH / 1000) as usize;
/// Milliseconds from midnight to the moment when the virtual clock starts.
pub const EPOCH_OF_DAY_MILLIS: usize = EPOCH_MILLIS % 86_400_000;
/// What one read of a socket gives.
const READ: usize = 4096;
/// From the start of one flow to that of the next.
const PACE: Duration = Duration::from_secs(1);

/// What a switch says in one flow.
pub struct Flow {
    /// Whole messages.
    pub bytes: Vec<u8>,
    /// How many.
    pub messages: usize,
}

/// The recorded flows, over and over with fresh ids, until they have `size` bytes. They come from all over the list, which goes by name: the
/// first of it would be those of agents.
///
/// # Errors
/// A recording cannot be written again.
pub fn flows(size: usize) -> Result<Vec<Flow>, Failure> {
    let mut all: Vec<(u32, Scene)> = scenes().into_iter().map(|scene| (lot(scene.flow), scene)).collect();
    all.sort_by_key(|(lot, scene)| (*lot, scene.flow));
    let mut counters = counters();
    let mut flows = Vec::new();
    let mut written = 0;
    for (number, (_, scene)) in all.iter().cycle().enumerate() {
        if written >= size {
            break;
        }
        let events = scene.recording.events.iter().map(|(_, message)| message);
        let flow = play(events, number, &mut Cast::new(BTreeMap::new()), &mut counters)?;
        written += flow.bytes.len();
        flows.push(flow);
    }
    Ok(flows)
}

/// A number that says nothing of the name: FNV-1a.
fn lot(name: &str) -> u32 {
    let mix = |lot: u32, byte: u8| (lot ^ u32::from(byte)).wrapping_mul(16_777_619);
    name.bytes().fold(2_166_136_261, mix)
}

/// The recorded flows as other telephones may play them.
fn calls() -> Vec<Scene> {
    without_members(scenes())
}

/// Leaves out what is told of the members of queues: in the lab the telephones are in two queues, those that play instead are in none, and
/// a switch tells nothing of members that it does not have.
fn without_members(mut scenes: Vec<Scene>) -> Vec<Scene> {
    for scene in &mut scenes {
        let events = &mut scene.recording.events;
        events.retain(|(_, event)| !event.name().as_bytes().starts_with(b"QueueMember"));
    }
    scenes
}

/// So many internal calls, each up to the moment when both sides talk, between stations of their own.
///
/// # Errors
/// The recording cannot be written again.
pub fn talking(calls: usize) -> Result<Vec<Flow>, Failure> {
    between_stations(calls, |_| true)
}

/// What is told of the stations alone that [`talking`] is between.
///
/// # Errors
/// The recording cannot be written again.
pub fn stations(calls: usize) -> Result<Vec<Flow>, Failure> {
    between_stations(calls, |event| event.is_event("DeviceStateChange"))
}

fn between_stations(number: usize, told: impl Fn(&Message) -> bool) -> Result<Vec<Flow>, Failure> {
    let all = calls();
    let internal = all
        .iter()
        .find(|scene| scene.flow == "internal")
        .ok_or("no internal call")?;
    let events = internal.recording.events.iter().map(|(_, message)| message);
    let until_hangup = events.take_while(|event| !event.is_event("HangupRequest"));
    let told: Vec<_> = until_hangup.filter(|event| told(event)).collect();
    let mut counters = counters();
    (0..number)
        .map(|number| {
            let stations =
                (1..=4).map(|station| (format!("100{station}"), format!("{}", 10_000 + 4 * number + station)));
            let mut cast = Cast::new(stations.collect());
            play(told.iter().copied(), number, &mut cast, &mut counters)
        })
        .collect()
}

fn counters() -> Counters {
    Counters {
        boot: EPOCH / 1_000_000,
        uniqueid: 0,
        channel: 0,
        bridge: 0,
    }
}

fn play<'a>(
    events: impl Iterator<Item = &'a Message>,
    number: usize,
    cast: &mut Cast,
    counters: &mut Counters,
) -> Result<Flow, Failure> {
    let second = EPOCH / 1_000_000 + i64::try_from(number)? * i64::try_from(PACE.as_secs())?;
    let mut flow = Flow {
        bytes: Vec::new(),
        messages: 0,
    };
    for event in events {
        flow.bytes
            .extend_from_slice(&cast.play(event, (second, 0), counters).encode()?);
        flow.messages += 1;
    }
    Ok(flow)
}

/// A link that is up, with a switch on which nothing happens but what it is told.
pub struct Link {
    machine: Machine,
    asterisk: Asterisk,
    servers: BTreeMap<LinkRole, Server>,
    unread: BTreeMap<LinkRole, BytesMut>,
    tick: Tick,
}

impl Link {
    /// Logs in and takes the snapshot of a switch without calls.
    ///
    /// # Errors
    /// The link does not come up.
    pub fn up() -> Result<Self, Failure> {
        Self::up_as(
            "bench",
            "country = 'DE'\nextensions = '1XXXX'\nuserData = ['CUSTOMER', 'ACCOUNT']",
        )
    }

    /// The same with a name and the `site` of a configuration.
    fn up_as(switch: &str, site: &str) -> Result<Self, Failure> {
        let mut asterisk = Asterisk::playing(Vec::new(), EPOCH, 1);
        asterisk.close();
        let switch = SwitchName::try_from(switch).map_err(|error| error.to_string())?;
        Self::up_to(asterisk, switch, site, "")
    }

    /// The same with this switch, and `changes` to the profile.
    fn up_to(asterisk: Asterisk, switch: SwitchName, site: &str, changes: &str) -> Result<Self, Failure> {
        let name = "asterisk/asterisk";
        let site: Site = toml::from_str(site)?;
        let changes = toml::from_str(changes)?;
        let config = MachineConfig {
            switch,
            profile_name: name.to_owned(),
            profile: load(name, embedded(name).ok_or("no profile")?, Some(&changes))?,
            rules: site.rules().map_err(|errors| format!("{errors:?}"))?,
            site,
            username: "bridge".to_owned(),
            secret: Private::new("secret".to_owned()),
            seed: [7; 32],
            restored: Restored::default(),
            give_up: crate::link::GIVE_UP,
        };
        let mut link = Link {
            machine: Machine::new(config, now(Tick::ZERO)),
            asterisk,
            servers: BTreeMap::new(),
            unread: BTreeMap::new(),
            tick: Tick::ZERO,
        };
        link.settle()?;
        let told: usize = std::iter::from_fn(|| link.machine.poll_batch())
            .map(|batch| batch.events.len())
            .sum();
        if told < 2 {
            return Err("the link did not come up".into());
        }
        Ok(link)
    }

    /// The switch says `flow`, and time goes on.
    ///
    /// # Errors
    /// The virtual switch fails.
    pub fn hear(&mut self, flow: &Flow, mut told: impl FnMut(Told)) -> Result<(), Failure> {
        for read in flow.bytes.chunks(READ) {
            self.read(read, &mut told);
        }
        self.pass(self.tick + PACE, told)
    }

    fn read(&mut self, bytes: &[u8], mut told: impl FnMut(Told)) {
        let unread = self.unread.entry(LinkRole::Events).or_default();
        unread.extend_from_slice(bytes);
        self.machine.handle_bytes(now(self.tick), LinkRole::Events, unread);
        while let Some(batch) = self.machine.poll_batch() {
            told(Told(batch));
        }
    }

    /// Time goes on until `until`.
    fn pass(&mut self, until: Tick, mut told: impl FnMut(Told)) -> Result<(), Failure> {
        self.tick = until;
        if self.machine.poll_timeout().is_some_and(|at| at <= self.tick) {
            self.machine.handle_timeout(now(self.tick));
            self.settle()?;
            while let Some(batch) = self.machine.poll_batch() {
                told(Told(batch));
            }
        }
        Ok(())
    }

    /// Until neither side has anything to say.
    fn settle(&mut self) -> Result<(), Failure> {
        loop {
            let mut quiet = true;
            while let Some(wish) = self.machine.poll_wish() {
                quiet = false;
                self.serve(wish)?;
            }
            for role in [LinkRole::Events, LinkRole::Actions] {
                quiet &= !self.answer(role)?;
            }
            if quiet {
                return Ok(());
            }
        }
    }

    fn serve(&mut self, wish: Wish) -> Result<(), Failure> {
        match wish {
            Wish::Connect(role) => {
                let config = Config::new(vec![User::new("bridge", "secret")], "123456789");
                self.servers.insert(role, Server::new(self.tick, config)?);
                self.unread.remove(&role);
                self.machine.handle_connected(now(self.tick), role);
            }
            Wish::Disconnect(role) => drop(self.servers.remove(&role)),
            // It keeps no records.
            Wish::Missed(from, to) => {
                let rows = Vec::new();
                self.machine.handle_missed(now(self.tick), Missed { from, to, rows });
            }
            Wish::Transmit(role, transmit) => {
                if let Some(server) = self.servers.get_mut(&role) {
                    server.handle_bytes(self.tick, &mut BytesMut::from(transmit.bytes))?;
                }
            }
        }
        Ok(())
    }

    /// The switch tells everybody who listens.
    fn tell(&mut self, event: &Outgoing) {
        for server in self.servers.values_mut() {
            // One that gave up its client tells it nothing.
            let _ = server.submit(self.tick, Request::Event(event.clone()));
        }
    }

    /// Has the switch answer on one connection. True if anything was said.
    fn answer(&mut self, role: LinkRole) -> Result<bool, Failure> {
        let mut said = false;
        while let Some(event) = self.servers.get_mut(&role).and_then(Server::poll_event) {
            let Event::Action(action) = event else { continue };
            let (answer, happened) = self.asterisk.handle_action(self.tick, &action);
            let server = self.servers.get_mut(&role).ok_or("the connection is gone")?;
            server.submit(self.tick, Request::Answer(answer))?;
            if let Some(event) = happened {
                self.tell(&event);
            }
        }
        while let Some(transmit) = self.servers.get_mut(&role).and_then(Server::poll_transmit) {
            said = true;
            let unread = self.unread.entry(role).or_default();
            unread.extend_from_slice(&transmit.bytes);
            self.machine.handle_bytes(now(self.tick), role, unread);
        }
        Ok(said)
    }
}

fn now(tick: Tick) -> Now {
    let millis = i64::try_from(tick.as_micros() / 1000).unwrap_or(i64::MAX);
    Now {
        tick,
        wall: Wall::from_millis((EPOCH / 1000).saturating_add(millis)),
    }
}

/// What came of something that the switch said.
pub struct Told(Batch);

impl Told {
    /// How many events.
    #[must_use]
    pub const fn events(&self) -> usize {
        self.0.events.len()
    }

    /// The events.
    #[must_use]
    pub fn into_events(self) -> Vec<ModelEvent> {
        self.0.events
    }
}

/// A stream into which something was brought, and whose log is still open.
pub struct Streamed {
    opened: Opened,
    events: usize,
}

/// Brings what comes of `flows` through the stream: numbered, encoded, logged in `log` if there is one, folded. Ends once all of it
/// is done.
///
/// # Errors
/// The log cannot be opened, or the virtual switch fails.
pub async fn stream(flows: &[Flow], log: Option<PathBuf>) -> Result<Streamed, Failure> {
    let config = StreamConfig {
        path: log,
        ..StreamConfig::default()
    };
    let opened = Stream::open(config, &BTreeSet::new(), &mut Registry::default())?;
    let mut streamed = Streamed { opened, events: 0 };
    let mut link = Link::up()?;
    // The first number is the clock's, and from there on there are no gaps.
    let mut last = 0;
    for flow in flows {
        let mut batches = Vec::new();
        link.hear(flow, |told| batches.push(told.0))?;
        for batch in batches {
            let count = batch.events.len();
            streamed.opened.sender.send(batch).await?;
            if streamed.events == 0 {
                last = streamed.until(streamed.head() + 1).await?;
            } else {
                last += u64::try_from(count)?;
            }
            streamed.events += count;
        }
    }
    streamed.until(last).await?;
    Ok(streamed)
}

impl Streamed {
    /// How many events came of it.
    #[must_use]
    pub const fn events(&self) -> usize {
        self.events
    }

    /// Closes the log, which brings what was written home into its file.
    ///
    /// # Errors
    /// The log could not be written.
    pub async fn close(self) -> Result<(), Failure> {
        drop(self.opened.sender);
        self.opened.sequencer.await?;
        match self.opened.stream.failing() {
            Some(reason) => Err(reason.into()),
            None => Ok(()),
        }
    }

    fn head(&self) -> u64 {
        self.opened.stream.view().head.get()
    }

    /// Waits until this event or a later one was delivered, and gives the last one.
    async fn until(&self, event: u64) -> Result<u64, Failure> {
        const PATIENCE: Duration = Duration::from_secs(60);
        let until = tokio::time::Instant::now() + PATIENCE;
        while self.head() < event {
            if tokio::time::Instant::now() > until {
                return Err("the stream stands still".into());
            }
            // Looking all the time would count as work.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(self.head())
    }
}
