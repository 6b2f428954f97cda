use super::{Numbers, Pattern};
use crate::model::{REASONS, is_reason};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use thiserror::Error;

/// What is true of one installation: `[switch.site]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Site {
    /// The ISO 3166 code of the country.
    pub(crate) country: Option<String>,
    /// The area code, without the prefix of national calls.
    pub(crate) area: Option<String>,
    /// What is dialled for a line to outside.
    pub(crate) trunk_prefix: Option<String>,
    /// The numbers of the site's own telephones.
    pub(crate) extensions: Option<OneOrMany>,
    /// The names of endpoints that are lines to outside, where the profile's rule would not know them.
    pub(crate) trunks: Vec<String>,
    /// What the server of several switches calls this one, where it is asked for devices by that.
    pub(crate) switch_name: Option<String>,
    /// What to monitor, where the protocol needs telling.
    pub(crate) devices: Vec<String>,
    /// The variables of the dialplan that go along with a call.
    pub(crate) user_data: Vec<String>,
    /// Tell the digits that people press in a call. Off, since they may be secrets.
    pub(crate) digits: bool,
    /// Who works at the queues, where more is to be known of them than the switch tells.
    pub(crate) agents: Vec<SiteAgent>,
    /// Why somebody may be not ready; where none is named, for any reason.
    pub(crate) not_ready_reasons: Vec<String>,
    /// The reason of a pause that is work after a call.
    pub(crate) after_call_reason: Option<String>,
    /// After so many seconds such work ends by itself.
    pub(crate) after_call_seconds: Option<u64>,
}

/// An agent of the site: `[[switch.site.agents]]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct SiteAgent {
    /// The key of the agent's id.
    pub(crate) id: String,
    /// The name under which the switch knows the agent as a member of queues; that of the key where nothing is said.
    pub(crate) name: Option<String>,
    /// What the switch rings to reach the agent, as `PJSIP/1001`: whoever is a member by it is this agent.
    pub(crate) interface: Option<String>,
    /// The key of the telephone where the agent usually works.
    pub(crate) device: Option<String>,
    /// The keys of the queues in which the agent usually works.
    pub(crate) queues: Vec<String>,
}

impl SiteAgent {
    /// The name under which the agent is a member of queues.
    pub(crate) fn member(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

/// The longest name, in bytes: Asterisk keeps no more of a member (16 to 22: 80 with the end).
const NAME: usize = 79;

/// One pattern or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// What is wrong with the site's words.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{key}: {detail}")]
pub(crate) struct SiteError {
    pub(crate) key: &'static str,
    pub(crate) detail: String,
}

/// A site whose words were understood.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) extensions: Vec<Pattern>,
    pub(crate) trunks: Vec<Pattern>,
    pub(crate) numbers: Numbers,
    pub(crate) agents: Vec<SiteAgent>,
    pub(crate) not_ready_reasons: Vec<String>,
    pub(crate) after_call_reason: Option<String>,
    pub(crate) after_call_seconds: Option<u64>,
}

impl Site {
    /// Understands the site's words, or says everything that is wrong with them.
    pub(crate) fn rules(&self) -> Result<Rules, Vec<SiteError>> {
        let mut errors = Vec::new();
        let mut patterns = |key: &'static str, texts: &[String]| -> Vec<Pattern> {
            let parse = |text: &String| {
                Pattern::parse(text)
                    .map_err(|detail| errors.push(SiteError { key, detail }))
                    .ok()
            };
            texts.iter().filter_map(parse).collect()
        };
        let extensions = match &self.extensions {
            None => Vec::new(),
            Some(OneOrMany::One(one)) => patterns("extensions", std::slice::from_ref(one)),
            Some(OneOrMany::Many(many)) => patterns("extensions", many),
        };
        let trunks = patterns("trunks", &self.trunks);
        for pattern in patterns("devices", &self.devices) {
            if pattern.names(DEVICES).is_none() {
                let detail = format!(
                    "\"{}\" has no end, or more than {DEVICES} names: each device is asked for by its name",
                    pattern
                );
                errors.push(SiteError { key: "devices", detail });
            }
        }
        errors.extend(self.wrong_agents());
        let numbers = Numbers::new(
            self.country.as_deref(),
            self.area.as_deref(),
            self.trunk_prefix.as_deref(),
        );
        match numbers {
            Ok(numbers) if errors.is_empty() => Ok(Rules {
                extensions,
                trunks,
                numbers,
                agents: self.agents.clone(),
                not_ready_reasons: self.not_ready_reasons.clone(),
                after_call_reason: self.after_call_reason.clone(),
                after_call_seconds: self.after_call_seconds,
            }),
            Ok(_) => Err(errors),
            Err(detail) => {
                errors.push(SiteError { key: "country", detail });
                Err(errors)
            }
        }
    }
}

/// So many devices a site may name.
const DEVICES: usize = 20_000;

impl Site {
    /// The devices that the site names one by one, or as ranges: in its order, each once.
    pub(crate) fn named_devices(&self) -> Vec<crate::model::Text> {
        let mut seen = BTreeSet::new();
        let patterns = self.devices.iter().filter_map(|text| Pattern::parse(text).ok());
        patterns
            .filter_map(|pattern| pattern.names(DEVICES))
            .flatten()
            .filter(|name| seen.len() < DEVICES && seen.insert(name.clone()))
            .map(crate::model::Text::from)
            .collect()
    }

    /// What is wrong with what the site says of agents.
    fn wrong_agents(&self) -> Vec<SiteError> {
        let mut errors = Vec::new();
        let mut wrong = |key, detail: String| errors.push(SiteError { key, detail });
        let mut seen = BTreeSet::new();
        for agent in &self.agents {
            let words = [Some(&agent.id), agent.name.as_ref(), agent.device.as_ref()];
            for word in words.into_iter().flatten().chain(&agent.queues) {
                if !is_word(word) {
                    let detail = format!(
                        "{word:?} of the agent {:?}: a name is 1 to 79 letters, digits, blanks and - _ . + * # @",
                        agent.id
                    );
                    wrong("agents", detail);
                }
            }
            if let Some(interface) = agent.interface.as_ref().filter(|text| !is_interface(text)) {
                let detail = format!(
                    "{interface:?} of the agent {:?} is no interface, write for example \"PJSIP/1001\"",
                    agent.id
                );
                wrong("agents", detail);
            }
            let member = agent.member();
            for (what, name) in [
                ("id", Some(&*agent.id)),
                ("name", Some(member)),
                ("interface", agent.interface.as_deref()),
            ] {
                let Some(name) = name else { continue };
                if !seen.insert((what, name.to_lowercase())) {
                    wrong(
                        "agents",
                        format!("two agents have the {what} {name:?}: it tells them apart"),
                    );
                }
            }
        }
        for reason in self.not_ready_reasons.iter().filter(|reason| !is_reason(reason)) {
            wrong("notReadyReasons", format!("{reason:?}: {REASONS}"));
        }
        match &self.after_call_reason {
            Some(reason) if !is_reason(reason) => wrong("afterCallReason", format!("{reason:?}: {REASONS}")),
            Some(reason) if self.not_ready_reasons.contains(reason) => {
                let detail = format!("{reason:?} is among notReadyReasons, too: a pause is the one or the other");
                wrong("afterCallReason", detail);
            }
            None if self.after_call_seconds.is_some() => {
                let detail = "which pause is work after a call? Write for example afterCallReason = \"wrapup\"";
                wrong("afterCallTime", detail.to_owned());
            }
            _ => {}
        }
        errors
    }
}

fn is_word(text: &str) -> bool {
    is_plain(text, "-_.+*#@ ")
}

fn is_interface(text: &str) -> bool {
    text.contains('/') && is_plain(text, "-_.+*#@/:")
}

/// Signs that mean more to a switch are in no name: no ends of lines, no `;` and `|`, by which Asterisk separates what it keeps of members.
fn is_plain(text: &str, signs: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || signs.contains(c);
    (1..=NAME).contains(&text.len()) && text.trim() == text && text.chars().all(plain)
}

impl Rules {
    /// Is `number` one of the site's own telephones?
    pub(crate) fn is_extension(&self, number: &str) -> bool {
        self.extensions.iter().any(|pattern| pattern.fits(number))
    }

    /// Is the endpoint `name` a line to outside?
    pub(crate) fn is_trunk(&self, name: &str) -> bool {
        self.trunks.iter().any(|pattern| pattern.fits(name))
    }
}
