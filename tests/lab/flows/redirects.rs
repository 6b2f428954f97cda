//! Another application has the switch move legs: nobody at a telephone did it, nor did we.

use std::time::Duration;

use super::{Flow, OUTSIDE};
use crate::{
    Outcome,
    play::{ANSWERS, CALLS, CALLS_AND_LISTENS, Callee, Caller, NEVER_ANSWERS, Play},
};

pub(crate) const FLOWS: &[(&str, Flow)] = &[
    ("redirect_one", redirect_one),
    ("redirect_ringing", redirect_ringing),
    ("redirect_both", redirect_both),
    ("redirect_both_internal", redirect_both_internal),
    ("bridge_two_calls", bridge_two_calls),
    ("redirect_callee", redirect_callee),
    ("bridge_waiting", bridge_waiting),
    ("bridge_taken_over", bridge_taken_over),
];

/// How long people talk before something is done with their legs.
fn a_while() {
    std::thread::sleep(Duration::from_millis(500));
}

impl Play<'_> {
    /// The channel of an endpoint, as the switch lists it.
    fn channel(&mut self, endpoint: &str) -> Outcome<String> {
        let prefix = format!("PJSIP/{endpoint}-");
        self.actions.channel(&prefix)
    }

    /// Puts two legs together.
    fn bridges(&mut self, one: &str, two: &str) -> Outcome<()> {
        let (one, two) = (self.channel(one)?, self.channel(two)?);
        let fields = [("Channel1", one.as_str()), ("Channel2", two.as_str()), ("Tone", "no")];
        self.actions.ask("Bridge", &fields).map(drop)
    }

    /// Sends legs on, each to an extension.
    fn redirects(&mut self, one: (&str, &str), other: Option<(&str, &str)>) -> Outcome<()> {
        let first = self.channel(one.0)?;
        let extra = match other {
            Some((endpoint, to)) => Some((self.channel(endpoint)?, to)),
            None => None,
        };
        let mut fields = vec![
            ("Channel", first.as_str()),
            ("Context", "stations"),
            ("Exten", one.1),
            ("Priority", "1"),
        ];
        if let Some((channel, to)) = &extra {
            fields.extend([
                ("ExtraChannel", channel.as_str()),
                ("ExtraContext", "stations"),
                ("ExtraExten", to),
                ("ExtraPriority", "1"),
            ]);
        }
        self.actions.ask("Redirect", &fields).map(drop)
    }
}

/// From outside to 1001, who answers. The caller's leg is sent to 1002, who answers; the caller hangs up.
fn redirect_one(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125001", &Caller { talk_ms: 2500, ..CALLS })?;
    play.until("1001", "answered", 1)?;
    a_while();
    play.redirects(("trunk", "1002"), None)
}

/// From outside to 1001, who does not answer. The caller's leg is sent to 1002, who answers; the caller hangs up.
fn redirect_ringing(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &NEVER_ANSWERS)?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125001", &Caller { talk_ms: 1000, ..CALLS })?;
    play.until("1001", "rang", 1)?;
    a_while();
    play.redirects(("trunk", "1002"), None)
}

/// From outside to 1001, who answers. The caller's leg is sent to 1002 and that of 1001 to 1003; both answer. The caller hangs up, then
/// 1003.
fn redirect_both(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.answers("1002", &ANSWERS)?;
    play.answers(
        "1003",
        &Callee {
            talk_ms: 3000,
            ..ANSWERS
        },
    )?;
    play.calls(OUTSIDE, "493023125001", &Caller { talk_ms: 2500, ..CALLS })?;
    play.until("1001", "answered", 1)?;
    a_while();
    play.redirects(("trunk", "1002"), Some(("1001", "1003")))
}

/// 1001 calls 1002, who answers. The leg of 1001 is sent to 1003 and that of 1002 to 1004; both answer. 1001 hangs up, then 1004.
fn redirect_both_internal(play: &mut Play) -> Outcome<()> {
    for phone in ["1002", "1003"] {
        play.answers(phone, &ANSWERS)?;
    }
    play.answers(
        "1004",
        &Callee {
            talk_ms: 3000,
            ..ANSWERS
        },
    )?;
    play.calls("1001", "1002", &Caller { talk_ms: 2500, ..CALLS })?;
    play.until("1002", "answered", 1)?;
    a_while();
    play.redirects(("1001", "1003"), Some(("1002", "1004")))
}

/// From outside to 1001, who answers; 1003 calls 1002, who answers. The caller is put together with 1002: the two that are left are
/// hung up on. The caller hangs up.
fn bridge_two_calls(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125001", &Caller { talk_ms: 3500, ..CALLS })?;
    play.until("1001", "answered", 1)?;
    play.calls("1003", "1002", &CALLS_AND_LISTENS)?;
    play.until("1003", "connected", 1)?;
    a_while();
    play.bridges("trunk", "1002")
}

/// From outside to 1001, who answers. The leg of 1001, which executes no dialplan, is sent to 1003, who answers; the caller is hung up on.
/// 1001 hangs up.
fn redirect_callee(play: &mut Play) -> Outcome<()> {
    play.answers(
        "1001",
        &Callee {
            talk_ms: 3000,
            ..ANSWERS
        },
    )?;
    play.answers("1003", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125001", &CALLS_AND_LISTENS)?;
    play.until("1001", "answered", 1)?;
    a_while();
    play.redirects(("1001", "1003"), None)
}

/// From outside to a queue in which nobody works; 1001 calls the IVR. The two, who talk to nobody, are put together. The caller hangs up.
fn bridge_waiting(play: &mut Play) -> Outcome<()> {
    play.calls(OUTSIDE, "493023125224", &Caller { talk_ms: 4000, ..CALLS })?;
    play.until(OUTSIDE, "connected", 1)?;
    play.calls("1001", "610", &CALLS_AND_LISTENS)?;
    play.until("1001", "connected", 1)?;
    a_while();
    play.bridges("trunk", "1001")
}

/// From outside to 1001, who answers. 1003 dials what takes the caller over (the dialplan's `Bridge`): 1001 is hung up on. The caller hangs
/// up.
fn bridge_taken_over(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125001", &Caller { talk_ms: 3500, ..CALLS })?;
    play.until("1001", "answered", 1)?;
    a_while();
    play.calls("1003", "*98", &CALLS_AND_LISTENS)
}
