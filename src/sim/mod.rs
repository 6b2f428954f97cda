//! Virtual switches on the server half of a protocol crate. Asterisk: what a real one told in the lab is told again, with ids,
//! numbers and names of its own, and what is there can be asked for at any time. Who asks it to do something is obeyed: from there on
//! the call is played by virtual telephones.

mod cast;
mod channel;
pub(crate) mod csta;
mod features;
mod listener;
mod members;
mod recording;
mod scenes;
mod state;
mod switch;
mod world;

#[cfg(test)]
mod tests;

pub(crate) use cast::{Cast, Counters};
pub(crate) use listener::Listener;
pub(crate) use recording::Recording;
pub(crate) use scenes::{Scene, all as scenes, recast};
pub(crate) use switch::Asterisk;
