//! What a manager user may do, and what each right that is missing would give.

use crate::normalize::asterisk::{ADD_CONTEXTS, NEEDS, NO_CONTEXTS, NOBODY_OBEYS, no_means};
use crate::profile::{Hold, Stations};

/// What was found out about a manager interface after the login.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// `CoreSettings`, if the user may ask for it.
    pub(super) version: Option<String>,
    /// The actions that the user may send. The switch lists no others.
    pub(super) actions: Vec<String>,
    /// `FullyBooted` came: the class `system` is read.
    pub(super) system: bool,
    /// Our own `VarSet` came: the class `dialplan` is read.
    pub(super) dialplan: bool,
    /// The context in which numbers are to be dialled, where there is none such.
    pub(super) lost: Option<String>,
    /// The dialplan was seen to lack the contexts into which legs are sent.
    pub(super) no_contexts: bool,
    /// The site names telephones that obey remote control.
    pub(super) obeyed: bool,
    /// How telephones are told what to do with calls by themselves.
    pub(super) stations: Option<Stations>,
    /// Who holds.
    pub(super) hold: Hold,
    /// Do events bear the time of the switch? `None` where none came.
    pub(super) timestamps: Option<bool>,
}

/// How good or bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grade {
    Good,
    /// It works with less.
    Less,
    /// It does not work.
    Bad,
    /// What cannot be seen from here.
    Note,
}

/// One line of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) grade: Grade,
    pub(super) text: String,
}

pub(super) fn finding(grade: Grade, text: impl Into<String>) -> Finding {
    Finding {
        grade,
        text: text.into(),
    }
}

/// An action that proves a right, the right in `write` of manager.conf, and what it gives.
struct Right {
    action: &'static str,
    write: &'static str,
    gives: &'static str,
    /// Without it nothing works.
    needed: bool,
}

const fn right(action: &'static str, write: &'static str, gives: &'static str, needed: bool) -> Right {
    Right {
        action,
        write,
        gives,
        needed,
    }
}

const RIGHTS: &[Right] = &[
    right(
        "CoreShowChannels",
        "reporting",
        "the calls that are there when the bridge comes, or comes back",
        true,
    ),
    right(
        "Setvar",
        "call",
        "an exact end of each snapshot (a global variable is set, and its event awaited)",
        false,
    ),
    right(
        "QueuePause",
        "agent",
        "logging agents on and off, and pausing them",
        false,
    ),
];

/// What `seen` means for the bridge.
pub(super) fn findings(seen: &Seen) -> Vec<Finding> {
    let mut out = Vec::new();
    if let Some(version) = &seen.version {
        out.push(finding(Grade::Good, format!("Asterisk {version}")));
    }
    for right in RIGHTS {
        let there = seen
            .actions
            .iter()
            .any(|action| action.eq_ignore_ascii_case(right.action));
        let text = match there {
            true => format!("{} ({})", right.gives, right.action),
            false => format!(
                "not possible: {}. {} is missing: add `{}` to `write` of the user in manager.conf, or load its module",
                right.gives, right.action, right.write
            ),
        };
        let grade = match (there, right.needed) {
            (true, _) => Grade::Good,
            (false, true) => Grade::Bad,
            (false, false) => Grade::Less,
        };
        out.push(finding(grade, text));
    }
    out.extend(services(seen));
    if let Some(context) = &seen.lost {
        let text = format!(
            "not possible: making, deflecting and transferring calls. The dialplan has no context `{context}`: say the one of the \
             telephones, as pjsip.conf has it, in [switch.override.control]: context = \"…\""
        );
        out.push(finding(Grade::Less, text));
    }
    let reads = |there: bool, class: &str, gives: &str| match there {
        true => finding(Grade::Good, format!("read = {class}: {gives}")),
        false => finding(
            Grade::Less,
            format!("not seen: {gives}. Add `{class}` to `read` of the user in manager.conf"),
        ),
    };
    let setvar = seen.actions.iter().any(|action| action.eq_ignore_ascii_case("Setvar"));
    out.push(reads(seen.system, "system", "that the switch starts and stops"));
    if setvar {
        out.push(reads(
            seen.dialplan,
            "dialplan",
            "variables of the dialplan (userData), voice units, exact snapshots",
        ));
    }
    out.push(match seen.timestamps {
        Some(true) => finding(Grade::Good, "timestampevents = yes: times are the switch's own"),
        None => finding(
            Grade::Note,
            "cannot be seen from here, since no event came: set `timestampevents = yes` in the section [general] of manager.conf",
        ),
        Some(false) => finding(
            Grade::Less,
            "times are those of arrival: set `timestampevents = yes` in the section [general] of manager.conf",
        ),
    });
    out.push(finding(
        Grade::Note,
        "cannot be seen from here: `read` must have `call`, `agent` and `user` too, and the user needs `writetimeout = 5000`, \
         else Asterisk cuts off who pauses for 100 ms",
    ));
    out
}

/// Which services there will be, each with what it needs: as `GET /v1/switches/{switch}` will show them.
fn services(seen: &Seen) -> Vec<Finding> {
    let mut out: Vec<Finding> = Vec::new();
    let mut good = Vec::new();
    let may = |action: &str| seen.actions.iter().any(|a| a.eq_ignore_ascii_case(action));
    for need in NEEDS {
        let stations = seen.stations.as_ref();
        let keeps = stations.is_some_and(|stations| stations.keeps(need.service));
        let features = NEEDS.iter().any(|other| other.service == need.service && other.kept);
        if features && !stations.is_some_and(|stations| stations.sets(need.service)) {
            let text = format!("not possible: {}; {}", need.service.as_str(), no_means(need.service));
            let finding = finding(Grade::Note, text);
            if !out.contains(&finding) {
                out.push(finding);
            }
            continue;
        }
        if need.kept && !keeps || need.devices(&[], &seen.hold).is_none() {
            continue;
        }
        let there = may(need.action);
        if need.by_remote_control() && !seen.obeyed {
            let text = format!("not possible: {}; {NOBODY_OBEYS}", need.service.as_str());
            out.push(finding(Grade::Note, text));
        } else if need.uses_contexts() && seen.no_contexts && !may(ADD_CONTEXTS) {
            let text = format!("not possible: {}; {NO_CONTEXTS}", need.service.as_str());
            out.push(finding(Grade::Less, text));
        } else if there {
            if !good.contains(&need.service.as_str()) {
                good.push(need.service.as_str());
            }
        } else {
            good.retain(|service| *service != need.service.as_str());
            let text = format!("not possible: {}. {}", need.service.as_str(), need.missing());
            out.push(finding(Grade::Less, text));
        }
    }
    if !good.is_empty() {
        out.insert(0, finding(Grade::Good, format!("services: {}", good.join(", "))));
    }
    if out.iter().any(|finding| finding.text.contains("`system`")) {
        let text = "`system` in `write` is needed for muting, recording, remote control of telephones and what is kept in the database (forwarding), and it allows much else: think twice";
        out.push(finding(Grade::Note, text));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Seen {
        Seen {
            version: Some("22.10.1".to_owned()),
            actions: RIGHTS
                .iter()
                .map(|right| right.action)
                .chain(NEEDS.iter().map(|need| need.action))
                .map(str::to_owned)
                .collect(),
            system: true,
            dialplan: true,
            lost: None,
            no_contexts: true,
            obeyed: true,
            stations: toml::from_str("doNotDisturb = 'Custom:DND{device}'\ndatabase = { immediate = 'CF' }").ok(),
            hold: Hold::Phone,
            timestamps: Some(true),
        }
    }

    #[test]
    fn contexts_that_are_not_there_and_may_not_be_made_are_named() {
        let words = ["consultationCall", "lineside.conf"];
        let told = |seen: &Seen| {
            findings(seen)
                .iter()
                .any(|f| words.iter().all(|word| f.text.contains(word)))
        };
        let mut seen = all();
        seen.actions.push(ADD_CONTEXTS.to_owned());
        assert!(!told(&seen));
        seen.actions.pop();
        assert!(told(&seen));
        seen.no_contexts = false;
        assert!(!told(&seen));
    }

    #[test]
    fn what_telephones_do_themselves_needs_telephones_that_obey() {
        let told = |seen: &Seen, grade, words: &[&str]| {
            let all = findings(seen);
            let fits = |f: &&Finding| f.grade == grade && words.iter().all(|word| f.text.contains(word));
            assert!(all.iter().any(|f| fits(&f)), "{words:?}: {all:?}");
        };
        let nobody = Seen { obeyed: false, ..all() };
        told(&nobody, Grade::Note, &["answerCall", "remoteControl"]);
        let mut deaf = all();
        deaf.actions
            .retain(|action| action != "DBPut" && action != "PJSIPNotify");
        told(&deaf, Grade::Less, &["setForwarding", "DBPut", "`system`"]);
        told(&deaf, Grade::Good, &["setDoNotDisturb"]);
        let bare = Seen {
            stations: None,
            ..all()
        };
        told(
            &bare,
            Grade::Note,
            &["setForwarding", "[switch.override.stations.database]"],
        );
        told(&deaf, Grade::Less, &["answerCall", "`system`", "pjsip_notify.conf"]);
    }

    #[test]
    fn a_user_with_every_right_has_nothing_to_mend() {
        let findings = findings(&Seen {
            no_contexts: false,
            ..all()
        });
        assert!(
            findings.iter().all(|f| matches!(f.grade, Grade::Good | Grade::Note)),
            "{findings:?}"
        );
    }

    #[test]
    fn each_missing_right_is_named_with_what_it_would_give() {
        let mut seen = Seen {
            system: false,
            dialplan: false,
            timestamps: Some(false),
            lost: Some("default".to_owned()),
            ..all()
        };
        seen.actions
            .retain(|action| action != "CoreShowChannels" && action != "Originate");
        let findings = findings(&seen);
        let told = |grade, words: &[&str]| {
            findings
                .iter()
                .any(|f| f.grade == grade && words.iter().all(|word| f.text.contains(word)))
        };
        assert!(told(Grade::Bad, &["`reporting`", "CoreShowChannels"]), "{findings:?}");
        assert!(told(Grade::Less, &["`originate`", "makeCall"]), "{findings:?}");
        assert!(told(Grade::Less, &["`system`", "`read`"]), "{findings:?}");
        assert!(told(Grade::Less, &["`dialplan`", "userData"]), "{findings:?}");
        assert!(
            told(Grade::Less, &["`default`", "[switch.override.control]"]),
            "{findings:?}"
        );
        assert!(told(Grade::Less, &["timestampevents = yes"]), "{findings:?}");
    }
}
