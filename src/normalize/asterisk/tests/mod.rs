//! What no recording shows: messages as Asterisk would write them, and what is told.

mod aside;
mod asked;
mod devices;
mod features;
mod members;
mod returned;
mod unrecorded;
mod world;
