//! Who may use the bridge, and for what: bearer tokens from the configuration, kept as SHA-256, and tickets for browsers.

mod bucket;
mod scope;
mod ticket;

#[cfg(test)]
mod tests;

pub(crate) use scope::Scope;

use crate::model::Pattern;
use bucket::Buckets;
use dashmap::DashSet;
use lineside_wire::Private;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};
use ticket::Tickets;

/// A token as configured.
#[derive(Clone, Debug)]
pub(crate) struct TokenConfig {
    /// What it is called in logs and in `requestedBy`.
    pub(crate) name: String,
    /// How it is told from others.
    pub(crate) secret: TokenSecret,
    /// What it may do.
    pub(crate) scopes: Vec<Scope>,
    /// The switches that it may see; all where none is named.
    pub(crate) switches: Option<Vec<String>>,
    /// The devices that it may see; with `queues` all where none is named.
    pub(crate) devices: Option<Vec<String>>,
    /// The queues that it may see; with `devices` all where none is named.
    pub(crate) queues: Option<Vec<String>>,
    /// The numbers that it may have dialled; all where none is named.
    pub(crate) dial: Option<Vec<Pattern>>,
}

/// A token's secret, or only its digest.
#[derive(Clone, Debug)]
pub(crate) enum TokenSecret {
    /// The secret itself.
    Plain(Private<String>),
    /// Its SHA-256.
    Sha256([u8; 32]),
}

/// What whoever showed a token may do and see.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    /// The name of the token.
    pub(crate) name: String,
    scopes: BTreeSet<Scope>,
    /// The switches that it may see; all where none is named.
    pub(crate) switches: Option<Vec<String>>,
    /// The devices that it may see.
    pub(crate) devices: Option<Vec<String>>,
    /// The queues that it may see.
    pub(crate) queues: Option<Vec<String>>,
    /// The numbers that it may have dialled; all where none is named.
    dial: Option<Vec<Pattern>>,
}

impl Grant {
    /// May it have only some numbers dialled?
    pub(crate) const fn is_limited_in_dialling(&self) -> bool {
        self.dial.is_some()
    }

    /// May it have this number dialled?
    pub(crate) fn may_dial(&self, number: &str) -> bool {
        self.dial
            .as_ref()
            .is_none_or(|patterns| patterns.iter().any(|pattern| pattern.fits(number)))
    }

    /// May it do this?
    pub(crate) fn has(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope) || self.scopes.contains(&Scope::Admin)
    }
}

/// How often somebody may do something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rates {
    /// Services that one token asks for, a second.
    pub(crate) services_per_second: u32,
    /// Tokens and tickets of nobody that one address shows, a minute.
    pub(crate) wrong_tokens_per_minute: u32,
}

impl Default for Rates {
    fn default() -> Self {
        Rates {
            services_per_second: 100,
            wrong_tokens_per_minute: 60,
        }
    }
}

/// Who shows a token or a ticket.
#[derive(Debug)]
pub(crate) enum Shown {
    /// Somebody.
    Known(Arc<Grant>),
    /// Nobody has it.
    Nobodys,
    /// This address showed too many that nobody has: it may come again after this time.
    TooOften(Duration),
}

/// The most pairs of an address and a token that are remembered.
const PAIRS: usize = 10_000;

/// Everybody who may use the bridge.
#[derive(Debug)]
pub(crate) struct Access {
    tokens: Vec<([u8; 32], Arc<Grant>)>,
    tickets: Tickets,
    /// What each token asks for.
    services: Buckets<String>,
    /// What nobody has, by the address that shows it.
    wrong: Buckets<IpAddr>,
    /// Which token came from where: a neighbour who guesses does not lock it out.
    seen: DashSet<(IpAddr, String)>,
}

impl Access {
    pub(crate) fn new(tokens: Vec<TokenConfig>, rates: Rates) -> Self {
        let token = |config: TokenConfig| {
            let digest = match config.secret {
                TokenSecret::Plain(secret) => sha256(&secret),
                TokenSecret::Sha256(digest) => digest,
            };
            let grant = Grant {
                name: config.name,
                scopes: config.scopes.into_iter().collect(),
                switches: config.switches,
                devices: config.devices,
                queues: config.queues,
                dial: config.dial,
            };
            (digest, Arc::new(grant))
        };
        Access {
            tokens: tokens.into_iter().map(token).collect(),
            tickets: Tickets::default(),
            services: Buckets::new(rates.services_per_second.saturating_mul(2), rates.services_per_second),
            wrong: Buckets::new(
                rates.wrong_tokens_per_minute,
                rates.wrong_tokens_per_minute.div_ceil(60),
            ),
            seen: DashSet::new(),
        }
    }

    /// Who shows this token, from this address? As [`Access::authenticate`], as long as the address does not guess.
    pub(crate) fn admit(&self, secret: &str, from: IpAddr, now: Instant) -> Shown {
        let grant = self.authenticate(secret).cloned();
        self.judge(grant, from, now)
    }

    /// Who shows this ticket, from this address? It is used up by it, but not where the address is to come again.
    pub(crate) fn admit_ticket(&self, ticket: &str, from: IpAddr, now: Instant) -> Shown {
        match self.judge(self.tickets.holder(ticket), from, now) {
            // Of two who show it at a time one has it.
            Shown::Known(_) => self.redeem_ticket(ticket).map_or(Shown::Nobodys, Shown::Known),
            other => other,
        }
    }

    /// One more service for this token. `Err`: not now, but after this time.
    pub(crate) fn serve(&self, grant: &Grant, now: Instant) -> Result<(), Duration> {
        self.services.take(grant.name.clone(), now)
    }

    /// Who guesses is told the same whether the guess is right or wrong.
    fn judge(&self, grant: Option<Arc<Grant>>, from: IpAddr, now: Instant) -> Shown {
        let from = network(from);
        let pair = grant.as_ref().map(|grant| (from, grant.name.clone()));
        if pair.as_ref().is_none_or(|pair| !self.seen.contains(pair))
            && let Some(wait) = self.wrong.is_full(&from, now)
        {
            return Shown::TooOften(wait);
        }
        match (grant, pair) {
            (Some(grant), Some(pair)) => {
                if self.seen.len() >= PAIRS {
                    self.seen.clear();
                }
                self.seen.insert(pair);
                Shown::Known(grant)
            }
            _ => match self.wrong.take(from, now) {
                Ok(()) => Shown::Nobodys,
                Err(wait) => Shown::TooOften(wait),
            },
        }
    }

    /// Who has this secret? Takes the same time whichever it is, and if it is none.
    pub(crate) fn authenticate(&self, secret: &str) -> Option<&Arc<Grant>> {
        let shown = sha256(secret);
        let mut found = u64::MAX;
        for (index, (digest, _)) in (0_u64..).zip(&self.tokens) {
            let same: Choice = digest.ct_eq(&shown);
            found.conditional_assign(&index, same);
        }
        self.tokens.get(usize::try_from(found).ok()?).map(|(_, grant)| grant)
    }

    /// A ticket that stands for the token once, within a minute.
    pub(crate) fn issue_ticket(&self, grant: &Arc<Grant>) -> Option<String> {
        self.tickets.issue(grant)
    }

    /// Forgets what is over: tickets that nobody used, and rates that are whole again.
    pub(crate) fn forget(&self, now: Instant) {
        self.tickets.forget(now);
        self.services.forget(now);
        self.wrong.forget(now);
    }

    /// Takes a ticket back.
    pub(crate) fn redeem_ticket(&self, ticket: &str) -> Option<Arc<Grant>> {
        self.tickets.redeem(ticket)
    }
}

/// Whoever has one address of IPv6 has its whole network of 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address => address,
    }
}

fn sha256(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}
