use serde::{Deserialize, Deserializer, de};
use std::fmt;

/// A pattern of numbers or names, in the manner of dialplans: `X` a digit, `Z` 1 to 9, `N` 2 to 9, `*` anything or nothing
/// at the end, `.` at least one more of anything at the end; `[1-57]` one of these; `1000-1999` a range of numbers of equal length.
/// Anything else stands for itself; `[*]` is the key of a telephone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    shape: Shape,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Shape {
    Range { digits: usize, first: u64, last: u64 },
    Places { places: Vec<Place>, rest: Rest },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// One of these characters of ASCII, a bit for each.
    OneOf(u128),
    Exactly(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rest {
    Nothing,
    Anything,
    Something,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// What is wrong with it, for who wrote it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("a pattern cannot be empty".to_owned());
        }
        let shape = match range(text) {
            Some(range) => range?,
            None => places(text)?,
        };
        Ok(Pattern {
            text: text.to_owned(),
            shape,
        })
    }

    /// The names that fit, where they can be counted: no more than `most` of a range, or of places that are digits. `None`: there is no end of
    /// them, or there are more.
    #[must_use]
    pub fn names(&self, most: usize) -> Option<Vec<String>> {
        match &self.shape {
            Shape::Range { digits, first, last } => {
                let count = usize::try_from(last - first).ok().filter(|count| *count < most)?;
                let numbers = (*first..=*last).take(count + 1);
                Some(numbers.map(|number| format!("{number:0digits$}")).collect())
            }
            Shape::Places { places, rest } => {
                let mut names = vec![String::new()];
                for place in places.iter().filter(|_| *rest == Rest::Nothing) {
                    let with = |name: &String| -> Vec<String> {
                        let all = place.characters().into_iter();
                        all.map(|next| format!("{name}{next}")).collect()
                    };
                    names = names.iter().flat_map(with).collect();
                    if names.len() > most {
                        return None;
                    }
                }
                (*rest == Rest::Nothing).then_some(names)
            }
        }
    }

    /// Does `name` fit?
    #[must_use]
    pub fn fits(&self, name: &str) -> bool {
        match &self.shape {
            Shape::Range { digits, first, last } => {
                name.len() == *digits
                    && name.bytes().all(|b| b.is_ascii_digit())
                    && name
                        .parse::<u64>()
                        .is_ok_and(|number| (*first..=*last).contains(&number))
            }
            Shape::Places { places, rest } => {
                let name = name.as_bytes();
                let long_enough = match rest {
                    Rest::Nothing => name.len() == places.len(),
                    Rest::Anything => name.len() >= places.len(),
                    Rest::Something => name.len() > places.len(),
                };
                long_enough && places.iter().zip(name).all(|(place, byte)| place.fits(*byte))
            }
        }
    }
}

impl Place {
    fn characters(self) -> Vec<char> {
        match self {
            Place::OneOf(set) => (0_u8..128)
                .filter(|byte| set & (1 << byte) != 0)
                .map(char::from)
                .collect(),
            Place::Exactly(byte) => vec![char::from(byte)],
        }
    }

    const fn fits(self, byte: u8) -> bool {
        match self {
            Place::OneOf(set) => byte.is_ascii() && set & (1 << byte) != 0,
            Place::Exactly(exactly) => byte == exactly,
        }
    }
}

fn range(text: &str) -> Option<Result<Shape, String>> {
    let (first, last) = text.split_once('-')?;
    let numeric = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !numeric(first) || !numeric(last) {
        return None;
    }
    Some(match (first.parse(), last.parse()) {
        (Ok(from), Ok(to)) if first.len() == last.len() && from <= to => Ok(Shape::Range {
            digits: first.len(),
            first: from,
            last: to,
        }),
        _ => Err(format!(
            "the range {text:?} needs two numbers of equal length, the smaller first"
        )),
    })
}

fn places(text: &str) -> Result<Shape, String> {
    let mut places = Vec::with_capacity(text.len());
    let mut rest = Rest::Nothing;
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if rest != Rest::Nothing {
            return Err(format!("in {text:?} nothing may follow `*` or `.`"));
        }
        match byte {
            b'X' => places.push(Place::OneOf(between(b'0', b'9'))),
            b'Z' => places.push(Place::OneOf(between(b'1', b'9'))),
            b'N' => places.push(Place::OneOf(between(b'2', b'9'))),
            b'[' => places.push(Place::OneOf(one_of(&mut bytes, text)?)),
            b'*' => rest = Rest::Anything,
            b'.' => rest = Rest::Something,
            other => places.push(Place::Exactly(other)),
        }
    }
    Ok(Shape::Places { places, rest })
}

const fn between(first: u8, last: u8) -> u128 {
    let mut set = 0;
    let mut byte = first;
    while byte <= last && byte < 127 {
        set |= 1 << byte;
        byte += 1;
    }
    set
}

/// What stands behind `[`, up to its end.
fn one_of(bytes: &mut std::str::Bytes<'_>, text: &str) -> Result<u128, String> {
    let wrong = || format!("in {text:?} characters and ranges such as `[1-57*]` are expected between [ and ]");
    let all: Vec<u8> = bytes.by_ref().take_while(|byte| *byte != b']').collect();
    let closed = text.len() - bytes.len();
    if all.is_empty() || text.as_bytes().get(closed - 1) != Some(&b']') {
        return Err(wrong());
    }
    let mut set = 0;
    let mut rest = all.as_slice();
    loop {
        rest = match rest {
            [] => return Ok(set),
            [first, b'-', last, rest @ ..] if first <= last && last.is_ascii_graphic() => {
                set |= between(*first, *last);
                rest
            }
            [_, b'-', ..] | [b'-', ..] => return Err(wrong()),
            [one, rest @ ..] if one.is_ascii_graphic() => {
                set |= between(*one, *one);
                rest
            }
            _ => return Err(wrong()),
        };
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Pattern::parse(&text).map_err(de::Error::custom)
    }
}
