//! A CSTA switch, from its bytes to what is told.

mod events;
mod recorded;
mod stage;
mod stories;
