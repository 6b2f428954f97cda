//! Values: text without loss, escapes, variables.

use super::choice;
use bytes::BytesMut;
use lineside_ami::escape::{is_escaped, unescape};
use lineside_ami::{Decoder, Outgoing, variables};

pub(crate) fn run(data: &[u8]) {
    let (split, data) = choice(data);
    let (left, right) = data.split_at_checked(usize::from(split)).unwrap_or((data, &[]));
    assert!(unescape(data).len() <= data.len());
    assert!(!is_escaped(b"Cdr", data) && !is_escaped(left, b"CallerIDNum"));
    assert!(!(is_escaped(left, right) && right.len() < 5));
    for (name, value) in variables(data) {
        assert!(name.len() + value.len() <= data.len());
    }
    lossless(right);
    quoted(left, right);
}

fn lossless(value: &[u8]) {
    let Ok(bytes) = Outgoing::event("X").header("Value", value).encode() else {
        return;
    };
    let Ok(Some(message)) = Decoder::default().next(&mut BytesMut::from(&bytes[..])) else {
        return;
    };
    let text = message.get("Value").unwrap_or_default().text();
    let back: Vec<u8> = if text.latin1 {
        text.text
            .chars()
            .filter_map(|c| u8::try_from(u32::from(c)).ok())
            .collect()
    } else {
        text.text.as_bytes().to_vec()
    };
    assert_eq!(back, value);
}

fn quoted(name: &[u8], value: &[u8]) {
    let Ok(name) = std::str::from_utf8(name) else { return };
    let Ok(bytes) = Outgoing::action("X", "1").variable(name, value).encode() else {
        return;
    };
    let Ok(Some(message)) = Decoder::default().next(&mut BytesMut::from(&bytes[..])) else {
        return;
    };
    let header = message.get("Variable").unwrap_or_default();
    assert_eq!(
        variables(header.as_bytes()),
        [(name.as_bytes().to_vec(), value.to_vec())]
    );
}
