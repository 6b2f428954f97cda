use super::mistake;
use super::section::Section;
use lineside_wire::Private;

/// The scopes of the contract.
const SCOPES: &[&str] = &[
    "events:read",
    "calls:read",
    "calls:control",
    "calls:supervise",
    "calls:record",
    "userdata:write",
    "agents:read",
    "agents:control",
    "devices:control",
    "digits:read",
    "admin",
];

/// `[[token]]`: who may use the bridge, and for what.
#[derive(Clone, Debug)]
pub(crate) struct TokenConfig {
    /// What it is called in logs and in `requestedBy`.
    pub(crate) name: String,
    /// How it is told from others.
    pub(crate) secret: TokenSecret,
    /// What it may do.
    pub(crate) scopes: Vec<String>,
    /// The switches that it may see; all where none is named.
    pub(crate) switches: Option<Vec<String>>,
    /// The devices that it may see; all where none is named.
    pub(crate) devices: Option<Vec<String>>,
}

/// A token's secret, or only its digest.
#[derive(Clone, Debug)]
pub(crate) enum TokenSecret {
    /// The secret itself.
    Plain(Private<String>),
    /// Its SHA-256.
    Sha256([u8; 32]),
}

pub(super) fn read(section: Section<'_>, known: &mut Vec<String>) -> Option<TokenConfig> {
    const SHORTEST: usize = 16;
    let name = section.required("name", "crm");
    let section = if name.is_empty() {
        section
    } else {
        section.named("token", &name)
    };
    let digest = section.value("sha256", "a SHA-256 as 64 hexadecimal digits", |value| {
        digest(value.as_str()?)
    });
    let plain = section.secret();
    let secret = match (plain, digest) {
        (Some(_), Some(_)) => {
            section.wrong("sha256", "a secret and its digest are both given: keep one of them");
            None
        }
        (Some(plain), None) => {
            if plain.len() < SHORTEST {
                section.wrong(
                    "secret",
                    format!("too short to be safe: at least {SHORTEST} characters"),
                );
            }
            Some(TokenSecret::Plain(plain))
        }
        (None, Some(digest)) => Some(TokenSecret::Sha256(digest)),
        (None, None) => {
            if !["secret", "secretFile", "sha256"].iter().any(|key| section.has(key)) {
                section.wrong("secret", "a token needs `secret`, `secretFile` or `sha256`");
            }
            None
        }
    };
    let scopes = section.list("scopes").unwrap_or_default();
    if scopes.is_empty() {
        section.wrong(
            "scopes",
            format!("a token without scopes may do nothing; there are {}", SCOPES.join(", ")),
        );
    }
    for scope in scopes.iter().filter(|scope| !SCOPES.contains(&scope.as_str())) {
        let hint = mistake::hint(scope, SCOPES.iter().copied());
        section.wrong("scopes", format!("there is no scope {scope:?}{hint}"));
    }
    let (switches, devices) = (section.list("switches"), section.list("devices"));
    known.extend(section.finish());
    Some(TokenConfig {
        name,
        secret: secret?,
        scopes,
        switches,
        devices,
    })
}

fn digest(text: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(digest)
}
