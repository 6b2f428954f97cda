//! The flows, each named as its story in `tests/flows/`. Who calls whom, who does what, in which order.

mod chains;
mod forwarding;
mod parking;
mod pickup;
mod pool;
mod queues;
mod redirects;

use crate::{
    Outcome,
    play::{ANSWERS, CALLS, CALLS_AND_LISTENS, Callee, Caller, NEVER_ANSWERS, Play},
};

pub(crate) type Flow = fn(&mut Play) -> Outcome<()>;

/// The outside party of every inbound flow, and the one that is called outside.
const OUTSIDE: &str = "+491713920001";
const OUTSIDE_2: &str = "01713920099";

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = &'static (&'static str, Flow)> {
    [
        FLOWS,
        pickup::FLOWS,
        parking::FLOWS,
        forwarding::FLOWS,
        chains::FLOWS,
        redirects::FLOWS,
        queues::FLOWS,
        pool::FLOWS,
    ]
    .into_iter()
    .flatten()
}

pub(crate) const FLOWS: &[(&str, Flow)] = &[
    ("internal", internal),
    ("inbound", inbound),
    ("inbound_data", inbound_data),
    ("outbound", outbound),
    ("busy", busy),
    ("no_answer", no_answer),
    ("rejected", rejected),
    ("unknown_number", unknown_number),
    ("caller_gives_up", caller_gives_up),
    ("parallel_ring", parallel_ring),
    ("two_contacts", two_contacts),
    ("inbound_forwarded_out", inbound_forwarded_out),
    ("ivr", ivr),
    ("voicemail", voicemail),
    ("caller_restricted", caller_restricted),
    ("hold_retrieve", hold_retrieve),
    ("click_to_dial", click_to_dial),
    ("queue_waiting", queue_waiting),
    ("queue_refused", queue_refused),
    ("queue_answered", queue_answered),
    ("queue_abandoned", queue_abandoned),
    ("queue_timed_out", queue_timed_out),
    ("local_chain", local_chain),
    ("local_chain_optimised", local_chain_optimised),
];

/// 1001 calls 1002, who answers; 1001 hangs up.
fn internal(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    play.calls("1001", "1002", &CALLS)
}

/// From outside to 1001, who answers; the caller hangs up.
fn inbound(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125001", &CALLS)
}

/// As `inbound`; before the phone rings the dialplan sets CUSTOMER and ACCOUNT and sends a UserEvent. 1001 hangs up.
fn inbound_data(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1001",
        &Callee {
            talk_ms: 600,
            ..ANSWERS
        },
    )?;
    play.calls(OUTSIDE, "493023125101", &CALLS_AND_LISTENS)
}

/// 1001 calls outside with 0 before the number; the other side answers; 1001 hangs up.
fn outbound(play: &mut Play) -> Outcome<()> {
    play.answers(OUTSIDE_2, &ANSWERS)?;
    play.calls("1001", "001713920099", &CALLS)
}

/// 1001 calls 1002, who is busy (486 at once).
fn busy(play: &mut Play) -> Outcome<()> {
    play.refuses("1002", 486, "Busy Here", false)?;
    play.calls("1001", "1002", &CALLS)
}

/// 1001 calls 1005, who does not answer; the switch gives up after three seconds.
fn no_answer(play: &mut Play) -> Outcome<()> {
    play.answers("1005", &NEVER_ANSWERS)?;
    play.calls("1001", "1005", &CALLS)
}

/// 1001 calls 1002, who lets it ring and then declines (603).
fn rejected(play: &mut Play) -> Outcome<()> {
    play.refuses("1002", 603, "Decline", true)?;
    play.calls("1001", "1002", &CALLS)
}

/// 1001 calls a number outside that does not exist (404 from the provider).
fn unknown_number(play: &mut Play) -> Outcome<()> {
    play.refuses(OUTSIDE_2, 404, "Not Found", false)?;
    play.calls("1001", "001713920099", &CALLS)
}

/// From outside to 1001, who does not answer; the caller gives up.
fn caller_gives_up(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    play.calls(
        OUTSIDE,
        "493023125001",
        &Caller {
            patience_ms: 800,
            ..CALLS
        },
    )
}

/// From outside to a ring group of 1001, 1002 and 1003; 1002 answers; the caller hangs up.
fn parallel_ring(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    play.answers("1002", &ANSWERS)?;
    play.answers("1003", &NEVER_ANSWERS)?;
    play.calls(OUTSIDE, "493023125130", &CALLS)
}

/// From outside to 1006, who has two devices; the second answers; the caller hangs up.
fn two_contacts(play: &mut Play) -> Outcome<()> {
    play.answers("1006", &NEVER_ANSWERS)?;
    play.answers("1006-second", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125006", &CALLS)
}

/// From outside to a number that the dialplan forwards outside over the same trunk; the caller hangs up.
fn inbound_forwarded_out(play: &mut Play) -> Outcome<()> {
    play.answers(OUTSIDE_2, &ANSWERS)?;
    play.calls(OUTSIDE, "493023125140", &CALLS)
}

/// From outside to the IVR; the caller presses 2 and reaches 1002; the caller hangs up.
fn ivr(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    play.calls(
        OUTSIDE,
        "493023125110",
        &Caller {
            then: "digit",
            digit: "2",
            talk_ms: 1500,
            ..CALLS
        },
    )
}

/// From outside to 1003, who does not answer for three seconds; voicemail takes the call; the caller speaks and hangs up.
fn voicemail(play: &mut Play) -> Outcome<()> {
    play.answers("1003", &NEVER_ANSWERS)?;
    play.calls(OUTSIDE, "493023125003", &Caller { talk_ms: 1500, ..CALLS })
}

/// As `inbound`, the caller hides the number.
fn caller_restricted(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.calls(
        OUTSIDE,
        "493023125001",
        &Caller {
            restricted: true,
            ..CALLS
        },
    )
}

/// 1001 calls 1002, holds, retrieves, hangs up.
fn hold_retrieve(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    play.calls("1001", "1002", &Caller { then: "hold", ..CALLS })
}

/// The switch is asked to connect 1001 to 1002: 1001's own phone rings and is lifted, then 1002 rings and answers; 1001
/// hangs up.
fn click_to_dial(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1001",
        &Callee {
            talk_ms: 1500,
            ..ANSWERS
        },
    )?;
    play.answers("1002", &ANSWERS)?;
    let fields = [
        ("Channel", "PJSIP/1001"),
        ("Context", "internal"),
        ("Exten", "1002"),
        ("Priority", "1"),
        ("CallerID", "1002"),
        ("Async", "true"),
        ("ChannelId", "lab-click-to-dial"),
        ("Timeout", "15000"),
    ];
    play.actions.ask("Originate", &fields)?;
    Ok(())
}

/// 1002, the only agent of `sales`, talks to 1004. From outside to `sales`: the caller waits. 1004 hangs up, 1002 rings,
/// answers; the caller hangs up.
fn queue_waiting(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &Callee { calls: 2, ..ANSWERS })?;
    play.calls("1004", "1002", &Caller { talk_ms: 2500, ..CALLS })?;
    play.until("1004", "connected", 1)?;
    play.calls(OUTSIDE, "493023125121", &CALLS_UNTIL_TALKED)?;
    play.until("1002", "answered", 2)
}

/// A queue answers at once: the caller must stay long enough for what follows.
const CALLS_UNTIL_TALKED: Caller = Caller { talk_ms: 5000, ..CALLS };

/// From outside to `support`: 1002 declines, 1003 answers and hangs up.
fn queue_refused(play: &mut Play) -> Outcome<()> {
    play.refuses("1002", 603, "Decline", true)?;
    play.answers(
        "1003",
        &Callee {
            talk_ms: 600,
            ..ANSWERS
        },
    )?;
    play.calls(OUTSIDE, "493023125120", &CALLS_AND_LISTENS)
}

/// From outside to `support`: 1002 answers; the caller hangs up.
fn queue_answered(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125120", &Caller { talk_ms: 1500, ..CALLS })
}

/// From outside to `sales`: 1002 rings and does not answer; the caller gives up.
fn queue_abandoned(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &NEVER_ANSWERS)?;
    play.calls(OUTSIDE, "493023125121", &Caller { talk_ms: 1200, ..CALLS })
}

/// From outside to `night`, where nobody works: after two seconds the dialplan calls 1004, who answers and hangs up.
fn queue_timed_out(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1004",
        &Callee {
            talk_ms: 600,
            ..ANSWERS
        },
    )?;
    play.calls(OUTSIDE, "493023125122", &CALLS_AND_LISTENS)
}

/// From outside to 1002 through two Local channels that stay (`/n`); the caller hangs up.
fn local_chain(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125150", &CALLS)
}

/// From outside to 1002 through two Local channels that the switch takes out; the caller hangs up.
fn local_chain_optimised(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125151", &Caller { talk_ms: 1500, ..CALLS })
}
