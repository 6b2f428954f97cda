use crate::model::Text;
use lineside_ami::{Message, Value, escape};
use std::borrow::Cow;

/// What a channel block says (protocol page "channel block": every event carries the full new state).
#[derive(Default)]
pub(super) struct Block<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) name: Option<Value<'a>>,
    pub(super) state: Option<u8>,
    pub(super) number: Option<Value<'a>>,
    pub(super) caller_name: Option<Value<'a>>,
    pub(super) exten: Option<Value<'a>>,
    pub(super) hint: Option<&'a str>,
    pub(super) context: Option<&'a str>,
    pub(super) variables: Variables<'a>,
}

/// What `channelvars` of manager.conf puts behind a block.
#[derive(Default)]
pub(super) struct Variables<'a> {
    pub(super) presentation: Option<&'a str>,
    pub(super) redirecting_from: Option<&'a str>,
    pub(super) redirecting_reason: Option<&'a str>,
}

impl<'a> Variables<'a> {
    fn read(&mut self, variable: &'a str) {
        let Some((name, value)) = variable.split_once('=') else {
            return;
        };
        match name {
            "CALLERID(pres)" => self.presentation = Some(value),
            "REDIRECTING(from-num)" => self.redirecting_from = Some(value),
            "REDIRECTING(reason)" => self.redirecting_reason = Some(value),
            _ => {}
        }
    }
}

impl<'a> Block<'a> {
    /// Reads the block whose keys begin with `prefix`, in one pass. The first value of a key counts.
    pub(super) fn read(message: &'a Message, prefix: &str) -> Self {
        let mut block = Block::default();
        for header in message.headers() {
            let key = header.key.as_bytes();
            // Most headers are of no length that is looked for.
            let rest = key.len().checked_sub(prefix.len());
            if !matches!(rest, Some(5 | 7 | 8 | 11 | 12)) {
                continue;
            }
            let Some(key) = key.strip_prefix_ignore_case(prefix.as_bytes()) else {
                continue;
            };
            let value = header.value;
            match key.len() {
                7 if key.eq_ignore_ascii_case(b"Channel") => first(&mut block.name, value),
                12 if key.eq_ignore_ascii_case(b"ChannelState") => {
                    block.state = block.state.or(value.as_str().and_then(|s| s.parse().ok()));
                }
                11 if key.eq_ignore_ascii_case(b"CallerIDNum") => first(&mut block.number, value),
                12 if key.eq_ignore_ascii_case(b"ChanVariable") => {
                    if let Some(variable) = value.as_str() {
                        block.variables.read(variable);
                    }
                }
                12 if key.eq_ignore_ascii_case(b"CallerIDName") => first(&mut block.caller_name, value),
                5 if key.eq_ignore_ascii_case(b"Exten") => first(&mut block.exten, value),
                7 if key.eq_ignore_ascii_case(b"Context") => block.context = block.context.or(value.as_str()),
                8 if key.eq_ignore_ascii_case(b"Uniqueid") => block.id = block.id.or(value.as_str()),
                8 if key.eq_ignore_ascii_case(b"Linkedid") => block.hint = block.hint.or(value.as_str()),
                _ => {}
            }
        }
        block.id = block
            .id
            .filter(|id| !id.is_empty() && *id != "none" && *id != "<unknown>");
        block
    }
}

fn first<'a>(known: &mut Option<Value<'a>>, value: Value<'a>) {
    if known.is_none() {
        *known = Some(value);
    }
}

trait StripPrefixIgnoreCase {
    fn strip_prefix_ignore_case(&self, prefix: &[u8]) -> Option<&[u8]>;
}

impl StripPrefixIgnoreCase for [u8] {
    fn strip_prefix_ignore_case(&self, prefix: &[u8]) -> Option<&[u8]> {
        let (head, tail) = self.split_at_checked(prefix.len())?;
        head.eq_ignore_ascii_case(prefix).then_some(tail)
    }
}

/// A value as text, or nothing where Asterisk says in one of its ways that there is none.
pub(super) fn known(value: Value<'_>) -> Option<Text> {
    let text = value.text().text;
    let text = text.trim();
    (!matches!(text, "" | "<unknown>" | "unknown" | "(null)")).then(|| Text::from(text))
}

/// The same, with the C escapes undone that Asterisk writes into names in a channel block.
pub(super) fn known_name(event: &[u8], key: &str, value: Value<'_>) -> Option<Text> {
    if !escape::is_escaped(event, key.as_bytes()) {
        return known(value);
    }
    match escape::unescape(value.as_bytes()) {
        Cow::Borrowed(_) => known(value),
        Cow::Owned(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            (!text.trim().is_empty()).then(|| Text::from(text.trim()))
        }
    }
}

/// The text of a header, or nothing.
pub(super) fn text(message: &Message, key: &str) -> Option<Text> {
    message.get(key).and_then(known)
}

/// `Timestamp: seconds.microseconds`, with `timestampevents = yes`; in microseconds.
pub(super) fn timestamp(message: &Message) -> Option<i64> {
    let (seconds, micros) = message.get("Timestamp")?.as_str()?.split_once('.')?;
    let micros: i64 = micros.parse().ok().filter(|m| (0..1_000_000).contains(m))?;
    seconds.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(micros)
}
