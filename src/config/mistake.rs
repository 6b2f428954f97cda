use std::fmt;

/// One thing that is wrong with the configuration: where, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The file, or the variable of the environment.
    pub(crate) source: String,
    /// The line of the file.
    pub(crate) line: Option<usize>,
    /// The key, as a person would say it: `switch "hq": address`.
    pub(crate) key: String,
    /// What is wrong, and what would be right.
    pub(crate) what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.what)?;
        if !self.key.is_empty() {
            write!(f, " ({})", self.key)?;
        }
        Ok(())
    }
}

/// Everything that is wrong with the configuration, told at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistakes(pub(crate) Vec<Mistake>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for mistake in &self.0 {
            writeln!(f, "{mistake}")?;
        }
        match self.0.len() {
            1 => write!(f, "1 mistake in the configuration"),
            n => write!(f, "{n} mistakes in the configuration"),
        }
    }
}

impl std::error::Error for Mistakes {}

/// The one of `known` that `word` was probably meant to be.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = |known: &str| {
        let (word, known) = (word.to_lowercase(), known.to_lowercase());
        match known.starts_with(&word) || word.starts_with(&known) {
            true => 1,
            false => strsim::damerau_levenshtein(&word, &known),
        }
    };
    known
        .into_iter()
        .map(|known| (near(known), known))
        .filter(|(distance, known)| *distance <= 1 + known.len() / 3)
        .min()
        .map(|(_, known)| known)
}

/// `; did you mean "address"?`, or all that there is to choose from.
pub(crate) fn hint<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(word, known.clone()) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => format!("; known are {}", known.into_iter().collect::<Vec<_>>().join(", ")),
    }
}
