//! A call waits in a slot, and somebody takes it, or nobody does.

use std::time::Duration;

use super::{Flow, OUTSIDE};
use crate::{
    Outcome,
    play::{ANSWERS, CALLS, CALLS_AND_LISTENS, Callee, Caller, Play},
};

pub(crate) const FLOWS: &[(&str, Flow)] = &[
    ("parking", parking),
    ("park_retrieved_by_parker", park_retrieved_by_parker),
    ("park_recall", park_recall),
    ("park_recall_unanswered", park_recall_unanswered),
    ("park_recall_unreachable", park_recall_unreachable),
    ("park_abandoned", park_abandoned),
    ("park_code", park_code),
    ("park_code_caller", park_code_caller),
    ("park_code_recall", park_code_recall),
    ("park_code_caller_recall", park_code_caller_recall),
];

/// Answers, and sends the other side to where calls are parked.
const fn parks(at: &'static str) -> Callee {
    Callee {
        then: "refer",
        target: at,
        ..ANSWERS
    }
}

/// From outside to 1001, who answers and parks the call (REFER to 700); 1002 takes it from slot 701; the caller hangs up.
fn parking(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &parks("700"))?;
    play.calls(OUTSIDE, "493023125001", &Caller { talk_ms: 3000, ..CALLS })?;
    play.until("1001", "released", 1)?;
    std::thread::sleep(Duration::from_millis(300));
    play.calls("1002", "701", &CALLS_AND_LISTENS)
}

/// As `parking`; 1001 takes the call back.
fn park_retrieved_by_parker(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &parks("700"))?;
    play.calls(OUTSIDE, "493023125001", &Caller { talk_ms: 3000, ..CALLS })?;
    play.until("1001", "released", 1)?;
    std::thread::sleep(Duration::from_millis(300));
    play.calls("1001", "701", &CALLS_AND_LISTENS)
}

/// From outside to 1001, who parks the call for two seconds; nobody takes it; 1001 rings again and answers; the caller hangs up.
fn park_recall(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &parks("710"))?;
    play.calls(OUTSIDE, "493023125001", &Caller { talk_ms: 5500, ..CALLS })?;
    play.until("1001", "released", 1)?;
    std::thread::sleep(Duration::from_millis(300));
    play.answers("1001", &ANSWERS)
}

/// The same; 1001 does not answer for two seconds, and the switch ends the call.
fn park_recall_unanswered(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &parks("710"))?;
    play.calls(OUTSIDE, "493023125001", &CALLS_AND_LISTENS)?;
    play.until("1001", "released", 1)?;
    std::thread::sleep(Duration::from_millis(300));
    play.answers(
        "1001",
        &Callee {
            ring_ms: 30_000,
            ..ANSWERS
        },
    )
}

/// The same; the telephone of 1001 is not there any more.
fn park_recall_unreachable(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &parks("710"))?;
    play.calls(OUTSIDE, "493023125001", &CALLS_AND_LISTENS)?;
    play.until("1001", "released", 1)?;
    std::thread::sleep(Duration::from_millis(300));
    play.refuses("1001", 404, "Not Found", false)
}

/// From outside to 1001, who parks the call; the caller gives up in the slot.
fn park_abandoned(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &parks("700"))?;
    play.calls(OUTSIDE, "493023125001", &Caller { talk_ms: 2500, ..CALLS })
}

/// Answers, and parks the other side by the code of the switch.
const PARKS_BY_CODE: Callee = Callee {
    then: "press",
    keys: "#72",
    ..ANSWERS
};

/// Is answered, and parks the other side by the code of the switch.
const CALLS_AND_PARKS: Caller = Caller {
    then: "press",
    keys: "#72",
    ..CALLS_AND_LISTENS
};

/// From outside to 1001, who answers and presses #72; 1002 takes the call from slot 701; the caller hangs up.
fn park_code(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &PARKS_BY_CODE)?;
    play.calls(OUTSIDE, "493023125208", &Caller { talk_ms: 5000, ..CALLS })?;
    play.until("1001", "hungUpOn", 1)?;
    std::thread::sleep(Duration::from_millis(300));
    play.calls("1002", "701", &CALLS_AND_LISTENS)
}

/// 1001 calls 1003, who answers; 1001 presses #72; 1002 takes 1003 from slot 711; 1003 hangs up.
fn park_code_caller(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1003",
        &Callee {
            talk_ms: 5000,
            ..ANSWERS
        },
    )?;
    play.calls("1001", "*721003", &CALLS_AND_PARKS)?;
    play.until("1001", "hungUpOn", 1)?;
    std::thread::sleep(Duration::from_millis(300));
    play.calls("1002", "711", &CALLS_AND_LISTENS)
}

/// From outside to 1001, who parks the call with #72 for two seconds; nobody takes it; 1001 rings again and answers; the caller hangs up.
fn park_code_recall(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &PARKS_BY_CODE)?;
    play.calls(OUTSIDE, "493023125209", &Caller { talk_ms: 7000, ..CALLS })?;
    play.until("1001", "hungUpOn", 1)?;
    play.answers("1001", &ANSWERS)
}

/// 1001 calls 1003 and parks 1003 with #72 for two seconds; nobody takes the call; 1001 rings again and answers; 1003 hangs up.
fn park_code_caller_recall(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1003",
        &Callee {
            talk_ms: 7000,
            ..ANSWERS
        },
    )?;
    play.calls("1001", "*721003", &CALLS_AND_PARKS)?;
    play.until("1001", "hungUpOn", 1)?;
    play.answers("1001", &ANSWERS)
}
