//! A virtual CSTA switch: stations, queues, trunks and their calls, told of as ECMA-269 has it, with the [`Quirks`] of real ones.
//!
//! | what | where |
//! |---|---|
//! | devices, calls, what is where | [`site`], [`call`], [`world`] |
//! | what people do | [`acts`] |
//! | who is told what | [`tell`], [`events`], [`monitors`], [`names`] |
//! | what applications ask for | [`requests`] |
//! | stories | [`script`] |
//! | all of it | [`switch`] |
mod acts;
mod call;
mod events;
mod features;
mod monitors;
mod names;
mod quirks;
mod requests;
mod script;
mod site;
mod switch;
mod tell;
mod world;

#[cfg(test)]
mod tests;

pub(crate) use quirks::{CallIds, CallerTold, QueueLeaves, QueueTold, Quirks};
pub(crate) use site::Site;
pub(crate) use switch::{Out, Switch};
