use crate::Chance;

/// Pieces that the formats give a meaning to.
const WORDS: [&[u8]; 20] = [
    b"\r\n",
    b"\n",
    b"\r\n\r\n",
    b"\r\r\n",
    b": ",
    b":",
    b"Event: ",
    b"Response: ",
    b"Response: Follows\r\n",
    b"--END COMMAND--",
    b"ActionID: t-3",
    b"Privilege: call,all\r\n",
    b"EventList: start\r\n",
    b"EventList: Complete\r\n",
    b"ChanVariable(",
    b"): ",
    b"\\",
    b"\"",
    b"\0",
    b"\xff",
];

/// No mutation is larger.
const LARGEST: usize = 40 << 10;

/// `input` changed in one to eight places, sometimes with a part of `other`.
#[must_use]
pub fn mutated(input: &[u8], other: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=chance.below(8) {
        if chance.below(3) == 0 {
            move_message(&mut bytes, chance);
            continue;
        }
        let at = chance.below(bytes.len() + 1);
        let end = (at + chance.below(40)).min(bytes.len());
        let inserted: Vec<u8> = match chance.below(6) {
            0 => chance.one_of(&WORDS).map(|word| word.to_vec()).unwrap_or_default(),
            1 => vec![u8::try_from(chance.below(256)).unwrap_or_default()],
            2 => bytes.get(at..end).unwrap_or_default().repeat(chance.below(5)),
            3 => {
                let start = chance.below(other.len());
                let length = chance.below(200);
                other.iter().skip(start).take(length).copied().collect()
            }
            // The rest only takes away.
            _ => Vec::new(),
        };
        let replaced = if chance.below(2) == 0 { at..end } else { at..at };
        bytes.splice(replaced, inserted);
        bytes.truncate(LARGEST);
    }
    bytes
}

/// Takes a message from one place, puts it to another, or both.
fn move_message(bytes: &mut Vec<u8>, chance: &mut Chance) {
    const END: &[u8] = b"\r\n\r\n";
    let ends = bytes
        .windows(END.len())
        .enumerate()
        .filter(|(_, window)| *window == END);
    let starts: Vec<usize> = std::iter::once(0).chain(ends.map(|(at, _)| at + END.len())).collect();
    let at = chance.below(starts.len());
    let (Some(start), Some(end)) = (starts.get(at).copied(), starts.get(at + 1).copied()) else {
        return;
    };
    let message = bytes.get(start..end).unwrap_or_default().to_vec();
    let to = chance.one_of(&starts).copied().unwrap_or_default();
    match chance.below(3) {
        0 => drop(bytes.drain(start..end)),
        1 => drop(bytes.splice(to..to, message)),
        _ => {
            bytes.drain(start..end);
            let to = if to > start { to - message.len() } else { to };
            drop(bytes.splice(to..to, message));
        }
    }
}
