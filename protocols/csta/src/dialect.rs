//! What differs between switches in how a session is framed, written, begun and kept: data, not code.

use crate::ber::ContextName;
use crate::codec::{Encoding, Framing};
use lineside_wire::Private;
use std::time::Duration;

/// How to speak with one sort of switch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// How messages are set apart.
    pub framing: Framing,
    /// How messages are written.
    pub encoding: Encoding,
    /// How a session begins and ends.
    pub login: Login,
    /// How it is noticed that the peer is gone.
    pub supervision: Supervision,
}

/// How a session begins and ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Login {
    /// It is there with the connection: MD110 and MX-ONE by Application Link, CSTA XML without sessions.
    None,
    /// The application starts a session and keeps it alive (ECMA-354).
    ApplicationSession(ApplicationSession),
    /// The switch tells how it is, and the application registers for that: OpenScape Voice.
    ServerFirst,
    /// The application asks for an association (X.227): HiPath, OpenScape Business, OmniPCX, Panasonic.
    Association(Association),
    /// Documents of Zultys MX's own.
    Zultys {
        /// What the application says that it runs on.
        platform: String,
        /// The version that the application says it has.
        version: String,
    },
}

/// A session by ECMA-354.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationSession {
    /// The name of the application.
    pub application_id: String,
    /// The versions of the protocol that the application takes, the dearest first: namespaces of ECMA-323, with what vendors add to them.
    /// The server half takes these.
    pub protocol_versions: Vec<String>,
    /// How long the session is to live if nobody resets its timer. Told in whole seconds.
    pub duration: Duration,
    /// How the credentials are said.
    pub credentials: CredentialsAs,
}

/// How the credentials of an application are said in ECMA-354, which leaves that to the vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialsAs {
    /// Not at all.
    None,
    /// As `user` and `password`.
    UserAndPassword,
    /// As `SessionLoginInfo` (Avaya DMCC, pbxnsip).
    SessionLoginInfo {
        /// The namespace of the vendor: `http://www.avaya.com/csta`, `http://www.pbxnsip.com/schemas/csta`.
        namespace: String,
        /// How long the switch keeps a session whose connection broke. Told in whole seconds.
        cleanup_delay: Option<Duration>,
    },
}

/// An association by X.227.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Association {
    /// What the association is for.
    pub context_name: ContextName,
    /// The application sends `B` and the switch answers `P` before anything else (OmniPCX).
    pub handshake: bool,
    /// The versions of CSTA that are taken, bit 0 the lowest (ECMA-285, `CSTAVersion`). Bit 0 is ECMA-180, bit 1 ECMA-218, the others later.
    pub versions: u64,
    /// The switch tells how it is behind its answer, and takes requests only then (HiPath).
    pub status_follows: bool,
    /// The application writes `EXIT` behind the last message (OmniPCX).
    pub release_exit: bool,
}

/// How it is noticed that the peer is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supervision {
    /// Not at all: by the connection only, or by the timer of an application session.
    None,
    /// When nothing was heard for `every`, the peer is asked how it is. Two questions in a row without a word end the session.
    Ask {
        /// So long nothing may be heard.
        every: Duration,
    },
    /// The peer tells how it is from time to time; when nothing was heard for `within`, the session is over.
    Expect {
        /// So long nothing may be heard.
        within: Duration,
    },
}

/// Who an application says that it is, and what proves it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// The name of its account.
    pub user: String,
    /// The password of that.
    pub password: Private<String>,
}

impl Credentials {
    /// `user` with `password`.
    #[must_use]
    pub fn new(user: &str, password: &str) -> Self {
        Credentials {
            user: user.to_owned(),
            password: Private::new(password.to_owned()),
        }
    }
}

/// The names of the bits of `CSTAVersion` (ECMA-285, annex A).
const VERSIONS: &[&str] = &[
    "ECMA-180",
    "ECMA-218",
    "ECMA-285",
    "ISO/IEC 18052",
    "ECMA-285 edition 2",
    "ECMA-323",
    "ECMA-323 edition 2",
    "ECMA-323 edition 3",
    "ECMA-323 edition 4 with tags",
    "ECMA-323 edition 4 with short tags",
    "ECMA-323 edition 4 with dynamic transformation",
    "ECMA-323 edition 5 with tags",
    "ECMA-323 edition 5 with short tags",
    "ECMA-323 edition 5 with dynamic transformation",
    "ECMA-285 edition 3",
    "ECMA-323 edition 6 with tags",
    "ECMA-323 edition 6 with short tags",
    "ECMA-323 edition 6 with dynamic transformation",
    "ECMA-285 edition 4",
];

/// The versions of CSTA that are set in `versions`, for a reader.
pub(crate) fn version_names(versions: u64) -> String {
    let set = (0..u64::BITS).filter(|bit| versions & 1 << bit != 0);
    let names = set.map(
        |bit| match usize::try_from(bit).ok().and_then(|bit| VERSIONS.get(bit)) {
            Some(name) => (*name).to_owned(),
            None => format!("version bit {bit}"),
        },
    );
    match names.collect::<Vec<_>>().join(", ") {
        none if none.is_empty() => "no version".to_owned(),
        names => names,
    }
}
