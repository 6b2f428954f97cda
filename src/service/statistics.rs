//! Statistics of queues and agents, for who may see them.

use super::nearest::hint;
use super::{Caller, Refusal, Scope, Service};
use crate::model::{AgentStatistics, DeviceId, Queue, QueueStatistics, Sequence, Text, Window};
use crate::projections::statistics::{NotYet, wall_now};
use crate::stream::{Filter, Selection};

/// The window that is asked for; that of 15 minutes where none is.
fn window<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Window, Refusal> {
    let mut window = Window::default();
    for (name, value) in pairs {
        if name != "window" {
            let detail = format!(
                "statistics cannot be asked for that{}",
                hint(name, ["window"].into_iter())
            );
            return Err(Refusal::invalid(name, detail));
        }
        let found = Window::ALL.iter().find(|window| window.as_str() == value);
        let wrong = || Refusal::invalid(name, format!("15m, 60m or today was expected, not {value:?}"));
        window = *found.ok_or_else(wrong)?;
    }
    Ok(window)
}

impl From<NotYet> for Refusal {
    fn from(_: NotYet) -> Self {
        Refusal::NotYet("statistics")
    }
}

impl Service {
    /// What happened in a queue. One that the switch has not described yet has statistics from its first call on.
    pub(crate) fn queue_statistics<'a>(
        &self,
        caller: &Caller,
        id: &str,
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<QueueStatistics, Refusal> {
        caller.must_have(Scope::AgentsRead)?;
        let window = window(pairs)?;
        let queue = DeviceId::from_text(Text::from(id));
        let is_there = self.stream.view().queues.contains_key(&queue) || self.statistics.knows_queue(&queue);
        let selection = Selection {
            filter: Filter::default(),
            sight: caller.sight(),
        };
        let shown = Queue {
            id: queue.clone(),
            name: None,
            waiting: Vec::new(),
            members: Vec::new(),
            sequence: Sequence::ZERO,
        };
        if !is_there || !selection.shows_queue(&shown) {
            return Err(Refusal::NoQueue(id.to_owned()));
        }
        Ok(self.statistics.queue(&queue, window, wall_now())?)
    }

    /// What an agent did.
    pub(crate) fn agent_statistics<'a>(
        &self,
        caller: &Caller,
        id: &str,
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<AgentStatistics, Refusal> {
        let agent = self.agent(caller, id)?;
        Ok(self.statistics.agent(&agent.id, window(pairs)?, wall_now())?)
    }
}
