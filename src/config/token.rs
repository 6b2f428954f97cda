use super::mistake;
use super::section::Section;
use crate::access::{Scope, TokenConfig, TokenSecret};
use crate::model::Pattern;

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
    let all = || Scope::ALL.iter().map(|scope| scope.as_str());
    let named = section.list("scopes").unwrap_or_default();
    if named.is_empty() {
        let there = all().collect::<Vec<_>>().join(", ");
        section.wrong(
            "scopes",
            format!("a token without scopes may do nothing; there are {there}"),
        );
    }
    let mut scopes = Vec::new();
    for name in &named {
        match Scope::from_name(name) {
            Some(scope) => scopes.push(scope),
            None => {
                let hint = mistake::hint(name, all().collect::<Vec<_>>());
                section.wrong("scopes", format!("there is no scope {name:?}{hint}"));
            }
        }
    }
    let (switches, devices, queues) = (
        section.list("switches"),
        section.list("devices"),
        section.list("queues"),
    );
    let dial = section.list("dial").map(|texts| {
        let pattern = |text: &String| Pattern::parse(text).map_err(|error| section.wrong("dial", error)).ok();
        texts.iter().filter_map(pattern).collect()
    });
    known.extend(section.finish());
    Some(TokenConfig {
        name,
        secret: secret?,
        scopes,
        switches,
        devices,
        queues,
        dial,
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
