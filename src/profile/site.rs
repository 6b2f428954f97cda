use super::{Numbers, Pattern};
use serde::{Deserialize, Serialize};
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
    /// What to monitor, where the protocol needs telling.
    pub(crate) devices: Vec<String>,
    /// The variables of the dialplan that go along with a call.
    pub(crate) user_data: Vec<String>,
    /// Tell the digits that people press in a call. Off, since they may be secrets.
    pub(crate) digits: bool,
}

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
        patterns("devices", &self.devices);
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
            }),
            Ok(_) => Err(errors),
            Err(detail) => {
                errors.push(SiteError { key: "country", detail });
                Err(errors)
            }
        }
    }
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
