//! Where messages begin and end on a connection.

use crate::codec::{EncodeError, Framing};
use crate::message::InvokeId;
use crate::recognize::{Wire, is_apdu, recognize};
use bytes::{Buf, Bytes, BytesMut};
use lineside_wire::WireError;

const WHAT: &str = "CSTA frame";
/// The header of annex J.2.
const HEADER: usize = 8;
/// How long a document may be where no length is sent ahead of it.
const NUL_LIMIT: usize = 256 * 1024;
/// How long an element may be that has no frame.
const BARE_LIMIT: usize = 64 * 1024;
/// So many bytes are enough to see what they are.
const PEEK: usize = 8;
/// The first byte of a frame of a HiPath, and the bit that stands in its length.
const HIPATH: u8 = 0x26;
const HIPATH_BIT: u16 = 0x8000;
/// The invoke id of one that is no number (see [`Framer::next`]).
pub(crate) const NO_ID: InvokeId = InvokeId(-1);
/// That of every event.
pub(crate) const EVENT_ID: InvokeId = InvokeId(9999);

/// A message in its bytes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// What the header says, where there is one that says it.
    pub(crate) id: Option<InvokeId>,
    pub(crate) body: BytesMut,
}

/// Cuts the bytes of one connection.
#[derive(Debug)]
pub(crate) struct Framer {
    framing: Framing,
    /// So many bytes of what is there are known to hold no end.
    scanned: usize,
    /// Where what is there begins in all that came.
    at: u64,
    /// The last invoke id that is no number, to be repeated in the answer.
    pub(crate) odd: Option<[u8; 4]>,
}

impl Framer {
    pub(crate) const fn new(framing: Framing) -> Self {
        Framer {
            framing,
            scanned: 0,
            at: 0,
            odd: None,
        }
    }

    /// Takes the next whole message out of `input`. An invoke id that is no number is taken as -1: a peer is known to send such.
    ///
    /// # Errors
    /// The bytes are framed otherwise: the error says how, where that can be seen.
    pub(crate) fn next(&mut self, input: &mut BytesMut) -> Result<Option<Frame>, WireError> {
        match self.framing {
            Framing::Annex => self.annex(input, 0),
            Framing::AnnexFormat(format) => self.annex(input, format),
            Framing::Bare => self.bare(input),
            Framing::Nul => self.nul(input),
            Framing::Length16 => self.length16(input),
            Framing::HiPath => self.hipath(input),
        }
    }

    fn annex(&mut self, input: &mut BytesMut, format: u16) -> Result<Option<Frame>, WireError> {
        let begins = format.to_be_bytes();
        if !input.iter().zip(&begins).all(|(byte, expected)| byte == expected) {
            return match format {
                0 => self.unlike(input, "two zero bytes"),
                _ => self.unlike(input, &format!("two bytes with the format {format}")),
            };
        }
        let [_, _, high, low, id @ ..] = &input[..] else {
            return Ok(None);
        };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if length < HEADER {
            return self.wrong(format!("a length of {length}; expected at least {HEADER}"));
        }
        let Some(id) = id.first_chunk::<4>() else {
            return Ok(None);
        };
        let odd = (!id.iter().all(u8::is_ascii_digit)).then_some(*id);
        let id = match odd {
            None => InvokeId(id.iter().fold(0, |id, digit| id * 10 + i64::from(digit - b'0'))),
            Some(_) => NO_ID,
        };
        let body = self.take(input, HEADER, length);
        if body.is_some() {
            self.odd = odd.or(self.odd);
        }
        Ok(body.map(|body| Frame { id: Some(id), body }))
    }

    fn length16(&mut self, input: &mut BytesMut) -> Result<Option<Frame>, WireError> {
        let [high, low, _, ..] = &input[..] else {
            return Ok(None);
        };
        // A length can be anything: what the first message begins with tells whether it is one.
        let like = recognize(input.get(..PEEK).unwrap_or(input)) == Some(Wire::Length16);
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if length == 0 || self.at == 0 && !like {
            return self.unlike(input, "a length of 16 bits and a message in BER");
        }
        Ok(self.take(input, 2, 2 + length).map(|body| Frame { id: None, body }))
    }

    fn bare(&mut self, input: &mut BytesMut) -> Result<Option<Frame>, WireError> {
        let (length, behind) = match &input[..] {
            [] => return Ok(None),
            [tag, ..] if !is_apdu(*tag) => return self.unlike(input, "a message in BER"),
            [_] => return Ok(None),
            [_, length, behind @ ..] => (*length, behind),
        };
        let octets = match length {
            0x80 => return self.wrong("an open length; expected one that says where the message ends".to_owned()),
            0x81..=0xff => usize::from(length & 0x7f),
            _ => 0,
        };
        let Some(octets) = behind.get(..octets) else {
            return Ok(None);
        };
        let content = octets.iter().fold(0_usize, |length, octet| {
            length.saturating_mul(0x100).saturating_add(usize::from(*octet))
        });
        let content = if octets.is_empty() {
            usize::from(length)
        } else {
            content
        };
        let whole = (2 + octets.len()).saturating_add(content);
        if whole > BARE_LIMIT {
            return Err(WireError::TooLarge {
                what: WHAT,
                limit: BARE_LIMIT,
            });
        }
        Ok(self.take(input, 0, whole).map(|body| Frame { id: None, body }))
    }

    fn hipath(&mut self, input: &mut BytesMut) -> Result<Option<Frame>, WireError> {
        let expected = "0x26 and a length of 16 bits";
        match &input[..] {
            [] | [HIPATH] | [HIPATH, _] => Ok(None),
            [HIPATH, high, low, ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]) & !HIPATH_BIT);
                if length == 0 {
                    return self.wrong(format!("a length of 0; expected {expected}"));
                }
                Ok(self.take(input, 3, 3 + length).map(|body| Frame { id: None, body }))
            }
            _ => self.unlike(input, expected),
        }
    }

    fn nul(&mut self, input: &mut BytesMut) -> Result<Option<Frame>, WireError> {
        if self.scanned == 0 {
            // Behind the first document, a lone zero byte is one to keep the connection alive.
            let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0 && self.at > 0;
            let blank = input.iter().copied().take_while(is_blank).count();
            self.skip(input, blank);
            match &input[..] {
                [] | [0xef] | [0xef, 0xbb] => return Ok(None),
                [b'<', ..] | [0xef, 0xbb, 0xbf, ..] => {}
                _ => return self.unlike(input, "a document"),
            }
        }
        let behind = input.get(self.scanned..).unwrap_or_default();
        let Some(end) = behind.iter().position(|byte| *byte == 0) else {
            self.scanned = input.len();
            return match self.scanned > NUL_LIMIT {
                true => Err(WireError::TooLarge {
                    what: WHAT,
                    limit: NUL_LIMIT,
                }),
                false => Ok(None),
            };
        };
        let length = self.scanned + end;
        if length > NUL_LIMIT {
            return Err(WireError::TooLarge {
                what: WHAT,
                limit: NUL_LIMIT,
            });
        }
        let body = self.take(input, 0, length);
        self.skip(input, 1);
        Ok(body.map(|body| Frame { id: None, body }))
    }

    /// The bytes from `header` to `length`, once they are all there.
    fn take(&mut self, input: &mut BytesMut, header: usize, length: usize) -> Option<BytesMut> {
        if input.len() < length {
            return None;
        }
        let mut body = input.split_to(length);
        body.advance(header);
        self.at = self.at.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
        self.scanned = 0;
        Some(body)
    }

    fn skip(&mut self, input: &mut BytesMut, count: usize) {
        input.advance(count);
        self.at = self.at.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
    }

    /// These bytes are not what they should be: says what they are once that can be seen.
    fn unlike(&self, input: &[u8], expected: &str) -> Result<Option<Frame>, WireError> {
        let first = input.get(..PEEK).unwrap_or(input);
        match recognize(first) {
            Some(seen) => self.wrong(format!("this looks like {seen}; expected {expected}")),
            None if first.len() < PEEK => Ok(None),
            None => self.wrong(format!(
                "this begins with \"{}\", which is no framing that is known; expected {expected}",
                first.escape_ascii()
            )),
        }
    }

    fn wrong(&self, detail: String) -> Result<Option<Frame>, WireError> {
        Err(WireError::Malformed {
            what: WHAT,
            at: self.at,
            detail,
        })
    }
}

/// A message with what goes around it. The id is that of a header, where there is one; `odd` stands for one that is no number.
pub(crate) fn wrap(framing: Framing, id: InvokeId, odd: Option<[u8; 4]>, body: &[u8]) -> Result<Bytes, EncodeError> {
    let too_long = || EncodeError::TooLong(body.len());
    let mut out = Vec::with_capacity(body.len() + HEADER);
    match framing {
        Framing::Annex | Framing::AnnexFormat(_) => {
            let number = u16::try_from(id.0).ok().filter(|id| *id <= 9999);
            let digits = number.map(|number| format!("{number:04}").into_bytes());
            let odd = odd.filter(|_| id == NO_ID).map(|odd| odd.to_vec());
            let id = digits.or(odd);
            let id =
                id.ok_or_else(|| EncodeError::NotInEncoding("an invoke id of other than four digits".to_owned()))?;
            let length = u16::try_from(HEADER + body.len()).map_err(|_| too_long())?;
            let format = if let Framing::AnnexFormat(format) = framing {
                format
            } else {
                0
            };
            out.extend_from_slice(&format.to_be_bytes());
            out.extend_from_slice(&length.to_be_bytes());
            out.extend_from_slice(&id);
            out.extend_from_slice(body);
        }
        Framing::Nul if body.len() > NUL_LIMIT => return Err(too_long()),
        Framing::Bare if body.len() > BARE_LIMIT => return Err(too_long()),
        Framing::Bare => out.extend_from_slice(body),
        Framing::Nul => {
            out.extend_from_slice(body);
            out.push(0);
        }
        Framing::Length16 => {
            let length = u16::try_from(body.len()).map_err(|_| too_long())?;
            out.extend_from_slice(&length.to_be_bytes());
            out.extend_from_slice(body);
        }
        Framing::HiPath => {
            let length = u16::try_from(body.len()).ok().filter(|length| *length < HIPATH_BIT);
            out.push(HIPATH);
            out.extend_from_slice(&(length.ok_or_else(too_long)? | HIPATH_BIT).to_be_bytes());
            out.extend_from_slice(body);
        }
    }
    Ok(out.into())
}
