use super::{CallId, CommandId, Native, Text};

/// How a command ended. Rides in the batch of what proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The command.
    pub id: CommandId,
    /// How it came out.
    pub verdict: Verdict,
    /// The call that it was about, or that it made.
    pub call: Option<CallId>,
    /// The place of the event that proves it in its batch.
    pub proof: Option<usize>,
}

/// How a command came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The switch did it.
    Done,
    /// The switch said yes, and it does not show what it does, or not all of it: who was to leave a call has left, and where that came to is not
    /// seen.
    Unconfirmed,
    /// It could not be asked, and nothing was sent.
    Denied(Denial),
    /// The switch said no.
    Refused(Native),
    /// Something else happened instead: what.
    Contradicted(Contradiction),
    /// The switch said yes, and then nothing happened.
    Ignored,
    /// The switch said nothing.
    TimedOut,
    /// The link broke: the switch may have done it or not.
    Unknown,
}

/// Why a command was not even sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denial {
    /// There is no such call.
    NoCall,
    /// The call ended.
    CallEnded,
    /// The call became part of another.
    CallMerged(CallId),
    /// The call has no such connection.
    NoConnection,
    /// The service is not possible in this state: why, and what is.
    State(Text),
    /// The device is none that could be asked: why.
    Device(Text),
    /// The destination is none that could be asked for: why.
    Destination(Text),
    /// A field of what was asked for says nothing here: which, and what was expected.
    Field(&'static str, Text),
    /// The agent is logged on elsewhere: where.
    LoggedOn(Text),
    /// Somebody else is logged on there: who.
    InUse(Text),
    /// The agent's state or work does not allow it: why, and what to do.
    Agent(Text),
    /// Another command is at work there.
    Busy(Text),
    /// The switch does not offer the service: why, and what would give it.
    NotSupported(Text),
    /// The switch is not heard.
    Unreachable(Text),
    /// More data than a call carries, in bytes.
    TooMuchData(usize),
    /// More commands at work than the bridge keeps for one switch.
    TooMany(usize),
}

/// What happened instead of what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contradiction {
    /// The call ended first.
    CallEnded,
    /// The destination could not be reached: how it came out there.
    Destination(super::Cause),
    /// The agent logged off meanwhile.
    LoggedOff,
}
