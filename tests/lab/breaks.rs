//! Links that break between a real switch and the bridge, and switches that end. Whatever breaks: afterwards no call is left over, none
//! has a second id, what was corrected says so, and the phones agree. Each has its moment, another one in every run.

use std::{
    collections::{BTreeMap, BTreeSet},
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
    switch::{More, Switch},
    truth::{self, Sight},
};

/// Longer than two pings take that nobody answers.
const PATIENCE: Duration = Duration::from_secs(75);
/// What the switch and the phones tell apart by less may be told in either order.
const MARGIN_MS: f64 = 700.0;

/// What makes an Asterisk write the records that the bridge can read, into a file and, once [`INTO_DATABASE`] is loaded, into a database.
const RECORDS: &[More] = &[
    ("modules.conf", |_| {
        // Of these two each needs the other, so that neither can be loaded later (16 and 22).
        "load = cdr_csv.so\nload = res_odbc_transaction.so\nload = res_odbc.so\n".to_owned()
    }),
    ("cdr.conf", |_| {
        "[csv]\nusegmtime = yes\nloguniqueid = yes\nnewcdrcolumns = yes\n".to_owned()
    }),
    ("odbc.ini", |net| {
        let driver = format!("/usr/lib/{}-linux-gnu/odbc/libmaodbc.so", std::env::consts::ARCH);
        format!("[cdr]\nDriver = {driver}\nServer = {net}.1\nPort = 3306\nDatabase = asteriskcdrdb\n")
    }),
    ("res_odbc.conf", |_| {
        "[cdr]\nenabled = yes\ndsn = cdr\nusername = asterisk\npassword = asterisk-secret\n".to_owned()
    }),
    ("cdr_adaptive_odbc.conf", |_| {
        "[cdr]\nconnection = cdr\ntable = cdr\nalias start => calldate\nusegmtime = yes\n".to_owned()
    }),
];

/// It reads the columns of the table when it is loaded.
const INTO_DATABASE: &str = "cdr_adaptive_odbc.so";

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

    /// 1001 calls 1002, and nobody hears of it.
    fn unheard(&mut self) -> Outcome<()> {
        thread::sleep(SECOND);
        self.play.answers("1002", &Callee { calls: 1, ..ANSWERS })?;
        self.play.calls("1001", "1002", &CALLS)?;
        self.play.finish()?;
        thread::sleep(SECOND);
        Ok(())
    }

    /// All is over: that call was told by its records, once, marked, and in a time that was named as one in which nobody heard. Gives
    /// what was told.
    fn told_by_records(&mut self) -> Outcome<Vec<Value>> {
        self.play
            .actions
            .ask("Setvar", &[("Variable", LAST), ("Value", "over")])?;
        let events = self.bridge.finish(LAST, self.play.end)?;
        survive::check(&events)?;
        let told: Vec<&str> = of_calls(&events).map(kind).collect();
        let expected = [
            "originated",
            "established",
            "connectionCleared",
            "connectionCleared",
            "cleared",
        ];
        if told != expected.map(|kind| format!("lineside.call.{kind}")) {
            return Err(format!("the call was told as {told:?}").into());
        }
        let unmarked = of_calls(&events).find(|event| event.get("reconstructed") != Some(&Value::Bool(true)));
        if let Some(event) = unmarked {
            return Err(format!("nobody heard it, and it is not marked: {event}").into());
        }
        let unobserved = |event: &Value, key: &str| time(event.pointer(&format!("/data/{key}"))?);
        let resynced = events.iter().filter(|event| kind(event) == "lineside.link.resynced");
        let named: Vec<_> = resynced
            .map(|event| (unobserved(event, "unobservedFrom"), unobserved(event, "unobservedTo")))
            .collect();
        let within = |event: &Value| {
            named
                .iter()
                .any(|(from, to)| Some(at(event)) >= *from && Some(at(event)) <= *to)
        };
        if let Some(event) = of_calls(&events).find(|event| !within(event)) {
            return Err(format!("it is told outside of the time in which nobody heard: {event}").into());
        }
        nobody_else(&self.play.truth(), &events)?;
        Ok(events)
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

/// While nobody listens an agent is sent to lunch, and another comes: both are found, marked, and begin when they did. Who did nothing
/// is not told.
fn agents_change_unheard(stage: &mut Stage<'_>) -> Outcome<()> {
    stage.play.answers("1002", &ANSWERS)?;
    stage.play.calls("1001", "1002", &CALLS)?;
    stage.play.until("1002", "hungUpOn", 1)?;
    stage.proxy.refuse(true);
    stage.bridge.until_told("lineside.link.down", stage.play.end)?;
    let emil = [("Queue", "sales"), ("Interface", "PJSIP/1005")];
    let named: Vec<_> = emil.iter().chain(&[("MemberName", "Emil")]).copied().collect();
    let lunch = [("Interface", "PJSIP/1002"), ("Paused", "true"), ("Reason", "lunch")];
    stage.play.actions.ask("QueueAdd", &named)?;
    stage.play.actions.ask("QueuePause", &lunch)?;
    // The switch counts whole seconds: what is found later than in the second after it cannot have begun when it is found.
    thread::sleep(Duration::from_millis(2100));
    stage.proxy.refuse(false);
    let (events, _) = stage.over(1)?;
    let unheard = events.iter().skip_while(|event| kind(event) != "lineside.link.down");
    let agents: Vec<&Value> = unheard
        .filter(|event| kind(event).starts_with("lineside.agent."))
        .collect();
    let told: Vec<(&str, &str)> = agents
        .iter()
        .filter_map(|event| Some((kind(event), event.pointer("/data/agent/id")?.as_str()?)))
        .collect();
    let found = [
        ("lineside.agent.loggedOn", "lab:Emil"),
        ("lineside.agent.ready", "lab:Emil"),
        ("lineside.agent.notReady", "lab:Phone~201002"),
    ];
    let away = agents.last().ok_or("nothing was found")?;
    let (since, time) = (away.pointer("/data/agent/since"), away.get("time"));
    let marked = agents
        .iter()
        .all(|event| event.get("reconstructed") == Some(&Value::Bool(true)));
    stage.play.actions.ask("QueueRemove", &emil)?;
    stage
        .play
        .actions
        .ask("QueuePause", &[("Interface", "PJSIP/1002"), ("Paused", "false")])?;
    if told == found && marked && since.map(Value::to_string) < time.map(Value::to_string) {
        return Ok(());
    }
    Err(format!("of agents was told {agents:#?}").into())
}

/// 1002 is sent to lunch; the bridge is killed and comes back; 1002 takes calls again and talks; then the switch starts anew. The intervals of
/// what it did follow each other without a gap, and add up to the millisecond.
fn agents_across_restarts(stage: &mut Stage<'_>) -> Outcome<()> {
    const AGENT: &str = "/v1/agents/lab:Phone~201002";
    let pause = |play: &mut Play, on: &str| {
        let lunch = [("Interface", "PJSIP/1002"), ("Paused", on), ("Reason", "lunch")];
        play.actions.ask("QueuePause", &lunch).map(drop)
    };
    let is = |stage: &Stage<'_>, state: &str| {
        stage.play.soon(&format!("1002 is {state}"), || {
            let agent = stage.bridge.application().ask("GET", AGENT, &[], &Value::Null)?;
            Ok((agent.text("state") == state).then_some(()))
        })
    };
    pause(&mut stage.play, "true")?;
    is(stage, "notReady")?;
    stage.bridge.kill_and_start_again()?;
    is(stage, "notReady")?;
    adds_up(&stage.bridge, AGENT, &["notReady"])?;
    pause(&mut stage.play, "false")?;
    is(stage, "ready")?;
    pause(&mut stage.play, "true")?;
    is(stage, "notReady")?;
    // It goes down before it answers.
    let _ = stage.play.actions.ask("Command", &[("Command", "core restart now")]);
    // A pause does not outlive the switch: 1002 is found to take calls again, and is called.
    stage.up_again()?;
    is(stage, "ready")?;
    stage.bridge.kill_and_start_again()?;
    is(stage, "ready")?;
    adds_up(
        &stage.bridge,
        AGENT,
        &["notReady", "ready", "notReady", "busy", "ready"],
    )?;
    stage
        .play
        .actions
        .ask("Setvar", &[("Variable", LAST), ("Value", "over")])?;
    let events = stage.bridge.finish(LAST, stage.play.end)?;
    survive::check(&events)
}

/// The intervals of an agent follow each other, those of each state add up to what is told of it, all of them to the window, and these are
/// among them, in this order, with nothing of the same kind between.
fn adds_up(bridge: &Bridge, agent: &str, states: &[&str]) -> Outcome<()> {
    let path = format!("{agent}/statistics?window=15m");
    let told = bridge.application().ask("GET", &path, &[], &Value::Null)?.is(200)?.body;
    let wrong = |what: &str| -> Outcome<()> { Err(format!("{what}: {told:#}").into()) };
    let list = |key: &str| told.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let millis = |value: &Value, key: &str| value.get(key).and_then(time).unwrap_or_default();
    let (mut until, mut sums) = (millis(&told, "from"), BTreeMap::<String, f64>::new());
    let mut seen = Vec::new();
    let of = |value: &Value| format!("{:?} {:?}", value.get("state"), value.get("reason"));
    for interval in list("intervals") {
        let (from, to) = (millis(&interval, "from"), millis(&interval, "to"));
        if from != until || to < from {
            return wrong("an interval does not begin where the one before ends");
        }
        until = to;
        *sums.entry(of(&interval)).or_default() += to - from;
        seen.extend(interval.get("state").and_then(Value::as_str).map(str::to_owned));
    }
    if until != millis(&told, "to") {
        return wrong("the last interval does not end with the window");
    }
    let number = |value: &Value, key: &str| value.get(key).and_then(Value::as_f64).unwrap_or_default();
    let mut all = number(&told, "unobservedMs");
    for state in list("states") {
        let told = number(&state, "durationMs");
        all += told;
        let sum = sums.get(&of(&state));
        if sum.is_none_or(|sum| *sum != told) {
            return wrong("the intervals of a state are not what is told of it");
        }
    }
    if all != until - millis(&told, "from") {
        return wrong("the states are more or less than the window");
    }
    seen.dedup();
    let mut rest = seen.iter();
    match states.iter().all(|state| rest.any(|other| other == state)) {
        true => Ok(()),
        false => wrong(&format!("{states:?} are not among them")),
    }
}

/// Sessions that stand keep their rights whatever `manager reload` reads (16 and 22); the next login has what is left.
fn rights_taken_away(stage: &mut Stage<'_>) -> Outcome<()> {
    stage.play.answers("1002", &ANSWERS)?;
    let caller = Caller { talk_ms: 4000, ..CALLS };
    stage.play.calls("1001", "1002", &caller)?;
    stage.play.until("1001", "connected", 1)?;
    let mut before = String::new();
    stage.switch.configure("manager.conf", |whole| {
        whole.clone_into(&mut before);
        without_rights(whole)
    })?;
    stage.play.actions.ask("Command", &[("Command", "manager reload")])?;
    stage.proxy.cut();
    stage.bridge.until_reason("CoreShowChannels", stage.play.end)?;
    stage.switch.configure("manager.conf", |_| before)?;
    stage.play.actions.ask("Command", &[("Command", "manager reload")])?;
    stage.play.finish()?;
    let (events, _) = stage.over(1)?;
    let calls: BTreeSet<_> = of_calls(&events)
        .filter_map(|event| event.get("subject"))
        .map(Value::to_string)
        .collect();
    if calls.len() == 1 {
        Ok(())
    } else {
        Err(format!("one call was told as {calls:?}").into())
    }
}

/// Without the class `agent` to write nobody is logged on or off, and the bridge says what is missing; calls are told as before.
fn right_of_agents_taken_away(stage: &mut Stage<'_>) -> Outcome<()> {
    let mut before = String::new();
    stage.switch.configure("manager.conf", |whole| {
        whole.clone_into(&mut before);
        written_by_bridge(whole, |line| line.replace(",agent", ""))
    })?;
    stage.play.actions.ask("Command", &[("Command", "manager reload")])?;
    stage.proxy.cut();
    stage.bridge.until_back(1, stage.play.end)?;
    let application = stage.bridge.application();
    let asked = serde_json::json!({ "state": "loggedOn", "device": "lab:1001", "queues": ["lab:sales"] });
    let answer = application.ask("PUT", "/v1/agents/lab:emil/state", &[], &asked)?;
    let answer = answer.refuses(501, "serviceNotSupported")?;
    let switch = application.ask("GET", "/v1/switches/lab", &[], &Value::Null)?;
    let why = switch
        .body
        .pointer("/capabilities/setAgentState/why")
        .and_then(Value::as_str);
    let others = switch.body.pointer("/capabilities/makeCall/available");
    stage.switch.configure("manager.conf", |_| before)?;
    stage.play.actions.ask("Command", &[("Command", "manager reload")])?;
    if !answer.text("detail").contains("`agent`") || why.is_none() || others != Some(&Value::Bool(true)) {
        return Err(format!("{}, {}", answer.body, switch.body).into());
    }
    stage.play.answers("1002", &ANSWERS)?;
    stage.play.calls("1001", "1002", &CALLS)?;
    stage.play.finish()?;
    stage.over(1).map(drop)
}

/// The configuration in which the user of the bridge may ask for nothing but to send events of its own.
fn without_rights(whole: &str) -> String {
    written_by_bridge(whole, |_| "write = user".to_owned())
}

/// The configuration with another line of what the user of the bridge may write.
fn written_by_bridge(whole: &str, change: impl Fn(&str) -> String) -> String {
    let mut of_bridge = false;
    let line = |line: &str| {
        if line.starts_with('[') {
            of_bridge = line == "[bridge]";
        }
        let taken = of_bridge && line.starts_with("write =");
        format!("{}\n", if taken { change(line) } else { line.to_owned() })
    };
    whole.lines().map(line).collect()
}

/// Records have whole seconds: what began in the second of the break may have been heard.
const SECOND: Duration = Duration::from_millis(1100);
/// After which what was to be read was read.
const READ: Duration = Duration::from_secs(4);

/// A call begins and ends while the link is down: afterwards it is told by its record, once.
fn missed(stage: &mut Stage<'_>) -> Outcome<()> {
    stage.proxy.refuse(true);
    stage.unheard()?;
    stage.proxy.refuse(false);
    stage.bridge.until_back(1, stage.play.end)?;
    stage.bridge.until_told("lineside.call.cleared", stage.play.end)?;
    // The link breaks once more: what was told is not told again.
    stage.proxy.cut();
    stage.bridge.hear_for(Duration::from_secs(1))?;
    stage.bridge.until_back(1, stage.play.end)?;
    stage.bridge.hear_for(READ)?;
    let events = stage.told_by_records()?;
    stage.bridge.compare_replay(&events)
}

/// A call begins and ends while the bridge is away: the next one tells it by its record, once, though it is killed again before it read that, and
/// once more when it has told it.
fn missed_restart(stage: &mut Stage<'_>) -> Outcome<()> {
    stage.bridge.kill()?;
    stage.unheard()?;
    stage.bridge.start_again()?;
    stage.bridge.kill_and_start_again()?;
    stage.bridge.until_told("lineside.call.cleared", stage.play.end)?;
    stage.bridge.kill_and_start_again()?;
    stage.bridge.hear_for(READ)?;
    stage.told_by_records().map(drop)
}

/// A call begins and ends while the link is down, and the switch writes its record into a database, which is not there either when the link is back:
/// it is told as soon as that can be asked, once. What is wrong with a database is said by `check`.
fn missed_database(stage: &mut Stage<'_>) -> Outcome<()> {
    let module = |how| [("Module", INTO_DATABASE), ("LoadType", how)];
    let loaded = stage.play.actions.ask("ModuleLoad", &module("load"));
    loaded.map_err(|error| format!("{error}:\n{}", stage.switch.log()))?;
    stage.proxy.refuse(true);
    stage.unheard()?;
    let database = stage.database.as_mut().ok_or("there is no database")?;
    while database.records()? == 0 {
        if Instant::now() > stage.play.end {
            return Err(format!("the switch writes no record:\n{}", stage.switch.log()).into());
        }
        thread::sleep(Duration::from_millis(50));
    }
    database.kill()?;
    stage.proxy.refuse(false);
    stage.bridge.until_back(1, stage.play.end)?;
    stage.bridge.until_logged("cannot be read", stage.play.end)?;
    let gone = stage.bridge.check_with("", "")?;
    database.start_again()?;
    let said = [
        (gone, "bind-address"),
        (
            stage.bridge.check_with("", "")?,
            "ok     calls missed while nobody heard are told by mysql://",
        ),
        (stage.bridge.check_with(SECRET, "guessed")?, "is `secret` right"),
        (stage.bridge.check_with("/asteriskcdrdb\"", "/other\"")?, "GRANT SELECT"),
        (
            stage.bridge.check_with(SECRET, &format!("{SECRET}\"\ntable = \"cel"))?,
            "has no table",
        ),
        (
            stage
                .bridge
                .check_with(SECRET, &format!("{SECRET}\"\ntable = \"older"))?,
            "no column uniqueid, linkedid",
        ),
    ];
    if let Some((said, wanted)) = said.iter().find(|(said, wanted)| !said.contains(wanted)) {
        return Err(format!("`check` does not say {wanted:?}, but:\n{said}").into());
    }
    stage.bridge.until_told("lineside.call.cleared", stage.play.end)?;
    stage.proxy.cut();
    stage.bridge.hear_for(Duration::from_secs(1))?;
    stage.bridge.until_back(1, stage.play.end)?;
    stage.bridge.hear_for(READ)?;
    let events = stage.told_by_records()?;
    stage.bridge.compare_replay(&events)?;
    stage.play.actions.ask("ModuleLoad", &module("unload")).map(drop)
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

fn kind(event: &Value) -> &str {
    event.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn of_calls(events: &[Value]) -> impl Iterator<Item = &Value> {
    events.iter().filter(|event| kind(event).starts_with("lineside.call."))
}

/// Between `link.up` and `link.resynced` every word about a call is marked, elsewhere none; and no call's time runs back.
fn marked(events: &[Value]) -> Outcome<()> {
    let mut resyncs = false;
    let mut times = BTreeMap::new();
    for event in events {
        match kind(event) {
            "lineside.link.up" => resyncs = true,
            "lineside.link.resynced" => resyncs = false,
            call if call.starts_with("lineside.call.") => {
                if event.get("reconstructed").and_then(Value::as_bool) != Some(resyncs) {
                    return Err(format!("not marked as it should be: {event}").into());
                }
                let (subject, time) = (event.get("subject").map(Value::to_string), at(event));
                if times.insert(subject, time).is_some_and(|last| last > time) {
                    return Err(format!("time runs back: {event}").into());
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn at(event: &Value) -> f64 {
    event.get("time").and_then(time).unwrap_or_default()
}

fn time(text: &Value) -> Option<f64> {
    let time: jiff::Timestamp = text.as_str()?.parse().ok()?;
    Some(time.as_microsecond() as f64 / 1000.0)
}

/// The stations that an event shows as talking.
fn talking(event: &Value) -> impl Iterator<Item = String> {
    let connections = event
        .pointer("/data/call/connections")
        .and_then(Value::as_array)
        .cloned();
    connections.into_iter().flatten().filter_map(|connection| {
        let text = |key: &str| connection.get(key).and_then(Value::as_str);
        let talks = text("kind") == Some("station") && text("state") == Some("connected");
        let device = text("device").filter(|_| talks)?;
        Some(device.split_once(':').map_or(device, |(_, key)| key).to_owned())
    })
}

/// Nobody is told to talk who does not.
fn nobody_else(seen: &[Sight], events: &[Value]) -> Outcome<()> {
    let spoke: BTreeSet<&str> = seen
        .iter()
        .filter(|sight| matches!(&*sight.what, "answered" | "connected" | "dialled"))
        .map(|sight| sight.phone.as_str())
        .collect();
    let mut told = events.iter().flat_map(talking);
    match told.find(|device| !spoke.is_empty() && !spoke.contains(device.as_str())) {
        Some(device) => Err(format!("{device} was told to talk, and {spoke:?} did").into()),
        None => Ok(()),
    }
}

/// Whoever talked while the bridge could hear of it was told.
fn everybody(seen: &[Sight], events: &[Value]) -> Outcome<()> {
    let mut deaf: Vec<(f64, f64)> = Vec::new();
    for event in events {
        match kind(event) {
            "lineside.link.down" => {
                // Who vanished without a word was not heard before anybody knew.
                let vanished = event.to_string().contains("pings");
                deaf.push((at(event) - if vanished { 40_000.0 } else { MARGIN_MS }, f64::MAX));
            }
            "lineside.link.resynced" => {
                if let Some(last) = deaf.last_mut().filter(|(_, to)| *to == f64::MAX) {
                    last.1 = at(event);
                }
            }
            _ => {}
        }
    }
    let told: BTreeSet<String> = events.iter().flat_map(talking).collect();
    for sight in seen
        .iter()
        .filter(|sight| sight.what == "answered" && sight.phone.starts_with("100"))
    {
        let out = seen.iter().find(|other| {
            other.phone == sight.phone
                && other.at > sight.at
                && matches!(&*other.what, "hungUp" | "hungUpOn" | "released")
        });
        let out = out.map_or(f64::MAX, |out| out.at);
        let unheard = deaf.iter().any(|(from, to)| sight.at > *from && out < to + MARGIN_MS);
        if !unheard && !told.contains(&sight.phone) {
            return Err(format!("{} talked, and was not told to", sight.phone).into());
        }
    }
    Ok(())
}
