use crate::variable;
use bytes::{BufMut, Bytes, BytesMut};
use std::fmt;
use thiserror::Error;

/// What a message may be, by who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodeLimits {
    /// Bytes of one line without its end.
    pub line: usize,
    /// Headers of one message.
    pub headers: usize,
}

impl EncodeLimits {
    /// What Asterisk reads: lines of 1,024 bytes with their end, 128 headers (`get_input` and `AST_MAX_MANHEADERS` in its
    /// `main/manager.c`). What is longer it drops whole, with an answer that names no action.
    pub const TO_SWITCH: EncodeLimits = EncodeLimits {
        line: 1022,
        headers: 128,
    };
    /// What a client reads: Asterisk itself writes without a limit.
    pub const TO_CLIENT: EncodeLimits = EncodeLimits {
        line: usize::MAX,
        headers: usize::MAX,
    };
}

/// The longest ActionID that this crate sends. One of more than 67 bytes breaks the framing of `ConfbridgeList`, whose
/// buffer cuts the line end off.
pub const LONGEST_ACTION_ID: usize = 48;

/// Why something cannot be written as a message. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A key is empty, or has a byte that ends it.
    #[error("{0:?} cannot be a key")]
    Key(String),
    /// A value has a byte that would end its line: whoever gave it could append headers, or whole actions.
    #[error("the value of {key} holds the byte {byte:#04x}")]
    Forbidden {
        /// The key.
        key: String,
        /// CR, LF or NUL.
        byte: u8,
    },
    /// A line is longer than the reader takes.
    #[error("the line of {key} has {length} bytes, at most {limit} are read")]
    LineTooLong {
        /// The key.
        key: String,
        /// Key, separator and value.
        length: usize,
        /// The bound.
        limit: usize,
    },
    /// There are more headers than the reader takes.
    #[error("{count} headers, at most {limit} are read")]
    TooManyHeaders {
        /// All headers, the first line included.
        count: usize,
        /// The bound.
        limit: usize,
    },
    /// The ActionID is empty, longer than [`LONGEST_ACTION_ID`], or not printable ASCII.
    #[error("an ActionID has 1 to {LONGEST_ACTION_ID} printable ASCII bytes, {0:?} is none")]
    ActionId(String),
    /// The name of a variable is empty or has one of `= , " \`.
    #[error("{0:?} cannot be the name of a variable")]
    VariableName(String),
}

/// A message to be written: headers in order.
#[derive(Clone)]
pub struct Outgoing {
    bytes: BytesMut,
    headers: usize,
    limits: EncodeLimits,
    failed: Option<EncodeError>,
}

impl Outgoing {
    /// The action `name` with its ActionID, for the switch.
    #[must_use]
    pub fn action(name: &str, action_id: &str) -> Self {
        let mut action = Self::new(EncodeLimits::TO_SWITCH).header("Action", name);
        if !is_action_id(action_id) {
            action.fail(EncodeError::ActionId(action_id.to_owned()));
        }
        action.header("ActionID", action_id)
    }

    /// The event `name`, for a client.
    #[must_use]
    pub fn event(name: &str) -> Self {
        Self::new(EncodeLimits::TO_CLIENT).header("Event", name)
    }

    /// A response, for a client.
    #[must_use]
    pub fn response(word: &str) -> Self {
        Self::new(EncodeLimits::TO_CLIENT).header("Response", word)
    }

    /// A message without a header yet.
    #[must_use]
    pub fn new(limits: EncodeLimits) -> Self {
        Outgoing {
            bytes: BytesMut::new(),
            headers: 0,
            limits,
            failed: None,
        }
    }

    /// Appends a header. A mistake shows in [`Outgoing::encode`].
    #[must_use]
    pub fn header(mut self, key: &str, value: impl AsRef<[u8]>) -> Self {
        if let Err(error) = self.append(key, value.as_ref()) {
            self.fail(error);
        }
        self
    }

    /// Appends a `Variable` header that sets `name` to `value`, quoted where Asterisk would split it.
    #[must_use]
    pub fn variable(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        match variable::quote(name, value.as_ref()) {
            Ok(quoted) => self.header("Variable", quoted),
            Err(error) => {
                self.fail(error);
                self
            }
        }
    }

    /// The bytes, with the empty line that ends them.
    ///
    /// # Errors
    /// The first mistake that was made.
    pub fn encode(mut self) -> Result<Bytes, EncodeError> {
        if self.headers > self.limits.headers {
            self.fail(EncodeError::TooManyHeaders {
                count: self.headers,
                limit: self.limits.headers,
            });
        }
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.bytes.put_slice(b"\r\n");
        Ok(self.bytes.freeze())
    }

    fn append(&mut self, key: &str, value: &[u8]) -> Result<(), EncodeError> {
        check(key, value, self.limits)?;
        self.headers += 1;
        self.bytes.reserve(key.len() + value.len() + 6);
        self.bytes.put_slice(key.as_bytes());
        self.bytes.put_slice(b": ");
        self.bytes.put_slice(value);
        self.bytes.put_slice(b"\r\n");
        Ok(())
    }

    fn fail(&mut self, error: EncodeError) {
        self.failed.get_or_insert(error);
    }
}

/// How much it is, not what: values are mostly about persons.
impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outgoing({} headers, {} bytes)", self.headers, self.bytes.len())
    }
}

fn check(key: &str, value: &[u8], limits: EncodeLimits) -> Result<(), EncodeError> {
    if !is_key(key) {
        return Err(EncodeError::Key(key.to_owned()));
    }
    if let Some(byte) = key
        .bytes()
        .chain(value.iter().copied())
        .find(|byte| b"\r\n\0".contains(byte))
    {
        let key = key.to_owned();
        return Err(EncodeError::Forbidden { key, byte });
    }
    let length = key.len() + 2 + value.len();
    if length > limits.line {
        let (key, limit) = (key.to_owned(), limits.line);
        return Err(EncodeError::LineTooLong { key, length, limit });
    }
    Ok(())
}

/// One word without a colon, since a blank before the colon keeps Asterisk from finding the key; or an old channel variable,
/// whose channel may have both.
fn is_key(key: &str) -> bool {
    let channel = key
        .strip_prefix("ChanVariable(")
        .map(|channel| channel.strip_suffix(')'));
    match channel {
        None => {
            !key.is_empty()
                && !key
                    .bytes()
                    .any(|byte| byte == b':' || byte == b' ' || byte.is_ascii_control())
        }
        Some(channel) => {
            channel.is_some_and(|channel| !channel.bytes().any(|byte| byte == b')' || byte.is_ascii_control()))
        }
    }
}

/// Whether `id` can be sent as an ActionID.
#[must_use]
pub fn is_action_id(id: &str) -> bool {
    (1..=LONGEST_ACTION_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
}
