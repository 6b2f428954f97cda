use super::Unknown;
use crate::ber::{Class, Tag};
use std::fmt;

/// An unknown element that stood not among the fields of a type with a [`Rest`](super::Rest), but deeper within one of them: in a list, in a
/// set of flags, in a connection, beside the alternative of a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Within {
    /// The way from the type to the element in which it stood. Empty: it stood beside what is of the type, where the standard has an end of the
    /// message; it is not written again.
    pub place: Box<[Step]>,
    /// The element.
    pub element: Unknown,
}

/// A step from an element to one within it. `Display` shows it: `callControlServices`, or `item[2]` for the second of that name; in BER the
/// tag, `[APPLICATION 11]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub(crate) name: Name,
    /// So many of the same name stand before it.
    pub(crate) nth: usize,
}

/// What an element is called in its encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Xml(Box<str>),
    Ber(Tag),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Name::Xml(name) => f.write_str(name)?,
            Name::Ber(Tag { class, number }) => match class {
                Class::Universal => write!(f, "[UNIVERSAL {number}]")?,
                Class::Application => write!(f, "[APPLICATION {number}]")?,
                Class::Context => write!(f, "[{number}]")?,
                Class::Private => write!(f, "[PRIVATE {number}]")?,
            },
        }
        match self.nth {
            0 => Ok(()),
            nth => write!(f, "[{}]", nth + 1),
        }
    }
}
