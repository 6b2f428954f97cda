//! A call that is sent on before anybody answers: by the telephone, or by the dialplan for it.

use super::{Flow, OUTSIDE, OUTSIDE_2};
use crate::{
    Outcome,
    play::{ANSWERS, CALLS, Callee, Caller, NEVER_ANSWERS, Play},
};

pub(crate) const FLOWS: &[(&str, Flow)] = &[
    ("forwarded_302", forwarded_302),
    ("forwarded_302_twice", forwarded_302_twice),
    ("forwarded_302_outside", forwarded_302_outside),
    ("forwarded_302_ringing", forwarded_302_ringing),
    ("forwarded_immediate", forwarded_immediate),
    ("forwarded_busy", forwarded_busy),
    ("forwarded_no_answer", forwarded_no_answer),
    ("forwarded_chain", forwarded_chain),
    ("forwarded_voicemail", forwarded_voicemail),
    ("follow_me", follow_me),
    ("follow_me_confirmed", follow_me_confirmed),
    ("follow_me_unconfirmed", follow_me_unconfirmed),
];

/// From outside to 1001, whose phone forwards to 1002 (302); 1002 answers; the caller hangs up.
fn forwarded_302(play: &mut Play) -> Outcome<()> {
    play.forwards("1001", "1002")?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125001", &CALLS)
}

/// From outside to 1001, whose phone forwards to 1002, whose phone forwards to 1003, who answers; the caller hangs up.
fn forwarded_302_twice(play: &mut Play) -> Outcome<()> {
    play.forwards("1001", "1002")?;
    play.forwards("1002", "1003")?;
    play.answers("1003", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125205", &CALLS)
}

/// From outside to 1001, whose phone forwards outside, by the same trunk; the other side answers; the caller hangs up.
fn forwarded_302_outside(play: &mut Play) -> Outcome<()> {
    play.forwards("1001", "001713920099")?;
    play.answers(OUTSIDE_2, &ANSWERS)?;
    play.calls(OUTSIDE, "493023125205", &CALLS)
}

/// From outside to 1001, whose phone rings and is then sent on to 1002 (302); 1002 answers; the caller hangs up.
fn forwarded_302_ringing(play: &mut Play) -> Outcome<()> {
    play.rings_and_forwards("1001", "1002")?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125205", &CALLS)
}

/// From outside to 1001, whom the dialplan forwards to 1002 and says so (`REDIRECTING`); 1002 answers; the caller hangs up.
fn forwarded_immediate(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125201", &CALLS)
}

/// From outside to 1001, who is busy; the dialplan goes on to 1002, who answers; the caller hangs up.
fn forwarded_busy(play: &mut Play) -> Outcome<()> {
    play.refuses("1001", 486, "Busy Here", false)?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125202", &CALLS)
}

/// From outside to 1001, who does not answer for two seconds; the dialplan goes on to 1002, who answers; the caller hangs up.
fn forwarded_no_answer(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125203", &CALLS)
}

/// From outside to 1001, who is busy and forwarded to 1002, who does not answer and is forwarded to 1003, who does; the caller hangs
/// up.
fn forwarded_chain(play: &mut Play) -> Outcome<()> {
    play.refuses("1001", 486, "Busy Here", false)?;
    play.answers("1002", &NEVER_ANSWERS)?;
    play.answers("1003", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125204", &CALLS)
}

/// From outside to 1001, who is busy; the mailbox answers; the caller speaks and hangs up.
fn forwarded_voicemail(play: &mut Play) -> Outcome<()> {
    play.refuses("1001", 486, "Busy Here", false)?;
    play.calls(OUTSIDE, "493023125206", &Caller { talk_ms: 1500, ..CALLS })
}

/// From outside to 1001, who is followed: the phone rings, a colleague's at 1002 and a mobile outside, which is answered; the caller
/// hangs up.
fn follow_me(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    play.answers("1002", &NEVER_ANSWERS)?;
    play.answers(OUTSIDE_2, &ANSWERS)?;
    play.calls(OUTSIDE, "493023125207", &CALLS)
}

/// Answers, and presses a key when asked whether to take the call.
const fn asked(keys: &'static str, talk_ms: u32) -> Callee {
    Callee {
        then: "press",
        keys,
        talk_ms,
        ..ANSWERS
    }
}

/// From outside to 1001, who is followed: 1002 answers and leaves the call (2), 1003 answers and takes it (1); the caller hangs up.
fn follow_me_confirmed(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &asked(",,,,2", 30_000))?;
    play.answers("1003", &asked(",,,,1", 30_000))?;
    play.calls(OUTSIDE, "493023125214", &Caller { talk_ms: 9000, ..CALLS })
}

/// From outside to 1001, who is followed: 1002 answers and leaves the call (2), 1003 answers and hangs up; 1004 is called, and answers;
/// the caller hangs up.
fn follow_me_unconfirmed(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &asked(",,,,2", 30_000))?;
    play.answers(
        "1003",
        &Callee {
            talk_ms: 1500,
            ..ANSWERS
        },
    )?;
    play.answers("1004", &ANSWERS)?;
    play.calls(
        OUTSIDE,
        "493023125214",
        &Caller {
            talk_ms: 12_000,
            ..CALLS
        },
    )
}
