//! Who waits for the end of a command: answered once the events that prove it are logged and delivered.

use super::{Shared, Stream};
use crate::model::{Call, CommandId, Sequence, Settled};
use dashmap::DashMap;
use std::sync::Arc;
use tokio::sync::oneshot;

/// How a command ended.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) settled: Settled,
    /// The event that proves it.
    pub(crate) proof: Option<Sequence>,
    /// The call that it was about, as it is now.
    pub(crate) call: Option<Arc<Call>>,
}

/// Those who wait.
pub(super) type Waiting = DashMap<CommandId, oneshot::Sender<Answer>>;

impl Stream {
    /// The end of a command that is about to be given to its link. Whoever drops it is not answered.
    pub(crate) fn expect(&self, id: CommandId) -> oneshot::Receiver<Answer> {
        let (sender, receiver) = oneshot::channel();
        self.0.waiting.insert(id, sender);
        receiver
    }

    /// The command was not taken.
    pub(crate) fn forget(&self, id: CommandId) {
        self.0.waiting.remove(&id);
    }
}

impl Shared {
    pub(super) fn answer(&self, all: Vec<(Settled, Option<Sequence>)>) {
        for (settled, proof) in all {
            let Some((_, waiting)) = self.waiting.remove(&settled.id) else {
                continue;
            };
            let call = settled.call.and_then(|id| self.view().calls.get(&id).cloned());
            // Whoever does not wait any more learns it from the stream.
            let _ = waiting.send(Answer { settled, proof, call });
        }
    }
}
