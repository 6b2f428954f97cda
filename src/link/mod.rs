//! One link per switch: the pure machine, and what gives it sockets, clock and entropy.

mod machine;

pub(crate) use machine::{Machine, MachineConfig, Wish};
