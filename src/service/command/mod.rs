//! Acting: what somebody asks of a switch is allowed or not, understood, given to its link, and answered with what the switch did.
//!
//! A command goes on once it is given to the link, whether its caller waits or goes away.
//!
//! # Once
//!
//! Who gives a key has its request done once, whatever happens. The key is reserved in the log before the command is given to the
//! link, and how it came out is noted beside it: whoever comes with the same key and asks for the same gets the same answer, within
//! 24 hours and also after a restart. Where the bridge was killed in between nobody knows how it came out, and so it is told; it
//! is not sent again. Where the log cannot be written the key cannot be kept, so nothing is sent. What was refused before
//! anything was given to a switch was not done: it is not kept, and asking again asks again.

mod agent;
mod asked;
mod audit;
mod feature;
mod once;
mod outcome;
mod requests;
mod target;

pub(crate) use asked::Wish;
pub(crate) use outcome::{Done, Outcome, Whole};
pub(crate) use requests::Request;
pub(super) use requests::Requests;

use super::failure::{Code, Failure};
use super::{Caller, Refusal, Scope, Service};
use crate::link::handle::NotTaken;
use crate::model::{Command, CommandId, Deed, Order, SwitchName, Text, Verdict};
use crate::stream::Answer;
use audit::Audit;
use requests::{Claim, State};
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
    /// It is to be done once.
    pub(crate) once: Option<Once>,
    /// How long the caller waits; `None`: until it is settled.
    pub(crate) wait: Option<Duration>,
}

/// What is to be done once.
#[derive(Clone, Debug)]
pub(crate) struct Once {
    /// How the caller calls it.
    pub(crate) key: Text,
    /// What is asked, as a digest.
    pub(crate) asked: [u8; 32],
}

/// What became of a request so far.
#[derive(Debug)]
pub(crate) struct Performed {
    pub(crate) request: Arc<Request>,
    /// It was asked for before, under the same key.
    pub(crate) again: bool,
}

/// How a request goes on after it was looked at.
enum Begun {
    /// The link has it.
    Given(CommandId, oneshot::Receiver<Answer>),
    /// It was done before, and came out like this.
    Before(Arc<Outcome>),
}

impl Service {
    /// Has a switch do what is wished. Gives the request, settled, or not yet where the caller did not wait for that.
    pub(crate) async fn perform(
        self: &Arc<Self>,
        caller: &Caller,
        wish: Wish,
        body: &[u8],
        terms: Terms,
    ) -> Result<Performed, Refusal> {
        self.access.serve(&caller.0, Instant::now()).map_err(|wait| {
            let what = "the token asks for services too often (`api.servicesPerSecond`)";
            Refusal::TooOften { what, wait }
        })?;
        let wish = Arc::new(wish);
        let body: Arc<[u8]> = body.into();
        loop {
            let request = Arc::new(Request::new(caller, terms.request_id.clone(), terms.once.clone()));
            match self.requests.claim(&request) {
                Claim::Mine => {
                    let (told, begun) = oneshot::channel();
                    let work = Arc::clone(self).work(
                        caller.clone(),
                        Arc::clone(&wish),
                        Arc::clone(&body),
                        Arc::clone(&request),
                        told,
                    );
                    // On its own: it goes on where the caller goes away.
                    tokio::spawn(work);
                    let again = begun.await.unwrap_or_else(|_| Err(stopped()))?;
                    request.wait(terms.wait).await;
                    return Ok(Performed { request, again });
                }
                Claim::Others(other) => {
                    once::must_be_same(&request, &other)?;
                    if !matches!(other.wait(terms.wait).await, State::Refused) {
                        let again = true;
                        return Ok(Performed { request: other, again });
                    }
                }
                Claim::Nobodys => return Err(once::full()),
            }
        }
    }

    /// A request of this caller.
    pub(crate) fn request(&self, caller: &Caller, id: &str) -> Result<Arc<Request>, Refusal> {
        let found = id.parse().ok().and_then(|id| self.requests.get(id, caller));
        found.ok_or_else(|| Refusal::NoRequest(id.to_owned()))
    }

    /// From a request to its outcome. `told` learns whether it was refused at once, and else whether it was done before.
    async fn work(
        self: Arc<Self>,
        caller: Caller,
        wish: Arc<Wish>,
        body: Arc<[u8]>,
        request: Arc<Request>,
        told: oneshot::Sender<Result<bool, Refusal>>,
    ) {
        let mut audit = Audit::new(&caller, &wish, &request);
        match self.begin(&caller, &wish, &body, &request, &mut audit).await {
            Err(refusal) => {
                audit.refused(&refusal);
                self.requests.unclaim(&request);
                request.set(State::Refused);
                let _ = told.send(Err(refusal));
            }
            Ok(Begun::Before(outcome)) => {
                audit.before(&outcome);
                request.set(State::Settled(outcome));
                self.requests.unclaim(&request);
                let _ = told.send(Ok(true));
            }
            Ok(Begun::Given(id, answer)) => {
                self.requests.keep(&request);
                request.set(State::AtWork);
                let _ = told.send(Ok(false));
                let (result, given) = self.settled(id, answer, &wish).await;
                let request_id = request.request_id();
                let outcome = Arc::new(Outcome { request_id, result });
                audit.settled(&outcome, given);
                if self.note(&request, &outcome, given).await {
                    self.requests.unclaim(&request);
                }
                request.set(State::Settled(outcome));
            }
        }
    }

    async fn begin(
        &self,
        caller: &Caller,
        wish: &Wish,
        body: &[u8],
        request: &Request,
        audit: &mut Audit,
    ) -> Result<Begun, Refusal> {
        wish.allowed(caller)?;
        if let Some(before) = self.reserve(request).await? {
            // The token may see less than it did then.
            if let Ok(done) = &before.result {
                target::must_have_seen(caller, &done.whole)?;
            }
            return Ok(Begun::Before(before));
        }
        let given = self.understand(caller, wish, body).and_then(|(switch, order)| {
            audit.about(&order);
            // What a call carries is the same right whether it is given with the call or later.
            if gives_data(&order) {
                caller.must_have(Scope::UserDataWrite)?;
            }
            self.submit(caller, &switch, request.request_id(), order)
        });
        match given {
            Ok((id, answer)) => Ok(Begun::Given(id, answer)),
            Err(refusal) => {
                self.release(request);
                Err(refusal)
            }
        }
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
        link.submit(command).map(|()| (id, answer)).map_err(|not_taken| {
            self.stream.forget(id);
            match not_taken {
                NotTaken::Full => Failure::new(Code::TooManyRequests, not_taken.to_string()).into(),
                NotTaken::Stopped => stopped(),
            }
        })
    }

    /// The agent or the device that a wish is about, where it is about one.
    fn about(&self, wish: &Wish) -> Option<Whole> {
        let view = self.stream.view();
        let agent = wish.agent().and_then(|id| view.agents.get(&id).cloned());
        let device = wish.device().and_then(|id| view.devices.get(&id).cloned());
        agent.map(Whole::Agent).or_else(|| device.map(Whole::Device))
    }

    /// Waits for the end of a command. Gives also whether anything may have been given to a switch.
    async fn settled(
        &self,
        id: CommandId,
        answer: oneshot::Receiver<Answer>,
        wish: &Wish,
    ) -> (Result<Done, Failure>, bool) {
        let unknown = |why: &str| {
            let detail = format!("{why} while {} was at work: it may be done or not", wish.service());
            (Err(Failure::new(Code::OutcomeUnknown, detail)), true)
        };
        match tokio::time::timeout(STUCK, answer).await {
            Ok(Ok(answer)) => {
                let given = !matches!(answer.settled.verdict, Verdict::Denied(_));
                let new = wish.makes_a_call();
                (outcome::result(answer, self.about(wish), wish.service(), new), given)
            }
            Ok(Err(_)) => unknown("the bridge stopped"),
            Err(_) => {
                self.stream.forget(id);
                unknown("the link did not answer")
            }
        }
    }
}

/// Is the new call to carry something?
fn gives_data(order: &Order) -> bool {
    match order {
        Order::MakeCall(call) => !call.user_data.is_empty(),
        Order::Connection {
            deed: Deed::Consult { user_data, .. },
            ..
        } => !user_data.is_empty(),
        _ => false,
    }
}

fn stopped() -> Refusal {
    Failure::new(Code::SwitchUnreachable, "the bridge stops: ask again when it is up").into()
}
