//! Requests at work and those that were settled lately, for who asks later how one came out.

use super::outcome::Outcome;
use super::{Answer, Caller, Service, Wish};
use crate::model::{CommandId, Text};
use dashmap::DashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{oneshot, watch};
use uuid::Uuid;

/// How long a request can be asked for.
const KEPT: Duration = Duration::from_secs(600);
/// The most requests that can be asked for.
const MOST: usize = 10_000;

/// Something that was asked of a switch.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) id: Uuid,
    /// The name of the token that asked.
    token: String,
    request_id: Text,
    began: Instant,
    outcome: watch::Sender<Option<Arc<Outcome>>>,
}

impl Request {
    pub(super) fn new(caller: &Caller, request_id: Option<Text>) -> Self {
        let id = Uuid::now_v7();
        Request {
            id,
            token: caller.0.name.clone(),
            request_id: request_id.unwrap_or_else(|| Text::from(id.to_string())),
            began: Instant::now(),
            outcome: watch::Sender::new(None),
        }
    }

    /// What its events carry as `requestid`.
    pub(crate) fn request_id(&self) -> Text {
        self.request_id.clone()
    }

    /// How it came out, once it did.
    pub(crate) fn outcome(&self) -> Option<Arc<Outcome>> {
        self.outcome.borrow().clone()
    }

    pub(super) async fn wait(&self, most: Option<Duration>) {
        let mut watching = self.outcome.subscribe();
        let settled = watching.wait_for(Option::is_some);
        match most {
            None => drop(settled.await),
            Some(most) => drop(tokio::time::timeout(most, settled).await),
        }
    }

    pub(super) async fn follow(
        self: Arc<Self>,
        service: Arc<Service>,
        wish: Wish,
        (id, answer): (CommandId, oneshot::Receiver<Answer>),
        _started: Instant,
    ) {
        let result = service.settled(id, answer, &wish).await;
        let outcome = Outcome {
            request_id: self.request_id(),
            result,
        };
        self.outcome.send_replace(Some(Arc::new(outcome)));
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Requests(DashMap<Uuid, Arc<Request>>);

impl Requests {
    pub(super) fn keep(&self, request: &Arc<Request>) {
        if self.0.len() >= MOST {
            self.0.retain(|_, request| request.began.elapsed() < KEPT);
        }
        // Rather not to be asked for than to grow without end: its outcome is told in events, too.
        if self.0.len() < MOST {
            self.0.insert(request.id, Arc::clone(request));
        }
    }

    /// The request of this id, for who asked for it.
    pub(super) fn get(&self, id: Uuid, caller: &Caller) -> Option<Arc<Request>> {
        let request = self.0.get(&id)?;
        let own = request.token == caller.0.name && request.began.elapsed() < KEPT;
        own.then(|| Arc::clone(&request))
    }
}
