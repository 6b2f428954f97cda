use super::capture::Header;
use super::{Machine, MachineConfig};
use crate::model::Now;
use crate::profile::{self, Product, ProfileError, SiteError};
use lineside_wire::{Private, Tick};
use std::time::Duration;
use thiserror::Error;

/// From this format of captures on the switch was asked what may be asked of it. Older ones hold no answer, and would wait for it.
const ASKED: u32 = 3;
/// From this one on it was asked for its telephones.
const LISTED: u32 = 5;
/// From this one on it was asked for the configuration of its queues.
const CONFIGURED: u32 = 7;

/// Why no machine can be made.
#[derive(Debug, Error)]
pub(crate) enum MakeError {
    /// The profile is not to be understood.
    #[error("{0}")]
    Profile(String),
    /// The site is not to be understood.
    #[error("site: {0}")]
    Site(String),
}

impl From<ProfileError> for MakeError {
    fn from(error: ProfileError) -> Self {
        MakeError::Profile(error.to_string())
    }
}

impl From<Vec<SiteError>> for MakeError {
    fn from(errors: Vec<SiteError>) -> Self {
        MakeError::Site(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    }
}

/// Makes the machine that a header describes, for a live link as for a replay: so both are told the same things by the same rules.
pub(crate) fn made_of(header: &Header, secret: Private<String>) -> Result<Machine, MakeError> {
    let text = match &header.profile_text {
        Some(text) => text,
        None => profile::embedded(&header.profile).ok_or_else(|| profile::unknown(&header.profile))?,
    };
    let mut profile = profile::load(&header.profile, text, Some(&header.r#override))?;
    if let Product::Asterisk(asterisk) = &mut profile.product {
        if header.format < ASKED {
            asterisk.control = None;
        }
        if header.format < LISTED {
            asterisk.stations = None;
        }
        if header.format < CONFIGURED {
            asterisk.queues = None;
        }
    }
    let config = MachineConfig {
        switch: header.switch.clone(),
        profile_name: header.profile.clone(),
        profile,
        rules: header.site.rules()?,
        site: header.site.clone(),
        username: header.username.clone(),
        secret,
        seed: header.seed,
        restored: header.restored.clone(),
        give_up: Duration::from_secs(header.give_up),
    };
    let now = Now {
        tick: Tick::from_micros(header.tick),
        wall: header.wall,
    };
    Ok(Machine::new(config, now))
}
