//! Which values carry C escapes, and what they mean.

use crate::frames;
use crate::support::one;
use lineside_ami::escape::{is_escaped, unescape};

fn meant(frame: &[u8], key: &str) -> Vec<u8> {
    one(frame).unescaped(key).unwrap().into_owned()
}

#[test]
fn every_escape_is_undone_and_any_other_backslash_stays() {
    assert_eq!(meant(frames::ESCAPES, "Value"), b"\x07\x08\x0c\n\r\t\x0b\\'\"?\\x\\");
    assert_eq!(unescape(b"plain"), &b"plain"[..]);
    assert_eq!(unescape(b"\\"), &b"\\"[..]);
    assert_eq!(unescape(b"\\\\n"), &b"\\n"[..]);
}

#[test]
fn names_in_channel_blocks_are_escaped_and_the_same_names_elsewhere_are_bare() {
    assert_eq!(
        meant(
            b"Event: DialBegin\r\nDestCallerIDName: O\\'Hara\r\n\r\n",
            "DestCallerIDName"
        ),
        b"O'Hara"
    );
    assert_eq!(
        meant(b"Event: QueueEntry\r\nCallerIDName: O\\'Hara\r\n\r\n", "CallerIDName"),
        b"O\\'Hara"
    );
    assert_eq!(
        meant(b"Response: Success\r\nCallerIDName: O\\'Hara\r\n\r\n", "CallerIDName"),
        b"O\\'Hara"
    );
}

#[test]
fn the_table_of_escaped_values() {
    let escaped = [
        ("Newchannel", "CallerIDName"),
        ("newchannel", "connectedlinename"),
        ("AttendedTransfer", "SecondTransfererCallerIDName"),
        ("ParkedCall", "ParkeeConnectedLineName"),
        ("DialEnd", "DestChanVariable"),
        ("Status", "CallerIDName"),
        ("VarSet", "Value"),
        ("PresenceStateChange", "Subtype"),
        ("PresenceStateChange", "Message"),
        ("NewCallerid", "CID-CallingPres"),
    ];
    for (event, key) in escaped {
        assert!(is_escaped(event.as_bytes(), key.as_bytes()), "{event} {key}");
    }
    let bare = [
        ("QueueEntry", "CallerIDName"),
        ("OriginateResponse", "CallerIDName"),
        ("Cdr", "CallerIDName"),
        ("CEL", "CallerIDname"),
        ("Status", "EffectiveConnectedLineName"),
        ("Newexten", "AppData"),
        ("Newchannel", "CallerIDNum"),
        ("DBGetResponse", "Value"),
        ("UserEvent", "Message"),
    ];
    for (event, key) in bare {
        assert!(!is_escaped(event.as_bytes(), key.as_bytes()), "{event} {key}");
    }
}
