//! Acting: what somebody asks of a switch is allowed or not, understood, given to its link, and answered with what the switch did.
//!
//! A command goes on once it is given to the link, whether its caller waits or goes away.

mod asked;
mod outcome;
mod requests;
mod target;

pub(crate) use asked::Wish;
pub(crate) use outcome::{Done, Outcome};
pub(crate) use requests::Request;
pub(super) use requests::Requests;

use super::failure::{Code, Failure};
use super::{Caller, Refusal, Service};
use crate::link::handle::NotTaken;
use crate::model::{Command, CommandId, Order, SwitchName, Text};
use crate::stream::Answer;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How long a link may take to tell how a command came out. It gives up before: this is for one that is stuck.
const STUCK: Duration = Duration::from_secs(30);

/// How a caller wants to be served.
#[derive(Clone, Debug, Default)]
pub(crate) struct Terms {
    /// What the events are to carry as `requestid`.
    pub(crate) request_id: Option<Text>,
    /// How long the caller waits; `None`: until it is settled.
    pub(crate) wait: Option<Duration>,
}

impl Service {
    /// Has a switch do what is wished. Gives the request, settled, or not yet where the caller did not wait for that.
    pub(crate) async fn perform(
        self: &Arc<Self>,
        caller: &Caller,
        wish: Wish,
        body: &[u8],
        terms: Terms,
    ) -> Result<Arc<Request>, Refusal> {
        let started = Instant::now();
        let request = Arc::new(Request::new(caller, terms.request_id));
        match self.begin(caller, &wish, body, &request) {
            Ok(answer) => {
                self.requests.keep(&request);
                let work = Arc::clone(&request).follow(Arc::clone(self), wish, answer, started);
                // On its own: it goes on where the caller goes away.
                tokio::spawn(work);
                request.wait(terms.wait).await;
                Ok(request)
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// A request of this caller.
    pub(crate) fn request(&self, caller: &Caller, id: &str) -> Result<Arc<Request>, Refusal> {
        let found = id.parse().ok().and_then(|id| self.requests.get(id, caller));
        found.ok_or_else(|| Refusal::NoRequest(id.to_owned()))
    }

    fn begin(
        &self,
        caller: &Caller,
        wish: &Wish,
        body: &[u8],
        request: &Request,
    ) -> Result<(CommandId, oneshot::Receiver<Answer>), Refusal> {
        wish.allowed(caller)?;
        let (switch, order) = self.understand(caller, wish, body)?;
        self.submit(caller, &switch, request.request_id(), order)
    }

    /// Hands an order to the link of its switch.
    fn submit(
        &self,
        caller: &Caller,
        switch: &SwitchName,
        request_id: Text,
        order: Order,
    ) -> Result<(CommandId, oneshot::Receiver<Answer>), Refusal> {
        let Some(link) = self.links.get(switch) else {
            let detail = format!("the switch {switch} is not configured any more");
            return Err(Failure::new(Code::SwitchUnreachable, detail).into());
        };
        let id = CommandId(self.commands.fetch_add(1, Ordering::Relaxed));
        let answer = self.stream.expect(id);
        let command = Command {
            id,
            request_id,
            requested_by: Text::from(caller.0.name.as_str()),
            order,
        };
        match link.submit(command) {
            Ok(()) => Ok((id, answer)),
            Err(not_taken) => {
                self.stream.forget(id);
                let code = match not_taken {
                    NotTaken::Full => Code::TooManyRequests,
                    NotTaken::Stopped => Code::SwitchUnreachable,
                };
                Err(Failure::new(code, not_taken.to_string()).into())
            }
        }
    }

    /// Waits for the end of a command.
    async fn settled(&self, id: CommandId, answer: oneshot::Receiver<Answer>, wish: &Wish) -> Result<Done, Failure> {
        let unknown = |why: &str| {
            let detail = format!("{why} while {} was at work: it may be done or not", wish.service());
            Failure::new(Code::OutcomeUnknown, detail)
        };
        match tokio::time::timeout(STUCK, answer).await {
            Ok(Ok(answer)) => outcome::result(answer, wish.service(), matches!(wish, Wish::MakeCall)),
            Ok(Err(_)) => Err(unknown("the bridge stopped")),
            Err(_) => {
                self.stream.forget(id);
                Err(unknown("the link did not answer"))
            }
        }
    }
}
