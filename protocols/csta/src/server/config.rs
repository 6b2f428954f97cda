use crate::dialect::{Credentials, Dialect};
use std::time::Duration;

/// What a server session needs to know.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// How to speak with the application. Its versions are those that are taken.
    pub dialect: Dialect,
    /// Who is let in; `None`: everybody.
    pub credentials: Option<Credentials>,
    /// What the switch says that it is (X.227 only).
    pub system_version: Option<String>,
    /// The name of the session that is given out (ECMA-354), or of the registration (OpenScape Voice).
    pub session: String,
    /// How long a session may live without its timer being reset, at most.
    pub longest: Duration,
    /// How long an application may take to log in.
    pub login_within: Duration,
    /// How long the answer to a request may take, where the request itself does not say.
    pub answer_within: Duration,
    /// How many requests may be under way, at most 4,096.
    pub window: usize,
}

impl ServerConfig {
    /// The configuration for `dialect`, and defaults for the rest.
    #[must_use]
    pub fn new(dialect: Dialect, credentials: Option<Credentials>) -> Self {
        ServerConfig {
            dialect,
            credentials,
            system_version: None,
            session: "1".to_owned(),
            longest: Duration::from_secs(600),
            login_within: Duration::from_secs(30),
            answer_within: Duration::from_secs(10),
            window: 64,
        }
    }
}
