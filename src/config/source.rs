use super::Mistake;
use super::layer::{EnvironmentLayer, FileLayer};
use figment::Figment;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// What stands before every variable of the environment that is a key of the configuration.
const PREFIX: &str = "LINESIDE_";

/// Where values come from: a file, and above it the environment. Collects the mistakes on the way.
pub(super) struct Source {
    file: PathBuf,
    /// The line of each key, by its path (`switch.0.name`).
    lines: BTreeMap<String, usize>,
    /// The file and the environment, one above the other.
    layers: Figment,
    /// The names of the variables, by the path of their key in one spelling (`switch.hq.secretfile`).
    variables: BTreeMap<String, String>,
    used: RefCell<BTreeSet<String>>,
    mistakes: RefCell<Vec<Mistake>>,
}

impl Source {
    /// Reads the text of a file; what cannot be read as TOML at all is a mistake, and the rest is taken as empty.
    pub(super) fn new(
        file: &Path,
        text: &str,
        environment: impl Iterator<Item = (String, String)>,
    ) -> (Self, toml::Table) {
        let (spans, errors) = DeTable::parse_recoverable(text);
        let mut lines = BTreeMap::new();
        mark_lines(text, "", spans.get_ref(), &mut lines);
        let mistakes = errors
            .iter()
            .map(|error| Mistake {
                source: file.display().to_string(),
                line: error.span().map(|span| line_of(text, span.start)),
                key: String::new(),
                what: error.message().to_owned(),
            })
            .collect();
        let environment: Vec<(String, String)> = environment.filter(|(name, _)| name.starts_with(PREFIX)).collect();
        let variables = environment
            .iter()
            .map(|(name, _)| (path_of(name), name.clone()))
            .collect();
        let table: toml::Table = text.parse().unwrap_or_default();
        let source = Source {
            file: file.to_owned(),
            lines,
            layers: Figment::from(FileLayer::of(&table)).merge(EnvironmentLayer::of(&environment)),
            variables,
            used: RefCell::new(BTreeSet::new()),
            mistakes: RefCell::new(mistakes),
        };
        (source, table)
    }

    /// The name of the file.
    pub(super) fn file(&self) -> String {
        self.file.display().to_string()
    }

    /// The line of the key at `path`, or of the nearest table around it.
    pub(super) fn line(&self, path: &str) -> Option<usize> {
        let around = || self.line(path.rsplit_once('.')?.0);
        self.lines.get(path).copied().or_else(around)
    }

    /// The folder of the file: what relative paths in it are relative to.
    pub(super) fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new(""))
    }

    pub(super) fn mistake(&self, mistake: Mistake) {
        self.mistakes.borrow_mut().push(mistake);
    }

    /// The name of the variable that gives the key at `path` its value, if one does.
    pub(super) fn variable(&self, path: &str) -> Option<&str> {
        let path = one_path(path);
        let name = self.variables.get(&path)?;
        self.used.borrow_mut().insert(path);
        Some(name)
    }

    /// The value of the key at `path`, from the highest layer that has it.
    pub(super) fn value(&self, path: &str) -> Option<toml::Value> {
        self.variable(path);
        let value = self.layers.find_value(&one_path(path)).ok()?;
        toml::Value::try_from(value).ok()
    }

    /// All that went wrong, with the variables that nothing asked for. `known` are the keys that were asked for.
    pub(super) fn finish(self, known: &[String]) -> Vec<Mistake> {
        let mut mistakes = self.mistakes.into_inner();
        let used = self.used.into_inner();
        for (path, name) in self.variables {
            // LINESIDE_TOKEN and its like are read by other commands: only a name with a section in it must be a key.
            if !used.contains(&path) && name.contains("__") {
                let around = |path: &&String| known.iter().any(|key| key.starts_with(&format!("{path}.")));
                let names: Vec<String> = known
                    .iter()
                    .filter(|path| !around(path))
                    .map(|path| variable_name(path))
                    .collect();
                let near = super::mistake::nearest(&name, names.iter().map(String::as_str));
                let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                mistakes.push(Mistake {
                    source: format!("environment variable {name}"),
                    line: None,
                    key: path,
                    what: format!("there is no such key{near}"),
                });
            }
        }
        mistakes.sort_by_key(|mistake| mistake.line.unwrap_or(usize::MAX));
        mistakes
    }
}

/// `LINESIDE_SWITCH__HQ__SECRETFILE` is `switch.hq.secretfile`.
pub(super) fn path_of(variable: &str) -> String {
    let segments = variable.trim_start_matches(PREFIX).split("__");
    segments.map(one_spelling).collect::<Vec<_>>().join(".")
}

/// A path in the one spelling that a variable can have, too.
fn one_path(path: &str) -> String {
    path.split('.').map(one_spelling).collect::<Vec<_>>().join(".")
}

/// `switch.hq.secretFile` is `LINESIDE_SWITCH__HQ__SECRETFILE`.
fn variable_name(path: &str) -> String {
    format!("{PREFIX}{}", path.replace('.', "__").replace('-', "_").to_uppercase())
}

/// Variables have no small letters and no dashes, so keys are compared without either.
pub(super) fn one_spelling(segment: &str) -> String {
    segment.to_lowercase().replace(['-', '_'], "")
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|b| *b == b'\n').count()
}

fn mark_lines(text: &str, path: &str, table: &DeTable<'_>, lines: &mut BTreeMap<String, usize>) {
    for (key, value) in table {
        let path = if path.is_empty() {
            key.get_ref().to_string()
        } else {
            format!("{path}.{}", key.get_ref())
        };
        lines.insert(path.clone(), line_of(text, key.span().start));
        mark_value(text, &path, value, lines);
    }
}

fn mark_value(text: &str, path: &str, value: &toml::Spanned<DeValue<'_>>, lines: &mut BTreeMap<String, usize>) {
    match value.get_ref() {
        DeValue::Table(table) => mark_lines(text, path, table, lines),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let path = format!("{path}.{index}");
                lines.insert(path.clone(), line_of(text, item.span().start));
                mark_value(text, &path, item, lines);
            }
        }
        _ => {}
    }
}
