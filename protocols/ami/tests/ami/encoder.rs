//! What is written can be read, by Asterisk with its limits and by us.

use crate::support::one;
use lineside_ami::{Action, EncodeError, EncodeLimits, LONGEST_ACTION_ID, Outgoing, is_action_id, variables};

fn ping() -> Outgoing {
    Outgoing::action("Ping", "a")
}

#[test]
fn an_action_is_lines_and_an_empty_line() {
    let bytes = Outgoing::action("Hangup", "a")
        .header("Channel", "7.1")
        .header("Cause", "")
        .encode()
        .unwrap();
    assert_eq!(
        bytes,
        "Action: Hangup\r\nActionID: a\r\nChannel: 7.1\r\nCause: \r\n\r\n"
    );
}

#[test]
fn a_value_cannot_append_a_header_or_an_action() {
    for (value, byte) in [("x\r\nAction: Originate", b'\r'), ("x\nY: z", b'\n'), ("x\0y", 0)] {
        let key = "Exten".to_owned();
        let expected = EncodeError::Forbidden { key, byte };
        assert_eq!(ping().header("Exten", value).encode(), Err(expected.clone()));
        assert!(matches!(
            ping().variable("X", value).encode(),
            Err(EncodeError::Forbidden { .. })
        ));
        assert!(matches!(Outgoing::event("X").header("Exten", value).encode(), Err(error) if error == expected));
    }
    for name in ["X\r\nAction: Originate", "A\nB"] {
        assert!(matches!(
            Outgoing::action(name, "a").encode(),
            Err(EncodeError::Forbidden { .. })
        ));
    }
}

#[test]
fn a_key_is_one_word_without_a_colon() {
    for key in [
        "",
        "A:",
        "A B",
        "A\r\nB",
        "A\0",
        "ChanVariable(\r\n)",
        "ChanVariable(a",
        "ChanVariable(a): b)",
    ] {
        assert!(ping().header(key, "x").encode().is_err(), "{key:?}");
    }
    let old = Outgoing::event("Newstate")
        .header("ChanVariable(SIP/1.2.3.4:5060-1)", "X=1")
        .encode()
        .unwrap();
    assert_eq!(one(&old).get("ChanVariable(SIP/1.2.3.4:5060-1)").unwrap(), "X=1");
}

#[test]
fn a_line_has_at_most_1022_bytes() {
    let longest = "x".repeat(1022 - "AppData: ".len());
    assert!(ping().header("AppData", &longest).encode().is_ok());
    let refused = ping().header("AppData", longest + "x").encode();
    let key = "AppData".to_owned();
    assert_eq!(
        refused,
        Err(EncodeError::LineTooLong {
            key,
            length: 1023,
            limit: 1022
        })
    );
    assert!(
        Outgoing::event("X").header("Data", "x".repeat(5000)).encode().is_ok(),
        "to a client there is no limit"
    );
}

#[test]
fn an_action_has_at_most_128_headers() {
    let with = |count| (2..count).fold(ping(), |action, _| action.header("Variable", "a=b"));
    assert!(with(128).encode().is_ok());
    let (count, limit) = (129, 128);
    assert_eq!(with(129).encode(), Err(EncodeError::TooManyHeaders { count, limit }));
    assert_eq!(EncodeLimits::TO_SWITCH.headers, 128);
}

/// From 68 bytes on ConfbridgeList of Asterisk cuts the line end off its items.
#[test]
fn an_action_id_has_at_most_48_printable_bytes() {
    assert_eq!(LONGEST_ACTION_ID, 48);
    assert!(Outgoing::action("Ping", &"i".repeat(48)).encode().is_ok());
    for id in [
        "i".repeat(49),
        "i".repeat(67),
        "i".repeat(68),
        String::new(),
        "a b".into(),
        "ä".into(),
        "a\r\n".into(),
    ] {
        assert!(!is_action_id(&id));
        assert_eq!(Outgoing::action("Ping", &id).encode(), Err(EncodeError::ActionId(id)));
    }
}

#[test]
fn a_variable_is_quoted_where_asterisk_would_split_or_unquote_it() {
    let cases: [(&str, &str); 8] = [
        ("plain", "Variable: X=plain\r\n"),
        ("", "Variable: X=\r\n"),
        ("a,b", "Variable: X=\"a,b\"\r\n"),
        ("say \"hi\"", "Variable: X=\"say \\\"hi\\\"\"\r\n"),
        ("c:\\dir", "Variable: X=\"c:\\\\dir\"\r\n"),
        ("a=b", "Variable: X=a=b\r\n"),
        ("f(x", "Variable: X=f(x\r\n"),
        ("(,\"\\", "Variable: X=\"(,\\\"\\\\\"\r\n"),
    ];
    for (value, line) in cases {
        let bytes = ping().variable("X", value).encode().unwrap();
        let sent = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(sent.contains(line), "{sent}");
        let read = variables(one(&bytes).get("Variable").unwrap().as_bytes());
        assert_eq!(read, [(b"X".to_vec(), value.as_bytes().to_vec())]);
    }
    for name in ["", "a=b", "a,b", "a\"", "a\\"] {
        let name = name.to_owned();
        assert_eq!(
            ping().variable(&name, "x").encode(),
            Err(EncodeError::VariableName(name))
        );
    }
}

#[test]
fn several_variables_in_one_header_are_read_one_by_one() {
    let pair = |name: &str, value: &str| (name.as_bytes().to_vec(), value.as_bytes().to_vec());
    let read = variables(b"A=1,__B=\"x,y\",,C=f(1,2),D=[a,b],E");
    assert_eq!(
        read,
        [
            pair("A", "1"),
            pair("__B", "x,y"),
            pair("C", "f(1,2)"),
            pair("D", "[a,b]"),
            pair("E", "")
        ]
    );
    assert_eq!(variables(b""), []);
}

#[test]
fn the_values_of_an_action_do_not_show_in_debug_output() {
    let action = Action::new("Originate")
        .header("Channel", "PJSIP/201")
        .variable("SECRET", "hunter2");
    let shown = format!("{action:?}");
    assert_eq!(shown, r#"Action("Originate", ["Channel", "Variable"])"#);
    assert_eq!(action.name(), "Originate");
}
