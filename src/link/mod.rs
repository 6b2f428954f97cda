//! One link per switch: the pure machine, and what gives it sockets, clock and entropy.

pub(crate) mod capture;
mod driver;
pub(crate) mod handle;
mod input;
mod machine;
mod made;

pub(crate) use driver::{Clock, Database, Driver, Place, RecordSource, Settings, is_name};
pub(crate) use input::{Feed, Input, Missed};
pub(crate) use machine::{GIVE_UP, Machine, MachineConfig, Wish};
pub(crate) use made::{MakeError, made_of};

#[cfg(test)]
mod tests;
