//! However the network cuts the bytes, the messages are the same.

use crate::frames;
use crate::support::{Chance, decode, decode_pieces};
use lineside_ami::{DecodeLimits, Decoder};

fn everything() -> Vec<u8> {
    frames::ALL
        .iter()
        .flat_map(|(_, frame)| frame.iter().copied())
        .collect()
}

#[test]
fn any_cut_in_two_gives_the_same_messages() {
    for (name, frame) in frames::ALL {
        let whole = decode(frame);
        for cut in 0..=frame.len() {
            let (left, right) = frame.split_at(cut);
            let (messages, error) = decode_pieces(Decoder::default(), [left, right]);
            assert_eq!((messages, error), (whole.clone(), None), "{name}, cut at {cut}");
        }
    }
}

#[test]
fn byte_by_byte_gives_the_same_messages() {
    let stream = everything();
    let (messages, error) = decode_pieces(Decoder::default(), stream.chunks(1));
    assert_eq!((messages, error), (decode(&stream), None));
}

#[test]
fn random_pieces_give_the_same_messages() {
    let stream = everything();
    let whole = decode(&stream);
    for seed in 0..300 {
        let mut chance = Chance::new(seed);
        let mut rest = stream.as_slice();
        let mut pieces = Vec::new();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at((1 + chance.below(200)).min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        let (messages, error) = decode_pieces(Decoder::default(), pieces);
        assert_eq!((messages, error), (whole.clone(), None), "seed {seed}");
    }
}

#[test]
fn any_start_of_a_stream_gives_a_start_of_its_messages() {
    for (name, frame) in frames::ALL {
        let whole = decode(frame);
        for cut in 0..frame.len() {
            let messages = decode(&frame[..cut]);
            assert!(whole.starts_with(&messages), "{name}, cut at {cut}");
        }
    }
}

#[test]
fn random_bytes_and_random_cuts_agree_also_about_errors() {
    const ALPHABET: &[u8] = b"\r\n\n:: aEvent: Response: Follows\r\n--END COMMAND--\r\n\0\xff";
    let limits = DecodeLimits { message: 96, lines: 6 };
    for seed in 0..3000 {
        let mut chance = Chance::new(seed);
        let mut stream = Vec::new();
        while stream.len() < 300 {
            let start = chance.below(ALPHABET.len());
            let end = start + chance.below(ALPHABET.len() - start) + 1;
            stream.extend_from_slice(&ALPHABET[start..end]);
        }
        let whole = decode_pieces(Decoder::new(limits), [stream.as_slice()]);
        let cut = chance.below(stream.len());
        let (left, right) = stream.split_at(cut);
        assert_eq!(decode_pieces(Decoder::new(limits), [left, right]), whole, "seed {seed}");
        assert_eq!(
            decode_pieces(Decoder::new(limits), stream.chunks(1)),
            whole,
            "seed {seed}"
        );
    }
}
