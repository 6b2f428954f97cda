//! Invoke ids where a connection carries none.

use crate::frame::NO_ID;
use crate::message::{InvokeId, Message};
use crate::xml::document::Content;
use std::collections::VecDeque;

/// How many requests may wait for an answer: the oldest is forgotten. Some are never answered, and nothing says which.
const WAITING: usize = 1024;

/// Tells which answer is whose without a header: an answer is that to the oldest request of its service, an error that to the oldest
/// request of all. What the peer asks for is numbered from 0, and is to be answered in that order.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    asked: VecDeque<(InvokeId, Box<str>)>,
    taken: i64,
}

impl Ids {
    /// This was written.
    pub(crate) fn sent(&mut self, message: &Message) {
        if let Message::Request { id, request } = message {
            if self.asked.len() == WAITING {
                self.asked.pop_front();
            }
            self.asked.push_back((*id, request.name().into()));
        }
    }

    /// The id of what was read.
    pub(crate) fn of(&mut self, content: &Content) -> InvokeId {
        match content {
            Content::Request(_) => {
                let id = InvokeId(self.taken);
                self.taken = self.taken.wrapping_add(1);
                id
            }
            Content::Response(response) => {
                // What is kept has the name of its element; a refusal of ECMA-354 has an element of its own.
                let name = response.name();
                let name = name.strip_suffix("Response").unwrap_or(name);
                let is_its = |asked: &(InvokeId, Box<str>)| {
                    [name, name.strip_suffix("Neg").unwrap_or(name)].contains(&&*asked.1)
                };
                let found = self.asked.iter().position(is_its);
                found.and_then(|at| self.asked.remove(at)).map_or(NO_ID, |(id, _)| id)
            }
            Content::Error(..) => self.asked.pop_front().map_or(NO_ID, |(id, _)| id),
            Content::Event(_) => NO_ID,
        }
    }
}
