use crate::dialect::{Credentials, Dialect};
use std::time::Duration;

/// What a client session needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// How to speak with the switch.
    pub dialect: Dialect,
    /// Who to log in as, where the dialect has a place for that.
    pub credentials: Option<Credentials>,
    /// How long connecting to a session that is up may take.
    pub login_within: Duration,
    /// How long the answer to a request may take, where the request itself does not say.
    pub answer_within: Duration,
    /// How many requests may be under way, at most 4,096.
    pub window: usize,
    /// How long the switch may take to answer a goodbye.
    pub close_within: Duration,
}

impl Config {
    /// The configuration for `dialect`, and defaults for the rest.
    #[must_use]
    pub const fn new(dialect: Dialect, credentials: Option<Credentials>) -> Self {
        Config {
            dialect,
            credentials,
            login_within: Duration::from_secs(15),
            answer_within: Duration::from_secs(10),
            window: 64,
            close_within: Duration::from_secs(2),
        }
    }
}
