//! Calls of which nothing was heard: they are told by the records that the switch writes.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{
    Stage,
    laws::{at, kind, nobody_else, of_calls, time},
};
use crate::{
    Outcome,
    database::SECRET,
    play::{ANSWERS, CALLS, Callee, LAST},
    survive,
    switch::More,
};

/// What makes an Asterisk write the records that the bridge can read, into a file and, once [`INTO_DATABASE`] is loaded, into a database.
pub(super) const RECORDS: &[More] = &[
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

/// Records have whole seconds: what began in the second of the break may have been heard.
const SECOND: Duration = Duration::from_millis(1100);
/// After which what was to be read was read.
const READ: Duration = Duration::from_secs(4);

/// A call begins and ends while the link is down: afterwards it is told by its record, once.
pub(super) fn missed(stage: &mut Stage<'_>) -> Outcome<()> {
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
pub(super) fn missed_restart(stage: &mut Stage<'_>) -> Outcome<()> {
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
pub(super) fn missed_database(stage: &mut Stage<'_>) -> Outcome<()> {
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

impl Stage<'_> {
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
}
