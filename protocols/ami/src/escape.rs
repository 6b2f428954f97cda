//! The C escapes that Asterisk writes into some values of some events (`ast_escape_c` in its `main/utils.c`), and only
//! there: the same caller name comes escaped in one event and bare in another.

use std::borrow::Cow;

/// What comes before the keys of a channel block (`DestCallerIDName`).
const BLOCKS: [&str; 15] = [
    "",
    "Dest",
    "Transferer",
    "Transferee",
    "OrigTransferer",
    "SecondTransferer",
    "TransferTarget",
    "LocalOne",
    "LocalTwo",
    "Source",
    "Target",
    "Parkee",
    "Retriever",
    "Spyer",
    "Spyee",
];

/// Events that write the keys of a channel block themselves, and bare.
const BARE_EVENTS: [&str; 5] = ["QueueEntry", "OriginateResponse", "Rename", "Cdr", "CEL"];

/// Whether `event` writes the value of `key` with C escapes.
#[must_use]
pub fn is_escaped(event: &[u8], key: &[u8]) -> bool {
    let is = |name: &str| event.eq_ignore_ascii_case(name.as_bytes());
    let keyed = |name: &str| key.eq_ignore_ascii_case(name.as_bytes());
    if keyed("Value") {
        return is("VarSet");
    }
    if keyed("Subtype") || keyed("Message") {
        return is("PresenceStateChange");
    }
    if keyed("CID-CallingPres") {
        return is("NewCallerid");
    }
    let in_block = ["CallerIDName", "ConnectedLineName", "ChanVariable"]
        .iter()
        .filter_map(|name| strip_suffix(key, name.as_bytes()))
        .any(|block| BLOCKS.iter().any(|known| block.eq_ignore_ascii_case(known.as_bytes())));
    in_block && !BARE_EVENTS.iter().any(|name| is(name))
}

/// Undoes `\a \b \f \n \r \t \v \\ \' \" \?`. Any other backslash stays what it is.
#[must_use]
pub fn unescape(value: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr::memchr(b'\\', value) else {
        return Cow::Borrowed(value);
    };
    let (plain, mut rest) = value.split_at_checked(first).unwrap_or((value, &[]));
    let mut out = plain.to_vec();
    loop {
        rest = match rest {
            [] => return Cow::Owned(out),
            [b'\\', escape, after @ ..] => match meant(*escape) {
                Some(byte) => {
                    out.push(byte);
                    after
                }
                None => {
                    out.extend_from_slice(&[b'\\', *escape]);
                    after
                }
            },
            [byte, after @ ..] => {
                out.push(*byte);
                after
            }
        };
    }
}

const fn meant(escape: u8) -> Option<u8> {
    Some(match escape {
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        b'\\' | b'\'' | b'"' | b'?' => escape,
        _ => return None,
    })
}

fn strip_suffix<'a>(key: &'a [u8], suffix: &[u8]) -> Option<&'a [u8]> {
    let (block, tail) = key.split_at_checked(key.len().checked_sub(suffix.len())?)?;
    tail.eq_ignore_ascii_case(suffix).then_some(block)
}
