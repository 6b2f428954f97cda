//! What can be written is read back as it was.

use super::choice;
use bytes::BytesMut;
use lineside_ami::{Decoder, EncodeLimits, Outgoing};

pub(crate) fn run(data: &[u8]) {
    let (first, data) = choice(data);
    let limits = if first & 1 == 0 {
        EncodeLimits::TO_SWITCH
    } else {
        EncodeLimits::TO_CLIENT
    };
    let mut message = Outgoing::new(limits);
    let mut headers: Vec<(&str, &[u8])> = Vec::new();
    for line in data.split(|byte| *byte == 0xfe) {
        let at = line.iter().position(|byte| *byte == 0xfd).unwrap_or(line.len());
        let (key, value) = line.split_at_checked(at).unwrap_or_default();
        let value = value.strip_prefix(&[0xfd]).unwrap_or(value);
        let Ok(key) = std::str::from_utf8(key) else { continue };
        message = message.header(key, value);
        headers.push((key, value));
    }
    // A message that announces raw text is framed by that text.
    let follows = |value: &[u8]| value.trim_ascii_end().eq_ignore_ascii_case(b"Follows");
    if headers
        .iter()
        .any(|(key, value)| key.eq_ignore_ascii_case("Response") && follows(value))
    {
        return;
    }
    let Ok(bytes) = message.encode() else { return };
    let lines = bytes.split(|byte| *byte == b'\n').count() - 2;
    assert!(lines == headers.len() && lines <= limits.headers);
    assert!(
        bytes
            .split(|byte| *byte == b'\n')
            .all(|line| line.len().saturating_sub(1) <= limits.line)
    );
    let mut input = BytesMut::from(&bytes[..]);
    let mut decoder = Decoder::default();
    let read = decoder.next(&mut input);
    let Ok(Some(read)) = read else {
        assert!(read.is_ok() && headers.is_empty());
        return;
    };
    assert!(input.is_empty());
    let read: Vec<_> = read
        .headers()
        .map(|header| (header.key.as_bytes(), header.value.as_bytes()))
        .collect();
    let written: Vec<_> = headers.iter().map(|(key, value)| (key.as_bytes(), *value)).collect();
    assert_eq!(read, written);
}
