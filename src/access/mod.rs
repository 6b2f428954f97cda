//! Who may use the bridge, and for what: bearer tokens from the configuration, kept as SHA-256, and tickets for browsers.

mod scope;
mod ticket;

#[cfg(test)]
mod tests;

pub(crate) use scope::Scope;

use crate::model::Pattern;
use lineside_wire::Private;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;
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

/// Everybody who may use the bridge.
#[derive(Debug)]
pub(crate) struct Access {
    tokens: Vec<([u8; 32], Arc<Grant>)>,
    tickets: Tickets,
}

impl Access {
    pub(crate) fn new(tokens: Vec<TokenConfig>) -> Self {
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

    /// Takes a ticket back.
    pub(crate) fn redeem_ticket(&self, ticket: &str) -> Option<Arc<Grant>> {
        self.tickets.redeem(ticket)
    }
}

fn sha256(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}
