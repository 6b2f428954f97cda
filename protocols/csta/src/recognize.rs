use std::fmt;

/// What the first bytes of a connection look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Wire {
    /// CSTA XML with the header of ECMA-323, annex J.2.
    AnnexXml,
    /// XML without a header.
    BareXml,
    /// BER behind `0x26` and a length (HiPath).
    HiPath,
    /// BER behind a length of 16 bits.
    Length16,
    /// BER without a header.
    BareBer,
    /// TLS.
    Tls,
    /// HTTP.
    Http,
    /// The one letter by which a link to an OmniPCX begins: `B` of the application, `P` of the switch.
    Handshake,
}

impl fmt::Display for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Wire::AnnexXml => "CSTA XML with a header (ECMA-323, annex J.2)",
            Wire::BareXml => "XML without a header",
            Wire::HiPath => "CSTA in BER behind 0x26 and a length (HiPath)",
            Wire::Length16 => "CSTA in BER behind a length of 16 bits",
            Wire::BareBer => "CSTA in BER without a header",
            Wire::Tls => "TLS",
            Wire::Http => "HTTP",
            Wire::Handshake => "the handshake of an OmniPCX link",
        })
    }
}

/// Says what the first bytes of a connection look like; `None`: they are too few, or like nothing that is known. Eight bytes are enough.
/// What one byte looks like, more may not: `P` is a handshake, `POST` is not.
#[must_use]
pub fn recognize(bytes: &[u8]) -> Option<Wire> {
    let is_http = |bytes: &[u8]| METHODS.iter().any(|method| bytes.starts_with(method));
    match bytes {
        [0, 0, _, _, digits @ ..] if digits.get(..4).is_some_and(|id| id.iter().all(u8::is_ascii_digit)) => {
            Some(Wire::AnnexXml)
        }
        // The bit in the length is not always there.
        [0x26, _, _, tag, ..] if is_apdu(*tag) => Some(Wire::HiPath),
        [0x14..=0x17, 3, ..] => Some(Wire::Tls),
        bytes if is_http(bytes) => Some(Wire::Http),
        [b'B' | b'P'] => Some(Wire::Handshake),
        [b'B' | b'P', next, ..] if !next.is_ascii_alphabetic() => Some(Wire::Handshake),
        [tag, length, ..] if is_apdu(*tag) && is_element(bytes, *length) => Some(Wire::BareBer),
        _ if bytes.trim_ascii_start().starts_with(b"<") || bytes.starts_with(b"\xef\xbb\xbf<") => Some(Wire::BareXml),
        // The first message is a short one; letters would be a long one.
        [0..=0x1f, _, tag, ..] if is_apdu(*tag) => Some(Wire::Length16),
        _ => None,
    }
}

const METHODS: [&[u8]; 7] = [b"HTTP", b"GET ", b"POST", b"HEAD", b"PUT ", b"OPTI", b"PRI "];

/// The first byte of a message: ACSE (X.227), or ROSE (X.229).
pub(crate) const fn is_apdu(tag: u8) -> bool {
    matches!(tag, 0x60..=0x64 | 0xa1..=0xa4)
}

/// Does an element of a message follow this length? Behind a length of 16 bits it would be a message.
fn is_element(bytes: &[u8], length: u8) -> bool {
    let header = if length > 0x80 {
        2 + usize::from(length & 0x7f)
    } else {
        2
    };
    matches!(bytes.get(header), Some(0x02 | 0x05 | 0x06 | 0x80..=0x82 | 0xa1 | 0xbe))
}
