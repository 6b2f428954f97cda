use crate::error::DecodeError;
use std::borrow::Cow;

/// The characters of a document, by its byte order mark or what its declaration says. UTF-8, US-ASCII, ISO-8859-1, windows-1252, and UTF-16
/// with a mark or a declaration in it are read; other encodings are refused by name.
pub(super) fn characters(bytes: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0, b'<', ..] => utf16(bytes, u16::from_be_bytes),
        [b'<', 0, ..] => utf16(bytes, u16::from_le_bytes),
        _ => match declared(bytes) {
            None => utf8(bytes),
            Some(name) if is_one_of(name, &["utf-8", "utf8", "us-ascii", "ascii"]) => utf8(bytes),
            Some(name) if is_one_of(name, &["iso-8859-1", "latin1", "latin-1"]) => {
                Ok(Cow::Owned(bytes.iter().copied().map(char::from).collect()))
            }
            // Says UTF-16 and is none: the peer builds documents from text, and sends them as UTF-8.
            Some(name) if is_one_of(name, &["utf-16"]) => utf8(bytes),
            Some(name) if is_one_of(name, &["windows-1252", "cp1252"]) => {
                Ok(Cow::Owned(bytes.iter().map(|byte| windows_1252(*byte)).collect()))
            }
            Some(name) => Err(DecodeError::malformed(format!(
                "the encoding {}: expected an encoding out of UTF-8, UTF-16, ISO-8859-1, windows-1252 and US-ASCII",
                name.escape_ascii()
            ))),
        },
    }
}

fn is_one_of(name: &[u8], names: &[&str]) -> bool {
    names.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// The encoding that the declaration names: `<?xml version="1.0" encoding="…"?>`.
fn declared(bytes: &[u8]) -> Option<&[u8]> {
    let declaration = bytes.trim_ascii_start().strip_prefix(b"<?xml")?;
    let end = declaration.iter().position(|byte| *byte == b'>')?;
    let declaration = declaration.get(..end)?;
    let at = declaration.windows(8).position(|window| window == b"encoding")?;
    let value = declaration
        .get(at + 8..)?
        .trim_ascii_start()
        .strip_prefix(b"=")?
        .trim_ascii_start();
    let (quote, value) = value.split_first()?;
    value.split(|byte| byte == quote).next()
}

/// What ISO-8859-1 has not, and Windows has in its place.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    let its = byte.checked_sub(0x80).and_then(|at| WINDOWS.get(usize::from(at)));
    its.copied().unwrap_or(char::from(byte))
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
    let text = std::str::from_utf8(bytes);
    text.map(Cow::Borrowed)
        .map_err(|error| DecodeError::malformed(format!("no UTF-8 at byte {}", error.valid_up_to())))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, str>, DecodeError> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    match text {
        Ok(text) if odd.is_empty() => Ok(Cow::Owned(text)),
        _ => Err(DecodeError::malformed("no UTF-16")),
    }
}
