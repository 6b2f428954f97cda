use super::rig::Rig;
use crate::model::LinkRole;
use lineside_ami::Outgoing;
use lineside_ami::server::Received;
use lineside_wire::Tick;
use std::collections::BTreeMap;
use std::time::Duration;

/// What a switch does with what it is asked, other than to do it and to say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lie {
    /// It says yes and does nothing.
    Nothing,
    /// It says yes and does it when nobody waits for it any more.
    DoneLate,
    /// It does it and says so when nobody waits for it any more.
    AnsweredLate,
    /// It does it, and the connection for actions breaks before it says so.
    ActionsBreak,
    /// It does it, and everything breaks before it says so.
    AllBreaks,
    /// It does nothing, and everything breaks.
    BreaksUndone,
    /// It does it and says so twice.
    Twice,
    /// It answers several in the wrong order.
    OutOfOrder,
    /// It does it, and its answer names no action.
    Forgotten,
    /// It does it, and its answer names an action of somebody else.
    Foreign,
    /// It does it and says no.
    Denied,
    /// It does nothing and says nothing.
    Silent,
    /// It does it and says nothing.
    Mute,
}

impl Lie {
    pub(super) const ALL: [Lie; 13] = [
        Lie::Nothing,
        Lie::DoneLate,
        Lie::AnsweredLate,
        Lie::ActionsBreak,
        Lie::AllBreaks,
        Lie::BreaksUndone,
        Lie::Twice,
        Lie::OutOfOrder,
        Lie::Forgotten,
        Lie::Foreign,
        Lie::Denied,
        Lie::Silent,
        Lie::Mute,
    ];
}

/// When nobody waits for it any more: a command is given up after 5 s, an action after 10.
pub(super) const LATE: Duration = Duration::from_secs(7);

/// A switch's lies, and what is still to come of them.
#[derive(Default)]
pub(super) struct Liar {
    pub(super) lie: Option<Lie>,
    held: BTreeMap<(Tick, usize), (LinkRole, Held)>,
    count: usize,
}

/// Something that comes later.
pub(super) enum Held {
    Answer(Vec<Outgoing>),
    Deed(Received),
}

impl Held {
    pub(super) fn come(self, rig: &mut Rig, role: LinkRole) {
        match self {
            Held::Answer(answer) => rig.say(role, answer),
            // Its answer was given before.
            Held::Deed(action) => drop(rig.asterisk.handle_action(rig.now, &action)),
        }
    }
}

impl Liar {
    /// Does it lie about this action? Not about what it can do.
    pub(super) fn lies(&self, action: &Received) -> bool {
        let asks_for_contexts = action.message().get("Variable").is_some_and(|name| {
            name.as_str()
                .is_some_and(|name| name.starts_with("DIALPLAN_EXISTS(lineside-"))
        });
        self.lie.is_some() && !action.name().is("ListCommands") && !asks_for_contexts
    }

    pub(super) fn poll_timeout(&self) -> Option<Tick> {
        self.held.first_key_value().map(|((at, _), _)| *at)
    }

    pub(super) fn due(&mut self, now: Tick) -> Option<(LinkRole, Held)> {
        let entry = self.held.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(entry.remove())
    }

    fn later(&mut self, at: Tick, role: LinkRole, held: Held) {
        self.count += 1;
        self.held.insert((at, self.count), (role, held));
    }

    pub(super) fn lie(rig: &mut Rig, role: LinkRole, action: Received) {
        let yes = |action: &Received| vec![action.response("Success").header("Message", "Done, surely")];
        let nameless = |id: Option<&str>| {
            let answer = Outgoing::response("Success");
            let answer = id.map_or(answer.clone(), |id| answer.header("ActionID", id));
            vec![answer.header("Message", "Done")]
        };
        let both = [LinkRole::Events, LinkRole::Actions];
        let late = rig.now + LATE;
        let mut done = |action: &Received| rig.asterisk.handle_action(rig.now, action).0;
        match rig.liar.lie.unwrap() {
            Lie::Nothing => rig.say(role, yes(&action)),
            Lie::DoneLate => {
                rig.say(role, yes(&action));
                rig.liar.later(late, role, Held::Deed(action));
            }
            Lie::AnsweredLate => {
                let answer = done(&action);
                rig.liar.later(late, role, Held::Answer(answer));
            }
            Lie::ActionsBreak => {
                done(&action);
                rig.cut_only(&[LinkRole::Actions]);
            }
            Lie::AllBreaks => {
                done(&action);
                rig.cut_only(&both);
            }
            Lie::BreaksUndone => rig.cut_only(&both),
            Lie::Twice => {
                let answer = done(&action);
                rig.say(role, answer.clone());
                rig.say(role, answer);
            }
            Lie::OutOfOrder => {
                let answer = done(&action);
                // Each waits a little less than the one before.
                let wait = Duration::from_millis(900)
                    .saturating_sub(Duration::from_millis(50) * u32::try_from(rig.liar.count).unwrap());
                rig.liar.later(rig.now + wait, role, Held::Answer(answer));
            }
            Lie::Forgotten => {
                done(&action);
                rig.say(role, nameless(None));
            }
            Lie::Foreign => {
                done(&action);
                rig.say(role, nameless(Some("somebody-elses-1")));
            }
            Lie::Denied => {
                done(&action);
                rig.say(role, vec![action.error("Could not do it")]);
            }
            Lie::Silent => {}
            Lie::Mute => drop(done(&action)),
        }
    }
}
