//! How commands come out: what is seen is held against what is at work, and what is not seen in time is given up.

use super::{AFTERMATH, Pending, Target, settled};
use crate::engine::prove::{self, Proof};
use crate::engine::{Engine, Group};
use crate::model::{AgentState, CommandId, Data, Event, Now, SetBy, Settled, Verdict};
use lineside_wire::Tick;
use std::collections::BTreeSet;

impl Engine {
    /// Gives up what the switch did not do in time.
    pub(in crate::engine) fn give_up_commands(&mut self, now: Now, group: &mut Group) {
        let due: Vec<CommandId> = self
            .commands
            .all
            .iter()
            .filter(|(_, pending)| pending.until <= now.tick)
            .map(|(id, _)| *id)
            .collect();
        for id in due {
            let Some(pending) = self.forget_command(id).filter(|pending| !pending.settled) else {
                continue;
            };
            let verdict = match () {
                // It may have been done while nobody listened.
                () if pending.unheard => Verdict::Unknown,
                // Of a device that nobody tells of it is not seen whether the call came there: what was seen is no nothing.
                () if pending.acknowledged && pending.left => Verdict::Unconfirmed,
                () if pending.acknowledged => Verdict::Ignored,
                () if pending.lost => Verdict::Unknown,
                () => Verdict::TimedOut,
            };
            group.settled.push(settled(id, verdict, pending.call));
        }
    }

    /// The switch is not heard any more: whatever is at work may be done or not.
    pub(in crate::engine) fn abandon_commands(&mut self, group: &mut Group) {
        let commands = std::mem::take(&mut self.commands);
        let at_work = commands.all.into_iter().filter(|(_, pending)| !pending.settled);
        group
            .settled
            .extend(at_work.map(|(id, pending)| settled(id, Verdict::Unknown, pending.call)));
    }

    /// It is read anew what the switch has, and until that is told nothing else is.
    pub(in crate::engine) fn unheard(&mut self) {
        self.commands
            .all
            .values_mut()
            .for_each(|pending| pending.unheard = true);
    }

    /// Holds the events of a group against what is at work. What a snapshot corrects proves what was asked for, where it is as it was to
    /// become; who did it was not seen.
    pub(in crate::engine) fn prove(&mut self, group: &mut Group) {
        if self.commands.all.is_empty() {
            return;
        }
        self.commands.expected.retain(|key, id| {
            let Some((call, connection)) = self.by_connection.get(key) else {
                return true;
            };
            if let Some(pending) = self.commands.all.get_mut(id) {
                pending.made = Some(*connection);
                if matches!(pending.target, Target::Birth) {
                    pending.call = Some(*call);
                }
            }
            false
        });
        let mut set_by_us = BTreeSet::new();
        for (at, event) in group.events.iter_mut().enumerate() {
            let is_over =
                |pending: &Pending| pending.settled && pending.until > Tick::ZERO && prove::goes_on(pending, event);
            self.commands.all.retain(|_, pending| !is_over(pending));
            for (id, pending) in &mut self.commands.all {
                let verdict = match pending.settled {
                    true => None,
                    false => prove::judge(pending, event),
                };
                // Why it is otherwise was not seen either.
                let verdict = match verdict {
                    Some(Verdict::Contradicted(_)) if event.reconstructed => Some(Verdict::Unknown),
                    verdict => verdict,
                };
                if !event.reconstructed && event.request_id.is_none() && prove::is_caused(pending, event) {
                    let by = Some(pending.requested_by.clone());
                    match &mut event.data {
                        Data::Call(data) => data.requested_by = by,
                        Data::Agent(data) => {
                            data.requested_by = by;
                            if data.agent.state != AgentState::Busy {
                                data.agent.set_by = Some(SetBy::Bridge);
                            }
                            set_by_us.insert(data.agent.id.clone());
                        }
                        Data::Device(data) => data.requested_by = by,
                        _ => {}
                    }
                    event.request_id = Some(pending.request_id.clone());
                }
                if let Some(verdict) = verdict {
                    pending.settled = true;
                    // Who is left alone leaves next, and that is still the command's doing.
                    let lingers = prove::leaves(pending)
                        || prove::lifts_first(pending, event)
                        || matches!(pending.row.proof, Proof::Gone | Proof::Over) && left_alone(event);
                    pending.until = if lingers {
                        group.now.tick + AFTERMATH
                    } else {
                        Tick::ZERO
                    };
                    group.settled.push(Settled {
                        proof: (verdict == Verdict::Done).then_some(at),
                        ..settled(*id, verdict, pending.call)
                    });
                }
            }
        }
        self.commands.all.retain(|_, pending| pending.until > Tick::ZERO);
        for id in set_by_us {
            self.agent_was_set(&id, SetBy::Bridge);
        }
    }
}

/// Is nobody left in the call, or one person only?
fn left_alone(event: &Event) -> bool {
    let Data::Call(data) = &event.data else { return false };
    data.call.connections.iter().filter(|c| c.kind.is_person()).count() < 2
}
