//! The crate as its users see it. A module per subject, a test per fact.

#[cfg(test)]
mod frames;
#[cfg(test)]
mod support;
#[cfg(test)]
mod xml;
