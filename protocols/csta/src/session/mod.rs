//! What both halves of a session share: requests and their answers, and the documents that sessions begin and end with.

pub(crate) mod application;
mod exchange;
mod link;
pub(crate) mod zultys;

pub use exchange::{Answer, Ask, AskedId, Failure};
pub(crate) use exchange::{Duty, duty, too_much};
pub(crate) use link::{Asker, Link, Own};
