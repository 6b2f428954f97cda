//! A task: what it does, in which steps, and how far it is.

use super::features;
use crate::model::{CommandId, ConnectionKey, Native, Progress, Text};
use crate::normalize::legs::Asked;
use lineside_ami::Action;
use lineside_wire::Tick;
use std::collections::VecDeque;
use std::time::Duration;

/// One task.
pub(super) struct Work {
    pub(super) doing: Doing,
    /// What is still to be sent: each when the one before was answered.
    pub(super) steps: VecDeque<Step>,
    /// When the next may be sent, where that is not at once.
    pub(super) due: Option<Tick>,
    pub(super) unanswered: usize,
    pub(super) acknowledged: usize,
    pub(super) refused: Option<Native>,
    /// Why something could not be sent.
    pub(super) unsent: Option<Text>,
    /// An action was never answered.
    pub(super) silent: bool,
    /// What was set was read back, and was so before.
    pub(super) shown: bool,
    /// How long its command waits for it. What is left of it then must not be done behind its back.
    pub(super) within: Duration,
    /// When its first action was sent.
    pub(super) began: Option<Tick>,
}

/// What a task does, beyond sending actions.
pub(super) enum Doing {
    Make(Text),
    Digits,
    /// Several actions that only together are what was asked for.
    Several,
    Mute(ConnectionKey, bool),
    Record(Text),
    Stop(Text),
    Agent,
    Feature,
    /// Several at once, of which each counts.
    Clear,
    Other,
}

/// A task before it begins.
pub(super) struct Plan {
    pub(super) doing: Doing,
    pub(super) steps: VecDeque<Step>,
    /// All steps are sent without waiting for answers.
    pub(super) at_once: bool,
    pub(super) expect: Option<Progress>,
}

/// One action.
pub(super) struct Step {
    pub(super) action: Action,
    /// The leg that it acts on.
    pub(super) leg: Text,
    /// What it has the switch do there.
    pub(super) asked: Option<Asked>,
    /// It asks whether the next is possible: how.
    pub(super) check: Option<Check>,
    /// How long after the one before it is sent.
    pub(super) after: Duration,
}

/// What an action that only asks is to find out.
#[derive(Clone)]
pub(super) enum Check {
    /// Is there such a number in the dialplan?
    Number,
    /// Are there the contexts into which legs are sent? If not, they are made.
    Contexts,
    /// Which lot has this slot, if any has?
    Slot(u32),
    /// What does the telephone do now?
    Kept(features::Place),
    /// Nothing: it shows what counts elsewhere, and whether it does is of no account.
    Lamp,
}

/// A recording of ours that is being ended. Its action is answered on one connection, and its end told on the other.
pub(super) struct Stop {
    pub(super) command: CommandId,
    pub(super) acknowledged: bool,
    pub(super) seen: bool,
    /// When nobody waits for it any more.
    pub(super) until: Tick,
}

/// A call that was asked for.
pub(super) struct Birth {
    pub(super) command: CommandId,
    /// When it is forgotten, or, if the switch said that it failed, believed.
    pub(super) until: Tick,
    pub(super) failed: bool,
}

impl Plan {
    pub(super) const fn new(doing: Doing) -> Self {
        Plan {
            doing,
            steps: VecDeque::new(),
            at_once: false,
            expect: None,
        }
    }

    pub(super) fn one(doing: Doing, step: Step) -> Self {
        Plan {
            steps: VecDeque::from([step]),
            ..Plan::new(doing)
        }
    }
}

impl Step {
    pub(super) fn act(action: Action, leg: &Text) -> Self {
        Step {
            action,
            leg: leg.clone(),
            asked: None,
            check: None,
            after: Duration::ZERO,
        }
    }

    pub(super) fn check(check: Check, action: Action) -> Self {
        Step {
            check: Some(check),
            ..Step::act(action, &Text::default())
        }
    }
}
