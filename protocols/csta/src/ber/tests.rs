use super::Phase;
use super::apdu::{decode, encode};
use crate::message::Message;

const OXE: &str = include_str!("../../tests/csta/vectors/ber/oxe-phase2-ber.txt");
const HIPATH: &str = include_str!("../../tests/csta/vectors/ber/hipath-phase3-ber.txt");
const GENERATED: &str = include_str!("../../tests/csta/vectors/ber/phase3-ber-generated.txt");

fn octets(hex: &str) -> Vec<u8> {
    let pairs = hex
        .as_bytes()
        .chunks(2)
        .filter_map(|pair| std::str::from_utf8(pair).ok());
    pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect()
}

/// Every message of the three files with its name and phase.
fn vectors() -> Vec<(&'static str, Vec<u8>, Phase)> {
    let files = [(OXE, 2, Phase::II), (HIPATH, 2, Phase::III), (GENERATED, 4, Phase::III)];
    let mut all = Vec::new();
    for (file, column, phase) in files {
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('|').collect();
            let bytes = columns.get(column).map(|hex| octets(hex)).unwrap_or_default();
            if let (Some(name), false) = (columns.first(), bytes.is_empty()) {
                all.push((*name, bytes, phase));
            }
        }
    }
    all
}

#[test]
fn a_message_is_written_as_it_was_read() {
    for (name, bytes, phase) in vectors() {
        match decode(&bytes, phase) {
            // Events are told here without their invoke id, which nobody needs: the rest is compared.
            Ok(decoded) => {
                assert_eq!(decoded.phase, phase, "{name}");
                let written = encode(&decoded.message, phase).unwrap_or_default();
                match decoded.message {
                    Message::Event(_) => {
                        let report = |bytes: &[u8]| bytes.windows(3).position(|at| at == [2, 1, 0x15]);
                        let (was, is) = (report(&bytes), report(&written));
                        let behind =
                            |bytes: &[u8], at: Option<usize>| bytes.get(at.unwrap_or_default()..).map(<[u8]>::to_vec);
                        assert_eq!(behind(&bytes, was), behind(&written, is), "{name}");
                    }
                    _ => assert_eq!(bytes, written, "{name}"),
                }
            }
            Err((id, error)) => {
                assert_eq!(name, "systemStatus_res_MALFORMED_by_app", "{error}");
                assert!(id.is_some());
            }
        }
    }
}

#[test]
fn a_message_that_is_cut_short_is_no_message() {
    for (name, bytes, phase) in vectors() {
        for end in 0..bytes.len() {
            assert!(
                decode(bytes.get(..end).unwrap_or_default(), phase).is_err(),
                "{name} {end}"
            );
        }
    }
}
