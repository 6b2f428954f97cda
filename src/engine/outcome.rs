//! How an ended connection came out: one table of the states that it passed and its last cause.

use crate::model::{Call, Cause, Connection, ConnectionDirection, Kind, Outcome};

/// What a table row asks besides the cause.
pub(super) struct Passed {
    /// It left because the call went on elsewhere.
    pub(super) diverted: bool,
    /// The device itself said no.
    pub(super) refused: bool,
    /// Somebody whom the call was for was reached.
    pub(super) reached: bool,
}

/// The outcome of a connection that ends with `cause`.
pub(super) fn of_connection(connection: &Connection, cause: Cause, passed: &Passed) -> Outcome {
    let called = connection.direction == ConnectionDirection::Incoming;
    let alerted = connection.alerting_at.is_some();
    match cause {
        _ if called && connection.connected_at.is_some() => Outcome::Answered,
        _ if !called && passed.reached => Outcome::Answered,
        Cause::MultipleAlerting | Cause::CallPickup => Outcome::AnsweredElsewhere,
        _ if passed.diverted => Outcome::Forwarded,
        _ if passed.refused && alerted => Outcome::Rejected,
        Cause::CallNotAnswered => Outcome::NoAnswer,
        Cause::CallCancelled if connection.kind == Kind::Queue => Outcome::Abandoned,
        Cause::CallCancelled => Outcome::Cancelled,
        Cause::NormalClearing | Cause::Normal if !called => Outcome::Cancelled,
        cause => of_cause(cause),
    }
}

/// The outcome of a call that ended: that of whom it reached last.
pub(super) fn of_call(call: &Call, cause: Option<Cause>) -> Outcome {
    if call.answered_at.is_some() {
        return Outcome::Answered;
    }
    let reached = call.history.iter().rev().find(|c| {
        c.direction == ConnectionDirection::Incoming
            && !matches!(c.outcome, None | Some(Outcome::Forwarded | Outcome::AnsweredElsewhere))
    });
    match (reached, cause) {
        (Some(connection), _) => connection.outcome.unwrap_or(Outcome::Failed),
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
