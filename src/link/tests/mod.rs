//! The machine against the virtual Asterisk, under a virtual clock: no sockets, no waiting, and cuts wherever a test wants them.

mod agents;
mod backoff;
mod breaks;
mod csta;
mod liar;
mod lies;
mod missed;
mod orders;
mod parker;
mod permits;
mod properties;
mod recall;
mod rig;
mod scenes;
mod winner;
