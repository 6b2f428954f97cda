//! What is kept of a flow: its canonical story, the roles in it, and for each major a capture with the truth beside it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{
    Outcome, story,
    truth::{self, Sight},
};

pub(crate) struct Case {
    flow: String,
    directory: PathBuf,
    major: String,
}

impl Case {
    pub(crate) fn of(flow: &str, major: &str) -> Self {
        let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("vendor-profiles/asterisk/asterisk/cases");
        Self {
            flow: flow.to_owned(),
            directory: cases.join(flow),
            major: major.to_owned(),
        }
    }

    /// The phones saw what they saw when the flow was recorded.
    pub(crate) fn compare(&self, seen: &[Sight]) -> Outcome<()> {
        truth::compare(&read(&self.truth())?, seen)
    }

    /// The stream told the canonical story.
    pub(crate) fn hold(&self, events: &[Value]) -> Outcome<()> {
        Ok(story::Story::of(&self.flow).hold(events, &self.roles()?)?)
    }

    /// Who is who in the story, by device.
    pub(crate) fn roles(&self) -> Outcome<BTreeMap<String, String>> {
        let case: Value = serde_json::from_str(&read(&self.directory.join("case.json"))?)?;
        Ok(serde_json::from_value(case.get("roles").cloned().unwrap_or_default())?)
    }

    /// Keeps a capture and what was seen while it was made.
    pub(crate) fn record(&self, capture: &Path, asterisk: &str, seen: &[Sight]) -> Outcome<()> {
        let captured = read(capture)?;
        let header: Value = serde_json::from_str(captured.lines().next().unwrap_or_default())?;
        let start = header
            .get("wall")
            .and_then(Value::as_str)
            .ok_or("the capture does not tell when it began")?;
        let start = start.parse::<jiff::Timestamp>()?.as_millisecond() as f64;
        fs::create_dir_all(&self.directory)?;
        fs::write(
            self.directory.join(format!("asterisk-{}.capture.ndjson", self.major)),
            captured,
        )?;
        Ok(fs::write(self.truth(), truth::write(asterisk, seen, start))?)
    }

    fn truth(&self) -> PathBuf {
        self.directory.join(format!("truth-{}.json", self.major))
    }
}

fn read(path: &Path) -> Outcome<String> {
    Ok(fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?)
}
