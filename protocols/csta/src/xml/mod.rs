//! Documents of CSTA XML (ECMA-323).

mod reader;
mod writer;

pub(crate) use reader::Reader;
pub(crate) use writer::Writer;
