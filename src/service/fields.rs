//! What a caller says in JSON, field by field: understood, or refused with the field and what was expected.

use super::Refusal;
use super::nearest::hint;
use crate::model::Text;
use lineside_wire::Private;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The most bytes of a value that a call carries, and of all of them with their names.
const VALUE: usize = 4 * 1024;
const ALL: usize = 16 * 1024;
/// The longest name of a value.
const NAME: usize = 64;

/// What some services on a connection take and others do not: one description holds for all of them, and there it may be null.
const OF_SOME: &[&str] = &["to", "digits", "by", "device", "participation"];

/// An object with fields of known names.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    /// `known`: every field that there is. What another service takes is not there where it is null.
    pub(super) fn of(body: &[u8], known: &[&str]) -> Result<Self, Refusal> {
        let all = object(body)?;
        let unknown = all.iter().find(|(name, value)| {
            let name = name.as_str();
            let left_out = value.is_null() && OF_SOME.contains(&name);
            !left_out && !known.contains(&name)
        });
        match unknown {
            None => Ok(Fields(all)),
            Some((name, _)) => {
                let there = if known.is_empty() {
                    "; this service takes none".to_owned()
                } else {
                    format!("; there are {}", known.join(", "))
                };
                let hint = hint(name, known.iter().copied());
                Err(Refusal::invalid(name, format!("there is no such field{hint}{there}")))
            }
        }
    }

    fn get<T>(&self, name: &str, expected: &str, read: impl FnOnce(&Value) -> Option<T>) -> Result<Option<T>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => read(value)
                .map(Some)
                .ok_or_else(|| Refusal::invalid(name, format!("{expected} was expected, not {}", shape(value)))),
        }
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(value) => {
                let detail = format!("a text was expected, not {}", shape(value));
                Err(Refusal::invalid(name, detail))
            }
        }
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name)?
            .ok_or_else(|| Refusal::invalid(name, "is missing, and is needed"))
    }

    /// A list of texts; none where nothing is said.
    pub(super) fn texts(&self, name: &str, most: usize) -> Result<Vec<&str>, Refusal> {
        let expected = format!("a list of at most {most} texts");
        let wrong = |value: &Value| Refusal::invalid(name, format!("{expected} was expected, not {}", shape(value)));
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(items)) if items.len() <= most => items
                .iter()
                .map(|item| item.as_str().ok_or_else(|| wrong(item)))
                .collect(),
            Some(value) => Err(wrong(value)),
        }
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        Ok(self.flag_given(name)?.unwrap_or(false))
    }

    /// What is said, if anything is.
    pub(super) fn flag_given(&self, name: &str) -> Result<Option<bool>, Refusal> {
        self.get(name, "true or false", Value::as_bool)
    }

    /// A number from `least` to `most`.
    pub(super) fn number(&self, name: &str, least: u16, most: u16) -> Result<Option<u16>, Refusal> {
        let expected = format!("a number from {least} to {most}");
        self.get(name, &expected, |value| {
            u16::try_from(value.as_u64()?)
                .ok()
                .filter(|number| (least..=most).contains(number))
        })
    }

    /// What a new call is to carry.
    pub(super) fn user_data(&self, name: &str) -> Result<BTreeMap<Text, Private<Text>>, Refusal> {
        let given = match self.0.get(name) {
            None | Some(Value::Null) => return Ok(BTreeMap::new()),
            Some(Value::Object(given)) => given,
            Some(value) => {
                let detail = format!("an object of texts was expected, not {}", shape(value));
                return Err(Refusal::invalid(name, detail));
            }
        };
        let entries = entries(given)?;
        let all: usize = entries
            .iter()
            .map(|(n, v)| n.len() + v.as_ref().map_or(0, |v| v.len()))
            .sum();
        if all > ALL {
            return Err(Refusal::TooMuchData(format!(
                "{name} has {all} bytes: a call carries at most {ALL}"
            )));
        }
        Ok(entries.into_iter().filter_map(|(n, v)| Some((n, v?))).collect())
    }
}

/// A merge patch of what a call carries (RFC 7396): null takes an entry away.
pub(super) fn patch(body: &[u8]) -> Result<BTreeMap<Text, Option<Private<Text>>>, Refusal> {
    entries(&object(body)?)
}

fn entries(given: &Map<String, Value>) -> Result<BTreeMap<Text, Option<Private<Text>>>, Refusal> {
    let mut entries = BTreeMap::new();
    for (name, value) in given {
        let fits = (1..=NAME).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'));
        if !fits {
            let detail = format!("a name of user data is 1 to {NAME} of A-Z, a-z, 0-9, _, . and -");
            return Err(Refusal::invalid(name, detail));
        }
        let value = match value {
            Value::Null => None,
            Value::String(text) if text.len() <= VALUE => Some(Text::from(text.as_str()).into()),
            Value::String(text) => {
                let length = text.len();
                let detail = format!("{name} has {length} bytes: a value of user data has at most {VALUE}");
                return Err(Refusal::TooMuchData(detail));
            }
            other => {
                let detail = format!("a text, or null to take it away, was expected, not {}", shape(other));
                return Err(Refusal::invalid(name, detail));
            }
        };
        entries.insert(Text::from(name.as_str()), value);
    }
    Ok(entries)
}

/// No body is an object without fields.
fn object(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(other) => {
            let detail = format!("a JSON object was expected, not {}", shape(&other));
            Err(Refusal::invalid("body", detail))
        }
        Err(error) => {
            let place = format!("line {}, column {}", error.line(), error.column());
            Err(Refusal::invalid("body", format!("not JSON at {place}: {error}")))
        }
    }
}

/// What a value is, without telling it: it may be somebody's.
const fn shape(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "this text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"calledNumber":"+49 30 12","autoAnswer":true,"timeoutSeconds":7,"userData":{"A":"\u00e9"}}"#;
    const KNOWN: &[&str] = &["calledNumber", "autoAnswer", "timeoutSeconds", "userData"];

    #[test]
    fn a_body_that_is_cut_anywhere_is_refused_with_the_place() {
        for length in 1..BODY.len() {
            let cut = &BODY.as_bytes()[..length];
            let Err(Refusal::Invalid { field, detail }) = Fields::of(cut, KNOWN) else {
                panic!("{length}")
            };
            assert_eq!(field, "body");
            assert!(detail.contains("line 1, column "), "{detail}");
        }
        let fields = Fields::of(BODY.as_bytes(), KNOWN).unwrap();
        assert_eq!(fields.number("timeoutSeconds", 1, 120).unwrap(), Some(7));
        assert!(fields.flag("autoAnswer").unwrap());
        assert_eq!(&**fields.user_data("userData").unwrap()["A"], "é");
    }

    #[test]
    fn what_is_not_said_or_null_is_what_it_usually_is() {
        for body in [
            "",
            " \n",
            "{}",
            r#"{"calledNumber":null,"autoAnswer":null,"userData":null}"#,
        ] {
            let fields = Fields::of(body.as_bytes(), KNOWN).unwrap();
            assert_eq!(fields.text("calledNumber").unwrap(), None);
            assert!(!fields.flag("autoAnswer").unwrap() && fields.user_data("userData").unwrap().is_empty());
            assert!(fields.required("calledNumber").is_err());
        }
    }

    #[test]
    fn what_only_another_service_takes_is_not_there_where_it_is_null() {
        assert!(Fields::of(br#"{"to":null,"digits":null}"#, &[]).is_ok());
        assert!(Fields::of(br#"{"to":"1","digits":null}"#, &["to"]).is_ok());
        for wrong in [r#"{"to":""}"#, r#"{"digits":1}"#, r#"{"tow":null}"#] {
            assert!(Fields::of(wrong.as_bytes(), &[]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn bytes_that_are_no_json_and_json_that_goes_deep_are_refused() {
        let deep = "[".repeat(100_000);
        for wrong in [
            &b"\xff\xfe"[..],
            b"{\"a\":\"\xff\"}",
            b"{} {}",
            b"{,}",
            deep.as_bytes(),
            b"NaN",
            b"{\"to\":1e999}",
        ] {
            assert!(Fields::of(wrong, &["to", "a"]).is_err());
        }
    }
}
