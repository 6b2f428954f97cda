use bytes::{Buf, BytesMut};
use lineside_wire::WireError;
use nom::bytes::complete::take_while1;
use nom::character::complete::char;
use nom::combinator::{rest, verify};
use nom::sequence::separated_pair;
use nom::{IResult, Parser};

/// The first line that a switch sends: `Asterisk Call Manager/11.0.0`.
///
/// The version is that of the interface, and tells little: 20.x is 9.0.0 for its whole life, 14.0.0 says what 13.5 says.
/// Ask `CoreSettings` for the version of the switch and `ListCommands` for what it can do. Proxies and forks announce
/// other names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    /// What stands before the slash.
    pub name: String,
    /// What stands after it.
    pub version: String,
}

/// A banner is one line of at most this many bytes; a peer that says more at once is no switch.
const LONGEST: usize = 256;

/// Protocols whose greeting or complaint has a slash too.
const OTHERS: [&str; 4] = ["HTTP", "SIP", "RTSP", "ICY"];

impl Banner {
    /// Takes the banner from the front of `input`. `None`: more bytes are needed.
    ///
    /// # Errors
    /// [`WireError::PeerIncompatible`]: this is not a manager interface. The error shows what was seen.
    pub(crate) fn take(input: &mut BytesMut) -> Result<Option<Self>, WireError> {
        let window = input.get(..input.len().min(LONGEST)).unwrap_or_default();
        let end = memchr::memchr(b'\n', window);
        let line = end.and_then(|end| window.get(..end)).unwrap_or(window);
        let text = line.trim_ascii_end();
        if text.iter().any(u8::is_ascii_control) {
            return Err(not_a_manager(text));
        }
        let Some(end) = end else {
            return if window.len() == LONGEST {
                Err(not_a_manager(text))
            } else {
                Ok(None)
            };
        };
        let banner = std::str::from_utf8(text).ok().and_then(|text| parse(text).ok());
        let (_, (name, version)) = banner.ok_or_else(|| not_a_manager(text))?;
        let banner = Banner {
            name: name.to_owned(),
            version: version.to_owned(),
        };
        input.advance(end + 1);
        Ok(Some(banner))
    }
}

fn parse(text: &str) -> IResult<&str, (&str, &str)> {
    let name = verify(take_while1(|c| c != '/'), |name: &str| {
        !OTHERS.iter().any(|other| name.eq_ignore_ascii_case(other))
    });
    separated_pair(name, char('/'), rest).parse(text)
}

/// The error for a peer that began with `seen`.
pub(crate) fn not_a_manager(seen: &[u8]) -> WireError {
    let shown = seen.get(..seen.len().min(80)).unwrap_or_default();
    WireError::PeerIncompatible(format!(
        "expected a banner like \"Asterisk Call Manager/11.0.0\", saw \"{}\": is this the port of the manager interface \
         (5038, with TLS 5039)?",
        shown.escape_ascii()
    ))
}
