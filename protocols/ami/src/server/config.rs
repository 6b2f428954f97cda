use crate::banner::Banner;
use crate::decode::DecodeLimits;
use lineside_wire::Private;
use std::time::Duration;

/// A user that may log in.
#[derive(Clone, Debug)]
pub struct User {
    /// The name.
    pub name: String,
    /// The secret.
    pub secret: Private<String>,
    /// The classes of events that the user may read (`call`, `agent`, …; `all` for all of them).
    pub read: Vec<String>,
}

impl User {
    /// A user that may read everything.
    #[must_use]
    pub fn new(name: &str, secret: &str) -> Self {
        User {
            name: name.to_owned(),
            secret: Private::new(secret.to_owned()),
            read: vec!["all".to_owned()],
        }
    }

    /// Leaves the user only these classes to read.
    #[must_use]
    pub fn reads(mut self, classes: &[&str]) -> Self {
        self.read = classes.iter().map(|&class| class.to_owned()).collect();
        self
    }
}

/// What a server session needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// Who the server says it is.
    pub banner: Banner,
    /// Who may log in.
    pub users: Vec<User>,
    /// The challenge for MD5 logins: decimal digits, another one for each session.
    pub challenge: String,
    /// How long a peer may stay without a login (`authtimeout`).
    pub login_within: Duration,
    /// How long a failed login waits for its answer.
    pub refuse_after: Duration,
    /// What the decoder holds at most.
    pub limits: DecodeLimits,
}

impl Config {
    /// What Asterisk 22 does by default, for `users`.
    #[must_use]
    pub fn new(users: Vec<User>, challenge: &str) -> Self {
        Config {
            banner: Banner {
                name: "Asterisk Call Manager".to_owned(),
                version: "11.0.0".to_owned(),
            },
            users,
            challenge: challenge.to_owned(),
            login_within: Duration::from_secs(30),
            refuse_after: Duration::from_secs(1),
            limits: DecodeLimits {
                message: 256 << 10,
                lines: 4096,
            },
        }
    }
}
