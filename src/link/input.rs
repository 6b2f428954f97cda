use super::Machine;
use crate::model::{Command, LinkRole, Now, Wall};
use crate::normalize::cdr::Row;
use bytes::{Bytes, BytesMut};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that a machine is ever told, one at a time. A capture is a list of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// A connection that it wished for stands.
    Connected(LinkRole),
    /// A connection that it wished for could not be made: why.
    ConnectFailed(LinkRole, String),
    /// What one read gave.
    Bytes(LinkRole, Bytes),
    /// The peer closed the connection, or it broke: how, where it was not simply closed.
    Eof(LinkRole, Option<String>),
    /// The time that it named has come.
    Timeout,
    /// Somebody asks the switch for something.
    Command(Box<Command>),
    /// What a store of the switch knows of calls that nobody heard.
    Missed(Missed),
    /// The bridge stops.
    Shutdown,
}

/// The records of the calls that began and ended between two times.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Missed {
    pub(crate) from: Wall,
    pub(crate) to: Wall,
    pub(crate) rows: Vec<Row>,
}

/// What was read and not yet understood, for each connection. Live traffic and replay feed the machine through this.
#[derive(Debug, Default)]
pub(crate) struct Feed {
    unread: BTreeMap<LinkRole, BytesMut>,
}

impl Feed {
    /// Tells the machine one thing.
    pub(crate) fn tell(&mut self, machine: &mut Machine, now: Now, input: Input) {
        match input {
            Input::Connected(role) => {
                self.unread.remove(&role);
                machine.handle_connected(now, role);
            }
            Input::ConnectFailed(role, reason) => machine.handle_connect_failed(now, role, &reason),
            Input::Bytes(role, bytes) => {
                let unread = self.unread.entry(role).or_default();
                unread.extend_from_slice(&bytes);
                machine.handle_bytes(now, role, unread);
            }
            Input::Eof(role, reason) => {
                self.unread.remove(&role);
                machine.handle_eof(now, role, reason.as_deref());
            }
            Input::Timeout => machine.handle_timeout(now),
            Input::Command(command) => machine.handle_command(now, *command),
            Input::Missed(missed) => machine.handle_missed(now, missed),
            Input::Shutdown => machine.shutdown(now),
        }
    }
}
