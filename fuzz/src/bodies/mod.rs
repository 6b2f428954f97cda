pub(crate) mod ami_client;
pub(crate) mod ami_decode;
pub(crate) mod ami_message;
pub(crate) mod ami_server;
pub(crate) mod ami_text;
pub(crate) mod csta_ber;
pub(crate) mod csta_message;
pub(crate) mod csta_session;
pub(crate) mod csta_xml;
pub(crate) mod link;
pub(crate) mod replay;

use crate::Chance;

/// The first byte, to choose by, and the rest.
fn choice(data: &[u8]) -> (u8, &[u8]) {
    data.split_first().map_or((0, data), |(first, rest)| (*first, rest))
}

/// `data` cut into pieces whose sizes depend on it.
fn pieces(data: &[u8]) -> Vec<&[u8]> {
    let seed = data
        .iter()
        .fold(data.len() as u64, |seed, byte| seed.rotate_left(5) ^ u64::from(*byte));
    let mut chance = Chance::new(seed);
    let longest = 1 + chance.below(100);
    let mut rest = data;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let size = (1 + chance.below(longest)).min(rest.len());
        let (piece, after) = rest.split_at_checked(size).unwrap_or((rest, &[]));
        pieces.push(piece);
        rest = after;
    }
    pieces
}
