//! Vendor profiles: what is true of a product, as data. Load, inherit, lint. What is true of one installation is its
//! [`Site`]. Numbers become E.164 here, by the rules of the site.

mod asterisk;
mod csta;
mod embedded;
mod load;
mod numbers;
mod site;

#[cfg(test)]
mod tests;

pub(crate) use crate::model::Pattern;
pub(crate) use asterisk::{Asterisk, Control, Hold, Limits, Stations};
pub(crate) use csta::{Asked, Credentials, Csta, Encoding, Filter, Framing, Login, Monitors, Named, Supervision};
pub(crate) use embedded::{embedded, names};
pub(crate) use load::{ProfileError, load, unknown};
pub(crate) use numbers::Numbers;
pub(crate) use site::{OneOrMany, Rules, Site, SiteAgent, SiteError};

use serde::Deserialize;
use std::fmt;

/// A product.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    /// Its name, the path below `vendor-profiles/` without the ending.
    pub(crate) name: String,
    /// How we know what the profile says.
    pub(crate) evidence: Evidence,
    /// What it is, by the protocol that it speaks.
    pub(crate) product: Product,
}

/// What a product is, by the protocol that it speaks: `protocol` in the profile says which.
#[derive(Clone, Debug)]
pub(crate) enum Product {
    /// `ami`: the Asterisk Manager Interface.
    Asterisk(Box<Asterisk>),
    /// `csta`: CSTA in one of its encodings.
    Csta(Box<Csta>),
}

impl Profile {
    /// Does the product want to know who one is, and a proof of it?
    pub(crate) const fn asks_who(&self) -> bool {
        match &self.product {
            Product::Asterisk(_) => true,
            Product::Csta(csta) => csta.login.asks_who(),
        }
    }

    /// Does it have to be told what its server calls the switch?
    pub(crate) const fn asks_switch_name(&self) -> bool {
        match &self.product {
            Product::Asterisk(_) => false,
            Product::Csta(csta) => csta.devices.named.is_some(),
        }
    }

    /// The Asterisk that it is, if it is one.
    #[cfg(test)]
    pub(crate) fn asterisk(self) -> Option<Asterisk> {
        match self.product {
            Product::Asterisk(asterisk) => Some(*asterisk),
            Product::Csta(_) => None,
        }
    }
}

/// How we know what a profile says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Evidence {
    /// Switches that it was run against.
    pub(crate) live: Vec<String>,
    /// Where recorded traffic lies, below the profile; empty where there is none.
    pub(crate) captured: String,
    /// The vendor's documentation.
    pub(crate) documented: String,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.live.as_slice() {
            [] => f.write_str("never run against a live switch")?,
            live => write!(f, "run against {}", live.join(", "))?,
        }
        if !self.captured.is_empty() {
            write!(f, "; recordings in {}", self.captured)?;
        }
        write!(f, "; documentation {}", self.documented)
    }
}
