use super::source::Source;
use super::{Mistake, mistake};
use lineside_wire::Private;
use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;
use toml::{Table, Value};

/// A table of the configuration that is being read. The keys that are asked for are the keys that there are.
pub(super) struct Section<'a> {
    source: &'a Source,
    table: &'a Table,
    /// Where it stands in the file: `switch.0`.
    path: String,
    /// What variables call it: `switch.hq`.
    variable: String,
    /// What a person calls it: `switch "hq"`.
    shown: String,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Section<'a> {
    pub(super) fn root(source: &'a Source, table: &'a Table) -> Self {
        Section::new(source, table, String::new(), String::new(), String::new())
    }

    fn new(source: &'a Source, table: &'a Table, path: String, variable: String, shown: String) -> Self {
        Section {
            source,
            table,
            path,
            variable,
            shown,
            asked: RefCell::new(Vec::new()),
        }
    }

    /// The same section under the name that it gave itself.
    pub(super) fn named(mut self, kind: &str, name: &str) -> Self {
        self.variable = format!("{kind}.{name}");
        self.shown = format!("{kind} \"{name}\"");
        self
    }

    fn join(path: &str, key: &str) -> String {
        if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}.{key}")
        }
    }

    /// Tells what is wrong with the value of `key`.
    pub(super) fn wrong(&self, key: &str, what: impl Into<String>) {
        let (source, line) = match self.source.variable(&Self::join(&self.variable, key)) {
            Some(name) => (format!("environment variable {name}"), None),
            None => (self.source.file(), self.source.line(&Self::join(&self.path, key))),
        };
        let key = match self.shown.as_str() {
            "" => key.to_owned(),
            shown => format!("{shown}: {key}"),
        };
        self.source.mistake(Mistake {
            source,
            line,
            key,
            what: what.into(),
        });
    }

    fn find(&self, key: &'static str) -> Option<Value> {
        self.asked.borrow_mut().push(key);
        // What has no name of its own, or one that another has, is found in the file only.
        let layered = self.source.value(&Self::join(&self.variable, key));
        layered
            .filter(|_| self.has(key))
            .or_else(|| self.table.get(key).cloned())
    }

    /// The value of `key` as `read` takes it; what it refuses is a mistake.
    pub(super) fn value<T>(
        &self,
        key: &'static str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        let found = self.find(key)?;
        let value = read(&found);
        if value.is_none() {
            let shown = if key.starts_with("secret") {
                String::new()
            } else {
                format!(", not {found}")
            };
            self.wrong(key, format!("expected {expected}{shown}"));
        }
        value
    }

    pub(super) fn text(&self, key: &'static str) -> Option<String> {
        self.value(key, "a text in quotes", |value| {
            value.as_str().filter(|t| !t.is_empty()).map(str::to_owned)
        })
    }

    /// As [`Section::text`], and its absence is a mistake. `example` shows what to write.
    pub(super) fn required(&self, key: &'static str, example: &str) -> String {
        let before = self.has(key);
        let text = self.text(key);
        if text.is_none() && !before {
            self.wrong(
                key,
                format!("`{key}` is missing, write for example: {key} = \"{example}\""),
            );
        }
        text.unwrap_or_default()
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key) || self.source.variable(&Self::join(&self.variable, key)).is_some()
    }

    pub(super) fn flag(&self, key: &'static str) -> Option<bool> {
        self.value(key, "true or false", |value| match value {
            Value::Boolean(flag) => Some(*flag),
            Value::String(text) => text.parse().ok(),
            _ => None,
        })
    }

    pub(super) fn duration(&self, key: &'static str) -> Option<Duration> {
        self.value(key, "a time such as \"90s\", \"15min\", \"12h\" or \"7d\"", |value| {
            duration(value.as_str()?)
        })
    }

    /// A number of things, one at least.
    pub(super) fn count(&self, key: &'static str) -> Option<usize> {
        const MOST: usize = 1_000_000;
        self.value(key, "a number from 1 to 1000000", |value| {
            let count = match value {
                Value::Integer(count) => usize::try_from(*count).ok(),
                Value::String(text) => text.parse().ok(),
                _ => None,
            };
            count.filter(|count| (1..=MOST).contains(count))
        })
    }

    /// A list of texts; from the environment with commas between them.
    pub(super) fn list(&self, key: &'static str) -> Option<Vec<String>> {
        self.value(key, "a list of texts such as [\"a\", \"b\"]", |value| match value {
            Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
            Value::String(text) => Some(text.split(',').map(|item| item.trim().to_owned()).collect()),
            _ => None,
        })
    }

    /// A path; what is not absolute is relative to the configuration file.
    pub(super) fn path(&self, key: &'static str) -> Option<PathBuf> {
        self.text(key).map(|path| self.source.folder().join(path))
    }

    /// The path of a file that can be read.
    pub(super) fn file(&self, key: &'static str) -> Option<PathBuf> {
        let path = self.path(key)?;
        if let Err(error) = std::fs::File::open(&path) {
            self.wrong(key, format!("{} cannot be read: {error}", path.display()));
        }
        Some(path)
    }

    /// A secret that stands here, or in the file that `secretFile` names.
    pub(super) fn secret(&self) -> Option<Private<String>> {
        let here = self.text("secret");
        let file = self.path("secretFile");
        match (here, file) {
            (Some(_), Some(_)) => {
                self.wrong(
                    "secretFile",
                    "`secret` and `secretFile` are both given: keep one of them",
                );
                None
            }
            (Some(secret), None) => Some(Private::new(secret)),
            (None, Some(file)) => match std::fs::read_to_string(&file) {
                Ok(secret) if !secret.trim().is_empty() => Some(Private::new(secret.trim().to_owned())),
                Ok(_) => {
                    self.wrong("secretFile", format!("{} is empty", file.display()));
                    None
                }
                Err(error) => {
                    self.wrong("secretFile", format!("{} cannot be read: {error}", file.display()));
                    None
                }
            },
            (None, None) => None,
        }
    }

    /// The table below `key`; an empty one where there is none.
    pub(super) fn section(&self, key: &'static str) -> Section<'a> {
        static EMPTY: LazyLock<Table> = LazyLock::new(Table::new);
        self.asked.borrow_mut().push(key);
        let table = match self.table.get(key) {
            Some(Value::Table(table)) => table,
            Some(_) => {
                self.wrong(key, format!("expected a table: [{}]", Self::join(&self.path, key)));
                &EMPTY
            }
            None => &EMPTY,
        };
        let shown = if self.shown.is_empty() {
            format!("[{key}]")
        } else {
            format!("{}: {key}", self.shown)
        };
        Section::new(
            self.source,
            table,
            Self::join(&self.path, key),
            Self::join(&self.variable, key),
            shown,
        )
    }

    /// The tables `[[key]]`, each under its number.
    pub(super) fn sections(&self, key: &'static str) -> Vec<Section<'a>> {
        self.asked.borrow_mut().push(key);
        let items = match self.table.get(key) {
            None => return Vec::new(),
            Some(Value::Array(items)) => items.as_slice(),
            Some(_) => &[],
        };
        let tables: Vec<&Table> = items.iter().filter_map(Value::as_table).collect();
        if tables.len() != items.len() || items.is_empty() {
            self.wrong(
                key,
                format!("expected one or more tables: [[{}]]", Self::join(&self.path, key)),
            );
        }
        let section = |(index, table)| {
            let path = format!("{}.{index}", Self::join(&self.path, key));
            let number = format!("{key} {}", index + 1);
            let (variable, shown) = match self.shown.as_str() {
                "" => (path.clone(), number),
                // No variable means one of these: it would be mistaken for one that has the number for a name.
                shown => (
                    format!("{}.[{index}]", Self::join(&self.variable, key)),
                    format!("{shown}: {number}"),
                ),
            };
            Section::new(self.source, table, path, variable, shown)
        };
        tables.into_iter().enumerate().map(section).collect()
    }

    /// The whole table, as it stands in the file.
    pub(super) fn table(&self) -> &'a Table {
        self.table
    }

    /// Every key that nobody asked for is a mistake. Gives the paths of the keys that variables may name.
    pub(super) fn finish(self) -> Vec<String> {
        let asked = self.asked.borrow();
        for key in self.table.keys() {
            if !asked.contains(&key.as_str()) {
                self.wrong(
                    key,
                    format!("unknown key `{key}`{}", mistake::hint(key, asked.iter().copied())),
                );
            }
        }
        asked.iter().map(|key| Self::join(&self.variable, key)).collect()
    }
}

/// `90s`, `15min`, `12h`, `7d`.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let seconds = match unit.trim() {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    number
        .parse::<u64>()
        .ok()?
        .checked_mul(seconds)
        .map(Duration::from_secs)
}
