use super::failure::{Ending, LoginFailure};
use crate::ber::Phase;
use crate::error::DecodeError;
use crate::message::{EventReport, InvokeId, Message, RejectProblem, Request, Response};
use crate::schema::Octets;
use crate::session::{AskedId, Failure};
use crate::types::SystemStatusValue;
use lineside_wire::RequestId;
use std::time::Duration;

/// What a client session tells its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The switch let us in: requests may be submitted.
    Up(Peer),
    /// The login failed. The call that found it returns an error too.
    LoginFailed(LoginFailure),
    /// Something happened. Reports come in order, also those ahead of [`Event::Up`] and of the answer to the Monitor Start that caused
    /// them; none is left out.
    Report(EventReport),
    /// The switch asks for something that the owner answers: [`super::Client::answer`].
    Asked {
        /// Names it.
        id: AskedId,
        /// What it asks for.
        request: Request,
    },
    /// The switch asks for something that needs no answer of the owner: the session answered Monitor Stop, Switching Function
    /// Capabilities Changed, Switching Function Devices Changed and Request System Status itself; ECMA-269 has no answer to segments
    /// of lists, to what concerns a route, and to the end of a registration.
    Told(Request),
    /// The switch told how it is. The session has answered.
    Status {
        /// In its own words.
        value: SystemStatusValue,
        /// What to do about it.
        meaning: StatusMeaning,
    },
    /// A request came to its end: each one does, once.
    Completed {
        /// The request.
        id: RequestId,
        /// What became of it.
        result: Result<Response, Failure>,
    },
    /// A frame that is no message that can be understood. The session goes on.
    Unreadable {
        /// Its invoke id, as far as that could be read.
        id: Option<InvokeId>,
        /// Why.
        error: DecodeError,
        /// How many bytes it has.
        length: usize,
    },
    /// The messages are those of another phase than the one that was agreed on. Told once.
    OtherPhase {
        /// What was agreed on.
        announced: Phase,
        /// What comes.
        seen: Phase,
    },
    /// The switch rejected something, and does not say what; more than one request is under way, or none.
    Rejected(RejectProblem),
    /// A message that belongs to nothing: an answer that came after its deadline, a second answer to one request.
    Stray(Message),
    /// The session ended before its owner wished it. The call that found it returns an error too.
    Ended(Ending),
}

/// What the switch said of itself at the login.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// The version of the protocol: a namespace of ECMA-323 with what the vendor adds, or the bits of `CSTAVersion` by their names.
    pub protocol_version: Option<String>,
    /// What it says that it is.
    pub system_version: Option<String>,
    /// The phase that was agreed on, in BER.
    pub phase: Option<Phase>,
    /// The name of the session (ECMA-354).
    pub session: Option<Octets>,
    /// How long the session lives if its timer is not reset (ECMA-354). The session resets it at half of that.
    pub duration: Option<Duration>,
}

/// What a system status means to an application (ECMA-269, 12.2.24).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusMeaning {
    /// All monitors and registrations are gone: create them anew, where the switch is disabled or initializing when it tells that it
    /// is enabled.
    Gone,
    /// Something was lost: take snapshots of what is monitored, and see which monitors are left.
    Resync,
    /// The switch has too much to do: ask for less.
    BackOff,
    /// All is well.
    Fine,
}

impl StatusMeaning {
    /// The meaning of `value`. One that is not known is taken for a loss.
    #[must_use]
    pub const fn of(value: &SystemStatusValue) -> Self {
        match value {
            SystemStatusValue::Initializing | SystemStatusValue::Enabled | SystemStatusValue::Disabled => Self::Gone,
            SystemStatusValue::Normal | SystemStatusValue::OverloadRelieved => Self::Fine,
            SystemStatusValue::OverloadImminent | SystemStatusValue::OverloadReached => Self::BackOff,
            SystemStatusValue::MessagesLost | SystemStatusValue::PartiallyDisabled | SystemStatusValue::Other(_) => {
                Self::Resync
            }
        }
    }
}
