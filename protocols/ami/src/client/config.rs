use crate::decode::DecodeLimits;
use lineside_wire::Private;
use std::time::Duration;

/// How the client proves who it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// By a digest of a challenge and the secret. The default: the secret stays off the wire.
    #[default]
    Md5,
    /// By the secret itself: where TLS protects it, or the peer has no challenge.
    Plain,
}

/// What a client session needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// The user of `manager.conf`.
    pub username: String,
    /// The secret of that user.
    pub secret: Private<String>,
    /// How to log in.
    pub auth: Auth,
    /// The `Events` mask of the login: `on`, `off`, or classes (`system,call,agent,user`). The switch gives what the user may
    /// read of these.
    pub events: String,
    /// The start of every ActionID of this session, at most 27 printable ASCII bytes. Choose it at random for each session:
    /// `UserEvent` broadcasts the ActionID of its sender to every session of the switch.
    pub action_id_prefix: String,
    /// What the decoder holds at most.
    pub limits: DecodeLimits,
    /// How long connecting to a logged-in session may take. The switch itself gives 30 s, and waits 1 s before it refuses.
    pub login_within: Duration,
    /// How often to ask whether the peer is alive. Two pings with no message after them end the session.
    pub ping_every: Duration,
    /// How many requests may be under way.
    pub window: usize,
    /// Bytes of the items of one list.
    pub list: usize,
}

impl Config {
    /// The configuration of `username` with `secret`, and defaults for the rest.
    #[must_use]
    pub fn new(username: &str, secret: &str, action_id_prefix: &str) -> Self {
        Config {
            username: username.to_owned(),
            secret: Private::new(secret.to_owned()),
            auth: Auth::default(),
            events: "on".to_owned(),
            action_id_prefix: action_id_prefix.to_owned(),
            limits: DecodeLimits::default(),
            login_within: Duration::from_secs(15),
            ping_every: Duration::from_secs(12),
            window: 64,
            list: 64 << 20,
        }
    }
}
