//! What real switches sent: the recordings beside this test, and every recorded case of the project.

use crate::support::{Peer, decode, decode_pieces};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::BytesMut;
use lineside_ami::client::Event;
use lineside_ami::{Decoder, Kind, Message};
use lineside_wire::Session;
use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

fn captures() -> Vec<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cases = here.join("../../vendor-profiles/asterisk/asterisk/cases");
    let mut found = Vec::new();
    find(&here.join("tests/data"), &mut found);
    assert_eq!(found.len(), 2);
    // The cases are not part of this crate; where they are, none of them may be missed.
    if cases.exists() {
        find(&cases, &mut found);
        assert!(found.len() > 2, "no recording in {}", cases.display());
    }
    found
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, found);
        } else if path.to_string_lossy().ends_with(".capture.ndjson") {
            found.push(path);
        }
    }
}

/// The reads of a recording, those of each connection joined to one stream, without its banner.
fn streams(capture: &Path) -> Vec<Vec<u8>> {
    let text = fs::read_to_string(capture).unwrap();
    let mut opened: BTreeMap<String, usize> = BTreeMap::new();
    let mut streams: BTreeMap<(String, usize), Vec<u8>> = BTreeMap::new();
    for line in text.lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let name = record["c"].to_string();
        let times = opened.entry(name.clone()).or_default();
        *times += usize::from(record["open"] == true);
        let read = match (record["in"].as_str(), record["in64"].as_str()) {
            (Some(text), _) => text.as_bytes().to_vec(),
            (None, Some(text)) => BASE64_STANDARD.decode(text).unwrap(),
            (None, None) => continue,
        };
        streams.entry((name, *times)).or_default().extend(read);
    }
    let body = |stream: Vec<u8>| {
        let banner = stream.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        assert!(stream.starts_with(b"Asterisk Call Manager/"), "{}", capture.display());
        stream[banner..].to_vec()
    };
    let streams: Vec<_> = streams.into_values().map(body).collect();
    assert!(!streams.is_empty(), "{}", capture.display());
    streams
}

fn all_streams() -> Vec<(PathBuf, Vec<u8>)> {
    let of = |path: PathBuf| streams(&path).into_iter().map(move |stream| (path.clone(), stream));
    captures().into_iter().flat_map(of).collect()
}

/// Where in a stream each message of it starts and ends. What lies between them are empty lines, which are of none: Asterisk
/// 16 and 22 answer `Park` with one more than a message has, since the text of the answer ends in a line end of its own.
fn places(stream: &[u8]) -> Vec<(Message, Range<usize>)> {
    let mut before = 0;
    let place = |message: Message| {
        let empty = stream[before..]
            .iter()
            .take_while(|byte| b"\r\n".contains(byte))
            .count();
        let start = before + empty;
        before = start + message.as_bytes().len();
        assert_eq!(&stream[start..before], message.as_bytes());
        (message, start..before)
    };
    decode(stream).into_iter().map(place).collect()
}

/// Every message of every recording, cut off after every byte: nothing before the last byte, and then the message. All the
/// bytes go through one decoder, which is in the same state as if the stream had ended there.
#[test]
fn every_truncation_of_every_recorded_message_gives_nothing_and_the_rest_gives_it_whole() {
    for (path, stream) in all_streams() {
        let mut decoder = Decoder::default();
        let mut input = BytesMut::new();
        let mut whole = places(&stream).into_iter().peekable();
        for (at, byte) in stream.iter().enumerate() {
            input.extend_from_slice(&[*byte]);
            let message = decoder.next(&mut input).unwrap();
            if let Some((expected, _)) = whole.next_if(|(_, place)| at + 1 == place.end) {
                assert_eq!(message, Some(expected), "{}, byte {at}", path.display());
                assert!(!decoder.in_message());
            } else {
                assert_eq!(message, None, "{}, byte {at}", path.display());
                // An empty line between messages is over with its end, and leaves nothing.
                let between = whole.peek().is_none_or(|(_, place)| at < place.start);
                let over = between && *byte == b'\n';
                assert_eq!(decoder.in_message(), !over, "{}, byte {at}", path.display());
            }
        }
        assert_eq!((whole.next(), input.len()), (None, 0), "{}", path.display());
    }
}

/// One message of each name, cut off after every byte, and then the end of the connection.
#[test]
fn a_session_that_ends_within_a_recorded_message_tells_nothing_of_it() {
    let mut kinds: BTreeMap<Vec<u8>, Message> = BTreeMap::new();
    for (_, stream) in all_streams() {
        for message in decode(&stream) {
            kinds.entry(message.name().as_bytes().to_vec()).or_insert(message);
        }
    }
    assert!(kinds.len() >= 10);
    for message in kinds.values() {
        for cut in 1..message.as_bytes().len() {
            let mut peer = Peer::logged_in();
            peer.says(&message.as_bytes()[..cut]).unwrap();
            assert!(peer.client.handle_eof(peer.now).is_err(), "{message:?} cut at {cut}");
            assert_eq!(peer.events(), [], "{message:?} cut at {cut}");
        }
    }
}

#[test]
fn recorded_streams_give_the_same_messages_in_pieces_of_any_size() {
    for (path, stream) in all_streams() {
        let whole = decode(&stream);
        for size in [2, 3, 7, 64, 1460] {
            let (messages, error) = decode_pieces(Decoder::default(), stream.chunks(size));
            assert_eq!((messages, error), (whole.clone(), None), "{} by {size}", path.display());
        }
    }
}

/// The rule that tells what happens from what is listed: the second line of all that happens is `Privilege`.
#[test]
fn every_recorded_message_is_understood_and_every_live_event_has_its_privilege() {
    // Of a connection that asks for no events nothing is told but answers; each recording has one that does.
    let mut booted: BTreeMap<PathBuf, bool> = BTreeMap::new();
    for (path, stream) in all_streams() {
        let mut peer = Peer::logged_in();
        let messages = decode(&stream);
        for message in &messages {
            assert!(
                matches!(message.kind(), Kind::Event | Kind::Response),
                "{}: {message:?}",
                path.display()
            );
            let live = message
                .headers()
                .nth(1)
                .is_some_and(|header| header.key.is("Privilege"));
            let listed = message.get("ActionID").is_some();
            assert!(
                message.kind() == Kind::Response || live || listed,
                "{}: {message:?}",
                path.display()
            );
        }
        peer.says(&stream).unwrap();
        let told = peer.events();
        // What answers a ping has done its work by coming: whoever asks is told nothing of it. Recordings that are longer than
        // the time between two pings have such answers.
        let pong = |message: &&Message| message.get("Ping").is_some_and(|answer| answer.is("Pong"));
        let pongs = messages.iter().filter(pong).count();
        assert_eq!(
            told.len(),
            messages.len() - pongs,
            "{}: none lost, none made",
            path.display()
        );
        *booted.entry(path).or_default() |= told.iter().any(|event| matches!(event, Event::FullyBooted(_)));
        peer.client.handle_eof(peer.now).unwrap();
    }
    for (path, booted) in booted {
        assert!(booted, "{}", path.display());
    }
}
