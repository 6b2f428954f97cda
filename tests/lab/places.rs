//! Transfers of calls from queues, and transfers to where nobody sits: a queue, a mailbox, an IVR, a room; and rooms of many.

use crate::{
    Outcome,
    flows::Flow,
    play::{ANSWERS, CALLS, CALLS_AND_LISTENS, Callee, Caller, Play},
};

const OUTSIDE: &str = "+491713920001";
const DIRECT_1001: &str = "493023125001";
/// Where 1002, and then 1003, are asked.
const SUPPORT: &str = "493023125120";

pub(crate) const FLOWS: &[(&str, Flow)] = &[
    ("conference", conference),
    ("conference_of_ten", conference_of_ten),
    ("conference_leader_leaves", conference_leader_leaves),
    ("queue_blind_transfer", queue_blind_transfer),
    ("queue_attended_transfer", queue_attended_transfer),
    ("queue_transfer_twice", queue_transfer_twice),
    ("queue_transfer_to_queue", queue_transfer_to_queue),
    ("queue_transfer_back", queue_transfer_back),
    ("transfer_to_queue", transfer_to_queue),
    ("transfer_to_voicemail", transfer_to_voicemail),
    ("transfer_to_ivr", transfer_to_ivr),
    ("transfer_to_room", transfer_to_room),
    ("attended_transfer_to_queue", attended_transfer_to_queue),
];

const fn stays(talk_ms: u32) -> Caller {
    Caller { talk_ms, ..CALLS }
}

/// Who answers and sends the caller on.
const fn refers(target: &'static str) -> Callee {
    Callee {
        then: "refer",
        target,
        ..ANSWERS
    }
}

/// Who answers, holds, calls and joins the two.
const fn consults(target: &'static str) -> Callee {
    Callee {
        then: "consult",
        target,
        ..ANSWERS
    }
}

/// 1001, 1002 and one from outside dial into room 800, one after the other, and leave in the same order.
fn conference(play: &mut Play) -> Outcome<()> {
    play.calls("1001", "800", &stays(1500))?;
    play.until("1001", "connected", 1)?;
    play.calls("1002", "800", &stays(1800))?;
    play.until("1002", "connected", 1)?;
    play.calls(OUTSIDE, "493023125170", &stays(2100))
}

/// Six stations and four from outside dial into room 800, one after the other, and leave: who came last first, who came first last, the
/// others in between as they came.
fn conference_of_ten(play: &mut Play) -> Outcome<()> {
    let people: [(&str, &str, u32); 10] = [
        ("1001", "800", 11_000),
        ("1002", "800", 8000),
        ("+491713920001", "493023125170", 8000),
        ("1003", "800", 8000),
        ("1004", "800", 8000),
        ("+491713920002", "493023125170", 8000),
        ("1005", "800", 8000),
        ("1006", "800", 8000),
        ("+491713920003", "493023125170", 8000),
        ("+491713920004", "493023125170", 1500),
    ];
    for (name, number, talk_ms) in people {
        play.calls(name, number, &stays(talk_ms))?;
        play.until(name, "connected", 1)?;
    }
    Ok(())
}

/// 1001 leads room 800, 1002 and one from outside follow: when 1001 leaves, the switch hangs up on both.
fn conference_leader_leaves(play: &mut Play) -> Outcome<()> {
    play.calls("1001", "801", &stays(2500))?;
    play.until("1001", "connected", 1)?;
    play.calls("1002", "802", &CALLS_AND_LISTENS)?;
    play.until("1002", "connected", 1)?;
    play.calls(OUTSIDE, "493023125172", &CALLS_AND_LISTENS)
}

/// From outside to `support`: 1002 answers and transfers blindly to 1004, who answers; the caller hangs up.
fn queue_blind_transfer(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &refers("1004"))?;
    play.answers("1004", &ANSWERS)?;
    play.calls(OUTSIDE, SUPPORT, &stays(3000))
}

/// From outside to `support`: 1002 answers, holds, calls 1004 and joins the two; the caller hangs up.
fn queue_attended_transfer(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &consults("1004"))?;
    play.answers("1004", &ANSWERS)?;
    play.calls(OUTSIDE, SUPPORT, &stays(3500))
}

/// From outside to `support`: 1002 answers, consults 1004 and joins the two; 1004 consults 1001 and joins the two; the caller hangs up.
fn queue_transfer_twice(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &consults("1004"))?;
    play.answers(
        "1004",
        &Callee {
            pause_ms: 1600,
            ..consults("1001")
        },
    )?;
    play.answers("1001", &ANSWERS)?;
    play.calls(OUTSIDE, SUPPORT, &stays(9000))
}

/// From outside to `sales`: 1002 answers and sends the caller on to `second`, another queue, where 1003 answers; the caller hangs up.
fn queue_transfer_to_queue(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &refers("622"))?;
    play.answers("1003", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125121", &stays(4000))
}

/// From outside to `hotline`: 1002 answers and sends the caller back into the queue, where 1004 answers, since 1002 has work to do after
/// the call; the caller hangs up.
fn queue_transfer_back(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &refers("623"))?;
    play.answers("1004", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125123", &stays(4000))
}

/// From outside to 1001, who sends the caller on to `support`, where 1002 answers; the caller hangs up.
fn transfer_to_queue(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &refers("620"))?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, DIRECT_1001, &stays(3500))
}

/// From outside to 1001, who sends the caller on to a mailbox; the caller speaks and hangs up.
fn transfer_to_voicemail(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &refers("630"))?;
    play.calls(OUTSIDE, DIRECT_1001, &stays(2500))
}

/// From outside to 1001, who sends the caller on to the IVR; the caller hangs up.
fn transfer_to_ivr(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &refers("610"))?;
    play.calls(OUTSIDE, DIRECT_1001, &stays(2500))
}

/// 1002 is in room 800. From outside to 1001, who sends the caller on to the room; the caller hangs up, then 1002.
fn transfer_to_room(play: &mut Play) -> Outcome<()> {
    play.calls("1002", "800", &stays(5000))?;
    play.until("1002", "connected", 1)?;
    play.answers("1001", &refers("800"))?;
    play.calls(OUTSIDE, DIRECT_1001, &stays(2500))
}

/// From outside to 1001, who holds, calls `support`, where the music answers, and joins the two: the caller waits in the queue now. 1002
/// answers; the caller hangs up.
fn attended_transfer_to_queue(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &consults("620"))?;
    play.answers(
        "1002",
        &Callee {
            ring_ms: 2000,
            ..ANSWERS
        },
    )?;
    play.calls(OUTSIDE, DIRECT_1001, &stays(5000))
}
