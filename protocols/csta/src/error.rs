use std::fmt;
use thiserror::Error;

/// Why a message cannot be read: what, where in it, and by which rule.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}{problem}", Place(.path))]
pub struct DecodeError {
    /// The elements from the outermost to the one in which it was found, by their names in ECMA-323.
    pub path: Vec<&'static str>,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with a message.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// The bytes are not of this encoding.
    #[error("{0}")]
    Malformed(String),
    /// What has to be there is not.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A value is none of its type.
    #[error("{found:?} is no {expected}")]
    Value {
        /// What was found.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
    /// Elements within elements, deeper than the bound.
    #[error("nested deeper than {0}")]
    TooDeep(usize),
    /// More elements than the bound.
    #[error("more than {0} elements")]
    TooMany(usize),
    /// A document type, an entity, or a second declaration: none is part of CSTA.
    #[error("{0} is refused")]
    Refused(&'static str),
}

impl DecodeError {
    pub(crate) const fn new(problem: Problem) -> Self {
        DecodeError {
            path: Vec::new(),
            problem,
        }
    }

    pub(crate) fn malformed(why: impl Into<String>) -> Self {
        Self::new(Problem::Malformed(why.into()))
    }

    pub(crate) fn value(found: impl Into<String>, expected: &'static str) -> Self {
        let found = found.into();
        Self::new(Problem::Value { found, expected })
    }

    /// The same, found within `name`.
    pub(crate) fn within(mut self, name: &'static str) -> Self {
        self.path.insert(0, name);
        self
    }
}

/// The path before the problem.
struct Place<'a>(&'a [&'static str]);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.is_empty() {
            write!(f, "in {}: ", self.0.join("/"))?;
        }
        Ok(())
    }
}
