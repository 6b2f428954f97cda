//! What Lineside costs. `tests/bench/run` prints it in one table; the numbers that do not depend on the machine are held by the
//! tests of this crate.

pub mod corpus;
pub mod counts;
pub mod csta;
pub mod decode;
pub mod load;
pub mod measure;
pub mod permits;
pub mod pipeline;
pub mod steps;
