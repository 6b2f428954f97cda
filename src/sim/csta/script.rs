//! What is done when a story says that somebody does something. A letter is a person or a place ([`super::site`]).
use super::acts::Participation;
use super::agents::Duty;
use super::call::At;
use super::flows;
use super::site::{OUTSIDE, Outside, Shown, When};
use super::world::{Fault, World};
use lineside_csta::types::{EventCause, LocalConnectionState as State};
use std::fmt;

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

/// Somebody does something. Where an application is to ask for it and there is none it is done as that would have it done.
pub(super) fn perform(world: &mut World, step: &str) -> Step {
    let (step, asked) = match step.strip_suffix(flows::BY_REQUEST) {
        Some(step) => (step, true),
        None => (step, false),
    };
    if step.ends_with(flows::IN_VAIN) {
        return Ok(());
    }
    let step = step.strip_suffix(flows::FOR_NOTHING).unwrap_or(step);
    let words: Vec<&str> = step.split_whitespace().collect();
    match words.as_slice() {
        [who, "picks", "up", from] if asked => {
            let (at, who) = (place(world, from, &[State::Alerting])?, inside(world, who)?);
            Ok(world.prompt_to_pick_up(&at, &who).map(|_| ())?)
        }
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
        [who, "leaves", "both"] => {
            both(world, who)?;
            world.leave_all(&inside(world, who)?);
            Ok(())
        }
        [who, "is", "cleared"] => {
            let at = place(world, who, ACTIVE)?;
            world.give_up(at.call);
            Ok(())
        }
        [who, "is", "to", "call", to @ ..] => {
            let to = number(world, &to.join(" "))?;
            Ok(world.prompt_to_call(&inside(world, who)?, &to).map(|_| ())?)
        }
        [who, "lifts"] => match world.at(&inside(world, who)?, &[State::Initiated]) {
            Some(at) => Ok(world.lifts(&at)?),
            // Where no telephone rings for its own user it was done at once.
            None => Ok(()),
        },
        _ => match elsewhere(world, &words) {
            Err(Stuck::Words) => device(world, &words),
            done => done,
        },
    }
}

const ACTIVE: &[State] = &[State::Connected, State::Initiated, State::Fail];
/// Numbers that nobody has.
pub(crate) const NOBODY: &str = "1999";
pub(crate) const NOBODY_OUTSIDE: &str = "01710000000";

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
            Ok(world.goes_on(&at, &to)?)
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
        ([_, "logs", "on", "to", queue, "at", place], _) => {
            let (queue, place) = (inside(world, queue)?, inside(world, place)?);
            world.make_room(&place, &who);
            world.log_on(&place, &who, &queue)?;
        }
        ([_, "logs", "off"], _) => world.log_off(&world.desk_of(&who), None)?,
        ([_, "takes", "a", "break"], _) => world.takes_up(&who, Duty::NotReady)?,
        ([_, "is", "ready"], _) => world.takes_up(&who, Duty::Ready)?,
        ([_, "has", "no", "more", "time"], _) => world.times_out(&who)?,
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
