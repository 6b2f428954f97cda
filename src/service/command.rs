//! Acting: a command goes to its link, and is answered with what the switch did.

use super::{Caller, Service};
use crate::link::handle::NotTaken;
use crate::model::{Command, CommandId, Order, SwitchName, Text};
use crate::stream::Answer;
use std::sync::atomic::Ordering;
use tokio::sync::oneshot;

impl Service {
    /// Hands an order to the link of its switch. `None`: there is no such switch.
    pub(super) fn submit(
        &self,
        caller: &Caller,
        switch: &SwitchName,
        request_id: Text,
        order: Order,
    ) -> Option<Result<oneshot::Receiver<Answer>, NotTaken>> {
        let link = self.links.get(switch)?;
        let id = CommandId(self.commands.fetch_add(1, Ordering::Relaxed));
        let answer = self.stream.expect(id);
        let command = Command {
            id,
            request_id,
            requested_by: Text::from(caller.0.name.as_str()),
            order,
        };
        let taken = link.submit(command);
        if taken.is_err() {
            self.stream.forget(id);
        }
        Some(taken.map(|()| answer))
    }
}
