//! An element that nobody knows, at the end of every element of every message, which is where later editions add: it is no error, and it
//! is written again.

use super::apdu::{decode, encode};
use super::{Acse, Elements, Phase, Tag, Writer};
use crate::error::Problem;
use crate::every::every_message;
use crate::message::{Message, Request, Response};
use crate::schema::{Chance, Unknown};
use crate::types::UniversalFailure;
use std::collections::BTreeSet;

/// `[127]`, and a number in it.
const ODD: [u8; 6] = [0xbf, 0x7f, 3, 2, 1, 42];

/// Where the standard has an end of the message, and nothing can be added: behind the argument of an operation, its result, or its error
/// (X.880), behind the event of a report, and in a tag that is around one event or one error (ECMA-285). What stands there is read only.
const UNWRITTEN: [&str; 12] = [
    "Context1",
    "Context1 Universal16",
    "Context1 Universal16 Context0",
    "Context1 Universal16 Context1",
    "Context1 Universal16 Context2",
    "Context1 Universal16 Context3",
    "Context1 Universal16 Context4",
    "Context1 Universal16 Context5",
    "Context1 Universal16 Context7",
    "Context2",
    "Context2 Universal16",
    "Context3 Context0",
];

/// Writes the elements of `bytes` with the odd one at the end of the constructed element that comes as the `nth` one; the tags around it.
fn with_odd(bytes: &[u8], nth: &mut usize, way: &mut Vec<String>, ber: &mut Writer) -> Option<String> {
    let mut found = None;
    for element in Elements::of(bytes).map_while(Result::ok) {
        if !element.constructed || found.is_some() {
            ber.raw(element.raw);
            continue;
        }
        way.push(format!("{:?}{}", element.tag.class, element.tag.number));
        let is_it = *nth == 0;
        *nth = nth.wrapping_sub(1);
        if is_it {
            found = Some(way.join(" "));
        }
        ber.constructed(element.tag, |ber| match is_it {
            true => {
                ber.raw(element.content);
                ber.raw(&ODD);
            }
            false => found = with_odd(element.content, nth, way, ber),
        });
        way.pop();
    }
    found
}

/// The elements of `bytes` without odd ones, and how many of those there were.
fn without_odd(bytes: &[u8], count: &mut usize, ber: &mut Writer) {
    for element in Elements::of(bytes).map_while(Result::ok) {
        if element.raw == ODD {
            *count += 1;
        } else if element.constructed {
            ber.constructed(element.tag, |ber| without_odd(element.content, count, ber));
        } else {
            ber.raw(element.raw);
        }
    }
}

/// What became of the odd elements.
#[derive(Debug, Default)]
struct Told {
    places: usize,
    lost: BTreeSet<String>,
    /// Where they are kept and not written again, in Phase III: the tags around them.
    unwritten: BTreeSet<String>,
}

impl Told {
    fn of(&mut self, kind: &str, bytes: &[u8], phase: Phase) {
        let plain = decode(bytes, phase).unwrap();
        let plain = encode(&plain.message, plain.phase).unwrap();
        for place in 0.. {
            let mut ber = Writer::default();
            let Some(way) = with_odd(bytes, &mut place.clone(), &mut Vec::new(), &mut ber) else {
                break;
            };
            self.places += 1;
            let what = format!("{phase:?} {kind} {way}");
            let with = ber.finish();
            let read = match decode(&with, phase) {
                Ok(read) => read,
                Err((_, error)) => {
                    self.lost.insert(format!("{what}: {error}"));
                    continue;
                }
            };
            // No part of what is not known.
            if matches!(read.message, Message::Reject { .. }) || answers_nothing(&read.message) && !way.contains(' ') {
                continue;
            }
            let again = encode(&read.message, read.phase).unwrap();
            let (mut count, mut ber) = (0, Writer::default());
            without_odd(&again, &mut count, &mut ber);
            let without = ber.finish();
            let is_kept = count == 1 || count == 0 && format!("{:?}", read.message).contains("BER (6 bytes)");
            if count == 0 && phase == Phase::III {
                self.unwritten.insert(way);
            }
            if !is_kept || without != plain {
                self.lost
                    .insert(format!("{what}: {:?} {again:02x?} {plain:02x?}", read.message));
            } else if count == 1 && plain == bytes && phase == Phase::III && kind != "PrivateEvent" && again != with {
                self.lost.insert(format!("{what}: elsewhere {again:02x?}"));
            }
        }
    }
}

/// A result of a service that is not known, or of none.
const fn answers_nothing(message: &Message) -> bool {
    matches!(
        message,
        Message::Response {
            response: Response::Void | Response::Other { .. },
            ..
        }
    )
}

#[test]
fn an_element_that_nobody_knows_is_kept_at_every_place_of_every_message() {
    let mut told = Told::default();
    for (name, bytes, phase) in super::tests::vectors() {
        if decode(&bytes, phase).is_ok() {
            told.of(name, &bytes, phase);
        }
    }
    for phase in [Phase::I, Phase::II, Phase::III] {
        for seed in 0..6 {
            for (kind, message, _) in every_message(&mut Chance::new(seed, seed % 2 == 0)) {
                if let Ok(bytes) = encode(&message, phase) {
                    told.of(&kind, &bytes, phase);
                }
            }
        }
    }
    assert!(told.lost.is_empty(), "{:#?}", told.lost);
    assert!(
        told.unwritten.iter().map(String::as_str).eq(UNWRITTEN),
        "{:#?}",
        told.unwritten
    );
    assert!(told.places > 10_000, "{}", told.places);
}

/// What is read of a message in Phase III.
fn read(hex: &str) -> Message {
    decode(&super::tests::octets(hex), Phase::III).unwrap().message
}

fn is_written_again(hex: &str) {
    let written = encode(&read(hex), Phase::III).unwrap();
    assert_eq!(written, super::tests::octets(hex), "{:?}", read(hex));
}

#[test]
fn an_error_that_is_none_of_csta_keeps_its_code_and_what_it_says() {
    let Message::Error { error, .. } = read("a309020105020107300104") else {
        panic!("no error");
    };
    assert_eq!(error.native(), "unknown: error 7");
    assert!(matches!(
        error,
        UniversalFailure::Code {
            code: Some(7),
            parameter: Unknown::Ber(_)
        }
    ));
    // With a parameter, without one, by a global code, and with something behind that of CSTA.
    for hex in [
        "a30a02010502010730020500",
        "a306020105020107",
        "a3080201050603551d01",
        "a30e020105020101a0030a010cbf2a00",
    ] {
        is_written_again(hex);
    }
}

#[test]
fn who_vouches_for_an_escape_stands_in_front_of_what_it_asks_for() {
    let security = "a11e02010502013330163011800103180632303236303104046d6f7265040178";
    let Message::Request {
        request: Request::Escape(escape),
        ..
    } = read(security)
    else {
        panic!("no escape");
    };
    let said = escape.security.unwrap();
    assert_eq!(said.message_sequence_number, Some(3));
    assert_eq!(said.rest.0.len(), 2, "when it was sent, and what proves it");
    assert_eq!(escape.private_data.0.0.len(), 1);
    is_written_again(security);
    // A lone sequence is what is asked for: vendors have sequences there.
    let lone = "a11102010502013330093007060253010101ff";
    let Message::Request {
        request: Request::Escape(escape),
        ..
    } = read(lone)
    else {
        panic!("no escape");
    };
    assert_eq!((escape.security, escape.private_data.0.0.len()), (None, 1));
    is_written_again(lone);
}

#[test]
fn bits_that_nobody_knows_are_written_as_they_came() {
    // Monitor Start with a filter of 40 bits, of which 18 are known.
    is_written_again("a117020105020147300f3003800131a00880060000000001ff");
}

#[test]
fn an_association_keeps_its_context_and_what_else_it_says() {
    // ECMA-285 as the context, a protocol version, a title of who asks, and private versions of the user information.
    let request = "603880020780a10706052b0c00821da6030201078a020680ac0ea20ca00aa0080402616204026364be10280ea00ca00a0303002000a203020105";
    let Message::Association(Acse::Request(said)) = read(request) else {
        panic!("no association");
    };
    assert_eq!(said.context_name.to_string(), "1.3.12.0.285");
    assert_eq!(said.versions, 0b100);
    assert_eq!(said.rest.0.len(), 3, "{:?}", said.rest);
    is_written_again(request);
}

#[test]
fn what_is_kept_of_a_message_has_a_bound() {
    // Monitor Stop with very many elements of two bytes that nobody knows.
    let message = |count: usize| {
        let odd = [0x9f, 0x7f, 0].repeat(count);
        let mut ber = Writer::default();
        ber.constructed(Tag::context(1), |ber| {
            ber.integer(Tag::INTEGER, 1);
            ber.integer(Tag::INTEGER, 73);
            ber.constructed(Tag::SEQUENCE, |ber| {
                ber.primitive(Tag::application(21), b"1");
                ber.raw(&odd);
            });
        });
        ber.finish()
    };
    assert!(decode(&message(16_384), Phase::III).is_ok());
    let refused = decode(&message(16_385), Phase::III)
        .map(|_| ())
        .map_err(|(_, error)| error.problem);
    assert_eq!(refused, Err(Problem::TooMany(16_384)));
}
