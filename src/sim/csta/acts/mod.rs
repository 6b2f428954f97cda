//! What people do at their telephones, and what the switch does by itself.
mod answer;
mod begin;
mod conference;
mod end;
mod hold;
mod network;
mod park;
mod queue;
mod redirect;
mod route;
mod transfer;

pub(crate) use conference::Participation;
