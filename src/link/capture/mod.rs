//! Captures: a file of everything that a machine was told, so that it can be told again. Lines of JSON: the header, then one
//! input each.

mod format;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use format::{FORMAT, Header, Line};
pub(crate) use write::Capture;
