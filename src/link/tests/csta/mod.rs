//! A CSTA switch, from its bytes to what is told.

mod breaks;
mod commands;
mod events;
mod features;
mod halves;
mod handles;
mod lies;
mod lines;
mod moved;
mod names;
mod orders;
mod people;
mod permits;
mod placing;
mod polled;
mod recorded;
mod rig;
mod stage;
mod stories;
mod trouble;
mod unseen;
mod untrue;
mod words;
