//! Queues that are left without an answer, and agents who do not answer.

use std::time::Duration;

use super::{Flow, OUTSIDE};
use crate::{
    Outcome,
    play::{ANSWERS, CALLS, CALLS_AND_LISTENS, Callee, Caller, NEVER_ANSWERS, Play},
};

pub(crate) const FLOWS: &[(&str, Flow)] = &[
    ("queue_next_agent", queue_next_agent),
    ("queue_overflow", queue_overflow),
    ("queue_timed_out_ringing", queue_timed_out_ringing),
    ("queue_emptied", queue_emptied),
    ("queue_withdrawn", queue_withdrawn),
    ("queue_join_refused", queue_join_refused),
    ("queue_exit_key", queue_exit_key),
];

/// Answers, and hangs up.
const SHORT: Callee = Callee {
    talk_ms: 600,
    ..ANSWERS
};

/// From outside to `support`: 1002 does not answer for four seconds, 1003 does, and hangs up.
fn queue_next_agent(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &NEVER_ANSWERS)?;
    play.answers("1003", &SHORT)?;
    play.calls(OUTSIDE, "493023125120", &CALLS_AND_LISTENS)
}

/// From outside to `night`, where nobody works, for two seconds, and then to `sales`, where 1002 answers, and hangs up.
fn queue_overflow(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &SHORT)?;
    play.calls(OUTSIDE, "493023125225", &CALLS_AND_LISTENS)
}

/// From outside to `sales` for two seconds: 1002 rings and does not answer; the dialplan calls 1004, who answers and hangs up.
fn queue_timed_out_ringing(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &NEVER_ANSWERS)?;
    play.answers("1004", &SHORT)?;
    play.calls(OUTSIDE, "493023125226", &CALLS_AND_LISTENS)
}

/// From outside to `shift`, where the only one on duty is paused, and then logs off: the queue is empty and lets the caller go on to
/// 1004, who answers and hangs up.
fn queue_emptied(play: &mut Play) -> Outcome<()> {
    let member = [("Queue", "shift"), ("Interface", "PJSIP/1002")];
    let joins = [("MemberName", "Phone 1002"), ("Paused", "true")];
    play.actions.ask("QueueAdd", &[member, joins].concat())?;
    play.answers("1004", &SHORT)?;
    play.calls(OUTSIDE, "493023125222", &CALLS_AND_LISTENS)?;
    play.until(OUTSIDE, "connected", 1)?;
    std::thread::sleep(Duration::from_millis(500));
    play.actions.ask("QueueRemove", &member).map(drop)
}

/// From outside to `pressed`: the caller is taken out of it, and the dialplan calls 1004, who answers and hangs up.
fn queue_withdrawn(play: &mut Play) -> Outcome<()> {
    play.answers("1004", &SHORT)?;
    play.calls(OUTSIDE, "493023125224", &CALLS_AND_LISTENS)?;
    play.until(OUTSIDE, "connected", 1)?;
    std::thread::sleep(Duration::from_millis(500));
    let caller = play.actions.channel("PJSIP/trunk-")?;
    let fields = [("Queue", "pressed"), ("Caller", caller.as_str())];
    play.actions.ask("QueueWithdrawCaller", &fields).map(drop)
}

/// From outside to `closed`, where nobody works and nobody may wait: the dialplan calls 1004, who answers and hangs up.
fn queue_join_refused(play: &mut Play) -> Outcome<()> {
    play.answers("1004", &SHORT)?;
    play.calls(OUTSIDE, "493023125223", &CALLS_AND_LISTENS)
}

/// From outside to `pressed`: the caller presses 4 and gets 1004, who answers; the caller hangs up.
fn queue_exit_key(play: &mut Play) -> Outcome<()> {
    play.answers("1004", &ANSWERS)?;
    play.calls(
        OUTSIDE,
        "493023125224",
        &Caller {
            then: "digit",
            digit: "4",
            talk_ms: 1500,
            ..CALLS
        },
    )
}
