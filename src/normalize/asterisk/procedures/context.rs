//! The contexts of the dialplan into which legs are sent, so that somebody waits while another talks elsewhere. No dialplan of the site
//! has a word of it: they are made when they are first needed (`DialplanExtensionAdd`, which needs the class `system`), or included once by
//! an administrator, from `vendor-profiles/asterisk/lineside.conf`, which says the same (a test holds it to that).
//!
//! What each of them does was seen on 16 and 22. A leg that comes back to nobody is hung up, and who waits for a leg that ends is hung
//! up with it, by the switch itself (`GONE`): nobody waits for ever because the bridge is not there.

use crate::profile::Control;
use lineside_ami::Action;
use std::time::Duration;

/// How all of them begin, and the rooms of ours.
pub(in crate::normalize::asterisk) const OURS: &str = "lineside-";
/// Who waits for a leg, by its Uniqueid.
pub(in crate::normalize::asterisk) const HOLD: &str = "lineside-hold";
/// Who calls a number, and comes back.
pub(in crate::normalize::asterisk) const DIAL: &str = "lineside-dial";
/// Who leaves a room of ours, calls a number, and comes back: the room, [`TO`], and the number.
pub(in crate::normalize::asterisk) const LEAVE: &str = "lineside-leave";
/// What is between them.
pub(in crate::normalize::asterisk) const TO: char = '*';
/// The Local channel that calls it for who does. It answers at once, so that it can be handed to somebody else while it still rings.
pub(in crate::normalize::asterisk) const OUT: &str = "lineside-out";
/// Who is alone while others wait.
pub(in crate::normalize::asterisk) const ALONE: &str = "lineside-alone";
/// Who goes to talk to a leg, by its Uniqueid.
pub(in crate::normalize::asterisk) const TALK: &str = "lineside-talk";
/// The same, while whom it talked to before waits.
pub(in crate::normalize::asterisk) const TURN: &str = "lineside-turn";
/// Who joins others in a room of ours.
pub(in crate::normalize::asterisk) const ROOM: &str = "lineside-room";
/// Who comes back to them.
pub(in crate::normalize::asterisk) const BACK: &str = "lineside-back";
/// Who comes back to whoever waits, if there is anybody.
const NEXT: &str = "lineside-next";
/// What happens when a leg that waited, or was waited for, ends.
const GONE: &str = "lineside-gone";
/// They are there, as this version needs them, for numbers dialled in the context that is its extension.
const MADE: &str = "lineside-2";

/// The Uniqueid of a channel, or the name of a room.
const NAMED: &str = "_[0-9A-Za-z].";
/// What may be dialled.
const NUMBER: &str = "_[0-9A-D*#+]!";

/// How long it may take to add a line.
const WITHIN: Duration = Duration::from_secs(10);

/// One line: context, extension, priority, application and what it is given.
pub(super) type Line = (&'static str, String, usize, &'static str, String);

/// The question whether they are there.
pub(crate) fn question(control: &Control) -> String {
    format!("DIALPLAN_EXISTS({MADE},{},1)", control.context)
}

/// All lines, the one that says that they are there as the last.
pub(super) fn lines(control: &Control) -> Vec<Line> {
    let waits =
        "\"${IMPORT(${LINESIDE_HELD},CONTEXT)}/${IMPORT(${LINESIDE_HELD},EXTEN)}\"=\"lineside-hold/${UNIQUEID}\"";
    let alone = "\"${IMPORT(${LINESIDE_HOLDER},CONTEXT)}/${IMPORT(${LINESIDE_HOLDER},LINESIDE_HELD)}\"=\"lineside-alone/${UNIQUEID}\"";
    // Once for each leg: what is to happen when it ends.
    let guard = || {
        vec![
            ("GotoIf", "$[\"${LINESIDE_GUARD}\"=\"1\"]?3".to_owned()),
            ("Set", format!("CHANNEL(hangup_handler_push)={GONE},s,1")),
            ("Set", "LINESIDE_GUARD=1".to_owned()),
        ]
    };
    let talk = || {
        vec![
            // Whom it fetches waits no more, though its place in the dialplan says so until it ends.
            ("GotoIf", "$[\"${LINESIDE_HELD}\"!=\"${EXTEN}\"]?6".to_owned()),
            ("Set", "LINESIDE_HELD=".to_owned()),
            // `x`: who is fetched is hung up when it is over, and does not go on where it waited.
            ("Bridge", "${IMPORT(${EXTEN},CHANNEL(name))},x".to_owned()),
            ("GotoIf", "$[\"${BRIDGERESULT}\"=\"SUCCESS\"]?9".to_owned()),
            // Whom it was to talk to is gone: it waits on.
            (
                "GotoIf",
                format!("$[\"${{LINESIDE_HOLDER}}\"!=\"\"]?{HOLD},${{LINESIDE_HOLDER}},1"),
            ),
            ("Goto", format!("{NEXT},s,1")),
        ]
    };
    let room = || {
        vec![
            ("Set", "CONFBRIDGE(user,quiet)=yes".to_owned()),
            ("Set", "CONFBRIDGE(user,announce_only_user)=no".to_owned()),
            // Who is there alone waits for somebody who comes back.
            ("Set", "CONFBRIDGE(user,music_on_hold_when_empty)=yes".to_owned()),
            ("ConfBridge", format!("{OURS}${{EXTEN}}")),
            ("Hangup", String::new()),
        ]
    };
    let hold = vec![
        ("Set", "LINESIDE_HOLDER=${EXTEN}".to_owned()),
        ("BridgeWait", "lineside,participant,e(m)".to_owned()),
        ("Hangup", String::new()),
    ];
    let dial = vec![
        // `g`: who called comes back.
        ("Dial", format!("Local/${{EXTEN}}@{OUT},,g")),
        ("Goto", format!("{NEXT},s,1")),
    ];
    let (left, number) = (format!("${{CUT(EXTEN,{TO},1)}}"), format!("${{CUT(EXTEN,{TO},2-)}}"));
    let leave = vec![
        // `o`: who is called is shown at the telephone, and not all of the extension.
        ("Dial", format!("Local/{number}@{OUT},,go({number})")),
        // Where nobody is any more, nobody comes back to.
        (
            "GotoIf",
            format!("$[0${{CONFBRIDGE_INFO(parties,{OURS}{left})}} > 0]?{BACK},{left},1"),
        ),
        ("Hangup", String::new()),
    ];
    let alone_here = vec![
        ("BridgeWait", "lineside-alone,participant,e(s)".to_owned()),
        ("Hangup", String::new()),
    ];
    let guarded = |then: Vec<(&'static str, String)>| guard().into_iter().chain(then).collect::<Vec<_>>();
    let contexts = [
        (HOLD, NAMED, guarded(hold)),
        (DIAL, NUMBER, guarded(dial)),
        (LEAVE, NAMED, guarded(leave)),
        (
            OUT,
            NUMBER,
            vec![
                ("Answer", String::new()),
                ("Goto", format!("{},${{EXTEN}},1", control.context)),
            ],
        ),
        (ALONE, "s", guarded(alone_here)),
        (
            NEXT,
            "s",
            vec![("GotoIf", format!("$[{waits}]?{ALONE},s,1")), ("Hangup", String::new())],
        ),
        (TALK, NAMED, guarded(talk())),
        (TURN, NAMED, guarded(talk())),
        (ROOM, NAMED, guarded(room())),
        (BACK, NAMED, guarded(room())),
        (
            GONE,
            "s",
            vec![
                ("GotoIf", format!("$[{waits}]?2:3")),
                ("SoftHangup", "${IMPORT(${LINESIDE_HELD},CHANNEL(name))}".to_owned()),
                ("GotoIf", format!("$[{alone}]?4:5")),
                ("SoftHangup", "${IMPORT(${LINESIDE_HOLDER},CHANNEL(name))}".to_owned()),
                ("Return", String::new()),
            ],
        ),
        (MADE, &*control.context, vec![("NoOp", String::new())]),
    ];
    let line = |(context, exten, steps): (&'static str, &str, Vec<(&'static str, String)>)| {
        let exten = exten.to_owned();
        let numbered = steps.into_iter().zip(1..);
        numbered
            .map(|((application, data), priority)| (context, exten.clone(), priority, application, data))
            .collect::<Vec<_>>()
    };
    contexts.into_iter().flat_map(line).collect()
}

/// The actions that add them.
pub(super) fn make(control: &Control) -> impl Iterator<Item = Action> {
    lines(control)
        .into_iter()
        .map(|(context, exten, priority, application, data)| {
            Action::new("DialplanExtensionAdd")
                .header("Context", context)
                .header("Extension", exten)
                .header("Priority", priority.to_string())
                .header("Application", application)
                .header("ApplicationData", data)
                .header("Replace", "true")
                .within(WITHIN)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_is_included_says_what_is_made_at_run_time() {
        let profile = crate::profile::load(
            "asterisk/asterisk",
            crate::profile::embedded("asterisk/asterisk").unwrap(),
            None,
        );
        let control = profile.unwrap().asterisk().unwrap().control.unwrap();
        let mut made = String::new();
        let mut context = "";
        for (of, exten, priority, application, data) in lines(&control) {
            if of != context {
                made.push_str(&format!("\n[{of}]\n"));
                context = of;
            }
            made.push_str(&format!("exten => {exten},{priority},{application}({data})\n"));
        }
        let file = include_str!("../../../../vendor-profiles/asterisk/lineside.conf");
        let file: Vec<&str> = file
            .lines()
            .filter(|line| !line.starts_with(';') && !line.is_empty())
            .collect();
        let made: Vec<&str> = made.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(file, made, "the code says otherwise; paste:\n{}", made.join("\n"));
    }
}
