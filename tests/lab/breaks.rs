//! Links that break between a real switch and the bridge, and switches that end. Whatever breaks: afterwards no call is left over, none
//! has a second id, what was corrected says so, and the phones agree. Each has its moment, another one in every run.

#[path = "breaks/agents.rs"]
mod agents;
#[path = "breaks/laws.rs"]
mod laws;
#[path = "breaks/missed.rs"]
mod missed;

use std::{
    collections::BTreeSet,
    fs,
    process::Child,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{ANSWERS, CALLS, CALLS_AND_LISTENS, Callee, Caller, LAST, Play};
use crate::{
    Outcome, Played,
    ami::Client,
    bridge::{Bridge, Site},
    case::Case,
    database::{Database, SECRET},
    flows::Flow,
    proxy::Proxy,
    survive,
    switch::Switch,
    truth::{self, Sight},
};
use agents::{agents_across_restarts, agents_change_unheard, right_of_agents_taken_away, rights_taken_away};
use laws::{everybody, kind, marked, nobody_else, of_calls};
use missed::{RECORDS, missed, missed_database, missed_restart};

/// Longer than two pings take that nobody answers.
const PATIENCE: Duration = Duration::from_secs(75);
/// The break in which records are read of a database.
const IN_DATABASE: &str = "missed_database";

type Scene = fn(&mut Stage<'_>) -> Outcome<()>;

pub(crate) const BREAKS: &[(&str, Scene)] = &[
    ("cut_in_attended_transfer", |stage| {
        stage.flow("attended_transfer", 2, cut)
    }),
    ("refused_in_blind_transfer", |stage| {
        stage.flow("blind_transfer", 1, refused)
    }),
    ("cut_twice_in_queue", |stage| stage.flow("queue_answered", 1, cut_twice)),
    ("refused_in_pickup", |stage| stage.flow("pickup", 2, refused)),
    ("refused_in_parking", |stage| stage.flow("parking", 2, refused)),
    ("vanished_in_queue", |stage| stage.flow("queue_waiting", 2, vanished)),
    ("late_in_a_consultation", late_in_a_consultation),
    ("late_in_a_consultation_by_code", late_in_a_consultation_by_code),
    ("agents_change_unheard", agents_change_unheard),
    ("agents_across_restarts", agents_across_restarts),
    ("rights_taken_away", rights_taken_away),
    ("right_of_agents_taken_away", right_of_agents_taken_away),
    ("missed", missed),
    ("missed_restart", missed_restart),
    (IN_DATABASE, missed_database),
    ("restarted", restarted),
    // The last: nothing is left of that switch.
    ("killed", killed),
];

/// One switch, and a bridge that sees it through something that breaks.
pub(crate) struct Stage<'a> {
    switch: &'a Switch,
    play: Play<'a>,
    proxy: Proxy,
    bridge: Bridge,
    run: u32,
    /// What was seen at phones that are gone.
    before: Vec<Sight>,
    /// A switch that was started again.
    again: Option<Again>,
    /// Into which the switch writes its records.
    database: Option<Database>,
}

pub(crate) struct Again(Child);

impl Drop for Again {
    fn drop(&mut self) {
        // Ended already, mostly.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Plays what breaks, on a switch of its own in each run, since none is left at the end; says each result as it comes.
pub(crate) fn play_all(major: &str, repeat: u32, names: &[&str]) -> Outcome<Played> {
    let wanted: Vec<_> = BREAKS.iter().filter(|(name, _)| names.contains(name)).collect();
    let mut played = Played::default();
    for run in 0..if wanted.is_empty() { 0 } else { repeat } {
        let switch = Switch::start_with(major, RECORDS)?;
        fs::create_dir_all(switch.records().with_file_name(""))?;
        for (name, scene) in &wanted {
            match play(&switch, name, *scene, run) {
                Ok(()) => {
                    played.passed += 1;
                    println!("ok   {major} {name}");
                }
                Err(error) => {
                    played.failed.push(name);
                    println!("FAIL {major} {name}: {error}");
                }
            }
        }
    }
    Ok(played)
}

fn play(switch: &Switch, name: &str, scene: Scene, run: u32) -> Outcome<()> {
    let mut play = Play::new(switch, 2)?;
    play.end = Instant::now() + PATIENCE;
    let proxy = Proxy::start(switch.manager())?;
    let database = (name == IN_DATABASE)
        .then(|| Database::start(&switch.host()))
        .transpose()?;
    let records = match &database {
        Some(database) => format!("source = {:?}\nsecret = \"{SECRET}\"", database.source()),
        None => format!("source = {:?}", switch.records()),
    };
    let site = Site {
        records: format!("{records}\ntimeZone = \"UTC\""),
        ..Site::default()
    };
    let bridge = Bridge::start_at(switch, &proxy.address(), play.directory.path(), &site)?;
    let mut stage = Stage {
        switch,
        play,
        proxy,
        bridge,
        run,
        before: Vec::new(),
        again: None,
        database,
    };
    let done = scene(&mut stage);
    done.map_err(|error| {
        let seen = stage.play.truth();
        stage.play.directory.disable_cleanup(true);
        let kept = stage.play.directory.path().display();
        format!("{error}\n     seen: {}\n     files: {kept}", truth::told(&seen)).into()
    })
}

/// How often the link goes down by it.
fn cut(stage: &Moment<'_>) -> usize {
    stage.wait(1200);
    stage.proxy.cut();
    1
}

fn cut_twice(stage: &Moment<'_>) -> usize {
    stage.wait(500);
    stage.proxy.cut();
    thread::sleep(Duration::from_millis(1600));
    stage.proxy.cut();
    2
}

fn refused(stage: &Moment<'_>) -> usize {
    stage.wait(900);
    stage.proxy.refuse(true);
    thread::sleep(Duration::from_millis(2500));
    stage.proxy.refuse(false);
    1
}

fn vanished(stage: &Moment<'_>) -> usize {
    stage.wait(700);
    stage.proxy.swallow();
    1
}

/// When it breaks.
struct Moment<'a> {
    proxy: &'a Proxy,
    run: u32,
}

impl Moment<'_> {
    fn wait(&self, first_ms: u32) {
        let within = (first_ms + self.run * 431) % 3000;
        thread::sleep(Duration::from_millis(u64::from(within.max(100))));
    }
}

impl Stage<'_> {
    /// Plays a flow that breaks. The people notice nothing of it.
    fn flow(&mut self, name: &str, calls: usize, breaks: fn(&Moment<'_>) -> usize) -> Outcome<()> {
        let flow = crate::all_flows()
            .find(|(flow, _)| *flow == name)
            .map(|(_, flow)| *flow);
        let flow: Flow = flow.ok_or("there is no such flow")?;
        let (play, moment) = (
            &mut self.play,
            Moment {
                proxy: &self.proxy,
                run: self.run,
            },
        );
        let downs: Outcome<usize> = thread::scope(|scope| {
            let breaking = scope.spawn(|| breaks(&moment));
            flow(play).and_then(|()| play.finish())?;
            breaking.join().map_err(|_| "the lab itself broke".into())
        });
        let (events, seen) = self.over(downs?)?;
        Case::of(name, &self.switch.major).compare(&seen)?;
        let ids: BTreeSet<&str> = of_calls(&events)
            .filter_map(|event| event.get("subject")?.as_str())
            .collect();
        if ids.len() > calls {
            return Err(format!("{} calls were told where there were {calls}", ids.len()).into());
        }
        Ok(())
    }

    /// The link is back and all is over: what was told keeps the laws, and the phones agree.
    fn over(&mut self, downs: usize) -> Outcome<(Vec<Value>, Vec<Sight>)> {
        self.bridge.until_back(downs, self.play.end)?;
        self.play
            .actions
            .ask("Setvar", &[("Variable", LAST), ("Value", "over")])?;
        self.bridge.hear_out();
        let events = self.bridge.finish(LAST, self.play.end)?;
        survive::check(&events)?;
        marked(&events)?;
        let mut seen = std::mem::take(&mut self.before);
        seen.extend(self.play.truth());
        nobody_else(&seen, &events)?;
        everybody(&seen, &events)?;
        self.bridge.compare_replay(&events)?;
        Ok((events, seen))
    }

    /// Somebody from outside calls 1001, who consults 1002 and joins the two. The bridge knows of nothing, and starts when 1002 has answered.
    fn begun_before(&mut self, number: &str, consults: &Callee) -> Outcome<()> {
        self.play.answers("1001", consults)?;
        self.play.answers("1002", &ANSWERS)?;
        let caller = Caller {
            talk_ms: 14_000,
            ..CALLS
        };
        self.play.calls("+491713920001", number, &caller)?;
        self.play.until("1002", "answered", 1)?;
        let directory = self.play.directory.path().join("late");
        fs::create_dir(&directory)?;
        self.bridge.kill()?;
        self.bridge = Bridge::start_at(self.switch, &self.proxy.address(), &directory, &Site::default())?;
        self.play.finish()?;
        let (events, _) = self.over(0)?;
        let found: BTreeSet<&str> = of_calls(&events)
            .take_while(|event| event.get("reconstructed") == Some(&Value::Bool(true)))
            .filter_map(|event| event.get("subject")?.as_str())
            .collect();
        let later: Vec<&Value> = of_calls(&events)
            .filter(|event| event.get("reconstructed") == Some(&Value::Bool(false)))
            .collect();
        let ended = later.iter().filter(|event| kind(event) == "lineside.call.cleared");
        let transferred: Vec<_> = later
            .iter()
            .filter(|event| kind(event) == "lineside.call.transferred")
            .map(|event| (event.pointer("/data/left"), event.pointer("/data/joined")))
            .collect();
        let (left, joined) = (serde_json::json!(["lab:1001"]), serde_json::json!(["lab:1002"]));
        if found.len() == 2 && ended.count() == 2 && transferred == [(Some(&left), Some(&joined))] {
            return Ok(());
        }
        Err(format!("{found:?} were found, and then was told {later:#?}").into())
    }

    /// 1001 talks to 1002, and somebody from outside waits in `sales` for the same 1002.
    fn talk_and_wait(&mut self) -> Outcome<()> {
        self.play.answers("1002", &Callee { calls: 1, ..ANSWERS })?;
        self.play.calls("1004", "1002", &CALLS_AND_LISTENS)?;
        self.play.until("1004", "connected", 1)?;
        self.play.calls("+491713920001", "493023125121", &CALLS_AND_LISTENS)?;
        self.play.until("+491713920001", "connected", 1)?;
        self.bridge.until_told("lineside.call.queued", self.play.end)
    }

    /// The switch is there again, and can be called.
    fn up_again(&mut self) -> Outcome<()> {
        // Nobody tells the phones that their calls are over.
        self.before = self.play.truth();
        self.play.phones.clear();
        let end = Instant::now() + Duration::from_secs(30);
        self.play.actions = loop {
            if let Ok(mut client) = Client::connect(&self.switch.host(), "lab", "lab-secret") {
                client.wait("FullyBooted", end, |message| message.is("Event", "FullyBooted"))?;
                break client;
            }
            if Instant::now() > end {
                return Err("the switch does not come back".into());
            }
            thread::sleep(Duration::from_millis(100));
        };
        self.bridge.until_back(1, self.play.end)?;
        self.play.answers("1002", &ANSWERS)?;
        self.play.calls("1001", "1002", &CALLS)?;
        self.play.finish()
    }
}

/// The bridge starts while 1001 consults 1002 about a caller, by a second line: it finds both calls, and the transfer makes one of them.
fn late_in_a_consultation(stage: &mut Stage<'_>) -> Outcome<()> {
    let consults = Callee {
        then: "consult",
        target: "1002",
        pause_ms: 3500,
        ..ANSWERS
    };
    stage.begun_before("493023125001", &consults)
}

/// The same by a feature code: the phone has one line, and one leg that serves both calls.
fn late_in_a_consultation_by_code(stage: &mut Stage<'_>) -> Outcome<()> {
    let presses = Callee {
        then: "press",
        keys: "*2,,1002,,,,,,,,,,",
        talk_ms: 1,
        ..ANSWERS
    };
    stage.begun_before("493023125181", &presses)
}

fn restarted(stage: &mut Stage<'_>) -> Outcome<()> {
    stage.talk_and_wait()?;
    // It goes down before it answers.
    let _ = stage.play.actions.ask("Command", &[("Command", "core restart now")]);
    stage.up_again()?;
    stage.over(1).map(drop)
}

fn killed(stage: &mut Stage<'_>) -> Outcome<()> {
    stage.talk_and_wait()?;
    stage.switch.kill()?;
    stage.again = Some(Again(stage.switch.spawn()?));
    stage.up_again()?;
    stage.over(1).map(drop)
}
