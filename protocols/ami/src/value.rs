use std::borrow::Cow;
use std::fmt;

/// The bytes of a key or a value, as they came.
///
/// Asterisk sends bytes, not text: chan_sip, DAHDI and every version before 18.17 and 20.2 pass on what the telephone
/// network gave them. [`Value::text`] reads them without loss. `Debug` shows the length only: values are mostly about
/// persons.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Value<'a>(&'a [u8]);

/// A [`Value`] as text that lost nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// The bytes were not UTF-8 and were read as Latin-1, which has a character for every byte.
    pub latin1: bool,
}

impl<'a> Value<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Value(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// The bytes as UTF-8, `None` if they are not.
    #[must_use]
    pub const fn as_str(self) -> Option<&'a str> {
        match std::str::from_utf8(self.0) {
            Ok(text) => Some(text),
            Err(_) => None,
        }
    }

    /// The bytes as text: UTF-8, else Latin-1 with a flag.
    #[must_use]
    pub fn text(self) -> Text<'a> {
        match self.as_str() {
            Some(text) => Text {
                text: Cow::Borrowed(text),
                latin1: false,
            },
            None => Text {
                text: Cow::Owned(self.0.iter().copied().map(char::from).collect()),
                latin1: true,
            },
        }
    }

    /// Whether there is nothing.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Whether this is `other`, the case of ASCII letters aside: how AMI compares keys, event names and keywords.
    #[must_use]
    pub const fn is(self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other.as_bytes())
    }
}

impl PartialEq<str> for Value<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for Value<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value({} bytes)", self.0.len())
    }
}
