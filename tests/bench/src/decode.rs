//! Bytes to messages, with every key and value visited.

use bytes::BytesMut;
use lineside_ami::Decoder;
use lineside_wire::WireError;
use std::hint::black_box;

/// What one read of a socket gives at most.
const READ: usize = 64 << 10;

/// What a pass over a corpus saw: every contender must see the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub messages: usize,
    pub headers: usize,
    /// Bytes of keys and values together.
    pub bytes: usize,
}

impl Seen {
    fn header(&mut self, key: &[u8], value: &[u8]) {
        self.headers += 1;
        self.bytes += key.len() + value.len();
        black_box((key.first(), value.last()));
    }
}

/// The decoder of this project.
///
/// # Errors
/// The corpus is not AMI.
pub fn ours(bytes: &[u8]) -> Result<Seen, WireError> {
    let mut decoder = Decoder::default();
    let mut input = BytesMut::with_capacity(2 * READ);
    let mut seen = Seen::default();
    let banner = memchr::memchr(b'\n', bytes).map_or(0, |end| end + 1);
    for read in bytes.get(banner..).unwrap_or_default().chunks(READ) {
        input.extend_from_slice(read);
        while let Some(message) = decoder.next(&mut input)? {
            seen.messages += 1;
            for header in message.headers() {
                seen.header(header.key.as_bytes(), header.value.as_bytes());
            }
        }
    }
    Ok(seen)
}

/// What cannot be left out: every line end, and the first colon of every line, found by `memchr` in one large slice. No messages, no
/// odd frames, no bounds, nothing kept.
#[must_use]
pub fn bare_scan(bytes: &[u8]) -> Seen {
    let mut seen = Seen::default();
    let banner = memchr::memchr(b'\n', bytes).map_or(0, |end| end + 1);
    let mut rest = bytes.get(banner..).unwrap_or_default();
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let (line, after) = rest.split_at_checked(end).unwrap_or_default();
        rest = after.get(1..).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match memchr::memchr(b':', line) {
            Some(colon) => {
                let (key, value) = line.split_at_checked(colon).unwrap_or_default();
                let value = value.get(1..).unwrap_or_default();
                seen.header(key, value.strip_prefix(b" ").unwrap_or(value));
            }
            None => seen.messages += usize::from(line.is_empty()),
        }
    }
    seen
}

/// The codec of the crate `asterisk-rs-ami`.
///
/// # Errors
/// The corpus is not AMI.
#[cfg(feature = "peers")]
pub fn asterisk_rs_ami(bytes: &[u8]) -> Result<Seen, asterisk_rs_ami::AmiError> {
    use tokio_util::codec::Decoder;
    let mut codec = asterisk_rs_ami::AmiCodec::new();
    let mut input = BytesMut::with_capacity(2 * READ);
    let mut seen = Seen::default();
    for read in bytes.chunks(READ) {
        input.extend_from_slice(read);
        while let Some(message) = codec.decode(&mut input)? {
            seen.messages += 1;
            for (key, value) in &message.headers {
                seen.header(key.as_bytes(), value.as_bytes());
            }
            for (name, value) in &message.channel_variables {
                seen.header(name.as_bytes(), value.as_bytes());
            }
        }
    }
    Ok(seen)
}
