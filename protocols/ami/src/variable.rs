//! `Variable: NAME=value`: Asterisk splits the value of this header at commas and takes quotes and backslashes out of it
//! (`AST_STANDARD_APP_ARGS`), so a value that holds one of these is quoted, and each variable gets a header of its own.

use crate::encode::EncodeError;

/// The value of a `Variable` header that sets `name` to `value`.
pub(crate) fn quote(name: &str, value: &[u8]) -> Result<Vec<u8>, EncodeError> {
    if !is_name(name) {
        return Err(EncodeError::VariableName(name.to_owned()));
    }
    let mut out = Vec::with_capacity(name.len() + value.len() + 3);
    out.extend_from_slice(name.as_bytes());
    out.push(b'=');
    if !value.iter().any(|byte| b",\"\\".contains(byte)) {
        out.extend_from_slice(value);
        return Ok(out);
    }
    out.push(b'"');
    for byte in value {
        if b"\"\\".contains(byte) {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out.push(b'"');
    Ok(out)
}

/// A variable, or a function of the dialplan with its arguments: commas between brackets split nothing (16 and 22).
fn is_name(name: &str) -> bool {
    let mut depth = 0_usize;
    let fits = |byte: u8| {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return false,
            b')' => depth -= 1,
            b',' => return depth > 0,
            _ => {}
        }
        !b"=\"\\".contains(&byte)
    };
    !name.is_empty() && name.bytes().all(fits) && depth == 0
}

/// The variables that the value of one `Variable` header sets, read as Asterisk reads it.
#[must_use]
pub fn variables(header: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut pairs = vec![Vec::new()];
    let (mut quoted, mut parens, mut brackets) = (false, 0_usize, 0_usize);
    let mut bytes = header.iter().copied();
    while let Some(byte) = bytes.next() {
        let mut kept = Some(byte);
        match byte {
            b'(' => parens += 1,
            b')' => parens = parens.saturating_sub(1),
            b'[' => brackets += 1,
            b']' => brackets = brackets.saturating_sub(1),
            b'"' => {
                quoted = !quoted;
                kept = None;
            }
            b'\\' => kept = bytes.next(),
            b',' if !quoted && parens == 0 && brackets == 0 => {
                pairs.push(Vec::new());
                continue;
            }
            _ => {}
        }
        if let (Some(byte), Some(pair)) = (kept, pairs.last_mut()) {
            pair.push(byte);
        }
    }
    let split = |pair: Vec<u8>| match memchr::memchr(b'=', &pair) {
        Some(at) => {
            let (name, value) = pair.split_at_checked(at).unwrap_or_default();
            (name.to_vec(), value.get(1..).unwrap_or_default().to_vec())
        }
        None => (pair, Vec::new()),
    };
    pairs.into_iter().filter(|pair| !pair.is_empty()).map(split).collect()
}
