//! Local channels as FreePBX strings them together: ring groups, follow-me, queues.

use super::{Flow, OUTSIDE};
use crate::{
    Outcome,
    play::{ANSWERS, CALLS, Callee, Caller, NEVER_ANSWERS, Play},
};

pub(crate) const FLOWS: &[(&str, Flow)] = &[
    ("group_local", group_local),
    ("group_local_optimised", group_local_optimised),
    ("group_twice", group_twice),
    ("group_follow_me", group_follow_me),
    ("group_confirmed", group_confirmed),
    ("queue_local", queue_local),
    ("queue_local_optimised", queue_local_optimised),
];

/// From outside to a ring group of 1001, 1002 and 1003, each behind a Local channel that stays; 1002 answers; the caller hangs up.
fn group_local(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    play.answers("1002", &ANSWERS)?;
    play.answers("1003", &NEVER_ANSWERS)?;
    play.calls(OUTSIDE, "493023125210", &CALLS)
}

/// From outside to a ring group of 1001 and 1002, each behind a Local channel that the switch takes out; 1002 answers; the caller
/// hangs up.
fn group_local_optimised(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125211", &Caller { talk_ms: 1500, ..CALLS })
}

/// From outside to a ring group that names 1001 twice, and 1002 once, who answers; the caller hangs up.
fn group_twice(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1001",
        &Callee {
            calls: 2,
            ..NEVER_ANSWERS
        },
    )?;
    play.answers(
        "1002",
        &Callee {
            ring_ms: 700,
            ..ANSWERS
        },
    )?;
    play.calls(OUTSIDE, "493023125212", &CALLS)
}

/// From outside to a ring group of 1001, who is followed to 1003, and 1002; 1003 answers; the caller hangs up.
fn group_follow_me(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    play.answers("1002", &NEVER_ANSWERS)?;
    play.answers("1003", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125213", &CALLS)
}

/// From outside to a ring group of 1002 and 1003, each of whom is asked: 1002 answers and leaves the call (2) while 1003 rings on, who answers
/// and takes it (1); the caller hangs up.
fn group_confirmed(play: &mut Play) -> Outcome<()> {
    let presses = |keys, ring_ms| Callee {
        then: "press",
        keys,
        ring_ms,
        ..ANSWERS
    };
    play.answers("1002", &presses(",,2", 400))?;
    play.answers("1003", &presses(",,1", 4000))?;
    play.calls(OUTSIDE, "493023125215", &Caller { talk_ms: 1500, ..CALLS })
}

/// From outside to a queue of Local members that stay: 1002 does not answer for four seconds, 1003 does; the caller hangs up.
fn queue_local(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &NEVER_ANSWERS)?;
    play.answers("1003", &ANSWERS)?;
    let members = [("1002", "Local/1002@from-queue/n"), ("1003", "Local/1003@from-queue/n")];
    through(play, "chain", &members, |play| {
        play.calls(OUTSIDE, "493023125220", &Caller { talk_ms: 7500, ..CALLS })
    })
}

/// Plays while these are members of the queue: they come and go with the flow, since a member is one in every flow of its switch.
fn through(
    play: &mut Play,
    queue: &str,
    members: &[(&str, &str)],
    flow: impl FnOnce(&mut Play) -> Outcome<()>,
) -> Outcome<()> {
    for (station, interface) in members {
        let (name, state) = (format!("Phone {station}"), format!("PJSIP/{station}"));
        let member = [("MemberName", name.as_str()), ("StateInterface", state.as_str())];
        play.actions.ask(
            "QueueAdd",
            &[&[("Queue", queue), ("Interface", *interface)][..], &member].concat(),
        )?;
    }
    flow(play)?;
    play.until(OUTSIDE, "hungUp", 1)?;
    for (_, interface) in members {
        play.actions
            .ask("QueueRemove", &[("Queue", queue), ("Interface", *interface)])?;
    }
    Ok(())
}

/// From outside to a queue with a Local member that the switch takes out: 1002 answers; the caller hangs up.
fn queue_local_optimised(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    let members = [("1002", "Local/1002@from-queue")];
    through(play, "chain-goes", &members, |play| {
        play.calls(OUTSIDE, "493023125221", &Caller { talk_ms: 2500, ..CALLS })
    })
}
