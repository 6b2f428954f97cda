use lineside_ami::{Message, Outgoing};
use std::collections::BTreeMap;

/// The id that the lab's application gave to the channel that it had made.
const GIVEN: &str = "lab-click-to-dial";

/// What the switch gives out once and never again.
#[derive(Debug)]
pub(crate) struct Counters {
    /// Seconds since 1970 at the start of the switch: the first half of every Uniqueid.
    pub(crate) boot: i64,
    pub(crate) uniqueid: u64,
    pub(crate) channel: u32,
    pub(crate) bridge: u64,
}

/// Who plays in one scene: a word of the recording, and what stands in its place now. Ids are given out as they appear.
#[derive(Debug)]
pub(crate) struct Cast {
    words: BTreeMap<String, String>,
}

impl Cast {
    /// A cast in which numbers stand for others.
    pub(crate) fn new(numbers: BTreeMap<String, String>) -> Self {
        Cast { words: numbers }
    }

    /// `message` as this cast plays it at `time` (seconds and microseconds since 1970).
    pub(crate) fn play(&mut self, message: &Message, time: (i64, u32), counters: &mut Counters) -> Outgoing {
        let mut out = Outgoing::event(&message.name().text().text);
        for header in message.headers().skip(1) {
            let key = header.key.text().text;
            let value = header.value.text().text;
            let value = if header.key.is("Timestamp") {
                format!("{}.{:06}", time.0, time.1)
            } else {
                self.rewrite(&value, counters)
            };
            out = out.header(&key, value);
        }
        out
    }

    /// `text` with every word that stands for another replaced.
    fn rewrite(&mut self, text: &str, counters: &mut Counters) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let in_word = is_word(first);
            let end = rest.find(|c| is_word(c) != in_word).unwrap_or(rest.len());
            let (run, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
            if in_word {
                out.push_str(&self.word(run, counters));
            } else {
                out.push_str(run);
            }
            rest = behind;
        }
        out
    }

    fn word(&mut self, word: &str, counters: &mut Counters) -> String {
        if let Some(known) = self.words.get(word) {
            return known.clone();
        }
        let fresh = if is_uniqueid(word) {
            counters.uniqueid += 1;
            format!("{}.{}", counters.boot, counters.uniqueid)
        } else if word == GIVEN {
            counters.uniqueid += 1;
            format!("{GIVEN}-{}", counters.uniqueid)
        } else if is_uuid(word) {
            counters.bridge += 1;
            format!("{:08x}-0000-4000-8000-{:012x}", counters.boot, counters.bridge)
        } else if let Some(device) = channel(word) {
            counters.channel += 1;
            format!("{}-{:08x}", self.parts(device), counters.channel)
        } else {
            return self.parts(word);
        };
        self.words.insert(word.to_owned(), fresh.clone());
        fresh
    }

    /// A word that is none as a whole may still have numbers in it.
    fn parts(&self, word: &str) -> String {
        let part = |part| self.words.get(part).map_or(part, String::as_str);
        word.split('-').map(part).collect::<Vec<_>>().join("-")
    }
}

const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-' | '_')
}

/// `1795236148.0`
fn is_uniqueid(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    word.split_once('.')
        .is_some_and(|(boot, number)| boot.len() >= 10 && digits(boot) && digits(number))
}

/// `9bd4b2f8-5b5c-4b0e-8a3d-0a1b2c3d4e5f`
fn is_uuid(word: &str) -> bool {
    word.len() == 36 && word.split('-').map(str::len).eq([8, 4, 4, 4, 12])
}

/// The device in the name of a channel: `1001-00000000`.
fn channel(word: &str) -> Option<&str> {
    let (device, number) = word.rsplit_once('-')?;
    (number.len() == 8 && number.bytes().all(|b| b.is_ascii_hexdigit())).then_some(device)
}
