use super::cast::Cast;
use super::recording::Recording;
use super::scenes::{self, Scene};
#[cfg(test)]
use super::state::State;
use super::world::{Pace, World, value};
use lineside_ami::Outgoing;
use lineside_ami::server::Received;
use lineside_wire::Tick;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::time::Duration;

/// A virtual Asterisk: plays scenes, answers what a monitor asks, and does what it asks for. It knows no socket and no clock.
///
/// Who asks for something in a scene ends the recording there: from then on its people act for themselves.
#[derive(Debug)]
pub(crate) struct Asterisk {
    scenes: Vec<Scene>,
    playing: Vec<Playing>,
    /// The next scene to be played, and when.
    next: usize,
    next_at: Tick,
    /// The shortest time from one scene to the next.
    pause: Duration,
    /// The most scenes that are played side by side.
    at_once: usize,
    stations: RangeInclusive<u32>,
    /// All telephones that there are.
    phones: RangeInclusive<u32>,
    /// What is there, and what happens to it but for the scenes.
    world: World,
    chance: ChaCha8Rng,
}

/// A scene that is being played.
#[derive(Debug)]
struct Playing {
    recording: Recording,
    /// The first event that has not been told.
    at: usize,
    start: Tick,
    cast: Cast,
    stations: BTreeSet<String>,
    /// Its channels, by Uniqueid.
    channels: BTreeSet<String>,
}

impl Asterisk {
    /// A switch that plays all scenes in turn, for ever. `epoch`: microseconds since 1970 at tick zero.
    pub(crate) fn new(epoch: i64, seed: u64) -> Self {
        let all = scenes::all().into_iter();
        let scenes = all
            .map(|scene| Scene {
                recording: scene.recording.in_human_time(),
                ..scene
            })
            .collect();
        Asterisk {
            // The first call waits until there is probably somebody to hear of it.
            next_at: Tick::ZERO + Duration::from_secs(1),
            pause: Duration::from_millis(1500),
            phones: 1001..=1099,
            ..Self::paced(scenes, epoch, seed, Pace::PEOPLE)
        }
    }

    /// A switch that plays all scenes in turn as fast as the lab did.
    #[cfg(test)]
    pub(crate) fn hurried(epoch: i64, seed: u64) -> Self {
        Self::playing(scenes::all(), epoch, seed)
    }

    /// A switch where so much happens that most of its telephones are busy: hundreds of events a second.
    pub(crate) fn crowded(epoch: i64, seed: u64) -> Self {
        const FASTER: u32 = 2;
        let all = scenes::all().into_iter();
        let scenes = all
            .map(|scene| Scene {
                recording: scene.recording.faster(FASTER),
                ..scene
            })
            .collect();
        Asterisk {
            world: World::new(epoch, Pace::CROWD),
            ..Self::crowded_by(scenes, epoch, seed)
        }
    }

    /// The same with these scenes, as fast as they are.
    pub(crate) fn crowded_by(scenes: Vec<Scene>, epoch: i64, seed: u64) -> Self {
        Asterisk {
            pause: Duration::from_millis(20),
            at_once: 12,
            stations: 1001..=1040,
            phones: 1001..=1040,
            ..Self::playing(scenes, epoch, seed)
        }
    }

    /// A switch that plays these scenes in turn, for ever.
    pub(crate) fn playing(scenes: Vec<Scene>, epoch: i64, seed: u64) -> Self {
        Self::paced(scenes, epoch, seed, Pace::LAB)
    }

    fn paced(scenes: Vec<Scene>, epoch: i64, seed: u64, pace: Pace) -> Self {
        Asterisk {
            scenes,
            playing: Vec::new(),
            next: 0,
            next_at: Tick::ZERO,
            pause: Duration::from_millis(50),
            // So many calls at once are still easy to follow.
            at_once: 3,
            stations: scenes::STATIONS,
            phones: 1001..=1019,
            world: World::new(epoch, pace),
            chance: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    /// Begins no new scene; those that play come to their end.
    pub(crate) fn close(&mut self) {
        self.scenes.clear();
    }

    /// Plays these scenes in turn from now on.
    pub(crate) fn open(&mut self, scenes: Vec<Scene>) {
        self.scenes = scenes;
    }

    /// Whatever there was is gone.
    pub(crate) fn forget(&mut self) {
        self.playing.clear();
        self.world.forget();
    }

    /// How many scenes it has begun.
    pub(crate) const fn begun(&self) -> usize {
        self.next
    }

    /// Is there no call?
    pub(crate) fn is_idle(&self) -> bool {
        self.playing.is_empty() && self.world.state.is_empty()
    }

    /// Starts anew. The calls are gone, unless something carried them over.
    #[cfg(test)]
    pub(crate) fn restart(&mut self, keeps_calls: bool) {
        self.world.counters.boot += 1000;
        if !keeps_calls {
            self.forget();
        }
    }

    /// What there is, as nobody can ask a switch.
    #[cfg(test)]
    pub(crate) const fn state(&self) -> &State {
        &self.world.state
    }

    /// When there is something to tell.
    pub(crate) fn poll_timeout(&self) -> Option<Tick> {
        let next = (self.playing.len() < self.at_once && !self.scenes.is_empty()).then_some(self.next_at);
        let playing = self.playing.iter().filter_map(Playing::due);
        playing.chain(next).chain(self.world.poll_timeout()).min()
    }

    /// What happens until `now`, in order.
    pub(crate) fn handle_timeout(&mut self, now: Tick) -> Vec<Outgoing> {
        let mut told = self.world.handle_timeout(now);
        if self.next_at <= now && self.playing.len() < self.at_once {
            self.begin(now);
        }
        loop {
            let due = self
                .playing
                .iter_mut()
                .filter(|playing| playing.due().is_some_and(|due| due <= now));
            let Some(playing) = due.min_by_key(|playing| playing.due()) else {
                break;
            };
            let Some((_, message)) = playing.recording.events.get(playing.at) else {
                break;
            };
            playing.at += 1;
            let time = self.world.time();
            let event = playing.cast.play(message, time, &mut self.world.counters);
            playing.channels.extend(self.world.state.fold(&event));
            told.push(event);
            self.playing.retain(|playing| playing.due().is_some());
        }
        told
    }

    /// Begins the next scene for which there are enough telephones that are in no other.
    fn begin(&mut self, now: Tick) {
        self.next_at = now + self.pause + self.pause * (self.chance.next_u32() % 1500) / 1000;
        let Some(scene) = self.scenes.get(self.next % self.scenes.len().max(1)) else {
            return;
        };
        let talking = self.world.state.channels.values().map(|channel| channel.endpoint());
        let playing = self.playing.iter().flat_map(|playing| &playing.stations);
        let busy: BTreeSet<&str> = playing.map(String::as_str).chain(talking).collect();
        let mut free: Vec<String> = self
            .stations
            .clone()
            .map(|number| number.to_string())
            .filter(|number| !busy.contains(number.as_str()))
            .collect();
        if free.len() < scene.stations.len() {
            return;
        }
        let mut draw = |among: usize| usize::try_from(self.chance.next_u32()).unwrap_or(0) % among.max(1);
        let mut numbers = BTreeMap::new();
        let mut stations = BTreeSet::new();
        for words in scene.stations.values() {
            let drawn = free.swap_remove(draw(free.len()));
            scenes::recast(words, drawn.get(2..).unwrap_or_default(), &mut numbers);
            stations.insert(drawn);
        }
        // Numbers that end with more have habits of their own.
        for words in scene.outside.values() {
            scenes::recast(words, &format!("{:02}", draw(95)), &mut numbers);
        }
        let recording = scene.recording.clone();
        self.playing.push(Playing {
            recording,
            at: 0,
            start: now,
            cast: Cast::new(numbers),
            stations,
            channels: BTreeSet::new(),
        });
        self.next += 1;
    }

    /// The answer to an action, and what becomes known to everybody by it.
    pub(crate) fn handle_action(&mut self, now: Tick, action: &Received) -> (Vec<Outgoing>, Option<Outgoing>) {
        self.world.state.members.staff(self.stations.clone());
        // Who is rung to take over or to listen names whom behind the application.
        let (channel, data) = (value(action, "Channel"), value(action, "Data"));
        let named = data.split(',').next().unwrap_or_default();
        for name in [channel.as_str(), named] {
            if let Some(channel) = self.world.find(name) {
                self.improvise(now, &channel);
            }
        }
        if let Some(answer) = self.world.act(now, action) {
            return (answer, None);
        }
        let name = action.name().text().text.to_ascii_lowercase();
        let answer = match name.as_str() {
            "coresettings" => vec![
                action
                    .response("Success")
                    .header("AMIversion", "11.0.0")
                    .header(
                        "AsteriskVersion",
                        concat!("22.0.0-lineside-", env!("CARGO_PKG_VERSION")),
                    )
                    .header("SystemName", ""),
            ],
            "corestatus" => {
                // The start of the virtual switch tells one of them from another; nobody reads it as a date.
                vec![
                    action
                        .response("Success")
                        .header("CoreStartupDate", "1970-01-01")
                        .header("CoreStartupTime", self.world.counters.boot.to_string())
                        .header("CoreCurrentCalls", self.playing.len().to_string()),
                ]
            }
            "coreshowchannels" => self.world.state.show_channels(action),
            "queuestatus" => self.world.state.queue_status(action),
            "devicestatelist" => self.world.state.features.list(action, self.phones.clone()),
            "parkedcalls" => self.world.state.parked_calls(action),
            "bridgelist" => action.list("Bridge listing will follow", Vec::new(), "BridgeListComplete"),
            "listcommands" => vec![
                scenes::COMMANDS
                    .iter()
                    .fold(action.response("Success"), |answer, (name, what)| {
                        answer.header(name, what)
                    }),
            ],
            "setvar" => {
                let set = self.global(&value(action, "Variable"), &value(action, "Value"));
                return (
                    vec![action.response("Success").header("Message", "Variable Set")],
                    Some(set),
                );
            }
            _ => vec![action.error("Invalid/unknown command")],
        };
        (answer, None)
    }

    /// The scene in which the channel plays is over: its people act for themselves from here.
    fn improvise(&mut self, now: Tick, channel: &str) {
        let plays = |playing: &Playing| playing.channels.contains(channel);
        if let Some(at) = self.playing.iter().position(plays) {
            let playing = self.playing.remove(at);
            self.world.resume(now, &playing.channels);
        }
    }

    /// All scenes are over here.
    #[cfg(test)]
    pub(crate) fn improvise_all(&mut self, now: Tick) {
        for playing in std::mem::take(&mut self.playing) {
            self.world.resume(now, &playing.channels);
        }
    }

    /// A variable that belongs to no channel.
    fn global(&mut self, variable: &str, value: &str) -> Outgoing {
        self.world
            .event("VarSet")
            .header("Channel", "none")
            .header("Uniqueid", "none")
            .header("Variable", variable)
            .header("Value", value)
    }
}

impl Playing {
    /// When its next event is due; `None` at its end.
    fn due(&self) -> Option<Tick> {
        self.recording.events.get(self.at).map(|(at, _)| self.start + *at)
    }
}
