use super::{Element, Elements, Phase, Tag};
use crate::error::DecodeError;
use crate::schema::{Name, Rest, Step, Unknown, Within, room_to_keep};
use std::collections::BTreeMap;
use std::iter::Peekable;
use std::vec::IntoIter;

/// What is known while one message is read: its phase, and what in it is not known.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) phase: Phase,
    /// So many elements were kept.
    kept: usize,
    /// Those for which the type that they stood in has no place: the next one around it that has a [`Rest`] takes them.
    strays: Vec<Stray>,
}

#[derive(Debug)]
struct Stray {
    /// Where it stands in memory, which tells what it stood in.
    at: usize,
    element: Unknown,
}

impl Reader {
    /// Of a message of which it is not known better than that it is in `phase`.
    pub(crate) const fn new(phase: Phase) -> Self {
        Reader {
            phase,
            kept: 0,
            strays: Vec::new(),
        }
    }

    /// Reads a part that is laid out as `phase` has it.
    pub(crate) fn in_phase<T>(&mut self, phase: Phase, read: impl FnOnce(&mut Self) -> T) -> T {
        let spoken = std::mem::replace(&mut self.phase, phase);
        let read = read(self);
        self.phase = spoken;
        read
    }

    /// Keeps an element that is not known where it stood.
    pub(crate) fn keep(&mut self, rest: &mut Rest, element: &Element<'_>) -> Result<(), DecodeError> {
        room_to_keep(self.kept)?;
        self.kept += 1;
        rest.0.push(Unknown::ber(element));
        Ok(())
    }

    /// Keeps an element that is not known, and for which there is no place where it stood.
    pub(crate) fn stray(&mut self, element: &Element<'_>) -> Result<(), DecodeError> {
        room_to_keep(self.kept)?;
        self.kept += 1;
        let (at, element) = (address(element), Unknown::ber(element));
        self.strays.push(Stray { at, element });
        Ok(())
    }

    /// The one element in an explicit tag. Others beside it are kept.
    pub(crate) fn inner<'a>(&mut self, element: &Element<'a>) -> Result<Element<'a>, DecodeError> {
        let inner = element.inner()?;
        if inner.raw.len() < element.content.len() {
            self.strays(element.elements().skip(1))?;
        }
        Ok(inner)
    }

    /// Keeps all of these.
    pub(crate) fn strays<'a>(
        &mut self,
        elements: impl Iterator<Item = Result<Element<'a>, DecodeError>>,
    ) -> Result<(), DecodeError> {
        for element in elements {
            self.stray(&element?)?;
        }
        Ok(())
    }

    /// How many have found no place yet.
    pub(crate) const fn mark(&self) -> usize {
        self.strays.len()
    }

    /// Gives those behind `mark` their place in `rest`, each with its way from the `elements` of the type that has it.
    pub(crate) fn settle(&mut self, mark: usize, rest: &mut Rest, elements: Elements<'_>) {
        let mut strays = self.strays.split_off(mark.min(self.strays.len()));
        strays.sort_by_key(|stray| stray.at);
        let mut strays = strays.into_iter().peekable();
        settle_in(elements, &mut strays, &mut Vec::new(), rest);
        rest.0.extend(strays.map(|stray| within(&[], stray.element)));
    }
}

fn within(way: &[Step], element: Unknown) -> Unknown {
    let place = way.into();
    Unknown::Within(Box::new(Within { place, element }))
}

/// Where an element begins in memory. Elements of one message lie in one piece of it.
fn address(element: &Element<'_>) -> usize {
    element.raw.as_ptr().addr()
}

fn settle_in(elements: Elements<'_>, strays: &mut Peekable<IntoIter<Stray>>, way: &mut Vec<Step>, rest: &mut Rest) {
    let mut seen: BTreeMap<Tag, usize> = BTreeMap::new();
    for element in elements.map_while(Result::ok) {
        let Some(next) = strays.peek() else { return };
        let from = address(&element);
        if next.at == from {
            let found = strays.next().map(|stray| match way.is_empty() {
                true => stray.element,
                false => within(way, stray.element),
            });
            rest.0.extend(found);
            continue;
        }
        let nth = seen.entry(element.tag).or_default();
        if element.constructed && (from..from + element.raw.len()).contains(&next.at) {
            let name = Name::Ber(element.tag);
            way.push(Step { name, nth: *nth });
            settle_in(element.elements(), strays, way, rest);
            way.pop();
        }
        *nth += 1;
    }
}
