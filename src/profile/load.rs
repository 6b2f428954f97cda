use super::{Evidence, Product, Profile, embedded, names};
use crate::model::Cause;
use serde::{Deserialize, Deserializer, de};
use std::collections::BTreeMap;
use thiserror::Error;
use toml::{Table, Value};

/// How many profiles may inherit from each other.
const DEPTH: usize = 8;

/// Why a profile cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum ProfileError {
    /// No such profile.
    #[error("there is no profile {name:?}; there are {known}, or give the path of a file")]
    Unknown { name: String, known: String },
    /// Not TOML, or not a profile.
    #[error("profile {name}: {detail}")]
    Invalid { name: String, detail: String },
}

/// Makes a profile of its text and all that it inherits. A key of the heir replaces that of the ancestor, tables are merged;
/// `changes` (`[switch.override]`) come last and are checked in the same way.
pub(crate) fn load(name: &str, text: &str, changes: Option<&Table>) -> Result<Profile, ProfileError> {
    let invalid = |detail: String| ProfileError::Invalid {
        name: name.to_owned(),
        detail,
    };
    let mut layers = vec![text.parse::<Table>().map_err(|e| invalid(e.to_string()))?];
    while let Some(ancestor) = layers.last_mut().and_then(|layer| layer.remove("extends")) {
        let Value::String(ancestor) = ancestor else {
            return Err(invalid("`extends` takes a name".to_owned()));
        };
        if layers.len() >= DEPTH {
            return Err(invalid(format!("more than {DEPTH} profiles extend each other")));
        }
        let text = embedded(&ancestor).ok_or_else(|| unknown(&ancestor))?;
        layers.push(text.parse::<Table>().map_err(|e| invalid(e.to_string()))?);
    }
    let mut whole = Table::new();
    for layer in layers.into_iter().rev() {
        overlay(&mut whole, layer);
    }
    if let Some(changes) = changes {
        overlay(&mut whole, changes.clone());
    }
    made(whole).map_err(|error| invalid(error.message().to_owned()))
}

/// The first keys say which product it is, and that which other keys there may be.
fn made(mut whole: Table) -> Result<Profile, toml::de::Error> {
    let keys = ["name", "protocol", "evidence"];
    let head: Table = keys
        .into_iter()
        .filter_map(|key| Some((key.to_owned(), whole.remove(key)?)))
        .collect();
    let head: Head = Value::Table(head).try_into()?;
    let body = Value::Table(whole);
    let product = match head.protocol {
        Protocol::Ami => Product::Asterisk(body.try_into()?),
        Protocol::Csta => Product::Csta(body.try_into()?),
    };
    Ok(Profile {
        name: head.name,
        evidence: head.evidence,
        product,
    })
}

/// What every profile has.
#[derive(Deserialize)]
struct Head {
    name: String,
    protocol: Protocol,
    evidence: Evidence,
}

/// The protocols that Lineside speaks.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Protocol {
    Ami,
    Csta,
}

/// The error that names the profiles there are.
pub(crate) fn unknown(name: &str) -> ProfileError {
    ProfileError::Unknown {
        name: name.to_owned(),
        known: names().collect::<Vec<_>>().join(", "),
    }
}

fn overlay(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(old)), Value::Table(new)) => overlay(old, new),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

/// TOML keys are strings: the codes are read from them.
pub(super) fn causes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<u16, Cause>, D::Error> {
    BTreeMap::<String, Cause>::deserialize(deserializer)?
        .into_iter()
        .map(|(code, cause)| match code.parse() {
            Ok(code) => Ok((code, cause)),
            Err(_) => Err(de::Error::custom(format!("causes: {code:?} is no cause code"))),
        })
        .collect()
}

/// The name of a file, without a path.
pub(super) fn file<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.".contains(&b);
    if (1..=64).contains(&text.len()) && !text.contains("..") && text.bytes().all(plain) {
        Ok(text)
    } else {
        Err(de::Error::custom(format!(
            "{text:?} is no name of a file, as queues.conf"
        )))
    }
}
