//! Chaos: some two hundred calls at a time, people who answer, refuse, hold, transfer and give up by chance, an application that asks
//! for whatever is permitted, a link that breaks, clients that come and go. Afterwards every call that the phones know began and ended
//! exactly once, and nothing is left anywhere.

mod clients;
mod hand;
mod people;
mod verdict;

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rand_chacha::{
    ChaCha12Rng,
    rand_core::{Rng as _, SeedableRng as _},
};

use crate::{
    Outcome,
    ami::Client,
    application::Application,
    bridge::{Bridge, Site},
    proxy::Proxy,
    switch::Switch,
};

/// How long the last calls may take to end by themselves.
const AFTERMATH: Duration = Duration::from_secs(60);
/// After chaos of this length it is also waited until the ended calls are forgotten.
const LONG: Duration = Duration::from_secs(120);
/// Ended calls can be read for ten minutes.
const MEMORY: Duration = Duration::from_secs(11 * 60);
/// What the bridge may have more of than before anybody telephoned, in KiB: the caches of its log, which fill once (2 MiB a connection, of which there
/// are six), what the allocator needs for itself (3 MiB were seen), and what is known of sixty telephones. After 20 s, with every call forgotten,
/// it had 15 MiB more.
const ROOM: u64 = 20 * 1024;
/// The same for each ended call that can still be read.
const ROOM_OF_CALL: u64 = 24;
/// How many times an application asks at once.
const HANDS: u64 = 3;
const LAST: &str = "LAB_OVER";

/// Chance of one sort, of the seed that the run tells.
pub(crate) struct Chance(ChaCha12Rng);

impl Chance {
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut chance = ChaCha12Rng::seed_from_u64(seed);
        chance.set_stream(stream);
        Self(chance)
    }

    /// One of `0..below`.
    pub(crate) fn below(&mut self, below: u64) -> u64 {
        self.0.next_u64() % below.max(1)
    }

    pub(crate) fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let count = u64::try_from(all.len()).unwrap_or(u64::MAX);
        all.get(usize::try_from(self.below(count)).unwrap_or(usize::MAX))
    }

    pub(crate) fn between(&mut self, least_ms: u64, most_ms: u64) -> Duration {
        Duration::from_millis(least_ms + self.below(most_ms - least_ms))
    }
}

/// Plays chaos on one switch for so long; says the result.
pub(crate) fn play(major: &str, seconds: u64, seed: u64) -> Outcome<bool> {
    let switch = Switch::start_with(major, people::CONFIGURATION)?;
    println!(
        "lab: chaos on Asterisk {}, {seconds} s, LINESIDE_SEED={seed}",
        switch.version
    );
    let mut directory = tempfile::Builder::new().prefix("lineside-lab-").tempdir()?;
    match rage(&switch, directory.path(), Duration::from_secs(seconds), seed) {
        Ok(told) => {
            println!("{told}\nok   {major} chaos");
            Ok(true)
        }
        Err(error) => {
            directory.disable_cleanup(true);
            println!(
                "FAIL {major} chaos: {error}\n     files: {}",
                directory.path().display()
            );
            Ok(false)
        }
    }
}

fn rage(switch: &Switch, directory: &Path, time: Duration, seed: u64) -> Outcome<String> {
    let proxy = Proxy::start(switch.manager())?;
    let site = Site {
        weighed: true,
        ..Site::default()
    };
    let mut bridge = Bridge::start_at(switch, &proxy.address(), directory, &site)?;
    let before = bridge.memory()?;
    let over = Arc::new(AtomicBool::new(false));
    let mut people = people::People::start(switch, directory, time)?;
    let application = bridge.application();
    let calm = Arc::new(AtomicBool::new(false));
    let watching = clients::Clients::start(&application, seed, &over, &calm);
    let (asked, peak) = thread::scope(|scope| -> Outcome<_> {
        let hands: Vec<_> = (0..HANDS)
            .map(|hand| (application.clone(), Chance::new(seed, 100 + hand), Arc::clone(&over)))
            .map(|(application, chance, over)| scope.spawn(move || hand::asks(&application, chance, &over)))
            .collect();
        let peak = breaks(&proxy, &mut bridge, Chance::new(seed, 1), time)?;
        over.store(true, Ordering::Relaxed);
        let mut asked = hand::Asked::default();
        for hand in hands {
            asked.add(hand.join().map_err(|_| "a hand broke")??);
        }
        Ok((asked, peak))
    })?;
    let mut actions = Client::connect(&switch.host(), "lab", "lab-secret")?;
    let end = Instant::now() + AFTERMATH;
    people.go_home(&mut actions, end)?;
    // A link that died is found out after two pings: until it is back nobody knows that all are gone.
    let back = Instant::now() + AFTERMATH;
    while !bridge.heard(LAST)? {
        if Instant::now() > back {
            return Err("the link does not come back".into());
        }
        actions.ask("Setvar", &[("Variable", LAST), ("Value", "chaos")])?;
        bridge.hear_for(Duration::from_secs(1))?;
    }
    bridge.hear_for(Duration::from_secs(1))?;
    let left = application.calls()?;
    calm.store(true, Ordering::Relaxed);
    let watched = watching.finish(&application)?;
    if time >= LONG {
        forgotten(&mut bridge, &application)?;
    }
    // The bridge looks after such things once a second.
    bridge.hear_for(Duration::from_secs(2))?;
    let (after, room) = (bridge.memory()?, returned(&application)?);
    fs::write(directory.join("events.json"), serde_json::to_vec(bridge.events())?)?;
    let events = bridge.finish(LAST, Instant::now() + Duration::from_secs(20))?;
    let verdict = verdict::of(&people.truth()?, &events, &left)?;
    let memory = format!(
        "memory of the bridge: {before} KiB before, {peak} at most, {after} after, where it may be {}",
        before + room
    );
    if after > before + room {
        return Err(format!("memory does not return: {memory}").into());
    }
    Ok(format!("{verdict}\n{watched}\n{asked}\n{memory}"))
}

/// Nobody is connected any more but who hears everything, and no call is held but those that are over. Says how much memory the bridge may have
/// more than before then, in KiB.
fn returned(application: &Application) -> Outcome<u64> {
    let subscribers = application.metric("lineside_subscribers ")?;
    if subscribers != 1 {
        return Err(format!("{subscribers} subscribers are left over").into());
    }
    Ok(ROOM + ROOM_OF_CALL * application.metric("lineside_calls ")?)
}

/// Waits until the bridge knows no call any more, not even those that ended lately.
fn forgotten(bridge: &mut Bridge, application: &Application) -> Outcome<()> {
    let end = Instant::now() + MEMORY;
    while application.remembers_calls()? {
        if Instant::now() > end {
            return Err("calls that ended are remembered for more than eleven minutes".into());
        }
        bridge.hear_for(Duration::from_secs(1))?;
    }
    Ok(())
}

/// Cuts the link now and then, and tells the most memory that the bridge had.
fn breaks(proxy: &Proxy, bridge: &mut Bridge, mut chance: Chance, time: Duration) -> Outcome<u64> {
    let (end, mut peak) = (Instant::now() + time, 0);
    let mut next = Instant::now() + chance.between(5_000, 15_000);
    while Instant::now() < end {
        bridge.hear_for(Duration::from_millis(200))?;
        peak = peak.max(bridge.memory()?);
        if Instant::now() < next {
            continue;
        }
        match chance.below(6) {
            0..3 => proxy.cut(),
            // Nobody hears anything until two pings have not been answered.
            3 => proxy.swallow(),
            _ => {
                proxy.refuse(true);
                bridge.hear_for(chance.between(500, 3_000))?;
                proxy.refuse(false);
            }
        }
        next = Instant::now() + chance.between(10_000, 25_000);
    }
    Ok(peak)
}
