//! Native messages of one protocol become facts in the words of the model. Here live the legs, the dial edges, the bridges and the
//! pairs of Local channels; nobody else knows of them. Nothing here knows ids of calls, subscribers, JSON or sockets.
//!
//! An [`Adapter`] is one switch as its protocol shows it: the sessions on its connections, what is folded out of their messages,
//! and the snapshot with its fence after a connection came up. It is as pure as what it is made of.

pub(crate) mod asterisk;
pub(crate) mod cdr;
pub(crate) mod csta;
mod leg;
mod legs;

use crate::model::{CallFact, CommandId, ConnectionFact, Facts, LinkRole, Now, Progress, Task, Text};
use bytes::BytesMut;
use lineside_wire::{Tick, Transmit};
use std::collections::BTreeSet;

/// Why a connection cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The connection.
    pub(crate) role: LinkRole,
    /// Why, and what to do, for people.
    pub(crate) reason: Text,
    /// The switch refused us: to ask again at once would be hammering.
    pub(crate) refused: bool,
}

/// One switch, by one protocol, without sockets or clocks. After every `handle_*` drain the `poll_*`.
pub(crate) trait Adapter: Send {
    /// What was known of calls before a restart, as a snapshot would tell it, and the switch's ids of what is `over`: it may have some of
    /// that still. Said once, before anything else.
    fn restore(&mut self, now: Now, calls: Vec<(CallFact, Vec<ConnectionFact>)>, over: BTreeSet<Text>);

    /// The connections that are wanted now, the one that carries the events first.
    fn wanted(&self) -> &'static [LinkRole];

    /// A connection was opened.
    fn handle_open(&mut self, now: Now, role: LinkRole) -> Result<(), Failure>;

    /// A connection gave bytes. What is left of them is the start of a message.
    fn handle_bytes(&mut self, now: Now, role: LinkRole, input: &mut BytesMut) -> Result<(), Failure>;

    /// A connection is gone: the peer closed it, or it was closed after a failure.
    fn handle_closed(&mut self, now: Now, role: LinkRole) -> Result<(), Failure>;

    /// A deadline has come.
    fn handle_timeout(&mut self, now: Now) -> Result<(), Failure>;

    /// The bridge goes down: say goodbye.
    fn shutdown(&mut self, now: Now);

    /// The next bytes to write, and where.
    fn poll_transmit(&mut self) -> Option<(LinkRole, Transmit)>;

    /// The next group of facts.
    fn poll_facts(&mut self) -> Option<Facts>;

    /// Has the switch do something for a command. How it goes on is told by [`Adapter::poll_progress`].
    fn start(&mut self, now: Now, task: Task);

    /// What a store of the switch knows of calls that began and ended unheard.
    fn missed(&mut self, rows: Vec<cdr::Row>);

    /// How a task goes on: drain it before the facts, which may be about what a task expects.
    fn poll_progress(&mut self) -> Option<(CommandId, Progress)>;

    /// When [`Adapter::handle_timeout`] is to be called.
    fn poll_timeout(&self) -> Option<Tick>;
}
