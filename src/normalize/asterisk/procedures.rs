//! What an Asterisk is asked for a command, in which steps. Each task ends in one progress: acknowledged, refused, or lost. Whether
//! the switch does what it said yes to shows in its events, which the engine holds against the command.

use crate::model::{Ask, CommandId, ConnectionKey, Meaning, Native, Progress, Task, Text};
use lineside_ami::Action;
use lineside_ami::client::{Failure, Reply};
use lineside_wire::RequestId;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// How long an action may take. Longer than a command waits: a late answer is still an answer.
const WITHIN: Duration = Duration::from_secs(10);

/// The tasks at work.
#[derive(Default)]
pub(super) struct Procedures {
    asked: BTreeMap<RequestId, (CommandId, String)>,
    at_work: BTreeMap<CommandId, Steps>,
    progress: VecDeque<(CommandId, Progress)>,
}

/// How far a task is.
#[derive(Default)]
struct Steps {
    unanswered: usize,
    acknowledged: usize,
    refused: Option<Native>,
}

impl Procedures {
    /// The actions of a task, all of which are sent at once.
    pub(super) fn actions(task: &Task) -> Vec<Action> {
        match &task.ask {
            Ask::Clear(connections) => connections.iter().map(hang_up).collect(),
            _ => Vec::new(),
        }
    }

    /// An action of a task was sent.
    pub(super) fn sent(&mut self, id: CommandId, request: RequestId, action: &str) {
        self.asked.insert(request, (id, action.to_owned()));
        self.at_work.entry(id).or_default().unanswered += 1;
    }

    /// A task goes on.
    pub(super) fn tell(&mut self, id: CommandId, progress: Progress) {
        self.progress.push_back((id, progress));
    }

    pub(super) fn poll(&mut self) -> Option<(CommandId, Progress)> {
        self.progress.pop_front()
    }

    /// An action was answered, or was not.
    pub(super) fn completed(&mut self, request: RequestId, result: Result<Reply, Failure>) {
        let Some((id, action)) = self.asked.remove(&request) else {
            return;
        };
        let Some(steps) = self.at_work.get_mut(&id) else { return };
        steps.unanswered = steps.unanswered.saturating_sub(1);
        match result {
            Ok(_) => steps.acknowledged += 1,
            Err(Failure::Refused(refusal)) => steps.refused = Some(native(&action, &refusal.text)),
            Err(Failure::Lost) => {
                self.at_work.remove(&id);
                self.tell(id, Progress::Lost);
                return;
            }
            // The command has been given up by then.
            Err(Failure::Timeout | Failure::TooLarge(_)) => {}
        }
        if steps.unanswered > 0 {
            return;
        }
        let Some(steps) = self.at_work.remove(&id) else { return };
        match steps.refused {
            // Of several, some may be gone already.
            Some(native) if steps.acknowledged == 0 => self.tell(id, Progress::Refused(native)),
            _ if steps.acknowledged > 0 => self.tell(id, Progress::Acknowledged),
            _ => {}
        }
    }
}

fn hang_up(connection: &ConnectionKey) -> Action {
    // Named by its Uniqueid, which no masquerade gives to another call; 16 is normal clearing (Q.850).
    Action::new("Hangup")
        .header("Channel", connection.0.as_bytes())
        .header("Cause", "16")
        .within(WITHIN)
}

/// A refusal in Asterisk's words, and what they mean.
fn native(action: &str, message: &str) -> Native {
    let message = message.trim();
    let lower = message.to_ascii_lowercase();
    let meaning = match () {
        () if lower.contains("permission denied") => Meaning::Right,
        () if lower.contains("no such channel") => Meaning::State,
        () => Meaning::Other,
    };
    Native {
        request: Text::from(action),
        message: Text::from(message),
        meaning,
    }
}
