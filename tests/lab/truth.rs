//! The truth of a flow: what the people at the phones saw.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::Outcome;

/// What a person at a phone saw: when (ms since 1970), where, what.
#[derive(Clone, Debug)]
pub(crate) struct Sight {
    pub(crate) at: f64,
    pub(crate) phone: String,
    pub(crate) what: String,
    /// The number dialled, pressed, transferred to, or shown by the ringing phone.
    pub(crate) number: Option<String>,
}

/// All sights in one line, for a person.
pub(crate) fn told(truth: &[Sight]) -> String {
    let line = |sight: &Sight| {
        let number = sight
            .number
            .iter()
            .map(|number| format!(" {number}"))
            .collect::<String>();
        format!("{} {}{number}", sight.phone, sight.what)
    };
    truth.iter().map(line).collect::<Vec<_>>().join(", ")
}

/// The truth as it is kept beside a recording: in milliseconds since that began.
pub(crate) fn write(asterisk: &str, truth: &[Sight], start: f64) -> String {
    let line = |sight: &Sight| {
        let mut line = json!({ "at": (sight.at - start).round(), "phone": sight.phone, "what": sight.what });
        if let (Some(line), Some(number)) = (line.as_object_mut(), &sight.number) {
            line.insert("number".into(), number.as_str().into());
        }
        format!("    {line}")
    };
    let lines: Vec<_> = truth.iter().map(line).collect();
    format!(
        "{{\n  \"asterisk\": \"{asterisk}\",\n  \"saw\": [\n{}\n  ]\n}}\n",
        lines.join(",\n")
    )
}

/// Each person saw what was seen when the flow was recorded, in the same order. (What one saw before another is a matter of
/// milliseconds where nobody waits for anybody.)
pub(crate) fn compare(recorded: &str, truth: &[Sight]) -> Outcome<()> {
    let recorded: Value = serde_json::from_str(recorded)?;
    let text = |sight: &Value, key: &str| sight.get(key).and_then(Value::as_str).map(str::to_owned);
    let saw = recorded
        .get("saw")
        .and_then(Value::as_array)
        .ok_or("the recorded truth is no list")?;
    let recorded = saw.iter().map(|sight| Sight {
        at: 0.0,
        phone: text(sight, "phone").unwrap_or_default(),
        what: text(sight, "what").unwrap_or_default(),
        number: text(sight, "number"),
    });
    let (expected, seen) = (by_phone(recorded), by_phone(truth.iter().cloned()));
    if expected == seen {
        return Ok(());
    }
    Err(format!("the phones saw {seen:?}, when it was recorded {expected:?}").into())
}

fn by_phone(sights: impl Iterator<Item = Sight>) -> BTreeMap<String, Vec<String>> {
    let mut phones: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for sight in sights {
        let seen = [Some(sight.what), sight.number]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ");
        phones.entry(sight.phone).or_default().push(seen);
    }
    phones
}
