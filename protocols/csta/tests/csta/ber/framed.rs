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

#[test]
fn elements_without_a_frame_are_cut_anywhere() {
    let bare = || Codec::new(Framing::Bare, Encoding::Ber(Phase::III));
    let stream: Vec<u8> = lines(HIPATH, 2).flat_map(|(_, bytes)| bytes).collect();
    let (whole, error) = decode_pieces(bare(), [&stream[..]]);
    assert_eq!(error, None);
    assert_eq!(whole.len(), lines(HIPATH, 2).count());
    for size in [1, 2, 3, 17] {
        assert_eq!(decode_pieces(bare(), stream.chunks(size)), (whole.clone(), None));
    }
    for received in whole {
        let Received::Message(message) = received else {
            panic!("{received:?}")
        };
        let written = bare().encode(&message).unwrap();
        assert_eq!(
            decode_pieces(bare(), [&written[..]]),
            (vec![Received::Message(message)], None)
        );
    }
}

#[test]
fn a_length_that_no_message_has_is_an_error_where_there_is_no_frame() {
    for (bytes, why) in [
        (&b"\xa1\x80\x02\x01"[..], "open length"),
        (b"\xa1\x84\x7f\xff\xff\xff", "65536"),
        (b"\xa1\x89\xff\xff\xff\xff\xff\xff\xff\xff\xff", "65536"),
        (b"\x26\x80\x03\xa1\x01\x02\x00\x00", "HiPath"),
    ] {
        let (received, error) = decode_pieces(Codec::new(Framing::Bare, Encoding::Ber(Phase::III)), [bytes]);
        assert_eq!(received, []);
        assert!(
            error.as_ref().is_some_and(|error| error.to_string().contains(why)),
            "{error:?}"
        );
    }
}
