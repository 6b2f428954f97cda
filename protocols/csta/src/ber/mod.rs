//! BER (ITU-T X.690) as CSTA uses it (ECMA-180, ECMA-218, ECMA-285).

mod acse;
pub(crate) mod apdu;
mod association;
mod context_name;
mod element;
mod failure;
mod older;
mod reader;
mod report;
mod settings;
mod writer;

pub use acse::{Acse, AssociationRequest, AssociationResponse};
pub use context_name::ContextName;
pub(crate) use element::{Class, Element, Elements, Tag};
pub(crate) use reader::Reader;
pub(crate) use writer::Writer;

/// The phase of CSTA, which decides how its messages are laid out in BER. Ordered by age.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// ECMA-179 and ECMA-180.
    I,
    /// ECMA-217 and ECMA-218.
    II,
    /// ECMA-269 and ECMA-285.
    #[default]
    III,
}
#[cfg(test)]
mod kept_tests;
#[cfg(test)]
mod older_tests;
#[cfg(test)]
mod tests;
