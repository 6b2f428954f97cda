use crate::escape;
use crate::value::Value;
use bytes::Bytes;
use std::borrow::Cow;
use std::fmt;

/// What a message is: decided by its first `Event:`, `Response:` or `Action:` line.
///
/// The first, because `OriginateResponse` has both of the former, and the body of a `UserEvent` is anybody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Something happened, or an item of a list.
    Event,
    /// The answer to an action.
    Response,
    /// What a client asks for.
    Action,
    /// None of these: text that an action handler wrote without a header (`Queues` until 14, `IAXnetstats`).
    Other,
}

impl Kind {
    pub(crate) const fn of_key(key: &[u8]) -> Option<Self> {
        if key.eq_ignore_ascii_case(b"Event") {
            Some(Kind::Event)
        } else if key.eq_ignore_ascii_case(b"Response") {
            Some(Kind::Response)
        } else if key.eq_ignore_ascii_case(b"Action") {
            Some(Kind::Action)
        } else {
            None
        }
    }
}

/// The places of one line in the buffer of its message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) start: u32,
    /// Where the key ends, [`Span::NO_KEY`] for a line without one.
    pub(crate) key_end: u32,
    pub(crate) end: u32,
}

impl Span {
    pub(crate) const NO_KEY: u32 = u32::MAX;
}

/// One header of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// What stands before the colon. Keys are compared without regard to case: [`Value::is`].
    pub key: Value<'a>,
    /// What stands after the colon and one space, on the same line.
    pub value: Value<'a>,
    /// Lines without a colon follow: they may belong to this value ([`Message::with_continuation`]).
    pub continued: bool,
}

/// One line of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// A key and a value.
    Header(Header<'a>),
    /// A line without a key: the rest of a value that held a line end, or text of a command.
    Text(Value<'a>),
}

/// One message: an ordered multimap over the bytes as they came.
///
/// Cloning shares the bytes. Duplicate keys are normal (`ChanVariable`, `Output`, `Variable`) and all kept; nothing is
/// dropped, unescaped or decoded until asked for.
#[derive(Clone)]
pub struct Message {
    bytes: Bytes,
    lines: Box<[Span]>,
    kind: Kind,
    kind_line: u32,
}

impl Message {
    pub(crate) fn new(bytes: Bytes, lines: Box<[Span]>, kind: Option<(Kind, u32)>) -> Self {
        let (kind, kind_line) = kind.unwrap_or((Kind::Other, u32::MAX));
        Message {
            bytes,
            lines,
            kind,
            kind_line,
        }
    }

    /// What the message is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The name of the event, the word of the response or the name of the action, by [`Message::kind`].
    ///
    /// Event names are open: compare with [`Value::is`] (the documentation says `NewExten`, the wire `Newexten`).
    #[must_use]
    pub fn name(&self) -> Value<'_> {
        let line = usize::try_from(self.kind_line).ok().and_then(|at| self.lines.get(at));
        line.map(|line| self.value(line)).unwrap_or_default()
    }

    /// Whether this is the event `name`.
    #[must_use]
    pub fn is_event(&self, name: &str) -> bool {
        self.kind == Kind::Event && self.name().is(name)
    }

    /// The first value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Value<'_>> {
        self.find(key).map(|(_, line)| self.value(line))
    }

    /// Every value of `key`, in order.
    pub fn all<'a, 'k>(&'a self, key: &'k str) -> impl Iterator<Item = Value<'a>> + use<'a, 'k> {
        self.headers()
            .filter(move |header| header.key.is(key))
            .map(|header| header.value)
    }

    /// The first value of `key` with the lines without a colon that follow it, line ends as they came.
    ///
    /// Asterisk writes a value that holds a line end as it is (`AppData`, `Message`), so the rest of it arrives as lines of
    /// its own; what of them has a colon cannot be told from a header.
    #[must_use]
    pub fn with_continuation(&self, key: &str) -> Option<Value<'_>> {
        let (at, first) = self.find(key)?;
        let more = self.lines.get(at + 1..).unwrap_or_default();
        let last = more.iter().take_while(|line| line.key_end == Span::NO_KEY).last();
        let end = last.unwrap_or(first).end;
        Some(self.value(&Span { end, ..*first }))
    }

    /// The first value of `key` as the switch meant it, its C escapes undone where this event writes this key with them.
    #[must_use]
    pub fn unescaped(&self, key: &str) -> Option<Cow<'_, [u8]>> {
        let value = self.get(key)?.as_bytes();
        let escaped = self.kind == Kind::Event && escape::is_escaped(self.name().as_bytes(), key.as_bytes());
        Some(if escaped {
            escape::unescape(value)
        } else {
            Cow::Borrowed(value)
        })
    }

    /// The headers in order.
    pub fn headers(&self) -> impl Iterator<Item = Header<'_>> {
        self.lines().filter_map(|line| match line {
            Line::Header(header) => Some(header),
            Line::Text(_) => None,
        })
    }

    /// The lines in order.
    pub fn lines(&self) -> Lines<'_> {
        Lines {
            message: self,
            rest: self.lines.iter(),
        }
    }

    /// The text of a command line by line, in whichever of the three formats it came.
    ///
    /// The format goes by the response, not by the version: 14.0.0 announces the number of 13.5 and has the new one.
    pub fn output(&self) -> impl Iterator<Item = Value<'_>> {
        self.lines().filter_map(|line| match line {
            Line::Text(text) => Some(text),
            Line::Header(header) => header.key.is("Output").then_some(header.value),
        })
    }

    /// How many lines there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is no line. The decoder never gives such a message.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The message as it came, with the empty line that ends it.
    #[must_use]
    pub const fn as_bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The key of line `at`, if it is there and has one.
    pub(crate) fn key_at(&self, at: usize) -> Option<Value<'_>> {
        let line = self.lines.get(at)?;
        (line.key_end != Span::NO_KEY).then(|| self.slice(line.start, line.key_end))
    }

    fn find(&self, key: &str) -> Option<(usize, &Span)> {
        self.lines.iter().enumerate().find(|(_, line)| {
            // The length first: it tells most keys apart without touching their bytes.
            line.key_end != Span::NO_KEY
                && usize::try_from(line.key_end - line.start) == Ok(key.len())
                && self.slice(line.start, line.key_end).is(key)
        })
    }

    #[inline]
    fn value(&self, line: &Span) -> Value<'_> {
        let value = self.slice(line.key_end.saturating_add(1), line.end).as_bytes();
        Value::new(value.strip_prefix(b" ").unwrap_or(value))
    }

    #[inline]
    fn slice(&self, start: u32, end: u32) -> Value<'_> {
        let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
        let bytes = range.and_then(|(start, end)| self.bytes.get(start..end));
        Value::new(bytes.unwrap_or_default())
    }
}

/// Equal in kind and in every line; how the lines ended does not count.
impl PartialEq for Message {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.kind_line == other.kind_line && self.lines().eq(other.lines())
    }
}

impl Eq for Message {}

/// The kind and the size: what a message says is mostly about persons.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name().text().text;
        write!(f, "Message({:?} {:?}, {} lines)", self.kind, name, self.lines.len())
    }
}

/// The lines of a message in order. See [`Message::lines`].
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    message: &'a Message,
    rest: std::slice::Iter<'a, Span>,
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    // What a caller does not look at is not worked out.
    #[inline]
    fn next(&mut self) -> Option<Line<'a>> {
        let line = self.rest.next()?;
        if line.key_end == Span::NO_KEY {
            return Some(Line::Text(self.message.slice(line.start, line.end)));
        }
        let next = self.rest.as_slice().first();
        Some(Line::Header(Header {
            key: self.message.slice(line.start, line.key_end),
            value: self.message.value(line),
            continued: next.is_some_and(|next| next.key_end == Span::NO_KEY),
        }))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rest.size_hint()
    }
}

impl ExactSizeIterator for Lines<'_> {}
