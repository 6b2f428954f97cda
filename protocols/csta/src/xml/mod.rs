//! Documents of CSTA XML (ECMA-323).

pub(crate) mod document;
mod encoding;
mod put_back;
mod reader;
mod scope;
mod spelling;
mod text;
mod writer;

pub(crate) use reader::Reader;
pub(crate) use spelling::respelt;
pub(crate) use text::is_text;
pub(crate) use writer::Writer;
#[cfg(test)]
mod kept_tests;
#[cfg(test)]
mod tests;
