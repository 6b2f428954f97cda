use lineside_wire::WireError;
use thiserror::Error;

/// Why a login failed: what to do about it differs.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LoginFailure {
    /// The peer closed the connection.
    #[error("closed while {0} was awaited: the switch may have no link left for us, or not let this address in")]
    Closed(&'static str),
    /// Silence.
    #[error("no {0} in time: check the port, and that the dialect is that of the switch")]
    Timeout(&'static str),
    /// The switch says that it is not working.
    #[error("the switch is {0}: wait until it is enabled")]
    NotEnabled(String),
    /// The switch does not take the account, in its own words.
    #[error("refused: {0}: check the user and the password")]
    Credentials(String),
    /// The switch takes none of our versions of the protocol.
    #[error("the switch speaks {theirs}, and we asked for {ours}: change the versions of the dialect")]
    Version {
        /// What was asked for.
        ours: String,
        /// What the switch takes, or its own words for not taking ours.
        theirs: String,
    },
    /// The switch has no room for another application now.
    #[error("refused: {0}: too many applications, or too much to do: wait before the next attempt")]
    Busy(String),
    /// The switch does not want us, in its own words.
    #[error("refused: {0}: check what the switch allows this application")]
    Refused(String),
    /// The peer is no switch of this dialect.
    #[error("{0}")]
    NotThisDialect(WireError),
    /// The bytes broke the rules.
    #[error("{0}")]
    Wire(WireError),
}

impl From<LoginFailure> for WireError {
    fn from(failure: LoginFailure) -> Self {
        match failure {
            LoginFailure::NotThisDialect(error) | LoginFailure::Wire(error) => error,
            LoginFailure::Credentials(native) | LoginFailure::Busy(native) | LoginFailure::Refused(native) => {
                WireError::Refused { native }
            }
            LoginFailure::Version { .. } => WireError::PeerIncompatible(failure.to_string()),
            LoginFailure::Closed(_) | LoginFailure::Timeout(_) | LoginFailure::NotEnabled(_) => {
                WireError::PeerMisbehaved(failure.to_string())
            }
        }
    }
}

/// Why a session that was up ended.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Ending {
    /// The switch ended the session, in its own words.
    #[error("the switch ended the session: {0}")]
    Terminated(String),
    /// The switch released the association.
    #[error("the switch released the association")]
    Released,
    /// The association was aborted: 0 by the switch, 1 by its communication.
    #[error("the association was aborted by {}", if *.0 == 0 { "the switch" } else { "its communication" })]
    Aborted(i64),
    /// The switch did not reset the timer of the session, in its own words.
    #[error("the timer of the session was not reset: {0}")]
    TimerNotReset(String),
    /// Nothing was heard for too long.
    #[error("nothing was heard of the switch: {0}")]
    Dead(&'static str),
    /// The bytes broke the rules.
    #[error("{0}")]
    Wire(WireError),
}

impl From<Ending> for WireError {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Wire(error) => error,
            Ending::Terminated(native) => WireError::Refused { native },
            Ending::Released | Ending::Aborted(_) | Ending::TimerNotReset(_) | Ending::Dead(_) => {
                WireError::PeerMisbehaved(ending.to_string())
            }
        }
    }
}
