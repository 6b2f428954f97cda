use super::{Step, Within};
use crate::ber;
use crate::error::{DecodeError, Problem};
use bytes::Bytes;
use std::fmt;

/// What a peer sent that this crate does not know, kept in order. It is written again in the encoding in which it came, and left out in
/// the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rest(pub Vec<Unknown>);

/// An element that this crate does not know. `Debug` shows how much it is, not what: it may be about persons, or a password.
#[derive(Clone, PartialEq, Eq)]
pub enum Unknown {
    /// In XML.
    Xml {
        /// The local name of the element.
        name: Box<str>,
        /// The element as a document of its own.
        document: Box<str>,
    },
    /// In BER: the element with its tag and length.
    Ber(Bytes),
    /// One that stood deeper within a field, whose type has no place for it. It is written there again; where that place is not written, it
    /// is not either.
    Within(Box<Within>),
}

impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unknown::Xml { name, document } => write!(f, "{name} ({} bytes)", document.len()),
            Unknown::Ber(bytes) => write!(f, "BER ({} bytes)", bytes.len()),
            Unknown::Within(within) => {
                within.place.iter().try_for_each(|step| write!(f, "{step}/"))?;
                within.element.fmt(f)
            }
        }
    }
}

impl Default for Unknown {
    fn default() -> Self {
        Unknown::Ber(Bytes::new())
    }
}

impl Unknown {
    pub(crate) fn ber(element: &ber::Element<'_>) -> Self {
        Unknown::Ber(Bytes::copy_from_slice(element.raw))
    }

    /// The element as a document of its own, where it came in XML.
    pub(crate) fn document(&self) -> Option<&str> {
        match self {
            Unknown::Xml { document, .. } => Some(document),
            _ => None,
        }
    }

    pub(crate) fn write_ber(&self, ber: &mut ber::Writer) {
        if let Unknown::Ber(bytes) = self {
            ber.raw(bytes);
        }
    }
}

impl Rest {
    /// Writes what stood here behind what was written of the same element from `at` on, and what stood within that back into it.
    pub(crate) fn write_ber(&self, ber: &mut ber::Writer, at: usize) {
        self.0.iter().for_each(|unknown| unknown.write_ber(ber));
        for (place, elements) in self.within() {
            let mut all = ber::Writer::default();
            elements.for_each(|element| element.write_ber(&mut all));
            ber.put_back(at, place, &all.finish());
        }
    }

    /// Those that stood deeper, by their places: what stood in one place comes together.
    pub(crate) fn within(&self) -> impl Iterator<Item = (&[Step], impl Iterator<Item = &Unknown>)> {
        let place = |unknown: &Unknown| match unknown {
            Unknown::Within(within) => within.place.clone(),
            _ => Box::default(),
        };
        let runs = self.0.chunk_by(move |one, next| place(one) == place(next));
        runs.filter_map(|run| match run.first() {
            Some(Unknown::Within(within)) => {
                let elements = run.iter().filter_map(|unknown| match unknown {
                    Unknown::Within(within) => Some(&within.element),
                    _ => None,
                });
                Some((&*within.place, elements))
            }
            _ => None,
        })
    }
}

/// So many parts of one message are kept that are not known, each of which takes more memory than it has bytes: what a frame has room for
/// in XML, and about half of that in BER.
const KEPT: usize = 16_384;

/// Is there room for one more behind `count` parts that were kept?
pub(crate) const fn room_to_keep(count: usize) -> Result<(), DecodeError> {
    match count < KEPT {
        true => Ok(()),
        false => Err(DecodeError::new(Problem::TooMany(KEPT))),
    }
}
