use super::{HIPATH, lines, told};
use crate::support::decode_pieces;
use lineside_csta::{Codec, Encoding, Framing, Phase, Received};

fn codec() -> Codec {
    Codec::new(Framing::HiPath, Encoding::Ber(Phase::III))
}

#[test]
fn the_frames_of_a_hipath_are_cut_anywhere() {
    let stream: Vec<u8> = lines(HIPATH, 3).flat_map(|(_, bytes)| bytes).collect();
    let (whole, error) = decode_pieces(codec(), [&stream[..]]);
    assert_eq!(error, None);
    assert_eq!(whole.len(), lines(HIPATH, 3).count());
    assert!(whole.iter().all(|received| matches!(received, Received::Message(_))));
    for size in [1, 2, 3, 5, 17, 64] {
        assert_eq!(decode_pieces(codec(), stream.chunks(size)), (whole.clone(), None));
    }
}

#[test]
fn what_is_asked_of_a_hipath_is_written_byte_by_byte_as_it_was_seen() {
    for (name, bytes) in lines(HIPATH, 3) {
        let (received, _) = decode_pieces(codec(), [&bytes[..]]);
        for received in received {
            let Received::Message(message) = received else {
                panic!("{received:?}")
            };
            // The switch numbers its events on its own.
            if name.starts_with("EventReport") {
                continue;
            }
            assert_eq!(codec().encode(&message).unwrap(), bytes, "{name} {}", told(&message));
        }
    }
}
