//! A CSTA switch, from its bytes to what is told.

mod commands;
mod events;
mod features;
mod lies;
mod orders;
mod recorded;
mod rig;
mod stage;
mod stories;
mod untrue;
