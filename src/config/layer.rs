//! The layers that a value can come from, for figment to lay one above the other. Keys are in one spelling, and the entries of
//! a list (`[[switch]]`) are found by their names, so that a variable can mean one of them.

use super::source::{one_spelling, path_of};
use figment::value::{Dict, Map, Value};
use figment::{Error, Metadata, Profile, Provider};

/// What the file says.
pub(super) struct FileLayer(Dict);

/// What the environment says.
pub(super) struct EnvironmentLayer(Dict);

impl FileLayer {
    pub(super) fn of(table: &toml::Table) -> Self {
        FileLayer(dict(table))
    }
}

impl EnvironmentLayer {
    pub(super) fn of(variables: &[(String, String)]) -> Self {
        let mut root = Dict::new();
        for (name, value) in variables {
            put(&mut root, &path_of(name), value);
        }
        EnvironmentLayer(root)
    }
}

fn dict(table: &toml::Table) -> Dict {
    table
        .iter()
        .filter_map(|(key, entry)| Some((one_spelling(key), value(entry)?)))
        .collect()
}

fn value(entry: &toml::Value) -> Option<Value> {
    let entries = entry
        .as_array()
        .filter(|all| !all.is_empty() && all.iter().all(toml::Value::is_table));
    match (entry, entries) {
        (toml::Value::Table(table), _) => Some(dict(table).into()),
        (_, Some(entries)) => {
            let named = |entry: &toml::Value| {
                let table = entry.as_table()?;
                Some((one_spelling(table.get("name")?.as_str()?), Value::from(dict(table))))
            };
            // Of two with one name the first counts; that there are two is told elsewhere.
            Some(entries.iter().rev().filter_map(named).collect::<Dict>().into())
        }
        (plain, None) => Value::serialize(plain).ok(),
    }
}

/// Puts `value` at `path`, unless something that is no table stands in the way.
fn put(dict: &mut Dict, path: &str, value: &str) {
    match path.split_once('.') {
        None => {
            dict.insert(path.to_owned(), Value::from(value));
        }
        Some((first, rest)) => {
            let below = dict.entry(first.to_owned()).or_insert_with(|| Value::from(Dict::new()));
            if let Value::Dict(_, below) = below {
                put(below, rest, value);
            }
        }
    }
}

impl Provider for FileLayer {
    fn metadata(&self) -> Metadata {
        Metadata::named("file")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Ok(Profile::Default.collect(self.0.clone()))
    }
}

impl Provider for EnvironmentLayer {
    fn metadata(&self) -> Metadata {
        Metadata::named("environment")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Ok(Profile::Default.collect(self.0.clone()))
    }
}
