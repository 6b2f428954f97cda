use super::document::{decode, encode};
use crate::codec::Style;
use crate::every::every_message;
use crate::message::{InvokeId, Message};
use crate::schema::Chance;

fn id_of(message: &Message) -> InvokeId {
    match message {
        Message::Request { id, .. } | Message::Response { id, .. } | Message::Error { id, .. } => *id,
        _ => InvokeId(0),
    }
}

/// What a vendor sends of its own is kept in the encoding in which it came.
fn is_of_ber(kind: &str) -> bool {
    ["EscapeArgument", "PrivateEvent"].contains(&kind)
}

fn styles() -> [Style; 3] {
    let prefixed = Style {
        prefix: Some("csta".to_owned()),
        ..Style::edition(5)
    };
    [Style::edition(2), Style::edition(6), prefixed]
}

#[test]
fn every_message_is_read_as_it_was_written() {
    let mut count = 0;
    for seed in 0..8 {
        for (kind, message, _) in every_message(&mut Chance::new(seed, seed % 4 == 0)) {
            if is_of_ber(&kind) {
                continue;
            }
            for style in styles() {
                let document = encode(&message, &style).unwrap();
                let read = decode(document.as_bytes()).map(|read| read.content.with(id_of(&message)));
                assert_eq!(read.as_ref(), Ok(&message), "{kind} {document}");
                count += 1;
            }
        }
    }
    assert!(count > 3_000, "{count}");
}

#[test]
fn no_start_of_any_message_is_one() {
    for (kind, message, _) in every_message(&mut Chance::new(3, false)) {
        let document = encode(&message, &Style::edition(4)).unwrap();
        for end in 0..document.len() {
            let cut = decode(document.as_bytes().get(..end).unwrap_or_default());
            assert!(cut.is_err(), "{kind} {end} {document}");
        }
    }
}

/// The children of the root in another order, which is what some peers do.
fn turned(document: &str) -> Option<String> {
    let start = document.get(document.find("?>")? + 2..)?;
    let open = start.find('>')? + 1;
    let close = start.rfind("</")?;
    let (mut children, mut rest) = (Vec::new(), start.get(open..close)?);
    while !rest.is_empty() {
        let (mut depth, mut at) = (0_i32, 0);
        loop {
            let end = at + rest.get(at..)?.find('>')? + 1;
            let tag_at = at + rest.get(at..)?.find('<')?;
            let tag = rest.get(tag_at..end)?;
            depth += match (tag.starts_with("</"), tag.ends_with("/>")) {
                (true, _) => -1,
                (_, true) => 0,
                _ => 1,
            };
            at = end;
            if depth == 0 {
                break;
            }
        }
        children.insert(0, rest.get(..at)?);
        rest = rest.get(at..)?;
    }
    Some([start.get(..open)?, &children.concat(), start.get(close..)?].concat())
}

#[test]
fn the_order_of_elements_says_nothing() {
    for seed in 0..2 {
        for (kind, message, _) in every_message(&mut Chance::new(seed, true)) {
            if is_of_ber(&kind) {
                continue;
            }
            let document = encode(&message, &Style::edition(6)).unwrap();
            let Some(turned) = turned(&document) else { continue };
            let read = decode(turned.as_bytes()).map(|read| read.content.with(id_of(&message)));
            assert_eq!(read.as_ref(), Ok(&message), "{kind} {turned}");
        }
    }
}
