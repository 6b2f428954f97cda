use crate::banner::Banner;
use crate::message::Message;
use lineside_wire::{RequestId, WireError};
use thiserror::Error;

/// What a client session tells its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The peer said who it is.
    Banner(Banner),
    /// The login was accepted: requests may be submitted, events come.
    LoggedIn,
    /// The login failed. The call that found it returns an error too.
    LoginFailed(LoginFailure),
    /// Every module of the switch is loaded. Comes at login or later, and never to a user without the class `system`: do not
    /// wait for it. Before it many actions are unknown to the switch.
    FullyBooted(Message),
    /// Something happened at the switch.
    Message(Message),
    /// A request came to its end: each one does, once.
    Completed {
        /// The request.
        id: RequestId,
        /// What became of it.
        result: Result<Reply, Failure>,
    },
    /// A message that belongs to nothing: an answer that came after its deadline, a second answer to one action, text without
    /// a header.
    Stray(Message),
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// One response.
    Response(Message),
    /// A response and a list.
    List(Box<List>),
}

impl Reply {
    /// The response.
    #[must_use]
    pub const fn response(&self) -> &Message {
        match self {
            Reply::Response(response) => response,
            Reply::List(list) => &list.response,
        }
    }

    /// The items of the list, none if it was none.
    #[must_use]
    pub fn items(&self) -> &[Message] {
        match self {
            Reply::Response(_) => &[],
            Reply::List(list) => &list.items,
        }
    }
}

/// A list that came whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The response that began it.
    pub response: Message,
    /// Its items in order.
    pub items: Vec<Message>,
    /// The event that ended it.
    pub end: Message,
}

/// Why a request has no answer, or none that was wished for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Failure {
    /// The switch said no.
    #[error("refused: {}", .0.text)]
    Refused(Box<Refusal>),
    /// No answer, or no whole list, within the time that the request gave. The switch may have done it nevertheless.
    #[error("no answer in time")]
    Timeout,
    /// The session ended. The switch may have done it nevertheless.
    #[error("the session ended before the answer came")]
    Lost,
    /// The list was larger than the session holds.
    #[error("the list is larger than {0} bytes")]
    TooLarge(usize),
}

/// An error response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The `Message` of the response.
    pub text: String,
    /// The response.
    pub response: Message,
}

/// Why a login failed: what to do about it differs.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LoginFailure {
    /// The peer closed without a word. Asterisk does so when too many sessions are not logged in yet (`authlimit`): back off;
    /// the password may be right.
    #[error("closed before the banner: the switch may have too many sessions that are not logged in")]
    ClosedBeforeBanner,
    /// The peer is no manager interface.
    #[error("{0}")]
    NotAManager(WireError),
    /// `allowmultiplelogin=no`, and this user is logged in already.
    #[error("refused: {0}: this user is logged in already, and may be so once only")]
    AlreadyInUse(String),
    /// Wrong user, wrong secret, or an address that the user may not come from: the switch does not say which. Wait at least
    /// 30 s before the next attempt; address blockers that read the log of the switch are common.
    #[error("refused: {0}: check the user, the secret, and permit and deny of the user in manager.conf")]
    Authentication(String),
    /// The peer has no MD5 challenge for us.
    #[error("no MD5 challenge: {0}: plain login may work")]
    NoChallenge(String),
    /// The peer closed in mid-login.
    #[error("closed during the login")]
    Closed,
    /// Silence.
    #[error("no {0} in time")]
    Timeout(&'static str),
    /// The bytes broke the rules.
    #[error("{0}")]
    Wire(WireError),
}

impl From<LoginFailure> for WireError {
    fn from(failure: LoginFailure) -> Self {
        match failure {
            LoginFailure::NotAManager(error) | LoginFailure::Wire(error) => error,
            LoginFailure::AlreadyInUse(native) | LoginFailure::Authentication(native) => WireError::Refused { native },
            LoginFailure::NoChallenge(_) => WireError::PeerIncompatible(failure.to_string()),
            LoginFailure::ClosedBeforeBanner | LoginFailure::Closed | LoginFailure::Timeout(_) => {
                WireError::PeerMisbehaved(failure.to_string())
            }
        }
    }
}
