use super::apdu::{decode, encode};
use super::{Element, Phase, Tag, Writer};
use crate::error::Problem;
use crate::every::every_message;
use crate::message::{Event, EventReport, InvokeId, Message, Request, SERVICES};
use crate::schema::{Chance, Octets};
use crate::types::{
    AnswerCall, ConnectionId, DeviceId, LocalDeviceId, PrivateNumber, PublicNumber, TypeOfNumber, UniversalFailure,
};

const OXE: &str = include_str!("../../tests/csta/vectors/ber/oxe-phase2-ber.txt");
const HIPATH: &str = include_str!("../../tests/csta/vectors/ber/hipath-phase3-ber.txt");
const GENERATED: &str = include_str!("../../tests/csta/vectors/ber/phase3-ber-generated.txt");

pub(super) fn octets(hex: &str) -> Vec<u8> {
    let pairs = hex
        .as_bytes()
        .chunks(2)
        .filter_map(|pair| std::str::from_utf8(pair).ok());
    pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect()
}

/// Every message of the three files with its name and phase.
pub(super) fn vectors() -> Vec<(&'static str, Vec<u8>, Phase)> {
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

#[test]
fn what_is_written_is_read_as_it_was_in_phase_iii() {
    let mut kinds = std::collections::BTreeMap::new();
    for seed in 0..200 {
        for (kind, message, _) in every_message(&mut Chance::new(seed, seed % 4 == 0)) {
            let Ok(bytes) = encode(&message, Phase::III) else {
                continue;
            };
            let read = decode(&bytes, Phase::III).map(|decoded| (decoded.message, decoded.phase));
            assert_eq!(read, Ok((message, Phase::III)), "{kind} {bytes:02x?}");
            *kinds.entry(kind).or_insert(0) += 1;
        }
    }
    assert!(kinds.len() > 15, "{kinds:?}");
}

#[test]
fn no_start_of_any_message_is_one_in_any_phase() {
    for phase in [Phase::I, Phase::II, Phase::III] {
        for (kind, message, _) in every_message(&mut Chance::new(3, true)) {
            let Ok(bytes) = encode(&message, phase) else { continue };
            for end in 0..bytes.len() {
                let cut = decode(bytes.get(..end).unwrap_or_default(), phase);
                assert!(cut.is_err(), "{kind} {phase:?} {end} {bytes:02x?}");
            }
        }
    }
}

/// What older phases leave out is not there any more; what they have is.
#[test]
fn what_is_written_in_an_older_phase_is_read_as_it_was_written() {
    for phase in [Phase::I, Phase::II] {
        for seed in 0..200 {
            for (kind, message, _) in every_message(&mut Chance::new(seed, seed % 4 == 0)) {
                let Ok(bytes) = encode(&message, phase) else { continue };
                let read = decode(&bytes, phase).map(|decoded| (decoded.message, decoded.phase));
                let Ok((read, seen)) = read else {
                    panic!("{kind} {phase:?} {read:?} {bytes:02x?}")
                };
                assert_eq!(seen, phase);
                assert_eq!(encode(&read, phase).as_ref(), Ok(&bytes), "{kind} {phase:?}");
            }
        }
    }
}

#[test]
fn the_device_of_a_connection_keeps_its_sort_of_number_in_every_phase() {
    let sorts = [
        TypeOfNumber::DialingNumber,
        TypeOfNumber::DeviceNumber,
        TypeOfNumber::ImplicitPublic,
        TypeOfNumber::ExplicitPublic(PublicNumber::National),
        TypeOfNumber::ExplicitPrivate(PrivateNumber::Local),
        TypeOfNumber::Other,
    ];
    for phase in [Phase::I, Phase::II, Phase::III] {
        for type_of_number in sorts {
            let device = DeviceId {
                type_of_number,
                ..DeviceId::dialled("2001")
            };
            let call = AnswerCall {
                call_to_be_answered: ConnectionId {
                    call_id: Some(Octets::from("c1")),
                    device_id: Some(LocalDeviceId::Static(device)),
                },
                ..AnswerCall::default()
            };
            let message = Message::Request {
                id: InvokeId(1),
                request: Request::AnswerCall(Box::new(call)),
            };
            let read = decode(&encode(&message, phase).unwrap(), phase).unwrap();
            assert_eq!(read.message, message, "{phase:?}");
        }
    }
}

#[test]
fn phase_ii_tells_of_agents_and_devices_in_groups_of_their_own() {
    // [2] the agents, [1] the bit of logging off in the filter.
    let logged_off = octets("a11a020100020115301255020001a20ca10a30086306800433303031");
    let read = decode(&logged_off, Phase::II).unwrap();
    let Message::Event(EventReport {
        event: Event::AgentLoggedOff(event),
        ..
    }) = &read.message
    else {
        panic!("{read:?}");
    };
    assert_eq!(event.agent_device.device().unwrap().number(), "3001");
    assert_eq!(encode(&read.message, Phase::II).unwrap(), logged_off);
}

/// Writes the samples that `tests/csta/asn1_check/check.py` compares with the modules of ECMA-285: into the folder that
/// `CSTA_BER_SAMPLES` names, where it names one.
#[test]
fn samples_are_written_for_the_check_against_the_modules() {
    let Some(folder) = std::env::var_os("CSTA_BER_SAMPLES") else {
        return;
    };
    let mut lines = String::new();
    for seed in 0..50 {
        for (kind, message, names) in every_message(&mut Chance::new(seed, true)) {
            let Ok(bytes) = encode(&message, Phase::III) else {
                continue;
            };
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            lines.push_str(&format!("{kind}|{}|{hex}\n", names.join(",")));
        }
    }
    let written = std::fs::write(std::path::Path::new(&folder).join("samples.txt"), lines);
    assert!(written.is_ok(), "{written:?}");
}

/// The same message with the length of every element that has others in it left open.
fn without_lengths(bytes: &[u8], out: &mut Vec<u8>) {
    let mut rest = bytes;
    while let Ok((behind, element)) = Element::read(rest) {
        rest = behind;
        let tag = element.raw.first().copied().unwrap_or_default();
        match element.constructed {
            true => {
                out.extend([tag, 0x80]);
                without_lengths(element.content, out);
                out.extend([0, 0]);
            }
            false => out.extend(element.raw),
        }
    }
}

/// The same message with each length in `count` bytes behind a byte that says so.
fn with_long_lengths(bytes: &[u8], count: u8, out: &mut Vec<u8>) {
    let mut rest = bytes;
    while let Ok((behind, element)) = Element::read(rest) {
        rest = behind;
        let mut content = Vec::new();
        match element.constructed {
            true => with_long_lengths(element.content, count, &mut content),
            false => content.extend(element.content),
        }
        out.extend([element.raw.first().copied().unwrap_or_default(), 0x80 | count]);
        let length = u64::try_from(content.len()).unwrap_or_default().to_be_bytes();
        out.extend((8..count).map(|_| 0));
        out.extend(length.iter().skip(8_usize.saturating_sub(count.into())));
        out.extend(content);
    }
}

/// A message as it is shown, without how long it is what is kept as it came: that keeps its lengths, too.
fn plain(message: &Message) -> String {
    let shown = format!("{message:?}");
    shown
        .split("BER (")
        .map(|part| part.trim_start_matches(|digit: char| digit.is_ascii_digit()))
        .collect()
}

#[test]
fn lengths_may_be_left_open_or_longer_than_they_need() {
    for (name, bytes, phase) in vectors() {
        let Ok(decoded) = decode(&bytes, phase) else { continue };
        let mut forms = vec![Vec::new()];
        forms.iter_mut().for_each(|out| without_lengths(&bytes, out));
        for count in [2, 3, 4, 8, 20] {
            let mut out = Vec::new();
            with_long_lengths(&bytes, count, &mut out);
            forms.push(out);
        }
        for form in forms {
            let read = decode(&form, phase).map(|read| (plain(&read.message), read.phase));
            assert_eq!(read, Ok((plain(&decoded.message), decoded.phase)), "{name} {form:02x?}");
        }
    }
}

#[test]
fn bytes_behind_a_message_are_an_error_that_says_so() {
    for (name, mut bytes, phase) in vectors() {
        bytes.push(5);
        let error = decode(&bytes, phase)
            .map(|_| ())
            .map_err(|(_, error)| error.to_string());
        assert_eq!(error, Err("1 bytes behind the message".to_owned()), "{name}");
    }
}

#[test]
fn any_byte_may_be_wrong() {
    let mut chance = Chance::new(7, false);
    for (_, bytes, phase) in vectors() {
        for _ in 0..2000 {
            let mut bytes = bytes.clone();
            for _ in 0..=chance.below(3) {
                let at = chance.below(bytes.len());
                match (chance.below(3), bytes.get_mut(at)) {
                    (0, Some(byte)) => *byte = chance.next().to_le_bytes()[0],
                    (1, Some(byte)) => *byte ^= 1 << chance.below(8),
                    _ => bytes.insert(at, chance.next().to_le_bytes()[0]),
                }
            }
            let Ok(decoded) = decode(&bytes, phase) else { continue };
            // An error that is none of CSTA would become one.
            if matches!(
                decoded.message,
                Message::Error {
                    error: UniversalFailure::Other(_),
                    ..
                }
            ) {
                continue;
            }
            // What was read is written in a form that is stable.
            let Ok(written) = encode(&decoded.message, decoded.phase) else {
                continue;
            };
            let again = decode(&written, decoded.phase);
            let again = again.map(|again| encode(&again.message, again.phase));
            assert_eq!(again, Ok(Ok(written)), "{bytes:02x?} {:?}", decoded.message);
        }
    }
}

#[test]
fn an_open_length_within_an_open_length_is_read_in_bounded_time() {
    // 32,000 open elements, one within the other.
    let mut deep = vec![0xa1, 0x80, 2, 1, 1, 2, 1, 10];
    deep.extend([0x30, 0x80].repeat(32_000));
    let error = decode(&deep, Phase::III)
        .map(|_| ())
        .map_err(|(_, error)| error.problem);
    assert_eq!(error, Err(Problem::TooDeep(48)));
    // 40 open elements around very many others.
    let mut wide = [0x24, 0x80].repeat(40);
    wide.extend([4, 1, 0x31].repeat(20_000));
    wide.extend([0, 0].repeat(40));
    let element = Element::read(&wide);
    let octets = element
        .and_then(|(_, element)| element.octets())
        .map(|octets| octets.len());
    assert_eq!(octets, Ok(20_000));
}

/// Any elements within one another, of the tags that messages have.
fn any_elements(chance: &mut Chance, depth: usize, ber: &mut Writer) {
    for _ in 0..=chance.below(4) {
        let number = u32::try_from(chance.below(32)).unwrap_or_default();
        let tag = match chance.below(4) {
            0 => Tag::context(number),
            1 => Tag::application(number),
            2 => Tag::SEQUENCE,
            _ => Tag::universal(number),
        };
        match chance.below(2) {
            0 if depth < 8 => ber.constructed(tag, |ber| any_elements(chance, depth + 1, ber)),
            _ => ber.primitive(tag, chance.digits().as_bytes()),
        }
    }
}

#[test]
fn any_elements_are_read_or_refused() {
    let codes: Vec<i64> = SERVICES
        .iter()
        .filter_map(|(_, iii, _)| *iii)
        .chain([21, 52, 999])
        .collect();
    let mut chance = Chance::new(11, false);
    let mut read = 0;
    for _ in 0..20_000 {
        let mut ber = Writer::default();
        let kind = u32::try_from(chance.below(5)).unwrap_or_default();
        let code = chance.one_of(&codes).copied().unwrap_or_default();
        ber.constructed(Tag::context(kind), |ber| {
            ber.integer(Tag::INTEGER, 1);
            match kind {
                2 => ber.constructed(Tag::SEQUENCE, |ber| {
                    ber.integer(Tag::INTEGER, code);
                    any_elements(&mut chance, 0, ber);
                }),
                _ => {
                    ber.integer(Tag::INTEGER, code);
                    any_elements(&mut chance, 0, ber);
                }
            }
        });
        let bytes = ber.finish();
        for phase in [Phase::I, Phase::II, Phase::III] {
            let Ok(decoded) = decode(&bytes, phase) else { continue };
            read += 1;
            assert!(encode(&decoded.message, decoded.phase).is_ok(), "{:?}", decoded.message);
        }
    }
    assert!(read > 5000, "{read}");
}
