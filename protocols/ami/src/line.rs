//! The grammar of one line, where a look at the first colon is not enough.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_until};
use nom::sequence::preceded;
use nom::{IResult, Parser};

/// What ends the text of a command in the format of Asterisk 13 and older. Glued to the last line of the text when that
/// has no line end of its own.
pub(crate) const END_COMMAND: &[u8] = b"--END COMMAND--";

const OLD_CHANNEL_VARIABLE: &[u8; 13] = b"ChanVariable(";

/// Where the key of `line` ends, given its first colon.
///
/// `ChanVariable(SIP/10.0.0.1:5060-0001): X=1` is the one key that may hold colons itself: Asterisk 1.8 to 11 sent it
/// in every channel event, later versions still do in `OriginateResponse` and `Rename`.
#[inline]
pub(crate) fn key_end(line: &[u8], first_colon: usize) -> usize {
    if line.first_chunk() == Some(OLD_CHANNEL_VARIABLE) {
        old_key_end(line, first_colon)
    } else {
        first_colon
    }
}

#[cold]
fn old_key_end(line: &[u8], first_colon: usize) -> usize {
    match channel_of_variable(line) {
        Ok((_, channel)) => OLD_CHANNEL_VARIABLE.len() + channel.len() + 1,
        Err(_) => first_colon,
    }
}

fn channel_of_variable(line: &[u8]) -> IResult<&[u8], &[u8]> {
    preceded(
        tag(&OLD_CHANNEL_VARIABLE[..]),
        alt((take_until(&b"): "[..]), take_until(&b"):"[..]))),
    )
    .parse(line)
}

/// A line without the carriage returns before its line feed: `\r\n` in general, none from some handlers, two where a
/// text that ends in one was pasted into a line.
#[inline]
pub(crate) fn without_returns(mut line: &[u8]) -> &[u8] {
    while let Some((b'\r', rest)) = line.split_last() {
        line = rest;
    }
    line
}
