//! A virtual CSTA switch: stations, queues, trunks and their calls, told of as ECMA-269 has it, with the [`Quirks`] of real ones.
//!
//! | what | where |
//! |---|---|
//! | devices, calls, what is where | [`site`], [`call`], [`world`] |
//! | what people do | [`acts`], [`agents`], [`features`] |
//! | who is told what | [`tell`], [`events`], [`monitors`], [`names`] |
//! | what applications ask for | [`requests`] |
//! | stories | [`flows`], [`script`]; one after the other, [`company`] |
//! | all of it | [`switch`], on a connection [`session`], and at a socket [`listener`] |
mod acts;
mod agents;
mod call;
mod company;
mod events;
mod features;
mod flows;
mod listener;
mod monitors;
mod names;
mod quirks;
mod requests;
mod script;
mod session;
mod site;
mod switch;
mod tell;
mod world;

#[cfg(test)]
mod tests;

pub(crate) use flows::{BY_REQUEST, FOR_NOTHING, IN_VAIN};
pub(crate) use listener::Listener;
pub(crate) use names::SWITCH_NAME;
pub(crate) use quirks::{CallIds, CallerTold, QueueLeaves, QueueTold, Quirks};
pub(crate) use script::{NOBODY, NOBODY_OUTSIDE};
pub(crate) use session::Connection;
pub(crate) use site::{Cast, OUTSIDE, Site};
#[cfg(test)]
pub(crate) use switch::Out;
pub(crate) use switch::{Pace, Switch};
