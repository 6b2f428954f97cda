//! Transfers by telephone: REFER, REFER with Replaces, and the feature codes of the dialplan.

use crate::{
    Outcome,
    flows::Flow,
    play::{ANSWERS, CALLS, CALLS_AND_LISTENS, Callee, Caller, Consults, NEVER_ANSWERS, Play},
};

const OUTSIDE: &str = "+491713920001";
const OUTSIDE_2: &str = "01713920099";
/// What reaches somebody outside from within.
const DIALLED_2: &str = "001713920099";
const DIRECT_1001: &str = "493023125001";

pub(crate) const FLOWS: &[(&str, Flow)] = &[
    ("attended_transfer", attended_transfer),
    ("attended_transfer_ringing", attended_transfer_ringing),
    ("attended_transfer_caller", attended_transfer_caller),
    ("attended_transfer_outside", attended_transfer_outside),
    ("attended_transfer_refused", attended_transfer_refused),
    ("consultation_cleared", consultation_cleared),
    ("consultation_given_up", consultation_given_up),
    ("consultation_busy", consultation_busy),
    ("transfer_restricted", transfer_restricted),
    ("blind_transfer", blind_transfer),
    ("blind_transfer_caller", blind_transfer_caller),
    ("blind_transfer_outside", blind_transfer_outside),
    ("blind_transfer_busy", blind_transfer_busy),
    ("blind_transfer_no_answer", blind_transfer_no_answer),
    ("blind_transfer_refused", blind_transfer_refused),
];

/// Who is called by the customer, and consults.
const CONSULTS: Callee = Callee {
    then: "consult",
    target: "1002",
    ..ANSWERS
};

/// Who is called by the customer, and sends him on.
const REFERS: Callee = Callee {
    then: "refer",
    target: "1002",
    ..ANSWERS
};

/// Who calls and stays for so long.
const fn stays(talk_ms: u32) -> Caller {
    Caller { talk_ms, ..CALLS }
}

/// What a consultation comes to.
const fn then(rings: &'static str, answered: &'static str) -> Consults {
    Consults { rings, answered }
}

/// From outside to 1001, who holds, calls 1002 and joins the two (REFER with Replaces); the caller hangs up.
fn attended_transfer(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &CONSULTS)?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &stays(3000))
}

/// As `attended_transfer`, but 1001 joins the two while 1002 still rings.
fn attended_transfer_ringing(play: &mut Play) -> Outcome<()> {
    let consults = then("c_join", "c_join");
    play.answers("1001", &Callee { consults, ..CONSULTS })?;
    play.answers(
        "1002",
        &Callee {
            ring_ms: 1500,
            ..ANSWERS
        },
    )?;
    play.calls(OUTSIDE, DIRECT_1001, &stays(3500))
}

/// 1001 calls outside, holds, calls 1002 and joins the two; the other side outside hangs up.
fn attended_transfer_caller(play: &mut Play) -> Outcome<()> {
    play.answers(
        OUTSIDE_2,
        &Callee {
            talk_ms: 3000,
            ..ANSWERS
        },
    )?;
    play.answers("1002", &ANSWERS)?;
    play.calls(
        "1001",
        DIALLED_2,
        &Caller {
            then: "consult",
            asked: "1002",
            ..CALLS
        },
    )
}

/// From outside to 1001, who holds, calls somebody outside and joins the two: they talk over the same trunk. The caller hangs up.
fn attended_transfer_outside(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1001",
        &Callee {
            target: DIALLED_2,
            ..CONSULTS
        },
    )?;
    play.answers(OUTSIDE_2, &ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &stays(3000))
}

/// As `attended_transfer`, but the phone names a dialog that nobody has: the switch refuses, 1001 goes back to the caller.
fn attended_transfer_refused(play: &mut Play) -> Outcome<()> {
    let consults = then("c_await", "c_wrong");
    play.answers("1001", &Callee { consults, ..CONSULTS })?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &stays(4000))
}

/// From outside to 1001, who holds, talks to 1002, hangs up there and goes back to the caller, who hangs up.
fn consultation_cleared(play: &mut Play) -> Outcome<()> {
    let consults = then("c_await", "c_back");
    play.answers("1001", &Callee { consults, ..CONSULTS })?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &stays(3500))
}

/// The same, but 1002 does not answer: 1001 gives it up.
fn consultation_given_up(play: &mut Play) -> Outcome<()> {
    let consults = then("c_giveup", "c_back");
    play.answers("1001", &Callee { consults, ..CONSULTS })?;
    play.answers("1002", &NEVER_ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &stays(3000))
}

/// The same, but 1002 is busy.
fn consultation_busy(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &CONSULTS)?;
    play.refuses("1002", 486, "Busy Here", false)?;
    play.calls(OUTSIDE, DIRECT_1001, &stays(2500))
}

/// As `attended_transfer`, the caller hides the number.
fn transfer_restricted(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &CONSULTS)?;
    play.answers("1002", &ANSWERS)?;
    play.calls(
        OUTSIDE,
        DIRECT_1001,
        &Caller {
            restricted: true,
            ..stays(3000)
        },
    )
}

/// From outside to 1001, who answers and transfers blindly (REFER) to 1002, who answers; the caller hangs up.
fn blind_transfer(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &REFERS)?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &stays(2000))
}

/// 1001 calls outside and, when that is answered, transfers it blindly to 1002, who answers; the other side outside hangs up.
fn blind_transfer_caller(play: &mut Play) -> Outcome<()> {
    play.answers(
        OUTSIDE_2,
        &Callee {
            talk_ms: 2500,
            ..ANSWERS
        },
    )?;
    play.answers("1002", &ANSWERS)?;
    play.calls(
        "1001",
        DIALLED_2,
        &Caller {
            then: "refer",
            asked: "1002",
            ..CALLS
        },
    )
}

/// From outside to 1001, who transfers blindly to somebody outside, over the same trunk; who answers there hangs up.
fn blind_transfer_outside(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1001",
        &Callee {
            target: DIALLED_2,
            ..REFERS
        },
    )?;
    play.answers(
        OUTSIDE_2,
        &Callee {
            talk_ms: 800,
            ..ANSWERS
        },
    )?;
    play.calls(OUTSIDE, DIRECT_1001, &CALLS_AND_LISTENS)
}

/// From outside to 1001, who transfers blindly to 1002, who is busy: the switch hangs up.
fn blind_transfer_busy(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &REFERS)?;
    play.refuses("1002", 486, "Busy Here", false)?;
    play.calls(OUTSIDE, DIRECT_1001, &CALLS_AND_LISTENS)
}

/// From outside to 1001, who transfers blindly to 1005, who does not answer: after three seconds the switch hangs up.
fn blind_transfer_no_answer(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1001",
        &Callee {
            target: "1005",
            ..REFERS
        },
    )?;
    play.answers("1005", &NEVER_ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &CALLS_AND_LISTENS)
}

/// From outside to 1001, who transfers blindly to a number that nobody has: the switch refuses, they talk on. The caller hangs up.
fn blind_transfer_refused(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1001",
        &Callee {
            target: "1999",
            ..REFERS
        },
    )?;
    play.calls(OUTSIDE, DIRECT_1001, &stays(2000))
}
