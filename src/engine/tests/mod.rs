//! The laws of calls, told in facts of no switch in particular.

mod calls;
mod link;
mod merging;
mod stage;
