use serde::Deserialize;
use std::collections::BTreeMap;

const COUNTRIES: &str = include_str!("../../vendor-profiles/countries.toml");

/// The longest number of E.164 without `+`, and the shortest that we take for one.
const LONGEST: usize = 15;
const SHORTEST: usize = 5;
/// What is no longer than this is a service of the network.
const SHORT: usize = 3;

/// How numbers of this site become E.164 (ITU-T E.164, E.123).
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbers {
    country: Option<Country>,
    area: Option<String>,
    trunk_prefix: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Country {
    code: String,
    international: String,
    national: String,
    /// How many digits a national number has, where all have equally many.
    digits: Option<usize>,
}

impl Numbers {
    /// The rules of a place; says what is wrong with its words.
    pub(crate) fn new(country: Option<&str>, area: Option<&str>, trunk_prefix: Option<&str>) -> Result<Self, String> {
        let country = match country {
            None => None,
            Some(name) => {
                let mut countries: BTreeMap<String, Country> =
                    toml::from_str(COUNTRIES).map_err(|e| format!("countries.toml: {e}"))?;
                let found = countries.remove(&name.to_ascii_uppercase());
                let known = || countries.keys().map(String::as_str).collect::<Vec<_>>().join(" ");
                Some(found.ok_or_else(|| format!("{name:?} is not known; known are {}", known()))?)
            }
        };
        Ok(Numbers {
            country,
            area: area.map(str::to_owned),
            trunk_prefix: trunk_prefix.map(str::to_owned),
        })
    }

    /// The number of somebody outside in E.164 with `+`. `dialled`: somebody here dialled it, perhaps with the prefix for a line
    /// to outside before it, perhaps within the area. What the network tells is not guessed at: without a prefix that says what it
    /// is it stays what it is, unless the country knows numbers of one length only.
    pub(crate) fn e164(&self, number: &str, dialled: bool) -> Option<String> {
        let country = self.country.as_ref()?;
        if let Some(international) = number.strip_prefix('+') {
            return whole(international);
        }
        let prefix = self
            .trunk_prefix
            .as_deref()
            .filter(|prefix| dialled && !prefix.is_empty());
        let number = prefix.and_then(|prefix| number.strip_prefix(prefix)).unwrap_or(number);
        // Emergency and service numbers are no numbers of E.164.
        if number.len() <= SHORT {
            return None;
        }
        if let Some(international) = strip(number, &country.international) {
            return whole(international);
        }
        if let Some(national) = strip(number, &country.national) {
            return whole(&format!("{}{national}", country.code));
        }
        if country.national.is_empty() || country.digits == Some(number.len()) {
            return whole(&format!("{}{number}", country.code));
        }
        let area = self.area.as_ref().filter(|_| dialled)?;
        whole(&format!("{}{area}{number}", country.code))
    }

    /// What is dialled here for a number in E.164 with `+`: the prefix for a line to outside, that of national or international calls, and
    /// the rest. Anything else is dialled as it is, and so is this where the country is not told. `None`: it would be dialled as another
    /// number than it is, since its rest begins like a prefix.
    pub(crate) fn dialled(&self, number: &str) -> Option<String> {
        let (Some(country), Some(digits)) = (&self.country, number.strip_prefix('+')) else {
            return Some(number.to_owned());
        };
        let line = self.trunk_prefix.as_deref().unwrap_or_default();
        match digits.strip_prefix(&*country.code) {
            Some(national) if !national.is_empty() => {
                let prefixes = [&country.national, &country.international];
                let begins = prefixes.iter().any(|prefix| strip(national, prefix).is_some());
                (!begins).then(|| format!("{line}{}{national}", country.national))
            }
            // No country has a code that begins with zero (ITU-T E.164, 6.2.1).
            _ => (!digits.starts_with('0')).then(|| format!("{line}{}{digits}", country.international)),
        }
    }
}

fn strip<'a>(number: &'a str, prefix: &str) -> Option<&'a str> {
    if prefix.is_empty() {
        None
    } else {
        number.strip_prefix(prefix)
    }
}

fn whole(digits: &str) -> Option<String> {
    let fits = (SHORTEST..=LONGEST).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| format!("+{digits}"))
}
