//! The shared stories (`tests/flows`) as far as a CSTA switch can tell them, in people's words.
use super::acts::Participation;
use super::agents::Duty;
use super::call::At;
use super::site::{OUTSIDE, Outside, Shown, When};
use super::world::{Fault, World};
use lineside_csta::types::{EventCause, LocalConnectionState as State};
use std::fmt;

/// The name of a flow, and what people do in it. T, U, W and X are outside; Q and R queues, G a group, L a park slot, V a mailbox,
/// I an announcement; the others have telephones.
pub(super) const FLOWS: &[(&str, &str)] = &[
    // Calls.
    ("internal", "A calls B; B answers; A hangs up"),
    ("inbound", "T calls B; B answers; T hangs up"),
    ("outbound", "A calls T; T rings; T answers; A hangs up"),
    ("busy", "B is busy; A calls B; A hangs up; B is free"),
    (
        "unknown_number",
        "A calls nobody outside; the network knows nobody; A hangs up",
    ),
    ("no_answer", "A calls B; B does not answer"),
    ("rejected", "A calls B; B refuses"),
    ("caller_gives_up", "T calls B; T hangs up"),
    ("caller_restricted", "T hidden calls B; B answers; T hangs up"),
    ("caller_unknown", "T unknown calls B; B answers; T hangs up"),
    (
        "hold_retrieve",
        "A calls B; B answers; A holds; A retrieves; A hangs up",
    ),
    ("parallel_ring", "T calls G; C answers; T hangs up"),
    ("ivr", "T calls I; I goes on to B; B answers; T hangs up"),
    (
        "voicemail",
        "B forwards to V when not answering; T calls B; B does not answer; T hangs up; B forwards no more",
    ),
    (
        "inbound_forwarded_out",
        "B forwards to U; T calls B; U rings; U answers; T hangs up; B forwards no more",
    ),
    // Forwarding.
    (
        "forwarded_immediate",
        "B forwards to C; T calls B; C answers; T hangs up; B forwards no more",
    ),
    (
        "forwarded_busy",
        "B is busy; B forwards to C when busy; T calls B; C answers; T hangs up; B is free; B forwards no more",
    ),
    (
        "forwarded_no_answer",
        "B forwards to C when not answering; T calls B; B does not answer; C answers; T hangs up; B forwards no more",
    ),
    (
        "forwarded_chain",
        "B is busy; B forwards to C when busy; C forwards to D when not answering; T calls B; C does not answer; \
        D answers; T hangs up; B is free; B forwards no more; C forwards no more",
    ),
    (
        "forwarded_voicemail",
        "B is busy; B forwards to V when busy; T calls B; T hangs up; B is free; B forwards no more",
    ),
    ("deflect", "T calls B; B sends on to C; C answers; T hangs up"),
    // Transfer.
    (
        "blind_transfer",
        "T calls B; B answers; B transfers to C; C answers; T hangs up",
    ),
    (
        "blind_transfer_caller",
        "B calls T; T answers; B transfers to C; C answers; T hangs up",
    ),
    (
        "blind_transfer_busy",
        "C is busy; T calls B; B answers; B transfers to C; T is cleared; C is free",
    ),
    (
        "blind_transfer_no_answer",
        "T calls B; B answers; B transfers to C; C does not answer",
    ),
    (
        "blind_transfer_outside",
        "T calls B; B answers; B transfers to U; U rings; U answers; U hangs up",
    ),
    (
        "attended_transfer",
        "T calls B; B answers; B holds; B calls C beside; C answers; B joins both; T hangs up",
    ),
    (
        "attended_transfer_caller",
        "B calls T; T answers; B holds; B calls C beside; C answers; B joins both; T hangs up",
    ),
    (
        "attended_transfer_outside",
        "T calls B; B answers; B holds; B calls U beside; U answers; B joins both; T hangs up",
    ),
    (
        "attended_transfer_ringing",
        "T calls B; B answers; B holds; B calls C beside; B joins both; C answers; T hangs up",
    ),
    (
        "attended_transfer_to_queue",
        "T calls B; B answers; B holds; B calls Q beside; B joins both; Q rings C; C answers; T hangs up",
    ),
    (
        "transfer_restricted",
        "T hidden calls B; B answers; B consults C; C answers; B joins both; T hangs up",
    ),
    (
        "transfer_to_voicemail",
        "T calls B; B answers; B transfers to V; T hangs up",
    ),
    ("transfer_to_ivr", "T calls B; B answers; B transfers to I; T hangs up"),
    (
        "transfer_to_queue",
        "T calls B; B answers; B transfers to Q; Q rings C; C answers; T hangs up",
    ),
    (
        "transfer_callee",
        "T calls B; B answers; B transfers to C; C answers; T hangs up",
    ),
    (
        "transfer_caller",
        "A calls B; B answers; A transfers to C; C answers; C hangs up",
    ),
    (
        "transfer_busy",
        "C is busy; T calls B; B answers; B transfers to C; T is cleared; C is free",
    ),
    (
        "transfer_outside",
        "A calls B; B answers; B transfers to T; T answers; A hangs up",
    ),
    (
        "transfer_held",
        "A calls B; B answers; A holds; A transfers to C; C answers; C hangs up",
    ),
    // Consultation.
    (
        "consult_transfer",
        "T calls A; A answers; A consults B; B answers; A joins both; T hangs up",
    ),
    (
        "consult_transfer_ringing",
        "T calls A; A answers; A consults B; A joins both; B answers; T hangs up",
    ),
    (
        "consult_alternate",
        "T calls A; A answers; A consults B; B answers; A alternates; A alternates; A joins both; T hangs up",
    ),
    (
        "consult_reconnect",
        "T calls A; A answers; A consults B; B answers; A reconnects; T hangs up",
    ),
    (
        "consult_conference",
        "T calls A; A answers; A consults B; B answers; A confers; A hangs up; T hangs up",
    ),
    (
        "consult_busy",
        "B is busy; T calls A; A answers; A consults B; A reconnects; T hangs up; B is free",
    ),
    (
        "consult_unknown_number",
        "T calls A; A answers; A consults nobody; A reconnects; T hangs up",
    ),
    (
        "consult_held_party_leaves",
        "T calls A; A answers; A consults B; B answers; T hangs up; B hangs up",
    ),
    (
        "consult_agent_leaves",
        "T calls A; A answers; A consults B; B answers; A hangs up; A drops T",
    ),
    (
        "consult_by_caller",
        "A calls T; T answers; A consults B; B answers; A joins both; B hangs up",
    ),
    (
        "consult_twice",
        "T calls A; A answers; A consults C; A reconnects; A consults B; B answers; A joins both; T hangs up",
    ),
    (
        "consult_from_queue",
        "T calls Q; Q rings A; A answers; A consults B; B answers; A joins both; T hangs up",
    ),
    (
        "consultation_busy",
        "C is busy; T calls B; B answers; B holds; B calls C beside; B hangs up; B retrieves; T hangs up; C is free",
    ),
    (
        "consultation_cleared",
        "T calls B; B answers; B holds; B calls C beside; C answers; B hangs up; B retrieves; T hangs up",
    ),
    (
        "consultation_given_up",
        "T calls B; B answers; B holds; B calls C beside; B hangs up; B retrieves; T hangs up",
    ),
    // Conference.
    (
        "conference_grows",
        "T calls A; A answers; A consults B; B answers; A confers; A consults C; C answers; A confers; A hangs up; \
        C hangs up; B hangs up",
    ),
    (
        "conference_reconnect",
        "A calls T; T answers; A consults B; B answers; A confers; A consults C; C answers; A reconnects; \
        A consults D; A reconnects; A hangs up; B hangs up",
    ),
    (
        "conference_consult_busy",
        "C is busy; A calls T; T answers; A consults B; B answers; A confers; A consults C; A reconnects; \
        B hangs up; A hangs up; C is free",
    ),
    (
        "supervise_silent",
        "T calls B; B answers; S listens to B; S hangs up; T hangs up",
    ),
    ("supervise_active", "T calls B; B answers; S joins B; T hangs up"),
    ("supervise_coach", "T calls B; B answers; S joins B; B hangs up"),
    // Pickup and parking.
    ("pickup", "T calls B; C picks up B; T hangs up"),
    ("pickup_directed", "T calls B; C picks up B; T hangs up"),
    ("pickup_internal", "A calls B; C picks up B; A hangs up"),
    ("pickup_several", "T calls G; E picks up B; T hangs up"),
    ("pickup_queue", "T calls Q; Q rings B; C picks up B; T hangs up"),
    ("parking", "T calls B; B answers; B parks in L; C takes L; T hangs up"),
    (
        "park_caller",
        "A calls B; B answers; A parks in L; C takes L; B hangs up",
    ),
    (
        "park_retrieved_by_parker",
        "T calls B; B answers; B parks in L; B takes L; T hangs up",
    ),
    ("park_abandoned", "T calls B; B answers; B parks in L; T hangs up"),
    (
        "park_recall",
        "T calls B; B answers; B parks in L; L recalls; B answers; T hangs up",
    ),
    (
        "park_recall_unanswered",
        "T calls B; B answers; B parks in L; L recalls; B does not answer",
    ),
    (
        "park_recall_unreachable",
        "T calls B; B answers; B parks in L; B is out of service; L recalls; B is in service",
    ),
    // Queues.
    ("queue_answered", "T calls Q; Q rings B; B answers; T hangs up"),
    ("queue_abandoned", "T calls Q; Q rings B; T hangs up"),
    (
        "queue_next_agent",
        "T calls Q; Q rings B; B does not answer; Q rings C; C answers; C hangs up",
    ),
    (
        "queue_refused",
        "T calls Q; Q rings B; B refuses; Q rings C; C answers; C hangs up",
    ),
    ("queue_timed_out", "T calls Q; Q overflows to B; B answers; B hangs up"),
    (
        "queue_timed_out_ringing",
        "T calls Q; Q rings B; Q overflows to C; C answers; C hangs up",
    ),
    (
        "queue_overflow",
        "T calls Q; Q overflows to R; R rings B; B answers; B hangs up",
    ),
    (
        "queue_emptied",
        "T calls Q; Q is empty and goes to B; B answers; B hangs up",
    ),
    ("queue_withdrawn", "T calls Q; Q gives up for B; B answers; B hangs up"),
    (
        "queue_waiting",
        "A calls B; B answers; T calls Q; A hangs up; Q rings B; B answers; T hangs up",
    ),
    (
        "queue_order",
        "B calls A; A answers; T calls Q; U calls Q; W calls Q; U hangs up; B hangs up; Q rings A; A answers; A hangs up; \
        Q rings A; A answers; A hangs up",
    ),
    (
        "queue_blind_transfer",
        "T calls Q; Q rings B; B answers; B transfers to C; C answers; T hangs up",
    ),
    (
        "queue_attended_transfer",
        "T calls Q; Q rings B; B answers; B consults C; C answers; B joins both; T hangs up",
    ),
    (
        "queue_transfer_to_queue",
        "T calls Q; Q rings B; B answers; B transfers to R; R rings C; C answers; T hangs up",
    ),
    (
        "queue_transfer_back",
        "T calls Q; Q rings B; B answers; B transfers to Q; Q rings C; C answers; T hangs up",
    ),
    (
        "queue_transfer_twice",
        "T calls Q; Q rings B; B answers; B consults C; C answers; B joins both; C consults D; D answers; \
        C joins both; T hangs up",
    ),
    // Asked for by an application.
    ("make_call", "A is to call B; A lifts for B; B answers; A hangs up"),
    ("make_call_no_answer", "A is to call B; A does not lift"),
    ("make_call_refused", "A is to call B; A hangs up"),
    ("make_call_cleared", "A is to call B; A hangs up"),
    (
        "make_call_unknown_number",
        "A is to call B; A lifts for nobody outside; the network knows nobody; A hangs up",
    ),
    ("click_to_dial", "A is to call B; A lifts for B; B answers; A hangs up"),
    ("answer_call", "T calls B; B answers; T hangs up"),
    ("answer_call_group", "T calls G; C answers; C hangs up"),
    ("answer_call_queue", "T calls Q; Q rings B; B answers; B hangs up"),
    ("clear_connection_caller", "A calls B; B answers; A hangs up"),
    ("clear_connection_callee", "T calls B; B answers; B hangs up"),
    ("clear_connection_held", "A calls B; B answers; A holds; A hangs up"),
    ("clear_connection_waiting", "T calls Q; Q rings B; T hangs up"),
    // Devices.
    (
        "device_out_of_service",
        "D is out of service; D is in service; A calls B; B answers; A hangs up",
    ),
    (
        "device_do_not_disturb",
        "B is undisturbed; B is disturbed; A calls B; B answers; A hangs up",
    ),
    (
        "set_do_not_disturb",
        "B is undisturbed; A calls B; A hangs up; B is disturbed; A calls B; B answers; A hangs up",
    ),
    (
        "set_forwarding",
        "B forwards to C; A calls B; C answers; A hangs up; B forwards no more; A calls B; B answers; A hangs up",
    ),
    (
        "device_message_waiting",
        "B forwards to V when not answering; T calls B; B does not answer; T hangs up; B is told of a message; \
        B forwards no more",
    ),
    ("generate_digits", "A calls B; B answers; A presses 42#; A hangs up"),
    ("caller_told_later", "T calls B; T is known; B answers; T hangs up"),
    // Agents.
    (
        "agent_logs_on",
        "C calls D; D answers; C hangs up; A logs on to Q; A is ready; A logs off; B logs on to Q; B is ready; B logs off",
    ),
    (
        "agent_takes_a_break",
        "C calls D; D answers; C hangs up; A logs on to Q; A logs on to R; A is ready; A takes a break; \
        A takes a break; A is ready; A writes up; A is ready; A logs off",
    ),
    (
        "agent_wraps_up",
        "A logs on to Q; A is ready; T calls Q; Q rings A; A answers; T hangs up; A is ready; A logs off",
    ),
    (
        "agent_in_a_call",
        "A logs on to Q; A is ready; A calls B; B answers; A takes a break; A hangs up; A logs off",
    ),
];

/// The steps of a story.
pub(super) fn steps(story: &'static str) -> impl Iterator<Item = &'static str> {
    story.split(';').map(str::trim)
}

/// Why a step was not done.
#[derive(Debug)]
pub(super) enum Stuck {
    /// It is no step that is known.
    Words,
    /// Nobody is there who could do it.
    Nobody,
    /// The switch says no.
    Refused(Fault),
}

impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stuck::Words => f.write_str("what is that?"),
            Stuck::Nobody => f.write_str("nobody is there to do it"),
            Stuck::Refused(fault) => write!(f, "{fault}"),
        }
    }
}

impl From<Fault> for Stuck {
    fn from(fault: Fault) -> Self {
        Stuck::Refused(fault)
    }
}

type Step = Result<(), Stuck>;

/// Somebody does something.
pub(super) fn perform(world: &mut World, step: &str) -> Step {
    let words: Vec<&str> = step.split_whitespace().collect();
    match words.as_slice() {
        [who, "calls", to] => calls(world, who, to, Shown::Known),
        [who, "hidden", "calls", to] => calls(world, who, to, Shown::Restricted),
        [who, "unknown", "calls", to] => calls(world, who, to, Shown::Unknown),
        [who, "calls", to, "outside" | "beside"] => calls(world, who, to, Shown::Known),
        ["the", "network", "knows", "nobody"] => {
            let at = world.at_outside(NOBODY_OUTSIDE).ok_or(Stuck::Nobody)?;
            Ok(world.fails_outside(&at, EventCause::NumberUnallocated)?)
        }
        [who, "rings"] => Ok(world.rings_outside(&place(world, who, &[])?)?),
        [who, "answers"] => {
            let at = place(world, who, &[State::Alerting])?;
            match is_outside(who) {
                true => Ok(world.answers_outside(&at)?),
                false => {
                    let cause = answered_for(world, &at);
                    Ok(world.answer(&at, cause)?)
                }
            }
        }
        [who, "refuses"] => Ok(world.reject(&place(world, who, &[State::Alerting])?)?),
        [who, "does", "not", "answer"] => Ok(world.does_not_answer(&place(world, who, &[State::Alerting])?)?),
        [who, "does", "not", "lift"] => {
            world.clear(&place(world, who, &[State::Initiated])?, EventCause::CallNotAnswered);
            Ok(())
        }
        [who, "hangs", "up"] => {
            let at = place(world, who, ACTIVE).or_else(|_| place(world, who, &[State::Hold, State::Alerting]))?;
            Ok(world.hang_up(&at)?)
        }
        [who, "is", "known"] => {
            let at = place(world, who, &[])?;
            world.inform(at.call);
            Ok(())
        }
        [who, "presses", digits] => Ok(world.press(&place(world, who, &[State::Connected])?, digits)?),
        [who, "drops", _] => Ok(world.hang_up(&place(world, who, &[State::Hold])?)?),
        [who, "is", "cleared"] => {
            let at = place(world, who, ACTIVE)?;
            world.clear_call(at.call, EventCause::Busy);
            Ok(())
        }
        [who, "is", "to", "call", to] => {
            number(world, to)?;
            Ok(world.lift(&inside(world, who)?, EventCause::MakeCall).map(|_| ())?)
        }
        [who, "lifts", "for", to] | [who, "lifts", "for", to, "outside"] => {
            let at = place(world, who, &[State::Initiated])?;
            let to = number(world, &words.get(3..).unwrap_or_default().join(" ")).or_else(|_| number(world, to))?;
            Ok(world.dial(&at, &to, EventCause::NewCall)?)
        }
        [
            _,
            "is" | "forwards" | "logs" | "writes" | "takes",
            "busy" | "free" | "out" | "in" | "empty" | "to" | "no" | "disturbed" | "undisturbed" | "told" | "on"
            | "off" | "up" | "ready" | "a",
            ..,
        ] => device(world, &words),
        _ => elsewhere(world, &words),
    }
}

const ACTIVE: &[State] = &[State::Connected, State::Initiated, State::Fail];
const NOBODY: &str = "1999";
const NOBODY_OUTSIDE: &str = "01710000000";

/// What happens to calls besides.
fn elsewhere(world: &mut World, words: &[&str]) -> Step {
    let talks = [State::Connected];
    match words {
        [who, "holds"] => Ok(world.hold(&place(world, who, &talks)?, EventCause::Normal)?),
        [who, "retrieves"] => Ok(world.retrieve(&place(world, who, &[State::Hold])?, EventCause::Normal)?),
        [who, "consults", to] => {
            let (at, to) = (place(world, who, &talks)?, number(world, to)?);
            Ok(world.consult(&at, &to).map(|_| ())?)
        }
        [who, "alternates"] => {
            let (held, active) = both(world, who)?;
            Ok(world.alternate(&held, &active)?)
        }
        [who, "reconnects"] => {
            let (held, active) = both(world, who)?;
            Ok(world.reconnect(&held, &active)?)
        }
        [who, "joins", "both"] => {
            let (held, active) = both(world, who)?;
            Ok(world.transfer(&held, &active).map(|_| ())?)
        }
        [who, "confers"] => {
            let (held, active) = both(world, who)?;
            Ok(world.conference(&held, &active).map(|_| ())?)
        }
        [who, "transfers", "to", to] => {
            let at = place(world, who, &[State::Connected, State::Hold])?;
            let to = number(world, to)?;
            Ok(world.transfer_to(&at, &to).map(|_| ())?)
        }
        [who, "goes", "on", "to", to] => {
            let (at, to) = (place(world, who, &talks)?, number(world, to)?);
            Ok(world.transfer_to(&at, &to).map(|_| ())?)
        }
        [who, "sends", "on", "to", to] => {
            let (at, to) = (place(world, who, &[State::Alerting])?, number(world, to)?);
            Ok(world.send_on(&at, &to, EventCause::Redirected)?)
        }
        [who, "listens", "to", to] => takes_part(world, who, to, Participation::Silent),
        [who, "joins", to] => takes_part(world, who, to, Participation::Active),
        [who, "picks", "up", from] => {
            let (at, who) = (place(world, from, &[State::Alerting])?, inside(world, who)?);
            Ok(world.pick_up(&at, &who).map(|_| ())?)
        }
        [who, "parks", "in", slot] => {
            let (at, slot) = (place(world, who, &talks)?, inside(world, slot)?);
            Ok(world.park(&at, &slot).map(|_| ())?)
        }
        [who, "takes", slot] => {
            let (who, slot) = (inside(world, who)?, inside(world, slot)?);
            Ok(world.take_parked(&slot, &who).map(|_| ())?)
        }
        [slot, "recalls"] => Ok(world.recall(&inside(world, slot)?)?),
        [queue, "rings", agent] => {
            let (queue, agent) = (inside(world, queue)?, inside(world, agent)?);
            let first = world.first_in(&queue).ok_or(Stuck::Nobody)?;
            Ok(world.distribute(&first, &agent).map(|_| ())?)
        }
        [queue, "overflows", "to", to] => overflows(world, queue, to, EventCause::QueueTimeOverflow),
        [queue, "gives", "up", "for", to] => overflows(world, queue, to, EventCause::QueueCleared),
        _ => Err(Stuck::Words),
    }
}

/// What is said of devices.
fn device(world: &mut World, words: &[&str]) -> Step {
    if let [queue, "is", "empty", "and", "goes", "to", to] = words {
        return overflows(world, queue, to, EventCause::NoAvailableAgents);
    }
    let number = match words {
        [_, "forwards", "to", to, ..] => Some(number(world, to)?),
        _ => None,
    };
    let who = inside(world, words.first().ok_or(Stuck::Words)?)?;
    let when = match words {
        [.., "when", "busy"] => When::Busy,
        [.., "when", "not", "answering"] => When::NoAnswer,
        _ => When::Always,
    };
    let found = world.site.devices.get_mut(&who).ok_or(Stuck::Nobody)?;
    match (words, number) {
        ([_, "forwards", "no", "more"], _) => {
            let set: Vec<When> = found.forwarding.keys().copied().collect();
            set.into_iter().for_each(|when| world.set_forwarding(&who, when, None));
        }
        ([_, "forwards", ..], Some(to)) => world.set_forwarding(&who, when, Some(to)),
        ([_, "is", "busy"], _) => found.engaged = true,
        ([_, "is", "free"], _) => found.engaged = false,
        ([_, "is", "out", "of", "service"], _) => world.set_service(&who, false),
        ([_, "is", "undisturbed"], _) => world.set_do_not_disturb(&who, true),
        ([_, "is", "disturbed"], _) => world.set_do_not_disturb(&who, false),
        ([_, "is", "told", "of", "a", "message"], _) => world.set_message_waiting(&who, true),
        ([_, "is", "told", "of", "no", "message"], _) => world.set_message_waiting(&who, false),
        ([_, "logs", "on", "to", queue], _) => {
            let queue = inside(world, queue)?;
            world.log_on(&who, &who, &queue)?;
        }
        ([_, "logs", "off"], _) => world.log_off(&who)?,
        ([_, "takes", "a", "break"], _) => world.takes_up(&who, Duty::NotReady)?,
        ([_, "is", "ready"], _) => world.takes_up(&who, Duty::Ready)?,
        ([_, "writes", "up"], _) => world.takes_up(&who, Duty::WorkingAfterCall)?,
        ([_, "is", "in", "service"], _) => world.set_service(&who, true),
        _ => return Err(Stuck::Words),
    }
    Ok(())
}

fn calls(world: &mut World, who: &str, to: &str, shown: Shown) -> Step {
    let outside = to == "nobody";
    let to = match outside {
        true => format!("{OUTSIDE}{NOBODY_OUTSIDE}"),
        false => number(world, to)?,
    };
    match is_outside(who) {
        true => {
            let number = named(world, who)?;
            Ok(world.comes_in(Outside { number, shown }, &to).map(|_| ())?)
        }
        false => Ok(world.calls(&inside(world, who)?, &to).map(|_| ())?),
    }
}

fn takes_part(world: &mut World, who: &str, with: &str, how: Participation) -> Step {
    let (at, who) = (place(world, with, &[State::Connected])?, inside(world, who)?);
    Ok(world.join_in(&at, &who, how).map(|_| ())?)
}

fn overflows(world: &mut World, queue: &str, to: &str, cause: EventCause) -> Step {
    let (queue, to) = (inside(world, queue)?, inside(world, to)?);
    Ok(world.overflow(&queue, &to, cause)?)
}

/// As which an answer is told: the same as that it rang for.
fn answered_for(world: &World, at: &At) -> EventCause {
    let queue = world.leg(at).and_then(|leg| leg.queue.as_ref());
    queue.map_or(EventCause::NewCall, |_| EventCause::Distributed)
}

fn is_outside(who: &str) -> bool {
    matches!(who, "T" | "U" | "W" | "X")
}

/// The number of whoever plays this letter.
fn named(world: &World, letter: &str) -> Result<String, Stuck> {
    let letter = letter.chars().next().filter(|_| letter.len() == 1);
    letter
        .and_then(|letter| world.site.cast.get(&letter).cloned())
        .ok_or(Stuck::Words)
}

fn inside(world: &World, letter: &str) -> Result<String, Stuck> {
    named(world, letter).and_then(|number| match is_outside(letter) {
        true => Err(Stuck::Words),
        false => Ok(number),
    })
}

/// What is dialled for somebody.
fn number(world: &World, letter: &str) -> Result<String, Stuck> {
    match letter {
        "nobody" => Ok(NOBODY.to_owned()),
        "nobody outside" => Ok(format!("{OUTSIDE}{NOBODY_OUTSIDE}")),
        _ if is_outside(letter) => Ok(format!("{OUTSIDE}{}", named(world, letter)?)),
        _ => named(world, letter),
    }
}

/// Where somebody is in one of these states; who is outside, anywhere.
fn place(world: &World, letter: &str, states: &[State]) -> Result<At, Stuck> {
    let number = named(world, letter)?;
    let found = match is_outside(letter) {
        true => world.at_outside(&number),
        false => world.at(&number, states),
    };
    found.ok_or(Stuck::Nobody)
}

/// The held and the active call of somebody.
fn both(world: &World, letter: &str) -> Result<(At, At), Stuck> {
    Ok((place(world, letter, &[State::Hold])?, place(world, letter, ACTIVE)?))
}
