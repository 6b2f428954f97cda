//! Requests at work and those that were settled lately: for who asks later how one came out, and for who asks the same again.

use super::outcome::Outcome;
use super::{Caller, Once};
use crate::model::Text;
use crate::stream::OnceKey;
use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use uuid::Uuid;

/// How long a request can be asked for.
const KEPT: Duration = Duration::from_secs(600);
/// How long it can be asked for at least, also where there are many.
const KEPT_AT_LEAST: Duration = Duration::from_secs(60);
/// The most requests that can be asked for, and the most that are at work under a key.
const MOST: usize = 10_000;

/// Something that was asked of a switch.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) id: Uuid,
    /// The name of the token that asked.
    token: String,
    request_id: Text,
    pub(super) once: Option<Once>,
    pub(super) began: Instant,
    state: watch::Sender<State>,
}

/// How far a request is.
#[derive(Clone, Debug)]
pub(super) enum State {
    /// It is looked at, and its key reserved: it may still be refused.
    Begins,
    /// The link has it, and it can be asked for.
    AtWork,
    /// It was refused before anything was done: whoever waits for it asks for itself.
    Refused,
    Settled(Arc<Outcome>),
}

impl Request {
    pub(super) fn new(caller: &Caller, request_id: Option<Text>, once: Option<Once>) -> Self {
        let id = Uuid::now_v7();
        let named = request_id.or_else(|| once.as_ref().map(|once| once.key.clone()));
        Request {
            id,
            token: caller.0.name.clone(),
            request_id: named.unwrap_or_else(|| Text::from(id.to_string())),
            once,
            began: Instant::now(),
            state: watch::Sender::new(State::Begins),
        }
    }

    /// What its events carry as `requestid`.
    pub(crate) fn request_id(&self) -> Text {
        self.request_id.clone()
    }

    /// How it came out, once it did.
    pub(crate) fn outcome(&self) -> Option<Arc<Outcome>> {
        match &*self.state.borrow() {
            State::Settled(outcome) => Some(Arc::clone(outcome)),
            State::Begins | State::AtWork | State::Refused => None,
        }
    }

    /// Where the log keeps how it came out.
    pub(super) fn key(&self) -> Option<OnceKey> {
        self.once.as_ref().map(|once| OnceKey {
            owner: Text::from(self.token.as_str()),
            name: once.key.clone(),
        })
    }

    pub(super) fn set(&self, state: State) {
        self.state.send_replace(state);
    }

    /// Waits until it is given to the link or refused, and then until it is settled, or for `most`: who does not wait is told
    /// where to ask, and there is nothing to ask for before.
    pub(super) async fn wait(&self, most: Option<Duration>) -> State {
        let mut watching = self.state.subscribe();
        let _ = watching.wait_for(|state| !matches!(state, State::Begins)).await;
        let over = async {
            let _ = watching.wait_for(|state| !matches!(state, State::AtWork)).await;
        };
        match most {
            None => over.await,
            Some(most) => drop(tokio::time::timeout(most, over).await),
        }
        self.state.borrow().clone()
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    all: DashMap<Uuid, Arc<Request>>,
    /// Those at work that are to be done once.
    by_key: DashMap<OnceKey, Arc<Request>>,
}

/// Who does what is to be done once?
pub(super) enum Claim {
    /// Who claims it now.
    Mine,
    /// It is at work already.
    Others(Arc<Request>),
    /// So many are at work that nobody can.
    Nobodys,
}

impl Requests {
    /// Forgets what can be asked for no more: it holds the whole of what it was about.
    pub(crate) fn forget(&self, now: Instant) {
        self.all
            .retain(|_, request| now.saturating_duration_since(request.began) < KEPT);
    }

    /// Takes a request in, for who asks for it later.
    pub(super) fn keep(&self, request: &Arc<Request>) {
        if self.all.len() >= MOST {
            self.forget(Instant::now());
        }
        if self.all.len() >= MOST {
            self.all
                .retain(|_, request| request.outcome().is_none() || request.began.elapsed() < KEPT_AT_LEAST);
        }
        // Rather not to be asked for than to grow without end: its outcome is told in events, too.
        if self.all.len() < MOST {
            self.all.insert(request.id, Arc::clone(request));
        }
    }

    /// The request of this id, for who asked for it.
    pub(super) fn get(&self, id: Uuid, caller: &Caller) -> Option<Arc<Request>> {
        let request = self.all.get(&id)?;
        let own = request.token == caller.0.name && request.began.elapsed() < KEPT;
        own.then(|| Arc::clone(&request))
    }

    pub(super) fn claim(&self, request: &Arc<Request>) -> Claim {
        let Some(key) = request.key() else {
            return Claim::Mine;
        };
        if self.by_key.len() >= MOST {
            // Only what the log did not take stays longer than it is at work.
            self.by_key.retain(|_, request| request.began.elapsed() < KEPT);
            if self.by_key.len() >= MOST {
                return Claim::Nobodys;
            }
        }
        match self.by_key.entry(key) {
            Entry::Occupied(other) => Claim::Others(Arc::clone(other.get())),
            Entry::Vacant(entry) => {
                entry.insert(Arc::clone(request));
                Claim::Mine
            }
        }
    }

    /// It is not at work any more.
    pub(super) fn unclaim(&self, request: &Request) {
        if let Some(key) = request.key() {
            self.by_key.remove_if(&key, |_, claimed| claimed.id == request.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::testing::{TestBridge, TestToken};
    use futures_util::poll;

    #[tokio::test]
    async fn a_request_is_forgotten_once_it_cannot_be_asked_for() {
        let bridge = TestBridge::new(vec![TestToken::admin("boss")]);
        let from = std::net::Ipv4Addr::LOCALHOST.into();
        let caller = bridge.service.authenticate("boss", from).unwrap();
        let requests = Requests::default();
        let request = Arc::new(Request::new(&caller, None, None));
        requests.keep(&request);
        requests.forget(request.began + KEPT - Duration::from_millis(1));
        assert!(requests.get(request.id, &caller).is_some());
        requests.forget(request.began + KEPT);
        assert!(requests.all.is_empty());
    }

    #[tokio::test]
    async fn who_does_not_wait_still_learns_whether_it_was_refused_at_once() {
        let bridge = TestBridge::new(vec![TestToken::admin("boss")]);
        let from = std::net::Ipv4Addr::LOCALHOST.into();
        let caller = bridge.service.authenticate("boss", from).unwrap();
        for (next, refused) in [(State::Refused, true), (State::AtWork, false)] {
            let request = Request::new(&caller, None, None);
            let joined = request.wait(Some(Duration::ZERO));
            tokio::pin!(joined);
            assert!(poll!(joined.as_mut()).is_pending(), "it may still be refused");
            request.set(next);
            assert_eq!(matches!(joined.await, State::Refused), refused);
        }
    }
}
