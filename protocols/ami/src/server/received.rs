use crate::encode::{EncodeLimits, Outgoing};
use crate::message::Message;
use crate::value::Value;
use crate::variable::variables;

/// An action that a client sent, with what it takes to answer it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received(Message);

impl Received {
    pub(crate) const fn new(message: Message) -> Self {
        Received(message)
    }

    /// The name of the action, wherever in the message it stands.
    #[must_use]
    pub fn name(&self) -> Value<'_> {
        self.0.get("Action").unwrap_or_default()
    }

    /// The message.
    #[must_use]
    pub const fn message(&self) -> &Message {
        &self.0
    }

    /// The variables that the action sets, in order.
    #[must_use]
    pub fn variables(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.0
            .all("Variable")
            .flat_map(|value| variables(value.as_bytes()))
            .collect()
    }

    /// The start of a response to it: more headers may follow.
    #[must_use]
    pub fn response(&self, word: &str) -> Outgoing {
        self.named(Outgoing::response(word))
    }

    /// An error response to it.
    #[must_use]
    pub fn error(&self, text: &str) -> Outgoing {
        self.response("Error").header("Message", text)
    }

    /// The start of an item of a list that answers it: more headers may follow.
    #[must_use]
    pub fn item(&self, event: &str) -> Outgoing {
        self.named(Outgoing::event(event))
    }

    /// A whole list that answers it: the response, the items, and the event `end`.
    #[must_use]
    pub fn list(&self, text: &str, items: Vec<Outgoing>, end: &str) -> Vec<Outgoing> {
        let count = items.len().to_string();
        let start = self
            .response("Success")
            .header("EventList", "start")
            .header("Message", text);
        let end = self
            .item(end)
            .header("EventList", "Complete")
            .header("ListItems", count);
        std::iter::once(start).chain(items).chain([end]).collect()
    }

    /// The output of a command, in the format of Asterisk 14 and later.
    #[must_use]
    pub fn output(&self, lines: &[&str]) -> Outgoing {
        let start = self.response("Success").header("Message", "Command output follows");
        lines.iter().fold(start, |output, line| output.header("Output", line))
    }

    fn named(&self, message: Outgoing) -> Outgoing {
        match self.0.get("ActionID") {
            Some(id) => message.header("ActionID", id.as_bytes()),
            None => message,
        }
    }

    /// Why Asterisk would not read this message, if it would not.
    pub(crate) fn unreadable(&self) -> Option<&'static str> {
        let limits = EncodeLimits::TO_SWITCH;
        let lines = self.0.as_bytes().split(|byte| *byte == b'\n');
        if self.0.len() > limits.headers {
            return Some("Too many lines in message or allocation failure");
        }
        let too_long = lines.map(<[u8]>::len).any(|length| length > limits.line + 1);
        too_long.then_some("Failed to parse message: line too long")
    }
}
