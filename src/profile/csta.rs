//! A CSTA switch, as a profile tells of it: how its bytes are framed and encoded, how one logs in, and what it offers.

use crate::model::{Kind, Service};
use serde::{Deserialize, Deserializer, de};
use std::collections::BTreeMap;

/// A product that speaks CSTA.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Csta {
    /// How messages are set apart.
    pub(crate) framing: Framing,
    /// How they are written.
    pub(crate) encoding: Encoding,
    /// How one logs in.
    pub(crate) login: Login,
    /// How it is noticed that it is gone.
    pub(crate) supervision: Supervision,
    /// How it is monitored.
    pub(crate) monitors: Monitors,
    /// What it tells of its devices.
    #[serde(default)]
    pub(crate) devices: Devices,
    /// The services that it offers.
    pub(crate) services: Vec<Service>,
    /// Times to wait.
    pub(crate) limits: Limits,
}

/// How messages are set apart on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Framing {
    /// The header of eight bytes of ECMA-323, annex J.2.
    Annex,
    /// The same with this number in its first two bytes.
    AnnexFormat(u16),
    /// A zero byte behind each document.
    Nul,
    /// A length of 16 bits before each element.
    Length16,
    /// The same behind a byte `0x26`, with its highest bit set.
    #[serde(rename = "hipath")]
    HiPath,
    /// Nothing: each element of BER says itself how long it is.
    Bare,
}

/// How messages are written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) enum Encoding {
    /// Documents.
    Xml {
        /// The namespace of the edition.
        namespace: String,
        /// The prefix of every element.
        prefix: Option<String>,
    },
    /// Elements of BER, in this phase: 1, 2 or 3.
    Ber {
        /// The phase.
        phase: u8,
    },
}

/// How one logs in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    tag = "by",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub(crate) enum Login {
    /// Not at all.
    None,
    /// By a session of ECMA-354.
    ApplicationSession {
        /// What the application calls itself.
        application: String,
        /// The versions of the protocol that it speaks, the best first.
        protocols: Vec<String>,
        /// For how long a session is to be good, seconds.
        seconds: u32,
        /// Where user and password go, if anywhere.
        #[serde(default)]
        credentials: Credentials,
    },
    /// The switch tells first how it is.
    ServerFirst,
    /// By an association of ACSE.
    Association {
        /// One byte is sent and one answered before it, `EXIT` behind it (OmniPCX).
        #[serde(default)]
        handshake: bool,
        /// The switch tells how it is behind its answer, and takes requests only then (HiPath).
        #[serde(default)]
        status_follows: bool,
        /// The versions of CSTA that are asked for, by the numbers of their bits.
        versions: Vec<u8>,
        /// The application context: an object identifier in numbers with dots. Missing: that of ECMA-218, the only one that was captured.
        #[serde(default, deserialize_with = "object_identifier")]
        context_name: Option<String>,
    },
    /// By a document of its own (Zultys).
    Zultys,
}

/// Numbers with dots between them: two at least, of which the first is 0, 1 or 2, and the second below 40 where that is not 2 (X.660).
fn object_identifier<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let arcs: Vec<Option<u32>> = text
        .split('.')
        .map(|arc| {
            arc.parse()
                .ok()
                .filter(|_| arc.bytes().all(|byte| byte.is_ascii_digit()))
        })
        .collect();
    let begins = matches!(arcs[..], [Some(0 | 1), Some(0..40), ..] | [Some(2), Some(_), ..]);
    match begins && arcs.iter().all(Option::is_some) {
        true => Ok(Some(text)),
        false => Err(de::Error::custom(format!(
            "contextName: {text:?} is no object identifier; expected numbers with dots, such as 1.3.12.0.218"
        ))),
    }
}

impl Login {
    /// Is a name with a password part of it? An association has room for them and may do without.
    pub(super) const fn asks_who(&self) -> bool {
        match self {
            Login::None | Login::ServerFirst | Login::Association { .. } => false,
            Login::ApplicationSession { credentials, .. } => !matches!(credentials, Credentials::None),
            Login::Zultys => true,
        }
    }
}

/// Where user and password go in a session of ECMA-354.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum Credentials {
    /// Nowhere.
    #[default]
    None,
    /// Into two elements, `user` and `password`.
    Elements,
    /// Into `SessionLoginInfo` of this namespace.
    SessionLoginInfo {
        /// The namespace.
        namespace: String,
        /// How long the switch keeps a session whose connection broke, seconds.
        cleanup_seconds: Option<u32>,
    },
}

/// How it is noticed that a switch is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) enum Supervision {
    /// By its connection only.
    None,
    /// It is asked how it is when nothing was heard for so long.
    Ask {
        /// Seconds.
        seconds: u32,
    },
    /// It says how it is at least this often.
    Expect {
        /// Seconds.
        seconds: u32,
    },
}

/// How a switch is monitored.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Monitors {
    /// So many are placed a second at most, 1 to 1000.
    pub(crate) per_second: u32,
    /// So many may be under way, 1 to 64.
    #[serde(default = "at_once")]
    pub(crate) at_once: usize,
    /// The licence allows so many; where it is not said, as many as the switch gives.
    pub(crate) most: Option<u32>,
    /// Devices are asked for what they have, one by one (Snapshot Device).
    pub(crate) snapshot: bool,
    /// Calls in which somebody has no name are asked who is in them, once each (Snapshot Call).
    #[serde(default)]
    pub(crate) calls: bool,
    /// The switch lists its devices (Get Switching Function Devices).
    pub(crate) list: bool,
    /// What each telephone is asked for besides its calls.
    #[serde(default)]
    pub(crate) states: Vec<Asked>,
    /// What is said of which events are to be told.
    #[serde(default)]
    pub(crate) filter: Filter,
    /// The agents of each telephone are asked for so often, where the switch does not tell of them: seconds, 0 for never.
    #[serde(default)]
    pub(crate) agents_every: u32,
}

/// What is said to a switch of which events a monitor is to tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum Filter {
    /// Nothing: it tells all that it can.
    #[default]
    None,
    /// Those that are to be told are named, and beside that stands that they are: `AvayaEvents` with `invertFilter` of this namespace.
    Inverted {
        /// The namespace.
        namespace: String,
    },
}

/// What a telephone can be asked for besides its calls: the services of ECMA-269.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) enum Asked {
    /// Who is logged on there, and what they do.
    #[serde(rename = "getAgentState")]
    AgentState,
    /// Does it want not to be disturbed?
    #[serde(rename = "getDoNotDisturb")]
    DoNotDisturb,
    /// Where it sends its calls.
    #[serde(rename = "getForwarding")]
    Forwarding,
    /// Does a message wait for it?
    #[serde(rename = "getMessageWaitingIndicator")]
    MessageWaitingIndicator,
}

const fn at_once() -> usize {
    8
}

/// What a switch tells of its devices.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Devices {
    /// What devices are, where the switch does not list them: by kind, patterns of their numbers.
    pub(crate) kinds: BTreeMap<Kind, Vec<super::Pattern>>,
    /// By what they are asked for, where it is not their numbers.
    pub(crate) named: Option<Named>,
}

/// By what devices are asked for that are not asked for by their numbers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    tag = "by",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub(crate) enum Named {
    /// By names that the server gives out for each number at a switch of its (`GetThirdPartyDeviceId` of this namespace), good for a session.
    ThirdPartyDeviceId {
        /// The namespace.
        namespace: String,
    },
}

impl Devices {
    /// What a device is, as far as the profile or the site says.
    pub(crate) fn kind(&self, number: &str) -> Option<Kind> {
        let fits = |patterns: &Vec<super::Pattern>| patterns.iter().any(|pattern| pattern.fits(number));
        self.kinds
            .iter()
            .find(|(_, patterns)| fits(patterns))
            .map(|(kind, _)| *kind)
    }
}

/// Times to wait, in milliseconds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    /// For the answer to a request.
    pub(crate) answer: u32,
    /// For a login.
    pub(crate) login: u32,
}
