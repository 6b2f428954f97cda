//! How an ended connection came out: one table of the states that it passed and its last cause.

use crate::model::{Call, Cause, Connection, ConnectionDirection, ConnectionState, Kind, Outcome};

/// What a table row asks besides the cause.
pub(super) struct Passed {
    /// It left because the call went on elsewhere.
    pub(super) diverted: bool,
    /// The device itself said no.
    pub(super) refused: bool,
    /// Somebody whom the call was for was reached.
    pub(super) reached: bool,
    /// How the last of those came out whom the call was for and who ended before.
    pub(super) others: Option<Outcome>,
}

impl Passed {
    /// What the row of a connection of `call` asks.
    pub(super) fn in_call(call: &Call, diverted: bool, refused: bool) -> Self {
        let called = || {
            call.connections
                .iter()
                .chain(&call.history)
                .filter(|c| c.direction == ConnectionDirection::Incoming)
        };
        // A machine that speaks is nobody; a room is where the caller wanted to be.
        let reached = called().any(|c| c.connected_at.is_some() && c.kind != Kind::VoiceUnit);
        let reached = reached || have_callers_met(call);
        // Whoever could not be reached is there as long as the caller is told so.
        let mut failing = called().filter(|c| c.state == ConnectionState::Fail);
        let failing = failing.find_map(|c| c.cause).map(of_cause);
        Passed {
            diverted,
            refused,
            reached,
            others: failing.or_else(|| last_reached(&call.history)),
        }
    }
}

/// Do two who called talk to each other, since somebody put their calls together?
fn have_callers_met(call: &Call) -> bool {
    let all = call.connections.iter().chain(&call.history);
    let mut callers = all.filter(|c| c.direction == ConnectionDirection::Outgoing && c.connected_at.is_some());
    let first = callers.next();
    first.is_some_and(|first| callers.any(|other| (&other.device, &other.number) != (&first.device, &first.number)))
}

/// The outcome of whom a call reached last, not counting those it was sent on from; of those, where there is nobody else, why it was.
fn last_reached(history: &[Connection]) -> Option<Outcome> {
    let called = || {
        history
            .iter()
            .rev()
            .filter(|c| c.direction == ConnectionDirection::Incoming)
            .filter(|c| c.kind != Kind::VoiceUnit)
    };
    let mut outcomes = called().filter_map(|c| c.outcome);
    let stayed = outcomes.find(|outcome| !matches!(outcome, Outcome::Forwarded | Outcome::AnsweredElsewhere));
    stayed.or_else(|| called().find_map(|c| why_sent_on(c.cause?)))
}

/// What kept a device from having the call that it sent on.
const fn why_sent_on(cause: Cause) -> Option<Outcome> {
    match cause {
        Cause::CallForwardNoAnswer => Some(Outcome::NoAnswer),
        Cause::CallForwardBusy => Some(Outcome::Busy),
        _ => None,
    }
}

/// The outcome of a connection that ends with `cause`.
pub(super) fn of_connection(connection: &Connection, cause: Cause, passed: &Passed) -> Outcome {
    let called = connection.direction == ConnectionDirection::Incoming;
    let alerted = connection.alerting_at.is_some();
    match cause {
        _ if called && connection.connected_at.is_some() => Outcome::Answered,
        _ if !called && passed.reached => Outcome::Answered,
        Cause::MultipleAlerting | Cause::CallPickup => Outcome::AnsweredElsewhere,
        // Where it could not get through it is so, also if the call goes on from there.
        _ if passed.diverted && connection.state == ConnectionState::Fail => {
            of_cause(connection.cause.unwrap_or(cause))
        }
        _ if passed.diverted => Outcome::Forwarded,
        // A phone that rings for a call of its own is told as initiated, not as alerting.
        _ if passed.refused && (alerted || !called) => Outcome::Rejected,
        Cause::CallNotAnswered => Outcome::NoAnswer,
        Cause::CallCancelled if connection.kind == Kind::Queue => Outcome::Abandoned,
        Cause::CallCancelled => Outcome::Cancelled,
        // Who called and got nowhere shares the fate of whom the call was for.
        _ if !called && passed.others.is_some() => passed.others.unwrap_or(Outcome::Failed),
        Cause::NormalClearing | Cause::Normal if !called => Outcome::Cancelled,
        cause => of_cause(cause),
    }
}

/// The outcome of a call that ended: that of whom it reached last. A caller who gave up in a queue abandoned, whoever rang then.
pub(super) fn of_call(call: &Call, cause: Option<Cause>) -> Outcome {
    let abandoned = call.history.iter().any(|c| c.outcome == Some(Outcome::Abandoned));
    match (last_reached(&call.history), cause) {
        _ if call.answered_at.is_some() => Outcome::Answered,
        _ if call.linkage.merged_into.is_some() => Outcome::Forwarded,
        _ if abandoned => Outcome::Abandoned,
        (Some(outcome), _) => outcome,
        // Nobody was called: who was to call did not lift.
        (None, Some(Cause::CallNotAnswered)) => {
            call.history.last().and_then(|c| c.outcome).unwrap_or(Outcome::NoAnswer)
        }
        (None, Some(Cause::NormalClearing | Cause::Normal)) => Outcome::Cancelled,
        (None, Some(cause)) => of_cause(cause),
        (None, None) => Outcome::Failed,
    }
}

const fn of_cause(cause: Cause) -> Outcome {
    match cause {
        Cause::Busy => Outcome::Busy,
        Cause::DoNotDisturb => Outcome::DoNotDisturb,
        Cause::CallNotAnswered => Outcome::NoAnswer,
        Cause::CallCancelled => Outcome::Cancelled,
        Cause::NumberUnallocated
        | Cause::NumberChanged
        | Cause::InvalidNumberFormat
        | Cause::IncompatibleDestination
        | Cause::DestNotObtainable
        | Cause::DestOutOfOrder
        | Cause::NetworkNotObtainable
        | Cause::NetworkOutOfOrder
        | Cause::NetworkCongestion
        | Cause::TrunksBusy => Outcome::Unreachable,
        _ => Outcome::Failed,
    }
}
