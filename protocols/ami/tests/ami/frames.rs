//! The frames that switches and their modules are known to send, odd ones first, and what must come of them.

use crate::support::{decode, one, text};
use lineside_ami::{Kind, Line};

/// Every odd frame, for the tests that hold for all bytes.
pub const ALL: [(&str, &[u8]); 27] = [
    ("plain", PLAIN),
    ("lf only", LF_ONLY),
    ("channel map", CHANNEL_MAP),
    ("three empty lines", THREE_EMPTY_LINES),
    ("text with line end in a line", ERROR_TEXT_WITH_LINE_END),
    ("double return", DOUBLE_RETURN),
    ("key with colon", KEY_WITH_COLON),
    ("no space", NO_SPACE),
    ("empty values", EMPTY_VALUES),
    ("spaces", SPACES),
    ("continuation", CONTINUATION),
    ("third party text", THIRD_PARTY_TEXT),
    ("user event with a second event", SPOOF),
    ("originate response", ORIGINATE_RESPONSE),
    ("command 13", COMMAND_13),
    ("command 13 glued", COMMAND_13_GLUED),
    ("command 22", COMMAND_22),
    ("command 22 refused", COMMAND_22_REFUSED),
    ("raw text", RAW_TEXT),
    ("latin-1", LATIN1),
    ("replaced", REPLACED),
    ("nul", NUL),
    ("escapes", ESCAPES),
    ("no action id", NO_ACTION_ID),
    ("old list", OLD_LIST),
    ("debug headers", DEBUG_HEADERS),
    ("starts with a colon", COLON_FIRST),
];

/// The shape of nearly everything: any version.
pub const PLAIN: &[u8] =
    b"Event: Hangup\r\nPrivilege: call,all\r\nChannel: PJSIP/201-00000004\r\nUniqueid: 1700000000.7\r\n\
    Cause: 16\r\nCause-txt: Normal Clearing\r\n\r\n";

/// Proxies, and third-party modules.
pub const LF_ONLY: &[u8] =
    b"Event: Hangup\nPrivilege: call,all\nUniqueid: 1700000000.7\n\nEvent: Newchannel\nUniqueid: 8\n\n";

/// CoreShowChannelMap ends its items with `\r\n\n`: Asterisk 18.19-18.23, 20.4-20.8, 21.0-21.3 (asterisk#761).
pub const CHANNEL_MAP: &[u8] =
    b"Event: CoreShowChannelMapItem\r\nActionID: a\r\nConnectedChannel: PJSIP/101-00000001\r\n\n\
    Event: Hangup\r\nUniqueid: 9\r\n\r\n";

/// TestEvent of Asterisk, chan_dongle (reactphp-ami#30, #49).
pub const THREE_EMPTY_LINES: &[u8] =
    b"\r\nEvent: TestEvent\r\nType: StateChange\r\n\r\n\r\n\r\nEvent: Hangup\r\nUniqueid: 9\r\n\r\n\n";

/// `Could not get channel snapshot\n` of the BridgeInfo action: the text brings its own line end.
pub const ERROR_TEXT_WITH_LINE_END: &[u8] =
    b"Response: Error\r\nActionID: a\r\nMessage: Could not get channel snapshot\n\r\n\r\nResponse: Success\r\nActionID: b\r\n\r\n";

/// A text that ends in a carriage return, pasted into a line.
pub const DOUBLE_RETURN: &[u8] =
    b"Response: Success\r\r\nActionID: a\r\nMessage: ok\r\r\n\r\r\nResponse: Success\r\nActionID: b\r\n\r\n";

/// OriginateResponse and Rename in every version, all channel events from 1.8 to 11.
pub const KEY_WITH_COLON: &[u8] =
    b"Event: Newstate\r\nChanVariable(SIP/10.0.0.1:5060-0001): X=1: 2\r\nChanVariable(SIP/a:1):Y=\r\nUniqueid: 3\r\n\r\n";

/// `ReportBlock:` of RTCP events (reactphp-ami#28).
pub const NO_SPACE: &[u8] = b"Event:RTCPReceived\r\nReportBlock:\r\nPT:200(SR)\r\n\r\n";

/// Any event of a channel without a caller.
pub const EMPTY_VALUES: &[u8] = b"Event: Newchannel\r\nCallerIDNum: \r\nCallerIDName:\r\nExten: \r\n\r\n";

/// Text that somebody wrote, in a line.
pub const SPACES: &[u8] = b"Event: UserEvent\r\nUserEvent:  two before \r\nText:   \r\n\r\n";

/// AppData of a dialplan application whose argument holds a line end.
pub const CONTINUATION: &[u8] = b"Event: Newexten\r\nAppData: first\nsecond line\r\nthird\r\nUniqueid: 4\r\n\r\n";

/// SMSSendStatus of a third-party module (wenerme/astgo#5).
pub const THIRD_PARTY_TEXT: &[u8] = b"Event: SMSSendStatus\r\nStatus: sent\r\nTXT line without key\r\nID: 1\r\n\r\n";

/// The body of a UserEvent is anybody's.
pub const SPOOF: &[u8] =
    b"Event: UserEvent\r\nPrivilege: user,all\r\nUniqueid: 5\r\nUserEvent: x\r\nEvent: Hangup\r\nUniqueid: 6\r\nResponse: Success\r\n\r\n";

/// Has both an `Event` and a `Response` line, in this order.
pub const ORIGINATE_RESPONSE: &[u8] =
    b"Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: a\r\nResponse: Failure\r\n\
    Channel: PJSIP/201\r\nReason: 5\r\nUniqueid: <unknown>\r\nCallerIDName: <unknown>\r\n\r\n";

/// Command, Asterisk 13 and older: raw text with empty lines and lines with colons.
pub const COMMAND_13: &[u8] =
    b"Response: Follows\r\nPrivilege: Command\r\nActionID: a\r\nName: 201\nActionID: not mine\n\nEvent: none\n\
    --END COMMAND--\r\n\r\nEvent: Hangup\r\nUniqueid: 9\r\n\r\n";

/// The same, when the text has no line end of its own.
pub const COMMAND_13_GLUED: &[u8] =
    b"Response: Follows\r\nPrivilege: Command\r\nNo such command 'x'--END COMMAND--\r\n\r\nEvent: Hangup\r\nUniqueid: 9\r\n\r\n";

/// Command, Asterisk 14 and later.
pub const COMMAND_22: &[u8] =
    b"Response: Success\r\nActionID: a\r\nMessage: Command output follows\r\nOutput: Name: 201\r\n\
    Output: \r\nOutput:   indented\r\n\r\n";

/// The same, when the command failed.
pub const COMMAND_22_REFUSED: &[u8] =
    b"Response: Error\r\nActionID: a\r\nMessage: Command output follows\r\nOutput: No such command 'x'\r\n\r\n";

/// The Queues action until 14: no header at all.
pub const RAW_TEXT: &[u8] =
    b"sales has 0 calls (max unlimited)\r\n   No Members\r\n   No Callers\r\n\r\nEvent: Hangup\r\nUniqueid: 9\r\n\r\n";

/// chan_sip, DAHDI, and all before 18.17 and 20.2: the bytes of the network.
pub const LATIN1: &[u8] = b"Event: Newchannel\r\nCallerIDName: J\xfcrgen M\xf6ller\r\n\r\n";

/// 18.17 and 20.2 and later put U+FFFD for what is not UTF-8.
pub const REPLACED: &[u8] = b"Event: Newchannel\r\nCallerIDName: J\xef\xbf\xbdrgen\r\n\r\n";

/// A byte that ends a text in C.
pub const NUL: &[u8] = b"Event: UserEvent\r\nText: a\0b\r\n\0\r\n\r\n";

/// Every escape of `ast_escape_c`, and two backslashes that are none.
pub const ESCAPES: &[u8] =
    b"Event: VarSet\r\nVariable: X\r\nValue: \\a\\b\\f\\n\\r\\t\\v\\\\\\'\\\"\\?\\x\\\r\nCallerIDName: O\\'Hara\r\n\r\n";

/// A response to an action that had no ActionID, or could not be read.
pub const NO_ACTION_ID: &[u8] = b"Response: Error\r\nMessage: Failed to parse message: line too long\r\n\r\n";

/// PJSIPShowResourceLists before 13.2: items and end without a word of the list.
pub const OLD_LIST: &[u8] = b"Response: Success\r\nActionID: t-3\r\nMessage: A listing follows\r\n\r\n\
    Event: ResourceListDetail\r\nObjectName: a\r\n\r\nEvent: ResourceListDetailComplete\r\nActionID: t-3\r\nListItems: 1\r\n\r\n";

/// With `timestampevents` and manager debugging.
pub const DEBUG_HEADERS: &[u8] =
    b"Event: Newchannel\r\nPrivilege: call,all\r\nTimestamp: 1700000000.123456\r\nSequenceNumber: 42\r\n\
    File: manager_channels.c\r\nLine: 675\r\nFunc: channel_new_cb\r\nSystemName: pbx:1\r\nUniqueid: 3\r\n\r\n";

/// Text again; a key has at least one byte.
pub const COLON_FIRST: &[u8] = b"Event: Newexten\r\nAppData: a\n: b\r\n\r\n";

fn names(bytes: &[u8]) -> Vec<String> {
    decode(bytes)
        .iter()
        .map(|message| message.name().text().text.into_owned())
        .collect()
}

fn output(bytes: &[u8]) -> Vec<String> {
    let message = decode(bytes).remove(0);
    message.output().map(|line| line.text().text.into_owned()).collect()
}

#[test]
fn headers_come_in_order_with_their_values() {
    let message = one(PLAIN);
    assert_eq!(message.kind(), Kind::Event);
    assert!(message.is_event("hangup"));
    let keys: Vec<_> = message.headers().map(|header| header.key.text().text).collect();
    assert_eq!(
        keys,
        ["Event", "Privilege", "Channel", "Uniqueid", "Cause", "Cause-txt"]
    );
    assert_eq!(text(&message, "CAUSE-TXT").unwrap(), "Normal Clearing");
    assert_eq!(message.get("Cause-tx"), None);
    assert_eq!(message.len(), 6);
    assert!(!message.is_empty());
}

#[test]
fn a_line_may_end_in_a_line_feed_alone() {
    assert_eq!(names(LF_ONLY), ["Hangup", "Newchannel"]);
}

#[test]
fn an_item_that_ends_in_two_line_feeds_leaves_the_next_event_alone() {
    assert_eq!(names(CHANNEL_MAP), ["CoreShowChannelMapItem", "Hangup"]);
}

#[test]
fn empty_lines_between_messages_are_nothing() {
    assert_eq!(names(THREE_EMPTY_LINES), ["TestEvent", "Hangup"]);
}

#[test]
fn a_line_end_within_an_error_text_ends_its_message_only() {
    let messages = decode(ERROR_TEXT_WITH_LINE_END);
    assert_eq!(messages.len(), 2);
    assert_eq!(text(&messages[0], "Message").unwrap(), "Could not get channel snapshot");
    assert_eq!(text(&messages[1], "ActionID").unwrap(), "b");
}

#[test]
fn a_second_carriage_return_is_not_part_of_a_value() {
    let messages = decode(DOUBLE_RETURN);
    assert_eq!(messages.len(), 2);
    assert!(messages[0].name().is("Success"));
    assert_eq!(text(&messages[0], "Message").unwrap(), "ok");
}

#[test]
fn the_old_channel_variable_keeps_the_colons_of_its_channel() {
    let message = one(KEY_WITH_COLON);
    assert_eq!(
        text(&message, "ChanVariable(SIP/10.0.0.1:5060-0001)").unwrap(),
        "X=1: 2"
    );
    assert_eq!(text(&message, "ChanVariable(SIP/a:1)").unwrap(), "Y=");
}

#[test]
fn one_space_is_taken_from_a_value_and_none_is_missed() {
    let message = one(NO_SPACE);
    assert!(message.is_event("RTCPReceived"));
    assert_eq!(text(&message, "ReportBlock").unwrap(), "");
    assert_eq!(text(&message, "PT").unwrap(), "200(SR)");
    let message = one(EMPTY_VALUES);
    assert!(message.headers().skip(1).all(|header| header.value.is_empty()));
    let message = one(SPACES);
    assert_eq!(text(&message, "UserEvent").unwrap(), " two before ");
    assert_eq!(text(&message, "Text").unwrap(), "  ");
}

#[test]
fn lines_without_a_colon_are_kept_and_flagged() {
    let message = one(CONTINUATION);
    let flags: Vec<_> = message.headers().map(|header| header.continued).collect();
    assert_eq!(flags, [false, true, false]);
    assert_eq!(text(&message, "AppData").unwrap(), "first");
    let whole = message.with_continuation("AppData").unwrap();
    assert_eq!(whole, "first\nsecond line\r\nthird");
    assert_eq!(message.with_continuation("Uniqueid").unwrap(), "4");
    assert_eq!(message.lines().filter(|line| matches!(line, Line::Text(_))).count(), 2);

    let message = one(THIRD_PARTY_TEXT);
    assert_eq!(text(&message, "ID").unwrap(), "1");
    assert_eq!(message.len(), 4);
    assert_eq!(one(COLON_FIRST).with_continuation("AppData").unwrap(), "a\n: b");
}

#[test]
fn the_first_event_or_response_line_decides() {
    let message = one(SPOOF);
    assert!(message.is_event("UserEvent"));
    assert_eq!(text(&message, "Uniqueid").unwrap(), "5");
    let all: Vec<_> = message.all("Uniqueid").map(|value| value.text().text).collect();
    assert_eq!(all, ["5", "6"]);
    assert!(one(ORIGINATE_RESPONSE).is_event("OriginateResponse"));
}

#[test]
fn text_of_a_command_is_the_same_in_its_three_formats() {
    assert_eq!(
        output(COMMAND_13),
        ["Name: 201", "ActionID: not mine", "", "Event: none"]
    );
    assert_eq!(output(COMMAND_13_GLUED), ["No such command 'x'"]);
    assert_eq!(output(COMMAND_22), ["Name: 201", "", "  indented"]);
    assert_eq!(output(COMMAND_22_REFUSED), ["No such command 'x'"]);
    for frame in [COMMAND_13, COMMAND_13_GLUED] {
        let messages = decode(frame);
        assert_eq!(messages.len(), 2, "the event after the text");
        assert_eq!(messages[0].kind(), Kind::Response);
        assert!(messages[1].is_event("Hangup"));
    }
    assert_eq!(text(&decode(COMMAND_13)[0], "ActionID").unwrap(), "a");
}

#[test]
fn text_without_any_header_is_a_message_of_no_kind() {
    let messages = decode(RAW_TEXT);
    assert_eq!(messages[0].kind(), Kind::Other);
    assert!(messages[0].name().is_empty());
    assert_eq!(output(RAW_TEXT)[1], "   No Members");
    assert!(messages[1].is_event("Hangup"));
}

#[test]
fn bytes_that_are_not_utf8_are_read_as_latin1_and_flagged() {
    let message = one(LATIN1);
    let name = message.get("CallerIDName").unwrap();
    assert_eq!(name.as_str(), None);
    assert_eq!(name.as_bytes(), b"J\xfcrgen M\xf6ller");
    assert_eq!(name.text().text, "Jürgen Möller");
    assert!(name.text().latin1);

    let message = one(REPLACED);
    let name = message.get("CallerIDName").unwrap().text();
    assert_eq!(name.text, "J\u{fffd}rgen");
    assert!(!name.latin1);
}

#[test]
fn a_nul_is_a_byte_like_others() {
    assert_eq!(one(NUL).get("Text").unwrap().as_bytes(), b"a\0b");
}

#[test]
fn debugging_headers_change_nothing() {
    let message = one(DEBUG_HEADERS);
    assert!(message.is_event("Newchannel"));
    assert_eq!(text(&message, "SystemName").unwrap(), "pbx:1");
    assert_eq!(text(&message, "Line").unwrap(), "675");
}

#[test]
fn many_headers_and_a_long_output_come_whole() {
    let mut frame = b"Event: Status\r\n".to_vec();
    for number in 0..128 {
        frame.extend_from_slice(format!("Variable: v{number}={number}\r\n").as_bytes());
    }
    frame.extend_from_slice(b"\r\n");
    assert_eq!(one(&frame).all("variable").count(), 128);

    let mut frame = b"Response: Success\r\nMessage: Command output follows\r\n".to_vec();
    while frame.len() < 2_000_000 {
        frame.extend_from_slice(b"Output:  201/sip:201@127.0.0.1:5062    0123456789 Avail    0.512\r\n");
    }
    frame.extend_from_slice(b"\r\n");
    assert_eq!(one(&frame).output().count(), frame.len() / 66);
}

#[test]
fn equal_messages_may_end_their_lines_differently() {
    let crlf = String::from_utf8(LF_ONLY.to_vec()).unwrap().replace('\n', "\r\n");
    assert_eq!(decode(crlf.as_bytes()), decode(LF_ONLY));
    assert_ne!(decode(PLAIN), decode(SPOOF));
}

#[test]
fn what_a_message_says_does_not_show_in_debug_output() {
    let shown = format!("{:?} {:?}", one(PLAIN), one(PLAIN).headers().collect::<Vec<_>>());
    assert!(shown.contains("Hangup"));
    assert!(!shown.contains("PJSIP"), "{shown}");
}
