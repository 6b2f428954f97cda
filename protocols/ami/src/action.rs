use crate::encode::{EncodeError, Outgoing};
use bytes::Bytes;
use std::fmt;
use std::time::Duration;

/// What a client asks of the switch.
#[derive(Clone, PartialEq, Eq)]
pub struct Action {
    name: String,
    headers: Vec<(Field, Vec<u8>)>,
    list: bool,
    timeout: Duration,
}

#[derive(Clone, PartialEq, Eq)]
enum Field {
    Header(String),
    Variable(String),
}

impl Action {
    /// The action `name`, which is answered by one response within 10 s.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Action {
            name: name.to_owned(),
            headers: Vec::new(),
            list: false,
            timeout: Duration::from_secs(10),
        }
    }

    /// Appends a header.
    #[must_use]
    pub fn header(mut self, key: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((Field::Header(key.to_owned()), value.into()));
        self
    }

    /// Appends a variable.
    #[must_use]
    pub fn variable(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((Field::Variable(name.to_owned()), value.into()));
        self
    }

    /// The answer is a list. Lists that announce themselves (`EventList: start`) need no word; those of 13.1 and older do.
    #[must_use]
    pub const fn list(mut self) -> Self {
        self.list = true;
        self
    }

    /// The answer, for a list all of it, must come within `timeout`.
    #[must_use]
    pub const fn within(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The name of the action.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) const fn is_list(&self) -> bool {
        self.list
    }

    pub(crate) const fn timeout(&self) -> Duration {
        self.timeout
    }

    pub(crate) fn encode(&self, action_id: &str) -> Result<Bytes, EncodeError> {
        let start = Outgoing::action(&self.name, action_id);
        let all = self.headers.iter().fold(start, |action, (field, value)| match field {
            Field::Header(key) => action.header(key, value),
            Field::Variable(name) => action.variable(name, value),
        });
        all.encode()
    }
}

/// The name and the keys: values are mostly about persons.
impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.headers.iter().map(|(field, _)| match field {
            Field::Header(key) => key.as_str(),
            Field::Variable(_) => "Variable",
        });
        write!(f, "Action({:?}, {:?})", self.name, keys.collect::<Vec<_>>())
    }
}
