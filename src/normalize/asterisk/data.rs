//! What the dialplan and people attach to a call.

use super::Normalizer;
use super::block::{known, text};
use crate::model::{CallKey, Fact, Text};
use lineside_ami::Message;
use lineside_wire::Private;
use std::collections::BTreeMap;

impl Normalizer {
    /// A variable of a leg was set: data for the call where the site names it, or why the queue was left.
    pub(super) fn var_set(&mut self, id: &str, message: &Message) {
        let Some(variable) = message.get("Variable") else {
            return;
        };
        let text = variable.text().text;
        // `_` and `__` before a name make it go over to what the leg dials; they are no part of it.
        let name = text.trim_start_matches('_');
        if name == "QUEUESTATUS" {
            if let Some(status) = message.get("Value").and_then(known) {
                self.queue_status(id, &status);
            }
            return;
        }
        if name == "ATTENDEDTRANSFER" {
            if let Some(by) = message.get("Value").and_then(known) {
                self.half_consults(id, &by);
            }
            return;
        }
        if name == "BLINDTRANSFER" {
            self.is_sent(id, message.get("Value").is_some_and(|by| !by.as_bytes().is_empty()));
            return;
        }
        let Some(name) = self.user_data.get(&name.to_ascii_uppercase()).cloned() else {
            return;
        };
        let value = message
            .unescaped("Value")
            .map(|value| Text::from(String::from_utf8_lossy(&value).as_ref()));
        self.attach(
            id,
            BTreeMap::from([(name, value.filter(|v| !v.is_empty()).map(Private::new))]),
        );
    }

    /// An event of the dialplan's own: its headers that the site names are data for the call.
    pub(super) fn user_event(&mut self, id: &str, message: &Message) {
        let mut entries = BTreeMap::new();
        for header in message.headers() {
            let key = header.key.text().text;
            if let (Some(name), Some(value)) = (self.user_data.get(&key.to_ascii_uppercase()), known(header.value)) {
                entries.insert(name.clone(), Some(Private::new(value)));
            }
        }
        if !entries.is_empty() {
            self.attach(id, entries);
        }
    }

    fn attach(&mut self, id: &str, entries: BTreeMap<Text, Option<Private<Text>>>) {
        let call = self
            .legs
            .call_of(id)
            .or_else(|| self.legs.get(id).map(|leg| CallKey(leg.hint.clone())));
        if let Some(call) = call {
            self.out.push(Fact::UserData { call, entries });
        }
    }

    /// A digit that came from this leg.
    pub(super) fn dtmf(&mut self, id: &str, message: &Message) {
        let received = message
            .get("Direction")
            .is_some_and(|direction| direction.is("Received"));
        let connection = self.legs.get(id).map(|leg| leg.key());
        if let (Some(digit), Some(connection)) = (text(message, "Digit").filter(|_| received), connection) {
            self.out.push(Fact::Digits {
                connection,
                digits: Private::new(digit),
            });
        }
    }
}
