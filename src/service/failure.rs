//! Why a service was not done: a code for programs, words for people, and what the switch itself said. Each protocol of the north
//! has its own way to say it; the codes are those of ECMA-323, edition 6, where it has one.

use crate::model::{CallId, Cause, Contradiction, Denial, Meaning, Native, Verdict};
use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// For programs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub(crate) enum Code {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl Code {
            /// Every code.
            pub(crate) const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The name, as in answers and in the audit.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }
        }
    };
}

codes! {
    /// What was asked is not well-formed.
    InvalidRequest = "invalidRequest",
    /// There is no such call.
    InvalidCallId = "invalidCallID",
    /// There is no such device.
    InvalidDeviceId = "invalidDeviceID",
    /// The call has no such connection.
    InvalidConnectionId = "invalidConnectionID",
    /// The state does not allow it.
    InvalidConnectionState = "invalidConnectionState",
    /// There is no such destination, or it cannot be reached.
    InvalidDestination = "invalidDestination",
    /// Whoever is needed is busy.
    ResourceBusy = "resourceBusy",
    /// No line is free.
    NetworkBusy = "networkBusy",
    /// The switch said no.
    SwitchRefused = "switchRefused",
    /// The device has several connections in the call.
    AmbiguousConnection = "ambiguousConnection",
    /// The call became part of another.
    CallMerged = "callMerged",
    /// The call ended.
    CallEnded = "callEnded",
    /// The agent is logged on elsewhere.
    AgentAlreadyLoggedOn = "agentAlreadyLoggedOn",
    /// Somebody else is logged on there.
    DeviceInUse = "deviceInUse",
    /// Another command is at work there.
    Conflict = "conflict",
    /// The token may not act on this call or device.
    PrivilegeViolation = "privilegeViolationSpecifiedDevice",
    /// The token may not do this.
    Forbidden = "forbidden",
    /// The switch does not offer it.
    ServiceNotSupported = "serviceNotSupported",
    /// More data than there may be.
    PayloadTooLarge = "payloadTooLarge",
    /// More than is taken at a time.
    TooManyRequests = "tooManyRequests",
    /// The switch said yes, and then did nothing.
    SwitchIgnored = "switchIgnored",
    /// The switch is not heard.
    SwitchUnreachable = "switchUnreachable",
    /// The switch did not answer.
    SwitchTimeout = "switchTimeout",
    /// The switch may have done it or not.
    OutcomeUnknown = "outcomeUnknown",
    /// The key was used for something else.
    IdempotencyKeyReused = "idempotencyKeyReused",
    /// There is nothing of this name.
    NotFound = "notFound",
    /// Nobody has this token.
    Unauthenticated = "unauthenticated",
    /// The bridge cannot do it now.
    Unavailable = "unavailable",
}

/// Why a service was not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Failure {
    pub(crate) code: Code,
    /// What went wrong, and what to do.
    pub(crate) detail: String,
    /// What of the request is wrong.
    pub(crate) field: Option<String>,
    /// What the switch said.
    pub(crate) native: Option<Native>,
    /// The call that this one became part of.
    pub(crate) merged_into: Option<CallId>,
}

impl Failure {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Failure {
            code,
            detail: detail.into(),
            field: None,
            native: None,
            merged_into: None,
        }
    }

    pub(super) fn merged(call: CallId, into: CallId) -> Self {
        let detail = format!("the call {call} became part of the call {into}: ask there");
        Failure {
            merged_into: Some(into),
            ..Failure::new(Code::CallMerged, detail)
        }
    }

    /// `Ok`: it was done; with `false` the switch does not show what it did.
    pub(super) fn of(verdict: Verdict, call: Option<CallId>, service: &str) -> Result<bool, Self> {
        Err(match verdict {
            Verdict::Done => return Ok(true),
            Verdict::Unconfirmed => return Ok(false),
            Verdict::Denied(denial) => denied(denial, call),
            Verdict::Refused(native) => refused(native),
            Verdict::Contradicted(Contradiction::CallEnded) => {
                let detail = format!("the call ended before {service} was done");
                Failure::new(Code::CallEnded, detail)
            }
            Verdict::Contradicted(Contradiction::Destination(cause)) => unreached(cause),
            Verdict::Contradicted(Contradiction::LoggedOff) => {
                let detail = format!("the agent logged off before {service} was done");
                Failure::new(Code::Conflict, detail)
            }
            Verdict::Ignored => {
                let detail = format!(
                    "the switch said yes to {service} and then did not do it: events tell if it still does, the log of the \
                     switch may tell why not"
                );
                Failure::new(Code::SwitchIgnored, detail)
            }
            Verdict::TimedOut => {
                let detail = format!(
                    "the switch did not answer in time: {service} may be done or not; read the call before asking again"
                );
                Failure::new(Code::SwitchTimeout, detail)
            }
            Verdict::Unknown => {
                let detail = format!(
                    "the link to the switch broke while {service} was at work: it may be done or not; read the call once the \
                     link is up"
                );
                Failure::new(Code::OutcomeUnknown, detail)
            }
        })
    }
}

/// Nothing was sent.
fn denied(denial: Denial, call: Option<CallId>) -> Failure {
    let shown = call.map_or_else(String::new, |call| format!(" {call}"));
    match denial {
        Denial::NoCall => Failure::new(Code::InvalidCallId, format!("there is no call{shown} any more")),
        Denial::CallEnded => Failure::new(Code::CallEnded, format!("the call{shown} ended")),
        Denial::CallMerged(into) => Failure::merged(call.unwrap_or(into), into),
        Denial::NoConnection => {
            let detail = format!("the connection is not part of the call{shown} any more");
            Failure::new(Code::InvalidConnectionId, detail)
        }
        Denial::State(why) => Failure::new(Code::InvalidConnectionState, why.as_str()),
        Denial::Device(why) => Failure::new(Code::InvalidDeviceId, why.as_str()),
        Denial::Destination(why) => Failure::new(Code::InvalidDestination, why.as_str()),
        Denial::Field(field, why) => Failure {
            field: Some(field.to_owned()),
            ..Failure::new(Code::InvalidRequest, format!("{field}: {why}"))
        },
        Denial::LoggedOn(why) => Failure::new(Code::AgentAlreadyLoggedOn, why.as_str()),
        Denial::InUse(why) => Failure::new(Code::DeviceInUse, why.as_str()),
        Denial::Agent(why) => Failure::new(Code::Conflict, why.as_str()),
        Denial::Busy(why) => Failure::new(Code::Conflict, why.as_str()),
        Denial::NotSupported(why) => Failure::new(Code::ServiceNotSupported, why.as_str()),
        Denial::Unreachable(why) => Failure::new(Code::SwitchUnreachable, why.as_str()),
        Denial::TooMuchData(size) => {
            let detail = format!("the call would carry {size} bytes of data: it carries at most 16384");
            Failure::new(Code::PayloadTooLarge, detail)
        }
        Denial::TooMany(most) => {
            let detail = format!("{most} commands are at work on this switch already: ask again in a second");
            Failure::new(Code::TooManyRequests, detail)
        }
    }
}

/// The switch said no.
fn refused(native: Native) -> Failure {
    let said = format!("the switch refused {}: {}", native.request, native.message);
    let (code, detail) = match native.meaning {
        Meaning::State => (Code::InvalidConnectionState, said),
        Meaning::Destination => (Code::InvalidDestination, said),
        Meaning::Device => (Code::InvalidDeviceId, said),
        Meaning::Right => {
            let detail =
                format!("{said}; give the bridge's user on the switch the right to do it (`lineside check --connect`)");
            (Code::SwitchRefused, detail)
        }
        Meaning::Other => (Code::SwitchRefused, said),
    };
    Failure {
        native: Some(native),
        ..Failure::new(code, detail)
    }
}

/// The destination was not reached.
fn unreached(cause: Cause) -> Failure {
    let code = match cause {
        Cause::Busy
        | Cause::BusyOverflow
        | Cause::AcdBusy
        | Cause::CallNotAnswered
        | Cause::AlertTimeExpired
        | Cause::DoNotDisturb
        | Cause::ResourcesNotAvailable => Code::ResourceBusy,
        Cause::NetworkCongestion | Cause::NetworkNotObtainable | Cause::TrunksBusy => Code::NetworkBusy,
        _ => Code::InvalidDestination,
    };
    let name = serde_json::to_value(cause).unwrap_or_default();
    let detail = format!("the destination was not reached: {}", name.as_str().unwrap_or("normal"));
    Failure::new(code, detail)
}
