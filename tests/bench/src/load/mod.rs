//! A thousand clients, each watching its own telephone, while a switch says so and so many messages a second.
//!
//! One process plays the switch and all clients, on a processor of its own; what is measured has another one. The load is an open
//! loop: what the switch says when is fixed beforehand, and latency is counted from then, whether or not anybody was ready to say
//! or to hear it.

pub mod client;
pub mod climb;
pub mod command;
pub mod compare;
pub mod contender;
pub mod latency;
pub mod machine;
pub mod memory;
pub mod monitors;
pub mod outlet;
pub mod plan;
pub mod process;
pub mod relay;
pub mod report;
pub mod round;
pub mod switch;

/// The processor of whoever is measured.
pub const THEIRS: usize = 0;
/// The processor of the switch and the clients.
pub const OURS: usize = 1;
/// How many clients there are, each for a telephone from this number on.
pub const CLIENTS: usize = 1000;
/// The number of the first telephone.
pub const FIRST: usize = 1000;
