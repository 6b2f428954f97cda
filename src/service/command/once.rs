//! Doing a request once: its key is reserved in the log first, and how it came out is noted there.

use super::outcome::Outcome;
use super::requests::Request;
use crate::service::failure::{Code, Failure};
use crate::service::{Refusal, Service};
use crate::stream::{NotKept, Reservation, Reserved};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// When it is worth to ask again where there is no room for a key: each is kept for a day, and goes by itself.
const AGAIN: Duration = Duration::from_secs(60);

/// The same key may not ask for something else.
pub(super) fn must_be_same(request: &Request, other: &Request) -> Result<(), Refusal> {
    let asked = |request: &Request| request.once.as_ref().map(|once| once.asked);
    if asked(request) == asked(other) {
        Ok(())
    } else {
        Err(reused())
    }
}

pub(super) fn full() -> Refusal {
    let what = "as many Idempotency-Keys are kept as there is room for, each for 24 hours: ask without a key";
    Refusal::TooOften { what, wait: AGAIN }
}

fn reused() -> Refusal {
    let detail = "the Idempotency-Key was used for another request within 24 hours: each request has a key of its own";
    Failure::new(Code::IdempotencyKeyReused, detail).into()
}

impl Service {
    /// Reserves the key of a request, if it has one; gives how it came out where it was done before.
    pub(super) async fn reserve(&self, request: &Request) -> Result<Option<Arc<Outcome>>, Refusal> {
        let (Some(once), Some(key)) = (&request.once, request.key()) else {
            return Ok(None);
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let reservation = Reservation {
            key,
            asked: once.asked,
            at: i64::try_from(now.as_millis()).unwrap_or(i64::MAX),
        };
        match self.stream.keys().reserve(reservation).await {
            Ok(Reserved::Now) => Ok(None),
            Ok(Reserved::Before { asked, .. }) if asked != once.asked => Err(reused()),
            Ok(Reserved::Before { answer, .. }) => Ok(Some(Arc::new(before(request, answer.as_deref())))),
            Err(NotKept::Full) => Err(full()),
            Err(NotKept::Disk(why)) => {
                let detail = format!(
                    "the Idempotency-Key cannot be kept, so nothing was sent to the switch: {why}. Make room on the disk of \
                     `stream.path` or repair it, or ask without a key"
                );
                Err(Failure::new(Code::Unavailable, detail).into())
            }
        }
    }

    /// Nothing was done under the key of this request.
    pub(super) fn release(&self, request: &Request) {
        if let Some(key) = request.key() {
            self.stream.keys().release(key);
        }
    }

    /// Notes how a request came out. False: the log did not take it, so it must be remembered here.
    pub(super) async fn note(&self, request: &Request, outcome: &Outcome, given: bool) -> bool {
        let Some(key) = request.key() else { return true };
        if !given {
            self.stream.keys().release(key);
            return true;
        }
        let noted = match serde_json::to_vec(outcome) {
            Ok(answer) => self
                .stream
                .keys()
                .settle(key, answer)
                .await
                .map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(why) = &noted {
            tracing::warn!("how a request with an Idempotency-Key came out is not in the log: {why}");
        }
        noted.is_ok()
    }
}

/// How a request came out before.
fn before(request: &Request, answer: Option<&[u8]>) -> Outcome {
    let known = answer.and_then(|answer| serde_json::from_slice(answer).ok());
    known.unwrap_or_else(|| {
        let detail = "the bridge was stopped while this was at work: it may be done or not, and is not sent again; read the \
                      call, or ask under a new key";
        Outcome {
            request_id: request.request_id(),
            result: Err(Failure::new(Code::OutcomeUnknown, detail)),
        }
    })
}
