//! Who may see what: between the protocols of the north and the stream.
//!
//! A caller shows a token, asks in pairs of names and values, and gets a subscription, a page of stored events or a list from
//! the view. What it may not see is not there; a filter that names something forbidden is refused.

mod asked;
mod caller;
mod command;
mod error;
mod failure;
mod fields;
mod nearest;
mod number;
mod read;
mod statistics;

#[cfg(test)]
pub(crate) mod testing;

pub(crate) use crate::access::Scope;
pub(crate) use crate::stream::Budget;
pub(crate) use crate::stream::{Control, Frame, Next, Subscription};
pub(crate) use asked::{EventsAsked, ListAsked};
pub(crate) use caller::Caller;
pub(crate) use command::{Done, Once, Outcome, Performed, Request, Terms, Whole, Wish};
pub(crate) use error::Refusal;
pub(crate) use failure::{Code, Failure};
pub(crate) use read::{List, Stored};

use crate::access::{Access, Shown};
use crate::link::handle::Handle;
use crate::model::{Sequence, SwitchName, Text};
use crate::projections::statistics::Statistics;
use crate::stream::Stream;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

/// How often what nobody can ask for any more is forgotten.
const FORGET: Duration = Duration::from_secs(60);

/// The bridge, as its callers see it.
#[derive(Debug)]
pub(crate) struct Service {
    stream: Stream,
    access: Access,
    links: BTreeMap<SwitchName, Handle>,
    statistics: Statistics,
    commands: AtomicU64,
    requests: command::Requests,
}

impl Service {
    pub(crate) fn new(
        stream: Stream,
        access: Access,
        links: BTreeMap<SwitchName, Handle>,
        statistics: Statistics,
    ) -> Self {
        Service {
            stream,
            access,
            links,
            statistics,
            commands: AtomicU64::new(1),
            requests: command::Requests::default(),
        }
    }

    /// Forgets what nobody can ask for any more, from time to time, for ever.
    pub(crate) async fn forgets(&self) {
        let mut forget = tokio::time::interval(FORGET);
        loop {
            forget.tick().await;
            let now = Instant::now();
            self.requests.forget(now);
            self.access.forget(now);
        }
    }

    /// Who shows this token, from this address?
    pub(crate) fn authenticate(&self, token: &str, from: IpAddr) -> Result<Caller, Refusal> {
        let shown = self.access.admit(token, from, Instant::now());
        known(shown, "nobody has this token")
    }

    /// Who shows this ticket, from this address? It is used up by it.
    pub(crate) fn redeem_ticket(&self, ticket: &str, from: IpAddr) -> Result<Caller, Refusal> {
        let shown = self.access.admit_ticket(ticket, from, Instant::now());
        known(
            shown,
            "the ticket was used already, is older than a minute, or never was one",
        )
    }

    /// A ticket that stands for the caller's token once, within a minute.
    pub(crate) fn issue_ticket(&self, caller: &Caller) -> Result<String, Refusal> {
        self.access.issue_ticket(&caller.0).ok_or(Refusal::NoTicket)
    }

    /// Understands a question about events.
    pub(crate) fn ask_events<'a>(
        &self,
        caller: &Caller,
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<EventsAsked, Refusal> {
        caller.must_have(Scope::EventsRead)?;
        asked::events(caller, pairs)
    }

    pub(crate) fn subscribe(&self, asked: EventsAsked) -> Subscription {
        self.stream.subscribe(asked.selection, asked.start)
    }

    /// Which Idempotency-Keys the bridge keeps: a bridge that forgot those of before has another name for its own.
    pub(crate) fn keys(&self) -> &Text {
        self.stream.keys().name()
    }

    /// The newest event.
    pub(crate) fn head(&self) -> Sequence {
        self.stream.view().head
    }

    /// The name of this bridge.
    pub(crate) fn bridge(&self) -> &str {
        self.stream.bridge()
    }

    /// Why the bridge is not what it should be, if so.
    pub(crate) fn failing(&self) -> Option<String> {
        self.stream.failing()
    }
}

fn known(shown: Shown, nobodys: &'static str) -> Result<Caller, Refusal> {
    match shown {
        Shown::Known(grant) => Ok(Caller(grant)),
        Shown::Nobodys => Err(Refusal::Unauthenticated(nobodys)),
        Shown::TooOften(wait) => {
            let what = "tokens that nobody has came from this address too often (`api.wrongTokensPerMinute`)";
            Err(Refusal::TooOften { what, wait })
        }
    }
}
