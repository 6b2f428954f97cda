use crate::error::DecodeError;
use crate::message::{InvokeId, Message, RejectProblem, Request, Response};
use crate::session::{AskedId, Failure};
use lineside_wire::RequestId;

/// What a server session tells its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// An application was let in: its requests come, and it may be told what happens.
    Up {
        /// Its account, where it named one.
        user: Option<String>,
    },
    /// An application was not let in; the end of the session follows.
    Refused {
        /// Why, in the words that it was told.
        native: String,
    },
    /// The application asks for something: [`super::Server::respond`].
    Received {
        /// Names it.
        id: AskedId,
        /// What it asks for.
        request: Request,
    },
    /// The application tells something that ECMA-269 has no answer to: Route Select and its like.
    Told(Request),
    /// A request of ours came to its end: each one does, once.
    Completed {
        /// The request.
        id: RequestId,
        /// What became of it.
        result: Result<Response, Failure>,
    },
    /// A frame that is no message that can be understood. In BER it was rejected.
    Unreadable {
        /// Its invoke id, as far as that could be read.
        id: Option<InvokeId>,
        /// Why.
        error: DecodeError,
    },
    /// The application rejected something, and does not say what.
    Rejected(RejectProblem),
    /// A message that belongs to nothing.
    Stray(Message),
    /// The session is over: write what is left and close the connection.
    Closed,
}
