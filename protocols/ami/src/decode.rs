use crate::line::{self, END_COMMAND};
use crate::message::{Kind, Message, Span};
use crate::scan::Scan;
use bytes::{Buf, BytesMut};
use lineside_wire::WireError;

/// What a decoder holds at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeLimits {
    /// Bytes of one message.
    pub message: usize,
    /// Lines of one message.
    pub lines: usize,
}

impl Default for DecodeLimits {
    /// 8 MiB and 262,144 lines. Asterisk itself has no limit: the state of a channel with all its variables or the output
    /// of a command may well be a megabyte.
    fn default() -> Self {
        DecodeLimits {
            message: 8 << 20,
            lines: 1 << 18,
        }
    }
}

/// Where the reading of one message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Headers up to an empty line.
    Headers,
    /// After `Response: Follows`: `Privilege` and `ActionID` may come, then the text of a command.
    CommandHead,
    /// The text of a command, in which an empty line and a line with a colon mean nothing.
    CommandText,
}

/// Cuts messages out of a stream of bytes, whichever way the reads cut it.
///
/// Liberal: a line ends in `\n`, with any number of `\r` before it; a message ends at an empty line; further empty lines are
/// nothing. It remembers how far it has looked, so that a large message that comes in small pieces costs linear time: between
/// calls the input may grow at its end and must not change otherwise.
#[derive(Debug)]
pub struct Decoder {
    limits: DecodeLimits,
    /// Bytes taken out of the input before its present start.
    consumed: u64,
    /// How much of the input was looked at.
    looked: usize,
    /// Where the present line starts, and its first colon.
    line: usize,
    colon: Option<usize>,
    mode: Mode,
    kind: Option<(Kind, u32)>,
    /// The lines of the message so far; kept between messages for its memory.
    lines: Vec<Span>,
}

/// A scratch index larger than this is given back after the message that needed it.
const KEPT_LINES: usize = 1024;

impl Decoder {
    /// A decoder at the start of a message.
    #[must_use]
    pub fn new(limits: DecodeLimits) -> Self {
        // Offsets are 32 bits wide; the bound keeps clear of the mark for "no key".
        let message = limits.message.min(1 << 31);
        Decoder {
            limits: DecodeLimits { message, ..limits },
            consumed: 0,
            looked: 0,
            line: 0,
            colon: None,
            mode: Mode::Headers,
            kind: None,
            lines: Vec::new(),
        }
    }

    /// Takes the next whole message from the front of `input`. `None`: more bytes are needed.
    ///
    /// # Errors
    /// [`WireError::TooLarge`]: the message passes a limit. There is no way to go on.
    pub fn next(&mut self, input: &mut BytesMut) -> Result<Option<Message>, WireError> {
        loop {
            let window = input.len().min(self.limits.message);
            let Some(end) = self.look(input.get(..window).unwrap_or_default())? else {
                break;
            };
            if self.lines.is_empty() {
                // An empty line before a message is nothing, and not part of its size.
                input.advance(end);
                self.restart(end);
                continue;
            }
            let lines = Box::from(self.lines.as_slice());
            let message = Message::new(input.split_to(end).freeze(), lines, self.kind);
            self.restart(end);
            return Ok(Some(message));
        }
        if input.len() > self.limits.message {
            return Err(WireError::TooLarge {
                what: "an AMI message",
                limit: self.limits.message,
            });
        }
        Ok(None)
    }

    /// Where in the stream of this connection the present message starts, counted from 0.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.consumed
    }

    /// Whether part of a message has come, and not yet the rest.
    #[must_use]
    pub const fn in_message(&self) -> bool {
        self.looked > 0
    }

    /// Notes that `bytes` were taken from the input by somebody else, between messages.
    pub(crate) const fn skipped(&mut self, bytes: usize) {
        self.consumed = self.consumed.saturating_add(bytes as u64);
    }

    fn restart(&mut self, taken: usize) {
        self.skipped(taken);
        self.looked = 0;
        self.line = 0;
        self.colon = None;
        self.mode = Mode::Headers;
        self.kind = None;
        self.lines.clear();
        self.lines.shrink_to(KEPT_LINES);
    }

    /// One pass over what is new. Gives the end of the message if it is there.
    fn look(&mut self, bytes: &[u8]) -> Result<Option<usize>, WireError> {
        let mut scan = Scan::new(bytes, self.looked);
        let mut start = self.line;
        let mut colon = self.colon;
        while let Some(end) = scan.line_end(&mut colon) {
            let text = line::without_returns(bytes.get(start..end).unwrap_or_default());
            let colon = colon.take().map(|colon| colon - start);
            if self.mode != Mode::Headers {
                self.command_line(start, text, colon)?;
            } else if text.is_empty() {
                return Ok(Some(end + 1));
            } else {
                self.header_line(start, text, colon)?;
            }
            start = end + 1;
        }
        self.looked = bytes.len();
        self.line = start;
        self.colon = colon;
        Ok(None)
    }

    #[inline]
    fn header_line(&mut self, start: usize, text: &[u8], colon: Option<usize>) -> Result<(), WireError> {
        // A line that starts with a colon has no key.
        let Some(colon) = colon.filter(|colon| *colon > 0) else {
            return self.push(start, None, text.len());
        };
        let key_end = line::key_end(text, colon);
        if self.kind.is_none() {
            self.find_kind(text, key_end);
        }
        self.push(start, Some(key_end), text.len())
    }

    #[cold]
    fn find_kind(&mut self, text: &[u8], key_end: usize) {
        let Some((key, value)) = text.split_at_checked(key_end) else {
            return;
        };
        let Some(kind) = Kind::of_key(key) else { return };
        self.kind = Some((kind, offset(self.lines.len())));
        if kind == Kind::Response && value.trim_ascii_end().eq_ignore_ascii_case(b": Follows") {
            self.mode = Mode::CommandHead;
        }
    }

    /// A line of the command format of Asterisk 13 and older.
    #[cold]
    fn command_line(&mut self, start: usize, text: &[u8], colon: Option<usize>) -> Result<(), WireError> {
        if let Some(last) = text.strip_suffix(END_COMMAND) {
            self.mode = Mode::Headers;
            return if last.is_empty() {
                Ok(())
            } else {
                self.push(start, None, last.len())
            };
        }
        let key = colon.and_then(|colon| text.get(..colon)).unwrap_or_default();
        let head = [&b"Privilege"[..], &b"ActionID"[..]];
        if self.mode == Mode::CommandHead && head.iter().any(|known| known.eq_ignore_ascii_case(key)) {
            return self.push(start, Some(key.len()), text.len());
        }
        self.mode = Mode::CommandText;
        self.push(start, None, text.len())
    }

    #[inline]
    fn push(&mut self, start: usize, key: Option<usize>, length: usize) -> Result<(), WireError> {
        if self.lines.len() >= self.limits.lines {
            return Err(WireError::TooLarge {
                what: "the index of the lines of an AMI message",
                limit: self.limits.lines.saturating_mul(size_of::<Span>()),
            });
        }
        self.lines.push(Span {
            start: offset(start),
            key_end: key.map_or(Span::NO_KEY, |key| offset(start + key)),
            end: offset(start + length),
        });
        Ok(())
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new(DecodeLimits::default())
    }
}

/// Offsets are within a message, whose size [`Decoder::new`] bounds to what 32 bits hold.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
